//! Slabs: bodies between a floor and a roof over a point, path or area.
//!
//! *Not* responsible for: roughness (see [`super::body`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use super::body::INFLUENCE_M;
use crate::ops::{self, LANES, Row};

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
}

impl Slab {
    pub(super) fn z_range(&self) -> (f32, f32) {
        (
            self.levels.0 - self.floor_m - INFLUENCE_M,
            self.levels.1 + self.roof_m + INFLUENCE_M,
        )
    }

    /// Metres inside of the surface at one height over 32 points.
    #[inline(always)]
    pub(super) fn sample(&self, distance: &Row, level: &Row, z: f32) -> Row {
        /// Metres over which roof, floor and side are rounded into one another.
        const ROUNDING_M: f32 = 2.5;
        let mut field = [0.0; LANES];
        for lane in 0..LANES {
            let inside = self.radius_m - distance[lane];
            let roof = self.roof_m * vault(inside / self.roof_edge_m);
            let floor = self.floor_m * keel(inside / self.floor_edge_m);
            let up = z - level[lane];
            let between = ops::smooth_min(roof - up, up + floor, ROUNDING_M);
            // Half a metre of margin keeps the roof from meeting the floor in an edge like that of a blade.
            field[lane] = ops::smooth_min(between + 0.5, inside, ROUNDING_M);
        }
        field
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
