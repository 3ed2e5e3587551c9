//! `road`: a paved way along a line, levelled across, with a bridge or ford where it crosses water.

use std::sync::Arc;

use shared::geometry::GeometryForm;
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::way::{Measures, Way};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ground::Ground;
use crate::material::Material;
use crate::shape::Shape;
use crate::structure::Structure;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Road(Way);

impl Kind for Road {
    const NAME: &'static str = "road";
    const STAGE: Stage = Stage::Works;
    const INITIAL_LEVEL_M: f32 = 8.0;

    fn schema() -> KindSchema {
        let new = Measures {
            width_m: 4.0,
            edge_m: 7.0,
            slope: 0.16,
        };
        parameter::kind(
            "Builds a paved road: level across, no steeper than it may be, on a bridge where it crosses water.",
            (0xb9, 0xa8, 0x90),
            &[GeometryForm::Path],
            Way::attributes(&new),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(Way::new(parameters, Material::Cobble))
    }

    fn reach_m(&self) -> f32 {
        self.0.reach_m()
    }

    fn survey_m(&self) -> Option<f32> {
        Some(self.0.survey_m())
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Option<Shape> {
        self.0.fit(ground, shape)
    }

    fn structures(&self) -> &[Arc<Structure>] {
        self.0.structures()
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        self.0.apply(site, columns);
    }
}
