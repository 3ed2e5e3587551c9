//! Opening SQLite files: the settings that every connection has, and the tests of a whole file.
//!
//! *Not* responsible for: what the files contain.

use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

/// Before 3.51.3, two connections at the same instant could reset the write-ahead log under each other and
/// corrupt the file (<https://sqlite.org/wal.html>, "The WAL-Reset Bug").
pub(crate) const SQLITE_VERSION_MIN: i32 = 3_051_003;

/// "Tmbo", so that `file` and a person can tell whose database it is.
const APPLICATION_ID: i32 = 0x546d_626f;

/// How long one connection waits for another; both are ours, and the longest transaction is a checkpoint.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Who else may use the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// This connection alone; SQLite then needs no shared memory beside the file.
    Exclusive,
    /// Other connections of this process read it.
    Shared,
}

/// Opens a file for reading and writing, or makes it. A commit returns after its bytes are on the disk.
pub(crate) fn open_durable(path: &Path, sharing: Sharing) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // The lock mode comes first: a log opened in exclusive mode never makes shared memory.
    if sharing == Sharing::Exclusive {
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    expect_pragma(&connection, "journal_mode", "wal")?;
    // FULL syncs the log at every commit; NORMAL would lose acknowledged commits in a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    set_common(&connection)?;
    Ok(connection)
}

/// Opens a file for reading alone.
pub(crate) fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    set_common(&connection)?;
    Ok(connection)
}

fn set_common(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    let foreign_keys: bool = connection.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    if foreign_keys {
        Ok(())
    } else {
        Err(setting_refused("foreign_keys"))
    }
}

/// Sets a pragma that answers with the value it took.
fn expect_pragma(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    let taken: String = connection.pragma_update_and_check(None, name, value, |row| row.get(0))?;
    if taken.eq_ignore_ascii_case(value) {
        Ok(())
    } else {
        Err(setting_refused(name))
    }
}

fn setting_refused(name: &str) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_MISUSE);
    rusqlite::Error::SqliteFailure(code, Some(format!("SQLite refuses the setting {name}")))
}

/// What is wrong with the first bytes of a file, where SQLite would call it unreadable or read-only instead
/// of damaged (<https://sqlite.org/fileformat.html>, "The Database Header"). An empty file has no fault.
pub(crate) fn header_fault(path: &Path) -> io::Result<Option<&'static str>> {
    let mut header = Vec::new();
    File::open(path)?.take(20).read_to_end(&mut header)?;
    Ok(match header[..] {
        [] | [.., 1 | 2, 1 | 2] if header.is_empty() || header.starts_with(b"SQLite format 3\0") => None,
        _ => Some("does not begin as a database"),
    })
}

/// Runs the statements of a new schema version; the version is part of the transaction.
pub(crate) fn apply_schema(connection: &mut Connection, sql: &str, version: i64) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(sql)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()
}

/// The schema version of a file; 0 = empty.
pub(crate) fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Whether the file is one of ours (or empty).
pub(crate) fn is_ours(connection: &Connection) -> rusqlite::Result<bool> {
    let id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(id == APPLICATION_ID || tables == 0)
}

/// What SQLite finds wrong with the structure of a file; empty = whole. At most 100 lines.
///
/// A row that breaks a CHECK is bad data and not a broken structure: the loader reports it row by row.
pub(crate) fn structural_faults(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut faults = Vec::new();
    for line in lines {
        let line = line?;
        if line != "ok" && !line.starts_with("CHECK constraint failed in ") {
            faults.push(line);
        }
    }
    Ok(faults)
}

/// Whether the error says that the file's bytes are wrong, as opposed to: not readable at the moment. While a
/// file is examined, a value of another type than was stored is wrong bytes as well.
pub(crate) fn means_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    matches!(
        error,
        Error::Utf8Error(..)
            | Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::QueryReturnedNoRows
            | Error::SqlInputError { .. }
    ) || matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_on_the_disk_and_references_are_enforced() {
        let folder = tempfile::tempdir().unwrap();
        for (name, sharing) in [("a.db", Sharing::Exclusive), ("b.db", Sharing::Shared)] {
            let connection = open_durable(&folder.path().join(name), sharing).unwrap();
            let pragma = |name| {
                connection
                    .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
                    .unwrap()
            };
            // 2 = FULL. No kill test can see the difference to NORMAL: only a power cut shows it.
            assert_eq!(
                (pragma("synchronous"), pragma("foreign_keys"), pragma("mmap_size")),
                (2, 1, 0)
            );
        }
    }

    #[test]
    fn the_bundled_sqlite_is_past_the_log_reset_bug() {
        assert!(
            rusqlite::version_number() >= SQLITE_VERSION_MIN,
            "{}",
            rusqlite::version()
        );
    }
}
