//! `road`: a paved way along a line, levelled across, with a bridge or ford where it crosses water.

use super::way::{Measures, Way, WayKind};
use crate::material::Material;

/// See the module.
pub(crate) type Road = Way<Paved>;

/// What tells a road from other ways.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Paved;

impl WayKind for Paved {
    const NAME: &'static str = "road";
    const DOC: &'static str =
        "Builds a paved road: level across, no steeper than it may be, on a bridge where it crosses water.";
    const COLOUR: (u8, u8, u8) = (0xb9, 0xa8, 0x90);
    const PAVING: Material = Material::Cobble;
    const NEW: Measures = Measures {
        width_m: 4.0,
        edge_m: 7.0,
        slope: 0.16,
    };
}
