//! Baked islands as the ground that players walk on.
//!
//! *Not* responsible for: walking (see `sim::walk`).

use shared::coords::{ColumnPos, VoxelPos};
use worldgen::BakedIsland;

use crate::sim::walk::{Cell, Terrain};

/// A bake with walls around it: nobody swims off the edge of an island.
#[derive(Debug)]
pub struct BakedTerrain(pub BakedIsland);

impl Terrain for BakedTerrain {
    fn cell(&self, voxel: VoxelPos) -> Cell {
        let bounds = self.0.bounds();
        if voxel.z >= bounds.max().z {
            return Cell::Air;
        }
        if !bounds.contains(voxel) {
            return Cell::Solid;
        }
        match self.0.material(voxel) {
            material if material.is_wet() => Cell::Water,
            material if material.is_solid() => Cell::Solid,
            _ => Cell::Air,
        }
    }

    fn ground(&self, column: ColumnPos) -> i32 {
        self.0.ground(column).unwrap_or_else(|| self.0.bounds().max().z)
    }
}
