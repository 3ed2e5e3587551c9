//! History: gestures that can be undone, redone and jumped to.
//!
//! A gesture is a named list of edits that the designer feels as one step. The stacks hold whatever
//! leads to the other side: inverses for what was done, edits for what was undone, so undo and redo are
//! the same swap. A drag keeps one gesture open and replaces its edits until it is committed or cancelled.
//!
//! *Not* responsible for: which records an edit touches on screen, files, selection.

use std::collections::VecDeque;

use shared::edit::{self, Edit, EditError};
use shared::island::{Island, Record};
use shared::project::Project;

/// Memory that undo steps may take, in bytes. Gestures on records are a few hundred bytes, so this is
/// hundreds of thousands of steps; only whole-island edits come near it.
pub const DEFAULT_BUDGET_BYTES: usize = 256 * 1024 * 1024;

/// What makes two gestures the same continuing one: a widget, or a drag.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GestureKey(pub String);

/// One step of the history.
#[derive(Clone, Debug)]
struct Step {
    label: String,
    /// What leads to the other side: inverses on the done stack, edits on the undone stack.
    edits: Vec<Edit>,
    bytes: usize,
}

/// A gesture that is still going on.
#[derive(Debug)]
struct OpenGesture {
    label: String,
    key: GestureKey,
    inverses: Vec<Edit>,
}

/// Everything that was done and undone.
#[derive(Debug)]
pub struct History {
    done: VecDeque<Step>,
    /// Last undone on top.
    undone: Vec<Step>,
    open: Option<OpenGesture>,
    bytes: usize,
    budget_bytes: usize,
    /// Steps dropped from the front because of the budget.
    forgotten: usize,
}

impl Default for History {
    fn default() -> Self {
        Self::with_budget(DEFAULT_BUDGET_BYTES)
    }
}

impl History {
    /// An empty history that forgets its oldest steps beyond `budget_bytes`.
    pub fn with_budget(budget_bytes: usize) -> Self {
        Self {
            done: VecDeque::new(),
            undone: Vec::new(),
            open: None,
            bytes: 0,
            budget_bytes,
            forgotten: 0,
        }
    }

    /// Applies edits as one finished step. An open gesture is committed first.
    ///
    /// # Errors
    /// An edit that does not fit; nothing was changed.
    pub fn apply(&mut self, project: &mut Project, label: &str, edits: Vec<Edit>) -> Result<(), EditError> {
        self.commit();
        if edits.is_empty() {
            return Ok(());
        }
        let inverses = edit::apply_all(project, edits)?;
        self.push(label.to_owned(), inverses);
        Ok(())
    }

    /// Opens a gesture, or replaces the edits of the open one with the same key. The edits start from the
    /// state before the gesture, so a drag sends the whole way it has come, not the last bit of it.
    ///
    /// # Errors
    /// An edit that does not fit; the project is then as it was before the gesture, which ends.
    pub fn amend(
        &mut self,
        project: &mut Project,
        label: &str,
        key: &GestureKey,
        edits: Vec<Edit>,
    ) -> Result<(), EditError> {
        match self.open.take() {
            Some(open) if open.key == *key => {
                edit::apply_all(project, open.inverses)?;
            }
            other => {
                self.open = other;
                self.commit();
            }
        }
        let inverses = edit::apply_all(project, edits)?;
        self.open = Some(OpenGesture {
            label: label.to_owned(),
            key: key.clone(),
            inverses,
        });
        Ok(())
    }

    /// Ends the open gesture as one step. Returns whether there was one that changed something.
    pub fn commit(&mut self) -> bool {
        match self.open.take() {
            Some(open) if !open.inverses.is_empty() => {
                self.push(open.label, open.inverses);
                true
            }
            _ => false,
        }
    }

    /// Takes the open gesture back. Returns whether there was one.
    ///
    /// # Errors
    /// Never in practice: the inverses were made by the very edits they undo.
    pub fn cancel(&mut self, project: &mut Project) -> Result<bool, EditError> {
        let Some(open) = self.open.take() else {
            return Ok(false);
        };
        edit::apply_all(project, open.inverses)?;
        Ok(true)
    }

    /// Takes the last step back and returns the edits that would bring it again.
    ///
    /// # Errors
    /// Never in practice: the inverses were made by the very edits they undo.
    pub fn undo(&mut self, project: &mut Project) -> Result<Option<&[Edit]>, EditError> {
        self.commit();
        let Some(step) = self.done.pop_back() else {
            return Ok(None);
        };
        self.bytes -= step.bytes;
        let edits = edit::apply_all(project, step.edits)?;
        self.undone.push(Step::new(step.label, edits));
        Ok(self.undone.last().map(|step| step.edits.as_slice()))
    }

    /// Brings the last undone step again and returns the edits that would take it back.
    ///
    /// # Errors
    /// Never in practice: the edits applied before and nothing changed since.
    pub fn redo(&mut self, project: &mut Project) -> Result<Option<&[Edit]>, EditError> {
        self.commit();
        let Some(step) = self.undone.pop() else {
            return Ok(None);
        };
        let inverses = edit::apply_all(project, step.edits)?;
        let step = Step::new(step.label, inverses);
        self.bytes += step.bytes;
        self.done.push_back(step);
        Ok(self.done.back().map(|step| step.edits.as_slice()))
    }

    /// Labels of all steps, oldest first: done ones, then undone ones in the order of redo.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        let (done, total) = (self.done.len(), self.len());
        (0..total).map(move |index| match index.checked_sub(done) {
            None => self.done[index].label.as_str(),
            Some(after) => self.undone[self.undone.len() - 1 - after].label.as_str(),
        })
    }

    /// Steps in all, done and undone.
    pub fn len(&self) -> usize {
        self.done.len() + self.undone.len()
    }

    /// Whether nothing was ever done.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many steps are done: the place in [`Self::labels`] that the project stands at.
    pub fn position(&self) -> usize {
        self.done.len()
    }

    /// Steps that the memory budget made it forget.
    pub fn forgotten(&self) -> usize {
        self.forgotten
    }

    /// What undo would take back: the open gesture or the last step.
    pub fn undo_label(&self) -> Option<&str> {
        let open = self.open.as_ref().map(|open| open.label.as_str());
        open.or_else(|| self.done.back().map(|step| step.label.as_str()))
    }

    /// What redo would bring again.
    pub fn redo_label(&self) -> Option<&str> {
        self.undone.last().map(|step| step.label.as_str())
    }

    /// Whether a gesture is going on.
    pub fn is_gesture_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether the gesture that is going on has this key.
    pub fn is_open_with(&self, key: &GestureKey) -> bool {
        self.open.as_ref().is_some_and(|open| open.key == *key)
    }

    /// The edits that would undo the open gesture or, with none open, the last step.
    pub fn last_inverses(&self) -> &[Edit] {
        match (&self.open, self.done.back()) {
            (Some(open), _) => &open.inverses,
            (None, Some(step)) => &step.edits,
            (None, None) => &[],
        }
    }

    fn push(&mut self, label: String, inverses: Vec<Edit>) {
        self.undone.clear();
        let step = Step::new(label, inverses);
        self.bytes += step.bytes;
        self.done.push_back(step);
        // The newest step stays whatever its size: undo of the last gesture always works.
        while self.bytes > self.budget_bytes && self.done.len() > 1 {
            if let Some(oldest) = self.done.pop_front() {
                self.bytes -= oldest.bytes;
                self.forgotten += 1;
            }
        }
    }
}

impl Step {
    fn new(label: String, edits: Vec<Edit>) -> Self {
        let bytes = label.len() + edits.iter().map(edit_bytes).sum::<usize>();
        Self { label, edits, bytes }
    }
}

/// Roughly what an edit takes in memory; strings and corners dominate.
fn edit_bytes(edit: &Edit) -> usize {
    size_of::<Edit>()
        + match edit {
            Edit::PutRecord { record, .. } => record_bytes(record),
            Edit::PutIsland(island) | Edit::SetIslandHead(island) => island_bytes(island),
            Edit::RemoveRecord { .. } | Edit::RemoveIsland(_) => 0,
            Edit::SetSettings(settings) => settings.name.len() + settings.note.len(),
            // Kinds are few; a flat guess keeps this from walking every attribute.
            Edit::SetSchema(schema) => {
                1024 * (schema.markers.len() + schema.pois.len() + schema.entities.len())
            }
        }
}

fn record_bytes(record: &Record) -> usize {
    let points = match record {
        Record::Marker(marker) => marker.geometry.points().len(),
        _ => 0,
    };
    let attributes = record.attributes().map_or(0, std::collections::BTreeMap::len);
    size_of::<Record>() + record.name().len() + 12 * points + 96 * attributes
}

fn island_bytes(island: &Island) -> usize {
    let records = island.record_ids().filter_map(|id| island.record(id));
    size_of::<Island>() + island.note.len() + records.map(|record| record_bytes(&record)).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::project::Settings;

    fn rename(name: &str) -> Vec<Edit> {
        vec![Edit::SetSettings(Box::new(Settings {
            name: name.to_owned(),
            ..Settings::default()
        }))]
    }

    #[test]
    fn undo_and_redo_walk_the_same_way_back_and_forth() {
        let (mut project, mut history) = (Project::default(), History::default());
        for name in ["a", "b", "c"] {
            history.apply(&mut project, name, rename(name)).unwrap();
        }
        assert_eq!(history.labels().collect::<Vec<_>>(), ["a", "b", "c"]);
        history.undo(&mut project).unwrap();
        history.undo(&mut project).unwrap();
        assert_eq!((project.settings.name.as_str(), history.position()), ("a", 1));
        assert_eq!(
            history.labels().collect::<Vec<_>>(),
            ["a", "b", "c"],
            "undone steps stay listed"
        );
        history.redo(&mut project).unwrap();
        assert_eq!(project.settings.name, "b");
        history.apply(&mut project, "d", rename("d")).unwrap();
        assert_eq!(
            history.labels().collect::<Vec<_>>(),
            ["a", "b", "d"],
            "a new step drops the redo branch"
        );
    }

    #[test]
    fn a_drag_is_one_step_and_escape_takes_it_back() {
        let (mut project, mut history) = (Project::default(), History::default());
        let key = GestureKey("drag".to_owned());
        for name in ["x", "xy", "xyz"] {
            history.amend(&mut project, "Rename", &key, rename(name)).unwrap();
        }
        assert!(history.is_gesture_open());
        assert!(history.commit());
        assert_eq!((history.len(), project.settings.name.as_str()), (1, "xyz"));

        history.amend(&mut project, "Rename", &key, rename("q")).unwrap();
        assert!(history.cancel(&mut project).unwrap());
        assert_eq!((history.len(), project.settings.name.as_str()), (1, "xyz"));
        history.undo(&mut project).unwrap();
        assert_eq!(project, Project::default());
    }

    #[test]
    fn an_edit_that_does_not_fit_leaves_no_step() {
        let (mut project, mut history) = (Project::default(), History::default());
        let missing = vec![Edit::RemoveIsland(shared::ids::IslandId(
            "nowhere".parse().unwrap(),
        ))];
        assert!(history.apply(&mut project, "Remove", missing).is_err());
        assert!(history.is_empty());
    }

    #[test]
    fn the_budget_forgets_the_oldest_steps_but_never_the_last() {
        let (mut project, mut history) = (Project::default(), History::with_budget(1));
        history.apply(&mut project, "a", rename("a")).unwrap();
        history.apply(&mut project, "b", rename("b")).unwrap();
        assert_eq!((history.len(), history.forgotten()), (1, 1));
        history.undo(&mut project).unwrap();
        assert_eq!(project.settings.name, "a");
    }
}
