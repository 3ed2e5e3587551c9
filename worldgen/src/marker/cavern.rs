//! `cavern`: a hall in the rock.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Stage};
use crate::shape::Shape;
use crate::volume::body::{Form, INFLUENCE_M};
use crate::volume::slab::{Pillars, Slab};
use crate::volume::{Body, Effect, Roughness};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Cavern {
    radius_m: f32,
    height_m: f32,
    edge_m: f32,
    blend_m: f32,
    pillars: Option<Pillars>,
    roughness: Roughness,
}

impl Kind for Cavern {
    const NAME: &'static str = "cavern";
    const STAGE: Stage = Stage::Volume;
    const ACTS_ON_COLUMNS: bool = false;
    const INITIAL_LEVEL_M: f32 = 2.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::metres(
                "radius",
                "Distance of the wall from the point or path.",
                3.0,
                256.0,
                14.0,
            ),
            parameter::metres(
                "height",
                "Height of the roof over the floor; the floor lies at the height of the marker.",
                3.0,
                96.0,
                10.0,
            ),
            parameter::metres(
                "edge",
                "Distance from the wall over which the roof rises.",
                2.0,
                64.0,
                12.0,
            ),
            parameter::share(
                "pillars",
                "From a bare hall (0) to one full of dripstone (1): spikes from floor and roof, and columns where the \
                 two are near each other.",
                0.3,
            ),
            parameter::body_blend("hollows", 3.0),
        ];
        parameter::kind(
            "Hollows a hall with a level floor out of the rock. It stays closed, with ground all around it, except \
             where an entrance lets it into the open.",
            (0x6e, 0x5a, 0x78),
            &[Area, Point, Path],
            own.into_iter().chain(parameter::wall_noise(1.6, 12.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let height_m = parameters.number("height");
        let share = parameters.number("pillars");
        Self {
            radius_m: parameters.radius_m(),
            height_m,
            edge_m: parameters.number("edge"),
            blend_m: parameters.blend_m(),
            pillars: (share > 0.0).then(|| Pillars {
                share,
                seed: parameters.seed("pillars"),
            }),
            roughness: parameters.roughness(height_m / 4.0, 1.0),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.roughness.strength_m + INFLUENCE_M
    }

    fn body(&self, shape: &Shape) -> Option<Body> {
        Some(Body {
            effect: Effect::Hollow,
            form: Form::Slab(Slab {
                radius_m: self.radius_m,
                roof_m: self.height_m,
                roof_edge_m: self.edge_m,
                floor_m: 0.0,
                floor_edge_m: 1.0,
                levels: shape.level_range(),
                pillars: self.pillars,
            }),
            roughness: self.roughness.rooted_at(shape.origin()),
            blend_m: self.blend_m,
        })
    }
}
