//! Notes: what the opening of a data folder did and found, for the log and for the operator.
//!
//! *Not* responsible for: errors that stop the opening (see `error`).

use std::path::PathBuf;

/// One thing that an operator should know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Note {
    /// The last server was killed, and its journal had more than its tables.
    #[error("replayed {records} journal records after transaction {after}")]
    Replayed {
        /// How many.
        records: u64,
        /// The transaction before the first of them.
        after: i64,
    },
    /// The main file was damaged or missing, and a backup took its place.
    #[error("the main file {damage}; restored {}{}", backup.display(), quarantined_text(quarantined.as_ref()))]
    Restored {
        /// What was wrong.
        damage: String,
        /// The backup that was used.
        backup: PathBuf,
        /// Where the damaged file lies now.
        quarantined: Option<PathBuf>,
    },
    /// A backup was passed over.
    #[error("backup {} cannot be used: {reason}", path.display())]
    BackupRejected {
        /// The backup.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal could not be used and was not needed; a new one was begun.
    #[error("began a new journal after transaction {after}: {reason}")]
    JournalReplaced {
        /// The last transaction of the main file.
        after: i64,
        /// Why, and where the old one lies now.
        reason: String,
    },
    /// An older file was brought to this server's schema, after a backup.
    #[error("migrated from version {from} to {to}; the old file is {}", backup.display())]
    Migrated {
        /// The version before.
        from: i64,
        /// The version now.
        to: i64,
        /// The backup made before.
        backup: PathBuf,
    },
    /// A row was left out, because it breaks a rule or cannot be read.
    #[error("{table} {key}: {flaw}; the row is left out")]
    BadRow {
        /// Its table.
        table: &'static str,
        /// Its key.
        key: String,
        /// What is wrong.
        flaw: String,
    },
    /// A row was left out, because the row it refers to is not there.
    #[error("{table} {key}: its row in {parent} is not there; the row is left out")]
    Orphan {
        /// Its table.
        table: String,
        /// Its key.
        key: String,
        /// The table of the missing row.
        parent: String,
    },
    /// Stored levels did not follow from the experience, which alone counts (X6); they were written anew.
    #[error("{table}: {count} levels were derived anew from the experience")]
    LevelsDerived {
        /// The table.
        table: &'static str,
        /// How many rows.
        count: usize,
    },
    /// Durable rows that the tables refused wait for a person.
    #[error("{count} rows lie in refused_rows; they were acknowledged and could not be stored")]
    RefusedRows {
        /// How many.
        count: i64,
    },
}

fn quarantined_text(path: Option<&PathBuf>) -> String {
    path.map_or_else(String::new, |path| {
        format!("; the old file is kept as {}", path.display())
    })
}
