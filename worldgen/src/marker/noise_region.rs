//! `noise_region`: says how rough the ground is in an area, and in which way.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct NoiseRegion {
    radius_m: f32,
    edge_m: f32,
    keep: f32,
    ridgedness: f32,
    rolling: Noise,
    ridged: Noise,
}

impl Kind for NoiseRegion {
    const NAME: &'static str = "noise_region";
    const STAGE: Stage = Stage::Field;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("How far the region goes from the point or path.", 60.0),
            parameter::metres(
                "edge",
                "Width over which it passes into the ground around.",
                1.0,
                256.0,
                30.0,
            ),
            parameter::share("ridgedness", "From rolling bumps (0) to sharp crests (1).", 0.5),
            parameter::share(
                "keep",
                "How much of the roughness stays that other markers gave the ground.",
                0.0,
            ),
        ];
        parameter::kind(
            "Gives the ground of an area its roughness; 0 makes it smooth. Heights that other markers promise stay.",
            (0x9c, 0x86, 0xb8),
            &[Area, Point, Path],
            own.into_iter()
                .chain(parameter::outline_noise(8.0, 60.0))
                .chain(parameter::noise(6.0, 48.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            keep: parameters.number("keep"),
            ridgedness: parameters.number("ridgedness"),
            rolling: parameters.noise(Style::Rolling, 5),
            ridged: parameters.noise(Style::Ridged, 5),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    fn noise_m(&self) -> f32 {
        self.rolling.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let rolling = self.rolling.sample(site);
        let ridged = self.ridged.sample(site);
        for lane in 0..LANES {
            let own = ops::lerp(rolling[lane], ridged[lane], self.ridgedness);
            let wanted = own + columns.displacement[lane] * self.keep;
            let free = 1.0 - ops::clamp(columns.hold[lane], 0.0, 1.0);
            let weight = mesa(site.distance[lane], self.radius_m, self.edge_m) * free;
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], wanted, weight);
        }
    }
}
