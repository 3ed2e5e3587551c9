//! `harbour`: a calm basin of one depth, with a level quay around it.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::{COAST_REACH_M, Columns};
use crate::material::Material;
use crate::ops::{self, LANES};

/// Metres over which the basin falls from the quay to its floor: a wall.
const WALL_M: f32 = 1.0;
/// Metres over which the quay begins at a coast that runs into the basin from the side.
const BEGIN_M: f32 = 2.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Harbour {
    radius_m: f32,
    depth_m: f32,
    height_m: f32,
    quay_m: f32,
    skirt_m: f32,
}

impl Kind for Harbour {
    const NAME: &'static str = "harbour";
    const STAGE: Stage = Stage::Works;

    fn schema() -> KindSchema {
        parameter::kind(
            "Digs a basin for ships and builds a quay where it meets land. Water on the outline stays open to the \
             sea.",
            (0x3a, 0x78, 0xa8),
            &[Area, Point, Path],
            [
                parameter::radius("Distance of the quay from the point or path.", 24.0),
                parameter::metres("depth", "Depth of the water.", 1.0, 24.0, 5.0),
                parameter::metres("height", "Height of the quay above the water.", 0.6, 8.0, 1.6),
                parameter::metres("quay", "Width of the quay.", 1.0, 32.0, 6.0),
                parameter::metres(
                    "skirt",
                    "Width of the slope between the quay and the land behind it.",
                    1.0,
                    64.0,
                    10.0,
                ),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            depth_m: parameters.number("depth"),
            height_m: parameters.number("height"),
            quay_m: parameters.number("quay"),
            skirt_m: parameters.number("skirt"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.quay_m + self.skirt_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        const COBBLE: f32 = Material::Cobble.number() as f32;
        for lane in 0..LANES {
            let out = site.distance[lane] - self.radius_m;
            let land = ops::smoothstep(columns.coast_m(lane) / BEGIN_M + 0.5);
            let quay = mesa(out, self.quay_m, self.skirt_m) * land;
            let ground = ops::lerp(columns.height[lane], self.height_m, quay);
            // Outside the outline the basin is dredged towards the open sea only.
            let dredged = ops::smoothstep(-out / WALL_M);
            let towards_sea = mesa(out, 0.0, self.quay_m + self.skirt_m) * (1.0 - land);
            let basin = ops::max(dredged, towards_sea);
            let floor = if out < 0.0 {
                -self.depth_m
            } else {
                ops::min(ground, -self.depth_m)
            };
            let wet = ops::lerp(ground, floor, basin);
            columns.height[lane] = if basin > 0.0 { wet } else { ground };
            let weight = ops::max(quay, basin);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight);
            columns.hold[lane] = ops::max(columns.hold[lane], weight);
            // Where land was dug away there is a coast now.
            let coast = ops::clamp(out + COAST_REACH_M, 0.0, columns.land[lane]);
            columns.land[lane] = if out < 0.0 { coast } else { columns.land[lane] };
            let stones = mesa(out, self.quay_m, 1.0) * land * (1.0 - dredged);
            let is_quay = stones > columns.paved[lane];
            columns.paving[lane] = if is_quay { COBBLE } else { columns.paving[lane] };
            columns.paved[lane] = ops::max(columns.paved[lane], stones);
        }
    }
}
