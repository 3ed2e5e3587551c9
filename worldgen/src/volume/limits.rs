//! What bodies leave alone: the ground that stays over and beside hollows, and the room of people over roads, pads and
//! clearings.
//!
//! *Not* responsible for: the hollows themselves (see [`super::lattice`]).

use std::ops::Range;

use shared::coords::{ColumnPos, TILE_COLUMNS, TilePos};

use crate::ops::{self, LANES, Row};
use crate::plan::{Asked, IslandPlan, Operator};
use crate::simd::SimdLevel;
use crate::surface::{Block, SurfaceTile};
use crate::volume::lattice::Window;

/// Voxels of ground that stay around a hollow, in every direction.
pub(super) const COVER: i32 = 3;
/// Coast distance in 1/256 m up to which sea caves may be open.
const SEA_OPENING: i32 = 14 * ops::STEPS_PER_VOXEL;

/// For the columns of one tile, where hollows may be.
pub(crate) struct Limits {
    /// Up to this z they keep to the cover.
    pub(super) roof: [i16; TILE_COLUMNS],
    /// From this z on any hollow may be open.
    pub(super) open_from: [i16; TILE_COLUMNS],
    /// From this z on a sea cave may be open.
    pub(super) sea_open_from: [i16; TILE_COLUMNS],
    /// Above this z, and up to `kept_to`, no body changes a voxel.
    pub(super) kept_above: [i16; TILE_COLUMNS],
    /// See `kept_above`.
    pub(super) kept_to: [i16; TILE_COLUMNS],
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

    /// From heights of ground and water in 1/256 voxel.
    fn of_heights((height, water): (i32, i32)) -> Self {
        Self::new(ops::top_voxel(height), ops::top_voxel(water) + 1)
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
    /// Nothing may be hollow, and nothing is kept for people.
    const CLOSED: Self = Self {
        roof: [i16::MIN; TILE_COLUMNS],
        open_from: [i16::MAX; TILE_COLUMNS],
        sea_open_from: [i16::MAX; TILE_COLUMNS],
        kept_above: [i16::MAX; TILE_COLUMNS],
        kept_to: [i16::MIN; TILE_COLUMNS],
    };

    /// Of one tile; hollows may be in the `window` only. What the `block` knows of the columns around the tile is not
    /// evaluated again.
    pub(super) fn new(
        plan: &IslandPlan,
        surface: &SurfaceTile,
        window: Option<&Window>,
        block: Option<&Block<'_>>,
        simd: SimdLevel,
    ) -> Self {
        let mut limits = Self::CLOSED;
        limits.keep(surface);
        if let Some(window) = window {
            limits.let_in(plan, surface, window, block, simd);
        }
        limits
    }

    /// Keeps the ground of roads, pads and clearings, and the room over it.
    fn keep(&mut self, surface: &SurfaceTile) {
        for index in 0..TILE_COLUMNS {
            let room = surface.headroom(index);
            if !room.is_empty() {
                self.kept_above[index] = ops::to_i16(room.start - 1 - COVER);
                self.kept_to[index] = ops::to_i16(room.end - 1);
            }
        }
    }

    /// Lets hollows into a part of the tile, as far as what stands [`COVER`] columns around each column allows.
    fn let_in(
        &mut self,
        plan: &IslandPlan,
        surface: &SurfaceTile,
        window: &Window,
        block: Option<&Block<'_>>,
        simd: SimdLevel,
    ) {
        let around = surroundings(plan, surface, window, block, simd);
        let openings = openings(plan, surface.pos, simd);
        let reach = 2 * COVER as usize;
        let wide = window.x.len() + reach;
        let along_x: Vec<Standing> = around
            .chunks_exact(wide)
            .flat_map(|row| row.windows(reach + 1).map(least))
            .collect();
        let (min, max) = (plan.bounds().min(), plan.bounds().max());
        let first = surface.pos.first_column();
        let columns = window.y.clone().flat_map(|y| {
            window
                .x
                .clone()
                .map(move |x| ColumnPos::new(first.x + x, first.y + y))
        });
        for (at, pos) in columns.enumerate() {
            let column = (0..=reach).filter_map(|dy| along_x.get(at + dy * window.x.len()).copied());
            let Some(Standing { top, water_end }) = column.reduce(Standing::with) else {
                continue;
            };
            let index = pos.index_in_tile();
            // Outside of the box there is the sea.
            let inner = |at: i32, from: i32, to: i32| (from + COVER..to - COVER).contains(&at);
            if !inner(pos.x, min.x, max.x) || !inner(pos.y, min.y, max.y) {
                continue;
            }
            self.roof[index] = ops::to_i16(top - COVER);
            if openings[index] {
                self.open_from[index] = ops::to_i16(water_end);
            }
            let at_sea = i32::from(surface.coast_distances[index]) <= SEA_OPENING;
            if at_sea && water_end <= 0 {
                self.sea_open_from[index] = i16::MIN;
            }
        }
    }
}

fn least(window: &[Standing]) -> Standing {
    window[1..].iter().fold(window[0], |all, one| all.with(*one))
}

/// The columns of a part of a tile with [`COVER`] more to every side, x fastest, then y.
fn surroundings(
    plan: &IslandPlan,
    surface: &SurfaceTile,
    window: &Window,
    block: Option<&Block<'_>>,
    simd: SimdLevel,
) -> Vec<Standing> {
    let first = surface.pos.first_column();
    let wide = |range: &Range<i32>| range.start - COVER..range.end + COVER;
    let (wide_x, wide_y) = (wide(&window.x), wide(&window.y));
    let positions: Vec<ColumnPos> = wide_y
        .flat_map(|y| {
            wide_x
                .clone()
                .map(move |x| ColumnPos::new(first.x + x, first.y + y))
        })
        .collect();
    let known = |pos: ColumnPos| {
        if pos.tile() == surface.pos {
            let index = pos.index_in_tile();
            return Some(Standing::new(
                surface.top_voxel(index),
                surface.water_ends[index].into(),
            ));
        }
        block
            .and_then(|block| block.heights(pos))
            .map(Standing::of_heights)
    };
    let known: Vec<Option<Standing>> = positions.iter().map(|pos| known(*pos)).collect();
    let unknown = positions.iter().zip(&known).filter(|(_, known)| known.is_none());
    let unknown: Vec<ColumnPos> = unknown.map(|(pos, _)| *pos).collect();
    let mut evaluated = heights(plan, surface.pos, &unknown, simd).into_iter();
    known
        .into_iter()
        .filter_map(|known| known.or_else(|| evaluated.next().map(Standing::of_heights)))
        .collect()
}

/// Heights of ground and water of columns that lie close to a tile, in 1/256 voxel.
fn heights(plan: &IslandPlan, tile: TilePos, positions: &[ColumnPos], simd: SimdLevel) -> Vec<(i32, i32)> {
    if positions.is_empty() {
        return Vec::new();
    }
    let near = plan.near_with(tile.footprint().grown(COVER as f32 + 1.0), simd);
    let mut heights = Vec::with_capacity(positions.len());
    for run in positions.chunks(LANES) {
        let middle = |index: i32| index as f32 + 0.5;
        let of = |lane: usize| run[lane.min(run.len() - 1)];
        let x: Row = std::array::from_fn(|lane| middle(of(lane).x));
        let y: Row = std::array::from_fn(|lane| middle(of(lane).y));
        let samples = plan.ground(&near, None, &x, &y, simd);
        let here = samples.height.into_iter().zip(samples.water);
        heights.extend(here.take(run.len()));
    }
    heights
}

/// Which columns of a tile belong to an entrance.
fn openings(plan: &IslandPlan, tile: TilePos, simd: SimdLevel) -> [bool; TILE_COLUMNS] {
    let mut openings = [false; TILE_COLUMNS];
    let near = plan.near_where(tile.footprint(), Asked::Many, simd, Operator::is_late);
    if near.is_empty() {
        return openings;
    }
    let first = tile.first_column();
    let x: Row = std::array::from_fn(|lane| (first.x + ops::lane_i32(lane)) as f32 + 0.5);
    for (openings, y) in openings.as_chunks_mut::<LANES>().0.iter_mut().zip(first.y..) {
        // The ground that comes out of this is without meaning: nothing but entrances had a part in it.
        let columns = plan.columns(&near, &x, &[y as f32 + 0.5; LANES], simd);
        *openings = columns.opening.map(|opening| opening > 0.5);
    }
    openings
}
