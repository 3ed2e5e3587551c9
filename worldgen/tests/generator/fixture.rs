//! Small islands built in code.
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]

use std::collections::BTreeSet;

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::{ChartPos, LocalPos};
use shared::geometry::Geometry;
use shared::ids::{Id, IslandId, MarkerId, PoiId};
use shared::island::{Bounds, Island, Marker, Poi, RecordId};
use shared::project::Settings;
use shared::stamp::{Heightmap, Model, ModelVoxel, Stamp, StampContent, Stamps};
use worldgen::{BakeOptions, BakedIsland, IslandPlan, Material, SimdLevel, bake};

pub(crate) fn settings() -> Settings {
    Settings {
        world_seed: 0x7041_b010,
        ..Settings::default()
    }
}

/// File name of a heightmap among [`stamps`]: a hill with four sides.
pub(crate) const HILL: &str = "hill.png";
/// File name of a model among [`stamps`]: a hut without roof, 5 x 4 x 3 voxels.
pub(crate) const HUT: &str = "hut.vox";

/// The stamps that fixtures place.
pub(crate) fn stamps() -> Stamps {
    let edge = 33_u16;
    let side = |at: u16| at.min(edge - 1 - at);
    let samples = (0..edge).flat_map(|y| (0..edge).map(move |x| side(x).min(side(y)) * 4095));
    let hill = StampContent::Heightmap(Heightmap {
        width: edge.into(),
        depth: edge.into(),
        samples: samples.collect(),
    });
    let boxes = (0..3).flat_map(|z| (0..4).flat_map(move |y| (0..5).map(move |x| (z, y, x))));
    let is_wall = |(_, y, x): &(u8, u8, u8)| [0, 3].contains(y) || [0, 4].contains(x);
    let hut = StampContent::Model(Model {
        size: [5, 4, 3],
        voxels: boxes
            .filter(is_wall)
            .map(|(z, y, x)| ModelVoxel { z, y, x, colour: 0 })
            .collect(),
        palette: vec![Material::Planks.colour()],
    });
    let mut stamps = Stamps::default();
    for (hash, file, content) in [(1, HILL, hill), (2, HUT, hut)] {
        stamps.insert(file.to_owned(), Some(Stamp::new(content, hash)));
    }
    stamps
}

pub(crate) fn island(id: &str, edge: i32) -> Island {
    Island {
        id: IslandId(id.parse().unwrap()),
        slug: id.to_owned(),
        name: String::new(),
        note: String::new(),
        chart: ChartPos::default(),
        bounds: Bounds::new(edge, edge, 32, 96).unwrap(),
        markers: [].into(),
        pois: [].into(),
        entities: [].into(),
        portals: [].into(),
        lanes: [].into(),
    }
}

pub(crate) fn at(x_m: f32, y_m: f32, z_m: f32) -> LocalPos {
    LocalPos::new(x_m, y_m, z_m)
}

/// Adds a marker and returns it for further changes.
pub(crate) fn add<'a>(
    island: &'a mut Island,
    id: &str,
    kind: &str,
    geometry: Geometry,
    numbers: &[(&str, f64)],
) -> &'a mut Marker {
    let id = MarkerId(id.parse().unwrap());
    island
        .markers
        .entry(id)
        .insert_entry(marker(id, kind, geometry, numbers))
        .into_mut()
}

pub(crate) fn marker(id: MarkerId, kind: &str, geometry: Geometry, numbers: &[(&str, f64)]) -> Marker {
    let mut attributes: Attributes = numbers
        .iter()
        .map(|(key, value)| ((*key).to_owned(), AttributeValue::Number(*value)))
        .collect();
    if kind == "stamp" {
        attributes.insert("file".to_owned(), AttributeValue::Text(HILL.to_owned()));
    }
    Marker {
        id,
        kind: kind.to_owned(),
        name: String::new(),
        note: String::new(),
        geometry,
        layer: 0,
        priority: 0,
        attributes,
    }
}

/// An island with markers of many kinds, overlapping as a designer would have them; none of them follows the ground
/// that the others make.
pub(crate) fn unfitted() -> Island {
    let mut island = island("varied", 256);
    let outline = [
        (-80.0, -70.0),
        (10.0, -95.0),
        (85.0, -40.0),
        (70.0, 60.0),
        (-20.0, 90.0),
        (-90.0, 30.0),
    ];
    let outline = outline.map(|(x, y)| at(x, y, 0.0)).to_vec();
    add(&mut island, "land", "land", Geometry::Area(outline), &[]);
    add(
        &mut island,
        "spit",
        "land",
        Geometry::Path(vec![at(60.0, 70.0, 0.0), at(95.0, 95.0, 0.0)]),
        &[("radius", 9.0), ("height", 3.0)],
    );
    add(
        &mut island,
        "bay",
        "lagoon",
        Geometry::Point(at(0.0, -90.0, 0.0)),
        &[("radius", 28.0), ("depth", 4.0)],
    );
    add(
        &mut island,
        "peak",
        "peak",
        Geometry::Point(at(-30.0, 20.0, 70.0)),
        &[("radius", 60.0)],
    );
    let crest = vec![at(-30.0, 20.0, 60.0), at(10.0, 40.0, 35.0), at(50.0, 35.0, 20.0)];
    add(
        &mut island,
        "ridge",
        "ridge",
        Geometry::Path(crest),
        &[("radius", 30.0)],
    );
    let level = vec![
        at(30.0, -40.0, 16.0),
        at(60.0, -35.0, 16.0),
        at(55.0, -5.0, 16.0),
        at(25.0, -10.0, 16.0),
    ];
    add(
        &mut island,
        "plateau",
        "plateau",
        Geometry::Area(level),
        &[("edge", 8.0)],
    );
    let floor = vec![
        at(-70.0, -20.0, 14.0),
        at(-50.0, -40.0, 5.0),
        at(-40.0, -60.0, 2.0),
    ];
    add(
        &mut island,
        "valley",
        "valley",
        Geometry::Path(floor),
        &[("flank", 20.0)],
    );
    let sand = vec![at(-35.0, -70.0, 0.0), at(0.0, -62.0, 0.0), at(35.0, -75.0, 0.0)];
    add(&mut island, "sand", "beach", Geometry::Path(sand), &[]);
    let cliff = vec![at(-90.0, 30.0, 0.0), at(-55.0, 70.0, 0.0)];
    add(
        &mut island,
        "wall",
        "cliff",
        Geometry::Path(cliff),
        &[("height", 18.0), ("overhang", 5.0)],
    );
    let passage = vec![at(-60.0, -5.0, 8.0), at(-35.0, 15.0, 12.0), at(-10.0, 30.0, 10.0)];
    let hall = Geometry::Point(at(-25.0, 20.0, 6.0));
    let grotto = vec![at(95.0, -20.0, 0.0), at(70.0, -15.0, 0.0), at(50.0, -20.0, 1.0)];
    let bridge = vec![at(-20.0, -90.0, 2.0), at(20.0, -85.0, 2.0)];
    add(&mut island, "passage", "cave", Geometry::Path(passage), &[]);
    add(
        &mut island,
        "door",
        "entrance",
        Geometry::Point(at(-55.0, 0.0, 0.0)),
        &[],
    );
    add(&mut island, "hall", "cavern", hall, &[]);
    add(&mut island, "grotto", "sea_cave", Geometry::Path(grotto), &[]);
    add(&mut island, "bridge", "arch", Geometry::Path(bridge), &[]);
    let hanging = Geometry::Point(at(60.0, -70.0, 52.0));
    add(&mut island, "hanging", "floating_rock", hanging, &[]);
    add(
        &mut island,
        "wood",
        "forest",
        Geometry::Point(at(0.0, -20.0, 0.0)),
        &[("radius", 40.0)],
    );
    island
}

/// A kind, where it lies, and its attributes.
type Placed = (&'static str, Geometry, &'static [(&'static str, f64)]);

/// The same with every other kind of marker on top, those that are fitted to the ground among them, and a hut on a pad.
pub(crate) fn varied() -> Island {
    let mut island = unfitted();
    let point = |x, y, z| Geometry::Point(at(x, y, z));
    let path = |corners: &[(f32, f32, f32)]| {
        Geometry::Path(corners.iter().map(|(x, y, z)| at(*x, *y, *z)).collect())
    };
    let course = path(&[(-10.0, 45.0, 0.0), (15.0, 62.0, 0.0), (25.0, 85.0, 0.0)]);
    let brook = path(&[(-5.0, 10.0, 0.0), (8.0, 25.0, 0.0), (0.0, 48.0, 0.0)]);
    let gap = path(&[(20.0, 20.0, 14.0), (28.0, 52.0, 12.0)]);
    let way = path(&[(50.0, -45.0, 0.0), (20.0, 10.0, 0.0), (30.0, 80.0, 0.0)]);
    let trail = path(&[(-60.0, 40.0, 0.0), (-45.0, -5.0, 0.0), (-20.0, -40.0, 0.0)]);
    let wall = path(&[(-75.0, -45.0, 4.0), (-55.0, -68.0, 4.0)]);
    let crest = path(&[(-115.0, -60.0, 0.0), (-100.0, -105.0, 0.0)]);
    let others: [Placed; 24] = [
        ("islet", point(112.0, 20.0, 0.0), &[("radius", 9.0)]),
        ("volcano", point(55.0, 70.0, 34.0), &[("radius", 34.0)]),
        (
            "dune",
            point(-60.0, -60.0, 0.0),
            &[("radius", 16.0), ("edge", 8.0)],
        ),
        (
            "terrace",
            point(-5.0, 5.0, 0.0),
            &[("radius", 22.0), ("edge", 10.0)],
        ),
        (
            "crater",
            point(-70.0, 30.0, 0.0),
            &[("radius", 9.0), ("edge", 8.0)],
        ),
        ("pass", gap, &[("width", 6.0), ("flank", 18.0)]),
        (
            "stamp",
            point(75.0, 0.0, 3.0),
            &[("width", 30.0), ("height", 12.0)],
        ),
        ("reef", crest, &[("width", 6.0), ("edge", 8.0)]),
        (
            "erosion",
            point(40.0, 30.0, 0.0),
            &[("radius", 30.0), ("edge", 8.0)],
        ),
        ("waterfall", point(15.0, 62.0, 0.0), &[("radius", 10.0)]),
        (
            "lake",
            point(5.0, -35.0, 0.0),
            &[("radius", 10.0), ("depth", 3.0)],
        ),
        ("river", course, &[("width", 3.0), ("search", 60.0)]),
        ("stream", brook, &[("search", 30.0)]),
        ("noise_region", point(60.0, -20.0, 0.0), &[("radius", 22.0)]),
        ("dyke", wall, &[]),
        (
            "harbour",
            point(-85.0, -15.0, 0.0),
            &[("radius", 10.0), ("skirt", 6.0)],
        ),
        ("pad", point(10.0, -60.0, 0.0), &[]),
        ("road", way, &[]),
        ("path", trail, &[]),
        ("swamp", point(-45.0, -45.0, 0.0), &[("radius", 14.0)]),
        ("meadow", point(8.0, -15.0, 0.0), &[("radius", 18.0)]),
        ("ash", point(-72.0, 0.0, 0.0), &[("radius", 16.0)]),
        ("snow", point(-30.0, 20.0, 0.0), &[("radius", 18.0)]),
        ("clearing", point(-22.0, -28.0, 0.0), &[("radius", 9.0)]),
    ];
    for (number, (kind, geometry, numbers)) in others.into_iter().enumerate() {
        // Ids say nothing about the order in which they stand here.
        let id = Id::from_random(number as u64).to_string();
        add(&mut island, &id, kind, geometry, numbers);
    }
    let hut = hut(-15.0, -50.0);
    island.pois.insert(hut.id, hut);
    island
}

/// Four varied islands side by side on one: most edits can reach one of them only.
pub(crate) fn quarters() -> Island {
    let mut island = island("quarters", 512);
    let quarter = varied();
    for (number, (x_m, y_m)) in
        (1..).zip([(-128.0, -128.0), (128.0, -128.0), (-128.0, 128.0), (128.0, 128.0)])
    {
        // Ids as far apart as those of the quarter, and others in each.
        let renamed = |id: Id| Id::from_random(id.to_bits().wrapping_mul(2 * number + 1));
        for marker in quarter.markers.values() {
            let mut marker = marker.clone();
            marker.id = MarkerId(renamed(marker.id.0));
            marker.geometry = marker.geometry.moved(x_m, y_m, 0.0);
            island.markers.insert(marker.id, marker);
        }
        for poi in quarter.pois.values() {
            let poi = Poi {
                id: PoiId(renamed(poi.id.0)),
                x_m: poi.x_m + x_m,
                y_m: poi.y_m + y_m,
                ..poi.clone()
            };
            island.pois.insert(poi.id, poi);
        }
    }
    assert_eq!(island.markers.len(), 4 * quarter.markers.len(), "two ids clash");
    island
}

/// A POI that levels its ground and has a model on it.
pub(crate) fn hut(x_m: f32, y_m: f32) -> Poi {
    let attributes = [
        ("pad", AttributeValue::Number(6.0)),
        ("blueprint", AttributeValue::Text(HUT.to_owned())),
    ];
    let attributes = attributes.map(|(key, value)| (key.to_owned(), value)).into();
    poi("hut".parse().unwrap(), (x_m, y_m), attributes)
}

pub(crate) fn poi(id: PoiId, (x_m, y_m): (f32, f32), attributes: Attributes) -> Poi {
    Poi {
        id,
        kind: "spot".to_owned(),
        name: String::new(),
        note: String::new(),
        x_m,
        y_m,
        attributes,
    }
}

#[test]
fn every_kind_is_on_the_varied_island() {
    let kinds: BTreeSet<String> = varied().markers.into_values().map(|marker| marker.kind).collect();
    let known: BTreeSet<String> = worldgen::marker::schema().markers.keys().cloned().collect();
    assert_eq!(kinds, known);
    // And each has an effect there: none is covered up, or lies where it does nothing.
    let whole = varied();
    let hash = baked(&whole).hash();
    let idle: Vec<_> = whole
        .record_ids()
        .filter(|id| {
            let mut without = whole.clone();
            without
                .markers
                .retain(|marker, _| RecordId::Marker(*marker) != *id);
            without.pois.retain(|poi, _| RecordId::Poi(*poi) != *id);
            baked(&without).hash() == hash
        })
        .filter_map(|id| whole.record(id))
        .collect();
    assert!(idle.is_empty(), "{idle:#?}");
}

/// A ring of land around a lagoon, with palms' worth of forest on it.
pub(crate) fn atoll() -> Island {
    let mut island = island("atoll", 192);
    add(
        &mut island,
        "ring",
        "land",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", 70.0), ("height", 5.0)],
    );
    add(
        &mut island,
        "lagoon",
        "lagoon",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", 26.0)],
    );
    add(
        &mut island,
        "pass",
        "lagoon",
        Geometry::Path(vec![at(30.0, 0.0, 0.0), at(75.0, 10.0, 0.0)]),
        &[("radius", 7.0)],
    );
    add(
        &mut island,
        "wood",
        "forest",
        Geometry::Point(at(-45.0, 0.0, 0.0)),
        &[("radius", 30.0), ("density", 1.0)],
    );
    island
}

/// The sea, and nothing else.
pub(crate) fn empty() -> Island {
    island("empty", 64)
}

pub(crate) fn plan(island: &Island) -> IslandPlan {
    IslandPlan::new(&settings(), &stamps(), island)
}

pub(crate) fn options(threads: usize) -> BakeOptions {
    BakeOptions {
        threads,
        simd: SimdLevel::detect(),
    }
}

pub(crate) fn baked(island: &Island) -> BakedIsland {
    bake(&plan(island), &options(2), &()).unwrap()
}

/// How many cases a test has: `default`, or what the environment asks for.
pub(crate) fn from_environment(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// Random numbers for test cases: SplitMix64.
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.bits() % count as u64).unwrap()
    }

    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.bits() % 10_000) as f32 / 10_000.0
    }
}
