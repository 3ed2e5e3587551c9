//! The gesture journal: committed steps since the last save, so that a killed editor loses at most the
//! gesture that was going on (D38).
//!
//! The journal lies in the project's `.tombolo` folder, which git ignores. Its first line names the files
//! it starts from with a hash of their bytes; each further line is one step: every thing that the step
//! touched, as it stood afterwards, in the map format's own text. So a line costs what the step changed,
//! whatever the island holds, and lines can be taken over files that already have some of them: a kill in
//! the middle of a save leaves such a mix. A line carries its own checksum, so a line torn by a crash ends
//! the journal instead of poisoning it. Lines are written at once and synced on a thread of their own: a
//! killed process loses nothing, a power cut at most the last moment.
//!
//! *Not* responsible for: what a step changed in the model (see [`super::thing`]), saving.

mod entry;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::project::Project;
use shared::schema::Schema;
use worldgen::project_dir;
use xxhash_rust::xxh3::xxh3_64;

use super::thing::Thing;
use crate::background::Worker;
use crate::text::text;
use entry::Entry;

/// Hashes of files by path below the project's folder.
pub type Hashes = BTreeMap<String, u64>;

/// Folder below the project that holds what belongs to this machine only.
pub const PRIVATE_FOLDER: &str = ".tombolo";
const JOURNAL_FILE: &str = "journal";
const JOURNAL_VERSION: u32 = 2;
/// A journal is at most this long: at some hundred bytes per step far more than a day's work.
const MAX_JOURNAL_BYTES: u64 = 256 << 20;

/// What stands on one line. Frozen: a change of shape is a new [`JOURNAL_VERSION`].
#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Line {
    /// The state the steps start from; lines before it are over.
    Base {
        version: u32,
        /// Hash of each file's bytes.
        files: Hashes,
        /// What differs from the files already then.
        unsaved: Vec<Entry>,
    },
    /// One committed step, undo and redo included.
    Step { label: String, entries: Vec<Entry> },
    /// A save begins: from here on each file may have this hash, or be gone.
    Saving { files: BTreeMap<String, Option<u64>> },
}

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another editor holds it.
    #[error("{}", text().error_journal_in_use())]
    InUse,
    /// The folder cannot be read or written.
    #[error("{}", text().error_journal_unusable(.0.to_string()))]
    Io(#[from] io::Error),
    /// A line cannot be written as text.
    #[error("{}", text().error_journal_unwritable(.0.to_string()))]
    Encode(#[from] ron::Error),
    /// It reached its limit.
    #[error("{}", text().error_journal_full(MAX_JOURNAL_BYTES >> 20))]
    Full,
}

/// Steps that a crash left behind.
#[derive(Debug, PartialEq)]
pub struct Recovery {
    /// Labels of the steps, oldest first.
    pub labels: Vec<String>,
    /// The project after the last whole step.
    pub project: Project,
    /// Whether files changed since, other than by a save that was cut short.
    pub files_changed: bool,
}

/// The open journal. Holds a lock on its file, so that two editors never mix their steps.
pub struct Journal {
    file: File,
    length: u64,
    /// Makes written lines durable without making the designer wait.
    sync: Worker<(), io::Error>,
}

/// The project that the journal writes about.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The project as it stands.
    pub project: &'a Project,
    /// The schema in force.
    pub schema: &'a Schema,
    /// The generator's kinds.
    pub built_in: &'a Schema,
}

impl Journal {
    /// Opens the journal of the project in `folder`, whose files hold `project` and have these hashes, and
    /// says what an earlier session left in it. What was left stays in the file until [`Self::restart`].
    ///
    /// # Errors
    /// Another editor holds the journal, or its folder cannot be written.
    pub fn open(
        folder: &Path,
        files: &Hashes,
        project: &Project,
        built_in: &Schema,
    ) -> Result<(Self, Option<Recovery>), JournalError> {
        let path = private_folder(folder)?.join(JOURNAL_FILE);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::InUse,
            TryLockError::Error(error) => JournalError::Io(error),
        })?;
        // The lock says that nobody else saves here.
        project_dir::sweep(folder)?;
        let mut bytes = Vec::new();
        (&file).take(MAX_JOURNAL_BYTES).read_to_end(&mut bytes)?;
        let length = file.seek(SeekFrom::End(0))?;
        let synced = file.try_clone()?;
        let sync = Worker::spawn("journal", Arc::new(|| {}), move |(), ticket| {
            if let Err(error) = synced.sync_data() {
                ticket.publish(error);
            }
        })?;
        let mut journal = Self { file, length, sync };
        let recovery = replay(&bytes, files, project, built_in);
        if recovery.is_none() {
            journal.restart(files.clone())?;
        }
        Ok((journal, recovery))
    }

    /// Forgets all steps and starts again from these files: when everything is saved, or when a recovery
    /// was decided.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn restart(&mut self, files: Hashes) -> Result<(), JournalError> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.length = 0;
        self.write(&Line::Base {
            version: JOURNAL_VERSION,
            files,
            unsaved: Vec::new(),
        })
    }

    /// Starts again from these files while some things differ from them. One line, so that a kill leaves
    /// the journal either as it was or wholly anew.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn rebase(
        &mut self,
        files: Hashes,
        unsaved: &BTreeSet<Thing>,
        subject: Subject,
    ) -> Result<(), JournalError> {
        self.write(&Line::Base {
            version: JOURNAL_VERSION,
            files,
            unsaved: entry::entries(unsaved, subject),
        })
    }

    /// Writes one committed step: what it touched.
    ///
    /// # Errors
    /// The file cannot be written; the step is then missing from the journal.
    pub fn append(
        &mut self,
        label: &str,
        touched: &BTreeSet<Thing>,
        subject: Subject,
    ) -> Result<(), JournalError> {
        if touched.is_empty() {
            return Ok(());
        }
        self.write(&Line::Step {
            label: label.to_owned(),
            entries: entry::entries(touched, subject),
        })
    }

    /// Announces a save: what each file is going to hold, `None` for one that is going to be gone.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn announce(&mut self, files: BTreeMap<String, Option<u64>>) -> Result<(), JournalError> {
        self.write(&Line::Saving { files })
    }

    fn write(&mut self, line: &Line) -> Result<(), JournalError> {
        if let Some(error) = self.sync.take().pop_front() {
            return Err(error.into());
        }
        let body = ron::to_string(line)?;
        let text = format!("{:016x} {body}\n", xxh3_64(body.as_bytes()));
        if self.length + text.len() as u64 > MAX_JOURNAL_BYTES {
            return Err(JournalError::Full);
        }
        self.file.write_all(text.as_bytes())?;
        self.length += text.len() as u64;
        self.sync.request(());
        Ok(())
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// The project's private folder, made if missing, with a `.gitignore` that keeps all of it out of git.
///
/// # Errors
/// The folder cannot be made or written.
pub fn private_folder(project: &Path) -> io::Result<std::path::PathBuf> {
    let folder = project.join(PRIVATE_FOLDER);
    std::fs::create_dir_all(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        File::create(ignore)?.write_all(b"*\n")?;
    }
    Ok(folder)
}

/// Reads whole lines until the first damaged one and takes their steps over the project. `None` when that
/// leads to the project as the files have it.
fn replay(bytes: &[u8], files: &Hashes, project: &Project, built_in: &Schema) -> Option<Recovery> {
    let mut known: BTreeMap<&str, Vec<Option<u64>>> = BTreeMap::new();
    let mut recovery = Recovery {
        labels: Vec::new(),
        project: project.clone(),
        files_changed: false,
    };
    let mut schema = project.schema_with(built_in);
    let lines: Vec<Line> = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map_while(parse_line)
        .collect();
    let start = lines.iter().rposition(|line| matches!(line, Line::Base { .. }))?;
    for line in lines.get(start..)? {
        match line {
            Line::Base {
                version,
                files,
                unsaved,
            } => {
                if *version != JOURNAL_VERSION {
                    return None;
                }
                known = files
                    .iter()
                    .map(|(file, hash)| (file.as_str(), vec![Some(*hash)]))
                    .collect();
                entry::apply(unsaved, &mut recovery.project, &mut schema, built_in);
                if !unsaved.is_empty() {
                    recovery.labels.push(text().recovery_unsaved());
                }
            }
            Line::Step { label, entries } => {
                entry::apply(entries, &mut recovery.project, &mut schema, built_in);
                recovery.labels.push(label.clone());
            }
            Line::Saving { files } => {
                for (file, hash) in files {
                    known.entry(file).or_insert_with(|| vec![None]).push(*hash);
                }
            }
        }
    }
    let is_known = |file: &str, hash| known.get(file).is_some_and(|hashes| hashes.contains(&hash));
    recovery.files_changed = files.iter().any(|(file, hash)| !is_known(file, Some(*hash)))
        || known
            .keys()
            .any(|file| !files.contains_key(*file) && !is_known(file, None));
    (recovery.project != *project).then_some(recovery)
}

fn parse_line(line: &[u8]) -> Option<Line> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, body) = line.split_once(' ')?;
    let sum = u64::from_str_radix(sum, 16).ok()?;
    (sum == xxh3_64(body.as_bytes())).then(|| ron::from_str(body).ok())?
}

#[cfg(test)]
mod tests;
