//! Row 6: what a bake takes on disk, and what writing and reading it costs.
//!
//! "All steps" are those of `put` and `get` of a store in memory. Writing: predict each chunk from its surface, find
//! where it differs, compress, checksums, rows of SQLite. Reading: rows, checksums, decompress, predict, patch, hash
//! of each chunk and of the island. Chunks that are as predicted count like all others.

use worldgen::store::{BakeStore, bake_key};

use super::clock::best;
use super::maps::resident;
use super::{Bench, Line};
use crate::cli::progress::Bar;

pub(super) fn measure(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
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
    let copied_ms = resident(&baked) as f64 / 1e6 / bench.limits.copy_gb_per_s;
    Ok(vec![
        Line::new(6, "store, bytes per voxel", bytes / map.voxels(), "B/voxel").at_most(0.011),
        Line::new(6, "- writing, all steps", rate(put.millis()), "M voxels/s")
            .at_least(2000.0)
            .limited(rate(copied_ms))
            .compared(format!("{:.0}x copying the bake", put.millis() / copied_ms)),
        Line::new(6, "- reading, all steps", rate(get.millis()), "M voxels/s")
            .at_least(3000.0)
            .limited(rate(copied_ms))
            .compared(format!("{:.0}x copying the bake", get.millis() / copied_ms)),
    ])
}
