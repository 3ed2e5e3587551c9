//! `noise_region`: says how rough the ground is in an area, and in which way.
//!
//! Strength, frequency and ridgedness are fields: one region after the other mixes what it wants into what was wanted
//! there before, by a weight that goes smoothly from 0 at its edge to 1. A frequency that itself went from one value to
//! another would draw the bumps out where it does.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Noise, Parameters};
use super::relief::mesa;
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct NoiseRegion {
    radius_m: f32,
    edge_m: f32,
    keep: f32,
    ridgedness: f32,
    rolling: Noise,
    ridged: Noise,
}

impl Kind for NoiseRegion {
    const NAME: &'static str = "noise_region";
    const STAGE: Stage = Stage::Field;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("How far the region goes from the point or path.", 60.0),
            parameter::metres(
                "edge",
                "Width over which it passes into the ground around.",
                1.0,
                256.0,
                30.0,
            ),
            parameter::share("ridgedness", "From rolling bumps (0) to sharp crests (1).", 0.5),
            parameter::share(
                "keep",
                "How much of the roughness stays that other markers gave the ground.",
                0.0,
            ),
        ];
        parameter::kind(
            "Gives the ground of an area its roughness; 0 makes it smooth. Heights that other markers promise stay. Where \
             two regions overlap, strength, width of the bumps and ridgedness pass over from one to the other.",
            (0x9c, 0x86, 0xb8),
            &[Area, Point, Path],
            own.into_iter()
                .chain(parameter::outline_noise(8.0, 60.0))
                .chain(parameter::noise(6.0, 48.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            edge_m: parameters.number("edge"),
            keep: parameters.number("keep"),
            ridgedness: parameters.number("ridgedness"),
            rolling: parameters.noise(Style::Rolling, 5),
            ridged: parameters.noise(Style::Ridged, 5),
        }
    }

    fn reach_m(&self) -> f32 {
        self.radius_m + self.edge_m
    }

    fn noise_m(&self) -> f32 {
        self.rolling.strength_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let rolling = self.rolling.sample(site);
        let ridged = self.ridged.sample(site);
        for lane in 0..LANES {
            let own = ops::lerp(rolling[lane], ridged[lane], self.ridgedness);
            let wanted = own + columns.displacement[lane] * self.keep;
            let free = 1.0 - ops::clamp(columns.hold[lane], 0.0, 1.0);
            let weight = mesa(site.distance[lane], self.radius_m, self.edge_m) * free;
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], wanted, weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench_map::{Kinds, Recipe};
    use crate::plan::IslandPlan;
    use crate::simd::SimdLevel;
    use shared::attribute::{AttributeValue, Attributes};
    use shared::coords::LocalPos;
    use shared::geometry::{Box2, Geometry};
    use shared::ids::MarkerId;
    use shared::island::{Bounds, Marker};

    const RADIUS_M: f32 = 20.0;
    const EDGE_M: f32 = 16.0;

    /// Id, place east of the middle, and own attributes.
    type Region = (&'static str, f32, [(&'static str, f64); 3]);

    /// What noise wants to add at these x along y = 0, of regions with these attributes at these places on smooth land.
    fn wanted(regions: &[Region], x: &[f32]) -> Vec<f32> {
        let recipe = Recipe {
            bounds: Bounds::new(256, 256, 32, 96).unwrap(),
            markers: 0,
            seed: 1,
        };
        let mut project = recipe.project_of(Kinds::Terrain);
        let island = project.islands.values_mut().next().unwrap();
        for land in island.markers.values_mut() {
            land.attributes
                .insert("noise".to_owned(), AttributeValue::Number(0.0));
        }
        for (id, east, own) in regions {
            let place = [
                ("radius", f64::from(RADIUS_M)),
                ("edge", f64::from(EDGE_M)),
                ("outline_noise", 0.0),
            ];
            let number_of = |(key, value): (&str, f64)| (key.to_owned(), AttributeValue::Number(value));
            let id: MarkerId = id.parse().unwrap();
            let marker = Marker {
                id,
                kind: NoiseRegion::NAME.to_owned(),
                name: String::new(),
                note: String::new(),
                geometry: Geometry::Point(LocalPos::new(*east, 0.0, 0.0)),
                layer: 0,
                priority: 0,
                attributes: place
                    .into_iter()
                    .chain(*own)
                    .map(number_of)
                    .collect::<Attributes>(),
            };
            island.markers.insert(id, marker);
        }
        let plan = IslandPlan::new(&project.settings, &project.stamps, island);
        let simd = SimdLevel::detect();
        let place = Box2 {
            min_x_m: -64.0,
            min_y_m: -1.0,
            max_x_m: 64.0,
            max_y_m: 1.0,
        };
        let near = plan.near_with(place, simd);
        x.chunks(LANES)
            .flat_map(|run| {
                let x = std::array::from_fn(|lane| run[lane.min(run.len() - 1)]);
                let columns = plan.columns(&near, &x, &[0.0; LANES], simd);
                columns
                    .displacement
                    .into_iter()
                    .take(run.len())
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// Two regions as unlike as can be: over the overlap one becomes the other, without a step anywhere.
    #[test]
    fn one_region_passes_into_another_without_a_step() {
        let wide = (
            "a",
            -25.0,
            [("noise", 6.0), ("noise_scale", 200.0), ("ridgedness", 0.0)],
        );
        let fine = (
            "b",
            25.0,
            [("noise", 20.0), ("noise_scale", 6.0), ("ridgedness", 1.0)],
        );
        let along = |step: f32| -> Vec<f32> {
            let count = ops::floor_i32(120.0 / step);
            (0..count).map(|at| at as f32 * step - 60.0).collect()
        };
        // Between neighbours on a line, the finer it is divided the less; a step would stay as it is.
        let steepest = |step: f32| {
            let heights = wanted(&[wide, fine], &along(step));
            heights
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).abs())
                .fold(0.0, f32::max)
        };
        let (coarse, divided) = (steepest(1.0 / 32.0), steepest(1.0 / 256.0));
        assert!(
            coarse > 0.1 && divided < coarse / 4.0,
            "{coarse} m and {divided} m"
        );
        let x = along(0.25);
        let [both, first, second] = [&[wide, fine][..], &[wide], &[fine]].map(|regions| wanted(regions, &x));
        let mut mixed_count = 0;
        for (at, x) in x.into_iter().enumerate() {
            let is_in = |middle: f32, within_m: f32| (x - middle).abs() <= within_m;
            if !is_in(25.0, RADIUS_M + EDGE_M) {
                assert_eq!(both[at], first[at], "{x}");
            } else if is_in(25.0, RADIUS_M) {
                assert!((both[at] - second[at]).abs() < 1e-5, "{x}");
            } else if is_in(-25.0, RADIUS_M + EDGE_M) {
                mixed_count += usize::from(both[at] != first[at] && both[at] != second[at]);
            }
        }
        assert!(mixed_count > 20, "{mixed_count}");
    }
}
