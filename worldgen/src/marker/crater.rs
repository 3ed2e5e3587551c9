//! `crater`: a bowl with a raised rim, sunk into whatever stands there.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Falloff, Noise, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Crater {
    radius_m: f32,
    depth_m: f32,
    wall_m: f32,
    edge_m: f32,
    falloff: Falloff,
    ash: f32,
    noise: Noise,
}

impl Kind for Crater {
    const NAME: &'static str = "crater";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 16.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Distance of the rim from the point or path.", 26.0),
            parameter::metres("depth", "How far the floor lies below the rim.", 0.0, 128.0, 12.0),
            parameter::metres(
                "wall",
                "Width of the slope from the rim down to the floor.",
                2.0,
                128.0,
                16.0,
            ),
            parameter::metres(
                "edge",
                "Width of the slope from the rim out to the ground around.",
                2.0,
                256.0,
                24.0,
            ),
            parameter::falloff(),
            parameter::share("ash", "How much dark rock and ash lies in it.", 0.25),
        ];
        parameter::kind(
            "Sinks a bowl into the ground; its rim is as high as the point.",
            (0xa0, 0x5a, 0x48),
            &[Point, Area, Path],
            own.into_iter()
                .chain(parameter::outline_noise(4.0, 32.0))
                .chain(parameter::noise(1.5, 20.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            depth_m: parameters.number("depth"),
            wall_m: parameters.number("wall"),
            edge_m: parameters.number("edge"),
            falloff: parameters.falloff(),
            ash: parameters.number("ash"),
            noise: parameters.noise(Style::Rolling, 4),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    /// Its floor begins behind the wall.
    fn sight_m(&self) -> f32 {
        ops::max(self.reach_m(), self.wall_m)
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample(site);
        for lane in 0..LANES {
            // Metres from the rim, positive outside.
            let out = site.distance[lane] - self.radius_m;
            let down = ops::smoothstep(-out / self.wall_m);
            let spread = ops::clamp(1.0 - out / self.edge_m, 0.0, 1.0);
            let smooth = spread * spread * (3.0 - 2.0 * spread) * spread;
            let weight = self.falloff.shape(spread, smooth);
            let ring = site.level[lane] - self.depth_m * down;
            columns.height[lane] = ops::lerp(columns.height[lane], ring, weight);
            // The floor keeps its height.
            let wanted = noise[lane] * (1.0 - down);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], wanted, weight);
            columns.hold[lane] = ops::max(columns.hold[lane], down);
            columns.ash[lane] = ops::max(columns.ash[lane], self.ash * weight);
        }
    }
}
