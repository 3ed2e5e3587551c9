//! Baked islands as the ground that players walk on.
//!
//! *Not* responsible for: walking (see `sim::walk`).

use shared::coords::{ColumnPos, VoxelPos};
use worldgen::Solidity;

use crate::sim::walk::{Cell, Terrain};

/// A bake with walls around it: nobody swims off the edge of an island.
#[derive(Debug)]
pub struct BakedTerrain(pub Solidity);

impl Terrain for BakedTerrain {
    fn cell(&self, voxel: VoxelPos) -> Cell {
        let bounds = self.0.island().bounds();
        if voxel.z >= bounds.max().z {
            return Cell::Air;
        }
        if !bounds.contains(voxel) {
            return Cell::Solid;
        }
        if self.0.solid(voxel) {
            return Cell::Solid;
        }
        if self.0.island().material(voxel).is_wet() {
            Cell::Water
        } else {
            Cell::Air
        }
    }

    fn ground(&self, column: ColumnPos) -> i32 {
        let island = self.0.island();
        island.ground(column).unwrap_or_else(|| island.bounds().max().z)
    }
}
