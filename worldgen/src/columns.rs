//! The state of 32 columns while markers act on them, and what the generator does between the stages.
//!
//! *Not* responsible for: what single kinds do (see [`crate::marker`]); materials (see [`crate::cover`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use crate::ops::{self, LANES, Row};

/// Coast distances are held within this many metres of the coast, to either side. An unclamped distance is
/// global: it would carry every edit of a coast over the whole island (property 2).
pub(crate) const COAST_REACH_M: f32 = 64.0;
/// Depth of the open sea.
pub(crate) const SEA_DEPTH_M: f32 = 24.0;
/// Most that the floor of the open sea rises or falls.
const SEA_FLOOR_BUMPS_M: f32 = 3.5;
/// Metres from the coast from which on it does; in full at twice as many.
const SEA_FLOOR_FROM_M: f32 = 16.0;
/// Noise never takes away more than this share of a column's height above or depth below the sea, so the
/// coast stays where the markers put it.
const NOISE_SHARE: f32 = 0.85;

/// 32 columns at any positions.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Columns {
    /// East of the island's middle, in metres.
    pub(crate) x: Row,
    /// North of the island's middle, in metres.
    pub(crate) y: Row,
    /// Signed coast distance in metres plus [`COAST_REACH_M`]: 0 in the open sea, twice the reach far
    /// inland. Kept with this offset because 0 is what a union leaves exactly alone.
    pub(crate) land: Row,
    /// How much the land markers here weigh, in all.
    pub(crate) land_weight: Row,
    /// Weighted sum of their inland heights.
    pub(crate) land_height: Row,
    /// Weighted sum of their shore widths.
    pub(crate) land_shore: Row,
    /// Weighted sum of their noise, in metres.
    pub(crate) land_noise: Row,
    /// Greatest depth that the sea has here, in metres.
    pub(crate) basin: Row,
    /// Height above the sea in metres, noise not yet added.
    pub(crate) height: Row,
    /// What noise wants to add to the height, in metres.
    pub(crate) displacement: Row,
    /// Level of the water surface in metres, where it lies above the ground; the sea's is 0.
    pub(crate) water: Row,
    /// How wet the soil is, 0 to 1.
    pub(crate) moisture: Row,
    /// How far a column belongs to an entrance of caves, 0 to 1.
    pub(crate) opening: Row,
    /// How far nothing grows here, 0 to 1.
    pub(crate) bare: Row,
    /// How far a cliff's brow stands out over its foot, in metres.
    pub(crate) overhang: Row,
    /// Height of its upper side, in metres.
    pub(crate) brow: Row,
    /// Width of the rock face under it, in metres.
    pub(crate) face: Row,
    /// How far the designer's shape is held against erosion, 0 to 1.
    pub(crate) hold: Row,
    /// Height in metres of the waterfall that a river shall have here.
    pub(crate) fall: Row,
    /// How much the column belongs to a beach, 0 to 1.
    pub(crate) beach: Row,
    /// How bare the sand is here, at any height, 0 to 1.
    pub(crate) sand: Row,
    /// How dense forest stands here, 0 to 1.
    pub(crate) forest: Row,
    /// Which trees that forest has: number of a [`crate::scatter::Trees`].
    pub(crate) trees: Row,
    /// How much the column belongs to a meadow, 0 to 1.
    pub(crate) meadow: Row,
    /// Share of flowers in the meadow's grass, 0 to 1.
    pub(crate) flowers: Row,
    /// How much the column belongs to a swamp, 0 to 1.
    pub(crate) swamp: Row,
    /// How firmly the column is kept for people: nothing grows on it from a half on, 0 to 1.
    pub(crate) paved: Row,
    /// Number of the material that it is paved with there, 0 for the ground's own.
    pub(crate) paving: Row,
    /// How much snow lies here, 0 to 1.
    pub(crate) snow: Row,
    /// How much the ground is volcanic, 0 to 1: dark rock from a little, ash on top from a half.
    pub(crate) ash: Row,
    /// How much the sea floor is a living reef, 0 to 1.
    pub(crate) reef: Row,
}

impl Columns {
    /// Open sea at 32 positions.
    #[inline(always)]
    pub(crate) fn at(x: &Row, y: &Row) -> Self {
        Self {
            x: *x,
            y: *y,
            land: [0.0; LANES],
            land_weight: [0.0; LANES],
            land_height: [0.0; LANES],
            land_shore: [0.0; LANES],
            land_noise: [0.0; LANES],
            basin: [SEA_DEPTH_M; LANES],
            height: [0.0; LANES],
            displacement: [0.0; LANES],
            water: [0.0; LANES],
            moisture: [0.0; LANES],
            opening: [0.0; LANES],
            bare: [0.0; LANES],
            overhang: [0.0; LANES],
            brow: [0.0; LANES],
            face: [0.0; LANES],
            hold: [0.0; LANES],
            fall: [0.0; LANES],
            beach: [0.0; LANES],
            sand: [0.0; LANES],
            forest: [0.0; LANES],
            trees: [0.0; LANES],
            meadow: [0.0; LANES],
            flowers: [0.0; LANES],
            swamp: [0.0; LANES],
            paved: [0.0; LANES],
            paving: [0.0; LANES],
            snow: [0.0; LANES],
            ash: [0.0; LANES],
            reef: [0.0; LANES],
        }
    }

    /// The same in place of what they were.
    pub(crate) fn clear(&mut self, x: &Row, y: &Row) {
        *self = Self::at(x, y);
    }

    /// Signed coast distance of one column in metres: positive on land.
    #[inline(always)]
    pub(crate) fn coast_m(&self, lane: usize) -> f32 {
        self.land[lane] - COAST_REACH_M
    }

    /// Whether any of them lies so far out that [`Self::raise_base`] needs the noise of the sea floor.
    #[inline(always)]
    pub(crate) fn reach_open_sea(&self) -> bool {
        self.land
            .iter()
            .any(|land| *land < COAST_REACH_M - SEA_FLOOR_FROM_M)
    }

    /// After the coast stage: the height that land and sea floor have by their distance from the coast.
    /// `sea_floor` is noise from -1 to 1.
    #[inline(always)]
    pub(crate) fn raise_base(&mut self, sea_floor: &Row) {
        for lane in 0..LANES {
            let weight = self.land_weight[lane];
            let share = if weight > 0.0 { 1.0 / weight } else { 0.0 };
            let coast = self.coast_m(lane);
            let inland = coast / ops::max(self.land_shore[lane] * share, 1.0);
            let land = self.land_height[lane] * share * rise(inland);
            let depth = sea_depth(-coast);
            let basin = self.basin[lane];
            let floor = -ops::smooth_min(depth, basin, basin * 0.5);
            self.height[lane] = if coast > 0.0 { land } else { floor };
            // Fades in from the edge of the reach, where the weights begin.
            let begun = ops::smoothstep(weight / COAST_REACH_M);
            let offshore = ops::smoothstep((-coast - SEA_FLOOR_FROM_M) / SEA_FLOOR_FROM_M);
            let bumps = SEA_FLOOR_BUMPS_M * sea_floor[lane] * offshore;
            self.displacement[lane] = self.land_noise[lane] * share * begun + bumps;
        }
    }

    /// After the last height stage: adds the noise, held below the height itself so that it never moves
    /// the coast.
    #[inline(always)]
    pub(crate) fn add_noise(&mut self) {
        for lane in 0..LANES {
            let room = ops::abs(self.height[lane]) * NOISE_SHARE;
            let wanted = self.displacement[lane];
            // x * r / (r + |x|): below both the wish and the room, smooth, and 0 at the coast.
            self.height[lane] += wanted * room / (room + ops::abs(wanted) + 1e-6);
        }
    }
}

/// Depth of the sea at a distance from the coast.
#[inline(always)]
pub(crate) fn sea_depth(offshore_m: f32) -> f32 {
    SEA_DEPTH_M * rise(offshore_m / COAST_REACH_M)
}

/// The default coast profile, 0 to 1 over t of 0 to 1: a low slope at the water, level inland.
#[inline(always)]
fn rise(t: f32) -> f32 {
    0.35 * ops::clamp(t, 0.0, 1.0) + 0.65 * ops::smoothstep(t)
}

/// Union of two shapes given as metres above "nothing": 0 leaves the other one exactly alone, and the
/// corner between them is rounded over `blend_m` where both are thick enough.
#[inline(always)]
pub(crate) fn join(a: f32, b: f32, blend_m: f32) -> f32 {
    ops::smooth_max(a, b, ops::min(blend_m, ops::min(a, b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_nothing_is_the_identity() {
        for value in [0.0, 1.0, 63.999, 128.0] {
            assert_eq!(join(value, 0.0, 24.0).to_bits(), value.to_bits());
        }
        assert!(join(50.0, 50.0, 24.0) > 50.0);
    }

    #[test]
    fn noise_never_moves_the_coast() {
        let mut columns = Columns::at(&[0.0; LANES], &[0.0; LANES]);
        columns.height = std::array::from_fn(|lane| lane as f32 - 15.0);
        columns.displacement = [-32.0; LANES];
        let before = columns.height;
        columns.add_noise();
        for (after, before) in columns.height.into_iter().zip(before) {
            assert_eq!(after > 0.0, before > 0.0);
            assert!((after - before).abs() <= 32.0);
        }
    }
}
