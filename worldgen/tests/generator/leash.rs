//! Property 5: without noise the terrain is what the markers say; with noise it differs by no more than
//! they allow (B26, D34).
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]

use shared::attribute::AttributeValue;
use shared::coords::ColumnPos;
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::BakedIsland;

use crate::fixture::{add, at, baked, island, plan, unfitted};

fn silence(island: &mut Island, keys: &[&str]) {
    for marker in island.markers.values_mut() {
        for key in keys {
            marker
                .attributes
                .insert((*key).to_owned(), AttributeValue::Number(0.0));
        }
    }
}

fn height_m(island: &BakedIsland, x: i32, y: i32) -> f32 {
    let column = ColumnPos::new(x, y);
    island.tile(column.tile()).unwrap().heights[column.index_in_tile()] as f32 / 256.0
}

fn columns(edge: i32) -> impl Iterator<Item = (i32, i32)> {
    (-edge / 2..edge / 2).flat_map(move |y| (-edge / 2..edge / 2).map(move |x| (x, y)))
}

#[test]
fn without_noise_a_disc_of_land_is_a_disc() {
    let mut island = island("disc", 256);
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(at(3.0, -5.0, 0.0)),
        &[("radius", 70.0), ("height", 10.0)],
    );
    silence(&mut island, &["noise", "outline_noise"]);
    let bake = baked(&island);
    for (x, y) in columns(256) {
        let (dx, dy) = (x as f32 + 0.5 - 3.0, y as f32 + 0.5 + 5.0);
        let inside = 70.0 - (dx * dx + dy * dy).sqrt();
        let height = height_m(&bake, x, y);
        if inside.abs() > 0.05 {
            assert_eq!(height > 0.0, inside > 0.0, "({x}, {y}): {height} at {inside} m");
        }
        if inside > 41.0 {
            assert!((height - 10.0).abs() < 0.01, "({x}, {y}): {height}");
        }
    }
}

#[test]
fn without_noise_markers_give_their_heights() {
    let mut island = island("heights", 512);
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", 230.0), ("height", 8.0)],
    );
    add(
        &mut island,
        "peak",
        "peak",
        Geometry::Point(at(-100.5, 80.5, 77.0)),
        &[("radius", 60.0)],
    );
    add(
        &mut island,
        "ridge",
        "ridge",
        Geometry::Path(vec![at(0.5, 100.5, 40.0), at(100.5, 100.5, 40.0)]),
        &[("radius", 40.0)],
    );
    let square = vec![
        at(-40.0, -40.0, 25.0),
        at(40.0, -40.0, 25.0),
        at(40.0, 40.0, 25.0),
        at(-40.0, 40.0, 25.0),
    ];
    add(
        &mut island,
        "mesa",
        "plateau",
        Geometry::Area(square),
        &[("edge", 10.0)],
    );
    add(
        &mut island,
        "dale",
        "valley",
        Geometry::Path(vec![at(-100.0, -100.0, 3.0), at(0.0, -100.0, 3.0)]),
        &[("radius", 6.0), ("flank", 30.0)],
    );
    silence(&mut island, &["noise", "outline_noise"]);
    let bake = baked(&island);
    for (x, y, expected, tolerance) in [
        (-101, 80, 77.0, 0.05),
        (50, 100, 40.0, 0.2),
        (0, 0, 25.0, 0.01),
        (38, -38, 25.0, 0.01),
        (-50, -100, 3.0, 1.5),
        (150, -60, 8.0, 0.01),
    ] {
        let height = height_m(&bake, x, y);
        assert!(
            (height - expected).abs() <= tolerance,
            "({x}, {y}): {height}, not {expected}"
        );
    }
    assert!(height_m(&bake, 50, 100) > height_m(&bake, 50, 112) + 5.0);
}

#[test]
fn noise_raises_and_lowers_by_no_more_than_declared() {
    let mut noisy = unfitted();
    for marker in noisy.markers.values_mut() {
        // Outlines stay where they are, so that columns can be compared one by one.
        marker
            .attributes
            .insert("outline_noise".into(), AttributeValue::Number(0.0));
    }
    let mut smooth = noisy.clone();
    silence(&mut smooth, &["noise"]);
    let plan = plan(&noisy);
    let (noisy, smooth) = (baked(&noisy), baked(&smooth));
    let mut greatest = 0.0_f32;
    for (x, y) in columns(256) {
        let place = shared::geometry::Box2::around(&[
            at(x as f32, y as f32, 0.0),
            at(x as f32 + 1.0, y as f32 + 1.0, 0.0),
        ]);
        let bound = plan.noise_bound(place).height_m;
        let shift = (height_m(&noisy, x, y) - height_m(&smooth, x, y)).abs();
        assert!(
            shift <= bound + 1.0 / 128.0,
            "({x}, {y}): {shift} m, allowed {bound} m"
        );
        greatest = greatest.max(shift);
    }
    assert!(greatest > 2.0, "noise does something: {greatest} m");
}

#[test]
fn outline_noise_moves_a_coast_by_no_more_than_declared() {
    let coast = |strength: f64, scale: f64| {
        let mut island = island("coast", 256);
        let square = vec![
            at(-60.0, -60.0, 0.0),
            at(60.0, -60.0, 0.0),
            at(60.0, 60.0, 0.0),
            at(-60.0, 60.0, 0.0),
        ];
        add(
            &mut island,
            "land",
            "land",
            Geometry::Area(square),
            &[
                ("outline_noise", strength),
                ("outline_scale", scale),
                ("noise", 0.0),
            ],
        );
        let bound = plan(&island).noise_bound(island.bounds.footprint()).outline_m;
        (baked(&island), bound)
    };
    let ((drawn, _), (bent, bound)) = (coast(0.0, 120.0), coast(20.0, 120.0));
    assert_eq!(bound, 20.0);
    assert_eq!(
        coast(20.0, 60.0).1,
        10.0,
        "narrow bends are held, or they would fold"
    );
    let mut greatest = 0_i32;
    for (x, y) in columns(256) {
        let column = ColumnPos::new(x, y);
        let distance_m = |island: &BakedIsland| {
            let tile = island.tile(column.tile()).unwrap();
            i32::from(tile.coast_distances[column.index_in_tile()])
        };
        let (before, after) = (distance_m(&drawn), distance_m(&bent));
        assert!(
            (before - after).abs() <= 20 * 256 + 2,
            "({x}, {y}): {before} to {after}"
        );
        if (before > 0) != (after > 0) {
            greatest = greatest.max(before.abs());
        }
    }
    assert!(
        (4 * 256..=20 * 256 + 2).contains(&greatest),
        "the coast moved by {greatest} / 256 m"
    );
}

/// Noise on the ground never turns land into sea or sea into land: landings stay where they were drawn.
#[test]
fn noise_on_the_ground_leaves_the_coast_alone() {
    let coast = |noise: f64| {
        let mut island = unfitted();
        for marker in island.markers.values_mut() {
            marker
                .attributes
                .insert("noise".into(), AttributeValue::Number(noise));
        }
        baked(&island)
    };
    let (calm, rough) = (coast(0.0), coast(32.0));
    for (x, y) in columns(256) {
        let (before, after) = (height_m(&calm, x, y), height_m(&rough, x, y));
        assert_eq!(before >= 0.0, after >= 0.0, "({x}, {y}): {before} to {after}");
    }
}
