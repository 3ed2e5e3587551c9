//! Fingerprints: hashes of what voxels are made from, which tell whether something must be made again.
//!
//! *Not* responsible for: deciding what is made from what (see [`crate::plan`], [`crate::store`]).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use shared::attribute::AttributeValue;
use shared::island::Marker;
use xxhash_rust::xxh3::Xxh3;

use crate::marker;

/// Feeds fields so that no two lists of fields give the same bytes.
pub(crate) struct Fingerprint(Xxh3);

impl Fingerprint {
    /// Starts with what the fields are about.
    pub(crate) fn of(domain: &str) -> Self {
        let mut started = Self(Xxh3::new());
        started.text(domain);
        started
    }

    pub(crate) fn number(&mut self, value: u64) {
        self.0.update(&value.to_le_bytes());
    }

    pub(crate) fn signed(&mut self, value: i32) {
        self.0.update(&value.to_le_bytes());
    }

    pub(crate) fn floats<const COUNT: usize>(&mut self, values: [f32; COUNT]) {
        self.0
            .update(bytemuck::cast_slice(&values.map(|value| value.to_bits().to_le())));
    }

    /// Only where the bytes before them say how many there are.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn count(&mut self, value: usize) {
        self.number(value as u64);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.update(text.as_bytes());
    }

    /// All of a marker that moves voxels: not its name and note.
    pub(crate) fn marker(&mut self, marker: &Marker) {
        self.number(marker.id.0.to_bits());
        self.text(&marker.kind);
        self.text(marker.geometry.form().name());
        self.count(marker.geometry.points().len());
        for point in marker.geometry.points() {
            for coordinate in [point.x_m, point.y_m, point.z_m] {
                self.number(coordinate.to_bits().into());
            }
        }
        self.signed(marker.layer);
        self.signed(marker.priority);
        self.count(marker.attributes.len());
        for (key, value) in &marker.attributes {
            self.text(key);
            self.value(value);
        }
    }

    /// An attribute's value with its type. Most are numbers, which need no text.
    fn value(&mut self, value: &AttributeValue) {
        if let AttributeValue::Number(number) = value {
            self.text("number");
            self.number(number.to_bits());
        } else {
            self.text(&value.to_string());
        }
    }

    /// The schema of a kind, whose defaults stand for what a marker does not say.
    pub(crate) fn kind(&mut self, name: &str) {
        static KINDS: OnceLock<BTreeMap<&str, u64>> = OnceLock::new();
        let kinds = KINDS.get_or_init(|| {
            let all = marker::schema().markers.iter();
            all.map(|(name, kind)| {
                let mut fingerprint = Self::of(name);
                for spec in &kind.attributes {
                    fingerprint.text(&spec.key);
                    fingerprint.text(&format!("{:?} {:?}", spec.kind, spec.default));
                }
                (name.as_str(), fingerprint.to_u64())
            })
            .collect()
        });
        if let Some(kind) = kinds.get(name) {
            self.number(*kind);
        }
    }

    pub(crate) fn to_u64(&self) -> u64 {
        self.0.digest()
    }

    pub(crate) fn to_u128(&self) -> u128 {
        self.0.digest128()
    }
}
