//! History panel: every step with its label; a click goes there.
//!
//! *Not* responsible for: undo itself, see `document::history`.

use egui::{ScrollArea, Ui};
use egui_material_icons::icons::{ICON_ARROW_RIGHT, ICON_CHECK, ICON_FLAG, ICON_HISTORY, ICON_REDO};

use super::{Context, Emphasis, Request, Requests, empty_state, list_row};
use crate::text::text;
use crate::theme;

/// The history panel.
#[derive(Default, Debug)]
pub struct HistoryPanel {
    /// The position shown last, so that a new step scrolls into view once.
    shown_position: usize,
}

impl HistoryPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let history = context.document.history();
        if history.is_empty() {
            empty_state(
                ui,
                context.colours,
                ICON_HISTORY,
                &text().history_empty(),
                &text().history_empty_hint(),
            );
            return;
        }
        let labels: Vec<&str> = history.labels().collect();
        let start = if history.forgotten() > 0 {
            text().history_oldest()
        } else {
            text().history_opened()
        };
        let position = history.position();
        let moved = std::mem::replace(&mut self.shown_position, position) != position;
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if moved {
            let row = theme::ROW_HEIGHT + ui.spacing().item_spacing.y;
            let target = position as f32 * row - ui.available_height() / 2.0;
            area = area.vertical_scroll_offset(target.max(0.0));
        }
        area.show_rows(ui, theme::ROW_HEIGHT, labels.len() + 1, |ui, rows| {
            for row in rows {
                let (label, icon, emphasis) = if row == 0 {
                    let emphasis = current_or(row == position, Emphasis::Normal);
                    (start.as_str(), ICON_FLAG, emphasis)
                } else {
                    let label = labels.get(row - 1).copied().unwrap_or_default();
                    if row > position {
                        (label, ICON_REDO, Emphasis::Faint)
                    } else {
                        let icon = if row == position {
                            ICON_ARROW_RIGHT
                        } else {
                            ICON_CHECK
                        };
                        (label, icon, current_or(row == position, Emphasis::Normal))
                    }
                };
                let colour = context.colours.faint_text;
                let tooltip = if row > position {
                    text().history_redo()
                } else {
                    text().history_undo()
                };
                let response = list_row(ui, context.colours, (icon, colour), label, "", emphasis);
                if row != position && response.on_hover_text(tooltip).clicked() {
                    requests.push(Request::Travel(row));
                }
            }
        });
    }
}

fn current_or(current: bool, otherwise: Emphasis) -> Emphasis {
    if current { Emphasis::Selected } else { otherwise }
}
