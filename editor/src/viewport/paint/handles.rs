//! Paints handles: the gizmo, corners, edges, rings, and where the 3D view looks from.
//!
//! *Not* responsible for: where handles are (`tool::handle`).

use egui::epaint::{CircleShape, PathShape};
use egui::{Align2, Color32, FontId, Painter, Pos2, Shape, Stroke, vec2};
use shared::island::Record;
use shared::schema::Schema;

use super::handle;
use crate::scene::camera::OrbitCamera;
use crate::text::text;
use crate::theme::{self, Palette};
use crate::tool::handle::{self as grips, Grip, Handle};
use crate::viewport::layout::{Ground, MapLayout};
use crate::viewport::model;

/// The handles of a selection around its pivot; `active` is the corner that keys act on.
pub fn handles(
    painter: &Painter,
    layout: &MapLayout,
    pivot: Option<Ground>,
    handles: &[Handle],
    active: Option<usize>,
    colours: &Palette,
) {
    let Some(pivot) = pivot else { return };
    let center = layout.screen_from_ground(pivot);
    for Handle { grip, at, z_m } in handles {
        let at = layout.screen_from_ground(*at);
        match grip {
            Grip::MoveX => arrow(painter, center, at, theme::AXIS_X, colours),
            Grip::MoveY => arrow(painter, center, at, theme::AXIS_Y, colours),
            Grip::MoveZ => arrow(painter, center, at, theme::AXIS_Z, colours),
            Grip::Rotate => {
                let stroke = Stroke::new(2.0, colours.accent);
                painter.circle_stroke(at, 5.5, Stroke::new(4.0, colours.symbol_outline));
                painter.circle_stroke(at, 5.5, stroke);
                let dash = Stroke::new(1.0, colours.accent.gamma_multiply(0.6));
                painter.extend(Shape::dashed_line(&[center, at], dash, 3.0, 4.0));
            }
            Grip::Facing => {
                painter.line_segment([center, at], Stroke::new(1.5, colours.selected));
                handle(painter, at, colours);
            }
            Grip::Ring(_) => handle(painter, at, colours),
            Grip::Edge(_) => {
                let corners = [vec2(0.0, -4.0), vec2(4.0, 0.0), vec2(0.0, 4.0), vec2(-4.0, 0.0)];
                let diamond = corners.map(|way| at + way).to_vec();
                let fill = colours.selected.gamma_multiply(0.55);
                let ring = Stroke::new(1.0, colours.symbol_outline);
                painter.add(PathShape::convex_polygon(diamond, fill, ring));
            }
            Grip::Corner(index) => {
                handle(painter, at, colours);
                if active == Some(*index) {
                    painter.circle_stroke(at, 9.0, Stroke::new(2.0, colours.selected));
                }
                // A path follows its heights; they are what one wants to know of its corners.
                if let Some(z_m) = z_m.filter(|z_m| *z_m != 0.0) {
                    let font = FontId::proportional(10.5);
                    let height = text().metres(format!("{z_m:.0}"));
                    let place = at + vec2(8.0, -8.0);
                    let galley = painter.layout_no_wrap(height, font, colours.label_text);
                    let plate = Align2::LEFT_BOTTOM.anchor_size(place, galley.size());
                    painter.rect_filled(plate.expand2(vec2(3.0, 0.0)), 2.0, colours.label_plate);
                    painter.galley(plate.min, galley, colours.label_text);
                }
            }
        }
    }
}

/// An arm of the gizmo.
pub fn arrow(painter: &Painter, from: Pos2, to: Pos2, colour: Color32, colours: &Palette) {
    let way = (to - from).normalized();
    let from = from + way * theme::SYMBOL_SIZE * 0.6;
    painter.line_segment(
        [from, to],
        Stroke::new(4.0, colours.symbol_outline.gamma_multiply(0.7)),
    );
    painter.line_segment([from, to], Stroke::new(2.0, colour));
    let side = way.rot90() * 5.0;
    let tip = vec![to + way * 8.0, to + side, to - side];
    painter.add(PathShape::convex_polygon(
        tip,
        colour,
        Stroke::new(1.0, colours.symbol_outline),
    ));
}

/// Lengths of the one selected record beside its radius, as rings or lines with their names.
pub fn rings(painter: &Painter, layout: &MapLayout, records: &[Record], schema: &Schema, colours: &Palette) {
    let [record] = records else { return };
    let Some(anchor) = record.anchor() else { return };
    let is_point = !matches!(record, Record::Marker(marker) if marker.geometry.points().len() > 1);
    let handles = grips::handles(records, schema, layout.metres(1.0));
    for (index, ring) in grips::rings(record, schema).iter().enumerate() {
        let radius = ring.distance_m * layout.camera.scale;
        let is_radius = ring.key == model::RADIUS_ATTRIBUTE;
        if is_point && !is_radius && radius > 3.0 {
            let center = layout.screen_from_ground(Ground::new(anchor.x_m, anchor.y_m));
            let stroke = Stroke::new(1.0, colours.selected.gamma_multiply(0.55));
            painter.add(CircleShape::stroke(center, radius, stroke));
        }
        let grip = Grip::Ring(index);
        if let Some(found) = handles.iter().find(|found| found.grip == grip) {
            let at = layout.screen_from_ground(found.at) + vec2(8.0, 0.0);
            let text = ring.key.replace('_', " ");
            let galley = painter.layout_no_wrap(text, FontId::proportional(10.5), colours.label_text);
            let plate = Align2::LEFT_CENTER.anchor_size(at, galley.size());
            painter.rect_filled(plate.expand2(vec2(3.0, 0.0)), 2.0, colours.label_plate);
            painter.galley(plate.min, galley, colours.label_text);
        }
    }
}

/// Where the 3D view looks from, and its direction.
pub fn gaze(painter: &Painter, layout: &MapLayout, camera: &OrbitCamera, colours: &Palette) {
    let on_map = |at: glam::Vec3| layout.screen_from_ground(Ground::new(at.x, at.y));
    let eye = on_map(camera.eye());
    if !layout.rect.contains(eye) {
        return;
    }
    let forward = camera.forward();
    let way = vec2(forward.x, -forward.y).normalized();
    let (left, right) = (
        egui::emath::Rot2::from_angle(-0.45) * way,
        egui::emath::Rot2::from_angle(0.45) * way,
    );
    let cone = vec![eye, eye + left * 26.0, eye + right * 26.0];
    let fill = colours.label_text.gamma_multiply(0.18);
    painter.add(PathShape::convex_polygon(cone, fill, Stroke::NONE));
    painter.circle(
        eye,
        3.5,
        colours.label_text,
        Stroke::new(1.0, colours.symbol_outline),
    );
}
