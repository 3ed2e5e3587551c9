//! 3D panel: the baked island from an orbit camera.
//!
//! Main or right button: turn. Middle button or Shift: slide. Wheel: nearer and farther.
//!
//! *Not* responsible for: drawing (`scene::renderer`), meshes (`scene::mesh`).

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Id, PointerButton, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};
use egui_material_icons::icons::ICON_VIEW_IN_AR;
use glam::Vec3;
use shared::ids::IslandId;

use super::{Context, Request, Requests, empty_state};
use crate::document::selection::Selection;
use crate::scene::camera::OrbitCamera;
use crate::scene::renderer::{SceneFrame, SceneRenderer};
use crate::theme::SYMBOL_SIZE;
use crate::viewport::layout::{Ground, MapCamera, MapLayout};
use crate::viewport::model::Item;
use crate::viewport::paint::{self, Standing};

/// Accessible name of the view, also how tests find it.
pub const VIEW_LABEL: &str = "3D view";
/// Triangles drawn while the camera moves; without a graphics card this is about 20 frames a second.
const MOVING_TRIANGLES: usize = 160_000;
/// Triangles drawn when it stands still.
const STILL_TRIANGLES: usize = 2_000_000;
/// Frames without movement before the full detail is drawn.
const SETTLE_FRAMES: u32 = 2;

/// The 3D panel.
pub struct View3dPanel {
    renderer: Option<Box<dyn SceneRenderer>>,
    cameras: BTreeMap<IslandId, OrbitCamera>,
    still_frames: u32,
}

impl View3dPanel {
    /// A panel that draws with this; `None` where there is no graphics interface, as in tests.
    pub fn new(renderer: Option<Box<dyn SceneRenderer>>) -> Self {
        Self {
            renderer,
            cameras: BTreeMap::new(),
            still_frames: SETTLE_FRAMES,
        }
    }

    /// Looks at a place of the island.
    pub fn focus(&mut self, island: IslandId, at: Vec3, distance_m: f32) {
        if let Some(camera) = self.cameras.get_mut(&island) {
            (camera.target, camera.distance_m) = (at, distance_m.max(40.0));
        }
    }

    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let colours = context.colours;
        let Some(island) = context.document.island() else {
            empty_state(
                ui,
                colours,
                ICON_VIEW_IN_AR,
                "No island",
                "Add one with File > New island.",
            );
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.interact(rect, Id::unique("3d view"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, VIEW_LABEL));
        let Some(renderer) = &self.renderer else {
            empty_state(
                ui,
                colours,
                ICON_VIEW_IN_AR,
                "No 3D here",
                "This window has no OpenGL context; the map works without.",
            );
            return;
        };
        let width_m = island.bounds.width().max(island.bounds.depth()) as f32;
        let camera = self
            .cameras
            .entry(island.id)
            .or_insert_with(|| OrbitCamera::framing(width_m));
        if navigate(camera, ui, &response, rect) {
            self.still_frames = 0;
            ui.request_repaint();
        } else if self.still_frames < SETTLE_FRAMES {
            self.still_frames += 1;
            ui.request_repaint();
        }
        let camera = *camera;
        let terrain = context.preview.terrain(island.id);
        let mesh = terrain.map(|terrain| Arc::clone(&terrain.mesh));
        let budget = if self.still_frames < SETTLE_FRAMES {
            MOVING_TRIANGLES
        } else {
            STILL_TRIANGLES
        };
        let frame = SceneFrame {
            clip_from_world: camera.clip_from_world(rect.aspect_ratio()),
            eye: camera.eye(),
            level: mesh.as_ref().map_or(0, |mesh| mesh.level_within(budget)),
            mesh,
            sky: colours.sky,
            sea: colours.sea,
            fog_m: width_m * 4.0 + camera.distance_m,
        };
        let painter = ui.painter_at(rect);
        painter.add(renderer.shape(rect, frame));
        symbols(context, requests, ui, &response, rect, camera);
        match terrain {
            None => paint::badge(&painter, rect.center(), "Shaping the island...", colours),
            Some(terrain) if terrain.revision != context.document.island_revision(island.id) => {
                painter.rect_filled(rect, 0.0, colours.stale_veil.gamma_multiply(0.4));
            }
            Some(_) => {}
        }
    }
}

/// Symbols of records over the terrain; a click selects.
fn symbols(
    context: &Context,
    requests: &mut Requests,
    ui: &Ui,
    response: &Response,
    rect: Rect,
    camera: OrbitCamera,
) {
    let Some(island) = context.document.island() else {
        return;
    };
    let painter = ui.painter_at(rect);
    let mut hit: Option<(f32, &Item)> = None;
    for item in context.items {
        let selected = context.document.selection().contains(item.id);
        if !context.view.names && !selected {
            continue;
        }
        let at = Ground::new(item.anchor.x_m, item.anchor.y_m);
        let column = shared::coords::LocalPos::new(at.x_m, at.y_m, 0.0)
            .voxel()
            .column();
        let height_m = context
            .preview
            .ground(island.id, column)
            .map_or(0.0, |(height_m, _)| height_m.max(0.0));
        let foot = camera.screen_from_world(rect, Vec3::new(at.x_m, at.y_m, height_m));
        let head = camera.screen_from_world(rect, Vec3::new(at.x_m, at.y_m, height_m + 14.0));
        let (Some(foot), Some(head)) = (foot, head) else {
            continue;
        };
        if !rect.expand(SYMBOL_SIZE).contains(head) {
            continue;
        }
        let standing = Standing {
            selected,
            hovered: false,
            flagged: None,
        };
        // The symbol floats on a thin mast, so that it is seen over trees.
        painter.line_segment(
            [foot, head],
            egui::Stroke::new(1.0, item.colour.gamma_multiply(0.8)),
        );
        let layout = MapLayout {
            camera: MapCamera {
                center: item.anchor,
                scale: 1.0,
            },
            rect: Rect::from_center_size(head, vec2(1.0, 1.0)),
        };
        paint::symbol(&painter, &layout, item, standing, context.colours);
        if let Some(pointer) = response.interact_pointer_pos() {
            let distance = pointer.distance(head);
            if distance < SYMBOL_SIZE && hit.is_none_or(|(best, _)| distance < best) {
                hit = Some((distance, item));
            }
        }
    }
    if response.clicked_by(PointerButton::Primary) {
        let selection = hit.map(|(_, item)| Selection::of([item.id])).unwrap_or_default();
        requests.push(Request::Select(selection));
    }
}

/// Moves the camera by the input; true when it moved.
fn navigate(camera: &mut OrbitCamera, ui: &Ui, response: &Response, rect: Rect) -> bool {
    let before = *camera;
    if response.is_pointer_button_down_on() {
        response.request_focus();
    }
    let shift = ui.input(|input| input.modifiers.shift);
    if response.dragged() {
        let slides = shift || response.dragged_by(PointerButton::Middle);
        if slides {
            camera.pan(response.drag_delta(), rect.height());
        } else {
            camera.orbit(response.drag_delta());
        }
    }
    if response.hovered() {
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        camera.zoom(pinch * (1.0 + scroll * 0.003).clamp(0.5, 2.0));
    }
    *camera != before
}
