//! Plants stand on ground that bears them, hang together, and stay where they are when other zones change.

use std::collections::BTreeSet;

use shared::attribute::AttributeValue;
use shared::coords::{ColumnPos, VoxelPos};
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::scatter::Species;
use worldgen::{BakedIsland, Material, Plant};

use crate::fixture::{add, at, atoll, baked, island, varied};

/// One island with every zone.
fn zones() -> Island {
    let mut island = island("zones", 256);
    let land = Geometry::Point(at(0.0, 0.0, 0.0));
    add(
        &mut island,
        "land",
        "land",
        land,
        &[("radius", 110.0), ("height", 7.0)],
    );
    let strand = Geometry::Path(
        [(-60.0, -100.0), (0.0, -115.0), (60.0, -100.0)]
            .map(|(x, y)| at(x, y, 0.0))
            .to_vec(),
    );
    add(&mut island, "strand", "beach", strand, &[("palms", 1.0)]);
    for (kind, x, y) in [
        ("forest", -45.0, 45.0),
        ("meadow", 0.0, 0.0),
        ("swamp", 45.0, 45.0),
        ("snow", -60.0, -20.0),
        ("ash", 55.0, -25.0),
    ] {
        let place = Geometry::Point(at(x, y, 6.0));
        add(&mut island, kind, kind, place, &[("radius", 34.0)]);
    }
    let cold = Geometry::Point(at(-62.0, -15.0, 0.0));
    let dense = [("radius", 24.0), ("density", 1.0)];
    add(&mut island, "taiga", "forest", cold, &dense);
    island
}

/// Every plant of an island once, by the tile on which it stands.
fn plants(island: &BakedIsland) -> Vec<Plant> {
    let of_tile = island.tiles().iter().flat_map(|tile| {
        tile.plants
            .iter()
            .filter(|plant| plant.base.column().tile() == tile.pos)
            .copied()
    });
    of_tile.collect()
}

#[test]
fn every_species_of_the_land_grows_where_its_zone_is() {
    // Giants and logs are rare: they need a large wood.
    let mut wood = island("wood", 256);
    let middle = Geometry::Point(at(0.0, 0.0, 0.0));
    add(&mut wood, "land", "land", middle.clone(), &[("radius", 120.0)]);
    let dense = [("radius", 110.0), ("density", 1.0)];
    add(&mut wood, "wood", "forest", middle, &dense);
    let found: BTreeSet<Species> = [zones(), wood]
        .iter()
        .flat_map(|island| plants(&baked(island)))
        .map(|plant| plant.species)
        .collect();
    for species in Species::ALL {
        let under_water = matches!(species, Species::Coral | Species::FanCoral | Species::BrainCoral);
        assert!(
            under_water || found.contains(&species),
            "{species:?} of {found:?}"
        );
    }
}

/// The species of trees that grow on land of this height with such a zone, without the giants among them.
fn trees_of(kind: &str, choice: Option<&str>, height: f64) -> BTreeSet<Species> {
    use Species::{BasaltBoulder, Boulder, BrainCoral, Bush, Coral, Driftwood, FanCoral};
    use Species::{Giant, Log, MossyBoulder, SnowyBoulder};
    let mut island = island("several", 256);
    let middle = Geometry::Point(at(0.0, 0.0, 0.0));
    let land = [("radius", 115.0), ("height", height)];
    add(&mut island, "land", "land", middle.clone(), &land);
    add(
        &mut island,
        "wood",
        "forest",
        middle.clone(),
        &[("radius", 120.0), ("density", 0.8)],
    );
    if kind != "forest" {
        add(
            &mut island,
            "zone",
            kind,
            middle,
            &[("radius", 128.0), ("cover", 1.0)],
        );
    }
    for marker in island
        .markers
        .values_mut()
        .filter(|marker| marker.kind == "forest")
    {
        let trees = choice.map(|choice| AttributeValue::Choice(choice.to_owned()));
        marker
            .attributes
            .extend(trees.map(|trees| ("trees".into(), trees)));
    }
    let others = [
        BasaltBoulder,
        Boulder,
        BrainCoral,
        Bush,
        Coral,
        Driftwood,
        FanCoral,
        Giant,
        Log,
        MossyBoulder,
        SnowyBoulder,
    ];
    let species = plants(&baked(&island)).into_iter().map(|plant| plant.species);
    species.filter(|species| !others.contains(species)).collect()
}

#[test]
fn every_zone_with_trees_has_several_species() {
    use Species::{Beech, Birch, DeadTree, DwarfPalm, DwarfPine, Mangrove, Oak, Palm, Pine};
    use Species::{Snag, SnowBirch, SnowSpruce, Spruce, Willow};
    let check = |kind, choice, height, expected: &[Species]| {
        let expected: BTreeSet<Species> = expected.iter().copied().collect();
        assert_eq!(trees_of(kind, choice, height), expected, "{kind} {choice:?}");
    };
    check("forest", Some("mixed"), 12.0, &[Oak, Birch, Beech, Spruce, Pine]);
    check("forest", Some("broadleaf"), 12.0, &[Oak, Birch, Beech]);
    check("forest", Some("conifer"), 12.0, &[Spruce, Pine]);
    check("forest", Some("palm"), 12.0, &[Palm, DwarfPalm]);
    check("snow", None, 12.0, &[SnowSpruce, SnowBirch, DwarfPine]);
    check("ash", None, 12.0, &[DeadTree, Snag]);
    check("swamp", None, 4.0, &[Willow, Birch, Mangrove, DeadTree]);
}

#[test]
fn plants_stand_on_ground_that_bears_them() {
    for island in [varied(), atoll(), zones()] {
        let island = baked(&island);
        let plants = plants(&island);
        assert!(plants.len() > 20, "{} plants", plants.len());
        for plant in plants {
            let VoxelPos { x, y, z } = plant.base;
            assert_eq!(
                island.ground(ColumnPos::new(x, y)),
                Some(z),
                "{plant:?} floats or is buried"
            );
            let soil = island.material(VoxelPos::new(x, y, z - 1));
            let bears = match plant.species {
                Species::Oak | Species::Beech | Species::Giant | Species::Spruce | Species::Pine => {
                    matches!(soil, Material::Grass | Material::ForestFloor | Material::Moss)
                }
                Species::Palm | Species::DwarfPalm => {
                    matches!(soil, Material::Sand | Material::Grass | Material::ForestFloor)
                }
                Species::Driftwood => soil == Material::Sand,
                Species::SnowSpruce | Species::SnowBirch | Species::DwarfPine | Species::SnowyBoulder => {
                    soil == Material::Snow
                }
                _ => soil.is_solid(),
            };
            assert!(bears, "{plant:?} on {soil:?}");
            let (from, to) = plant.extent(&island.tiles()[0].shapes);
            let reach = [x - from.x, to.x - 1 - x, y - from.y, to.y - 1 - y];
            assert!(
                reach.into_iter().all(|reach| reach <= 5),
                "{plant:?} reaches {reach:?}"
            );
            assert!(to.z <= island.bounds().max().z && from.z >= z - 3, "{plant:?}");
        }
    }
}

#[test]
fn plants_are_at_least_three_columns_apart() {
    let plants = plants(&baked(&zones()));
    for (number, plant) in plants.iter().enumerate() {
        for other in &plants[..number] {
            let away = (plant.base.x - other.base.x)
                .abs()
                .max((plant.base.y - other.base.y).abs());
            assert!(away >= 3, "{plant:?} and {other:?}");
        }
    }
}

/// Every voxel of a plant hangs together with the ground over faces of its own voxels.
#[test]
fn plants_hang_together() {
    let mut shapes = BTreeSet::new();
    let island = baked(&zones());
    for plant in plants(&island) {
        if !shapes.insert((plant.species, plant.shape)) {
            continue;
        }
        let (from, to) = plant.extent(&island.tiles()[0].shapes);
        let mut loose = BTreeSet::new();
        for z in from.z..to.z {
            for y in from.y..to.y {
                for x in from.x..to.x {
                    if plant
                        .material(&island.tiles()[0].shapes, VoxelPos::new(x, y, z))
                        .is_some()
                    {
                        loose.insert((x, y, z));
                    }
                }
            }
        }
        assert!(!loose.is_empty(), "{plant:?}");
        let mut open: Vec<_> = loose
            .iter()
            .copied()
            .filter(|(.., z)| *z <= plant.base.z)
            .collect();
        assert!(!open.is_empty(), "{plant:?} touches no ground");
        while let Some((x, y, z)) = open.pop() {
            if loose.remove(&(x, y, z)) {
                open.extend([
                    (x - 1, y, z),
                    (x + 1, y, z),
                    (x, y - 1, z),
                    (x, y + 1, z),
                    (x, y, z - 1),
                    (x, y, z + 1),
                ]);
            }
        }
        assert!(loose.is_empty(), "{plant:?}: {loose:?}");
    }
    assert!(shapes.len() > 100, "{}", shapes.len());
}

#[test]
fn a_thinner_forest_is_a_part_of_the_dense_one() {
    let before = zones();
    let mut after = before.clone();
    let forest = after
        .markers
        .values_mut()
        .find(|marker| marker.kind == "forest")
        .unwrap();
    forest
        .attributes
        .insert("density".into(), AttributeValue::Number(0.2));
    let (dense, thin) = (plants(&baked(&before)), plants(&baked(&after)));
    let trees = |plants: &[Plant]| -> BTreeSet<VoxelPos> {
        let trees = plants.iter().filter(|plant| {
            matches!(
                plant.species,
                Species::Oak
                    | Species::Birch
                    | Species::Beech
                    | Species::Spruce
                    | Species::Pine
                    | Species::Giant
            )
        });
        trees.map(|plant| plant.base).collect()
    };
    let (dense_trees, thin_trees) = (trees(&dense), trees(&thin));
    assert!(
        thin_trees.is_subset(&dense_trees),
        "a thinner forest is a part of the dense one"
    );
    assert!(
        thin_trees.len() * 3 < dense_trees.len() * 2,
        "{} of {}",
        thin_trees.len(),
        dense_trees.len()
    );
}

/// Whatever is done to a zone, and whatever the seed: beyond its reach nothing that grows is another.
#[test]
fn editing_any_zone_moves_no_plant_elsewhere() {
    let of_kinds = [
        ("forest", ("density", 0.1)),
        ("meadow", ("trees", 1.0)),
        ("swamp", ("density", 1.0)),
        ("snow", ("cover", 0.1)),
        ("ash", ("dead_trees", 1.0)),
    ];
    for (seed, (kind, own)) in (0..4).flat_map(|seed| of_kinds.map(|of_kind| (seed, of_kind))) {
        let mut before = zones();
        before.id.0 = shared::ids::Id::from_random(seed);
        let zone = before
            .markers
            .values()
            .find(|marker| marker.kind == kind)
            .unwrap()
            .clone();
        // Its slopes and bends, and the columns beside those that it changes.
        let edge_m = if kind == "swamp" { 18.0 } else { 0.0 };
        let reach_m = 34.0 + edge_m + 8.0 + 2.0;
        let middle = zone.geometry.anchor();
        let far = |plants: &[Plant]| -> Vec<Plant> {
            let away_m = |plant: &Plant| {
                let (x, y) = (plant.base.x as f32 + 0.5, plant.base.y as f32 + 0.5);
                let (east, north) = (x - middle.x_m, y - middle.y_m);
                (east * east + north * north).sqrt()
            };
            plants
                .iter()
                .filter(|plant| away_m(plant) > reach_m)
                .copied()
                .collect()
        };
        let old = plants(&baked(&before));
        assert!(far(&old).len() > 100, "{} plants", far(&old).len());
        for change in [Some(own), Some(("radius", 12.0)), None] {
            let mut after = before.clone();
            after.markers.remove(&zone.id);
            if let Some((key, value)) = change {
                let mut zone = zone.clone();
                zone.attributes
                    .insert(key.to_owned(), AttributeValue::Number(value));
                after.markers.insert(zone.id, zone);
            }
            let new = plants(&baked(&after));
            assert_ne!(old, new, "{kind} {change:?}, seed {seed}: nothing has changed");
            assert_eq!(far(&old), far(&new), "{kind} {change:?}, seed {seed}");
        }
    }
}

#[test]
fn both_sides_of_a_border_know_its_plants() {
    let island = baked(&zones());
    let mut crossing = 0;
    for tile in island.tiles() {
        for plant in &tile.plants {
            let (from, to) = plant.extent(&island.tiles()[0].shapes);
            for (x, y) in [
                (from.x, from.y),
                (to.x - 1, from.y),
                (from.x, to.y - 1),
                (to.x - 1, to.y - 1),
            ] {
                let neighbour = ColumnPos::new(x, y).tile();
                let Some(other) = island.tile(neighbour) else {
                    continue;
                };
                assert!(other.plants.contains(plant), "{plant:?} unknown to {neighbour:?}");
                crossing += usize::from(neighbour != tile.pos);
            }
        }
    }
    assert!(crossing > 10, "{crossing}");
}

#[test]
fn every_voxel_of_a_plant_belongs_to_a_known_one() {
    let island = baked(&zones());
    let (mut large, mut low) = (0, 0);
    for (pos, chunk) in island.chunks() {
        let tile = island.tile(pos.tile()).unwrap();
        let first = pos.first_voxel();
        for (index, number) in chunk.numbers().iter().enumerate() {
            let material = Material::from_number(*number).unwrap();
            let offset = |shift: u32| i32::try_from(index >> shift & 31).unwrap();
            let voxel = VoxelPos::new(first.x + offset(0), first.y + offset(5), first.z + offset(10));
            let column = voxel.column().index_in_tile();
            if material.is_plant() {
                assert_eq!(tile.low_plants[column], material, "{voxel:?}");
                let below = island.material(VoxelPos {
                    z: voxel.z - 1,
                    ..voxel
                });
                assert!(
                    below == material || below.is_solid() || below == Material::Water,
                    "{voxel:?} over {below:?}"
                );
                low += 1;
            } else if voxel.z > tile.top_voxel(column) && material.is_solid() && material != Material::Ice {
                let owner = tile
                    .plants
                    .iter()
                    .any(|plant| plant.material(&tile.shapes, voxel) == Some(material));
                assert!(owner, "{voxel:?}: {material:?}");
                large += 1;
            }
        }
    }
    assert!(large > 5_000 && low > 1_000, "{large} and {low}");
}
