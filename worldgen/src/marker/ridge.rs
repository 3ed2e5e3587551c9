//! `ridge`: a crest along a path, as high as the path, falling off to both sides.

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::Rise;
use super::{Kind, Site, Stage};
use crate::columns::Columns;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ridge(Rise);

impl Kind for Ridge {
    const NAME: &'static str = "ridge";
    const STAGE: Stage = Stage::Relief;
    const INITIAL_LEVEL_M: f32 = 40.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Distance from the crest at which the flanks have run out.", 70.0),
            parameter::share("sharpness", "From a round back (0) to a sharp crest (1).", 0.8),
            parameter::ground_blend(6.0),
        ];
        parameter::kind(
            "Raises a crest along a path; the crest is as high as the path's corners.",
            (0x8f, 0x66, 0x4a),
            &[Path, Point],
            own.into_iter()
                .chain(parameter::outline_noise(8.0, 48.0))
                .chain(parameter::noise(11.0, 44.0)),
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
