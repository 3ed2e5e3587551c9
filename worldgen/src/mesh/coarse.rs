//! Levels of detail: the same island from voxels of 2, 4 and 8 metres.
//!
//! Each level halves the one before, eight voxels to one. What is upright and thin - a trunk, a wall, a needle
//! of rock - stays at every level, because a silhouette that comes and goes with the distance is worse than
//! one that is a little wide. Water stays water, so shallow lagoons do not turn into land. Plants that fill
//! only a part of their voxel are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, ChunkPos, VoxelPos};
use shared::island::Bounds;

use super::around::{EDGE, Neighbourhood, beyond};
use crate::bake::BakedIsland;
use crate::chunk::{self, Chunk, MaterialSet};
use crate::material::Material;

/// An island at one level of detail.
#[derive(Clone, Debug)]
pub struct Level {
    step: u8,
    chunks: BTreeMap<ChunkPos, Arc<Chunk>>,
    /// z of the lowest voxel, in voxels of this level.
    floor_z: i32,
    /// The island's box, in metres.
    bounds: Bounds,
}

impl Level {
    /// The island itself, in voxels of one metre.
    pub fn finest(island: &BakedIsland) -> Self {
        Self {
            step: 1,
            chunks: island
                .chunks()
                .map(|(pos, chunk)| (pos, Arc::clone(chunk)))
                .collect(),
            floor_z: island.bounds().min().z,
            bounds: island.bounds(),
        }
    }

    /// The next coarser level. What does not come from chunks in which this level differs from `before`, an
    /// earlier level of the same detail, is taken from the level that was made from that.
    #[must_use]
    pub fn halved(&self, before: Option<[&Self; 2]>) -> Self {
        let changed = before.and_then(|[finer, coarser]| Some((self.changed_from(finer)?, coarser)));
        let (mut chunks, places) = match changed {
            Some((changed, coarser)) => (coarser.chunks.clone(), changed),
            None => (BTreeMap::new(), self.chunks.keys().copied().collect()),
        };
        let places: BTreeSet<ChunkPos> = places.into_iter().map(parent).collect();
        let halved = places
            .into_par_iter()
            .map(|pos| (pos, Arc::new(self.halved_chunk(pos))));
        chunks.extend(halved.collect::<Vec<_>>());
        let floor_z = chunks.keys().map(|pos| pos.first_voxel().z).min().unwrap_or(0);
        Self {
            step: self.step.saturating_mul(2),
            chunks,
            floor_z,
            bounds: self.bounds,
        }
    }

    /// The chunks that another level of the same extent does not share; `None` when its extent is another.
    pub(super) fn changed_from(&self, before: &Self) -> Option<Vec<ChunkPos>> {
        if self.bounds != before.bounds || !self.chunks.keys().eq(before.chunks.keys()) {
            return None;
        }
        let pairs = self.chunks.iter().zip(before.chunks.values());
        Some(
            pairs
                .filter(|((_, new), old)| !Arc::ptr_eq(new, old))
                .map(|((pos, _), _)| *pos)
                .collect(),
        )
    }

    /// Metres along the edge of a voxel.
    pub fn step(&self) -> u8 {
        self.step
    }

    /// All chunks; their places count in voxels of this level.
    pub fn chunks(&self) -> &BTreeMap<ChunkPos, Arc<Chunk>> {
        &self.chunks
    }

    /// The voxels of a chunk that lie in the island's box, along each axis: chunks of coarser levels are so large
    /// that some reach beyond it.
    pub(super) fn inside(&self, pos: ChunkPos) -> [Range<u8>; 3] {
        let (VoxelPos { x, y, z }, step) = (pos.first_voxel(), i32::from(self.step));
        let (min, max) = (self.bounds.min(), self.bounds.max());
        // Corners of the box are multiples of 32 m, so they lie between voxels of every level.
        [(x, min.x, max.x), (y, min.y, max.y), (z, min.z, max.z)].map(|(first, min, max)| {
            let within = |end: i32| u8::try_from((end / step - first).clamp(0, CHUNK_EDGE)).unwrap_or(0);
            within(min)..within(max)
        })
    }

    /// A chunk with its neighbours.
    pub fn neighbourhood(&self, pos: ChunkPos) -> Neighbourhood<'_> {
        Neighbourhood::new(pos, self.floor_z, |pos| {
            self.chunks.get(&pos).map(|chunk| &**chunk)
        })
    }

    fn chunk(&self, pos: ChunkPos) -> &Chunk {
        self.chunks
            .get(&pos)
            .map_or_else(|| beyond(pos, self.floor_z), |chunk| &**chunk)
    }

    fn halved_chunk(&self, pos: ChunkPos) -> Chunk {
        let children = children(pos).map(|child| self.chunk(child));
        if let Some(material) = children[0].as_uniform()
            && !material.is_plant()
            && children.iter().all(|child| child.as_uniform() == Some(material))
        {
            return Chunk::uniform(material);
        }
        let mut numbers = chunk::filled(Material::Air.number());
        for (octant, child) in children.into_iter().enumerate() {
            let corner = [octant % 2, octant / 2 % 2, octant / 4].map(|half| half * (EDGE / 2));
            halve_into(&mut numbers, corner, child);
        }
        // The numbers come from `Material` alone, so there is no chunk that is refused.
        Chunk::from_numbers(&numbers[..]).unwrap_or_else(|| Chunk::uniform(Material::Air))
    }
}

fn parent(pos: ChunkPos) -> ChunkPos {
    ChunkPos::new(pos.x.div_euclid(2), pos.y.div_euclid(2), pos.z.div_euclid(2))
}

/// The eight chunks that one is made of, x fastest, then y, then z.
fn children(pos: ChunkPos) -> [ChunkPos; 8] {
    let child = |octant: i32| {
        ChunkPos::new(
            pos.x * 2 + octant % 2,
            pos.y * 2 + octant / 2 % 2,
            pos.z * 2 + octant / 4,
        )
    };
    [0, 1, 2, 3, 4, 5, 6, 7].map(child)
}

/// Halves a chunk into the eighth of another that begins at `corner`.
fn halve_into(numbers: &mut [u8; CHUNK_VOXELS], corner: [usize; 3], child: &Chunk) {
    let fine = child.numbers();
    let uniform = child.as_uniform().filter(|material| !material.is_plant());
    for z in 0..EDGE / 2 {
        for y in 0..EDGE / 2 {
            let row = ((corner[2] + z) * EDGE + corner[1] + y) * EDGE + corner[0];
            for (x, number) in numbers[row..row + EDGE / 2].iter_mut().enumerate() {
                *number = match uniform {
                    Some(material) => material.number(),
                    None => halve_cell(&fine, [2 * x, 2 * y, 2 * z]).number(),
                };
            }
        }
    }
}

/// The material that stands for two by two columns of two voxels.
fn halve_cell(fine: &[u8; CHUNK_VOXELS], [x, y, z]: [usize; 3]) -> Material {
    let at = |dx, dy, dz| {
        let number = fine[((z + dz) * EDGE + y + dy) * EDGE + x + dx];
        Material::from_number(number).unwrap_or_default()
    };
    let columns = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| [at(dx, dy, 0), at(dx, dy, 1)]);
    let count = |set: MaterialSet| {
        columns
            .as_flattened()
            .iter()
            .filter(|material| set.contains(**material))
            .count()
    };
    let (solid, wet) = (count(MaterialSet::SOLID), count(MaterialSet::WET));
    let is_upright = columns
        .iter()
        .any(|column| column.iter().all(|material| material.is_solid()));
    let is_solid = solid > wet && (solid >= 4 || is_upright);
    if is_solid {
        most_frequent_top(columns)
    } else if wet > 0 && solid + wet >= 4 {
        Material::Water
    } else {
        Material::Air
    }
}

/// The most frequent of the highest solid voxels of the columns; of two alike the first.
fn most_frequent_top(columns: [[Material; 2]; 4]) -> Material {
    let tops = columns.map(|column| column.into_iter().rfind(|material| material.is_solid()));
    let votes = |top: Option<Material>| tops.iter().filter(|other| **other == top).count();
    let best = tops
        .into_iter()
        .flatten()
        .rev()
        .max_by_key(|top| votes(Some(*top)));
    best.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halved(fill: impl Fn([usize; 3]) -> Material) -> Chunk {
        let numbers: Vec<u8> = (0..CHUNK_VOXELS)
            .map(|index| fill([index % EDGE, index / EDGE % EDGE, index / EDGE / EDGE]).number())
            .collect();
        let level = Level {
            step: 1,
            chunks: BTreeMap::from([(
                ChunkPos::new(0, 0, 0),
                Arc::new(Chunk::from_numbers(&numbers).unwrap()),
            )]),
            floor_z: 0,
            bounds: Bounds::DEFAULT,
        };
        level.halved_chunk(ChunkPos::new(0, 0, 0))
    }

    fn material(chunk: &Chunk, x: usize, y: usize, z: usize) -> Material {
        chunk.material((z * EDGE + y) * EDGE + x)
    }

    #[test]
    fn a_trunk_stays_and_a_flower_goes() {
        let chunk = halved(|at| match at {
            [7, 9, 0..12] => Material::Wood,
            [20, 20, 0] => Material::Flowers,
            _ => Material::Air,
        });
        assert_eq!(chunk.palette(), [Material::Air, Material::Wood]);
        for z in 0..6 {
            assert_eq!(material(&chunk, 3, 4, z), Material::Wood);
        }
        assert_eq!(material(&chunk, 3, 4, 6), Material::Air);
    }

    #[test]
    fn shallow_water_stays_water() {
        let chunk = halved(|[_, _, z]| match z {
            0..5 => Material::Sand,
            5 => Material::Water,
            _ => Material::Air,
        });
        assert_eq!(material(&chunk, 1, 1, 1), Material::Sand);
        assert_eq!(material(&chunk, 1, 1, 2), Material::Water);
        assert_eq!(material(&chunk, 1, 1, 3), Material::Air);
    }

    #[test]
    fn ground_shows_what_lies_on_top() {
        let chunk = halved(|[x, _, z]| match z {
            0..4 => Material::Dirt,
            4 if x % 4 != 3 => Material::Grass,
            4 => Material::Path,
            _ => Material::Air,
        });
        assert_eq!(material(&chunk, 0, 3, 2), Material::Grass);
        assert_eq!(material(&chunk, 0, 3, 1), Material::Dirt);
        assert_eq!(material(&chunk, 0, 3, 3), Material::Air);
    }
}
