//! Trees with needles: spruces, whose tiers of branches grow shorter towards the tip, and pines, whose needles stand in
//! clouds.

use super::REACH;
use super::model::{Sketch, direction};
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
                // Grain draws a voxel nearer by 0.315 m at most.
                let near = away_m - 0.32 <= radius_m;
                if away_m <= core_m || near && away_m + 0.9 * (sketch.grain(x, y, z) - 0.35) <= radius_m {
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

pub(super) fn pine(sketch: &mut Sketch) {
    let trunk = 8.0 + sketch.pick(1, 5) as f32;
    let (east, north) = direction(sketch.pick(2, 16));
    let lean_m = sketch.between(3, 0.0, 1.6);
    let at = |z: f32| {
        let off_m = lean_m * (z / trunk - 0.4).max(0.0);
        [east * off_m, north * off_m, z]
    };
    sketch.limb([0.0, 0.0, -2.0], at(trunk * 0.4), Wood);
    sketch.limb(at(trunk * 0.4), at(trunk), Wood);
    let turn = sketch.pick(4, 16);
    for (bough, choice) in (0..4 + sketch.pick(5, 3)).zip(20_u64..) {
        let (along, across) = direction(turn + bough * 5);
        // The lowest boughs are the longest; the lower half of the trunk is bare.
        let share = sketch.between(choice, 0.55, 0.98);
        let out_m = sketch.between(choice + 20, 1.8, 2.6) * (1.45 - 0.7 * share);
        let [x, y, z] = at(trunk * share);
        let end = [x + along * out_m, y + across * out_m, z + 0.6];
        sketch.limb([x, y, z - 0.6], end, Wood);
        let wide_m = sketch.between(choice + 40, 1.4, 2.1);
        sketch.ball(
            [end[0], end[1], end[2] + 0.5],
            [wide_m, wide_m, 0.9],
            0.4,
            Needles,
        );
    }
    let [x, y, z] = at(trunk);
    let wide_m = sketch.between(6, 1.7, 2.4);
    sketch.ball([x, y, z + 0.8], [wide_m, wide_m, 1.3], 0.4, Needles);
    sketch.clothe(Needles);
}

pub(super) fn dwarf_pine(sketch: &mut Sketch) {
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, 1.0], Wood);
    let turn = sketch.pick(1, 16);
    for (bough, choice) in (0..3 + sketch.pick(2, 3)).zip(20_u64..) {
        let (east, north) = direction(turn + bough * 5);
        let out_m = sketch.between(choice, 0.9, 2.3);
        let end = [east * out_m, north * out_m, sketch.between(choice + 20, 0.6, 1.7)];
        sketch.limb([0.0, 0.0, 0.0], end, Wood);
        let wide_m = sketch.between(choice + 40, 1.1, 1.6);
        sketch.ball(end, [wide_m, wide_m, 1.1], 0.35, Needles);
    }
    sketch.ball([0.0, 0.0, 1.6], [1.4, 1.4, 1.2], 0.35, Needles);
    sketch.clothe(Needles);
    sketch.cap(Snow, 0.7, 1);
}
