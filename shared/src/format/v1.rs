//! Version 1 of the format as frozen serde types. They never change: a new version gets a new file and a
//! step from these types to it. Domain types stay free.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::MAX_ATTRIBUTES;
use crate::geometry::MAX_POINTS;

#[derive(Deserialize, Debug)]
#[serde(rename = "Project", deny_unknown_fields)]
pub(super) struct Project {
    #[serde(rename = "format")]
    pub(super) _format: u32,
    pub(super) name: String,
    #[serde(default)]
    pub(super) note: String,
    pub(super) world_seed: u64,
    pub(super) generator: u32,
    #[serde(default)]
    pub(super) spawn: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Bounds", deny_unknown_fields)]
pub(super) struct Bounds {
    pub(super) width: i32,
    pub(super) depth: i32,
    pub(super) below: i32,
    pub(super) above: i32,
}

/// Fields of every record that has a kind, a place and attributes.
#[derive(Deserialize, Debug)]
#[serde(rename = "Marker", deny_unknown_fields)]
pub(super) struct Marker {
    pub(super) id: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) note: String,
    #[serde(default)]
    pub(super) point: Option<Point>,
    #[serde(default)]
    pub(super) path: Option<Points>,
    #[serde(default)]
    pub(super) area: Option<Points>,
    #[serde(default)]
    pub(super) layer: i32,
    #[serde(default)]
    pub(super) priority: i32,
    #[serde(default)]
    pub(super) attributes: Attributes,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Poi", deny_unknown_fields)]
pub(super) struct Poi {
    pub(super) id: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) note: String,
    pub(super) at: Point,
    #[serde(default)]
    pub(super) attributes: Attributes,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Entity", deny_unknown_fields)]
pub(super) struct Entity {
    pub(super) id: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) note: String,
    pub(super) at: Point,
    #[serde(default)]
    pub(super) facing: f32,
    #[serde(default)]
    pub(super) attributes: Attributes,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Portal", deny_unknown_fields)]
pub(super) struct Portal {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) note: String,
    pub(super) at: Point,
    #[serde(default)]
    pub(super) facing: f32,
    #[serde(default)]
    pub(super) to: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Lane", deny_unknown_fields)]
pub(super) struct Lane {
    pub(super) id: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) note: String,
    pub(super) from: String,
    pub(super) to: String,
    #[serde(default)]
    pub(super) via: Points,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Kind", deny_unknown_fields)]
pub(super) struct Kind {
    #[serde(default)]
    pub(super) doc: String,
    #[serde(default)]
    pub(super) colour: String,
    #[serde(default)]
    pub(super) attributes: Vec<Spec>,
}

#[derive(Deserialize, Debug)]
#[serde(rename = "Attribute", deny_unknown_fields)]
pub(super) struct Spec {
    pub(super) key: String,
    #[serde(default)]
    pub(super) doc: String,
    #[serde(rename = "type")]
    pub(super) kind: Type,
    #[serde(default)]
    pub(super) default: Option<Value>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) enum Type {
    Bool,
    Integer {
        min: i64,
        max: i64,
        #[serde(default)]
        unit: String,
    },
    Number {
        min: f64,
        max: f64,
        #[serde(default)]
        unit: String,
    },
    Text {
        #[serde(default)]
        pattern: String,
        max_chars: usize,
    },
    Choice(Vec<String>),
    Colour,
    Reference(Target),
    List {
        of: Box<Type>,
        max_len: usize,
    },
}

#[derive(Deserialize, Debug)]
pub(super) enum Target {
    Island,
    Marker(String),
    Poi(String),
    Entity(String),
    Portal,
}

/// `(x, y)` or `(x, y, z)`, in metres.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point(pub(super) [f32; 3]);

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PointVisitor;
        impl<'de> Visitor<'de> for PointVisitor {
            type Value = Point;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position `(x, y)` or `(x, y, z)`")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Point, A::Error> {
                let mut next = |position| match seq.next_element::<f32>()? {
                    Some(value) if !value.is_finite() => {
                        Err(de::Error::custom("a coordinate is not a finite number"))
                    }
                    // Adding zero turns -0.0 into 0.0, which would otherwise print differently.
                    Some(value) => Ok(value + 0.0),
                    None if position < 2 => Err(de::Error::invalid_length(position, &self)),
                    None => Ok(0.0),
                };
                Ok(Point([next(0)?, next(1)?, next(2)?]))
            }
        }
        deserializer.deserialize_tuple(3, PointVisitor)
    }
}

/// Positions, at most [`MAX_POINTS`].
#[derive(Debug, Default)]
pub(super) struct Points(pub(super) Vec<Point>);

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PointsVisitor;
        impl<'de> Visitor<'de> for PointsVisitor {
            type Value = Points;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of positions")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Points, A::Error> {
                let mut points = Vec::new();
                while let Some(point) = seq.next_element()? {
                    if points.len() == MAX_POINTS {
                        return Err(de::Error::custom(format_args!(
                            "more than {MAX_POINTS} positions"
                        )));
                    }
                    points.push(point);
                }
                Ok(Points(points))
            }
        }
        deserializer.deserialize_seq(PointsVisitor)
    }
}

/// Attribute values by key, in the order of the text; a key that is there twice is an error.
#[derive(Debug, Default)]
pub(super) struct Attributes(pub(super) Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AttributesVisitor;
        impl<'de> Visitor<'de> for AttributesVisitor {
            type Value = Attributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("attributes `{\"key\": value}`")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut seen = std::collections::BTreeSet::new();
                let mut attributes = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    if !seen.insert(key.clone()) {
                        return Err(de::Error::custom(format_args!(
                            "attribute {key:?} is there twice"
                        )));
                    }
                    if attributes.len() == MAX_ATTRIBUTES {
                        return Err(de::Error::custom(format_args!(
                            "more than {MAX_ATTRIBUTES} attributes"
                        )));
                    }
                    attributes.push((key, value));
                }
                Ok(Attributes(attributes))
            }
        }
        deserializer.deserialize_map(AttributesVisitor)
    }
}

/// A value as it is written, before the schema says what it means.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Value>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ValueVisitor;
        impl<'de> Visitor<'de> for ValueVisitor {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, a number, a \"text\" or a list of these")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Integer(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
                i64::try_from(value)
                    .map(Value::Integer)
                    .map_err(|error| de::Error::custom(format_args!("the integer is too large: {error}")))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
                if value.is_finite() {
                    Ok(Value::Number(value + 0.0))
                } else {
                    Err(de::Error::custom("the number is not finite"))
                }
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    if values.len() == MAX_ATTRIBUTES {
                        return Err(de::Error::custom(format_args!(
                            "more than {MAX_ATTRIBUTES} values"
                        )));
                    }
                    values.push(value);
                }
                Ok(Value::List(values))
            }
        }
        deserializer.deserialize_any(ValueVisitor)
    }
}
