//! `terrace`: steps in a slope, all at heights that the designer chose.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Falloff, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// The lowest tread, in metres above the sea: lower ground is left to the coast.
const LOWEST_M: f32 = 1.5;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Terrace {
    radius_m: f32,
    edge_m: f32,
    falloff: Falloff,
    step_m: f32,
    riser: f32,
}

impl Kind for Terrace {
    const NAME: &'static str = "terrace";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 10.0;

    fn schema() -> KindSchema {
        parameter::kind(
            "Cuts steps into the slopes of an area. One of the treads is as high as its corners.",
            (0xb0, 0xb0, 0x5a),
            &[Area, Point, Path],
            [
                parameter::radius("How far the steps go from the point or path.", 48.0),
                parameter::metres(
                    "edge",
                    "Width over which the steps fade into the slope around.",
                    1.0,
                    128.0,
                    12.0,
                ),
                parameter::falloff(),
                parameter::metres("step", "Height from one tread to the next.", 1.0, 32.0, 4.0),
                parameter::share(
                    "riser",
                    "Share of the slope that becomes the steep part of a step.",
                    0.3,
                ),
            ]
            .into_iter()
            .chain(parameter::outline_noise(6.0, 40.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            falloff: parameters.falloff(),
            step_m: parameters.number("step"),
            riser: ops::max(parameters.number("riser"), 0.02),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            // The steps follow the ground as noise shapes it, or they would be as rough as it is.
            let ground = columns.height[lane] + columns.displacement[lane];
            let place = (ground - site.level[lane]) / self.step_m;
            let tread = ops::floor(place + 0.5 * self.riser);
            let up = ops::smoothstep((place - tread - (1.0 - 1.5 * self.riser)) / self.riser);
            // Half a riser above a tread still belongs to it, so that treads are level.
            let stepped = site.level[lane] + (tread + ops::clamp(up, 0.0, 1.0)) * self.step_m;
            let dry = ops::smoothstep((ops::min(columns.height[lane], stepped) - LOWEST_M) * 0.5);
            let weight = self.falloff.mesa(site.distance[lane], self.radius_m, self.edge_m) * dry;
            columns.height[lane] = ops::lerp(columns.height[lane], stepped, weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight);
        }
    }
}
