//! Chunks: 32 x 32 x 32 voxels, held as one material or as a palette with packed indices.
//!
//! *Not* responsible for: which voxel is what (see [`crate::fill`]); storage (see the bake store).

use shared::coords::{CHUNK_VOXELS, TILE_COLUMNS};
use xxhash_rust::xxh3::xxh3_128;

use crate::material::Material;

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
        /// Bits per index: 1, 2 or 4, the fewest that tell the palette apart.
        bits: u32,
        /// Indices, the first voxel in the lowest bits; none straddles two words.
        words: Box<[u64]>,
    },
}

const MATERIALS: usize = Material::ALL.len();

impl Chunk {
    /// A chunk of one material.
    pub fn uniform(material: Material) -> Self {
        Self {
            hash: xxh3_128(&[material.number(); CHUNK_VOXELS]),
            voxels: Voxels::Uniform(material),
        }
    }

    /// The chunk with these material numbers, in the order of the index; `None` when there are not 32768 of
    /// them or one is no material.
    pub fn from_numbers(numbers: &[u8]) -> Option<Self> {
        if numbers.len() != CHUNK_VOXELS {
            return None;
        }
        let mut present = 0_u64;
        for number in numbers {
            present |= 1 << (number & 63);
        }
        // Numbers of 64 and more share bits with smaller ones; the second look finds them.
        let highest = numbers.iter().fold(0, |highest, number| highest.max(*number));
        if usize::from(highest) >= MATERIALS {
            return None;
        }
        let palette: Vec<Material> = Material::ALL
            .into_iter()
            .filter(|material| present & (1 << material.number()) != 0)
            .collect();
        let hash = xxh3_128(numbers);
        if let [material] = palette[..] {
            let voxels = Voxels::Uniform(material);
            return Some(Self { hash, voxels });
        }
        let bits = index_bits(palette.len());
        let words = pack(numbers, &palette, bits);
        let voxels = Voxels::Packed { palette, bits, words };
        Some(Self { hash, voxels })
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
            Voxels::Uniform(material) => Box::new([material.number(); CHUNK_VOXELS]),
            Voxels::Packed { palette, bits, words } => {
                let mut numbers = Box::new([0; CHUNK_VOXELS]);
                let per_word = 64 / *bits as usize;
                let mut table = [0; 16];
                for (place, material) in palette.iter().enumerate().take(16) {
                    table[place] = material.number();
                }
                for (voxels, word) in numbers.chunks_exact_mut(per_word).zip(words) {
                    let mut word = *word;
                    for voxel in voxels {
                        *voxel = table[usize::try_from(word & ((1 << bits) - 1)).unwrap_or(0)];
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
                // Air and water are the two lowest numbers; a test of `Material` holds that.
                *column |= u32::from(*number > Material::Water.number()) << z;
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

fn index_bits(palette_len: usize) -> u32 {
    match palette_len {
        0..=2 => 1,
        3..=4 => 2,
        _ => 4,
    }
}

fn pack(numbers: &[u8], palette: &[Material], bits: u32) -> Box<[u64]> {
    let mut table = [0_u8; 16];
    for (place, material) in (0..).zip(palette) {
        table[usize::from(material.number())] = place;
    }
    let per_word = 64 / bits as usize;
    numbers
        .chunks_exact(per_word)
        .map(|voxels| {
            voxels.iter().rev().fold(0_u64, |word, number| {
                (word << bits) | u64::from(table[usize::from(number & 15)])
            })
        })
        .collect()
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
        for materials in [1, 2, 3, 4, 5, 15] {
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
        let chunk = Chunk::from_numbers(&[Material::Stone.number(); CHUNK_VOXELS]).unwrap();
        assert_eq!(chunk, Chunk::uniform(Material::Stone));
        assert_eq!(chunk.as_uniform(), Some(Material::Stone));
        assert_eq!(chunk.material(CHUNK_VOXELS), Material::Air);
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        assert_eq!(Chunk::from_numbers(&[0; 5]), None);
        let mut numbers = patterned(3);
        numbers[7] = 15;
        assert_eq!(Chunk::from_numbers(&numbers), None);
        numbers[7] = 64;
        assert_eq!(Chunk::from_numbers(&numbers), None);
    }

    #[test]
    fn only_air_and_water_are_not_solid() {
        for material in Material::ALL {
            assert_eq!(material.is_solid(), material.number() > Material::Water.number());
        }
    }
}
