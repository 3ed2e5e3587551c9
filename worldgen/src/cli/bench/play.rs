//! Row 7: what an island costs once it is loaded for play.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use shared::coords::VoxelPos;
use worldgen::Solidity;
use worldgen::store::{BakeStore, bake_key};

use super::clock::best;
use super::maps::{Map, resident};
use super::{Bench, Line};
use crate::cli::progress::Bar;

/// Places that are asked for.
const PLACES: usize = 200_000;

/// A file that goes away with its owner.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It lies in the folder for such files; whoever cleans that up will find it.
        std::fs::remove_file(&self.0).unwrap_or_default();
    }
}

pub(super) fn measure(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
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
    let runs = bench.effort.runs();
    let made = best(runs, || {
        black_box(Solidity::new(&baked));
    });
    let solidity = Solidity::new(&baked);
    let beside = solidity.byte_size() as u64;
    let bytes = resident(&baked) + beside;
    let mut dice = Dice(1);
    let places = places(&map, &mut dice);
    let words = vec![1_u32; usize::try_from(bytes / 4)?];
    let anywhere: Vec<usize> = (0..PLACES).map(|_| dice.below(bytes / 4)).collect();
    let limit_ns = nanos(runs, &anywhere, |word| words[*word] == 0);
    let read = nanos(runs, &places, |place| baked.material(*place).number() > 6);
    let solid = nanos(runs, &places, |place| solidity.solid(*place));
    let limit = format!("{limit_ns:.1} ns for a random word of as many bytes");
    let mib = |bytes: u64| bytes as f64 / 1_048_576.0;
    Ok(vec![
        Line::new(7, "loaded for play, resident", mib(bytes), "MiB")
            .at_most(16.0)
            .compared(format!("of which {:.1} MiB tell what is solid", mib(beside))),
        Line::new(7, "- random voxel", read, "ns")
            .at_most(25.0)
            .limited(limit_ns)
            .compared(limit.clone()),
        Line::new(7, "- whether it is solid", solid, "ns")
            .at_most(5.0)
            .limited(limit_ns)
            .compared(limit),
        Line::new(7, "- making what tells", made.millis(), "ms"),
        Line::new(7, "- first chunk after opening", first_chunk_ms, "ms")
            .at_most(20.0)
            .compared("on the wall"),
    ])
}

/// Nanoseconds per question.
fn nanos<T>(runs: usize, places: &[T], test: impl Fn(&T) -> bool) -> f64 {
    let cost = best(runs, || {
        black_box(places.iter().filter(|place| test(place)).count());
    });
    cost.millis() * 1e6 / places.len() as f64
}

/// A linear congruential generator (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end).unwrap_or(0)
    }

    fn between(&mut self, low: i32, high: i32) -> i32 {
        let above = self.below((high - low).unsigned_abs().into());
        low + i32::try_from(above).unwrap_or(0)
    }
}

/// Random voxels of an island.
fn places(map: &Map, dice: &mut Dice) -> Vec<VoxelPos> {
    let (min, max) = (map.island.bounds.min(), map.island.bounds.max());
    let place = |_| {
        VoxelPos::new(
            dice.between(min.x, max.x),
            dice.between(min.y, max.y),
            dice.between(min.z, max.z),
        )
    };
    (0..PLACES).map(place).collect()
}
