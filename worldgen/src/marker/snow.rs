//! `snow`: ground and trees under snow.

use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::zone::{self, Zone};
use super::{Kind, Site, Stage};
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Snow {
    zone: Zone,
    cover: f32,
}

impl Kind for Snow {
    const NAME: &'static str = "snow";
    const STAGE: Stage = Stage::Zone;

    fn schema() -> KindSchema {
        zone::schema(
            "Lays snow on all ground that can hold it, and on the trees; lakes freeze.",
            (0xdf, 0xea, 0xf2),
            [parameter::share(
                "cover",
                "From patches between bare ground (0) to a closed cover (1).",
                0.8,
            )],
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            zone: Zone::new(parameters),
            cover: 0.3 + 0.7 * parameters.number("cover"),
        }
    }

    fn reach_m(&self) -> f32 {
        self.zone.radius_m
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let weight = self.zone.weight(site.distance[lane]);
            columns.snow[lane] = ops::max(columns.snow[lane], self.cover * weight);
        }
    }
}
