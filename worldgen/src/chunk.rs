//! Chunks: 32 x 32 x 32 voxels, held as one material or as a palette with bit planes.
//!
//! A plane holds one bit of every voxel's place in the palette, 32 voxels along x to a word. So a question
//! about all voxels ("which are solid?", "which are air over sand?") is a few boolean operations on rows,
//! and what asks such questions - the mesher above all - never unpacks a chunk.
//!
//! *Not* responsible for: which voxel is what (see [`crate::fill`]); storage (see the bake store).

mod mask;
mod pack;

use std::sync::OnceLock;

use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, TILE_COLUMNS};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128, xxh3_128_with_seed};

use crate::bits;
use crate::material::Material;
use crate::simd::SimdLevel;
pub use mask::MaterialSet;
pub(crate) use mask::RowTest;
use pack::NUMBER_BITS;
pub(crate) use pack::{Layer, Packing};

/// Voxels of one row along x: the bits of one word.
const ROW_VOXELS: usize = CHUNK_EDGE as usize;

/// One bit for every voxel of a chunk. Row `z * 32 + y` holds the voxels of one y and z, the westernmost in
/// the lowest bit.
pub type Plane = [u32; TILE_COLUMNS];

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
    Mixed {
        /// The materials that occur, in order of their numbers; at least two.
        palette: Box<[Material]>,
        /// Bit n: whether material n of the palette is solid.
        solid: u64,
        /// The bits of the places in the palette, lowest first: the fewest planes that tell it apart.
        planes: Box<[Plane]>,
    },
}

const MATERIALS: usize = Material::ALL.len();

impl Chunk {
    /// A chunk of one material.
    pub fn uniform(material: Material) -> Self {
        static HASHES: OnceLock<[u128; MATERIALS]> = OnceLock::new();
        let hashes = HASHES.get_or_init(|| Material::ALL.map(|material| xxh3_128(&[material.number()])));
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

    /// [`Self::from_numbers`] with chosen instructions; any choice gives the same chunk.
    pub fn with_simd(numbers: &[u8; CHUNK_VOXELS], simd: SimdLevel) -> Option<Self> {
        Self::packed(numbers.as_chunks().0, simd, &mut Packing::default())
    }

    /// The chunk with these lowest layers of numbers, and air above them; with room to work in that was used before.
    pub(crate) fn packed(layers: &[Layer], simd: SimdLevel, packing: &mut Packing) -> Option<Self> {
        let packed = pack::pack(layers, simd, packing)?;
        if let [material] = packed.palette[..] {
            return Some(Self::uniform(material));
        }
        Some(Self {
            hash: hash_of(&packed.palette, &packed.planes),
            voxels: Voxels::Mixed {
                solid: MaterialSet::SOLID.places_in(&packed.palette),
                palette: packed.palette,
                planes: packed.planes,
            },
        })
    }

    /// The material of the voxel at an index; air beyond the last.
    pub fn material(&self, index: usize) -> Material {
        match &self.voxels {
            Voxels::Uniform(material) if index < CHUNK_VOXELS => *material,
            Voxels::Mixed { palette, planes, .. } if index < CHUNK_VOXELS => {
                palette.get(place(planes, index)).copied().unwrap_or_default()
            }
            _ => Material::Air,
        }
    }

    /// Prepares [`Self::material`] for very many voxels.
    pub(crate) fn lookup(&self) -> Lookup<'_> {
        const NONE: &Plane = &[0; TILE_COLUMNS];
        let mut lookup = Lookup {
            planes: [NONE; NUMBER_BITS],
            palette: [Material::Air; 1 << NUMBER_BITS],
        };
        for (plane, own) in lookup.planes.iter_mut().zip(self.planes()) {
            *plane = own;
        }
        for (material, own) in lookup.palette.iter_mut().zip(self.palette()) {
            *material = *own;
        }
        lookup
    }

    /// Whether the voxel at an index is solid; it is not beyond the last.
    pub fn is_solid(&self, index: usize) -> bool {
        match &self.voxels {
            Voxels::Uniform(material) => index < CHUNK_VOXELS && material.is_solid(),
            Voxels::Mixed { solid, planes, .. } => {
                index < CHUNK_VOXELS && solid >> place(planes, index) & 1 == 1
            }
        }
    }

    /// The one material of a uniform chunk.
    pub fn as_uniform(&self) -> Option<Material> {
        match &self.voxels {
            Voxels::Uniform(material) => Some(*material),
            Voxels::Mixed { .. } => None,
        }
    }

    /// The materials that occur, in order of their numbers.
    pub fn palette(&self) -> &[Material] {
        match &self.voxels {
            Voxels::Uniform(material) => std::slice::from_ref(material),
            Voxels::Mixed { palette, .. } => palette,
        }
    }

    /// The bits of every voxel's place in the palette, lowest first; none in a uniform chunk.
    pub fn planes(&self) -> &[Plane] {
        match &self.voxels {
            Voxels::Uniform(_) => &[],
            Voxels::Mixed { planes, .. } => planes,
        }
    }

    /// Which voxels are of one of these materials.
    pub fn mask(&self, wanted: MaterialSet) -> Box<Plane> {
        let mut mask = Box::new([0; TILE_COLUMNS]);
        SimdLevel::detect().run(mask::FillMask {
            test: self.row_test(wanted),
            planes: self.planes(),
            mask: &mut mask,
        });
        mask
    }

    /// Prepares [`Self::mask`] for single rows.
    pub(crate) fn row_test(&self, wanted: MaterialSet) -> RowTest {
        RowTest::new(wanted.places_in(self.palette()), self.palette().len())
    }

    /// 128 bits over all voxels: xxh3 of the planes, seeded with the palette. Equal voxels have equal planes.
    pub fn hash(&self) -> u128 {
        self.hash
    }

    /// The material numbers of all voxels, in the order of the index.
    pub fn numbers(&self) -> Box<[u8; CHUNK_VOXELS]> {
        match &self.voxels {
            Voxels::Uniform(material) => filled(material.number()),
            Voxels::Mixed { palette, planes, .. } => pack::unpack(palette, planes, SimdLevel::detect()),
        }
    }

    /// For each column (x fastest, then y) the voxels that are solid, the lowest in bit 0.
    pub fn solid_columns(&self) -> Box<[u32; TILE_COLUMNS]> {
        columns(self.mask(MaterialSet::SOLID))
    }

    /// For each column (x fastest, then y) the voxels that are of another material than in `other`, the lowest in
    /// bit 0.
    pub(crate) fn columns_unlike(&self, other: &Self) -> Box<[u32; TILE_COLUMNS]> {
        let mut different = Box::new([0; TILE_COLUMNS]);
        for material in self.palette() {
            let wanted = MaterialSet::of(&[*material]);
            for ((different, here), there) in different
                .iter_mut()
                .zip(&*self.mask(wanted))
                .zip(&*other.mask(wanted))
            {
                *different |= here & !there;
            }
        }
        columns(different)
    }

    /// How many voxels there are of each material, by its number.
    pub fn counts(&self) -> [u64; MATERIALS] {
        let mut counts = [0; MATERIALS];
        for material in self.palette() {
            let rows = self.mask(MaterialSet::of(&[*material]));
            counts[usize::from(material.number())] = rows.iter().map(|row| u64::from(row.count_ones())).sum();
        }
        counts
    }

    /// Bytes that the chunk takes in memory.
    pub fn byte_size(&self) -> usize {
        let mixed = match &self.voxels {
            Voxels::Uniform(_) => 0,
            Voxels::Mixed { palette, planes, .. } => palette.len() + size_of_val(&**planes),
        };
        size_of::<Self>() + mixed
    }
}

/// A chunk that is asked for single voxels, without a branch: of the most planes, where those that it does not have
/// are all 0.
#[derive(Clone, Copy)]
pub(crate) struct Lookup<'a> {
    planes: [&'a Plane; NUMBER_BITS],
    palette: [Material; 1 << NUMBER_BITS],
}

impl Lookup<'_> {
    /// The material of the voxel at an index; beyond the last it starts anew.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "kernels ask")]
    pub(crate) fn material(&self, index: usize) -> Material {
        let (row, shift) = (index / ROW_VOXELS % TILE_COLUMNS, index % ROW_VOXELS);
        let [a, b, c, d, e, f] = self.planes.map(|plane| plane[row] as usize >> shift & 1);
        self.palette[a | b << 1 | c << 2 | d << 3 | e << 4 | f << 5]
    }
}

/// From rows of z with bits of x, for each y, to columns (x fastest, then y) with bits of z.
fn columns(mut rows: Box<Plane>) -> Box<[u32; TILE_COLUMNS]> {
    bits::transpose(&mut rows, SimdLevel::detect());
    bits::swap_rows_and_lanes(&mut rows);
    rows
}

/// The place in the palette of a voxel whose index is in range.
fn place(planes: &[Plane], index: usize) -> usize {
    let (row, shift) = (index / ROW_VOXELS % TILE_COLUMNS, index % ROW_VOXELS);
    planes.iter().enumerate().fold(0, |place, (bit, plane)| {
        place | (plane[row] as usize >> shift & 1) << bit
    })
}

fn hash_of(palette: &[Material], planes: &[Plane]) -> u128 {
    let mut numbers = [0; MATERIALS];
    for (number, material) in numbers.iter_mut().zip(palette) {
        *number = material.number();
    }
    let seed = xxh3_64(&numbers[..palette.len().min(MATERIALS)]);
    if cfg!(target_endian = "little") {
        return xxh3_128_with_seed(bytemuck::cast_slice(planes), seed);
    }
    let bytes: Vec<u8> = planes
        .as_flattened()
        .iter()
        .flat_map(|row| row.to_le_bytes())
        .collect();
    xxh3_128_with_seed(&bytes, seed)
}

/// The numbers of a chunk of one material.
#[expect(clippy::large_stack_arrays, reason = "32 KiB, and at once on the heap")]
pub(crate) fn filled(number: u8) -> Box<[u8; CHUNK_VOXELS]> {
    Box::new([number; CHUNK_VOXELS])
}

#[cfg(test)]
mod tests;
