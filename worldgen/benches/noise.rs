//! Noise per row of 32 samples, at every SIMD level of this machine. `tombolo-worldgen bench --rows 4` sets it
//! beside the `noise` crate and the arithmetic limit.

#![expect(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pulp::NullaryFnOnce;
use worldgen::SimdLevel;
use worldgen::noise::{Fractal, Style, gradient_noise, gradient_noise_3d};
use worldgen::ops::{LANES, Row};
use worldgen::seed::Seed;

#[derive(Clone, Copy)]
enum Kind {
    Plane,
    Space,
    Fractal(Fractal),
}

/// The kernel: 64 rows of one kind of noise.
struct Rows(Kind);

const ROWS: u8 = 64;

impl NullaryFnOnce for Rows {
    type Output = f32;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
    )]
    fn call(self) -> f32 {
        let mut sum = [0.0; LANES];
        for row in 0..ROWS {
            let x: Row = std::array::from_fn(|lane| lane as f32);
            let y = [f32::from(row); LANES];
            let values = match self.0 {
                Kind::Plane => gradient_noise(&x.map(|x| x * 0.0137), &y.map(|y| y * 0.0137), 7),
                Kind::Space => gradient_noise_3d(&x.map(|x| x * 0.0137), &y.map(|y| y * 0.0137), &y, 7),
                Kind::Fractal(fractal) => fractal.sample(&x, &y),
            };
            for (sum, value) in sum.iter_mut().zip(values) {
                *sum += value;
            }
        }
        sum.iter().sum()
    }
}

fn noise(criterion: &mut Criterion) {
    let seed = Seed::of_island(1, "bench".parse().unwrap());
    let fractal = |style| Kind::Fractal(Fractal::new(style, seed, 5, 0.0137, 2.03, 0.5).unwrap());
    let kinds = [
        ("perlin_2d", Kind::Plane),
        ("perlin_3d", Kind::Space),
        ("rolling_5_octaves", fractal(Style::Rolling)),
        ("ridged_5_octaves", fractal(Style::Ridged)),
    ];
    for (name, kind) in kinds {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(u64::from(ROWS) * LANES as u64));
        for simd in SimdLevel::ALL.into_iter().filter(|simd| simd.is_available()) {
            group.bench_function(BenchmarkId::from_parameter(simd.name()), |bencher| {
                bencher.iter(|| simd.run(Rows(black_box(kind))));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, noise);
criterion_main!(benches);
