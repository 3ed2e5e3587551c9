//! Row 3: what an edit costs, until its preview stands, until its voxels do, and until they can be shown.

use std::sync::atomic::AtomicBool;

use anyhow::{Context, ensure};
use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::Marker;
use worldgen::mesh::IslandMesh;
use worldgen::{BakedIsland, IslandPlan, Progress, bake, rebake};

use super::clock::{self, Cost};
use super::maps::Map;
use super::{Bench, Line};
use crate::cli::progress::Bar;

/// A peak of radius 128 m is moved about, among markers of terrain and among all kinds.
pub(super) fn measure(bench: &Bench, bar: &Bar) -> anyhow::Result<Vec<Line>> {
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
        Line::new(3, "- with meshes, median", moved.with_meshes(50), "ms").at_most(4.0),
    ];
    let all = moved_peak(bench, bar, bench.common_map()?)?;
    lines.extend([
        Line::new(
            3,
            "the same with all kinds of markers: preview p99",
            all.preview(99),
            "ms",
        )
        .at_most(8.0),
        Line::new(
            3,
            "- voxels of what it touches, median, 1 core",
            all.rebake(50),
            "ms",
        )
        .at_most(1.0)
        .compared(format!(
            "{} tiles, {:.3} ms each; fits lakes and roads again",
            all.tiles,
            all.rebake(50) / all.tiles.max(1) as f64
        )),
        Line::new(3, "- with meshes, median", all.with_meshes(50), "ms").at_most(4.0),
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
    /// Of the chunks that came out different and those beside them. Cheapest first.
    meshes: Vec<Cost>,
    /// Tiles that changed, median.
    tiles: usize,
}

impl Moved {
    fn preview(&self, percent: usize) -> f64 {
        at_percent(&self.previews, percent)
    }

    fn rebake(&self, percent: usize) -> f64 {
        at_percent(&self.rebakes, percent)
    }

    fn with_meshes(&self, percent: usize) -> f64 {
        self.rebake(percent) + at_percent(&self.meshes, percent)
    }
}

/// What so many percent of the moves cost at most, in milliseconds.
fn at_percent(costs: &[Cost], percent: usize) -> f64 {
    costs[(costs.len() * percent).div_ceil(100).saturating_sub(1)].millis()
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
    // Meshes are made on the threads of a pool: one, as for the voxels.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let meshed = |island: &BakedIsland, before: Option<&IslandMesh>| {
        one.install(|| IslandMesh::new(island, 1, before))
    };
    let mut mesh = meshed(&baked, None);
    let (mut previews, mut rebakes, mut meshes) = (Vec::new(), Vec::new(), Vec::new());
    let mut tiles = Vec::new();
    let moves = 12 * bench.effort.runs();
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
        let mut next_mesh = None;
        meshes.push(clock::best(1, || next_mesh = Some(meshed(&again, Some(&mesh)))));
        mesh = next_mesh.context("meshed above")?;
        tiles.push(rebuilt.tiles.len());
        (plan, baked) = (next, again);
        grid = next_grid.context("nobody cancels")?;
    }
    let cold = bake(&plan, &options, &()).context("nobody cancels")?;
    ensure!(baked.hash() == cold.hash(), "a rebake differs from a cold bake");
    for costs in [&mut previews, &mut rebakes, &mut meshes] {
        costs.sort_by_key(|cost| cost.processor);
    }
    tiles.sort_unstable();
    Ok(Moved {
        previews,
        rebakes,
        meshes,
        tiles: tiles[tiles.len() / 2],
    })
}
