//! Quads look exactly like the faces of single voxels.

use std::collections::BTreeMap;

use shared::coords::ChunkPos;
use worldgen::SimdLevel;
use worldgen::mesh::{ChunkMesh, Corners, Face, Mesher, Shading, Tuft};

use crate::brute::{Look, Place, cut_up, solid_faces, water_faces};
use crate::worlds::{World, worlds};

fn check(world: &World, pos: ChunkPos) {
    let around = world.around(pos);
    let mesh = Mesher::new(SimdLevel::detect(), Shading::Corners).mesh(&around);
    assert!(
        cut_up(&mesh.solid) == solid_faces(world, pos),
        "solid faces of {pos:?}"
    );
    assert!(cut_up(&mesh.water) == water_faces(world, pos), "water of {pos:?}");
    let first = pos.first_voxel();
    let plants = world.chunks[&pos].mask(worldgen::chunk::MaterialSet::PLANTS);
    let count: u32 = plants.iter().map(|row| row.count_ones()).sum();
    assert_eq!(mesh.plants.len(), count as usize);
    for Tuft { at, material } in mesh.plants {
        let [x, y, z] = at.map(i32::from);
        let voxel = shared::coords::VoxelPos::new(first.x + x, first.y + y, first.z + z);
        assert_eq!(world.material(voxel), material);
        assert!(material.is_plant());
    }
}

#[test]
fn merged_faces_are_the_faces_of_voxels() {
    for world in worlds() {
        for pos in world.chunks.keys() {
            check(&world, *pos);
        }
    }
}

#[test]
fn flat_meshes_cover_the_same_faces_with_fewer_quads() {
    let flat =
        |faces: BTreeMap<Place, Look>| faces.into_iter().map(|(place, (material, _))| (place, material));
    for world in worlds() {
        for pos in world.chunks.keys() {
            let around = world.around(*pos);
            let mesh = |shading| Mesher::new(SimdLevel::detect(), shading).mesh(&around);
            let (plain, shaded) = (mesh(Shading::Flat), mesh(Shading::Corners));
            assert!(plain.solid.len() <= shaded.solid.len());
            assert!(plain.solid.iter().all(|quad| quad.corners == Corners::OPEN));
            assert!(flat(cut_up(&plain.solid)).eq(flat(cut_up(&shaded.solid))));
            assert_eq!((plain.water, plain.plants), (shaded.water, shaded.plants));
        }
    }
}

#[test]
fn instructions_and_earlier_meshes_do_not_matter() {
    let mut meshers = SimdLevel::ALL.map(|simd| Mesher::new(simd, Shading::Corners));
    let mut reused = ChunkMesh::default();
    for world in worlds() {
        for pos in world.chunks.keys() {
            let around = world.around(*pos);
            let [baseline, avx2, avx512] = meshers.each_mut().map(|mesher| mesher.mesh(&around));
            assert_eq!(baseline, avx2);
            assert_eq!(baseline, avx512);
            meshers[0].mesh_into(&around, &mut reused);
            assert_eq!(baseline, reused);
        }
    }
}

/// Area by side, material and light, whichever corner the light begins at.
fn areas(world: &World, side: impl Fn(Face) -> Face) -> BTreeMap<(Face, worldgen::Material, [u8; 4]), usize> {
    let mut areas = BTreeMap::new();
    for pos in world.chunks.keys() {
        let mesh = Mesher::new(SimdLevel::detect(), Shading::Corners).mesh(&world.around(*pos));
        for ((_, face), (material, light)) in cut_up(&mesh.solid) {
            let turns = [0, 1, 2, 3].map(|start| [0, 1, 2, 3].map(|corner| light[(start + corner) % 4]));
            let light = turns.into_iter().min().unwrap();
            *areas.entry((side(face), material, light)).or_default() += 1;
        }
    }
    areas
}

#[test]
fn a_turned_world_has_the_turned_mesh() {
    use Face::{Down, East, North, South, Up, West};
    // What lies around the chunks does not turn with them.
    let mut world = World::scattered(8, 3, 2);
    let inside = |at: i32| (-31..31).contains(&at);
    world = World::filled(|voxel| {
        if inside(voxel.x) && inside(voxel.y) && inside(voxel.z) {
            world.material(voxel)
        } else {
            worldgen::Material::Air
        }
    });
    let before = areas(&world, |face| face);
    for axis in 0..3 {
        let cycle = match axis {
            0 => [North, Up, South, Down],
            1 => [Up, East, Down, West],
            _ => [East, North, West, South],
        };
        let back = |face| match cycle.iter().position(|other| *other == face) {
            Some(place) => cycle[(place + 3) % 4],
            None => face,
        };
        assert_eq!(areas(&world.turned(axis), back), before, "axis {axis}");
    }
}
