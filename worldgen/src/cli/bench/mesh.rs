//! Row 5: meshing, beside the crate `binary-greedy-meshing`.
//!
//! What counts is the mean, which is what all chunks of an island take together; few chunks take very long, so the
//! median is another figure. The peer's best path is given voxels in its own layout and its masks ready made, and
//! leaves out occlusion. Ours is given what a bake holds, the bit planes of chunks.

use std::collections::BTreeSet;
use std::hint::black_box;

use binary_greedy_meshing as peer;
use shared::coords::{CHUNK_EDGE, ChunkPos, VoxelPos};
use worldgen::mesh::{ChunkMesh, Mesher, Neighbourhood, Shading};
use worldgen::{BakedIsland, Material};

use super::clock::{best_of_each, median};
use super::{Bench, Line};
use crate::cli::progress::Bar;

const EDGE: usize = CHUNK_EDGE as usize;

/// What the peer takes: voxels with one more on every side, z fastest, then x, then y, and its masks.
struct PeerInput {
    voxels: Vec<u16>,
    opaque: Box<[u64]>,
    clear: Box<[u64]>,
}

impl PeerInput {
    fn new(island: &BakedIsland, pos: ChunkPos) -> Self {
        let first = pos.first_voxel();
        let padded = || -1..=CHUNK_EDGE;
        let mut voxels = Vec::new();
        for y in padded() {
            for x in padded() {
                for z in padded() {
                    let voxel = VoxelPos::new(first.x + x, first.y + y, first.z + z);
                    // Plants are no cubes: to the peer they are what surrounds them.
                    let material = match island.material(voxel) {
                        plant if plant.is_plant() && plant.is_wet() => Material::Water,
                        plant if plant.is_plant() => Material::Air,
                        material => material,
                    };
                    voxels.push(u16::from(material.number()));
                }
            }
        }
        let clear = BTreeSet::from([u16::from(Material::Water.number())]);
        Self {
            opaque: peer::compute_opaque_mask::<EDGE>(&voxels, &clear),
            clear: peer::compute_transparent_mask::<EDGE>(&voxels, &clear),
            voxels,
        }
    }
}

pub(super) fn measure(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let baked = bench.cold(&bench.common_map()?, 2)?;
    let runs = bench.effort.runs();
    let mut mesher = Mesher::new(bench.simd, Shading::Corners);
    let mut mesh = ChunkMesh::default();
    let mixed = baked.chunks().filter(|(_, chunk)| chunk.as_uniform().is_none());
    let seen: Vec<ChunkPos> = mixed
        .map(|(pos, _)| pos)
        .filter(|pos| !mesher.mesh(&Neighbourhood::of(&baked, *pos)).is_empty())
        .collect();
    let around: Vec<_> = seen.iter().map(|pos| Neighbourhood::of(&baked, *pos)).collect();
    let mut ours = |shading| {
        let mut mesher = Mesher::new(bench.simd, shading);
        best_of_each(runs, &around, |around| {
            mesher.mesh_into(around, black_box(&mut mesh));
        })
    };
    let (shaded, flat) = (ours(Shading::Corners), ours(Shading::Flat));
    let inputs: Vec<_> = seen.iter().map(|pos| PeerInput::new(&baked, *pos)).collect();
    let mut peer = peer::Mesher::<EDGE>::new();
    let theirs = best_of_each(runs, &inputs, |input| {
        peer.clear();
        peer.fast_mesh(&input.voxels, &input.opaque, &input.clear);
        black_box(&peer.quads);
    });
    let mean = |costs: &[f64]| costs.iter().sum::<f64>() / costs.len().max(1) as f64;
    let with_quads = seen.iter().zip(&around).map(|(pos, around)| {
        let planes = baked.chunk(*pos).map_or(0, |chunk| chunk.byte_size());
        (planes + mesher.mesh(around).byte_size()) as f64
    });
    let bytes: Vec<f64> = with_quads.collect();
    let limit_us = mean(&bytes) / 1e3 / bench.limits.copy_gb_per_s;
    Ok(vec![
        Line::new(
            5,
            "mesh of a mixed chunk with occlusion, mean",
            mean(&shaded),
            "us",
        )
        .at_most(25.0)
        .limited(limit_us)
        .compared(format!(
            "{} chunks, median {:.1} us; without occlusion {:.1} us; {:.0}x copying planes and quads, {:.1} kB",
            seen.len(),
            median(&shaded),
            mean(&flat),
            mean(&shaded) / limit_us,
            mean(&bytes) / 1e3
        )),
        Line::new(
            5,
            "- times as fast as the peer",
            mean(&theirs) / mean(&shaded),
            "x",
        )
        .at_least(2.0)
        .compared(format!(
            "`binary-greedy-meshing`, masks ready, no occlusion: {:.1} us, median {:.1} us",
            mean(&theirs),
            median(&theirs)
        )),
    ])
}
