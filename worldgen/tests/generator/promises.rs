//! What designers may rely on, kind by kind: it holds without noise and with all noise that the schema
//! allows, whatever the seed (B26, D34).
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]

use std::sync::atomic::AtomicBool;

use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::marker;
use worldgen::surface::SurfaceGrid;

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
pub(crate) fn columns(island: Island, noise: Noise) -> SurfaceGrid {
    plan(&with_noise(island, noise))
        .preview(1, &AtomicBool::new(false))
        .unwrap()
}

/// The island with that much noise.
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

/// Height of the column that holds a place, in metres.
pub(crate) fn height_m(grid: &SurfaceGrid, x_m: f32, y_m: f32) -> f32 {
    let index = |metres: f32, first: i32| {
        let column = LocalPos::new(metres, 0.0, 0.0).voxel().x;
        usize::try_from(column - first).unwrap()
    };
    let (x, y) = (index(x_m, grid.first.x), index(y_m, grid.first.y));
    grid.heights[y * grid.width + x] as f32 / 256.0
}

/// Every place within a distance of a point, metre by metre, with the distance of its column's middle.
pub(crate) fn around(middle: LocalPos, radius: i32) -> impl Iterator<Item = (f32, f32, f32)> {
    (-radius..=radius)
        .flat_map(move |dy| (-radius..=radius).map(move |dx| (dx, dy)))
        .map(move |(dx, dy)| {
            let column = |metres: f32, offset: i32| metres.floor() + offset as f32 + 0.5;
            let (x, y) = (column(middle.x_m, dx), column(middle.y_m, dy));
            let away = ((x - middle.x_m).powi(2) + (y - middle.y_m).powi(2)).sqrt();
            (x, y, away)
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
    let moved = calm.heights.iter().zip(&noisy.heights);
    let moved = moved
        .filter(|(calm, noisy)| (**calm >= 0) != (**noisy >= 0))
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
    let pairs = before.heights.iter().zip(&after.heights);
    let moved = pairs.clone().filter(|(a, b)| (**a >= 0) != (**b >= 0)).count();
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
