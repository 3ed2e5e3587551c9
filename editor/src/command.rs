//! Commands: one table feeds menus, the toolbar, keys, the command palette and the cheat sheet.
//!
//! *Not* responsible for: what a command does (see `dispatch`), placing kinds (they come from the schema).

use egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use crate::keys::Bindings;

/// Something the designer can ask for without further input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// Make a new project.
    NewProject,
    /// Choose a project folder.
    OpenProject,
    /// Write all changed files.
    Save,
    /// Add an island to the project.
    NewIsland,
    /// Remove the island that is shown, with everything on it.
    RemoveIsland,
    /// Close the project and show the welcome screen.
    CloseProject,
    /// Leave the editor.
    Quit,
    /// Take the last step back.
    Undo,
    /// Bring an undone step again.
    Redo,
    /// Remove the selected records.
    Delete,
    /// Put the selected records on the clipboard.
    Copy,
    /// Put the selected records on the clipboard and remove them.
    Cut,
    /// Put what is on the clipboard where the pointer is.
    Paste,
    /// Put what is on the clipboard where it was copied.
    PasteInPlace,
    /// Copy the selected records beside themselves.
    Duplicate,
    /// Do what was done last once more.
    Repeat,
    /// Select every record of the island.
    SelectAll,
    /// Select nothing.
    SelectNone,
    /// Select what is not selected.
    InvertSelection,
    /// Go back to selecting: end the open gesture, then the tool, then the selection.
    Escape,
    /// Use the select tool.
    UseSelect,
    /// Show the whole island on the map.
    FrameIsland,
    /// Show the selected records on the map.
    FrameSelection,
    /// Names beside symbols.
    ToggleNames,
    /// Metre grid on the map.
    ToggleGrid,
    /// Outlines and radii of all markers, not only selected ones.
    ToggleShapes,
    /// Light or dark.
    ToggleTheme,
    /// Everything larger.
    ZoomIn,
    /// Everything smaller.
    ZoomOut,
    /// Everything as large as it was made.
    ZoomReset,
    /// Theme, colours, size, keys.
    Preferences,
    /// Put all panels back to where they were first.
    ResetLayout,
    /// Search for a command.
    CommandPalette,
    /// List all keys.
    CheatSheet,
}

/// The menu a command stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Menu {
    /// Projects and files.
    File,
    /// Changes of the map.
    Edit,
    /// What is selected.
    Select,
    /// What is shown.
    View,
    /// How things work.
    Help,
}

impl Menu {
    /// All menus in order.
    pub const ALL: [Self; 5] = [Self::File, Self::Edit, Self::Select, Self::View, Self::Help];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::Select => "Select",
            Self::View => "View",
            Self::Help => "Help",
        }
    }
}

/// Everything that is said about a command.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Which command.
    pub command: Command,
    /// Stable name for key bindings.
    pub id: &'static str,
    /// Menu and palette text.
    pub text: &'static str,
    /// One sentence.
    pub tooltip: &'static str,
    /// Symbol.
    pub icon: MaterialIcon,
    /// Keys, unless this person has others; see [`Bindings::keys`].
    pub shortcut: Option<KeyboardShortcut>,
    /// Where it stands.
    pub menu: Menu,
}

const fn keys(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const NONE: Modifiers = Modifiers::NONE;

macro_rules! table {
    ($($menu:ident: $command:ident, $id:literal, $text:literal, $icon:ident, $keys:expr, $tooltip:literal;)*) => {
        /// All commands, in menu order.
        pub const TABLE: &[Entry] = &[$(Entry {
            command: Command::$command,
            id: $id,
            text: $text,
            tooltip: $tooltip,
            icon: icon::$icon,
            shortcut: $keys,
            menu: Menu::$menu,
        }),*];
    };
}

table! {
    File: NewProject, "new-project", "New project...", ICON_CREATE_NEW_FOLDER, Some(keys(CTRL, Key::N)), "Make a project with an island to begin with";
    File: OpenProject, "open-project", "Open project...", ICON_FOLDER_OPEN, Some(keys(CTRL, Key::O)), "Choose the folder of a map project";
    File: NewIsland, "new-island", "New island", ICON_ADD, Some(keys(CTRL_SHIFT, Key::N)), "Add an empty island to the project";
    File: Save, "save", "Save", ICON_SAVE, Some(keys(CTRL, Key::S)), "Write all changed files";
    File: CloseProject, "close-project", "Close project", ICON_CLOSE, Some(keys(CTRL, Key::W)), "Back to the welcome screen";
    File: Quit, "quit", "Quit", ICON_LOGOUT, Some(keys(CTRL, Key::Q)), "Leave the editor";
    Edit: Undo, "undo", "Undo", ICON_UNDO, Some(keys(CTRL, Key::Z)), "Take the last step back";
    Edit: Redo, "redo", "Redo", ICON_REDO, Some(keys(CTRL_SHIFT, Key::Z)), "Bring the undone step again";
    Edit: Cut, "cut", "Cut", ICON_CONTENT_CUT, Some(keys(CTRL, Key::X)), "Put the selected records on the clipboard as text and remove them";
    Edit: Copy, "copy", "Copy", ICON_FILE_COPY, Some(keys(CTRL, Key::C)), "Put the selected records on the clipboard, as text in the map format";
    Edit: Paste, "paste", "Paste", ICON_CONTENT_PASTE, Some(keys(CTRL, Key::V)), "Put the records of the clipboard where the pointer is";
    Edit: PasteInPlace, "paste-in-place", "Paste in place", ICON_CONTENT_PASTE_GO, Some(keys(CTRL_SHIFT, Key::V)), "Put the records of the clipboard where they were copied";
    Edit: Duplicate, "duplicate", "Duplicate", ICON_CONTENT_COPY, Some(keys(CTRL, Key::D)), "Copy the selected records beside themselves";
    Edit: Repeat, "repeat", "Repeat", ICON_REPEAT, Some(keys(Modifiers::SHIFT, Key::R)), "Do the last change once more, to what is selected now";
    Edit: Delete, "delete", "Delete", ICON_DELETE, Some(keys(NONE, Key::Delete)), "Remove the selected records";
    Edit: RemoveIsland, "remove-island", "Delete island", ICON_DELETE_FOREVER, None, "Remove the island that is shown, with everything on it; undo brings it back";
    Select: UseSelect, "use-select", "Select tool", ICON_ARROW_SELECTOR_TOOL, Some(keys(NONE, Key::V)), "Click to select, drag to move, drag over empty ground for a box";
    Select: SelectAll, "select-all", "Select all", ICON_SELECT_ALL, Some(keys(CTRL, Key::A)), "Select every record of this island";
    Select: SelectNone, "select-none", "Select nothing", ICON_DESELECT, Some(keys(CTRL_SHIFT, Key::A)), "Empty the selection";
    Select: InvertSelection, "invert-selection", "Invert selection", ICON_FLIP, Some(keys(CTRL, Key::I)), "Select what is not selected";
    Select: Escape, "escape", "Cancel", ICON_CLOSE, Some(keys(NONE, Key::Escape)), "Take the open gesture back, leave the tool, then empty the selection";
    View: FrameIsland, "frame-island", "Show whole island", ICON_MAP, Some(keys(NONE, Key::Home)), "Fit the island into the map";
    View: FrameSelection, "frame-selection", "Show selection", ICON_CENTER_FOCUS_STRONG, Some(keys(NONE, Key::F)), "Fit the selected records into the map";
    View: ToggleNames, "toggle-names", "Names on map", ICON_LABEL, Some(keys(NONE, Key::N)), "Show names beside symbols";
    View: ToggleShapes, "toggle-shapes", "All marker shapes", ICON_ROUTE, Some(keys(NONE, Key::O)), "Outline every marker, not only selected ones";
    View: ToggleGrid, "toggle-grid", "Grid", ICON_GRID_ON, Some(keys(NONE, Key::G)), "Show a metre grid on the map";
    View: ToggleTheme, "toggle-theme", "Light or dark theme", ICON_CONTRAST, None, "Switch between light and dark";
    View: ZoomIn, "zoom-in", "Larger interface", ICON_ZOOM_IN, Some(keys(CTRL, Key::Plus)), "Make texts and buttons larger";
    View: ZoomOut, "zoom-out", "Smaller interface", ICON_ZOOM_OUT, Some(keys(CTRL, Key::Minus)), "Make texts and buttons smaller";
    View: ZoomReset, "zoom-reset", "Normal interface size", ICON_FORMAT_SIZE, Some(keys(CTRL, Key::Num0)), "Make texts and buttons as large as they were made";
    View: Preferences, "preferences", "Preferences...", ICON_SETTINGS, Some(keys(CTRL, Key::Comma)), "Theme, colours, size of the interface and keys";
    View: ResetLayout, "reset-layout", "Reset layout", ICON_RESTART_ALT, None, "Put all panels back to where they were first";
    Help: CommandPalette, "command-palette", "Find command...", ICON_SEARCH, Some(keys(CTRL, Key::P)), "Search for a command or a kind to place";
    Help: CheatSheet, "cheat-sheet", "Keyboard shortcuts", ICON_KEYBOARD, Some(keys(NONE, Key::F1)), "List all keys and mouse gestures";
}

impl Command {
    /// Its row of the table.
    pub fn entry(self) -> &'static Entry {
        TABLE
            .iter()
            .find(|entry| entry.command == self)
            .unwrap_or(&TABLE[0])
    }
}

impl Entry {
    /// The keys as text for menus and tooltips, for this machine's keyboard.
    pub fn keys_text(&self, context: &egui::Context) -> Option<String> {
        let keys = Bindings::in_force(context).keys(self);
        keys.map(|keys| context.format_shortcut(&keys))
    }

    /// Tooltip with the keys after it.
    pub fn tooltip_text(&self, context: &egui::Context) -> String {
        match self.keys_text(context) {
            Some(keys) => format!("{} ({keys})", self.tooltip),
            None => self.tooltip.to_owned(),
        }
    }
}

/// Commands whose keys were pressed. Single keys stay with a text field that has the focus.
pub fn pressed(context: &egui::Context) -> Vec<Command> {
    let typing = context.text_edit_focused();
    let bindings = Bindings::in_force(context);
    let clipboard = clipboard_commands(context, typing);
    // Longer modifier sets first: Ctrl+Shift+Z would otherwise be taken as Ctrl+Z.
    let mut entries: Vec<_> = TABLE
        .iter()
        .filter_map(|entry| Some((bindings.keys(entry)?, entry.command)))
        .filter(|(shortcut, _)| !typing || shortcut.modifiers.command || shortcut.logical_key == Key::F1)
        // Text fields have their own undo, select all and delete.
        .filter(|(_, command)| {
            !typing
                || !matches!(
                    command,
                    Command::Undo
                        | Command::Redo
                        | Command::SelectAll
                        | Command::Copy
                        | Command::Cut
                        | Command::Paste
                        | Command::PasteInPlace
                )
        })
        .collect();
    entries.sort_by_key(|(shortcut, _)| std::cmp::Reverse(u8::from(shortcut.modifiers.shift)));
    context.input_mut(|input| {
        let mut commands: Vec<_> = entries
            .into_iter()
            .filter(|(shortcut, _)| input.consume_shortcut(shortcut))
            .map(|(_, command)| command)
            .collect();
        if !typing && input.consume_key(Modifiers::COMMAND, Key::Y) {
            commands.push(Command::Redo);
        }
        if !typing && input.consume_key(Modifiers::NONE, Key::Backspace) {
            commands.push(Command::Delete);
        }
        commands.extend(clipboard);
        commands
    })
}

/// Copy and cut come as events of their own, not as keys, where the system has a clipboard.
fn clipboard_commands(context: &egui::Context, typing: bool) -> Vec<Command> {
    if typing {
        return Vec::new();
    }
    context.input(|input| {
        let command = |event: &egui::Event| match event {
            egui::Event::Copy => Some(Command::Copy),
            egui::Event::Cut => Some(Command::Cut),
            _ => None,
        };
        input.events.iter().filter_map(command).collect()
    })
}

/// The text that was pasted, unless a text field takes it.
pub fn pasted(context: &egui::Context) -> Option<String> {
    if context.text_edit_focused() {
        return None;
    }
    context.input(|input| {
        input.events.iter().rev().find_map(|event| match event {
            egui::Event::Paste(text) => Some(text.clone()),
            _ => None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_and_keys_are_used_once() {
        let ids: BTreeSet<_> = TABLE.iter().map(|entry| entry.id).collect();
        assert_eq!(ids.len(), TABLE.len());
        let mut keys: Vec<_> = TABLE.iter().filter_map(|entry| entry.shortcut).collect();
        let all = keys.len();
        keys.dedup_by(|a, b| a == b);
        for (index, shortcut) in keys.iter().enumerate() {
            assert!(
                !keys[index + 1..].contains(shortcut),
                "{shortcut:?} is bound twice"
            );
        }
        assert_eq!(keys.len(), all);
    }

    #[test]
    fn every_command_has_its_own_row() {
        for entry in TABLE {
            assert_eq!(entry.command.entry().id, entry.id);
        }
    }
}
