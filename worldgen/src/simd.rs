//! Which vector instructions the kernels use. The bits of the result are the same at every level; only
//! the time differs (property 1).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;

/// A set of vector instructions, chosen at run time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SimdLevel {
    /// What every machine of this architecture has: SSE2 on x86-64, NEON on AArch64.
    Baseline,
    /// AVX2 with 256-bit registers.
    Avx2,
    /// AVX-512 with 512-bit registers.
    Avx512,
}

impl SimdLevel {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// The highest level that this machine has.
    pub fn detect() -> Self {
        Self::ALL
            .into_iter()
            .rev()
            .find(|level| level.is_available())
            .unwrap_or(Self::Baseline)
    }

    /// Whether this machine has the level. A level that it does not have runs as the next lower one.
    pub fn is_available(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        {
            match self {
                Self::Baseline => true,
                Self::Avx2 => pulp::x86::V3::try_new().is_some(),
                Self::Avx512 => pulp::x86::V4::try_new().is_some(),
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        {
            self == Self::Baseline
        }
    }

    /// The name, as options and reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Runs `kernel`, compiled for this level. Its `call` and all that it calls must be `inline(always)`.
    pub fn run<K: NullaryFnOnce>(self, kernel: K) -> K::Output {
        #[cfg(target_arch = "x86_64")]
        {
            if self >= Self::Avx512
                && let Some(level) = pulp::x86::V4::try_new()
            {
                return level.vectorize(kernel);
            }
            if self >= Self::Avx2
                && let Some(level) = pulp::x86::V3::try_new()
            {
                return level.vectorize(kernel);
            }
        }
        kernel.call()
    }

    /// [`Self::run`] for a kernel that gathers bits.
    pub(crate) fn run_gather(self, kernel: impl GatherKernel) {
        #[cfg(target_arch = "x86_64")]
        {
            if self >= Self::Avx512
                && let Some(level) = pulp::x86::V4::try_new()
            {
                return level.vectorize(Gathering(level, kernel));
            }
            if self >= Self::Avx2
                && let Some(level) = pulp::x86::V3::try_new()
            {
                return level.vectorize(Gathering(level, kernel));
            }
            if let Some(level) = pulp::x86::V1::try_new() {
                return level.vectorize(Gathering(level, kernel));
            }
        }
        kernel.call(Multiplying);
    }
}

/// A kernel that gathers bits.
pub(crate) trait GatherKernel {
    /// Runs it; this and all that it calls must be `inline(always)`.
    fn call(self, gather: impl GatherBits);
}

/// Gathers one bit of each of many bytes. Compilers do not find the one instruction that does it.
pub(crate) trait GatherBits: Copy {
    /// Bit `bit` (0 to 7) of each byte, that of the first byte lowest.
    fn bit_of_each(self, bytes: &[u8; 64], bit: u32) -> [u32; 2];
}

/// A kernel with the instructions that it gathers by.
#[cfg(target_arch = "x86_64")]
struct Gathering<G, K>(G, K);

#[cfg(target_arch = "x86_64")]
impl<G: GatherBits, K: GatherKernel> NullaryFnOnce for Gathering<G, K> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.1.call(self.0);
    }
}

#[cfg(target_arch = "x86_64")]
impl GatherBits for pulp::x86::V4 {
    #[inline(always)]
    fn bit_of_each(self, bytes: &[u8; 64], bit: u32) -> [u32; 2] {
        let wanted = self.avx512f._mm512_set1_epi32(0x0101_0101 << bit);
        let bits = self
            .avx512bw
            ._mm512_test_epi8_mask(bytemuck::cast(*bytes), wanted);
        bytemuck::cast(bits)
    }
}

#[cfg(target_arch = "x86_64")]
impl GatherBits for pulp::x86::V3 {
    #[inline(always)]
    fn bit_of_each(self, bytes: &[u8; 64], bit: u32) -> [u32; 2] {
        let up = self.sse2._mm_cvtsi32_si128(7 - bit.cast_signed());
        let halves: [[u8; 32]; 2] = bytemuck::cast(*bytes);
        halves.map(|half| {
            let on_top = self.avx2._mm256_sll_epi16(bytemuck::cast(half), up);
            self.avx2._mm256_movemask_epi8(on_top).cast_unsigned()
        })
    }
}

#[cfg(target_arch = "x86_64")]
impl GatherBits for pulp::x86::V1 {
    #[inline(always)]
    fn bit_of_each(self, bytes: &[u8; 64], bit: u32) -> [u32; 2] {
        let up = self.sse2._mm_cvtsi32_si128(7 - bit.cast_signed());
        let quarters: [[u8; 16]; 4] = bytemuck::cast(*bytes);
        let [a, b, c, d] = quarters.map(|quarter| {
            let on_top = self.sse2._mm_sll_epi16(bytemuck::cast(quarter), up);
            self.sse2._mm_movemask_epi8(on_top).cast_unsigned()
        });
        [a | b << 16, c | d << 16]
    }
}

/// Gathers eight bytes at a time by a multiplication that moves one bit of each into the top byte.
#[derive(Clone, Copy)]
struct Multiplying;

impl GatherBits for Multiplying {
    #[inline(always)]
    fn bit_of_each(self, bytes: &[u8; 64], bit: u32) -> [u32; 2] {
        let mut gathered = [0; 2];
        for (at, eight) in bytes.as_chunks::<8>().0.iter().enumerate() {
            let lowest = u64::from_le_bytes(*eight) >> bit & 0x0101_0101_0101_0101;
            let [.., top] = lowest.wrapping_mul(0x0102_0408_1020_4080).to_le_bytes();
            gathered[at / 4] |= u32::from(top) << (8 * (at % 4));
        }
        gathered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_gathered_alike_by_all_instructions() {
        struct Check<'a>(&'a [u8; 64], [[u32; 2]; 8]);
        impl GatherKernel for Check<'_> {
            #[inline(always)]
            fn call(self, gather: impl GatherBits) {
                for (bit, expected) in (0..).zip(self.1) {
                    assert_eq!(gather.bit_of_each(self.0, bit), expected);
                }
            }
        }
        for seed in 0..32_u32 {
            let expected: [[u32; 2]; 8] = std::array::from_fn(|bit| {
                let turn = seed + 5 * u32::try_from(bit).unwrap();
                [0x9d2c_5681_u32, 0x3ad8_025f].map(|bits| bits.rotate_left(turn) ^ seed)
            });
            let bytes: [u8; 64] = std::array::from_fn(|at| {
                let bit = |bit: usize| u8::try_from(expected[bit][at / 32] >> (at % 32) & 1).unwrap() << bit;
                (0..8).map(bit).sum()
            });
            for simd in SimdLevel::ALL {
                simd.run_gather(Check(&bytes, expected));
            }
            Check(&bytes, expected).call(Multiplying);
        }
    }
}
