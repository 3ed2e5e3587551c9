//! Noise beside that of the `noise` crate.

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

#[derive(Clone, Copy)]
enum Kind {
    Plane,
    Space,
    Fractal(Fractal),
}

/// The kernel: one kind of noise on a grid of 512 x 512.
struct Sample<'a> {
    kind: Kind,
    values: &'a mut [f32],
}

impl NullaryFnOnce for Sample<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
    )]
    fn call(self) {
        for (number, values) in self.values.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let (x, y) = (number % (EDGE / LANES) * LANES, number / (EDGE / LANES));
            let metres: Row = std::array::from_fn(|lane| (x + lane) as f32);
            let cells = metres.map(|x| x * FREQUENCY);
            let (y, y_cells) = ([y as f32; LANES], [y as f32 * FREQUENCY; LANES]);
            *values = match self.kind {
                Kind::Plane => gradient_noise(&cells, &y_cells, 7),
                Kind::Space => gradient_noise_3d(&cells, &y_cells, &[0.37; LANES], 7),
                Kind::Fractal(fractal) => fractal.sample(&metres, &y),
            };
        }
    }
}

pub(super) fn measure(bench: &Bench, _: &Bar) -> anyhow::Result<Vec<Line>> {
    let seed = Seed::of_island(1, "noise".parse().context("an id")?);
    let fractal = Fractal::new(Style::Rolling, seed, 5, FREQUENCY, 2.03, 0.5)?;
    let mut values = vec![0.0; EDGE * EDGE];
    let count = values.len() as f64;
    // Short work: many runs cost nothing.
    let runs = bench.effort.runs() * 4;
    let mut ours = |kind| {
        let cost = best(runs, || {
            bench.simd.run(Sample {
                kind,
                values: black_box(&mut values),
            });
        });
        cost.millis() * 1e6 / count
    };
    let plane = ours(Kind::Plane);
    let space = ours(Kind::Space);
    let octaves = ours(Kind::Fractal(fractal));
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
        cost.millis() * 1e6 / count
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
            .compared(compared(space, their_space, OPERATIONS_3D)),
        Line::new(4, "- times as fast as `noise`", their_space / space, "x").at_least(10.0),
        Line::new(4, "fBm of 5 octaves, 2D", octaves, "ns/sample")
            .at_most(4.6)
            .compared(compared(octaves, their_octaves, OPERATIONS_FBM)),
        Line::new(4, "- times as fast as `noise`", their_octaves / octaves, "x").at_least(10.0),
        Line::new(4, "Perlin 2D", plane, "ns/sample").compared(format!(
            "{:.1}x as fast as `noise` ({their_plane:.1} ns)",
            their_plane / plane
        )),
    ])
}
