//! The key of a bake: a hash of everything that decides an island's voxels.

use std::fmt;

use shared::island::Island;
use shared::project::Settings;
use shared::stamp::Stamps;

use crate::fingerprint::Fingerprint;
use crate::{marker, poi};

/// First bytes of what is hashed; changed when the list below changes.
const DOMAIN: &str = "tombolo bake key 3";

/// Equal keys mean equal voxels: 128 bits over generator version, world seed, island id, bounds, markers
/// with their attributes, and the schema of their kinds, whose defaults stand for what is not written.
/// Stamps count by their content, POIs and portals by what they make of the ground. Names, notes, entities and the place on the chart are not part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BakeKey([u8; 16]);

impl BakeKey {
    /// The key as stored bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The key from stored bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for BakeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for BakeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The key under which an island's bake is stored.
pub fn bake_key(settings: &Settings, stamps: &Stamps, island: &Island) -> BakeKey {
    let mut hash = Fingerprint::of(DOMAIN);
    hash.number(settings.generator.into());
    hash.number(settings.world_seed);
    hash.number(island.id.0.to_bits());
    let bounds = island.bounds;
    for extent in [bounds.width(), bounds.depth(), bounds.below(), bounds.above()] {
        hash.signed(extent);
    }
    hash.count(island.markers.len());
    for marker in island.markers.values() {
        hash.marker(marker);
    }
    let others: Vec<_> = poi::acting(island).map(|(_, marker)| marker).collect();
    hash.count(others.len());
    for marker in &others {
        hash.marker(marker);
    }
    let all = || island.markers.values().chain(&others);
    for name in marker::schema().markers.keys() {
        if all().any(|marker| marker.kind == *name) {
            hash.kind(name);
        }
    }
    for marker in all() {
        if let Some(stamp) = marker::stamp(marker, stamps) {
            hash.number(stamp.hash());
        }
    }
    BakeKey(hash.to_u128().to_be_bytes())
}

#[cfg(test)]
mod tests {
    use shared::attribute::{AttributeValue, Attributes};
    use shared::coords::LocalPos;
    use shared::geometry::Geometry;
    use shared::island::{Bounds, Marker};

    use super::*;

    fn island() -> Island {
        let mut island = Island::new("isle".parse().unwrap(), "isle".to_owned(), "Isle".to_owned());
        let marker = Marker {
            id: "m1".parse().unwrap(),
            kind: "peak".to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Point(LocalPos::new(1.0, 2.0, 30.0)),
            layer: 0,
            priority: 0,
            attributes: Attributes::new(),
        };
        island.markers.insert(marker.id, marker);
        island
    }

    #[test]
    fn what_moves_voxels_changes_the_key_and_the_rest_does_not() {
        let settings = Settings::default();
        let key = bake_key(&settings, &Stamps::default(), &island());
        let changed = |change: &dyn Fn(&mut Settings, &mut Island)| {
            let (mut settings, mut island) = (settings.clone(), island());
            change(&mut settings, &mut island);
            bake_key(&settings, &Stamps::default(), &island) != key
        };
        let marker = |change: &'static dyn Fn(&mut Marker)| {
            changed(&|_, island| island.markers.values_mut().for_each(change))
        };
        assert!(!changed(&|_, _| ()));
        assert!(changed(&|settings, _| settings.world_seed += 1));
        assert!(changed(&|settings, _| settings.generator += 1));
        assert!(changed(&|_, island| island.id = "other".parse().unwrap()));
        assert!(changed(
            &|_, island| island.bounds = Bounds::new(576, 512, 32, 128).unwrap()
        ));
        assert!(changed(&|_, island| island.markers.clear()));
        assert!(marker(&|marker| marker.kind = "ridge".to_owned()));
        assert!(marker(&|marker| marker.layer = 1));
        assert!(marker(&|marker| marker.priority = 1));
        assert!(marker(
            &|marker| marker.geometry = marker.geometry.clone().moved(0.0, 0.0, 0.125)
        ));
        assert!(marker(&|marker| {
            marker
                .attributes
                .insert("radius".to_owned(), AttributeValue::Number(9.0));
        }));
        assert!(!marker(&|marker| marker.name = "The Horn".to_owned()));
        assert!(!changed(&|settings, _| settings.name = "World".to_owned()));
        assert!(!changed(&|_, island| island.chart.x_m = 900.0));
        assert!(!changed(&|_, island| island.name = "Island".to_owned()));
    }
}
