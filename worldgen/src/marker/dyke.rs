//! `dyke`: a narrow bank with a level top, along a path.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Dyke {
    half_width_m: f32,
    edge_m: f32,
}

impl Kind for Dyke {
    const NAME: &'static str = "dyke";
    const STAGE: Stage = Stage::Works;
    const INITIAL_LEVEL_M: f32 = 4.0;

    fn schema() -> KindSchema {
        parameter::kind(
            "Heaps up a bank whose top is as high as its corners; ground that is higher stays. Around an area it \
             stands on the outline.",
            (0x8a, 0x94, 0x5c),
            &[Path, Area, Point],
            [
                parameter::metres("width", "Width of the level top.", 1.0, 64.0, 4.0),
                parameter::metres("edge", "Width of the slope on either side.", 1.0, 64.0, 9.0),
            ]
            .into_iter()
            .chain(parameter::outline_noise(0.0, 40.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            half_width_m: parameters.number("width") * 0.5,
            edge_m: parameters.number("edge"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.half_width_m + self.edge_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let out = ops::abs(site.distance[lane]) - self.half_width_m;
            let flank = ops::clamp(1.0 - out / self.edge_m, 0.0, 1.0);
            // Nearly straight, as heaped earth lies, with a rounded foot.
            let weight = ops::lerp(flank, ops::smoothstep(flank), 0.4);
            let lift = ops::max(site.level[lane] - columns.height[lane], 0.0);
            let raised = ops::clamp(lift, 0.0, 1.0);
            columns.height[lane] += lift * weight;
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight * raised);
            let top = ops::smoothstep(flank * 4.0 - 3.0) * raised;
            columns.hold[lane] = ops::max(columns.hold[lane], top);
        }
    }
}
