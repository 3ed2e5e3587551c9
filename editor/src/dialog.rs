//! Windows over the panels: the question about unsaved changes, recovery, command palette.
//!
//! Only the two that decide about data block the work behind them.
//!
//! *Not* responsible for: acting on the answers (`app`).

pub mod cheat_sheet;
pub mod conflicts;
pub mod preferences;
pub mod select_where;

use egui::{Align, Align2, Button, Id, Key, Layout, Modal, RichText, ScrollArea, TextEdit, Ui};

use crate::command::{Command, TABLE};
use crate::document::Document;
use crate::panel::kinds::{Choice, choices};
use crate::panel::{Emphasis, Request, Requests, list_row};
use crate::text::text;
use crate::theme::Palette;
use crate::tool::{PlaceTool, Tool};
use crate::viewport::model;

/// An answer to the question about unsaved changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Save, then go on.
    Save,
    /// Go on without saving.
    Discard,
    /// Stay.
    Cancel,
}

/// Asks what to do with unsaved changes.
pub fn unsaved(ctx: &egui::Context, document: &Document, colours: &Palette) -> Option<Answer> {
    let mut answer = None;
    let response = Modal::new(Id::unique("unsaved changes")).show(ctx, |ui| {
        ui.set_width(400.0);
        ui.heading(text().unsaved());
        ui.label(text().unsaved_files(document.dirty_count().max(1)));
        ui.add_space(10.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let save = Button::new(RichText::new(text().unsaved_save()).color(colours.on_accent))
                .fill(colours.accent);
            let save = ui.add(save);
            if ui.memory(|memory| memory.focused().is_none()) {
                save.request_focus();
            }
            if save.clicked() {
                answer = Some(Answer::Save);
            }
            if ui.button(text().unsaved_cancel()).clicked() {
                answer = Some(Answer::Cancel);
            }
            ui.add_space(12.0);
            if ui
                .button(RichText::new(text().unsaved_discard()).color(colours.error))
                .clicked()
            {
                answer = Some(Answer::Discard);
            }
        });
    });
    if response.should_close() && answer.is_none() {
        answer = Some(Answer::Cancel);
    }
    answer
}

/// Offers the steps that a crash left behind; true = take them, false = drop them.
pub fn recovery(ctx: &egui::Context, document: &Document, colours: &Palette) -> Option<bool> {
    let recovery = document.recovery()?;
    let mut answer = None;
    Modal::new(Id::unique("recovery")).show(ctx, |ui| {
        ui.set_width(440.0);
        ui.heading(text().recovery());
        ui.label(text().recovery_steps(recovery.labels.len()));
        if recovery.files_changed {
            ui.label(RichText::new(text().recovery_files_changed()).color(colours.warning));
        }
        ScrollArea::vertical().max_height(160.0).show(ui, |ui| {
            for label in recovery.labels.iter().rev().take(100) {
                ui.label(RichText::new(label).color(colours.faint_text));
            }
        });
        ui.add_space(10.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let recover = Button::new(RichText::new(text().recovery_take()).color(colours.on_accent))
                .fill(colours.accent);
            if ui.add(recover).clicked() {
                answer = Some(true);
            }
            ui.add_space(12.0);
            if ui
                .button(RichText::new(text().recovery_drop()).color(colours.error))
                .clicked()
            {
                answer = Some(false);
            }
        });
    });
    answer
}

/// The command palette.
#[derive(Default, Debug)]
pub struct CommandPalette {
    text: String,
    chosen: usize,
}

/// Most rows of the palette.
const MAX_FOUND: usize = 12;

enum Found {
    Command(Command),
    Place(Choice),
}

impl CommandPalette {
    /// Draws the palette; false when it is done.
    pub fn ui(
        &mut self,
        ctx: &egui::Context,
        document: Option<&Document>,
        colours: &Palette,
        requests: &mut Requests,
    ) -> bool {
        let mut open = true;
        let response = Modal::new(Id::unique("command palette"))
            .area(Modal::default_area(Id::unique("command palette")).anchor(Align2::CENTER_TOP, [0.0, 90.0]))
            .show(ctx, |ui| {
                ui.set_width(480.0);
                let field = ui.add(
                    TextEdit::singleline(&mut self.text)
                        .hint_text(text().palette_hint())
                        .desired_width(f32::INFINITY),
                );
                let field = field.accessible_name(text().palette());
                field.request_focus();
                if field.changed() {
                    self.chosen = 0;
                }
                let found = self.found(document);
                let (up, down, enter) = ui.input(|input| {
                    (
                        input.key_pressed(Key::ArrowUp),
                        input.key_pressed(Key::ArrowDown),
                        input.key_pressed(Key::Enter),
                    )
                });
                self.chosen = (self.chosen + usize::from(down)).saturating_sub(usize::from(up));
                self.chosen = self.chosen.min(found.len().saturating_sub(1));
                ui.add_space(4.0);
                ui.spacing_mut().item_spacing.y = 1.0;
                if found.is_empty() {
                    ui.label(RichText::new(text().palette_nothing()).color(colours.faint_text));
                }
                for (index, found) in found.into_iter().enumerate() {
                    let is_chosen = index == self.chosen;
                    let clicked = found_row(ui, colours, &found, is_chosen);
                    if clicked || (is_chosen && enter) {
                        requests.push(match found {
                            Found::Command(command) => Request::Run(command),
                            Found::Place(choice) => {
                                Request::UseTool(Tool::Place(PlaceTool::new(choice.placing)))
                            }
                        });
                        open = false;
                    }
                }
            });
        open && !response.should_close()
    }

    fn found(&self, document: Option<&Document>) -> Vec<Found> {
        let wanted = self.text.trim().to_lowercase();
        let commands = TABLE
            .iter()
            .filter(|entry| !matches!(entry.command, Command::CommandPalette | Command::Escape))
            .filter_map(|entry| {
                let by_tooltip = || rank(&wanted, &entry.tooltip()).map(|rank| rank + WORST_TITLE);
                let rank = rank(&wanted, &entry.text()).or_else(by_tooltip)?;
                Some((rank, Found::Command(entry.command)))
            });
        let kinds = document
            .map(|document| choices(document.schema()))
            .unwrap_or_default()
            .into_iter()
            .filter_map(|choice| {
                let title = text().palette_place(choice.placing.title());
                Some((rank(&wanted, &title)?, Found::Place(choice)))
            });
        let mut found: Vec<(usize, Found)> = commands.chain(kinds).collect();
        // The order of the table stays among equals.
        found.sort_by_key(|(rank, _)| *rank);
        found
            .into_iter()
            .map(|(_, found)| found)
            .take(MAX_FOUND)
            .collect()
    }
}

/// One more than the worst rank of a title.
const WORST_TITLE: usize = 3;

/// How well a title fits what was typed, 0 best; `None` where a word of it is missing.
fn rank(wanted: &str, title: &str) -> Option<usize> {
    let title = title.to_lowercase();
    let starts_word = |word: &str| {
        title
            .split_whitespace()
            .any(|of_title| of_title.starts_with(word))
    };
    let mut words = wanted.split_whitespace();
    if !words.clone().all(|word| title.contains(word)) {
        None
    } else if title.starts_with(wanted) {
        Some(0)
    } else if words.all(starts_word) {
        Some(1)
    } else {
        Some(2)
    }
}

fn found_row(ui: &mut Ui, colours: &Palette, found: &Found, is_chosen: bool) -> bool {
    let emphasis = if is_chosen {
        Emphasis::Selected
    } else {
        Emphasis::Normal
    };
    let response = match found {
        Found::Command(command) => {
            let entry = command.entry();
            let keys = entry.keys_text(ui.ctx()).unwrap_or_default();
            list_row(
                ui,
                colours,
                (entry.icon, colours.faint_text),
                &entry.text(),
                &keys,
                emphasis,
            )
        }
        Found::Place(choice) => {
            let name = text().palette_place(choice.placing.title().to_lowercase());
            list_row(
                ui,
                colours,
                (choice.icon(), choice.colour),
                &name,
                &model::form_name(choice.placing.form()),
                emphasis,
            )
        }
    };
    response.clicked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_that_begin_with_what_was_typed_come_first() {
        assert_eq!(rank("sel", "Select all"), Some(0));
        assert_eq!(rank("all sel", "Select all"), Some(1));
        assert_eq!(rank("lect", "Select all"), Some(2));
        assert_eq!(rank("select where", "Select all"), None);
        assert_eq!(rank("", "Select all"), Some(0));
    }
}
