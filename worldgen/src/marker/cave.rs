//! `cave`: a passage through the rock, along a path.

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Stage};
use crate::shape::Shape;
use crate::volume::body::{Form, INFLUENCE_M};
use crate::volume::tube::{self, Floor, Tube};
use crate::volume::{Body, Effect, Roughness};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Cave {
    radius_m: f32,
    end_radius_m: f32,
    aspect: f32,
    roughness: Roughness,
}

impl Kind for Cave {
    const NAME: &'static str = "cave";
    const STAGE: Stage = Stage::Volume;
    const ACTS_ON_COLUMNS: bool = false;
    const INITIAL_LEVEL_M: f32 = 3.0;

    fn schema() -> KindSchema {
        parameter::kind(
            "Hollows a passage out of the rock, around the heights of the path. It stays closed, with ground all \
             around it, except where an entrance lets it into the open.",
            (0x5a, 0x50, 0x64),
            &[Path, Point],
            parameter::passage(4.0, 3.0)
                .into_iter()
                .chain(parameter::wall_noise(1.2, 11.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let (radius_m, end_radius_m) = (parameters.number("radius"), parameters.number("end_radius"));
        Self {
            radius_m,
            end_radius_m,
            aspect: parameters.number("aspect"),
            roughness: parameters.roughness(radius_m.min(end_radius_m) / 3.0, 1.0),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m.max(self.end_radius_m) + self.roughness.strength_m + INFLUENCE_M
    }

    fn body(&self, shape: &Shape) -> Option<Body> {
        let line = tube::tapered(&shape.line(), |t| {
            self.radius_m + (self.end_radius_m - self.radius_m) * t
        });
        Some(Body {
            effect: Effect::Hollow,
            form: Form::Tube(Tube::new(&line, self.aspect, Floor::Flat)),
            roughness: self.roughness.rooted_at(shape.origin()),
            blend_m: 3.0,
        })
    }
}
