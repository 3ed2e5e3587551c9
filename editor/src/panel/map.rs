//! Map panel: the island from above, with everything that stands on it.
//!
//! Main button: the tool. Middle button, right button or Space: pan. Wheel: zoom where the pointer is.
//!
//! *Not* responsible for: what the pointer does to the map (`tool`), how things are painted (`viewport`).

use std::collections::BTreeMap;

use egui::{CursorIcon, Id, Key, PointerButton, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};
use egui_material_icons::icons::ICON_MAP;
use shared::geometry::Box2;
use shared::ids::IslandId;
use shared::island::{Island, RecordId};
use shared::issue::Severity;

use super::{Context, Request, Requests, context_menu, empty_state};
use crate::document::selection::Selection;
use crate::theme::PICK_DISTANCE;
use crate::tool::{Action, Pointer, Tool};
use crate::viewport::layout::{Ground, MapCamera, MapLayout};
use crate::viewport::model::{self, Item};
use crate::viewport::paint::{self, Standing};

/// Accessible name of the map, also how tests find it.
pub const MAP_LABEL: &str = "Island map";
/// Room around framed records, in metres.
const FRAME_MARGIN_M: f32 = 24.0;

/// The map panel.
#[derive(Default, Debug)]
pub struct MapPanel {
    cameras: BTreeMap<IslandId, MapCamera>,
    /// What to bring into view at the next frame.
    wanted: Option<Box2>,
    /// What the pointer is on.
    hovered: Option<RecordId>,
    /// Where the pointer is.
    pointer: Option<Ground>,
    dragging: bool,
}

impl MapPanel {
    /// Brings a box of the ground into view at the next frame.
    pub fn frame(&mut self, area: Box2) {
        self.wanted = Some(area);
    }

    /// Brings items into view at the next frame.
    pub fn frame_items<'a>(&mut self, items: impl Iterator<Item = &'a Item>) {
        let area = items.fold(Box2::EMPTY, |all, item| all.union(item.extent()));
        if area.min_x_m <= area.max_x_m {
            self.frame(area.grown(FRAME_MARGIN_M));
        }
    }

    /// Where the pointer is on the island, if it is on the map.
    pub fn pointer(&self) -> Option<Ground> {
        self.pointer
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

    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let Some(island) = context.document.island() else {
            empty_state(
                ui,
                context.colours,
                ICON_MAP,
                "No island",
                "Add one with File > New island.",
            );
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.interact(rect, Id::unique("island map"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, MAP_LABEL));
        let mut layout = self.layout(island, rect);
        self.navigate(ui, &response, &mut layout, island.id);
        self.point(context, requests, ui, &response, &layout);
        if response.secondary_clicked()
            && let Some(hovered) = self.hovered
            && !context.document.selection().contains(hovered)
        {
            requests.push(Request::Select(Selection::of([hovered])));
        }
        response.context_menu(|ui| context_menu::ui(context, requests, ui));
        self.draw(context, ui, &layout, island);
    }

    fn layout(&mut self, island: &Island, rect: Rect) -> MapLayout {
        let footprint = island.bounds.footprint();
        if let Some(area) = self.wanted.take() {
            self.cameras
                .insert(island.id, MapCamera::framing(area, rect.size()));
        }
        let camera = *self
            .cameras
            .entry(island.id)
            .or_insert_with(|| MapCamera::framing(footprint, rect.size()));
        MapLayout { camera, rect }
    }

    fn navigate(&mut self, ui: &Ui, response: &Response, layout: &mut MapLayout, island: IslandId) {
        let space = ui.input(|input| input.key_down(Key::Space));
        let pans = response.dragged_by(PointerButton::Middle)
            || response.dragged_by(PointerButton::Secondary)
            || (space && response.dragged_by(PointerButton::Primary));
        if pans {
            layout.camera = layout.panned(response.drag_delta());
        }
        if let Some(at) = response.hover_pos() {
            let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
            let factor = pinch * (1.0 + scroll * 0.0035).clamp(0.5, 2.0);
            if factor != 1.0 {
                layout.camera = layout.zoomed(factor, at);
            }
        }
        self.cameras.insert(island, layout.camera);
    }

    fn point(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &Ui,
        response: &Response,
        layout: &MapLayout,
    ) {
        if (response.has_focus() || response.hovered()) && ui.input(|input| input.key_pressed(Key::Enter)) {
            requests.push(Request::Enter);
        }
        let reach_m = layout.metres(PICK_DISTANCE);
        let Some(at) = response.interact_pointer_pos().or_else(|| response.hover_pos()) else {
            (self.pointer, self.hovered) = (None, None);
            return;
        };
        let ground = layout.ground_from_screen(at);
        self.pointer = Some(ground);
        self.hovered = model::pick(context.items, ground, reach_m).map(|item| item.id);
        let (modifiers, press, space) = ui.input(|input| {
            (
                input.modifiers,
                input.pointer.press_origin(),
                input.key_down(Key::Space),
            )
        });
        let mut send = |action, at| {
            requests.push(Request::Pointer(Pointer {
                action,
                at,
                reach_m,
                shift: modifiers.shift,
                free: modifiers.alt,
            }));
        };
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
        } else if matches!(context.tool, Tool::Place(_)) && ui.input(|input| input.pointer.is_moving()) {
            send(Action::Hover, ground);
        }
        if matches!(context.tool, Tool::Place(_)) {
            ui.set_cursor_icon(CursorIcon::Crosshair);
        } else if self.hovered.is_some() {
            ui.set_cursor_icon(CursorIcon::PointingHand);
        }
    }

    fn draw(&self, context: &Context, ui: &Ui, layout: &MapLayout, island: &Island) {
        let colours = context.colours;
        let painter = ui.painter_at(layout.rect);
        painter.rect_filled(layout.rect, 0.0, colours.map_background);
        if let Some(picture) = context.preview.picture(island.id) {
            let stale = picture.revision != context.document.island_revision(island.id);
            paint::picture(
                &painter,
                layout,
                picture.area,
                picture.texture.id(),
                stale,
                colours,
            );
        }
        if context.view.grid {
            paint::grid(&painter, layout, colours);
        }
        paint::frame(&painter, layout, island.bounds.footprint(), colours);
        let view = layout.visible();
        let shown: Vec<(&Item, Standing)> = context
            .items
            .iter()
            .filter(|item| item.extent().touches(view))
            .map(|item| (item, self.standing(context, item, island.id)))
            .collect();
        for (item, standing) in &shown {
            if context.view.shapes || standing.selected || standing.hovered {
                paint::shape(&painter, layout, item, *standing, colours);
            }
        }
        for (item, standing) in &shown {
            paint::symbol(&painter, layout, item, *standing, colours);
        }
        if context.view.names {
            paint::names(&painter, layout, &shown, colours);
        }
        paint::overlay(&painter, layout, &context.tool.overlay(), colours);
        paint::scale_bar(&painter, layout, colours);
        if let Some(progress) = context.preview.progress_text(island.id) {
            let at = layout.rect.center_bottom() - vec2(0.0, 36.0);
            paint::badge(&painter, at, &progress, colours);
        }
    }

    fn standing(&self, context: &Context, item: &Item, island: IslandId) -> Standing {
        let worst = context
            .issues
            .iter()
            .filter(|issue| issue.subject.island == Some(island) && issue.subject.record == Some(item.id))
            .map(shared::issue::Issue::severity)
            .filter(|severity| *severity > Severity::Info)
            .max();
        Standing {
            selected: context.document.selection().contains(item.id),
            hovered: self.hovered == Some(item.id),
            flagged: worst.map(|severity| context.colours.severity(severity)),
        }
    }
}
