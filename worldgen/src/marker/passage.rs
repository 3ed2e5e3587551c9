//! What passages through the rock have in common: a tube along a path, wider or narrower towards its end.
//!
//! *Not* responsible for: how tubes become voxels (see [`crate::volume`]).

use std::fmt::Debug;
use std::marker::PhantomData;

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Stage};
use crate::shape::Shape;
use crate::volume::body::{Form, INFLUENCE_M};
use crate::volume::tube::{self, Floor, Tube};
use crate::volume::{Body, Effect, Roughness};

/// What tells one kind of passage from another.
pub(crate) trait PassageKind: Clone + PartialEq + Debug {
    /// See [`Kind::NAME`].
    const NAME: &'static str;
    /// What designers read about it.
    const DOC: &'static str;
    /// Its colour on maps.
    const COLOUR: (u8, u8, u8);
    /// See [`Kind::INITIAL_LEVEL_M`].
    const INITIAL_LEVEL_M: f32;
    /// What fills it.
    const EFFECT: Effect;
    /// What one stands on in it.
    const FLOOR: Floor;
    /// What a new one is like.
    const NEW: Measures;
}

/// What a new passage is like.
pub(crate) struct Measures {
    pub(crate) radius_m: f64,
    pub(crate) end_radius_m: f64,
    pub(crate) noise_m: f64,
    pub(crate) noise_scale_m: f64,
}

/// A passage of one kind.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Passage<K> {
    radius_m: f32,
    end_radius_m: f32,
    aspect: f32,
    blend_m: f32,
    roughness: Roughness,
    kind: PhantomData<K>,
}

impl<K: PassageKind> Kind for Passage<K> {
    const NAME: &'static str = K::NAME;
    const STAGE: Stage = Stage::Volume;
    const ACTS_ON_COLUMNS: bool = false;
    const INITIAL_LEVEL_M: f32 = K::INITIAL_LEVEL_M;

    fn schema() -> KindSchema {
        let Measures {
            radius_m,
            end_radius_m,
            noise_m,
            noise_scale_m,
        } = K::NEW;
        let measures = parameter::passage(radius_m, end_radius_m).into_iter();
        parameter::kind(
            K::DOC,
            K::COLOUR,
            &[Path, Point],
            measures
                .chain([parameter::body_blend("hollows", 3.0)])
                .chain(parameter::wall_noise(noise_m, noise_scale_m)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let (radius_m, end_radius_m) = (parameters.number("radius"), parameters.number("end_radius"));
        let most_m = tube::most_roughness_m(radius_m.min(end_radius_m));
        Self {
            radius_m,
            end_radius_m,
            aspect: parameters.number("aspect"),
            blend_m: parameters.blend_m(),
            roughness: parameters.roughness(most_m, 1.0),
            kind: PhantomData,
        }
    }

    fn reach_m(&self) -> f32 {
        let widest_m = tube::shown_radius_m(self.radius_m.max(self.end_radius_m));
        widest_m + self.roughness.strength_m + INFLUENCE_M
    }

    fn body(&self, shape: &Shape) -> Option<Body> {
        let line = tube::tapered(&shape.line(), |t| {
            self.radius_m + (self.end_radius_m - self.radius_m) * t
        });
        Some(Body {
            effect: K::EFFECT,
            form: Form::Tube(Tube::new(&line, self.aspect, K::FLOOR)),
            roughness: self.roughness.rooted_at(shape.origin()),
            blend_m: self.blend_m,
        })
    }
}
