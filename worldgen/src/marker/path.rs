//! `path`: a trodden way along a line.

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
pub(crate) struct Path(Way);

impl Kind for Path {
    const NAME: &'static str = "path";
    const STAGE: Stage = Stage::Works;
    const INITIAL_LEVEL_M: f32 = 8.0;

    fn schema() -> KindSchema {
        let new = Measures {
            width_m: 2.0,
            edge_m: 4.0,
            slope: 0.4,
        };
        parameter::kind(
            "Treads a path: level across, and no steeper than one likes to walk.",
            (0xcf, 0xa8, 0x6e),
            &[GeometryForm::Path],
            Way::attributes(&new),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(Way::new(parameters, Material::Path))
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
