//! Promises of the kinds that shape the land.

use shared::attribute::AttributeValue;
use shared::geometry::Geometry;
use worldgen::Material;

use super::{
    EXACT_M, Ground, Noise, OnAColumn, Trial, around, calmed, columns, expect, expect_height, ground, hold,
    place, with_noise,
};
use crate::fixture::{Draw, add, at};

pub(super) const PROMISES: &[(&str, Trial)] = &[
    ("peak", peak_reaches_its_height),
    ("ridge", ridge_keeps_its_crest),
    ("plateau", plateau_is_level),
    ("valley", valley_is_cut_to_its_floor),
    ("volcano", volcano_keeps_rim_and_floor),
    ("crater", crater_keeps_its_floor),
    ("dune", dune_is_as_high_as_drawn_and_of_sand),
    ("terrace", terrace_has_treads_at_its_heights),
    ("pass", pass_is_as_high_as_its_line),
    ("noise_region", noise_region_spares_what_is_promised),
    ("stamp", stamp_replaces_the_ground),
    ("erosion", erosion_keeps_the_coast_and_its_depth),
    ("erosion", erosion_spares_crests_pads_and_ways),
];

#[test]
fn relief_keeps_its_promises() {
    hold(PROMISES);
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
    let found = columns(island, noise).height_m(summit.x_m, summit.y_m);
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
        let (x, y) = (from.x_m + along as f32, from.y_m);
        if noise == Noise::Bent {
            // It is beside the line, at most half a column's diagonal from the middle of one.
            let beside = around(at(x, y, z), i32::from(noise.bend_m()) + 1);
            let highest = beside
                .map(|(x, y, _)| grid.height_m(x, y))
                .fold(f32::MIN, f32::max);
            return expect(highest >= z - 0.5, || {
                format!("no crest within reach of the line: {highest} m")
            });
        }
        expect_height("the crest", grid.height_m(x, y), z, EXACT_M)
    })
}

fn plateau_is_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (3.0, 40.0));
    let numbers = [("radius", 15.0 + f64::from(noise.bend_m()))];
    add(
        &mut island,
        "plateau",
        "plateau",
        Geometry::Point(middle),
        &numbers,
    );
    let rough = with_noise(island, noise);
    // Its own noise is what the designer asks for; that of the land below it must not show.
    let mut smooth = rough.clone();
    let plateau = smooth
        .markers
        .values_mut()
        .find(|marker| marker.kind == "plateau");
    let own = plateau
        .and_then(|plateau| plateau.attributes.get_mut("noise"))
        .ok_or("no plateau")?;
    *own = AttributeValue::Number(0.0);
    for (island, allowed) in [(rough, noise.most_m(middle.z_m)), (smooth, EXACT_M)] {
        let grid = Ground::of(&island);
        around(middle, 15).try_for_each(|(x, y, _)| {
            expect_height("the plateau", grid.height_m(x, y), middle.z_m, allowed)
        })?;
    }
    Ok(())
}

fn valley_is_cut_to_its_floor(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (2.0, 2.0));
    add(
        &mut island,
        "valley",
        "valley",
        Geometry::Point(middle),
        &[
            ("radius", 8.0 + f64::from(noise.bend_m())),
            ("noise_scale", 512.0),
        ],
    );
    let grid = columns(island, noise);
    let highest = around(middle, 8)
        .map(|(x, y, _)| grid.height_m(x, y))
        .fold(f32::MIN, f32::max);
    // Where ground is hardly higher than the floor it is rounded down, never up.
    if highest <= middle.z_m + noise.most_m(middle.z_m) {
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
        grid.height_m(middle.x_m, middle.y_m),
        middle.z_m - 9.0,
        EXACT_M,
    )?;
    if noise == Noise::Bent {
        return Ok(());
    }
    // 0.2 m outside of it the cone has lost 1 % of its height, and 3 % of the noise works.
    let allowed = 0.01 * middle.z_m + 0.03 * noise.strength_m();
    let mut rim = around(middle, 13).filter(|(.., away)| (11.7..12.2).contains(away));
    rim.try_for_each(|(x, y, _)| expect_height("the rim", grid.height_m(x, y), middle.z_m, allowed))
}

fn crater_keeps_its_floor(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (14.0, 30.0)).on_a_column();
    let radius_m = 20.0 + f64::from(noise.bend_m());
    let numbers = [("radius", radius_m), ("wall", 12.0), ("depth", 8.0)];
    add(&mut island, "bowl", "crater", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    around(middle, 7)
        .try_for_each(|(x, y, _)| expect_height("the floor", grid.height_m(x, y), middle.z_m - 8.0, EXACT_M))
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
    let grid = Ground::of(&island);
    around(middle, 12)
        .try_for_each(|(x, y, _)| expect_height("the plateau", grid.height_m(x, y), middle.z_m, EXACT_M))
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
        let found = grid.height_m(middle.x_m, middle.y_m + away as f32);
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
    let pairs: Vec<_> = before.heights().into_iter().zip(after.heights()).collect();
    let moved = pairs.iter().filter(|(a, b)| (*a >= 0) != (*b >= 0)).count();
    let deepest = pairs.iter().map(|(a, b)| a - b).max().unwrap_or(0);
    if moved > 0 {
        Err(format!("{moved} columns changed between land and sea"))
    } else if deepest > 16 * 256 {
        Err(format!("the ground is lowered by {deepest}/256 m"))
    } else {
        Ok(())
    }
}

fn erosion_spares_crests_pads_and_ways(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let crest = [at(-24.5, 12.5, 40.0), at(24.5, 12.5, 40.0)];
    let ridge = Geometry::Path(crest.to_vec());
    add(&mut island, "ridge", "ridge", ridge, &[("radius", 30.0)]);
    let pad = at(draw.between(-20.0, -8.0), draw.between(-24.0, -16.0), 0.0);
    add(
        &mut island,
        "pad",
        "pad",
        Geometry::Point(pad),
        &[("radius", 5.0)],
    );
    let start = at(draw.between(4.0, 12.0), draw.between(-30.0, -20.0), 0.0).on_a_column();
    let way = Geometry::Path(vec![start, at(start.x_m + 16.0, start.y_m, 0.0)]);
    add(&mut island, "way", "path", way, &[("width", 2.0)]);
    let before = columns(island.clone(), noise);
    let whole = Geometry::Point(at(0.0, 0.0, 0.0));
    let hard = [
        ("radius", 64.0),
        ("strength", 1.0),
        ("age", 24.0),
        ("depth", 48.0),
    ];
    add(&mut island, "worn", "erosion", whole, &hard);
    let after = columns(island, noise);
    let is_worn = before
        .heights()
        .iter()
        .zip(after.heights())
        .any(|(a, b)| *a - b > 256);
    expect(is_worn, || "nothing is worn".to_owned())?;
    let same = |what: &str, x: f32, y: f32, most_m: f32| {
        expect_height(what, after.height_m(x, y), before.height_m(x, y), most_m)
    };
    around(pad, 5).try_for_each(|(x, y, _)| same("the pad", x, y, EXACT_M))?;
    (0..=16).try_for_each(|along| same("the path", start.x_m + along as f32, start.y_m, EXACT_M))?;
    (0..=49).try_for_each(|along| same("the crest", crest[0].x_m + along as f32, crest[0].y_m, 0.5))
}

fn dune_is_as_high_as_drawn_and_of_sand(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let (middle, height_m) = (place(draw, (0.0, 0.0)), draw.between(2.0, 9.0));
    let flat = Ground::of(&calmed(island.clone(), noise));
    let wind = f64::from(draw.between(0.0, 360.0));
    let numbers = [
        ("radius", 20.0),
        ("edge", 8.0),
        ("height", height_m.into()),
        ("spacing", 16.0),
        ("waviness", 0.0),
        ("wind", wind),
    ];
    add(&mut island, "sand", "dune", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    let mut highest_m = 0.0_f32;
    for (x, y, _) in around(middle, 18) {
        let over_m = grid.height_m(x, y) - flat.height_m(x, y);
        // A tenth of the noise of the land below is left.
        let most_m = height_m + if noise == Noise::Full { 3.3 } else { EXACT_M };
        expect((height_m - most_m..=most_m).contains(&over_m), || {
            format!("{over_m} m over the ground")
        })?;
        highest_m = highest_m.max(over_m);
        let soil = grid.soil(at(x, y, 0.0).voxel().column());
        expect(soil == Material::Sand, || format!("{soil:?} at ({x}, {y})"))?;
    }
    let least_m = if noise == Noise::Full { 0.5 } else { 0.9 } * height_m;
    expect(highest_m >= least_m, || {
        format!("crests of {highest_m} m, not {height_m} m")
    })
}

fn terrace_has_treads_at_its_heights(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (8.0, 14.0));
    let summit = at(middle.x_m, middle.y_m, 60.0);
    add(
        &mut island,
        "hill",
        "peak",
        Geometry::Point(summit),
        &[("radius", 60.0)],
    );
    let radius_m = 24.0 + f64::from(noise.bend_m());
    let numbers = [("radius", radius_m), ("step", 5.0), ("riser", 0.3)];
    add(&mut island, "steps", "terrace", Geometry::Point(middle), &numbers);
    let grid = columns(island, noise);
    let (mut level, mut all) = (0, 0);
    for (x, y, _) in around(middle, 22) {
        let steps = (grid.height_m(x, y) - middle.z_m) / 5.0;
        level += i32::from((steps - steps.round()).abs() * 5.0 <= EXACT_M);
        all += 1;
    }
    expect(level * 2 >= all, || format!("{level} of {all} columns are level"))
}

fn pass_is_as_high_as_its_line(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let from = place(draw, (22.0, 30.0)).on_a_column();
    let to = at(from.x_m + 30.0, from.y_m, from.z_m + draw.between(-6.0, 6.0));
    let crest = [-40.0, 40.0]
        .map(|north| at(from.x_m + 15.0, from.y_m + north, 75.0))
        .to_vec();
    add(
        &mut island,
        "range",
        "ridge",
        Geometry::Path(crest),
        &[("radius", 50.0)],
    );
    let mut island = with_noise(island, noise);
    let before = Ground::of(&island);
    // Its own noise is what its designer asks for; that of the mountain must not show.
    let numbers = [("width", 8.0), ("noise", 0.0), ("outline_noise", 0.0)];
    add(
        &mut island,
        "saddle",
        "pass",
        Geometry::Path(vec![from, to]),
        &numbers,
    );
    let grid = Ground::of(&island);
    (0..=30).try_for_each(|along| {
        let (x, share) = (from.x_m + along as f32, along as f32 / 30.0);
        let line_m = from.z_m + (to.z_m - from.z_m) * share;
        (-2..=2).try_for_each(|side| {
            let y = from.y_m + side as f32;
            let found = grid.height_m(x, y);
            expect(found <= line_m + 0.05, || {
                format!("{found} m, over the line at {line_m} m")
            })?;
            // Walked on as it was drawn, wherever there was a mountain to cut.
            let was_cut = before.height_m(x, y) > line_m + 34.0;
            expect(!was_cut || (found - line_m).abs() <= 0.05, || {
                format!("{found} m under the line")
            })
        })
    })
}
