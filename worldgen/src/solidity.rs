//! Which voxels of an island are solid, for those who ask about very many: players, creatures and missiles bump
//! into the ground all the time.
//!
//! Nearly every column is rock up to its ground and open above. So two heights answer nearly every question, in
//! one read of four bytes; between the two - caves, crowns of trees, bridges - one bit of the column is read. A chunk
//! would be several reads away, each of which waits for the one before.
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
    /// For each of them, where its words begin.
    starts: Box<[u32]>,
    /// Which voxels between the two heights of a column are solid: one word for each chunk that these touch, from
    /// the bottom up, the lowest voxel of the chunk in bit 0.
    words: Vec<u32>,
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
        let columns = width as usize * depth as usize;
        let mut solidity = Self {
            island: island.clone(),
            min,
            width,
            depth,
            spans: vec![nothing; columns].into_boxed_slice(),
            starts: vec![0; columns].into_boxed_slice(),
            words: Vec::new(),
        };
        for tile in bounds.tiles() {
            solidity.add_tile(tile);
        }
        solidity.words.shrink_to_fit();
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
        let column = y as usize * self.width as usize + x as usize;
        let Some(span) = self.spans.get(column) else {
            return false;
        };
        let (solid_end, open_from) = (i32::from(span.solid_end), i32::from(span.open_from));
        // Whether it lies in the ground is a toss of a coin, so the only branch is on what is seldom so: one
        // comparison, as of two the compiler makes a branch each.
        let above_solid = voxel.z.wrapping_sub(solid_end).cast_unsigned();
        if above_solid < (open_from - solid_end).cast_unsigned() {
            self.solid_between(column, *span, voxel.z)
        } else {
            voxel.z < solid_end
        }
    }

    fn solid_between(&self, column: usize, span: Span, z: i32) -> bool {
        let start = self.starts.get(column).copied().unwrap_or(0);
        let layer = layer_of(z) - layer_of(span.solid_end.into());
        let word = self.words.get(start as usize + layer.unsigned_abs() as usize);
        word.is_some_and(|word| word >> z.rem_euclid(CHUNK_EDGE) & 1 == 1)
    }

    /// Bytes beside those of the island.
    pub fn byte_size(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.spans) + size_of_val(&*self.starts) + size_of_val(&*self.words)
    }

    fn add_tile(&mut self, tile: TilePos) {
        let first = tile.first_column();
        let start = (first.y - self.min.y).unsigned_abs() as usize * self.width as usize
            + (first.x - self.min.x).unsigned_abs() as usize;
        let layers: Vec<Layer> = self.layers(tile).collect();
        let bottom = layer_of(self.min.z);
        for index in 0..TILE_COLUMNS {
            let column = start + index / EDGE * self.width as usize + index % EDGE;
            let Some(span) = self.spans.get_mut(column) else {
                continue;
            };
            for (layer, solid) in (bottom..).zip(&layers) {
                span.add(ops::to_i16(layer * CHUNK_EDGE), solid.column(index));
            }
            if span.solid_end == span.open_from {
                continue;
            }
            if let (Some(start), Ok(end)) = (self.starts.get_mut(column), u32::try_from(self.words.len())) {
                *start = end;
            }
            let (from, last) = (
                layer_of(span.solid_end.into()),
                layer_of(i32::from(span.open_from) - 1),
            );
            let between = (bottom..).zip(&layers);
            let between = between.filter(|(layer, _)| (from..=last).contains(layer));
            self.words.extend(between.map(|(_, solid)| solid.column(index)));
        }
    }

    /// What is solid in the chunks above a tile, from the bottom up.
    fn layers(&self, tile: TilePos) -> impl Iterator<Item = Layer> {
        self.island.bounds().chunks_of(tile).map(|pos| {
            let Some(chunk) = self.island.chunk(pos) else {
                return Layer::Alike(0);
            };
            let mut solid = chunk.palette().iter().map(|material| material.is_solid());
            match (solid.clone().any(|is| is), solid.all(|is| is)) {
                (false, _) => Layer::Alike(0),
                (_, true) => Layer::Alike(u32::MAX),
                _ => Layer::Mixed(chunk.solid_columns()),
            }
        })
    }
}

/// Voxels along an edge of a chunk.
const EDGE: usize = CHUNK_EDGE as usize;

/// Which voxels of a chunk are solid, the lowest of each column in bit 0.
enum Layer {
    /// All columns are alike.
    Alike(u32),
    /// See [`crate::chunk::Chunk::solid_columns`].
    Mixed(Box<[u32; TILE_COLUMNS]>),
}

impl Layer {
    fn column(&self, index: usize) -> u32 {
        match self {
            Self::Alike(column) => *column,
            Self::Mixed(columns) => columns[index],
        }
    }
}

/// Which chunk of its column a voxel belongs to.
fn layer_of(z: i32) -> i32 {
    z.div_euclid(CHUNK_EDGE)
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
        assert!(solidity.byte_size() < 128 * 64 * 16);
        let caves = solidity
            .spans
            .iter()
            .filter(|span| span.solid_end < span.open_from);
        assert!(caves.count() > 100, "some columns are neither");
    }
}
