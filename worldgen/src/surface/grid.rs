//! Coarse surfaces: every so many columns of a whole island, for pictures that are wanted at once.
//!
//! After an edit only the part that the edit reaches is evaluated again.
//!
//! *Not* responsible for: what becomes of them on a screen.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{CHUNK_EDGE, ColumnPos, TilePos};

use super::Block;
use crate::cover::{self, Column};
use crate::material::Material;
use crate::ops;
use crate::plan::{IslandPlan, TileKey};
use crate::simd::SimdLevel;

/// Columns between grid points from which on whole tiles would cost more than single columns.
const SPARSE_FROM: i32 = 3;
/// Grid points to a side that are evaluated at once: enough to fill rows, few enough to lie close together.
const GROUP_POINTS: i32 = 8;

/// Heights and materials of a whole island at every `step`-th column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SurfaceGrid {
    /// Columns from one grid point to the next.
    pub step: u32,
    /// The column of the first grid point.
    pub first: ColumnPos,
    /// Grid points from west to east.
    pub width: usize,
    /// Grid points from south to north.
    pub depth: usize,
    /// Height of the ground in 1/256 voxel above the sea; x fastest, then y.
    pub heights: Vec<i32>,
    /// Signed distance to the coast in 1/256 m, as in [`super::SurfaceTile`].
    pub coast_distances: Vec<i16>,
    /// Material of the highest ground voxel.
    pub materials: Vec<Material>,
    /// How dense forest stands, 0 to 255.
    pub forest: Vec<u8>,
    /// The z of the first voxel above the water, as in [`super::SurfaceTile`].
    pub water_ends: Vec<i16>,
    /// What the tiles were made from, in the order of `Bounds::tiles`.
    keys: Vec<TileKey>,
}

impl IslandPlan {
    /// Heights and materials at every `step`-th column (1 to 64) of the whole island, each exactly that of
    /// the full generation; `None` once `cancel` is set.
    pub fn preview(&self, step: u32, cancel: &AtomicBool) -> Option<SurfaceGrid> {
        self.preview_after(None, step, cancel)
    }

    /// Like [`Self::preview`], with the same result, but quicker after an edit: where an `old` grid with the
    /// same step was made from the same, it is taken from there.
    pub fn preview_after(
        &self,
        old: Option<&SurfaceGrid>,
        step: u32,
        cancel: &AtomicBool,
    ) -> Option<SurfaceGrid> {
        let step = step.clamp(1, 64);
        let mut grid = self.empty_grid(step);
        let same_size = |old: &&SurfaceGrid| {
            (old.step, old.first, old.width, old.depth) == (step, grid.first, grid.width, grid.depth)
                && old.keys.len() == grid.keys.len()
        };
        let old = old.filter(same_size);
        let stale: Vec<TilePos> = self
            .bounds()
            .tiles()
            .enumerate()
            .filter(|(at, _)| old.is_none_or(|old| old.keys.get(*at) != grid.keys.get(*at)))
            .map(|(_, tile)| tile)
            .collect();
        if let Some(old) = old {
            grid = SurfaceGrid {
                keys: grid.keys,
                ..old.clone()
            };
        }
        for positions in grid.groups(&stale) {
            if cancel.load(Ordering::Relaxed) {
                return None;
            }
            for (pos, column) in positions.iter().zip(self.columns_somewhere(&positions, step)) {
                grid.put(*pos, &column, cover::top_material(&column, self.strata()));
            }
        }
        Some(grid)
    }

    fn empty_grid(&self, step: u32) -> SurfaceGrid {
        let stride = i32::try_from(step).unwrap_or(1);
        let (min, max) = (self.bounds().min(), self.bounds().max());
        let count = |from: i32, to: i32| usize::try_from((to - from + stride - 1) / stride).unwrap_or(0);
        let (width, depth) = (count(min.x, max.x), count(min.y, max.y));
        let points = width * depth;
        SurfaceGrid {
            step,
            first: min.column(),
            width,
            depth,
            heights: vec![0; points],
            coast_distances: vec![0; points],
            materials: vec![Material::Air; points],
            forest: vec![0; points],
            water_ends: vec![0; points],
            keys: self.bounds().tiles().map(|tile| self.tile_key(tile)).collect(),
        }
    }

    /// What columns are like that lie close together, `step` apart.
    fn columns_somewhere(&self, positions: &[ColumnPos], step: u32) -> Vec<Column> {
        let simd = SimdLevel::detect();
        if i32::try_from(step).is_ok_and(|step| step >= SPARSE_FROM) {
            return self.columns_at(positions, simd);
        }
        let mut columns = Vec::with_capacity(positions.len());
        for run in positions.chunk_by(|a, b| a.tile() == b.tile()) {
            let Some(pos) = run.first() else { continue };
            let block = Block::of_one(self, pos.tile(), simd);
            columns.extend(run.iter().filter_map(|pos| block.column(*pos)));
        }
        columns
    }
}

impl SurfaceGrid {
    /// The grid points on some tiles, in groups that lie close together; those of one tile stand side by side.
    fn groups(&self, tiles: &[TilePos]) -> Vec<Vec<ColumnPos>> {
        let step = i32::try_from(self.step).unwrap_or(1);
        let tiles_to_a_side = (GROUP_POINTS * step / CHUNK_EDGE).max(1);
        let mut groups: BTreeMap<(i32, i32), Vec<ColumnPos>> = BTreeMap::new();
        for tile in tiles {
            let first = tile.first_column();
            let points = |from: i32, origin: i32| {
                let ahead = (origin - from).rem_euclid(step);
                (from + ahead..from + CHUNK_EDGE).step_by(usize::try_from(step).unwrap_or(1))
            };
            let group = (
                tile.y.div_euclid(tiles_to_a_side),
                tile.x.div_euclid(tiles_to_a_side),
            );
            let positions = points(first.y, self.first.y)
                .flat_map(|y| points(first.x, self.first.x).map(move |x| ColumnPos::new(x, y)));
            groups.entry(group).or_default().extend(positions);
        }
        groups.into_values().collect()
    }

    fn put(&mut self, pos: ColumnPos, column: &Column, material: Material) {
        let step = i32::try_from(self.step).unwrap_or(1);
        let place = |at: i32, first: i32| usize::try_from((at - first) / step).unwrap_or(0);
        let at = place(pos.y, self.first.y) * self.width + place(pos.x, self.first.x);
        if at >= self.heights.len() {
            return;
        }
        self.heights[at] = column.height;
        self.coast_distances[at] = ops::to_i16(column.coast);
        self.materials[at] = material;
        self.forest[at] = ops::to_u8(column.forest);
        self.water_ends[at] = ops::to_i16(ops::top_voxel(column.water) + 1);
    }
}
