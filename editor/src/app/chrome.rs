//! The bar above the dock: menus, islands, tools.
//!
//! *Not* responsible for: what its entries do (`dispatch`).

use egui::{Button, ComboBox, MenuBar, Panel, RichText, Ui};
use egui_material_icons::icons::{ICON_ADD, ICON_CIRCLE};

use super::App;
use crate::command::{Command, Entry, Menu, TABLE};
use crate::panel::{Request, Requests, icon_button, icon_toggle};
use crate::text::text;
use crate::theme;
use crate::tool::Tool;

impl App {
    pub(super) fn chrome(&self, ui: &mut Ui, requests: &mut Requests) {
        Panel::top("menus")
            .exact_size(32.0)
            .resizable(false)
            .show(ui, |ui| {
                MenuBar::new().ui(ui, |ui| {
                    for menu in Menu::ALL {
                        ui.menu_button(menu.title(), |ui| {
                            ui.set_min_width(220.0);
                            for entry in TABLE.iter().filter(|entry| entry.menu == menu) {
                                self.menu_entry(ui, entry, requests);
                            }
                        });
                    }
                    if let Some(workspace) = &self.workspace {
                        let name = &workspace.document.project().settings.name;
                        let colours = theme::palette(ui.ctx());
                        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                            let folder = workspace.document.folder().display().to_string();
                            ui.add(
                                egui::Label::new(RichText::new(name).color(colours.faint_text)).truncate(),
                            )
                            .on_hover_text(folder);
                        });
                    }
                });
            });
        Panel::top("tools")
            .exact_size(38.0)
            .resizable(false)
            .show(ui, |ui| {
                ui.horizontal_centered(|ui| {
                    ui.spacing_mut().item_spacing.x = 4.0;
                    self.tools(ui, requests);
                    ui.separator();
                    self.islands(ui, requests);
                });
            });
    }

    fn menu_entry(&self, ui: &mut Ui, entry: &Entry, requests: &mut Requests) {
        let text = self.menu_text(entry.command);
        let mut button = Button::new((entry.icon.rich_text().size(16.0), text.as_str()));
        if let Some(keys) = entry.keys_text(ui.ctx()) {
            button = button.shortcut_text(keys);
        }
        let response = ui
            .add_enabled(self.can(entry.command), button)
            .accessible_name(text)
            .on_hover_text(entry.tooltip());
        if response.clicked() {
            requests.push(Request::Run(entry.command));
        }
    }

    /// Undo and redo name what they would change; switches show whether they are on.
    fn menu_text(&self, command: Command) -> String {
        let name = command.entry().text();
        let Some(workspace) = &self.workspace else {
            return name;
        };
        let history = workspace.document.history();
        let label = match command {
            Command::Undo => history.undo_label(),
            Command::Redo => history.redo_label(),
            _ => None,
        };
        match label {
            Some(label) => text().menu_step(name, label),
            None => name,
        }
    }

    /// Whether a command would do anything now.
    pub(super) fn can(&self, command: Command) -> bool {
        let Some(workspace) = &self.workspace else {
            return matches!(
                command,
                Command::NewProject
                    | Command::OpenProject
                    | Command::ZoomIn
                    | Command::ZoomOut
                    | Command::ZoomReset
                    | Command::Preferences
                    | Command::Quit
                    | Command::ToggleTheme
                    | Command::CommandPalette
                    | Command::CheatSheet
                    | Command::Escape
            );
        };
        let document = &workspace.document;
        match command {
            Command::Undo => document.history().undo_label().is_some(),
            Command::Redo => document.history().redo_label().is_some(),
            Command::Save => document.is_dirty(),
            Command::Delete
            | Command::Copy
            | Command::Cut
            | Command::Duplicate
            | Command::SelectNone
            | Command::FrameSelection => !document.selection().is_empty(),
            Command::SelectAll
            | Command::InvertSelection
            | Command::FrameIsland
            | Command::Paste
            | Command::PasteInPlace => document.island().is_some(),
            other => self.can_spatial(other),
        }
    }

    pub(super) fn tool_switch(ui: &mut Ui, requests: &mut Requests, command: Command, on: bool) {
        let entry = command.entry();
        let tooltip = entry.tooltip_text(ui.ctx());
        if icon_toggle(ui, entry.icon, &entry.text(), &tooltip, Some(on)).clicked() {
            requests.push(Request::Run(command));
        }
    }

    fn tools(&self, ui: &mut Ui, requests: &mut Requests) {
        let Some(workspace) = &self.workspace else { return };
        for command in [Command::Save, Command::Undo, Command::Redo] {
            let entry = command.entry();
            let tooltip = entry.tooltip_text(ui.ctx());
            let button = ui.add_enabled_ui(self.can(command), |ui| {
                icon_button(ui, entry.icon, &entry.text(), &tooltip)
            });
            if button.inner.clicked() {
                requests.push(Request::Run(command));
            }
        }
        ui.separator();
        let entry = Command::UseSelect.entry();
        let selecting = matches!(workspace.tool, Tool::Select(_));
        let tooltip = entry.tooltip_text(ui.ctx());
        if icon_toggle(ui, entry.icon, &entry.text(), &tooltip, Some(selecting)).clicked() {
            requests.push(Request::Run(Command::UseSelect));
        }
        self.lasso_and_chart(ui, requests);
        if let Tool::Place(tool) = &workspace.tool {
            let colours = theme::palette(ui.ctx());
            ui.label(
                RichText::new(text().tools_placing(tool.placing().title().to_lowercase()))
                    .color(colours.accent),
            );
        }
        ui.separator();
        let switches = [
            (Command::ToggleNames, workspace.view.names),
            (Command::ToggleShapes, workspace.view.shapes),
            (Command::ToggleGrid, workspace.view.grid),
            (Command::ToggleSnap, workspace.view.snap),
        ];
        for (command, on) in switches {
            let entry = command.entry();
            let tooltip = entry.tooltip_text(ui.ctx());
            if icon_toggle(ui, entry.icon, &entry.text(), &tooltip, Some(on)).clicked() {
                requests.push(Request::Run(command));
            }
        }
        self.raster_and_shading(ui, requests);
        for command in [Command::FrameIsland, Command::FrameSelection] {
            let entry = command.entry();
            let tooltip = entry.tooltip_text(ui.ctx());
            let button = ui.add_enabled_ui(self.can(command), |ui| {
                icon_button(ui, entry.icon, &entry.text(), &tooltip)
            });
            if button.inner.clicked() {
                requests.push(Request::Run(command));
            }
        }
    }

    fn islands(&self, ui: &mut Ui, requests: &mut Requests) {
        let Some(workspace) = &self.workspace else { return };
        let document = &workspace.document;
        let colours = theme::palette(ui.ctx());
        let shown = document.island();
        let name = shown.map_or_else(|| text().no_island(), |island| island.name.clone());
        let list = |ui: &mut Ui| {
            for island in document.project().islands.values() {
                let is_shown = shown.is_some_and(|shown| shown.id == island.id);
                ui.horizontal(|ui| {
                    let dirty = document.is_island_dirty(island.id);
                    let dot = if dirty {
                        colours.warning
                    } else {
                        egui::Color32::TRANSPARENT
                    };
                    ui.label(ICON_CIRCLE.rich_text().size(8.0).color(dot));
                    if ui.selectable_label(is_shown, &island.name).clicked() {
                        requests.push(Request::ShowIsland(island.id));
                    }
                });
            }
        };
        // Long names must not push the rest out of a narrow window.
        let width = (ui.available_width() - 60.0).clamp(70.0, 220.0);
        let combo = ui
            .scope(|ui| {
                ui.set_max_width(width);
                ComboBox::from_id_salt("island")
                    .selected_text(name)
                    .width(width)
                    .truncate()
                    .height(420.0)
                    .show_ui(ui, list)
            })
            .inner;
        drop(combo.response.accessible_name(text().tools_island()));
        if shown.is_some_and(|island| document.is_island_dirty(island.id)) {
            ui.label(ICON_CIRCLE.rich_text().size(9.0).color(colours.warning))
                .on_hover_text(text().tools_island_unsaved());
        }
        let entry = Command::NewIsland.entry();
        let tooltip = entry.tooltip_text(ui.ctx());
        if icon_button(ui, ICON_ADD, &entry.text(), &tooltip).clicked() {
            requests.push(Request::Run(Command::NewIsland));
        }
    }
}
