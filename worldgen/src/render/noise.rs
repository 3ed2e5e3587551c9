//! Value noise for ripples, clouds and tints. It never touches terrain; that is `crate::noise`.

use glam::Vec2;

/// A number from 0 to 1 that depends on three integers only.
#[expect(clippy::cast_sign_loss, reason = "bits are mixed, not counted")]
pub(super) fn hash_unit(x: i32, y: i32, z: i32) -> f32 {
    let mut bits = (x as u32).wrapping_mul(0x9e37_79b1)
        ^ (y as u32).wrapping_mul(0x85eb_ca77)
        ^ (z as u32).wrapping_mul(0xc2b2_ae3d);
    bits = (bits ^ (bits >> 15)).wrapping_mul(0x2c1b_3c6d);
    bits = (bits ^ (bits >> 12)).wrapping_mul(0x297a_2d39);
    ((bits ^ (bits >> 15)) >> 8) as f32 / (1 << 24) as f32
}

/// Smooth noise from -1 to 1 with features of size 1.
#[expect(
    clippy::cast_possible_truncation,
    reason = "saturates far outside any picture"
)]
pub(super) fn value_noise(at: Vec2) -> f32 {
    let cell = at.floor();
    let inside = at - cell;
    let fade = inside * inside * (Vec2::splat(3.0) - inside * 2.0);
    let (x, y) = (cell.x as i32, cell.y as i32);
    let corner = |dx: i32, dy: i32| hash_unit(x.wrapping_add(dx), y.wrapping_add(dy), 77);
    let low = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * fade.x;
    let high = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * fade.x;
    (low + (high - low) * fade.y) * 2.0 - 1.0
}

/// Several octaves of [`value_noise`], from -1 to 1.
pub(super) fn fractal(at: Vec2, octaves: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut place) = (0.0, 1.0, 0.0, at);
    for _ in 0..octaves {
        sum += weight * value_noise(place);
        total += weight;
        weight *= 0.5;
        // A turn by the 3-4-5 triangle hides the lattice.
        place = Vec2::new(place.x * 0.8 - place.y * 0.6, place.x * 0.6 + place.y * 0.8) * 2.03 + 17.0;
    }
    sum / total
}
