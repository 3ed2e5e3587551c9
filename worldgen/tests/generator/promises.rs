//! What designers may rely on, kind by kind: it holds without noise and with all noise that the schema
//! allows, whatever the seed (B26, D34).

use std::collections::BTreeMap;

use shared::attribute::AttributeValue;
use shared::coords::{LocalPos, TilePos};
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::surface::SurfaceTile;
use worldgen::{SimdLevel, marker};

use crate::fixture::{Draw, add, at, island, plan};

const SEEDS: u64 = 100;
/// Edge of the islands in metres.
const EDGE: i32 = 128;
/// Half of 1/256 m, by which quantised heights may differ from drawn ones, and what single floats add.
const EXACT_M: f32 = 0.01;

/// The kinds that promise something, each with a trial of it. A trial draws an island of its own and says
/// what the kind then did not keep.
const PROMISES: &[(&str, Trial)] = &[
    ("land", land_keeps_its_coast),
    ("peak", peak_reaches_its_height),
    ("ridge", ridge_keeps_its_crest),
    ("plateau", plateau_is_level),
    ("valley", valley_is_cut_to_its_floor),
    ("volcano", volcano_keeps_rim_and_floor),
    ("crater", crater_keeps_its_floor),
    ("dyke", dyke_is_level),
    ("reef", reef_stays_under_water),
    ("harbour", harbour_is_deep_and_its_quay_level),
    ("noise_region", noise_region_spares_what_is_promised),
    ("pad", pad_is_level),
    ("road", road_has_the_height_that_was_drawn),
    ("path", path_is_no_steeper_than_allowed),
    ("stamp", stamp_replaces_the_ground),
    ("swamp", swamp_holds_its_water),
    ("lake", crate::water::lake_lies_level),
    ("river", crate::water::river_follows_its_line_down),
    ("stream", crate::water::stream_follows_its_line_down),
    ("erosion", erosion_keeps_the_coast_and_its_depth),
];

type Trial = fn(&mut Draw, Noise) -> Result<(), String>;

/// How much noise a trial has.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Noise {
    /// All strengths are 0.
    None,
    /// The noise of the ground has the greatest strength; outlines stay as drawn, so that places can be
    /// told beforehand.
    Full,
}

#[test]
fn promises_hold() {
    for (kind, trial) in PROMISES {
        assert!(marker::schema().markers.contains_key(*kind), "{kind}");
        for seed in 0..SEEDS {
            for noise in [Noise::None, Noise::Full] {
                if let Err(broken) = trial(&mut Draw(seed), noise) {
                    panic!("{kind}, seed {seed}, noise {noise:?}: {broken}");
                }
            }
        }
    }
}

/// Rough land that fills most of the island, under an id that differs from draw to draw.
pub(crate) fn ground(draw: &mut Draw) -> Island {
    let mut island = island("promise", EDGE);
    island.id.0 = shared::ids::Id::from_random(draw.bits());
    let land = Geometry::Point(at(0.0, 0.0, 0.0));
    let height = f64::from(draw.between(4.0, 20.0));
    add(
        &mut island,
        "land",
        "land",
        land,
        &[("radius", 52.0), ("height", height)],
    );
    island
}

/// A random corner within the land, at a height between two.
pub(crate) fn place(draw: &mut Draw, (low_m, high_m): (f32, f32)) -> LocalPos {
    at(
        draw.between(-20.0, 20.0),
        draw.between(-20.0, 20.0),
        draw.between(low_m, high_m),
    )
}

/// The island's columns with that much noise.
pub(crate) fn columns(island: Island, noise: Noise) -> Ground {
    surface(&with_noise(island, noise))
}

fn surface(island: &Island) -> Ground {
    let plan = plan(island);
    let tiles = island.bounds.tiles();
    Ground(
        tiles
            .map(|tile| (tile, plan.surface(tile, SimdLevel::detect())))
            .collect(),
    )
}

/// The island with that much noise in all of its markers.
pub(crate) fn with_noise(mut island: Island, noise: Noise) -> Island {
    for marker in island.markers.values_mut() {
        let strength = if noise == Noise::Full { 32.0 } else { 0.0 };
        for (key, strength) in [("noise", strength), ("outline_noise", 0.0)] {
            marker
                .attributes
                .insert(key.to_owned(), AttributeValue::Number(strength));
        }
    }
    island
}

/// All columns of an island.
pub(crate) struct Ground(BTreeMap<TilePos, SurfaceTile>);

/// Height of the column that holds a place, in metres.
pub(crate) fn height_m(ground: &Ground, x_m: f32, y_m: f32) -> f32 {
    let column = LocalPos::new(x_m, y_m, 0.0).voxel().column();
    ground.0[&column.tile()].heights[column.index_in_tile()] as f32 / 256.0
}

impl Ground {
    fn heights(&self) -> impl Iterator<Item = i32> + Clone {
        self.0.values().flat_map(|tile| tile.heights)
    }
}

/// Every place within a distance of a point, metre by metre, with the distance of its column's middle.
pub(crate) fn around(middle: LocalPos, radius: i32) -> impl Iterator<Item = (f32, f32, f32)> {
    (-radius..=radius)
        .flat_map(move |dy| (-radius..=radius).map(move |dx| (dx, dy)))
        .map(move |(dx, dy)| {
            let column = |metres: f32, offset: i32| metres.floor() + offset as f32 + 0.5;
            let (x, y) = (column(middle.x_m, dx), column(middle.y_m, dy));
            let (east, north) = (x - middle.x_m, y - middle.y_m);
            (x, y, (east * east + north * north).sqrt())
        })
        .filter(move |(.., away)| *away <= radius as f32)
}

/// `Ok` when a height is that which was promised.
pub(crate) fn expect_height(what: &str, found_m: f32, promised_m: f32, by_m: f32) -> Result<(), String> {
    if (found_m - promised_m).abs() <= by_m {
        Ok(())
    } else {
        Err(format!("{what} is {found_m} m high, not {promised_m} m"))
    }
}

fn land_keeps_its_coast(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let island = ground(draw);
    let (calm, noisy) = (columns(island.clone(), Noise::None), columns(island, noise));
    let moved = calm.heights().zip(noisy.heights());
    let moved = moved
        .filter(|(calm, noisy)| (*calm >= 0) != (*noisy >= 0))
        .count();
    if moved == 0 {
        Ok(())
    } else {
        Err(format!("{moved} columns changed between land and sea"))
    }
}

fn peak_reaches_its_height(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let summit = place(draw, (30.0, 80.0)).on_a_column();
    add(
        &mut island,
        "peak",
        "peak",
        Geometry::Point(summit),
        &[("radius", 44.0)],
    );
    let found = height_m(&columns(island, noise), summit.x_m, summit.y_m);
    expect_height("the summit", found, summit.z_m, EXACT_M)
}

fn ridge_keeps_its_crest(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let from = place(draw, (30.0, 60.0)).on_a_column();
    let z = from.z_m;
    let to = at(from.x_m + 20.0, from.y_m, z);
    add(
        &mut island,
        "ridge",
        "ridge",
        Geometry::Path(vec![from, to]),
        &[("radius", 30.0)],
    );
    let grid = columns(island, noise);
    (0..=20).try_for_each(|along| {
        let found = height_m(&grid, from.x_m + along as f32, from.y_m);
        expect_height("the crest", found, z, EXACT_M)
    })
}

fn plateau_is_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    // Its own noise is what the designer asks for; that of the land below it must not show.
    let mut island = ground(draw);
    let middle = place(draw, (3.0, 40.0));
    add(
        &mut island,
        "plateau",
        "plateau",
        Geometry::Point(middle),
        &[("radius", 15.0)],
    );
    let grid = columns(island, noise);
    let allowed = if noise == Noise::Full { 32.0 } else { EXACT_M };
    around(middle, 15)
        .try_for_each(|(x, y, _)| expect_height("the plateau", height_m(&grid, x, y), middle.z_m, allowed))
}

fn valley_is_cut_to_its_floor(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (2.0, 2.0));
    add(
        &mut island,
        "valley",
        "valley",
        Geometry::Point(middle),
        &[("radius", 8.0), ("noise_scale", 512.0)],
    );
    let grid = columns(island, noise);
    let highest = around(middle, 8)
        .map(|(x, y, _)| height_m(&grid, x, y))
        .fold(f32::MIN, f32::max);
    // Noise is at most as strong as the ground is high, and the floor is rounded where ground is near it.
    let allowed = if noise == Noise::Full { 2.0 * 2.0 } else { 2.0 } + 1.6;
    if highest <= allowed {
        Ok(())
    } else {
        Err(format!("the floor rises to {highest} m"))
    }
}

fn volcano_keeps_rim_and_floor(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (40.0, 80.0)).on_a_column();
    let numbers = [("radius", 44.0), ("crater", 12.0), ("depth", 9.0)];
    add(&mut island, "fire", "volcano", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    expect_height(
        "the floor",
        height_m(&grid, middle.x_m, middle.y_m),
        middle.z_m - 9.0,
        EXACT_M,
    )?;
    let rim = around(middle, 13).filter(|(.., away)| (11.7..12.2).contains(away));
    for (x, y, _) in rim {
        expect_height("the rim", height_m(&grid, x, y), middle.z_m, 2.5)?;
    }
    Ok(())
}

fn crater_keeps_its_floor(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (14.0, 30.0)).on_a_column();
    let numbers = [("radius", 20.0), ("wall", 12.0), ("depth", 8.0)];
    add(&mut island, "bowl", "crater", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    around(middle, 7).try_for_each(|(x, y, _)| {
        expect_height("the floor", height_m(&grid, x, y), middle.z_m - 8.0, EXACT_M)
    })
}

fn dyke_is_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    // Higher than any land that noise makes.
    let from = place(draw, (55.0, 60.0)).on_a_column();
    let to = at(from.x_m + 25.0, from.y_m, from.z_m);
    add(
        &mut island,
        "bank",
        "dyke",
        Geometry::Path(vec![from, to]),
        &[("width", 4.0)],
    );
    let grid = columns(island, noise);
    (0..=25).try_for_each(|along| {
        let found = height_m(&grid, from.x_m + along as f32, from.y_m + 1.0);
        expect_height("the top", found, from.z_m, EXACT_M)
    })
}

fn reef_stays_under_water(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = island("reef", EDGE);
    island.id.0 = shared::ids::Id::from_random(draw.bits());
    let middle = place(draw, (0.0, 0.0));
    let numbers = [("radius", 24.0), ("depth", 0.6), ("gaps", 0.0)];
    add(&mut island, "ring", "reef", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    let highest = grid.heights().max().unwrap_or(0);
    if highest >= 0 {
        return Err(format!("it rises to {} m", highest as f32 / 256.0));
    }
    let shallow = height_m(&grid, middle.x_m + 24.0, middle.y_m);
    let allowed = if noise == Noise::Full { 0.6 } else { EXACT_M };
    expect_height("the crest", shallow, -0.6, allowed)
}

fn harbour_is_deep_and_its_quay_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (0.0, 0.0));
    let numbers = [("radius", 14.0), ("depth", 5.0), ("height", 1.5), ("quay", 5.0)];
    add(&mut island, "port", "harbour", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    around(middle, 12)
        .try_for_each(|(x, y, _)| expect_height("the basin", height_m(&grid, x, y), -5.0, EXACT_M))?;
    around(middle, 18)
        .filter(|(.., away)| *away > 15.0)
        .try_for_each(|(x, y, _)| expect_height("the quay", height_m(&grid, x, y), 1.5, EXACT_M))
}

fn noise_region_spares_what_is_promised(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (10.0, 40.0));
    add(
        &mut island,
        "wild",
        "noise_region",
        Geometry::Point(middle),
        &[("radius", 40.0)],
    );
    let mut island = with_noise(island, noise);
    // The plateau is added last because its own noise is what its designer asks for.
    let numbers = [("radius", 12.0), ("outline_noise", 0.0)];
    add(&mut island, "flat", "plateau", Geometry::Point(middle), &numbers);
    let grid = surface(&island);
    around(middle, 12)
        .try_for_each(|(x, y, _)| expect_height("the plateau", height_m(&grid, x, y), middle.z_m, EXACT_M))
}

fn pad_is_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (2.0, 30.0));
    let follows_ground = draw.below(2) == 0;
    let pad = add(
        &mut island,
        "floor",
        "pad",
        Geometry::Point(middle),
        &[("radius", 7.0)],
    );
    if !follows_ground {
        let drawn = AttributeValue::Choice("drawn".to_owned());
        pad.attributes.insert("level".to_owned(), drawn);
    }
    let grid = columns(island, noise);
    let level = if follows_ground {
        height_m(&grid, middle.x_m, middle.y_m)
    } else {
        middle.z_m
    };
    around(middle, 7)
        .try_for_each(|(x, y, _)| expect_height("the pad", height_m(&grid, x, y), level, EXACT_M))
}

fn road_has_the_height_that_was_drawn(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let from = place(draw, (6.0, 12.0)).on_a_column();
    let to = at(from.x_m + 24.0, from.y_m, from.z_m + 3.0);
    let road = add(
        &mut island,
        "way",
        "road",
        Geometry::Path(vec![from, to]),
        &[("width", 4.0)],
    );
    let drawn = AttributeValue::Choice("drawn".to_owned());
    road.attributes.insert("level".to_owned(), drawn);
    let grid = columns(island, noise);
    (2..=22).try_for_each(|along| {
        let found = height_m(&grid, from.x_m + along as f32, from.y_m + 1.0);
        expect_height("the road", found, from.z_m + along as f32 / 8.0, 0.2)
    })
}

fn path_is_no_steeper_than_allowed(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let from = place(draw, (0.0, 0.0)).on_a_column();
    let to = at(from.x_m + 25.0, from.y_m, 0.0);
    let line = Geometry::Path(vec![from, to]);
    add(
        &mut island,
        "way",
        "path",
        line,
        &[("width", 3.0), ("slope", 0.25)],
    );
    let grid = columns(island, noise);
    (1..=25).try_for_each(|along| {
        let height = |along: i32| height_m(&grid, from.x_m + along as f32, from.y_m);
        let rise = (height(along) - height(along - 1)).abs();
        if rise <= 0.27 {
            Ok(())
        } else {
            Err(format!("it rises by {rise} m over one"))
        }
    })
}

fn swamp_holds_its_water(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = at(
        draw.between(-6.0, 6.0),
        draw.between(-6.0, 6.0),
        draw.between(2.0, 4.0),
    );
    let pools = f64::from(draw.between(0.0, 1.0));
    add(
        &mut island,
        "swamp",
        "swamp",
        Geometry::Point(middle),
        &[("radius", 12.0), ("pools", pools), ("depth", 1.5)],
    );
    let grid = columns(island, noise);
    around(middle, 12).try_for_each(|(x, y, away)| {
        let above_water_m = height_m(&grid, x, y) - middle.z_m;
        // Pools end before the rim: what lies above the water at all holds it.
        let allowed = if away > 11.0 { 0.1..0.65 } else { -1.55..0.65 };
        if allowed.contains(&above_water_m) {
            Ok(())
        } else {
            Err(format!(
                "{above_water_m} m above the water, {away} m from the middle"
            ))
        }
    })
}

fn stamp_replaces_the_ground(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (5.0, 30.0)).on_a_column();
    let numbers = [("width", 33.0), ("height", 20.0), ("feather", 2.0)];
    let stamp = add(&mut island, "hill", "stamp", Geometry::Point(middle), &numbers);
    let replace = AttributeValue::Choice("replace".to_owned());
    stamp.attributes.insert("blend".to_owned(), replace);
    let grid = columns(island, noise);
    // One sample per metre, the highest in the middle.
    (0..8).try_for_each(|away| {
        let found = height_m(&grid, middle.x_m, middle.y_m + away as f32);
        let promised = middle.z_m + 20.0 * (16 - away) as f32 * 4095.0 / 65535.0;
        expect_height("the hill", found, promised, EXACT_M)
    })
}

fn erosion_keeps_the_coast_and_its_depth(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let before = columns(island.clone(), noise);
    let whole = Geometry::Point(at(0.0, 0.0, 0.0));
    add(
        &mut island,
        "worn",
        "erosion",
        whole,
        &[("radius", 60.0), ("strength", 1.0)],
    );
    let after = columns(island, noise);
    let pairs = before.heights().zip(after.heights());
    let moved = pairs.clone().filter(|(a, b)| (*a >= 0) != (*b >= 0)).count();
    let deepest = pairs.map(|(a, b)| a - b).max().unwrap_or(0);
    if moved > 0 {
        Err(format!("{moved} columns changed between land and sea"))
    } else if deepest > 16 * 256 {
        Err(format!("the ground is lowered by {deepest}/256 m"))
    } else {
        Ok(())
    }
}

trait OnAColumn {
    /// The middle of the column that holds the place.
    fn on_a_column(self) -> Self;
}

impl OnAColumn for LocalPos {
    fn on_a_column(self) -> Self {
        at(self.x_m.floor() + 0.5, self.y_m.floor() + 0.5, self.z_m)
    }
}
