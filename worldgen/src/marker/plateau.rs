//! `plateau`: ground brought to one level, with an edge down (or up) to what lies around.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Falloff, Noise, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::{Fractal, Style};
use crate::ops::{self, LANES};

/// Narrowest width of the slope, as a share of that which the designer gave.
const NARROWEST: f32 = 0.35;
/// Outline noise in metres from which on the slope varies in full.
const VARIES_AT_M: f32 = 6.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Plateau {
    radius_m: f32,
    edge_m: f32,
    falloff: Falloff,
    /// Makes the slope wide here and steep there.
    edges: Fractal,
    /// How much it does, 0 to 1.
    varied: f32,
    noise: Noise,
}

impl Kind for Plateau {
    const NAME: &'static str = "plateau";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 20.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("How far the level ground goes from the point or path.", 40.0),
            parameter::metres(
                "edge",
                "Greatest width of the slope around the level ground; outline noise makes it vary.",
                1.0,
                128.0,
                20.0,
            ),
            parameter::falloff(),
        ];
        parameter::kind(
            "Brings the ground to one level, the mean height of its corners; along a path it follows the path.",
            (0xc2, 0x9a, 0x5b),
            &[Area, Point, Path],
            own.into_iter()
                .chain(parameter::outline_noise(6.0, 40.0))
                .chain(parameter::noise(0.0, 40.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let outline_m = parameters.warp().map_or(0.0, |warp| warp.strength_m);
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            falloff: parameters.falloff(),
            edges: parameters.fractal("edges", Style::Rolling, 3, 30.0),
            varied: ops::min(outline_m / VARIES_AT_M, 1.0),
            noise: parameters.noise(Style::Rolling, 4),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample(site);
        let edges = self.edges.sample(&site.local_x, &site.local_y);
        for lane in 0..LANES {
            let narrowed = ops::clamp(0.5 - 1.4 * edges[lane], 0.0, 1.0) * (1.0 - NARROWEST) * self.varied;
            let edge_m = self.edge_m * (1.0 - narrowed);
            let weight = self.falloff.mesa(site.distance[lane], self.radius_m, edge_m);
            columns.height[lane] = ops::lerp(columns.height[lane], site.level[lane], weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], noise[lane], weight);
            columns.hold[lane] = ops::max(columns.hold[lane], weight);
        }
    }
}
