//! Promises of the zones: what grows and lies where.

use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::scatter::Species;
use worldgen::{Material, Plant};

use super::{Ground, Noise, Trial, columns, columns_around, expect, hold, place, sea};
use crate::fixture::{Draw, add, at};
use shared::coords::{LocalPos, VoxelPos};

pub(super) const PROMISES: &[(&str, Trial)] = &[
    ("forest", forest_has_trees_and_only_inside),
    ("meadow", meadow_is_open),
    ("snow", snow_covers_what_holds_it),
    ("ash", ash_burns_everything),
    ("clearing", clearing_is_free_and_green),
];

#[test]
fn zones_keep_their_promises() {
    hold(PROMISES);
}

/// How far a zone covers everything, its feather and bends left aside.
const RADIUS: f32 = 20.0;

/// How far from its middle a zone has an effect.
fn reach_m(noise: Noise) -> f32 {
    RADIUS + 2.0 * f32::from(noise.bend_m()) + 1.0
}

/// Low land on which everything grows, with a zone on it.
fn zone(draw: &mut Draw, noise: Noise, kind: &str, numbers: &[(&str, f64)]) -> (Island, LocalPos) {
    let mut island = sea(draw);
    let land = Geometry::Point(at(0.0, 0.0, 0.0));
    add(
        &mut island,
        "land",
        "land",
        land,
        &[("radius", 58.0), ("height", 6.0), ("shore", 12.0)],
    );
    let middle = place(draw, (0.0, 0.0));
    let place = [
        ("radius", f64::from(RADIUS) + f64::from(noise.bend_m())),
        ("feather", 4.0),
    ];
    let numbers: Vec<_> = place.into_iter().chain(numbers.iter().copied()).collect();
    add(&mut island, "zone", kind, Geometry::Point(middle), &numbers);
    (island, middle)
}

/// The trees and other plants of several voxels within a distance of a point.
fn plants(grid: &Ground, middle: LocalPos, within_m: f32) -> Vec<Plant> {
    let all = grid.all_tiles().flat_map(|tile| {
        let own = |plant: &Plant| plant.base.column().tile() == tile.pos;
        tile.plants.iter().copied().filter(own).collect::<Vec<_>>()
    });
    all.filter(|plant| away_m(plant, middle) < within_m).collect()
}

fn away_m(plant: &Plant, middle: LocalPos) -> f32 {
    let (dx, dy) = (
        plant.base.x as f32 + 0.5 - middle.x_m,
        plant.base.y as f32 + 0.5 - middle.y_m,
    );
    (dx * dx + dy * dy).sqrt()
}

fn is_living_tree(plant: &Plant) -> bool {
    use Species::{Beech, Birch, DwarfPalm, DwarfPine, Giant, Oak, Palm, Pine};
    use Species::{SnowBirch, SnowSpruce, Spruce, Willow};
    matches!(
        plant.species,
        Beech
            | Birch
            | DwarfPalm
            | DwarfPine
            | Giant
            | Oak
            | Palm
            | Pine
            | SnowBirch
            | SnowSpruce
            | Spruce
            | Willow
    )
}

/// Outside of its outline a zone changes no plant; inside there are trees, upright on dry ground.
fn forest_has_trees_and_only_inside(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let (island, middle) = zone(draw, noise, "forest", &[("density", 1.0)]);
    let mut bare = island.clone();
    bare.markers.retain(|_, marker| marker.kind != "forest");
    let (grid, bare) = (columns(island, noise), columns(bare, noise));
    let outside = |grid: &Ground| {
        let mut plants = plants(grid, middle, 1000.0);
        plants.retain(|plant| away_m(plant, middle) > reach_m(noise));
        plants
    };
    expect(outside(&grid) == outside(&bare), || {
        "plants outside have changed".to_owned()
    })?;
    let trees: Vec<Plant> = plants(&grid, middle, RADIUS)
        .into_iter()
        .filter(is_living_tree)
        .collect();
    for tree in &trees {
        let ground = grid.top(tree.base.column()) + 1;
        expect(tree.base.z == ground, || {
            format!("{tree:?} stands over ground at {ground}")
        })?;
        let wet = grid.water(tree.base.column()).is_some();
        expect(!wet, || format!("{tree:?} stands in water"))?;
    }
    // Rough ground may be too steep or too wet for trees; even ground never is.
    let is_even = |column| steepness(&grid, column) < 0.7 && grid.top(column) > 1;
    let even = columns_around(middle, 16)
        .filter(|(column, _)| is_even(*column))
        .count();
    // One in every second place for a tree, which is 25 m2.
    let least = even / 50;
    expect(trees.len() >= least, || {
        format!("{} trees on {even} m2 of even ground", trees.len())
    })
}

/// Also in the middle of a forest.
fn meadow_is_open(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let (mut island, middle) = zone(draw, noise, "meadow", &[("trees", 0.0)]);
    let forest = Geometry::Point(middle);
    add(
        &mut island,
        "wood",
        "forest",
        forest,
        &[("radius", 60.0), ("density", 1.0)],
    );
    let grid = columns(island, noise);
    let trees = plants(&grid, middle, RADIUS - 4.5);
    let tree = trees.iter().find(|plant| is_living_tree(plant));
    expect(tree.is_none(), || format!("{tree:?}"))?;
    let mut floor = columns_around(middle, 15).map(|(column, _)| grid.soil(column));
    let odd = floor.find(|soil| matches!(soil, Material::ForestFloor | Material::Moss));
    expect(odd.is_none(), || format!("{odd:?}"))
}

fn snow_covers_what_holds_it(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let (island, middle) = zone(draw, noise, "snow", &[("cover", 1.0)]);
    let grid = columns(island, noise);
    for (column, away) in columns_around(middle, 28) {
        let soil = grid.soil(column);
        if away > reach_m(noise) {
            expect(soil != Material::Snow, || {
                format!("snow {away} m from the middle")
            })?;
        } else if away < RADIUS - 4.0 && grid.water(column).is_none() && steepness(&grid, column) < 0.9 {
            expect(soil == Material::Snow, || {
                format!("{soil:?} {away} m from the middle")
            })?;
        }
    }
    Ok(())
}

fn ash_burns_everything(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let (mut island, middle) = zone(draw, noise, "ash", &[("cover", 1.0), ("dead_trees", 1.0)]);
    let forest = Geometry::Point(middle);
    add(
        &mut island,
        "wood",
        "forest",
        forest,
        &[("radius", 60.0), ("density", 1.0)],
    );
    let grid = columns(island, noise);
    for (column, away) in columns_around(middle, 15) {
        let soil = grid.soil(column);
        let burnt = matches!(soil, Material::Ash | Material::Basalt) || grid.water(column).is_some();
        expect(burnt, || format!("{soil:?} {away} m from the middle"))?;
    }
    let living = plants(&grid, middle, RADIUS - 4.5);
    let living = living.iter().find(|plant| is_living_tree(plant));
    expect(living.is_none(), || format!("{living:?}"))
}

/// Metres up or down to the steepest of the four columns beside one.
fn steepness(grid: &Ground, column: shared::coords::ColumnPos) -> f32 {
    let (x, y) = (column.x as f32 + 0.5, column.y as f32 + 0.5);
    let here = grid.height_m(x, y);
    let beside = [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    beside
        .map(|(dx, dy)| (grid.height_m(x + dx, y + dy) - here).abs())
        .into_iter()
        .fold(0.0, |steepest: f32, step| {
            steepest.max(step * std::f32::consts::SQRT_2)
        })
}

/// In the thickest forest nothing stands in it, and nothing that stands beside it hangs in the way; the grass stays.
fn clearing_is_free_and_green(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let (mut island, middle) = zone(draw, noise, "forest", &[("density", 1.0)]);
    let radius = 8;
    let clearing = Geometry::Point(middle);
    add(
        &mut island,
        "glade",
        "clearing",
        clearing,
        &[("radius", radius.into())],
    );
    let grid = columns(island, noise);
    let inside = plants(&grid, middle, radius as f32);
    expect(inside.is_empty(), || format!("{inside:?}"))?;
    columns_around(middle, radius).try_for_each(|(column, away)| {
        let top = grid.top(column);
        let voxel = |z: i32| VoxelPos::new(column.x, column.y, z);
        let found = (top + 1..=top + 4)
            .map(|z| grid.material(voxel(z)))
            .find(|it| it.is_solid());
        expect(found.is_none(), || format!("{found:?} {away} m from the middle"))?;
        let soil = grid.soil(column);
        expect(soil != Material::Cobble, || "it is paved".to_owned())
    })
}
