//! Rock in three dimensions: hollows in the ground, and rock that stands or hangs above it.
//!
//! A kind that is more than a height per column describes a [`Body`]. Near bodies, a tile gets [`Volume`]:
//! the bodies' fields on a world-aligned lattice of 4 m ([`lattice`]), combined in the order of their
//! markers, and what they leave alone ([`limits`]). [`merge`] turns that into voxels of a
//! chunk. Tiles without a body pay nothing.
//!
//! A hollow keeps at least [`limits::COVER`] voxels of ground to every side, to air and to water, except at
//! `entrance` markers, and sea caves at the sea. Neither lets lake, river or sea into a dry hollow. No body has a part in
//! the ground of roads, pads and clearings, nor in the room over it.
//!
//! *Not* responsible for: which bodies there are (see [`crate::marker`]); ground and water of columns (see
//! [`crate::fill`]).

pub(crate) mod body;
mod lattice;
mod limits;
mod merge;
pub(crate) mod slab;
pub(crate) mod tube;

pub(crate) use body::{Body, Effect, Roughness};
pub(crate) use merge::{Codes, Merge, MergeInto};

use self::lattice::Lattice;
use self::limits::Limits;
use crate::plan::IslandPlan;
use crate::simd::SimdLevel;
use crate::surface::{Block, SurfaceTile};

/// What the chunks of one tile need to know of the bodies that reach it.
pub(crate) struct Volume {
    lattice: Lattice,
    limits: Limits,
}

impl IslandPlan {
    /// The volume above and below one tile; `None` where no body reaches. What the `block` knows of the columns
    /// around it is not evaluated again.
    pub(crate) fn volume(
        &self,
        surface: &SurfaceTile,
        block: Option<&Block<'_>>,
        simd: SimdLevel,
    ) -> Option<Volume> {
        let place = surface.pos.footprint();
        if !self.has_bodies(place) {
            return None;
        }
        let lattice = Lattice::new(self, surface.pos, simd);
        let limits = Limits::new(self, surface, lattice.hollow().as_ref(), block, simd);
        Some(Volume { lattice, limits })
    }
}

impl Volume {
    /// Whether bodies may have a voxel in the chunk that begins at a z, or next to it.
    pub(crate) fn touches(&self, first_z: i32) -> bool {
        Codes::are_there(&self.lattice, first_z)
    }

    /// Puts what the bodies make of the voxels of the chunk that begins at a z into `codes`; false when they leave
    /// it alone.
    pub(crate) fn codes(&self, first_z: i32, simd: SimdLevel, codes: &mut Codes) -> bool {
        codes.take(&self.lattice, first_z, simd)
    }

    /// What the bodies leave alone.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}
