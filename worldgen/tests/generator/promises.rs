//! What designers may rely on, kind by kind: it holds without noise and with all noise that the schema
//! allows, whatever the seed (B26, D34).
//!
//! A trial draws an island of its own and says what the kind then did not keep. Only the tiles and chunks that it
//! asks for are generated, which property 4 makes equal to those of the whole island.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use shared::attribute::AttributeValue;
use shared::coords::{ChunkPos, ColumnPos, LocalPos, TilePos, VoxelPos};
use shared::geometry::Geometry;
use shared::island::Island;
use worldgen::surface::SurfaceTile;
use worldgen::{Chunk, IslandPlan, Material, SimdLevel, marker};

use crate::fixture::{Draw, add, at, island, plan};

mod coast;
mod protected;
mod relief;
mod volume;
mod water;
mod works;
mod zones;

/// Kinds that promise something about a place that is drawn, which no longer holds there once their line is bent.
const WHERE_DRAWN: [&str; 3] = ["dune", "dyke", "pass"];

/// The kinds that promise something, each with a trial of it; by topic, so that topics run side by side.
const TOPICS: [&[(&str, Trial)]; 6] = [
    coast::PROMISES,
    relief::PROMISES,
    volume::PROMISES,
    water::PROMISES,
    works::PROMISES,
    zones::PROMISES,
];

type Trial = fn(&mut Draw, Noise) -> Result<(), String>;

const SEEDS: u64 = 100;
/// Edge of the islands in metres.
const EDGE: i32 = 128;
/// Half of 1/256 m, by which quantised heights may differ from drawn ones, and what single floats add.
const EXACT_M: f32 = 0.01;
/// The strongest noise that the schema allows.
const STRENGTH_M: f32 = 32.0;

/// How much noise a trial has.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Noise {
    /// All strengths are 0.
    None,
    /// The noise of ground and walls has the greatest strength; outlines stay as drawn, so that places can be
    /// told beforehand.
    Full,
    /// The same, and outlines and crests are bent.
    Bent,
}

impl Noise {
    /// Most that noise moves an outline, in metres.
    fn bend_m(self) -> i16 {
        if self == Self::Bent { 8 } else { 0 }
    }

    /// Most that noise raises or lowers ground that is drawn at a height, in metres: no more than its strength `s`, nor
    /// than 85 % of the height `r`, and where both are near each other less than either, s r / (s + r).
    fn most_m(self, height_m: f32) -> f32 {
        let (strength_m, room_m) = (self.strength_m(), 0.85 * height_m.abs());
        strength_m * room_m / (strength_m + room_m) + EXACT_M
    }

    fn strength_m(self) -> f32 {
        if self == Self::None { 0.0 } else { STRENGTH_M }
    }
}

#[test]
fn every_kind_promises_something() {
    let promised: BTreeSet<&str> = TOPICS.into_iter().flatten().map(|(kind, _)| *kind).collect();
    let kinds: BTreeSet<&str> = marker::schema().markers.keys().map(String::as_str).collect();
    assert_eq!(promised, kinds);
}

/// Runs every trial with every seed, without noise, with all of it, and with outlines bent as well.
fn hold(promises: &[(&str, Trial)]) {
    for (kind, trial) in promises {
        let has_outline = marker::schema().markers[*kind]
            .attribute("outline_noise")
            .is_some();
        let bends = has_outline && !WHERE_DRAWN.contains(kind);
        let noises = [Noise::None, Noise::Full]
            .into_iter()
            .chain(bends.then_some(Noise::Bent));
        for seed in 0..SEEDS {
            for noise in noises.clone() {
                if let Err(broken) = trial(&mut Draw(seed), noise) {
                    panic!("{kind}, seed {seed}, noise {noise:?}: {broken}");
                }
            }
        }
    }
}

/// An island without markers, under an id that differs from draw to draw.
fn sea(draw: &mut Draw) -> Island {
    let mut island = island("promise", EDGE);
    island.id.0 = shared::ids::Id::from_random(draw.bits());
    island
}

/// Rough land that fills most of the island.
fn ground(draw: &mut Draw) -> Island {
    let mut island = sea(draw);
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
fn place(draw: &mut Draw, (low_m, high_m): (f32, f32)) -> LocalPos {
    at(
        draw.between(-20.0, 20.0),
        draw.between(-20.0, 20.0),
        draw.between(low_m, high_m),
    )
}

/// The island with that much noise in all of its markers.
fn with_noise(island: Island, noise: Noise) -> Island {
    with_strengths(island, noise.strength_m(), noise.bend_m().into())
}

/// The same without noise on the ground, with outlines bent alike.
fn calmed(island: Island, noise: Noise) -> Island {
    with_strengths(island, 0.0, noise.bend_m().into())
}

fn with_strengths(mut island: Island, strength_m: f32, bend_m: f32) -> Island {
    for marker in island.markers.values_mut() {
        for (key, strength_m) in [("noise", strength_m), ("outline_noise", bend_m)] {
            marker
                .attributes
                .insert(key.to_owned(), AttributeValue::Number(strength_m.into()));
        }
    }
    island
}

/// The ground of an island with that much noise in all of its markers.
fn columns(island: Island, noise: Noise) -> Ground {
    Ground::of(&with_noise(island, noise))
}

/// An island that is generated where one looks.
struct Ground {
    plan: IslandPlan,
    tiles: RefCell<BTreeMap<TilePos, Rc<SurfaceTile>>>,
    chunks: RefCell<BTreeMap<ChunkPos, Rc<Chunk>>>,
}

impl Ground {
    fn of(island: &Island) -> Self {
        Self {
            plan: plan(island),
            tiles: RefCell::default(),
            chunks: RefCell::default(),
        }
    }

    fn tile(&self, tile: TilePos) -> Rc<SurfaceTile> {
        let mut tiles = self.tiles.borrow_mut();
        let surface = || Rc::new(self.plan.surface(tile, SimdLevel::detect()));
        tiles.entry(tile).or_insert_with(surface).clone()
    }

    fn all_tiles(&self) -> impl Iterator<Item = Rc<SurfaceTile>> {
        self.plan.bounds().tiles().map(|tile| self.tile(tile))
    }

    /// Heights of all columns in 1/256 voxel.
    fn heights(&self) -> Vec<i32> {
        self.all_tiles().flat_map(|tile| tile.heights).collect()
    }

    /// Height of the column that holds a place, in metres.
    fn height_m(&self, x_m: f32, y_m: f32) -> f32 {
        let column = at(x_m, y_m, 0.0).voxel().column();
        self.tile(column.tile()).heights[column.index_in_tile()] as f32 / 256.0
    }

    /// The z of the highest ground voxel of a column, as columns alone make it.
    fn top(&self, column: ColumnPos) -> i32 {
        self.tile(column.tile()).top_voxel(column.index_in_tile())
    }

    /// Material of that voxel.
    fn soil(&self, column: ColumnPos) -> Material {
        self.tile(column.tile()).materials[column.index_in_tile()]
    }

    /// Level of the water over a column: z of the air above it.
    fn water(&self, column: ColumnPos) -> Option<i32> {
        let tile = self.tile(column.tile());
        let end = i32::from(tile.water_ends[column.index_in_tile()]);
        (end > tile.top_voxel(column.index_in_tile()) + 1).then_some(end)
    }

    fn material(&self, voxel: VoxelPos) -> Material {
        let chunk = voxel.chunk();
        let surface = self.tile(chunk.tile());
        let mut chunks = self.chunks.borrow_mut();
        let generated = || Rc::new(self.plan.chunk(chunk, &surface, SimdLevel::detect()));
        let chunk = chunks.entry(chunk).or_insert_with(generated);
        chunk.material(voxel.index_in_chunk())
    }

    fn is_solid(&self, voxel: VoxelPos) -> bool {
        self.material(voxel).is_solid()
    }
}

/// Every place within a distance of a point, metre by metre, with the distance of its column's middle.
fn around(middle: LocalPos, radius: i32) -> impl Iterator<Item = (f32, f32, f32)> {
    (-radius..=radius)
        .flat_map(move |dy| (-radius..=radius).map(move |dx| (dx, dy)))
        .map(move |(dx, dy)| {
            let column = |metres: f32, offset: i32| metres.floor() + offset as f32 + 0.5;
            let (x, y) = (column(middle.x_m, dx), column(middle.y_m, dy));
            let (east, north) = (x - middle.x_m, y - middle.y_m);
            (x, y, (east * east + north * north).sqrt())
        })
        .filter(move |(.., away)| *away <= radius as f32)
}

/// The columns within a distance of a point, with the distance of their middles.
fn columns_around(middle: LocalPos, radius: i32) -> impl Iterator<Item = (ColumnPos, f32)> {
    around(middle, radius).map(|(x, y, away)| (at(x, y, 0.0).voxel().column(), away))
}

/// `Ok` when a height is that which was promised.
fn expect_height(what: &str, found_m: f32, promised_m: f32, by_m: f32) -> Result<(), String> {
    expect((found_m - promised_m).abs() <= by_m, || {
        format!("{what} is {found_m} m high, not {promised_m} m")
    })
}

/// `Ok` when something holds, otherwise what was found in its place.
fn expect(holds: bool, found: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(found()) }
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
