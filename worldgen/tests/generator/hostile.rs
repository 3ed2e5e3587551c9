//! Whatever a map says, the generator makes some terrain of it, in bounded time.
#![expect(clippy::expect_used, reason = "what is built here is known to be there")]

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::geometry::{Geometry, GeometryForm, MAX_POINTS};
use shared::ids::{Id, MarkerId};
use shared::island::{Island, RecordId};
use shared::schema::{AttributeKind, AttributeSpec};
use shared::stamp::{Heightmap, Stamp, StampContent};
use worldgen::marker::schema;
use worldgen::plan::MAX_MARKERS_PER_TILE;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, SimdLevel, bake, rebake};

use crate::fixture::{HILL, add, at, empty, island, options, plan, settings, stamps, varied};

fn any_float() -> impl Strategy<Value = f32> {
    prop_oneof![
        4 => -200.0_f32..200.0,
        1 => any::<f32>(),
        1 => prop_oneof![Just(f32::NAN), Just(f32::INFINITY), Just(f32::NEG_INFINITY), Just(f32::MAX), Just(-0.0)],
    ]
}

fn any_geometry() -> impl Strategy<Value = Geometry> {
    let point = (any_float(), any_float(), any_float()).prop_map(|(x, y, z)| at(x, y, z));
    (0..3_u8, prop::collection::vec(point, 0..7)).prop_map(|(form, points)| match form {
        0 => Geometry::Point(points.first().copied().unwrap_or_default()),
        1 => Geometry::Path(points),
        _ => Geometry::Area(points),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_marker_makes_some_terrain(
        kind in prop::sample::select(worldgen::marker::schema().markers.keys().cloned().collect::<Vec<_>>()),
        geometry in any_geometry(),
        value in prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(0.0)],
        layer in any::<i32>(),
    ) {
        let mut island = empty();
        add(&mut island, "land", "land", Geometry::Point(at(0.0, 0.0, 0.0)), &[]);
        let marker = add(&mut island, "bad", &kind, geometry, &[]);
        marker.layer = layer;
        for spec in &worldgen::marker::schema().markers[&kind].attributes {
            marker.attributes.insert(spec.key.clone(), AttributeValue::Number(value));
        }
        let hashes = SimdLevel::ALL.map(|simd| bake(&plan(&island), &BakeOptions { threads: 1, simd }, &()).unwrap().hash());
        prop_assert!(hashes.iter().all(|hash| *hash == hashes[0]));
    }
}

#[test]
fn unknown_kinds_and_empty_geometries_are_left_out() {
    let plain = plan(&varied());
    let mut island = varied();
    add(
        &mut island,
        "odd",
        "teapot",
        Geometry::Point(at(0.0, 0.0, 50.0)),
        &[],
    );
    add(&mut island, "hollow", "land", Geometry::Area(Vec::new()), &[]);
    assert_eq!(plan(&island), plain);
    assert_eq!(
        plan(&island).support(RecordId::Marker(MarkerId("odd".parse().unwrap()))),
        None
    );
}

#[test]
fn a_hundred_thousand_markers_end_in_time() {
    let mut island = empty();
    for number in 0..100_000_u64 {
        let id = MarkerId(Id::from_random(number));
        let spread = (number % 4093) as f32 * 300.0;
        let marker = add(
            &mut island,
            &id.to_string(),
            "peak",
            Geometry::Point(at(spread, -spread, 20.0)),
            &[],
        );
        marker.priority = i32::try_from(number % 7).unwrap();
    }
    let plan = plan(&island);
    let baked = bake(&plan, &options(2), &()).unwrap();
    assert!(rebake(&baked, &plan, &options(2), &()).is_some());
}

#[test]
fn the_longest_crossing_outline_ends_in_time() {
    let mut island = empty();
    let points = (0..MAX_POINTS).map(|number| {
        let turn = (number * 1733 % MAX_POINTS) as f32;
        at(turn - 2048.0, (turn * 7.0) % 900.0 - 450.0, turn % 31.0)
    });
    let points: Vec<_> = points.collect();
    add(&mut island, "star", "land", Geometry::Area(points.clone()), &[]);
    add(&mut island, "web", "ridge", Geometry::Path(points), &[]);
    assert!(bake(&plan(&island), &options(2), &()).is_some());
}

/// A hill by the sea, with something odd on it or not.
fn hill() -> Island {
    let mut island = island("hill", 128);
    let middle = Geometry::Point(at(-6.0, 0.0, 0.0));
    add(
        &mut island,
        "land",
        "land",
        middle,
        &[("radius", 34.0), ("height", 12.0)],
    );
    let summit = Geometry::Point(at(0.0, 4.0, 30.0));
    add(&mut island, "peak", "peak", summit, &[("radius", 24.0)]);
    island
}

/// Bakes and checks an island, and holds it against the hill: nothing differs outside the support of `odd`.
fn assert_bounded(what: &str, island: &Island, hill: &BakedIsland) {
    let plan = plan(island);
    let baked = bake(&plan, &options(1), &()).expect("nothing cancels it");
    let odd = RecordId::Marker(MarkerId("odd".parse().expect("an id")));
    let support = plan.support(odd);
    for (tile, before) in baked.tiles().iter().zip(hill.tiles()) {
        let first = tile.pos.first_column();
        for index in 0..tile.heights.len() {
            let (x, y) = ((index % 32) as f32, (index / 32) as f32);
            let middle = at(first.x as f32 + x + 0.5, first.y as f32 + y + 0.5, 0.0);
            let same = tile.heights[index] == before.heights[index]
                && tile.materials[index] == before.materials[index]
                && tile.water_ends[index] == before.water_ends[index];
            let inside = support.is_some_and(|support| support.contains(middle));
            assert!(same || inside, "{what}: {middle:?} changed outside {support:?}");
        }
    }
    // Whatever it says, it says it.
    let never = AtomicBool::new(false);
    worldgen::rules::check_island(&settings(), &stamps(), island, &never);
}

/// Least and greatest value of an attribute; every option of a choice.
fn extremes(spec: &AttributeSpec) -> Vec<AttributeValue> {
    match &spec.kind {
        AttributeKind::Number { min, max, .. } => [*min, *max].map(AttributeValue::Number).to_vec(),
        AttributeKind::Integer { min, max, .. } => [*min, *max].map(AttributeValue::Integer).to_vec(),
        AttributeKind::Choice { options } => options.iter().cloned().map(AttributeValue::Choice).collect(),
        _ => Vec::new(),
    }
}

fn corners(form: GeometryForm) -> Geometry {
    let corners = [(-30.0, -14.0), (4.0, 11.0), (33.0, -8.0), (9.0, -27.0)].map(|(x, y)| at(x, y, 14.0));
    match form {
        GeometryForm::Point => Geometry::Point(corners[1]),
        GeometryForm::Path => Geometry::Path(corners.to_vec()),
        GeometryForm::Area => Geometry::Area(corners.to_vec()),
    }
}

#[test]
fn every_attribute_may_lie_at_the_ends_of_its_range() {
    let bare = hill();
    let hill = bake(&plan(&bare), &options(1), &()).expect("nothing cancels it");
    for (kind, kind_schema) in &schema().markers {
        let form = kind_schema.forms[0];
        for spec in &kind_schema.attributes {
            for value in extremes(spec) {
                let mut island = bare.clone();
                let odd = add(&mut island, "odd", kind, corners(form), &[]);
                odd.attributes.insert(spec.key.clone(), value.clone());
                assert_bounded(&format!("{kind}, {} {value:?}", spec.key), &island, &hill);
            }
        }
    }
}

#[test]
fn all_attributes_may_lie_at_the_ends_of_their_ranges_together() {
    let bare = hill();
    let hill = bake(&plan(&bare), &options(1), &()).expect("nothing cancels it");
    for (kind, kind_schema) in &schema().markers {
        for form in &kind_schema.forms {
            for end in [<[AttributeValue]>::first, <[AttributeValue]>::last] {
                let mut island = bare.clone();
                let odd = add(&mut island, "odd", kind, corners(*form), &[]);
                for spec in &kind_schema.attributes {
                    if let Some(value) = end(&extremes(spec)) {
                        odd.attributes.insert(spec.key.clone(), value.clone());
                    }
                }
                assert_bounded(&format!("{kind} {form:?}"), &island, &hill);
            }
        }
    }
}

/// Points on a circle around the middle, the last one next to the first.
fn circle(radius_m: f32, count: usize) -> Vec<LocalPos> {
    let step = 360.0 / count as f32;
    let direction = |number: usize| worldgen::ops::direction(number as f32 * step);
    let points = (0..count).map(direction);
    points
        .map(|(east, north)| at(east * radius_m, north * radius_m, 12.0))
        .collect()
}

#[test]
fn odd_lines_make_some_terrain_too() {
    let bare = hill();
    let hill = bake(&plan(&bare), &options(1), &()).expect("nothing cancels it");
    let bow_tie = [(-30.0, -30.0), (30.0, 30.0), (30.0, -30.0), (-30.0, 30.0)].map(|(x, y)| at(x, y, 9.0));
    let mut round = circle(18.0, 24);
    round.push(round[0]);
    let winding = (0..100_000_u32).map(|number| {
        let (x, y) = ((number % 331) as f32, (number / 331) as f32);
        at(x * 0.2 - 33.0, y * 0.2 - 30.0, (number % 17) as f32)
    });
    let long: Vec<LocalPos> = winding.collect();
    let cases = [
        (
            "a river in a circle",
            "river",
            Geometry::Path(round.clone()),
            48.0,
        ),
        ("a road in a circle", "road", Geometry::Path(round), 48.0),
        (
            "a road of many corners",
            "road",
            Geometry::Path(long.clone()),
            48.0,
        ),
        (
            "a river of many corners",
            "river",
            Geometry::Path(long.clone()),
            48.0,
        ),
        ("a cave of many corners", "cave", Geometry::Path(long), 4.0),
        (
            "a lake around everything",
            "lake",
            Geometry::Area(circle(46.0, 32)),
            48.0,
        ),
        (
            "a lake that crosses itself",
            "lake",
            Geometry::Area(bow_tie.to_vec()),
            48.0,
        ),
        (
            "worn ground that crosses itself",
            "erosion",
            Geometry::Area(bow_tie.to_vec()),
            48.0,
        ),
        (
            "an entrance outside",
            "entrance",
            Geometry::Point(at(4000.0, -9.0, 0.0)),
            1024.0,
        ),
    ];
    for (what, kind, geometry, radius) in cases {
        let mut island = bare.clone();
        add(&mut island, "odd", kind, geometry, &[("radius", radius)]);
        assert_bounded(what, &island, &hill);
    }
}

/// As they come from files, or as no file could hold them.
#[test]
fn stamps_of_any_size_are_placed() {
    let sizes = [(1, 1), (65_535, 1), (1, 65_535), (0, 0), (3, 2)];
    for (width, depth) in sizes {
        let map = Heightmap {
            width,
            depth,
            samples: vec![u16::MAX; width * depth],
        };
        let mut stamps = stamps();
        stamps.insert(HILL.to_owned(), Some(Stamp::new(StampContent::Heightmap(map), 7)));
        let mut island = hill();
        add(
            &mut island,
            "odd",
            "stamp",
            Geometry::Point(at(0.0, 0.0, 9.0)),
            &[],
        );
        let plan = IslandPlan::new(&settings(), &stamps, &island);
        assert!(bake(&plan, &options(1), &()).is_some(), "{width} x {depth}");
    }
}

/// Kinds that are fitted to the ground, which each of a pile changes for the next.
const FITTED: [&str; 7] = ["erosion", "lake", "pad", "path", "river", "road", "stream"];

/// As many as act at all, and as many again, which are left out with an issue; of fitted kinds a few hundred, each of
/// which is laid out.
#[test]
fn a_pile_of_markers_of_each_kind_ends_in_time() {
    for (kind, kind_schema) in &schema().markers {
        let is_fitted = FITTED.contains(&kind.as_str());
        let count = if is_fitted { 300 } else { 2 * MAX_MARKERS_PER_TILE };
        let mut island = hill();
        for number in 0..count {
            let id = Id::from_random(number as u64).to_string();
            let pile = corners(kind_schema.forms[0]);
            let pile = pile.moved((number % 7) as f32 - 3.0, (number % 5) as f32 - 2.0, 0.0);
            add(&mut island, &id, kind, pile, &[("radius", 8.0), ("search", 8.0)]);
        }
        let plan = plan(&island);
        assert!(is_fitted || plan.left_out() > 0, "{kind}");
        assert!(bake(&plan, &options(2), &()).is_some(), "{kind}");
    }
}
