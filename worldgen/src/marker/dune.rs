//! `dune`: sand dunes, gentle to windward and steep to leeward, with crests across the wind.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::{Fractal, Style};
use crate::ops::{self, LANES};

/// Share of the way from one dune to the next that is its windward side.
const WINDWARD: f32 = 0.72;
/// Metres from the waterline over which dunes begin.
const STRAND_M: f32 = 10.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Dune {
    radius_m: f32,
    edge_m: f32,
    height_m: f32,
    per_spacing: f32,
    /// East and north of where the wind blows to.
    downwind: (f32, f32),
    /// Bends the crests, and makes dunes differ in height.
    bends: Fractal,
    waviness: f32,
}

impl Kind for Dune {
    const NAME: &'static str = "dune";
    const STAGE: Stage = Stage::Relief;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("How far the dunes go from the point or path.", 36.0),
            parameter::metres("edge", "Width over which they run out.", 2.0, 128.0, 18.0),
            parameter::metres("height", "Height of the crests above the ground.", 0.5, 32.0, 5.0),
            parameter::metres(
                "spacing",
                "Distance from one crest to the next.",
                6.0,
                256.0,
                30.0,
            ),
            parameter::bearing("wind", "Where the wind comes from, clockwise from north.", 240.0),
            parameter::share("waviness", "How much the crests wind, and differ in height.", 0.6),
        ];
        parameter::kind(
            "Heaps sand up into dunes: gentle to windward, steep to leeward.",
            (0xdd, 0xc0, 0x77),
            &[Area, Path, Point],
            own.into_iter().chain(parameter::outline_noise(6.0, 40.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let (east, north) = ops::direction(parameters.number("wind"));
        let spacing_m = parameters.number("spacing");
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            height_m: parameters.number("height"),
            per_spacing: 1.0 / spacing_m,
            downwind: (-east, -north),
            bends: parameters.fractal("bends", Style::Rolling, 2, spacing_m * 2.5),
            waviness: parameters.number("waviness"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let bends = self.bends.sample(&site.local_x, &site.local_y);
        for lane in 0..LANES {
            let along = site.local_x[lane] * self.downwind.0 + site.local_y[lane] * self.downwind.1;
            let phase = along * self.per_spacing + bends[lane] * self.waviness * 1.2;
            let phase = phase - ops::floor(phase);
            let windward = ops::smoothstep(phase / WINDWARD);
            let leeward = ops::smoothstep((1.0 - phase) / (1.0 - WINDWARD));
            let crest = if phase < WINDWARD { windward } else { leeward };
            let taller = 1.0 - self.waviness * (0.4 - ops::clamp(bends[lane], -0.5, 0.5) * 0.8);
            let dry = ops::smoothstep(columns.coast_m(lane) / STRAND_M);
            let weight = mesa(site.distance[lane], self.radius_m, self.edge_m) * dry;
            columns.height[lane] += self.height_m * crest * taller * weight;
            // Wind leaves no roughness on sand.
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight * 0.9);
            columns.sand[lane] = ops::max(columns.sand[lane], weight);
        }
    }
}
