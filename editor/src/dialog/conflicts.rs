//! What was changed here and on disk: a list beside the work, each entry with the other side to take.
//!
//! *Not* responsible for: finding conflicts (`document::merge`).

use egui::{Align2, Id, RichText, ScrollArea, Window};
use egui_material_icons::icons::ICON_NEAR_ME;

use crate::document::merge::Conflict;
use crate::document::{Change, Document};
use crate::panel::{Request, Requests, icon_button};
use crate::text::text;
use crate::theme::Palette;

/// Most conflicts that are drawn; those below come up as the ones above are decided.
const MAX_SHOWN: usize = 200;

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
            ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
                for (index, conflict) in conflicts.iter().enumerate().take(MAX_SHOWN) {
                    ui.horizontal(|ui| {
                        let take = ui.button(text().conflicts_take());
                        let take = take.accessible_name(text().step_take_from_disk(&conflict.title));
                        if take.clicked() {
                            taken = Some(index);
                        }
                        if let Some(island) = conflict.island
                            && document.project().islands.contains_key(&island)
                            && icon_button(
                                ui,
                                ICON_NEAR_ME,
                                &text().go_to(&conflict.title),
                                &text().go_there(),
                            )
                            .clicked()
                        {
                            requests.push(Request::Focus {
                                island,
                                records: conflict.record.into_iter().collect(),
                            });
                        }
                        ui.add(egui::Label::new(&conflict.title).truncate())
                            .on_hover_text(&conflict.message);
                    });
                }
                if conflicts.len() > MAX_SHOWN {
                    ui.label(text().and_more(conflicts.len() - MAX_SHOWN));
                }
            });
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
