//! What each marker kind costs: its island of `maps/gallery`, 256 x 256 columns, compiled and baked on one thread,
//! with the kind's markers and without them. The difference is the kind's own; throughput is in voxels.

#![expect(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shared::island::Island;
use worldgen::{BakeOptions, IslandPlan, SimdLevel, bake};

/// The island without the markers of the kind that it shows; `None` for one that shows none, by whatever name.
fn ground(island: &Island) -> Option<Island> {
    let mut ground = island.clone();
    ground.markers.retain(|_, marker| marker.kind != island.slug);
    (ground.markers.len() < island.markers.len()).then_some(ground)
}

fn kinds(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../maps/gallery");
    let checked = worldgen::check::check(&folder).unwrap();
    let project = &checked.project;
    let options = BakeOptions {
        threads: 1,
        simd: SimdLevel::detect(),
    };
    for island in project.islands.values() {
        let mut group = criterion.benchmark_group(island.slug.as_str());
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(200));
        group.measurement_time(Duration::from_secs(1));
        group.throughput(Throughput::Elements(island.bounds.voxel_count()));
        for (name, island) in [("with", Some(island)), ("without", ground(island).as_ref())] {
            let Some(island) = island else { continue };
            group.bench_function(name, |bencher| {
                bencher.iter(|| {
                    let plan = IslandPlan::new(&project.settings, &project.stamps, black_box(island));
                    bake(&plan, &options, &()).unwrap()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, kinds);
criterion_main!(benches);
