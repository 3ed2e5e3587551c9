//! Tiles: the surface of 32 x 32 columns, from which their voxels follow.
//!
//! *Not* responsible for: voxels (see [`crate::fill`]).

use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{CHUNK_EDGE, ColumnPos, TILE_COLUMNS, TilePos};
use shared::geometry::Box2;

use crate::cover::{self, Column};
use crate::material::Material;
use crate::ops::{self, LANES, Row};
use crate::plan::{IslandPlan, Samples};
use crate::scatter::{self, Plant};
use crate::simd::SimdLevel;
use crate::strata::Strata;

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
    /// Plants of a single voxel: grass, flowers, reeds; air where none grows.
    pub low_plants: [Material; TILE_COLUMNS],
    /// Trees, rocks and corals that have a voxel above the tile, in the order of their cells; some stand in
    /// neighbours.
    pub plants: Vec<Plant>,
}

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
    /// Signed distance to the coast in 1/256 m, as in [`SurfaceTile`].
    pub coast_distances: Vec<i16>,
    /// Material of the highest ground voxel.
    pub materials: Vec<Material>,
    /// How dense forest stands, 0 to 255.
    pub forest: Vec<u8>,
    /// The z of the first voxel above the water, as in [`SurfaceTile`].
    pub water_ends: Vec<i16>,
}

impl SurfaceTile {
    /// The z of the highest ground voxel of a column; trees do not count.
    pub fn top_voxel(&self, index: usize) -> i32 {
        self.heights
            .get(index)
            .map_or(0, |height| ops::top_voxel(*height))
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

/// Rows of samples of one tile with one row and column around it.
struct Neighbourhood {
    rows: Vec<Samples>,
    south: Samples,
    north: Samples,
    west: Samples,
    east: Samples,
}

impl IslandPlan {
    /// Generates the surface of one tile. Any tile alone equals that tile of the whole island (property 4).
    pub fn surface(&self, tile: TilePos, simd: SimdLevel) -> SurfaceTile {
        let first = tile.first_column();
        let around = Neighbourhood::new(self, tile, simd);
        let mut surface = SurfaceTile {
            pos: tile,
            heights: [0; TILE_COLUMNS],
            coast_distances: [0; TILE_COLUMNS],
            water_ends: [0; TILE_COLUMNS],
            materials: [Material::Air; TILE_COLUMNS],
            forest: [0; TILE_COLUMNS],
            strata: [0; TILE_COLUMNS],
            low_plants: [Material::Air; TILE_COLUMNS],
            plants: Vec::new(),
        };
        let undergrowth = self.seed().feature("undergrowth");
        for y in 0..LANES {
            for x in 0..LANES {
                let (index, samples) = (y * LANES + x, &around.rows[y]);
                let pos = ColumnPos::new(first.x + ops::lane_i32(x), first.y + ops::lane_i32(y));
                let column = column(samples, x, around.slope(x, y), pos, self.strata());
                let soil = cover::top_material(&column, self.strata());
                surface.heights[index] = column.height;
                surface.coast_distances[index] = ops::to_i16(column.coast);
                surface.water_ends[index] = ops::to_i16(ops::top_voxel(column.water) + 1);
                surface.materials[index] = soil;
                surface.low_plants[index] = scatter::low_plant(undergrowth, pos, &column, soil);
                surface.forest[index] = ops::to_u8(column.forest);
                surface.strata[index] = ops::to_i16(column.strata);
            }
        }
        let inside = |pos: ColumnPos| {
            let (x, y) = (pos.index_in_tile() % LANES, pos.index_in_tile() / LANES);
            column(&around.rows[y], x, around.slope(x, y), pos, self.strata())
        };
        surface.plants = self.plants_of_tile(tile, inside, simd);
        surface
    }

    /// Heights and materials at every `step`-th column (1 to 64) of the whole island, each exactly that of
    /// the full generation; `None` once `cancel` is set.
    pub fn preview(&self, step: u32, cancel: &AtomicBool) -> Option<SurfaceGrid> {
        let step = step.clamp(1, 64);
        let stride = i32::try_from(step).unwrap_or(1);
        let (min, max) = (self.bounds().min(), self.bounds().max());
        let count = |from: i32, to: i32| usize::try_from((to - from + stride - 1) / stride).unwrap_or(0);
        let (width, depth) = (count(min.x, max.x), count(min.y, max.y));
        let mut grid = SurfaceGrid {
            step,
            first: min.column(),
            width,
            depth,
            heights: Vec::with_capacity(width * depth),
            coast_distances: Vec::with_capacity(width * depth),
            materials: Vec::with_capacity(width * depth),
            forest: Vec::with_capacity(width * depth),
            water_ends: Vec::with_capacity(width * depth),
        };
        let simd = SimdLevel::detect();
        for y in (min.y..max.y).step_by(step as usize) {
            let xs: Vec<i32> = (min.x..max.x).step_by(step as usize).collect();
            for run in xs.chunks(LANES) {
                if cancel.load(Ordering::Relaxed) {
                    return None;
                }
                let positions: Vec<ColumnPos> = run.iter().map(|x| ColumnPos::new(*x, y)).collect();
                for column in self.columns_at(&positions, simd) {
                    grid.heights.push(column.height);
                    grid.coast_distances.push(ops::to_i16(column.coast));
                    grid.materials.push(cover::top_material(&column, self.strata()));
                    grid.forest.push(ops::to_u8(column.forest));
                    let water_end = ops::top_voxel(column.water) + 1;
                    grid.water_ends.push(ops::to_i16(water_end));
                }
            }
        }
        Some(grid)
    }

    /// What single columns are like, wherever they lie: the same bits as in their tiles.
    pub(crate) fn columns_at(&self, positions: &[ColumnPos], simd: SimdLevel) -> Vec<Column> {
        let mut columns = Vec::with_capacity(positions.len());
        for run in positions.chunks(LANES) {
            let place = run
                .iter()
                .fold(Box2::EMPTY, |all, pos| all.union(tile_box_of_one(*pos)));
            let near = self.near_with(place.grown(2.0), simd);
            let at = |dx: i32, dy: i32| {
                let x = std::array::from_fn(|lane| middle(run[lane.min(run.len() - 1)].x + dx));
                let y = std::array::from_fn(|lane| middle(run[lane.min(run.len() - 1)].y + dy));
                self.evaluate(&near, &x, &y, simd)
            };
            let here = at(0, 0);
            let beside = [at(-1, 0), at(1, 0), at(0, -1), at(0, 1)];
            for (lane, pos) in run.iter().enumerate() {
                let slope = slope_of(here.height[lane], beside.map(|samples| samples.height[lane]));
                columns.push(column(&here, lane, slope, *pos, self.strata()));
            }
        }
        columns
    }
}

impl Neighbourhood {
    fn new(plan: &IslandPlan, tile: TilePos, simd: SimdLevel) -> Self {
        let first = tile.first_column();
        let along = |from: i32| -> Row { std::array::from_fn(|lane| middle(from + ops::lane_i32(lane))) };
        let (xs, ys) = (along(first.x), along(first.y));
        let near = plan.near_along(tile.footprint().grown(2.0), &xs, simd);
        let row = |y: i32| plan.evaluate(&near, &xs, &[middle(y); LANES], simd);
        let side = |x: i32| plan.evaluate(&near, &[middle(x); LANES], &ys, simd);
        Self {
            rows: (0..CHUNK_EDGE).map(|y| row(first.y + y)).collect(),
            south: row(first.y - 1),
            north: row(first.y + CHUNK_EDGE),
            west: side(first.x - 1),
            east: side(first.x + CHUNK_EDGE),
        }
    }

    /// Greatest difference of height to the four columns beside one of the tile's.
    fn slope(&self, x: usize, y: usize) -> i32 {
        let here = &self.rows[y].height;
        let west = if x == 0 { self.west.height[y] } else { here[x - 1] };
        let east = if x + 1 == LANES {
            self.east.height[y]
        } else {
            here[x + 1]
        };
        let south = if y == 0 {
            self.south.height[x]
        } else {
            self.rows[y - 1].height[x]
        };
        let north = self.rows.get(y + 1).unwrap_or(&self.north).height[x];
        slope_of(here[x], [west, east, south, north])
    }
}

/// Steepness of a column from the heights west, east, south and north of it. The steeper neighbour counts
/// on each axis, so that a crest is as steep as its flanks.
fn slope_of(here: i32, [west, east, south, north]: [i32; 4]) -> i32 {
    let steeper = |a: i32, b: i32| (a - here).abs().max((b - here).abs()).min(2047) as f32;
    let (x, y) = (steeper(west, east), steeper(south, north));
    // The sum of squares is a whole number below 2^24, so the root is exact to its last bit everywhere.
    ops::floor_i32((x * x + y * y).sqrt())
}

fn column(samples: &Samples, lane: usize, slope: i32, pos: ColumnPos, strata: &Strata) -> Column {
    Column {
        height: samples.height[lane],
        slope,
        coast: samples.coast[lane],
        water: samples.water[lane],
        moisture: samples.moisture[lane],
        beach: samples.beach[lane],
        sand: samples.sand[lane],
        forest: samples.forest[lane],
        trees: samples.trees[lane],
        meadow: samples.meadow[lane],
        flowers: samples.flowers[lane],
        swamp: samples.swamp[lane],
        paved: samples.paved[lane],
        paving: samples.paving[lane],
        reef: samples.reef[lane],
        snow: samples.snow[lane],
        ash: samples.ash[lane],
        bare: samples.bare[lane],
        wobble: samples.wobble[lane],
        grain: grain(pos),
        strata: strata.shift(pos, samples.wobble[lane]),
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
