//! What can go wrong, one type per operation.
//!
//! *Not* responsible for: deciding what to do about it; each error says what an operator can do.

use super::journal::JournalError;
use super::record::{RECORD_BYTES_MAX, Seq};
use crate::rows::AccountId;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

/// Why a data folder cannot be opened. Nothing in it was overwritten or deleted.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The program was linked against a SQLite that can corrupt files.
    #[error("SQLite {found} is too old: versions before 3.51.3 can corrupt a database")]
    SqliteTooOld {
        /// The version found.
        found: &'static str,
    },
    /// A file or folder cannot be used.
    #[error("cannot use {}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// SQLite cannot read or write a file, though it is not known to be damaged.
    #[error("cannot use {}", path.display())]
    Sql {
        /// Which file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer server has written the file.
    #[error("{} has version {found}, this server knows versions up to {known}; use the newer server", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that this server reads.
        known: i64,
    },
    /// The main file is damaged and no backup can take its place.
    #[error(
        "{} is damaged ({damage}) and no backup in {} can replace it: {}; nothing was changed{}",
        path.display(), backups.display(), join_rejected(rejected),
        if *journal_is_complete {
            ". The journal holds every transaction since the first: move the damaged file and the backups away, and start again"
        } else { "" }
    )]
    NoUsableBackup {
        /// The main file.
        path: PathBuf,
        /// What is wrong with it.
        damage: String,
        /// Where backups were looked for.
        backups: PathBuf,
        /// The backups that were found, and why each cannot be used.
        rejected: Vec<String>,
        /// Whether the journal alone would give the whole state back.
        journal_is_complete: bool,
    },
    /// Acknowledged transactions lie in a journal that cannot be read.
    #[error(
        "the journal {} cannot be read after transaction {readable_through}, and later ones may have been \
         acknowledged; nothing was changed. Repair it from a copy, or move it away to go on without them",
        path.display()
    )]
    JournalDamaged {
        /// The journal.
        path: PathBuf,
        /// Everything up to here is safe in the main file.
        readable_through: Seq,
        /// What is wrong with it.
        #[source]
        source: JournalError,
    },
    /// An older file was not migrated, because it could not be saved first.
    #[error("cannot make the backup that must precede a migration")]
    BackupBeforeMigration(#[source] BackupError),
    /// A thread could not be started.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}

fn join_rejected(rejected: &[String]) -> String {
    if rejected.is_empty() {
        "there is none".to_owned()
    } else {
        rejected.join("; ")
    }
}

/// Why a transaction was not taken. It has no number and will never be durable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Too much waits for the disk; try again later, or refuse the player's request.
    #[error("the journal queue is full")]
    Full,
    /// The disk failed: read-only until the server is restarted. What was durable is safe.
    #[error("read-only: {0}")]
    Failed(Arc<str>),
    /// The server is closing.
    #[error("durability is closed")]
    Closed,
    /// A row breaks a rule of its table: an error of the caller.
    #[error("row of {table} refused: {flaw}")]
    Invalid {
        /// The table.
        table: &'static str,
        /// The rule.
        flaw: &'static str,
    },
    /// The transaction is larger than any sensible one.
    #[error("transaction is larger than {RECORD_BYTES_MAX} bytes")]
    TooLarge,
}

/// Why a checkpoint was not made. Its rows wait for the next one; the journal still has them.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// SQLite refused to write the main file.
    #[error("cannot write the main file")]
    Sql(#[from] rusqlite::Error),
    /// The thread that would make it has ended.
    #[error("durability is closed")]
    Closed,
}

/// Why a backup was not made. Older ones are untouched.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// SQLite could not copy the main file.
    #[error("cannot copy the main file")]
    Sql(#[from] rusqlite::Error),
    /// A file could not be written or renamed.
    #[error("cannot write {}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The copy was made and is not good.
    #[error("the copy does not verify: {0}")]
    Verify(String),
    /// The thread that would make it has ended.
    #[error("durability is closed")]
    Closed,
}

/// Why a credential could not be read. Not the same as "there is none".
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// SQLite could not read the file.
    #[error("cannot read a credential")]
    Sql(#[from] rusqlite::Error),
    /// The row is not the one that was written.
    #[error("the credential of account {0} is damaged")]
    Damaged(AccountId),
}

/// What went wrong while closing. Everything that was published as durable is in the journal.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// The journal had failed before.
    #[error("the journal failed: {0}")]
    JournalFailed(Arc<str>),
    /// The last checkpoint failed; the next start replays the journal.
    #[error("the last checkpoint failed")]
    Checkpoint(#[from] CheckpointError),
    /// The last backup failed.
    #[error("the last backup failed")]
    Backup(#[from] BackupError),
}
