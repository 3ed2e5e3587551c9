//! The gesture journal: committed steps since the last save, so that a killed editor loses at most the
//! gesture that was going on (D38).
//!
//! The journal lies in the project's `.tombolo` folder, which git ignores. Its first line names the files
//! it starts from with a hash of their canonical text; each further line is one step as patches of those
//! texts. It needs no second serialisation of the model: whatever the map format can store, the journal
//! can. A line carries its own checksum, so a line torn by a crash ends the journal instead of poisoning
//! it. Lines are written, not synced: a killed process loses nothing, a power cut may lose the last steps.
//!
//! *Not* responsible for: what a step changed in the model (see [`super::compare`]), saving.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// Canonical texts of the project's files by path below its folder.
pub type Texts = BTreeMap<String, String>;

/// Folder below the project that holds what belongs to this machine only.
pub const PRIVATE_FOLDER: &str = ".tombolo";
const JOURNAL_FILE: &str = "journal";
const JOURNAL_VERSION: u32 = 1;
/// A journal longer than this is not read: at some hundred bytes per step that is far beyond a day's work.
const MAX_JOURNAL_BYTES: u64 = 1 << 30;

/// What stands on one line. Frozen: a change of shape is a new version of [`JOURNAL_VERSION`].
#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Line {
    /// The state the steps start from.
    Base {
        version: u32,
        /// Hash of each file's canonical text.
        files: BTreeMap<String, u64>,
    },
    /// One committed step, undo and redo included.
    Step { label: String, changes: Vec<Change> },
}

/// A change of one file's text.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
enum Change {
    /// The file exists with this text afterwards.
    Text { file: String, text: String },
    /// `removed` bytes from byte `start` are replaced.
    Patch {
        file: String,
        start: usize,
        removed: usize,
        inserted: String,
    },
    /// The file is gone afterwards.
    Gone { file: String },
}

/// Why the journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another editor holds it.
    #[error("another editor has this project open")]
    InUse,
    /// The folder cannot be read or written.
    #[error("the gesture journal cannot be used: {0}")]
    Io(#[from] io::Error),
    /// A line cannot be written as text.
    #[error("the gesture journal cannot be written: {0}")]
    Encode(#[from] ron::Error),
}

/// Steps that a crash left behind.
#[derive(Debug, PartialEq)]
pub struct Recovery {
    /// Labels of the steps, oldest first.
    pub labels: Vec<String>,
    /// Every file's text after the last whole step.
    pub texts: Texts,
}

/// What an earlier session left in the journal.
#[derive(Debug, PartialEq)]
pub enum Leftover {
    /// Nothing: the last session ended in order.
    Nothing,
    /// Steps that were never saved.
    Steps(Recovery),
    /// Steps that start from files that have changed since; the journal was moved aside to this file.
    Outdated(PathBuf),
}

/// The open journal. Holds a lock on its file, so that two editors never mix their steps.
#[derive(Debug)]
pub struct Journal {
    file: File,
    /// Texts after the last step written.
    texts: Texts,
}

impl Journal {
    /// Opens the journal of the project in `folder`, whose files now have these canonical texts, and says
    /// what an earlier session left in it. What was left stays in the file until [`Self::restart`].
    ///
    /// # Errors
    /// Another editor holds the journal, or its folder cannot be written.
    pub fn open(folder: &Path, texts: Texts) -> Result<(Self, Leftover), JournalError> {
        let private = private_folder(folder)?;
        let path = private.join(JOURNAL_FILE);
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
        let mut bytes = Vec::new();
        (&file).take(MAX_JOURNAL_BYTES).read_to_end(&mut bytes)?;
        let leftover = match replay(&bytes, &texts) {
            Replay::Empty => Leftover::Nothing,
            Replay::Steps(recovery) => Leftover::Steps(recovery),
            Replay::OtherBase => {
                let aside = private.join("journal.outdated");
                File::create(&aside)?.write_all(&bytes)?;
                Leftover::Outdated(aside)
            }
        };
        file.seek(SeekFrom::End(0))?;
        let mut journal = Self { file, texts };
        if !matches!(leftover, Leftover::Steps(_)) {
            journal.restart(journal.texts.clone())?;
        }
        Ok((journal, leftover))
    }

    /// Forgets all steps and starts again from these texts: after a save, or when a recovery was decided.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn restart(&mut self, texts: Texts) -> Result<(), JournalError> {
        let files = texts
            .iter()
            .map(|(file, text)| (file.clone(), xxh3_64(text.as_bytes())))
            .collect();
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.write(&Line::Base {
            version: JOURNAL_VERSION,
            files,
        })?;
        self.texts = texts;
        Ok(())
    }

    /// Writes one committed step: the new texts of the files it touched, `None` for a file that is gone.
    ///
    /// # Errors
    /// The file cannot be written; the step is then missing from the journal, and so are later patches of
    /// the same files until [`Self::restart`].
    pub fn append(
        &mut self,
        label: &str,
        touched: BTreeMap<String, Option<String>>,
    ) -> Result<(), JournalError> {
        let mut changes = Vec::new();
        for (file, new) in &touched {
            match (self.texts.get(file), new) {
                (Some(old), Some(new)) if old == new => {}
                (Some(old), Some(new)) => changes.push(patch(file, old, new)),
                (None, Some(new)) => changes.push(Change::Text {
                    file: file.clone(),
                    text: new.clone(),
                }),
                (Some(_), None) => changes.push(Change::Gone { file: file.clone() }),
                (None, None) => {}
            }
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.write(&Line::Step {
            label: label.to_owned(),
            changes,
        })?;
        for (file, new) in touched {
            match new {
                Some(text) => self.texts.insert(file, text),
                None => self.texts.remove(&file),
            };
        }
        Ok(())
    }

    fn write(&mut self, line: &Line) -> Result<(), JournalError> {
        let body = ron::to_string(line)?;
        let text = format!("{:016x} {body}\n", xxh3_64(body.as_bytes()));
        self.file.write_all(text.as_bytes())?;
        Ok(())
    }
}

/// The project's private folder, made if missing, with a `.gitignore` that keeps all of it out of git.
///
/// # Errors
/// The folder cannot be made or written.
pub fn private_folder(project: &Path) -> io::Result<PathBuf> {
    let folder = project.join(PRIVATE_FOLDER);
    std::fs::create_dir_all(&folder)?;
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        File::create(ignore)?.write_all(b"*\n")?;
    }
    Ok(folder)
}

enum Replay {
    Empty,
    Steps(Recovery),
    OtherBase,
}

/// Reads whole lines until the first damaged one and applies their steps to the texts.
fn replay(bytes: &[u8], texts: &Texts) -> Replay {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').map_while(parse_line);
    let Some(Line::Base { version, files }) = lines.next() else {
        return Replay::Empty;
    };
    let same_base = version == JOURNAL_VERSION
        && files.len() == texts.len()
        && files.iter().all(|(file, hash)| {
            texts
                .get(file)
                .is_some_and(|text| xxh3_64(text.as_bytes()) == *hash)
        });
    let mut recovery = Recovery {
        labels: Vec::new(),
        texts: texts.clone(),
    };
    for line in lines {
        let Line::Step { label, changes } = line else {
            break;
        };
        if !same_base {
            return Replay::OtherBase;
        }
        let mut after = recovery.texts.clone();
        if !changes.into_iter().all(|change| apply(change, &mut after)) {
            break;
        }
        recovery.texts = after;
        recovery.labels.push(label);
    }
    if recovery.texts == *texts {
        Replay::Empty
    } else {
        Replay::Steps(recovery)
    }
}

fn parse_line(line: &[u8]) -> Option<Line> {
    let line = std::str::from_utf8(line).ok()?.strip_suffix('\n')?;
    let (sum, body) = line.split_once(' ')?;
    let sum = u64::from_str_radix(sum, 16).ok()?;
    (sum == xxh3_64(body.as_bytes())).then(|| ron::from_str(body).ok())?
}

/// Applies one change; false when it does not fit the text.
fn apply(change: Change, texts: &mut Texts) -> bool {
    match change {
        Change::Text { file, text } => {
            texts.insert(file, text);
            true
        }
        Change::Gone { file } => texts.remove(&file).is_some(),
        Change::Patch {
            file,
            start,
            removed,
            inserted,
        } => {
            let Some(text) = texts.get_mut(&file) else {
                return false;
            };
            let Some(end) = start.checked_add(removed) else {
                return false;
            };
            let fits = text.get(start..end).is_some();
            if fits {
                text.replace_range(start..end, &inserted);
            }
            fits
        }
    }
}

/// The shortest single replacement that turns `old` into `new`.
fn patch(file: &str, old: &str, new: &str) -> Change {
    let same = |(a, b): &(u8, u8)| a == b;
    let mut start = old.bytes().zip(new.bytes()).take_while(same).count();
    while !old.is_char_boundary(start) {
        start -= 1;
    }
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let mut tail = old_rest
        .bytes()
        .rev()
        .zip(new_rest.bytes().rev())
        .take_while(same)
        .count();
    while !old_rest.is_char_boundary(old_rest.len() - tail) {
        tail -= 1;
    }
    Change::Patch {
        file: file.to_owned(),
        start,
        removed: old_rest.len() - tail,
        inserted: new_rest[..new_rest.len() - tail].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(pairs: &[(&str, &str)]) -> Texts {
        pairs
            .iter()
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()))
            .collect()
    }

    fn step(journal: &mut Journal, label: &str, file: &str, text: Option<&str>) {
        let touched = BTreeMap::from([(file.to_owned(), text.map(str::to_owned))]);
        journal.append(label, touched).unwrap();
    }

    #[test]
    fn steps_of_a_killed_editor_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let base = texts(&[("a.ron", "one two"), ("b.ron", "x")]);
        let (mut journal, leftover) = Journal::open(folder.path(), base.clone()).unwrap();
        assert_eq!(leftover, Leftover::Nothing);
        step(&mut journal, "Move", "a.ron", Some("one three two"));
        step(&mut journal, "Remove", "b.ron", None);
        step(&mut journal, "New island", "c.ron", Some("new"));
        drop(journal);

        let (_, leftover) = Journal::open(folder.path(), base).unwrap();
        let Leftover::Steps(recovery) = leftover else {
            panic!("expected steps, found {leftover:?}");
        };
        assert_eq!(recovery.labels, ["Move", "Remove", "New island"]);
        assert_eq!(
            recovery.texts,
            texts(&[("a.ron", "one three two"), ("c.ron", "new")])
        );
    }

    #[test]
    fn a_torn_last_line_loses_that_step_only() {
        let folder = tempfile::tempdir().unwrap();
        let base = texts(&[("a.ron", "one")]);
        let (mut journal, _) = Journal::open(folder.path(), base.clone()).unwrap();
        step(&mut journal, "First", "a.ron", Some("two"));
        step(&mut journal, "Second", "a.ron", Some("three"));
        let length = journal.file.metadata().unwrap().len();
        journal.file.set_len(length - 3).unwrap();
        drop(journal);

        let (_, leftover) = Journal::open(folder.path(), base).unwrap();
        assert_eq!(
            leftover,
            Leftover::Steps(Recovery {
                labels: vec!["First".into()],
                texts: texts(&[("a.ron", "two")])
            })
        );
    }

    #[test]
    fn files_changed_since_the_crash_are_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(folder.path(), texts(&[("a.ron", "one")])).unwrap();
        step(&mut journal, "Move", "a.ron", Some("two"));
        drop(journal);
        let (_, leftover) = Journal::open(folder.path(), texts(&[("a.ron", "pulled")])).unwrap();
        let Leftover::Outdated(aside) = leftover else {
            panic!("expected an outdated journal, found {leftover:?}");
        };
        assert!(std::fs::read_to_string(aside).unwrap().contains("Move"));
    }

    #[test]
    fn a_second_editor_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Journal::open(folder.path(), Texts::new()).unwrap();
        let second = Journal::open(folder.path(), Texts::new());
        assert!(matches!(second, Err(JournalError::InUse)));
    }

    #[test]
    fn undone_and_saved_steps_are_no_recovery() {
        let folder = tempfile::tempdir().unwrap();
        let base = texts(&[("a.ron", "one")]);
        let (mut journal, _) = Journal::open(folder.path(), base.clone()).unwrap();
        step(&mut journal, "Move", "a.ron", Some("two"));
        step(&mut journal, "Undo Move", "a.ron", Some("one"));
        drop(journal);
        let (mut journal, leftover) = Journal::open(folder.path(), base).unwrap();
        assert_eq!(leftover, Leftover::Nothing);
        step(&mut journal, "Move", "a.ron", Some("two"));
        journal.restart(texts(&[("a.ron", "two")])).unwrap();
        drop(journal);
        let (_, leftover) = Journal::open(folder.path(), texts(&[("a.ron", "two")])).unwrap();
        assert_eq!(leftover, Leftover::Nothing);
    }

    proptest! {
        #[test]
        fn patches_turn_the_old_text_into_the_new(old in "[aöß\n]{0,12}", new in "[aöß\n]{0,12}") {
            let mut after = texts(&[("f", &old)]);
            prop_assert!(apply(patch("f", &old, &new), &mut after));
            prop_assert_eq!(&after["f"], &new);
        }
    }
}
