//! Water above the sea, voxel by voxel: it never stands in the open, never runs uphill and always arrives.
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

use shared::attribute::AttributeValue;
use shared::coords::{ColumnPos, LocalPos, VoxelPos};
use shared::geometry::Geometry;
use shared::ids::MarkerId;
use shared::island::{Island, RecordId};
use worldgen::BakedIsland;

use crate::fixture::{Draw, add, at, baked, from_environment, island, settings};

/// Random islands; more on demand: `ISLANDS=1000 cargo test --release -p worldgen --test generator water_stands`,
/// or one of them: `FIRST=287 ISLANDS=1`.
const ISLANDS: usize = 40;

/// Level of the water of every column that has some: z of the air above it.
fn water_levels(bake: &BakedIsland) -> BTreeMap<ColumnPos, i32> {
    let (min, max) = (bake.bounds().min(), bake.bounds().max());
    let columns = (min.y..max.y).flat_map(|y| (min.x..max.x).map(move |x| ColumnPos::new(x, y)));
    let level = |column: ColumnPos| {
        let is_wet = |z: &i32| bake.material(VoxelPos::new(column.x, column.y, *z)).is_wet();
        // Corals and roots may stand on the bed. Voxels over the surface of the water are looked at as well.
        let ground = bake.ground(column).unwrap();
        let tile = bake.tile(column.tile()).unwrap();
        let water_end = i32::from(tile.water_ends[column.index_in_tile()]);
        let above = ground..(water_end.max(ground) + 6).min(max.z);
        above.rev().find(is_wet).map(|z| z + 1)
    };
    columns
        .filter_map(|column| Some((column, level(column)?)))
        .collect()
}

fn beside(column: ColumnPos) -> [ColumnPos; 4] {
    [(-1, 0), (1, 0), (0, -1), (0, 1)].map(|(dx, dy)| ColumnPos::new(column.x + dx, column.y + dy))
}

/// Columns where water has air beside it that is no step down to other water.
fn walls(bake: &BakedIsland, levels: &BTreeMap<ColumnPos, i32>) -> Vec<(ColumnPos, i32)> {
    let stands_open = |(column, level): &(ColumnPos, i32)| {
        beside(*column)
            .into_iter()
            .any(|beside| match levels.get(&beside) {
                Some(_) => false,
                None => bake.ground(beside).is_some_and(|ground| ground < *level),
            })
    };
    let levels = levels.iter().map(|(column, level)| (*column, *level));
    levels
        .filter(|(_, level)| *level > 0)
        .filter(stands_open)
        .collect()
}

/// Columns that water can run to from one without ever rising.
fn downstream(levels: &BTreeMap<ColumnPos, i32>, from: ColumnPos) -> BTreeSet<ColumnPos> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(column) = open.pop() {
        for next in beside(column) {
            let runs_down = levels.get(&next).is_some_and(|level| *level <= levels[&column]);
            if runs_down && seen.insert(next) {
                open.push(next);
            }
        }
    }
    seen
}

/// Whether water can run from a column to where it is meant to end without ever rising.
pub(crate) fn arrives(
    levels: &BTreeMap<ColumnPos, i32>,
    is_end: impl Fn(ColumnPos) -> bool,
    from: ColumnPos,
) -> bool {
    downstream(levels, from).into_iter().any(is_end)
}

/// The column with water nearest to a place, within 3 m.
pub(crate) fn water_near(levels: &BTreeMap<ColumnPos, i32>, place: LocalPos) -> Option<ColumnPos> {
    let middle = place.voxel().column();
    let around = (-3..=3).flat_map(|dy| (-3..=3).map(move |dx| (dx, dy)));
    let columns = around.map(|(dx, dy)| ColumnPos::new(middle.x + dx, middle.y + dy));
    columns
        .filter(|column| levels.contains_key(column))
        .min_by_key(|column| (column.x - middle.x).pow(2) + (column.y - middle.y).pow(2))
}

/// An island with hills and hollows, and water on it; with where its rivers begin.
fn random_island(draw: &mut Draw) -> (Island, Vec<(MarkerId, LocalPos)>) {
    let mut island = island("wet", 256);
    let radius = f64::from(draw.between(80.0, 100.0));
    add(
        &mut island,
        "land",
        "land",
        Geometry::Point(at(0.0, 0.0, 0.0)),
        &[("radius", radius), ("noise", 6.0), ("height", 10.0)],
    );
    for number in 0..3 {
        let (x, y) = (draw.between(-50.0, 50.0), draw.between(-50.0, 50.0));
        let summit = Geometry::Point(at(x, y, draw.between(25.0, 70.0)));
        add(
            &mut island,
            &format!("peak{number}"),
            "peak",
            summit,
            &[("radius", 45.0)],
        );
    }
    let hollow = at(
        draw.between(-50.0, 50.0),
        draw.between(-50.0, 50.0),
        draw.between(2.0, 9.0),
    );
    add(
        &mut island,
        "hollow",
        "valley",
        Geometry::Point(hollow),
        &[("radius", 10.0)],
    );
    let lake = at(draw.between(-60.0, 60.0), draw.between(-60.0, 60.0), 20.0);
    let width = f64::from(draw.between(8.0, 24.0));
    add(
        &mut island,
        "lake",
        "lake",
        Geometry::Point(lake),
        &[("radius", width)],
    );
    let mut starts = Vec::new();
    for number in 0..3 {
        let kind = ["river", "stream"][draw.below(2)];
        let count = draw.below(4) + 1;
        let corners: Vec<LocalPos> = (0..count)
            .map(|_| at(draw.between(-70.0, 70.0), draw.between(-70.0, 70.0), 0.0))
            .collect();
        let start = corners[0];
        let line = if count == 1 {
            Geometry::Point(corners[0])
        } else {
            Geometry::Path(corners)
        };
        let mouth = f64::from(draw.between(2.0, 14.0));
        let run = add(
            &mut island,
            &format!("run{number}"),
            kind,
            line,
            &[("mouth_width", mouth)],
        );
        starts.push((run.id, start));
    }
    let fall = at(draw.between(-40.0, 40.0), draw.between(-40.0, 40.0), 0.0);
    add(
        &mut island,
        "fall",
        "waterfall",
        Geometry::Point(fall),
        &[("radius", 40.0)],
    );
    (island, starts)
}

/// The column in the middle of the lake.
fn lake_of(island: &Island) -> ColumnPos {
    let lake = island
        .markers
        .values()
        .find(|marker| marker.kind == "lake")
        .unwrap();
    lake.geometry.anchor().voxel().column()
}

/// Markers whose river does not arrive, as a rule tells.
fn told_by(island: &Island, code: &str) -> BTreeSet<MarkerId> {
    let issues = worldgen::rules::check_island(
        &settings(),
        &crate::fixture::stamps(),
        island,
        &AtomicBool::new(false),
    );
    let told = issues.into_iter().filter(|issue| issue.rule.code == code);
    told.filter_map(|issue| match issue.subject.record {
        Some(RecordId::Marker(id)) => Some(id),
        _ => None,
    })
    .collect()
}

#[test]
fn water_stands_nowhere_in_the_open_and_always_runs_down_to_the_sea() {
    let (mut arrived, mut lost) = (0, 0);
    let number = |name, default| u64::try_from(from_environment(name, default)).unwrap();
    let first = number("FIRST", 0);
    for seed in first..first + number("ISLANDS", ISLANDS) {
        let (island, starts) = random_island(&mut Draw(seed));
        let bake = baked(&island);
        let levels = water_levels(&bake);
        let walls = walls(&bake, &levels);
        assert!(
            walls.is_empty(),
            "seed {seed}: {:?}",
            &walls[..walls.len().min(9)]
        );
        let (dangling, blocked) = (
            told_by(&island, "river-dangling"),
            told_by(&island, "river-blocked"),
        );
        let lake = lake_of(&island);
        // Where the rivers begin that are known not to arrive.
        let is_known = |id: &MarkerId| dangling.contains(id) || blocked.contains(id);
        let known_starts = starts.iter().filter(|(id, _)| is_known(id));
        let lost_sources: Vec<ColumnPos> = known_starts
            .filter_map(|(_, start)| water_near(&levels, *start))
            .collect();
        for (id, start) in &starts {
            let (id, start) = (*id, *start);
            let known = is_known(&id);
            let Some(source) = water_near(&levels, start) else {
                // Higher water stands where it would begin.
                assert!(known, "seed {seed}: no water at {start:?}, and no rule says so");
                lost += 1;
                continue;
            };
            let is_sea = |column: ColumnPos| {
                let tile = bake.tile(column.tile()).unwrap();
                tile.coast_distances[column.index_in_tile()] < 0 && levels[&column] == 0
            };
            let is_end = |column: ColumnPos| column == lake || is_sea(column);
            let arrives = arrives(&levels, is_end, source);
            // One that flows into such a river ends with it.
            let joins_lost = || {
                let own = downstream(&levels, source);
                let meets = |lost: &ColumnPos| !own.is_disjoint(&downstream(&levels, *lost));
                lost_sources.iter().any(meets)
            };
            assert!(
                arrives || known || joins_lost(),
                "seed {seed}: {id} ends on the way and no rule says so"
            );
            // One whose water stays in the lake that it was to lead out of is rightly called so.
            let reaches_sea = self::arrives(&levels, is_sea, source);
            assert!(
                !(reaches_sea && blocked.contains(&id)),
                "seed {seed}: {id} arrives, but a rule calls it blocked"
            );
            arrived += u32::from(arrives);
            lost += u32::from(!arrives);
            if !arrives {
                println!("seed {seed}: {id} from {start:?} is lost");
            }
        }
    }
    // Corners at random places lead into hollows and against lakes now and then.
    assert!(lost * 20 < arrived, "{lost} rivers were lost, {arrived} arrived");
}

#[test]
fn a_lake_lies_level_and_no_higher_than_its_rim() {
    let mut island = island("tarn", 256);
    let land = Geometry::Point(at(0.0, 0.0, 0.0));
    add(
        &mut island,
        "land",
        "land",
        land,
        &[("radius", 100.0), ("height", 20.0)],
    );
    let tarn = add(
        &mut island,
        "tarn",
        "lake",
        Geometry::Point(at(0.0, 0.0, 90.0)),
        &[("radius", 30.0)],
    );
    tarn.attributes
        .insert("level".into(), AttributeValue::Choice("drawn".into()));
    let bake = baked(&island);
    let levels = water_levels(&bake);
    let level = levels[&ColumnPos::new(0, 0)];
    assert!((14..20).contains(&level), "{level}");
    let lake: Vec<_> = levels.iter().filter(|(_, level)| **level > 0).collect();
    assert!(lake.iter().all(|(_, other)| **other == level));
    assert!((2000..6000).contains(&lake.len()), "{} columns", lake.len());
    assert!(walls(&bake, &levels).is_empty());
    let depth = level - bake.ground(ColumnPos::new(0, 0)).unwrap();
    assert!((4..=6).contains(&depth), "{depth} m deep");
}
