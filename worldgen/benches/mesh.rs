//! Meshing in figures: a chunk of the first sample project, from the bit planes that the generator left.
//!
//! Every iteration meshes the next chunk in a round over all that are seen, so the time is that of a chunk on
//! average. `tombolo-worldgen bench --rows 5` sets it beside the crate `binary-greedy-meshing`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench ends at the first surprise, and reports"
)]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use shared::coords::ChunkPos;
use worldgen::mesh::{ChunkMesh, IslandMesh, Mesher, Neighbourhood, Shading};
use worldgen::{BakeOptions, BakedIsland, Chunk, IslandPlan, SimdLevel, bake};

fn islands() -> Vec<BakedIsland> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../maps/first_light");
    let checked = worldgen::check::check(&folder).unwrap();
    let project = &checked.project;
    let baked = project.islands.values().map(|island| {
        bake(
            &IslandPlan::new(&project.settings, &project.stamps, island),
            &BakeOptions::default(),
            &(),
        )
        .unwrap()
    });
    baked.collect()
}

/// The mixed chunks of an island that have a face.
fn seen(island: &BakedIsland) -> Vec<ChunkPos> {
    let mut mesher = Mesher::new(SimdLevel::detect(), Shading::Flat);
    let mixed = island.chunks().filter(|(_, chunk)| chunk.as_uniform().is_none());
    mixed
        .map(|(pos, _)| pos)
        .filter(|pos| !mesher.mesh(&Neighbourhood::of(island, *pos)).is_empty())
        .collect()
}

fn chunk_meshes(criterion: &mut Criterion) {
    let islands = islands();
    let around: Vec<_> = islands
        .iter()
        .flat_map(|island| {
            seen(island)
                .into_iter()
                .map(move |pos| Neighbourhood::of(island, pos))
        })
        .collect();
    let mut group = criterion.benchmark_group("mesh of a mixed chunk");
    let mut mesh = ChunkMesh::default();
    for shading in [Shading::Flat, Shading::Corners] {
        for simd in SimdLevel::ALL.into_iter().filter(|simd| simd.is_available()) {
            let mut mesher = Mesher::new(simd, shading);
            let mut next = around.iter().cycle();
            group.bench_function(format!("{shading:?}, {}", simd.name()), |bencher| {
                bencher.iter(|| mesher.mesh_into(next.next().unwrap(), black_box(&mut mesh)));
            });
        }
        let mut mesher = Mesher::new(SimdLevel::detect(), shading);
        let quads: usize = around.iter().map(|around| mesher.mesh(around).solid.len()).sum();
        let per_chunk = quads as f64 / around.len() as f64;
        println!(
            "{shading:?}: {per_chunk:.1} solid quads per chunk, {} chunks",
            around.len()
        );
    }
    group.finish();
}

fn whole_island(criterion: &mut Criterion) {
    let islands = islands();
    let island = islands
        .iter()
        .max_by_key(|island| island.bounds().column_count())
        .unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut group = criterion.benchmark_group("island, one thread");
    group.sample_size(10);
    for levels in [1, 4] {
        group.bench_function(format!("{levels} levels of detail"), |bencher| {
            bencher.iter_with_large_drop(|| pool.install(|| IslandMesh::new(island, levels, None)));
        });
    }
    group.finish();
}

fn chunks(criterion: &mut Criterion) {
    let islands = islands();
    let mixed = islands.iter().flat_map(BakedIsland::chunks);
    let mixed: Vec<&Chunk> = mixed
        .map(|(_, chunk)| &**chunk)
        .filter(|chunk| chunk.as_uniform().is_none())
        .collect();
    let numbers: Vec<_> = mixed.iter().map(|chunk| chunk.numbers()).collect();
    let mut group = criterion.benchmark_group("mixed chunk");
    for simd in SimdLevel::ALL.into_iter().filter(|simd| simd.is_available()) {
        let mut next = numbers.iter().cycle();
        group.bench_function(format!("pack, {}", simd.name()), |bencher| {
            bencher.iter(|| Chunk::with_simd(next.next().unwrap(), simd));
        });
    }
    let mut next = mixed.iter().cycle();
    group.bench_function("unpack", |bencher| {
        bencher.iter(|| next.next().unwrap().numbers());
    });
    // A walk over all chunks and places, so that neither the chunk nor the word is at hand.
    let mut at = 0_usize;
    let mut step = || {
        at = at
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (mixed[(at >> 40) % mixed.len()], at >> 20 & 0x7fff)
    };
    group.bench_function("read a voxel anywhere", |bencher| {
        bencher.iter(|| {
            let (chunk, index) = step();
            chunk.material(index)
        });
    });
    group.bench_function("is a voxel solid, anywhere", |bencher| {
        bencher.iter(|| {
            let (chunk, index) = step();
            chunk.is_solid(index)
        });
    });
    let near = mixed[mixed.len() / 2];
    group.bench_function("is a voxel solid, in one chunk", |bencher| {
        bencher.iter(|| near.is_solid(step().1));
    });
    group.finish();
}

criterion_group!(benches, chunk_meshes, whole_island, chunks);
criterion_main!(benches);
