//! The journal file: transactions in the order in which they happened.
//!
//! An append-only table in a SQLite file of its own. SQLite brings what a log needs and what is easy to
//! get wrong: checksummed frames, torn tails, fsync order. Its owner is one thread (`journal_thread`).
//!
//! *Not* responsible for: batching and publishing (`journal_thread`), applying records (`checkpoint`).

use super::connection::{self, Sharing};
use super::queue::Queued;
use super::record::{self, RecordError, Seq};
use crate::rows::Transaction;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::path::Path;

const SCHEMA_SQL: &str = include_str!("../../migrations/journal_0001.sql");
const SCHEMA_VERSION: i64 = 1;

/// Pages in the write-ahead log before SQLite folds it back, 16 MB. Seldom enough that commits rarely wait
/// for it, often enough that a wait is short.
const AUTOCHECKPOINT_PAGES: i64 = 4000;

/// Records deleted in one go; a trim must not hold up commits.
const TRIM_RECORDS_MAX: i64 = 2000;

/// Why a journal cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// SQLite could not read or write it.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// The file is no journal of this program, or its structure is broken.
    #[error("not a whole journal: {0}")]
    Damaged(String),
    /// A newer server wrote it.
    #[error("journal version {0} is newer than this server")]
    Newer(i64),
    /// One record cannot be read.
    #[error("record {seq} of the journal: {source}")]
    Record {
        /// Number of the record.
        seq: i64,
        /// What is wrong with it.
        source: RecordError,
    },
    /// Records are missing.
    #[error("the journal goes from record {before} to record {after}")]
    Gap {
        /// The last record before the gap.
        before: i64,
        /// The first record after it.
        after: i64,
    },
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    connection: Connection,
}

/// Which records a journal has: all those after `trimmed_through`, up to `last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) trimmed_through: Seq,
    pub(crate) last: Seq,
}

impl Journal {
    /// Opens a journal or makes an empty one, and tests its structure.
    pub(crate) fn open(path: &Path, bytes_max: u64) -> Result<Self, JournalError> {
        let mut connection = connection::open_durable(path, Sharing::Exclusive)?;
        if !connection::is_ours(&connection)? {
            return Err(JournalError::Damaged("another program's database".to_owned()));
        }
        match connection::schema_version(&connection)? {
            0 => connection::apply_schema(&mut connection, SCHEMA_SQL, SCHEMA_VERSION)?,
            SCHEMA_VERSION => {}
            newer => return Err(JournalError::Newer(newer)),
        }
        if let Some(fault) = connection::structural_faults(&connection)?.into_iter().next() {
            return Err(JournalError::Damaged(fault));
        }
        connection.pragma_update(None, "wal_autocheckpoint", AUTOCHECKPOINT_PAGES)?;
        let page_bytes: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages_max = i64::try_from(bytes_max).unwrap_or(i64::MAX) / page_bytes;
        // SQLite's own bound is 2^32 - 2 pages; a larger number would wrap to "no change".
        connection.pragma_update(None, "max_page_count", pages_max.clamp(1, 4_294_967_294))?;
        Ok(Self { connection })
    }

    /// Which records are in it.
    pub(crate) fn extent(&self) -> Result<Extent, JournalError> {
        let trimmed_through = self.trimmed_through()?;
        let last: Option<i64> = self
            .connection
            .query_row("SELECT max(seq) FROM journal", [], |row| row.get(0))?;
        let last = last.map_or(trimmed_through, Seq::from_stored);
        Ok(Extent {
            trimmed_through,
            last: last.max(trimmed_through),
        })
    }

    fn trimmed_through(&self) -> Result<Seq, JournalError> {
        let sql = "SELECT value FROM meta WHERE key = 'trimmed_through'";
        let stored: Option<i64> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        stored
            .map(Seq::from_stored)
            .ok_or_else(|| JournalError::Damaged("no trimmed_through".to_owned()))
    }

    /// Hands out every record after `applied`, in order. Stops with an error at the first that is missing
    /// or is not what was written.
    pub(crate) fn replay_after(
        &self,
        applied: Seq,
        mut apply: impl FnMut(Seq, Transaction),
    ) -> Result<(), JournalError> {
        let sql = "SELECT seq, record, checksum FROM journal WHERE seq > ?1 ORDER BY seq";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([applied.get()])?;
        let mut before = applied;
        while let Some(row) = rows.next()? {
            let seq = Seq::from_stored(row.get("seq")?);
            if seq != before.next() {
                return Err(JournalError::Gap {
                    before: before.get(),
                    after: seq.get(),
                });
            }
            let bytes = row.get_ref("record")?.as_blob().map_err(rusqlite::Error::from)?;
            let checksum: i64 = row.get("checksum")?;
            let transaction = if record::checksum(seq, bytes) == checksum {
                record::decode(bytes)
            } else {
                Err(RecordError::Checksum)
            };
            apply(
                seq,
                transaction.map_err(|source| JournalError::Record {
                    seq: seq.get(),
                    source,
                })?,
            );
            before = seq;
        }
        Ok(())
    }

    /// Writes a batch in one commit. When this returns, the batch is on the disk.
    pub(crate) fn append(&mut self, batch: &[Queued]) -> rusqlite::Result<()> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let sql = "INSERT INTO journal (seq, record, checksum) VALUES (?1, ?2, ?3)";
            let mut insert = transaction.prepare(sql)?;
            for queued in batch {
                let checksum = record::checksum(queued.seq, &queued.record);
                insert.execute(params![queued.seq.get(), queued.record, checksum])?;
            }
        }
        transaction.commit()
    }

    /// Deletes some of the records up to `through`. Answers how far it came: call it again until that is
    /// `through`.
    pub(crate) fn trim(&mut self, through: Seq) -> rusqlite::Result<Seq> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let first: Option<i64> =
            transaction.query_row("SELECT min(seq) FROM journal", [], |row| row.get(0))?;
        let Some(first) = first.filter(|first| *first <= through.get()) else {
            return Ok(through);
        };
        let trimmed = through.get().min(first.saturating_add(TRIM_RECORDS_MAX) - 1);
        transaction.execute("DELETE FROM journal WHERE seq <= ?1", [trimmed])?;
        transaction.execute(
            "UPDATE meta SET value = ?1 WHERE key = 'trimmed_through'",
            [trimmed],
        )?;
        transaction.commit()?;
        Ok(Seq::from_stored(trimmed))
    }

    /// Declares everything up to `seq` to be elsewhere. Only for an empty journal.
    pub(crate) fn start_after(&self, seq: Seq) -> rusqlite::Result<()> {
        let sql = "UPDATE meta SET value = ?1 WHERE key = 'trimmed_through'";
        self.connection.execute(sql, [seq.get()]).map(drop)
    }

    /// Bytes of the journal without its write-ahead log.
    pub(crate) fn byte_count(&self) -> rusqlite::Result<u64> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
        let bytes: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(u64::try_from(bytes).unwrap_or(0))
    }
}
