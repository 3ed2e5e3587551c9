//! `valley`: carves the ground down to a floor along a path.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Falloff, Noise, Parameters};
use super::relief::excess;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Valley {
    floor_m: f32,
    flank_m: f32,
    falloff: Falloff,
    blend_m: f32,
    noise: Noise,
}

impl Kind for Valley {
    const NAME: &'static str = "valley";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 4.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Half the width of the valley floor.", 8.0),
            parameter::metres(
                "flank",
                "Width of the slope on either side of the floor.",
                2.0,
                256.0,
                40.0,
            ),
            parameter::falloff(),
            parameter::ground_blend(6.0),
        ];
        parameter::kind(
            "Carves the ground down to the height of its corners; it never raises it.",
            (0x6b, 0x8f, 0x71),
            &[Path, Area, Point],
            own.into_iter()
                .chain(parameter::outline_noise(5.0, 40.0))
                .chain(parameter::noise(0.5, 24.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            floor_m: parameters.radius_m(),
            flank_m: parameters.number("flank"),
            falloff: parameters.falloff(),
            blend_m: parameters.blend_m(),
            noise: parameters.noise(Style::Rolling, 3),
        }
    }

    fn reach_m(&self) -> f32 {
        self.floor_m + self.flank_m
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample(site);
        for lane in 0..LANES {
            let weight = self.falloff.mesa(site.distance[lane], self.floor_m, self.flank_m);
            columns.height[lane] -= excess(columns.height[lane], site.level[lane], self.blend_m) * weight;
            // The floor is calm, the flanks keep the roughness of the ground they are cut into.
            let calm = weight * weight;
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], noise[lane], calm);
        }
    }
}
