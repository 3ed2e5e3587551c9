//! `land`: makes land out of sea, as a disc, a band along a path, or an area.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::{COAST_REACH_M, Columns, join};
use crate::noise::Style;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Land {
    radius_m: f32,
    blend_m: f32,
    height_m: f32,
    shore_m: f32,
    relief: Noise,
}

impl Kind for Land {
    const NAME: &'static str = "land";
    const STAGE: Stage = Stage::Coast;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Distance of the coast from the point or path.", 120.0),
            parameter::metres(
                "height",
                "Height of the land away from the coast, above the sea.",
                0.5,
                64.0,
                8.0,
            ),
            parameter::metres(
                "shore",
                "Distance from the coast over which the land rises to its height.",
                4.0,
                64.0,
                40.0,
            ),
            parameter::metres(
                "blend",
                "Width over which this land flows into other land where they meet.",
                0.0,
                64.0,
                24.0,
            ),
        ];
        let outline = parameter::outline_noise(15.0, 90.0);
        let relief = parameter::noise(4.0, 72.0);
        parameter::kind(
            "Makes land: islands start here.",
            (0x7f, 0xa6, 0x4f),
            &[Area, Point, Path],
            own.into_iter().chain(outline).chain(relief),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            blend_m: parameters.number("blend"),
            height_m: parameters.number("height"),
            shore_m: parameters.number("shore"),
            relief: parameters.noise(Style::Rolling, 4),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + COAST_REACH_M
    }

    fn noise_m(&self) -> f32 {
        self.relief.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let relief = self.relief.sample(site);
        for lane in 0..LANES {
            let coast = self.radius_m - site.distance[lane];
            let land = ops::clamp(coast + COAST_REACH_M, 0.0, 2.0 * COAST_REACH_M);
            let joined = join(columns.land[lane], land, self.blend_m);
            columns.land[lane] = ops::min(joined, 2.0 * COAST_REACH_M);
            columns.land_weight[lane] += land;
            columns.land_height[lane] += land * self.height_m;
            columns.land_shore[lane] += land * self.shore_m;
            columns.land_noise[lane] += land * relief[lane];
        }
    }
}
