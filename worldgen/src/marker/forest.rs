//! `forest`: trees and forest floor in an area.

use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::zone::{self, Zone};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};
use crate::scatter::Trees;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Forest {
    zone: Zone,
    density: f32,
    trees: Trees,
}

impl Kind for Forest {
    const NAME: &'static str = "forest";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        zone::schema(
            "Grows trees where the ground bears them: not on steep slopes, beaches, bare rock or under water.",
            (0x3f, 0x74, 0x3a),
            [
                parameter::share("density", "Share of the places for trees that have one.", 0.7),
                parameter::choice(
                    "trees",
                    "What grows: broad-leaved trees with more conifers the higher the ground (mixed), one of the two, \
                     or palms, which also stand on sand.",
                    &Trees::ALL.map(Trees::name),
                ),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            zone: Zone::new(parameters),
            density: parameters.number("density"),
            trees: Trees::of_name(&parameters.choice("trees")),
        }
    }

    fn reach_m(&self) -> f32 {
        self.zone.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let weight = self.zone.weight(site.distance[lane]);
            let density = self.density * weight;
            // Of two forests the denser one says which trees grow.
            let denser = density > columns.forest[lane];
            columns.trees[lane] = if denser {
                self.trees.number()
            } else {
                columns.trees[lane]
            };
            columns.forest[lane] = ops::max(columns.forest[lane], density);
            columns.meadow[lane] = ops::lerp(columns.meadow[lane], 0.0, weight);
        }
    }
}
