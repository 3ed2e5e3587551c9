//! The faces of all chunks together close off every solid body, across the borders of chunks too.

use std::collections::BTreeMap;

use worldgen::mesh::{Mesher, Placement, Shading, Triangles};
use worldgen::{Material, SimdLevel};

use crate::worlds::{World, worlds};

/// Every edge of a closed surface is passed as often one way as the other. Quads meet in the middle of longer
/// edges, so edges are cut into voxels.
#[test]
fn every_edge_is_closed() {
    for mut world in worlds() {
        // Air all around.
        world.floor_z = i32::MIN;
        world = World::filled(|voxel| {
            let outside = [voxel.x, voxel.y, voxel.z]
                .iter()
                .any(|at| [-32, 31].contains(at));
            if outside {
                Material::Air
            } else {
                world.material(voxel)
            }
        });
        let mut triangles = Triangles::default();
        for pos in world.chunks.keys() {
            let mesh = Mesher::new(SimdLevel::detect(), Shading::Corners).mesh(&world.around(*pos));
            let first = pos.first_voxel();
            let place = Placement {
                origin_m: [first.x, first.y, first.z].map(|at| at as f32),
                voxel_m: 1.0,
            };
            triangles.add_quads(&mesh.solid, place);
        }
        let mut balance: BTreeMap<([i32; 3], [i32; 3]), i32> = BTreeMap::new();
        for triangle in triangles.indices.chunks_exact(3) {
            let corners = [0, 1, 2].map(|corner| {
                triangles.vertices[triangle[corner] as usize]
                    .position_m
                    .map(|at| at as i32)
            });
            for edge in 0..3 {
                let (from, to) = (corners[edge], corners[(edge + 1) % 3]);
                let step = [0, 1, 2].map(|axis| to[axis] - from[axis]);
                // Cuts through a quad come twice, once either way; whole they balance, too.
                let pieces = if step.iter().filter(|step| **step != 0).count() == 1 {
                    step.iter().map(|step| step.abs()).sum()
                } else {
                    1
                };
                for piece in 0..pieces {
                    let point = |piece: i32| [0, 1, 2].map(|axis| from[axis] + step[axis] * piece / pieces);
                    let (a, b) = (point(piece), point(piece + 1));
                    if a < b {
                        *balance.entry((a, b)).or_default() += 1;
                    } else {
                        *balance.entry((b, a)).or_default() -= 1;
                    }
                }
            }
        }
        assert!(!balance.is_empty());
        let open = balance.values().filter(|balance| **balance != 0).count();
        assert_eq!(open, 0, "of {} edges", balance.len());
    }
}

/// Seen from outside, corners run counter-clockwise: the normal of each triangle is that of its face.
#[test]
fn triangles_face_outwards() {
    let world = World::scattered(1, 2, 3);
    for pos in world.chunks.keys() {
        let mesh = Mesher::new(SimdLevel::detect(), Shading::Corners).mesh(&world.around(*pos));
        let mut triangles = Triangles::default();
        let place = Placement {
            origin_m: [0.0; 3],
            voxel_m: 2.0,
        };
        triangles.add_quads(&mesh.solid, place);
        triangles.add_quads(&mesh.water, place);
        assert_eq!(triangles.indices.len(), 6 * (mesh.solid.len() + mesh.water.len()));
        for triangle in triangles.indices.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|corner| triangles.vertices[triangle[corner] as usize]);
            let point = |vertex: worldgen::mesh::Vertex| glam::Vec3::from(vertex.position_m);
            let normal = (point(b) - point(a)).cross(point(c) - point(a)).normalize();
            assert_eq!(normal, glam::Vec3::from(a.face.normal().map(f32::from)));
        }
    }
}
