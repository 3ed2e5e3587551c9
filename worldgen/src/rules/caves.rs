//! The rule about caves that nobody can enter.
//!
//! The voxels around the caves are made, as the bake would make them, and the open air is let into them: what it
//! does not reach is closed. Whole columns of a chunk, 32 voxels in one number, are flooded at once.
//!
//! *Not* responsible for: keeping caves closed (see [`crate::volume`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use shared::attribute::Attributes;
use shared::coords::{CHUNK_EDGE, ChunkPos, ColumnPos, LocalPos, TILE_COLUMNS, TilePos, VoxelPos};
use shared::edit::Edit;
use shared::geometry::{Box2, Geometry};
use shared::ids::{Id, MarkerId};
use shared::island::{Island, Marker, Record, RecordId};
use shared::issue::{Issue, Subject, rules};
use shared::project::Settings;
use shared::stamp::Stamps;

use crate::fill::{Above, Room};
use crate::marker;
use crate::plan::{HALO_M, IslandPlan};
use crate::simd::SimdLevel;
use crate::water::canvas::beside;

rules! {
    CAVE_WITHOUT_ENTRANCE = "cave-without-entrance", Warning, None,
        "Nobody can get into the cave or cavern: caves stay closed except at `entrance` markers. Put one where the cave \
         comes near the surface, or lead the cave to another one that is open.";
}

/// The kinds that stay closed without an entrance.
const CLOSED_KINDS: [&str; 2] = ["cave", "cavern"];
/// Places at which a fix tries an entrance.
const TRIED_PLACES: usize = 3;
/// Caves for which a fix is looked for: each try makes the voxels around a cave again.
const TRIED_CAVES: usize = 8;
/// Extent of a cave, in metres, beyond which no fix is looked for.
const MOST_TRIED_M: f32 = 768.0;

/// Checks the caves of one island.
pub(super) fn check(
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    plan: &IslandPlan,
    cancel: &AtomicBool,
    issues: &mut Vec<Issue>,
) {
    let caves = || {
        let markers = island.markers.values();
        markers.filter(|marker| CLOSED_KINDS.contains(&marker.kind.as_str()))
    };
    let Some(hollows) = Hollows::around(plan, caves(), cancel) else {
        return;
    };
    for (number, cave) in caves().filter(|cave| hollows.is_closed(cave)).enumerate() {
        let subject = Subject::record(island.id, RecordId::Marker(cave.id));
        let message = format!("nothing leads into the {}", cave.kind);
        let help = "put an `entrance` where it comes near the surface";
        let mut issue = Issue::new(&CAVE_WITHOUT_ENTRANCE, subject, message, help);
        let reach = plan.support(RecordId::Marker(cave.id)).unwrap_or(Box2::EMPTY);
        let (width_m, depth_m) = reach.size_m();
        let is_small = width_m <= MOST_TRIED_M && depth_m <= MOST_TRIED_M;
        let tried = if number < TRIED_CAVES && is_small {
            TRIED_PLACES
        } else {
            0
        };
        let doors = hollows.shallowest(plan, cave).into_iter().take(tried);
        let mut doors = doors.map(|place| entrance(plan, cave, place));
        let opens = |door: &Marker| {
            let mut island = island.clone();
            island.markers.insert(door.id, door.clone());
            let plan = IslandPlan::after(plan, settings, stamps, &island);
            let hollows = Hollows::around(&plan, std::iter::once(cave), cancel);
            hollows.is_some_and(|hollows| !hollows.is_closed(cave))
        };
        if let Some(door) = doors.find(opens) {
            let edits = vec![Edit::PutRecord {
                island: island.id,
                record: Box::new(Record::Marker(door)),
            }];
            issue = issue.with_fix("Put an entrance where it is nearest to the surface", edits);
        }
        issues.push(issue);
    }
}

/// A new entrance at a place of a cave.
fn entrance(plan: &IslandPlan, cave: &Marker, place: LocalPos) -> Marker {
    let seed = plan.seed().marker(cave.id).feature("entrance");
    Marker {
        id: MarkerId(Id::from_random(seed.to_u64())),
        kind: "entrance".to_owned(),
        name: String::new(),
        note: String::new(),
        geometry: Geometry::Point(place),
        layer: cave.layer,
        priority: cave.priority,
        attributes: Attributes::new(),
    }
}

/// Places inside a cave, if there is rock around them: along its line, or between opposite sides of its outline.
fn places(cave: &Marker) -> Vec<LocalPos> {
    let line = marker::outline(cave);
    // A cavern stands on its line, a passage runs around it.
    let up_m = if cave.kind == "cavern" { 1.0 } else { 0.0 };
    let mix = |from: LocalPos, to: LocalPos, share: f32| {
        let mix = |from: f32, to: f32| from + (to - from) * share;
        LocalPos::new(
            mix(from.x_m, to.x_m),
            mix(from.y_m, to.y_m),
            mix(from.z_m, to.z_m) + up_m,
        )
    };
    if let Geometry::Area(_) = cave.geometry {
        let half = line.len() / 2;
        return line
            .iter()
            .zip(line.iter().skip(half))
            .map(|(a, b)| mix(*a, *b, 0.5))
            .collect();
    }
    let pieces = line
        .windows(2)
        .flat_map(|ends| [0.0, 0.5].map(|share| mix(ends[0], ends[1], share)));
    let last = line.last().map(|last| mix(*last, *last, 0.0));
    pieces.chain(last).collect()
}

/// One bit per voxel, in columns of a chunk: the lowest bit is the lowest voxel.
type Bits = Box<[u32; TILE_COLUMNS]>;

/// The hollows in the ground around some caves.
struct Hollows {
    /// z of the highest ground voxel of each column.
    tops: BTreeMap<TilePos, Vec<i32>>,
    /// What is hollow in each chunk that a body touches.
    hollow: BTreeMap<ChunkPos, Bits>,
    /// What of it the air reaches.
    open: BTreeMap<ChunkPos, Bits>,
}

impl Hollows {
    /// `None` without caves, and once `cancel` is set.
    fn around<'a>(
        plan: &IslandPlan,
        caves: impl Iterator<Item = &'a Marker>,
        cancel: &AtomicBool,
    ) -> Option<Self> {
        let caves: BTreeSet<RecordId> = caves.map(|cave| RecordId::Marker(cave.id)).collect();
        let boxes: Vec<Box2> = plan
            .operators_near(plan.bounds().footprint())
            .filter(|operator| caves.contains(&operator.record()))
            .map(|operator| operator.reach().grown(HALO_M))
            .collect();
        if boxes.is_empty() {
            return None;
        }
        let mut hollows = Self {
            tops: BTreeMap::new(),
            hollow: BTreeMap::new(),
            open: BTreeMap::new(),
        };
        let is_near = |tile: &TilePos| boxes.iter().any(|cave| cave.touches(tile.footprint()));
        for tile in plan.bounds().tiles().filter(is_near) {
            if cancel.load(Ordering::Relaxed) {
                return None;
            }
            hollows.add(plan, tile);
        }
        hollows.let_air_in();
        Some(hollows)
    }

    fn add(&mut self, plan: &IslandPlan, tile: TilePos) {
        let simd = SimdLevel::detect();
        let surface = plan.surface(tile, simd);
        let tops: Vec<i32> = (0..TILE_COLUMNS).map(|index| surface.top_voxel(index)).collect();
        let above = Above::new(plan, &surface, None, simd);
        if above.has_bodies() {
            let mut room = Room::new();
            for pos in plan.bounds().chunks_of(tile).filter(|pos| above.is_carved(*pos)) {
                let z = pos.first_voxel().z;
                let chunk = above.chunk(pos, &mut room);
                let mut hollow = chunk.solid_columns();
                for (bits, top) in hollow.iter_mut().zip(&tops) {
                    *bits = !*bits & up_to(top - z);
                }
                if hollow.iter().any(|bits| *bits != 0) {
                    self.hollow.insert(pos, hollow);
                    self.open.insert(pos, Box::new([0; TILE_COLUMNS]));
                }
            }
        }
        self.tops.insert(tile, tops);
    }

    /// Floods the hollows from all that lies beside or under the open.
    fn let_air_in(&mut self) {
        let mut queue: Vec<(ChunkPos, ColumnPos, u32)> = Vec::new();
        for (pos, hollow) in &self.hollow {
            let first = pos.first_voxel();
            let columns = (0..CHUNK_EDGE).flat_map(|y| (0..CHUNK_EDGE).map(move |x| (x, y)));
            for ((x, y), bits) in columns.zip(hollow.iter()).filter(|(_, bits)| **bits != 0) {
                let column = ColumnPos::new(first.x + x, first.y + y);
                // Right under the surface, or above that of a neighbour.
                let own = self.top(column).map(|top| top - 1);
                let lowest = beside(column)
                    .into_iter()
                    .filter_map(|beside| self.top(beside))
                    .chain(own)
                    .min();
                let open = lowest.map_or(0, |lowest| bits & !up_to(lowest - first.z));
                if open != 0 {
                    queue.push((*pos, column, open));
                }
            }
        }
        while let Some((pos, column, bits)) = queue.pop() {
            let index = column.index_in_tile();
            let (Some(hollow), Some(open)) = (self.hollow.get(&pos), self.open.get_mut(&pos)) else {
                continue;
            };
            let mut new = bits & hollow[index] & !open[index];
            loop {
                let more = (new | new << 1 | new >> 1) & hollow[index] & !open[index];
                if more == new {
                    break;
                }
                new = more;
            }
            if new == 0 {
                continue;
            }
            open[index] |= new;
            let at = |column: ColumnPos, z: i32| VoxelPos::new(column.x, column.y, z).chunk();
            let z = pos.first_voxel().z;
            queue.extend(beside(column).map(|beside| (at(beside, z), beside, new)));
            if new & 1 != 0 {
                queue.push((at(column, z - 1), column, 1 << (CHUNK_EDGE - 1)));
            }
            if new >> (CHUNK_EDGE - 1) != 0 {
                queue.push((at(column, z + CHUNK_EDGE), column, 1));
            }
        }
    }

    fn top(&self, column: ColumnPos) -> Option<i32> {
        self.tops
            .get(&column.tile())?
            .get(column.index_in_tile())
            .copied()
    }

    /// Whether a cave hollows anything out, and air reaches none of it.
    fn is_closed(&self, cave: &Marker) -> bool {
        let has = |of: &BTreeMap<ChunkPos, Bits>, place: &LocalPos| {
            let voxel = place.voxel();
            let bits = of
                .get(&voxel.chunk())
                .map_or(0, |bits| bits[voxel.column().index_in_tile()]);
            bits >> voxel.z.rem_euclid(CHUNK_EDGE) & 1 != 0
        };
        let places = places(cave);
        places.iter().any(|place| has(&self.hollow, place))
            && !places.iter().any(|place| has(&self.open, place))
    }

    /// The places of a cave, the one with the least ground over it first.
    fn shallowest(&self, plan: &IslandPlan, cave: &Marker) -> Vec<LocalPos> {
        let mut places = places(cave);
        places.retain(|place| super::is_inside(plan.bounds(), place.voxel().column()));
        let cover = |place: &LocalPos| {
            let voxel = place.voxel();
            self.top(voxel.column())
                .map_or(i32::MAX, |top| (top - voxel.z).abs())
        };
        places.sort_by_key(cover);
        // Not the same spot again.
        places.dedup_by(|a, b| (a.x_m - b.x_m).abs() + (a.y_m - b.y_m).abs() < 4.0);
        places
    }
}

/// The bits of the voxels up to one, counted from the lowest of a chunk.
fn up_to(last: i32) -> u32 {
    match last {
        ..0 => 0,
        0..31 => (1 << (last + 1)) - 1,
        _ => u32::MAX,
    }
}
