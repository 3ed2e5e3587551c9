//! `reef`: a band just below the water, along a path or around an area, with gaps.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::{Fractal, Style};
use crate::ops::{self, LANES};

/// Gradient noise of three octaves seldom leaves this range.
const NOISE_SPAN: f32 = 0.6;
/// Span of the noise over which a gap opens: wide, so that the reef tapers towards it.
const GAP_EDGE: f32 = 0.8;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Reef {
    ring_m: f32,
    half_width_m: f32,
    edge_m: f32,
    depth_m: f32,
    /// Noise below this is a gap.
    gap_below: f32,
    gaps: Fractal,
    noise: Noise,
}

impl Kind for Reef {
    const NAME: &'static str = "reef";
    const STAGE: Stage = Stage::Relief;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius(
                "Distance of the reef's crest from the point; paths and outlines are the crest themselves.",
                90.0,
            ),
            parameter::metres("width", "Width of the crest.", 2.0, 64.0, 12.0),
            parameter::metres(
                "edge",
                "Width of the slope down to the sea floor on either side.",
                2.0,
                64.0,
                14.0,
            ),
            parameter::metres("depth", "Depth of the crest under the water.", 0.6, 16.0, 1.5),
            parameter::share("gaps", "Share of the reef that is open to ships.", 0.3),
            parameter::metres(
                "gap_scale",
                "Distance from one gap to the next.",
                8.0,
                512.0,
                70.0,
            ),
        ];
        parameter::kind(
            "Raises the sea floor to just below the water, in a band with gaps; land stays as it is.",
            (0x3f, 0xc2, 0xa5),
            &[Area, Path, Point],
            own.into_iter()
                .chain(parameter::outline_noise(7.0, 60.0))
                .chain(parameter::noise(1.0, 9.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let share = parameters.number("gaps");
        Self {
            ring_m: if parameters.is_point() {
                parameters.number("radius")
            } else {
                0.0
            },
            half_width_m: parameters.number("width") * 0.5,
            edge_m: parameters.number("edge"),
            depth_m: parameters.number("depth"),
            gap_below: ops::lerp(-NOISE_SPAN, NOISE_SPAN, share) - if share <= 0.0 { 8.0 } else { 0.0 },
            gaps: parameters.fractal("gaps", Style::Rolling, 3, parameters.number("gap_scale")),
            noise: parameters.noise(Style::Rolling, 3),
        }
    }

    fn reach_m(&self) -> f32 {
        self.ring_m + self.half_width_m + self.edge_m
    }

    fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = self.noise.sample(site);
        let gaps = self.gaps.sample(&site.local_x, &site.local_y);
        for lane in 0..LANES {
            let away = ops::abs(ops::abs(site.distance[lane]) - self.ring_m);
            let closed = ops::smoothstep((gaps[lane] - self.gap_below) / GAP_EDGE + 0.5);
            // The band narrows before it sinks, so that it ends in a point.
            let weight = mesa(away, self.half_width_m * closed, self.edge_m) * closed;
            let raised = ops::max(columns.height[lane], -self.depth_m);
            columns.height[lane] = ops::lerp(columns.height[lane], raised, weight);
            // In full from half a metre under water on.
            let wet = ops::clamp(-2.0 * columns.height[lane], 0.0, 1.0);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], noise[lane], weight * wet);
            columns.reef[lane] = ops::max(columns.reef[lane], weight * wet);
        }
    }
}
