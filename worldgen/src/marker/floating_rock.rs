//! `floating_rock`: an island in the air.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};
use crate::shape::Shape;
use crate::volume::body::{Form, INFLUENCE_M};
use crate::volume::slab::Slab;
use crate::volume::{Body, Effect, Roughness};

/// Height of its top in the middle over that at its rim.
const CROWN_M: f32 = 2.5;
/// Room that trees need under it.
const TREE_ROOM_M: f32 = 18.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct FloatingRock {
    radius_m: f32,
    depth_m: f32,
    edge_m: f32,
    blend_m: f32,
    roughness: Roughness,
}

impl Kind for FloatingRock {
    const NAME: &'static str = "floating_rock";
    const STAGE: Stage = Stage::Volume;
    const INITIAL_LEVEL_M: f32 = 48.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::metres(
                "radius",
                "Distance of the rim from the point or path.",
                3.0,
                256.0,
                18.0,
            ),
            parameter::metres(
                "depth",
                "How far the rock hangs down; its top lies at the height of the marker.",
                3.0,
                96.0,
                22.0,
            ),
            parameter::metres(
                "edge",
                "Distance from the rim over which it reaches its depth.",
                2.0,
                64.0,
                20.0,
            ),
            parameter::body_blend("rocks", 4.0),
        ];
        parameter::kind(
            "Lets rock hang in the air: green and nearly level above, a rugged cone below.",
            (0x8a, 0xa8, 0x8c),
            &[Point, Area, Path],
            own.into_iter().chain(parameter::wall_noise(4.5, 20.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let depth_m = parameters.number("depth");
        Self {
            radius_m: parameters.radius_m(),
            depth_m,
            edge_m: parameters.number("edge"),
            blend_m: parameters.blend_m(),
            roughness: parameters.roughness(depth_m / 3.0, 1.6),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.roughness.strength_m + INFLUENCE_M
    }

    fn body(&self, shape: &Shape) -> Option<Body> {
        let (low, high) = shape.level_range();
        Some(Body {
            effect: Effect::Rock,
            form: Form::Slab(Slab {
                radius_m: self.radius_m,
                roof_m: CROWN_M,
                roof_edge_m: self.edge_m,
                floor_m: self.depth_m,
                floor_edge_m: self.edge_m,
                levels: (low, high),
                pillars: None,
            }),
            roughness: self.roughness.rooted_at(shape.origin()),
            blend_m: self.blend_m,
        })
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let room_m = site.level[lane] - self.depth_m - columns.height[lane];
            let low = ops::clamp((TREE_ROOM_M - room_m) * 0.5, 0.0, 1.0);
            let over = mesa(site.distance[lane], self.radius_m, 4.0);
            columns.bare[lane] = ops::max(columns.bare[lane], low * over);
        }
    }
}
