//! `forest`: trees and forest floor in an area.

use shared::attribute::Rgb;
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::zone::{self, Zone};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Forest {
    zone: Zone,
    density: f32,
}

impl Kind for Forest {
    const NAME: &'static str = "forest";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        zone::schema(
            "Grows trees where the ground bears them: not on steep slopes, beaches, bare rock or under water.",
            Rgb {
                r: 0x3f,
                g: 0x74,
                b: 0x3a,
            },
            [parameter::share(
                "density",
                "Share of the places for trees that have one.",
                0.7,
            )],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            zone: Zone::new(parameters),
            density: parameters.number("density"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.zone.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let weight = self.zone.weight(site.distance[lane]);
            columns.forest[lane] = ops::max(columns.forest[lane], self.density * weight);
            columns.meadow[lane] = ops::lerp(columns.meadow[lane], 0.0, weight);
        }
    }
}
