//! How close hollows may come to the open: the ground that stays over and beside them.
//!
//! *Not* responsible for: the hollows themselves (see [`super::lattice`]).

use shared::coords::{CHUNK_EDGE, ColumnPos, TILE_COLUMNS, TilePos};

use crate::columns::Columns;
use crate::ops::{self, LANES, Row};
use crate::plan::{IslandPlan, Near};
use crate::simd::SimdLevel;
use crate::surface::SurfaceTile;

/// Voxels of ground that stay around a hollow, in every direction.
pub(super) const COVER: i32 = 3;
/// Coast distance in 1/256 m up to which sea caves may be open.
const SEA_OPENING: i32 = 14 * ops::STEPS_PER_VOXEL;
/// Columns across a tile with its surroundings.
const WIDE: usize = (CHUNK_EDGE + 2 * COVER) as usize;

/// For the columns of one tile, where hollows may be.
pub(crate) struct Limits {
    /// Up to this z they keep to the cover.
    pub(super) roof: [i16; TILE_COLUMNS],
    /// From this z on any hollow may be open.
    pub(super) open_from: [i16; TILE_COLUMNS],
    /// From this z on a sea cave may be open.
    pub(super) sea_open_from: [i16; TILE_COLUMNS],
}

/// What decides the limits around a column.
#[derive(Clone, Copy)]
struct Standing {
    /// z of the highest ground voxel.
    top: i32,
    /// z of the first voxel above the water; far down where there is none.
    water_end: i32,
}

const DRY: i32 = i32::MIN;

impl Standing {
    fn new(top: i32, water_end: i32) -> Self {
        Self {
            top,
            water_end: if water_end > top + 1 { water_end } else { DRY },
        }
    }

    /// What counts for a hollow that has both in reach.
    fn with(self, other: Self) -> Self {
        Self {
            top: self.top.min(other.top),
            water_end: self.water_end.max(other.water_end),
        }
    }
}

impl Limits {
    /// Nothing may be hollow.
    pub(super) const CLOSED: Self = Self {
        roof: [i16::MIN; TILE_COLUMNS],
        open_from: [i16::MAX; TILE_COLUMNS],
        sea_open_from: [i16::MAX; TILE_COLUMNS],
    };

    /// Looks [`COVER`] columns around each column of a tile.
    pub(super) fn new(plan: &IslandPlan, surface: &SurfaceTile, simd: SimdLevel) -> Self {
        let around = surroundings(plan, surface, simd);
        let openings = openings(plan, surface.pos);
        let reach = 2 * COVER as usize;
        let along_x: Vec<Standing> = around
            .chunks_exact(WIDE)
            .flat_map(|row| row.windows(reach + 1).map(least))
            .collect();
        let mut limits = Self::CLOSED;
        let (min, max) = (plan.bounds().min(), plan.bounds().max());
        let edge = CHUNK_EDGE as usize;
        for index in 0..TILE_COLUMNS {
            let column = (0..=reach).map(|dy| along_x[index + dy * edge]);
            let Standing { top, water_end } = column.reduce(Standing::with).unwrap_or(around[0]);
            let x = surface.pos.first_column().x + ops::lane_i32(index % edge);
            let y = surface.pos.first_column().y + ops::lane_i32(index / edge);
            // Outside of the box there is the sea.
            let inner = |at: i32, from: i32, to: i32| (from + COVER..to - COVER).contains(&at);
            if !inner(x, min.x, max.x) || !inner(y, min.y, max.y) {
                continue;
            }
            limits.roof[index] = ops::to_i16(top - COVER);
            if openings[index] {
                limits.open_from[index] = ops::to_i16(water_end);
            }
            let at_sea = i32::from(surface.coast_distances[index]) <= SEA_OPENING;
            if at_sea && water_end <= 0 {
                limits.sea_open_from[index] = i16::MIN;
            }
        }
        limits
    }
}

fn least(window: &[Standing]) -> Standing {
    window[1..].iter().fold(window[0], |all, one| all.with(*one))
}

/// The columns of a tile with [`COVER`] more to every side, x fastest, then y.
fn surroundings(plan: &IslandPlan, surface: &SurfaceTile, simd: SimdLevel) -> Vec<Standing> {
    let first = surface.pos.first_column();
    let edge = CHUNK_EDGE;
    let wide = -COVER..edge + COVER;
    let is_own = |x: i32, y: i32| (0..edge).contains(&x) && (0..edge).contains(&y);
    let positions = || wide.clone().flat_map(|y| wide.clone().map(move |x| (x, y)));
    let outside: Vec<ColumnPos> = positions()
        .filter(|(x, y)| !is_own(*x, *y))
        .map(|(x, y)| ColumnPos::new(first.x + x, first.y + y))
        .collect();
    let mut outside = heights(plan, surface.pos, &outside, simd).into_iter();
    positions()
        .map(|(x, y)| {
            if is_own(x, y) {
                let index = ColumnPos::new(x, y).index_in_tile();
                Standing::new(surface.top_voxel(index), surface.water_ends[index].into())
            } else {
                let (height, water) = outside.next().unwrap_or_default();
                Standing::new(ops::top_voxel(height), ops::top_voxel(water) + 1)
            }
        })
        .collect()
}

/// Heights of ground and water of columns that lie close to a tile, in 1/256 voxel.
fn heights(plan: &IslandPlan, tile: TilePos, positions: &[ColumnPos], simd: SimdLevel) -> Vec<(i32, i32)> {
    let near = plan.near(tile.footprint().grown(COVER as f32 + 1.0));
    let mut heights = Vec::with_capacity(positions.len());
    for run in positions.chunks(LANES) {
        let middle = |index: i32| index as f32 + 0.5;
        let of = |lane: usize| run[lane.min(run.len() - 1)];
        let x: Row = std::array::from_fn(|lane| middle(of(lane).x));
        let y: Row = std::array::from_fn(|lane| middle(of(lane).y));
        let samples = plan.evaluate(&near, &x, &y, simd);
        let here = samples.height.into_iter().zip(samples.water);
        heights.extend(here.take(run.len()));
    }
    heights
}

/// Which columns of a tile belong to an entrance.
fn openings(plan: &IslandPlan, tile: TilePos) -> [bool; TILE_COLUMNS] {
    let mut openings = [false; TILE_COLUMNS];
    let near: Vec<Near<'_>> = plan
        .near(tile.footprint())
        .into_iter()
        .filter(Near::is_late)
        .collect();
    if near.is_empty() {
        return openings;
    }
    let first = tile.first_column();
    let x: Row = std::array::from_fn(|lane| (first.x + ops::lane_i32(lane)) as f32 + 0.5);
    for (openings, y) in openings.as_chunks_mut::<LANES>().0.iter_mut().zip(first.y..) {
        let mut columns = Columns::at(&x, &[y as f32 + 0.5; LANES]);
        for near in &near {
            near.apply(&mut columns);
        }
        *openings = columns.opening.map(|opening| opening > 0.5);
    }
    openings
}
