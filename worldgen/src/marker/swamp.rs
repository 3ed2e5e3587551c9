//! `swamp`: wet, level ground with pools between hummocks.
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// Height of the ground above the water where there is no pool.
const BANK_M: f32 = 0.6;
/// Metres from the swamp's edge over which pools begin.
const RIM_M: f32 = 6.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Swamp {
    radius_m: f32,
    edge_m: f32,
    pools: f32,
    depth_m: f32,
    density: f32,
    hummocks: Noise,
}

impl Kind for Swamp {
    const NAME: &'static str = "swamp";
    const STAGE: Stage = Stage::Water;
    const INITIAL_LEVEL_M: f32 = 3.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("How far the swamp goes from the point or path.", 40.0),
            parameter::metres(
                "edge",
                "Width of the slope between the swamp and what lies around.",
                1.0,
                128.0,
                18.0,
            ),
            parameter::share("pools", "Share of the swamp that stands under water.", 0.4),
            parameter::metres("depth", "Depth of the pools.", 0.5, 6.0, 1.6),
            parameter::share("density", "Share of the places for trees that have one.", 0.35),
            parameter::metres(
                "noise_scale",
                "Width of the largest pools and hummocks.",
                4.0,
                128.0,
                22.0,
            ),
        ];
        parameter::kind(
            "Makes level, muddy ground with pools, reeds and willows; the water stands at the mean height of the corners.",
            (0x5f, 0x6b, 0x3a),
            &[Area, Point, Path],
            own.into_iter().chain(parameter::outline_noise(6.0, 40.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            pools: parameters.number("pools"),
            depth_m: parameters.number("depth"),
            density: parameters.number("density"),
            hummocks: Noise {
                strength_m: 1.0,
                ..parameters.noise(Style::Rolling, 3)
            },
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let hummocks = self.hummocks.sample(site);
        // Where the noise is below this there is a pool: -1 for none, 1 for all.
        let waterline = self.pools * 2.0 - 1.0;
        for lane in 0..LANES {
            let height = columns.height[lane];
            let level = ops::max(site.level[lane], 0.0);
            let coast = columns.coast_m(lane);
            // Towards the sea the ground falls gently from the level of the swamp.
            let shore_m = RIM_M + 4.0 * level;
            // A swamp makes no land, and leaves lakes and rivers as they are.
            let dry = if columns.water[lane] > height { 0.0 } else { 1.0 };
            let weight = dry
                * mesa(site.distance[lane], self.radius_m, self.edge_m)
                * ops::smoothstep(coast / shore_m);
            let inside = ops::min(self.radius_m - site.distance[lane], coast - shore_m);
            let sunk = ops::clamp((waterline - hummocks[lane]) * 4.0, -1.0, 1.0);
            // Pools end before the edge does, so that nothing holds water but ground.
            let pool = ops::max(sunk, 0.0) * dry * ops::smoothstep(inside / RIM_M);
            let ground =
                level + BANK_M * (1.0 - 0.5 * ops::max(sunk, 0.0)) - pool * (self.depth_m + 0.5 * BANK_M);
            columns.height[lane] = ops::lerp(height, ground, weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight);
            let flooded = inside > 0.0 && dry > 0.0;
            columns.water[lane] = if flooded { level } else { columns.water[lane] };
            columns.swamp[lane] = ops::max(columns.swamp[lane], weight);
            columns.moisture[lane] = ops::max(columns.moisture[lane], weight);
            columns.forest[lane] = ops::max(columns.forest[lane], self.density * weight);
        }
    }
}
