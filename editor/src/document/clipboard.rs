//! Copies of records: as text for the clipboard, and with ids of their own for pasting and duplicating.
//!
//! The text is the map format's own record syntax, so that it can be pasted into a chat, a file or another
//! project. Links between the copied records follow to the copies; links to anything else stay.
//!
//! *Not* responsible for: the system's clipboard, where copies go on screen (`app`).

use std::collections::{BTreeMap, BTreeSet};

use shared::attribute::AttributeValue;
use shared::format;
use shared::geometry::Box2;
use shared::ids::{EntityId, Id, IslandId, LaneId, MarkerId, PoiId, PortalId};
use shared::island::{Record, RecordRef};
use shared::issue::Issue;

use super::Document;

/// What places in clipboard text are called in messages.
pub const CLIPBOARD_NAME: &str = "clipboard";
/// Most bytes that are read from the clipboard: a large island.
pub const MAX_CLIPBOARD_BYTES: usize = 16 << 20;

/// Records with ids of their own, ready to be put on an island.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Copies {
    /// The records, in the order of the originals.
    pub records: Vec<Record>,
    /// Sea lanes that were left out, because they would start at a POI of another island.
    pub lanes_left_out: usize,
}

/// The selected records as text; `None` when nothing is selected.
pub fn copy(document: &Document) -> Option<String> {
    let island = document.island()?;
    let records: Vec<RecordRef> = document
        .selection()
        .iter()
        .filter_map(|id| island.record_ref(id))
        .collect();
    (!records.is_empty()).then(|| format::write_records(records, document.schema()))
}

/// The records in a text.
///
/// # Errors
/// The first thing that is wrong with the text, with its line and column.
pub fn parse(document: &Document, text: &str) -> Result<Vec<Record>, Box<Issue>> {
    format::read_records(CLIPBOARD_NAME, text, document.schema())
}

/// Gives records fresh ids for an island of the document.
pub fn copies(document: &mut Document, island: IslandId, originals: Vec<Record>) -> Copies {
    let pois: BTreeSet<PoiId> = document
        .project()
        .islands
        .get(&island)
        .map(|island| island.pois.keys().copied().collect())
        .unwrap_or_default();
    with_fresh_ids(originals, || document.fresh_id(), |poi| pois.contains(&poi))
}

/// Gives records fresh ids, and lets links between them follow. `stands_here` says whether a POI that was
/// not copied is on the island that the copies go to.
pub fn with_fresh_ids(
    originals: Vec<Record>,
    mut fresh_id: impl FnMut() -> Id,
    stands_here: impl Fn(PoiId) -> bool,
) -> Copies {
    let mut fresh = BTreeMap::new();
    let mut made = BTreeSet::new();
    for record in &originals {
        let mut id = fresh_id();
        while !made.insert(id) {
            id = fresh_id();
        }
        fresh.insert(record.id().id(), id);
    }
    let mut copies = Copies::default();
    for mut record in originals {
        let id = record.id().id();
        relink(&mut record, fresh.get(&id).copied().unwrap_or(id), &fresh);
        // A lane belongs to the island of the POI that it starts at.
        if let Record::Lane(lane) = &record
            && !made.contains(&lane.from.0)
            && !stands_here(lane.from)
        {
            copies.lanes_left_out += 1;
            continue;
        }
        copies.records.push(record);
    }
    copies
}

fn relink(record: &mut Record, id: Id, fresh: &BTreeMap<Id, Id>) {
    let follow = |old: Id| fresh.get(&old).copied().unwrap_or(old);
    match record {
        Record::Marker(marker) => marker.id = MarkerId(id),
        Record::Poi(poi) => poi.id = PoiId(id),
        Record::Entity(entity) => entity.id = EntityId(id),
        Record::Portal(portal) => {
            portal.id = PortalId(id);
            // Two portals with one target would be an issue at once: only a copied target is followed.
            portal.to = portal.to.and_then(|to| fresh.get(&to.0)).copied().map(PortalId);
        }
        Record::Lane(lane) => {
            lane.id = LaneId(id);
            lane.from = PoiId(follow(lane.from.0));
            lane.to = PoiId(follow(lane.to.0));
        }
    }
    if let Some(attributes) = record.attributes_mut() {
        for value in attributes.values_mut() {
            relink_value(value, fresh);
        }
    }
}

fn relink_value(value: &mut AttributeValue, fresh: &BTreeMap<Id, Id>) {
    match value {
        AttributeValue::Reference(id) => {
            if let Some(copy) = fresh.get(id) {
                *id = *copy;
            }
        }
        AttributeValue::List(values) => {
            for value in values {
                relink_value(value, fresh);
            }
        }
        _ => {}
    }
}

/// The middle of the box around the records' anchors, in metres; `None` when none lies on the ground.
pub fn middle(records: &[Record]) -> Option<(f32, f32)> {
    let anchors: Vec<_> = records.iter().filter_map(Record::anchor).collect();
    let area = Box2::around(&anchors);
    (!anchors.is_empty()).then(|| {
        (
            f32::midpoint(area.min_x_m, area.max_x_m),
            f32::midpoint(area.min_y_m, area.max_y_m),
        )
    })
}
