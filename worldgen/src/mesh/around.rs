//! A chunk with its neighbours, and masks that reach one voxel beyond it on every side.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::OnceLock;

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_EDGE, ChunkPos};

use crate::bake::BakedIsland;
use crate::chunk::{Chunk, MaterialSet, RowTest};
use crate::material::Material;

/// Voxels along an edge of a chunk.
pub(super) const EDGE: usize = CHUNK_EDGE as usize;
/// With one more at either end.
pub(super) const PADDED: usize = EDGE + 2;

/// A chunk and the 26 around it, all that its mesh depends on.
#[derive(Clone, Debug)]
pub struct Neighbourhood<'a> {
    /// x fastest, then y, then z, each from one before the chunk to one after it.
    chunks: [&'a Chunk; 27],
}

impl<'a> Neighbourhood<'a> {
    /// The chunk at a place with its neighbours. Where `chunk` has none the world goes on as it does around
    /// an island: bedrock below the floor at `floor_z`, then the sea, and air above it.
    pub fn new(pos: ChunkPos, floor_z: i32, chunk: impl Fn(ChunkPos) -> Option<&'a Chunk>) -> Self {
        let at = |index: usize| {
            let step = |stride: usize| i32::try_from(index / stride % 3).unwrap_or(1) - 1;
            let pos = ChunkPos::new(pos.x + step(1), pos.y + step(3), pos.z + step(9));
            chunk(pos).unwrap_or_else(|| beyond(pos, floor_z))
        };
        Self {
            chunks: std::array::from_fn(at),
        }
    }

    /// A chunk of an island with its neighbours.
    pub fn of(island: &'a BakedIsland, pos: ChunkPos) -> Self {
        Self::new(pos, island.bounds().min().z, |pos| {
            island.chunk(pos).map(|chunk| &**chunk)
        })
    }

    /// The chunk in the middle.
    pub fn middle(&self) -> &'a Chunk {
        self.chunks[13]
    }

    /// The six chunks that share a face with it.
    pub(super) fn beside(&self) -> [&'a Chunk; 6] {
        [4, 10, 12, 14, 16, 22].map(|index| self.chunks[index])
    }

    fn chunk(&self, [dx, dy, dz]: [usize; 3]) -> &'a Chunk {
        self.chunks[dx + 3 * dy + 9 * dz]
    }
}

/// What lies at a place that has no chunk.
pub(super) fn beyond(pos: ChunkPos, floor_z: i32) -> &'static Chunk {
    static BEYOND: OnceLock<[Chunk; 3]> = OnceLock::new();
    let [rock, sea, air] =
        BEYOND.get_or_init(|| [Material::Bedrock, Material::Water, Material::Air].map(Chunk::uniform));
    match pos.first_voxel().z {
        z if z < floor_z => rock,
        z if z < 0 => sea,
        _ => air,
    }
}

/// Rows of a chunk and of the voxels around it: index z + 1, then y + 1.
pub(super) type PaddedRows = [[u32; PADDED]; PADDED];

/// Which voxels of a chunk and around it belong to a set, seen from each voxel of a row: at its own place,
/// one to the west and one to the east.
#[derive(Clone, Debug)]
pub(super) struct PaddedMask {
    pub(super) here: PaddedRows,
    pub(super) west: PaddedRows,
    pub(super) east: PaddedRows,
}

impl Default for PaddedMask {
    fn default() -> Self {
        let none = [[0; PADDED]; PADDED];
        Self {
            here: none,
            west: none,
            east: none,
        }
    }
}

/// The kernel: fills a mask from a chunk and its neighbours.
pub(super) struct FillPadded<'a> {
    pub(super) around: &'a Neighbourhood<'a>,
    pub(super) wanted: MaterialSet,
    pub(super) mask: &'a mut PaddedMask,
}

impl NullaryFnOnce for FillPadded<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (dz, (first_z, last_z)) in RANGES.into_iter().enumerate() {
            for (dy, (first_y, last_y)) in RANGES.into_iter().enumerate() {
                let source = |dx| Source::new(self.around.chunk([dx, dy, dz]), self.wanted);
                let line = [source(0), source(1), source(2)];
                // The same place in the chunk's own coordinates.
                let y = (first_y + EDGE - 1) % EDGE;
                if dy != 1 && dz == 1 {
                    let [before, here, after] = &line;
                    let (before, here, after) = (before.rows_of_y(y), here.rows_of_y(y), after.rows_of_y(y));
                    for z in 0..EDGE {
                        put_rows(
                            self.mask,
                            first_z + z,
                            last_y,
                            [[before[z]], [here[z]], [after[z]]],
                        );
                    }
                    continue;
                }
                for z in first_z..=last_z {
                    let row = (z + EDGE - 1) % EDGE * EDGE;
                    if dy == 1 {
                        put_rows(self.mask, z, first_y, rows_of::<EDGE>(&line, row));
                    } else {
                        put_rows(self.mask, z, last_y, rows_of::<1>(&line, row + y));
                    }
                }
            }
        }
    }
}

/// The padded places that the chunks before, in and after the middle take along y and z.
const RANGES: [(usize, usize); 3] = [(0, 0), (1, EDGE), (EDGE + 1, EDGE + 1)];

/// A chunk that is asked for voxels.
#[derive(Clone, Copy)]
struct Source<'a> {
    chunk: &'a Chunk,
    test: RowTest,
}

impl<'a> Source<'a> {
    #[inline(always)]
    fn new(chunk: &'a Chunk, wanted: MaterialSet) -> Self {
        Self {
            chunk,
            test: chunk.row_test(wanted),
        }
    }

    #[inline(always)]
    fn rows<const N: usize>(&self, first: usize) -> [u32; N] {
        self.test.rows(self.chunk.planes(), first)
    }

    #[inline(always)]
    fn rows_of_y(&self, y: usize) -> [u32; EDGE] {
        self.test.rows_of_y(self.chunk.planes(), y)
    }
}

/// N rows side by side of the chunks to the west, in the middle and to the east.
#[inline(always)]
fn rows_of<const N: usize>(line: &[Source<'_>; 3], first: usize) -> [[u32; N]; 3] {
    let [before, here, after] = line;
    [before.rows(first), here.rows(first), after.rows(first)]
}

/// Puts N rows side by side into a mask, given those of the chunks to the west, in the middle and to the east.
#[inline(always)]
fn put_rows<const N: usize>(mask: &mut PaddedMask, z: usize, y: usize, [before, here, after]: [[u32; N]; 3]) {
    let targets = [&mut mask.here[z], &mut mask.west[z], &mut mask.east[z]];
    let [target, west, east] = targets;
    for lane in 0..N {
        target[y + lane] = here[lane];
        west[y + lane] = here[lane] << 1 | before[lane] >> (EDGE - 1);
        east[y + lane] = here[lane] >> 1 | after[lane] << (EDGE - 1);
    }
}
