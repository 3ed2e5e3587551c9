//! Checkpoint: the dirty rows of the journal, written into the main file in one transaction.
//!
//! Recovery after a crash is the same function on the rows that the journal still has.
//!
//! *Not* responsible for: when (see `checkpoint_thread`), which rows (see `dirty`).

use super::LevelCurve;
use super::dirty::DirtyRows;
use super::record::{self, Seq};
use super::tables::StoredRow;
use crate::rows::{Change, Transaction};
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};
use std::time::Duration;

/// How long answers to requests are kept: a client that retries later than this has long given up.
const ANSWERS_KEPT: Duration = Duration::from_hours(24);

/// What a checkpoint did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) rows: usize,
    /// Rows that a constraint refused; they wait in `refused_rows`.
    pub(crate) refused: usize,
}

/// Writes the rows and the number of the newest transaction among them, all or nothing.
pub(crate) fn write(
    connection: &mut Connection,
    dirty: &DirtyRows,
    curve: &LevelCurve,
    now_micros: i64,
) -> rusqlite::Result<Written> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writer = Writer {
        sql: &transaction,
        curve,
        written: Written::default(),
        refused: Vec::new(),
    };

    // Slots are vacated before any is filled: an item that moved to another slot, or two that changed
    // places, would otherwise meet their own old row.
    writer.vacate_slots(dirty)?;
    // Parents before children.
    writer.upsert_all(dirty.accounts.values())?;
    writer.upsert_all(dirty.credentials.values())?;
    writer.upsert_all(dirty.characters.values())?;
    writer.upsert_all(dirty.items.values().flatten())?;
    writer.upsert_all(dirty.inventory.values().flatten())?;
    writer.upsert_all(dirty.skills.values())?;
    writer.upsert_all(dirty.answers.values())?;
    // Last, because no slot may still refer to an item that goes.
    writer.remove_items(dirty)?;
    writer.forget_old_answers(now_micros)?;
    writer.keep_refused(dirty.through, now_micros)?;

    let written = writer.written;
    let sql = "UPDATE meta SET value = max(value, ?1) WHERE key = 'applied_seq'";
    transaction.execute(sql, [dirty.through.get()])?;
    transaction.commit()?;
    Ok(written)
}

/// The newest transaction in the main file.
pub(crate) fn applied_seq(connection: &Connection) -> rusqlite::Result<Seq> {
    let sql = "SELECT value FROM meta WHERE key = 'applied_seq'";
    connection
        .query_row(sql, [], |row| row.get(0))
        .map(Seq::from_stored)
}

/// Whether the last server closed with nothing left in the journal alone.
pub(crate) fn is_clean(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT value FROM meta WHERE key = 'clean'", [], |row| row.get(0))
}

/// Sets what [`is_clean`] reads.
pub(crate) fn set_clean(connection: &Connection, clean: Clean) -> rusqlite::Result<()> {
    let value = i64::from(clean == Clean::Closed);
    connection
        .execute("UPDATE meta SET value = ?1 WHERE key = 'clean'", [value])
        .map(drop)
}

/// Whether the journal may hold more than the main file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clean {
    /// It may: a server runs, or was killed.
    Running,
    /// It does not.
    Closed,
}

struct Writer<'a> {
    sql: &'a Connection,
    curve: &'a LevelCurve,
    written: Written,
    refused: Vec<(String, Change)>,
}

impl Writer<'_> {
    fn upsert_all<'r, R: StoredRow + 'r>(
        &mut self,
        rows: impl Iterator<Item = &'r R>,
    ) -> rusqlite::Result<()> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        let mut upsert = self.sql.prepare(R::UPSERT)?;
        let mut postponed = Vec::new();
        for row in rows {
            match row.upsert(&mut upsert, self.curve) {
                Ok(_) => self.written.rows += 1,
                // Its name may still be held by a row further on.
                Err(error) if is_constraint(&error) => postponed.push(row),
                Err(error) => return Err(error),
            }
        }
        if postponed.is_empty() || self.upsert_together(&postponed, &mut upsert)? {
            return Ok(());
        }
        for row in postponed {
            match row.upsert(&mut upsert, self.curve) {
                Ok(_) => self.written.rows += 1,
                Err(error) if is_constraint(&error) => {
                    tracing::error!(table = R::TABLE, %error, "the main file refuses a durable row");
                    self.refused.push((error.to_string(), row.to_change()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes rows that are in each other's way: all of them give up their names before any takes its new
    /// one, so that names may wander along chains and in circles. Answers whether that worked; if not,
    /// nothing was written.
    fn upsert_together<R: StoredRow>(
        &mut self,
        rows: &[&R],
        upsert: &mut rusqlite::Statement<'_>,
    ) -> rusqlite::Result<bool> {
        self.sql.execute_batch("SAVEPOINT together")?;
        for row in rows {
            row.give_up_name(self.sql)?;
        }
        for row in rows {
            match row.upsert(upsert, self.curve) {
                Ok(_) => {}
                Err(error) if is_constraint(&error) => {
                    self.sql.execute_batch("ROLLBACK TO together; RELEASE together")?;
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        self.sql.execute_batch("RELEASE together")?;
        self.written.rows += rows.len();
        Ok(true)
    }

    fn vacate_slots(&mut self, dirty: &DirtyRows) -> rusqlite::Result<()> {
        if dirty.inventory.is_empty() {
            return Ok(());
        }
        let sql = "DELETE FROM inventory WHERE character_id = ?1 AND slot = ?2 AND item_id IS NOT ?3";
        let mut vacate = self.sql.prepare(sql)?;
        for ((character_id, slot), row) in &dirty.inventory {
            let stays = row.as_ref().map(|row| &row.item_id);
            vacate.execute(params![character_id, slot, stays])?;
            self.written.rows += usize::from(row.is_none());
        }
        Ok(())
    }

    fn remove_items(&mut self, dirty: &DirtyRows) -> rusqlite::Result<()> {
        let mut removed = dirty.items.iter().filter(|(_, row)| row.is_none()).peekable();
        if removed.peek().is_none() {
            return Ok(());
        }
        let mut remove = self.sql.prepare("DELETE FROM items WHERE item_id = ?1")?;
        for (item_id, _) in removed {
            match remove.execute([item_id]) {
                Ok(_) => self.written.rows += 1,
                Err(error) if is_constraint(&error) => {
                    tracing::error!(table = "items", %error, "the main file refuses to remove an item");
                    self.refused.push((
                        error.to_string(),
                        Change::RemoveItem {
                            item_id: item_id.clone(),
                        },
                    ));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn forget_old_answers(&self, now_micros: i64) -> rusqlite::Result<()> {
        let kept_micros = i64::try_from(ANSWERS_KEPT.as_micros()).unwrap_or(i64::MAX);
        let oldest = now_micros.saturating_sub(kept_micros);
        self.sql
            .execute("DELETE FROM answers WHERE created_at < ?1", [oldest])
            .map(drop)
    }

    /// Nothing that was promised is dropped: what the tables refuse is kept for a person (D22).
    fn keep_refused(&mut self, through: Seq, now_micros: i64) -> rusqlite::Result<()> {
        self.written.refused = self.refused.len();
        if self.refused.is_empty() {
            return Ok(());
        }
        let mut keep = self.sql.prepare(
            "INSERT INTO refused_rows (applied_seq, refused_at, reason, record) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (reason, change) in self.refused.drain(..) {
            // Always encodable: the change came out of a record of at most the same size.
            let record = record::encode(&Transaction {
                changes: vec![change],
            })
            .unwrap_or_default();
            keep.execute(params![through.get(), now_micros, reason, record])?;
        }
        Ok(())
    }
}

fn is_constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
