//! The rule about ground that was levelled for people and is changed again.
//!
//! Pads, roads and paths lie level when they act; what acts after them may cut through or bury them. So the finished
//! ground is compared with what each of them made.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{ColumnPos, LocalPos, TilePos};
use shared::geometry::Box2;
use shared::island::{Island, RecordId};
use shared::issue::{Issue, Subject, rules};

use super::places::WADING_VOXELS;
use super::water::place;
use crate::ground::{Ground, KeptGround};
use crate::ops::{self, LANES, Row, STEPS_PER_VOXEL};
use crate::plan::{Asked, IslandPlan, Operator};
use crate::simd::SimdLevel;

rules! {
    LEVELLING_UNDONE = "levelling-undone", Warning,
        Some("which of the two is to give way is the designer's choice"),
        "What acts after a pad, road or path changes the ground that it levelled: another pad, a dyke, a stamp, a harbour \
         or water lies across it. Whoever walks there meets a step, a hole or a wall. Let the one that shall win have the \
         higher `priority`, or move them apart.";
}

/// How far the ground may lie from where it was levelled, in metres: a step that one walks up.
const STEP_M: f32 = 1.0;

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
    let levels_m = operator.kind().levels_m()?;
    let simd = SimdLevel::detect();
    let reach = operator.reach().intersection(plan.bounds().footprint());
    for tile in tiles_of(reach) {
        let near = plan.near_where(tile.footprint(), Asked::Many, simd, |other| {
            std::ptr::eq(other, operator)
        });
        let Some(near) = near.first() else { continue };
        let is_built =
            |other: &&Operator| other.record() != operator.record() && !other.kind().structures().is_empty();
        let built: Vec<&Operator> = plan.operators_near(tile.footprint()).filter(is_built).collect();
        let finished = ground.tile(tile);
        let first = tile.first_column();
        let x: Row = std::array::from_fn(|lane| (first.x + ops::lane_i32(lane)) as f32 + 0.5);
        for (row, y) in finished.chunks(LANES).zip(first.y..) {
            let site = near.site(&x, &[y as f32 + 0.5; LANES]);
            for (lane, column) in row.iter().enumerate() {
                let pos = ColumnPos::new(first.x + ops::lane_i32(lane), y);
                if site.distance[lane] > levels_m || top_of(operator, pos).is_some() {
                    continue;
                }
                let level_m = site.level[lane];
                let change_m = column.height as f32 / STEPS_PER_VOXEL as f32 - level_m;
                let at = LocalPos::new(x[lane], y as f32 + 0.5, level_m);
                let depth = column
                    .standing()
                    .map_or(0, |level| level - 1 - ops::top_voxel(column.height));
                if depth > WADING_VOXELS {
                    return Some((at, Change::Water(depth)));
                }
                if ops::abs(change_m) > STEP_M {
                    return Some((at, Change::Ground(change_m)));
                }
                let tops = built.iter().filter_map(|other| top_of(other, pos));
                if tops.max().is_some_and(|top| top as f32 >= level_m) {
                    return Some((at, Change::Built));
                }
            }
        }
    }
    None
}

/// The z of the highest voxel that a marker builds in a column.
fn top_of(operator: &Operator, column: ColumnPos) -> Option<i32> {
    let structures = operator.kind().structures().iter();
    structures.filter_map(|structure| structure.top(column)).max()
}

fn tiles_of(place: Box2) -> impl Iterator<Item = TilePos> {
    let tile = |x_m: f32, y_m: f32| LocalPos::new(x_m, y_m, 0.0).voxel().column().tile();
    let (from, to) = (
        tile(place.min_x_m, place.min_y_m),
        tile(place.max_x_m, place.max_y_m),
    );
    (from.y..=to.y).flat_map(move |y| (from.x..=to.x).map(move |x| TilePos::new(x, y)))
}
