//! `path`: a trodden way along a line.

use super::way::{Measures, Way, WayKind};
use crate::material::Material;

/// See the module.
pub(crate) type Path = Way<Trodden>;

/// What tells a path from other ways.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Trodden;

impl WayKind for Trodden {
    const NAME: &'static str = "path";
    const DOC: &'static str = "Treads a path: level across, and no steeper than one likes to walk.";
    const COLOUR: (u8, u8, u8) = (0xcf, 0xa8, 0x6e);
    const PAVING: Material = Material::Path;
    const NEW: Measures = Measures {
        width_m: 2.0,
        edge_m: 4.0,
        slope: 0.4,
    };
}
