//! Trees with needles: tiers of branches that grow shorter towards the tip.

use super::REACH;
use super::model::Sketch;
use crate::material::Material::{Needles, Snow, Wood};

pub(super) fn spruce(sketch: &mut Sketch) {
    let height = 9 + sketch.pick(1, 8);
    let clear = 1 + sketch.pick(2, 3);
    let wide_m = sketch.between(3, 2.6, 3.5);
    // The tip is needles alone: bare wood with a single green voxel on it reads as a mast.
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, (height - 4) as f32], Wood);
    for z in clear..=height {
        let from_tip = (height - z) as f32 / (height - clear) as f32;
        // Branches droop in tiers: every other layer is wider, and none is round.
        let tier = if (height - z) % 2 == 1 { 0.8 } else { -0.45 };
        let is_tip = z >= height - 1;
        let radius_m = if is_tip { 0.0 } else { from_tip * wide_m + tier };
        // Whole beside the trunk, ragged further out.
        let core_m = if is_tip { 0.0 } else { 1.05 };
        for y in -REACH..=REACH {
            for x in -REACH..=REACH {
                let away_m = ((x * x + y * y) as f32).sqrt();
                if away_m <= core_m || away_m + 0.9 * (sketch.grain(x, y, z) - 0.35) <= radius_m {
                    sketch.put(x, y, z, Needles);
                }
            }
        }
    }
}

pub(super) fn snow_spruce(sketch: &mut Sketch) {
    spruce(sketch);
    // Every tier that sticks out beyond the one above carries snow, all around.
    sketch.cap(Snow, 1.0, 1);
}
