//! `cave`: a passage through the rock, along a path.

use super::passage::{Measures, Passage, PassageKind};
use crate::volume::Effect;
use crate::volume::tube::Floor;

/// See the module.
pub(crate) type Cave = Passage<Dry>;

/// What tells a cave from other passages.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Dry;

impl PassageKind for Dry {
    const NAME: &'static str = "cave";
    const DOC: &'static str = "Hollows a passage out of the rock, around the heights of the path. It stays closed, \
                               with ground all around it, except where an entrance lets it into the open.";
    const COLOUR: (u8, u8, u8) = (0x5a, 0x50, 0x64);
    const INITIAL_LEVEL_M: f32 = 3.0;
    const EFFECT: Effect = Effect::Hollow;
    const FLOOR: Floor = Floor::Flat;
    const NEW: Measures = Measures {
        radius_m: 4.0,
        end_radius_m: 3.0,
        noise_m: 1.2,
        noise_scale_m: 11.0,
    };
}
