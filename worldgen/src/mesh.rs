//! Meshes: the visible faces of chunks as few rectangles, with light that fades into corners.
//!
//! A face is where a solid voxel meets one that is not. Faces are found by and-not of bit masks, 32 voxels
//! at a time, and merged greedily where the picture stays the same: equal material, and equal occlusion at
//! all four corners. Water is a mesh of its own, to be drawn translucent, and plants are a list of places.
//!
//! Coordinates are those of `shared::coords`: x east, y north, z up, one unit per voxel, (0, 0, 0) at the
//! lowest south-western corner of the chunk. Corners of a face run counter-clockwise as seen from outside.
//!
//! Occlusion is that of M. Lysenko, "Ambient occlusion for Minecraft-like worlds" (0fps.net, 2013): a corner
//! gets darker with each of the three voxels around it in front of the face. Two faces that share an edge of
//! one plane agree about its corners, so faces may merge along a direction exactly where neither of them
//! changes along it. That makes merged and single faces the same picture, to the last pixel.
//!
//! *Not* responsible for: colours, light, files; which voxel is what.

mod around;
mod coarse;
mod expand;
mod faces;
mod island;
mod merge;
mod mesher;
mod occlusion;

pub use around::Neighbourhood;
pub use coarse::Level;
pub use expand::{Placement, Triangles, Vertex};
pub use island::{IslandMesh, LevelMesh};
pub use mesher::{ChunkMesh, Mesher, Shading};
pub use occlusion::Corners;

use std::ops::Range;

use crate::material::Material;

/// A side of a voxel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Face {
    /// Towards lower x.
    West,
    /// Towards higher x.
    East,
    /// Towards lower y.
    South,
    /// Towards higher y.
    North,
    /// Towards lower z.
    Down,
    /// Towards higher z.
    Up,
}

impl Face {
    /// All sides; opposite ones follow each other.
    pub const ALL: [Self; 6] = [
        Self::West,
        Self::East,
        Self::South,
        Self::North,
        Self::Down,
        Self::Up,
    ];

    /// The unit vector that points out of the voxel.
    pub const fn normal(self) -> [i8; 3] {
        match self {
            Self::West => [-1, 0, 0],
            Self::East => [1, 0, 0],
            Self::South => [0, -1, 0],
            Self::North => [0, 1, 0],
            Self::Down => [0, 0, -1],
            Self::Up => [0, 0, 1],
        }
    }

    /// The axis of the normal and those along which width and height are measured: 0 = x, 1 = y, 2 = z.
    const fn axes(self) -> (usize, usize, usize) {
        match self {
            Self::West | Self::East => (0, 1, 2),
            Self::South | Self::North => (1, 0, 2),
            Self::Down | Self::Up => (2, 0, 1),
        }
    }

    /// Whether it lies on the far side of its voxel.
    const fn is_far(self) -> bool {
        matches!(self, Self::East | Self::North | Self::Up)
    }
}

/// A rectangle of faces of one chunk: all of one side, material and occlusion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Quad {
    /// The voxel with the lowest coordinates behind it, 0 to 31 each.
    pub at: [u8; 3],
    /// Voxels along x; along y for the faces west and east. 1 to 32.
    pub width: u8,
    /// Voxels along z; along y for the faces down and up. 1 to 32.
    pub height: u8,
    /// The side of the voxels.
    pub face: Face,
    /// Their material.
    pub material: Material,
    /// Light at its corners.
    pub corners: Corners,
}

impl Quad {
    /// Cuts off what reaches out of these ranges along x, y and z; false when nothing is left. Light at the corners
    /// stays: along a direction in which faces were merged it does not change.
    fn clip(&mut self, inside: &[Range<u8>; 3]) -> bool {
        let (normal, along_width, along_height) = self.face.axes();
        if !inside[normal].contains(&self.at[normal]) {
            return false;
        }
        for (axis, size) in [(along_width, &mut self.width), (along_height, &mut self.height)] {
            let (first, end) = (self.at[axis], self.at[axis] + *size);
            let (first, end) = (first.max(inside[axis].start), end.min(inside[axis].end));
            if first >= end {
                return false;
            }
            self.at[axis] = first;
            *size = end - first;
        }
        true
    }

    /// Its four corners in voxels with the light there, counter-clockwise as seen from outside.
    pub fn outline(&self) -> [([u8; 3], u8); 4] {
        let (normal, along_width, along_height) = self.face.axes();
        let mut near = self.at;
        near[normal] += u8::from(self.face.is_far());
        let light = self.corners.light();
        // Width, height and normal are a right-handed frame on these faces, and a left-handed one on the others.
        let order = match self.face {
            Face::East | Face::South | Face::Up => [0, 1, 2, 3],
            Face::West | Face::North | Face::Down => [0, 3, 2, 1],
        };
        order.map(|place| {
            let (right, up) = Corners::PLACES[place];
            let mut corner = near;
            corner[along_width] += self.width * u8::from(right);
            corner[along_height] += self.height * u8::from(up);
            (corner, light[place])
        })
    }
}

/// A plant: two crossed, upright squares in one voxel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tuft {
    /// The voxel, 0 to 31 each.
    pub at: [u8; 3],
    /// What grows there.
    pub material: Material,
}
