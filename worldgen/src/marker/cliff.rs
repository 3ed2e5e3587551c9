//! `cliff`: a stretch of coast that drops straight into the sea.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::{COAST_REACH_M, Columns};
use crate::noise::Style;
use crate::ops::{self, LANES};

/// Slope of the cliff's top at its two ends, where it passes into the coast beside it.
const SIDE_SLOPE: f32 = 0.45;
/// Depth of the water at the foot.
const FOOT_DEPTH_M: f32 = 7.0;

/// Metres over which the brow ends beyond the radius.
const BROW_END_M: f32 = 10.0;
/// How far the upper side of the brow lies under the cliff's height.
const BROW_DROP_M: f32 = 0.7;

/// Deepest that gullies cut into the brow of a plain cliff: as a multiple of the noise's strength, and as a share of
/// the cliff's height.
const GULLY: f32 = 3.0;
const MOST_GULLY: f32 = 0.4;
/// Metres from one gully to the next, about, and how far inland they reach.
const GULLY_APART_M: f32 = 30.0;
const GULLY_M: f32 = 14.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Cliff {
    radius_m: f32,
    height_m: f32,
    face_m: f32,
    top_m: f32,
    overhang_m: f32,
    noise: Noise,
    /// Where rain has cut into the brow; it belongs to the noise.
    gullies: Noise,
}

impl Cliff {
    /// Metres over which the cliff passes into the coast beside it.
    #[inline(always)]
    fn side_m(&self) -> f32 {
        12.0 + self.height_m / SIDE_SLOPE
    }
}

impl Kind for Cliff {
    const NAME: &'static str = "cliff";
    const STAGE: Stage = Stage::Shore;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("How far from the path the coast is looked for.", 32.0),
            parameter::metres("height", "Height of the cliff above the sea.", 3.0, 96.0, 24.0),
            parameter::metres("face", "Width of the rock face, seen from above.", 1.0, 24.0, 4.0),
            parameter::metres(
                "top",
                "How far inland the cliff's height is held before the land falls.",
                4.0,
                48.0,
                30.0,
            ),
            parameter::metres(
                "overhang",
                "How far the upper part of the cliff stands out over its foot; 0 for a plain face.",
                0.0,
                12.0,
                0.0,
            ),
        ];
        parameter::kind(
            "Lets a stretch of coast drop into the sea. Draw it along the coast.",
            (0x7a, 0x72, 0x6c),
            &[Path, Area, Point],
            own.into_iter().chain(parameter::noise(3.0, 20.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let (height_m, overhang_m) = (parameters.number("height"), parameters.number("overhang"));
        let noise = parameters.noise(Style::Rolling, 4);
        // An overhanging brow is rough by itself.
        let gully_m = if overhang_m > 0.0 {
            0.0
        } else {
            ops::min(noise.strength_m * GULLY, height_m * MOST_GULLY)
        };
        Self {
            radius_m: parameters.radius_m(),
            height_m,
            face_m: parameters.number("face"),
            top_m: parameters.number("top"),
            overhang_m,
            noise,
            gullies: Noise {
                strength_m: gully_m,
                fractal: parameters.fractal("gullies", Style::Ridged, 2, GULLY_APART_M),
            },
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.side_m()
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m + self.gullies.strength_m
    }

    fn has_brow(&self) -> bool {
        self.overhang_m > 0.0
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample(site);
        let gullies = self.gullies.sample(site);
        for lane in 0..LANES {
            let coast = columns.coast_m(lane);
            let stretch = mesa(site.distance[lane], self.radius_m, self.side_m());
            let height = columns.height[lane];
            // Land that is higher already keeps its height and only gets the face.
            let top = ops::smooth_max(height, self.height_m, 4.0);
            let brink = 1.0 - ops::smoothstep((coast - self.face_m) / GULLY_M);
            let top = top - ops::max(gullies[lane], 0.0) * brink;
            let face = top * ops::smoothstep(coast / self.face_m);
            let foot = -FOOT_DEPTH_M * ops::smoothstep(-coast / self.face_m);
            let foot = ops::smooth_min(height, foot, 2.0);
            let held = 1.0 - ops::smoothstep((coast - self.face_m - self.top_m * 0.5) / self.top_m);
            let wet = 1.0 - ops::smoothstep((-coast - self.face_m) / (COAST_REACH_M * 0.5));
            let weight = stretch * held * wet;
            let target = if coast > 0.0 { face } else { foot };
            columns.height[lane] = ops::lerp(height, target, weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], noise[lane], weight);
            // The brow ends where the cliff begins to sink, so that it never stands above it.
            let overhang = self.overhang_m * mesa(site.distance[lane], self.radius_m, BROW_END_M);
            let is_widest = overhang > columns.overhang[lane];
            let brow = self.height_m * stretch + noise[lane] * stretch - BROW_DROP_M;
            columns.brow[lane] = if is_widest { brow } else { columns.brow[lane] };
            columns.face[lane] = if is_widest {
                self.face_m
            } else {
                columns.face[lane]
            };
            columns.overhang[lane] = ops::max(columns.overhang[lane], overhang);
        }
    }
}
