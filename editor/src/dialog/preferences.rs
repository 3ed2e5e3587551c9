//! Preferences: theme, colours, size of the interface, keys. A window beside the work, not before it.
//!
//! *Not* responsible for: keeping what was chosen (`session`).

use egui::{Align2, Button, ComboBox, Id, Key, RichText, ScrollArea, Slider, TextEdit, Ui, Window};
use egui_material_icons::icons::{ICON_CLOSE, ICON_UNDO, ICON_WARNING};

use crate::command::{Command, Entry, TABLE};
use crate::keys::{self, Bindings};
use crate::panel::icon_button;
use crate::text::text;
use crate::theme::{ColourScheme, Palette};

/// Width of the names of commands, in points.
const NAME_WIDTH: f32 = 210.0;

/// Smallest and largest size of the interface.
pub const SCALES: (f32, f32) = (0.6, 2.5);

/// What can be chosen.
#[derive(Clone, PartialEq, Debug)]
pub struct Choices {
    /// The light theme instead of the dark one.
    pub light: bool,
    /// Colours of signs and selection.
    pub scheme: ColourScheme,
    /// Size of the interface, 1 as it was made.
    pub scale: f32,
    /// Keys.
    pub bindings: Bindings,
}

/// The preferences window.
#[derive(Default, Debug)]
pub struct Preferences {
    filter: String,
    /// The command that waits for its keys.
    waiting: Option<Command>,
    /// Scale while the slider is dragged: applied when let go, or the slider would run from the pointer.
    scale: Option<f32>,
}

impl Preferences {
    /// Whether the next key pressed becomes a binding.
    pub fn takes_keys(&self) -> bool {
        self.waiting.is_some()
    }

    /// Draws the window; false when it was closed. Changes `choices` as they are made.
    pub fn ui(&mut self, ctx: &egui::Context, choices: &mut Choices, colours: &Palette) -> bool {
        let mut open = true;
        Window::new(text().preferences())
            .id(Id::unique("preferences"))
            .open(&mut open)
            .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
            .collapsible(false)
            .resizable(false)
            .default_size([520.0, 620.0])
            .show(ctx, |ui| {
                self.look(ui, choices);
                ui.separator();
                self.keys(ui, choices, colours);
            });
        open
    }

    fn look(&mut self, ui: &mut Ui, choices: &mut Choices) {
        egui::Grid::new("look")
            .num_columns(2)
            .spacing([24.0, 8.0])
            .show(ui, |ui| {
                ui.label(text().preferences_theme());
                ui.horizontal(|ui| {
                    ui.selectable_value(&mut choices.light, false, text().preferences_dark());
                    ui.selectable_value(&mut choices.light, true, text().preferences_light());
                });
                ui.end_row();
                ui.label(text().preferences_colours());
                let combo = ComboBox::from_id_salt("colours")
                    .selected_text(choices.scheme.title())
                    .width(260.0)
                    .show_ui(ui, |ui| {
                        for scheme in ColourScheme::ALL {
                            ui.selectable_value(&mut choices.scheme, scheme, scheme.title());
                        }
                    });
                drop(combo.response.accessible_name(text().preferences_colours()));
                ui.end_row();
                ui.label(text().preferences_size());
                let mut percent = (self.scale.unwrap_or(choices.scale) * 100.0).round();
                let (least, most) = (SCALES.0 * 100.0, SCALES.1 * 100.0);
                let slider = Slider::new(&mut percent, least..=most).step_by(5.0).suffix(" %");
                let slider = ui.add(slider).accessible_name(text().preferences_size());
                if slider.changed() {
                    self.scale = Some(percent / 100.0);
                }
                if !slider.dragged()
                    && let Some(scale) = self.scale.take()
                {
                    choices.scale = scale;
                }
                ui.end_row();
            });
    }

    fn keys(&mut self, ui: &mut Ui, choices: &mut Choices, colours: &Palette) {
        ui.horizontal(|ui| {
            ui.label(RichText::new(text().preferences_keys()).strong());
            let search = TextEdit::singleline(&mut self.filter)
                .hint_text(text().preferences_filter())
                .desired_width(220.0);
            ui.add(search).accessible_name(text().preferences_filter());
            if ui.button(text().preferences_reset_all()).clicked() {
                choices.bindings.reset();
            }
        });
        if let Some(command) = self.waiting
            && let Some(keys) = keys::pressed(ui.ctx())
        {
            if keys.logical_key != Key::Escape {
                choices.bindings.set(command.entry(), Some(keys));
            }
            self.waiting = None;
        }
        let wanted = self.filter.to_lowercase();
        let rows: Vec<&Entry> = TABLE
            .iter()
            .filter(|entry| entry.text().to_lowercase().contains(&wanted))
            .collect();
        ScrollArea::vertical()
            .max_height((ui.ctx().content_rect().height() - 330.0).clamp(120.0, 420.0))
            .auto_shrink([false, false])
            .show_rows(ui, 26.0, rows.len(), |ui, range| {
                for entry in rows.get(range).unwrap_or_default() {
                    self.key_row(ui, entry, &mut choices.bindings, colours);
                }
            });
    }

    fn key_row(&mut self, ui: &mut Ui, entry: &Entry, bindings: &mut Bindings, colours: &Palette) {
        let command = entry.text();
        ui.horizontal(|ui| {
            ui.set_min_height(26.0);
            let left = egui::Layout::left_to_right(egui::Align::Center);
            ui.allocate_ui_with_layout(egui::vec2(NAME_WIDTH, 24.0), left, |ui| {
                ui.set_min_width(NAME_WIDTH);
                ui.add(egui::Label::new(&command).truncate())
                    .on_hover_text(entry.tooltip())
            });
            let waits = self.waiting == Some(entry.command);
            let keys = bindings.keys(entry);
            let shown = match (&keys, waits) {
                (_, true) => text().preferences_press(),
                (Some(keys), false) => keys::shown(keys, ui.ctx()),
                (None, false) => "-".to_owned(),
            };
            let button = ui.add_sized(
                [180.0, 24.0],
                Button::new(RichText::new(shown).monospace()).selected(waits),
            );
            let button = button
                .accessible_name(text().preferences_keys_of(&command))
                .on_hover_text(text().preferences_keys_of_tooltip());
            if button.clicked() {
                self.waiting = if waits { None } else { Some(entry.command) };
            }
            if keys.is_some()
                && icon_button(
                    ui,
                    ICON_CLOSE,
                    &text().preferences_no_keys(&command),
                    &text().preferences_no_keys_tooltip(),
                )
                .clicked()
            {
                bindings.set(entry, None);
            }
            if bindings.is_changed(entry) {
                let label = text().preferences_reset(&command);
                if icon_button(ui, ICON_UNDO, &label, &text().preferences_reset_tooltip()).clicked() {
                    bindings.set(entry, entry.shortcut);
                }
            }
            let conflicts = bindings.conflicts(entry);
            if let Some(other) = conflicts.first() {
                let also = text().preferences_conflict(other.entry().text());
                ui.label(ICON_WARNING.rich_text().size(15.0).color(colours.warning));
                ui.label(RichText::new(also).small().color(colours.warning));
            }
        });
    }
}
