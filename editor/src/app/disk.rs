//! Saving, and taking in what others changed on disk.
//!
//! *Not* responsible for: files (`document::storage`), noticing changes (`document::watch`).

use super::App;
use crate::document::file::{Disk, SaveError};
use crate::text::text;

impl App {
    pub(super) fn save(&mut self) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        match workspace.document.save() {
            Ok(count) => self.tell_saved(count),
            // A file that could not be read may have been put right since.
            Err(SaveError::ChangedOnDisk(_) | SaveError::Incomplete { .. }) => self.save_after_reload(),
            Err(error) => self.tell_error(text().told_not_saved(error.to_string())),
        }
    }

    /// Somebody else wrote a file in the last second: their change is taken in before ours is written.
    fn save_after_reload(&mut self) {
        self.look_on_disk();
        if !self.conflicts.is_empty() {
            self.tell_error(text().told_not_saved_conflicts());
            return;
        }
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        match workspace.document.save() {
            Ok(count) => self.tell_saved(count),
            Err(error) => self.tell_error(text().told_not_saved(error.to_string())),
        }
    }

    fn tell_saved(&mut self, count: usize) {
        // What was in conflict is decided now: ours was written.
        self.conflicts.clear();
        self.tell(text().told_saved(count));
    }

    pub(super) fn look_on_disk(&mut self) {
        let found = self
            .workspace
            .as_ref()
            .and_then(crate::workspace::Workspace::look_on_disk);
        if let Some(found) = found {
            self.reload(found);
        }
    }

    pub(super) fn reload(&mut self, found: Disk) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let reloaded = match workspace.document.reload(found) {
            Ok(reloaded) => reloaded,
            Err(error) => {
                self.tell_error(text().told_reload_does_not_fit(error.to_string()));
                return;
            }
        };
        if let Some((file, reason)) = reloaded.unreadable.first() {
            self.tell_error(text().told_reload_unreadable(file, reason));
        }
        if reloaded.change_count > 0 {
            self.tell(text().told_reloaded(reloaded.change_count));
        }
        self.conflicts.retain(|old| {
            let is_same = |new: &crate::document::merge::Conflict| {
                (new.island, new.record, &new.title) == (old.island, old.record, &old.title)
            };
            !reloaded.conflicts.iter().any(is_same)
        });
        self.conflicts.extend(reloaded.conflicts);
        if !self.conflicts.is_empty() {
            self.tell_warning(text().told_conflicts(self.conflicts.len()));
        }
    }
}
