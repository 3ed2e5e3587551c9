//! Handles: the places by which a selected record is gripped, on the map and in 3D.
//!
//! Which lengths have a ring follows from the schema: an attribute in metres whose name says that it lies
//! sideways (`radius`, `width`, `edge`, ...). No kind is named here.
//!
//! *Not* responsible for: what a grip does (`tool::transform`), drawing (`viewport::paint`).

use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::geometry::{Geometry, GeometryForm};
use shared::island::Record;
use shared::schema::{AttributeKind, KindSchema, Schema};

use crate::viewport::layout::Ground;
use crate::viewport::model::{self, RADIUS_ATTRIBUTE};

/// Length of the gizmo's arms, in points.
pub const ARM_POINTS: f32 = 52.0;

/// More selected records than this have no handles on screen; drags, G, R and S move them all the same.
pub const MAX_GRIPPED: usize = 400;

/// Lengths that lie outside of the radius or outline.
const OUTWARD: [&str; 7] = ["edge", "falloff", "flank", "face", "width", "slope", "margin"];
/// Lengths that lie inside of it.
const INWARD: [&str; 3] = ["shore", "feather", "inset"];

/// What is gripped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grip {
    /// A corner of a path or area, or the point of a marker.
    Corner(usize),
    /// The middle of an edge: a drag inserts a corner at this place of the list.
    Edge(usize),
    /// A length, by its place among [`rings`].
    Ring(usize),
    /// The direction that an entity or portal faces.
    Facing,
    /// Along east and west.
    MoveX,
    /// Along north and south.
    MoveY,
    /// Up and down.
    MoveZ,
    /// Around the middle of the selection.
    Rotate,
}

/// A grip and where it is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Handle {
    /// What it grips.
    pub grip: Grip,
    /// Where it is on the ground plane.
    pub at: Ground,
    /// How high it stands; `None` lies on the ground.
    pub z_m: Option<f32>,
}

/// A length of a record that is drawn as a ring, or as a line along a path or area.
#[derive(Clone, PartialEq, Debug)]
pub struct Ring {
    /// The attribute.
    pub key: String,
    /// How far from the point, path or outline it lies; negative is inside.
    pub distance_m: f32,
    /// Distance at which the attribute is zero.
    base_m: f32,
    /// +1 where the attribute grows outwards, -1 where it grows inwards.
    way: f32,
    min: f64,
    max: f64,
    whole: bool,
}

impl Ring {
    /// The attribute's value when the ring is dragged to this distance, on a raster if there is one.
    pub fn value_at(&self, distance_m: f32, grid_m: Option<f32>) -> AttributeValue {
        let value = (distance_m - self.base_m) * self.way;
        let value = grid_m.map_or(value, |grid| (value / grid).round() * grid);
        self.value(f64::from(value))
    }

    /// A typed value, held within its range.
    pub fn value(&self, value: f64) -> AttributeValue {
        let value = (value * 100.0).round() / 100.0;
        let value = value.clamp(self.min, self.max.max(self.min));
        if self.whole {
            #[expect(clippy::cast_possible_truncation, reason = "clamped to the attribute's range")]
            return AttributeValue::Integer(value.round() as i64);
        }
        AttributeValue::Number(value)
    }
}

/// Lengths of a record that have a ring, the radius first.
pub fn rings(record: &Record, schema: &Schema) -> Vec<Ring> {
    let kind = record
        .kind()
        .and_then(|name| model::kinds(schema, record.id())?.get(name));
    let Some(kind) = kind else { return Vec::new() };
    let form = match record {
        Record::Marker(marker) => marker.geometry.form(),
        _ => GeometryForm::Point,
    };
    let mut rings = Vec::new();
    let mut rim_m = 0.0;
    // The outline of an area is its rim; its radius, if it has one, is not used.
    if form != GeometryForm::Area
        && let Some(ring) = ring(record, kind, RADIUS_ATTRIBUTE, 0.0, 1.0)
    {
        rim_m = ring.distance_m;
        rings.push(ring);
    }
    for spec in &kind.attributes {
        let lies = |words: &[&str]| words.iter().any(|word| names_it(&spec.key, word));
        let way = match (lies(&OUTWARD), lies(&INWARD)) {
            (true, _) => 1.0,
            (false, true) => -1.0,
            (false, false) => continue,
        };
        rings.extend(ring(record, kind, &spec.key, rim_m, way));
    }
    rings
}

/// `edge` names `edge` and `outer_edge`.
fn names_it(key: &str, word: &str) -> bool {
    key.strip_suffix(word)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
}

fn ring(record: &Record, kind: &KindSchema, key: &str, base_m: f32, way: f32) -> Option<Ring> {
    let spec = kind.attribute(key)?;
    let (min, max, whole) = match &spec.kind {
        AttributeKind::Number { min, max, unit } if unit == "m" => (*min, *max, false),
        AttributeKind::Integer { min, max, unit } if unit == "m" => (*min as f64, *max as f64, true),
        _ => return None,
    };
    let written = record.attributes().and_then(|attributes| attributes.get(key));
    let value = written.or(spec.default.as_ref())?.as_number()?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a drawn length needs no more digits"
    )]
    let value_m = value as f32;
    value_m.is_finite().then(|| Ring {
        key: key.to_owned(),
        distance_m: base_m + way * value_m,
        base_m,
        way,
        min,
        max,
        whole,
    })
}

/// The middle around which a selection turns: the place of a single record, else the middle of all.
pub fn pivot(records: &[Record]) -> Option<Ground> {
    let places: Vec<LocalPos> = records.iter().filter_map(Record::anchor).collect();
    if let [place] = places[..] {
        return Some(Ground::new(place.x_m, place.y_m));
    }
    let all = shared::geometry::Box2::around(&places);
    (all.min_x_m <= all.max_x_m).then(|| {
        Ground::new(
            f32::midpoint(all.min_x_m, all.max_x_m),
            f32::midpoint(all.min_y_m, all.max_y_m),
        )
    })
}

/// The handles of a selection. `metres_per_point` sizes the gizmo, which keeps its size on screen.
pub fn handles(records: &[Record], schema: &Schema, metres_per_point: f32) -> Vec<Handle> {
    let Some(pivot) = pivot(records) else {
        return Vec::new();
    };
    let arm_m = ARM_POINTS * metres_per_point;
    let on_ground = |grip, at| Handle { grip, at, z_m: None };
    let mut handles = vec![
        on_ground(Grip::MoveX, Ground::new(pivot.x_m + arm_m, pivot.y_m)),
        on_ground(Grip::MoveY, Ground::new(pivot.x_m, pivot.y_m + arm_m)),
        on_ground(
            Grip::Rotate,
            Ground::new(pivot.x_m - arm_m * 0.7, pivot.y_m + arm_m * 0.7),
        ),
    ];
    let [record] = records else { return handles };
    if let Record::Marker(marker) = record {
        match &marker.geometry {
            Geometry::Point(_) => {}
            Geometry::Path(corners) | Geometry::Area(corners) => {
                let closed = marker.geometry.form() == GeometryForm::Area;
                // Edges first: where they lie on a corner, the corner wins.
                handles.splice(0..0, edges(corners, closed, metres_per_point));
                handles.extend(corners.iter().enumerate().map(|(index, corner)| Handle {
                    grip: Grip::Corner(index),
                    at: Ground::new(corner.x_m, corner.y_m),
                    z_m: Some(corner.z_m),
                }));
            }
        }
    }
    let facing_deg = match record {
        Record::Entity(entity) => Some(entity.facing_deg),
        Record::Portal(portal) => Some(portal.facing_deg),
        _ => None,
    };
    if let Some(facing_deg) = facing_deg {
        let way = egui::Vec2::angled(facing_deg.to_radians());
        // Angle 0 is north, so sine is east.
        let at = Ground::new(pivot.x_m + way.y * arm_m * 0.6, pivot.y_m + way.x * arm_m * 0.6);
        handles.push(on_ground(Grip::Facing, at));
    }
    let rings = rings(record, schema);
    handles.extend(rings.iter().enumerate().filter_map(|(index, ring)| {
        let at = ring_handle(record, ring, index)?;
        // A handle on the symbol could not be told from it.
        (at.distance_m(pivot) > 10.0 * metres_per_point).then(|| on_ground(Grip::Ring(index), at))
    }));
    handles
}

/// Handles between corners, where there is room for one.
fn edges(corners: &[LocalPos], closed: bool, metres_per_point: f32) -> Vec<Handle> {
    let count = if closed {
        corners.len()
    } else {
        corners.len().saturating_sub(1)
    };
    (0..count)
        .filter_map(|index| {
            let (a, b) = (corners.get(index)?, corners.get((index + 1) % corners.len())?);
            let long_m = Ground::new(a.x_m, a.y_m).distance_m(Ground::new(b.x_m, b.y_m));
            (long_m > 36.0 * metres_per_point).then(|| Handle {
                grip: Grip::Edge(index + 1),
                at: Ground::new(f32::midpoint(a.x_m, b.x_m), f32::midpoint(a.y_m, b.y_m)),
                z_m: Some(f32::midpoint(a.z_m, b.z_m)),
            })
        })
        .collect()
}

/// Where a ring is gripped: south-east of a point, beside the first piece of a path or outline.
fn ring_handle(record: &Record, ring: &Ring, index: usize) -> Option<Ground> {
    let Record::Marker(marker) = record else {
        let at = record.anchor()?;
        return Some(Ground::new(at.x_m + ring.distance_m, at.y_m));
    };
    let points = marker.geometry.points();
    let first = points.first()?;
    let Some(second) = points.get(1) else {
        // Handles of one record fan out, so that none lies on another.
        let way = egui::Vec2::angled(-0.35 - 0.4 * index as f32) * ring.distance_m;
        return Some(Ground::new(first.x_m + way.x, first.y_m + way.y));
    };
    let (dx, dy) = (second.x_m - first.x_m, second.y_m - first.y_m);
    let long_m = egui::vec2(dx, dy).length();
    if long_m <= 0.0 {
        return None;
    }
    // Outwards is to the right of a counter-clockwise outline.
    let turned = match marker.geometry.form() {
        GeometryForm::Area if signed_area(points) < 0.0 => -1.0,
        _ => 1.0,
    };
    let (share, out_m) = (0.3 + 0.1 * index as f32, ring.distance_m * turned / long_m);
    Some(Ground::new(
        first.x_m + dx * share + dy * out_m,
        first.y_m + dy * share - dx * out_m,
    ))
}

/// Twice the area, positive when the corners go round counter-clockwise.
fn signed_area(points: &[LocalPos]) -> f32 {
    let next = points.iter().skip(1).chain(points.first());
    points
        .iter()
        .zip(next)
        .map(|(a, b)| a.x_m * b.y_m - b.x_m * a.y_m)
        .sum()
}

/// The handle under the pointer; of several the nearest, of equals the later one.
pub fn at(handles: &[Handle], place: Ground, reach_m: f32) -> Option<Grip> {
    handles
        .iter()
        .rev()
        .filter(|handle| handle.at.distance_m(place) <= reach_m)
        .min_by(|a, b| a.at.distance_m(place).total_cmp(&b.at.distance_m(place)))
        .map(|handle| handle.grip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::attribute::Attributes;
    use shared::ids::MarkerId;
    use shared::island::Marker;

    fn record(kind: &str, geometry: Geometry) -> Record {
        Record::Marker(Marker {
            id: MarkerId("m".parse().unwrap()),
            kind: kind.into(),
            name: String::new(),
            note: String::new(),
            geometry,
            layer: 0,
            priority: 0,
            attributes: Attributes::from([("radius".to_owned(), AttributeValue::Number(30.0))]),
        })
    }

    fn square() -> Geometry {
        Geometry::Area(
            [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
                .map(|(x, y)| LocalPos::new(x, y, 5.0))
                .to_vec(),
        )
    }

    #[test]
    fn lengths_that_lie_sideways_have_rings_whatever_the_kind() {
        let schema = worldgen::marker::schema();
        let plateau = rings(&record("plateau", Geometry::Point(LocalPos::default())), schema);
        let keys: Vec<_> = plateau.iter().map(|ring| ring.key.as_str()).collect();
        assert_eq!(keys, ["radius", "edge"]);
        assert!(plateau[1].distance_m > 30.0, "the edge begins at the radius");
        assert_eq!(plateau[1].value_at(50.3, Some(1.0)), AttributeValue::Number(20.0));
        let AttributeKind::Number { max, .. } = schema.markers["plateau"].attribute("edge").unwrap().kind
        else {
            panic!("a number")
        };
        assert_eq!(plateau[1].value_at(9999.0, None), AttributeValue::Number(max));
        let area = rings(&record("plateau", square()), schema);
        assert_eq!(area.len(), 1, "an area has no radius");
    }

    #[test]
    fn areas_have_corners_and_edges_to_insert_more() {
        let handles = handles(&[record("land", square())], worldgen::marker::schema(), 1.0);
        let at = |x, y| at(&handles, Ground::new(x, y), 4.0);
        assert_eq!(at(100.0, 0.0), Some(Grip::Corner(1)));
        assert_eq!(at(50.0, 0.0), Some(Grip::Edge(1)));
        assert_eq!(at(0.0, 50.0), Some(Grip::Edge(4)));
        assert_eq!(at(20.0, 20.0), None);
    }

    #[test]
    fn rings_of_areas_lie_outside_for_either_winding() {
        let mut corners = square().points().to_vec();
        for _ in 0..2 {
            let record = record("plateau", Geometry::Area(corners.clone()));
            let ring = &rings(&record, worldgen::marker::schema())[0];
            let at = ring_handle(&record, ring, 0).unwrap();
            assert!(
                at.x_m < 0.0 || at.y_m < 0.0 || at.x_m > 100.0 || at.y_m > 100.0,
                "{at:?}"
            );
            corners.reverse();
        }
    }
}
