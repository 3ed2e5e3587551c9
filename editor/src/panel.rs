//! Panels: one file each, a state struct with `ui(&mut self, &Context, &mut Requests, &mut Ui)`.
//!
//! A panel reads a read-only context and never changes what it shows: it pushes requests, which `app`
//! carries out after the frame. What belongs to the panel alone (a filter text, a camera) is its own state
//! and changes in place.
//!
//! *Not* responsible for: carrying requests out (`dispatch`), docking (`dock`).

pub mod context_menu;
pub mod history;
pub mod inspector;
pub mod issues;
pub mod kinds;
pub mod layers;
pub mod map;
pub mod new_project;
pub mod outliner;
pub mod pick;
pub mod status;
pub mod view3d;
pub mod welcome;

use std::path::PathBuf;

use egui::{Color32, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};
use egui_material_icons::MaterialIcon;
use shared::ids::IslandId;
use shared::island::RecordId;
use shared::issue::Issue;

use crate::checks::Flags;
use crate::command::Command;
use crate::document::marks::{Layer, Mark, Marks};
use crate::document::selection::Selection;
use crate::document::{Change, Document};
use crate::preview::Preview;
use crate::preview::chart::ChartPictures;
use crate::theme::{self, Palette};
use crate::tool::chart::ChartTool;
use crate::tool::transform::TransformKey;
use crate::tool::{Pointer, Tool};
use crate::viewport::chart::Chart;
use crate::viewport::model::Item;
use crate::workspace::ViewOptions;

/// What panels may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The open project.
    pub document: &'a Document,
    /// Records of the island shown, for the map and lists.
    pub items: &'a [Item],
    /// Everything that is wrong, worst first.
    pub issues: &'a [Issue],
    /// The worst error or warning about each record.
    pub flags: &'a Flags,
    /// Pictures and terrain of the island shown.
    pub preview: &'a Preview,
    /// The tool in use.
    pub tool: &'a Tool,
    /// Everything on the chart.
    pub chart: &'a Chart,
    /// The tool of the chart.
    pub chart_tool: &'a ChartTool,
    /// Small pictures of all islands.
    pub chart_pictures: &'a ChartPictures,
    /// What is hidden, locked, left out or grouped.
    pub marks: &'a Marks,
    /// What the map shows.
    pub view: ViewOptions,
    /// Whether the check of the last change is still running.
    pub checking: bool,
    /// Colours of the theme.
    pub colours: &'static Palette,
}

/// What a panel asks for.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// Carry a command out.
    Run(Command),
    /// Change the project.
    Change(Change),
    /// Select other records.
    Select(Selection),
    /// The pointer did something on the map.
    Pointer(Pointer),
    /// The pointer did something on the chart.
    ChartPointer(Pointer),
    /// Enter was pressed on the map.
    Enter,
    /// Snap to this raster, in metres.
    Raster(f32),
    /// A key for the transform that is going on.
    Key(TransformKey),
    /// Mark, unmark, group or rename.
    Marks(MarksRequest),
    /// Use another tool.
    UseTool(Tool),
    /// Show another island.
    ShowIsland(IslandId),
    /// Select records of an island and bring them into view.
    Focus {
        /// Where they stand.
        island: IslandId,
        /// Which; empty for the island itself.
        records: Vec<RecordId>,
    },
    /// Let the designer pick what a reference points to.
    Pick(pick::Picking),
    /// Paste this text from the system's clipboard.
    Paste(String),
    /// Undo or redo until this many steps are done.
    Travel(usize),
    /// Open the project in a folder.
    Open(PathBuf),
}

/// What a panel asks about marks.
#[derive(Clone, PartialEq, Debug)]
pub enum MarksRequest {
    /// Mark or unmark a layer.
    ToggleLayer(Mark, Layer),
    /// Dissolve a group.
    Ungroup(String),
    /// Call a group something else.
    RenameGroup {
        /// Its name now.
        from: String,
        /// Its new name.
        to: String,
    },
    /// Take a mark from everything.
    Clear(Mark),
}

/// What panels asked for in one frame.
pub type Requests = Vec<Request>;

/// A button that shows a symbol only; `label` is its accessible name and the head of its tooltip.
pub fn icon_button(ui: &mut Ui, icon: MaterialIcon, label: &str, tooltip: &str) -> Response {
    icon_toggle(ui, icon, label, tooltip, None)
}

/// A symbol button that is on or off.
pub fn icon_toggle(
    ui: &mut Ui,
    icon: MaterialIcon,
    label: &str,
    tooltip: &str,
    on: Option<bool>,
) -> Response {
    let mut button = egui::Button::new(icon.rich_text().size(17.0)).min_size(vec2(28.0, 26.0));
    match on {
        Some(on) => button = button.selected(on),
        None => button = button.frame_when_inactive(false),
    }
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().button_padding = vec2(5.0, 3.0);
            ui.add(button)
        })
        .inner;
    let enabled = ui.is_enabled();
    response.widget_info(|| match on {
        Some(on) => WidgetInfo::selected(Role::Button, enabled, on, label),
        None => WidgetInfo::labeled(Role::Button, enabled, label),
    });
    response.on_hover_text(tooltip)
}

/// A symbol in a row that is on or off, without a frame while it is off.
pub fn icon_switch(ui: &mut Ui, icon: MaterialIcon, label: &str, tooltip: &str, on: bool) -> Response {
    let button = egui::Button::new(icon.rich_text().size(16.0))
        .min_size(vec2(26.0, 24.0))
        .selected(on)
        .frame_when_inactive(on);
    let response = ui
        .scope(|ui| {
            ui.spacing_mut().button_padding = vec2(4.0, 2.0);
            ui.add(button)
        })
        .inner;
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, on, label));
    response.on_hover_text(tooltip)
}

/// A symbol in a list, coloured.
pub fn icon_text(icon: MaterialIcon, colour: Color32) -> RichText {
    icon.rich_text().size(16.0).color(colour)
}

/// Height of symbol, title and two lines of hint, in points.
const EMPTY_STATE_HEIGHT: f32 = 112.0;

/// What an empty panel says: a symbol, what is missing, and how to get it.
pub fn empty_state(ui: &mut Ui, colours: &Palette, icon: MaterialIcon, title: &str, hint: &str) {
    ui.vertical_centered(|ui| {
        // In a low panel the words count.
        let room = ui.available_height() - EMPTY_STATE_HEIGHT;
        ui.add_space((room * 0.5).clamp(0.0, 48.0));
        if room > 0.0 {
            ui.label(icon.rich_text().size(30.0).color(colours.faint_text));
        }
        ui.label(RichText::new(title).strong());
        ui.label(RichText::new(hint).color(colours.faint_text));
    });
}

/// A full-width row of a list that can be clicked, with a symbol, a text and a faint remark on the right.
pub fn list_row(
    ui: &mut Ui,
    colours: &Palette,
    symbol: (MaterialIcon, Color32),
    text: &str,
    remark: &str,
    emphasis: Emphasis,
) -> Response {
    let width = ui.available_width();
    list_row_in(ui, width, colours, symbol, text, remark, emphasis)
}

/// Largest share of a row that its remark takes.
const MAX_REMARK: f32 = 0.5;

/// The same as [`list_row`], as wide as given.
pub fn list_row_in(
    ui: &mut Ui,
    width: f32,
    colours: &Palette,
    symbol: (MaterialIcon, Color32),
    text: &str,
    remark: &str,
    emphasis: Emphasis,
) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, theme::ROW_HEIGHT), Sense::click());
    let selected = matches!(emphasis, Emphasis::Selected);
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, ui.is_enabled(), selected, text));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let visuals = ui.visuals();
    let fill = if selected {
        visuals.selection.bg_fill
    } else if response.hovered() || response.has_focus() {
        visuals.widgets.hovered.weak_bg_fill
    } else {
        Color32::TRANSPARENT
    };
    ui.painter().rect_filled(rect, 4.0, fill);
    let ink = match emphasis {
        Emphasis::Faint => colours.faint_text,
        Emphasis::Normal | Emphasis::Selected => visuals.text_color(),
    };
    let body = egui::TextStyle::Body.resolve(ui.style());
    let small = egui::TextStyle::Small.resolve(ui.style());
    let icon_font = egui::FontId::new(15.0, symbol.0.font_family());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.text(
        rect.left_center() + vec2(6.0, 0.0),
        egui::Align2::LEFT_CENTER,
        symbol.0.codepoint,
        icon_font,
        theme::readable(symbol.1, visuals),
    );
    let remark_width = if remark.is_empty() {
        0.0
    } else {
        let mut job = egui::text::LayoutJob::simple_singleline(remark.to_owned(), small, colours.faint_text);
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() * MAX_REMARK);
        let galley = painter.layout_job(job);
        let width = galley.size().x;
        let at = rect.right_center() - vec2(width + 8.0, galley.size().y / 2.0);
        painter.galley(at, galley, colours.faint_text);
        width + 12.0
    };
    let text_left = 28.0;
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), body, ink);
    job.wrap =
        egui::text::TextWrapping::truncate_at_width((rect.width() - text_left - remark_width - 4.0).max(8.0));
    let galley = painter.layout_job(job);
    let at = rect.left_center() + vec2(text_left, -galley.size().y / 2.0);
    painter.galley(at, galley, ink);
    response
}

/// How a list row stands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Emphasis {
    /// As all rows.
    Normal,
    /// Less: undone, hidden.
    Faint,
    /// Selected or current.
    Selected,
}
