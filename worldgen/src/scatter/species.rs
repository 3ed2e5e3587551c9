//! The species: their stored numbers, and the shapes of each.

use std::sync::OnceLock;

use super::model::{Model, Sketch, Turned};
use super::{broadleaf, conifer, reef, rock, wetland};
use crate::material::Material;

/// Shapes of each species; each comes in eight turns.
const SHAPES: u8 = 8;

/// Lists the species: stored number and what draws a shape.
macro_rules! species {
    ($($(#[doc = $doc:literal])* $species:ident = $number:literal, $draw:expr;)*) => {
        /// Kinds of plants, rocks and corals; the number is what the store keeps.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Species {
            $($(#[doc = $doc])* $species = $number,)*
        }

        impl Species {
            /// All species; the index is the number.
            pub const ALL: [Self; [$($number,)*].len()] = [$(Self::$species,)*];

            fn draw(self, sketch: &mut Sketch) {
                match self { $(Self::$species => $draw(sketch),)* }
            }
        }
    };
}

species! {
    /// Broad crown of several boughs.
    Oak = 0, broadleaf::oak;
    /// Slim, light-barked, in groups.
    Birch = 1, broadleaf::birch;
    /// A cone of needles; the higher the ground, the more of them.
    Spruce = 2, conifer::spruce;
    /// An oak that is older than the rest of the forest.
    Giant = 3, broadleaf::giant;
    /// Undergrowth of the height of a man.
    Bush = 4, broadleaf::bush;
    /// A spruce under snow.
    SnowSpruce = 5, conifer::snow_spruce;
    /// Hangs over pools.
    Willow = 6, wetland::willow;
    /// Stands on roots like stilts, in water.
    Mangrove = 7, wetland::mangrove;
    /// Bare and grey.
    DeadTree = 8, wetland::dead_tree;
    /// Leans over the beach.
    Palm = 9, broadleaf::palm;
    /// A trunk that the sea brought.
    Driftwood = 10, wetland::driftwood;
    /// A fallen trunk under moss.
    Log = 11, wetland::log;
    /// Rock that came down from somewhere.
    Boulder = 12, |sketch| rock::boulder(sketch, Material::Stone, None);
    /// The same under moss.
    MossyBoulder = 13, |sketch| rock::boulder(sketch, Material::Stone, Some(Material::Moss));
    /// The same under snow.
    SnowyBoulder = 14, |sketch| rock::boulder(sketch, Material::Stone, Some(Material::Snow));
    /// What volcanoes throw.
    BasaltBoulder = 15, |sketch| rock::boulder(sketch, Material::Basalt, None);
    /// Branches of coral.
    Coral = 16, reef::branches;
    /// Flat coral on a stalk.
    FanCoral = 17, reef::fan;
    /// Round coral.
    BrainCoral = 18, reef::brain;
}

impl Species {
    /// The species with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number that the store keeps.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Whether it may stand in water; the trunks and rocks of others leave water free to flow.
    pub(crate) fn stands_in_water(self) -> bool {
        matches!(self, Self::Mangrove | Self::DeadTree) || self.stays_under_water()
    }

    /// Whether all of it lies below the water's surface.
    pub(super) fn stays_under_water(self) -> bool {
        matches!(self, Self::Coral | Self::FanCoral | Self::BrainCoral)
    }

    /// One of its shapes in one of its turns; every number is one.
    pub(crate) fn model(self, shape: u8) -> Turned<'static> {
        Turned {
            model: &self.models()[usize::from(shape / 8 % SHAPES)],
            turn: shape % 8,
        }
    }

    /// Its shapes; drawn when they are first asked for.
    fn models(self) -> &'static [Model; SHAPES as usize] {
        static MODELS: [OnceLock<[Model; SHAPES as usize]>; Species::ALL.len()] =
            [const { OnceLock::new() }; Species::ALL.len()];
        MODELS[usize::from(self.number())].get_or_init(|| {
            std::array::from_fn(|shape| {
                let mut sketch = Sketch::new(u64::from(self.number()) << 8 | shape as u64);
                self.draw(&mut sketch);
                sketch.finish()
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use shared::coords::VoxelPos;

    use super::*;
    use crate::material::Material::{DeadWood, PaleWood, PalmWood, Wood};

    #[test]
    fn no_wood_shows_in_the_upper_third_of_a_living_tree() {
        use Species::{Birch, Bush, Giant, Mangrove, Oak, SnowSpruce, Spruce, Willow};
        for species in [Oak, Birch, Spruce, Giant, Bush, SnowSpruce, Willow, Mangrove] {
            for shape in 0..SHAPES {
                let tree = species.model(shape * 8);
                let (from, to) = tree.extent();
                let is_wood = |at: VoxelPos| matches!(tree.material(at), Some(Wood | PaleWood));
                let (columns, top) = ((from.x..to.x, from.y..to.y), to.z - 1);
                let upper = columns.0.flat_map(|x| columns.1.clone().map(move |y| (x, y)));
                for (x, y) in upper {
                    for z in (top * 2 / 3 + 1..=top).filter(|z| is_wood(VoxelPos::new(x, y, *z))) {
                        let around = [(-1, 0, 0), (1, 0, 0), (0, -1, 0), (0, 1, 0), (0, 0, 1)];
                        for (dx, dy, dz) in around {
                            let beside = tree.material(VoxelPos::new(x + dx, y + dy, z + dz));
                            assert!(beside.is_some(), "{species:?} {shape}: open wood at {x} {y} {z}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn only_dead_trees_end_in_wood() {
        for species in Species::ALL {
            for shape in 0..SHAPES {
                let plant = species.model(shape * 8);
                let (from, to) = plant.extent();
                for (x, y) in (from.x..to.x).flat_map(|x| (from.y..to.y).map(move |y| (x, y))) {
                    let highest = plant.material(VoxelPos::new(x, y, to.z - 1));
                    assert!(
                        !matches!(highest, Some(Wood | PaleWood | PalmWood)) || species == Species::Log,
                        "{species:?} {shape}"
                    );
                    assert!(
                        highest != Some(DeadWood)
                            || matches!(species, Species::DeadTree | Species::Driftwood)
                    );
                }
            }
        }
    }
}
