//! Trees with needles: tiers of branches that grow shorter towards the tip.

use super::REACH;
use super::model::Sketch;
use crate::material::Material::{Needles, Snow, Wood};

pub(super) fn spruce(sketch: &mut Sketch) {
    let height = 9 + sketch.pick(1, 8);
    let clear = 1 + sketch.pick(2, 3);
    let wide_m = sketch.between(3, 2.9, 3.9);
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, (height - 2) as f32], Wood);
    for z in clear..=height {
        let from_tip = (height - z) as f32 / (height - clear) as f32;
        // Branches droop in tiers: every other layer is wider, and none is round.
        let tier = if (height - z) % 2 == 1 { 0.5 } else { -0.45 };
        let radius_m = (from_tip * wide_m + tier).max(if z == height { 0.2 } else { 0.75 });
        for y in -REACH..=REACH {
            for x in -REACH..=REACH {
                let away_m = ((x * x + y * y) as f32).sqrt();
                if away_m + 0.9 * (sketch.grain(x, y, z) - 0.35) <= radius_m {
                    sketch.put(x, y, z, Needles);
                }
            }
        }
    }
}

pub(super) fn snow_spruce(sketch: &mut Sketch) {
    spruce(sketch);
    // Every tier that sticks out beyond the one above carries snow.
    sketch.cap(Snow, 0.8, 1);
}
