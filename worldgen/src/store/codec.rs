//! Blobs of the store: chunks as runs of materials per column, surfaces as planes of small differences,
//! both compressed with zstd.
//!
//! Every length is checked against what a chunk or tile can have before memory is taken for it.

use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, TILE_COLUMNS, TilePos, VoxelPos};
use zstd::bulk::{Compressor, Decompressor};

use crate::chunk::Chunk;
use crate::material::Material;
use crate::scatter::{Plant, Species};
use crate::surface::SurfaceTile;

/// zstd level: 3 is the knee of the curve; level 12 saves another fifth and takes eight times as long.
const LEVEL: i32 = 3;
/// First byte of a chunk of a single material; the second byte is its number.
const UNIFORM: u8 = 0;
/// First byte of a chunk of runs; the rest is compressed.
const RUNS: u8 = 1;
/// Bytes of a chunk in which no two voxels of a column are alike: a material and a length each.
const MAX_RUN_BYTES: usize = CHUNK_VOXELS * 2;
/// Voxels of one column of a chunk.
const COLUMN_VOXELS: usize = CHUNK_EDGE as usize;
/// Bytes of a surface without its plants: heights, coast distances, strata, water, materials, forest, low
/// plants.
const SURFACE_BYTES: usize = TILE_COLUMNS * (4 * 4 + 1 + 1 + 1);
/// Bytes of one plant.
const PLANT_BYTES: usize = 3 * 4 + 1 + 1;
/// Most plants over one tile: more than one per column cannot stand.
const MAX_PLANTS: usize = 4096;

/// Why a blob is not what was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct DamagedBlob(pub(super) &'static str);

/// Writes blobs; keeps its buffers between them.
pub(super) struct Encoder {
    zstd: Compressor<'static>,
    raw: Vec<u8>,
}

/// Reads blobs; keeps its buffers between them.
pub(super) struct Decoder {
    zstd: Decompressor<'static>,
}

impl Encoder {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            zstd: Compressor::new(LEVEL)?,
            raw: Vec::with_capacity(MAX_RUN_BYTES),
        })
    }

    pub(super) fn chunk(&mut self, chunk: &Chunk) -> std::io::Result<Vec<u8>> {
        if let Some(material) = chunk.as_uniform() {
            return Ok(vec![UNIFORM, material.number()]);
        }
        self.raw.clear();
        let voxels = chunk.numbers();
        for column in 0..TILE_COLUMNS {
            let (mut material, mut length) = (voxels[column], 0);
            for number in voxels.iter().skip(column).step_by(TILE_COLUMNS) {
                if *number != material {
                    self.raw.extend([material, length]);
                    (material, length) = (*number, 0);
                }
                length += 1;
            }
            self.raw.extend([material, length]);
        }
        let mut blob = vec![RUNS];
        blob.extend(self.zstd.compress(&self.raw)?);
        Ok(blob)
    }

    pub(super) fn surface(&mut self, surface: &SurfaceTile) -> std::io::Result<Vec<u8>> {
        self.raw.clear();
        let heights = differences(surface.heights.iter().copied());
        let coasts = differences(surface.coast_distances.iter().copied().map(i32::from));
        let strata = differences(surface.strata.iter().copied().map(i32::from));
        planes(&mut self.raw, &heights);
        planes(&mut self.raw, &coasts);
        let water = differences(surface.water_ends.iter().copied().map(i32::from));
        planes(&mut self.raw, &strata);
        planes(&mut self.raw, &water);
        self.raw
            .extend(surface.materials.iter().map(|material| material.number()));
        self.raw.extend(surface.forest);
        self.raw
            .extend(surface.low_plants.iter().map(|plant| plant.number()));
        for plant in &surface.plants {
            let VoxelPos { x, y, z } = plant.base;
            for number in [x, y, z] {
                self.raw.extend(number.to_le_bytes());
            }
            self.raw.extend([plant.species.number(), plant.shape]);
        }
        self.zstd.compress(&self.raw)
    }
}

impl Decoder {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            zstd: Decompressor::new()?,
        })
    }

    pub(super) fn chunk(&mut self, blob: &[u8]) -> Result<Chunk, DamagedBlob> {
        match blob.split_first() {
            Some((&UNIFORM, &[number])) => Ok(Chunk::uniform(material(number)?)),
            Some((&RUNS, compressed)) => {
                let raw = self.inflate(compressed, MAX_RUN_BYTES)?;
                let mut voxels = vec![0; CHUNK_VOXELS];
                let (runs, odd) = raw.as_chunks::<2>();
                let mut runs = runs.iter();
                for column in 0..TILE_COLUMNS {
                    let mut levels = voxels.iter_mut().skip(column).step_by(TILE_COLUMNS);
                    let mut filled = 0;
                    while filled < COLUMN_VOXELS {
                        let [number, length] = *runs.next().ok_or(DamagedBlob("a column ends early"))?;
                        filled += usize::from(length);
                        if length == 0 || filled > COLUMN_VOXELS {
                            return Err(DamagedBlob("a run is too long"));
                        }
                        levels
                            .by_ref()
                            .take(length.into())
                            .for_each(|level| *level = number);
                    }
                }
                if runs.next().is_some() || !odd.is_empty() {
                    return Err(DamagedBlob("bytes after the last column"));
                }
                Chunk::from_numbers(&voxels).ok_or(DamagedBlob("unknown material"))
            }
            _ => Err(DamagedBlob("unknown encoding")),
        }
    }

    pub(super) fn surface(&mut self, pos: TilePos, blob: &[u8]) -> Result<SurfaceTile, DamagedBlob> {
        let raw = self.inflate(blob, SURFACE_BYTES + MAX_PLANTS * PLANT_BYTES)?;
        let mut rest = raw.as_slice();
        let heights = sums(take(&mut rest, TILE_COLUMNS * 4)?);
        let coasts = sums(take(&mut rest, TILE_COLUMNS * 4)?);
        let strata = sums(take(&mut rest, TILE_COLUMNS * 4)?);
        let water = sums(take(&mut rest, TILE_COLUMNS * 4)?);
        let numbers = take(&mut rest, TILE_COLUMNS)?;
        let forest = take(&mut rest, TILE_COLUMNS)?;
        let low_plants = take(&mut rest, TILE_COLUMNS)?;
        let mut surface = SurfaceTile {
            pos,
            heights: [0; TILE_COLUMNS],
            coast_distances: [0; TILE_COLUMNS],
            water_ends: [0; TILE_COLUMNS],
            materials: [Material::Air; TILE_COLUMNS],
            forest: [0; TILE_COLUMNS],
            strata: [0; TILE_COLUMNS],
            low_plants: [Material::Air; TILE_COLUMNS],
            plants: Vec::new(),
        };
        for (index, ((((height, coast), strata), water), (number, forest))) in heights
            .zip(coasts)
            .zip(strata)
            .zip(water)
            .zip(numbers.iter().zip(forest))
            .enumerate()
        {
            let narrow = |value: i32| {
                i16::try_from(value)
                    .ok()
                    .ok_or(DamagedBlob("a number is out of range"))
            };
            surface.heights[index] = height;
            surface.coast_distances[index] = narrow(coast)?;
            surface.strata[index] = narrow(strata)?;
            surface.water_ends[index] = narrow(water)?;
            surface.materials[index] = material(*number)?;
            surface.forest[index] = *forest;
        }
        for (low_plant, number) in surface.low_plants.iter_mut().zip(low_plants) {
            *low_plant = material(*number)?;
        }
        while !rest.is_empty() {
            surface.plants.push(plant(take(&mut rest, PLANT_BYTES)?)?);
        }
        Ok(surface)
    }

    fn inflate(&mut self, compressed: &[u8], most: usize) -> Result<Vec<u8>, DamagedBlob> {
        self.zstd
            .decompress(compressed, most)
            .ok()
            .ok_or(DamagedBlob("it does not decompress"))
    }
}

fn material(number: u8) -> Result<Material, DamagedBlob> {
    Material::from_number(number).ok_or(DamagedBlob("unknown material"))
}

/// Differences from value to value, small numbers of either sign as small unsigned ones (zigzag).
fn differences(values: impl Iterator<Item = i32>) -> Vec<u32> {
    let mut last = 0;
    values
        .map(|value| {
            let difference = value.wrapping_sub(last);
            last = value;
            ((difference << 1) ^ (difference >> 31)).cast_unsigned()
        })
        .collect()
}

/// Appends the lowest bytes of all values, then the next ones: the high bytes are nearly all 0.
fn planes(raw: &mut Vec<u8>, values: &[u32]) {
    for plane in 0..4 {
        raw.extend(values.iter().map(|value| value.to_le_bytes()[plane]));
    }
}

/// The values whose differences were laid out in four planes.
fn sums(planes: &[u8]) -> impl Iterator<Item = i32> {
    let (low, high) = planes.split_at(planes.len() / 2);
    let ((first, second), (third, fourth)) = (low.split_at(low.len() / 2), high.split_at(high.len() / 2));
    let bytes = first.iter().zip(second).zip(third.iter().zip(fourth));
    bytes.scan(0_i32, |last, ((a, b), (c, d))| {
        let value = u32::from_le_bytes([*a, *b, *c, *d]);
        let difference = (value >> 1).cast_signed() ^ -(value & 1).cast_signed();
        *last = last.wrapping_add(difference);
        Some(*last)
    })
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], DamagedBlob> {
    let (taken, left) = rest.split_at_checked(count).ok_or(DamagedBlob("it ends early"))?;
    *rest = left;
    Ok(taken)
}

fn plant(mut bytes: &[u8]) -> Result<Plant, DamagedBlob> {
    let number = |bytes: &mut &[u8]| {
        let taken = take(bytes, 4)?;
        Ok::<i32, DamagedBlob>(
            taken
                .iter()
                .rev()
                .fold(0, |value, byte| value << 8 | i32::from(*byte)),
        )
    };
    let base = VoxelPos::new(number(&mut bytes)?, number(&mut bytes)?, number(&mut bytes)?);
    let mut byte = || Ok::<u8, DamagedBlob>(take(&mut bytes, 1)?.first().copied().unwrap_or_default());
    Ok(Plant {
        base,
        species: Species::from_number(byte()?).ok_or(DamagedBlob("unknown species"))?,
        shape: byte()?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn differences_in_planes_give_the_values_back(values in proptest::collection::vec(any::<i32>(), 16)) {
            let mut raw = Vec::new();
            planes(&mut raw, &differences(values.iter().copied()));
            prop_assert_eq!(sums(&raw).collect::<Vec<_>>(), values);
        }

        #[test]
        fn any_bytes_are_a_chunk_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut decoder = Decoder::new().unwrap();
            let runs: Vec<u8> = std::iter::once(RUNS).chain(zstd::bulk::compress(&bytes, 1).unwrap()).collect();
            for blob in [&bytes, &runs] {
                if let Ok(chunk) = decoder.chunk(blob) {
                    prop_assert!(chunk.as_uniform().is_some());
                }
                prop_assert!(decoder.surface(TilePos::new(0, 0), blob).is_err());
            }
        }
    }

    #[test]
    fn chunks_of_any_pattern_come_back() {
        let patterns: [&dyn Fn(usize) -> usize; 4] = [
            &|_| 3,
            &|index| index % 15,
            &|index| index / TILE_COLUMNS % 2,
            &|index| index * index / 7 % 15,
        ];
        let (mut encoder, mut decoder) = (Encoder::new().unwrap(), Decoder::new().unwrap());
        for pattern in patterns {
            let numbers: Vec<u8> = (0..CHUNK_VOXELS)
                .map(|index| u8::try_from(pattern(index)).unwrap())
                .collect();
            let chunk = Chunk::from_numbers(&numbers).unwrap();
            let blob = encoder.chunk(&chunk).unwrap();
            assert_eq!(decoder.chunk(&blob).unwrap(), chunk);
        }
    }

    /// A few bytes can claim to be gigabytes.
    #[test]
    fn a_decompression_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap();
        let mut decoder = Decoder::new().unwrap();
        let blob: Vec<u8> = std::iter::once(RUNS).chain(bomb.iter().copied()).collect();
        assert!(decoder.chunk(&blob).is_err());
        assert!(decoder.surface(TilePos::new(0, 0), &bomb).is_err());
    }
}
