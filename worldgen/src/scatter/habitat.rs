//! What stands where: the one species, if any, that a place lets grow.
//!
//! Every decision is a threshold on the hash of the cell, so that a denser forest is the old one and more.

use super::{Room, Site, Species};
use crate::cover::{self, Column, WOOD};
use crate::material::Material;
use crate::ops::STEPS_PER_VOXEL;
use crate::strata::Strata;

/// Least height of the ground over the water for plants of dry ground, in 1/256 voxel.
const DRY: i32 = 3 * STEPS_PER_VOXEL / 2;
/// Steepest ground that bears a tree, in 1/256.
const MAX_SLOPE: i32 = 210;
/// Steepest ground on which a boulder stays.
const MAX_BOULDER_SLOPE: i32 = 300;
/// From this share of a road's shoulder on, nothing stands in its way.
const ROADSIDE: i32 = 16;
/// From this share on a column belongs to its swamp.
const SWAMP: i32 = 100;

/// Which trees a forest has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trees {
    /// Broad-leaved trees, and more conifers the higher the ground.
    Mixed,
    /// Broad-leaved trees alone.
    Broadleaf,
    /// Conifers alone.
    Conifer,
    /// Palms, also on sand.
    Palm,
}

impl Trees {
    /// All of them; the index is the number.
    pub(crate) const ALL: [Self; 4] = [Self::Mixed, Self::Broadleaf, Self::Conifer, Self::Palm];

    /// As designers write it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mixed => "mixed",
            Self::Broadleaf => "broadleaf",
            Self::Conifer => "conifer",
            Self::Palm => "palm",
        }
    }

    /// The one with this name; mixed for any other.
    pub(crate) fn of_name(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|trees| trees.name() == name).unwrap_or(Self::Mixed)
    }

    /// The number that columns carry.
    pub(crate) const fn number(self) -> f32 {
        self as u8 as f32
    }

    /// Those of a column.
    pub(crate) fn of(column: &Column) -> Self {
        let number = usize::try_from(column.trees).unwrap_or(0);
        Self::ALL.get(number).copied().unwrap_or(Self::Mixed)
    }
}

/// Independent draws of one cell.
struct Draws(u64);

impl Draws {
    /// Whether something happens that does in `share` of 4096 cells; each `nth` draw is its own.
    fn happens(&self, nth: u32, share: i32) -> bool {
        i32::try_from((self.0 >> (nth * 10)) & 1023).unwrap_or(0) < share / 4
    }

    /// One of `count`.
    fn pick(&self, nth: u32, count: u64) -> u64 {
        ((self.0 >> (nth * 10) & 1023) * count) >> 10
    }
}

/// The species that stands at a site, by what its column is like.
pub(super) fn species(column: &Column, strata: &Strata, site: &Site) -> Option<Species> {
    let draws = Draws(site.hash);
    let soil = cover::top_material(column, strata);
    if column.flooded() {
        return under_water(column, soil, &draws);
    }
    if column.slope > MAX_BOULDER_SLOPE || column.bare >= 128 || column.paved > ROADSIDE {
        return None;
    }
    let tree = draws.happens(0, column.forest * 16) && column.slope <= MAX_SLOPE;
    match soil {
        Material::Sand => on_sand(column, tree, &draws),
        Material::Ash | Material::Basalt => burnt(column, tree, &draws),
        Material::Snow => {
            let tree = tree && column.above_water() >= DRY && site.room != Room::BesideGiant;
            let boulder = draws.happens(1, 60).then_some(Species::SnowyBoulder);
            tree.then(|| in_snow(&draws)).or(boulder)
        }
        Material::Mud | Material::Moss | Material::Grass if column.swamp > SWAMP => in_swamp(tree, &draws),
        Material::Grass | Material::ForestFloor | Material::Moss => on_soil(column, tree, site, &draws),
        Material::Gravel | Material::Dirt => draws.happens(1, 150).then_some(Species::Boulder),
        Material::Stone | Material::Slate | Material::Limestone | Material::Sandstone => {
            draws.happens(1, 60).then_some(Species::Boulder)
        }
        _ => None,
    }
}

/// Woods, meadows, and the land between them.
fn on_soil(column: &Column, tree: bool, site: &Site, draws: &Draws) -> Option<Species> {
    let wood = column.forest > WOOD && Trees::of(column) != Trees::Palm;
    if tree && column.above_water() >= DRY {
        // Conifers take over between 15 and 55 m above the sea.
        let conifers = match Trees::of(column) {
            Trees::Mixed if column.meadow >= 128 => 0,
            Trees::Mixed => (column.height / STEPS_PER_VOXEL - 15).clamp(3, 37) * 100,
            Trees::Conifer => 4096,
            Trees::Broadleaf | Trees::Palm => 0,
        };
        let conifer = draws.happens(2, conifers);
        if column.beach > 20 || Trees::of(column) == Trees::Palm {
            return Some(palm(draws));
        }
        return Some(match site.room {
            Room::BesideGiant if wood && !conifer => return under_trees(column, draws),
            Room::Giant if wood && !conifer => Species::Giant,
            // Of one kind in groups: where the soil varies one way or the other.
            _ if conifer && draws.pick(3, 160) < share_of(column.wobble + 50) => Species::Pine,
            _ if conifer => Species::Spruce,
            _ if draws.pick(3, 160) < share_of(column.wobble + 120) => Species::Birch,
            _ if draws.pick(1, 160) < share_of(60 - column.wobble) => Species::Beech,
            _ => Species::Oak,
        });
    }
    if wood {
        return under_trees(column, draws);
    }
    if column.above_water() >= DRY && draws.happens(4, 70 + column.meadow / 4) {
        return Some(Species::Bush);
    }
    draws.happens(5, 24).then_some(Species::Boulder)
}

/// How many of 160 trees are of a kind: a few everywhere, most in its groups.
fn share_of(favour: i32) -> u64 {
    u64::try_from(favour.clamp(12, 140)).unwrap_or(0)
}

fn palm(draws: &Draws) -> Species {
    match draws.pick(3, 10) {
        0..=2 => Species::DwarfPalm,
        _ => Species::Palm,
    }
}

fn in_snow(draws: &Draws) -> Species {
    match draws.pick(3, 20) {
        0..=10 => Species::SnowSpruce,
        11..=14 => Species::SnowBirch,
        _ => Species::DwarfPine,
    }
}

fn under_trees(column: &Column, draws: &Draws) -> Option<Species> {
    if draws.happens(4, column.forest * 3) {
        Some(Species::Bush)
    } else if draws.happens(5, 110) {
        Some(Species::MossyBoulder)
    } else {
        draws.happens(3, 70).then_some(Species::Log)
    }
}

fn on_sand(column: &Column, tree: bool, draws: &Draws) -> Option<Species> {
    let palms = column.beach > 40 || Trees::of(column) == Trees::Palm;
    if palms && tree && column.above_water() >= DRY - STEPS_PER_VOXEL / 4 {
        return Some(palm(draws));
    }
    let tide = column.above_water() < DRY;
    (tide && draws.happens(1, 20 + column.beach / 2)).then_some(Species::Driftwood)
}

fn burnt(column: &Column, tree: bool, draws: &Draws) -> Option<Species> {
    if tree {
        return Some(match draws.pick(3, 3) {
            0 => Species::Snag,
            _ => Species::DeadTree,
        });
    }
    draws
        .happens(1, column.ash * 3 / 2)
        .then_some(Species::BasaltBoulder)
}

fn in_swamp(tree: bool, draws: &Draws) -> Option<Species> {
    if tree {
        return Some(match draws.pick(2, 20) {
            0..=11 => Species::Willow,
            12..=14 => Species::DeadTree,
            15..=16 => Species::Birch,
            _ => Species::Bush,
        });
    }
    draws.happens(4, 160).then_some(Species::Bush)
}

/// Mangroves in pools, corals in the sea.
fn under_water(column: &Column, soil: Material, draws: &Draws) -> Option<Species> {
    let depth = -column.above_water();
    if column.swamp > SWAMP {
        let shallow = depth < 3 * STEPS_PER_VOXEL;
        let tree = draws.happens(0, column.forest * 12);
        return (shallow && tree).then(|| {
            if draws.pick(2, 4) == 0 {
                Species::DeadTree
            } else {
                Species::Mangrove
            }
        });
    }
    // Corals need light and clear water: shallow sea away from the shore, most of all reefs.
    let sunlit = (3 * STEPS_PER_VOXEL / 2..10 * STEPS_PER_VOXEL).contains(&depth);
    let clear = column.water == 0 && column.coast < -12 * STEPS_PER_VOXEL;
    let holds = matches!(soil, Material::Sand | Material::Coral) || column.reef > 0;
    let patch = (column.wobble - 20).max(0);
    if sunlit && clear && holds && draws.happens(0, column.reef * 10 + patch * 4) {
        return Some(match draws.pick(2, 8) {
            0..=3 => Species::Coral,
            4..=5 => Species::FanCoral,
            _ => Species::BrainCoral,
        });
    }
    None
}
