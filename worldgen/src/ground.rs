//! The ground that a marker finds: heights and water as all markers that act before it leave them.
//!
//! Rivers, lakes, roads and the like are fitted to the ground when the plan is made. What one looks at lies
//! within a declared box, so that edits elsewhere cannot change it (property 2).
//!
//! *Not* responsible for: what markers make of it (see [`crate::marker`]).

use std::cell::RefCell;
use std::sync::Arc;

use shared::coords::{CHUNK_EDGE, ColumnPos, TILE_COLUMNS, TilePos};
use shared::geometry::Box2;

use crate::ops::{self, LANES, Row};
use crate::plan::{Asked, GroundSamples, IslandPlan, Operator};
use crate::seed::Seed;
use crate::simd::SimdLevel;

mod kept;

pub(crate) use kept::KeptGround;
use kept::LatticePos;

/// Columns from one point of the lattice to the next: for those who look at much ground, but not closely.
pub(crate) const LATTICE: i32 = 4;

/// The ground within a box.
pub(crate) struct Ground<'a> {
    plan: &'a IslandPlan,
    place: Box2,
    kept: &'a RefCell<KeptGround>,
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
    /// How firmly the column is kept for people, 0 to 255.
    pub(crate) paved: i32,
}

impl GroundColumn {
    /// Whether water stands over the column.
    pub(crate) fn is_wet(self) -> bool {
        self.water > self.height
    }
}

impl<'a> Ground<'a> {
    /// What the operators of `plan`, all of which act before the one that asks, make of a box. What is `kept` is that
    /// of the same plan when it had fewer operators.
    pub(crate) fn new(plan: &'a IslandPlan, place: Box2, kept: &'a RefCell<KeptGround>) -> Self {
        Self {
            plan,
            place,
            kept,
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

    /// Markers that claim ground in the box, whenever they act, as they were drawn.
    pub(crate) fn claims(&self) -> impl Iterator<Item = &Operator> {
        self.plan.claims_near(self.place)
    }

    /// Columns at any positions; those outside the box are taken at its edge. Positions that lie close
    /// together are cheapest side by side.
    pub(crate) fn columns(&self, positions: &[ColumnPos]) -> Vec<GroundColumn> {
        let mut columns = vec![GroundColumn::default(); positions.len()];
        let mut single: Vec<(ColumnPos, &mut GroundColumn)> = Vec::new();
        let mut last: Option<(TilePos, Option<Arc<Vec<GroundColumn>>>)> = None;
        for (pos, column) in positions.iter().zip(&mut columns) {
            let pos = self.held(*pos);
            let tile = pos.tile();
            let (_, known) = match last.take() {
                Some(last) if last.0 == tile => last,
                _ => {
                    let is_worth_it = self.kept.borrow_mut().is_worth_a_tile(tile);
                    (tile, is_worth_it.then(|| self.kept_tile(tile)))
                }
            };
            match &known {
                Some(known) => *column = known.get(pos.index_in_tile()).copied().unwrap_or_default(),
                None => single.push((pos, column)),
            }
            last = Some((tile, known));
        }
        for run in single.chunks_mut(LANES) {
            let (x, y) = middles(run);
            let around = (0..run.len()).fold(Box2::EMPTY, |all, lane| {
                all.union(Box2 {
                    min_x_m: x[lane],
                    min_y_m: y[lane],
                    max_x_m: x[lane],
                    max_y_m: y[lane],
                })
            });
            let near = self.plan.near_since(0, around.grown(1.0), Asked::Few, self.simd);
            let samples = self.plan.ground(&near, None, &x, &y, self.simd);
            for (lane, (_, column)) in run.iter_mut().enumerate() {
                **column = GroundColumn::of(&samples, lane);
            }
        }
        columns
    }

    /// All columns of a tile, in the order of [`ColumnPos::index_in_tile`]; cheaper than one by one.
    pub(crate) fn tile(&self, tile: TilePos) -> Arc<Vec<GroundColumn>> {
        let first = tile.first_column();
        let last = ColumnPos::new(first.x + CHUNK_EDGE - 1, first.y + CHUNK_EDGE - 1);
        if self.held(first) == first && self.held(last) == last {
            return self.kept_tile(tile);
        }
        let mut known: Option<(TilePos, Arc<Vec<GroundColumn>>)> = None;
        let mut columns = Vec::with_capacity(TILE_COLUMNS);
        for (y, x) in (0..CHUNK_EDGE).flat_map(|y| (0..CHUNK_EDGE).map(move |x| (y, x))) {
            let pos = self.held(ColumnPos::new(first.x + x, first.y + y));
            let of_tile = match known.take() {
                Some(known) if known.0 == pos.tile() => known,
                _ => (pos.tile(), self.kept_tile(pos.tile())),
            };
            columns.push(of_tile.1.get(pos.index_in_tile()).copied().unwrap_or_default());
            known = Some(of_tile);
        }
        Arc::new(columns)
    }

    /// Points of the lattice, x fastest, from the `first` on, which is given in points; those outside the box are taken
    /// at its edge.
    pub(crate) fn lattice(&self, first: [i32; 2], width: i32, depth: i32) -> Vec<GroundColumn> {
        let held = |point: i32, low_m: f32, high_m: f32| {
            let (low, high) = (ops::floor_i32(low_m), ops::floor_i32(high_m));
            let (low, high) = ((low + LATTICE - 1).div_euclid(LATTICE), high.div_euclid(LATTICE));
            point.min(high).max(low)
        };
        let mut kept = self.kept.borrow_mut();
        let mut points = Vec::new();
        for y in first[1]..first[1] + depth {
            let y = held(y, self.place.min_y_m, self.place.max_y_m);
            let mut row: Option<(i32, [GroundColumn; LANES])> = None;
            for x in first[0]..first[0] + width {
                let x = held(x, self.place.min_x_m, self.place.max_x_m);
                let block = x.div_euclid(ops::lane_i32(LANES));
                let (_, columns) = match row {
                    Some(row) if row.0 == block => row,
                    _ => {
                        let pos = LatticePos { x: block, y };
                        (block, kept.lattice_row(self.plan, pos, self.simd))
                    }
                };
                let lane = usize::try_from(x.rem_euclid(ops::lane_i32(LANES))).unwrap_or(0);
                points.push(columns[lane]);
                row = Some((block, columns));
            }
        }
        points
    }

    fn kept_tile(&self, tile: TilePos) -> Arc<Vec<GroundColumn>> {
        self.kept.borrow_mut().tile(self.plan, tile, self.simd)
    }

    /// The column that the box has nearest to one.
    fn held(&self, pos: ColumnPos) -> ColumnPos {
        let held =
            |at: i32, low_m: f32, high_m: f32| at.min(ops::floor_i32(high_m)).max(ops::floor_i32(low_m));
        ColumnPos::new(
            held(pos.x, self.place.min_x_m, self.place.max_x_m),
            held(pos.y, self.place.min_y_m, self.place.max_y_m),
        )
    }
}

/// The middles of up to 32 columns; the last one fills the rest.
fn middles<T>(run: &[(ColumnPos, T)]) -> (Row, Row) {
    let of = |lane: usize| run[lane.min(run.len() - 1)].0;
    (
        std::array::from_fn(|lane| of(lane).x as f32 + 0.5),
        std::array::from_fn(|lane| of(lane).y as f32 + 0.5),
    )
}

impl GroundColumn {
    fn of(samples: &GroundSamples, lane: usize) -> Self {
        Self {
            height: samples.height[lane],
            water: samples.water[lane],
            coast: samples.coast[lane].into(),
            hold: samples.hold[lane].into(),
            fall: samples.fall[lane],
            paved: samples.paved[lane].into(),
        }
    }
}
