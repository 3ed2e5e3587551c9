//! `volcano`: a cone with a crater in its top, broken open on one side if the designer wants.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::Point;
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::excess;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// Share of the crater's radius that is level floor.
const FLOOR: f32 = 0.4;
/// Cosine of half the angle that a breach opens, where it begins to close.
const BREACH_COSINE: f32 = 0.9;
/// Over this much of the cosine it closes.
const BREACH_EDGE: f32 = 0.14;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Volcano {
    radius_m: f32,
    crater_m: f32,
    depth_m: f32,
    sharpness: f32,
    blend_m: f32,
    breach: f32,
    /// East and north of the breach's direction.
    towards: (f32, f32),
    ash: f32,
    noise: Noise,
}

impl Kind for Volcano {
    const NAME: &'static str = "volcano";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 70.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Distance from the middle at which the cone has run out.", 130.0),
            parameter::metres(
                "crater",
                "Distance of the crater's rim from the middle.",
                3.0,
                256.0,
                22.0,
            ),
            parameter::metres(
                "depth",
                "How far the crater's floor lies below the rim.",
                0.0,
                128.0,
                16.0,
            ),
            parameter::share(
                "sharpness",
                "From a shield that bulges (0) to a cone with hollow flanks (1).",
                0.75,
            ),
            parameter::ground_blend(6.0),
            parameter::share(
                "breach",
                "How far the rim is broken down to the floor on one side.",
                0.0,
            ),
            parameter::bearing(
                "breach_direction",
                "Where the breach opens to, clockwise from north.",
                180.0,
            ),
            parameter::share("ash", "How much dark rock and ash lies on the cone.", 0.8),
        ];
        parameter::kind(
            "Raises a volcano; its rim is as high as the point.",
            (0xc4, 0x4d, 0x3a),
            &[Point],
            own.into_iter()
                .chain(parameter::outline_noise(9.0, 60.0))
                .chain(parameter::noise(11.0, 56.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let radius_m = parameters.number("radius");
        Self {
            radius_m,
            crater_m: ops::min(parameters.number("crater"), radius_m * 0.75),
            depth_m: parameters.number("depth"),
            sharpness: parameters.number("sharpness"),
            blend_m: parameters.blend_m(),
            breach: parameters.number("breach"),
            towards: ops::direction(parameters.number("breach_direction")),
            ash: parameters.number("ash"),
            noise: parameters.noise(Style::Ridged, 5),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample_downhill(site, self.radius_m);
        for lane in 0..LANES {
            let away = ops::abs(site.distance[lane]);
            let outward = ops::clamp((away - self.crater_m) / (self.radius_m - self.crater_m), 0.0, 1.0);
            let shield = (1.0 - outward * outward) * (1.0 - outward * outward);
            let hollow = (1.0 - outward) * (1.0 - outward);
            let weight = ops::lerp(shield, hollow, self.sharpness);
            let lift = ops::smooth_max(site.level[lane] - columns.height[lane], 0.0, self.blend_m);
            let cone = columns.height[lane] + lift * weight;
            // Inside the rim the bowl replaces whatever stood there before.
            let up = ops::clamp((away / self.crater_m - FLOOR) / (1.0 - FLOOR), 0.0, 1.0);
            let bowl = self.depth_m * (1.0 - ops::smoothstep(up));
            let wall = 16.0 * (up * (1.0 - up)) * (up * (1.0 - up));
            let inside = ops::smoothstep((self.crater_m - away) / (self.crater_m * 0.2) + 0.5);
            let height = ops::lerp(cone, site.level[lane] - bowl, inside);
            // The breach takes the rim down to a slope from the crater's floor outwards.
            let along = site.local_x[lane] * self.towards.0 + site.local_y[lane] * self.towards.1;
            let cosine = along / ops::max(away, 1.0);
            let open = ops::smoothstep((cosine - BREACH_COSINE) / BREACH_EDGE + 1.0) * self.breach;
            let floor = site.level[lane] - self.depth_m - 0.12 * ops::max(away - self.crater_m * FLOOR, 0.0);
            let gone = ops::clamp((self.radius_m - away) / self.crater_m, 0.0, 1.0);
            let broken = height - excess(height, floor, self.blend_m) * open * gone;
            let begun = ops::smoothstep(weight * 8.0);
            columns.height[lane] = ops::lerp(columns.height[lane], broken, begun);
            // Floor and rim keep their heights; noise works on the flanks and on the walls of the crater.
            let held = ops::max(weight * weight * weight, inside) * (1.0 - wall);
            let wanted = noise[lane] * (1.0 - held);
            columns.displacement[lane] =
                ops::lerp(columns.displacement[lane], wanted, ops::smoothstep(weight * 3.0));
            columns.hold[lane] = ops::max(columns.hold[lane], inside * (1.0 - wall));
            let dark = self.ash * ops::smoothstep(weight * 2.2 - 0.1);
            columns.ash[lane] = ops::max(columns.ash[lane], dark);
        }
    }
}
