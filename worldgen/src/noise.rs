//! Noise kernels: gradient noise on a hashed lattice, summed over octaves, for a row of free positions.
//!
//! Gradient noise after Perlin ("Improving noise", 2002) with the quintic fade, gradients straight from the
//! bits of a hash, and an integer hash of the lattice corner in place of a permutation table, so that a row
//! vectorises. Each octave is turned by a fixed rotation, which hides the lattice.
//!
//! *Not* responsible for: where noise acts and how strongly; markers decide that (B26).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use crate::ops::{self, LANES, Row};
use crate::seed::Seed;

/// How octaves are shaped before they are summed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Rolling: the plain sum.
    Rolling,
    /// Sharp crests and round hollows, and calm valleys: the ridged multifractal of Musgrave ("Texturing
    /// and Modeling", chapter 16), in which each octave is weighted by the one before.
    Ridged,
}

/// Why a recipe is refused.
#[derive(Clone, Copy, PartialEq, Debug, thiserror::Error)]
pub enum InvalidFractal {
    /// Too few or too many octaves.
    #[error("octaves are 1 to {max}, found {0}", max = Fractal::MAX_OCTAVES)]
    Octaves(u32),
    /// The frequency is not a positive number.
    #[error("frequency is above 0 and at most 1 per metre, found {0}")]
    Frequency(f32),
    /// The lacunarity is out of range.
    #[error("lacunarity is 1 to 4, found {0}")]
    Lacunarity(f32),
    /// The persistence is out of range.
    #[error("persistence is 0 to 1, found {0}")]
    Persistence(f32),
}

/// A recipe of fractal noise. Its values lie in -1 to 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fractal {
    style: Style,
    seed: u32,
    octaves: u32,
    frequency: f32,
    lacunarity: f32,
    persistence: f32,
    /// 1 / sum of all octaves' amplitudes.
    normaliser: f32,
}

impl Fractal {
    /// Most octaves of a recipe; each costs the same time.
    pub const MAX_OCTAVES: u32 = 8;

    /// A recipe: `frequency` in cycles per metre of the first octave, each further octave `lacunarity`
    /// times as fine and `persistence` times as strong.
    ///
    /// # Errors
    /// A parameter outside the range that the error names.
    pub fn new(
        style: Style,
        seed: Seed,
        octaves: u32,
        frequency: f32,
        lacunarity: f32,
        persistence: f32,
    ) -> Result<Self, InvalidFractal> {
        if !(1..=Self::MAX_OCTAVES).contains(&octaves) {
            return Err(InvalidFractal::Octaves(octaves));
        }
        if !(frequency > 0.0 && frequency <= 1.0) {
            return Err(InvalidFractal::Frequency(frequency));
        }
        if !(1.0..=4.0).contains(&lacunarity) {
            return Err(InvalidFractal::Lacunarity(lacunarity));
        }
        if !(0.0..=1.0).contains(&persistence) {
            return Err(InvalidFractal::Persistence(persistence));
        }
        Ok(Self::of(style, seed, octaves, frequency, lacunarity, persistence))
    }

    /// A recipe with the usual lacunarity 2 and persistence 1/2 and a first octave of `wavelength_m`, which
    /// is held within 2 to 8192 metres. Octaves finer than 3 metres are left out: voxels cannot show them.
    pub(crate) fn with_wavelength(style: Style, seed: Seed, octaves: u32, wavelength_m: f32) -> Self {
        let wavelength_m = ops::clamp(wavelength_m, 2.0, 8192.0);
        let (mut visible, mut finest_m) = (1, wavelength_m);
        while visible < octaves.min(Self::MAX_OCTAVES) && finest_m >= 6.0 {
            finest_m /= 2.0;
            visible += 1;
        }
        // Not exactly 2, so that the lattices of two octaves never fall together.
        Self::of(style, seed, visible, 1.0 / wavelength_m, 2.03, 0.5)
    }

    fn of(style: Style, seed: Seed, octaves: u32, frequency: f32, lacunarity: f32, persistence: f32) -> Self {
        let (mut sum, mut amplitude) = (0.0, 1.0);
        for _ in 0..octaves {
            sum += amplitude;
            amplitude *= persistence;
        }
        Self {
            style,
            seed: seed.to_u32(),
            octaves,
            frequency,
            lacunarity,
            persistence,
            normaliser: 1.0 / sum,
        }
    }

    /// The noise at 32 positions in metres, each value in -1 to 1.
    #[inline(always)]
    pub fn sample(&self, x_m: &Row, y_m: &Row) -> Row {
        match self.style {
            Style::Rolling => self.rolling(x_m, y_m),
            Style::Ridged => self.ridged(x_m, y_m),
        }
    }

    #[inline(always)]
    fn rolling(&self, x_m: &Row, y_m: &Row) -> Row {
        let mut sum = [0.0; LANES];
        let mut octaves = Octaves::new(self, x_m, y_m);
        let mut amplitude = OCTAVE_SCALE;
        for _ in 0..self.octaves {
            let value = octaves.next();
            for lane in 0..LANES {
                sum[lane] += value[lane] * amplitude;
            }
            amplitude *= self.persistence;
        }
        for value in &mut sum {
            let plain = ops::clamp(*value * self.normaliser * SPREAD, -1.0, 1.0);
            // Steeper in the middle, level at the ends: fuller values without flat tops.
            *value = plain * (1.5 - 0.5 * plain * plain);
        }
        sum
    }

    #[inline(always)]
    fn ridged(&self, x_m: &Row, y_m: &Row) -> Row {
        let mut sum = [0.0; LANES];
        let mut weight = [1.0; LANES];
        let mut octaves = Octaves::new(self, x_m, y_m);
        let mut amplitude = 1.0;
        for _ in 0..self.octaves {
            let value = octaves.next();
            for lane in 0..LANES {
                let crest = 1.0 - ops::abs(value[lane]) * (CONTRAST * OCTAVE_SCALE);
                let crest = crest * ops::abs(crest) * weight[lane];
                sum[lane] += crest * amplitude;
                weight[lane] = ops::clamp(crest * 1.6, 0.15, 1.0);
            }
            amplitude *= self.persistence;
        }
        for value in &mut sum {
            *value = ops::clamp(*value * self.normaliser * 2.0 - 0.8, -1.0, 1.0);
        }
        sum
    }
}

/// Sums of octaves seldom come near their bound. These spread them, so that a strength in metres means what
/// a designer expects of it: that of rolling noise, and that of the octaves of ridged noise.
const SPREAD: f32 = 1.2;
const CONTRAST: f32 = 1.35;

/// The octaves of one row, finer and turned with each call.
struct Octaves {
    x: Row,
    y: Row,
    seed: u32,
    lacunarity: f32,
}

impl Octaves {
    #[inline(always)]
    fn new(recipe: &Fractal, x_m: &Row, y_m: &Row) -> Self {
        let (mut x, mut y) = (*x_m, *y_m);
        for lane in 0..LANES {
            x[lane] *= recipe.frequency;
            y[lane] *= recipe.frequency;
        }
        Self {
            x,
            y,
            seed: recipe.seed,
            lacunarity: recipe.lacunarity,
        }
    }

    #[inline(always)]
    fn next(&mut self) -> Row {
        let mut value = [0.0; LANES];
        // A turn by the angle of the 3-4-5 triangle.
        let (cos, sin) = (0.8 * self.lacunarity, 0.6 * self.lacunarity);
        for lane in 0..LANES {
            let (x, y) = (self.x[lane], self.y[lane]);
            value[lane] = octave(x, y, self.seed);
            self.x[lane] = x * cos - y * sin;
            self.y[lane] = x * sin + y * cos;
        }
        self.seed = self.seed.wrapping_add(0x9e37_79b9);
        value
    }
}

/// One octave: gradient noise with one lattice cell per unit; values seldom leave -1 to 1 and never -1.7 to
/// 1.7. Positions lie within 2^21 cells of the origin.
#[inline(always)]
pub fn gradient_noise(x: &Row, y: &Row, seed: u32) -> Row {
    let mut out = [0.0; LANES];
    for lane in 0..LANES {
        out[lane] = octave(x[lane], y[lane], seed) * OCTAVE_SCALE;
    }
    out
}

/// Scale of [`octave`] that makes its values as lively as those of gradients of length 1.
const OCTAVE_SCALE: f32 = 1.7 / 2_147_483_648.0;

/// Gradient noise at one position, in -2^31 to 2^31: scaling is left to those who scale anyway.
#[inline(always)]
fn octave(x: f32, y: f32, seed: u32) -> f32 {
    let (x, y) = (InCell::of(x, PRIME_X), InCell::of(y, PRIME_Y));
    let (west, east) = (x.low ^ seed, x.high ^ seed);
    let south = ops::lerp(
        slope(mix(west ^ y.low), x.from_low, y.from_low),
        slope(mix(east ^ y.low), x.from_high, y.from_low),
        x.fade,
    );
    let north = ops::lerp(
        slope(mix(west ^ y.high), x.from_low, y.from_high),
        slope(mix(east ^ y.high), x.from_high, y.from_high),
        x.fade,
    );
    ops::lerp(south, north, y.fade)
}

/// The same in space: a row of positions, each value in -1 to 1. Positions lie within 2^21 cells of the
/// origin.
#[inline(always)]
pub fn gradient_noise_3d(x: &Row, y: &Row, z: &Row, seed: u32) -> Row {
    let mut out = [0.0; LANES];
    for lane in 0..LANES {
        let x = InCell::of(x[lane], PRIME_X);
        let y = InCell::of(y[lane], PRIME_Y);
        let z = InCell::of(z[lane], PRIME_Z);
        let along_x = |hash: u32, from_y: f32, from_z: f32| {
            ops::lerp(
                slope_3d(mix(hash ^ x.low), x.from_low, from_y, from_z),
                slope_3d(mix(hash ^ x.high), x.from_high, from_y, from_z),
                x.fade,
            )
        };
        let layer = |hash: u32, from_z: f32| {
            ops::lerp(
                along_x(hash ^ y.low, y.from_low, from_z),
                along_x(hash ^ y.high, y.from_high, from_z),
                y.fade,
            )
        };
        let (below, above) = (layer(seed ^ z.low, z.from_low), layer(seed ^ z.high, z.from_high));
        // Sums of two offsets, faded, reach 1.0363 near the middle of a cell.
        out[lane] = ops::lerp(below, above, z.fade) * 0.9649;
    }
    out
}

/// A coordinate on one axis of the lattice.
struct InCell {
    /// Hash of the lattice line below and of the one above.
    low: u32,
    high: u32,
    /// Offset from these lines, 0 to 1 and -1 to 0.
    from_low: f32,
    from_high: f32,
    /// How far from the one to the other, faded.
    fade: f32,
}

impl InCell {
    #[inline(always)]
    fn of(at: f32, prime: u32) -> Self {
        // The low bits of the biased number are that of the cell, up to a constant that does not matter to a
        // hash. Rounding to the nearest may end one cell too low at a lattice line, with an offset of 1 there;
        // noise is the same from both sides.
        let biased = (at - 0.5) + ops::MAGIC;
        let from_low = at - (biased - ops::MAGIC);
        let low = biased.to_bits().wrapping_mul(prime);
        Self {
            low,
            high: low.wrapping_add(prime),
            from_low,
            from_high: from_low - 1.0,
            fade: fade(from_low),
        }
    }
}

const PRIME_X: u32 = 0x9e37_79b1;
const PRIME_Y: u32 = 0x85eb_ca77;
const PRIME_Z: u32 = 0xc2b2_ae3d;

/// 6t^5 - 15t^4 + 10t^3: first and second derivative vanish at both ends.
#[inline(always)]
fn fade(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Mixes the hashes of the lattice lines through a corner. Only the upper bits of the result are good.
///
/// Vector units multiply whole numbers slowly, so there is one product of the hash with a twin of itself;
/// pairs of neighbouring corners and the spectrum of a lattice come out as those of random numbers do.
#[inline(always)]
fn mix(lines: u32) -> u32 {
    lines.wrapping_mul(lines ^ 0x5bd1_e995)
}

/// Dot product of (x, y) with a vector from the square of -2^31 to 2^31. That its length varies is seen in no
/// spectrum, and turning bits into numbers takes half as long as choosing among unit vectors.
#[inline(always)]
fn slope(hash: u32, x: f32, y: f32) -> f32 {
    // The lower bits are less random, but 11 bits down there is no pattern that anyone could see.
    hash.cast_signed() as f32 * x + (hash << 11).cast_signed() as f32 * y
}

/// Dot product of (x, y, z) with one of the 12 vectors to the middles of a cube's edges.
#[inline(always)]
fn slope_3d(hash: u32, x: f32, y: f32, z: f32) -> f32 {
    // One third of all numbers each: edges along x, along y, along z.
    let third = (hash << 2).cast_signed();
    let u = if third < -SIXTH { y } else { x };
    let v = if third > SIXTH { y } else { z };
    flipped(u, hash) + flipped(v, hash << 1)
}

/// A sixth of all 32-bit numbers lie between 0 and this.
const SIXTH: i32 = 0x2aaa_aaaa;

/// `value` with the other sign where the highest bit is set.
#[inline(always)]
fn flipped(value: f32, bits: u32) -> f32 {
    f32::from_bits(value.to_bits() ^ (bits & 0x8000_0000))
}

#[cfg(test)]
mod tests {
    use noise::NoiseFn;

    use super::*;
    use crate::simd::SimdLevel;

    fn seed(number: u64) -> Seed {
        Seed::of_island(number, shared::ids::IslandId("noise".parse().unwrap()))
    }

    /// Values of a recipe on a grid of `step_m`, 64 x 64 of them.
    fn grid(recipe: &Fractal, step_m: f32) -> Vec<f32> {
        let mut values = Vec::new();
        for y in 0..64_u8 {
            for half in 0..2_u8 {
                let x = std::array::from_fn(|lane| (lane as f32 + 32.0 * f32::from(half)) * step_m - 400.0);
                values.extend(recipe.sample(&x, &[f32::from(y) * step_m - 300.0; LANES]));
            }
        }
        values
    }

    fn mean_and_deviation(values: &[f32]) -> (f32, f32) {
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let square = values
            .iter()
            .map(|value| (value - mean) * (value - mean))
            .sum::<f32>();
        (mean, (square / values.len() as f32).sqrt())
    }

    #[test]
    fn recipes_check_their_parameters() {
        let recipe = |octaves, frequency, lacunarity, persistence| {
            Fractal::new(
                Style::Rolling,
                seed(1),
                octaves,
                frequency,
                lacunarity,
                persistence,
            )
            .map(|_| ())
        };
        assert_eq!(recipe(5, 0.01, 2.0, 0.5), Ok(()));
        assert_eq!(recipe(0, 0.01, 2.0, 0.5), Err(InvalidFractal::Octaves(0)));
        assert_eq!(recipe(9, 0.01, 2.0, 0.5), Err(InvalidFractal::Octaves(9)));
        assert_eq!(recipe(5, 0.0, 2.0, 0.5), Err(InvalidFractal::Frequency(0.0)));
        assert!(recipe(5, f32::NAN, 2.0, 0.5).is_err());
        assert_eq!(recipe(5, 0.01, 5.0, 0.5), Err(InvalidFractal::Lacunarity(5.0)));
        assert_eq!(recipe(5, 0.01, 2.0, 1.5), Err(InvalidFractal::Persistence(1.5)));
    }

    #[test]
    fn values_fill_their_range_evenly_and_stay_in_it() {
        for style in [Style::Rolling, Style::Ridged] {
            for number in 0..20 {
                let values = grid(&Fractal::with_wavelength(style, seed(number), 5, 40.0), 7.3);
                let (mean, deviation) = mean_and_deviation(&values);
                assert!(values.iter().all(|value| (-1.0..=1.0).contains(value)));
                assert!(mean.abs() < 0.12, "{style:?} {number}: mean {mean}");
                assert!(
                    (0.2..0.6).contains(&deviation),
                    "{style:?} {number}: deviation {deviation}"
                );
            }
        }
    }

    #[test]
    fn noise_is_zero_on_its_lattice_and_continuous() {
        let whole = std::array::from_fn(|lane| lane as f32 - 16.0);
        let flat = |row: Row| row.into_iter().all(|value| value.abs() < 1e-5);
        assert!(flat(gradient_noise(&whole, &[3.0; LANES], 9)));
        assert!(flat(gradient_noise_3d(&whole, &[3.0; LANES], &[-8.0; LANES], 9)));
        let x: Row = std::array::from_fn(|lane| lane as f32 * 0.37 - 4.0);
        let near = x.map(|x| x + 1e-3);
        let (a, b) = (
            gradient_noise(&x, &[0.9999; LANES], 9),
            gradient_noise(&near, &[1.0001; LANES], 9),
        );
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01));
        let (a, b) = (
            gradient_noise_3d(&x, &[0.3; LANES], &[0.9999; LANES], 9),
            gradient_noise_3d(&near, &[0.3; LANES], &[1.0001; LANES], 9),
        );
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01));
    }

    /// Both noises at many places, as one kernel.
    struct Both;

    impl pulp::NullaryFnOnce for Both {
        type Output = Vec<u32>;

        #[inline(always)]
        fn call(self) -> Vec<u32> {
            let mut bits = Vec::new();
            for step in 0..200_u16 {
                let x: Row = std::array::from_fn(|lane| lane as f32 * 0.173 - f32::from(step) * 1.7);
                let y: Row = std::array::from_fn(|lane| f32::from(step) * 0.311 - lane as f32);
                bits.extend(gradient_noise(&x, &y, 5).map(f32::to_bits));
                bits.extend(gradient_noise_3d(&x, &y, &[f32::from(step) * 0.07; LANES], 5).map(f32::to_bits));
            }
            bits
        }
    }

    #[test]
    fn every_simd_level_gives_the_same_bits() {
        let baseline = SimdLevel::Baseline.run(Both);
        assert!(
            SimdLevel::ALL
                .into_iter()
                .all(|level| level.run(Both) == baseline)
        );
    }

    #[test]
    fn noise_in_space_fills_its_range_and_stays_in_it() {
        let values: Vec<f32> = (0..20_000_u16)
            .flat_map(|row| {
                let place = f32::from(row);
                let x = std::array::from_fn(|lane| lane as f32 * 0.27 + place * 0.013);
                gradient_noise_3d(&x, &[place * 0.371; LANES], &[place * -0.219; LANES], 3)
            })
            .collect();
        let (mean, deviation) = mean_and_deviation(&values);
        assert!(values.iter().all(|value| (-1.0..=1.0).contains(value)));
        assert!(
            mean.abs() < 0.01 && (0.2..0.35).contains(&deviation),
            "{mean} {deviation}"
        );
        assert!(values.iter().any(|value| *value > 0.75) && values.iter().any(|value| *value < -0.75));
    }

    /// The `noise` crate's Perlin noise is the oracle: ours varies as much, over the same distance.
    #[test]
    fn one_octave_is_as_lively_as_that_of_the_noise_crate() {
        let ours = Fractal::new(Style::Rolling, seed(4), 1, 0.1, 2.0, 0.5).unwrap();
        let theirs = noise::Perlin::new(4);
        #[expect(clippy::cast_possible_truncation, reason = "compared as single floats")]
        let sample_theirs = |offset: f64| -> Vec<f32> {
            (0..64 * 64)
                .map(|at| [f64::from(at % 64) * 0.73 + offset, f64::from(at / 64) * 0.73])
                .map(|[x, y]| theirs.get([x - 40.0, y - 30.0]) as f32)
                .collect()
        };
        let rms_step = |a: &[f32], b: &[f32]| {
            let square = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
            (square / a.len() as f32).sqrt()
        };
        let (here, there) = (grid(&ours, 7.3), sample_theirs(0.0));
        let (_, our_deviation) = mean_and_deviation(&here);
        let (_, their_deviation) = mean_and_deviation(&there);
        let ratio = our_deviation / their_deviation;
        assert!(
            (0.8..1.4).contains(&ratio),
            "{our_deviation} and {their_deviation}"
        );
        let shifted: Vec<f32> = (0..64)
            .flat_map(|y| (0..2).map(move |half| (y, half)))
            .flat_map(|(y, half)| {
                let x = std::array::from_fn(|lane| (lane as f32 + 32.0 * half as f32) * 7.3 - 399.0);
                ours.sample(&x, &[y as f32 * 7.3 - 300.0; LANES])
            })
            .collect();
        let our_step = rms_step(&here, &shifted) / our_deviation;
        let their_step = rms_step(&there, &sample_theirs(0.1)) / their_deviation;
        assert!(
            (0.75..1.33).contains(&(our_step / their_step)),
            "{our_step} and {their_step}"
        );
    }
}
