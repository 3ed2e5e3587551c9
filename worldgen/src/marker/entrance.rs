//! `entrance`: where caves may open to the air.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// Metres around the opening where nothing grows.
const EDGE_M: f32 = 3.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entrance {
    radius_m: f32,
}

impl Kind for Entrance {
    const NAME: &'static str = "entrance";
    const STAGE: Stage = Stage::Volume;

    fn schema() -> KindSchema {
        parameter::kind(
            "Lets caves and caverns open to the air. Everywhere else they stay closed, so lead one here; under water \
             nothing opens.",
            (0xe0, 0xb0, 0x5a),
            &[Point, Area, Path],
            [parameter::radius(
                "How far the opening may go from the point or path.",
                9.0,
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
            let away = site.distance[lane];
            let open = if away < self.radius_m { 1.0 } else { 0.0 };
            columns.opening[lane] = ops::max(columns.opening[lane], open);
            let bare = mesa(away, self.radius_m, EDGE_M);
            columns.bare[lane] = ops::max(columns.bare[lane], bare);
        }
    }
}
