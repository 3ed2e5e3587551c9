//! Quads and plants as vertices and triangles.

use super::{Face, Quad, Tuft};
use crate::material::Material;

/// How far a plant stays away from the sides of its voxel, in voxels: neighbours do not touch.
const PLANT_INSET: f32 = 0.14;

/// A corner of a triangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vertex {
    /// Where, in metres; the frame is that of the [`Placement`].
    pub position_m: [f32; 3],
    /// The side it belongs to; plants are lit from above.
    pub face: Face,
    /// What it is made of.
    pub material: Material,
    /// How open the corner is: 0 (dark) to 3.
    pub light: u8,
}

/// Where a chunk stands and how large its voxels are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Placement {
    /// Its lowest south-western corner, in metres.
    pub origin_m: [f32; 3],
    /// Edge of a voxel in metres.
    pub voxel_m: f32,
}

/// Triangles, counter-clockwise as seen from outside. Four vertices and six indices per quad, two such
/// squares per plant; those of plants are seen from both sides.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Triangles {
    /// Corners; quads share none, because light and material differ.
    pub vertices: Vec<Vertex>,
    /// Three per triangle.
    pub indices: Vec<u32>,
}

impl Triangles {
    /// Adds quads. What goes beyond 2^32 vertices is left out.
    pub fn add_quads(&mut self, quads: &[Quad], place: Placement) {
        self.vertices.reserve(quads.len() * 4);
        self.indices.reserve(quads.len() * 6);
        for quad in quads {
            let vertices = quad.outline().map(|(corner, light)| Vertex {
                position_m: place.point(corner.map(f32::from)),
                face: quad.face,
                material: quad.material,
                light,
            });
            // Either order of corners starts at the same one and goes through the opposite one, so the cut is
            // the same.
            self.add_square(vertices, quad.corners.is_cut_across());
        }
    }

    /// Adds plants. What goes beyond 2^32 vertices is left out.
    pub fn add_plants(&mut self, plants: &[Tuft], place: Placement) {
        let (near, far) = (PLANT_INSET, 1.0 - PLANT_INSET);
        for plant in plants {
            let [x, y, z] = plant.at.map(f32::from);
            for [(x0, y0), (x1, y1)] in [[(near, near), (far, far)], [(near, far), (far, near)]] {
                let square = [[x0, y0, 0.0], [x1, y1, 0.0], [x1, y1, 1.0], [x0, y0, 1.0]];
                let vertices = square.map(|[dx, dy, dz]| Vertex {
                    position_m: place.point([x + dx, y + dy, z + dz]),
                    face: Face::Up,
                    material: plant.material,
                    // Darker at the foot.
                    light: if dz > 0.0 { 3 } else { 2 },
                });
                self.add_square(vertices, false);
            }
        }
    }

    fn add_square(&mut self, corners: [Vertex; 4], cut_across: bool) {
        let Ok(first) = u32::try_from(self.vertices.len()) else {
            return;
        };
        if first > u32::MAX - 4 {
            return;
        }
        self.vertices.extend(corners);
        let triangles = if cut_across {
            [1, 2, 3, 1, 3, 0]
        } else {
            [0, 1, 2, 0, 2, 3]
        };
        self.indices.extend(triangles.map(|corner| first + corner));
    }
}

impl Placement {
    fn point(self, voxels: [f32; 3]) -> [f32; 3] {
        let [x, y, z] = self.origin_m;
        let [dx, dy, dz] = voxels;
        [
            x + dx * self.voxel_m,
            y + dy * self.voxel_m,
            z + dz * self.voxel_m,
        ]
    }
}
