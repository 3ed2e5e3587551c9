//! Trees of wet ground, and dead wood of all kinds.

use shared::coords::VoxelPos;

use super::model::{Sketch, direction};
use crate::material::Material::{DeadWood, Leaves, Moss, WillowLeaves, Wood};

pub(super) fn willow(sketch: &mut Sketch) {
    let trunk = 4.0 + sketch.pick(1, 2) as f32;
    let (east, north) = direction(sketch.pick(2, 16));
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, 1.0], Wood);
    sketch.limb([0.0, 0.0, 1.0], [east * 0.8, north * 0.8, trunk], Wood);
    let turn = sketch.pick(3, 16);
    for (bough, choice) in (0..7).zip(20_u64..) {
        let (along, across) = direction(turn + bough * 5);
        let out_m = sketch.between(choice, 2.0, 3.1);
        let end = [
            along * out_m,
            across * out_m,
            trunk + sketch.between(choice + 20, 0.3, 1.6),
        ];
        sketch.limb([east * 0.8, north * 0.8, trunk - 1.0], end, Wood);
        let cloud_m = sketch.between(choice + 40, 1.3, 1.9);
        sketch.ball(end, [cloud_m, cloud_m, 1.2], 0.4, WillowLeaves);
    }
    sketch.ball([east, north, trunk + 1.6], [2.0, 2.0, 1.4], 0.4, WillowLeaves);
    sketch.clothe(WillowLeaves);
    // Twigs hang from the rim of the crown, some nearly to the ground.
    for VoxelPos { x, y, z } in sketch.voxels() {
        let below = sketch.get(VoxelPos::new(x, y, z - 1));
        let leaf = sketch.get(VoxelPos::new(x, y, z)) == Some(WillowLeaves);
        if leaf && below.is_none() && x * x + y * y >= 5 && sketch.grain(x, y, 60) < 0.5 {
            let end = (z - 2 - sketch.pick(200 + u64::from((x * 16 + y).unsigned_abs()), 3)).max(1);
            for z in end..z {
                sketch.put(x, y, z, WillowLeaves);
            }
        }
    }
}

pub(super) fn mangrove(sketch: &mut Sketch) {
    let trunk = 4.0 + sketch.pick(1, 3) as f32;
    sketch.limb([0.0, 0.0, 1.0], [0.0, 0.0, trunk], Wood);
    let turn = sketch.pick(2, 16);
    for (root, choice) in (0..5).zip(20_u64..) {
        let (east, north) = direction(turn + root * 3);
        let out_m = sketch.between(choice, 1.3, 2.7);
        let knee = [east * out_m * 0.8, north * out_m * 0.8, 1.0];
        sketch.limb([0.0, 0.0, 2.0], knee, Wood);
        sketch.limb(knee, [east * out_m, north * out_m, -3.0], Wood);
    }
    for (bough, choice) in (0..5).zip(60_u64..) {
        let (east, north) = direction(turn + bough * 3 + 1);
        let out_m = sketch.between(choice, 1.4, 2.6);
        let end = [
            east * out_m,
            north * out_m,
            trunk + sketch.between(choice + 20, 0.0, 1.2),
        ];
        sketch.limb([0.0, 0.0, trunk - 1.0], end, Wood);
        let cloud_m = sketch.between(choice + 40, 1.6, 2.2);
        sketch.ball(end, [cloud_m, cloud_m, 1.2], 0.35, Leaves);
    }
    sketch.ball([0.0, 0.0, trunk + 1.4], [2.0, 2.0, 1.3], 0.35, Leaves);
    sketch.clothe(Leaves);
}

pub(super) fn dead_tree(sketch: &mut Sketch) {
    let trunk = 3.0 + sketch.pick(1, 6) as f32;
    let (east, north) = direction(sketch.pick(2, 16));
    let lean_m = sketch.between(3, 0.0, 1.0);
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, trunk * 0.5], DeadWood);
    sketch.limb(
        [0.0, 0.0, trunk * 0.5],
        [east * lean_m, north * lean_m, trunk],
        DeadWood,
    );
    let turn = sketch.pick(4, 16);
    for (bough, choice) in (0..2 + sketch.pick(5, 3)).zip(20_u64..) {
        let (along, across) = direction(turn + bough * 6);
        let z = trunk * sketch.between(choice, 0.5, 0.9);
        let out_m = sketch.between(choice + 20, 1.2, 2.4);
        let knee = [along * out_m, across * out_m, z + 0.5];
        sketch.limb([0.0, 0.0, z], knee, DeadWood);
        sketch.limb(
            knee,
            [knee[0], knee[1], z + sketch.between(choice + 40, 0.6, 2.4)],
            DeadWood,
        );
    }
}

pub(super) fn snag(sketch: &mut Sketch) {
    // A ring of splinters around the place where the trunk broke.
    let (east, north) = direction(sketch.pick(1, 4) * 4);
    let corners = [
        (0.0, 0.0),
        (east, north),
        (-north, east),
        (east - north, north + east),
    ];
    for ((x, y), choice) in corners.into_iter().zip(10_u64..) {
        let top = sketch.between(choice, 0.0, 4.5);
        sketch.limb([x, y, -2.0], [x, y, top], DeadWood);
    }
    // What broke off leans on it, or has burnt.
    if sketch.pick(2, 2) == 0 {
        let (east, north) = direction(sketch.pick(3, 16));
        let out_m = sketch.between(4, 2.6, 4.0);
        sketch.limb([0.0, 0.0, 2.0], [east * out_m, north * out_m, 0.0], DeadWood);
    }
}

pub(super) fn driftwood(sketch: &mut Sketch) {
    let (east, north) = direction(sketch.pick(1, 16));
    let half_m = sketch.between(2, 1.2, 2.6);
    for z in [-1.0, 0.0] {
        sketch.limb(
            [-east * half_m, -north * half_m, z],
            [east * half_m, north * half_m, z],
            DeadWood,
        );
    }
    if sketch.pick(3, 2) == 0 {
        let at = [east * half_m, north * half_m, 0.0];
        sketch.limb(at, [at[0] - north, at[1] + east, 1.0], DeadWood);
    }
}

pub(super) fn log(sketch: &mut Sketch) {
    let (east, north) = direction(sketch.pick(1, 16));
    let half_m = sketch.between(2, 1.6, 3.0);
    for z in [-1.0, 0.0] {
        sketch.limb(
            [-east * half_m, -north * half_m, z],
            [east * half_m, north * half_m, z],
            Wood,
        );
    }
    sketch.cap(Moss, 0.45, 0);
}
