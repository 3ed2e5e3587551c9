//! The document and its folder: saving, taking changes of others in, journalling, recovering.
//!
//! *Not* responsible for: atomic writing (`worldgen::project_dir`), the journal's lines (`journal`).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;

use shared::edit::EditError;
use shared::format::PROJECT_FILE;
use shared::ids::IslandId;
use worldgen::project_dir;
use xxhash_rust::xxh3::xxh3_64;

use super::file::{self, Disk, FilePart, SaveError, SavePlan};
use super::journal::{Hashes, JournalError, Recovery, Subject};
use super::merge::{self, Conflict};
use super::thing::Thing;
use super::{Change, Document, backup, compare};
use crate::text::text;

/// What taking the changes of others in came to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reloaded {
    /// How many things changed here.
    pub change_count: usize,
    /// What both sides changed; it stands as it was here.
    pub conflicts: Vec<Conflict>,
    /// Files that could not be read in full, with the reason; nothing of them was taken.
    pub unreadable: Vec<(String, String)>,
}

/// An island whose file gets another name.
struct Move {
    island: IslandId,
    from: String,
    to: String,
}

impl Document {
    /// Saves the files that differ and returns how many; what could not be written stays dirty.
    ///
    /// # Errors
    /// The first file that could not be saved, and why. With [`SaveError::ChangedOnDisk`] nothing was
    /// written: [`Self::reload`] first.
    pub fn save(&mut self) -> Result<usize, SaveError> {
        self.commit();
        let plan = file::plan(
            &self.dirty,
            &self.saved,
            &self.project,
            self.built_in,
            &self.incomplete,
        );
        let replaced = self.replaced_files(&plan)?;
        for (name, bytes) in &replaced {
            if let Err(error) = backup::keep(&self.folder, name, bytes) {
                self.trouble = Some(text().error_no_backup(name, error.to_string()));
            }
        }
        let moves = self.moves(&plan);
        // Where names change hands between islands, one of them may be in no file for a moment: a kill then
        // must find it whole in the journal.
        let moving = moves.iter().map(|moved| Thing::Island(moved.island)).collect();
        self.write_journal(&text().recovery_unsaved(), &moving);
        self.rename_files(&moves);
        let hashes = plan.hashes();
        self.announce(hashes.clone());
        let (written, done, trouble) = plan.write(&self.folder);
        for name in written {
            match hashes.get(&name).copied().flatten() {
                Some(hash) => self.disk.insert(name, hash),
                None => self.disk.remove(&name),
            };
        }
        for part in &done {
            part.copy(&self.project, &mut self.saved);
            self.dirty.remove(part);
        }
        self.rebase_journal();
        match trouble {
            Some(error) => Err(error),
            None => Ok(done.len()),
        }
    }

    /// Islands that the plan is going to write under another file name.
    fn moves(&self, plan: &SavePlan) -> Vec<Move> {
        let islands = self.dirty.iter().filter_map(|part| match part {
            FilePart::Island(island) => Some((*part, *island)),
            FilePart::Settings | FilePart::Schema => None,
        });
        let moves = islands.filter_map(|(part, island)| {
            let (from, to) = (file::name(part, &self.saved)?, file::name(part, &self.project)?);
            Some(Move { island, from, to })
        });
        moves
            .filter(|moved| moved.from != moved.to && plan.files.contains_key(&moved.to))
            .collect()
    }

    /// Renames the files of islands that move, where the new name is free: so the folder holds each island once,
    /// whenever the save is cut short. What cannot be renamed is written and removed, which says why it fails.
    fn rename_files(&mut self, moves: &[Move]) {
        for Move { from, to, .. } in moves {
            let Some(hash) = self
                .disk
                .get(from)
                .copied()
                .filter(|_| !self.disk.contains_key(to))
            else {
                continue;
            };
            self.announce([(from.clone(), None), (to.clone(), Some(hash))].into());
            if project_dir::rename(&self.folder, from, to).is_ok() {
                self.disk.remove(from);
                self.disk.insert(to.clone(), hash);
            }
        }
    }

    fn announce(&mut self, files: BTreeMap<String, Option<u64>>) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.announce(files)
        {
            self.stop_journal(&error);
        }
    }

    /// The files that a save is going to replace, as they are now.
    fn replaced_files(&self, plan: &SavePlan) -> Result<Vec<(String, Vec<u8>)>, SaveError> {
        let mut replaced = Vec::new();
        for name in plan.files.keys() {
            let now = match fs::read(self.folder.join(name)) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                // Writing it is going to fail, too, and says why.
                Err(_) => continue,
            };
            let hash = now.as_ref().map(|bytes| xxh3_64(bytes));
            if hash != self.disk.get(name).copied() {
                return Err(SaveError::ChangedOnDisk(name.clone()));
            }
            replaced.extend(now.map(|bytes| (name.clone(), bytes)));
        }
        Ok(replaced)
    }

    /// What each file's bytes were when they were read or saved last.
    pub fn disk(&self) -> &Hashes {
        &self.disk
    }

    /// Takes in what others changed on disk, as one step that can be undone. What both sides changed stays
    /// as it is here.
    ///
    /// # Errors
    /// Never in practice: the edits are made for the project as it stands.
    pub fn reload(&mut self, disk: Disk) -> Result<Reloaded, EditError> {
        self.commit();
        if disk.hashes == self.disk {
            return Ok(Reloaded::default());
        }
        let Disk { loaded, hashes } = disk;
        let mut theirs = loaded.project;
        let parts = |project: &shared::project::Project| {
            let islands = project.islands.keys().copied().map(FilePart::Island);
            islands
                .chain([FilePart::Settings, FilePart::Schema])
                .collect::<BTreeSet<_>>()
        };
        for part in parts(&self.saved) {
            let name = file::name(part, &self.saved);
            // A file that does not read says nothing about what should be gone, and neither does a project
            // without its first file: somebody is in the middle of writing it.
            let silent = name.is_some_and(|name| {
                loaded.incomplete.contains_key(&name)
                    || name == PROJECT_FILE && !hashes.contains_key(PROJECT_FILE)
            });
            if silent {
                part.copy(&self.saved, &mut theirs);
            }
        }
        let merged = merge::merge(&self.saved, &self.project, &theirs);
        let change_count = merged.edits.len();
        let label = text().step_reload(change_count);
        self.change(Change::Step {
            label,
            edits: merged.edits,
        })?;
        self.saved = theirs;
        self.disk = hashes;
        self.places = loaded.places;
        self.load_issues = loaded.issues;
        self.incomplete = loaded.incomplete;
        let all = parts(&self.saved).into_iter().chain(parts(&self.project));
        self.dirty = all
            .filter(|part| !part.is_same(&self.project, &self.saved))
            .collect();
        self.revision += 1;
        self.changes.note(self.revision, &BTreeSet::new());
        self.rebase_journal();
        let unreadable = self.incomplete.iter();
        Ok(Reloaded {
            change_count,
            conflicts: merged.conflicts,
            unreadable: unreadable
                .map(|(file, reason)| (file.clone(), reason.clone()))
                .collect(),
        })
    }

    /// Steps that a crash left behind, offered until decided.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }

    /// Takes the steps of a crash in as one step that can be undone.
    ///
    /// # Errors
    /// The recovered steps do not fit the project; nothing was changed and the offer is gone.
    pub fn recover(&mut self) -> Result<usize, EditError> {
        let Some(recovery) = self.recovery.take() else {
            return Ok(0);
        };
        let count = recovery.labels.len();
        // The journal still holds the steps; this one comes after them.
        self.change(Change::Step {
            label: text().step_recover(count),
            edits: compare::difference(&self.project, &recovery.project),
        })?;
        self.rebase_journal();
        Ok(count)
    }

    /// Drops the steps of a crash.
    pub fn discard_recovery(&mut self) {
        if self.recovery.take().is_some() {
            self.rebase_journal();
        }
    }

    /// Drops unsaved changes from the journal: the designer chose not to keep them.
    pub fn discard_changes(&mut self) {
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.restart(self.disk.clone())
        {
            self.stop_journal(&error);
        }
    }

    /// Why steps are not journalled or a backup was not kept; told once.
    pub fn take_trouble(&mut self) -> Option<String> {
        self.trouble.take()
    }

    pub(super) fn write_journal(&mut self, label: &str, touched: &BTreeSet<Thing>) {
        let subject = Subject {
            project: &self.project,
            schema: &self.schema,
            built_in: self.built_in,
        };
        if let Some(journal) = &mut self.journal
            && let Err(error) = journal.append(label, touched, subject)
        {
            self.stop_journal(&error);
        }
    }

    /// Starts the journal again from what the files hold, with what is not in them.
    fn rebase_journal(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        let result = if self.dirty.is_empty() {
            journal.restart(self.disk.clone())
        } else {
            let unsaved = Thing::all_of(&compare::difference(&self.saved, &self.project));
            let subject = Subject {
                project: &self.project,
                schema: &self.schema,
                built_in: self.built_in,
            };
            journal.rebase(self.disk.clone(), &unsaved, subject)
        };
        if let Err(error) = result {
            self.stop_journal(&error);
        }
    }

    fn stop_journal(&mut self, error: &JournalError) {
        self.journal = None;
        self.trouble = Some(not_journalled(error));
    }
}

/// What to tell when steps cannot be journalled.
pub(super) fn not_journalled(error: &JournalError) -> String {
    text().error_not_journalled(error.to_string())
}
