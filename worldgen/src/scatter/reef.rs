//! Corals.

use super::model::{Sketch, direction};
use crate::material::Material::{BrainCoral, Coral, FanCoral};

pub(super) fn branches(sketch: &mut Sketch) {
    sketch.limb([0.0, 0.0, -1.0], [0.0, 0.0, 1.0], Coral);
    let turn = sketch.pick(1, 16);
    for (branch, choice) in (0..2 + sketch.pick(2, 3)).zip(20_u64..) {
        let (east, north) = direction(turn + branch * 5);
        let out_m = sketch.between(choice, 0.8, 1.7);
        let end = [east * out_m, north * out_m, sketch.between(choice + 20, 0.6, 2.4)];
        sketch.limb([0.0, 0.0, 0.0], [end[0], end[1], 0.5], Coral);
        sketch.limb([end[0], end[1], 0.5], end, Coral);
    }
}

pub(super) fn fan(sketch: &mut Sketch) {
    let stalk = sketch.pick(1, 2) as f32;
    sketch.limb([0.0, 0.0, -1.0], [0.0, 0.0, stalk], FanCoral);
    let wide_m = sketch.between(2, 1.2, 2.2);
    sketch.ball([0.0, 0.0, stalk + 0.4], [wide_m, wide_m, 0.7], 0.35, FanCoral);
}

pub(super) fn brain(sketch: &mut Sketch) {
    let wide_m = sketch.between(1, 0.9, 1.9);
    sketch.ball([0.0, 0.0, 0.0], [wide_m, wide_m, wide_m * 0.75], 0.15, BrainCoral);
    sketch.limb([0.0, 0.0, -1.0], [0.0, 0.0, 0.0], BrainCoral);
}
