//! Windows over the panels: the question about unsaved changes, recovery, command palette, cheat sheet.
//!
//! Only the two that decide about data block the work behind them.
//!
//! *Not* responsible for: acting on the answers (`app`).

pub mod conflicts;
pub mod preferences;
pub mod select_where;

use egui::{Align, Align2, Button, Grid, Id, Key, Layout, Modal, RichText, ScrollArea, TextEdit, Ui, Window};

use crate::command::{Command, Menu, TABLE};
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
        let wanted = self.text.to_lowercase();
        let matches = |candidate: &str| {
            let candidate = candidate.to_lowercase();
            wanted.split_whitespace().all(|word| candidate.contains(word))
        };
        let commands = TABLE
            .iter()
            .filter(|entry| !matches!(entry.command, Command::CommandPalette | Command::Escape))
            .filter(|entry| matches(&entry.text()) || matches(&entry.tooltip()))
            .map(|entry| Found::Command(entry.command));
        let kinds = document
            .map(|document| choices(document.schema()))
            .unwrap_or_default()
            .into_iter()
            .filter(|choice| matches(&text().palette_place(choice.placing.title())))
            .map(Found::Place);
        commands.chain(kinds).take(MAX_FOUND).collect()
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

/// Mouse gestures of map and 3D view, for the cheat sheet, with what they do.
fn gestures() -> [(String, String); 9] {
    let text = text();
    [
        (text.gesture_click(), text.gesture_click_meaning()),
        (text.gesture_drag_symbol(), text.gesture_drag_symbol_meaning()),
        (text.gesture_drag_corner(), text.gesture_drag_corner_meaning()),
        (text.gesture_drag_ground(), text.gesture_drag_ground_meaning()),
        (text.gesture_wheel(), text.gesture_wheel_meaning()),
        (text.gesture_pan(), text.gesture_pan_meaning()),
        (text.gesture_orbit(), text.gesture_orbit_meaning()),
        (text.gesture_slide(), text.gesture_slide_meaning()),
        (text.gesture_finish(), text.gesture_finish_meaning()),
    ]
}

/// Lists all keys; false when it was closed.
pub fn cheat_sheet(ctx: &egui::Context, colours: &Palette) -> bool {
    let mut open = true;
    Window::new(text().cheat_sheet())
        .id(Id::unique("cheat sheet"))
        .open(&mut open)
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .collapsible(false)
        .resizable(false)
        .show(ctx, |ui| {
            ui.horizontal_top(|ui| {
                for menus in [&Menu::ALL[..3], &Menu::ALL[3..]] {
                    ui.vertical(|ui| {
                        for menu in menus {
                            keys_of(ui, *menu, colours);
                        }
                    });
                    ui.add_space(24.0);
                }
                ui.vertical(|ui| {
                    ui.label(
                        RichText::new(text().cheat_sheet_mouse())
                            .strong()
                            .color(colours.accent),
                    );
                    Grid::new("mouse")
                        .num_columns(2)
                        .spacing([16.0, 4.0])
                        .show(ui, |ui| {
                            for (gesture, meaning) in gestures() {
                                ui.label(gesture);
                                ui.label(RichText::new(meaning).color(colours.faint_text));
                                ui.end_row();
                            }
                        });
                });
            });
        });
    open
}

fn keys_of(ui: &mut Ui, menu: Menu, colours: &Palette) {
    ui.label(RichText::new(menu.title()).strong().color(colours.accent));
    Grid::new(("keys", menu.title()))
        .num_columns(2)
        .spacing([16.0, 4.0])
        .show(ui, |ui| {
            for entry in TABLE.iter().filter(|entry| entry.menu == menu) {
                if let Some(keys) = entry.keys_text(ui.ctx()) {
                    ui.label(entry.text());
                    ui.label(RichText::new(keys).monospace().color(colours.faint_text));
                    ui.end_row();
                }
            }
        });
    ui.add_space(8.0);
}
