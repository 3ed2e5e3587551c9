//! What the machine could do at best, measured beside everything else.

use std::hint::black_box;

use pulp::NullaryFnOnce;
use serde::Serialize;
use worldgen::SimdLevel;

use super::Effort;
use super::clock::best;

/// Limits of one core.
#[derive(Serialize, Debug)]
pub(super) struct Limits {
    /// Memory filled with one byte.
    pub(super) fill_gb_per_s: f64,
    /// Memory copied, bytes counted once.
    pub(super) copy_gb_per_s: f64,
    /// Additions and multiplications of single floats that wait for nothing but each other.
    pub(super) giga_flops: f64,
}

/// Independent chains: as many as hide the latency of an operation.
const CHAINS: usize = 256;
const ROUNDS: usize = 1 << 16;

impl Limits {
    pub(super) fn measure(effort: Effort, simd: SimdLevel) -> Self {
        let bytes: usize = match effort {
            Effort::Quick => 4 << 20,
            // More than a last-level cache holds.
            Effort::Full => 512 << 20,
        };
        let (mut target, source) = (vec![1_u8; bytes], vec![2_u8; bytes]);
        let mut value = 0_u8;
        let fill = best(effort.runs(), || {
            value = value.wrapping_add(1);
            black_box(&mut target).fill(black_box(value));
        });
        let copy = best(effort.runs(), || {
            black_box(&mut target).copy_from_slice(black_box(&source));
        });
        let arithmetic = best(effort.runs(), || {
            black_box(simd.run(Arithmetic {
                factor: black_box(0.999),
            }));
        });
        let per_s = |amount: f64, millis: f64| amount / 1e6 / millis.max(1e-6);
        Self {
            fill_gb_per_s: per_s(bytes as f64, fill.millis()),
            copy_gb_per_s: per_s(bytes as f64, copy.millis()),
            giga_flops: per_s((2 * CHAINS * ROUNDS) as f64, arithmetic.millis()),
        }
    }
}

/// The kernel: a multiplication and an addition on each chain, over and over.
struct Arithmetic {
    factor: f32,
}

impl NullaryFnOnce for Arithmetic {
    type Output = f32;

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
    )]
    fn call(self) -> f32 {
        let mut chains: [f32; CHAINS] = std::array::from_fn(|chain| chain as f32);
        for _ in 0..ROUNDS {
            for chain in &mut chains {
                *chain = *chain * self.factor + 1.0;
            }
        }
        chains.iter().sum()
    }
}
