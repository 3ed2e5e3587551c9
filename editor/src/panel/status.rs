//! Status line: where the pointer is, what is there, what runs, and whether anything is unsaved.
//!
//! *Not* responsible for: anything that can be clicked but the save state.

use egui::{Align, Layout, ProgressBar, RichText, Ui};
use shared::coords::ColumnPos;

use super::{Context, Request, Requests};
use crate::command::Command;
use crate::text::text;
use crate::viewport::layout::Ground;
use crate::workspace::save_state;

/// What the status line knows beside the context.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    /// Where the pointer is on the map.
    pub pointer: Option<Ground>,
    /// How long the last frame took the editor, in milliseconds.
    pub frame_millis: f32,
}

/// Draws the line.
pub fn ui(context: &Context, status: Status, requests: &mut Requests, ui: &mut Ui) {
    ui.horizontal_centered(|ui| {
        let faint = |text: String| RichText::new(text).small().color(context.colours.faint_text);
        let island = context.document.island();
        if let (Some(island), Some(at)) = (island, status.pointer) {
            ui.label(
                RichText::new(text().status_position(format!("{:.0}", at.x_m), format!("{:.0}", at.y_m)))
                    .small()
                    .monospace(),
            );
            if let Some((height_m, material)) = context.preview.ground(island.id, column(at)) {
                ui.label(
                    RichText::new(text().status_height(format!("{height_m:.1}")))
                        .small()
                        .monospace(),
                );
                ui.label(faint(if height_m < 0.0 {
                    text().status_under_water(material)
                } else {
                    material.to_owned()
                }));
            }
        } else {
            ui.label(faint(text().status_idle()));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let state = save_state(context.document);
            if context.document.is_dirty() {
                let text = RichText::new(&state).small().color(context.colours.warning);
                let tooltip = Command::Save.entry().tooltip_text(ui.ctx());
                if ui
                    .add(egui::Button::new(text).frame_when_inactive(false))
                    .on_hover_text(tooltip)
                    .clicked()
                {
                    requests.push(Request::Run(Command::Save));
                }
            } else {
                ui.label(RichText::new(&state).small().color(context.colours.good));
            }
            ui.separator();
            ui.label(faint(text().status_frame(format!("{:.1}", status.frame_millis))))
                .on_hover_text(text().status_frame_tooltip());
            ui.separator();
            if let Some(island) = island {
                bake_state(context, island.id, ui);
            }
            let count = context.document.selection().len();
            if count > 0 {
                ui.separator();
                ui.label(faint(text().status_selected(count)));
            }
        });
    });
}

fn bake_state(context: &Context, island: shared::ids::IslandId, ui: &mut Ui) {
    let faint = |text: String| RichText::new(text).small().color(context.colours.faint_text);
    match context.preview.terrain(island) {
        Some(terrain) if context.preview.terrain_is_current(island) => {
            let millis = terrain.took.as_millis().to_string();
            ui.label(faint(text().status_terrain(millis)));
        }
        _ if context.preview.is_busy() => {
            ui.add(
                ProgressBar::new(context.preview.progress())
                    .desired_width(90.0)
                    .desired_height(8.0),
            );
            ui.label(faint(text().status_shaping()));
        }
        _ => {
            ui.label(faint(text().status_terrain_old()));
        }
    }
}

/// The column under a place.
fn column(at: Ground) -> ColumnPos {
    shared::coords::LocalPos::new(at.x_m, at.y_m, 0.0)
        .voxel()
        .column()
}
