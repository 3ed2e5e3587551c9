//! `meadow`: open grassland with flowers and a few single trees.

use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::zone::{self, Zone};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Meadow {
    zone: Zone,
    flowers: f32,
    trees: f32,
}

/// Density of forest that a meadow full of single trees has: enough to walk in shade, too little for a wood.
const MOST_TREES: f32 = 0.2;

impl Kind for Meadow {
    const NAME: &'static str = "meadow";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        zone::schema(
            "Opens the ground: grass that stands high, flowers in drifts, a single tree here and there. In a forest \
             it is a clearing.",
            (0xb8, 0xc4, 0x4a),
            [
                parameter::share(
                    "flowers",
                    "From grass alone (0) to a meadow full of flowers (1).",
                    0.5,
                ),
                parameter::share("trees", "From none (0) to many single trees (1).", 0.15),
            ],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            zone: Zone::new(parameters),
            flowers: parameters.number("flowers"),
            trees: parameters.number("trees"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.zone.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let weight = self.zone.weight(site.distance[lane]);
            columns.meadow[lane] = ops::max(columns.meadow[lane], weight);
            columns.flowers[lane] = ops::lerp(columns.flowers[lane], self.flowers, weight);
            columns.forest[lane] = ops::lerp(columns.forest[lane], self.trees * MOST_TREES, weight);
        }
    }
}
