//! Sets of materials, and which voxels of a chunk belong to one.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;

use super::pack::NUMBER_BITS;
use super::{Plane, ROW_VOXELS};
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
/// Along a palette, membership of a set changes at a few places only, because materials of one form mostly
/// follow each other. "Is this place at or after that one?" is one operation per plane, so every change costs
/// as many, however many materials the set holds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowTest {
    /// Bit n: place n belongs to the set and the one before does not, or the other way round. Never bit 0.
    changes: u64,
    /// All bits set when the first place belongs to the set.
    first: u32,
}

impl RowTest {
    pub(super) fn new(wanted: u64, palette_len: usize) -> Self {
        let changes = wanted ^ wanted << 1;
        // No voxel is of a place after the last.
        let places = 1_u64
            .checked_shl(u32::try_from(palette_len).unwrap_or(u64::BITS))
            .map_or(u64::MAX, |end| end - 1);
        Self {
            changes: changes & places & !1,
            first: u32::from(wanted & 1 == 1).wrapping_neg(),
        }
    }

    /// The voxels of N rows side by side that are wanted. Planes are those of a chunk, or the same part of each.
    #[inline(always)]
    pub(crate) fn rows<const N: usize, const ALL: usize>(
        self,
        planes: &[[u32; ALL]],
        first: usize,
    ) -> [u32; N] {
        let mut found = [self.first; N];
        let mut changes = self.changes;
        while changes != 0 {
            let place = changes.trailing_zeros();
            changes &= changes - 1;
            let from: [_; N] = rows_from(place, planes, first);
            for (found, from) in found.iter_mut().zip(&from) {
                *found ^= from;
            }
        }
        found
    }

    /// The voxels of the rows of one y that are wanted, from the lowest z up.
    #[inline(always)]
    pub(crate) fn rows_of_y(self, planes: &[Plane], y: usize) -> [u32; ROW_VOXELS] {
        if self.changes == 0 {
            return [self.first; ROW_VOXELS];
        }
        // They lie far apart, and every change asks for them.
        let mut together = [[0; ROW_VOXELS]; NUMBER_BITS];
        for (together, plane) in together.iter_mut().zip(planes) {
            for (z, row) in together.iter_mut().enumerate() {
                *row = plane[z * ROW_VOXELS + y];
            }
        }
        self.rows(&together[..planes.len().min(NUMBER_BITS)], 0)
    }
}

/// The voxels whose place is not before `place`, compared bit by bit from the lowest: of two numbers that are
/// alike in their higher bits, the lower ones decide.
#[inline(always)]
fn rows_from<const N: usize, const ALL: usize>(place: u32, planes: &[[u32; ALL]], first: usize) -> [u32; N] {
    let mut from = [u32::MAX; N];
    for (bit, plane) in planes.iter().enumerate() {
        if place >> bit & 1 == 0 {
            for (lane, from) in from.iter_mut().enumerate() {
                *from |= plane[first + lane];
            }
        } else {
            for (lane, from) in from.iter_mut().enumerate() {
                *from &= plane[first + lane];
            }
        }
    }
    from
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
