//! Seeds: every random-looking choice of the generator is a hash of what it belongs to.
//!
//! There is no sequential generator anywhere: adding a marker, an octave or a tree shifts nothing else
//! (property 1). A seed is named by what it is for; a choice at a place is a hash of seed and position.
//!
//! *Not* responsible for: turning hashes into terrain (see [`crate::noise`]).

use shared::ids::{IslandId, MarkerId};

/// A seed of one feature of one marker or island.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Seed(u64);

impl Seed {
    /// The seed of everything on one island.
    pub fn of_island(world_seed: u64, island: IslandId) -> Self {
        Self(mix64(mix64(world_seed) ^ island.0.to_bits()))
    }

    /// The seed of one marker, which keeps its face when its neighbours change.
    #[must_use]
    pub fn marker(self, marker: MarkerId) -> Self {
        Self(mix64(self.0 ^ marker.0.to_bits()))
    }

    /// The seed of one named feature: `"relief"`, `"outline"`, `"trees"`, ...
    #[must_use]
    pub fn feature(self, tag: &str) -> Self {
        Self(
            tag.bytes()
                .fold(self.0, |seed, byte| mix64(seed ^ u64::from(byte))),
        )
    }

    /// The 32 bits that the row kernels work with.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the upper half is mixed into the lower one"
    )]
    pub fn to_u32(self) -> u32 {
        (self.0 ^ (self.0 >> 32)) as u32
    }

    /// All bits of the seed, for fingerprints and the bake store.
    pub(crate) fn to_u64(self) -> u64 {
        self.0
    }

    /// The seed with these bits.
    pub(crate) fn from_u64(bits: u64) -> Self {
        Self(bits)
    }

    /// 64 random bits of the cell (x, y).
    pub fn at_cell(self, x: i32, y: i32) -> u64 {
        mix64(self.0 ^ (u64::from(x.cast_unsigned()) | u64::from(y.cast_unsigned()) << 32))
    }
}

/// Bijective mixing of 64 bits: the finaliser of SplitMix64 (Steele, Lea, Flood 2014) after its Weyl step.
pub(crate) const fn mix64(bits: u64) -> u64 {
    let bits = bits.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_depend_on_everything_they_are_made_of() {
        let island = IslandId("first".parse().unwrap());
        let other = IslandId("second".parse().unwrap());
        let marker = MarkerId("peak1".parse().unwrap());
        let seeds = [
            Seed::of_island(1, island),
            Seed::of_island(2, island),
            Seed::of_island(1, other),
            Seed::of_island(1, island).marker(marker),
            Seed::of_island(1, island).marker(marker).feature("relief"),
            Seed::of_island(1, island).marker(marker).feature("outline"),
        ];
        for (at, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..at].contains(seed), "{seed:?}");
        }
    }

    #[test]
    fn cells_are_told_apart() {
        let seed = Seed::of_island(7, IslandId("a".parse().unwrap()));
        assert_ne!(seed.at_cell(0, 1), seed.at_cell(1, 0));
        assert_ne!(seed.at_cell(-1, 0), seed.at_cell(0, -1));
    }
}
