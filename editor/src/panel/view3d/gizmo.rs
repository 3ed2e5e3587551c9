//! Handles in 3D: finds what the pointer is on, turns its way on screen into metres, draws the gizmo.
//!
//! *Not* responsible for: what a handle does (`tool::transform`), the camera.

use egui::{PointerButton, Pos2, Rect, Response, Stroke, Ui};
use glam::Vec3;
use shared::island::{Island, Record, RecordId};

use super::sight::{Foot, MAST_M, ground_m};
use crate::command::Command;
use crate::panel::{Context, Request, Requests};
use crate::scene::camera::OrbitCamera;
use crate::theme::{self, PICK_DISTANCE, SYMBOL_SIZE};
use crate::tool::handle::{self, ARM_POINTS, Grip, Handle};
use crate::tool::{Action, Pointer, Tool};
use crate::viewport::layout::Ground;
use crate::viewport::paint::{self, handles::arrow};

/// Records with more corners than this show no corners in 3D: they would hide the island.
const MAX_CORNERS: usize = 64;

/// What is looked at, and from where.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) rect: Rect,
    pub(super) camera: OrbitCamera,
    pub(super) island: &'a Island,
    /// Where the items stand, in their order.
    pub(super) feet: &'a [Foot],
}

/// Pointer input in 3D.
#[derive(Default, Debug)]
pub(super) struct Gizmo {
    dragging: bool,
    /// The place that the drag moves from: its height is the plane that the pointer moves on.
    origin: Vec3,
    /// Where the pointer was on screen in the last frame.
    last_hover: Option<Pos2>,
    last_pointer: Option<Pointer>,
}

impl Gizmo {
    /// Whether the main button drags a symbol or handle.
    pub(super) fn is_dragging(&self) -> bool {
        self.dragging
    }

    /// The pointer, while it is over the view.
    pub(super) fn last_pointer(&self) -> Option<Pointer> {
        self.last_pointer
    }

    /// Sends the pointer to the tool.
    pub(super) fn input(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &Ui,
        response: &Response,
        view: &View,
    ) {
        let press = ui.input(|input| input.pointer.press_origin());
        let Some(at) = response.interact_pointer_pos().or_else(|| response.hover_pos()) else {
            self.dragging = false;
            self.last_pointer = None;
            return;
        };
        if context.tool.takes_keys() && response.clicked_by(PointerButton::Secondary) {
            requests.push(Request::Run(Command::Escape));
        }
        if let Tool::Place(_) = context.tool {
            if response.clicked_by(PointerButton::Primary)
                && let Some(ground) = ground_under(context, view, at)
            {
                let pointer = Pointer::new(Action::Click, ground, 1.0);
                requests.push(Request::Pointer(with_keys(context, ui, pointer)));
            }
            return;
        }
        if response.drag_started_by(PointerButton::Primary) && !context.tool.follows_pointer() {
            let from = press.unwrap_or(at);
            let (grip, hit) = (grip_at(context, view, from), hit_at(context, view, from));
            if grip.is_some() || hit.is_some() {
                self.dragging = true;
                self.origin = match grip {
                    // On the level of the handle itself: that of a summit would jump away from its rim.
                    Some((Grip::Ring(_) | Grip::Corner(_) | Grip::Edge(_) | Grip::Facing, place)) => place,
                    Some(_) => origin(context, view, None),
                    None => origin(context, view, hit),
                };
                let pointer = Pointer {
                    grip: grip.map(|(grip, _)| grip),
                    hit,
                    ..self.pointer(context, ui, view, Action::Press, from)
                };
                requests.push(Request::Pointer(pointer));
            }
        }
        if self.dragging && response.dragged_by(PointerButton::Primary) {
            requests.push(Request::Pointer(self.pointer(
                context,
                ui,
                view,
                Action::Drag,
                at,
            )));
        }
        if self.dragging && response.drag_stopped_by(PointerButton::Primary) {
            self.dragging = false;
            requests.push(Request::Pointer(self.pointer(
                context,
                ui,
                view,
                Action::Release,
                at,
            )));
        }
        if response.clicked_by(PointerButton::Primary) {
            let pointer = Pointer {
                grip: grip_at(context, view, at)
                    .map(|(grip, _)| grip)
                    .filter(|grip| matches!(grip, Grip::Corner(_))),
                hit: hit_at(context, view, at),
                ..self.pointer(context, ui, view, Action::Click, at)
            };
            requests.push(Request::Pointer(pointer));
        } else if context.tool.follows_pointer() && response.hovered() && self.last_hover != Some(at) {
            let pointer = self.pointer(context, ui, view, Action::Hover, at);
            requests.push(Request::Pointer(pointer));
        }
        self.last_hover = Some(at);
        if !context.tool.takes_keys() && !self.dragging {
            // What a key would start moves on the level of the selection.
            self.origin = origin(context, view, None);
            self.last_pointer = Some(self.pointer(context, ui, view, Action::Hover, at));
        }
    }

    /// The pointer on the level of what is moved. What lies under it is told by grip and hit alone.
    fn pointer(&self, context: &Context, ui: &Ui, view: &View, action: Action, at: Pos2) -> Pointer {
        let (rect, camera) = (view.rect, view.camera);
        let on_level = camera.on_level(rect, at, self.origin.z).unwrap_or(self.origin);
        let pointer = Pointer {
            lift_m: camera.height_on_line(rect, at, self.origin),
            ..Pointer::new(action, Ground::new(on_level.x, on_level.y), 0.0)
        };
        with_keys(context, ui, pointer)
    }
}

fn with_keys(context: &Context, ui: &Ui, pointer: Pointer) -> Pointer {
    let modifiers = ui.input(|input| input.modifiers);
    Pointer {
        shift: modifiers.shift,
        ctrl: modifiers.command,
        grid_m: context.view.snap_to(modifiers.command || modifiers.alt),
        ..pointer
    }
}

/// The ground under a point of the screen: along the ray until it is below the terrain.
fn ground_under(context: &Context, view: &View, at: Pos2) -> Option<Ground> {
    let (eye, way) = view.camera.ray(view.rect, at);
    let reach_m = view.camera.distance_m * 4.0 + 4000.0;
    let mut ahead_m = 1.0;
    while ahead_m < reach_m {
        let here = eye + way * ahead_m;
        let ground =
            ground_m(context, view.island.id, here.x, here.y).map_or(0.0, |height_m| height_m.max(0.0));
        if here.z <= ground {
            return Some(Ground::new(here.x, here.y));
        }
        // Far above the ground the steps are long; near it they are short.
        ahead_m += ((here.z - ground) * 0.5).max(0.5);
    }
    None
}

/// Where the selection, or one record, stands.
fn origin(context: &Context, view: &View, hit: Option<RecordId>) -> Vec3 {
    let records = match hit {
        Some(hit) => view.island.record(hit).into_iter().collect(),
        None => selected(context, view),
    };
    let pivot = handle::pivot(&records).unwrap_or_default();
    Vec3::new(pivot.x_m, pivot.y_m, level(context, view, pivot))
}

fn level(context: &Context, view: &View, at: Ground) -> f32 {
    ground_m(context, view.island.id, at.x_m, at.y_m)
        .unwrap_or(0.0)
        .max(0.0)
}

/// The selected records that can be gripped, while they are few enough to draw handles for.
fn selected(context: &Context, view: &View) -> Vec<Record> {
    let selection = context.document.selection();
    if selection.len() > handle::MAX_GRIPPED {
        return Vec::new();
    }
    selection
        .iter()
        .filter(|id| context.marks.is_reachable(view.island, *id))
        .filter_map(|id| view.island.record(id))
        .collect()
}

/// Handles with their places in the world.
fn placed(context: &Context, view: &View) -> Vec<(Grip, Vec3)> {
    let records = selected(context, view);
    let Some(pivot) = handle::pivot(&records) else {
        return Vec::new();
    };
    let base_m = level(context, view, pivot);
    let base = Vec3::new(pivot.x_m, pivot.y_m, base_m);
    let metres_per_point = view.camera.metres_per_point(base, view.rect.height());
    let mut all: Vec<(Grip, Vec3)> = handle::handles(&records, context.document.schema(), metres_per_point)
        .into_iter()
        .filter(|handle| match handle.grip {
            Grip::Corner(index) | Grip::Edge(index) => index <= MAX_CORNERS,
            _ => true,
        })
        .map(|Handle { grip, at, z_m }| {
            let z = match grip {
                Grip::MoveX | Grip::MoveY | Grip::Rotate | Grip::Facing => base_m,
                _ => z_m
                    .filter(|z_m| *z_m > 0.0)
                    .unwrap_or_else(|| level(context, view, at)),
            };
            (grip, Vec3::new(at.x_m, at.y_m, z))
        })
        .collect();
    all.push((Grip::MoveZ, base + Vec3::Z * ARM_POINTS * metres_per_point));
    all
}

/// The handle under a point of the screen, and its place.
fn grip_at(context: &Context, view: &View, at: Pos2) -> Option<(Grip, Vec3)> {
    let projection = view.camera.onto(view.rect);
    placed(context, view)
        .into_iter()
        .filter_map(|(grip, place)| {
            let distance = projection.screen_from_world(place)?.distance(at);
            (distance <= PICK_DISTANCE * 1.2).then_some((grip, place, distance))
        })
        .min_by(|a, b| a.2.total_cmp(&b.2))
        .map(|(grip, place, _)| (grip, place))
}

/// The record whose symbol is under a point of the screen and not hidden.
fn hit_at(context: &Context, view: &View, at: Pos2) -> Option<RecordId> {
    let projection = view.camera.onto(view.rect);
    context
        .items
        .iter()
        .zip(view.feet)
        .filter(|(item, foot)| !foot.hidden && !item.locked)
        .filter_map(|(item, foot)| {
            let head = projection.screen_from_world(foot.at + Vec3::Z * MAST_M)?;
            Some((item.id, head.distance(at)))
        })
        .filter(|(_, distance)| *distance <= SYMBOL_SIZE)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(record, _)| record)
}

/// Draws the handles, or the line along which things move.
pub(super) fn draw(context: &Context, ui: &Ui, view: &View) {
    let colours = context.colours;
    let painter = ui.painter_at(view.rect);
    let keys = |command: Command| command.entry().keys_or_text(ui.ctx());
    let overlay = context.tool.overlay(context.document.selection(), &keys);
    if context.tool.takes_keys() {
        paint::badge(
            &painter,
            view.rect.center_top() + egui::vec2(0.0, 12.0),
            &overlay.hint,
            colours,
        );
    }
    if !matches!(context.tool, Tool::Select(_)) {
        return;
    }
    let records = selected(context, view);
    let Some(pivot) = handle::pivot(&records) else {
        return;
    };
    let on_screen = |at: Vec3| view.camera.screen_from_world(view.rect, at);
    let base = Vec3::new(pivot.x_m, pivot.y_m, level(context, view, pivot));
    let Some(center) = on_screen(base) else { return };
    let active = overlay.corner.map(|(_, index)| index);
    for (grip, place) in placed(context, view) {
        let Some(at) = on_screen(place) else { continue };
        match grip {
            Grip::MoveX => arrow(&painter, center, at, theme::AXIS_X, colours),
            Grip::MoveY => arrow(&painter, center, at, theme::AXIS_Y, colours),
            Grip::MoveZ => arrow(&painter, center, at, theme::AXIS_Z, colours),
            Grip::Rotate => {
                painter.circle_stroke(at, 5.5, Stroke::new(4.0, colours.symbol_outline));
                painter.circle_stroke(at, 5.5, Stroke::new(2.0, colours.accent));
            }
            Grip::Edge(_) => {
                let ring = Stroke::new(1.0, colours.symbol_outline);
                painter.circle(at, 3.5, colours.selected.gamma_multiply(0.6), ring);
            }
            Grip::Corner(index) => {
                let foot = Vec3::new(
                    place.x,
                    place.y,
                    level(context, view, Ground::new(place.x, place.y)),
                );
                if let Some(foot) = on_screen(foot) {
                    painter.line_segment([foot, at], Stroke::new(1.0, colours.selected.gamma_multiply(0.6)));
                }
                paint::handle(&painter, at, colours);
                if active == Some(index) {
                    painter.circle_stroke(at, 9.0, Stroke::new(2.0, colours.selected));
                }
            }
            Grip::Ring(_) | Grip::Facing => paint::handle(&painter, at, colours),
        }
    }
}
