//! Boulders: lumps with a few flat faces, sunk into the ground.

use super::model::{Sketch, direction};
use crate::material::Material;

pub(super) fn boulder(sketch: &mut Sketch, rock: Material, cover: Option<Material>) {
    let size_m = sketch.between(1, 1.0, 2.7);
    let flat = sketch.between(2, 0.65, 1.0);
    sketch.ball(
        [0.0, 0.0, size_m * 0.2],
        [size_m, size_m * 0.9, size_m * flat],
        0.12,
        rock,
    );
    for (lump, choice) in (0..sketch.pick(3, 3)).zip(20_u64..) {
        let (east, north) = direction(sketch.pick(choice, 16) + lump);
        let off_m = size_m * 0.8;
        let small_m = size_m * sketch.between(choice + 20, 0.5, 0.75);
        sketch.ball(
            [east * off_m, north * off_m, 0.0],
            [small_m, small_m, small_m],
            0.12,
            rock,
        );
    }
    // Down to the ground on sloping land.
    sketch.limb([0.0, 0.0, -2.0], [0.0, 0.0, 0.0], rock);
    if let Some(cover) = cover {
        let share = if cover == Material::Snow { 1.0 } else { 0.6 };
        sketch.cap(cover, share, 0);
    }
}
