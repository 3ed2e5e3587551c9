//! Saving, and taking in what others changed on disk.
//!
//! *Not* responsible for: files (`document::storage`), noticing changes (`document::watch`).

use super::App;
use crate::document::file::{Disk, SaveError};

impl App {
    pub(super) fn save(&mut self) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        match workspace.document.save() {
            Ok(count) => self.tell_saved(count),
            // A file that could not be read may have been put right since.
            Err(SaveError::ChangedOnDisk(_) | SaveError::Incomplete { .. }) => self.save_after_reload(),
            Err(error) => self.tell_error(format!("Not saved: {error}")),
        }
    }

    /// Somebody else wrote a file in the last second: their change is taken in before ours is written.
    fn save_after_reload(&mut self) {
        self.look_on_disk();
        if !self.conflicts.is_empty() {
            self.tell_error(
                "Not saved: something changed here and on disk. Decide, or save again to keep yours.",
            );
            return;
        }
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        match workspace.document.save() {
            Ok(count) => self.tell_saved(count),
            Err(error) => self.tell_error(format!("Not saved: {error}")),
        }
    }

    fn tell_saved(&mut self, count: usize) {
        // What was in conflict is decided now: ours was written.
        self.conflicts.clear();
        self.tell(if count == 1 {
            "Saved 1 file".to_owned()
        } else {
            format!("Saved {count} files")
        });
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
                self.tell_error(format!("The files changed, but the change does not fit: {error}"));
                return;
            }
        };
        if let Some((file, reason)) = reloaded.unreadable.first() {
            self.tell_error(format!("{file} changed on disk and cannot be read: {reason}"));
        }
        match reloaded.change_count {
            0 => {}
            1 => self.tell("1 change taken in from disk; undo takes it back"),
            count => self.tell(format!(
                "{count} changes taken in from disk; undo takes them back"
            )),
        }
        self.conflicts.retain(|old| {
            let is_same = |new: &crate::document::merge::Conflict| {
                (new.island, new.record, &new.title) == (old.island, old.record, &old.title)
            };
            !reloaded.conflicts.iter().any(is_same)
        });
        self.conflicts.extend(reloaded.conflicts);
        if !self.conflicts.is_empty() {
            let count = self.conflicts.len();
            self.tell_warning(format!(
                "{count} changed here and on disk; yours stand until you decide"
            ));
        }
    }
}
