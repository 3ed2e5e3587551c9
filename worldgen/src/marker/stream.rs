//! `stream`: a narrow river, which may end in a wider one.

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::river::{Size, Watercourse};
use super::{Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::ground::Ground;
use crate::shape::Shape;
use crate::water::Finding;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Stream(Watercourse);

impl Kind for Stream {
    const NAME: &'static str = "stream";
    const STAGE: Stage = Stage::Water;
    const SEES_DISTANCE: bool = false;
    const INITIAL_LEVEL_M: f32 = 10.0;

    fn schema() -> KindSchema {
        let size = Size {
            width: 2.5,
            mouth_width: 4.0,
            depth: 1.2,
            bank: 3.0,
            cut: 2.5,
            most_width: 8.0,
        };
        parameter::kind(
            "A narrow river. A point is a spring, whose water finds its own way.",
            (0x5a, 0xa9, 0xe6),
            &[Path, Point],
            Watercourse::attributes(&size)
                .into_iter()
                .chain(parameter::outline_noise(4.0, 28.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(Watercourse::new(parameters))
    }

    fn reach_m(&self) -> f32 {
        self.0.profile().reach_m()
    }

    fn survey_m(&self) -> Option<f32> {
        Some(self.0.survey_m())
    }

    fn claimed_m(&self) -> Option<f32> {
        Some(self.0.claimed_m())
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        self.0.fit(ground, shape)
    }

    fn findings(&self) -> Vec<Finding> {
        self.0.findings().to_vec()
    }

    #[inline(always)]
    fn apply(&self, _: &Site, columns: &mut Columns) {
        self.0.layer().apply(columns);
    }
}
