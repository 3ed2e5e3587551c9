//! Commands: one table feeds menus, the toolbar, keys, the command palette and the cheat sheet.
//!
//! *Not* responsible for: what a command does (see `dispatch`), placing kinds (they come from the schema).

use egui::{Key, KeyboardShortcut, Modifiers, Popup};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use crate::keys::{self, Bindings};
use crate::preview::shading::Shading;
use crate::text::{Message, text};
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
    pub fn title(self) -> String {
        match self {
            Self::File => text().menu_file(),
            Self::Edit => text().menu_edit(),
            Self::Select => text().menu_select(),
            Self::Arrange => text().menu_arrange(),
            Self::View => text().menu_view(),
            Self::Bookmarks => text().menu_bookmarks(),
            Self::Help => text().menu_help(),
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
    text: Message,
    tooltip: Message,
    /// Symbol.
    pub icon: MaterialIcon,
    /// Keys, unless this person has others; see [`Bindings::keys`].
    pub shortcut: Option<KeyboardShortcut>,
    /// Where it stands.
    pub menu: Menu,
}

const fn held(modifiers: Modifiers, key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(modifiers, key)
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const NONE: Modifiers = Modifiers::NONE;
const SHIFT: Modifiers = Modifiers::SHIFT;
const ALT: Modifiers = Modifiers::ALT;

macro_rules! table {
    ($($menu:ident: $command:ident $(($of:expr))?, $id:literal,
        $text:ident($($of_text:literal)?), $tooltip:ident($($of_tooltip:literal)?), $icon:ident, $keys:expr;)*) => {
        /// All commands, in menu order.
        pub const TABLE: &[Entry] = &[$(Entry {
            command: Command::$command $(($of))?,
            id: $id,
            text: |text| text.$text($($of_text)?),
            tooltip: |text| text.$tooltip($($of_tooltip)?),
            icon: icon::$icon,
            shortcut: $keys,
            menu: Menu::$menu,
        }),*];
    };
}

table! {
    File: NewProject, "new-project", command_new_project(), command_new_project_tooltip(), ICON_CREATE_NEW_FOLDER, Some(held(CTRL, Key::N));
    File: OpenProject, "open-project", command_open_project(), command_open_project_tooltip(), ICON_FOLDER_OPEN, Some(held(CTRL, Key::O));
    File: NewIsland, "new-island", command_new_island(), command_new_island_tooltip(), ICON_ADD, Some(held(CTRL_SHIFT, Key::N));
    File: Save, "save", command_save(), command_save_tooltip(), ICON_SAVE, Some(held(CTRL, Key::S));
    File: Reload, "reload", command_reload(), command_reload_tooltip(), ICON_SYNC, Some(held(NONE, Key::F5));
    File: CloseProject, "close-project", command_close_project(), command_close_project_tooltip(), ICON_CLOSE, Some(held(CTRL, Key::W));
    File: Quit, "quit", command_quit(), command_quit_tooltip(), ICON_LOGOUT, Some(held(CTRL, Key::Q));
    Edit: Undo, "undo", command_undo(), command_undo_tooltip(), ICON_UNDO, Some(held(CTRL, Key::Z));
    Edit: Redo, "redo", command_redo(), command_redo_tooltip(), ICON_REDO, Some(held(CTRL_SHIFT, Key::Z));
    Edit: Cut, "cut", command_cut(), command_cut_tooltip(), ICON_CONTENT_CUT, Some(held(CTRL, Key::X));
    Edit: Copy, "copy", command_copy(), command_copy_tooltip(), ICON_FILE_COPY, Some(held(CTRL, Key::C));
    Edit: Paste, "paste", command_paste(), command_paste_tooltip(), ICON_CONTENT_PASTE, Some(held(CTRL, Key::V));
    Edit: PasteInPlace, "paste-in-place", command_paste_in_place(), command_paste_in_place_tooltip(), ICON_CONTENT_PASTE_GO, Some(held(CTRL_SHIFT, Key::V));
    Edit: Duplicate, "duplicate", command_duplicate(), command_duplicate_tooltip(), ICON_CONTENT_COPY, Some(held(CTRL, Key::D));
    Edit: Repeat, "repeat", command_repeat(), command_repeat_tooltip(), ICON_REPEAT, Some(held(Modifiers::SHIFT, Key::R));
    Edit: Delete, "delete", command_delete(), command_delete_tooltip(), ICON_DELETE, Some(held(NONE, Key::Delete));
    Edit: RemoveIsland, "remove-island", command_remove_island(), command_remove_island_tooltip(), ICON_DELETE_FOREVER, None;
    Select: UseSelect, "use-select", command_use_select(), command_use_select_tooltip(), ICON_ARROW_SELECTOR_TOOL, Some(held(NONE, Key::V));
    Select: SelectAll, "select-all", command_select_all(), command_select_all_tooltip(), ICON_SELECT_ALL, Some(held(CTRL, Key::A));
    Select: SelectNone, "select-none", command_select_none(), command_select_none_tooltip(), ICON_DESELECT, Some(held(CTRL_SHIFT, Key::A));
    Select: InvertSelection, "invert-selection", command_invert_selection(), command_invert_selection_tooltip(), ICON_FLIP, Some(held(CTRL, Key::I));
    Select: Search, "search", command_search(), command_search_tooltip(), ICON_MANAGE_SEARCH, Some(held(CTRL, Key::F));
    Select: ToggleLasso, "toggle-lasso", command_toggle_lasso(), command_toggle_lasso_tooltip(), ICON_LASSO_SELECT, Some(held(NONE, Key::L));
    Select: SelectWhere, "select-where", command_select_where(), command_select_where_tooltip(), ICON_FILTER_ALT, Some(held(CTRL_SHIFT, Key::F));
    Select: SelectSameKind, "select-same-kind", command_select_same_kind(), command_select_same_kind_tooltip(), ICON_CATEGORY, Some(held(SHIFT, Key::K));
    Select: SelectSameLayer, "select-same-layer", command_select_same_layer(), command_select_same_layer_tooltip(), ICON_LAYERS, Some(held(SHIFT, Key::L));
    Select: GrowLinks, "grow-links", command_grow_links(), command_grow_links_tooltip(), ICON_LINK, Some(held(CTRL, Key::L));
    Select: Group, "group", command_group(), command_group_tooltip(), ICON_GROUP_WORK, Some(held(CTRL, Key::G));
    Select: Ungroup, "ungroup", command_ungroup(), command_ungroup_tooltip(), ICON_WORKSPACES, Some(held(CTRL_SHIFT, Key::G));
    Select: Isolate, "isolate", command_isolate(), command_isolate_tooltip(), ICON_FILTER_CENTER_FOCUS, Some(held(NONE, Key::Slash));
    Select: Hide, "hide", command_hide(), command_hide_tooltip(), ICON_VISIBILITY_OFF, Some(held(NONE, Key::H));
    Select: ShowAll, "show-all", command_show_all(), command_show_all_tooltip(), ICON_VISIBILITY, Some(held(ALT, Key::H));
    Select: ToggleLock, "toggle-lock", command_toggle_lock(), command_toggle_lock_tooltip(), ICON_LOCK, Some(held(CTRL, Key::K));
    Select: UnlockAll, "unlock-all", command_unlock_all(), command_unlock_all_tooltip(), ICON_LOCK_OPEN, Some(held(CTRL_SHIFT, Key::K));
    Select: ToggleOmit, "toggle-omit", command_toggle_omit(), command_toggle_omit_tooltip(), ICON_BLOCK, None;
    Select: Escape, "escape", command_escape(), command_escape_tooltip(), ICON_CLOSE, Some(held(NONE, Key::Escape));
    Arrange: Grab, "grab", command_grab(), command_grab_tooltip(), ICON_OPEN_WITH, Some(held(NONE, Key::G));
    Arrange: RotateSelection, "rotate", command_rotate(), command_rotate_tooltip(), ICON_ROTATE_RIGHT, Some(held(NONE, Key::R));
    Arrange: ScaleSelection, "scale", command_scale(), command_scale_tooltip(), ICON_OPEN_IN_FULL, Some(held(NONE, Key::S));
    Arrange: DropToGround, "drop-to-ground", command_drop_to_ground(), command_drop_to_ground_tooltip(), ICON_VERTICAL_ALIGN_BOTTOM, Some(held(NONE, Key::End));
    Arrange: DeleteCorner, "delete-corner", command_delete_corner(), command_delete_corner_tooltip(), ICON_REMOVE, None;
    Arrange: Align(Side::West), "align-west", command_align_west(), command_align_west_tooltip(), ICON_ALIGN_HORIZONTAL_LEFT, None;
    Arrange: Align(Side::MiddleX), "align-middle-x", command_align_middle_x(), command_align_middle_x_tooltip(), ICON_ALIGN_HORIZONTAL_CENTER, None;
    Arrange: Align(Side::East), "align-east", command_align_east(), command_align_east_tooltip(), ICON_ALIGN_HORIZONTAL_RIGHT, None;
    Arrange: Align(Side::North), "align-north", command_align_north(), command_align_north_tooltip(), ICON_ALIGN_VERTICAL_TOP, None;
    Arrange: Align(Side::MiddleY), "align-middle-y", command_align_middle_y(), command_align_middle_y_tooltip(), ICON_ALIGN_VERTICAL_CENTER, None;
    Arrange: Align(Side::South), "align-south", command_align_south(), command_align_south_tooltip(), ICON_ALIGN_VERTICAL_BOTTOM, None;
    Arrange: Distribute(Along::X), "distribute-x", command_distribute_x(), command_distribute_x_tooltip(), ICON_HORIZONTAL_DISTRIBUTE, None;
    Arrange: Distribute(Along::Y), "distribute-y", command_distribute_y(), command_distribute_y_tooltip(), ICON_VERTICAL_DISTRIBUTE, None;
    Arrange: ToggleSnap, "toggle-snap", command_toggle_snap(), command_toggle_snap_tooltip(), ICON_GRID_GOLDENRATIO, Some(held(SHIFT, Key::S));
    Arrange: FinerRaster, "finer-raster", command_finer_raster(), command_finer_raster_tooltip(), ICON_GRID_4X4, Some(held(NONE, Key::OpenBracket));
    Arrange: CoarserRaster, "coarser-raster", command_coarser_raster(), command_coarser_raster_tooltip(), ICON_GRID_3X3, Some(held(NONE, Key::CloseBracket));
    View: ToggleChart, "toggle-chart", command_toggle_chart(), command_toggle_chart_tooltip(), ICON_EXPLORE, Some(held(NONE, Key::C));
    View: DrawLane, "draw-lane", command_draw_lane(), command_draw_lane_tooltip(), ICON_SAILING, None;
    View: FrameIsland, "frame-island", command_frame_island(), command_frame_island_tooltip(), ICON_MAP, Some(held(NONE, Key::Home));
    View: FrameSelection, "frame-selection", command_frame_selection(), command_frame_selection_tooltip(), ICON_CENTER_FOCUS_STRONG, Some(held(NONE, Key::F));
    View: ToggleNames, "toggle-names", command_toggle_names(), command_toggle_names_tooltip(), ICON_LABEL, Some(held(NONE, Key::N));
    View: ToggleShapes, "toggle-shapes", command_toggle_shapes(), command_toggle_shapes_tooltip(), ICON_ROUTE, Some(held(NONE, Key::O));
    View: ToggleGrid, "toggle-grid", command_toggle_grid(), command_toggle_grid_tooltip(), ICON_GRID_ON, Some(held(SHIFT, Key::G));
    View: ToggleMinimap, "toggle-minimap", command_toggle_minimap(), command_toggle_minimap_tooltip(), ICON_PICTURE_IN_PICTURE, Some(held(NONE, Key::M));
    View: Shade(Shading::Natural), "shade-natural", command_shade_natural(), command_shade_natural_tooltip(), ICON_LANDSCAPE, Some(held(NONE, Key::Num1));
    View: Shade(Shading::Hillshade), "shade-hillshade", command_shade_hillshade(), command_shade_hillshade_tooltip(), ICON_FILTER_HDR, Some(held(NONE, Key::Num2));
    View: Shade(Shading::Height), "shade-height", command_shade_height(), command_shade_height_tooltip(), ICON_HEIGHT, Some(held(NONE, Key::Num3));
    View: Shade(Shading::Slope), "shade-slope", command_shade_slope(), command_shade_slope_tooltip(), ICON_SIGNAL_CELLULAR_ALT, Some(held(NONE, Key::Num4));
    View: Shade(Shading::Material), "shade-ground", command_shade_ground(), command_shade_ground_tooltip(), ICON_GRASS, Some(held(NONE, Key::Num5));
    View: ToggleContours, "toggle-contours", command_toggle_contours(), command_toggle_contours_tooltip(), ICON_LINE_STYLE, Some(held(NONE, Key::K));
    View: ToggleTheme, "toggle-theme", command_toggle_theme(), command_toggle_theme_tooltip(), ICON_CONTRAST, None;
    View: ZoomIn, "zoom-in", command_zoom_in(), command_zoom_in_tooltip(), ICON_ZOOM_IN, Some(held(CTRL, Key::Plus));
    View: ZoomOut, "zoom-out", command_zoom_out(), command_zoom_out_tooltip(), ICON_ZOOM_OUT, Some(held(CTRL, Key::Minus));
    View: ZoomReset, "zoom-reset", command_zoom_reset(), command_zoom_reset_tooltip(), ICON_FORMAT_SIZE, Some(held(CTRL, Key::Num0));
    View: Preferences, "preferences", command_preferences(), command_preferences_tooltip(), ICON_SETTINGS, Some(held(CTRL, Key::Comma));
    View: ResetLayout, "reset-layout", command_reset_layout(), command_reset_layout_tooltip(), ICON_RESTART_ALT, None;
    Bookmarks: GoToBookmark(1), "go-to-bookmark-1", command_go_to_bookmark(1), command_go_to_bookmark_tooltip(1), ICON_BOOKMARK, Some(held(CTRL, Key::Num1));
    Bookmarks: GoToBookmark(2), "go-to-bookmark-2", command_go_to_bookmark(2), command_go_to_bookmark_tooltip(2), ICON_BOOKMARK, Some(held(CTRL, Key::Num2));
    Bookmarks: GoToBookmark(3), "go-to-bookmark-3", command_go_to_bookmark(3), command_go_to_bookmark_tooltip(3), ICON_BOOKMARK, Some(held(CTRL, Key::Num3));
    Bookmarks: GoToBookmark(4), "go-to-bookmark-4", command_go_to_bookmark(4), command_go_to_bookmark_tooltip(4), ICON_BOOKMARK, Some(held(CTRL, Key::Num4));
    Bookmarks: GoToBookmark(5), "go-to-bookmark-5", command_go_to_bookmark(5), command_go_to_bookmark_tooltip(5), ICON_BOOKMARK, Some(held(CTRL, Key::Num5));
    Bookmarks: GoToBookmark(6), "go-to-bookmark-6", command_go_to_bookmark(6), command_go_to_bookmark_tooltip(6), ICON_BOOKMARK, Some(held(CTRL, Key::Num6));
    Bookmarks: GoToBookmark(7), "go-to-bookmark-7", command_go_to_bookmark(7), command_go_to_bookmark_tooltip(7), ICON_BOOKMARK, Some(held(CTRL, Key::Num7));
    Bookmarks: GoToBookmark(8), "go-to-bookmark-8", command_go_to_bookmark(8), command_go_to_bookmark_tooltip(8), ICON_BOOKMARK, Some(held(CTRL, Key::Num8));
    Bookmarks: GoToBookmark(9), "go-to-bookmark-9", command_go_to_bookmark(9), command_go_to_bookmark_tooltip(9), ICON_BOOKMARK, Some(held(CTRL, Key::Num9));
    Bookmarks: SetBookmark(1), "set-bookmark-1", command_set_bookmark(1), command_set_bookmark_tooltip(1), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num1));
    Bookmarks: SetBookmark(2), "set-bookmark-2", command_set_bookmark(2), command_set_bookmark_tooltip(2), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num2));
    Bookmarks: SetBookmark(3), "set-bookmark-3", command_set_bookmark(3), command_set_bookmark_tooltip(3), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num3));
    Bookmarks: SetBookmark(4), "set-bookmark-4", command_set_bookmark(4), command_set_bookmark_tooltip(4), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num4));
    Bookmarks: SetBookmark(5), "set-bookmark-5", command_set_bookmark(5), command_set_bookmark_tooltip(5), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num5));
    Bookmarks: SetBookmark(6), "set-bookmark-6", command_set_bookmark(6), command_set_bookmark_tooltip(6), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num6));
    Bookmarks: SetBookmark(7), "set-bookmark-7", command_set_bookmark(7), command_set_bookmark_tooltip(7), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num7));
    Bookmarks: SetBookmark(8), "set-bookmark-8", command_set_bookmark(8), command_set_bookmark_tooltip(8), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num8));
    Bookmarks: SetBookmark(9), "set-bookmark-9", command_set_bookmark(9), command_set_bookmark_tooltip(9), ICON_BOOKMARK_ADD, Some(held(ALT, Key::Num9));
    Help: CommandPalette, "command-palette", command_command_palette(), command_command_palette_tooltip(), ICON_SEARCH, Some(held(CTRL, Key::P));
    Help: CheatSheet, "cheat-sheet", command_cheat_sheet(), command_cheat_sheet_tooltip(), ICON_KEYBOARD, Some(held(NONE, Key::F1));
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
    /// Menu and palette text.
    pub fn text(&self) -> String {
        (self.text)(text())
    }

    /// One sentence about it.
    pub fn tooltip(&self) -> String {
        (self.tooltip)(text())
    }

    /// The keys as text for menus and tooltips, for this machine's keyboard.
    pub fn keys_text(&self, context: &egui::Context) -> Option<String> {
        let keys = Bindings::in_force(context).keys(self);
        keys.map(|keys| keys::shown(&keys, context))
    }

    /// What a hint tells people to press: the keys, or what menus call it where it has none.
    pub fn keys_or_text(&self, context: &egui::Context) -> String {
        self.keys_text(context).unwrap_or_else(|| self.text())
    }

    /// Tooltip with the keys after it.
    pub fn tooltip_text(&self, context: &egui::Context) -> String {
        match self.keys_text(context) {
            Some(keys) => text().tooltip_with_keys(self.tooltip(), keys),
            None => self.tooltip(),
        }
    }
}

/// Commands whose keys were pressed. Single keys stay with a text field that has the focus.
pub fn pressed(context: &egui::Context) -> Vec<Command> {
    let typing = context.text_edit_focused();
    // A menu or list that is open closes at Escape; nothing below it does.
    let in_popup = Popup::is_any_open(context);
    let bindings = Bindings::in_force(context);
    let clipboard = clipboard_commands(context, typing);
    // Longer modifier sets first: Ctrl+Shift+Z would otherwise be taken as Ctrl+Z.
    let mut entries: Vec<_> = TABLE
        .iter()
        .filter_map(|entry| Some((bindings.keys(entry)?, entry.command)))
        .filter(|(_, command)| !(in_popup && *command == Command::Escape))
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
