//! Meshes of baked islands.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::attribute::AttributeValue;
use shared::coords::{ChunkPos, LocalPos};
use shared::geometry::Geometry;
use shared::ids::{IslandId, MarkerId};
use shared::island::{Bounds, Island, Marker};
use shared::project::Settings;
use worldgen::mesh::{ChunkMesh, IslandMesh, LevelMesh, Mesher, Shading};
use worldgen::{BakeOptions, BakedIsland, IslandPlan, SimdLevel, bake, rebake};

use crate::brute::{cut_up, solid_faces, water_faces};
use crate::worlds::World;

/// A hill and a forest on land; the hill is as high as one likes.
fn plan(peak_m: f32) -> IslandPlan {
    let mut island = Island::new(IslandId("isle".parse().unwrap()), "isle".into(), "Isle".into());
    island.bounds = Bounds::new(192, 192, 32, 96).unwrap();
    for (id, x_m, z_m, radius_m) in [
        ("land", 0.0, 0.0, 70.0),
        ("forest", 20.0, 0.0, 40.0),
        ("peak", -20.0, peak_m, 24.0),
    ] {
        let id_of = MarkerId(id.parse().unwrap());
        let marker = Marker {
            id: id_of,
            kind: id.to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Point(LocalPos::new(x_m, 0.0, z_m)),
            layer: 0,
            priority: 0,
            attributes: [("radius".to_owned(), AttributeValue::Number(radius_m))].into(),
        };
        island.markers.insert(id_of, marker);
    }
    IslandPlan::new(&Settings::default(), &shared::stamp::Stamps::default(), &island)
}

fn baked(plan: &IslandPlan) -> BakedIsland {
    bake(plan, &BakeOptions::default(), &()).unwrap()
}

#[test]
fn every_chunk_of_an_island_looks_as_its_voxels_do() {
    let island = baked(&plan(30.0));
    let world = World::of(&island);
    let mut mesher = Mesher::new(SimdLevel::detect(), Shading::Corners);
    let mut quads = 0;
    for pos in world.chunks.keys() {
        let mesh = mesher.mesh(&world.around(*pos));
        assert!(
            cut_up(&mesh.solid) == solid_faces(&world, *pos),
            "solid faces of {pos:?}"
        );
        assert!(
            cut_up(&mesh.water) == water_faces(&world, *pos),
            "water of {pos:?}"
        );
        quads += mesh.solid.len();
    }
    assert!(quads > 5_000, "{quads}");
}

fn meshes(level: &LevelMesh) -> BTreeMap<ChunkPos, ChunkMesh> {
    level
        .chunks()
        .iter()
        .map(|(pos, mesh)| (*pos, (**mesh).clone()))
        .collect()
}

#[test]
fn after_an_edit_only_what_changed_is_meshed_again() {
    let old = baked(&plan(20.0));
    let (new, rebuilt) = rebake(&old, &plan(24.0), &BakeOptions::default(), &()).unwrap();
    let before = IslandMesh::new(&old, 4, None);
    let (again, cold) = (
        IslandMesh::new(&new, 4, Some(&before)),
        IslandMesh::new(&new, 4, None),
    );
    assert!(!rebuilt.chunks.is_empty());
    for ((again, cold), before) in again.levels().iter().zip(cold.levels()).zip(before.levels()) {
        assert_eq!(meshes(again), meshes(cold));
        let kept = again.chunks().iter().filter(|(pos, mesh)| {
            before
                .chunks()
                .get(pos)
                .is_some_and(|before| Arc::ptr_eq(before, mesh))
        });
        let changed = again.chunks().len() - kept.count();
        // A changed chunk changes no more than the 26 around it.
        assert!(changed > 0 && changed <= 27 * rebuilt.chunks.len());
        assert!(changed < again.chunks().len() || again.step() > 1);
    }
}

#[test]
fn coarser_levels_are_smaller_and_as_high() {
    let island = baked(&plan(30.0));
    let mesh = IslandMesh::new(&island, 4, None);
    assert_eq!(
        mesh.levels().iter().map(LevelMesh::step).collect::<Vec<_>>(),
        [1, 2, 4, 8]
    );
    let counts: Vec<usize> = mesh.levels().iter().map(LevelMesh::triangle_count).collect();
    assert!(
        counts.is_sorted_by(|finer, coarser| finer > &(coarser * 2)),
        "{counts:?}"
    );
    let top_m = |level: &LevelMesh| {
        let of_chunk = |(pos, mesh): (&ChunkPos, &Arc<ChunkMesh>)| {
            let z = mesh.solid.iter().map(|quad| quad.at[2]).max().unwrap_or(0);
            (pos.z * 32 + i32::from(z) + 1) * i32::from(level.step())
        };
        level.chunks().iter().map(of_chunk).max().unwrap()
    };
    let finest = top_m(&mesh.levels()[0]);
    for level in mesh.levels() {
        let difference = top_m(level) - finest;
        // The tip of a crown may be lost, and the last voxel of a column filled up.
        assert!(difference.abs() < 2 * i32::from(level.step()), "{difference} m");
    }
}
