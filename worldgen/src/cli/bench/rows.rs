//! The rows of the table: cold bakes and bakes after an edit.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::Context;
use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::Marker;
use worldgen::bench_map::Kinds;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, Progress, bake, rebake};

use super::clock::{self, Cost};
use super::maps::{Map, resident};
use super::{Bench, Effort, Line, mesh, noise, play, store};
use crate::cli::progress::Bar;

/// Measures one row of the table.
type Measure = fn(&Bench, &Bar) -> anyhow::Result<Vec<Line>>;

/// All rows.
pub(super) const ALL: &[(u8, Measure)] = &[
    (1, large_island),
    (2, common_island),
    (3, moved_marker),
    (4, noise::measure),
    (5, mesh::measure),
    (6, store::measure),
    (7, play::measure),
];

impl Bench {
    pub(super) fn common_map(&self) -> anyhow::Result<Map> {
        match self.effort {
            Effort::Quick => Map::new(128, 96, 40),
            Effort::Full => Map::new(512, 96, 200),
        }
    }

    /// The same size, with terrain and caves alone.
    fn terrain_map(&self) -> anyhow::Result<Map> {
        match self.effort {
            Effort::Quick => Map::of(128, 96, 40, Kinds::Terrain),
            Effort::Full => Map::of(512, 96, 200, Kinds::Terrain),
        }
    }

    fn large_map(&self) -> anyhow::Result<Map> {
        match self.effort {
            Effort::Quick => Map::new(192, 224, 64),
            Effort::Full => Map::new(1024, 224, 64),
        }
    }

    pub(super) fn options(&self, threads: usize) -> BakeOptions {
        BakeOptions {
            threads,
            simd: self.simd,
        }
    }

    /// From markers to voxels, from nothing.
    pub(super) fn cold(&self, map: &Map, threads: usize) -> anyhow::Result<BakedIsland> {
        let plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
        bake(&plan, &self.options(threads), &()).context("nobody cancels")
    }

    fn cold_cost(&self, map: &Map, threads: usize) -> Cost {
        clock::best(self.effort.runs(), || {
            black_box(self.cold(map, threads).ok());
        })
    }
}

fn large_island(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.large_map()?;
    let (baked, taken) = clock::peak(|| bench.cold(&map, 2));
    let result = resident(&baked?) as f64;
    let two = bench.cold_cost(&map, 2);
    let one = bench.cold_cost(&map, 1);
    let per_core = two.millis() / 2.0;
    let rate = map.voxels() / 1e6 / per_core;
    let mut lines = vec![
        Line::new(
            1,
            "cold bake 1024x1024x256, 64 markers, 1 core",
            one.millis(),
            "ms",
        )
        .compared(filling(bench, &map, one.millis())),
        Line::new(1, "- 2 cores, processor time of each", per_core, "ms")
            .at_most(120.0)
            .compared(format!("{:.0} ms on the wall", two.wall.as_secs_f64() * 1e3)),
        Line::new(1, "- voxels on 2 cores", rate, "G/s").at_least(2.2),
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

fn common_island(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.terrain_map()?;
    let one = bench.cold_cost(&map, 1);
    let two = bench.cold_cost(&map, 2);
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
        .compared(filling(bench, &map, one.millis())),
        Line::new(2, "- 2 cores, processor time of each", two.millis() / 2.0, "ms")
            .at_most(11.5)
            .compared(format!("{:.1} ms on the wall", two.wall.as_secs_f64() * 1e3)),
        Line::new(2, "- voxels on 1 core", rate, "M/s")
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
    lines.push(
        Line::new(
            2,
            "the same with all kinds of markers, 1 core",
            bench.cold_cost(&all, 1).millis(),
            "ms",
        )
        .compared(format!("{:.1} markers reach a tile", plan.markers_per_tile())),
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

/// How the time compares with that of writing a byte per voxel.
fn filling(bench: &Bench, map: &Map, millis: f64) -> String {
    let filled_ms = map.voxels() / 1e6 / bench.limits.fill_gb_per_s;
    format!("{:.0}x filling as many bytes", millis / filled_ms)
}

/// A peak of radius 128 m is moved about, among markers of terrain and among all kinds.
fn moved_marker(bench: &Bench, bar: &Bar) -> anyhow::Result<Vec<Line>> {
    let moved = moved_peak(bench, bar, bench.terrain_map()?)?;
    let mut lines = vec![
        Line::new(
            3,
            "marker of radius 128 moved: preview p99",
            moved.preview(99),
            "ms",
        )
        .at_most(8.0)
        .compared(format!("every {PREVIEW_STEP}th column of the island")),
        Line::new(
            3,
            "- voxels of what it touches, median, 1 core",
            moved.rebake(50),
            "ms",
        )
        .at_most(1.0)
        .compared(format!(
            "{} tiles, {:.3} ms each",
            moved.tiles,
            moved.rebake(50) / moved.tiles.max(1) as f64
        )),
        Line::new(3, "- worst", moved.rebake(100), "ms").at_most(3.0),
    ];
    let all = moved_peak(bench, bar, bench.common_map()?)?;
    lines.extend([
        Line::new(
            3,
            "the same with all kinds of markers: preview p99",
            all.preview(99),
            "ms",
        ),
        Line::new(
            3,
            "- voxels of what it touches, median, 1 core",
            all.rebake(50),
            "ms",
        )
        .compared(format!(
            "{} tiles, {:.3} ms each; fits lakes and roads again",
            all.tiles,
            all.rebake(50) / all.tiles.max(1) as f64
        )),
    ]);
    Ok(lines)
}

/// Columns from one point of a preview to the next.
const PREVIEW_STEP: u32 = 8;

/// What moves of one marker cost.
struct Moved {
    /// Cheapest first.
    previews: Vec<Cost>,
    /// Cheapest first.
    rebakes: Vec<Cost>,
    /// Tiles that changed, median.
    tiles: usize,
}

impl Moved {
    fn preview(&self, percent: usize) -> f64 {
        self.previews[(self.previews.len() - 1) * percent / 100].millis()
    }

    fn rebake(&self, percent: usize) -> f64 {
        self.rebakes[(self.rebakes.len() - 1) * percent / 100].millis()
    }
}

/// A peak of radius 128 m is moved about; everything else stays.
fn moved_peak(bench: &Bench, bar: &Bar, mut map: Map) -> anyhow::Result<Moved> {
    let id: MarkerId = "moved".parse().context("an id")?;
    let radius = ("radius".to_owned(), AttributeValue::Number(128.0));
    let mut marker = Marker {
        id,
        kind: "peak".to_owned(),
        name: String::new(),
        note: String::new(),
        geometry: Geometry::Point(LocalPos::new(0.0, 0.0, 60.0)),
        layer: 0,
        priority: 0,
        attributes: Attributes::from([radius]),
    };
    map.island.markers.insert(id, marker.clone());
    let options = bench.options(1);
    let never = AtomicBool::new(false);
    let mut plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
    let mut baked = bake(&plan, &options, &()).context("nobody cancels")?;
    let mut grid = plan.preview(PREVIEW_STEP, &never).context("nobody cancels")?;
    let (mut previews, mut rebakes, mut tiles) = (Vec::new(), Vec::new(), Vec::new());
    let moves = 4 * bench.effort.runs();
    for step in 0..moves {
        Progress::advance(bar, step as u64, moves as u64);
        let (dx, dy) = ((step % 5) as f32 * 4.0 - 8.0, (step % 3) as f32 * 6.0 - 6.0);
        marker.geometry = Geometry::Point(LocalPos::new(dx, dy, 60.0));
        map.island.markers.insert(id, marker.clone());
        let mut next_grid = None;
        previews.push(clock::best(1, || {
            let plan = IslandPlan::after(&plan, &map.settings, &map.stamps, &map.island);
            next_grid = plan.preview_after(Some(&grid), PREVIEW_STEP, &never);
        }));
        let mut made = None;
        rebakes.push(clock::best(1, || {
            let next = IslandPlan::after(&plan, &map.settings, &map.stamps, &map.island);
            made = rebake(&baked, &next, &options, &()).map(|made| (next, made));
        }));
        let (next, (again, rebuilt)) = made.context("nobody cancels")?;
        tiles.push(rebuilt.tiles.len());
        (plan, baked) = (next, again);
        grid = next_grid.context("nobody cancels")?;
    }
    for costs in [&mut previews, &mut rebakes] {
        costs.sort_by_key(|cost| cost.processor);
    }
    tiles.sort_unstable();
    Ok(Moved {
        previews,
        rebakes,
        tiles: tiles[tiles.len() / 2],
    })
}
