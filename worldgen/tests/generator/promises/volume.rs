//! Promises of hollows and of rock that stands free.
#![expect(clippy::expect_used, reason = "what is built here is known to be there")]

use std::collections::BTreeSet;

use shared::coords::{LocalPos, VoxelPos};
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::Island;
use worldgen::{Material, marker};

use super::{Ground, Noise, OnAColumn, Trial, columns_around, expect, ground, hold, sea, with_noise};
use crate::fixture::{Draw, add, at};

pub(super) const PROMISES: &[(&str, Trial)] = &[
    ("cave", cave_is_open_from_end_to_end),
    ("entrance", entrance_lets_one_into_the_cave),
    ("cavern", cavern_has_a_floor_and_a_roof),
    ("sea_cave", sea_cave_is_open_to_the_sea),
    ("arch", arch_spans_from_foot_to_foot),
    ("floating_rock", floating_rock_touches_nothing),
];

#[test]
fn volumes_keep_their_promises() {
    hold(PROMISES);
}

/// Land with that much noise, and on it a table of rock whose top lies 40 m high: no noise reaches into it.
fn table(draw: &mut Draw, noise: Noise) -> Island {
    let mut island = with_noise(ground(draw), noise);
    let numbers = [
        ("radius", 30.0),
        ("edge", 6.0),
        ("noise", 0.0),
        ("outline_noise", 0.0),
    ];
    let middle = Geometry::Point(at(0.0, 0.0, 40.0));
    add(&mut island, "table", "plateau", middle, &numbers);
    island
}

/// The walls' noise; kinds hold it within what their size allows.
fn walls(noise: Noise) -> f64 {
    noise.strength_m().into()
}

/// A random place in the rock of the table.
fn inside(draw: &mut Draw) -> LocalPos {
    at(
        draw.between(-14.0, 14.0),
        draw.between(-14.0, 14.0),
        draw.between(2.0, 22.0),
    )
}

/// The voxels through which a marker's line runs, half a metre apart at most.
fn line(island: &Island, id: &str) -> Vec<VoxelPos> {
    let id: MarkerId = id.parse().expect("ids of tests are valid");
    let line = marker::outline(&island.markers[&id]);
    let pieces = line.windows(2).flat_map(|ends| {
        let (from, to) = (ends[0], ends[1]);
        let mix = |from: f32, to: f32, share: f32| from + (to - from) * share;
        let length_m = (to.x_m - from.x_m).abs() + (to.y_m - from.y_m).abs() + (to.z_m - from.z_m).abs();
        let steps = usize::try_from(worldgen::ops::floor_i32(length_m * 2.0)).unwrap_or(0) + 2;
        (0..=steps).map(move |step| {
            let share = step as f32 / steps as f32;
            at(
                mix(from.x_m, to.x_m, share),
                mix(from.y_m, to.y_m, share),
                mix(from.z_m, to.z_m, share),
            )
            .voxel()
        })
    });
    let mut voxels: Vec<VoxelPos> = pieces.collect();
    voxels.dedup();
    voxels
}

fn beside(voxel: VoxelPos) -> [VoxelPos; 6] {
    [
        (1, 0, 0),
        (-1, 0, 0),
        (0, 1, 0),
        (0, -1, 0),
        (0, 0, 1),
        (0, 0, -1),
    ]
    .map(|(x, y, z)| VoxelPos::new(voxel.x + x, voxel.y + y, voxel.z + z))
}

/// What is reached from a voxel over faces of voxels that pass.
fn flood(from: VoxelPos, passes: impl Fn(VoxelPos) -> bool) -> BTreeSet<VoxelPos> {
    let mut reached = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(voxel) = open.pop() {
        for next in beside(voxel) {
            if !reached.contains(&next) && passes(next) {
                reached.insert(next);
                open.push(next);
            }
        }
    }
    reached
}

/// One walks along the whole of it: where a person, two voxels high, stands near its beginning, the line can be
/// followed to its end. Both ends may be round walls of 2 m. Rough walls may lift the floor a little over the line.
fn cave_is_open_from_end_to_end(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = table(draw, noise);
    let path = (0..3).map(|_| inside(draw)).collect();
    let (radius, end_radius) = (draw.between(1.5, 6.0), draw.between(1.5, 6.0));
    let numbers = [
        ("radius", radius.into()),
        ("end_radius", end_radius.into()),
        ("noise", walls(noise)),
    ];
    add(&mut island, "hole", "cave", Geometry::Path(path), &numbers);
    let grid = Ground::of(&island);
    let line = line(&island, "hole");
    let has_room = |voxel: VoxelPos| {
        let head = VoxelPos {
            z: voxel.z + 1,
            ..voxel
        };
        !grid.is_solid(voxel) && !grid.is_solid(head)
    };
    let places = |voxel: VoxelPos| {
        (-1..=2).map(move |up| VoxelPos {
            z: voxel.z + up,
            ..voxel
        })
    };
    let mut reached = BTreeSet::new();
    let start = line.first().copied().unwrap_or(VoxelPos::new(0, 0, 0));
    let end = line.last().copied().unwrap_or(VoxelPos::new(0, 0, 0));
    let is_wall = |voxel: &VoxelPos| {
        [start, end].iter().any(|end| {
            let away = [voxel.x - end.x, voxel.y - end.y, voxel.z - end.z];
            away.into_iter().all(|away| away.abs() <= 2)
        })
    };
    for voxel in line.into_iter().filter(|voxel| !is_wall(voxel)) {
        if reached.is_empty() {
            let first = places(voxel).find(|place| has_room(*place));
            reached = first.map_or(BTreeSet::new(), |first| flood(first, has_room));
        }
        let passes = places(voxel).any(|place| reached.contains(&place));
        expect(passes, || {
            format!("it is closed at {voxel:?}, radius {radius} to {end_radius} m")
        })?;
    }
    Ok(())
}

/// From its far end a cave leads to the sky through its entrance.
fn entrance_lets_one_into_the_cave(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = table(draw, noise);
    // From 6 m outside the wall of the table, over any ground that noise makes there, into its middle.
    let z = draw.between(33.0, 35.0);
    let (north, deep) = (draw.between(-8.0, 8.0), draw.between(-8.0, 8.0));
    let path = vec![at(42.0, north, z), at(20.0, north, z), at(0.0, deep, 20.0)];
    let numbers = [("noise", walls(noise))];
    add(&mut island, "hole", "cave", Geometry::Path(path), &numbers);
    let door = Geometry::Point(at(34.0, north, 0.0));
    add(&mut island, "door", "entrance", door, &[("radius", 14.0)]);
    let grid = Ground::of(&island);
    let way = line(&island, "hole");
    for voxel in &way {
        expect(!grid.is_solid(*voxel), || format!("it is closed at {voxel:?}"))?;
    }
    let first = way.first().copied().unwrap_or(VoxelPos::new(0, 0, 0));
    let sky = grid.top(first.column());
    expect(sky < first.z, || {
        format!("ground at {sky} over its mouth at {first:?}")
    })
}

fn cavern_has_a_floor_and_a_roof(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = table(draw, noise);
    let middle = at(
        draw.between(-6.0, 6.0),
        draw.between(-6.0, 6.0),
        draw.between(4.0, 14.0),
    )
    .on_a_column();
    let numbers = [
        ("radius", 12.0),
        ("height", 12.0),
        ("edge", 6.0),
        ("pillars", 0.0),
        ("noise", walls(noise)),
    ];
    add(&mut island, "hall", "cavern", Geometry::Point(middle), &numbers);
    let grid = Ground::of(&island);
    let rough = if noise == Noise::Full { 3 } else { 0 };
    let base = middle.voxel();
    let at_height = |up: i32| VoxelPos::new(base.x, base.y, base.z + up);
    for up in rough + 1..12 - rough - 1 {
        expect(!grid.is_solid(at_height(up)), || {
            format!("rock {up} m over the floor")
        })?;
    }
    for up in [-rough - 2, 12 + rough + 2] {
        expect(grid.is_solid(at_height(up)), || {
            format!("no rock {up} m over the floor")
        })?;
    }
    // One walks about in it.
    columns_around(middle, 8 - rough).try_for_each(|(column, away)| {
        let chest = VoxelPos::new(column.x, column.y, base.z + rough + 2);
        expect(!grid.is_solid(chest), || format!("rock {away} m from the middle"))
    })
}

/// Sea stands in it up to the level of the sea, and one swims from its end to the open.
fn sea_cave_is_open_to_the_sea(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = sea(draw);
    let land = Geometry::Area(
        [(-60.0, -60.0), (10.0, -60.0), (10.0, 60.0), (-60.0, 60.0)]
            .map(|(x, y)| at(x, y, 0.0))
            .to_vec(),
    );
    let sharp = shared::attribute::AttributeValue::Choice("sharp".to_owned());
    let numbers = [("height", 20.0), ("shore", 8.0)];
    let land = add(&mut island, "land", "land", land, &numbers);
    land.attributes.insert("corners".to_owned(), sharp);
    let mut island = with_noise(island, noise);
    let north = draw.between(6.0, 26.0);
    let path = vec![
        at(26.0, north, 1.0),
        at(8.0, north, 1.0),
        at(-12.0, draw.between(6.0, 26.0), 1.0),
    ];
    let numbers = [("radius", 7.0), ("end_radius", 7.0), ("noise", walls(noise))];
    add(&mut island, "grotto", "sea_cave", Geometry::Path(path), &numbers);
    let grid = Ground::of(&island);
    // Where noise leaves less rock than the cover over a cave it does not begin.
    line(&island, "grotto").into_iter().try_for_each(|voxel| {
        let water = VoxelPos { z: -1, ..voxel };
        let air = VoxelPos { z: 0, ..voxel };
        let found = [grid.material(water), grid.material(air)];
        expect(found[0].is_wet() && !found[1].is_solid(), || {
            format!("{found:?} at {voxel:?}")
        })
    })
}

/// One piece of rock from foot to foot, and free below.
fn arch_spans_from_foot_to_foot(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = sea(draw);
    let from = at(
        draw.between(1.0, 4.0),
        draw.between(4.0, 28.0),
        draw.between(4.0, 10.0),
    )
    .on_a_column();
    let to = at(from.x_m + 26.0, draw.between(4.0, 28.0), from.z_m).on_a_column();
    let numbers = [
        ("width", 8.0),
        ("thickness", 6.0),
        ("rise", 14.0),
        ("noise", walls(noise)),
    ];
    add(
        &mut island,
        "span",
        "arch",
        Geometry::Path(vec![from, to]),
        &numbers,
    );
    let grid = Ground::of(&island);
    let middle = at(
        (from.x_m + to.x_m) * 0.5,
        (from.y_m + to.y_m) * 0.5,
        from.z_m + 14.0,
    )
    .voxel();
    expect(grid.is_solid(middle), || "there is no keystone".to_owned())?;
    for z in 0..middle.z - 6 {
        let below = VoxelPos { z, ..middle };
        expect(!grid.is_solid(below), || format!("rock under it at {below:?}"))?;
    }
    // The sea floor lies far below.
    let rock = flood(middle, |voxel| voxel.z > -8 && grid.is_solid(voxel));
    [from, to].into_iter().try_for_each(|foot| {
        let foot = foot.voxel();
        expect(rock.contains(&foot), || {
            format!("it does not reach its foot at {foot:?}")
        })
    })
}

/// All of it hangs together, within its outline, and nothing holds it.
fn floating_rock_touches_nothing(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = with_noise(ground(draw), noise);
    let middle = at(
        draw.between(12.0, 20.0),
        draw.between(12.0, 20.0),
        draw.between(70.0, 80.0),
    );
    let numbers = [
        ("radius", 11.0),
        ("depth", 15.0),
        ("edge", 9.0),
        ("noise", walls(noise)),
    ];
    add(
        &mut island,
        "skerry",
        "floating_rock",
        Geometry::Point(middle),
        &numbers,
    );
    let grid = Ground::of(&island);
    let heart = VoxelPos {
        z: middle.voxel().z - 2,
        ..middle.voxel()
    };
    expect(grid.is_solid(heart), || "there is no rock".to_owned())?;
    let rock = flood(heart, |voxel| voxel.z < 94 && is_rock(grid.material(voxel)));
    let rough = if noise == Noise::Full { 5.0 } else { 0.0 };
    for voxel in rock {
        let (dx, dy) = (
            voxel.x as f32 + 0.5 - middle.x_m,
            voxel.y as f32 + 0.5 - middle.y_m,
        );
        let away = (dx * dx + dy * dy).sqrt();
        expect(away <= 11.0 + rough + 1.0, || {
            format!("{voxel:?} lies {away} m from the middle")
        })?;
        let depth = middle.z_m - voxel.z as f32;
        expect(depth <= 15.0 + rough + 1.5, || {
            format!("{voxel:?} hangs {depth} m deep")
        })?;
        let ground = grid.top(voxel.column());
        expect(voxel.z > ground + 2, || {
            format!("{voxel:?} touches the ground at {ground}")
        })?;
    }
    Ok(())
}

/// What is neither plant nor anything that one walks through.
fn is_rock(material: Material) -> bool {
    use Material::{Leaves, LightLeaves, Needles, PaleWood, WillowLeaves, Wood};
    let is_tree = matches!(
        material,
        Leaves | LightLeaves | Needles | PaleWood | WillowLeaves | Wood
    );
    material.is_solid() && !is_tree
}
