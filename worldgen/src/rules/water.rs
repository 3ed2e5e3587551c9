//! Rules about water that could not be laid out as drawn.
//!
//! *Not* responsible for: finding out (markers tell when they are fitted to the ground, see [`crate::water`]).

use std::sync::atomic::{AtomicBool, Ordering};

use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::edit::Edit;
use shared::island::{Island, Marker, Record, RecordId};
use shared::issue::{Issue, Subject, rules};
use shared::stamp::Stamps;

use crate::marker::SEARCH;
use crate::plan::IslandPlan;
use crate::water::Finding;

rules! {
    RIVER_UPHILL = "river-uphill", Warning, None,
        "The river is drawn uphill. Water does not run there, so it cuts a gorge into the ground, or keeps to a lower \
         level than its corners say. Draw it the other way round, around the hill, or with lower corners.";
    RIVER_DANGLING = "river-dangling", Warning, None,
        "The river ends on dry land: there is no water within its `search` that it could run down to, or the water \
         that it meets stands higher. Lead it to the sea, to a lake or to another river.";
    LAKE_ABOVE_SPILL = "lake-above-spill", Warning, None,
        "The lake is drawn higher than the ground around holds it; it stands only as high as the lowest place of its \
         rim. Lower it, or raise the ground.";
}

/// Issues for which repairs are tried: each try lays water out anew, and who has so much to mend needs no list of
/// repairs.
const MAX_TRIED: usize = 32;

/// Checks the water of one island.
pub(super) fn check(
    stamps: &Stamps,
    island: &Island,
    plan: &IslandPlan,
    cancel: &AtomicBool,
    issues: &mut Vec<Issue>,
) {
    for (at, (record, finding)) in plan.findings().enumerate() {
        if cancel.load(Ordering::Relaxed) || issues.len() >= shared::validate::MAX_ISSUES {
            return;
        }
        let RecordId::Marker(id) = record else { continue };
        let Some(marker) = island.markers.get(&id) else {
            continue;
        };
        let water = Checked {
            stamps,
            island,
            plan,
            marker,
        };
        let (issue, repairs) = water.issue(&finding);
        let repairs = repairs.into_iter().filter(|_| at < MAX_TRIED);
        issues.push(water.with_repair(issue, repairs));
    }
}

/// One marker with something wrong, and what is needed to try a repair.
struct Checked<'a> {
    stamps: &'a Stamps,
    island: &'a Island,
    plan: &'a IslandPlan,
    marker: &'a Marker,
}

impl Checked<'_> {
    /// The issue, and repairs to try.
    fn issue(&self, finding: &Finding) -> (Issue, Vec<(String, Marker)>) {
        let subject = Subject::record(self.island.id, RecordId::Marker(self.marker.id));
        let name = &self.marker.kind;
        match finding {
            Finding::RiverUphill { at, cut_m } => {
                let message = format!("the {name} is drawn uphill: by {cut_m} m near {}", place(*at));
                let help = "draw it the other way round, around the hill, or with lower corners";
                (
                    Issue::new(&RIVER_UPHILL, subject.field("path"), message, help),
                    vec![self.lowered_downstream(), self.turned_around()],
                )
            }
            Finding::RiverDangling { at } => {
                let message = format!("the {name} ends on dry land near {}", place(*at));
                let help = "lead it to the sea, a lake or another river";
                (
                    Issue::new(&RIVER_DANGLING, subject.field(SEARCH), message, help),
                    [256, 512, 1024].map(|metres| self.searching(metres)).to_vec(),
                )
            }
            Finding::LakeAboveSpill { drawn_m, spill_m } => {
                let message =
                    format!("the lake is drawn {drawn_m} m high, but the ground holds it at {spill_m} m");
                let help = "lower it, or raise the ground around it";
                (
                    Issue::new(&LAKE_ABOVE_SPILL, subject, message, help),
                    vec![self.lowered_to(*drawn_m, *spill_m)],
                )
            }
        }
    }

    /// The issue with the first repair that leaves nothing to find.
    fn with_repair(&self, issue: Issue, mut repairs: impl Iterator<Item = (String, Marker)>) -> Issue {
        match repairs.find(|(_, marker)| self.is_sound(marker)) {
            Some((label, marker)) => issue.with_fix(
                label,
                vec![Edit::PutRecord {
                    island: self.island.id,
                    record: Box::new(Record::Marker(marker)),
                }],
            ),
            None => issue,
        }
    }

    /// Whether there is nothing left to find when the marker is like this.
    fn is_sound(&self, marker: &Marker) -> bool {
        if marker == self.marker {
            return false;
        }
        self.plan.findings_of(marker, self.stamps).is_empty()
    }

    fn with_points(&self, change: impl FnOnce(&mut [LocalPos])) -> Marker {
        let mut marker = self.marker.clone();
        change(marker.geometry.points_mut());
        marker
    }

    fn lowered_downstream(&self) -> (String, Marker) {
        let marker = self.with_points(|points| {
            let mut lowest_m = f32::INFINITY;
            for point in points {
                lowest_m = lowest_m.min(point.z_m);
                point.z_m = lowest_m;
            }
        });
        ("Lower the corners that rise".to_owned(), marker)
    }

    fn turned_around(&self) -> (String, Marker) {
        let marker = self.with_points(<[LocalPos]>::reverse);
        ("Let it run the other way".to_owned(), marker)
    }

    fn searching(&self, metres: i32) -> (String, Marker) {
        let mut marker = self.marker.clone();
        let value = AttributeValue::Number(metres.into());
        marker.attributes.insert(SEARCH.to_owned(), value);
        (format!("Let it find water within {metres} m"), marker)
    }

    fn lowered_to(&self, drawn_m: f32, spill_m: i32) -> (String, Marker) {
        let marker = self.with_points(|points| {
            for point in points {
                point.z_m += spill_m as f32 - drawn_m;
            }
        });
        (format!("Lower it to {spill_m} m"), marker)
    }
}

/// A place as messages name it.
pub(super) fn place(at: LocalPos) -> String {
    let column = at.voxel();
    format!("({}, {})", column.x, column.y)
}
