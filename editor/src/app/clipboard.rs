//! Copy, cut, paste, duplicate and repeat, between the document and the system's clipboard.
//!
//! *Not* responsible for: the text and the copies themselves (`document::clipboard`), what a step can do
//! again (`document::repeat`).

use egui::ViewportCommand;
use shared::edit::Edit;
use shared::ids::IslandId;
use shared::island::{Record, RecordId};

use super::App;
use crate::document::clipboard::{self, Copies, MAX_CLIPBOARD_BYTES};
use crate::document::repeat::Action;
use crate::document::selection::Selection;
use crate::document::{Change, Document};
use crate::text::text;
use crate::viewport::model;

/// Duplicates lie this far from the original, in metres east and south.
const DUPLICATE_OFFSET_M: f32 = 12.0;

/// Where pasted records go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum PasteAt {
    /// Their middle comes where the pointer is, or where the map looks.
    #[default]
    Cursor,
    /// Where they were.
    Place,
}

/// The command that makes copies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum CopyBy {
    Paste,
    Duplicate,
}

/// What the commands of this file remember.
#[derive(Default, Debug)]
pub(super) struct ClipboardState {
    /// Where the text goes that the system is going to send.
    paste_at: PasteAt,
    last_copy: Option<LastCopy>,
}

/// The last duplicates, so that repeating makes a row of them.
#[derive(Debug)]
struct LastCopy {
    island: IslandId,
    from_m: (f32, f32),
    copies: Vec<RecordId>,
}

impl App {
    pub(super) fn copy(&mut self, ctx: &egui::Context) {
        let Some(workspace) = &self.workspace else { return };
        if let Some(copied) = clipboard::copy(&workspace.document) {
            let count = workspace.document.selection().len();
            ctx.copy_text(copied);
            self.tell(text().told_copied(count));
        }
    }

    pub(super) fn cut(&mut self, ctx: &egui::Context) {
        self.copy(ctx);
        self.delete();
    }

    /// Asks the system for its clipboard; the text comes as an event in one of the next frames.
    pub(super) fn ask_for_paste(&mut self, ctx: &egui::Context, at: PasteAt) {
        self.clipboard.paste_at = at;
        ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
    }

    pub(super) fn paste(&mut self, pasted: &str) {
        let at = std::mem::take(&mut self.clipboard.paste_at);
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let Some(island) = workspace.document.island().map(|island| island.id) else {
            self.tell_warning(text().told_no_island_to_paste_on());
            return;
        };
        if pasted.len() > MAX_CLIPBOARD_BYTES {
            let limit = MAX_CLIPBOARD_BYTES >> 20;
            self.tell_error(text().told_clipboard_too_large(limit));
            return;
        }
        let originals = match clipboard::parse(&workspace.document, pasted) {
            Ok(originals) => originals,
            Err(issue) => {
                let place = issue.place.as_ref().map(ToString::to_string).unwrap_or_default();
                self.tell_error(text().told_paste_unreadable(place, issue.message.as_str()));
                return;
            }
        };
        let mut copies = clipboard::copies(&mut workspace.document, island, originals);
        if let (PasteAt::Cursor, Some((x_m, y_m))) = (at, clipboard::middle(&copies.records)) {
            let camera = self.panels.map.camera(island).map(|camera| camera.center);
            if let Some(target) = self.panels.map.pointer().or(camera) {
                let (dx_m, dy_m) = ((target.x_m - x_m).round(), (target.y_m - y_m).round());
                for record in &mut copies.records {
                    record.move_by(dx_m, dy_m);
                }
            }
        }
        if copies.lanes_left_out > 0 {
            self.tell_warning(text().told_lanes_left_out(copies.lanes_left_out));
        }
        if let Some(copies) = self.put_copies(island, copies, CopyBy::Paste) {
            self.tell(text().told_pasted(copies.len()));
        }
    }

    pub(super) fn duplicate(&mut self) {
        self.copy_by((DUPLICATE_OFFSET_M, -DUPLICATE_OFFSET_M));
    }

    /// Copies the selected records, this far east and north.
    fn copy_by(&mut self, (dx_m, dy_m): (f32, f32)) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let Some(island) = workspace.document.island().map(|island| island.id) else {
            return;
        };
        let originals = workspace.document.selected_records();
        let from_m = clipboard::middle(&originals);
        let mut copies = clipboard::copies(&mut workspace.document, island, originals);
        for record in &mut copies.records {
            record.move_by(dx_m, dy_m);
        }
        let put = self.put_copies(island, copies, CopyBy::Duplicate);
        if let (Some(copies), Some(from_m)) = (put, from_m) {
            self.clipboard.last_copy = Some(LastCopy {
                island,
                from_m,
                copies,
            });
        }
    }

    /// Puts copies on the island as one step, selects them and returns them.
    fn put_copies(&mut self, island: IslandId, copies: Copies, by: CopyBy) -> Option<Vec<RecordId>> {
        if copies.records.is_empty() {
            return None;
        }
        let what = model::title_of_all(&copies.records);
        let label = match by {
            CopyBy::Paste => text().step_paste(what),
            CopyBy::Duplicate => text().step_duplicate(what),
        };
        let ids: Vec<RecordId> = copies.records.iter().map(Record::id).collect();
        let edits = copies
            .records
            .into_iter()
            .map(|record| Edit::PutRecord {
                island,
                record: Box::new(record),
            })
            .collect();
        self.change(Change::Step { label, edits });
        if let Some(workspace) = &mut self.workspace {
            workspace.document.select(Selection::of(ids.iter().copied()));
        }
        Some(ids)
    }

    /// Does the last step once more, to what is selected now.
    pub(super) fn repeat(&mut self) {
        self.change(Change::Commit);
        let Some(workspace) = &self.workspace else { return };
        let document = &workspace.document;
        let Some(action) = self.last_action(document) else {
            self.tell_warning(text().told_not_repeatable());
            return;
        };
        if document.selection().is_empty() {
            self.tell_warning(text().told_repeat_on_what());
            return;
        }
        match action {
            Action::Copy(dx_m, dy_m) => self.copy_by((dx_m, dy_m)),
            Action::Remove => self.delete(),
            action => {
                let Some(island) = document.island() else { return };
                let changed = document.selection().iter().filter_map(|id| {
                    let record = Box::new(action.applied(island.record_ref(id)?)?);
                    Some(Edit::PutRecord {
                        island: island.id,
                        record,
                    })
                });
                let edits: Vec<Edit> = changed.collect();
                let label = action.label(edits.len());
                self.change(Change::Step { label, edits });
            }
        }
    }

    fn last_action(&self, document: &Document) -> Option<Action> {
        if document.history().position() == 0 {
            return None;
        }
        let inverses = document.history().last_inverses();
        let copied_by_m = self.clipboard.last_copy.as_ref().and_then(|last| {
            let touches_copies = inverses.iter().all(|edit| match edit {
                Edit::PutRecord { record, .. } => last.copies.contains(&record.id()),
                Edit::RemoveRecord { record, .. } => last.copies.contains(record),
                _ => false,
            });
            let island = document.project().islands.get(&last.island)?;
            let now: Vec<Record> = last.copies.iter().filter_map(|id| island.record(*id)).collect();
            let (x_m, y_m) = clipboard::middle(&now).filter(|_| touches_copies)?;
            Some((x_m - last.from_m.0, y_m - last.from_m.1))
        });
        match copied_by_m {
            Some((dx_m, dy_m)) => Some(Action::Copy(dx_m, dy_m)),
            None => Action::of_step(inverses, document.project()),
        }
    }
}
