//! Sets of materials, and which voxels of a chunk belong to one.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;

use super::Plane;
use crate::material::{Form, Material};

/// A set of materials.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MaterialSet(u64);

impl MaterialSet {
    /// The materials that one stands on.
    pub const SOLID: Self = Self(Material::SOLID);
    /// Water, and plants that stand in it.
    pub const WET: Self = Self::of_forms(&[Form::Liquid, Form::WaterPlant]);
    /// Plants that fill only a part of their voxel.
    pub const PLANTS: Self = Self::of_forms(&[Form::Plant, Form::WaterPlant]);

    /// These materials.
    pub const fn of(materials: &[Material]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < materials.len() {
            set |= 1 << materials[at].number();
            at += 1;
        }
        Self(set)
    }

    /// The materials of either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn of_forms(forms: &[Form]) -> Self {
        let mut set = 0;
        let mut at = 0;
        while at < Material::ALL.len() * forms.len() {
            let material = Material::ALL[at / forms.len()];
            if material.form() as u8 == forms[at % forms.len()] as u8 {
                set |= 1 << material.number();
            }
            at += 1;
        }
        Self(set)
    }

    /// Whether a material belongs to the set.
    pub const fn contains(self, material: Material) -> bool {
        self.0 >> material.number() & 1 == 1
    }

    /// Which places of a palette hold a material of the set.
    pub(super) fn places_in(self, palette: &[Material]) -> u64 {
        (0..64).zip(palette).fold(0, |places, (place, material)| {
            places | u64::from(self.contains(*material)) << place
        })
    }
}

/// Whether voxels are of some places in a palette, row by row.
///
/// The places are tried one by one, so the fewer side of the question is asked: most chunks have one or two
/// materials that are not solid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowTest {
    /// The places to try; a voxel that is of one gets the opposite of `otherwise`.
    places: u64,
    /// All bits set when voxels that are of none of the places are wanted.
    otherwise: u32,
}

impl RowTest {
    pub(super) fn new(wanted: u64, palette_len: usize) -> Self {
        let all = if palette_len >= 64 {
            u64::MAX
        } else {
            (1 << palette_len) - 1
        };
        if wanted.count_ones() <= (all & !wanted).count_ones() {
            Self {
                places: wanted,
                otherwise: 0,
            }
        } else {
            Self {
                places: all & !wanted,
                otherwise: u32::MAX,
            }
        }
    }

    /// The voxels of one row that are wanted.
    #[inline(always)]
    pub(crate) fn row(self, planes: &[Plane], row: usize) -> u32 {
        let [bits] = self.rows(planes, row);
        bits
    }

    /// The voxels of N rows side by side that are wanted.
    #[inline(always)]
    pub(crate) fn rows<const N: usize>(self, planes: &[Plane], first: usize) -> [u32; N] {
        let mut found = [0; N];
        let mut places = self.places;
        while places != 0 {
            let place = places.trailing_zeros();
            places &= places - 1;
            let mut here = [u32::MAX; N];
            for (bit, plane) in planes.iter().enumerate() {
                let flip = (place >> bit & 1).wrapping_sub(1);
                for (lane, here) in here.iter_mut().enumerate() {
                    *here &= plane[first + lane] ^ flip;
                }
            }
            for (found, here) in found.iter_mut().zip(&here) {
                *found |= here;
            }
        }
        for row in &mut found {
            *row ^= self.otherwise;
        }
        found
    }
}

/// Rows that are worked on at once: enough to fill vectors, few enough to stay in registers.
const BLOCK: usize = 32;

/// The kernel: a test over a whole chunk.
pub(super) struct FillMask<'a> {
    pub(super) test: RowTest,
    pub(super) planes: &'a [Plane],
    pub(super) mask: &'a mut Plane,
}

impl NullaryFnOnce for FillMask<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (block, mask) in self.mask.as_chunks_mut::<BLOCK>().0.iter_mut().enumerate() {
            *mask = self.test.rows(self.planes, block * BLOCK);
        }
    }
}
