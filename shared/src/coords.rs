//! Positions and the only conversions between them.
//!
//! Axes: x east, y north, z up; sea level is z = 0; one voxel is one metre. Island coordinates are local:
//! (0, 0) is the middle of the island, and the island's place on the chart is one field of its file.
//! Coordinates stay within +-2^20, so every voxel corner is an exact `f32`.

use crate::geometry::Box2;

/// Edge of a chunk in voxels, and of a tile in columns.
pub const CHUNK_EDGE: i32 = 32;
/// Columns of one tile.
pub const TILE_COLUMNS: usize = (CHUNK_EDGE * CHUNK_EDGE) as usize;
/// Voxels of one chunk.
pub const CHUNK_VOXELS: usize = TILE_COLUMNS * CHUNK_EDGE as usize;

/// A point in an island's own space, in metres.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LocalPos {
    /// East of the island's middle.
    pub x_m: f32,
    /// North of the island's middle.
    pub y_m: f32,
    /// Above sea level.
    pub z_m: f32,
}

impl LocalPos {
    /// A position from its three coordinates in metres.
    pub const fn new(x_m: f32, y_m: f32, z_m: f32) -> Self {
        Self { x_m, y_m, z_m }
    }

    /// The voxel that holds this point. Coordinates beyond the `i32` range saturate, NaN becomes 0.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "`as` saturates, which is documented here"
    )]
    pub fn voxel(self) -> VoxelPos {
        VoxelPos::new(
            self.x_m.floor() as i32,
            self.y_m.floor() as i32,
            self.z_m.floor() as i32,
        )
    }
}

/// A point of the chart, the plane on which all islands lie, in metres.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ChartPos {
    /// East of the chart's origin.
    pub x_m: f32,
    /// North of the chart's origin.
    pub y_m: f32,
}

/// One voxel of an island.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct VoxelPos {
    /// East.
    pub x: i32,
    /// North.
    pub y: i32,
    /// Up; the voxel spans z to z + 1 metres above sea level.
    pub z: i32,
}

impl VoxelPos {
    /// A voxel from its three indices.
    pub const fn new(x: i32, y: i32, z: i32) -> Self {
        Self { x, y, z }
    }

    /// The column this voxel stands in.
    pub const fn column(self) -> ColumnPos {
        ColumnPos { x: self.x, y: self.y }
    }

    /// The chunk this voxel belongs to.
    pub const fn chunk(self) -> ChunkPos {
        ChunkPos {
            x: self.x.div_euclid(CHUNK_EDGE),
            y: self.y.div_euclid(CHUNK_EDGE),
            z: self.z.div_euclid(CHUNK_EDGE),
        }
    }

    /// Index within its chunk, 0 to 32767: x fastest, then y, then z.
    #[expect(
        clippy::cast_sign_loss,
        reason = "rem_euclid of a positive number is never negative"
    )]
    pub const fn index_in_chunk(self) -> usize {
        let (x, y, z) = (
            self.x.rem_euclid(CHUNK_EDGE),
            self.y.rem_euclid(CHUNK_EDGE),
            self.z.rem_euclid(CHUNK_EDGE),
        );
        ((z * CHUNK_EDGE + y) * CHUNK_EDGE + x) as usize
    }

    /// The middle of the voxel.
    pub fn center(self) -> LocalPos {
        LocalPos::new(self.x as f32 + 0.5, self.y as f32 + 0.5, self.z as f32 + 0.5)
    }
}

/// One column of voxels: everything above and below one square metre.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ColumnPos {
    /// East.
    pub x: i32,
    /// North.
    pub y: i32,
}

impl ColumnPos {
    /// A column from its two indices.
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// The tile this column belongs to.
    pub const fn tile(self) -> TilePos {
        TilePos {
            x: self.x.div_euclid(CHUNK_EDGE),
            y: self.y.div_euclid(CHUNK_EDGE),
        }
    }

    /// Index within its tile, 0 to 1023: x fastest, then y.
    #[expect(
        clippy::cast_sign_loss,
        reason = "rem_euclid of a positive number is never negative"
    )]
    pub const fn index_in_tile(self) -> usize {
        (self.y.rem_euclid(CHUNK_EDGE) * CHUNK_EDGE + self.x.rem_euclid(CHUNK_EDGE)) as usize
    }
}

/// A tile: 32 x 32 columns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TilePos {
    /// East, in tiles.
    pub x: i32,
    /// North, in tiles.
    pub y: i32,
}

impl TilePos {
    /// A tile from its two indices.
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// The south-western column of the tile.
    pub const fn first_column(self) -> ColumnPos {
        ColumnPos {
            x: self.x * CHUNK_EDGE,
            y: self.y * CHUNK_EDGE,
        }
    }

    /// The ground plane of the tile in metres.
    pub const fn footprint(self) -> Box2 {
        let first = self.first_column();
        Box2 {
            min_x_m: first.x as f32,
            min_y_m: first.y as f32,
            max_x_m: (first.x + CHUNK_EDGE) as f32,
            max_y_m: (first.y + CHUNK_EDGE) as f32,
        }
    }
}

/// A chunk: 32 x 32 x 32 voxels.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ChunkPos {
    /// East, in chunks.
    pub x: i32,
    /// North, in chunks.
    pub y: i32,
    /// Up, in chunks.
    pub z: i32,
}

impl ChunkPos {
    /// A chunk from its three indices.
    pub const fn new(x: i32, y: i32, z: i32) -> Self {
        Self { x, y, z }
    }

    /// The tile this chunk stands on.
    pub const fn tile(self) -> TilePos {
        TilePos { x: self.x, y: self.y }
    }

    /// The lowest south-western voxel of the chunk.
    pub const fn first_voxel(self) -> VoxelPos {
        VoxelPos {
            x: self.x * CHUNK_EDGE,
            y: self.y * CHUNK_EDGE,
            z: self.z * CHUNK_EDGE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_voxels_belong_to_negative_chunks() {
        assert_eq!(VoxelPos::new(-1, -32, -33).chunk(), ChunkPos::new(-1, -1, -2));
        assert_eq!(VoxelPos::new(-1, 0, 0).index_in_chunk(), 31);
        assert_eq!(ColumnPos::new(-33, 31).tile(), TilePos::new(-2, 0));
        assert_eq!(LocalPos::new(-0.25, 0.25, -7.0).voxel(), VoxelPos::new(-1, 0, -7));
    }

    #[test]
    fn every_index_of_a_chunk_is_used_once() {
        let first = ChunkPos::new(-2, 3, -1).first_voxel();
        let mut seen = vec![false; CHUNK_VOXELS];
        for z in 0..32 {
            for y in 0..32 {
                for x in 0..32 {
                    let voxel = VoxelPos::new(first.x + x, first.y + y, first.z + z);
                    assert!(!std::mem::replace(&mut seen[voxel.index_in_chunk()], true));
                }
            }
        }
    }

    #[test]
    fn hostile_positions_do_not_panic() {
        assert_eq!(
            LocalPos::new(f32::NAN, f32::INFINITY, f32::NEG_INFINITY)
                .voxel()
                .x,
            0
        );
    }
}
