//! Plants become voxels of a chunk, where there is room for them.
//!
//! *Not* responsible for: where they stand and what they look like (see [`crate::scatter`]).

use std::ops::Range;

use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, ColumnPos, TILE_COLUMNS, VoxelPos};

use crate::material::Material;
use crate::ops::{self, LANES};
use crate::scatter::{self, Plant, Stamp};
use crate::surface::SurfaceTile;

/// A plant of a single voxel's width.
pub(super) struct LowPlant {
    /// Of its column in the tile.
    index: usize,
    /// The z of its voxels; at least one.
    layers: Range<i32>,
    /// What it is.
    material: Material,
    /// What is there where it has room.
    free: Material,
}

impl LowPlant {
    /// Those of a tile that have a voxel.
    pub(super) fn all(surface: &SurfaceTile) -> Vec<Self> {
        let mut all = Vec::new();
        let first = surface.pos.first_column();
        let rows = surface.low_plants.as_chunks::<LANES>().0;
        for (row, plants) in rows.iter().enumerate() {
            if *plants == [Material::Air; LANES] {
                continue;
            }
            for (lane, plant) in plants.iter().enumerate() {
                let index = row * LANES + lane;
                let pos = ColumnPos::new(first.x + ops::lane_i32(lane), first.y + ops::lane_i32(row));
                let water_end = i32::from(surface.water_ends[index]);
                let layers = scatter::low_voxels(*plant, pos, surface.top_voxel(index), water_end);
                if !layers.is_empty() {
                    all.push(Self {
                        index,
                        layers,
                        material: *plant,
                        free: match plant {
                            Material::Ice => Material::Water,
                            plant if plant.is_wet() => Material::Water,
                            _ => Material::Air,
                        },
                    });
                }
            }
        }
        all
    }

    /// The z above its highest voxel.
    pub(super) fn end_z(&self) -> i32 {
        self.layers.end
    }

    /// Puts it into a chunk, where no larger plant stands.
    pub(super) fn put(&self, first: VoxelPos, numbers: &mut [u8; CHUNK_VOXELS]) {
        for z in self.layers.start.max(first.z)..self.layers.end.min(first.z + CHUNK_EDGE) {
            let layer = usize::try_from(z - first.z).unwrap_or(0);
            let number = &mut numbers[layer * TILE_COLUMNS + self.index];
            if *number == self.free.number() {
                *number = self.material.number();
            }
        }
    }
}

/// Puts one part of a plant into a chunk, where that is free: air, and for trunks of what stands in water
/// also water. Of two plants that want one voxel the first gets it, in every chunk alike. What reaches over a road or
/// clearing is lopped as high as people go.
pub(super) fn stamp(
    plant: &Plant,
    part: Stamp,
    surface: &SurfaceTile,
    first: VoxelPos,
    numbers: &mut [u8; CHUNK_VOXELS],
) {
    let VoxelPos { x, y, z } = plant.base;
    let base = VoxelPos::new(x - first.x, y - first.y, z - first.z);
    let wades = part == Stamp::Frame && plant.species.stands_in_water();
    let inside = 0..CHUNK_EDGE;
    let layers = -base.z..CHUNK_EDGE - base.z;
    for (offset, material) in plant.model(&surface.shapes).cells(part, layers) {
        let (x, y) = (base.x + offset.x, base.y + offset.y);
        if !inside.contains(&x) || !inside.contains(&y) {
            continue;
        }
        let voxel = VoxelPos::new(x, y, base.z + offset.z);
        let number = &mut numbers[voxel.index_in_chunk()];
        let water = wades && *number == Material::Water.number();
        let is_free = *number == Material::Air.number() || water;
        let is_lopped = || {
            surface
                .headroom(voxel.index_in_chunk() % TILE_COLUMNS)
                .contains(&(first.z + voxel.z))
        };
        if is_free && !is_lopped() {
            *number = material.number();
        }
    }
}
