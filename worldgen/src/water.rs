//! Water above the sea: where rivers run and lakes stand, fitted to the ground that they find.
//!
//! A river or lake is laid out once, when the plan is made, on a [`canvas`] of the columns around it: every
//! column gets its bed, bank or level, and what comes out is a [`layer`] that only has to be looked up. So water
//! can be held to account column by column: it lies level across a channel, never runs uphill, and nowhere
//! stands in the open beside lower ground.
//!
//! *Not* responsible for: the sea (what lies below 0 outside of it is sea anyway), and the attributes of the
//! kinds (`marker/{lake,river,stream,waterfall}.rs`).

pub(crate) mod basin;
pub(crate) mod canvas;
pub(crate) mod channel;
pub(crate) mod course;
mod crossing;
pub(crate) mod layer;
pub(crate) mod levels;
pub(crate) mod route;

use shared::coords::LocalPos;

use crate::fingerprint::Fingerprint;
use crate::ops::{self, STEPS_PER_VOXEL};

/// What is wrong with a marker that was fitted to the ground.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Finding {
    /// A lake is drawn higher than the ground around holds it.
    LakeAboveSpill {
        /// Height of its corners.
        drawn_m: f32,
        /// The highest level that holds.
        spill_m: i32,
    },
    /// A river is drawn up a hill.
    RiverUphill {
        /// Where it cuts in most deeply.
        at: LocalPos,
        /// How deeply.
        cut_m: i32,
    },
    /// A river ends on dry ground and found no water.
    RiverDangling {
        /// Where it ends.
        at: LocalPos,
    },
}

impl Finding {
    /// Feeds all of it.
    pub(crate) fn feed(&self, fingerprint: &mut Fingerprint) {
        match self {
            Self::LakeAboveSpill { drawn_m, spill_m } => {
                fingerprint.text("lake above spill");
                fingerprint.floats([*drawn_m]);
                fingerprint.signed(*spill_m);
            }
            Self::RiverUphill { at, cut_m } => {
                fingerprint.text("river uphill");
                fingerprint.floats([at.x_m, at.y_m, at.z_m]);
                fingerprint.signed(*cut_m);
            }
            Self::RiverDangling { at } => {
                fingerprint.text("river dangling");
                fingerprint.floats([at.x_m, at.y_m, at.z_m]);
            }
        }
    }
}

/// How much higher than the water the ground beside it is at least, in 1/256 voxel: half a voxel.
pub(crate) const FREEBOARD: i32 = STEPS_PER_VOXEL / 2;

/// The highest level in whole metres that ground of this height (in 1/256 voxel) holds in.
pub(crate) const fn held_level(height: i32) -> i32 {
    (height - FREEBOARD).div_euclid(STEPS_PER_VOXEL)
}

/// The lowest ground, in 1/256 voxel, that holds water of this level in whole metres.
pub(crate) const fn bank_height(level: i32) -> i32 {
    level * STEPS_PER_VOXEL + FREEBOARD
}

/// The highest ground, in 1/256 voxel, over which water of this level in whole metres fills a voxel.
pub(crate) const fn wet_height(level: i32) -> i32 {
    level * STEPS_PER_VOXEL - FREEBOARD
}

/// Ground beside water, lowered to `foot` at the water's edge and left alone from `width_m` on. Heights are in
/// 1/256 voxel; `away_m` is the distance from the edge.
pub(crate) fn cut_bank(height: i32, foot: i32, away_m: f32, width_m: f32) -> i32 {
    let weight = ops::smoothstep(1.0 - away_m / width_m);
    let excess = ops::max((height - foot) as f32, 0.0);
    height - ops::floor_i32(excess * weight)
}

/// A dyke beside water, in 1/256 voxel: as high as it takes at the edge, falling away outside.
pub(crate) fn dyke_height(level: i32, away_m: f32) -> i32 {
    /// Width of its crest in metres.
    const CREST_M: f32 = 2.0;
    /// Slope of its outer side.
    const SLOPE: f32 = 0.6;
    let below_m = ops::max(away_m - CREST_M, 0.0) * SLOPE;
    bank_height(level) - ops::floor_i32(below_m * STEPS_PER_VOXEL as f32)
}

/// How far a dyke goes, in metres.
pub(crate) const DYKE_M: f32 = 8.0;

/// The bed under water of a level, in 1/256 voxel: at least one voxel deep.
pub(crate) fn bed_height(level: i32, depth_m: f32) -> i32 {
    let depth = ops::floor_i32(ops::max(depth_m, 0.0) * STEPS_PER_VOXEL as f32);
    (level * STEPS_PER_VOXEL - depth).min(wet_height(level))
}
