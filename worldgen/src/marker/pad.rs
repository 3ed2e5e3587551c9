//! `pad`: ground levelled for something to stand on.

use shared::coords::ColumnPos;
use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::ground::Ground;
use crate::ops::{self, LANES, STEPS_PER_VOXEL};
use crate::shape::Shape;

/// Distance of one sample of the ground from the next where its mean height is taken.
const SAMPLE_M: i32 = 3;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Pad {
    radius_m: f32,
    skirt_m: f32,
    follows_ground: bool,
}

impl Kind for Pad {
    const NAME: &'static str = "pad";
    const STAGE: Stage = Stage::Works;
    const INITIAL_LEVEL_M: f32 = 8.0;

    fn schema() -> KindSchema {
        parameter::kind(
            "Levels the ground for something to stand on; nothing grows there.",
            (0xc8, 0xb4, 0x8c),
            &[Point, Area, Path],
            [
                parameter::radius("How far the level ground goes from the point or path.", 6.0),
                parameter::metres(
                    "skirt",
                    "Width of the slope around the level ground.",
                    1.0,
                    64.0,
                    6.0,
                ),
                parameter::level(),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            skirt_m: parameters.number("skirt"),
            follows_ground: parameters.follows_ground(),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.skirt_m
    }

    fn survey_m(&self) -> Option<f32> {
        self.follows_ground.then_some(self.radius_m + 1.0)
    }

    fn claimed_m(&self) -> Option<f32> {
        Some(self.radius_m + self.skirt_m)
    }

    fn levels_m(&self) -> Option<f32> {
        Some(self.radius_m)
    }

    /// The mean height of the ground under the pad, but over all water there, on a voxel's edge so that the pad lies as
    /// flat as voxels can.
    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        let columns = ground.columns(&grid_over(ground.place(), SAMPLE_M));
        let heights = columns
            .iter()
            .map(|column| i64::from(column.height.max(STEPS_PER_VOXEL)));
        let count = i64::try_from(columns.len()).ok().filter(|count| *count > 0);
        let voxel = i64::from(STEPS_PER_VOXEL);
        let level = count.map(|count| (heights.sum::<i64>() / count + voxel / 2).div_euclid(voxel));
        let water = columns.iter().filter(|column| column.is_wet());
        let over_water = water.map(|column| i64::from(column.water).div_euclid(voxel) + 1);
        let level = level.map(|level| over_water.fold(level, i64::max));
        Fit::new(level.map(|level| shape.at_level(level as f32)), |_| ())
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let weight = mesa(site.distance[lane], self.radius_m, self.skirt_m);
            columns.height[lane] = ops::lerp(columns.height[lane], site.level[lane], weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight);
            columns.hold[lane] = ops::max(columns.hold[lane], weight);
            let clear = mesa(site.distance[lane], self.radius_m + 1.0, 2.0) * weight;
            columns.paved[lane] = ops::max(columns.paved[lane], clear);
        }
    }
}

/// Columns of a box, `step` apart, but never more than a few hundred.
fn grid_over(place: shared::geometry::Box2, step: i32) -> Vec<ColumnPos> {
    const MOST: i32 = 24;
    let along = |from: f32, to: f32| {
        let (from, to) = (ops::floor_i32(from), ops::floor_i32(to));
        let step = step.max((to - from) / MOST);
        (from..=to)
            .step_by(usize::try_from(step).unwrap_or(1))
            .collect::<Vec<_>>()
    };
    let xs = along(place.min_x_m, place.max_x_m);
    let ys = along(place.min_y_m, place.max_y_m);
    ys.iter()
        .flat_map(|y| xs.iter().map(move |x| ColumnPos::new(*x, *y)))
        .collect()
}
