//! The species: their stored numbers, and the shapes that they have on an island.

use std::sync::{Arc, OnceLock};

use super::model::{Model, Sketch, Turned};
use super::{broadleaf, conifer, reef, rock, wetland};
use crate::material::Material;
use crate::seed::Seed;

/// Shapes of each species on one island; each comes in eight turns.
const SHAPES: u8 = 16;

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
    /// Flat clouds of needles on a high, bare trunk.
    Pine = 19, conifer::pine;
    /// A pine that snow and wind keep low.
    DwarfPine = 20, conifer::dwarf_pine;
    /// Bare, snow on every bough.
    SnowBirch = 21, broadleaf::snow_birch;
    /// A high, closed dome of leaves.
    Beech = 22, broadleaf::beech;
    /// Fronds that fan out just above the ground.
    DwarfPalm = 23, broadleaf::dwarf_palm;
    /// The foot of a tree that broke in a fire.
    Snag = 24, wetland::snag;
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
}

/// The shapes of all species on one island: grown from its seed, each when it is first asked for.
#[derive(Debug)]
pub struct Shapes {
    seed: Seed,
    /// By the numbers of species.
    models: Box<[[OnceLock<Model>; SHAPES as usize]]>,
}

/// They follow from the seed.
impl PartialEq for Shapes {
    fn eq(&self, other: &Self) -> bool {
        self.seed == other.seed
    }
}

impl Eq for Shapes {}

impl Shapes {
    /// Those of the island with this seed.
    pub(crate) fn new(island: Seed) -> Arc<Self> {
        Arc::new(Self {
            seed: island.feature("shapes"),
            models: Species::ALL
                .iter()
                .map(|_| [const { OnceLock::new() }; SHAPES as usize])
                .collect(),
        })
    }

    /// One shape of a species in one of its turns; every number is one.
    pub(crate) fn model(&self, species: Species, shape: u8) -> Turned<'_> {
        let (number, variant) = (species.number(), shape / 8 % SHAPES);
        let model = self.models[usize::from(number)][usize::from(variant)].get_or_init(|| {
            let mut sketch = Sketch::new(self.seed.at_cell(number.into(), variant.into()));
            species.draw(&mut sketch);
            sketch.finish()
        });
        Turned {
            model,
            turn: shape % 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::coords::VoxelPos;

    use super::*;
    use crate::material::Material::{DeadWood, PaleWood, PalmWood, Wood};
    use crate::scatter::Stamp;

    /// Each of the species as it grows on several islands.
    fn on_islands(species: &[Species]) -> Vec<(Species, Arc<Shapes>)> {
        let islands = (0..20).map(|number| Shapes::new(Seed::from_u64(number)));
        let all =
            islands.flat_map(|shapes| species.iter().map(move |species| (*species, Arc::clone(&shapes))));
        all.collect()
    }

    fn voxels(tree: Turned<'_>) -> Vec<(VoxelPos, Material)> {
        [Stamp::Frame, Stamp::Crown]
            .into_iter()
            .flat_map(|part| tree.cells(part, -100..100))
            .collect()
    }

    #[test]
    fn trees_are_grown_from_the_seed_of_their_island() {
        use Species::{Beech, Birch, Giant, Oak, Palm, Pine, Spruce, Willow};
        let [here, again, there] = [1, 1, 2].map(|seed| Shapes::new(Seed::from_u64(seed)));
        assert!(here == again && here != there);
        for species in [Oak, Birch, Beech, Spruce, Pine, Giant, Willow, Palm] {
            let shapes = |of: &Shapes| -> Vec<_> {
                let all = (0..SHAPES).map(|shape| voxels(of.model(species, shape * 8)));
                all.collect()
            };
            assert_eq!(shapes(&here), shapes(&again));
            let (here, there) = (shapes(&here), shapes(&there));
            for (shape, tree) in here.iter().enumerate() {
                assert!(!there.contains(tree), "{species:?} {shape} on both islands");
                assert!(!here[..shape].contains(tree), "{species:?} {shape} twice");
            }
        }
    }

    #[test]
    fn a_shape_tells_of_each_of_its_voxels() {
        let shapes = Shapes::new(Seed::default());
        for shape in 0..=u8::MAX {
            let tree = shapes.model(Species::Oak, shape);
            let (from, to) = tree.extent();
            let mut listed = voxels(tree);
            listed.sort_by_key(|(at, _)| *at);
            let mut asked = Vec::new();
            for x in from.x - 9..to.x + 9 {
                for y in from.y - 9..to.y + 9 {
                    for z in from.z - 9..to.z + 300 {
                        let at = VoxelPos::new(x, y, z);
                        asked.extend(tree.material(at).map(|material| (at, material)));
                    }
                }
            }
            asked.sort_by_key(|(at, _)| *at);
            assert_eq!(listed, asked, "{shape}");
        }
    }

    #[test]
    fn no_wood_shows_in_the_upper_third_of_a_living_tree() {
        use Species::{
            Beech, Birch, Bush, DwarfPine, Giant, Mangrove, Oak, Pine, SnowSpruce, Spruce, Willow,
        };
        let trees = [
            Oak, Birch, Beech, Spruce, Pine, DwarfPine, Giant, Bush, SnowSpruce, Willow, Mangrove,
        ];
        for (species, shapes) in on_islands(&trees) {
            for shape in 0..SHAPES {
                let tree = shapes.model(species, shape * 8);
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
        for (species, shapes) in on_islands(&Species::ALL) {
            for shape in 0..SHAPES {
                let plant = shapes.model(species, shape * 8);
                let (from, to) = plant.extent();
                for (x, y) in (from.x..to.x).flat_map(|x| (from.y..to.y).map(move |y| (x, y))) {
                    let highest = plant.material(VoxelPos::new(x, y, to.z - 1));
                    assert!(
                        !matches!(highest, Some(Wood | PaleWood | PalmWood)) || species == Species::Log,
                        "{species:?} {shape}"
                    );
                    assert!(
                        highest != Some(DeadWood)
                            || matches!(species, Species::DeadTree | Species::Driftwood | Species::Snag)
                    );
                }
            }
        }
    }
}
