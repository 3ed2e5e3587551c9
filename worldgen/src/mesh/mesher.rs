//! The mesher: from a chunk with its neighbours to its faces.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::ops::Range;

use pulp::NullaryFnOnce;

use super::around::{EDGE, FillPadded, Neighbourhood, PaddedMask, PaddedRows};
use super::faces::{Same, Sheet, find_faces};
use super::merge::{Emit, Rectangle, merge};
use super::occlusion::CORNERS_OF;
use super::{Corners, Face, Quad, Tuft};
use crate::chunk::{Chunk, Lookup, MaterialSet};
use crate::material::Material;
use crate::simd::SimdLevel;

/// Whether light fades into corners.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shading {
    /// All corners are open: fewer quads.
    Flat,
    /// Corners are darker by the voxels around them.
    Corners,
}

/// The faces of one chunk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ChunkMesh {
    /// Solid voxels, side by side in the order of [`Face::ALL`].
    pub solid: Vec<Quad>,
    /// The surface of water, where neither ground nor water follows. All corners are open.
    pub water: Vec<Quad>,
    /// Plants that fill only a part of their voxel.
    pub plants: Vec<Tuft>,
}

impl ChunkMesh {
    /// Whether nothing is seen of the chunk.
    pub fn is_empty(&self) -> bool {
        self.solid.is_empty() && self.water.is_empty() && self.plants.is_empty()
    }

    /// How many bytes its faces and plants take.
    pub fn byte_size(&self) -> usize {
        size_of_val(&*self.solid) + size_of_val(&*self.water) + size_of_val(&*self.plants)
    }

    /// Leaves out the faces of voxels outside of these ranges along x, y and z, and cuts those that reach out.
    pub(super) fn clip(&mut self, inside: &[Range<u8>; 3]) {
        if inside.iter().all(|range| *range == (0..byte(EDGE))) {
            return;
        }
        for quads in [&mut self.solid, &mut self.water] {
            quads.retain_mut(|quad| quad.clip(inside));
        }
        self.plants
            .retain(|plant| plant.at.iter().zip(inside).all(|(at, range)| range.contains(at)));
    }

    /// Empties it and keeps its room.
    pub fn clear(&mut self) {
        self.solid.clear();
        self.water.clear();
        self.plants.clear();
    }
}

/// Makes meshes, and keeps its room to work in between them.
pub struct Mesher {
    simd: SimdLevel,
    shading: Shading,
    scratch: Box<Scratch>,
}

#[derive(Default)]
struct Scratch {
    solid: PaddedMask,
    wet: PaddedMask,
    same: Same,
    sheet: Sheet,
}

impl Mesher {
    /// A mesher that uses these instructions; any choice gives the same meshes.
    pub fn new(simd: SimdLevel, shading: Shading) -> Self {
        Self {
            simd,
            shading,
            scratch: Box::default(),
        }
    }

    /// The mesh of the chunk in the middle.
    pub fn mesh(&mut self, around: &Neighbourhood<'_>) -> ChunkMesh {
        let mut mesh = ChunkMesh::default();
        self.mesh_into(around, &mut mesh);
        mesh
    }

    /// [`Self::mesh`] into one whose room is used again; what it held is lost.
    pub fn mesh_into(&mut self, around: &Neighbourhood<'_>, mesh: &mut ChunkMesh) {
        mesh.clear();
        if is_hidden(around) {
            return;
        }
        let scratch = &mut *self.scratch;
        match self.shading {
            Shading::Flat => self.simd.run(MeshChunk::<false> {
                around,
                scratch,
                mesh,
            }),
            Shading::Corners => self.simd.run(MeshChunk::<true> {
                around,
                scratch,
                mesh,
            }),
        }
    }
}

/// Whether a chunk has no faces, as its palette and those around it tell: most chunks of an island are deep in
/// rock or high in the air.
fn is_hidden(around: &Neighbourhood<'_>) -> bool {
    let only =
        |chunk: &Chunk, set: MaterialSet| chunk.palette().iter().all(|material| set.contains(*material));
    let middle = around.middle();
    if middle.as_uniform() == Some(Material::Air) {
        return true;
    }
    let solid = only(middle, MaterialSet::SOLID);
    let all_around = |set| around.beside().into_iter().all(|chunk| only(chunk, set));
    solid && all_around(MaterialSet::SOLID)
        || middle.as_uniform() == Some(Material::Water) && all_around(MaterialSet::SOLID.or(MaterialSet::WET))
}

/// The kernel.
struct MeshChunk<'a, const CORNERS: bool> {
    around: &'a Neighbourhood<'a>,
    scratch: &'a mut Scratch,
    mesh: &'a mut ChunkMesh,
}

impl<const CORNERS: bool> NullaryFnOnce for MeshChunk<'_, CORNERS> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            around,
            scratch,
            mesh,
        } = self;
        let middle = around.middle();
        let has = |set: MaterialSet| middle.palette().iter().any(|material| set.contains(*material));
        FillPadded {
            around,
            wanted: MaterialSet::SOLID,
            mask: &mut scratch.solid,
        }
        .call();
        if has(MaterialSet::SOLID) {
            scratch.same.fill(middle.planes());
            mesh_sides::<CORNERS>(&mut Sides {
                filled: &scratch.solid,
                closed: &scratch.solid,
                same: &scratch.same,
                sheet: &mut scratch.sheet,
                materials: Materials::Of(&middle.lookup()),
                quads: &mut mesh.solid,
            });
        }
        if has(MaterialSet::WET) {
            FillPadded {
                around,
                wanted: MaterialSet::WET,
                mask: &mut scratch.wet,
            }
            .call();
            close_over_water(&mut scratch.solid, &scratch.wet);
            scratch.same = Same::default();
            mesh_sides::<false>(&mut Sides {
                filled: &scratch.wet,
                closed: &scratch.solid,
                same: &scratch.same,
                sheet: &mut scratch.sheet,
                materials: Materials::Only(Material::Water),
                quads: &mut mesh.water,
            });
        }
        if has(MaterialSet::PLANTS) {
            list_plants(middle, &mut mesh.plants);
        }
    }
}

/// Water has no face where water or ground follows.
#[inline(always)]
fn close_over_water(solid: &mut PaddedMask, wet: &PaddedMask) {
    let close = |solid: &mut PaddedRows, wet: &PaddedRows| {
        for (solid, wet) in solid.as_flattened_mut().iter_mut().zip(wet.as_flattened()) {
            *solid |= wet;
        }
    };
    close(&mut solid.here, &wet.here);
    close(&mut solid.west, &wet.west);
    close(&mut solid.east, &wet.east);
}

#[inline(always)]
fn list_plants(chunk: &Chunk, plants: &mut Vec<Tuft>) {
    let (test, lookup) = (chunk.row_test(MaterialSet::PLANTS), chunk.lookup());
    for z in 0..EDGE {
        let rows = test.rows::<EDGE, _>(chunk.planes(), z * EDGE);
        for (y, mut left) in rows.into_iter().enumerate() {
            while left != 0 {
                let x = left.trailing_zeros() as usize;
                left &= left - 1;
                plants.push(Tuft {
                    at: [byte(x), byte(y), byte(z)],
                    material: lookup.material((z * EDGE + y) * EDGE + x),
                });
            }
        }
    }
}

/// What the faces of all six sides are made from.
struct Sides<'a> {
    filled: &'a PaddedMask,
    closed: &'a PaddedMask,
    same: &'a Same,
    sheet: &'a mut Sheet,
    materials: Materials<'a>,
    quads: &'a mut Vec<Quad>,
}

/// What faces are made of.
#[derive(Clone, Copy)]
enum Materials<'a> {
    /// What the chunk says.
    Of(&'a Lookup<'a>),
    /// All of one.
    Only(Material),
}

#[inline(always)]
fn mesh_sides<const CORNERS: bool>(sides: &mut Sides<'_>) {
    // Rows and slices lie differently in the sheets of the three axes.
    mesh_side::<0, CORNERS, EDGE, 1>(sides);
    mesh_side::<1, CORNERS, EDGE, 1>(sides);
    mesh_side::<2, CORNERS, 1, EDGE>(sides);
    mesh_side::<3, CORNERS, 1, EDGE>(sides);
    mesh_side::<4, CORNERS, EDGE, 1>(sides);
    mesh_side::<5, CORNERS, EDGE, 1>(sides);
}

#[inline(always)]
fn mesh_side<const FACE: usize, const CORNERS: bool, const SLICE: usize, const ROW: usize>(
    sides: &mut Sides<'_>,
) {
    find_faces::<FACE, CORNERS>(sides.filled, sides.closed, sides.same, sides.sheet);
    let mut out = Collect::<FACE, CORNERS> {
        closed: sides.closed,
        materials: sides.materials,
        quads: sides.quads,
    };
    merge::<SLICE, ROW>(sides.sheet, &mut out);
}

/// Makes quads of rectangles.
struct Collect<'a, const FACE: usize, const CORNERS: bool> {
    closed: &'a PaddedMask,
    materials: Materials<'a>,
    quads: &'a mut Vec<Quad>,
}

impl<const FACE: usize, const CORNERS: bool> Emit for Collect<'_, FACE, CORNERS> {
    #[inline(always)]
    fn emit(&mut self, rectangle: Rectangle) {
        let Rectangle {
            slice,
            row,
            rows,
            bit,
            bits,
        } = rectangle;
        let (at, width, height) = match FACE {
            0 | 1 => ([slice, row, bit], rows, bits),
            2 | 3 => ([bit, slice, row], bits, rows),
            _ => ([bit, row, slice], bits, rows),
        };
        let [x, y, z] = at;
        let material = match self.materials {
            Materials::Of(chunk) => chunk.material((z * EDGE + y) * EDGE + x),
            Materials::Only(material) => material,
        };
        let corners = if CORNERS {
            CORNERS_OF[in_front::<FACE>(self.closed, at) & 511]
        } else {
            Corners::OPEN
        };
        self.quads.push(Quad {
            at: [byte(x), byte(y), byte(z)],
            width: byte(width),
            height: byte(height),
            face: Face::ALL[FACE],
            material,
            corners,
        });
    }
}

/// Which of the 3 x 3 voxels in front of a face are solid, as [`CORNERS_OF`] wants it.
#[inline(always)]
fn in_front<const FACE: usize>(closed: &PaddedMask, [x, y, z]: [usize; 3]) -> usize {
    let PaddedMask { west, east, .. } = closed;
    // Three voxels along x around one of a row.
    let along_x = |z: usize, y: usize| {
        let padded = u64::from(west[z][y]) | u64::from(east[z][y]) << 2;
        usize::from((padded >> x).to_le_bytes()[0] & 7)
    };
    match FACE {
        0 | 1 => {
            let rows = if FACE == 0 { west } else { east };
            let bit = |z: usize, y: usize| (rows[z][y] >> x) as usize & 1;
            let along_y = |z: usize| bit(z, y) | bit(z, y + 1) << 1 | bit(z, y + 2) << 2;
            along_y(z) | along_y(z + 1) << 3 | along_y(z + 2) << 6
        }
        2 | 3 => {
            let y = if FACE == 2 { y } else { y + 2 };
            along_x(z, y) | along_x(z + 1, y) << 3 | along_x(z + 2, y) << 6
        }
        _ => {
            let z = if FACE == 4 { z } else { z + 2 };
            along_x(z, y) | along_x(z, y + 1) << 3 | along_x(z, y + 2) << 6
        }
    }
}

/// A coordinate or size of at most 32.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 32")]
fn byte(small: usize) -> u8 {
    small as u8
}
