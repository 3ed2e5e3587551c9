//! Figures of a bake: what is in it and what it cost.

use crate::bake::{BakedIsland, StageTimes};
use crate::material::Material;

/// Figures of one baked island.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BakeStats {
    /// Columns of the island.
    pub columns: u64,
    /// Voxels by material, only materials that occur, in order of their numbers.
    pub voxels: Vec<(Material, u64)>,
    /// Chunks of one material.
    pub uniform_chunks: u64,
    /// Chunks of several materials.
    pub mixed_chunks: u64,
    /// Bytes that chunks and surfaces take in memory.
    pub bytes: u64,
    /// Time by stage, summed over threads.
    pub times: StageTimes,
}

impl BakeStats {
    /// Counts a bake.
    pub fn of(island: &BakedIsland) -> Self {
        let mut counts = [0; Material::ALL.len()];
        let (mut uniform_chunks, mut mixed_chunks) = (0, 0);
        let mut bytes = island
            .tiles()
            .iter()
            .map(|tile| size_of_val(&**tile))
            .sum::<usize>() as u64;
        for (_, chunk) in island.chunks() {
            for (sum, count) in counts.iter_mut().zip(chunk.counts()) {
                *sum += count;
            }
            bytes += chunk.byte_size() as u64;
            match chunk.as_uniform() {
                Some(_) => uniform_chunks += 1,
                None => mixed_chunks += 1,
            }
        }
        let voxels = Material::ALL
            .into_iter()
            .zip(counts)
            .filter(|(_, count)| *count > 0);
        Self {
            columns: island.bounds().column_count(),
            voxels: voxels.collect(),
            uniform_chunks,
            mixed_chunks,
            bytes,
            times: island.times(),
        }
    }
}
