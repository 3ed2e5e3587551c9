//! Map panel: one island from above with everything that stands on it, or the chart of all islands. Zooming
//! out of an island leads onto the chart, zooming in on one of the chart's islands leads onto it.
//!
//! Main button: the tool. Middle button, right button or Space: pan. Wheel: zoom where the pointer is.
//!
//! *Not* responsible for: what the pointer does to the map (`tool`), how things are painted (`viewport`).

mod chart_paint;
mod chart_view;
mod corner;
mod island_view;

use std::collections::BTreeMap;

use egui::{CursorIcon, Key, PointerButton, Rect, Response, Ui, Vec2};
use egui_material_icons::icons::ICON_MAP;
use shared::geometry::Box2;
use shared::ids::IslandId;
use shared::island::{Island, RecordId};

use super::{Context, Requests, empty_state};
use crate::scene::camera::OrbitCamera;
use crate::text::text;
use crate::theme::PICK_DISTANCE;
use crate::tool::{Action, Pointer};
use crate::viewport::chart::ChartHit;
use crate::viewport::layout::{Ground, MapCamera, MapLayout};
use crate::viewport::model::Item;
use crate::viewport::paint::Named;

/// Room around framed records, in metres.
const FRAME_MARGIN_M: f32 = 24.0;
/// An island smaller than this share of the view gives way to the chart.
const CHART_SHARE: f32 = 0.22;
/// An island larger than this share of the view opens out of the chart.
const ISLAND_SHARE: f32 = 0.85;

/// What the panel shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum MapMode {
    /// The island shown.
    #[default]
    Island,
    /// All islands.
    Chart,
}

/// The map panel.
#[derive(Default, Debug)]
pub struct MapPanel {
    mode: MapMode,
    cameras: BTreeMap<IslandId, MapCamera>,
    /// Those that frame the whole island and were not moved since.
    framed: BTreeMap<IslandId, MapCamera>,
    chart_camera: Option<MapCamera>,
    /// What to bring into view at the next frame.
    wanted: Option<Box2>,
    /// What the pointer is on.
    hovered: Option<RecordId>,
    chart_hovered: Option<ChartHit>,
    /// Where the pointer is.
    pointer: Option<Ground>,
    dragging: bool,
    /// Where the pointer was on screen in the last frame.
    last_hover: Option<egui::Pos2>,
    last_pointer: Option<Pointer>,
    named: Named,
    /// Where the 3D view looks from, to draw it.
    pub gaze: Option<OrbitCamera>,
}

impl MapPanel {
    /// What it shows.
    pub fn mode(&self) -> MapMode {
        self.mode
    }

    /// Shows the chart, or an island.
    pub fn set_mode(&mut self, mode: MapMode) {
        if self.mode != mode {
            self.mode = mode;
            (self.pointer, self.hovered, self.chart_hovered) = (None, None, None);
        }
    }

    /// Brings a box of the ground into view at the next frame: of the island shown, or of the chart.
    pub fn frame(&mut self, area: Box2) {
        self.wanted = Some(area);
    }

    /// Brings items into view at the next frame.
    pub fn frame_items<'a>(&mut self, items: impl Iterator<Item = &'a Item>) {
        let area = items.fold(Box2::EMPTY, |all, item| all.union(item.extent()));
        if area.min_x_m <= area.max_x_m {
            self.set_mode(MapMode::Island);
            self.frame(area.grown(FRAME_MARGIN_M));
        }
    }

    /// Where the pointer is on the island, if it is on the map.
    pub fn pointer(&self) -> Option<Ground> {
        self.pointer.filter(|_| self.mode == MapMode::Island)
    }

    /// The pointer, while it is over the island's map.
    pub fn last_pointer(&self) -> Option<Pointer> {
        self.last_pointer.filter(|_| self.mode == MapMode::Island)
    }

    /// The record under the pointer.
    pub fn hovered(&self) -> Option<RecordId> {
        self.hovered
    }

    /// Where an island is looked at from, for linked views.
    pub fn camera(&self, island: IslandId) -> Option<MapCamera> {
        self.cameras.get(&island).copied()
    }

    /// Looks at an island from here, as the last session did.
    pub fn restore_camera(&mut self, island: IslandId, camera: MapCamera) {
        self.cameras.insert(island, camera);
    }

    /// Where the chart is looked at from.
    pub fn chart_camera(&self) -> Option<MapCamera> {
        self.chart_camera
    }

    /// Looks at the chart from here.
    pub fn restore_chart_camera(&mut self, camera: MapCamera) {
        self.chart_camera = Some(camera);
    }

    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let Some(island) = context.document.island() else {
            empty_state(
                ui,
                context.colours,
                ICON_MAP,
                &text().no_island(),
                &text().no_island_hint(),
            );
            return;
        };
        match self.mode {
            MapMode::Island => self.island_ui(context, requests, ui, island),
            MapMode::Chart => self.chart_ui(context, requests, ui, island),
        }
    }

    /// From the island onto the chart, the view staying what it is.
    fn leave_for_chart(&mut self, island: &Island, camera: MapCamera) {
        self.chart_camera = Some(MapCamera {
            center: Ground::new(
                camera.center.x_m + island.chart.x_m,
                camera.center.y_m + island.chart.y_m,
            ),
            ..camera
        });
        // The island's own view is kept for when it is opened by name.
        self.cameras.remove(&island.id);
        self.set_mode(MapMode::Chart);
    }

    /// From the chart onto an island, the view staying what it is.
    fn enter_island(&mut self, island: &Island, camera: MapCamera) {
        let local = MapCamera {
            center: Ground::new(
                camera.center.x_m - island.chart.x_m,
                camera.center.y_m - island.chart.y_m,
            ),
            ..camera
        };
        self.cameras.insert(island.id, local);
        self.set_mode(MapMode::Island);
    }

    /// Sends what the main button did; `send` gets the action and where.
    fn press_and_drag(
        &mut self,
        ui: &Ui,
        response: &Response,
        layout: &MapLayout,
        hovers: bool,
        mut send: impl FnMut(Action, Ground),
    ) {
        let Some(at) = response.interact_pointer_pos().or_else(|| response.hover_pos()) else {
            self.last_hover = None;
            return;
        };
        let ground = layout.ground_from_screen(at);
        let (press, space) = ui.input(|input| (input.pointer.press_origin(), input.key_down(Key::Space)));
        if response.is_pointer_button_down_on() {
            // Enter belongs to the map from here on, not to the row of the kind that was clicked before.
            response.request_focus();
        }
        if response.drag_started_by(PointerButton::Primary) && !space {
            self.dragging = true;
            // The press lies a few points back: what was meant is what was under it then.
            send(Action::Press, layout.ground_from_screen(press.unwrap_or(at)));
        }
        if self.dragging && response.dragged_by(PointerButton::Primary) {
            send(Action::Drag, ground);
        }
        if self.dragging && response.drag_stopped_by(PointerButton::Primary) {
            self.dragging = false;
            send(Action::Release, ground);
        }
        if response.double_clicked_by(PointerButton::Primary) {
            send(Action::DoubleClick, ground);
        } else if response.clicked_by(PointerButton::Primary) {
            send(Action::Click, ground);
        } else if hovers && self.last_hover != Some(at) {
            send(Action::Hover, ground);
        }
        self.last_hover = Some(at);
    }
}

/// Pans and zooms by the input; returns the new camera and the zoom factor.
fn navigate(ui: &Ui, response: &Response, layout: &MapLayout) -> (MapCamera, f32) {
    let mut layout = *layout;
    let space = ui.input(|input| input.key_down(Key::Space));
    let pans = response.dragged_by(PointerButton::Middle)
        || response.dragged_by(PointerButton::Secondary)
        || (space && response.dragged_by(PointerButton::Primary));
    if pans {
        layout.camera = layout.panned(response.drag_delta());
    }
    let mut factor = 1.0;
    if let Some(at) = response.hover_pos() {
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        factor = pinch * (1.0 + scroll * 0.0035).clamp(0.5, 2.0);
        if factor != 1.0 {
            layout.camera = layout.zoomed(factor, at);
        }
    }
    (layout.camera, factor)
}

/// The camera that shows what is wanted, or where it was, or the whole area.
fn camera_for(wanted: Option<Box2>, known: Option<MapCamera>, whole: Box2, view: Vec2) -> MapCamera {
    match (wanted, known) {
        (Some(area), _) => MapCamera::framing(area, view),
        (None, Some(camera)) => camera,
        (None, None) => MapCamera::framing(whole, view),
    }
}

/// Pointer input with the keys that are held.
fn pointer(context: &Context, ui: &Ui, layout: &MapLayout, action: Action, at: Ground) -> Pointer {
    let modifiers = ui.input(|input| input.modifiers);
    Pointer {
        // On a map, up is up: Z moves by the way on screen.
        lift_m: at.y_m,
        shift: modifiers.shift,
        ctrl: modifiers.command,
        grid_m: context.view.snap_to(modifiers.command || modifiers.alt),
        ..Pointer::new(action, at, layout.metres(PICK_DISTANCE))
    }
}

/// Share of the view's smaller side that a box takes.
fn share_of_view(area: Box2, layout: &MapLayout) -> f32 {
    let size_m = (area.max_x_m - area.min_x_m).max(area.max_y_m - area.min_y_m);
    size_m * layout.camera.scale / layout.rect.size().min_elem().max(1.0)
}

/// The mouse pointer over something that can be gripped.
fn set_cursor(ui: &Ui, hovering: bool, placing: bool) {
    if placing {
        ui.set_cursor_icon(CursorIcon::Crosshair);
    } else if hovering {
        ui.set_cursor_icon(CursorIcon::PointingHand);
    }
}

/// A rectangle in the lower right of another, if there is room for it.
fn lower_right(rect: Rect, size: Vec2) -> Option<Rect> {
    let room = rect.width() > size.x * 2.2 && rect.height() > size.y * 2.2;
    room.then(|| Rect::from_min_size(rect.right_bottom() - size - Vec2::splat(12.0), size))
}
