//! Tiles made side by side: what a tile must know of the columns around it, its neighbours know already.
//!
//! A column's slope, the plants that reach over and the cover over hollows all look a few columns beyond the
//! tile. In a block they are evaluated once; only what lies around the whole block is evaluated for its sake.
//! A block of one tile is a tile made alone, so both give the same bits (property 4).
//!
//! *Not* responsible for: which tiles make a block (see [`mod@crate::bake`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::collections::BTreeMap;

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_EDGE, ColumnPos, TilePos};

use super::{column, middle, slope_of};
use crate::columns::Columns;
use crate::cover::Column;
use crate::ops::{self, LANES, Row};
use crate::plan::{IslandPlan, Near, Samples};
use crate::simd::SimdLevel;

/// See the module.
pub(crate) struct Block<'a> {
    plan: &'a IslandPlan,
    simd: SimdLevel,
    tiles: BTreeMap<TilePos, Sampled>,
}

/// The columns of one tile, evaluated.
struct Sampled {
    /// From south to north.
    rows: Vec<Samples>,
    /// Of the same rows; see [`Column::slope`].
    slopes: Box<[[i32; LANES]; LANES]>,
    /// Heights of the columns along each side where the block has no tile.
    beyond: [Option<[i32; LANES]>; 4],
}

/// Tiles to the west, east, south and north, as offsets.
const SIDES: [(i32, i32); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];

impl<'a> Block<'a> {
    /// Evaluates tiles; `None` as soon as it is `cancelled`, which is asked before each.
    pub(crate) fn new(
        plan: &'a IslandPlan,
        tiles: &[TilePos],
        simd: SimdLevel,
        cancelled: impl Fn() -> bool,
    ) -> Option<Self> {
        let mut block = Self {
            plan,
            simd,
            tiles: BTreeMap::new(),
        };
        for tile in tiles {
            if cancelled() {
                return None;
            }
            let is_beside = |(x, y): (i32, i32)| tiles.contains(&TilePos::new(tile.x + x, tile.y + y));
            block
                .tiles
                .insert(*tile, Sampled::new(plan, *tile, SIDES.map(is_beside), simd));
        }
        for tile in tiles {
            let slopes = block.slopes(*tile);
            if let (Some(sampled), Some(slopes)) = (block.tiles.get_mut(tile), slopes) {
                sampled.slopes = slopes;
            }
        }
        Some(block)
    }

    /// One tile alone.
    pub(crate) fn of_one(plan: &'a IslandPlan, tile: TilePos, simd: SimdLevel) -> Self {
        let alone = Self::new(plan, &[tile], simd, || false);
        alone.unwrap_or(Self {
            plan,
            simd,
            tiles: BTreeMap::new(),
        })
    }

    pub(super) fn plan(&self) -> &'a IslandPlan {
        self.plan
    }

    pub(super) fn simd(&self) -> SimdLevel {
        self.simd
    }

    /// What a column is like, if it lies in the block.
    pub(crate) fn column(&self, pos: ColumnPos) -> Option<Column> {
        let sampled = self.tiles.get(&pos.tile())?;
        let (x, y) = (pos.index_in_tile() % LANES, pos.index_in_tile() / LANES);
        let slope = sampled.slopes[y][x];
        Some(column(sampled.rows.get(y)?, x, slope, pos, self.plan.strata()))
    }

    /// The rows of a tile from south to north, with their slopes.
    pub(super) fn rows_of(&self, tile: TilePos) -> impl Iterator<Item = (&Samples, &[i32; LANES])> {
        let sampled = self.tiles.get(&tile).into_iter();
        sampled.flat_map(|sampled| sampled.rows.iter().zip(&*sampled.slopes))
    }

    /// Heights of ground and water of a column in 1/256 voxel, if it lies in the block.
    pub(crate) fn heights(&self, pos: ColumnPos) -> Option<(i32, i32)> {
        let sampled = self.tiles.get(&pos.tile())?;
        let (x, y) = (pos.index_in_tile() % LANES, pos.index_in_tile() / LANES);
        let samples = sampled.rows.get(y)?;
        Some((samples.height[x], samples.water[x]))
    }

    fn slopes(&self, tile: TilePos) -> Option<Box<[[i32; LANES]; LANES]>> {
        let sampled = self.tiles.get(&tile)?;
        let beside = |side: usize| {
            let (x, y) = SIDES[side];
            self.tiles.get(&TilePos::new(tile.x + x, tile.y + y))
        };
        let along = |side: usize, lane: usize| {
            let there = beside(side)
                .map(|there| std::array::from_fn(|at| there.rows.get(at).map_or(0, |row| row.height[lane])));
            there.or(sampled.beyond[side]).unwrap_or([0; LANES])
        };
        let across = |side: usize, row: usize| {
            let there = beside(side).and_then(|there| there.rows.get(row));
            there
                .map(|row| row.height)
                .or(sampled.beyond[side])
                .unwrap_or([0; LANES])
        };
        let mut slopes = Box::new([[0; LANES]; LANES]);
        self.simd.run(Slopes {
            rows: &sampled.rows,
            west: &along(0, LANES - 1),
            east: &along(1, 0),
            south: &across(2, LANES - 1),
            north: &across(3, 0),
            slopes: &mut slopes,
        });
        Some(slopes)
    }
}

impl Sampled {
    /// Evaluates a tile, and what lies along the sides where there `is_beside` no other.
    fn new(plan: &IslandPlan, tile: TilePos, is_beside: [bool; 4], simd: SimdLevel) -> Self {
        let first = tile.first_column();
        let along = |from: i32| -> Row { std::array::from_fn(|lane| middle(from + ops::lane_i32(lane))) };
        let (xs, ys) = (along(first.x), along(first.y));
        let near: Vec<Near<'_>> = plan.near_along(tile.footprint().grown(2.0), &xs, middle(first.y), simd);
        let mut rows = vec![Samples::ZERO; LANES];
        let mut columns = Columns::at(&xs, &ys);
        for ((row, samples), y) in rows.iter_mut().enumerate().zip(first.y..) {
            columns.clear(&xs, &[middle(y); LANES]);
            plan.sample(&near, Some(row), &mut columns, simd, samples);
        }
        let beyond = std::array::from_fn(|side| {
            let heights = |row, x: &Row, y: &Row| plan.ground(&near, row, x, y, simd).height;
            (!is_beside[side]).then(|| match SIDES[side] {
                (-1, _) => heights(None, &[middle(first.x - 1); LANES], &ys),
                (1, _) => heights(None, &[middle(first.x + CHUNK_EDGE); LANES], &ys),
                // These lie at the x of the tile's rows, so what was prepared for all of them serves here, too.
                (_, -1) => heights(Some(LANES), &xs, &[middle(first.y - 1); LANES]),
                _ => heights(Some(LANES), &xs, &[middle(first.y + CHUNK_EDGE); LANES]),
            })
        });
        Self {
            rows,
            slopes: Box::new([[0; LANES]; LANES]),
            beyond,
        }
    }
}

/// The kernel: slopes of a tile.
struct Slopes<'a> {
    rows: &'a [Samples],
    west: &'a [i32; LANES],
    east: &'a [i32; LANES],
    south: &'a [i32; LANES],
    north: &'a [i32; LANES],
    slopes: &'a mut [[i32; LANES]; LANES],
}

impl NullaryFnOnce for Slopes<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (y, slopes) in self.slopes.iter_mut().enumerate() {
            let row = |at: Option<usize>, else_: &[i32; LANES]| {
                at.and_then(|at| self.rows.get(at))
                    .map_or(*else_, |row| row.height)
            };
            let here = row(Some(y), self.north);
            let south = row(y.checked_sub(1), self.south);
            let north = row(Some(y + 1), self.north);
            let (mut west, mut east) = (here, here);
            west[1..].copy_from_slice(&here[..LANES - 1]);
            east[..LANES - 1].copy_from_slice(&here[1..]);
            west[0] = self.west[y];
            east[LANES - 1] = self.east[y];
            for lane in 0..LANES {
                let around = [west[lane], east[lane], south[lane], north[lane]];
                slopes[lane] = slope_of(here[lane], around);
            }
        }
    }
}
