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
                return level.vectorize(Gathering(*level, kernel));
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
    /// The lowest bit of each byte, that of the first byte lowest.
    fn lowest_bits(self, bytes: &[u8; 32]) -> u32;
}

/// A kernel with the instructions that it gathers by.
struct Gathering<G, K>(G, K);

impl<G: GatherBits, K: GatherKernel> NullaryFnOnce for Gathering<G, K> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.1.call(self.0);
    }
}

#[cfg(target_arch = "x86_64")]
impl GatherBits for pulp::x86::V3 {
    #[inline(always)]
    fn lowest_bits(self, bytes: &[u8; 32]) -> u32 {
        let lowest = self.avx2._mm256_slli_epi16::<7>(bytemuck::cast(*bytes));
        self.avx2._mm256_movemask_epi8(lowest).cast_unsigned()
    }
}

#[cfg(target_arch = "x86_64")]
impl GatherBits for pulp::x86::V1 {
    #[inline(always)]
    fn lowest_bits(self, bytes: &[u8; 32]) -> u32 {
        let halves: [[u8; 16]; 2] = bytemuck::cast(*bytes);
        let [low, high] = halves.map(|half| {
            let lowest = self.sse2._mm_slli_epi16::<7>(bytemuck::cast(half));
            self.sse2._mm_movemask_epi8(lowest).cast_unsigned()
        });
        low | high << 16
    }
}

/// Gathers eight bytes at a time by a multiplication that moves all their lowest bits into the top byte.
#[derive(Clone, Copy)]
struct Multiplying;

impl GatherBits for Multiplying {
    #[inline(always)]
    fn lowest_bits(self, bytes: &[u8; 32]) -> u32 {
        let eights = bytes.as_chunks::<8>().0;
        (0..).zip(eights).fold(0, |gathered, (at, eight)| {
            let lowest = u64::from_le_bytes(*eight) & 0x0101_0101_0101_0101;
            let [.., top] = lowest.wrapping_mul(0x0102_0408_1020_4080).to_le_bytes();
            gathered | u32::from(top) << (8 * at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_gathered_alike_by_all_instructions() {
        struct Check<'a>(&'a [u8; 32], u32);
        impl GatherKernel for Check<'_> {
            #[inline(always)]
            fn call(self, gather: impl GatherBits) {
                assert_eq!(gather.lowest_bits(self.0), self.1);
            }
        }
        for shift in 0..32 {
            let expected = 0x9d2c_5681_u32.rotate_left(shift);
            let bytes: [u8; 32] = std::array::from_fn(|at| {
                let odd = u8::try_from(expected >> at & 1).unwrap();
                odd | u8::try_from(at * 6).unwrap() << 1
            });
            for simd in SimdLevel::ALL {
                simd.run_gather(Check(&bytes, expected));
            }
            Check(&bytes, expected).call(Multiplying);
        }
    }
}
