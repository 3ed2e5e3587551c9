//! Row 3: what an edit costs, until its preview stands, until its voxels do, and until they can be shown.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, ensure};
use shared::attribute::{AttributeValue, Attributes};
use shared::coords::{LocalPos, TILE_COLUMNS};
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::Marker;
use worldgen::mesh::IslandMesh;
use worldgen::{BakedIsland, IslandPlan, Progress, bake, rebake};

use super::clock::{self, Cost};
use super::maps::Map;
use super::{Bench, Line, shade};
use crate::cli::progress::Bar;

/// A peak of radius 128 m is moved about, among markers of terrain and among all kinds.
pub(super) fn measure(bench: &Bench, bar: &Bar) -> anyhow::Result<Vec<Line>> {
    let mut all_lines = Vec::from(lines(
        bench,
        &moved_peak(bench, bar, bench.terrain_map()?)?,
        "marker of radius 128 moved",
    ));
    let all = moved_peak(bench, bar, bench.common_map()?)?;
    // Among these, lakes and roads are fitted again now and then.
    all_lines.extend(lines(bench, &all, "the same with all kinds of markers"));
    Ok(all_lines)
}

fn lines(bench: &Bench, moved: &Moved, work: &str) -> [Line; 4] {
    let [preview, voxels, meshes] = moved.limits_ms(bench);
    let beside = |figure: f64, limit: f64| format!("{:.0}x filling as many bytes", figure / limit);
    let median = moved.rebake(50);
    let tiles = format!(
        "{} tiles, {:.3} ms each, ",
        moved.tiles,
        median / moved.tiles.max(1) as f64
    );
    [
        Line::new(3, format!("{work}: preview p99"), moved.preview(99), "ms")
            .at_most(8.0)
            .limited(preview)
            .compared(format!(
                "{} samples, shaded, {}",
                moved.samples,
                beside(moved.preview(99), preview)
            )),
        Line::new(3, "- voxels of what it touches, median, 1 core", median, "ms")
            .at_most(1.0)
            .limited(voxels)
            .compared(tiles + &beside(median, voxels)),
        Line::new(3, "- worst", moved.rebake(100), "ms")
            .at_most(3.0)
            .limited(voxels)
            .compared(beside(moved.rebake(100), voxels)),
        Line::new(3, "- with meshes, median", moved.with_meshes(50), "ms")
            .at_most(4.0)
            .limited(meshes)
            .compared(beside(moved.with_meshes(50), meshes)),
    ]
}

/// Samples of a preview along an edge of the island: what the editor's map view takes.
const PREVIEW_SAMPLES: i32 = 96;
/// Bytes of a sample: height, coast distance, material, forest, water, and a pixel.
const SAMPLE_BYTES: usize = 4 + 2 + 1 + 1 + 2 + 4;

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
    /// Bytes of their voxels, one for each.
    voxel_bytes: usize,
    /// Bytes of the meshes that changed, median.
    mesh_bytes: usize,
    /// Samples of a preview.
    samples: usize,
}

impl Moved {
    fn preview(&self, percent: usize) -> f64 {
        at_percent(&self.previews, percent)
    }

    fn rebake(&self, percent: usize) -> f64 {
        at_percent(&self.rebakes, percent)
    }

    /// What writing a whole preview, the voxels, and the voxels with their meshes takes at best, in milliseconds.
    fn limits_ms(&self, bench: &Bench) -> [f64; 3] {
        let with_meshes = self.voxel_bytes + self.mesh_bytes;
        [self.samples * SAMPLE_BYTES, self.voxel_bytes, with_meshes]
            .map(|bytes| bytes as f64 / 1e6 / bench.limits.fill_gb_per_s)
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
    let bounds = map.island.bounds;
    let step = u32::try_from((bounds.width() / PREVIEW_SAMPLES).max(1))?;
    let mut grid = plan.preview(step, &never).context("nobody cancels")?;
    // Meshes are made on the threads of a pool: one, as for the voxels.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
    let meshed = |island: &BakedIsland, before: Option<&IslandMesh>| {
        one.install(|| IslandMesh::new(island, 1, before))
    };
    let mut mesh = meshed(&baked, None);
    let (mut previews, mut rebakes, mut meshes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut tiles, mut mesh_bytes) = (Vec::new(), Vec::new());
    let moves = 12 * bench.effort.runs();
    for turn in 0..moves {
        Progress::advance(bar, turn as u64, moves as u64);
        let (dx, dy) = ((turn % 5) as f32 * 4.0 - 8.0, (turn % 3) as f32 * 6.0 - 6.0);
        marker.geometry = Geometry::Point(LocalPos::new(dx, dy, 60.0));
        map.island.markers.insert(id, marker.clone());
        let mut next_grid = None;
        previews.push(clock::best(1, || {
            let plan = IslandPlan::after(&plan, &map.settings, &map.stamps, &map.island);
            next_grid = plan.preview_after(Some(&grid), step, &never);
            black_box(next_grid.as_ref().map(shade::picture));
        }));
        let mut made = None;
        rebakes.push(clock::best(1, || {
            let next = IslandPlan::after(&plan, &map.settings, &map.stamps, &map.island);
            made = rebake(&baked, &next, &options, &()).map(|made| (next, made));
        }));
        let (next, (again, rebuilt)) = made.context("nobody cancels")?;
        let mut next_mesh = None;
        meshes.push(clock::best(1, || next_mesh = Some(meshed(&again, Some(&mesh)))));
        let next_mesh = next_mesh.context("meshed above")?;
        mesh_bytes.push(changed_bytes(&mesh, &next_mesh));
        mesh = next_mesh;
        tiles.push(rebuilt.tiles.len());
        (plan, baked) = (next, again);
        grid = next_grid.context("nobody cancels")?;
    }
    let cold = bake(&plan, &options, &()).context("nobody cancels")?;
    ensure!(baked.hash() == cold.hash(), "a rebake differs from a cold bake");
    for costs in [&mut previews, &mut rebakes, &mut meshes] {
        costs.sort_by_key(|cost| cost.processor);
    }
    for counts in [&mut tiles, &mut mesh_bytes] {
        counts.sort_unstable();
    }
    let tiles = tiles[tiles.len() / 2];
    Ok(Moved {
        previews,
        rebakes,
        meshes,
        tiles,
        voxel_bytes: tiles * TILE_COLUMNS * usize::try_from(bounds.below() + bounds.above())?,
        mesh_bytes: mesh_bytes[mesh_bytes.len() / 2],
        samples: grid.heights.len(),
    })
}

/// Bytes of the meshes that are not those of before.
fn changed_bytes(before: &IslandMesh, after: &IslandMesh) -> usize {
    let levels = before.levels().iter().zip(after.levels());
    let changed = levels.flat_map(|(before, after)| {
        let is_new = |pos, mesh| {
            before
                .chunks()
                .get(pos)
                .is_none_or(|before| !Arc::ptr_eq(before, mesh))
        };
        after
            .chunks()
            .iter()
            .filter(move |(pos, mesh)| is_new(pos, mesh))
            .map(|(_, mesh)| mesh.byte_size())
    });
    changed.sum()
}
