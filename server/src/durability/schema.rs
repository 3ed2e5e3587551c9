//! Schema of the main file: numbered SQL files, applied in order, each in a transaction of its own.
//!
//! A migration that was released is never edited; a change of the schema is a new file at the end of
//! [`MIGRATIONS`]. `user_version` in the file says how many were applied.
//!
//! A migration that changes what a row contains sets the checksums of that table to NULL; the next write of
//! each row brings them back.
//!
//! *Not* responsible for: rows (see `tables`).

use super::connection;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Number `n` of the list leads from version `n` to version `n + 1`.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../../migrations/0001_main.sql")];

/// The version that this server writes.
pub(crate) fn newest_version() -> i64 {
    version_after(MIGRATIONS)
}

fn version_after(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// Brings a file from its version to the newest.
pub(crate) fn migrate(main: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    let version = connection::schema_version(main)?;
    for (sql, after) in migrations.iter().zip(1_i64..) {
        if after > version {
            connection::apply_schema(main, sql, after)?;
        }
    }
    Ok(())
}

/// Looks for a table or an index that differs from what the migrations make of an empty file: a flipped bit
/// in the schema changes what the file means. What somebody has added is left alone.
pub(crate) fn find_altered_object(
    main: &Connection,
    migrations: &[&str],
) -> rusqlite::Result<Option<String>> {
    let version = usize::try_from(connection::schema_version(main)?).unwrap_or(0);
    let mut model = Connection::open_in_memory()?;
    migrate(&mut model, migrations.get(..version).unwrap_or(migrations))?;
    let there = objects(main)?;
    let mut altered = objects(&model)?
        .into_iter()
        .filter(|object| !there.contains(object));
    Ok(altered
        .next()
        .map(|(kind, name, _)| format!("its {kind} {name} is not as it was made")))
}

/// Kind, name and statement of every object; SQLite makes some indexes without a statement.
type Objects = BTreeSet<(String, String, Option<String>)>;

fn objects(connection: &Connection) -> rusqlite::Result<Objects> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_schema")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_run_once_and_in_order() {
        let mut main = Connection::open_in_memory().unwrap();
        let first = ["CREATE TABLE a (x)"];
        let both = [first[0], "ALTER TABLE a ADD COLUMN y"];
        migrate(&mut main, &first).unwrap();
        migrate(&mut main, &both).unwrap();
        migrate(&mut main, &both).unwrap();
        assert_eq!(connection::schema_version(&main).unwrap(), 2);
        main.execute("INSERT INTO a (x, y) VALUES (1, 2)", []).unwrap();
    }

    #[test]
    fn a_migration_that_fails_leaves_the_version_before_it() {
        let mut main = Connection::open_in_memory().unwrap();
        let broken = ["CREATE TABLE a (x)", "CREATE TABLE b (y); CREATE TABLE a (z)"];
        migrate(&mut main, &broken).unwrap_err();
        assert_eq!(connection::schema_version(&main).unwrap(), 1);
        let tables: i64 = main
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!(tables, 1, "table b was rolled back");
    }
}
