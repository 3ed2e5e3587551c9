//! Blobs of the store: a tile with all chunks above it in one zstd frame.
//!
//! Most voxels follow from the surface of their tile: ground in layers, water, plants. So a blob holds the
//! surface, as far as voxels and play need it (see [`SurfaceTile::rounded`]), and of each chunk only where it
//! differs from what an island without markers would make of that surface: caves, overhangs, whatever else
//! fills or hollows. The generator is the predictor; when it changes, chunks differ in more places or, where a
//! stored blob meets a newer generator, give another hash than the one beside them, and count as damaged.
//!
//! Layout before compression: for 1024 columns the tops, water ends and strata as differences in two planes of
//! bytes, low ones first, then materials, low plants, lava, and one bit for each that is
//! kept free; the number of plants in 2 bytes, and the plants; then
//! for each chunk
//! from the bottom up 8 bytes of its hash and one of [`AS_PREDICTED`], [`UNIFORM`] and [`PATCHED`].
//!
//! Every length is checked against what a tile can have before memory is taken for it.

use std::sync::Arc;

use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, ChunkPos, TILE_COLUMNS, TilePos, VoxelPos};
use shared::ids::IslandId;
use shared::island::Bounds;
use shared::project::CURRENT_GENERATOR;
use zstd::bulk::{Compressor, Decompressor};

use crate::chunk::Chunk;
use crate::fill::{Above, Room};
use crate::material::Material;
use crate::ops::{self, LANES};
use crate::plan::IslandPlan;
use crate::scatter::{Plant, Species};
use crate::seed::Seed;
use crate::simd::SimdLevel;
use crate::surface::SurfaceTile;

/// zstd level: what is left to compress are small differences; higher levels save little of them.
const LEVEL: i32 = 1;
/// A chunk that is what its surface makes.
const AS_PREDICTED: u8 = 0;
/// A chunk of a single material; its number follows.
const UNIFORM: u8 = 1;
/// A chunk with runs of voxels that differ: their number in 2 bytes, then for each run 2 bytes of how many
/// voxels further on it starts, one of its length and one of its material. Voxels are counted column by column.
const PATCHED: u8 = 2;
/// Bytes of a run.
const RUN_BYTES: usize = 4;
/// Bytes of a chunk in which every voxel is a run of its own.
const MAX_CHUNK_BYTES: usize = 8 + 1 + 2 + CHUNK_VOXELS * RUN_BYTES;
/// Bytes of a surface without its plants.
const SURFACE_BYTES: usize = TILE_COLUMNS * (3 * 2 + 1 + 1);
/// Bytes of one plant.
const PLANT_BYTES: usize = 2 + 2 + 1 + 1;
/// Most plants over one tile: more than one per column cannot stand.
const MAX_PLANTS: usize = 4096;
/// Voxels of one column of a chunk.
const COLUMN_VOXELS: usize = CHUNK_EDGE as usize;

/// Why a blob is not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct DamagedBlob(pub(super) &'static str);

/// Writes blobs of one island; keeps its buffers between them.
pub(super) struct Encoder {
    zstd: Compressor<'static>,
    predictor: Predictor,
    room: Room,
    raw: Vec<u8>,
}

/// Reads blobs of one island; keeps its buffers between them.
pub(super) struct Decoder {
    zstd: Decompressor<'static>,
    predictor: Predictor,
    room: Room,
    raw: Vec<u8>,
}

/// What an island without markers makes of a surface.
struct Predictor {
    plan: IslandPlan,
    simd: SimdLevel,
}

impl Predictor {
    fn new(id: IslandId, seed: Seed, bounds: Bounds) -> Self {
        Self {
            plan: IslandPlan::bare(id, CURRENT_GENERATOR, seed, bounds),
            simd: SimdLevel::detect(),
        }
    }

    fn over<'a>(&'a self, surface: &'a SurfaceTile, room: &'a mut Room) -> Prediction<'a> {
        Prediction {
            // Without markers there are no bodies.
            above: Above::new(&self.plan, surface, None, self.simd),
            room,
            simd: self.simd,
        }
    }

    fn chunks_of(&self, tile: TilePos) -> impl Iterator<Item = ChunkPos> {
        self.plan.bounds().chunks_of(tile)
    }
}

/// The prediction for the chunks above one tile.
struct Prediction<'a> {
    above: Above<'a>,
    room: &'a mut Room,
    simd: SimdLevel,
}

impl Prediction<'_> {
    fn chunk(&mut self, pos: ChunkPos) -> Chunk {
        self.above.chunk(pos, self.room)
    }

    /// The chunk with other materials where these runs say so.
    fn patched(&mut self, pos: ChunkPos, runs: &[u8]) -> Result<Chunk, DamagedBlob> {
        let only = self.above.fill(pos, self.room);
        let numbers = self.room.numbers_mut();
        if let Some(material) = only {
            numbers.fill(material.number());
        }
        let mut place = 0;
        for [gap_low, gap_high, length, number] in runs.as_chunks::<RUN_BYTES>().0 {
            place += usize::from(u16::from_le_bytes([*gap_low, *gap_high]));
            let (column, from) = (place / COLUMN_VOXELS, place % COLUMN_VOXELS);
            let to = from + usize::from(*length);
            if column >= TILE_COLUMNS || to > COLUMN_VOXELS {
                return Err(DamagedBlob("a run is too long"));
            }
            for level in from..to {
                numbers[column + level * TILE_COLUMNS] = *number;
            }
        }
        self.room.pack(self.simd).ok_or(DamagedBlob("unknown material"))
    }
}

impl Encoder {
    pub(super) fn new(id: IslandId, seed: Seed, bounds: Bounds) -> std::io::Result<Self> {
        Ok(Self {
            zstd: Compressor::new(LEVEL)?,
            predictor: Predictor::new(id, seed, bounds),
            room: Room::new(),
            raw: Vec::with_capacity(4 * SURFACE_BYTES),
        })
    }

    /// The blob of a tile and the chunks above it, from the bottom up.
    pub(super) fn tile<'a>(
        &mut self,
        surface: &SurfaceTile,
        chunks: impl Iterator<Item = (ChunkPos, &'a Chunk)>,
    ) -> std::io::Result<Vec<u8>> {
        self.raw.clear();
        let rounded = surface.rounded();
        self.surface(&rounded);
        let mut prediction = self.predictor.over(&rounded, &mut self.room);
        for (pos, chunk) in chunks {
            self.raw.extend(short_hash(chunk));
            let predicted = prediction.chunk(pos);
            if predicted == *chunk {
                self.raw.push(AS_PREDICTED);
            } else if let Some(material) = chunk.as_uniform() {
                self.raw.extend([UNIFORM, material.number()]);
            } else {
                self.raw.push(PATCHED);
                patch(&mut self.raw, &predicted, chunk);
            }
        }
        self.zstd.compress(&self.raw)
    }

    fn surface(&mut self, surface: &SurfaceTile) {
        let tops: [i16; TILE_COLUMNS] = std::array::from_fn(|index| ops::to_i16(surface.top_voxel(index)));
        for values in [&tops, &surface.water_ends, &surface.strata] {
            planes(&mut self.raw, values);
        }
        self.raw
            .extend(surface.materials.iter().map(|material| material.number()));
        self.raw
            .extend(surface.low_plants.iter().map(|plant| plant.number()));
        self.raw.extend(surface.lava);
        self.raw
            .extend(surface.kept.iter().flat_map(|row| row.to_le_bytes()));
        let count = u16::try_from(surface.plants.len()).unwrap_or(u16::MAX);
        self.raw.extend(count.to_le_bytes());
        let first = surface.pos.first_column();
        for plant in surface.plants.iter().take(count.into()) {
            for number in [plant.base.x - first.x, plant.base.y - first.y] {
                self.raw.push(ops::low_byte(ops::to_i16(number)));
            }
            self.raw.extend(ops::to_i16(plant.base.z).to_le_bytes());
            self.raw.extend([plant.species.number(), plant.shape]);
        }
    }
}

impl Decoder {
    pub(super) fn new(id: IslandId, seed: Seed, bounds: Bounds) -> std::io::Result<Self> {
        Ok(Self {
            zstd: Decompressor::new()?,
            predictor: Predictor::new(id, seed, bounds),
            room: Room::new(),
            raw: Vec::new(),
        })
    }

    /// A tile with all chunks above it.
    pub(super) fn tile(
        &mut self,
        pos: TilePos,
        blob: &[u8],
    ) -> Result<(Arc<SurfaceTile>, Vec<Chunk>), DamagedBlob> {
        self.inflate(pos, blob)?;
        let mut rest = self.raw.as_slice();
        let surface = surface(pos, &self.predictor.plan, &mut rest)?;
        let mut prediction = self.predictor.over(&surface, &mut self.room);
        let chunks = self
            .predictor
            .chunks_of(pos)
            .map(|chunk| StoredChunk::read(&mut rest)?.chunk(chunk, &mut prediction));
        let chunks = chunks.collect::<Result<_, _>>()?;
        ended(rest)?;
        Ok((surface, chunks))
    }

    /// The surface of a tile alone.
    pub(super) fn surface(&mut self, pos: TilePos, blob: &[u8]) -> Result<SurfaceTile, DamagedBlob> {
        self.inflate(pos, blob)?;
        surface(pos, &self.predictor.plan, &mut self.raw.as_slice()).map(Arc::unwrap_or_clone)
    }

    /// One chunk of its tile's blob; no other is made.
    pub(super) fn chunk(&mut self, pos: ChunkPos, blob: &[u8]) -> Result<Chunk, DamagedBlob> {
        self.inflate(pos.tile(), blob)?;
        let mut rest = self.raw.as_slice();
        let surface = surface(pos.tile(), &self.predictor.plan, &mut rest)?;
        for chunk in self.predictor.chunks_of(pos.tile()) {
            let stored = StoredChunk::read(&mut rest)?;
            if chunk == pos {
                let mut prediction = self.predictor.over(&surface, &mut self.room);
                return stored.chunk(pos, &mut prediction);
            }
        }
        Err(DamagedBlob("it is not in its tile"))
    }

    /// Decompresses a blob into the buffer.
    fn inflate(&mut self, pos: TilePos, blob: &[u8]) -> Result<(), DamagedBlob> {
        let chunks = self.predictor.chunks_of(pos).count();
        self.raw.clear();
        self.raw
            .reserve(SURFACE_BYTES + 2 + MAX_PLANTS * PLANT_BYTES + chunks * MAX_CHUNK_BYTES);
        match self.zstd.decompress_to_buffer(blob, &mut self.raw) {
            Ok(_bytes) => Ok(()),
            Err(_refused) => Err(DamagedBlob("it does not decompress")),
        }
    }
}

/// A chunk as it lies in a blob.
struct StoredChunk<'a> {
    hash: &'a [u8],
    form: Form<'a>,
}

enum Form<'a> {
    AsPredicted,
    Uniform(Material),
    Patched(&'a [u8]),
}

impl<'a> StoredChunk<'a> {
    fn read(rest: &mut &'a [u8]) -> Result<Self, DamagedBlob> {
        let hash = take(rest, 8)?;
        let form = match take(rest, 1)? {
            [AS_PREDICTED] => Form::AsPredicted,
            [UNIFORM] => Form::Uniform(material(byte(rest)?)?),
            [PATCHED] => {
                let runs = usize::from(byte(rest)?) | usize::from(byte(rest)?) << 8;
                Form::Patched(take(rest, runs * RUN_BYTES)?)
            }
            _ => return Err(DamagedBlob("unknown encoding")),
        };
        Ok(Self { hash, form })
    }

    fn chunk(&self, pos: ChunkPos, prediction: &mut Prediction<'_>) -> Result<Chunk, DamagedBlob> {
        let chunk = match &self.form {
            Form::AsPredicted => prediction.chunk(pos),
            Form::Uniform(material) => Chunk::uniform(*material),
            Form::Patched(runs) => prediction.patched(pos, runs)?,
        };
        if short_hash(&chunk) == self.hash {
            Ok(chunk)
        } else {
            Err(DamagedBlob("its hash differs"))
        }
    }
}

/// Enough of a chunk's hash to tell that it is the one that was stored.
fn short_hash(chunk: &Chunk) -> [u8; 8] {
    let bytes = chunk.hash().to_le_bytes();
    std::array::from_fn(|at| bytes[at])
}

/// Appends the runs of voxels in which a chunk differs from its prediction.
fn patch(raw: &mut Vec<u8>, predicted: &Chunk, chunk: &Chunk) {
    let start = raw.len();
    raw.extend([0, 0]);
    let (mut runs, mut last) = (0_u16, 0);
    for (column, different) in chunk.columns_unlike(predicted).iter().enumerate() {
        let mut different = u64::from(*different);
        let material = |level: usize| chunk.material(column + level * TILE_COLUMNS);
        while different != 0 {
            let from = different.trailing_zeros() as usize;
            let run = material(from);
            // A run goes on through voxels that the prediction had right.
            let length = (from..COLUMN_VOXELS)
                .take_while(|level| material(*level) == run)
                .count();
            different &= u64::MAX << (from + length);
            let place = column * COLUMN_VOXELS + from;
            let gap = u16::try_from(place - last).unwrap_or(u16::MAX);
            raw.extend(gap.to_le_bytes());
            raw.extend([u8::try_from(length).unwrap_or(u8::MAX), run.number()]);
            last = place;
            runs += 1;
        }
    }
    raw[start..start + 2].copy_from_slice(&runs.to_le_bytes());
}

/// In its place for good: it is large, and would be copied from hand to hand.
fn surface(pos: TilePos, plan: &IslandPlan, rest: &mut &[u8]) -> Result<Arc<SurfaceTile>, DamagedBlob> {
    let tops = sums(take(rest, TILE_COLUMNS * 2)?);
    let water_ends = sums(take(rest, TILE_COLUMNS * 2)?);
    let strata = sums(take(rest, TILE_COLUMNS * 2)?);
    let numbers = take(rest, TILE_COLUMNS)?;
    let low_plants = take(rest, TILE_COLUMNS)?;
    let lava = take(rest, TILE_COLUMNS)?;
    let kept = take(rest, 4 * LANES)?.as_chunks::<4>().0;
    let mut surface = SurfaceTile {
        pos,
        heights: tops.map(|top| ops::height_of_top(top.into())),
        coast_distances: [0; TILE_COLUMNS],
        water_ends,
        materials: [Material::Air; TILE_COLUMNS],
        forest: [0; TILE_COLUMNS],
        strata,
        lava: [0; TILE_COLUMNS],
        kept: std::array::from_fn(|row| kept.get(row).map_or(0, |row| u32::from_le_bytes(*row))),
        low_plants: [Material::Air; TILE_COLUMNS],
        plants: Vec::new(),
        shapes: Arc::clone(plan.shapes()),
    };
    surface.lava.copy_from_slice(lava);
    for (stored, number) in surface.materials.iter_mut().zip(numbers) {
        *stored = material(*number)?;
    }
    for (stored, number) in surface.low_plants.iter_mut().zip(low_plants) {
        *stored = material(*number)?;
    }
    let count = usize::from(byte(rest)?) | usize::from(byte(rest)?) << 8;
    if count > MAX_PLANTS {
        return Err(DamagedBlob("too many plants"));
    }
    for _ in 0..count {
        surface.plants.push(plant(pos, rest)?);
    }
    Ok(Arc::new(surface))
}

fn ended(rest: &[u8]) -> Result<(), DamagedBlob> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(DamagedBlob("bytes after the last chunk"))
    }
}

fn material(number: u8) -> Result<Material, DamagedBlob> {
    Material::from_number(number).ok_or(DamagedBlob("unknown material"))
}

/// Appends the differences from value to value, small numbers of either sign as small unsigned ones (zigzag):
/// first their low bytes, then the high ones, which are nearly all 0.
fn planes(raw: &mut Vec<u8>, values: &[i16; TILE_COLUMNS]) {
    let mut last = 0;
    let differences = values.map(|value| {
        let difference = value.wrapping_sub(last);
        last = value;
        ((difference << 1) ^ (difference >> 15)).to_le_bytes()
    });
    raw.extend(differences.iter().map(|[low, _]| low));
    raw.extend(differences.iter().map(|[_, high]| high));
}

/// The values whose differences were laid out in two planes; 0 for planes of another size.
fn sums(planes: &[u8]) -> [i16; TILE_COLUMNS] {
    let (low, high) = planes.split_at(planes.len() / 2);
    let mut values = [0; TILE_COLUMNS];
    let mut last = 0_i16;
    for ((value, low), high) in values.iter_mut().zip(low).zip(high) {
        let stored = u16::from_le_bytes([*low, *high]);
        let difference = (stored >> 1).cast_signed() ^ -(stored & 1).cast_signed();
        last = last.wrapping_add(difference);
        *value = last;
    }
    values
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], DamagedBlob> {
    let (taken, left) = rest.split_at_checked(count).ok_or(DamagedBlob("it ends early"))?;
    *rest = left;
    Ok(taken)
}

fn byte(rest: &mut &[u8]) -> Result<u8, DamagedBlob> {
    let (first, left) = rest.split_first().ok_or(DamagedBlob("it ends early"))?;
    *rest = left;
    Ok(*first)
}

fn plant(tile: TilePos, rest: &mut &[u8]) -> Result<Plant, DamagedBlob> {
    let first = tile.first_column();
    let x = first.x + i32::from(byte(rest)?.cast_signed());
    let y = first.y + i32::from(byte(rest)?.cast_signed());
    let z = i16::from_le_bytes([byte(rest)?, byte(rest)?]);
    let species = Species::from_number(byte(rest)?).ok_or(DamagedBlob("unknown species"))?;
    Ok(Plant {
        base: VoxelPos::new(x, y, z.into()),
        species,
        shape: byte(rest)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds() -> Bounds {
        Bounds::new(64, 64, 32, 32).unwrap()
    }

    fn codec() -> (Encoder, Decoder) {
        let id = "isle".parse().unwrap();
        (
            Encoder::new(id, Seed::default(), bounds()).unwrap(),
            Decoder::new(id, Seed::default(), bounds()).unwrap(),
        )
    }

    fn sea() -> SurfaceTile {
        let id = "isle".parse().unwrap();
        let plan = IslandPlan::bare(id, CURRENT_GENERATOR, Seed::default(), bounds());
        plan.surface(TilePos::new(0, 0), SimdLevel::detect())
    }

    proptest! {
        #[test]
        fn differences_in_planes_give_the_values_back(values in proptest::collection::vec(any::<i16>(), TILE_COLUMNS)) {
            let values: [i16; TILE_COLUMNS] = values.try_into().unwrap();
            let mut raw = Vec::new();
            planes(&mut raw, &values);
            prop_assert_eq!(sums(&raw), values);
        }

        #[test]
        fn any_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..9000)) {
            let (_, mut decoder) = codec();
            let tile = TilePos::new(0, 0);
            let frame = zstd::bulk::compress(&bytes, 1).unwrap();
            for blob in [&bytes, &frame] {
                prop_assert!(decoder.tile(tile, blob).is_err());
                prop_assert!(decoder.chunk(ChunkPos::new(0, 0, 0), blob).is_err());
            }
        }
    }

    #[test]
    fn chunks_of_any_pattern_come_back() {
        let patterns: [&dyn Fn(usize) -> usize; 5] = [
            &|_| 3,
            &|index| index % 15,
            &|index| index / TILE_COLUMNS % 2,
            &|index| index * index / 7 % 15,
            &|index| usize::from(index == CHUNK_VOXELS - 1),
        ];
        let (mut encoder, mut decoder) = codec();
        let surface = sea();
        for pattern in patterns {
            let numbers: Vec<u8> = (0..CHUNK_VOXELS)
                .map(|index| u8::try_from(pattern(index)).unwrap())
                .collect();
            let chunk = Chunk::from_numbers(&numbers).unwrap();
            let mut room = Room::new();
            let plain = encoder
                .predictor
                .over(&surface, &mut room)
                .chunk(ChunkPos::new(0, 0, -1));
            let chunks = [
                (ChunkPos::new(0, 0, -1), &plain),
                (ChunkPos::new(0, 0, 0), &chunk),
            ];
            let blob = encoder.tile(&surface, chunks.into_iter()).unwrap();
            let (loaded, loaded_chunks) = decoder.tile(surface.pos, &blob).unwrap();
            assert_eq!(*loaded, surface.rounded());
            assert!(loaded_chunks == [plain.clone(), chunk.clone()]);
            assert!(decoder.chunk(ChunkPos::new(0, 0, 0), &blob).unwrap() == chunk);
            assert!(decoder.chunk(ChunkPos::new(0, 0, -1), &blob).unwrap() == plain);
            assert!(decoder.chunk(ChunkPos::new(0, 0, 1), &blob).is_err());
        }
    }

    #[test]
    fn a_tile_without_surprises_takes_a_few_hundred_bytes() {
        let (mut encoder, _) = codec();
        let surface = sea();
        let mut room = Room::new();
        let mut prediction = encoder.predictor.over(&surface, &mut room);
        let predicted = [-1, 0].map(|z| prediction.chunk(ChunkPos::new(0, 0, z)));
        let chunks = [-1, 0]
            .map(|z| ChunkPos::new(0, 0, z))
            .into_iter()
            .zip(&predicted);
        let blob = encoder.tile(&surface, chunks).unwrap();
        assert!(blob.len() < 700, "{}", blob.len());
    }

    /// A few bytes can claim to be gigabytes.
    #[test]
    fn a_decompression_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap();
        let (_, mut decoder) = codec();
        assert!(decoder.tile(TilePos::new(0, 0), &bomb).is_err());
        assert!(decoder.surface(TilePos::new(0, 0), &bomb).is_err());
    }
}
