//! Deterministic arithmetic on single floats, from which all kernels are built.
//!
//! Only + - * / sqrt, comparisons and integer operations (property 1). `f32::min` and `f32::max` may
//! return either zero for -0 and +0, so the comparisons are spelled out here; they also compile to the
//! one instruction that vector units have.
//!
//! *Not* responsible for: loops over rows, which stand with the kernels.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

/// Columns that one kernel call works on.
pub const LANES: usize = 32;

/// One value for each of [`LANES`] columns.
pub type Row = [f32; LANES];

/// Steps of a quantised height or distance per voxel.
pub const STEPS_PER_VOXEL: i32 = 256;

/// The smaller of two numbers; `b` when one is NaN.
#[inline(always)]
pub fn min(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

/// The larger of two numbers; `b` when one is NaN.
#[inline(always)]
pub fn max(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// `value` held within `low` to `high`; `low` for NaN.
#[inline(always)]
pub fn clamp(value: f32, low: f32, high: f32) -> f32 {
    min(max(value, low), high)
}

/// The absolute value.
#[inline(always)]
pub fn abs(value: f32) -> f32 {
    f32::from_bits(value.to_bits() & 0x7fff_ffff)
}

/// From `a` at 0 to `b` at 1; exactly `a` at 0.
#[inline(always)]
pub fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// 0 below 0, 1 above 1, and between them the cubic that is level at both ends.
#[inline(always)]
pub fn smoothstep(t: f32) -> f32 {
    let t = clamp(t, 0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// East and north of a direction in degrees clockwise from north, a vector of length 1. The sine is Bhaskara's
/// rational approximation (seventh century; exact at every 30 degrees, off by 0.1 degrees at most between).
pub fn direction(bearing_deg: f32) -> (f32, f32) {
    let sine = |deg: f32| {
        let turn = deg - 360.0 * floor(deg / 360.0);
        let half = if turn > 180.0 { turn - 180.0 } else { turn };
        let product = half * (180.0 - half);
        let sine = 4.0 * product / (40_500.0 - product);
        if turn > 180.0 { -sine } else { sine }
    };
    let (east, north) = (sine(bearing_deg), sine(bearing_deg + 90.0));
    let length = (east * east + north * north).sqrt();
    (east / length, north / length)
}

/// The larger of two numbers with the corner between them rounded over `width`: the polynomial smooth
/// maximum of Quilez ("smooth minimum", quadratic). At most `width / 4` above the hard maximum, equal to
/// it where the two are `width` or more apart, or where `width` is 0.
#[inline(always)]
pub fn smooth_max(a: f32, b: f32, width: f32) -> f32 {
    let overlap = max(width - abs(a - b), 0.0);
    // The tiny number keeps 0 / 0 away; it vanishes next to every width that matters.
    max(a, b) + overlap * overlap / (4.0 * max(width, 1e-20))
}

/// Counterpart of [`smooth_max`].
#[inline(always)]
pub fn smooth_min(a: f32, b: f32, width: f32) -> f32 {
    -smooth_max(-a, -b, width)
}

/// 1.5 * 2^23: adding it to a number below 2^22 leaves the nearest whole number in the low bits, which
/// costs one add where `floor` is a library call on the baseline and `as i32` checks its range.
pub(crate) const MAGIC: f32 = 12_582_912.0;

/// The largest whole number not above `value`, for |value| < 2^22.
#[inline(always)]
pub fn floor(value: f32) -> f32 {
    let nearest = (value + MAGIC) - MAGIC;
    nearest - if nearest > value { 1.0 } else { 0.0 }
}

/// [`floor`] as an integer, for |value| < 2^22; some other integer beyond.
#[inline(always)]
pub fn floor_i32(value: f32) -> i32 {
    let biased = value + MAGIC;
    let above = i32::from(biased - MAGIC > value);
    biased
        .to_bits()
        .cast_signed()
        .wrapping_sub(MAGIC.to_bits().cast_signed() + above)
}

/// Metres as whole steps of 1/256 voxel, rounded down; held within -16000 to 16000 metres.
#[inline(always)]
pub fn quantise(metres: f32) -> i32 {
    floor_i32(clamp(metres, -16_000.0, 16_000.0) * STEPS_PER_VOXEL as f32)
}

/// The z of the highest voxel whose middle lies under a height in 1/256 voxel.
#[inline(always)]
pub fn top_voxel(height: i32) -> i32 {
    // What `div_euclid` gives, in one operation that vectors have.
    (height - STEPS_PER_VOXEL / 2 - 1) >> STEPS_PER_VOXEL.ilog2()
}

/// The height in the middle of those with this [`top_voxel`].
#[inline(always)]
pub(crate) fn height_of_top(top: i32) -> i32 {
    (top + 1) * STEPS_PER_VOXEL
}

/// A lane or other small index as a coordinate offset.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "lanes are few"
)]
pub(crate) const fn lane_i32(lane: usize) -> i32 {
    lane as i32
}

/// `value` held within the range of an `i16`.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "clamped first")]
pub(crate) fn to_i16(value: i32) -> i16 {
    value.clamp(i16::MIN as i32, i16::MAX as i32) as i16
}

/// The low 8 bits of a small number that is not negative.
#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the rest is dropped as told"
)]
pub(crate) fn low_byte(value: i16) -> u8 {
    value as u8
}

/// `value` held within the range of a `u8`.
#[inline(always)]
#[expect(clippy::cast_sign_loss, reason = "clamped first")]
pub(crate) fn to_u8(value: i32) -> u8 {
    value.clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_is_floor() {
        for value in [
            -2.5_f32,
            -2.0,
            -0.1,
            0.0,
            0.1,
            0.5,
            0.9999,
            1.0,
            1.5,
            2.5,
            4_000_000.0,
            -4_000_000.0,
        ] {
            assert_eq!(floor(value), value.floor(), "{value}");
            assert_eq!(floor_i32(value) as f32, value.floor(), "{value}");
        }
    }

    #[test]
    fn directions_go_round_clockwise_from_north() {
        for (bearing, east, north) in [
            (0.0, 0.0, 1.0),
            (90.0, 1.0, 0.0),
            (180.0, 0.0, -1.0),
            (270.0, -1.0, 0.0),
            (360.0, 0.0, 1.0),
        ] {
            let found = direction(bearing);
            assert!(
                (found.0 - east).abs() < 1e-6 && (found.1 - north).abs() < 1e-6,
                "{found:?}"
            );
        }
        let (east, north) = direction(45.0);
        assert!((east - north).abs() < 1e-6);
    }

    #[test]
    fn smooth_max_is_the_hard_one_outside_its_width() {
        assert_eq!(smooth_max(1.0, 5.0, 4.0), 5.0);
        assert_eq!(smooth_max(3.0, 3.0, 0.0), 3.0);
        assert_eq!(smooth_max(3.0, 3.0, 4.0), 4.0);
        assert_eq!(smooth_min(-3.0, -3.0, 4.0), -4.0);
    }

    #[test]
    fn a_voxel_is_ground_when_its_middle_is_under_the_height() {
        assert_eq!(top_voxel(0), -1);
        assert_eq!(top_voxel(128), -1);
        assert_eq!(top_voxel(129), 0);
        assert_eq!(top_voxel(-128), -2);
        assert_eq!(top_voxel(-127), -1);
        assert!((-300..300).all(|top| top_voxel(height_of_top(top)) == top));
    }

    #[test]
    fn hostile_floats_end_in_range() {
        assert_eq!(clamp(f32::NAN, 1.0, 2.0), 1.0);
        assert_eq!(clamp(f32::INFINITY, 1.0, 2.0), 2.0);
        assert_eq!(quantise(f32::INFINITY), 16_000 * 256);
        assert_eq!(quantise(f32::NAN), -16_000 * 256);
    }
}
