//! The document: one open project with its history, selection and file state. Knows no toolkit.
//!
//! Every change of the project goes through [`Document::change`]; nothing else has mutable access. A
//! change is a list of [`Edit`]s with a label, either one finished step or part of a gesture that goes on
//! (a drag, a text being typed). Views compare revisions to learn that something changed.
//!
//! *Not* responsible for: pictures, panels, terrain, which rule finds what.

pub mod backup;
pub mod changes;
pub mod clipboard;
pub mod compare;
pub mod file;
pub mod fresh_id;
pub mod history;
pub mod journal;
pub mod marks;
pub mod merge;
pub mod repeat;
pub mod selection;
pub mod snapshot;
mod storage;
pub mod thing;
pub mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use shared::edit::{Edit, EditError};
use shared::format::Places;
use shared::ids::{Id, IslandId};
use shared::island::{Island, Record, RecordId};
use shared::issue::Issue;
use shared::project::Project;
use shared::schema::Schema;

use changes::ChangeLog;
use file::{Disk, FilePart, OpenError};
use fresh_id::RandomSource;
use history::{GestureKey, History};
use journal::{Hashes, Journal, Recovery};
use selection::Selection;
use thing::Thing;

use crate::text::text;

pub use storage::Reloaded;

/// A change that a panel or tool asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// One finished step.
    Step {
        /// What the history calls it: "Delete 3 markers".
        label: String,
        /// What it does.
        edits: Vec<Edit>,
    },
    /// Part of a gesture: the edits lead from its start to where it stands now.
    Amend {
        /// What the history calls it.
        label: String,
        /// The same for all parts of one gesture.
        key: GestureKey,
        /// The whole way from the start.
        edits: Vec<Edit>,
    },
    /// The open gesture is finished.
    Commit,
    /// The open gesture is taken back.
    Cancel,
}

/// An open project.
#[derive(Debug)]
pub struct Document {
    folder: PathBuf,
    project: Project,
    built_in: &'static Schema,
    schema: Schema,
    /// Files that hold more than could be read, with the reason; never written.
    incomplete: BTreeMap<String, String>,
    places: Places,
    history: History,
    selection: Selection,
    island: Option<IslandId>,
    /// The project as its files hold it.
    saved: Project,
    dirty: BTreeSet<FilePart>,
    load_issues: Vec<Issue>,
    /// What each file's bytes are.
    disk: Hashes,
    journal: Option<Journal>,
    /// Why the journal stopped or a backup was not kept, told once.
    trouble: Option<String>,
    recovery: Option<Recovery>,
    changes: ChangeLog,
    random: RandomSource,
    revision: u64,
    island_revisions: BTreeMap<IslandId, u64>,
}

impl Document {
    /// Opens the project in a folder. What is wrong with its files becomes issues; only a folder that
    /// cannot be read at all is an error.
    ///
    /// # Errors
    /// The folder is missing, unreadable or no project.
    pub fn open(folder: &Path, built_in: &'static Schema) -> Result<Self, OpenError> {
        let Disk { loaded, hashes } = file::open(folder, built_in)?;
        let project = loaded.project;
        let (journal, recovery, trouble) = match Journal::open(folder, &hashes, &project, built_in) {
            Ok((journal, recovery)) => (Some(journal), recovery, None),
            Err(error) => (None, None, Some(storage::not_journalled(&error))),
        };
        Ok(Self {
            folder: folder.to_owned(),
            schema: project.schema_with(built_in),
            built_in,
            incomplete: loaded.incomplete,
            places: loaded.places,
            history: History::default(),
            selection: Selection::default(),
            island: project.islands.keys().next().copied(),
            saved: project.clone(),
            dirty: BTreeSet::new(),
            load_issues: loaded.issues,
            disk: hashes,
            journal,
            trouble,
            recovery,
            changes: ChangeLog::default(),
            random: RandomSource::System,
            revision: 1,
            island_revisions: BTreeMap::new(),
            project,
        })
    }

    /// Makes new ids from a fixed sequence, so that a test can compare bytes.
    #[must_use]
    pub fn with_seeded_ids(mut self, seed: u64) -> Self {
        self.random = RandomSource::Seeded(seed);
        self
    }

    /// The project's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The project as it stands, open gesture included.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The schema in force: built-in kinds and the project's own.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The kinds that the generator itself knows.
    pub fn built_in(&self) -> &'static Schema {
        self.built_in
    }

    /// What could not be read of the files.
    pub fn load_issues(&self) -> &[Issue] {
        &self.load_issues
    }

    /// Grows with every change of the project.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Records that changed, came or went after a revision; `None` when any may have. Heads of islands, which
    /// are few and small, are not told.
    pub fn changes_since(&self, revision: u64) -> Option<impl Iterator<Item = (IslandId, RecordId)>> {
        self.changes.since(revision)
    }

    /// Grows with every change that may change this island's terrain or records.
    pub fn island_revision(&self, island: IslandId) -> u64 {
        self.island_revisions.get(&island).copied().unwrap_or(0)
    }

    /// The island that is shown.
    pub fn island(&self) -> Option<&Island> {
        self.project.islands.get(&self.island?)
    }

    /// Shows another island. Selection belongs to the island shown, so it is emptied.
    pub fn show_island(&mut self, island: IslandId) {
        if self.island != Some(island) && self.project.islands.contains_key(&island) {
            self.island = Some(island);
            self.selection = Selection::default();
        }
    }

    /// The selected records of the island that is shown.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Selects other records of the island that is shown; those it does not have are left out.
    pub fn select(&mut self, selection: Selection) {
        self.selection = selection;
        self.selection
            .retain_existing(self.island.and_then(|id| self.project.islands.get(&id)));
    }

    /// Copies of the selected records, in canonical order.
    pub fn selected_records(&self) -> Vec<Record> {
        let Some(island) = self.island() else {
            return Vec::new();
        };
        self.selection.iter().filter_map(|id| island.record(id)).collect()
    }

    /// Undo, redo and their labels.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// An id that nothing in the project has.
    pub fn fresh_id(&mut self) -> Id {
        self.random.fresh(&self.project)
    }

    /// Changes the project.
    ///
    /// # Errors
    /// An edit that does not fit; the project is then as it was before the change.
    pub fn change(&mut self, change: Change) -> Result<(), EditError> {
        match change {
            Change::Step { label, edits } => {
                self.commit();
                let before = self.history.position();
                let result = self.history.apply(&mut self.project, &label, edits);
                if result.is_ok() && self.history.position() > before {
                    self.after_step(&label);
                }
                result
            }
            Change::Amend { label, key, edits } => {
                if !self.history.is_open_with(&key) {
                    self.commit();
                }
                let mut touched = Thing::all_of(if self.history.is_gesture_open() {
                    self.history.last_inverses()
                } else {
                    &[]
                });
                let result = self.history.amend(&mut self.project, &label, &key, edits);
                if self.history.is_gesture_open() {
                    touched.extend(Thing::all_of(self.history.last_inverses()));
                }
                self.touch(&touched);
                result
            }
            Change::Commit => {
                self.commit();
                Ok(())
            }
            Change::Cancel => {
                if !self.history.is_gesture_open() {
                    return Ok(());
                }
                let touched = Thing::all_of(self.history.last_inverses());
                let result = self.history.cancel(&mut self.project).map(|_| ());
                self.touch(&touched);
                result
            }
        }
    }

    /// Takes the last step back, open gesture first.
    ///
    /// # Errors
    /// Never in practice, see [`History::undo`].
    pub fn undo(&mut self) -> Result<(), EditError> {
        self.commit();
        if self.history.position() > 0 {
            let label = text().step_undo(self.history.undo_label().unwrap_or_default());
            let redo = self
                .history
                .undo(&mut self.project)?
                .map(<[Edit]>::to_vec)
                .unwrap_or_default();
            self.after_travel(&label, &redo);
        }
        Ok(())
    }

    /// Brings the last undone step again.
    ///
    /// # Errors
    /// Never in practice, see [`History::redo`].
    pub fn redo(&mut self) -> Result<(), EditError> {
        self.commit();
        if let Some(label) = self.history.redo_label().map(|label| text().step_redo(label)) {
            let undo = self
                .history
                .redo(&mut self.project)?
                .map(<[Edit]>::to_vec)
                .unwrap_or_default();
            self.after_travel(&label, &undo);
        }
        Ok(())
    }

    /// Undoes or redoes until `position` steps are done.
    ///
    /// # Errors
    /// Never in practice, see [`History::undo`].
    pub fn travel_to(&mut self, position: usize) -> Result<(), EditError> {
        self.commit();
        while self.history.position() > position {
            self.undo()?;
        }
        while self.history.position() < position.min(self.history.len()) {
            self.redo()?;
        }
        Ok(())
    }

    /// Whether anything differs from the files.
    pub fn is_dirty(&self) -> bool {
        !self.dirty.is_empty() || self.history.is_gesture_open()
    }

    /// Whether this island's file differs.
    pub fn is_island_dirty(&self, island: IslandId) -> bool {
        self.dirty.contains(&FilePart::Island(island))
    }

    /// How many files a save would write or remove.
    pub fn dirty_count(&self) -> usize {
        self.dirty.len()
    }

    /// Where things stood in the files when they were read.
    pub fn places(&self) -> &Places {
        &self.places
    }

    fn commit(&mut self) {
        let label = self.history.undo_label().unwrap_or_default().to_owned();
        if self.history.commit() {
            self.after_step(&label);
        }
    }

    /// After a step was pushed: its inverses say what it touched.
    fn after_step(&mut self, label: &str) {
        let touched = Thing::all_of(self.history.last_inverses());
        self.settle(label, &touched);
    }

    /// After undo or redo: selects what came or changed, on the island where it did.
    fn after_travel(&mut self, label: &str, edits: &[Edit]) {
        self.settle(label, &Thing::all_of(edits));
        let records: Vec<(IslandId, RecordId)> = edits.iter().filter_map(record_of).collect();
        if let Some((island, _)) = records.first() {
            self.show_island(*island);
            let here = records.iter().filter(|(on, _)| on == island);
            self.select(Selection::of(here.map(|(_, record)| *record)));
        }
    }

    fn settle(&mut self, label: &str, touched: &BTreeSet<Thing>) {
        self.touch(touched);
        for part in thing::parts(touched) {
            if part.is_same(&self.project, &self.saved) {
                self.dirty.remove(&part);
            } else {
                self.dirty.insert(part);
            }
        }
        self.write_journal(label, touched);
    }

    /// Bumps the revisions of what changed and puts what hangs on it in order.
    fn touch(&mut self, touched: &BTreeSet<Thing>) {
        if touched.is_empty() {
            return;
        }
        self.revision += 1;
        self.changes.note(self.revision, touched);
        let parts = thing::parts(touched);
        for part in &parts {
            match part {
                FilePart::Island(island) => {
                    self.island_revisions.insert(*island, self.revision);
                }
                // Seed, generator version and schema defaults reach every island.
                FilePart::Settings | FilePart::Schema => {
                    for island in self.project.islands.keys() {
                        self.island_revisions.insert(*island, self.revision);
                    }
                }
            }
        }
        if parts.contains(&FilePart::Schema) {
            self.schema = self.project.schema_with(self.built_in);
        }
        if self.island().is_none() {
            self.island = self.project.islands.keys().next().copied();
        }
        let selection = std::mem::take(&mut self.selection);
        self.select(selection);
    }
}

fn record_of(edit: &Edit) -> Option<(IslandId, RecordId)> {
    match Thing::of(edit) {
        Thing::Record(island, record) => Some((island, record)),
        _ => None,
    }
}
