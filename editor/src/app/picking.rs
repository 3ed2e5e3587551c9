//! Picking: while a reference waits for its target, a click on a record is the answer, not a selection.
//!
//! *Not* responsible for: what the answer changes (`panel::pick`).

use shared::ids::IslandId;
use shared::island::RecordId;

use super::App;
use crate::command::Command;
use crate::document::Change;
use crate::document::selection::Selection;
use crate::panel::inspector;
use crate::panel::pick::Picking;
use crate::text::text;

impl App {
    pub(super) fn start_picking(&mut self, picking: Picking) {
        let keys = self.keys(Command::Escape);
        self.tell(text().told_picking(picking.target.describe(), picking.name.as_str(), keys));
        self.picking = Some(picking);
    }

    /// Selects records of the island shown, or answers what is being picked.
    pub(super) fn select(&mut self, selection: Selection) {
        let island = self
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.document.island())
            .map(|island| island.id);
        if let (Some(island), Some(record)) = (island, selection.primary())
            && self.answer_picking(island, record)
        {
            return;
        }
        if let Some(workspace) = &mut self.workspace {
            workspace.document.select(selection);
        }
    }

    /// Whether the record was taken as the answer to what is being picked.
    pub(super) fn answer_picking(&mut self, island: IslandId, record: RecordId) -> bool {
        let (Some(picking), Some(workspace)) = (&self.picking, &self.workspace) else {
            return false;
        };
        let project = workspace.document.project();
        let Some(target) = project
            .islands
            .get(&island)
            .and_then(|island| island.record_ref(record))
        else {
            return false;
        };
        if !inspector::fits(&picking.target, target) {
            let wanted = picking.target.describe();
            self.tell_warning(text().told_no_fit(wanted, self.keys(Command::Escape)));
            return true;
        }
        let (edits, origin) = (picking.place.edits(project, record.id()), picking.place.origin());
        let label = text().step_point(
            picking.name.to_lowercase(),
            crate::viewport::model::title(&target.to_record()),
        );
        self.picking = None;
        self.change(Change::Step { label, edits });
        if let (Some((island, records)), Some(workspace)) = (origin, &mut self.workspace) {
            workspace.document.show_island(island);
            workspace.document.select(Selection::of(records));
        }
        true
    }
}
