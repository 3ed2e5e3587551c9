//! Backups: verified copies of the main file, each with a manifest.
//!
//! A copy is made by `VACUUM INTO`, which reads one consistent moment of a live database (copying the file
//! does not: it misses the write-ahead log and tears). Its name says when it was made; its manifest says
//! which transaction it ends with and what its bytes hash to, because SQLite's own check does not see a
//! flipped bit inside a value. A file without `.tmp` in its name has been verified once.
//!
//! *Not* responsible for: putting a backup in place (see `recovery`).

use super::connection;
use super::data_dir::{DataDir, sync_folder};
use super::error::BackupError;
use super::record::Seq;
use super::{checkpoint, schema};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use xxhash_rust::xxh3::Xxh3;

/// How many of the newest backups stay whatever their age: the journal is kept for these two.
const KEPT_AT_LEAST: usize = 2;

/// How many backups one pruning removes. One an hour is made, so one an hour grows old; a wall clock that
/// jumps a day ahead makes all of them look old at once, and must not delete them at once.
const REMOVED_AT_MOST: usize = 2;

/// What the manifest beside a backup says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// The newest transaction in the backup.
    pub(crate) applied_seq: i64,
    /// Size of the file.
    pub(crate) byte_count: u64,
    /// xxh3, 128 bits, of all its bytes, in hex.
    pub(crate) xxh3: String,
}

impl Manifest {
    pub(crate) fn applied(&self) -> Seq {
        Seq::from_stored(self.applied_seq)
    }
}

/// A backup that lies in the folder.
#[derive(Debug, Clone)]
pub(crate) struct Backup {
    pub(crate) path: PathBuf,
    /// Missing where a person has put a file there.
    pub(crate) manifest: Option<Manifest>,
}

/// A backup that was just made.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    pub(crate) applied: Seq,
}

/// Copies the main file, verifies the copy, and gives it its name.
pub(crate) fn make(main: &Connection, dir: &DataDir, now_micros: i64) -> Result<Made, BackupError> {
    let path = free_name(main, &dir.backups(), now_micros)?;
    let unverified = path.with_extension("db.tmp");
    remove_if_there(&unverified).map_err(at(&unverified))?;
    let result = copy_and_verify(main, &unverified, &path);
    if result.is_err() {
        // What is left of a copy that failed; the error that is returned says why.
        remove_if_there(&unverified).ok();
    }
    result
}

fn copy_and_verify(main: &Connection, unverified: &Path, path: &Path) -> Result<Made, BackupError> {
    main.execute("VACUUM INTO ?1", params![path_text(unverified)?])?;
    File::open(unverified)
        .and_then(|file| file.sync_all())
        .map_err(at(unverified))?;
    let applied = verify(unverified, None).map_err(BackupError::Verify)?;

    let (byte_count, xxh3) = hash_of(unverified).map_err(at(unverified))?;
    let manifest = Manifest {
        applied_seq: applied.get(),
        byte_count,
        xxh3,
    };
    let manifest_path = manifest_path(path);
    write_synced(&manifest_path, &manifest).map_err(at(&manifest_path))?;
    // The manifest first: a backup never appears without it.
    fs::rename(unverified, path).map_err(at(path))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    sync_folder(folder).map_err(at(folder))?;
    Ok(Made {
        path: path.to_path_buf(),
        applied,
    })
}

/// Opens a backup and checks everything about it. Answers the newest transaction in it, or what is wrong.
pub(crate) fn verify(path: &Path, manifest: Option<&Manifest>) -> Result<Seq, String> {
    if let Some(manifest) = manifest {
        let (byte_count, xxh3) = hash_of(path).map_err(|error| error.to_string())?;
        if (byte_count, &xxh3) != (manifest.byte_count, &manifest.xxh3) {
            return Err("its bytes differ from its manifest".to_owned());
        }
    }
    let check = || -> rusqlite::Result<Result<Seq, String>> {
        let copy = connection::open_read_only(path)?;
        if let Some(fault) = connection::structural_faults(&copy)?.into_iter().next() {
            return Ok(Err(fault));
        }
        let version = connection::schema_version(&copy)?;
        if !connection::is_ours(&copy)? || !(1..=schema::newest_version()).contains(&version) {
            return Ok(Err(format!(
                "schema version {version} is not one of this server's"
            )));
        }
        checkpoint::applied_seq(&copy).map(Ok)
    };
    let applied = check().map_err(|error| error.to_string())??;
    match manifest {
        Some(manifest) if manifest.applied() != applied => {
            Err("it is not the file of its manifest".to_owned())
        }
        _ => Ok(applied),
    }
}

/// The backups in the folder, newest first: by the transaction they end with, then by name. Wall time alone
/// would put a backup made by a wrong clock first.
pub(crate) fn list(dir: &DataDir) -> io::Result<Vec<Backup>> {
    let mut backups = Vec::new();
    for entry in fs::read_dir(dir.backups())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if name.starts_with("backup_") && path.extension().is_some_and(|extension| extension == "db") {
            let manifest = read_manifest(&manifest_path(&path));
            backups.push(Backup { path, manifest });
        }
    }
    let age_order = |backup: &Backup| {
        (
            backup.manifest.as_ref().map(Manifest::applied),
            backup.path.clone(),
        )
    };
    backups.sort_by_cached_key(|backup| std::cmp::Reverse(age_order(backup)));
    Ok(backups)
}

/// Removes backups older than `kept`, by the time in their name. Those without a manifest are somebody
/// else's and stay; so do the newest two.
pub(crate) fn prune(
    calendar: &Connection,
    dir: &DataDir,
    now_micros: i64,
    kept: Duration,
) -> Result<(), BackupError> {
    let kept_seconds = i64::try_from(kept.as_secs()).unwrap_or(i64::MAX);
    let oldest_kept = (now_micros / 1_000_000).saturating_sub(kept_seconds);
    let backups = list(dir).map_err(at(&dir.backups()))?;
    let verified = backups.iter().filter(|backup| backup.manifest.is_some());
    let mut old = Vec::new();
    for backup in verified.skip(KEPT_AT_LEAST) {
        if made_at_seconds(calendar, &backup.path)?.is_some_and(|made_at| made_at < oldest_kept) {
            old.push(&backup.path);
        }
    }
    for path in old.into_iter().rev().take(REMOVED_AT_MOST) {
        fs::remove_file(path).map_err(at(path))?;
        let manifest_path = manifest_path(path);
        fs::remove_file(&manifest_path).map_err(at(&manifest_path))?;
        tracing::info!(path = %path.display(), "backup removed: older than backups are kept");
    }
    Ok(())
}

/// Removes copies that were never finished.
pub(crate) fn remove_unfinished(dir: &DataDir) -> io::Result<()> {
    for entry in fs::read_dir(dir.backups())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// `backup_YYYYMMDD_HHMMSS.db`; if that second is taken, the next free one.
fn free_name(calendar: &Connection, folder: &Path, now_micros: i64) -> Result<PathBuf, BackupError> {
    let now = now_micros / 1_000_000;
    // More backups than this lie in no folder: one per second for a day.
    for seconds in now..now.saturating_add(86_400) {
        let sql = "SELECT strftime('backup_%Y%m%d_%H%M%S.db', ?1, 'unixepoch')";
        let name: String = calendar.query_row(sql, [seconds], |row| row.get(0))?;
        let path = folder.join(name);
        if !path.exists() {
            return Ok(path);
        }
    }
    Err(BackupError::Verify("no free name for a backup".to_owned()))
}

/// UTC seconds since 1970 that the name says; `None` for a name of another form.
fn made_at_seconds(calendar: &Connection, path: &Path) -> rusqlite::Result<Option<i64>> {
    let name = path.file_name().and_then(|name| name.to_str());
    // Cut by SQLite as it was put together by SQLite; a date that it cannot read is NULL.
    let sql = "
        SELECT unixepoch(
            substr(?1, 8, 4) || '-' || substr(?1, 12, 2) || '-' || substr(?1, 14, 2) || ' ' ||
            substr(?1, 17, 2) || ':' || substr(?1, 19, 2) || ':' || substr(?1, 21, 2))
        WHERE ?1 GLOB 'backup_[0-9]*_[0-9]*.db'";
    calendar
        .query_row(sql, [name], |row| row.get(0))
        .optional()
        .map(Option::flatten)
}

/// Where the manifest of a backup lies.
pub(crate) fn manifest_path(backup: &Path) -> PathBuf {
    backup.with_extension("manifest")
}

/// A manifest that cannot be read is as good as none.
fn read_manifest(path: &Path) -> Option<Manifest> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write_synced(path: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut file = File::create(path)?;
    serde_json::to_writer(&mut file, manifest)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Size and hash of a file.
fn hash_of(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hasher = Xxh3::new();
    let mut buffer = vec![0; 1 << 16];
    let mut byte_count = 0;
    loop {
        let read = file.read(&mut buffer)?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
            break;
        };
        hasher.update(chunk);
        byte_count += u64::try_from(read).unwrap_or(0);
    }
    Ok((byte_count, format!("{:032x}", hasher.digest128())))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn path_text(path: &Path) -> Result<&str, BackupError> {
    let not_text = || io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8");
    path.to_str().ok_or_else(|| at(path)(not_text()))
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_path_buf();
    move |source| BackupError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_in_a_name_reads_back() {
        let calendar = Connection::open_in_memory().unwrap();
        // The epoch, leap days, the last second of a day, a century that is no leap year.
        for seconds in [
            0,
            951_782_400,
            1_709_164_799,
            1_709_251_199,
            4_107_542_400,
            1_771_059_600,
        ] {
            let path = free_name(&calendar, Path::new("/nowhere"), seconds * 1_000_000).unwrap();
            let made_at = made_at_seconds(&calendar, &path).unwrap();
            assert_eq!(made_at, Some(seconds), "{}", path.display());
        }
    }

    #[test]
    fn names_of_another_form_have_no_time() {
        let calendar = Connection::open_in_memory().unwrap();
        for name in [
            "backup_.db",
            "backup_2026_1.db",
            "backup_20261399_090000.db",
            "copy_20260214_090000.db",
        ] {
            assert_eq!(
                made_at_seconds(&calendar, Path::new(name)).unwrap(),
                None,
                "{name}"
            );
        }
    }
}
