//! Whatever a map says, the generator makes some terrain of it, in bounded time.
#![expect(clippy::expect_used, reason = "what is built here is known to be there")]

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::geometry::{Geometry, GeometryForm, MAX_POINTS};
use shared::ids::{Id, MarkerId};
use shared::island::{Island, RecordId};
use shared::project::Project;
use shared::schema::{AttributeKind, AttributeSpec, Schema};
use shared::stamp::{Heightmap, Stamp, StampContent};
use worldgen::marker::schema;
use worldgen::plan::MAX_MARKERS_PER_TILE;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, SimdLevel, bake, rebake};

use crate::fixture::{HILL, add, at, baked, empty, island, options, plan, settings, stamps, varied};
use crate::local::assert_local;

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
    fn any_marker_makes_some_terrain_and_no_wrong_neighbours(
        kind in prop::sample::select(schema().markers.keys().cloned().collect::<Vec<_>>()),
        geometry in any_geometry(),
        value in prop_oneof![any::<f64>(), Just(f64::NAN), Just(f64::INFINITY), Just(0.0)],
        layer in any::<i32>(),
    ) {
        let mut island = hill();
        let marker = add(&mut island, "odd", &kind, geometry, &[]);
        marker.layer = layer;
        for spec in &schema().markers[&kind].attributes {
            marker.attributes.insert(spec.key.clone(), AttributeValue::Number(value));
        }
        let is_number = marker.geometry.points().iter().all(|at| [at.x_m, at.y_m, at.z_m].iter().all(|m| m.is_finite()));
        let codes = assert_bounded(&format!("{kind} {value}"), &island, &BARE_HILL);
        prop_assert!(is_number || codes.contains("not-a-number"), "{codes:?}");
        prop_assert!(!value.is_nan() || codes.contains("attribute-range"), "{codes:?}");
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
fn of_a_hundred_thousand_markers_on_one_place_the_first_act() {
    let mut island = hill();
    for number in 0..100_000_u64 {
        let id = Id::from_random(number).to_string();
        let marker = add(
            &mut island,
            &id,
            "peak",
            Geometry::Point(at(5.0, -5.0, 20.0)),
            &[("radius", 20.0)],
        );
        marker.priority = i32::try_from(number % 7).unwrap();
    }
    let deadline = Deadline::of_secs(120);
    let plan = plan(&island);
    // The land and a peak of its own are the hill's.
    assert_eq!(plan.left_out().len(), 100_002 - MAX_MARKERS_PER_TILE);
    let acts = |number: u64| {
        let id = MarkerId(Id::from_random(number));
        plan.support(RecordId::Marker(id)).is_some()
    };
    // Those of the lowest priority act first.
    assert!(!(0..100_000).any(|number| number % 7 != 0 && acts(number)));
    let acting = (0..100_000).filter(|number| acts(*number)).count();
    assert_eq!(acting, MAX_MARKERS_PER_TILE - 1);
    let baked = bake(&plan, &options(2), &()).unwrap();
    assert!(rebake(&baked, &plan, &options(2), &()).is_some());
    // What is left out has no effect.
    let mut without = island.clone();
    without
        .markers
        .retain(|id, _| plan.support(RecordId::Marker(*id)).is_some());
    assert_eq!(without.markers.len(), MAX_MARKERS_PER_TILE);
    assert_eq!(baked.hash(), crate::fixture::baked(&without).hash());

    let never = AtomicBool::new(false);
    let issues = worldgen::rules::check_island(&settings(), &stamps(), &island, &never);
    let told: Vec<_> = issues
        .iter()
        .filter(|issue| issue.rule.code == "too-many-markers")
        .collect();
    // The first ones by name, which would have acted next, and how many more there are.
    let named = told.iter().filter_map(|issue| issue.subject.record);
    let priorities = named.map(|id| match id {
        RecordId::Marker(id) => island.markers[&id].priority,
        _ => panic!("{id:?}"),
    });
    assert!(priorities.eq([0; 4]), "{told:?}");
    assert_eq!(told.len(), 5);
    assert!(
        told[4]
            .message
            .starts_with("98974 further markers have no effect"),
        "{}",
        told[4].message
    );
    deadline.check("100,000 markers");
}

#[test]
fn a_pile_silences_no_other_rule() {
    let mut island = hill();
    for number in 0..2000_u64 {
        let id = Id::from_random(number).to_string();
        let pile = Geometry::Point(at(5.0, -5.0, 20.0));
        add(&mut island, &id, "peak", pile, &[("radius", 20.0)]);
    }
    let outside = Geometry::Area(
        [(-64.0, -64.0), (64.0, -64.0), (64.0, 64.0)]
            .map(|(x, y)| at(x, y, 0.0))
            .to_vec(),
    );
    add(&mut island, "side", "land", outside, &[]);
    let codes = codes(&island);
    assert!(
        codes.contains("too-many-markers") && codes.contains("cut-off-side"),
        "{codes:?}"
    );
}

/// A time within which work ends even in a debug build on a busy machine: far more than it takes, and far less than
/// what grows with the square of the markers would take.
struct Deadline {
    start: Instant,
    most: Duration,
}

impl Deadline {
    fn of_secs(secs: u64) -> Self {
        Self {
            start: Instant::now(),
            most: Duration::from_secs(secs),
        }
    }

    fn check(&self, what: &str) {
        let taken = self.start.elapsed();
        assert!(taken < self.most, "{what} took {taken:?}");
    }
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
    let deadline = Deadline::of_secs(120);
    assert!(bake(&plan(&island), &options(2), &()).is_some());
    deadline.check("an outline of 4,096 corners");
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

/// Checks what is to be checked by a map's rules, as `tombolo-worldgen check` does; the codes of what was found.
fn codes(island: &Island) -> BTreeSet<&'static str> {
    let never = AtomicBool::new(false);
    let project = Project {
        settings: settings(),
        schema: Schema::default(),
        islands: [(island.id, island.clone())].into(),
        stamps: stamps(),
    };
    let mut issues = shared::validate::check(&project, schema());
    issues.extend(worldgen::rules::check(&project, &never));
    issues.iter().map(|issue| issue.rule.code).collect()
}

/// The hill as it is without anything odd.
static BARE_HILL: LazyLock<BakedIsland> = LazyLock::new(|| baked(&hill()));

/// Bakes and checks an island, and holds it against the hill: no voxel differs outside the support of `odd`, plants
/// and structures included. Returns the codes of the rules that it breaks.
fn assert_bounded(what: &str, island: &Island, hill: &BakedIsland) -> BTreeSet<&'static str> {
    let plan = plan(island);
    let baked = bake(&plan, &options(1), &()).expect("nothing cancels it");
    let odd = RecordId::Marker(MarkerId("odd".parse().expect("an id")));
    assert_local(hill, &baked, &[&plan], &[odd], what);
    for (tile, before) in baked.tiles().iter().zip(hill.tiles()) {
        let first = tile.pos.first_column();
        for index in 0..tile.heights.len() {
            let (x, y) = ((index % 32) as f32, (index / 32) as f32);
            let middle = at(first.x as f32 + x + 0.5, first.y as f32 + y + 0.5, 0.0);
            // Finer than voxels.
            let same = tile.heights[index] == before.heights[index];
            let inside = plan.support(odd).is_some_and(|support| support.contains(middle));
            assert!(same || inside, "{what}: {middle:?} changed");
        }
    }
    codes(island)
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
    for (kind, kind_schema) in &schema().markers {
        let form = kind_schema.forms[0];
        for spec in &kind_schema.attributes {
            for value in extremes(spec) {
                let mut island = bare.clone();
                let odd = add(&mut island, "odd", kind, corners(form), &[]);
                odd.attributes.insert(spec.key.clone(), value.clone());
                let what = format!("{kind}, {} {value:?}", spec.key);
                let codes = assert_bounded(&what, &island, &BARE_HILL);
                // The ends belong to the range.
                assert!(!codes.contains("attribute-range"), "{what}: {codes:?}");
            }
        }
    }
}

#[test]
fn all_attributes_may_lie_at_the_ends_of_their_ranges_together() {
    let bare = hill();
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
                assert_bounded(&format!("{kind} {form:?}"), &island, &BARE_HILL);
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

/// What, as which kind, how large, and the rule that tells it, if it is wrong.
type Odd = (&'static str, &'static str, Geometry, f64, Option<&'static str>);

fn assert_told(cases: impl IntoIterator<Item = Odd>) {
    let mut untold = Vec::new();
    for (what, kind, geometry, radius, rule) in cases {
        let mut island = hill();
        add(&mut island, "odd", kind, geometry, &[("radius", radius)]);
        let codes = assert_bounded(what, &island, &BARE_HILL);
        if rule.is_some_and(|rule| !codes.contains(rule)) {
            untold.push((what, codes));
        }
    }
    assert!(untold.is_empty(), "{untold:#?}");
}

#[test]
fn lines_that_meet_themselves_make_some_terrain_too() {
    let bow_tie = [(-30.0, -30.0), (30.0, 30.0), (30.0, -30.0), (-30.0, 30.0)].map(|(x, y)| at(x, y, 9.0));
    let mut round = circle(18.0, 24);
    round.push(round[0]);
    let round = Geometry::Path(round);
    let bow_tie = Geometry::Area(bow_tie.to_vec());
    let around = Geometry::Area(circle(46.0, 32));
    let crossing = Some("self-crossing");
    assert_told([
        ("a river in a circle", "river", round.clone(), 48.0, None),
        ("a road in a circle", "road", round, 48.0, None),
        ("a lake around everything", "lake", around, 48.0, None),
        (
            "a lake that crosses itself",
            "lake",
            bow_tie.clone(),
            48.0,
            crossing,
        ),
        (
            "worn ground that crosses itself",
            "erosion",
            bow_tie,
            48.0,
            crossing,
        ),
    ]);
}

#[test]
fn lines_of_too_many_corners_make_some_terrain_and_are_told() {
    let winding = (0..100_000_u32).map(|number| {
        let (x, y) = ((number % 331) as f32, (number / 331) as f32);
        at(x * 0.2 - 33.0, y * 0.2 - 30.0, (number % 17) as f32)
    });
    let long = Geometry::Path(winding.collect());
    assert_told([
        ("a road", "road", long.clone(), 48.0, Some("point-count")),
        ("a river", "river", long.clone(), 48.0, Some("point-count")),
        ("a cave", "cave", long, 4.0, Some("point-count")),
    ]);
}

#[test]
fn lines_that_lead_far_away_make_some_terrain_and_are_told() {
    let corners = |far_m: f32| vec![at(-20.0, 0.0, 9.0), at(20.0, far_m, 9.0), at(10.0, 5.0, 9.0)];
    let path = |far_m| Geometry::Path(corners(far_m));
    let area = Geometry::Area(corners(f32::MAX));
    let outside = Some("marker-outside");
    assert_told([
        (
            "all of it",
            "entrance",
            Geometry::Point(at(4000.0, -9.0, 0.0)),
            1024.0,
            outside,
        ),
        ("a ridge", "ridge", path(1e9), 48.0, outside),
        ("a road", "road", path(1e9), 48.0, outside),
        ("a river", "river", path(f32::MAX), 48.0, outside),
        ("land", "land", area, 48.0, outside),
    ]);
}

#[test]
fn shapes_without_extent_make_some_terrain_and_are_told() {
    let one_place = vec![at(4.0, 3.0, 9.0); MAX_POINTS];
    let slope = [(-30.0, -20.0), (0.0, 0.0), (15.0, 10.0), (30.0, 20.0)].map(|(x, y)| at(x, y, 9.0));
    let (path, area) = (Geometry::Path(one_place.clone()), Geometry::Area(one_place));
    let shaft = Geometry::Path(vec![at(4.0, 3.0, -4.0), at(4.0, 3.0, 12.0)]);
    assert_told([
        ("a ridge", "ridge", path.clone(), 24.0, Some("point-count")),
        ("a river", "river", path, 24.0, Some("point-count")),
        ("a lake", "lake", area, 24.0, Some("point-count")),
        (
            "a forest in one line",
            "forest",
            Geometry::Area(slope.to_vec()),
            24.0,
            Some("point-count"),
        ),
    ]);
    let mut island = hill();
    add(&mut island, "odd", "cave", shaft, &[]);
    let codes = assert_bounded("a shaft", &island, &BARE_HILL);
    assert!(
        !codes.contains("point-count"),
        "a shaft is as long as it is deep: {codes:?}"
    );
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
        let pile = corners(kind_schema.forms[0]);
        pile_up(
            &mut island,
            kind,
            &pile,
            count,
            &[("radius", 8.0), ("search", 8.0)],
        );
        let deadline = Deadline::of_secs(60);
        let plan = plan(&island);
        assert!(is_fitted || !plan.left_out().is_empty(), "{kind}");
        assert!(bake(&plan, &options(2), &()).is_some(), "{kind}");
        deadline.check(kind);
    }
}

/// Each as large as its attributes allow, on an island of 512 x 512 columns, a few dozen of them.
#[test]
fn a_pile_of_the_largest_markers_of_each_kind_ends_in_time() {
    for (kind, kind_schema) in &schema().markers {
        let mut island = island("large", 512);
        let middle = Geometry::Point(at(0.0, 0.0, 0.0));
        add(
            &mut island,
            "land",
            "land",
            middle,
            &[("radius", 200.0), ("height", 20.0)],
        );
        let largest: Vec<(&str, f64)> = kind_schema
            .attributes
            .iter()
            .filter_map(|spec| match &spec.kind {
                AttributeKind::Number { max, unit, .. } if unit == "m" => Some((spec.key.as_str(), *max)),
                _ => None,
            })
            .collect();
        let wide =
            [(-190.0, -90.0), (30.0, 110.0), (180.0, -60.0), (60.0, -170.0)].map(|(x, y)| at(x, y, 14.0));
        let pile = match kind_schema.forms[0] {
            GeometryForm::Point => Geometry::Point(wide[1]),
            GeometryForm::Path => Geometry::Path(wide.to_vec()),
            GeometryForm::Area => Geometry::Area(wide.to_vec()),
        };
        pile_up(&mut island, kind, &pile, LARGEST_COUNT, &largest);
        let deadline = Deadline::of_secs(LARGEST_SECS);
        assert!(bake(&plan(&island), &options(2), &()).is_some(), "{kind}");
        deadline.check(kind);
    }
}

/// How many of the largest markers are piled up, and how long that may take: twenty times what the slowest kind takes
/// in a debug build on two cores.
const LARGEST_COUNT: usize = 24;
const LARGEST_SECS: u64 = 120;

/// Puts many markers close to one place.
fn pile_up(island: &mut Island, kind: &str, pile: &Geometry, count: usize, numbers: &[(&str, f64)]) {
    for number in 0..count {
        let id = Id::from_random(number as u64).to_string();
        let moved = pile
            .clone()
            .moved((number % 7) as f32 - 3.0, (number % 5) as f32 - 2.0, 0.0);
        add(island, &id, kind, moved, numbers);
    }
}
