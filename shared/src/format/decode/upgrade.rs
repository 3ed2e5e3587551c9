//! From the frozen types of the newest version to the model. Older versions will step to it first.

use super::v1;
use crate::attribute::{AttributeValue, Attributes, Rgb};
use crate::coords::{ChartPos, LocalPos};
use crate::geometry::Geometry;
use crate::ids::PoiId;
use crate::island::{Bounds, Entity, InvalidBounds, Lane, Marker, Poi, Portal, Record};
use crate::project::Settings;
use crate::schema::{AttributeKind, AttributeSpec, KindSchema, ReferenceTarget, Schema};

/// A record, or what keeps it from being one.
type Upgraded = Result<Record, String>;

pub(super) fn settings(old: v1::Project, spawn: Option<PoiId>) -> Settings {
    Settings {
        name: old.name,
        note: old.note,
        world_seed: old.world_seed,
        generator: old.generator,
        spawn,
    }
}

pub(super) fn bounds(old: &v1::Bounds) -> Result<Bounds, InvalidBounds> {
    Bounds::new(old.width, old.depth, old.below, old.above)
}

pub(super) fn marker(old: v1::Marker, schema: &Schema) -> Upgraded {
    let corners = |points: v1::Points| points.0.into_iter().map(local).collect::<Vec<_>>();
    let geometry = match (old.point, old.path, old.area) {
        (Some(point), None, None) => Geometry::Point(local(point)),
        (None, Some(path), None) => Geometry::Path(corners(path)),
        (None, None, Some(area)) => Geometry::Area(corners(area)),
        _ => return Err("a marker has exactly one of `point`, `path` and `area`".to_owned()),
    };
    Ok(Record::Marker(Marker {
        id: id(&old.id)?,
        attributes: attributes(old.attributes, schema.markers.get(&old.kind)),
        kind: old.kind,
        name: old.name,
        note: old.note,
        geometry,
        layer: old.layer,
        priority: old.priority,
    }))
}

pub(super) fn poi(old: v1::Poi, schema: &Schema) -> Upgraded {
    let v1::Point([x_m, y_m, _]) = old.at;
    let attributes = attributes(old.attributes, schema.pois.get(&old.kind));
    Ok(Record::Poi(Poi {
        id: id(&old.id)?,
        kind: old.kind,
        name: old.name,
        note: old.note,
        x_m,
        y_m,
        attributes,
    }))
}

pub(super) fn entity(old: v1::Entity, schema: &Schema) -> Upgraded {
    let v1::Point([x_m, y_m, _]) = old.at;
    Ok(Record::Entity(Entity {
        id: id(&old.id)?,
        attributes: attributes(old.attributes, schema.entities.get(&old.kind)),
        kind: old.kind,
        name: old.name,
        note: old.note,
        x_m,
        y_m,
        facing_deg: finite(old.facing)?,
    }))
}

pub(super) fn portal(old: v1::Portal) -> Upgraded {
    let v1::Point([x_m, y_m, _]) = old.at;
    Ok(Record::Portal(Portal {
        id: id(&old.id)?,
        to: old.to.as_deref().map(id).transpose()?,
        name: old.name,
        note: old.note,
        x_m,
        y_m,
        facing_deg: finite(old.facing)?,
    }))
}

pub(super) fn lane(old: v1::Lane) -> Upgraded {
    Ok(Record::Lane(Lane {
        id: id(&old.id)?,
        from: id(&old.from)?,
        to: id(&old.to)?,
        name: old.name,
        note: old.note,
        via: old
            .via
            .0
            .into_iter()
            .map(|v1::Point([x_m, y_m, _])| ChartPos { x_m, y_m })
            .collect(),
    }))
}

fn local(v1::Point([x_m, y_m, z_m]): v1::Point) -> LocalPos {
    LocalPos { x_m, y_m, z_m }
}

fn id<I: std::str::FromStr<Err = crate::ids::InvalidId>>(text: &str) -> Result<I, String> {
    text.parse()
        .map_err(|error: crate::ids::InvalidId| error.to_string())
}

fn finite(degrees: f32) -> Result<f32, String> {
    if degrees.is_finite() {
        Ok(degrees + 0.0)
    } else {
        Err("`facing` is not a finite number".to_owned())
    }
}

fn attributes(old: v1::Attributes, kind: Option<&KindSchema>) -> Attributes {
    old.0
        .into_iter()
        .map(|(key, value)| {
            let spec = kind.and_then(|kind| kind.attribute(&key));
            let value = value_of(value);
            (
                key,
                match spec {
                    Some(spec) => spec.kind.typed(value),
                    None => value,
                },
            )
        })
        .collect()
}

fn value_of(old: v1::Value) -> AttributeValue {
    match old {
        v1::Value::Bool(value) => AttributeValue::Bool(value),
        v1::Value::Integer(value) => AttributeValue::Integer(value),
        v1::Value::Number(value) => AttributeValue::Number(value),
        v1::Value::Text(value) => AttributeValue::Text(value),
        v1::Value::List(values) => AttributeValue::List(values.into_iter().map(value_of).collect()),
    }
}

pub(super) fn kind(old: v1::Kind) -> Result<KindSchema, String> {
    let colour = match old.colour.as_str() {
        "" => None,
        text => {
            Some(Rgb::parse(text).ok_or_else(|| format!("a colour is written \"#rrggbb\", found {text:?}"))?)
        }
    };
    let mut attributes: Vec<AttributeSpec> = Vec::with_capacity(old.attributes.len());
    for spec in old.attributes {
        let kind = attribute_kind(spec.kind)?;
        if attributes.iter().any(|known| known.key == spec.key) {
            return Err(format!("attribute {:?} is there twice", spec.key));
        }
        let default = spec.default.map(|value| kind.typed(value_of(value)));
        attributes.push(AttributeSpec {
            key: spec.key,
            doc: spec.doc,
            kind,
            default,
        });
    }
    Ok(KindSchema {
        doc: old.doc,
        colour,
        forms: Vec::new(),
        attributes,
    })
}

fn attribute_kind(old: v1::Type) -> Result<AttributeKind, String> {
    let kind_name = |name: String| if name.is_empty() { None } else { Some(name) };
    Ok(match old {
        v1::Type::Bool => AttributeKind::Bool,
        v1::Type::Integer { min, max, .. } if min > max => return Err("`min` is above `max`".to_owned()),
        v1::Type::Integer { min, max, unit } => AttributeKind::Integer { min, max, unit },
        v1::Type::Number { min, max, .. } if !(min <= max && min.is_finite() && max.is_finite()) => {
            return Err("`min` and `max` are finite numbers, `min` not above `max`".to_owned());
        }
        v1::Type::Number { min, max, unit } => AttributeKind::Number { min, max, unit },
        v1::Type::Text { pattern, max_chars } => AttributeKind::Text { pattern, max_chars },
        v1::Type::Choice(options) if options.is_empty() => return Err("a choice needs options".to_owned()),
        v1::Type::Choice(options) => AttributeKind::Choice { options },
        v1::Type::Colour => AttributeKind::Colour,
        v1::Type::Reference(target) => AttributeKind::Reference {
            to: match target {
                v1::Target::Island => ReferenceTarget::Island,
                v1::Target::Marker(name) => ReferenceTarget::Marker(kind_name(name)),
                v1::Target::Poi(name) => ReferenceTarget::Poi(kind_name(name)),
                v1::Target::Entity(name) => ReferenceTarget::Entity(kind_name(name)),
                v1::Target::Portal => ReferenceTarget::Portal,
            },
        },
        v1::Type::List { of, max_len } => {
            let of = attribute_kind(*of)?;
            if matches!(of, AttributeKind::List { .. }) {
                return Err("a list of lists is not an attribute".to_owned());
            }
            AttributeKind::List {
                of: Box::new(of),
                max_len,
            }
        }
    })
}
