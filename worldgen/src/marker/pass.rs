//! `pass`: a saddle lowered across a ridge, along a path.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// Metres over which the sides pass into the mountain above them.
const BROW_M: f32 = 10.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Pass {
    half_width_m: f32,
    flank_m: f32,
    slope: f32,
    blend_m: f32,
    noise: Noise,
}

impl Kind for Pass {
    const NAME: &'static str = "pass";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 20.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::metres("width", "Width of the way through.", 2.0, 128.0, 10.0),
            parameter::slope("slope", "Steepness of the sides.", 0.2, 3.0, 0.9),
            parameter::metres(
                "flank",
                "How far to either side the mountain is cut at most.",
                8.0,
                256.0,
                60.0,
            ),
            parameter::ground_blend(4.0),
        ];
        parameter::kind(
            "Lowers a ridge to a way across it, as high as the path's corners; what is lower stays.",
            (0x8c, 0x9f, 0x86),
            &[Path, Point],
            own.into_iter()
                .chain(parameter::outline_noise(4.0, 40.0))
                .chain(parameter::noise(0.5, 24.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            half_width_m: parameters.number("width") * 0.5,
            flank_m: parameters.number("flank"),
            slope: parameters.number("slope"),
            blend_m: parameters.blend_m(),
            noise: parameters.noise(Style::Rolling, 3),
        }
    }

    fn reach_m(&self) -> f32 {
        self.half_width_m + self.flank_m
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample(site);
        for lane in 0..LANES {
            let away = ops::max(ops::abs(site.distance[lane]) - self.half_width_m, 0.0);
            // The sides rise with one slope, so a deep cut is wide; they round off at the brow.
            let side = site.level[lane] + self.slope * (away * away / (away + BROW_M * 0.5));
            let cut = columns.height[lane] - ops::smooth_min(columns.height[lane], side, self.blend_m);
            let fade = mesa(away, 0.4 * self.flank_m, 0.6 * self.flank_m);
            columns.height[lane] -= cut * fade;
            let calm = mesa(away, 0.0, BROW_M) * fade;
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], noise[lane], calm);
        }
    }
}
