//! The layers of rock under an island: bands of its own that dip one way, so that cliffs show them.
//!
//! *Not* responsible for: soil and what lies on it (see [`crate::cover`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::coords::ColumnPos;

use crate::material::Material;
use crate::ops::LANES;
use crate::seed::Seed;

/// Voxels after which the bands repeat; a power of two.
const CYCLE: i8 = 64;
/// Bands of one cycle: grey stone and other rock in turn.
const BANDS: usize = 10;
/// Rocks that lie between bands of stone.
const ACCENTS: [Material; 3] = [Material::Slate, Material::Limestone, Material::Sandstone];
/// Columns over which the strata rise or fall by their tilt.
const TILT_COLUMNS: i32 = 128;

/// The strata of one island.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Strata {
    /// Number of the rock of each band, from the lowest.
    rocks: [i8; BANDS],
    /// Place in the cycle where each band ends.
    ends: [i8; BANDS],
    /// Voxels that the strata sink over [`TILT_COLUMNS`] to the east and to the north.
    tilt: [i32; 2],
}

impl Strata {
    /// The strata that belong to an island's seed.
    pub(crate) fn new(island: Seed) -> Self {
        let seed = island.feature("strata");
        let draw = |what: i32, least: i8, most: i8| {
            let span = u64::from((most - least + 1).unsigned_abs());
            least + i8::try_from(seed.at_cell(what, 0) % span).unwrap_or(0)
        };
        let (mut rocks, mut ends, mut at) = ([0; BANDS], [CYCLE; BANDS], 0);
        for (what, (rock, end)) in (0..).zip(rocks.iter_mut().zip(&mut ends)) {
            let (material, width) = if what % 2 == 0 {
                (Material::Stone, draw(what, 4, 9))
            } else {
                let accent = usize::from(draw(what + 100, 0, 2).unsigned_abs());
                let accent = ACCENTS.get(accent).copied().unwrap_or(Material::Slate);
                (accent, draw(what, 2, 7))
            };
            at = (at + width).min(CYCLE);
            (*rock, *end) = (material.number().cast_signed(), at);
        }
        // At least 1 in 11, at most 1 in 5: less reads as level, more as slabs.
        let tilt = |what: i32| {
            let size = i32::from(draw(what, 12, 24));
            if seed.at_cell(what, 1) & 1 == 0 {
                size
            } else {
                -size
            }
        };
        Self {
            rocks,
            ends,
            tilt: [tilt(200), tilt(201)],
        }
    }

    /// By how many voxels the bands of a column lie lower than those of the island's middle; `wobble` of -256
    /// to 256 bends them.
    pub(crate) fn shift(&self, column: ColumnPos, wobble: i32) -> i32 {
        (column.x * self.tilt[0] + column.y * self.tilt[1]).div_euclid(TILT_COLUMNS) + wobble / 64
    }

    /// The rock at a height plus [`Self::shift`].
    pub(crate) fn rock(&self, shifted_z: i32) -> Material {
        let place = place(shifted_z);
        let bands = self.rocks.into_iter().zip(self.ends);
        let rock = bands.into_iter().find(|(_, end)| place < *end);
        // What is above the last band is the first of the next cycle.
        let (number, _) = rock.unwrap_or((self.rocks[0], CYCLE));
        Material::from_number(number.cast_unsigned()).unwrap_or(Material::Stone)
    }

    /// Whether the rock at a height plus [`Self::shift`] is volcanic where there is that much lava.
    pub(crate) fn is_volcanic(shifted_z: i32, lava: i32) -> bool {
        lava > holds_out(place(shifted_z)).into()
    }

    /// The numbers of 32 rocks side by side, without branches. `shifts` are what [`place`] makes of the shifts
    /// of their columns; where their `lava` goes beyond [`holds_out`] the rock is basalt with bands of slate.
    ///
    /// Places in the cycle fit in bytes, of which a vector holds twice as many as of heights.
    #[inline(always)]
    pub(crate) fn rock_numbers(&self, z: i32, shifts: &[i8; LANES], lava: &[i8; LANES]) -> [u8; LANES] {
        const BASALT: i8 = Material::Basalt as i8;
        const LIMESTONE: i8 = Material::Limestone as i8;
        const SLATE: i8 = Material::Slate as i8;
        let from = place(z);
        let mut rocks = [0; LANES];
        for lane in 0..LANES {
            let place = (from + shifts[lane]) & (CYCLE - 1);
            let mut rock = self.rocks[0];
            // From the top down: each band overrides the ones above it.
            for band in (0..BANDS).rev() {
                rock = if place < self.ends[band] {
                    self.rocks[band]
                } else {
                    rock
                };
            }
            let dark = if rock == LIMESTONE { SLATE } else { BASALT };
            rock = if lava[lane] > holds_out(place) { dark } else { rock };
            rocks[lane] = rock.cast_unsigned();
        }
        rocks
    }
}

/// How much lava older rock at a place in the cycle lies free of, at most 40: lava ran out between its layers,
/// so the border of the two is a row of tongues.
#[inline(always)]
const fn holds_out(place: i8) -> i8 {
    2 * ((place & 31) - 16).abs() + (((place + 11) & 15) - 8).abs()
}

/// A height, or a shift, as a place in the cycle.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the cycle is short")]
pub(crate) fn place(z: i32) -> i8 {
    (z & (CYCLE as i32 - 1)) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(number: u64) -> Strata {
        Strata::new(Seed::of_island(
            number,
            shared::ids::IslandId("i".parse().unwrap()),
        ))
    }

    #[test]
    fn every_island_has_stone_and_bands_of_its_own() {
        for number in 0..50 {
            let rocks: Vec<Material> = (0..64).map(|z| strata(number).rock(z)).collect();
            let stone = rocks.iter().filter(|rock| **rock == Material::Stone).count();
            assert!((16..60).contains(&stone), "{number}: {stone}");
            assert!(
                rocks
                    .iter()
                    .all(|rock| *rock == Material::Stone || ACCENTS.contains(rock))
            );
            let again: Vec<Material> = (64..128).map(|z| strata(number).rock(z)).collect();
            assert_eq!(rocks, again);
        }
        assert_ne!(strata(1), strata(2));
    }

    #[test]
    fn strata_dip() {
        let strata = strata(7);
        let shift = |x, y| strata.shift(ColumnPos::new(x, y), 0);
        assert!((shift(256, 0) - shift(-256, 0)).abs() >= 40);
        assert_eq!(shift(0, 0), 0);
        assert_eq!(strata.shift(ColumnPos::new(0, 0), 256), 4);
    }

    #[test]
    fn tongues_of_lava_grow_with_its_amount() {
        let share = |lava| (0..64).filter(|z| Strata::is_volcanic(*z, lava)).count();
        assert_eq!((share(0), share(41)), (0, 64));
        assert!((0..41).all(|lava| share(lava) <= share(lava + 1)));
        assert!((12..52).contains(&share(20)), "{}", share(20));
    }

    #[test]
    fn volcanic_rock_is_dark_everywhere() {
        for z in 0..64 {
            let [number, ..] = strata(3).rock_numbers(z, &[0; LANES], &[41; LANES]);
            let rock = i16::from(number);
            assert!(
                [Material::Basalt, Material::Slate]
                    .map(|dark| dark as i16)
                    .contains(&rock)
            );
        }
    }
}
