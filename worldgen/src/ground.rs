//! The ground that a marker finds: heights and water as all markers that act before it leave them.
//!
//! Rivers, lakes, roads and the like are fitted to the ground when the plan is made. What one looks at lies
//! within a declared box, so that edits elsewhere cannot change it (property 2).
//!
//! *Not* responsible for: what markers make of it (see [`crate::marker`]).

use shared::coords::ColumnPos;
use shared::geometry::Box2;

use crate::ops::{self, LANES};
use crate::plan::IslandPlan;
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

    /// Columns at any positions; those outside the box are taken at its edge. Positions that lie close
    /// together are cheapest side by side.
    pub(crate) fn columns(&self, positions: &[ColumnPos]) -> Vec<GroundColumn> {
        let mut columns = Vec::with_capacity(positions.len());
        for run in positions.chunks(LANES) {
            let middle = |lane: usize| {
                let pos = run[lane.min(run.len() - 1)];
                (
                    ops::clamp(pos.x as f32 + 0.5, self.place.min_x_m, self.place.max_x_m),
                    ops::clamp(pos.y as f32 + 0.5, self.place.min_y_m, self.place.max_y_m),
                )
            };
            let x = std::array::from_fn(|lane| middle(lane).0);
            let y = std::array::from_fn(|lane| middle(lane).1);
            let around = (0..run.len()).fold(Box2::EMPTY, |all, lane| {
                all.union(Box2 {
                    min_x_m: x[lane],
                    min_y_m: y[lane],
                    max_x_m: x[lane],
                    max_y_m: y[lane],
                })
            });
            let samples = self
                .plan
                .evaluate(&self.plan.near(around.grown(1.0)), &x, &y, self.simd);
            columns.extend((0..run.len()).map(|lane| GroundColumn {
                height: samples.height[lane],
                water: samples.water[lane],
                coast: samples.coast[lane],
                hold: samples.hold[lane],
            }));
        }
        columns
    }
}
