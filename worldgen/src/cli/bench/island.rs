//! Rows 1 and 2: cold bakes, from markers to voxels.

use std::hint::black_box;
use std::time::Duration;

use anyhow::Context;
use worldgen::{IslandPlan, Progress, bake};

use super::clock::{self, Cost};
use super::maps::{Map, resident};
use super::{Bench, Line};
use crate::cli::progress::Bar;

pub(super) fn large(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.large_map()?;
    let (baked, taken) = clock::peak(|| bench.cold(&map, 2));
    let result = resident(&baked?) as f64;
    let two = cold_cost(bench, &map, 2);
    let one = cold_cost(bench, &map, 1);
    let per_core = two.millis() / 2.0;
    let rate = map.voxels() / 1e6 / per_core;
    let mut lines = vec![
        Line::new(
            1,
            "cold bake 1024x1024x256, 64 markers, 1 core",
            one.millis(),
            "ms",
        )
        .limited(filling_ms(bench, &map))
        .compared(filling(bench, &map, one.millis())),
        Line::new(1, "- 2 cores, processor time of each", per_core, "ms")
            .at_most(120.0)
            .limited(filling_ms(bench, &map) / 2.0)
            .compared(on_the_wall(bench, &map, two)),
        Line::new(1, "- voxels on 2 cores", rate, "G/s")
            .at_least(2.2)
            .limited(2.0 * bench.limits.fill_gb_per_s),
    ];
    if let Some(taken) = taken {
        lines.push(
            Line::new(
                1,
                "- peak memory above the result",
                (taken as f64 - result) / 1_048_576.0,
                "MiB",
            )
            .at_most(64.0)
            .compared(format!("result {:.0} MiB", result / 1_048_576.0)),
        );
    }
    Ok(lines)
}

pub(super) fn common(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.terrain_map()?;
    let one = cold_cost(bench, &map, 1);
    let two = cold_cost(bench, &map, 2);
    let rate = map.voxels() / 1e3 / one.millis();
    let plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
    let mut lines = vec![
        Line::new(
            2,
            "cold bake 512x512x128, 200 markers, 1 core",
            one.millis(),
            "ms",
        )
        .at_most(22.0)
        .limited(filling_ms(bench, &map))
        .compared(filling(bench, &map, one.millis())),
        Line::new(2, "- 2 cores, processor time of each", two.millis() / 2.0, "ms")
            .at_most(11.5)
            .limited(filling_ms(bench, &map) / 2.0)
            .compared(on_the_wall(bench, &map, two)),
        Line::new(2, "- voxels on 1 core", rate, "M/s")
            .limited(1e3 * bench.limits.fill_gb_per_s)
            .compared(format!("{:.1} markers reach a tile", plan.markers_per_tile())),
    ];
    lines.extend(stages(bench, &map)?);
    if let Some(peer) = bench.peer_rate {
        lines.push(
            Line::new(2, "- times the rate of the peer", rate / peer, "x")
                .at_least(70.0)
                .compared(format!("peer {peer} M/s")),
        );
    }
    let all = bench.common_map()?;
    let plan = IslandPlan::new(&all.settings, &all.stamps, &all.island);
    let one = cold_cost(bench, &all, 1).millis();
    lines.push(
        Line::new(2, "the same with all kinds of markers, 1 core", one, "ms")
            .limited(filling_ms(bench, &all))
            .compared(format!(
                "{}; {:.1} markers reach a tile",
                filling(bench, &all, one),
                plan.markers_per_tile()
            )),
    );
    lines.extend(stages(bench, &all)?);
    Ok(lines)
}

/// Where the time of a cold bake on one core goes.
fn stages(bench: &Bench, map: &Map) -> anyhow::Result<[Line; 3]> {
    let compiling = clock::best(bench.effort.runs(), || {
        black_box(IslandPlan::new(&map.settings, &map.stamps, &map.island));
    });
    let plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
    let options = bench.options(1);
    let mut times = Vec::new();
    for _ in 0..bench.effort.runs() {
        times.push(
            bake(&plan, &options, &Stopwatch)
                .context("nobody cancels")?
                .times(),
        );
    }
    let best = times
        .into_iter()
        .min_by_key(|times| times.surface + times.voxels)
        .context("at least one run")?;
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    Ok([
        Line::new(2, "  of which markers to a plan", compiling.millis(), "ms"),
        Line::new(2, "  of which surfaces", millis(best.surface), "ms"),
        Line::new(2, "  of which voxels", millis(best.voxels), "ms"),
    ])
}

/// Tells a bake the processor time.
struct Stopwatch;

impl Progress for Stopwatch {
    fn advance(&self, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }

    fn elapsed(&self) -> Duration {
        clock::processor_time()
    }
}

fn on_the_wall(bench: &Bench, map: &Map, cost: Cost) -> String {
    let wall_ms = cost.wall.as_secs_f64() * 1e3;
    format!(
        "{wall_ms:.1} ms on the wall; {}",
        filling(bench, map, cost.millis())
    )
}

/// How the time compares with that of writing a byte per voxel.
fn filling(bench: &Bench, map: &Map, millis: f64) -> String {
    format!("{:.0}x filling as many bytes", millis / filling_ms(bench, map))
}

/// What writing a byte per voxel takes at best.
fn filling_ms(bench: &Bench, map: &Map) -> f64 {
    map.voxels() / 1e6 / bench.limits.fill_gb_per_s
}

fn cold_cost(bench: &Bench, map: &Map, threads: usize) -> Cost {
    clock::best(bench.effort.runs(), || {
        black_box(bench.cold(map, threads).ok());
    })
}
