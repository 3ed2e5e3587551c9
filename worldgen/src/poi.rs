//! POIs that shape the ground: a level pad to stand on, and a model that stands there.
//!
//! Every POI kind may have the attributes below; a POI that has one acts like the marker kinds `pad` and
//! `stamp` at its place.
//!
//! *Not* responsible for: what those kinds do (see [`crate::marker`]); other attributes of POIs, which
//! nothing here looks at.

use std::collections::BTreeMap;

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::{Marker, Poi};
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
    let pad = pad.map(|spec| AttributeSpec {
        kind: AttributeKind::Number {
            min: 0.0,
            max: 64.0,
            unit: "m".to_owned(),
        },
        default: Some(AttributeValue::Number(0.0)),
        ..spec
    });
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
    [pad, skirt, blueprint, rotation].into_iter().flatten().collect()
}

/// Whether a POI changes voxels.
pub fn shapes_ground(poi: &Poi) -> bool {
    !markers(poi).is_empty()
}

/// The markers that a POI acts like, none for most.
pub(crate) fn markers(poi: &Poi) -> Vec<Marker> {
    let marker = |kind: &str, attributes: &[(&str, &str)]| {
        let given = |(from, to): &(&str, &str)| Some(((*to).to_owned(), poi.attributes.get(*from)?.clone()));
        Marker {
            id: MarkerId(poi.id.0),
            kind: kind.to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Point(LocalPos::new(poi.x_m, poi.y_m, 0.0)),
            layer: 0,
            priority: 0,
            attributes: attributes.iter().filter_map(given).collect::<Attributes>(),
        }
    };
    let number = |key: &str| poi.attributes.get(key).and_then(AttributeValue::as_number);
    let has_pad = number(PAD).is_some_and(|radius_m| radius_m > 0.0);
    let has_model =
        matches!(poi.attributes.get(BLUEPRINT), Some(AttributeValue::Text(file)) if !file.is_empty());
    let pad = has_pad.then(|| marker("pad", &[(PAD, "radius"), (SKIRT, "skirt")]));
    let model = has_model.then(|| marker("stamp", &[(BLUEPRINT, FILE), (ROTATION, ROTATION)]));
    pad.into_iter().chain(model).collect()
}
