//! The schema: which kinds of markers, POIs and entities there are, and which attributes each has.
//!
//! One source for everything that is said about an attribute: its type, range, unit, default and help
//! text. The format parses by it, the rules check by it, the editor's inspector is generated from it.
//! Marker kinds are built into the generator (`worldgen::marker::schema`); a project's `schema.ron`
//! defines POI and entity kinds and may add attributes to marker kinds.

use std::collections::BTreeMap;

use crate::attribute::{AttributeValue, Rgb};
use crate::geometry::GeometryForm;

/// All kinds, by name.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Schema {
    /// Marker kinds.
    pub markers: BTreeMap<String, KindSchema>,
    /// POI kinds.
    pub pois: BTreeMap<String, KindSchema>,
    /// Entity kinds.
    pub entities: BTreeMap<String, KindSchema>,
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
                            if known.attribute(&spec.key).is_none() {
                                known.attributes.push(spec.clone());
                            }
                        }
                    }
                }
            }
        }
    }
}

impl KindSchema {
    /// The attribute with this key.
    pub fn attribute(&self, key: &str) -> Option<&AttributeSpec> {
        self.attributes.iter().find(|spec| spec.key == key)
    }
}
