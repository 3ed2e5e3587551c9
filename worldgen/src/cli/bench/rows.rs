//! The rows of the table: cold bakes and bakes after an edit.

use std::hint::black_box;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::Marker;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, bake, rebake};

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
    let (baked, above) = clock::peak_above_result(|| bench.cold(&map, 2));
    let baked = baked?;
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
    if let Some(above) = above {
        lines.push(
            Line::new(
                1,
                "- peak memory above the result",
                above as f64 / 1_048_576.0,
                "MiB",
            )
            .at_most(64.0)
            .compared(format!("result {:.0} MiB", resident(&baked) as f64 / 1_048_576.0)),
        );
    }
    Ok(lines)
}

fn common_island(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let map = bench.common_map()?;
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
    if let Some(peer) = bench.peer_rate {
        lines.push(
            Line::new(2, "- times the rate of the peer", rate / peer, "x")
                .at_least(70.0)
                .compared(format!("peer {peer} M/s")),
        );
    }
    Ok(lines)
}

/// How the time compares with that of writing a byte per voxel.
fn filling(bench: &Bench, map: &Map, millis: f64) -> String {
    let filled_ms = map.voxels() / 1e6 / bench.limits.fill_gb_per_s;
    format!("{:.0}x filling as many bytes", millis / filled_ms)
}

/// A peak of radius 128 m is moved about; everything else stays.
fn moved_marker(bench: &Bench, bar: &Bar) -> anyhow::Result<Vec<Line>> {
    let mut map = bench.common_map()?;
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
    let mut plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
    let mut baked = bake(&plan, &options, &()).context("nobody cancels")?;
    let (mut previews, mut rebakes, mut tiles) = (Vec::new(), Vec::new(), Vec::new());
    let moves = 4 * bench.effort.runs();
    for step in 0..moves {
        worldgen::Progress::advance(bar, step as u64, moves as u64);
        let (dx, dy) = ((step % 5) as f32 * 4.0 - 8.0, (step % 3) as f32 * 6.0 - 6.0);
        marker.geometry = Geometry::Point(LocalPos::new(dx, dy, 60.0));
        map.island.markers.insert(id, marker.clone());
        previews.push(clock::best(1, || {
            let plan = IslandPlan::after(&plan, &map.settings, &map.stamps, &map.island);
            black_box(plan.preview(8, &AtomicBool::new(false)));
        }));
        let mut made = None;
        rebakes.push(clock::best(1, || {
            let next = IslandPlan::after(&plan, &map.settings, &map.stamps, &map.island);
            made = rebake(&baked, &next, &options, &()).map(|made| (next, made));
        }));
        let (next, (again, rebuilt)) = made.context("nobody cancels")?;
        tiles.push(rebuilt.tiles.len());
        (plan, baked) = (next, again);
    }
    for costs in [&mut previews, &mut rebakes] {
        costs.sort_by_key(|cost| cost.processor);
    }
    tiles.sort_unstable();
    let at = |costs: &[Cost], percent: usize| costs[(costs.len() - 1) * percent / 100].millis();
    let tiles = tiles[tiles.len() / 2];
    Ok(vec![
        Line::new(
            3,
            "marker of radius 128 moved: preview p99",
            at(&previews, 99),
            "ms",
        )
        .at_most(8.0)
        .compared("every 8th column of the island"),
        Line::new(
            3,
            "- voxels of what it touches, median, 1 core",
            at(&rebakes, 50),
            "ms",
        )
        .at_most(1.0)
        .compared(format!(
            "{tiles} tiles, {:.3} ms each",
            at(&rebakes, 50) / tiles.max(1) as f64
        )),
        Line::new(3, "- worst", at(&rebakes, 100), "ms").at_most(3.0),
    ])
}
