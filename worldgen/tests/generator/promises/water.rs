//! Promises of running and standing water.

use std::collections::BTreeMap;

use shared::coords::{ColumnPos, LocalPos};
use shared::geometry::Geometry;

use super::{Ground, Noise, Trial, around, columns, columns_around, expect, ground, hold, place};
use crate::fixture::{Draw, add, at};
use crate::water::{arrives, water_near};

pub(super) const PROMISES: &[(&str, Trial)] = &[
    ("lake", lake_lies_level),
    ("river", river_follows_its_line_down),
    ("river", river_keeps_to_its_line),
    ("stream", stream_follows_its_line_down),
    ("waterfall", waterfall_drops_at_once),
    ("swamp", swamp_holds_its_water),
];

#[test]
fn water_keeps_its_promises() {
    hold(PROMISES);
}

fn lake_lies_level(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let middle = place(draw, (4.0, 30.0));
    add(
        &mut island,
        "lake",
        "lake",
        Geometry::Point(middle),
        &[("radius", 12.0 + f64::from(noise.bend_m()))],
    );
    let grid = columns(island, noise);
    let level = grid.water(middle.voxel().column()).ok_or("there is no water")?;
    let odd = columns_around(middle, 11).filter(|(column, _)| grid.water(*column) != Some(level));
    let odd = odd.count();
    expect(odd == 0, || format!("{odd} columns have another level"))
}

fn river_follows_its_line_down(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    follows_its_line_down("river", draw, noise)
}

fn stream_follows_its_line_down(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    follows_its_line_down("stream", draw, noise)
}

/// Levels of the water of all columns that have some.
fn levels(grid: &Ground) -> BTreeMap<ColumnPos, i32> {
    let (min, max) = (grid.plan.bounds().min(), grid.plan.bounds().max());
    let columns = (min.y..max.y).flat_map(|y| (min.x..max.x).map(move |x| ColumnPos::new(x, y)));
    columns
        .filter_map(|column| Some((column, grid.water(column)?)))
        .collect()
}

/// A river that does not look for water by itself has all of its water along the drawn line, within its width, and
/// leaves no part of the line dry.
fn river_keeps_to_its_line(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let (from, to) = (place(draw, (0.0, 0.0)), place(draw, (0.0, 0.0)));
    let width_m = draw.between(2.0, 8.0);
    let numbers = [
        ("width", width_m.into()),
        ("mouth_width", width_m.into()),
        ("search", 0.0),
    ];
    add(
        &mut island,
        "run",
        "river",
        Geometry::Path(vec![from, to]),
        &numbers,
    );
    let grid = columns(island, noise);
    let levels = levels(&grid);
    let line = on_the_line(from, to);
    for column in &line {
        let middle = at(column.x as f32 + 0.5, column.y as f32 + 0.5, 0.0);
        let is_near = columns_around(middle, 1 + i32::from(noise.bend_m()))
            .any(|(beside, _)| levels.contains_key(&beside));
        expect(is_near, || format!("no water at {column:?}"))?;
    }
    // Middles of columns, and the line by columns, are up to a diagonal off.
    let allowed = width_m * 0.5 + f32::from(noise.bend_m()) + std::f32::consts::SQRT_2;
    levels.keys().try_for_each(|column| {
        let tile = grid.tile(column.tile());
        let away = |other: &ColumnPos| {
            let (dx, dy) = ((other.x - column.x) as f32, (other.y - column.y) as f32);
            (dx * dx + dy * dy).sqrt()
        };
        let nearest = line.iter().map(away).fold(f32::MAX, f32::min);
        let is_sea = tile.coast_distances[column.index_in_tile()] < 0;
        expect(is_sea || nearest <= allowed, || {
            format!("water {nearest} m beside the line, at {column:?}")
        })
    })
}

/// Water from its beginning runs down to the sea without ever rising. Where nothing bends it, it keeps to the
/// drawn line and never rises along it.
fn follows_its_line_down(kind: &str, draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let (from, to) = (place(draw, (0.0, 0.0)), place(draw, (0.0, 0.0)));
    add(&mut island, "run", kind, Geometry::Path(vec![from, to]), &[]);
    let grid = columns(island, noise);
    let levels = levels(&grid);
    let start = water_near(&levels, from).ok_or("there is no water where it begins")?;
    let is_sea = |column: ColumnPos| {
        let tile = grid.tile(column.tile());
        tile.coast_distances[column.index_in_tile()] < 0 && levels[&column] == 0
    };
    let arrived = arrives(&levels, is_sea, start);
    expect(arrived, || format!("water from {from:?} does not reach the sea"))?;
    if noise == Noise::Bent {
        return Ok(());
    }
    let mut line = on_the_line(from, to);
    if noise == Noise::Full {
        // Over rough ground it may turn at once, beside the last columns, to the water that it finds.
        line.truncate(line.len().saturating_sub(2));
    }
    let mut level = i32::MAX;
    for column in line {
        let Some(found) = levels.get(&column) else {
            // A brook of a metre and a half now and then leaves out a column that the line only grazes.
            let beside = columns_around(at(column.x as f32 + 0.5, column.y as f32 + 0.5, 0.0), 1);
            let is_near = beside.into_iter().any(|(beside, _)| levels.contains_key(&beside));
            expect(is_near, || format!("no water at {column:?}"))?;
            continue;
        };
        expect(*found <= level, || {
            format!("the water rises from {level} to {found} at {column:?}")
        })?;
        level = *found;
    }
    Ok(())
}

/// The columns that a straight line runs through, from its beginning to its end.
fn on_the_line(from: LocalPos, to: LocalPos) -> Vec<ColumnPos> {
    let (dx, dy) = (to.x_m - from.x_m, to.y_m - from.y_m);
    let mut columns: Vec<ColumnPos> = (0..=256)
        .map(|step| step as f32 / 256.0)
        .map(|share| {
            at(from.x_m + dx * share, from.y_m + dy * share, 0.0)
                .voxel()
                .column()
        })
        .collect();
    columns.dedup();
    columns
}

fn waterfall_drops_at_once(draw: &mut Draw, noise: Noise) -> Result<(), String> {
    let mut island = ground(draw);
    let brink = place(draw, (0.0, 0.0));
    let height = 4 + draw.below(5);
    // A table of 24 m from which the river runs down over a gentle slope.
    let table = Geometry::Point(at(brink.x_m, brink.y_m + 34.0, 26.0));
    add(
        &mut island,
        "table",
        "plateau",
        table,
        &[("radius", 30.0), ("edge", 40.0)],
    );
    let line = [24.0, -24.0]
        .map(|north| at(brink.x_m, brink.y_m + north, 0.0))
        .to_vec();
    add(&mut island, "run", "river", Geometry::Path(line), &[]);
    let numbers = [("height", height as f64), ("radius", 12.0)];
    add(&mut island, "leap", "waterfall", Geometry::Point(brink), &numbers);
    let grid = columns(island, noise);
    let level = |north: i32| grid.water(at(brink.x_m, brink.y_m + north as f32, 0.0).voxel().column());
    let levels: Vec<Option<i32>> = (-24..=24).rev().map(level).collect();
    let drop = levels
        .windows(2)
        .filter_map(|pair| Some(pair[0]? - pair[1]?))
        .max();
    let available =
        levels.first().copied().flatten().unwrap_or(0) - levels.last().copied().flatten().unwrap_or(0);
    let promised = available.min(i32::try_from(height).unwrap_or(0));
    expect(drop.is_some_and(|drop| drop >= promised), || {
        format!("falls by {drop:?} m, not by {promised} m")
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
        &[
            ("radius", 12.0 + f64::from(noise.bend_m())),
            ("pools", pools),
            ("depth", 1.5),
        ],
    );
    let grid = columns(island, noise);
    around(middle, 12).try_for_each(|(x, y, away)| {
        let above_water_m = grid.height_m(x, y) - middle.z_m;
        // Pools end before the rim: what lies above the water at all holds it.
        let is_rim = noise != Noise::Bent && away > 11.0;
        let allowed = if is_rim { 0.1..0.65 } else { -1.55..0.65 };
        if allowed.contains(&above_water_m) {
            Ok(())
        } else {
            Err(format!(
                "{above_water_m} m above the water, {away} m from the middle"
            ))
        }
    })
}
