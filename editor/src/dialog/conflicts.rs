//! What was changed here and on disk: a list beside the work, each entry with the other side to take.
//!
//! *Not* responsible for: finding conflicts (`document::merge`).

use egui::{Align, Align2, Id, Label, Layout, RichText, ScrollArea, Ui, Window, vec2};
use egui_material_icons::icons::ICON_NEAR_ME;

use crate::document::merge::Conflict;
use crate::document::{Change, Document};
use crate::panel::{Request, Requests, icon_button};
use crate::text::text;
use crate::theme::Palette;

/// Most conflicts that are drawn; those below come up as the ones above are decided.
const MAX_SHOWN: usize = 200;

/// Height of an entry's two lines, in points.
const ROW_HEIGHT: f32 = 36.0;

/// Draws the window; decided conflicts leave the list.
pub fn ui(
    ctx: &egui::Context,
    document: &Document,
    conflicts: &mut Vec<Conflict>,
    colours: &Palette,
    requests: &mut Requests,
) {
    let mut open = true;
    let mut taken = None;
    let mut keep_all = false;
    Window::new(text().conflicts())
        .id(Id::unique("conflicts"))
        .open(&mut open)
        .anchor(Align2::RIGHT_TOP, [-16.0, 84.0])
        .collapsible(false)
        .resizable(false)
        .default_width(420.0)
        .show(ctx, |ui| {
            ui.label(RichText::new(text().conflicts_explained()).color(colours.faint_text));
            ui.add_space(6.0);
            ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
                for (index, conflict) in conflicts.iter().enumerate().take(MAX_SHOWN) {
                    if row(ui, document, conflict, colours, requests) {
                        taken = Some(index);
                    }
                }
                if conflicts.len() > MAX_SHOWN {
                    ui.label(text().and_more(conflicts.len() - MAX_SHOWN));
                }
            });
            ui.add_space(6.0);
            keep_all = ui.button(text().conflicts_keep()).clicked();
        });
    if let Some(index) = taken {
        let conflict = conflicts.remove(index);
        requests.push(Request::Change(Change::Step {
            label: text().step_take_from_disk(&conflict.title),
            edits: conflict.theirs,
        }));
    }
    if keep_all || !open {
        conflicts.clear();
    }
}

/// What it is about and which side did what; true when the other side is to be taken.
fn row(
    ui: &mut Ui,
    document: &Document,
    conflict: &Conflict,
    colours: &Palette,
    requests: &mut Requests,
) -> bool {
    let to_the_left = Layout::right_to_left(Align::Center);
    let row = ui.allocate_ui_with_layout(vec2(ui.available_width(), ROW_HEIGHT), to_the_left, |ui| {
        let take = ui.button(text().conflicts_take());
        let take = take.accessible_name(text().step_take_from_disk(&conflict.title));
        let island = conflict.island;
        if let Some(island) = island.filter(|island| document.project().islands.contains_key(island)) {
            let label = text().go_to(&conflict.title);
            if icon_button(ui, ICON_NEAR_ME, &label, &text().go_there()).clicked() {
                requests.push(Request::Focus {
                    island,
                    records: conflict.record.into_iter().collect(),
                });
            }
        }
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add(Label::new(&conflict.title).truncate());
            let message = RichText::new(&conflict.message).small().color(colours.faint_text);
            ui.add(Label::new(message).truncate());
        });
        take.clicked()
    });
    row.inner
}
