//! Promises of what people build.

use shared::attribute::AttributeValue;
use shared::geometry::Geometry;

use super::{EXACT_M, Noise, OnAColumn, Trial, around, columns, expect_height, ground, hold, place};
use crate::fixture::{Draw, add, at};

pub(super) const PROMISES: &[(&str, Trial)] = &[
    ("dyke", dyke_is_level),
    ("pad", pad_is_level),
    ("road", road_has_the_height_that_was_drawn),
    ("path", path_is_no_steeper_than_allowed),
];

#[test]
fn works_keep_their_promises() {
    hold(PROMISES);
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
        grid.height_m(middle.x_m, middle.y_m)
    } else {
        middle.z_m
    };
    around(middle, 7).try_for_each(|(x, y, _)| expect_height("the pad", grid.height_m(x, y), level, EXACT_M))
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
        let found = grid.height_m(from.x_m + along as f32, from.y_m + 1.0);
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
        let height = |along: i32| grid.height_m(from.x_m + along as f32, from.y_m);
        let rise = (height(along) - height(along - 1)).abs();
        if rise <= 0.27 {
            Ok(())
        } else {
            Err(format!("it rises by {rise} m over one"))
        }
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
        let found = grid.height_m(from.x_m + along as f32, from.y_m + 1.0);
        expect_height("the top", found, from.z_m, EXACT_M)
    })
}
