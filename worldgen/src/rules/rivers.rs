//! The rule about rivers whose water does not get to their mouth.
//!
//! A river is laid out on the ground that it finds; what acts after it, another river among it, may close its bed. So
//! the water is followed from the source on, level or down, over the ground as all markers leave it.
//!
//! *Not* responsible for: rivers that find no water to run into (see [`super::water`]).

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{ColumnPos, LocalPos, TilePos, VoxelPos};
use shared::geometry::Box2;
use shared::island::{Island, RecordId};
use shared::issue::{Issue, Subject, rules};

use super::voxels::Voxels;
use super::water::place;
use crate::ground::{Ground, GroundColumn, KeptGround};
use crate::plan::IslandPlan;
use crate::water::Finding;
use crate::water::canvas::beside;

rules! {
    RIVER_BLOCKED = "river-blocked", Warning,
        Some("what is to give way is the designer's choice"),
        "Something that acts after the river lies across its bed: a dyke, a stamp, rock that stands in the water, or another river \
         that crosses or falls into it. The water stands before it and does not get to the river's mouth.";
}

/// The kinds that carry water from a source to a mouth.
const RUNNING_KINDS: [&str; 2] = ["river", "stream"];
/// Water this near to a place of a river's line is the river's, in metres.
const NEAR_M: i32 = 3;
/// Columns over which one river is followed; water that is let out over more is taken to arrive.
const MOST_COLUMNS: usize = 1 << 19;

/// Checks the rivers of one island.
pub(super) fn check(island: &Island, plan: &IslandPlan, cancel: &AtomicBool, issues: &mut Vec<Issue>) {
    let is_dangling = |finding: &Finding| matches!(finding, Finding::RiverDangling { .. });
    let dangling: BTreeSet<RecordId> = plan
        .findings()
        .filter(|(_, finding)| is_dangling(finding))
        .map(|(record, _)| record)
        .collect();
    let kept = RefCell::new(KeptGround::default());
    let ground = Ground::new(plan, plan.bounds().footprint(), &kept);
    for operator in plan.operators_near(plan.bounds().footprint()) {
        if cancel.load(Ordering::Relaxed) || issues.len() >= shared::validate::MAX_ISSUES {
            return;
        }
        let record = operator.record();
        let RecordId::Marker(id) = record else { continue };
        let Some(marker) = island.markers.get(&id) else {
            continue;
        };
        if !RUNNING_KINDS.contains(&marker.kind.as_str()) || dangling.contains(&record) {
            continue;
        }
        if let Some(at) = Water::of(plan, &ground).end_before_mouth(&operator.shape().line()) {
            let message = format!(
                "the water of the {} does not get beyond {}",
                marker.kind,
                place(at)
            );
            let help = "move what lies across its bed there, or lead the river around it";
            let subject = Subject::record(island.id, record).field("path");
            issues.push(Issue::new(&RIVER_BLOCKED, subject, message, help));
        }
    }
}

/// The water of the finished ground, as far as it was looked at.
struct Water<'a> {
    plan: &'a IslandPlan,
    ground: &'a Ground<'a>,
    tiles: BTreeMap<TilePos, Arc<Vec<GroundColumn>>>,
    /// Where bodies or models may stand in the water.
    voxels: Voxels<'a>,
}

impl<'a> Water<'a> {
    fn of(plan: &'a IslandPlan, ground: &'a Ground<'a>) -> Self {
        Self {
            plan,
            ground,
            tiles: BTreeMap::new(),
            voxels: Voxels::new(plan),
        }
    }

    /// How far the water of a river gets that reaches neither its mouth nor the sea; `None` when it does.
    fn end_before_mouth(&mut self, course: &[LocalPos]) -> Option<LocalPos> {
        let (source, mouth) = (*course.first()?, course.last()?.voxel().column());
        // What covers the source only moves it: the first water on the line is where it comes to light.
        let first_wet = course.iter().find_map(|place| {
            let column = place.voxel().column();
            Some((column, self.level(column)?))
        });
        let Some((start, level)) = first_wet else {
            return Some(source);
        };
        let is_mouth = |column: ColumnPos| is_near(column, mouth);
        let mut seen = BTreeSet::from([start]);
        // The lowest water first, and of that what is nearest to the mouth.
        let mut open = BinaryHeap::from([Reverse((level, squared(start, mouth), start))]);
        while let Some(Reverse((level, _, column))) = open.pop() {
            if is_mouth(column) || self.is_sea(column) || seen.len() > MOST_COLUMNS {
                return None;
            }
            for beside in beside(column) {
                let runs_on = self.level(beside).filter(|below| *below <= level);
                if let Some(below) = runs_on
                    && seen.insert(beside)
                {
                    open.push(Reverse((below, squared(beside, mouth), beside)));
                }
            }
        }
        let is_reached = |place: &&LocalPos| around(**place).any(|column| seen.contains(&column));
        course.iter().rev().find(is_reached).copied().or(Some(source))
    }

    /// Level of the water over a column in whole metres, if any stands there and nothing solid in its surface.
    fn level(&mut self, column: ColumnPos) -> Option<i32> {
        let level = self.column(column).standing()?;
        let surface = VoxelPos::new(column.x, column.y, level - 1);
        (!self.is_solid(surface)).then_some(level)
    }

    /// Whether a body or a structure fills a voxel of water.
    fn is_solid(&mut self, voxel: VoxelPos) -> bool {
        let (x_m, y_m) = (voxel.x as f32, voxel.y as f32);
        let place = Box2 {
            min_x_m: x_m,
            min_y_m: y_m,
            max_x_m: x_m + 1.0,
            max_y_m: y_m + 1.0,
        };
        let is_free = !self.plan.has_bodies(place) && self.plan.structures_near(place).is_empty();
        !is_free && self.voxels.material(voxel).is_solid()
    }

    fn is_sea(&mut self, column: ColumnPos) -> bool {
        let there = self.column(column);
        there.coast < 0 && there.standing() == Some(0)
    }

    fn column(&mut self, column: ColumnPos) -> GroundColumn {
        let tile = column.tile();
        let columns = self.tiles.entry(tile).or_insert_with(|| self.ground.tile(tile));
        columns.get(column.index_in_tile()).copied().unwrap_or_default()
    }
}

/// The columns within [`NEAR_M`] of a place.
fn around(place: LocalPos) -> impl Iterator<Item = ColumnPos> {
    let middle = place.voxel().column();
    let offsets = (-NEAR_M..=NEAR_M).flat_map(|dy| (-NEAR_M..=NEAR_M).map(move |dx| (dx, dy)));
    offsets
        .map(move |(dx, dy)| ColumnPos::new(middle.x.saturating_add(dx), middle.y.saturating_add(dy)))
        .filter(move |column| is_near(*column, middle))
}

/// Whether columns lie within [`NEAR_M`] of each other.
fn is_near(a: ColumnPos, b: ColumnPos) -> bool {
    squared(a, b) <= u64::from(NEAR_M.unsigned_abs()).pow(2)
}

/// The squared distance between columns, in metres squared; lines may lead to the end of all numbers.
fn squared(a: ColumnPos, b: ColumnPos) -> u64 {
    let square = |a: i32, b: i32| u64::from(a.abs_diff(b)).pow(2);
    square(a.x, b.x).saturating_add(square(a.y, b.y))
}
