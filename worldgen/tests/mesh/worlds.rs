//! Small worlds of several chunks with an answer for every voxel.

use std::collections::BTreeMap;

use shared::coords::{ChunkPos, VoxelPos};
use worldgen::mesh::Neighbourhood;
use worldgen::{BakedIsland, Chunk, Material};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Chunks at places, and what lies where there are none.
pub(crate) struct World {
    pub(crate) chunks: BTreeMap<ChunkPos, Chunk>,
    pub(crate) floor_z: i32,
}

impl World {
    /// The chunks from -1 to 0 along each axis, filled voxel by voxel.
    pub(crate) fn filled(fill: impl Fn(VoxelPos) -> Material) -> Self {
        let mut chunks = BTreeMap::new();
        for index in 0..8 {
            let pos = ChunkPos::new(index % 2 - 1, index / 2 % 2 - 1, index / 4 - 1);
            let first = pos.first_voxel();
            let numbers: Vec<u8> = (0..32 * 32 * 32)
                .map(|at| {
                    let voxel = VoxelPos::new(first.x + at % 32, first.y + at / 32 % 32, first.z + at / 1024);
                    fill(voxel).number()
                })
                .collect();
            chunks.insert(pos, Chunk::from_numbers(&numbers).unwrap());
        }
        Self { chunks, floor_z: -32 }
    }

    /// Blocks of `size` voxels, one in `sparse` of them filled, of many materials.
    pub(crate) fn scattered(seed: u64, size: i32, sparse: u64) -> Self {
        Self::filled(|voxel| {
            let block = [voxel.x, voxel.y, voxel.z].map(|at| at.div_euclid(size).to_le_bytes());
            let roll = xxh3_64_with_seed(block.as_flattened(), seed);
            if !roll.is_multiple_of(sparse) {
                return Material::Air;
            }
            let count = Material::ALL.len() as u64;
            Material::ALL[usize::try_from((roll >> 32) % count).unwrap()]
        })
    }

    /// The chunks of an island.
    pub(crate) fn of(island: &BakedIsland) -> Self {
        Self {
            chunks: island
                .chunks()
                .map(|(pos, chunk)| (pos, (**chunk).clone()))
                .collect(),
            floor_z: island.bounds().min().z,
        }
    }

    pub(crate) fn around(&self, pos: ChunkPos) -> Neighbourhood<'_> {
        Neighbourhood::new(pos, self.floor_z, |pos| self.chunks.get(&pos))
    }

    pub(crate) fn material(&self, voxel: VoxelPos) -> Material {
        match self.chunks.get(&voxel.chunk()) {
            Some(chunk) => chunk.material(voxel.index_in_chunk()),
            None if voxel.z < self.floor_z => Material::Bedrock,
            None if voxel.z < 0 => Material::Water,
            None => Material::Air,
        }
    }

    /// The same world turned by a quarter around one axis: x to y, y to z or z to x.
    pub(crate) fn turned(&self, axis: usize) -> Self {
        Self::filled(|voxel| self.material(turned_back(voxel, axis)))
    }
}

/// Where a voxel of the turned world comes from. Voxels -32 to 31 stay within the world.
fn turned_back(voxel: VoxelPos, axis: usize) -> VoxelPos {
    let VoxelPos { x, y, z } = voxel;
    match axis {
        0 => VoxelPos::new(x, z, -1 - y),
        1 => VoxelPos::new(-1 - z, y, x),
        _ => VoxelPos::new(y, -1 - x, z),
    }
}

/// Worlds from sparse dust to large blocks.
pub(crate) fn worlds() -> impl Iterator<Item = World> {
    [
        (1, 1, 2),
        (2, 1, 9),
        (3, 2, 2),
        (4, 3, 4),
        (5, 5, 2),
        (6, 11, 2),
        (7, 4, 40),
    ]
    .into_iter()
    .map(|(seed, size, sparse)| World::scattered(seed, size, sparse))
}
