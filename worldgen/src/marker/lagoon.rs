//! `lagoon`: takes land away again, down to a shallow floor.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::{COAST_REACH_M, Columns, join, sea_depth};
use crate::ops::{self, LANES};

/// Metres from the lagoon's shore over which its own depth takes over from that of the open sea.
const RIM_M: f32 = 12.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Lagoon {
    radius_m: f32,
    blend_m: f32,
    depth_m: f32,
}

impl Kind for Lagoon {
    const NAME: &'static str = "lagoon";
    const STAGE: Stage = Stage::Coast;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Distance of the lagoon's shore from the point or path.", 60.0),
            parameter::metres("depth", "Greatest depth of the water.", 1.0, 24.0, 5.0),
            parameter::metres(
                "blend",
                "Width over which the lagoon flows into other water where they meet.",
                0.0,
                64.0,
                16.0,
            ),
        ];
        parameter::kind(
            "Takes land away and leaves shallow water: lagoons, bays, channels.",
            (0x4f, 0xb3, 0xbf),
            &[Area, Point, Path],
            own.into_iter().chain(parameter::outline_noise(9.0, 70.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            blend_m: parameters.number("blend"),
            depth_m: parameters.number("depth"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + COAST_REACH_M
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let inside = self.radius_m - site.distance[lane];
            let water = ops::clamp(inside + COAST_REACH_M, 0.0, 2.0 * COAST_REACH_M);
            let sea = 2.0 * COAST_REACH_M - columns.land[lane];
            let joined = ops::min(join(sea, water, self.blend_m), 2.0 * COAST_REACH_M);
            // Chosen, not computed: subtracting twice would not give the same bits back.
            let keep = water <= sea - self.blend_m || water <= 0.0;
            columns.land[lane] = if keep {
                columns.land[lane]
            } else {
                2.0 * COAST_REACH_M - joined
            };
            // Where land was, the floor is the lagoon's; where sea was, it stays as deep as it was, or the
            // distance from the new coast would sink a pit into the sea floor.
            let sea_floor = sea_depth(sea - COAST_REACH_M);
            let depth = ops::smooth_max(self.depth_m, sea_floor, 0.5 * self.depth_m);
            let floor = ops::smoothstep(inside / RIM_M);
            columns.basin[lane] = ops::lerp(columns.basin[lane], ops::min(depth, columns.basin[lane]), floor);
        }
    }
}
