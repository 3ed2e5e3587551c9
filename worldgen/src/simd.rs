//! Which vector instructions the kernels use. The bits of the result are the same at every level; only
//! the time differs (property 1).

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
}
