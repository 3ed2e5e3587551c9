//! The bake store, and islands loaded from it.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use shared::coords::VoxelPos;
use worldgen::store::{BakeStore, bake_key};

use super::clock::best;
use super::rows::resident;
use super::{Bench, Line};
use crate::cli::progress::Bar;

/// Row 6: what a bake takes on disk, and what writing and reading it costs.
pub(super) fn kept(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.common_map()?;
    let baked = bench.cold(&map, 2)?;
    let key = bake_key(&map.settings, &map.stamps, &map.island);
    let mut store = BakeStore::in_memory()?;
    let mut failed = None;
    let put = best(bench.effort.runs(), || {
        // A new store each time: what is the same is not written again.
        match BakeStore::in_memory().and_then(|mut empty| empty.put(&baked, key).map(|()| empty)) {
            Ok(full) => store = full,
            Err(error) => failed = Some(error),
        }
    });
    let mut loaded = None;
    let get = best(bench.effort.runs(), || {
        loaded = store.get(baked.id(), key).ok().flatten();
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    anyhow::ensure!(
        loaded.is_some_and(|loaded| loaded.hash() == baked.hash()),
        "the store gave other voxels back"
    );
    let rate = |millis: f64| map.voxels() / 1e3 / millis;
    let bytes = store.byte_size()? as f64;
    let copied_ms = resident(&baked) / 1e6 / bench.limits.copy_gb_per_s;
    Ok(vec![
        Line::new(6, "store, bytes per voxel", bytes / map.voxels(), "B/voxel").at_most(0.011),
        Line::new(6, "- writing, all steps", rate(put.millis()), "M voxels/s")
            .at_least(2000.0)
            .compared(format!("{:.0}x copying the bake", put.millis() / copied_ms)),
        Line::new(6, "- reading, all steps", rate(get.millis()), "M voxels/s")
            .at_least(3000.0)
            .compared(format!("{:.0}x copying the bake", get.millis() / copied_ms)),
    ])
}

/// A file that goes away with its owner.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It lies in the folder for such files; whoever cleans that up will find it.
        std::fs::remove_file(&self.0).unwrap_or_default();
    }
}

/// Row 7: what an island costs once it is loaded for play.
pub(super) fn loaded(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.common_map()?;
    let baked = bench.cold(&map, 2)?;
    let key = bake_key(&map.settings, &map.stamps, &map.island);
    let file = Temporary(std::env::temp_dir().join(format!("tombolo-bench-{}.db", std::process::id())));
    BakeStore::open(&file.0)?.put(&baked, key)?;
    let start = Instant::now();
    let middle = VoxelPos::new(0, 0, 0).chunk();
    let chunk = BakeStore::open(&file.0)?.chunk(baked.id(), key, middle)?;
    let first_chunk_ms = start.elapsed().as_secs_f64() * 1e3;
    chunk.context("the middle is there")?;
    let places = places(&map);
    let nanos = |test: &dyn Fn(VoxelPos) -> bool| {
        let cost = best(bench.effort.runs(), || {
            black_box(places.iter().filter(|place| test(**place)).count());
        });
        cost.millis() * 1e6 / places.len() as f64
    };
    let read = nanos(&|place| baked.material(place).number() > 6);
    let solid = nanos(&|place| baked.solid(place));
    Ok(vec![
        Line::new(
            7,
            "loaded for play, resident",
            resident(&baked) / 1_048_576.0,
            "MiB",
        )
        .at_most(16.0),
        Line::new(7, "- random voxel", read, "ns").at_most(25.0),
        Line::new(7, "- whether it is solid", solid, "ns").at_most(5.0),
        Line::new(7, "- first chunk after opening", first_chunk_ms, "ms")
            .at_most(20.0)
            .compared("on the wall"),
    ])
}

/// Random voxels of an island.
fn places(map: &super::maps::Map) -> Vec<VoxelPos> {
    let (min, max) = (map.island.bounds.min(), map.island.bounds.max());
    let mut state = 1_u64;
    let mut draw = |low: i32, high: i32| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        low + i32::try_from((state >> 33) % u64::from((high - low).unsigned_abs())).unwrap_or(0)
    };
    (0..200_000)
        .map(|_| VoxelPos::new(draw(min.x, max.x), draw(min.y, max.y), draw(min.z, max.z)))
        .collect()
}
