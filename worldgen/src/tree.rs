//! Trees: where they stand, and which voxels they fill.
//!
//! A tree belongs to a cell of 5 x 5 columns: the cell's hash says where in the cell it would stand, of
//! which kind it would be, and how dense the forest must be for it to exist. So an edited zone moves no
//! other tree, and a tree near a border is found by both sides without asking each other (property 4).
//!
//! *Not* responsible for: where forest is (marker kind `forest`).

use shared::coords::{CHUNK_EDGE, ColumnPos, VoxelPos};
use shared::geometry::Box2;

use crate::cover;
use crate::marker::Stage;
use crate::material::Material;
use crate::ops;
use crate::plan::IslandPlan;
use crate::seed::mix64;
use crate::simd::SimdLevel;
use crate::surface::SurfaceTile;

/// Edge of a cell in columns.
const CELL: i32 = 5;
/// Columns at the cell's edges that stay free, so that trunks are at least 3 apart.
const CELL_MARGIN: i32 = 1;
/// Greatest distance of a voxel from the trunk's axis, in columns.
pub(crate) const CROWN_REACH: i32 = 3;
/// Most voxels of a tree above its base.
const MAX_HEIGHT: i32 = 14;
/// Lowest ground that bears a tree, in 1/256 voxel above the sea.
const MIN_GROUND: i32 = 3 * ops::STEPS_PER_VOXEL / 2;
/// Steepest ground that bears a tree, in 1/256.
const MAX_SLOPE: i32 = 210;

/// A tree. Its voxels follow from these numbers alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tree {
    /// The lowest voxel of its trunk, on top of the ground.
    pub base: VoxelPos,
    /// What it looks like.
    pub species: Species,
    /// Voxels from the base to the top of the crown.
    pub height: i32,
    /// Makes its crown differ from others'.
    pub seed: u64,
}

/// Kinds of trees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Species {
    /// Broad round crown.
    Oak,
    /// Slim, with a narrow crown.
    Birch,
    /// A cone of needles; the higher the ground, the more of them.
    Spruce,
}

impl Tree {
    /// Voxels that the tree may fill: inclusive lower and exclusive upper corner.
    pub fn extent(&self) -> (VoxelPos, VoxelPos) {
        let VoxelPos { x, y, z } = self.base;
        (
            VoxelPos::new(x - CROWN_REACH, y - CROWN_REACH, z),
            VoxelPos::new(x + CROWN_REACH + 1, y + CROWN_REACH + 1, z + self.height),
        )
    }

    /// What the tree puts into a voxel, if anything.
    pub fn material(&self, voxel: VoxelPos) -> Option<Material> {
        let (dx, dy, dz) = (
            voxel.x - self.base.x,
            voxel.y - self.base.y,
            voxel.z - self.base.z,
        );
        if !(0..self.height).contains(&dz) {
            return None;
        }
        let axis = dx == 0 && dy == 0;
        // Squares of distances in quarters of a voxel, so that crowns differ by less than a voxel.
        let ragged = i32::try_from(voxel_hash(self.seed, dx, dy, dz) % 5).unwrap_or(0);
        let across = (dx * dx + dy * dy) * 4;
        let (trunk, crown, leaf) = match self.species {
            Species::Oak => {
                let up = (dz * 2 - (self.height * 2 - 7)) * (dz * 2 - (self.height * 2 - 7));
                (self.height - 2, across + up + ragged * 2 <= 36, Material::Leaves)
            }
            Species::Birch => {
                let up = (dz * 2 - (self.height * 2 - 9)) * (dz * 2 - (self.height * 2 - 9));
                (
                    self.height - 2,
                    across * 2 + up / 2 + ragged * 2 <= 34,
                    Material::Leaves,
                )
            }
            Species::Spruce => {
                let from_top = self.height - 1 - dz;
                // Branches droop in tiers: every second layer is wider.
                let radius = 2 + from_top * 3 / 4 - (from_top & 1) * 3;
                let radius = radius.min(6);
                (
                    self.height - 1,
                    dz >= 2 && across <= radius * radius - ragged,
                    Material::Needles,
                )
            }
        };
        if axis && dz < trunk {
            Some(Material::Wood)
        } else if crown {
            Some(leaf)
        } else {
            None
        }
    }
}

/// The trees that have a voxel above a tile whose columns are known, in the order of their cells.
pub(crate) fn trees_of_tile(plan: &IslandPlan, tile: &SurfaceTile, simd: SimdLevel) -> Vec<Tree> {
    let first = tile.pos.first_column();
    let from = ColumnPos::new(first.x - CROWN_REACH, first.y - CROWN_REACH);
    let to = ColumnPos::new(
        first.x + CHUNK_EDGE + CROWN_REACH,
        first.y + CHUNK_EDGE + CROWN_REACH,
    );
    let place = Box2 {
        min_x_m: from.x as f32,
        min_y_m: from.y as f32,
        max_x_m: to.x as f32,
        max_y_m: to.y as f32,
    };
    if !plan
        .operators_near(place)
        .any(|operator| operator.stage() == Stage::Zone)
    {
        return Vec::new();
    }
    let seed = plan.seed().feature("trees");
    let cells = |from: i32, to: i32| from.div_euclid(CELL)..=(to - 1).div_euclid(CELL);
    let mut places = Vec::new();
    for cell_y in cells(from.y, to.y) {
        for cell_x in cells(from.x, to.x) {
            let hash = seed.at_cell(cell_x, cell_y);
            let pos = place_in_cell(cell_x, cell_y, hash);
            if (from.x..to.x).contains(&pos.x) && (from.y..to.y).contains(&pos.y) {
                places.push((pos, hash));
            }
        }
    }
    let positions: Vec<ColumnPos> = places.iter().map(|(pos, _)| *pos).collect();
    let columns = plan.columns_at(&positions, simd);
    places
        .into_iter()
        .zip(columns)
        .filter_map(|((pos, hash), column)| grow(plan, pos, hash, &column))
        .collect()
}

fn place_in_cell(cell_x: i32, cell_y: i32, hash: u64) -> ColumnPos {
    let free = CELL - 2 * CELL_MARGIN;
    let within = |bits: u64| CELL_MARGIN + i32::try_from(bits % u64::from(free.unsigned_abs())).unwrap_or(0);
    ColumnPos::new(cell_x * CELL + within(hash), cell_y * CELL + within(hash >> 8))
}

/// The tree of a cell, if the ground at its place bears one.
fn grow(plan: &IslandPlan, pos: ColumnPos, hash: u64, column: &cover::Column) -> Option<Tree> {
    let draw = |shift: u32, range: i32| {
        i32::try_from((hash >> shift) % u64::from(range.unsigned_abs().max(1))).unwrap_or(0)
    };
    let soil = cover::top_material(column, plan.strata());
    let bears = matches!(soil, Material::Grass | Material::ForestFloor)
        && column.slope <= MAX_SLOPE
        && column.height >= MIN_GROUND;
    if !bears || draw(16, 255) >= column.forest {
        return None;
    }
    // Conifers take over between 15 and 55 m above the sea.
    let conifers = (column.height / ops::STEPS_PER_VOXEL - 15).clamp(3, 37);
    let (species, height) = if draw(24, 40) < conifers {
        (Species::Spruce, 8 + draw(32, 6))
    } else if draw(40, 3) == 0 {
        (Species::Birch, 8 + draw(32, 3))
    } else {
        (Species::Oak, 7 + draw(32, 3))
    };
    let base = VoxelPos::new(pos.x, pos.y, ops::top_voxel(column.height) + 1);
    let fits = base.z + height <= plan.bounds().max().z && height <= MAX_HEIGHT;
    fits.then_some(Tree {
        base,
        species,
        height,
        seed: mix64(hash),
    })
}

fn voxel_hash(seed: u64, dx: i32, dy: i32, dz: i32) -> u64 {
    let packed = u64::from((dx & 0xff | (dy & 0xff) << 8 | (dz & 0xff) << 16).unsigned_abs());
    mix64(seed ^ packed) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_stay_within_their_extent_and_stand_on_a_trunk() {
        for species in [Species::Oak, Species::Birch, Species::Spruce] {
            for height in 7..=13 {
                let tree = Tree {
                    base: VoxelPos::new(0, 0, 0),
                    species,
                    height,
                    seed: 5,
                };
                let mut voxels = 0;
                for z in -2..MAX_HEIGHT + 2 {
                    for y in -6..=6 {
                        for x in -6..=6 {
                            let voxel = VoxelPos::new(x, y, z);
                            let Some(_) = tree.material(voxel) else { continue };
                            voxels += 1;
                            let (from, to) = tree.extent();
                            assert!(
                                (from.x..to.x).contains(&x)
                                    && (from.y..to.y).contains(&y)
                                    && (from.z..to.z).contains(&z),
                                "{species:?} {height}: {voxel:?}"
                            );
                        }
                    }
                }
                assert_eq!(tree.material(tree.base), Some(Material::Wood));
                assert!(voxels > 25, "{species:?} {height}: {voxels}");
            }
        }
    }
}
