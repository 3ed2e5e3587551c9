//! Commands: one table feeds menus, the toolbar, keys, the command palette and the cheat sheet.
//!
//! *Not* responsible for: what a command does (see `dispatch`), placing kinds (they come from the schema).

use egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use crate::keys::Bindings;
use crate::preview::shading::Shading;
use crate::tool::arrange::{Along, Side};

/// Something the designer can ask for without further input.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Command {
    /// Make a new project.
    NewProject,
    /// Choose a project folder.
    OpenProject,
    /// Write all changed files.
    Save,
    /// Take in what others changed on disk.
    Reload,
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
    /// Select by kind, layer and attribute.
    SelectWhere,
    /// Select every record of the kinds that are selected.
    SelectSameKind,
    /// Select every marker of the layers that are selected.
    SelectSameLayer,
    /// Select what the selection refers to and what refers to it.
    GrowLinks,
    /// Make a group of the selection.
    Group,
    /// Dissolve the groups of the selection.
    Ungroup,
    /// Show nothing but the selection, or everything again.
    Isolate,
    /// Hide the selection.
    Hide,
    /// Show everything.
    ShowAll,
    /// Lock the selection, or unlock it.
    ToggleLock,
    /// Unlock everything.
    UnlockAll,
    /// Leave the selection out of the preview, or take it in again.
    ToggleOmit,
    /// Drags over empty ground draw a lasso or a box.
    ToggleLasso,
    /// Move the selection with the pointer.
    Grab,
    /// Turn the selection with the pointer.
    RotateSelection,
    /// Scale the selection with the pointer.
    ScaleSelection,
    /// Bring sides or middles in line.
    Align(Side),
    /// Make distances equal.
    Distribute(Along),
    /// Set the heights of markers to that of the ground.
    DropToGround,
    /// Remove the clicked corner.
    DeleteCorner,
    /// Snap places to the raster.
    ToggleSnap,
    /// Use a finer raster.
    FinerRaster,
    /// Use a coarser raster.
    CoarserRaster,
    /// Select what is not selected.
    InvertSelection,
    /// Search records of the whole project.
    Search,
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
    /// The chart of all islands, or back to the island.
    ToggleChart,
    /// Draw a sea lane on the chart.
    DrawLane,
    /// Small map of the whole island.
    ToggleMinimap,
    /// What the map's colours tell.
    Shade(Shading),
    /// Lines of equal height.
    ToggleContours,
    /// Look from where a bookmark was set.
    GoToBookmark(u8),
    /// Keep the place that is looked from.
    SetBookmark(u8),
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
    /// Where things lie.
    Arrange,
    /// What is shown.
    View,
    /// Places to come back to.
    Bookmarks,
    /// How things work.
    Help,
}

impl Menu {
    /// All menus in order.
    pub const ALL: [Self; 7] = [
        Self::File,
        Self::Edit,
        Self::Select,
        Self::Arrange,
        Self::View,
        Self::Bookmarks,
        Self::Help,
    ];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::File => "File",
            Self::Edit => "Edit",
            Self::Select => "Select",
            Self::Arrange => "Arrange",
            Self::View => "View",
            Self::Bookmarks => "Bookmarks",
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
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;

macro_rules! table {
    ($($menu:ident: $command:ident $(($of:expr))?, $id:literal, $text:literal, $icon:ident, $keys:expr, $tooltip:literal;)*) => {
        /// All commands, in menu order.
        pub const TABLE: &[Entry] = &[$(Entry {
            command: Command::$command $(($of))?,
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
    File: Reload, "reload", "Look for changes on disk", ICON_SYNC, Some(keys(NONE, Key::F5)), "Take in what git or others changed; it also happens by itself";
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
    Select: Search, "search", "Search records", ICON_MANAGE_SEARCH, Some(keys(CTRL, Key::F)), "Find records of the whole project by name, kind, layer or attribute";
    Select: ToggleLasso, "toggle-lasso", "Lasso", ICON_LASSO_SELECT, Some(keys(NONE, Key::L)), "Drags over empty ground draw a lasso instead of a box";
    Select: SelectWhere, "select-where", "Select where...", ICON_FILTER_ALT, Some(keys(CTRL_SHIFT, Key::F)), "Select by kind, layer and attribute";
    Select: SelectSameKind, "select-same-kind", "Select same kind", ICON_CATEGORY, Some(keys(SHIFT, Key::K)), "Select every record of the selected kinds";
    Select: SelectSameLayer, "select-same-layer", "Select same layer", ICON_LAYERS, Some(keys(SHIFT, Key::L)), "Select every marker of the selected layers";
    Select: GrowLinks, "grow-links", "Grow along links", ICON_LINK, Some(keys(CTRL, Key::L)), "Add what the selection refers to, and what refers to it";
    Select: Group, "group", "Group", ICON_GROUP_WORK, Some(keys(CTRL, Key::G)), "Make a group of the selection; a double click on one of its records selects it all";
    Select: Ungroup, "ungroup", "Ungroup", ICON_WORKSPACES, Some(keys(CTRL_SHIFT, Key::G)), "Dissolve the groups of the selection; the records stay";
    Select: Isolate, "isolate", "Isolate", ICON_FILTER_CENTER_FOCUS, Some(keys(NONE, Key::Slash)), "Show nothing but the selection; once more shows everything again";
    Select: Hide, "hide", "Hide", ICON_VISIBILITY_OFF, Some(keys(NONE, Key::H)), "Hide the selected records in this editor";
    Select: ShowAll, "show-all", "Show all", ICON_VISIBILITY, Some(keys(ALT, Key::H)), "Show everything that is hidden";
    Select: ToggleLock, "toggle-lock", "Lock or unlock", ICON_LOCK, Some(keys(CTRL, Key::K)), "Locked records stay where they are and out of the pointer's way";
    Select: UnlockAll, "unlock-all", "Unlock all", ICON_LOCK_OPEN, Some(keys(CTRL_SHIFT, Key::K)), "Unlock everything";
    Select: ToggleOmit, "toggle-omit", "Leave out of preview", ICON_BLOCK, None, "Shape the preview without the selected markers, or with them again; files and bakes outside the editor keep them";
    Select: Escape, "escape", "Cancel", ICON_CLOSE, Some(keys(NONE, Key::Escape)), "Take the open gesture back, leave the tool, then empty the selection";
    Arrange: Grab, "grab", "Move", ICON_OPEN_WITH, Some(keys(NONE, Key::G)), "Move the selection: X, Y or Z keep to an axis, digits type the way, a click keeps it";
    Arrange: RotateSelection, "rotate", "Turn", ICON_ROTATE_RIGHT, Some(keys(NONE, Key::R)), "Turn the selection around its middle; digits type degrees clockwise";
    Arrange: ScaleSelection, "scale", "Scale", ICON_OPEN_IN_FULL, Some(keys(NONE, Key::S)), "Scale the selection around its middle; digits type the factor";
    Arrange: DropToGround, "drop-to-ground", "Drop to ground", ICON_VERTICAL_ALIGN_BOTTOM, Some(keys(NONE, Key::End)), "Set the heights of the selected markers to that of the ground under them";
    Arrange: DeleteCorner, "delete-corner", "Delete corner", ICON_REMOVE, None, "Remove the clicked corner of a path or area";
    Arrange: Align(Side::West), "align-west", "Align west", ICON_ALIGN_HORIZONTAL_LEFT, None, "Bring western edges in line";
    Arrange: Align(Side::MiddleX), "align-middle-x", "Align middles, west to east", ICON_ALIGN_HORIZONTAL_CENTER, None, "Bring middles in line from south to north";
    Arrange: Align(Side::East), "align-east", "Align east", ICON_ALIGN_HORIZONTAL_RIGHT, None, "Bring eastern edges in line";
    Arrange: Align(Side::North), "align-north", "Align north", ICON_ALIGN_VERTICAL_TOP, None, "Bring northern edges in line";
    Arrange: Align(Side::MiddleY), "align-middle-y", "Align middles, south to north", ICON_ALIGN_VERTICAL_CENTER, None, "Bring middles in line from west to east";
    Arrange: Align(Side::South), "align-south", "Align south", ICON_ALIGN_VERTICAL_BOTTOM, None, "Bring southern edges in line";
    Arrange: Distribute(Along::X), "distribute-x", "Distribute west to east", ICON_HORIZONTAL_DISTRIBUTE, None, "Make distances from west to east equal; the outermost two stay";
    Arrange: Distribute(Along::Y), "distribute-y", "Distribute south to north", ICON_VERTICAL_DISTRIBUTE, None, "Make distances from south to north equal; the outermost two stay";
    Arrange: ToggleSnap, "toggle-snap", "Snap to raster", ICON_GRID_GOLDENRATIO, Some(keys(SHIFT, Key::S)), "Places snap to the raster; Ctrl or Alt does the other thing while dragging";
    Arrange: FinerRaster, "finer-raster", "Finer raster", ICON_GRID_4X4, Some(keys(NONE, Key::OpenBracket)), "Halve the raster";
    Arrange: CoarserRaster, "coarser-raster", "Coarser raster", ICON_GRID_3X3, Some(keys(NONE, Key::CloseBracket)), "Double the raster";
    View: ToggleChart, "toggle-chart", "Chart", ICON_EXPLORE, Some(keys(NONE, Key::C)), "All islands, portals and sea lanes; zooming out of an island leads there, too";
    View: DrawLane, "draw-lane", "Draw sea lane", ICON_SAILING, None, "Draw a sea lane on the chart, from a place of one island to a place of another";
    View: FrameIsland, "frame-island", "Show whole island", ICON_MAP, Some(keys(NONE, Key::Home)), "Fit the island into the map";
    View: FrameSelection, "frame-selection", "Show selection", ICON_CENTER_FOCUS_STRONG, Some(keys(NONE, Key::F)), "Fit the selected records into the map";
    View: ToggleNames, "toggle-names", "Names on map", ICON_LABEL, Some(keys(NONE, Key::N)), "Show names beside symbols";
    View: ToggleShapes, "toggle-shapes", "All marker shapes", ICON_ROUTE, Some(keys(NONE, Key::O)), "Outline every marker, not only selected ones";
    View: ToggleGrid, "toggle-grid", "Grid", ICON_GRID_ON, Some(keys(SHIFT, Key::G)), "Show the raster on the map";
    View: ToggleMinimap, "toggle-minimap", "Minimap", ICON_PICTURE_IN_PICTURE, Some(keys(NONE, Key::M)), "Show the whole island in a corner while only a part of it is in view";
    View: Shade(Shading::Natural), "shade-natural", "Natural colours", ICON_LANDSCAPE, Some(keys(NONE, Key::Num1)), "Colour the map as one would see it from above";
    View: Shade(Shading::Hillshade), "shade-hillshade", "Hillshade", ICON_FILTER_HDR, Some(keys(NONE, Key::Num2)), "Colour the map by light and shadow alone";
    View: Shade(Shading::Height), "shade-height", "Height", ICON_HEIGHT, Some(keys(NONE, Key::Num3)), "Colour the map by height above the sea";
    View: Shade(Shading::Slope), "shade-slope", "Slope", ICON_SIGNAL_CELLULAR_ALT, Some(keys(NONE, Key::Num4)), "Colour the map by how steep the ground is";
    View: Shade(Shading::Material), "shade-ground", "Ground", ICON_GRASS, Some(keys(NONE, Key::Num5)), "Colour the map by what the ground is made of";
    View: ToggleContours, "toggle-contours", "Contour lines", ICON_LINE_STYLE, Some(keys(NONE, Key::K)), "Draw lines of equal height, 5 metres apart, every fifth stronger";
    View: ToggleTheme, "toggle-theme", "Light or dark theme", ICON_CONTRAST, None, "Switch between light and dark";
    View: ZoomIn, "zoom-in", "Larger interface", ICON_ZOOM_IN, Some(keys(CTRL, Key::Plus)), "Make texts and buttons larger";
    View: ZoomOut, "zoom-out", "Smaller interface", ICON_ZOOM_OUT, Some(keys(CTRL, Key::Minus)), "Make texts and buttons smaller";
    View: ZoomReset, "zoom-reset", "Normal interface size", ICON_FORMAT_SIZE, Some(keys(CTRL, Key::Num0)), "Make texts and buttons as large as they were made";
    View: Preferences, "preferences", "Preferences...", ICON_SETTINGS, Some(keys(CTRL, Key::Comma)), "Theme, colours, size of the interface and keys";
    View: ResetLayout, "reset-layout", "Reset layout", ICON_RESTART_ALT, None, "Put all panels back to where they were first";
    Bookmarks: GoToBookmark(1), "go-to-bookmark-1", "Go to bookmark 1", ICON_BOOKMARK, Some(keys(CTRL, Key::Num1)), "Look from where bookmark 1 was set";
    Bookmarks: GoToBookmark(2), "go-to-bookmark-2", "Go to bookmark 2", ICON_BOOKMARK, Some(keys(CTRL, Key::Num2)), "Look from where bookmark 2 was set";
    Bookmarks: GoToBookmark(3), "go-to-bookmark-3", "Go to bookmark 3", ICON_BOOKMARK, Some(keys(CTRL, Key::Num3)), "Look from where bookmark 3 was set";
    Bookmarks: GoToBookmark(4), "go-to-bookmark-4", "Go to bookmark 4", ICON_BOOKMARK, Some(keys(CTRL, Key::Num4)), "Look from where bookmark 4 was set";
    Bookmarks: GoToBookmark(5), "go-to-bookmark-5", "Go to bookmark 5", ICON_BOOKMARK, Some(keys(CTRL, Key::Num5)), "Look from where bookmark 5 was set";
    Bookmarks: GoToBookmark(6), "go-to-bookmark-6", "Go to bookmark 6", ICON_BOOKMARK, Some(keys(CTRL, Key::Num6)), "Look from where bookmark 6 was set";
    Bookmarks: GoToBookmark(7), "go-to-bookmark-7", "Go to bookmark 7", ICON_BOOKMARK, Some(keys(CTRL, Key::Num7)), "Look from where bookmark 7 was set";
    Bookmarks: GoToBookmark(8), "go-to-bookmark-8", "Go to bookmark 8", ICON_BOOKMARK, Some(keys(CTRL, Key::Num8)), "Look from where bookmark 8 was set";
    Bookmarks: GoToBookmark(9), "go-to-bookmark-9", "Go to bookmark 9", ICON_BOOKMARK, Some(keys(CTRL, Key::Num9)), "Look from where bookmark 9 was set";
    Bookmarks: SetBookmark(1), "set-bookmark-1", "Set bookmark 1", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num1)), "Keep the place that is looked from as bookmark 1";
    Bookmarks: SetBookmark(2), "set-bookmark-2", "Set bookmark 2", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num2)), "Keep the place that is looked from as bookmark 2";
    Bookmarks: SetBookmark(3), "set-bookmark-3", "Set bookmark 3", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num3)), "Keep the place that is looked from as bookmark 3";
    Bookmarks: SetBookmark(4), "set-bookmark-4", "Set bookmark 4", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num4)), "Keep the place that is looked from as bookmark 4";
    Bookmarks: SetBookmark(5), "set-bookmark-5", "Set bookmark 5", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num5)), "Keep the place that is looked from as bookmark 5";
    Bookmarks: SetBookmark(6), "set-bookmark-6", "Set bookmark 6", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num6)), "Keep the place that is looked from as bookmark 6";
    Bookmarks: SetBookmark(7), "set-bookmark-7", "Set bookmark 7", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num7)), "Keep the place that is looked from as bookmark 7";
    Bookmarks: SetBookmark(8), "set-bookmark-8", "Set bookmark 8", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num8)), "Keep the place that is looked from as bookmark 8";
    Bookmarks: SetBookmark(9), "set-bookmark-9", "Set bookmark 9", ICON_BOOKMARK_ADD, Some(keys(ALT, Key::Num9)), "Keep the place that is looked from as bookmark 9";
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
    entries.sort_by_key(|(shortcut, _)| {
        std::cmp::Reverse(u8::from(shortcut.modifiers.shift) + u8::from(shortcut.modifiers.alt))
    });
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
