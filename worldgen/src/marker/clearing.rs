//! `clearing`: a place kept free for people.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// Width over which the clearing gives way to what grows around it.
const EDGE_M: f32 = 1.0;
/// Share of a road that a clearing is: larger things keep off as from a road, grass and flowers grow on.
const SHARE: f32 = 0.4;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Clearing {
    radius_m: f32,
}

impl Kind for Clearing {
    const NAME: &'static str = "clearing";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        parameter::kind(
            "Keeps a place free: no tree, bush or boulder stands there, no rock hangs lower over it than a house is high, \
             and no cave opens in it. Grass and flowers stay. Portals and POIs have one.",
            (0xd8, 0xd0, 0xa0),
            &[Point, Area, Path],
            [parameter::radius(
                "How far the clearing goes from the point or path.",
                6.0,
            )],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + EDGE_M
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let clear = SHARE * mesa(site.distance[lane], self.radius_m, EDGE_M);
            columns.paved[lane] = ops::max(columns.paved[lane], clear);
        }
    }
}
