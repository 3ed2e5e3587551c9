//! The meshes of a whole island at several levels of detail, made again only where it changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use shared::coords::{CHUNK_EDGE, ChunkPos};

use super::coarse::Level;
use super::expand::Placement;
use super::mesher::{ChunkMesh, Mesher, Shading};
use crate::bake::BakedIsland;
use crate::simd::SimdLevel;

/// Most levels of detail: voxels of 1, 2, 4 and 8 metres.
const MAX_LEVELS: usize = 4;

/// The meshes of an island, finest level first.
#[derive(Clone, Debug)]
pub struct IslandMesh {
    levels: Vec<LevelMesh>,
}

/// The meshes of an island at one level of detail.
#[derive(Clone, Debug)]
pub struct LevelMesh {
    level: Level,
    /// Those that are not empty.
    chunks: BTreeMap<ChunkPos, Arc<ChunkMesh>>,
}

impl IslandMesh {
    /// Meshes an island on the threads of the current pool, at up to `levels` levels of detail (1 to 4).
    /// Chunks that `before` shares with it keep their very meshes.
    pub fn new(island: &BakedIsland, levels: usize, before: Option<&Self>) -> Self {
        let old = |index: usize| before.and_then(|before| before.levels.get(index));
        let mut meshes: Vec<LevelMesh> = Vec::new();
        for index in 0..levels.clamp(1, MAX_LEVELS) {
            let level = match meshes.last() {
                None => Level::finest(island),
                Some(finer) => {
                    let halved_before = old(index - 1).zip(old(index));
                    finer
                        .level
                        .halved(halved_before.map(|(finer, coarser)| [&finer.level, &coarser.level]))
                }
            };
            meshes.push(LevelMesh::new(level, old(index)));
        }
        Self { levels: meshes }
    }

    /// Its levels, finest first; at least one.
    pub fn levels(&self) -> &[LevelMesh] {
        &self.levels
    }
}

impl LevelMesh {
    fn new(level: Level, before: Option<&Self>) -> Self {
        let changed = before.and_then(|before| Some((level.changed_from(&before.level)?, before)));
        let (mut chunks, places) = match changed {
            Some((changed, before)) => {
                let dirty: BTreeSet<ChunkPos> = changed.into_iter().flat_map(around).collect();
                (before.chunks.clone(), dirty.into_iter().collect())
            }
            None => (
                BTreeMap::new(),
                level.chunks().keys().copied().collect::<Vec<_>>(),
            ),
        };
        let mesher = || Mesher::new(SimdLevel::detect(), Shading::Corners);
        let meshes = places
            .into_par_iter()
            .filter(|pos| level.chunks().contains_key(pos))
            .map_init(mesher, |mesher, pos| {
                let mut mesh = mesher.mesh(&level.neighbourhood(pos));
                mesh.clip(&level.inside(pos));
                (pos, mesh)
            });
        for (pos, mesh) in meshes.collect::<Vec<_>>() {
            if mesh.is_empty() {
                chunks.remove(&pos);
            } else if chunks.get(&pos).is_none_or(|before| **before != mesh) {
                chunks.insert(pos, Arc::new(mesh));
            }
        }
        Self { level, chunks }
    }

    /// Metres along the edge of a voxel.
    pub fn step(&self) -> u8 {
        self.level.step()
    }

    /// The meshes that are not empty, by the place of their chunk in chunks of this level.
    pub fn chunks(&self) -> &BTreeMap<ChunkPos, Arc<ChunkMesh>> {
        &self.chunks
    }

    /// Where a chunk stands on the island, and how large its voxels are.
    pub fn placement(&self, pos: ChunkPos) -> Placement {
        let voxel_m = f32::from(self.step());
        let edge_m = CHUNK_EDGE as f32 * voxel_m;
        Placement {
            origin_m: [pos.x, pos.y, pos.z].map(|at| at as f32 * edge_m),
            voxel_m,
        }
    }

    /// Triangles in all.
    pub fn triangle_count(&self) -> usize {
        let of = |mesh: &Arc<ChunkMesh>| 2 * (mesh.solid.len() + mesh.water.len()) + 4 * mesh.plants.len();
        self.chunks.values().map(of).sum()
    }
}

/// A chunk and those around it.
fn around(pos: ChunkPos) -> impl Iterator<Item = ChunkPos> {
    (0..27).map(move |index| {
        ChunkPos::new(
            pos.x + index % 3 - 1,
            pos.y + index / 3 % 3 - 1,
            pos.z + index / 9 - 1,
        )
    })
}
