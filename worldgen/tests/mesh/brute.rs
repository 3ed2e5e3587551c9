//! The mesher that knows no bits.

use std::collections::BTreeMap;

use shared::coords::{ChunkPos, VoxelPos};
use worldgen::Material;
use worldgen::mesh::{Face, Quad};

use crate::worlds::World;

/// One face of one voxel: its corner with the lowest coordinates within the chunk, and its side.
pub(crate) type Place = ([i32; 3], Face);
/// What is seen there: material, and light at the corners in the order of `Quad::outline`.
pub(crate) type Look = (Material, [u8; 4]);

fn add(voxel: VoxelPos, step: [i32; 3]) -> VoxelPos {
    VoxelPos::new(voxel.x + step[0], voxel.y + step[1], voxel.z + step[2])
}

/// Every face of the solid voxels of a chunk.
pub(crate) fn solid_faces(world: &World, pos: ChunkPos) -> BTreeMap<Place, Look> {
    let solid = |voxel| world.material(voxel).is_solid();
    faces(
        world,
        pos,
        &|material| material.is_solid().then_some(material),
        &solid,
        &solid,
    )
}

/// Every face of the water of a chunk.
pub(crate) fn water_faces(world: &World, pos: ChunkPos) -> BTreeMap<Place, Look> {
    let closed = |voxel| world.material(voxel).is_solid() || world.material(voxel).is_wet();
    faces(
        world,
        pos,
        &|material| material.is_wet().then_some(Material::Water),
        &closed,
        &|_| false,
    )
}

fn faces(
    world: &World,
    pos: ChunkPos,
    seen_as: &dyn Fn(Material) -> Option<Material>,
    closed: &dyn Fn(VoxelPos) -> bool,
    shades: &dyn Fn(VoxelPos) -> bool,
) -> BTreeMap<Place, Look> {
    let mut faces = BTreeMap::new();
    let first = pos.first_voxel();
    for index in 0..32 * 32 * 32 {
        let at = [index % 32, index / 32 % 32, index / 1024];
        let voxel = add(first, at);
        let Some(material) = seen_as(world.material(voxel)) else {
            continue;
        };
        for face in Face::ALL {
            let normal = face.normal().map(i32::from);
            if closed(add(voxel, normal)) {
                continue;
            }
            let outline = unit(at, face).outline();
            let light = outline.map(|(corner, _)| {
                // A corner is touched by four voxels in front of the face: this one, two beside it, one across.
                let step = |axis: usize| {
                    let offset = i32::from(corner[axis]) - at[axis];
                    if normal[axis] == 0 { 2 * offset - 1 } else { 0 }
                };
                let steps: Vec<[i32; 3]> = (0..3)
                    .filter(|axis| normal[*axis] == 0)
                    .map(|axis| {
                        let mut one = normal;
                        one[axis] += step(axis);
                        one
                    })
                    .collect();
                let [beside, beyond] = [0, 1].map(|side| u8::from(shades(add(voxel, steps[side]))));
                let across = [0, 1, 2].map(|axis| normal[axis] + step(axis));
                let diagonal = u8::from(shades(add(voxel, across)));
                if beside + beyond == 2 {
                    0
                } else {
                    3 - beside - beyond - diagonal
                }
            });
            faces.insert((at, face), (material, light));
        }
    }
    faces
}

/// A quad of one voxel; material and light do not matter.
fn unit(at: [i32; 3], face: Face) -> Quad {
    Quad {
        at: at.map(|at| u8::try_from(at).unwrap()),
        width: 1,
        height: 1,
        face,
        material: Material::Air,
        corners: worldgen::mesh::Corners::OPEN,
    }
}

/// The faces of which quads consist, with the light that their picture has at the corners of each: between
/// the corners of a quad light is interpolated.
pub(crate) fn cut_up(quads: &[Quad]) -> BTreeMap<Place, Look> {
    let mut faces = BTreeMap::new();
    for quad in quads {
        let whole = quad.outline();
        let light_at = |point: [u8; 3]| {
            // How far along the first and the last edge, each of which runs along one axis.
            let along = |from: usize, to: usize| {
                let (from, to) = (whole[from].0.map(f64::from), whole[to].0.map(f64::from));
                let axis = (0..3).find(|axis| from[*axis] != to[*axis]).unwrap();
                (f64::from(point[axis]) - from[axis]) / (to[axis] - from[axis])
            };
            let (s, t) = (along(0, 1), along(0, 3));
            let [a, b, c, d] = whole.map(|(_, light)| f64::from(light));
            let light = (1.0 - t) * ((1.0 - s) * a + s * b) + t * ((1.0 - s) * d + s * c);
            if quad.width > 1 || quad.height > 1 {
                // Triangles interpolate as the square does only where it is a plane.
                assert!((a + c - b - d).abs() < 1e-9, "{quad:?} is bent");
            }
            assert!(
                (light - light.round()).abs() < 1e-9,
                "{quad:?} fades over several voxels"
            );
            light.round() as u8
        };
        for across in 0..quad.width {
            for up in 0..quad.height {
                let mut at = quad.at;
                let (first, second) = match quad.face {
                    Face::West | Face::East => (1, 2),
                    Face::South | Face::North => (0, 2),
                    Face::Down | Face::Up => (0, 1),
                };
                at[first] += across;
                at[second] += up;
                let cell = Quad {
                    at,
                    width: 1,
                    height: 1,
                    ..*quad
                };
                let light = cell.outline().map(|(corner, _)| light_at(corner));
                let before = faces.insert((at.map(i32::from), quad.face), (quad.material, light));
                assert_eq!(before, None, "two quads cover one face");
            }
        }
    }
    faces
}
