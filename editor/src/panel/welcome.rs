//! Welcome screen: open a project, the recent ones, and how to begin.
//!
//! *Not* responsible for: reading folders, the list of recent projects (`session`).

use std::path::PathBuf;

use egui::{Align, Button, Frame, Layout, Margin, RichText, ScrollArea, Ui, vec2};
use egui_material_icons::icons::{ICON_ERROR, ICON_HISTORY, ICON_LANDSCAPE};

use super::{Request, Requests};
use crate::command::Command;
use crate::text::{APPLICATION, text};
use crate::theme::Palette;

/// How to begin: titles and what they mean.
fn steps(context: &egui::Context) -> [(String, String); 4] {
    let text = text();
    let save = Command::Save.entry().keys_or_text(context);
    [
        (text.begin_choose(), text.begin_choose_meaning()),
        (text.begin_click(), text.begin_click_meaning()),
        (text.begin_tune(), text.begin_tune_meaning()),
        (text.begin_save(), text.begin_save_meaning(save)),
    ]
}

/// Draws the screen. `error` says why the last project did not open.
pub fn ui(recent: &[PathBuf], error: Option<&str>, colours: &Palette, requests: &mut Requests, ui: &mut Ui) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.vertical_centered(|ui| {
            ui.add_space((ui.available_height() * 0.10).clamp(12.0, 90.0));
            ui.label(ICON_LANDSCAPE.rich_text().size(54.0).color(colours.accent));
            ui.label(RichText::new(APPLICATION).size(34.0).strong());
            ui.label(
                RichText::new(text().welcome_motto())
                    .size(15.0)
                    .color(colours.faint_text),
            );
            ui.add_space(18.0);
            if let Some(error) = error {
                Frame::new()
                    .fill(colours.error.gamma_multiply(0.14))
                    .corner_radius(6.0)
                    .inner_margin(Margin::symmetric(14, 8))
                    .show(ui, |ui| {
                        ui.set_max_width(620.0);
                        ui.label(RichText::new(ICON_ERROR.codepoint).color(colours.error));
                        ui.label(error);
                    });
                ui.add_space(12.0);
            }
            let new = Command::NewProject.entry();
            let create = Button::new((
                new.icon.rich_text().color(colours.on_accent),
                RichText::new(new.text()).size(15.0).color(colours.on_accent),
            ));
            let open = Command::OpenProject.entry();
            let choose = Button::new((open.icon.rich_text(), RichText::new(open.text()).size(15.0)));
            let size = vec2(190.0, 38.0);
            ui.allocate_ui(vec2(2.0 * size.x + 12.0, size.y), |ui| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 12.0;
                    for (entry, button) in [(new, create.fill(colours.accent)), (open, choose)] {
                        let tooltip = entry.tooltip_text(ui.ctx());
                        let button = ui.add(button.min_size(size)).accessible_name(entry.text());
                        if button.on_hover_text(tooltip).clicked() {
                            requests.push(Request::Run(entry.command));
                        }
                    }
                });
            });
            ui.add_space(26.0);
            let width = ui.available_width().min(820.0);
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.columns(2, |columns| {
                    if let [left, right] = columns {
                        recent_projects(recent, colours, requests, left);
                        how_to(colours, right);
                    }
                });
            });
        });
    });
}

fn recent_projects(recent: &[PathBuf], colours: &Palette, requests: &mut Requests, ui: &mut Ui) {
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.heading(text().welcome_recent());
        ui.add_space(4.0);
        if recent.is_empty() {
            ui.label(RichText::new(text().welcome_recent_empty()).color(colours.faint_text));
        }
        for folder in recent {
            let name = folder
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            let row = super::list_row(
                ui,
                colours,
                (ICON_HISTORY, colours.accent),
                &name,
                "",
                super::Emphasis::Normal,
            );
            let clicked = row.clicked();
            row.on_hover_text(folder.display().to_string());
            if clicked {
                requests.push(Request::Open(folder.clone()));
            }
        }
    });
}

fn how_to(colours: &Palette, ui: &mut Ui) {
    ui.with_layout(Layout::top_down(Align::Min), |ui| {
        ui.heading(text().begin());
        ui.add_space(4.0);
        for (number, (title, meaning)) in steps(ui.ctx()).into_iter().enumerate() {
            ui.horizontal_top(|ui| {
                let badge = RichText::new((number + 1).to_string())
                    .strong()
                    .color(colours.accent);
                ui.label(badge);
                ui.vertical(|ui| {
                    ui.label(RichText::new(title).strong());
                    ui.label(RichText::new(meaning).color(colours.faint_text));
                });
            });
            ui.add_space(2.0);
        }
    });
}
