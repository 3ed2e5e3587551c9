//! An island from markers to disk, step by step: plan, surfaces, chunks, store. One thread, 256 x 256 x 128
//! voxels with 60 markers of all kinds; throughput is in voxels.

#![expect(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use shared::island::Bounds;
use worldgen::bench_map::Recipe;
use worldgen::store::{BakeStore, bake_key};
use worldgen::{BakeOptions, IslandPlan, SimdLevel, bake};

fn island(criterion: &mut Criterion) {
    let bounds = Bounds::new(256, 256, 32, 96).unwrap();
    let recipe = Recipe {
        bounds,
        markers: 60,
        seed: 1,
    };
    let project = recipe.project();
    let (settings, stamps) = (&project.settings, &project.stamps);
    let island = project.islands.values().next().unwrap();
    let simd = SimdLevel::detect();
    let plan = IslandPlan::new(settings, stamps, island);
    let baked = bake(&plan, &BakeOptions { threads: 1, simd }, &()).unwrap();
    let key = bake_key(settings, stamps, island);
    let mut group = criterion.benchmark_group("island");
    group.sample_size(20);
    group.throughput(Throughput::Elements(bounds.voxel_count()));
    group.bench_function("plan", |bencher| {
        bencher.iter(|| IslandPlan::new(settings, stamps, black_box(island)));
    });
    group.bench_function("surfaces", |bencher| {
        bencher.iter(|| {
            for tile in bounds.tiles() {
                black_box(plan.surface(tile, simd));
            }
        });
    });
    group.bench_function("chunks", |bencher| {
        bencher.iter(|| {
            for tile in baked.tiles() {
                for chunk in bounds.chunks_of(tile.pos) {
                    black_box(plan.chunk(chunk, tile, simd));
                }
            }
        });
    });
    group.bench_function("store_write", |bencher| {
        bencher.iter_batched(
            || BakeStore::in_memory().unwrap(),
            |mut store| {
                store.put(&baked, key).unwrap();
                store
            },
            BatchSize::PerIteration,
        );
    });
    let mut store = BakeStore::in_memory().unwrap();
    store.put(&baked, key).unwrap();
    group.bench_function("store_read", |bencher| {
        bencher.iter(|| store.get(baked.id(), key).unwrap().unwrap());
    });
    group.finish();
}

criterion_group!(benches, island);
criterion_main!(benches);
