//! Trees and bushes with leaves: trunks that branch, each bough with a cloud of leaves of its own.

use super::model::{Sketch, direction};
use crate::material::Material::{Leaves, LightLeaves, PaleWood, PalmLeaves, PalmWood, Wood};

/// A crown of `boughs` around a trunk, whose ends lie `out_m` from it.
struct Crown {
    boughs: i32,
    /// Height at which the lowest bough leaves the trunk.
    from_z: f32,
    /// Height of the boughs' ends.
    to_z: f32,
    out_m: (f32, f32),
    cloud_m: (f32, f32),
}

impl Crown {
    fn draw(&self, sketch: &mut Sketch) {
        let turn = sketch.pick(10, 16);
        for (bough, choice) in (0..self.boughs).zip(20_u64..) {
            // Five sixteenths from bough to bough: neighbours never stand above each other.
            let (east, north) = direction(turn + bough * 5 + sketch.pick(choice + 20, 2));
            let out_m = sketch.between(choice + 40, self.out_m.0, self.out_m.1);
            let up_m = sketch.between(choice + 60, -0.8, 0.8);
            let end = [east * out_m, north * out_m, self.to_z + up_m];
            let start_z = self.from_z + (bough % 3) as f32;
            sketch.limb([0.0, 0.0, start_z], end, Wood);
            let cloud_m = sketch.between(choice + 80, self.cloud_m.0, self.cloud_m.1);
            sketch.ball(
                [end[0], end[1], end[2] + 0.4],
                [cloud_m, cloud_m, cloud_m * 0.78],
                0.35,
                Leaves,
            );
        }
    }
}

pub(super) fn oak(sketch: &mut Sketch) {
    let trunk = 4.0 + sketch.pick(1, 3) as f32;
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, trunk + 1.0], Wood);
    Crown {
        boughs: 4 + sketch.pick(2, 3),
        from_z: trunk - 2.0,
        to_z: trunk + 0.6,
        out_m: (1.7, 2.7),
        cloud_m: (1.7, 2.3),
    }
    .draw(sketch);
    let top_m = sketch.between(3, 1.7, 2.3);
    sketch.ball([0.0, 0.0, trunk + 2.0], [top_m, top_m, 1.9], 0.35, Leaves);
    sketch.clothe(Leaves);
}

pub(super) fn giant(sketch: &mut Sketch) {
    let trunk = 8.0 + sketch.pick(1, 3) as f32;
    for side in 0..4 {
        let (east, north) = direction(side * 4);
        let height = trunk - 3.0 - sketch.pick(100 + side.unsigned_abs() as u64, 3) as f32;
        sketch.limb([east, north, -2.0], [east, north, height], Wood);
        // Roots run out from the trunk and into the ground.
        let (east, north) = direction(side * 4 + sketch.pick(110 + side.unsigned_abs() as u64, 4));
        sketch.limb([east, north, 1.0], [east * 2.6, north * 2.6, -2.0], Wood);
    }
    sketch.limb([0.0, 0.0, -3.0], [0.0, 0.0, trunk + 2.0], Wood);
    Crown {
        boughs: 6,
        from_z: trunk - 4.0,
        to_z: trunk - 0.6,
        out_m: (2.5, 3.1),
        cloud_m: (1.9, 2.3),
    }
    .draw(sketch);
    Crown {
        boughs: 4,
        from_z: trunk - 1.0,
        to_z: trunk + 2.0,
        out_m: (1.4, 2.2),
        cloud_m: (1.8, 2.4),
    }
    .draw(sketch);
    sketch.ball([0.0, 0.0, trunk + 3.4], [2.4, 2.4, 2.0], 0.35, Leaves);
    sketch.clothe(Leaves);
}

pub(super) fn birch(sketch: &mut Sketch) {
    let trunk = 7.0 + sketch.pick(1, 4) as f32;
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, trunk], PaleWood);
    let turn = sketch.pick(2, 16);
    let mut z = trunk * 0.42;
    for tuft in 0..8_u64 {
        if z > trunk {
            break;
        }
        let (east, north) = direction(turn + i32::try_from(tuft).unwrap_or(0) * 6);
        let off_m = sketch.between(10 + tuft, 0.4, 1.1);
        // Widest above the middle, like an egg that stands on its point.
        let belly = (z / trunk - 0.62) * 2.2;
        let wide_m = sketch.between(30 + tuft, 1.7, 2.3) * (1.0 - belly * belly * 0.8);
        sketch.ball(
            [east * off_m, north * off_m, z],
            [wide_m, wide_m, 1.4],
            0.45,
            LightLeaves,
        );
        z += 1.3;
    }
    sketch.ball([0.0, 0.0, trunk + 0.6], [1.1, 1.1, 1.5], 0.3, LightLeaves);
    sketch.clothe(LightLeaves);
}

pub(super) fn bush(sketch: &mut Sketch) {
    let leaves = if sketch.pick(1, 3) == 0 {
        LightLeaves
    } else {
        Leaves
    };
    let wide_m = sketch.between(2, 1.1, 1.7);
    let high_m = sketch.between(3, 0.9, 1.4);
    sketch.limb([0.0, 0.0, -1.0], [0.0, 0.0, 0.0], Wood);
    sketch.ball([0.0, 0.0, 0.3], [wide_m, wide_m, high_m], 0.4, leaves);
    if sketch.pick(4, 2) == 0 {
        let (east, north) = direction(sketch.pick(5, 16));
        sketch.ball([east * 1.3, north * 1.3, 0.1], [1.2, 1.2, 0.9], 0.4, leaves);
    }
}

pub(super) fn palm(sketch: &mut Sketch) {
    const PIECES: i32 = 6;
    let height = 6.0 + sketch.pick(1, 4) as f32;
    let (east, north) = direction(sketch.pick(2, 16));
    let lean_m = sketch.between(3, 0.6, 2.4);
    // The trunk bends away from the ground: it leans most at its foot's end of the bow.
    let bow = |share: f32| {
        let off_m = lean_m * share * share;
        [east * off_m, north * off_m, height * share]
    };
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, 0.0], PalmWood);
    for piece in 0..PIECES {
        let at = |piece: i32| bow(piece as f32 / PIECES as f32);
        sketch.limb(at(piece), at(piece + 1), PalmWood);
    }
    let top = bow(1.0);
    sketch.limb(top, [top[0], top[1], top[2] + 1.0], PalmLeaves);
    let turn = sketch.pick(4, 16);
    let fronds = 5 + sketch.pick(5, 2);
    for (frond, choice) in (0..fronds).zip(20_u64..) {
        let (east, north) = direction(turn + frond * 16 / fronds);
        let out_m = sketch.between(choice, 3.5, 4.0);
        // Young fronds stand up before they droop, old ones hang lower: air stays between them.
        let rise_m = if frond % 2 == 0 { 2.0 } else { 1.0 };
        let droop_m = sketch.between(choice + 20, 1.4, 2.2);
        let at = |share: f32, up: f32| {
            [
                top[0] + east * out_m * share,
                top[1] + north * out_m * share,
                top[2] + up,
            ]
        };
        let bends = [
            at(0.0, 1.0),
            at(0.35, rise_m),
            at(0.65, rise_m - 0.3 * droop_m),
            at(1.0, rise_m - droop_m),
        ];
        for ends in bends.windows(2) {
            sketch.limb(ends[0], ends[1], PalmLeaves);
        }
    }
}
