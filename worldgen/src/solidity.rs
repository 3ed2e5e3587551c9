//! Which voxels of an island are solid, for those who ask about very many: players, creatures and missiles bump
//! into the ground all the time.
//!
//! Nearly every column is rock up to its ground and open above. So two heights answer nearly every question, in
//! one read of four bytes; between the two - caves, crowns of trees, bridges - the chunk is asked.
//!
//! *Not* responsible for: keeping up with a bake that changed; it is made anew, in a few milliseconds.

use shared::coords::{CHUNK_EDGE, TILE_COLUMNS, TilePos, VoxelPos};

use crate::bake::BakedIsland;
use crate::ops;

/// A baked island with the heights between which its columns are neither all solid nor all open.
#[derive(Clone, Debug)]
pub struct Solidity {
    island: BakedIsland,
    min: VoxelPos,
    width: u32,
    depth: u32,
    /// Rows of columns from west to east, the southernmost first.
    spans: Box<[Span]>,
}

/// Where one column is solid.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// Every voxel below this z is solid.
    solid_end: i16,
    /// No voxel from this z on is solid; never below the other.
    open_from: i16,
}

impl Solidity {
    /// Looks through all columns of an island.
    pub fn new(island: &BakedIsland) -> Self {
        let bounds = island.bounds();
        let (min, width, depth) = (
            bounds.min(),
            bounds.width().unsigned_abs(),
            bounds.depth().unsigned_abs(),
        );
        let floor = ops::to_i16(min.z);
        let nothing = Span {
            solid_end: floor,
            open_from: floor,
        };
        let mut solidity = Self {
            island: island.clone(),
            min,
            width,
            depth,
            spans: vec![nothing; width as usize * depth as usize].into_boxed_slice(),
        };
        for tile in bounds.tiles() {
            solidity.add_tile(tile);
        }
        solidity
    }

    /// The island.
    pub fn island(&self) -> &BakedIsland {
        &self.island
    }

    /// Whether a voxel is solid; around the island it is as [`BakedIsland::solid`] says.
    #[inline]
    pub fn solid(&self, voxel: VoxelPos) -> bool {
        let (x, y) = (
            voxel.x.wrapping_sub(self.min.x).cast_unsigned(),
            voxel.y.wrapping_sub(self.min.y).cast_unsigned(),
        );
        if x >= self.width || y >= self.depth {
            return self.island.solid(voxel);
        }
        let Some(span) = self.spans.get(y as usize * self.width as usize + x as usize) else {
            return false;
        };
        // Whether it lies in the ground is a toss of a coin, so the only branch is on what is seldom so.
        let in_ground = voxel.z < i32::from(span.solid_end);
        let is_between = !in_ground & (voxel.z < i32::from(span.open_from));
        if is_between {
            self.island.solid(voxel)
        } else {
            in_ground
        }
    }

    /// Bytes beside those of the island.
    pub fn byte_size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.spans)
    }

    fn add_tile(&mut self, tile: TilePos) {
        let first = tile.first_column();
        let start = (first.y - self.min.y).unsigned_abs() as usize * self.width as usize
            + (first.x - self.min.x).unsigned_abs() as usize;
        for chunk in self.island.bounds().chunks_of(tile) {
            let Some(voxels) = self.island.chunk(chunk) else {
                continue;
            };
            if !voxels.palette().iter().any(|material| material.is_solid()) {
                continue;
            }
            let first_z = ops::to_i16(chunk.first_voxel().z);
            let columns = if voxels.palette().iter().all(|material| material.is_solid()) {
                &[u32::MAX; TILE_COLUMNS]
            } else {
                &*voxels.solid_columns()
            };
            let rows = self.spans[start..].chunks_mut(self.width as usize);
            for (row, columns) in rows.zip(columns.as_chunks::<{ CHUNK_EDGE as usize }>().0) {
                for (span, column) in row.iter_mut().zip(columns) {
                    span.add(first_z, *column);
                }
            }
        }
    }
}

impl Span {
    /// Adds the next 32 voxels upwards, the lowest in bit 0.
    fn add(&mut self, first_z: i16, solid: u32) {
        if self.solid_end == first_z {
            self.solid_end += count(solid.trailing_ones());
        }
        if solid != 0 {
            self.open_from = first_z + count(u32::BITS - solid.leading_zeros());
        }
    }
}

/// A number of voxels of a chunk, 0 to 32.
#[expect(clippy::cast_possible_truncation, reason = "at most 32")]
fn count(voxels: u32) -> i16 {
    voxels as i16
}

#[cfg(test)]
mod tests {
    use shared::island::Bounds;

    use super::*;
    use crate::bake::{BakeOptions, bake};
    use crate::bench_map::Recipe;
    use crate::plan::IslandPlan;

    /// An island with caves, trees and overhangs, and the sea around it.
    #[test]
    fn every_voxel_is_as_solid_as_its_island_says() {
        let recipe = Recipe {
            bounds: Bounds::new(128, 64, 32, 96).unwrap(),
            markers: 40,
            seed: 5,
        };
        let project = recipe.project();
        let island = project.islands.values().next().unwrap();
        let plan = IslandPlan::new(&project.settings, &project.stamps, island);
        let baked = bake(&plan, &BakeOptions::default(), &()).unwrap();
        let solidity = Solidity::new(&baked);
        let mut asked_chunks = 0;
        for x in -66..66 {
            for y in -34..34 {
                for z in -34..98 {
                    let voxel = VoxelPos::new(x, y, z);
                    assert_eq!(
                        solidity.solid(voxel),
                        baked.material(voxel).is_solid(),
                        "{voxel:?}"
                    );
                    asked_chunks += usize::from(baked.solid(voxel) != (z < 0));
                }
            }
        }
        assert!(asked_chunks > 1000, "the island is no mere sea floor");
        assert!(solidity.byte_size() < 128 * 64 * 5);
        let caves = solidity
            .spans
            .iter()
            .filter(|span| span.solid_end < span.open_from);
        assert!(caves.count() > 100, "some columns are neither");
    }
}
