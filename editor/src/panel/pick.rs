//! Picking what a reference points to: the next record that is clicked, on the map, on the chart or in the
//! outliner, becomes its target.
//!
//! *Not* responsible for: who offers it (`inspector`), catching the click (`app::picking`).

use shared::attribute::AttributeValue;
use shared::edit::Edit;
use shared::ids::{Id, IslandId, LaneId, PoiId, PortalId};
use shared::island::{Record, RecordId, RecordRef};
use shared::project::Project;
use shared::schema::ReferenceTarget;

use super::Context;

/// A reference that waits for its target.
#[derive(Clone, PartialEq, Debug)]
pub struct Picking {
    /// What it may point to.
    pub target: ReferenceTarget,
    /// Where the reference stands.
    pub place: PickFor,
    /// What the field is called.
    pub name: String,
}

/// Where a reference stands.
#[derive(Clone, PartialEq, Debug)]
pub enum PickFor {
    /// An attribute of records of one island.
    Attribute {
        /// The island.
        island: IslandId,
        /// The records.
        records: Vec<RecordId>,
        /// The attribute.
        key: String,
    },
    /// The other end of a portal.
    PortalLink(IslandId, PortalId),
    /// The start (`true`) or the end of a sea lane.
    LaneEnd(IslandId, LaneId, bool),
    /// Where new players appear.
    Spawn,
}

impl PickFor {
    /// An attribute of the records that are inspected.
    pub(super) fn attribute(context: &Context, records: &[RecordRef], key: &str) -> Option<Self> {
        Some(Self::Attribute {
            island: context.document.island()?.id,
            records: records.iter().map(|record| record.id()).collect(),
            key: key.to_owned(),
        })
    }

    /// The link of a portal of the island shown.
    pub(super) fn portal_link(context: &Context, portal: PortalId) -> Option<Self> {
        Some(Self::PortalLink(context.document.island()?.id, portal))
    }

    /// An end of a lane of the island shown.
    pub(super) fn lane_end(context: &Context, lane: LaneId, is_start: bool) -> Option<Self> {
        Some(Self::LaneEnd(context.document.island()?.id, lane, is_start))
    }

    /// The spawn of the project.
    pub(super) fn spawn() -> Self {
        Self::Spawn
    }

    /// Where the designer was when picking began.
    pub fn origin(&self) -> Option<(IslandId, Vec<RecordId>)> {
        match self {
            Self::Attribute { island, records, .. } => Some((*island, records.clone())),
            Self::PortalLink(island, portal) => Some((*island, vec![RecordId::Portal(*portal)])),
            Self::LaneEnd(island, lane, _) => Some((*island, vec![RecordId::Lane(*lane)])),
            Self::Spawn => None,
        }
    }

    /// The edits that make the reference point to `target`.
    pub fn edits(&self, project: &Project, target: Id) -> Vec<Edit> {
        let Some((island, ids)) = self.origin() else {
            let mut settings = project.settings.clone();
            settings.spawn = Some(PoiId(target));
            return vec![Edit::SetSettings(Box::new(settings))];
        };
        let records = ids
            .into_iter()
            .filter_map(|id| project.islands.get(&island)?.record(id));
        let pointed = records.map(|mut record| {
            match (&mut record, self) {
                (Record::Portal(portal), Self::PortalLink(..)) => portal.to = Some(PortalId(target)),
                (Record::Lane(lane), Self::LaneEnd(_, _, true)) => lane.from = PoiId(target),
                (Record::Lane(lane), Self::LaneEnd(_, _, false)) => lane.to = PoiId(target),
                (record, Self::Attribute { key, .. }) => {
                    if let Some(attributes) = record.attributes_mut() {
                        attributes.insert(key.clone(), AttributeValue::Reference(target));
                    }
                }
                _ => {}
            }
            Edit::PutRecord {
                island,
                record: Box::new(record),
            }
        });
        pointed.collect()
    }
}
