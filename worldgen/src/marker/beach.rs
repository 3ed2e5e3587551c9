//! `beach`: a stretch of coast that runs out flat and sandy.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// Metres over which the beach passes into the coast beside it.
const SIDE_M: f32 = 24.0;

/// Density of forest that a beach full of palms has: less than a wood.
const MOST_PALMS: f32 = 0.22;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Beach {
    radius_m: f32,
    width_m: f32,
    height_m: f32,
    palms: f32,
}

impl Kind for Beach {
    const NAME: &'static str = "beach";
    const STAGE: Stage = Stage::Shore;

    fn schema() -> KindSchema {
        parameter::kind(
            "Gives a stretch of coast a flat, sandy profile. Draw it along the coast.",
            (0xe8, 0xd5, 0x9b),
            &[Path, Area, Point],
            [
                parameter::radius("How far from the path the coast is looked for.", 32.0),
                parameter::metres("width", "Width of the dry sand.", 4.0, 48.0, 14.0),
                parameter::metres(
                    "height",
                    "Height of the sand where the land begins.",
                    0.5,
                    8.0,
                    2.0,
                ),
                parameter::share("palms", "From none (0) to many palms (1) behind the sand.", 0.4),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            width_m: parameters.number("width"),
            height_m: parameters.number("height"),
            palms: parameters.number("palms"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + SIDE_M
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let coast = columns.coast_m(lane) / self.width_m;
            // In full from two widths under water to one on land, gone after another two and one and a half.
            let dry = 1.0 - ops::smoothstep((coast - 1.0) / 1.5);
            let wet = 1.0 - ops::smoothstep((-coast - 2.0) / 2.0);
            let stretch = mesa(site.distance[lane], self.radius_m, SIDE_M);
            let weight = stretch * dry * wet;
            let sand = coast * self.height_m;
            columns.height[lane] = ops::lerp(columns.height[lane], sand, weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight);
            columns.beach[lane] = ops::max(columns.beach[lane], weight);
            let behind = stretch * (1.0 - ops::smoothstep((coast - 1.8) / 0.8));
            let palms = self.palms * MOST_PALMS * behind;
            columns.forest[lane] = ops::max(columns.forest[lane], palms);
        }
    }
}
