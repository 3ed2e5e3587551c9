//! Random edits of islands.
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]

use shared::attribute::{AttributeValue, Attributes};
use shared::geometry::Geometry;
use shared::ids::{EntityId, Id, MarkerId, PoiId, PortalId};
use shared::island::{Entity, Island, Portal, RecordId};
use shared::schema::AttributeKind;

use crate::fixture::{Draw, HILL, HUT, at, marker, poi};

/// Makes one random edit: add, remove, move, reparameterise or reorder a marker, or do the like with a POI, an entity or
/// a portal. Says what it did.
pub(crate) fn edit(island: &mut Island, draw: &mut Draw) -> String {
    if draw.below(5) == 0 {
        return edit_place(island, draw);
    }
    let kinds: Vec<&String> = worldgen::marker::schema().markers.keys().collect();
    let ids: Vec<MarkerId> = island.markers.keys().copied().collect();
    let action = if ids.len() < 4 { 0 } else { draw.below(6) };
    if action == 0 {
        let id = MarkerId(Id::from_random(draw.bits()));
        let kind = kinds[draw.below(kinds.len())];
        let (geometry, radius) = (draw.geometry(island), f64::from(draw.between(4.0, 45.0)));
        // Rivers that look for water far away could change everything.
        let search = f64::from(draw.between(0.0, 60.0));
        island.markers.insert(
            id,
            marker(id, kind, geometry, &[("radius", radius), ("search", search)]),
        );
        return format!("add {kind} {id}");
    }
    let id = ids[draw.below(ids.len())];
    if action == 1 {
        island.markers.remove(&id);
        return format!("remove {id}");
    }
    let marker = island.markers.get_mut(&id).unwrap();
    match action {
        2 => {
            let (dx, dy) = (draw.between(-25.0, 25.0), draw.between(-25.0, 25.0));
            marker.geometry = marker.geometry.clone().moved(dx, dy, draw.between(-4.0, 4.0));
        }
        3 => marker.layer = i32::try_from(draw.below(5)).unwrap() - 2,
        4 => marker.priority = i32::try_from(draw.below(5)).unwrap() - 2,
        _ => {
            let specs = &worldgen::marker::schema().markers[&marker.kind].attributes;
            let spec = &specs[draw.below(specs.len())];
            let value = match &spec.kind {
                AttributeKind::Choice { options } => {
                    AttributeValue::Choice(options[draw.below(options.len())].clone())
                }
                AttributeKind::Text { .. } => AttributeValue::Text([HILL, HUT, ""][draw.below(3)].to_owned()),
                _ => AttributeValue::Number(f64::from(draw.between(0.0, 40.0))),
            };
            marker.attributes.insert(spec.key.clone(), value);
        }
    }
    format!("change {} {id} ({action})", marker.kind)
}

fn edit_place(island: &mut Island, draw: &mut Draw) -> String {
    let is_place = |id: &RecordId| !matches!(id, RecordId::Marker(_) | RecordId::Lane(_));
    let places: Vec<RecordId> = island.record_ids().filter(is_place).collect();
    let action = if places.len() < 3 { 0 } else { draw.below(4) };
    let (id, (x_m, y_m)) = (Id::from_random(draw.bits()), draw.place(island));
    let (name, note, facing_deg) = (String::new(), String::new(), 0.0);
    if action == 0 {
        match draw.below(4) {
            0 => {
                let kind = "spot".to_owned();
                let (id, attributes) = (EntityId(id), Attributes::new());
                let entity = Entity {
                    id,
                    kind,
                    name,
                    note,
                    x_m,
                    y_m,
                    facing_deg,
                    attributes,
                };
                island.entities.insert(id, entity);
            }
            1 => {
                let id = PortalId(id);
                island.portals.insert(
                    id,
                    Portal {
                        id,
                        name,
                        note,
                        x_m,
                        y_m,
                        facing_deg,
                        to: None,
                    },
                );
            }
            _ => {
                let mut attributes = Attributes::new();
                for _ in 0..3 {
                    let (key, value) = poi_attribute(draw);
                    attributes.insert(key, value);
                }
                island
                    .pois
                    .insert(PoiId(id), poi(PoiId(id), (x_m, y_m), attributes));
            }
        }
        return format!("add place {id}");
    }
    let record = places[draw.below(places.len())];
    let (dx_m, dy_m) = (draw.between(-25.0, 25.0), draw.between(-25.0, 25.0));
    match (record, action) {
        (RecordId::Poi(id), 1) => drop(island.pois.remove(&id)),
        (RecordId::Entity(id), 1) => drop(island.entities.remove(&id)),
        (RecordId::Portal(id), 1) => drop(island.portals.remove(&id)),
        (RecordId::Poi(id), 2) => {
            let (key, value) = poi_attribute(draw);
            island.pois.get_mut(&id).unwrap().attributes.insert(key, value);
        }
        (RecordId::Poi(id), _) => {
            let poi = island.pois.get_mut(&id).unwrap();
            (poi.x_m, poi.y_m) = (poi.x_m + dx_m, poi.y_m + dy_m);
        }
        (RecordId::Entity(id), _) => island.entities.get_mut(&id).unwrap().x_m += dx_m,
        (RecordId::Portal(id), _) => island.portals.get_mut(&id).unwrap().x_m += dx_m,
        (RecordId::Marker(_) | RecordId::Lane(_), _) => unreachable!("no place"),
    }
    format!("change {record:?} ({action})")
}

/// An attribute with which a POI shapes the ground.
fn poi_attribute(draw: &mut Draw) -> (String, AttributeValue) {
    let (key, value) = match draw.below(4) {
        0 => ("pad", AttributeValue::Number(f64::from(draw.between(0.0, 20.0)))),
        1 => (
            "skirt",
            AttributeValue::Number(f64::from(draw.between(0.0, 20.0))),
        ),
        2 => (
            "blueprint",
            AttributeValue::Text([HUT, HUT, ""][draw.below(3)].to_owned()),
        ),
        _ => (
            "rotation",
            AttributeValue::Choice(["0", "90", "180", "270"][draw.below(4)].to_owned()),
        ),
    };
    (key.to_owned(), value)
}

impl Draw {
    /// A place on an island, not at its very edge.
    fn place(&mut self, island: &Island) -> (f32, f32) {
        let half = |metres: i32| metres as f32 / 2.0 - 8.0;
        let (x_m, y_m) = (half(island.bounds.width()), half(island.bounds.depth()));
        (self.between(-x_m, x_m), self.between(-y_m, y_m))
    }

    fn geometry(&mut self, island: &Island) -> Geometry {
        let (x_m, y_m) = self.place(island);
        let middle = at(x_m, y_m, self.between(-6.0, 70.0));
        let count = self.below(4) + 1;
        let points = (0..count)
            .map(|_| {
                let (dx, dy) = (self.between(-40.0, 40.0), self.between(-40.0, 40.0));
                at(middle.x_m + dx, middle.y_m + dy, self.between(-6.0, 70.0))
            })
            .collect();
        match count {
            1 => Geometry::Point(middle),
            2 => Geometry::Path(points),
            _ if self.below(2) == 0 => Geometry::Path(points),
            _ => Geometry::Area(points),
        }
    }
}
