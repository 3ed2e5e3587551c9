//! Rules about water that could not be laid out as drawn.
//!
//! *Not* responsible for: finding out (markers tell when they are fitted to the ground, see [`crate::water`]).

use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::edit::Edit;
use shared::island::{Island, Marker, Record, RecordId};
use shared::issue::{Issue, Subject, rules};
use shared::project::Settings;
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

/// Checks the water of one island.
pub(super) fn check(
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    plan: &IslandPlan,
    issues: &mut Vec<Issue>,
) {
    for (record, finding) in plan.findings() {
        let RecordId::Marker(id) = record else { continue };
        let Some(marker) = island.markers.get(&id) else {
            continue;
        };
        let water = Checked {
            settings,
            stamps,
            island,
            plan,
            marker,
        };
        issues.push(water.issue(&finding));
    }
}

/// One marker with something wrong, and what is needed to try a repair.
struct Checked<'a> {
    settings: &'a Settings,
    stamps: &'a Stamps,
    island: &'a Island,
    plan: &'a IslandPlan,
    marker: &'a Marker,
}

impl Checked<'_> {
    fn issue(&self, finding: &Finding) -> Issue {
        let subject = Subject::record(self.island.id, RecordId::Marker(self.marker.id));
        let name = &self.marker.kind;
        let (issue, fixes) = match finding {
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
        };
        match fixes.into_iter().find(|(_, marker)| self.is_sound(marker)) {
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
        let mut island = self.island.clone();
        island.markers.insert(marker.id, marker.clone());
        let plan = IslandPlan::after(self.plan, self.settings, self.stamps, &island);
        let record = RecordId::Marker(marker.id);
        !plan.findings().any(|(found, _)| found == record)
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

fn place(at: LocalPos) -> String {
    let column = at.voxel();
    format!("({}, {})", column.x, column.y)
}
