//! Recovery: from whatever lies in the data folder to a whole main file and a whole journal.
//!
//! In this order: main file whole, replay the journal; main file damaged, the newest backup that verifies
//! and that the journal reaches back to, then replay; both damaged, refuse. Nothing is ever overwritten:
//! damaged files move to `quarantine/`, and only after their replacement has been verified.
//!
//! *Not* responsible for: loading rows (see `load`).

use super::DurabilityConfig;
use super::backup;
use super::checkpoint::{self, Clean};
use super::connection::{self, Sharing};
use super::data_dir::{DataDir, sync_folder};
use super::dirty::DirtyRows;
use super::error::OpenError;
use super::journal::{Extent, Journal, JournalError};
use super::note::Note;
use super::record::Seq;
use super::{load, schema};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Two files that fit each other.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) main: Connection,
    pub(crate) journal: Journal,
    /// The newest transaction of all; the main file contains it.
    pub(crate) last: Seq,
    /// The journal does not reach back to the older backups: a new one is due at once.
    pub(crate) backup_due: bool,
}

/// Opens both files and makes them whole.
pub(crate) fn recover(
    dir: &DataDir,
    config: &DurabilityConfig,
    migrations: &[&str],
    now_micros: i64,
    notes: &mut Vec<Note>,
) -> Result<Recovered, OpenError> {
    backup::remove_unfinished(dir).map_err(io_at(&dir.backups()))?;
    let mut recovery = Recovery {
        dir,
        config,
        migrations,
        now_micros,
        notes,
    };
    let journal = recovery.open_journal()?;
    let mut main = match recovery.open_main(&journal)? {
        MainFile::Whole(main) => main,
        MainFile::Unusable(damage) => recovery.restore(&journal, &damage)?,
    };
    recovery.migrate(&mut main)?;
    let (journal, last, backup_due) = recovery.replay(&mut main, journal)?;
    checkpoint::set_clean(&main, Clean::Running).map_err(sql_at(&dir.main_file()))?;
    sync_folder(dir.root()).map_err(io_at(dir.root()))?;
    Ok(Recovered {
        main,
        journal,
        last,
        backup_due,
    })
}

enum MainFile {
    Whole(Connection),
    /// Damaged, or missing though there was one; the text says what.
    Unusable(String),
}

/// The journal as it was found.
enum JournalFile {
    Whole(Journal, Extent),
    /// There was none; this one is new.
    New(Journal),
    /// It cannot be read. Whether that matters depends on the main file.
    Damaged(JournalError),
}

impl JournalFile {
    fn reaches_back_to_the_first(&self) -> bool {
        match self {
            Self::Whole(_, extent) => extent.trimmed_through == Seq::NONE,
            Self::New(_) => true,
            Self::Damaged(_) => false,
        }
    }
}

struct Recovery<'a> {
    dir: &'a DataDir,
    config: &'a DurabilityConfig,
    migrations: &'a [&'a str],
    now_micros: i64,
    notes: &'a mut Vec<Note>,
}

impl Recovery<'_> {
    fn open_journal(&self) -> Result<JournalFile, OpenError> {
        let path = self.dir.journal_file();
        let existed = path.exists();
        if existed && let Some(fault) = connection::header_fault(&path).map_err(io_at(&path))? {
            return Ok(JournalFile::Damaged(JournalError::Damaged(fault.to_owned())));
        }
        let opened = Journal::open(&path, self.config.journal_bytes_max).and_then(|journal| {
            Ok(if existed {
                let extent = journal.extent()?;
                JournalFile::Whole(journal, extent)
            } else {
                JournalFile::New(journal)
            })
        });
        match opened {
            Ok(journal) => Ok(journal),
            Err(JournalError::Newer(found)) => Err(OpenError::Newer {
                path,
                found,
                known: 1,
            }),
            Err(JournalError::Sql(source)) if !connection::means_damage(&source) => {
                Err(OpenError::Sql { path, source })
            }
            Err(damage) => Ok(JournalFile::Damaged(damage)),
        }
    }

    fn open_main(&self, journal: &JournalFile) -> Result<MainFile, OpenError> {
        let path = self.dir.main_file();
        let checked = match connection::header_fault(&path) {
            Ok(None) => self.check_main(&path),
            Ok(Some(fault)) => Ok(Checked::Fault(fault.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Checked::Nothing("is missing")),
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        match checked {
            Ok(Checked::Whole(main)) => Ok(MainFile::Whole(main)),
            Ok(Checked::Fault(fault)) => Ok(MainFile::Unusable(fault)),
            Ok(Checked::Newer(found)) => Err(OpenError::Newer {
                path,
                found,
                known: self.newest_version(),
            }),
            Ok(Checked::Nothing(what)) => {
                let backups = backup::list(self.dir).map_err(io_at(&self.dir.backups()))?;
                // A new folder; or one whose journal has everything, which fills an empty file as well.
                if backups.is_empty() && journal.reaches_back_to_the_first() {
                    self.create_main(&path).map(MainFile::Whole)
                } else {
                    Ok(MainFile::Unusable(what.to_owned()))
                }
            }
            Err(error) if connection::means_damage(&error) => Ok(MainFile::Unusable(error.to_string())),
            Err(source) => Err(OpenError::Sql { path, source }),
        }
    }

    fn create_main(&self, path: &Path) -> Result<Connection, OpenError> {
        let create = || {
            let mut main = connection::open_durable(path, Sharing::Shared)?;
            schema::migrate(&mut main, self.migrations)?;
            Ok(main)
        };
        create().map_err(sql_at(path))
    }

    fn check_main(&self, path: &Path) -> rusqlite::Result<Checked> {
        let main = connection::open_durable(path, Sharing::Shared)?;
        // A damaged file goes to quarantine as it is; closing it must not fold its log into it.
        main.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        if !connection::is_ours(&main)? {
            return Ok(Checked::Fault("is another program's database".to_owned()));
        }
        let version = connection::schema_version(&main)?;
        if version > self.newest_version() {
            return Ok(Checked::Newer(version));
        }
        if let Some(fault) = connection::structural_faults(&main)?.into_iter().next() {
            return Ok(Checked::Fault(fault));
        }
        if version == 0 {
            return Ok(Checked::Nothing("is empty"));
        }
        if let Some(altered) = schema::find_altered_object(&main, self.migrations)? {
            return Ok(Checked::Fault(altered));
        }
        // An older schema has other columns; its rows are checked at the start after the migration.
        if version == self.newest_version()
            && let Some(altered) = load::find_altered_row(&main)?
        {
            return Ok(Checked::Fault(altered));
        }
        // Both are read here, so that a file without them counts as damaged.
        checkpoint::applied_seq(&main)?;
        checkpoint::is_clean(&main)?;
        main.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        Ok(Checked::Whole(main))
    }

    /// Puts the newest usable backup in the place of the main file.
    fn restore(&mut self, journal: &JournalFile, damage: &str) -> Result<Connection, OpenError> {
        let path = self.dir.main_file();
        let whole = match journal {
            JournalFile::Whole(journal, extent) => Some((journal, *extent)),
            JournalFile::New(_) | JournalFile::Damaged(_) => None,
        };
        let mut rejected = Vec::new();
        for backup in backup::list(self.dir).map_err(io_at(&self.dir.backups()))? {
            let verified = backup::verify(&backup.path, backup.manifest.as_ref());
            let usable = verified.and_then(|applied| match whole {
                None => Err("the journal that goes with it is damaged or missing too".to_owned()),
                Some((_, extent)) if applied < extent.trimmed_through => Err(format!(
                    "it ends with transaction {applied}, before the journal begins"
                )),
                Some((_, extent)) if applied > extent.last => Err(format!(
                    "it ends with transaction {applied}, after the journal ends"
                )),
                // Every record is read before anything is moved: the replay that follows cannot fail on one.
                Some((journal, _)) => journal
                    .replay_after(applied, |_, _| {})
                    .map_err(|error| error.to_string()),
            });
            match usable {
                Ok(()) => {
                    let quarantined = self.put_in_place(&backup.path)?;
                    self.notes.push(Note::Restored {
                        damage: damage.to_owned(),
                        backup: backup.path,
                        quarantined,
                    });
                    return connection::open_durable(&path, Sharing::Shared).map_err(sql_at(&path));
                }
                Err(reason) => {
                    rejected.push(format!("{}: {reason}", backup.path.display()));
                    self.notes.push(Note::BackupRejected {
                        path: backup.path,
                        reason,
                    });
                }
            }
        }
        Err(OpenError::NoUsableBackup {
            path,
            damage: damage.to_owned(),
            backups: self.dir.backups(),
            rejected,
            journal_is_complete: whole.is_some_and(|(journal, extent)| {
                extent.trimmed_through == Seq::NONE
                    && extent.last > Seq::NONE
                    && journal.replay_after(Seq::NONE, |_, _| {}).is_ok()
            }),
        })
    }

    /// Copies the backup beside the main file, moves the main file away, renames the copy. Killed anywhere
    /// in between, the next start finds a damaged or a missing main file and does it again.
    fn put_in_place(&self, backup: &Path) -> Result<Option<PathBuf>, OpenError> {
        let path = self.dir.main_file();
        let copy = path.with_extension("db.restoring");
        fs::copy(backup, &copy).map_err(io_at(&copy))?;
        File::open(&copy)
            .and_then(|file| file.sync_all())
            .map_err(io_at(&copy))?;
        let quarantined = self.quarantine(&path)?;
        fs::rename(&copy, &path).map_err(io_at(&path))?;
        sync_folder(self.dir.root()).map_err(io_at(self.dir.root()))?;
        Ok(quarantined)
    }

    /// Moves a database and its side files away: a log left behind would be replayed over its successor.
    fn quarantine(&self, path: &Path) -> Result<Option<PathBuf>, OpenError> {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("unnamed");
        let target_for = |attempt: u32| {
            self.dir
                .quarantine()
                .join(format!("{}_{attempt}_{name}", self.now_micros / 1_000_000))
        };
        let target = (0..1000)
            .map(target_for)
            .find(|target| !target.exists())
            .unwrap_or_else(|| target_for(1000));
        let mut moved = None;
        for side in ["", "-wal", "-shm"] {
            let from = with_suffix(path, side);
            let to = with_suffix(&target, side);
            match fs::rename(&from, &to) {
                Ok(()) if side.is_empty() => moved = Some(to),
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(OpenError::Io { path: from, source }),
            }
        }
        sync_folder(&self.dir.quarantine()).map_err(io_at(&self.dir.quarantine()))?;
        sync_folder(self.dir.root()).map_err(io_at(self.dir.root()))?;
        Ok(moved)
    }

    /// Brings an older file to the schema of this server, after a backup.
    fn migrate(&mut self, main: &mut Connection) -> Result<(), OpenError> {
        let path = self.dir.main_file();
        let from = connection::schema_version(main).map_err(sql_at(&path))?;
        let to = self.newest_version();
        if from >= to {
            return Ok(());
        }
        let made = backup::make(main, self.dir, self.now_micros).map_err(OpenError::BackupBeforeMigration)?;
        schema::migrate(main, self.migrations).map_err(sql_at(&path))?;
        self.notes.push(Note::Migrated {
            from,
            to,
            backup: made.path,
        });
        Ok(())
    }

    /// Brings the main file up to the end of the journal.
    fn replay(
        &mut self,
        main: &mut Connection,
        journal: JournalFile,
    ) -> Result<(Journal, Seq, bool), OpenError> {
        let main_path = self.dir.main_file();
        let applied = checkpoint::applied_seq(main).map_err(sql_at(&main_path))?;
        let clean = checkpoint::is_clean(main).map_err(sql_at(&main_path))?;
        let (journal, extent) = match journal {
            JournalFile::Whole(journal, extent) => (journal, extent),
            JournalFile::New(journal) if applied == Seq::NONE => return Ok((journal, applied, false)),
            JournalFile::New(journal) => {
                return self.begin_journal_after(applied, journal, "there was none".to_owned());
            }
            JournalFile::Damaged(source) if clean => {
                let reason =
                    format!("the old one is damaged ({source}) and the last server had closed cleanly");
                return self.replace_journal(applied, &reason);
            }
            JournalFile::Damaged(source) => return Err(self.journal_damaged(applied, source)),
        };
        if applied < extent.trimmed_through {
            let (before, after) = (applied.get(), extent.trimmed_through.next().get());
            return Err(self.journal_damaged(applied, JournalError::Gap { before, after }));
        }
        if applied > extent.last {
            let reason = format!("it ends with record {}", extent.last);
            drop(journal);
            return if clean {
                self.replace_journal(applied, &reason)
            } else {
                Err(self.journal_damaged(applied, JournalError::Damaged(reason)))
            };
        }
        let mut dirty = DirtyRows::default();
        journal
            .replay_after(applied, |seq, transaction| dirty.fold(seq, transaction))
            .map_err(|source| self.journal_damaged(applied, source))?;
        if dirty.through > applied {
            checkpoint::write(main, &dirty, &self.config.levels, self.now_micros)
                .map_err(sql_at(&main_path))?;
            let records = dirty.through.distance_from(applied);
            self.notes.push(Note::Replayed {
                records,
                after: applied.get(),
            });
        }
        Ok((journal, extent.last, false))
    }

    /// Moves a journal away that is not needed, and begins another.
    fn replace_journal(&mut self, applied: Seq, reason: &str) -> Result<(Journal, Seq, bool), OpenError> {
        let path = self.dir.journal_file();
        let quarantined = self.quarantine(&path)?;
        let journal = Journal::open(&path, self.config.journal_bytes_max)
            .map_err(|source| self.journal_damaged(applied, source))?;
        let kept = quarantined.map_or_else(String::new, |old| format!("; it is kept as {}", old.display()));
        self.begin_journal_after(applied, journal, format!("{reason}{kept}"))
    }

    /// A new journal goes with the main file as it is, and with no older backup.
    fn begin_journal_after(
        &mut self,
        applied: Seq,
        journal: Journal,
        reason: String,
    ) -> Result<(Journal, Seq, bool), OpenError> {
        self.set_later_backups_aside(applied)?;
        journal
            .start_after(applied)
            .map_err(sql_at(&self.dir.journal_file()))?;
        self.notes.push(Note::JournalReplaced {
            after: applied.get(),
            reason,
        });
        Ok((journal, applied, true))
    }

    /// Whoever puts an older main file in place and takes the journal away begins another history. Backups of
    /// the one that is given up must neither come back nor decide what the new journal may drop.
    fn set_later_backups_aside(&mut self, applied: Seq) -> Result<(), OpenError> {
        for backup in backup::list(self.dir).map_err(io_at(&self.dir.backups()))? {
            let Some(ends_with) = backup.manifest.map(|manifest| manifest.applied()) else {
                continue;
            };
            if ends_with > applied {
                self.quarantine(&backup.path)?;
                self.quarantine(&backup::manifest_path(&backup.path))?;
                self.notes.push(Note::BackupRejected {
                    path: backup.path,
                    reason: format!(
                        "it ends with transaction {ends_with}, after the new journal begins; it lies in quarantine"
                    ),
                });
            }
        }
        sync_folder(&self.dir.backups()).map_err(io_at(&self.dir.backups()))
    }

    fn journal_damaged(&self, readable_through: Seq, source: JournalError) -> OpenError {
        OpenError::JournalDamaged {
            path: self.dir.journal_file(),
            readable_through,
            source,
        }
    }

    fn newest_version(&self) -> i64 {
        i64::try_from(self.migrations.len()).unwrap_or(i64::MAX)
    }
}

enum Checked {
    Whole(Connection),
    /// There is no file, or one without any table; the text says which.
    Nothing(&'static str),
    Fault(String),
    Newer(i64),
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_path_buf();
    move |source| OpenError::Io { path, source }
}

fn sql_at(path: &Path) -> impl FnOnce(rusqlite::Error) -> OpenError {
    let path = path.to_path_buf();
    move |source| OpenError::Sql { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durability::LevelCurve;

    /// 14 February 2026, 09:00 UTC.
    const NOW_MICROS: i64 = 1_771_059_600_000_000;

    #[test]
    fn an_older_file_is_migrated_after_a_backup() {
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::open(folder.path()).unwrap();
        let config = DurabilityConfig::new(LevelCurve {
            character_level: |_| 1,
            skill_level: |_| 0,
        });
        let mut notes = Vec::new();
        drop(recover(&dir, &config, schema::MIGRATIONS, NOW_MICROS, &mut notes).unwrap());

        let next = [schema::MIGRATIONS, &["ALTER TABLE guilds ADD COLUMN motto TEXT"]].concat();
        let recovered = recover(&dir, &config, &next, NOW_MICROS, &mut notes).unwrap();
        let backup = dir.backups().join("backup_20260214_090000.db");
        assert_eq!(
            notes,
            [Note::Migrated {
                from: 1,
                to: 2,
                backup: backup.clone()
            }]
        );
        assert_eq!(connection::schema_version(&recovered.main).unwrap(), 2);
        assert_eq!(
            connection::schema_version(&connection::open_read_only(&backup).unwrap()).unwrap(),
            1
        );
        drop(recovered);

        let older = recover(&dir, &config, schema::MIGRATIONS, NOW_MICROS, &mut notes);
        assert!(matches!(
            older,
            Err(OpenError::Newer {
                found: 2,
                known: 1,
                ..
            })
        ));
    }
}
