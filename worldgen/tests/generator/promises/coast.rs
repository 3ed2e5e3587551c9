//! Promises of the kinds that make coasts.

use shared::attribute::AttributeValue;
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::Material;

use super::{
    EXACT_M, Ground, Noise, Trial, around, calmed, columns, expect, expect_height, ground, hold, place, sea,
};
use crate::fixture::{Draw, add, at};

pub(super) const PROMISES: &[(&str, Trial)] = &[
    ("land", land_keeps_its_coast),
    ("islet", islet_keeps_its_coast_and_its_height),
    ("lagoon", lagoon_is_sea),
    ("reef", reef_stays_under_water),
    ("beach", beach_is_flat_sand),
    ("cliff", cliff_stands_upright),
    ("harbour", harbour_is_deep_and_its_quay_level),
];

#[test]
fn coasts_keep_their_promises() {
    hold(PROMISES);
}

fn land_keeps_its_coast(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let island = ground(draw);
    let grid = columns(island.clone(), noise);
    around(at(0.0, 0.0, 0.0), 63).try_for_each(|(x, y, away)| {
        let is_land = grid.height_m(x, y) >= 0.0;
        // The radius is 52 m.
        let is_known = (away - 52.0).abs() > f32::from(noise.bend_m()) + EXACT_M;
        expect(!is_known || is_land == (away < 52.0), || {
            format!("land is {is_land} {away} m from the middle")
        })
    })?;
    keeps_its_coast(&island, noise)
}

/// Noise turns no land into sea, and no sea into land.
fn keeps_its_coast(island: &Island, noise: Noise) -> Result<(), String> {
    let (calm, noisy) = (
        Ground::of(&calmed(island.clone(), noise)),
        columns(island.clone(), noise),
    );
    let pairs = calm.heights().into_iter().zip(noisy.heights());
    let moved = pairs
        .filter(|(calm, noisy)| (*calm >= 0) != (*noisy >= 0))
        .count();
    expect(moved == 0, || {
        format!("{moved} columns changed between land and sea")
    })
}

fn islet_keeps_its_coast_and_its_height(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = sea(draw);
    let (middle, height_m) = (place(draw, (0.0, 0.0)), draw.between(2.0, 20.0));
    let radius_m = 14.0 + f64::from(noise.bend_m());
    let numbers = [("radius", radius_m), ("shore", 8.0), ("height", height_m.into())];
    add(&mut island, "rock", "islet", Geometry::Point(middle), &numbers);
    let grid = columns(island.clone(), noise);
    // Further in than the shore it is as high as drawn, but for the noise.
    around(middle, 5).try_for_each(|(x, y, _)| {
        expect_height("the top", grid.height_m(x, y), height_m, noise.most_m(height_m))
    })?;
    keeps_its_coast(&island, noise)
}

fn lagoon_is_sea(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let (middle, depth_m) = (place(draw, (0.0, 0.0)), draw.between(2.0, 10.0));
    let numbers = [("radius", 18.0), ("depth", depth_m.into())];
    add(&mut island, "bay", "lagoon", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    around(middle, 17 - i32::from(noise.bend_m())).try_for_each(|(x, y, away)| {
        let found = grid.height_m(x, y);
        // Within 12 m of its shore it may be as deep as the sea is there, up to 3 m. Bumps of the sea floor, which are no
        // marker's, begin 16 m from the shore.
        let has_rim = away > 6.0 || noise == Noise::Bent;
        let deepest_m = if has_rim { depth_m.max(3.01) } else { depth_m } + 0.15;
        let is_shallow = found >= -deepest_m - noise.most_m(deepest_m);
        expect(found < 0.0 && is_shallow, || {
            format!("{found} m, {away} m from the middle")
        })
    })
}

/// A coast that runs south to north, and what is drawn along it.
fn along_a_coast(draw: &mut Draw, kind: &str, numbers: &[(&str, f64)]) -> Island {
    let mut island = sea(draw);
    let west = [(-60.0, -60.0), (0.0, -60.0), (0.0, 60.0), (-60.0, 60.0)];
    let outline = west.map(|(x, y)| at(x, y, 0.0)).to_vec();
    let height = f64::from(draw.between(4.0, 20.0));
    let land = Geometry::Area(outline);
    let land = add(&mut island, "land", "land", land, &[("height", height)]);
    let sharp = AttributeValue::Choice("sharp".to_owned());
    land.attributes.insert("corners".to_owned(), sharp);
    let coast = Geometry::Path(vec![at(0.0, -24.0, 0.0), at(0.0, 24.0, 0.0)]);
    add(&mut island, "shore", kind, coast, numbers);
    island
}

fn beach_is_flat_sand(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let island = along_a_coast(draw, "beach", &[("width", 16.0), ("height", 2.0), ("palms", 0.0)]);
    let grid = columns(island, noise);
    for (inland, along) in (1..15).flat_map(|inland| (-16..16).map(move |along| (inland, along))) {
        let (x, y) = (0.5 - inland as f32, along as f32 + 0.5);
        let promised = (inland as f32 - 0.5) / 8.0;
        expect_height("the beach", grid.height_m(x, y), promised, 0.1)?;
        let soil = grid.soil(at(x, y, 0.0).voxel().column());
        expect(soil == Material::Sand, || format!("{soil:?} at ({x}, {y})"))?;
    }
    Ok(())
}

fn cliff_stands_upright(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let height_m = draw.between(12.0, 30.0);
    let numbers = [("height", height_m.into()), ("face", 3.0), ("overhang", 0.0)];
    let grid = columns(along_a_coast(draw, "cliff", &numbers), noise);
    // Gullies take up to 40 % of the height, noise its part of what is left; at the foot, 7 m deep, that is all.
    let left_m = if noise == Noise::None {
        height_m
    } else {
        0.6 * height_m
    };
    let (least_m, foot_m) = (left_m - noise.most_m(left_m), -6.95 + noise.most_m(6.95));
    (-16..16).try_for_each(|along| {
        let y = along as f32 + 0.5;
        let (foot, brow) = (grid.height_m(4.5, y), grid.height_m(-5.5, y));
        expect(foot < foot_m, || format!("{} m of water at the foot", -foot))?;
        expect(brow > least_m, || {
            format!("the brow is {brow} m high, not {height_m} m")
        })
    })
}

fn reef_stays_under_water(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = sea(draw);
    let middle = place(draw, (0.0, 0.0));
    let numbers = [("radius", 24.0), ("depth", 0.6), ("gaps", 0.0)];
    add(&mut island, "ring", "reef", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    let highest = grid.heights().into_iter().max().unwrap_or(0);
    if highest >= 0 {
        return Err(format!("it rises to {} m", highest as f32 / 256.0));
    }
    if noise == Noise::Bent {
        return Ok(());
    }
    let shallow = grid.height_m(middle.x_m + 24.0, middle.y_m);
    expect_height("the crest", shallow, -0.6, noise.most_m(0.6))
}

fn harbour_is_deep_and_its_quay_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (0.0, 0.0));
    let numbers = [("radius", 14.0), ("depth", 5.0), ("height", 1.5), ("quay", 5.0)];
    add(&mut island, "port", "harbour", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    around(middle, 12)
        .try_for_each(|(x, y, _)| expect_height("the basin", grid.height_m(x, y), -5.0, EXACT_M))?;
    around(middle, 18)
        .filter(|(.., away)| *away > 15.0)
        .try_for_each(|(x, y, _)| expect_height("the quay", grid.height_m(x, y), 1.5, EXACT_M))
}
