//! The rule about ground that was levelled for people and is changed again.
//!
//! Pads, roads and paths lie level when they act; what acts after them may cut through or bury them. So the finished
//! ground is compared with what each of them made.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{ColumnPos, LocalPos};
use shared::geometry::Box2;
use shared::island::{Island, RecordId};
use shared::issue::{Issue, Subject, rules};

use super::is_inside;
use super::places::WADING_VOXELS;
use super::water::place;
use crate::ground::{Ground, GroundColumn, KeptGround};
use crate::ops::{self, LANES, Row, STEPS_PER_VOXEL};
use crate::plan::{IslandPlan, Operator};

rules! {
    LEVELLING_UNDONE = "levelling-undone", Warning,
        Some("which of the two is to give way is the designer's choice"),
        "What acts after a pad, road or path changes the ground that it levelled: another pad, a dyke, a stamp, a harbour \
         or water lies across it. Whoever walks there meets a step, a hole or a wall. Let the one that shall win have the \
         higher `priority`, or move them apart.";
}

/// How far the ground may lie from where it was levelled, in metres: a step that one walks up.
const STEP_M: f32 = 1.0;
/// How far the middles of the columns that a line runs through may lie from it, in metres.
const ON_LINE_M: f32 = 0.75;

/// What is otherwise than it was levelled.
enum Change {
    /// By how many metres the ground lies higher.
    Ground(f32),
    /// Voxels of water that stand over it.
    Water(i32),
    /// Something stands on it.
    Built,
}

/// Checks the pads, roads and paths of one island.
pub(super) fn check(island: &Island, plan: &IslandPlan, cancel: &AtomicBool, issues: &mut Vec<Issue>) {
    let kept = RefCell::new(KeptGround::default());
    let ground = Ground::new(plan, plan.bounds().footprint(), &kept);
    for operator in plan.operators_near(plan.bounds().footprint()) {
        if cancel.load(Ordering::Relaxed) || issues.len() >= shared::validate::MAX_ISSUES {
            return;
        }
        let Some((at, change)) = first_change(plan, operator, &ground) else {
            continue;
        };
        let record = operator.record();
        let kind = match record {
            RecordId::Marker(id) => island.markers.get(&id).map(|marker| &*marker.kind),
            _ => None,
        };
        let noun = kind.unwrap_or(record.noun());
        let at = place(at);
        let message = match change {
            Change::Water(by) => format!("{by} m of water stand on the ground of the {noun} at {at}"),
            Change::Built => format!("something is built on the {noun} at {at}"),
            Change::Ground(by_m) => {
                let (by_m, way) = (ops::abs(by_m), if by_m > 0.0 { "above" } else { "below" });
                format!("the ground of the {noun} lies {by_m:.0} m {way} where it was levelled, at {at}")
            }
        };
        let help = "move what acts after it there, or give it a higher `priority`";
        let subject = Subject::record(island.id, record);
        issues.push(Issue::new(&LEVELLING_UNDONE, subject, message, help));
    }
}

/// A place where the finished ground is not as the operator levelled it, and in what way.
fn first_change(plan: &IslandPlan, operator: &Operator, ground: &Ground<'_>) -> Option<(LocalPos, Change)> {
    let within_m = operator.kind().levels_m()?;
    let (shape, reach_m) = (operator.shape(), operator.kind().reach_m());
    let places = if within_m > 0.0 {
        grid_over(shape.extent().grown(within_m))
    } else {
        let ends = shape.line();
        let between = |a: LocalPos, b: LocalPos| {
            LocalPos::new(f32::midpoint(a.x_m, b.x_m), f32::midpoint(a.y_m, b.y_m), 0.0)
        };
        let middles = ends.windows(2).map(|ends| between(ends[0], ends[1]));
        let all = ends.iter().copied().chain(middles);
        all.map(|point| point.voxel().column()).collect()
    };
    let places: Vec<ColumnPos> = places
        .into_iter()
        .filter(|column| is_inside(plan.bounds(), *column))
        .collect();
    for places in places.chunks(LANES) {
        let middle = |lane: usize| places[lane.min(places.len() - 1)];
        let x: Row = std::array::from_fn(|lane| middle(lane).x as f32 + 0.5);
        let y: Row = std::array::from_fn(|lane| middle(lane).y as f32 + 0.5);
        let around = (0..places.len()).fold(Box2::EMPTY, |all, lane| {
            all.union(Box2 {
                min_x_m: x[lane],
                min_y_m: y[lane],
                max_x_m: x[lane],
                max_y_m: y[lane],
            })
        });
        let (distance, level) = shape.sample(&shape.pieces_near(around, reach_m), &x, &y, reach_m);
        let is_built =
            |other: &&Operator| other.record() != operator.record() && !other.kind().structures().is_empty();
        let built: Vec<&Operator> = plan.operators_near(around.grown(1.0)).filter(is_built).collect();
        for (lane, (column, found)) in places.iter().zip(ground.columns(places)).enumerate() {
            if distance[lane] > within_m.max(ON_LINE_M) || top_of(operator, *column).is_some() {
                continue;
            }
            let level_m = level[lane];
            let tops = built.iter().filter_map(|other| top_of(other, *column));
            if let Some(change) = change(&found, level_m, tops.max()) {
                return Some((LocalPos::new(x[lane], y[lane], level_m), change));
            }
        }
    }
    None
}

/// What is otherwise in a column that was levelled at a height; `built` is the z of what others built there.
fn change(column: &GroundColumn, level_m: f32, built: Option<i32>) -> Option<Change> {
    let depth = column
        .standing()
        .map_or(0, |level| level - 1 - ops::top_voxel(column.height));
    let change_m = column.height as f32 / STEPS_PER_VOXEL as f32 - level_m;
    if depth > WADING_VOXELS {
        Some(Change::Water(depth))
    } else if ops::abs(change_m) > STEP_M {
        Some(Change::Ground(change_m))
    } else {
        built.filter(|top| *top as f32 >= level_m).map(|_| Change::Built)
    }
}

/// Columns all over a box, no more than some thousands.
fn grid_over(place: Box2) -> Vec<ColumnPos> {
    const MOST_ACROSS: i32 = 64;
    let along = |from_m: f32, to_m: f32| {
        let (from, to) = (ops::floor_i32(from_m), ops::floor_i32(to_m));
        let step = (to.saturating_sub(from) / MOST_ACROSS).max(1);
        (0..=MOST_ACROSS)
            .map(move |at| from.saturating_add(at * step))
            .take_while(move |at| *at <= to)
    };
    along(place.min_y_m, place.max_y_m)
        .flat_map(|y| along(place.min_x_m, place.max_x_m).map(move |x| ColumnPos::new(x, y)))
        .collect()
}

/// The z of the highest voxel that a marker builds in a column.
fn top_of(operator: &Operator, column: ColumnPos) -> Option<i32> {
    let structures = operator.kind().structures().iter();
    structures.filter_map(|structure| structure.top(column)).max()
}
