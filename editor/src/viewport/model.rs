//! What stands on an island's map: one item per record, with its symbol, outline and radius.
//!
//! *Not* responsible for: the screen.

use std::collections::BTreeMap;

use egui::Color32;
use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::geometry::{Box2, Geometry, GeometryForm};
use shared::island::{Island, Record, RecordId};
use shared::schema::{KindSchema, Schema};

use super::layout::Ground;
use crate::document::marks::{Mark, Marks};
use crate::text::text;
use crate::theme;

/// The attribute that is drawn as a circle around a marker, in metres.
pub const RADIUS_ATTRIBUTE: &str = "radius";

/// The shape of a symbol: one per record kind, so that colour is never the only difference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Symbol {
    /// Markers.
    Circle,
    /// POIs.
    Pin,
    /// Entities.
    Square,
    /// Portals.
    Diamond,
}

/// One record on the map.
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    /// Which record.
    pub id: RecordId,
    /// Where its symbol and name go.
    pub anchor: Ground,
    /// Its corners, for paths and areas.
    pub corners: Vec<Ground>,
    /// The line through its corners as the generator takes it; closed (last = first) for areas.
    pub outline: Vec<Ground>,
    /// Point, path or area.
    pub form: GeometryForm,
    /// Radius in metres, for kinds that have one.
    pub radius_m: Option<f32>,
    /// Direction it faces, degrees clockwise from north.
    pub facing_deg: Option<f32>,
    /// Its symbol.
    pub symbol: Symbol,
    /// Colour of its kind.
    pub colour: Color32,
    /// Its name, or its kind when it has none.
    pub title: String,
    /// Out of reach of the pointer.
    pub locked: bool,
}

/// All records of an island on its map. Lanes lie on the chart and are not here.
///
/// Hidden records are left out.
pub fn items(island: &Island, schema: &Schema, marks: &Marks) -> Vec<Item> {
    island
        .record_ids()
        .filter_map(|id| shown_item(island, id, schema, marks))
        .collect()
}

/// One record of an island on its map; `None` for lanes, hidden records, and where there is none.
pub fn shown_item(island: &Island, id: RecordId, schema: &Schema, marks: &Marks) -> Option<Item> {
    if matches!(id, RecordId::Lane(_)) || marks.has(Mark::Hidden, island, id) {
        return None;
    }
    let mut item = item(&island.record(id)?, schema)?;
    item.locked = marks.has(Mark::Locked, island, id);
    Some(item)
}

/// One record on the map; `None` for lanes.
pub fn item(record: &Record, schema: &Schema) -> Option<Item> {
    let anchor = record.anchor()?;
    let kind = record
        .kind()
        .and_then(|name| kinds(schema, record.id())?.get(name));
    let colour = match record.kind() {
        Some(name) => theme::kind_colour(kind.and_then(|kind| kind.colour), name),
        None => theme::PORTAL,
    };
    let on_ground = |points: &[LocalPos]| {
        points
            .iter()
            .map(|point| Ground::new(point.x_m, point.y_m))
            .collect()
    };
    let (corners, outline, form) = match record {
        Record::Marker(marker) => match &marker.geometry {
            Geometry::Point(_) => (Vec::new(), Vec::new(), GeometryForm::Point),
            geometry => (
                on_ground(geometry.points()),
                on_ground(&worldgen::marker::outline(marker)),
                geometry.form(),
            ),
        },
        _ => (Vec::new(), Vec::new(), GeometryForm::Point),
    };
    let facing_deg = match record {
        Record::Entity(entity) => Some(entity.facing_deg),
        Record::Portal(portal) => Some(portal.facing_deg),
        _ => None,
    };
    Some(Item {
        id: record.id(),
        anchor: Ground::new(anchor.x_m, anchor.y_m),
        corners,
        outline,
        form,
        // The outline of an area is its rim.
        radius_m: radius_m(record, kind).filter(|_| form != GeometryForm::Area),
        facing_deg,
        symbol: match record.id() {
            RecordId::Marker(_) => Symbol::Circle,
            RecordId::Poi(_) => Symbol::Pin,
            RecordId::Entity(_) => Symbol::Square,
            RecordId::Portal(_) | RecordId::Lane(_) => Symbol::Diamond,
        },
        colour,
        title: title(record),
        locked: false,
    })
}

/// The kinds of the schema that a record of this sort may have.
pub fn kinds(schema: &Schema, id: RecordId) -> Option<&BTreeMap<String, KindSchema>> {
    match id {
        RecordId::Marker(_) => Some(&schema.markers),
        RecordId::Poi(_) => Some(&schema.pois),
        RecordId::Entity(_) => Some(&schema.entities),
        RecordId::Portal(_) | RecordId::Lane(_) => None,
    }
}

/// What a record is called on screen: its name, or its kind in words.
pub fn title(record: &Record) -> String {
    if !record.name().is_empty() {
        return record.name().to_owned();
    }
    match record.kind() {
        Some(kind) => kind_title(kind),
        None => sort_title(record.id()),
    }
}

/// What several records are called together, as in names of steps.
pub fn title_of_all(records: &[Record]) -> String {
    match records {
        [record] => title(record),
        records => text().record_count(records.len()),
    }
}

/// What a record is called that has neither a name nor a kind.
pub fn sort_title(id: RecordId) -> String {
    match id {
        RecordId::Marker(_) => text().sort_marker(),
        RecordId::Poi(_) => text().sort_poi(),
        RecordId::Entity(_) => text().sort_entity(),
        RecordId::Portal(_) => text().sort_portal(),
        RecordId::Lane(_) => text().sort_lane(),
    }
}

/// This many records of the sort of one of them: `3 sea lanes`.
pub fn sort_count(id: RecordId, count: usize) -> String {
    match id {
        RecordId::Marker(_) => text().sort_marker_count(count),
        RecordId::Poi(_) => text().sort_poi_count(count),
        RecordId::Entity(_) => text().sort_entity_count(count),
        RecordId::Portal(_) => text().sort_portal_count(count),
        RecordId::Lane(_) => text().sort_lane_count(count),
    }
}

/// How a form is called.
pub fn form_name(form: GeometryForm) -> String {
    match form {
        GeometryForm::Point => text().form_point(),
        GeometryForm::Path => text().form_path(),
        GeometryForm::Area => text().form_area(),
    }
}

/// A kind's name in words: `forest_zone` reads "Forest zone".
pub fn kind_title(kind: &str) -> String {
    capitalised(&kind.replace('_', " "))
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a drawn radius needs no more digits"
)]
fn radius_m(record: &Record, kind: Option<&KindSchema>) -> Option<f32> {
    let spec = kind?.attribute(RADIUS_ATTRIBUTE)?;
    let value = record
        .attributes()
        .and_then(|attributes| attributes.get(RADIUS_ATTRIBUTE))
        .or(spec.default.as_ref())
        .and_then(AttributeValue::as_number)?;
    (value.is_finite() && value > 0.0).then_some(value as f32)
}

impl Item {
    /// The box around everything drawn of it.
    pub fn extent(&self) -> Box2 {
        let at = |place: Ground, margin: f32| {
            Box2 {
                min_x_m: place.x_m,
                min_y_m: place.y_m,
                max_x_m: place.x_m,
                max_y_m: place.y_m,
            }
            .grown(margin)
        };
        let radius = self.radius_m.unwrap_or(0.0);
        self.outline.iter().fold(at(self.anchor, radius), |all, corner| {
            all.union(at(*corner, radius))
        })
    }

    /// How far a place is from the symbol or the outline, in metres.
    pub fn distance_m(&self, place: Ground) -> f32 {
        let to_symbol = self.anchor.distance_m(place);
        self.outline
            .windows(2)
            .map(|pair| segment_distance_m(place, pair[0], pair[1]))
            .fold(to_symbol, f32::min)
    }
}

/// Metres from a place to a straight line between two others.
pub fn segment_distance_m(place: Ground, a: Ground, b: Ground) -> f32 {
    let (dx, dy) = (b.x_m - a.x_m, b.y_m - a.y_m);
    let length_squared = dx * dx + dy * dy;
    let t = if length_squared > 0.0 {
        (((place.x_m - a.x_m) * dx + (place.y_m - a.y_m) * dy) / length_squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    place.distance_m(Ground::new(a.x_m + t * dx, a.y_m + t * dy))
}

/// Whether a place lies inside a closed line; crossings of a ray to the east are counted.
pub fn is_inside(line: &[Ground], place: Ground) -> bool {
    let next = line.iter().skip(1).chain(line.first());
    line.iter()
        .zip(next)
        .filter(|(a, b)| {
            (a.y_m > place.y_m) != (b.y_m > place.y_m)
                && place.x_m < (b.x_m - a.x_m) * (place.y_m - a.y_m) / (b.y_m - a.y_m) + a.x_m
        })
        .count()
        % 2
        == 1
}

/// The item nearest to a place within `reach_m`. Symbols win over outlines, small things over large ones.
pub fn pick(items: &[Item], place: Ground, reach_m: f32) -> Option<&Item> {
    let by_symbol = items
        .iter()
        .filter(|item| !item.locked && item.anchor.distance_m(place) <= reach_m)
        // Of equals the last drawn one, which lies on top.
        .rev()
        .min_by(|a, b| a.anchor.distance_m(place).total_cmp(&b.anchor.distance_m(place)));
    by_symbol.or_else(|| {
        items
            .iter()
            .filter(|item| !item.locked && item.distance_m(place) <= reach_m)
            .min_by(|a, b| a.distance_m(place).total_cmp(&b.distance_m(place)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, x_m: f32, outline: &[(f32, f32)]) -> Item {
        Item {
            id: RecordId::Marker(shared::ids::MarkerId(id.parse().unwrap())),
            anchor: Ground::new(x_m, 0.0),
            corners: Vec::new(),
            outline: outline.iter().map(|(x, y)| Ground::new(*x, *y)).collect(),
            form: GeometryForm::Area,
            radius_m: None,
            facing_deg: None,
            symbol: Symbol::Circle,
            colour: Color32::WHITE,
            title: String::new(),
            locked: false,
        }
    }

    #[test]
    fn symbols_win_over_outlines() {
        let items = [
            item(
                "area",
                100.0,
                &[(-10.0, -10.0), (10.0, -10.0), (0.0, 10.0), (-10.0, -10.0)],
            ),
            item("dot", 0.0, &[]),
        ];
        let hit = |x, y, reach| pick(&items, Ground::new(x, y), reach).map(|item| item.id.id().to_string());
        assert_eq!(hit(0.0, -9.0, 10.0).as_deref(), Some("dot"));
        assert_eq!(hit(0.0, -9.5, 1.0).as_deref(), Some("area"));
        assert_eq!(
            hit(5.0, 0.2, 1.0).as_deref(),
            Some("area"),
            "the closing line counts"
        );
        assert_eq!(hit(40.0, 40.0, 5.0), None);
    }

    #[test]
    fn kinds_read_as_words() {
        assert_eq!(kind_title("forest_zone"), "Forest zone");
        assert_eq!(kind_title(""), "");
    }
}
