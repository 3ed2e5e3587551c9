//! The schema: which kinds of markers, POIs and entities there are, and which attributes each has.
//!
//! One source for everything that is said about an attribute: its type, range, unit, default and help
//! text. The format parses by it, the rules check by it, the editor's inspector is generated from it.
//! Marker kinds are built into the generator (`worldgen::marker::schema`); a project's `schema.ron`
//! defines POI and entity kinds and may add attributes to marker kinds.

use std::collections::BTreeMap;

use crate::attribute::{AttributeValue, Rgb};
use crate::geometry::GeometryForm;
use crate::ids::Id;

/// All kinds, by name.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Schema {
    /// Marker kinds.
    pub markers: BTreeMap<String, KindSchema>,
    /// POI kinds.
    pub pois: BTreeMap<String, KindSchema>,
    /// Entity kinds.
    pub entities: BTreeMap<String, KindSchema>,
    /// Attributes that every POI kind has besides its own.
    pub every_poi: Vec<AttributeSpec>,
}

/// One kind of marker, POI or entity.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct KindSchema {
    /// One sentence for designers.
    pub doc: String,
    /// Colour of its symbol in the editor and on pictures.
    pub colour: Option<Rgb>,
    /// Forms of geometry that the kind accepts, the preferred one first; empty for POIs and entities.
    pub forms: Vec<GeometryForm>,
    /// Attributes in the order in which the inspector shows them.
    pub attributes: Vec<AttributeSpec>,
}

/// One attribute of a kind.
#[derive(Clone, PartialEq, Debug)]
pub struct AttributeSpec {
    /// Its key: `a-z`, `0-9` and `_`.
    pub key: String,
    /// One sentence for designers.
    pub doc: String,
    /// Type, range and unit.
    pub kind: AttributeKind,
    /// Value when it is not written. `None` = the attribute is required.
    pub default: Option<AttributeValue>,
}

/// Type of an attribute with its limits.
#[derive(Clone, PartialEq, Debug)]
pub enum AttributeKind {
    /// Yes or no.
    Bool,
    /// A whole number.
    Integer {
        /// Smallest allowed value.
        min: i64,
        /// Largest allowed value.
        max: i64,
        /// Unit as shown after the number; empty for none.
        unit: String,
    },
    /// A number.
    Number {
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
        /// Unit as shown after the number; empty for none.
        unit: String,
    },
    /// Free text.
    Text {
        /// A regular expression that the whole text must match; empty for none.
        pattern: String,
        /// Most characters.
        max_chars: usize,
    },
    /// One of several options.
    Choice {
        /// The options, at least one.
        options: Vec<String>,
    },
    /// A colour.
    Colour,
    /// The id of another record.
    Reference {
        /// What it may point to.
        to: ReferenceTarget,
    },
    /// Several values of one type.
    List {
        /// Type of each value; not a list itself.
        of: Box<AttributeKind>,
        /// Most values.
        max_len: usize,
    },
}

/// What a reference may point to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReferenceTarget {
    /// Any island.
    Island,
    /// A marker, of one kind if named.
    Marker(Option<String>),
    /// A POI, of one kind if named.
    Poi(Option<String>),
    /// An entity, of one kind if named.
    Entity(Option<String>),
    /// Any portal.
    Portal,
}

impl Schema {
    /// Adds the kinds of `other`; kinds that both have gain the attributes of `other` that are new to them.
    /// Every POI kind gains those of [`Schema::every_poi`].
    pub fn extend(&mut self, other: &Self) {
        let pairs = [
            (&mut self.markers, &other.markers),
            (&mut self.pois, &other.pois),
            (&mut self.entities, &other.entities),
        ];
        for (mine, theirs) in pairs {
            for (name, kind) in theirs {
                match mine.get_mut(name) {
                    None => {
                        mine.insert(name.clone(), kind.clone());
                    }
                    Some(known) => {
                        for spec in &kind.attributes {
                            known.gain(spec);
                        }
                    }
                }
            }
        }
        for kind in self.pois.values_mut() {
            for spec in &self.every_poi {
                kind.gain(spec);
            }
        }
    }
}

impl KindSchema {
    /// Adds an attribute, unless there is one of this name.
    fn gain(&mut self, spec: &AttributeSpec) {
        if self.attribute(&spec.key).is_none() {
            self.attributes.push(spec.clone());
        }
    }

    /// The attribute with this key.
    pub fn attribute(&self, key: &str) -> Option<&AttributeSpec> {
        self.attributes.iter().find(|spec| spec.key == key)
    }
}

impl AttributeKind {
    /// Turns a value as it is written into one of this type: a whole number into a number, a text into an
    /// option, a colour or a reference. What does not fit is returned unchanged, for the rules to report.
    pub fn typed(&self, value: AttributeValue) -> AttributeValue {
        match (self, value) {
            (Self::Number { .. }, AttributeValue::Integer(integer)) => AttributeValue::Number(integer as f64),
            (Self::Choice { options }, AttributeValue::Text(text)) if options.contains(&text) => {
                AttributeValue::Choice(text)
            }
            (Self::Colour, AttributeValue::Text(text)) => {
                Rgb::parse(&text).map_or(AttributeValue::Text(text), AttributeValue::Colour)
            }
            (Self::Reference { .. }, AttributeValue::Text(text)) => text
                .parse::<Id>()
                .map_or(AttributeValue::Text(text), AttributeValue::Reference),
            (Self::List { of, .. }, AttributeValue::List(values)) => {
                AttributeValue::List(values.into_iter().map(|value| of.typed(value)).collect())
            }
            (_, value) => value,
        }
    }

    /// The type in words, with its limits: "a number from 0 to 512 m".
    pub fn describe(&self) -> String {
        let with_unit = |unit: &str| {
            if unit.is_empty() {
                String::new()
            } else {
                format!(" {unit}")
            }
        };
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Integer { min, max, unit } => {
                format!("a whole number from {min} to {max}{}", with_unit(unit))
            }
            Self::Number { min, max, unit } => format!("a number from {min} to {max}{}", with_unit(unit)),
            Self::Text { pattern, max_chars } if pattern.is_empty() => {
                format!("a text of at most {max_chars} characters")
            }
            Self::Text { pattern, max_chars } => {
                format!("a text of at most {max_chars} characters that matches `{pattern}`")
            }
            Self::Choice { options } => format!("one of: {}", options.join(", ")),
            Self::Colour => "a colour, \"#rrggbb\"".to_owned(),
            Self::Reference { to } => format!("the id of {}", to.describe()),
            Self::List { of, max_len } => format!("a list of at most {max_len}, each {}", of.describe()),
        }
    }
}

impl ReferenceTarget {
    /// What it points to, in words.
    pub fn describe(&self) -> String {
        let of_kind = |noun: &str, kind: &Option<String>| match kind {
            Some(kind) => format!("{noun} of kind `{kind}`"),
            None => noun.to_owned(),
        };
        match self {
            Self::Island => "an island".to_owned(),
            Self::Marker(kind) => of_kind("a marker", kind),
            Self::Poi(kind) => of_kind("a POI", kind),
            Self::Entity(kind) => of_kind("an entity", kind),
            Self::Portal => "a portal".to_owned(),
        }
    }
}
