//! `peak`: a mountain around a point, whose summit is as high as the point.

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::Rise;
use super::{Kind, Site, Stage};
use crate::columns::Columns;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Peak(Rise);

impl Kind for Peak {
    const NAME: &'static str = "peak";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 60.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius(
                "Distance from the summit at which the mountain has run out.",
                110.0,
            ),
            parameter::share("sharpness", "From a round dome (0) to a sharp horn (1).", 0.7),
            parameter::ground_blend(6.0),
        ];
        parameter::kind(
            "Raises a mountain; its summit is as high as the point.",
            (0xa8, 0x74, 0x4a),
            &[Point, Path],
            own.into_iter()
                .chain(parameter::outline_noise(10.0, 60.0))
                .chain(parameter::noise(22.0, 60.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(Rise::new(parameters))
    }

    fn reach_m(&self) -> f32 {
        self.0.radius_m
    }

    fn noise_m(&self) -> f32 {
        self.0.noise_m()
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        self.0.apply(site, columns);
    }
}
