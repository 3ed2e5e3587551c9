//! Single voxels of an island, generated where a rule looks.

use std::collections::BTreeMap;

use shared::coords::{ChunkPos, TilePos, VoxelPos};

use crate::chunk::Chunk;
use crate::material::Material;
use crate::plan::IslandPlan;
use crate::simd::SimdLevel;
use crate::surface::SurfaceTile;

/// Keeps all that was looked at: for one place, not for an island.
pub(super) struct Voxels<'a> {
    plan: &'a IslandPlan,
    surfaces: BTreeMap<TilePos, SurfaceTile>,
    chunks: BTreeMap<ChunkPos, Chunk>,
}

impl<'a> Voxels<'a> {
    pub(super) fn new(plan: &'a IslandPlan) -> Self {
        Self {
            plan,
            surfaces: BTreeMap::new(),
            chunks: BTreeMap::new(),
        }
    }

    pub(super) fn surface(&mut self, tile: TilePos) -> &SurfaceTile {
        let made = || self.plan.surface(tile, SimdLevel::detect());
        self.surfaces.entry(tile).or_insert_with(made)
    }

    /// What a voxel is of; air beyond the island's box.
    pub(super) fn material(&mut self, voxel: VoxelPos) -> Material {
        let (plan, simd) = (self.plan, SimdLevel::detect());
        if !plan.bounds().contains(voxel) {
            return Material::Air;
        }
        let tile = voxel.column().tile();
        let surface = || plan.surface(tile, simd);
        let surface = self.surfaces.entry(tile).or_insert_with(surface);
        let chunk = || plan.chunk(voxel.chunk(), surface, simd);
        let chunk = self.chunks.entry(voxel.chunk()).or_insert_with(chunk);
        chunk.material(voxel.index_in_chunk())
    }
}
