//! Slabs: bodies between a floor and a roof over a point, path or area.
//!
//! *Not* responsible for: roughness (see [`super::body`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use super::body::INFLUENCE_M;
use super::lattice::STEP;
use crate::ops::{self, LANES, Row};
use crate::seed::Seed;

/// A slab around the level of the geometry. Lengths in metres.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Slab {
    /// How far it goes from a point or path; 0 for an area, which has an outline.
    pub(crate) radius_m: f32,
    /// How far the roof rises over the level.
    pub(crate) roof_m: f32,
    /// Distance from the rim over which it does.
    pub(crate) roof_edge_m: f32,
    /// How far the floor sinks under the level.
    pub(crate) floor_m: f32,
    /// Distance from the rim over which it does.
    pub(crate) floor_edge_m: f32,
    /// Lowest and highest level of the geometry.
    pub(crate) levels: (f32, f32),
    /// What stands in it, if it is a hollow.
    pub(crate) pillars: Option<Pillars>,
}

/// Rock that water left or built between floor and roof: what grew from below and what hangs from above, one
/// column where the two meet.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Pillars {
    /// Share of the places for pillars that have one, 0 to 1.
    pub(crate) share: f32,
    pub(crate) seed: Seed,
}

/// Lattice points across a cell with at most one pillar. They stand on points of the lattice, or it could not show
/// anything so slender.
const PILLAR_CELL: i32 = 3;
/// Radius of a pillar at floor and roof, and by how much it gets thinner per metre from there.
const PILLAR_FOOT_M: f32 = 2.8;
const PILLAR_TAPER: f32 = 0.26;

impl Slab {
    pub(super) fn z_range(&self) -> (f32, f32) {
        (
            self.levels.0 - self.floor_m - INFLUENCE_M,
            self.levels.1 + self.roof_m + INFLUENCE_M,
        )
    }

    /// Metres inside of the surface at one height over 32 points.
    #[inline(always)]
    pub(super) fn sample(&self, (x, y): (&Row, &Row), distance: &Row, level: &Row, z: f32) -> Row {
        /// Metres over which roof, floor and side are rounded into one another.
        const ROUNDING_M: f32 = 2.5;
        let mut field = [0.0; LANES];
        // Metres to the rock above or below.
        let mut to_rock = [0.0; LANES];
        for lane in 0..LANES {
            let inside = self.radius_m - distance[lane];
            let roof = self.roof_m * vault(inside / self.roof_edge_m);
            let floor = self.floor_m * keel(inside / self.floor_edge_m);
            let up = z - level[lane];
            let between = ops::smooth_min(roof - up, up + floor, ROUNDING_M);
            // Half a metre of margin keeps the roof from meeting the floor in an edge like that of a blade.
            field[lane] = ops::smooth_min(between + 0.5, inside, ROUNDING_M);
            to_rock[lane] = ops::max(ops::min(roof - up, up + floor), 0.0);
        }
        // Apart, because the search for pillars would keep the lanes from being computed together.
        if let Some(pillars) = &self.pillars {
            for lane in 0..LANES {
                if field[lane] > -0.5 * INFLUENCE_M {
                    let radius = PILLAR_FOOT_M - PILLAR_TAPER * to_rock[lane];
                    field[lane] = ops::min(field[lane], pillars.away_m(x[lane], y[lane]) - radius);
                }
            }
        }
        field
    }
}

impl Pillars {
    /// Distance from the axis of the nearest pillar, in metres; as far as they matter when there is none near.
    #[inline(always)]
    fn away_m(&self, x: f32, y: f32) -> f32 {
        let step = STEP as f32;
        let (column, row) = (ops::floor_i32(x / step), ops::floor_i32(y / step));
        let cells = |at: i32| (at - 1).div_euclid(PILLAR_CELL)..=(at + 1).div_euclid(PILLAR_CELL);
        let mut nearest_m = 2.0 * INFLUENCE_M;
        for cell_y in cells(row) {
            for cell_x in cells(column) {
                let hash = self.seed.at_cell(cell_x, cell_y);
                let draw = (hash & 0xffff) as f32 / 65536.0;
                if draw >= self.share {
                    continue;
                }
                let within = |bits: u64| i32::try_from(bits & 1).unwrap_or(0);
                let axis_x = (cell_x * PILLAR_CELL + within(hash >> 20)) * STEP;
                let axis_y = (cell_y * PILLAR_CELL + within(hash >> 21)) * STEP;
                let (dx, dy) = (x - axis_x as f32, y - axis_y as f32);
                nearest_m = ops::min(nearest_m, (dx * dx + dy * dy).sqrt());
            }
        }
        nearest_m
    }
}

/// A quarter of a circle: 0 below 0, upright there, 1 and level from 1 on.
#[inline(always)]
fn vault(t: f32) -> f32 {
    let t = ops::clamp(t, 0.0, 1.0);
    (t * (2.0 - t)).sqrt()
}

/// 0 below 0, 1 from 1 on: the steeper the further in, like a mountain upside down.
#[inline(always)]
fn keel(t: f32) -> f32 {
    let t = ops::clamp(t, 0.0, 1.0);
    t * (0.55 + 0.45 * t)
}
