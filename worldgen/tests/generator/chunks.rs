//! Property 4: any tile, chunk or preview point alone equals that of the whole.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use shared::coords::ColumnPos;
use worldgen::{BakeStats, Material, Progress, SimdLevel, bake};

use crate::fixture::{Draw, atoll, baked, options, plan, varied};

#[test]
fn any_chunk_alone_equals_that_of_the_whole() {
    for island in [varied(), atoll()] {
        let (plan, whole) = (plan(&island), baked(&island));
        let mut chunks: Vec<_> = whole.chunks().collect();
        let mut draw = Draw(5);
        for last in (1..chunks.len()).rev() {
            chunks.swap(last, draw.below(last + 1));
        }
        for (pos, chunk) in chunks {
            let surface = plan.surface(pos.tile(), SimdLevel::detect());
            let alone = plan.chunk(pos, &surface, SimdLevel::detect());
            assert_eq!(alone, **chunk, "{pos:?}");
        }
    }
}

#[test]
fn previews_show_the_very_columns_of_the_bake() {
    let island = varied();
    let (plan, whole) = (plan(&island), baked(&island));
    for step in [1, 5, 8, 64] {
        let grid = plan.preview(step, &AtomicBool::new(false)).unwrap();
        assert_eq!(grid.heights.len(), grid.width * grid.depth);
        for y in 0..grid.depth {
            for x in 0..grid.width {
                let stride = i32::try_from(step).unwrap();
                let offset = |at: usize| i32::try_from(at).unwrap() * stride;
                let column = ColumnPos::new(grid.first.x + offset(x), grid.first.y + offset(y));
                let (tile, index) = (whole.tile(column.tile()).unwrap(), column.index_in_tile());
                let point = y * grid.width + x;
                assert_eq!(grid.heights[point], tile.heights[index]);
                assert_eq!(grid.materials[point], tile.materials[index]);
                assert_eq!(grid.coast_distances[point], tile.coast_distances[index]);
                assert_eq!(grid.forest[point], tile.forest[index]);
            }
        }
    }
    assert_eq!(plan.preview(4, &AtomicBool::new(true)), None);
}

#[test]
fn ground_is_the_first_free_voxel_above_the_ground() {
    let island = baked(&varied());
    for (x, y) in (-128..128).flat_map(|x| (-128..128).step_by(7).map(move |y| (x, y))) {
        let column = ColumnPos::new(x, y);
        let tile = island.tile(column.tile()).unwrap();
        let ground = island.ground(column).unwrap();
        let voxel = |z| shared::coords::VoxelPos::new(x, y, z);
        assert!(island.material(voxel(ground - 1)).is_solid(), "{column:?}");
        let above = island.material(voxel(ground));
        let grown = tile
            .plants
            .iter()
            .any(|plant| plant.material(&tile.shapes, voxel(ground)) == Some(above));
        assert!(!above.is_solid() || grown, "{column:?}: {above:?}");
    }
    assert_eq!(island.ground(ColumnPos::new(128, 0)), None);
}

struct StopAfter(u64, AtomicU64);

impl Progress for StopAfter {
    fn advance(&self, done: u64, total: u64) {
        assert!(done <= total);
        self.1.fetch_max(done, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.1.load(Ordering::Relaxed) >= self.0
    }
}

#[test]
fn bakes_stop_when_told() {
    let plan = plan(&varied());
    for threads in [1, 2] {
        let progress = StopAfter(5, AtomicU64::new(0));
        assert!(bake(&plan, &options(threads), &progress).is_none());
        assert!(progress.1.load(Ordering::Relaxed) <= 5 + threads as u64);
    }
}

#[test]
fn stats_count_every_voxel() {
    let island = baked(&varied());
    let stats = BakeStats::of(&island);
    assert_eq!(
        stats.voxels.iter().map(|(_, count)| count).sum::<u64>(),
        island.bounds().voxel_count()
    );
    assert_eq!(
        stats.uniform_chunks + stats.mixed_chunks,
        island.chunks().count() as u64
    );
    assert_eq!(stats.columns, 256 * 256);
    assert!(
        stats.bytes > 0
            && stats
                .voxels
                .iter()
                .any(|(material, _)| *material == Material::Leaves)
    );
}

#[test]
fn stored_parts_make_the_same_island() {
    let island = baked(&atoll());
    let chunks = island
        .chunks()
        .map(|(_, chunk)| chunk.clone())
        .collect::<Vec<_>>();
    let again = |tiles, chunks| {
        let origin = island.origin().clone();
        worldgen::BakedIsland::from_parts(island.id(), island.bounds(), tiles, chunks, origin)
    };
    let same = again(island.tiles().to_vec(), chunks.clone()).unwrap();
    assert_eq!(same.hash(), island.hash());
    assert!(again(island.tiles().to_vec(), chunks[1..].to_vec()).is_none());
    assert!(again(island.tiles().iter().rev().cloned().collect(), chunks).is_none());
}
