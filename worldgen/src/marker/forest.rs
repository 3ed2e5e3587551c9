//! `forest`: trees and forest floor in an area.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Forest {
    radius_m: f32,
    feather_m: f32,
    density: f32,
}

impl Kind for Forest {
    const NAME: &'static str = "forest";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        parameter::kind(
            "Grows trees where the ground bears them: not on steep slopes, beaches, bare rock or under water.",
            (0x3f, 0x74, 0x3a),
            &[Area, Point, Path],
            [
                parameter::radius("How far the forest goes from the point or path.", 48.0),
                parameter::metres(
                    "feather",
                    "Width over which the forest thins out inwards from its edge.",
                    1.0,
                    64.0,
                    16.0,
                ),
                parameter::share("density", "Share of the places for trees that have one.", 0.7),
            ]
            .into_iter()
            .chain(parameter::outline_noise(8.0, 40.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            feather_m: parameters.number("feather"),
            density: parameters.number("density"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let inside = (self.radius_m - site.distance[lane]) / self.feather_m;
            let density = self.density * ops::clamp(inside, 0.0, 1.0);
            columns.forest[lane] = ops::max(columns.forest[lane], density);
        }
    }
}
