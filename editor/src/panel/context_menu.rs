//! The menu of the right button on records: the commands of the table that act on a selection.
//!
//! *Not* responsible for: what the commands do (`dispatch`).

use egui::{Button, Ui};

use super::{Context, Request, Requests};
use crate::command::{Command, Entry};

/// What can be done with selected records; `None` is a line between groups.
const COMMANDS: [Option<Command>; 10] = [
    Some(Command::FrameSelection),
    None,
    Some(Command::Cut),
    Some(Command::Copy),
    Some(Command::Paste),
    Some(Command::Duplicate),
    Some(Command::Repeat),
    None,
    Some(Command::InvertSelection),
    Some(Command::Delete),
];

/// Draws the menu.
pub fn ui(context: &Context, requests: &mut Requests, ui: &mut Ui) {
    ui.set_min_width(190.0);
    let nothing_selected = context.document.selection().is_empty();
    for command in COMMANDS {
        let Some(command) = command else {
            ui.separator();
            continue;
        };
        let enabled = !nothing_selected || matches!(command, Command::Paste | Command::InvertSelection);
        if entry(ui, command.entry(), enabled) {
            requests.push(Request::Run(command));
        }
    }
}

/// One entry with its symbol and keys; true when it was chosen.
pub fn entry(ui: &mut Ui, entry: &Entry, enabled: bool) -> bool {
    let name = entry.text();
    let mut button = Button::new((entry.icon.rich_text().size(16.0), name.as_str()));
    if let Some(keys) = entry.keys_text(ui.ctx()) {
        button = button.shortcut_text(keys);
    }
    ui.add_enabled(enabled, button)
        .accessible_name(name)
        .on_hover_text(entry.tooltip())
        .clicked()
}
