//! POIs and portals that shape the ground: a level pad to stand on, a model that stands there, a place kept free.
//!
//! Every POI kind may have the attributes below; a POI acts like the marker kinds `pad`, `stamp` and `clearing` at its
//! place, as they say. A portal acts like a `clearing`.
//!
//! *Not* responsible for: what those kinds do (see [`crate::marker`]); other attributes of POIs, which
//! nothing here looks at.

use std::collections::BTreeMap;

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::ids::{Id, MarkerId};
use shared::island::{Island, Marker, Poi, RecordId};
use shared::schema::{AttributeKind, AttributeSpec, KindSchema};

use crate::marker::FILE;

/// Attribute with the radius of the level ground.
const PAD: &str = "pad";
/// Attribute with the width of the slope around it.
const SKIRT: &str = "skirt";
/// Attribute with the file name of the model.
pub(crate) const BLUEPRINT: &str = "blueprint";
/// Attribute with the model's turn.
const ROTATION: &str = "rotation";
/// Attribute with the radius of what is kept free.
const CLEAR: &str = "clear";
/// How far around a portal, and a POI that does not say, the place is kept free: crowns that reach over from beyond leave
/// the place itself open.
const CLEAR_M: f64 = 6.0;

/// The attributes that every POI kind has besides its own, described by those of marker kinds.
pub(crate) fn attributes(kinds: &BTreeMap<String, KindSchema>) -> Vec<AttributeSpec> {
    let of_kind = |kind: &str, key: &str, name: &str, doc: &str| {
        let spec = kinds.get(kind)?.attribute(key)?.clone();
        Some(AttributeSpec {
            key: name.to_owned(),
            doc: doc.to_owned(),
            ..spec
        })
    };
    let pad = of_kind(
        "pad",
        "radius",
        PAD,
        "Radius of the level ground around it; 0 leaves the ground as it is.",
    );
    let upto = |max: f64, default: f64| {
        move |spec: AttributeSpec| AttributeSpec {
            kind: AttributeKind::Number {
                min: 0.0,
                max,
                unit: "m".to_owned(),
            },
            default: Some(AttributeValue::Number(default)),
            ..spec
        }
    };
    let pad = pad.map(upto(64.0, 0.0));
    let skirt = of_kind(
        "pad",
        "skirt",
        SKIRT,
        "Width of the slope between the level ground and what lies around.",
    );
    let blueprint = of_kind(
        "stamp",
        FILE,
        BLUEPRINT,
        "A `.vox` model in the folder `stamps` that stands here.",
    );
    let rotation = of_kind(
        "stamp",
        ROTATION,
        ROTATION,
        "Degrees by which the model is turned clockwise.",
    );
    let clear = of_kind(
        "clearing",
        "radius",
        CLEAR,
        "How far around it no tree, bush or boulder stands, no rock hangs low and no cave opens; 0 lets them.",
    );
    let clear = clear.map(upto(64.0, CLEAR_M));
    [pad, skirt, blueprint, rotation, clear]
        .into_iter()
        .flatten()
        .collect()
}

/// What the records of an island that are no markers act like.
pub(crate) fn acting(island: &Island) -> impl Iterator<Item = (RecordId, Marker)> {
    let pois = island.pois.values().flat_map(|poi| {
        let markers = markers(poi).into_iter();
        markers.map(|marker| (RecordId::Poi(poi.id), marker))
    });
    let portals = island.portals.values().map(|portal| {
        let at = LocalPos::new(portal.x_m, portal.y_m, 0.0);
        (RecordId::Portal(portal.id), clearing(portal.id.0, at, CLEAR_M))
    });
    pois.chain(portals)
}

/// Whether a POI changes voxels.
pub fn shapes_ground(poi: &Poi) -> bool {
    !markers(poi).is_empty()
}

/// Whether a model stands at a POI.
pub(crate) fn is_built_on(poi: &Poi) -> bool {
    matches!(poi.attributes.get(BLUEPRINT), Some(AttributeValue::Text(file)) if !file.is_empty())
}

/// The markers that a POI acts like.
fn markers(poi: &Poi) -> Vec<Marker> {
    let at = LocalPos::new(poi.x_m, poi.y_m, 0.0);
    let like = |kind: &str, attributes: &[(&str, &str)]| {
        let given = |(from, to): &(&str, &str)| Some(((*to).to_owned(), poi.attributes.get(*from)?.clone()));
        marker(poi.id.0, kind, at, attributes.iter().filter_map(given).collect())
    };
    let number = |key: &str| poi.attributes.get(key).and_then(AttributeValue::as_number);
    let has_pad = number(PAD).is_some_and(|radius_m| radius_m > 0.0);
    let clear_m = number(CLEAR).unwrap_or(CLEAR_M);
    let pad = has_pad.then(|| like("pad", &[(PAD, "radius"), (SKIRT, "skirt")]));
    let model = is_built_on(poi).then(|| like("stamp", &[(BLUEPRINT, FILE), (ROTATION, ROTATION)]));
    let clear = (clear_m > 0.0).then(|| clearing(poi.id.0, at, clear_m));
    [pad, model, clear].into_iter().flatten().collect()
}

fn clearing(id: Id, at: LocalPos, radius_m: f64) -> Marker {
    let radius = ("radius".to_owned(), AttributeValue::Number(radius_m));
    marker(id, "clearing", at, Attributes::from_iter([radius]))
}

fn marker(id: Id, kind: &str, at: LocalPos, attributes: Attributes) -> Marker {
    Marker {
        id: MarkerId(id),
        kind: kind.to_owned(),
        name: String::new(),
        note: String::new(),
        geometry: Geometry::Point(at),
        layer: 0,
        priority: 0,
        attributes,
    }
}
