//! Tiles: the surface of 32 x 32 columns, from which their voxels follow.
//!
//! *Not* responsible for: voxels (see [`crate::fill`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::ops::Range;
use std::sync::Arc;

use shared::coords::{ColumnPos, TILE_COLUMNS, TilePos};
use shared::geometry::Box2;

use crate::columns::Columns;
use crate::cover::{self, Column};
use crate::material::Material;
use crate::ops::{self, LANES, Row};
use crate::plan::{Asked, IslandPlan, Samples};
use crate::scatter::{self, Plant, Shapes};
use crate::simd::SimdLevel;
use crate::strata::Strata;

mod block;
mod grid;

pub(crate) use block::Block;
pub use grid::SurfaceGrid;

/// Share of 255 from which on a column is kept free for people.
const KEPT: i32 = 64;
/// Voxels over such a column where nothing grows or hangs.
pub(crate) const HEADROOM: i32 = 4;

/// The surface of one tile: 32 x 32 columns, x fastest, then y (see [`ColumnPos::index_in_tile`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SurfaceTile {
    /// Which tile.
    pub pos: TilePos,
    /// Height of the ground in 1/256 voxel above the sea.
    pub heights: [i32; TILE_COLUMNS],
    /// Signed distance to the coast in 1/256 m, positive on land; held within 64 m.
    pub coast_distances: [i16; TILE_COLUMNS],
    /// The z of the first voxel above the water, where that is above the ground: 0 in and beside the sea.
    pub water_ends: [i16; TILE_COLUMNS],
    /// Material of the highest ground voxel.
    pub materials: [Material; TILE_COLUMNS],
    /// How dense forest stands, 0 to 255.
    pub forest: [u8; TILE_COLUMNS],
    /// Shift of the strata in voxels.
    pub strata: [i16; TILE_COLUMNS],
    /// How much of the rock is lava, 0 to 127; from 41 on all of it is.
    pub lava: [u8; TILE_COLUMNS],
    /// Columns that are kept free for people, such as roads and clearings: one word per row along x, whose lowest bit is
    /// the westernmost column.
    pub kept: [u32; LANES],
    /// Plants of a single voxel: grass, flowers, reeds; air where none grows.
    pub low_plants: [Material; TILE_COLUMNS],
    /// Trees, rocks and corals that have a voxel above the tile, in the order of their cells; some stand in
    /// neighbours.
    pub plants: Vec<Plant>,
    /// What these look like: the same for all tiles of an island.
    pub shapes: Arc<Shapes>,
}

impl SurfaceTile {
    /// The z of the highest ground voxel of a column; trees do not count.
    pub fn top_voxel(&self, index: usize) -> i32 {
        self.heights
            .get(index)
            .map_or(0, |height| ops::top_voxel(*height))
    }

    /// The z of the voxels over a column that is kept free for people, where nothing may grow or hang; empty over others.
    pub(crate) fn headroom(&self, index: usize) -> Range<i32> {
        let is_kept = self.kept[index / LANES] >> (index % LANES) & 1 == 1;
        let from = self.top_voxel(index) + 1;
        from..from + if is_kept { HEADROOM } else { 0 }
    }

    /// What the bake store keeps of it: everything that voxels follow from and that play asks for. Heights are
    /// rounded to whole voxels; coast distances and forest, which only pictures show, are left out.
    #[must_use]
    pub fn rounded(&self) -> Self {
        Self {
            heights: std::array::from_fn(|index| ops::height_of_top(self.top_voxel(index))),
            coast_distances: [0; TILE_COLUMNS],
            forest: [0; TILE_COLUMNS],
            ..self.clone()
        }
    }
}

impl IslandPlan {
    /// Generates the surface of one tile. Any tile alone equals that tile of the whole island (property 4).
    pub fn surface(&self, tile: TilePos, simd: SimdLevel) -> SurfaceTile {
        Block::of_one(self, tile, simd).surface(tile)
    }

    /// What single columns are like, wherever they lie: the same bits as in their tiles. Columns that lie close
    /// together are cheapest side by side.
    pub(crate) fn columns_at(&self, positions: &[ColumnPos], simd: SimdLevel) -> Vec<Column> {
        let mut columns = Vec::with_capacity(positions.len());
        for run in positions.chunks(2 * LANES) {
            let place = run
                .iter()
                .fold(Box2::EMPTY, |all, pos| all.union(tile_box_of_one(*pos)));
            let near = self.near_where(place.grown(2.0), Asked::Few, simd, |_| true);
            let beside = [(-1, 0), (1, 0), (0, -1), (0, 1)];
            let around: Vec<ColumnPos> = run
                .iter()
                .flat_map(|pos| beside.map(|(x, y)| ColumnPos::new(pos.x + x, pos.y + y)))
                .collect();
            let heights: Vec<i32> = around
                .chunks(LANES)
                .flat_map(|run| {
                    let (x, y) = middles(run);
                    let heights = self.ground(&near, None, &x, &y, simd).height;
                    heights.into_iter().take(run.len())
                })
                .collect();
            let mut beside = heights.as_chunks::<4>().0.iter();
            for run in run.chunks(LANES) {
                let (x, y) = middles(run);
                let mut here = Samples::ZERO;
                self.sample(&near, None, &mut Columns::at(&x, &y), simd, &mut here);
                for ((lane, pos), beside) in run.iter().enumerate().zip(&mut beside) {
                    let slope = slope_of(here.height[lane], *beside);
                    columns.push(column(&here, lane, slope, *pos, self.strata()));
                }
            }
        }
        columns
    }
}

impl Block<'_> {
    /// Generates the surface of one of the block's tiles.
    pub(crate) fn surface(&self, tile: TilePos) -> SurfaceTile {
        let plan = self.plan();
        let mut surface = SurfaceTile {
            pos: tile,
            heights: [0; TILE_COLUMNS],
            coast_distances: [0; TILE_COLUMNS],
            water_ends: [0; TILE_COLUMNS],
            materials: [Material::Air; TILE_COLUMNS],
            forest: [0; TILE_COLUMNS],
            strata: [0; TILE_COLUMNS],
            lava: [0; TILE_COLUMNS],
            kept: [0; LANES],
            low_plants: [Material::Air; TILE_COLUMNS],
            plants: Vec::new(),
            shapes: Arc::clone(plan.shapes()),
        };
        let undergrowth = plan.seed().feature("undergrowth");
        let first = tile.first_column();
        for (y, (samples, slopes)) in self.rows_of(tile).enumerate().take(LANES) {
            for (x, slope) in slopes.iter().enumerate() {
                let pos = ColumnPos::new(first.x + ops::lane_i32(x), first.y + ops::lane_i32(y));
                let column = column(samples, x, *slope, pos, plan.strata());
                let soil = cover::top_material(&column, plan.strata());
                let index = y * LANES + x;
                surface.heights[index] = column.height;
                surface.coast_distances[index] = ops::to_i16(column.coast);
                surface.water_ends[index] = ops::to_i16(ops::top_voxel(column.water) + 1);
                surface.materials[index] = soil;
                surface.low_plants[index] = scatter::low_plant(undergrowth, pos, &column, soil);
                surface.forest[index] = ops::to_u8(column.forest);
                surface.strata[index] = ops::to_i16(column.strata);
                surface.lava[index] = ops::to_u8(column.lava());
                surface.kept[y] |= u32::from(column.paved >= KEPT) << x;
            }
        }
        surface.plants = plan.plants_of_tile(tile, |pos| self.column(pos), self.simd());
        surface
    }
}

/// The middles of up to 32 columns; the last one fills the rest.
fn middles(run: &[ColumnPos]) -> (Row, Row) {
    let of = |lane: usize| run[lane.min(run.len() - 1)];
    (
        std::array::from_fn(|lane| middle(of(lane).x)),
        std::array::from_fn(|lane| middle(of(lane).y)),
    )
}

/// Steepness of a column from the heights west, east, south and north of it. The steeper neighbour counts
/// on each axis, so that a crest is as steep as its flanks.
#[inline(always)]
fn slope_of(here: i32, [west, east, south, north]: [i32; 4]) -> i32 {
    let steeper = |a: i32, b: i32| (a - here).abs().max((b - here).abs()).min(2047) as f32;
    let (x, y) = (steeper(west, east), steeper(south, north));
    // The sum of squares is a whole number below 2^24, so the root is exact to its last bit everywhere.
    ops::floor_i32((x * x + y * y).sqrt())
}

#[inline(always)]
fn column(samples: &Samples, lane: usize, slope: i32, pos: ColumnPos, strata: &Strata) -> Column {
    Column {
        height: samples.height[lane],
        slope,
        coast: samples.coast[lane].into(),
        water: samples.water[lane],
        moisture: samples.moisture[lane].into(),
        beach: samples.beach[lane].into(),
        sand: samples.sand[lane].into(),
        forest: samples.forest[lane].into(),
        trees: samples.trees[lane].into(),
        meadow: samples.meadow[lane].into(),
        flowers: samples.flowers[lane].into(),
        swamp: samples.swamp[lane].into(),
        paved: samples.paved[lane].into(),
        paving: samples.paving[lane].into(),
        reef: samples.reef[lane].into(),
        snow: samples.snow[lane].into(),
        ash: samples.ash[lane].into(),
        bare: samples.bare[lane].into(),
        wobble: samples.wobble[lane].into(),
        grain: grain(pos),
        strata: strata.shift(pos, samples.wobble[lane].into()),
    }
}

/// Irregularity of one column, -128 to 127: two multiply-xorshift rounds over its place.
fn grain(pos: ColumnPos) -> i32 {
    let (x, y) = (pos.x.cast_unsigned(), pos.y.cast_unsigned());
    let mut hash = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x846c_a68b);
    (hash >> 24).cast_signed() - 128
}

/// The middle of the column with this index, in metres.
fn middle(index: i32) -> f32 {
    index as f32 + 0.5
}

fn tile_box_of_one(pos: ColumnPos) -> Box2 {
    Box2 {
        min_x_m: pos.x as f32,
        min_y_m: pos.y as f32,
        max_x_m: pos.x as f32 + 1.0,
        max_y_m: pos.y as f32 + 1.0,
    }
}
