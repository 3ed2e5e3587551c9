//! The ground that a marker finds: heights and water as all markers that act before it leave them.
//!
//! Rivers, lakes, roads and the like are fitted to the ground when the plan is made. What one looks at lies
//! within a declared box, so that edits elsewhere cannot change it (property 2).
//!
//! *Not* responsible for: what markers make of it (see [`crate::marker`]).

use shared::coords::{CHUNK_EDGE, ColumnPos, TILE_COLUMNS, TilePos};
use shared::geometry::Box2;

use crate::ops::{self, LANES, Row};
use crate::plan::{Asked, GroundSamples, IslandPlan};
use crate::seed::Seed;
use crate::simd::SimdLevel;

/// The ground within a box.
pub(crate) struct Ground<'a> {
    plan: &'a IslandPlan,
    place: Box2,
    simd: SimdLevel,
}

/// One column of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct GroundColumn {
    /// Height of the ground in 1/256 voxel above the sea.
    pub(crate) height: i32,
    /// Level of the water in 1/256 voxel, where that lies above the ground; 0 is the sea's.
    pub(crate) water: i32,
    /// Signed coast distance in 1/256 m, positive on land, held within 64 m.
    pub(crate) coast: i32,
    /// How far the shape is held against erosion, 0 to 255.
    pub(crate) hold: i32,
    /// Height in 1/256 m of the waterfall that a river shall have here.
    pub(crate) fall: i32,
}

impl GroundColumn {
    /// Whether water stands over the column.
    pub(crate) fn is_wet(self) -> bool {
        self.water > self.height
    }
}

impl<'a> Ground<'a> {
    /// What the operators of `plan`, all of which act before the one that asks, make of a box.
    pub(crate) fn new(plan: &'a IslandPlan, place: Box2) -> Self {
        Self {
            plan,
            place,
            simd: SimdLevel::detect(),
        }
    }

    /// The box that may be looked at.
    pub(crate) fn place(&self) -> Box2 {
        self.place
    }

    /// The footprint of the island.
    pub(crate) fn island(&self) -> Box2 {
        self.plan.bounds().footprint()
    }

    /// The seed of the island.
    pub(crate) fn seed(&self) -> Seed {
        self.plan.seed()
    }

    /// Columns at any positions; those outside the box are taken at its edge. Positions that lie close
    /// together are cheapest side by side.
    pub(crate) fn columns(&self, positions: &[ColumnPos]) -> Vec<GroundColumn> {
        let mut columns = Vec::with_capacity(positions.len());
        for run in positions.chunks(LANES) {
            let (x, y) = self.middles(run);
            let around = (0..run.len()).fold(Box2::EMPTY, |all, lane| {
                all.union(Box2 {
                    min_x_m: x[lane],
                    min_y_m: y[lane],
                    max_x_m: x[lane],
                    max_y_m: y[lane],
                })
            });
            let near = self
                .plan
                .near_where(around.grown(1.0), Asked::Few, self.simd, |_| true);
            let samples = self.plan.ground(&near, None, &x, &y, self.simd);
            columns.extend((0..run.len()).map(|lane| GroundColumn::of(&samples, lane)));
        }
        columns
    }

    /// All columns of a tile, in the order of [`ColumnPos::index_in_tile`]; cheaper than one by one.
    pub(crate) fn tile(&self, tile: TilePos) -> Vec<GroundColumn> {
        let mut columns = Vec::with_capacity(TILE_COLUMNS);
        let first = tile.first_column();
        let row_at = |y: i32| -> [ColumnPos; LANES] {
            std::array::from_fn(|lane| ColumnPos::new(first.x + ops::lane_i32(lane), first.y + y))
        };
        let corners = [row_at(0)[0], row_at(CHUNK_EDGE - 1)[LANES - 1]];
        let (x, y) = self.middles(&corners);
        let around = Box2 {
            min_x_m: x[0],
            min_y_m: y[0],
            max_x_m: x[1],
            max_y_m: y[1],
        };
        let (x, _) = self.middles(&row_at(0));
        let first_y = first.y as f32 + 0.5;
        let near = self.plan.near_along(around.grown(1.0), &x, first_y, self.simd);
        for row in 0..CHUNK_EDGE {
            let (x, y) = self.middles(&row_at(row));
            // Held within the box, it may be another row, or between two; then it is one of those that the box
            // has.
            let row = usize::try_from(ops::floor_i32(y[0] - first_y)).ok();
            let samples = self.plan.ground(&near, row, &x, &y, self.simd);
            columns.extend((0..LANES).map(|lane| GroundColumn::of(&samples, lane)));
        }
        columns
    }

    /// The middles of up to 32 columns, held within the box; the last one fills the rest.
    fn middles(&self, run: &[ColumnPos]) -> (Row, Row) {
        let of = |lane: usize| run[lane.min(run.len() - 1)];
        (
            std::array::from_fn(|lane| {
                ops::clamp(of(lane).x as f32 + 0.5, self.place.min_x_m, self.place.max_x_m)
            }),
            std::array::from_fn(|lane| {
                ops::clamp(of(lane).y as f32 + 0.5, self.place.min_y_m, self.place.max_y_m)
            }),
        )
    }
}

impl GroundColumn {
    fn of(samples: &GroundSamples, lane: usize) -> Self {
        Self {
            height: samples.height[lane],
            water: samples.water[lane],
            coast: samples.coast[lane].into(),
            hold: samples.hold[lane].into(),
            fall: samples.fall[lane],
        }
    }
}
