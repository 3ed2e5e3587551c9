//! `sea_cave`: a passage that the sea has made, with water on its floor.

use super::passage::{Measures, Passage, PassageKind};
use crate::volume::Effect;
use crate::volume::tube::Floor;

/// See the module.
pub(crate) type SeaCave = Passage<Flooded>;

/// What tells a sea cave from other passages.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Flooded;

impl PassageKind for Flooded {
    const NAME: &'static str = "sea_cave";
    const DOC: &'static str = "Hollows a passage into the coast, open to the sea and flooded up to its level. Draw it \
                               from the water inland.";
    const COLOUR: (u8, u8, u8) = (0x3c, 0x6a, 0x8c);
    const INITIAL_LEVEL_M: f32 = 1.0;
    const EFFECT: Effect = Effect::SeaHollow;
    const FLOOR: Floor = Floor::Round;
    const NEW: Measures = Measures {
        radius_m: 7.0,
        end_radius_m: 4.0,
        noise_m: 1.3,
        noise_scale_m: 12.0,
    };
}
