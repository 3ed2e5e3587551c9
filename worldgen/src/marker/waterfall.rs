//! `waterfall`: where a river drops at once what it would drop over the stretch below.
//!
//! It changes no ground itself: it only tells the rivers that come after it, which look for it when they are
//! fitted to the ground.

use shared::geometry::GeometryForm::Point;
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Waterfall {
    radius_m: f32,
    height_m: f32,
}

impl Kind for Waterfall {
    const NAME: &'static str = "waterfall";
    const STAGE: Stage = Stage::Water;

    fn schema() -> KindSchema {
        parameter::kind(
            "Lets a river that runs by drop here at once. Put it on a river or stream.",
            (0xd8, 0xee, 0xff),
            &[Point],
            [
                parameter::metres(
                    "height",
                    "Height of the fall, where the river has that much to drop within 48 m.",
                    2.0,
                    64.0,
                    8.0,
                ),
                parameter::metres("radius", "How far away a river is seen.", 2.0, 64.0, 12.0),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.number("radius"),
            height_m: parameters.number("height"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let away = ops::abs(site.distance[lane]) / self.radius_m;
            // Highest in the middle, so that a river knows where it is nearest.
            let wanted = self.height_m * (1.0 - 0.1 * away * away);
            let fall = ops::max(columns.fall[lane], wanted);
            columns.fall[lane] = if away < 1.0 { fall } else { columns.fall[lane] };
        }
    }
}
