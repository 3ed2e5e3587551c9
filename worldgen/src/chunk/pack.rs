//! From material numbers to a palette with bit planes, and back.
//!
//! The bits of the numbers themselves are gathered into planes first. On planes a material is a product of
//! its bits, and a search from the highest bit down leaves out whole ranges of numbers that do not occur.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_VOXELS, TILE_COLUMNS};

use super::{Plane, ROW_VOXELS};
use crate::material::Material;
use crate::simd::{GatherBits, GatherKernel, SimdLevel};

/// Bits of a material number.
pub(super) const NUMBER_BITS: usize = 6;

/// The material numbers of the voxels of one z.
pub(crate) type Layer = [u8; TILE_COLUMNS];

/// A chunk of any number of materials.
pub(super) struct Packed {
    /// In order of their numbers; at least one.
    pub(super) palette: Box<[Material]>,
    /// The bits of places in the palette, lowest first; none for a palette of one.
    pub(super) planes: Box<[Plane]>,
}

/// Packs the numbers of the lowest layers of a chunk, above which all is 0; `None` when one is no material.
pub(super) fn pack(layers: &[Layer], simd: SimdLevel, scratch: &mut Packing) -> Option<Packed> {
    let numbers = layers.as_flattened();
    let used = simd.run(UsedBits { numbers });
    let bits = (u8::BITS - used.leading_zeros()) as usize;
    if bits > NUMBER_BITS {
        return None;
    }
    simd.run_gather(Gather {
        numbers,
        planes: &mut scratch.planes,
        bits,
    });
    let mut places = NumberOff {
        planes: &mut scratch.places,
        present: 0,
        next: 0,
    };
    simd.run(EachNumber {
        planes: &scratch.planes[..bits],
        masks: &mut scratch.masks,
        visit: &mut places,
    });
    let NumberOff { present, next, .. } = places;
    let palette: Option<Box<[Material]>> = (0..64)
        .filter(|number| present >> number & 1 == 1)
        .map(Material::from_number)
        .collect();
    let planes = &mut scratch.places[..index_bits(next)];
    let packed = palette.map(|palette| Packed {
        palette,
        planes: planes.into(),
    });
    planes.fill([0; TILE_COLUMNS]);
    packed
}

/// The numbers that were packed.
pub(super) fn unpack(palette: &[Material], planes: &[Plane], simd: SimdLevel) -> Box<[u8; CHUNK_VOXELS]> {
    let mut scratch = Packing::default();
    let used = palette.iter().fold(0, |used, material| used | material.number());
    let bits = NUMBER_BITS.min((u8::BITS - used.leading_zeros()) as usize);
    let number_planes = &mut scratch.planes[..bits];
    simd.run(EachNumber {
        planes,
        masks: &mut scratch.masks,
        visit: &mut Renumber {
            planes: number_planes,
            palette,
        },
    });
    let mut numbers = super::filled(0);
    for (row, voxels) in numbers.as_chunks_mut::<ROW_VOXELS>().0.iter_mut().enumerate() {
        for (byte, eight) in voxels.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let spread = number_planes.iter().enumerate().fold(0, |spread, (bit, plane)| {
                spread | SPREAD[usize::from(plane[row].to_le_bytes()[byte])] << bit
            });
            *eight = spread.to_le_bytes();
        }
    }
    numbers
}

/// The fewest planes that tell a palette apart.
fn index_bits(palette_len: usize) -> usize {
    (palette_len - 1)
        .checked_ilog2()
        .map_or(0, |highest| highest as usize + 1)
}

/// Bit n of the index as the lowest bit of byte n.
const SPREAD: [u64; 256] = {
    let mut spread = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut bit = 0;
        while bit < 8 {
            spread[byte] |= (byte as u64 >> bit & 1) << (8 * bit);
            bit += 1;
        }
        byte += 1;
    }
    spread
};

/// Room to work in.
pub(crate) struct Packing {
    /// The bits of the numbers.
    planes: [Plane; NUMBER_BITS],
    /// See [`EachNumber`].
    masks: [Plane; NUMBER_BITS],
    /// The bits of places in the palette; all 0 between uses.
    places: [Plane; NUMBER_BITS],
}

impl Default for Packing {
    #[expect(clippy::large_stack_arrays, reason = "72 KiB, on the stack of one call")]
    fn default() -> Self {
        Self {
            planes: [[0; TILE_COLUMNS]; NUMBER_BITS],
            masks: [[0; TILE_COLUMNS]; NUMBER_BITS],
            places: [[0; TILE_COLUMNS]; NUMBER_BITS],
        }
    }
}

/// The bits that occur in any number.
struct UsedBits<'a> {
    numbers: &'a [u8],
}

impl NullaryFnOnce for UsedBits<'_> {
    type Output = u8;

    #[inline(always)]
    fn call(self) -> u8 {
        let mut used = [0_u8; 64];
        for row in self.numbers.as_chunks::<64>().0 {
            for (used, number) in used.iter_mut().zip(row) {
                *used |= number;
            }
        }
        used.into_iter().fold(0, |all, one| all | one)
    }
}

/// The bits of the numbers, plane by plane.
struct Gather<'a> {
    numbers: &'a [u8],
    planes: &'a mut [Plane; NUMBER_BITS],
    /// How many planes are wanted.
    bits: usize,
}

impl GatherKernel for Gather<'_> {
    #[inline(always)]
    fn call(self, gather: impl GatherBits) {
        // Constant numbers of planes, so that the loop over them is unrolled.
        let [a, b, c, d, e, f] = self.planes;
        match self.bits {
            0 => {}
            1..=4 => gather_rows(gather, self.numbers, [a, b, c, d]),
            _ => gather_rows(gather, self.numbers, [a, b, c, d, e, f]),
        }
    }
}

#[inline(always)]
fn gather_rows<const BITS: usize>(gather: impl GatherBits, numbers: &[u8], mut planes: [&mut Plane; BITS]) {
    let pairs = numbers.as_chunks::<{ 2 * ROW_VOXELS }>().0;
    for (pair, numbers) in pairs.iter().enumerate() {
        for (bit, plane) in (0..).zip(&mut planes) {
            plane.as_chunks_mut().0[pair] = gather.bit_of_each(numbers, bit);
        }
    }
    for plane in &mut planes {
        plane[2 * pairs.len()..].fill(0);
    }
}

/// What is done with a number and the voxels that have it.
trait Visit {
    /// Must be `inline(always)`.
    fn visit(&mut self, number: usize, mask: &Plane);
}

/// Notes which numbers occur, and gives them their places in a palette.
struct NumberOff<'a> {
    planes: &'a mut [Plane; NUMBER_BITS],
    /// Bit n: number n occurs.
    present: u64,
    next: usize,
}

impl Visit for &mut NumberOff<'_> {
    #[inline(always)]
    fn visit(&mut self, number: usize, mask: &Plane) {
        self.present |= 1 << number;
        set_bits(self.planes, self.next, mask);
        self.next += 1;
    }
}

/// Gives places in a palette their numbers back.
struct Renumber<'a> {
    planes: &'a mut [Plane],
    palette: &'a [Material],
}

impl Visit for &mut Renumber<'_> {
    #[inline(always)]
    fn visit(&mut self, place: usize, mask: &Plane) {
        let material = self.palette.get(place).copied().unwrap_or_default();
        set_bits(self.planes, material.number().into(), mask);
    }
}

/// Adds a mask to the planes of a number's bits.
#[inline(always)]
fn set_bits(planes: &mut [Plane], number: usize, mask: &Plane) {
    for (bit, plane) in planes.iter_mut().enumerate() {
        if number >> bit & 1 == 1 {
            for (row, mask) in plane.iter_mut().zip(mask) {
                *row |= mask;
            }
        }
    }
}

/// Visits every number that occurs, lowest first, with the voxels that have it.
struct EachNumber<'a, V> {
    planes: &'a [Plane],
    /// The voxels that agree with the number so far, one for each bit that is looked at.
    masks: &'a mut [Plane; NUMBER_BITS],
    visit: V,
}

impl<V: Visit> NullaryFnOnce for EachNumber<'_, V> {
    type Output = ();

    #[inline(always)]
    fn call(mut self) {
        let bits = self.planes.len();
        let mut number = 0_usize;
        // How many of the highest bits the masks of the number before already answer.
        let mut known = 0;
        while number < 1 << bits {
            let mut absent = None;
            while known < bits && absent.is_none() {
                let bit = bits - 1 - known;
                let flip = u32::from(number >> bit & 1 == 0).wrapping_neg();
                if !narrow(self.masks, known, &self.planes[bit], flip) {
                    absent = Some(bit);
                }
                known += 1;
            }
            let skipped = absent.unwrap_or(0);
            if absent.is_none() {
                match self.masks.get(bits.wrapping_sub(1)) {
                    Some(mask) => self.visit.visit(number, mask),
                    None => self.visit.visit(number, &[u32::MAX; TILE_COLUMNS]),
                }
            }
            number = ((number >> skipped) + 1) << skipped;
            known = bits.saturating_sub(1 + number.trailing_zeros() as usize);
        }
    }
}

/// Mask `level` is the one before it and the plane, flipped or not; true when there is anything left.
#[inline(always)]
fn narrow(masks: &mut [Plane; NUMBER_BITS], level: usize, plane: &Plane, flip: u32) -> bool {
    let mut any = 0;
    let (before, after) = masks.split_at_mut(level);
    let Some(mask) = after.first_mut() else {
        return false;
    };
    if let Some(before) = before.last() {
        for ((mask, before), row) in mask.iter_mut().zip(before).zip(plane) {
            *mask = before & (row ^ flip);
            any |= *mask;
        }
    } else {
        for (mask, row) in mask.iter_mut().zip(plane) {
            *mask = row ^ flip;
            any |= *mask;
        }
    }
    any != 0
}
