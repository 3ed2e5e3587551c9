//! 3D panel: the baked island from an orbiting or flying camera, with symbols and handles.
//!
//! Main button: select, drag a symbol or handle; over nothing it turns the view. Middle button: turn, with
//! Shift slide. Right button: look around, with W, A, S, D, Q, E fly. Wheel: nearer and farther.
//!
//! *Not* responsible for: drawing terrain (`scene::renderer`), meshes (`scene::mesh`).

mod gizmo;
mod sight;

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{Id, Key, Painter, PointerButton, Rect, Response, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use egui_material_icons::icons::ICON_VIEW_IN_AR;
use glam::Vec3;
use shared::ids::IslandId;

use super::{Context, Requests, empty_state};
use crate::scene::camera::OrbitCamera;
use crate::scene::renderer::{SceneFrame, SceneRenderer};
use crate::text::text;
use crate::theme::SYMBOL_SIZE;
use crate::viewport::layout::{Ground, MapCamera, MapLayout};
use crate::viewport::paint::{self, Standing};
use gizmo::Gizmo;
use sight::{Foot, MAST_M, Sight, ground_m};

/// Triangles drawn while the camera moves; without a graphics card this is about 20 frames a second.
const MOVING_TRIANGLES: usize = 160_000;
/// Triangles drawn when it stands still.
const STILL_TRIANGLES: usize = 2_000_000;
/// Frames without movement before the full detail is drawn.
const SETTLE_FRAMES: u32 = 2;
/// Size of the dot of a record among many, in points.
const DOT_SIZE: f32 = 4.0;
/// Most records that all have their symbol; of more, only the selected ones do.
const MAX_SYMBOLS: usize = 400;
/// Flying crosses this share of the distance to the target in a second.
const FLY_SHARE: f32 = 0.25;
/// Slowest and fastest flight, in metres a second.
const FLY_SPEED_M: std::ops::RangeInclusive<f32> = 8.0..=120.0;
/// A flying eye stays this far above the ground, in metres.
const EYE_ABOVE_GROUND_M: f32 = 2.0;

/// The 3D panel.
pub struct View3dPanel {
    renderer: Option<Box<dyn SceneRenderer>>,
    cameras: BTreeMap<IslandId, OrbitCamera>,
    still_frames: u32,
    sight: Sight,
    /// A drag of a symbol or handle, not of the camera.
    gizmo: Gizmo,
    /// Where the pointer is on the map, to show it here, too.
    pub pointer: Option<Ground>,
}

impl View3dPanel {
    /// A panel that draws with this; `None` where there is no graphics interface, as in tests.
    pub fn new(renderer: Option<Box<dyn SceneRenderer>>) -> Self {
        Self {
            renderer,
            cameras: BTreeMap::new(),
            still_frames: SETTLE_FRAMES,
            sight: Sight::default(),
            gizmo: Gizmo::default(),
            pointer: None,
        }
    }

    /// Looks at a place of the island.
    pub fn focus(&mut self, island: IslandId, at: Vec3, distance_m: f32) {
        if let Some(camera) = self.cameras.get_mut(&island) {
            (camera.target, camera.distance_m) = (at, distance_m.max(40.0));
        }
    }

    /// Where an island is looked at from.
    pub fn camera(&self, island: IslandId) -> Option<OrbitCamera> {
        self.cameras.get(&island).copied()
    }

    /// Looks at an island from here.
    pub fn restore_camera(&mut self, island: IslandId, camera: OrbitCamera) {
        self.cameras.insert(island, camera);
    }

    /// The pointer, while it is over the view.
    pub fn last_pointer(&self) -> Option<crate::tool::Pointer> {
        self.gizmo.last_pointer()
    }

    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let colours = context.colours;
        let Some(island) = context.document.island() else {
            empty_state(
                ui,
                colours,
                ICON_VIEW_IN_AR,
                &text().no_island(),
                &text().no_island_hint(),
            );
            return;
        };
        let rect = ui.available_rect_before_wrap();
        let response = ui.interact(rect, Id::unique("3d view"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, text().view_3d()));
        let width_m = island.bounds.width().max(island.bounds.depth()) as f32;
        let mut camera = *self
            .cameras
            .entry(island.id)
            .or_insert_with(|| OrbitCamera::framing(width_m));
        if self.sight.follow(context, island.id, camera) {
            ui.request_repaint();
        }
        let view = gizmo::View {
            rect,
            camera,
            island,
            feet: self.sight.feet(),
        };
        self.gizmo.input(context, requests, ui, &response, &view);
        if navigate(&mut camera, ui, &response, rect, self.gizmo.is_dragging()) {
            if response.dragged_by(PointerButton::Secondary)
                || ui.input(|input| input.pointer.secondary_down())
            {
                let eye = camera.eye();
                let ground = ground_m(context, island.id, eye.x, eye.y).unwrap_or(0.0).max(0.0);
                camera.rise_to(ground + EYE_ABOVE_GROUND_M);
            }
            self.still_frames = 0;
            ui.request_repaint();
        } else if self.still_frames < SETTLE_FRAMES {
            self.still_frames += 1;
            ui.request_repaint();
        }
        self.cameras.insert(island.id, camera);
        self.terrain(context, ui, rect, camera, width_m);
        let painter = ui.painter_at(rect);
        symbols(context, &painter, rect, camera, self.sight.feet());
        gizmo::draw(context, ui, &gizmo::View { camera, ..view });
        if let Some(at) = self.pointer {
            let height_m = ground_m(context, island.id, at.x_m, at.y_m)
                .unwrap_or(0.0)
                .max(0.0);
            if let Some(at) = camera.screen_from_world(rect, Vec3::new(at.x_m, at.y_m, height_m)) {
                painter.circle_stroke(at, 5.0, Stroke::new(3.0, colours.symbol_outline));
                painter.circle_stroke(at, 5.0, Stroke::new(1.5, colours.label_text));
            }
        }
        match context.preview.terrain(island.id) {
            None => paint::badge(&painter, rect.center(), &text().view_shaping(), colours),
            Some(_) if !context.preview.terrain_is_current(island.id) => {
                painter.rect_filled(rect, 0.0, colours.stale_veil.gamma_multiply(0.4));
            }
            Some(_) => {}
        }
    }

    /// The terrain, or why there is none.
    fn terrain(&self, context: &Context, ui: &Ui, rect: Rect, camera: OrbitCamera, width_m: f32) {
        let colours = context.colours;
        let painter = ui.painter_at(rect);
        let Some(renderer) = &self.renderer else {
            // Painted, not put down: labels would take the pointer away from symbols below them.
            painter.rect_filled(rect, 0.0, colours.map_background);
            let lines = [text().view_unavailable(), text().view_unavailable_hint()];
            for (line, words) in lines.iter().enumerate() {
                let at = rect.center_top() + vec2(0.0, 40.0 + 28.0 * line as f32);
                paint::badge(&painter, at, words, colours);
            }
            return;
        };
        let island = context.document.island().map(|island| island.id);
        let terrain = island.and_then(|island| context.preview.terrain(island));
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
        painter.add(renderer.shape(rect, frame));
    }
}

/// Symbols of records over the terrain; those behind it are faint dots.
fn symbols(context: &Context, painter: &Painter, rect: Rect, camera: OrbitCamera, feet: &[Foot]) {
    // As on the map: of thousands, most are dots.
    let crowded = context.items.len() > MAX_SYMBOLS;
    let selection = context.document.selection();
    let selected_stand_out = selection.len() <= MAX_SYMBOLS;
    let projection = camera.onto(rect);
    let in_view = rect.expand(SYMBOL_SIZE);
    let (mut dots, mut symbols) = (Vec::new(), Vec::new());
    for (item, foot) in context.items.iter().zip(feet) {
        let selected = selection.contains(item.id);
        if !context.view.names && !selected {
            continue;
        }
        let head = projection.screen_from_world(foot.at + Vec3::Z * MAST_M);
        let Some(head) = head.filter(|head| in_view.contains(*head)) else {
            continue;
        };
        if crowded && (!selected || foot.hidden || !selected_stand_out) {
            let colour = if selected {
                context.colours.selected
            } else {
                item.colour
            };
            dots.push((head, colour.gamma_multiply(if foot.hidden { 0.4 } else { 1.0 })));
        } else {
            symbols.push((item, foot, head, selected));
        }
    }
    paint::dots(painter, DOT_SIZE, dots.into_iter());
    for (item, foot, head, selected) in symbols {
        if foot.hidden {
            let colour = if selected {
                context.colours.selected
            } else {
                item.colour
            };
            painter.circle_stroke(head, 3.0, Stroke::new(1.0, colour.gamma_multiply(0.4)));
            continue;
        }
        let Some(foot_at) = projection.screen_from_world(foot.at) else {
            continue;
        };
        let standing = Standing {
            selected,
            hovered: false,
            flagged: None,
        };
        // The symbol floats on a thin mast, so that it is seen over trees.
        painter.line_segment([foot_at, head], Stroke::new(1.0, item.colour.gamma_multiply(0.8)));
        let layout = MapLayout {
            camera: MapCamera {
                center: item.anchor,
                scale: 1.0,
            },
            rect: Rect::from_center_size(head, vec2(1.0, 1.0)),
        };
        paint::symbol(painter, &layout, item, standing, context.colours);
    }
}

/// Moves the camera by the input; true when it moved. `gripped` drags belong to a handle.
fn navigate(camera: &mut OrbitCamera, ui: &Ui, response: &Response, rect: Rect, gripped: bool) -> bool {
    let before = *camera;
    if response.is_pointer_button_down_on() {
        response.request_focus();
    }
    let shift = ui.input(|input| input.modifiers.shift);
    let drag = response.drag_delta();
    if response.dragged_by(PointerButton::Secondary) {
        camera.look(drag);
    } else if response.dragged_by(PointerButton::Middle) || (response.dragged() && !gripped) {
        if shift {
            camera.pan(drag, rect.height());
        } else {
            camera.orbit(drag);
        }
    }
    let flies = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.secondary_down());
    if flies {
        let (way, seconds) = ui.input(|input| {
            let key =
                |ahead, back| f32::from(i8::from(input.key_down(ahead)) - i8::from(input.key_down(back)));
            let way = Vec3::new(key(Key::D, Key::A), key(Key::W, Key::S), key(Key::E, Key::Q));
            (way, input.stable_dt.min(0.1))
        });
        let fast = if shift { 3.0 } else { 1.0 };
        let speed_m = (camera.distance_m * FLY_SHARE).clamp(*FLY_SPEED_M.start(), *FLY_SPEED_M.end());
        camera.fly(way * speed_m * fast * seconds);
    }
    if response.hovered() {
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        camera.zoom(pinch * (1.0 + scroll * 0.003).clamp(0.5, 2.0));
    }
    *camera != before
}
