//! Chunks: 32 x 32 x 32 voxels, held as one material or as a palette with packed indices.
//!
//! *Not* responsible for: which voxel is what (see [`crate::fill`]); storage (see the bake store).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::OnceLock;

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_VOXELS, TILE_COLUMNS};
use xxhash_rust::xxh3::xxh3_128;

use crate::material::Material;
use crate::ops::LANES;
use crate::simd::SimdLevel;

/// 32 x 32 x 32 voxels. Index of a voxel: x fastest, then y, then z (`VoxelPos::index_in_chunk`).
///
/// Two chunks are equal when their voxels are, because equal voxels are always held in the same way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chunk {
    hash: u128,
    voxels: Voxels,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Voxels {
    Uniform(Material),
    Packed {
        /// The materials that occur, in order of their numbers; at least two.
        palette: Vec<Material>,
        /// Bits per index: 1, 2, 4 or 8, the fewest that tell the palette apart.
        bits: u32,
        /// Indices, the first voxel in the lowest bits; none straddles two words.
        words: Box<[u64]>,
    },
}

const MATERIALS: usize = Material::ALL.len();

impl Chunk {
    /// A chunk of one material.
    pub fn uniform(material: Material) -> Self {
        static HASHES: OnceLock<[u128; MATERIALS]> = OnceLock::new();
        let hash_of = |material: Material| xxh3_128(&vec![material.number(); CHUNK_VOXELS]);
        let hashes = HASHES.get_or_init(|| Material::ALL.map(hash_of));
        Self {
            hash: hashes[usize::from(material.number())],
            voxels: Voxels::Uniform(material),
        }
    }

    /// The chunk with these material numbers, in the order of the index; `None` when there are not 32768 of
    /// them or one is no material.
    pub fn from_numbers(numbers: &[u8]) -> Option<Self> {
        Self::with_simd(numbers.try_into().ok()?, SimdLevel::detect())
    }

    /// [`Self::from_numbers`] with chosen instructions.
    pub(crate) fn with_simd(numbers: &[u8; CHUNK_VOXELS], simd: SimdLevel) -> Option<Self> {
        let Present { highest, materials } = simd.run(FindPresent { numbers });
        if usize::from(highest) >= MATERIALS {
            return None;
        }
        let palette: Vec<Material> = Material::ALL
            .into_iter()
            .filter(|material| materials & (1 << material.number()) != 0)
            .collect();
        if let [material] = palette[..] {
            return Some(Self::uniform(material));
        }
        let bits = index_bits(palette.len());
        let words = simd.run(Pack {
            numbers,
            palette: &palette,
            bits,
        });
        Some(Self {
            hash: xxh3_128(numbers),
            voxels: Voxels::Packed { palette, bits, words },
        })
    }

    /// The material of the voxel at an index; air beyond the last.
    pub fn material(&self, index: usize) -> Material {
        match &self.voxels {
            Voxels::Uniform(material) if index < CHUNK_VOXELS => *material,
            Voxels::Uniform(_) => Material::Air,
            Voxels::Packed { palette, bits, words } => {
                let at = index * *bits as usize;
                let word = words.get(at / 64).copied().unwrap_or_default();
                let place = (word >> (at % 64)) & ((1 << bits) - 1);
                let material = usize::try_from(place).ok().and_then(|place| palette.get(place));
                material
                    .copied()
                    .filter(|_| index < CHUNK_VOXELS)
                    .unwrap_or_default()
            }
        }
    }

    /// The one material of a uniform chunk.
    pub fn as_uniform(&self) -> Option<Material> {
        match &self.voxels {
            Voxels::Uniform(material) => Some(*material),
            Voxels::Packed { .. } => None,
        }
    }

    /// The materials that occur, in order of their numbers.
    pub fn palette(&self) -> &[Material] {
        match &self.voxels {
            Voxels::Uniform(material) => std::slice::from_ref(material),
            Voxels::Packed { palette, .. } => palette,
        }
    }

    /// 128 bits over all voxels: xxh3 of their material numbers in the order of the index.
    pub fn hash(&self) -> u128 {
        self.hash
    }

    /// The material numbers of all voxels, in the order of the index.
    pub fn numbers(&self) -> Box<[u8; CHUNK_VOXELS]> {
        match &self.voxels {
            Voxels::Uniform(material) => filled(material.number()),
            Voxels::Packed { palette, bits, words } => {
                let mut numbers = filled(0);
                let per_word = 64 / *bits as usize;
                let mut table = [0; MATERIALS];
                for (place, material) in palette.iter().enumerate() {
                    table[place] = material.number();
                }
                for (voxels, word) in numbers.chunks_exact_mut(per_word).zip(words) {
                    let mut word = *word;
                    for voxel in voxels {
                        let place = usize::try_from(word & ((1 << bits) - 1)).unwrap_or(0);
                        *voxel = table.get(place).copied().unwrap_or_default();
                        word >>= bits;
                    }
                }
                numbers
            }
        }
    }

    /// For each column (x fastest, then y) the voxels that are solid, the lowest in bit 0.
    pub fn solid_columns(&self) -> Box<[u32; TILE_COLUMNS]> {
        let mut columns = Box::new([0; TILE_COLUMNS]);
        if let Voxels::Uniform(material) = &self.voxels {
            columns.fill(if material.is_solid() { u32::MAX } else { 0 });
            return columns;
        }
        let numbers = self.numbers();
        for (z, layer) in numbers.chunks_exact(TILE_COLUMNS).enumerate() {
            for (column, number) in columns.iter_mut().zip(layer) {
                let solid = Material::SOLID >> number & 1;
                *column |= u32::from(solid == 1) << z;
            }
        }
        columns
    }

    /// How many voxels there are of each material, by its number.
    pub fn counts(&self) -> [u64; MATERIALS] {
        let mut counts = [0; MATERIALS];
        match &self.voxels {
            Voxels::Uniform(material) => counts[usize::from(material.number())] = CHUNK_VOXELS as u64,
            Voxels::Packed { .. } => {
                for number in self.numbers().iter() {
                    counts[usize::from(*number)] += 1;
                }
            }
        }
        counts
    }

    /// Bytes that the chunk takes in memory.
    pub fn byte_size(&self) -> usize {
        let packed = match &self.voxels {
            Voxels::Uniform(_) => 0,
            Voxels::Packed { palette, words, .. } => palette.len() + words.len() * 8,
        };
        size_of::<Self>() + packed
    }
}

/// The numbers of a chunk of one material.
#[expect(clippy::large_stack_arrays, reason = "32 KiB, and at once on the heap")]
pub(crate) fn filled(number: u8) -> Box<[u8; CHUNK_VOXELS]> {
    Box::new([number; CHUNK_VOXELS])
}

fn index_bits(palette_len: usize) -> u32 {
    match palette_len {
        0..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    }
}

/// Which materials occur.
struct Present {
    highest: u8,
    /// Bit n: number n, modulo 64.
    materials: u64,
}

struct FindPresent<'a> {
    numbers: &'a [u8; CHUNK_VOXELS],
}

impl NullaryFnOnce for FindPresent<'_> {
    type Output = Present;

    #[inline(always)]
    fn call(self) -> Present {
        let mut present = [0_u64; LANES];
        let mut highest = [0_u8; LANES];
        for row in self.numbers.chunks_exact(LANES) {
            for ((number, present), highest) in row.iter().zip(&mut present).zip(&mut highest) {
                *present |= 1 << (number & 63);
                *highest = (*highest).max(*number);
            }
        }
        Present {
            highest: highest.into_iter().fold(0, u8::max),
            materials: present.into_iter().fold(0, |all, one| all | one),
        }
    }
}

/// Numbers become places in the palette, and places are pushed together, two bytes into one at a time.
struct Pack<'a> {
    numbers: &'a [u8; CHUNK_VOXELS],
    palette: &'a [Material],
    bits: u32,
}

impl NullaryFnOnce for Pack<'_> {
    type Output = Box<[u64]>;

    #[inline(always)]
    fn call(self) -> Box<[u64]> {
        let mut bytes = vec![0_u8; CHUNK_VOXELS];
        for (place, material) in (1..).zip(self.palette.iter().skip(1)) {
            let wanted = material.number();
            for (byte, number) in bytes.iter_mut().zip(self.numbers) {
                *byte |= if *number == wanted { place } else { 0 };
            }
        }
        let (mut length, mut bits) = (CHUNK_VOXELS, self.bits);
        while bits < 8 {
            let mut half = vec![0_u8; length / 2];
            for (byte, pair) in half.iter_mut().zip(bytes[..length].as_chunks::<2>().0) {
                let pair = u16::from_le_bytes(*pair);
                *byte = (pair | pair >> (8 - bits)).to_le_bytes()[0];
            }
            bytes = half;
            length /= 2;
            bits *= 2;
        }
        let words = bytes[..length].as_chunks::<8>().0;
        words.iter().map(|word| u64::from_le_bytes(*word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::mix64;

    fn patterned(materials: u64) -> Vec<u8> {
        (0..CHUNK_VOXELS as u64)
            .map(|voxel| u8::try_from(mix64(voxel) % materials).unwrap())
            .collect()
    }

    #[test]
    fn voxels_round_trip_at_every_width() {
        for materials in [1, 2, 3, 4, 5, 15, 16, 17, MATERIALS as u64] {
            let numbers = patterned(materials);
            let chunk = Chunk::from_numbers(&numbers).unwrap();
            assert_eq!(&chunk.numbers()[..], &numbers[..]);
            for index in (0..CHUNK_VOXELS).step_by(97) {
                assert_eq!(chunk.material(index).number(), numbers[index]);
            }
            assert_eq!(chunk.counts().iter().sum::<u64>(), CHUNK_VOXELS as u64);
            let solid = chunk.solid_columns();
            for index in (0..CHUNK_VOXELS).step_by(89) {
                let bit = solid[index % TILE_COLUMNS] >> (index / TILE_COLUMNS) & 1;
                assert_eq!(bit == 1, chunk.material(index).is_solid());
            }
        }
    }

    #[test]
    fn uniform_chunks_are_found() {
        let chunk = Chunk::from_numbers(&vec![Material::Stone.number(); CHUNK_VOXELS]).unwrap();
        assert_eq!(chunk, Chunk::uniform(Material::Stone));
        assert_eq!(chunk.as_uniform(), Some(Material::Stone));
        assert_eq!(chunk.material(CHUNK_VOXELS), Material::Air);
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        assert_eq!(Chunk::from_numbers(&[0; 5]), None);
        let mut numbers = patterned(3);
        numbers[7] = u8::try_from(MATERIALS).unwrap();
        assert_eq!(Chunk::from_numbers(&numbers), None);
        numbers[7] = 64;
        assert_eq!(Chunk::from_numbers(&numbers), None);
    }
}
