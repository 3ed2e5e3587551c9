//! Whatever a map says, the generator makes some terrain of it, in bounded time.

use proptest::prelude::*;
use shared::attribute::AttributeValue;
use shared::geometry::{Geometry, MAX_POINTS};
use shared::ids::{Id, MarkerId};
use shared::island::RecordId;
use worldgen::{BakeOptions, SimdLevel, bake, rebake};

use crate::fixture::{add, at, empty, options, plan, varied};

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
