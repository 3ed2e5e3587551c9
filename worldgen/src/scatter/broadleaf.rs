//! Trees and bushes with leaves: trunks that branch, each bough with a cloud of leaves of its own.

use super::model::{Place, Sketch, direction};
use crate::material::Material::{Leaves, LightLeaves, PaleWood, PalmLeaves, PalmWood, Snow, Wood};

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

pub(super) fn beech(sketch: &mut Sketch) {
    let trunk = 6.0 + sketch.pick(1, 3) as f32;
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, trunk + 2.0], Wood);
    Crown {
        boughs: 5,
        from_z: trunk - 3.0,
        to_z: trunk - 0.2,
        out_m: (1.5, 2.2),
        cloud_m: (1.6, 2.1),
    }
    .draw(sketch);
    // A dome that is as high as it is wide, without gaps.
    let (wide_m, high_m) = (sketch.between(2, 2.3, 2.9), sketch.between(3, 2.8, 3.6));
    sketch.ball([0.0, 0.0, trunk + 1.0], [wide_m, wide_m, high_m], 0.2, Leaves);
    sketch.clothe(Leaves);
}

pub(super) fn snow_birch(sketch: &mut Sketch) {
    let trunk = 6.0 + sketch.pick(1, 4) as f32;
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, trunk], PaleWood);
    let turn = sketch.pick(2, 16);
    for (bough, choice) in (0..5 + sketch.pick(3, 3)).zip(20_u64..) {
        let (east, north) = direction(turn + bough * 5);
        let start_z = trunk * sketch.between(choice, 0.35, 0.9);
        let out_m = sketch.between(choice + 20, 1.3, 2.4);
        let knee = [east * out_m, north * out_m, start_z + 1.0];
        sketch.limb([0.0, 0.0, start_z], knee, PaleWood);
        let up_m = sketch.between(choice + 40, 0.6, 2.2);
        sketch.limb(knee, [knee[0] + east, knee[1] + north, knee[2] + up_m], PaleWood);
    }
    for at in sketch.voxels().into_iter().rev().filter(|at| at.z > 1) {
        sketch.put(at.x, at.y, at.z + 1, Snow);
    }
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
    // Young fronds stand up before they droop, old ones hang lower: air stays between them.
    Fronds {
        count: 5 + sketch.pick(5, 2),
        out_m: (3.5, 4.0),
        rise_m: (1.0, 2.0),
        droop_m: (1.4, 2.2),
    }
    .draw(sketch, top);
}

pub(super) fn dwarf_palm(sketch: &mut Sketch) {
    let height = sketch.pick(1, 3) as f32;
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, height], PalmWood);
    sketch.limb([0.0, 0.0, height], [0.0, 0.0, height + 1.0], PalmLeaves);
    Fronds {
        count: 6 + sketch.pick(2, 3),
        out_m: (2.0, 3.2),
        rise_m: (1.4, 2.8),
        droop_m: (1.0, 1.8),
    }
    .draw(sketch, [0.0, 0.0, height]);
}

/// Leaves of a palm around the top of its trunk.
struct Fronds {
    count: i32,
    out_m: (f32, f32),
    /// How far the lower and the upper ones rise before they droop.
    rise_m: (f32, f32),
    droop_m: (f32, f32),
}

impl Fronds {
    fn draw(&self, sketch: &mut Sketch, top: Place) {
        let turn = sketch.pick(4, 16);
        for (frond, choice) in (0..self.count).zip(20_u64..) {
            let (east, north) = direction(turn + frond * 16 / self.count);
            let out_m = sketch.between(choice, self.out_m.0, self.out_m.1);
            let rise_m = if frond % 2 == 0 {
                self.rise_m.1
            } else {
                self.rise_m.0
            };
            let droop_m = sketch.between(choice + 20, self.droop_m.0, self.droop_m.1);
            let at = |share: f32, up_m: f32| {
                let off_m = out_m * share;
                [top[0] + east * off_m, top[1] + north * off_m, top[2] + up_m]
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
}
