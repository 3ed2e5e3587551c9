//! `arch`: a bridge of rock.

use shared::coords::LocalPos;
use shared::geometry::GeometryForm::Path;
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};
use crate::shape::Shape;
use crate::volume::body::{Form, INFLUENCE_M};
use crate::volume::tube::{self, Floor, Tube};
use crate::volume::{Body, Effect, Roughness};

/// How much wider the feet are than the middle, in widths of the middle.
const FOOT: f32 = 0.7;
/// How deep the feet go under the ends of the path, in metres.
const ROOT_M: f32 = 5.0;
/// Metres around the arch where nothing grows.
const EDGE_M: f32 = 2.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Arch {
    width_m: f32,
    thickness_m: f32,
    rise_m: f32,
    blend_m: f32,
    roughness: Roughness,
}

impl Arch {
    /// Half the width at the feet.
    #[inline(always)]
    fn foot_m(&self) -> f32 {
        self.width_m * 0.5 * (1.0 + FOOT)
    }
}

impl Kind for Arch {
    const NAME: &'static str = "arch";
    const STAGE: Stage = Stage::Volume;
    const INITIAL_LEVEL_M: f32 = 4.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::metres("width", "Width of the rock in the middle.", 2.0, 48.0, 8.0),
            parameter::metres(
                "thickness",
                "Thickness of the rock in the middle.",
                2.0,
                48.0,
                6.0,
            ),
            parameter::metres(
                "rise",
                "How far the middle stands over the heights of the two ends.",
                0.0,
                64.0,
                14.0,
            ),
            parameter::body_blend("rocks", 4.0),
        ];
        parameter::kind(
            "Spans a bridge of rock from one end of the path to the other.",
            (0xa0, 0x8c, 0x78),
            &[Path],
            own.into_iter().chain(parameter::wall_noise(2.0, 12.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let (width_m, thickness_m) = (parameters.number("width"), parameters.number("thickness"));
        Self {
            width_m,
            thickness_m,
            rise_m: parameters.number("rise"),
            blend_m: parameters.blend_m(),
            roughness: parameters.roughness(width_m.min(thickness_m) / 3.0, 1.0),
        }
    }

    fn reach_m(&self) -> f32 {
        tube::shown_radius_m(self.foot_m()) + self.roughness.strength_m + INFLUENCE_M
    }

    fn body(&self, shape: &Shape) -> Option<Body> {
        let line = tube::fine(&shape.line());
        let tapered = tube::tapered(&line, |t| {
            let end = (2.0 * t - 1.0) * (2.0 * t - 1.0);
            self.width_m * 0.5 * (1.0 + FOOT * end * end)
        });
        let count = tapered.len().saturating_sub(1).max(1);
        let lifted: Vec<(LocalPos, f32)> = tapered
            .into_iter()
            .enumerate()
            .map(|(at, (point, radius_m))| {
                let across = 2.0 * at as f32 / count as f32 - 1.0;
                // Between a parabola and half an ellipse: upright feet, and a back that one can walk over.
                let round = (1.0 - across * across).max(0.0);
                let lift = (round + round.sqrt()) * 0.5;
                let z_m = point.z_m - ROOT_M + (self.rise_m + ROOT_M) * lift;
                (LocalPos { z_m, ..point }, radius_m)
            })
            .collect();
        Some(Body {
            effect: Effect::Rock,
            form: Form::Tube(Tube::new(&lifted, self.thickness_m / self.width_m, Floor::Round)),
            roughness: self.roughness.rooted_at(shape.origin()),
            blend_m: self.blend_m,
        })
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let under = mesa(site.distance[lane], self.foot_m(), EDGE_M);
            columns.bare[lane] = ops::max(columns.bare[lane], under);
        }
    }
}
