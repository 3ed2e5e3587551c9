//! Hollows stay closed: from the open, air reaches a cave only through entrances, and water never.
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]

use std::collections::BTreeSet;

use shared::coords::{ColumnPos, LocalPos, VoxelPos};
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::{BakedIsland, Material};

use crate::fixture::{Draw, add, at, baked, island};

const EDGE: i32 = 128;

/// An island with a hill, a lagoon and caves and caverns that want to break out everywhere.
fn hollowed(draw: &mut Draw) -> Island {
    let mut island = island("hollow", EDGE);
    island.id.0 = shared::ids::Id::from_random(draw.bits());
    let middle = at(0.0, 0.0, 0.0);
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(middle),
        &[("radius", 50.0)],
    );
    let summit = at(draw.between(-20.0, 20.0), draw.between(-20.0, 20.0), 38.0);
    add(
        &mut island,
        "peak",
        "peak",
        Geometry::Point(summit),
        &[("radius", 40.0)],
    );
    let bay = at(30.0, draw.between(-30.0, 30.0), 0.0);
    add(
        &mut island,
        "bay",
        "lagoon",
        Geometry::Point(bay),
        &[("radius", 12.0)],
    );
    for name in ["caveaa", "cavebb", "cavecc"] {
        let path: Vec<LocalPos> = (0..4).map(|_| anywhere(draw)).collect();
        let radius = f64::from(draw.between(2.0, 9.0));
        add(
            &mut island,
            name,
            "cave",
            Geometry::Path(path),
            &[("radius", radius)],
        );
    }
    let hall = anywhere(draw);
    add(
        &mut island,
        "hall",
        "cavern",
        Geometry::Point(hall),
        &[("height", 16.0)],
    );
    island
}

fn anywhere(draw: &mut Draw) -> LocalPos {
    at(
        draw.between(-55.0, 55.0),
        draw.between(-55.0, 55.0),
        draw.between(-24.0, 40.0),
    )
}

/// Every voxel of the island's box.
fn voxels(island: &BakedIsland) -> impl Iterator<Item = VoxelPos> {
    let (min, max) = (island.bounds().min(), island.bounds().max());
    (min.z..max.z).flat_map(move |z| {
        (min.y..max.y).flat_map(move |y| (min.x..max.x).map(move |x| VoxelPos::new(x, y, z)))
    })
}

/// Highest ground voxel of a column, as columns alone make it.
fn top(island: &BakedIsland, voxel: VoxelPos) -> i32 {
    let column = voxel.column();
    island
        .tile(column.tile())
        .unwrap()
        .top_voxel(column.index_in_tile())
}

/// Voxels under the ground that are not solid.
fn hollows(island: &BakedIsland) -> BTreeSet<VoxelPos> {
    voxels(island)
        .filter(|voxel| voxel.z <= top(island, *voxel) && !island.solid(*voxel))
        .collect()
}

/// The hollow voxels that are reached from outside.
fn reached(island: &BakedIsland, hollows: &BTreeSet<VoxelPos>) -> BTreeSet<VoxelPos> {
    let neighbours = |voxel: VoxelPos| {
        [
            (1, 0, 0),
            (-1, 0, 0),
            (0, 1, 0),
            (0, -1, 0),
            (0, 0, 1),
            (0, 0, -1),
        ]
        .map(|(x, y, z)| VoxelPos::new(voxel.x + x, voxel.y + y, voxel.z + z))
    };
    let open = |voxel: &VoxelPos| {
        let is_outside = |at: VoxelPos| at.z > top(island, at);
        let inside = |at: &VoxelPos| island.tile(at.column().tile()).is_some();
        neighbours(*voxel).into_iter().filter(inside).any(is_outside)
    };
    let mut reached: BTreeSet<VoxelPos> = hollows.iter().filter(|voxel| open(voxel)).copied().collect();
    let mut edge: Vec<VoxelPos> = reached.iter().copied().collect();
    while let Some(voxel) = edge.pop() {
        for next in neighbours(voxel) {
            if hollows.contains(&next) && reached.insert(next) {
                edge.push(next);
            }
        }
    }
    reached
}

#[test]
fn without_an_entrance_every_cave_is_closed_and_dry() {
    let mut hollow = 0;
    for seed in 0..12 {
        let island = baked(&hollowed(&mut Draw(seed)));
        let hollows = hollows(&island);
        hollow += hollows.len();
        assert_eq!(reached(&island, &hollows), BTreeSet::new(), "seed {seed}");
        for voxel in hollows {
            assert_eq!(island.material(voxel), Material::Air, "seed {seed}: {voxel:?}");
            for (dx, dy) in (-3..=3).flat_map(|dx| (-3..=3).map(move |dy| (dx, dy))) {
                let beside = VoxelPos::new(voxel.x + dx, voxel.y + dy, voxel.z);
                if island.tile(beside.column().tile()).is_some() {
                    assert!(
                        voxel.z + 3 <= top(&island, beside),
                        "seed {seed}: {voxel:?} under {beside:?}"
                    );
                }
            }
        }
    }
    assert!(hollow > 10_000, "{hollow}");
}

#[test]
fn an_entrance_opens_the_caves_at_its_place_and_lets_no_water_in() {
    let mut opened = 0;
    for seed in 0..12 {
        let mut draw = Draw(seed);
        let mut island = hollowed(&mut draw);
        let door = anywhere(&mut draw);
        add(
            &mut island,
            "door",
            "entrance",
            Geometry::Point(door),
            &[("radius", 14.0)],
        );
        let island = baked(&island);
        let hollows = hollows(&island);
        opened += usize::from(!reached(&island, &hollows).is_empty());
        for voxel in &hollows {
            assert_eq!(island.material(*voxel), Material::Air, "seed {seed}: {voxel:?}");
            let (dx, dy) = (voxel.x as f32 + 0.5 - door.x_m, voxel.y as f32 + 0.5 - door.y_m);
            let is_within = (dx * dx + dy * dy).sqrt() < 14.0;
            assert!(
                is_within || voxel.z + 3 <= top(&island, *voxel),
                "seed {seed}: {voxel:?}"
            );
            for (dx, dy, dz) in [
                (1, 0, 0),
                (-1, 0, 0),
                (0, 1, 0),
                (0, -1, 0),
                (0, 0, 1),
                (0, 0, -1),
            ] {
                let beside = VoxelPos::new(voxel.x + dx, voxel.y + dy, voxel.z + dz);
                assert_ne!(island.material(beside), Material::Water, "seed {seed}: {voxel:?}");
            }
        }
    }
    assert!(opened >= 4, "{opened} of 12 entrances met a cave");
}

#[test]
fn a_sea_cave_is_flooded_to_the_level_of_the_sea() {
    let mut island = island("grotto", EDGE);
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", 44.0), ("height", 30.0)],
    );
    let path = vec![at(60.0, 0.0, 0.0), at(30.0, 0.0, 0.0), at(0.0, 4.0, 0.0)];
    add(&mut island, "grotto", "sea_cave", Geometry::Path(path), &[]);
    let island = baked(&island);
    let hollows = hollows(&island);
    assert_eq!(
        reached(&island, &hollows),
        hollows,
        "all of it belongs to the sea"
    );
    assert!(hollows.contains(&VoxelPos::new(5, 3, -2)) && hollows.contains(&VoxelPos::new(5, 3, 1)));
    for voxel in hollows {
        let expected = if voxel.z < 0 {
            Material::Water
        } else {
            Material::Air
        };
        assert_eq!(island.material(voxel), expected, "{voxel:?}");
    }
}

#[test]
fn a_dry_cave_below_the_sea_keeps_a_wall_to_a_sea_cave() {
    let mut island = island("walls", EDGE);
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", 50.0), ("height", 30.0)],
    );
    let path = vec![at(60.0, 0.0, 0.0), at(0.0, 0.0, 0.0)];
    add(&mut island, "grotto", "sea_cave", Geometry::Path(path), &[]);
    let path = vec![at(10.0, -30.0, -4.0), at(10.0, 30.0, -4.0)];
    add(&mut island, "deep", "cave", Geometry::Path(path), &[]);
    let island = baked(&island);
    assert_eq!(island.material(VoxelPos::new(10, -20, -4)), Material::Air);
    assert_eq!(island.material(VoxelPos::new(10, 0, -3)), Material::Water);
    for voxel in voxels(&island).filter(|voxel| voxel.z < 0 && voxel.z <= top(&island, *voxel)) {
        for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] {
            let beside = VoxelPos::new(voxel.x + dx, voxel.y + dy, voxel.z);
            let pair = [island.material(voxel), island.material(beside)];
            assert!(pair != [Material::Air, Material::Water], "{voxel:?}");
        }
    }
}

#[test]
fn an_arch_bridges_and_a_floating_rock_hangs() {
    let mut island = island("bridge", EDGE);
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", 50.0)],
    );
    let path = vec![at(-30.0, 0.0, 8.0), at(30.0, 0.0, 8.0)];
    add(
        &mut island,
        "arch",
        "arch",
        Geometry::Path(path),
        &[("rise", 20.0), ("noise", 0.0)],
    );
    let hanging = Geometry::Point(at(0.0, 30.0, 60.0));
    add(
        &mut island,
        "rock",
        "floating_rock",
        hanging,
        &[("radius", 14.0), ("noise", 0.0)],
    );
    let island = baked(&island);
    let solid = |x, y, z| island.solid(VoxelPos::new(x, y, z));
    assert!(
        solid(0, 0, 27) && !solid(0, 0, 20) && !solid(0, 0, 34),
        "the middle of the arch"
    );
    assert!(solid(-30, 0, 9) && solid(29, 0, 9), "its feet");
    assert_eq!(island.material(VoxelPos::new(0, 30, 62)), Material::Grass);
    assert!(
        solid(0, 30, 61) && solid(0, 30, 50) && !solid(0, 30, 35),
        "the rock"
    );
    let ground = island.ground(ColumnPos::new(0, 30)).unwrap();
    assert!(ground < 20, "what hangs above is not the ground: {ground}");
}

#[test]
fn a_hall_full_of_dripstone_has_columns_and_can_be_walked_through() {
    let mut island = island("hall", EDGE);
    let middle = Geometry::Point(at(0.0, 0.0, 0.0));
    add(&mut island, "land", "land", middle, &[("radius", 56.0)]);
    let table = Geometry::Point(at(0.0, 0.0, 40.0));
    add(&mut island, "table", "plateau", table, &[("radius", 40.0)]);
    let hall = Geometry::Point(at(0.0, 0.0, 8.0));
    let numbers = [
        ("radius", 26.0),
        ("height", 9.0),
        ("edge", 8.0),
        ("pillars", 1.0),
        ("noise", 0.0),
    ];
    add(&mut island, "hall", "cavern", hall, &numbers);
    let island = baked(&island);
    let inside: Vec<ColumnPos> = (-18..18)
        .flat_map(|y| (-18..18).map(move |x| ColumnPos::new(x, y)))
        .collect();
    let is_free = |column: &ColumnPos| {
        let solid = |z| island.solid(VoxelPos::new(column.x, column.y, z));
        !solid(10) && !solid(11)
    };
    let is_column = |column: &&ColumnPos| {
        let solid = |z| island.solid(VoxelPos::new(column.x, column.y, z));
        (9..17).all(solid)
    };
    let columns = inside.iter().filter(is_column).count();
    assert!(columns > 30, "{columns} columns from floor to roof");
    let free: BTreeSet<ColumnPos> = inside.iter().copied().filter(is_free).collect();
    let mut reached = BTreeSet::new();
    let mut open: Vec<ColumnPos> = free.iter().copied().take(1).collect();
    while let Some(column) = open.pop() {
        if free.contains(&column) && reached.insert(column) {
            let (x, y) = (column.x, column.y);
            open.extend([(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)].map(|(x, y)| ColumnPos::new(x, y)));
        }
    }
    assert!(
        reached.len() * 2 > inside.len(),
        "{} of {} are free",
        free.len(),
        inside.len()
    );
    assert_eq!(reached, free, "no part is cut off");
}
