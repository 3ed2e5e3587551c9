//! Row 4: noise beside that of the `noise` crate.

use std::hint::black_box;

use ::noise::{Fbm, MultiFractal, NoiseFn, Perlin};
use anyhow::Context;
use pulp::NullaryFnOnce;
use worldgen::noise::{Fractal, Style, gradient_noise, gradient_noise_3d};
use worldgen::ops::{LANES, Row};
use worldgen::seed::Seed;

use super::clock::best;
use super::{Bench, Line};
use crate::cli::progress::Bar;

/// Edge of the grid that is sampled.
const EDGE: usize = 512;
/// Cells per metre of the first octave.
const FREQUENCY: f32 = 0.0137;
/// Additions, multiplications, comparisons and bit operations per sample, counted in the source.
const OPERATIONS_3D: f64 = 168.0;
const OPERATIONS_FBM: f64 = 5.0 * 84.0;

/// One row of the grid.
struct Place {
    x_m: Row,
    y_m: Row,
    /// The same in cells of the first octave.
    x: Row,
    y: Row,
}

impl Place {
    /// All rows of the grid. They are made beforehand, because functions over arrays are not inlined into kernels.
    fn all() -> Vec<Self> {
        let rows = (0..EDGE * EDGE / LANES).map(|row| {
            let (x, y) = (row % (EDGE / LANES) * LANES, row / (EDGE / LANES));
            let x_m: Row = std::array::from_fn(|lane| (x + lane) as f32);
            let y_m = [y as f32; LANES];
            Self {
                x_m,
                y_m,
                x: x_m.map(|x| x * FREQUENCY),
                y: y_m.map(|y| y * FREQUENCY),
            }
        });
        rows.collect()
    }
}

/// A kind of noise that is sampled row by row.
trait Sample: Copy {
    /// Must be `inline(always)`.
    fn row(self, place: &Place) -> Row;
}

#[derive(Clone, Copy)]
struct Plane;

#[derive(Clone, Copy)]
struct Space;

#[expect(clippy::inline_always, reason = "it is a part of the kernel")]
impl Sample for Plane {
    #[inline(always)]
    fn row(self, place: &Place) -> Row {
        gradient_noise(&place.x, &place.y, 7)
    }
}

#[expect(clippy::inline_always, reason = "it is a part of the kernel")]
impl Sample for Space {
    #[inline(always)]
    fn row(self, place: &Place) -> Row {
        gradient_noise_3d(&place.x, &place.y, &[0.37; LANES], 7)
    }
}

#[expect(clippy::inline_always, reason = "it is a part of the kernel")]
impl Sample for Fractal {
    #[inline(always)]
    fn row(self, place: &Place) -> Row {
        self.sample(&place.x_m, &place.y_m)
    }
}

/// The kernel: one kind of noise on a grid of 512 x 512.
struct Fill<'a, S> {
    noise: S,
    places: &'a [Place],
    values: &'a mut [f32],
}

impl<S: Sample> NullaryFnOnce for Fill<'_, S> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
    )]
    fn call(self) {
        for (place, values) in self.places.iter().zip(self.values.as_chunks_mut::<LANES>().0) {
            *values = self.noise.row(place);
        }
    }
}

/// Nanoseconds per sample, the best of several runs.
fn nanos(bench: &Bench, noise: impl Sample) -> f64 {
    let (places, mut values) = (Place::all(), vec![0.0; EDGE * EDGE]);
    // Short work: many runs cost nothing.
    let cost = best(bench.effort.runs() * 4, || {
        bench.simd.run(Fill {
            noise: black_box(noise),
            places: &places,
            values: black_box(&mut values),
        });
    });
    cost.millis() * 1e6 / values.len() as f64
}

pub(super) fn measure(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let seed = Seed::of_island(1, "noise".parse().context("an id")?);
    let fractal = Fractal::new(Style::Rolling, seed, 5, FREQUENCY, 2.03, 0.5)?;
    let (plane, space, octaves) = (nanos(bench, Plane), nanos(bench, Space), nanos(bench, fractal));
    let perlin = Perlin::new(7);
    let fbm = Fbm::<Perlin>::new(7)
        .set_octaves(5)
        .set_frequency(f64::from(FREQUENCY));
    let theirs = |sample: &dyn Fn(f64, f64) -> f64| {
        let cost = best(bench.effort.runs().min(3), || {
            let mut sum = 0.0;
            for y in 0..EDGE {
                for x in 0..EDGE {
                    sum += sample(x as f64, y as f64);
                }
            }
            black_box(sum);
        });
        cost.millis() * 1e6 / (EDGE * EDGE) as f64
    };
    let scale = f64::from(FREQUENCY);
    let their_plane = theirs(&|x, y| perlin.get([x * scale, y * scale]));
    let their_space = theirs(&|x, y| perlin.get([x * scale, y * scale, 0.37]));
    let their_octaves = theirs(&|x, y| fbm.get([x, y]));
    let limit = |operations: f64| operations / bench.limits.giga_flops;
    let compared = |ours: f64, theirs: f64, operations: f64| {
        format!(
            "{:.1}x as fast as `noise` ({theirs:.1} ns); {:.1}x its arithmetic limit",
            theirs / ours,
            ours / limit(operations)
        )
    };
    Ok(vec![
        Line::new(4, "Perlin 3D", space, "ns/sample")
            .at_most(2.0)
            .limited(limit(OPERATIONS_3D))
            .compared(compared(space, their_space, OPERATIONS_3D)),
        Line::new(4, "- times as fast as `noise`", their_space / space, "x").at_least(10.0),
        Line::new(4, "fBm of 5 octaves, 2D", octaves, "ns/sample")
            .at_most(4.6)
            .limited(limit(OPERATIONS_FBM))
            .compared(compared(octaves, their_octaves, OPERATIONS_FBM)),
        Line::new(4, "- times as fast as `noise`", their_octaves / octaves, "x").at_least(10.0),
        Line::new(4, "Perlin 2D", plane, "ns/sample").compared(format!(
            "{:.1}x as fast as `noise` ({their_plane:.1} ns)",
            their_plane / plane
        )),
    ])
}
