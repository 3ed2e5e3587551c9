//! `ash`: burnt land: ash, dark rock and dead trees.

use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::zone::{self, Zone};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ash {
    zone: Zone,
    cover: f32,
    dead_trees: f32,
}

/// Density of forest that land full of dead trees has.
const MOST_DEAD_TREES: f32 = 0.45;

impl Kind for Ash {
    const NAME: &'static str = "ash";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        zone::schema(
            "Burns the land: ash on dark rock, basalt boulders, dead trees in place of living ones.",
            (0x5a, 0x54, 0x56),
            [
                parameter::share(
                    "cover",
                    "From dark rock alone (0) to a closed cover of ash (1).",
                    0.8,
                ),
                parameter::share("dead_trees", "From none (0) to a burnt forest (1).", 0.25),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            zone: Zone::new(parameters),
            cover: 0.3 + 0.7 * parameters.number("cover"),
            dead_trees: parameters.number("dead_trees"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.zone.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let weight = self.zone.weight(site.distance[lane]);
            let dead = self.dead_trees * MOST_DEAD_TREES;
            columns.ash[lane] = ops::max(columns.ash[lane], self.cover * weight);
            columns.forest[lane] = ops::lerp(columns.forest[lane], dead, weight);
            columns.meadow[lane] = ops::lerp(columns.meadow[lane], 0.0, weight);
        }
    }
}
