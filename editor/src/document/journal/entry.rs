//! What a step left behind, thing by thing, as text of the map format.
//!
//! *Not* responsible for: lines, checksums, files (`journal`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::format::{self, PROJECT_FILE, SCHEMA_FILE, SourceFile};
use shared::ids::{EntityId, Id, IslandId, LaneId, MarkerId, PoiId, PortalId};
use shared::island::{Island, RecordId, RecordRef};
use shared::project::Project;
use shared::schema::Schema;

use super::Subject;
use crate::document::file::{self, FilePart};
use crate::document::thing::Thing;

/// One thing as it stands after a step. Frozen with the version of the journal.
#[derive(Serialize, Deserialize, Debug, PartialEq)]
pub(super) enum Entry {
    /// `project.ron`.
    Settings { text: String },
    /// `schema.ron`; empty for none.
    Schema { text: String },
    /// A whole island file.
    Island { slug: String, text: String },
    /// The island is gone.
    IslandGone { island: String },
    /// An island file without its records: name, place and size.
    Head { slug: String, text: String },
    /// One record.
    Record { island: String, text: String },
    /// The record is gone.
    RecordGone { island: String, list: List, id: String },
}

/// The list of an island that a record stands in.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
pub(super) enum List {
    Markers,
    Pois,
    Entities,
    Portals,
    Lanes,
}

/// The entries of some things.
pub(super) fn entries(things: &BTreeSet<Thing>, subject: Subject) -> Vec<Entry> {
    let whole = |island| things.contains(&Thing::Island(island));
    things
        .iter()
        // A whole island has its records with it.
        .filter(|thing| match thing {
            Thing::Head(island) | Thing::Record(island, _) => !whole(*island),
            _ => true,
        })
        .map(|thing| entry(*thing, subject))
        .collect()
}

fn entry(thing: Thing, subject: Subject) -> Entry {
    let Subject {
        project, built_in, ..
    } = subject;
    let text_of = |part| {
        file::text_of(part, project, built_in)
            .map(|(_, text)| text)
            .unwrap_or_default()
    };
    match thing {
        Thing::Settings => Entry::Settings {
            text: text_of(FilePart::Settings),
        },
        Thing::Schema => Entry::Schema {
            text: text_of(FilePart::Schema),
        },
        Thing::Island(id) | Thing::Head(id) | Thing::Record(id, _) if !project.islands.contains_key(&id) => {
            Entry::IslandGone {
                island: id.to_string(),
            }
        }
        Thing::Island(id) => Entry::Island {
            slug: slug(project, id),
            text: text_of(FilePart::Island(id)),
        },
        Thing::Head(id) => {
            let head = project.islands.get(&id).map(|island| (id, island.head()));
            let alone = Project {
                islands: head.into_iter().collect(),
                ..Project::default()
            };
            let text = file::text_of(FilePart::Island(id), &alone, built_in);
            Entry::Head {
                slug: slug(project, id),
                text: text.map(|(_, text)| text).unwrap_or_default(),
            }
        }
        Thing::Record(island, id) => {
            let record = project
                .islands
                .get(&island)
                .and_then(|island| island.record_ref(id));
            match record {
                Some(record) => Entry::Record {
                    island: island.to_string(),
                    text: format::write_records([record], subject.schema),
                },
                None => Entry::RecordGone {
                    island: island.to_string(),
                    list: list_of(id),
                    id: id.id().to_string(),
                },
            }
        }
    }
}

fn slug(project: &Project, id: IslandId) -> String {
    project
        .islands
        .get(&id)
        .map(|island| island.slug.clone())
        .unwrap_or_default()
}

fn list_of(id: RecordId) -> List {
    match id {
        RecordId::Marker(_) => List::Markers,
        RecordId::Poi(_) => List::Pois,
        RecordId::Entity(_) => List::Entities,
        RecordId::Portal(_) => List::Portals,
        RecordId::Lane(_) => List::Lanes,
    }
}

fn record_id(list: List, id: Id) -> RecordId {
    match list {
        List::Markers => RecordId::Marker(MarkerId(id)),
        List::Pois => RecordId::Poi(PoiId(id)),
        List::Entities => RecordId::Entity(EntityId(id)),
        List::Portals => RecordId::Portal(PortalId(id)),
        List::Lanes => RecordId::Lane(LaneId(id)),
    }
}

/// Puts the things of some entries into the project. What does not fit is left out: in a project that is
/// already further on, a record's island may be gone.
pub(super) fn apply(entries: &[Entry], project: &mut Project, schema: &mut Schema, built_in: &Schema) {
    for entry in entries {
        apply_one(entry, project, schema, built_in).unwrap_or_default();
    }
}

fn apply_one(entry: &Entry, project: &mut Project, schema: &mut Schema, built_in: &Schema) -> Option<()> {
    match entry {
        Entry::Settings { text } => {
            project.settings = read(&[(PROJECT_FILE, text)], built_in).settings;
        }
        Entry::Schema { text } => {
            project.schema = read(&[(SCHEMA_FILE, text)], built_in).schema;
            *schema = project.schema_with(built_in);
        }
        Entry::Island { slug, text } => {
            let island = read_island(slug, text, schema)?;
            project.islands.insert(island.id, island);
        }
        Entry::IslandGone { island } => {
            project.islands.remove(&island.parse().ok()?);
        }
        Entry::Head { slug, text } => {
            let head = read_island(slug, text, schema)?;
            let records = project.islands.remove(&head.id)?;
            let mut island = head;
            for record in records.records().map(RecordRef::to_record) {
                island.put(record);
            }
            project.islands.insert(island.id, island);
        }
        Entry::Record { island, text } => {
            let island = project.islands.get_mut(&island.parse().ok()?)?;
            for record in format::read_records("journal", text, schema).ok()? {
                island.put(record);
            }
        }
        Entry::RecordGone { island, list, id } => {
            let island = project.islands.get_mut(&island.parse().ok()?)?;
            island.remove(record_id(*list, id.parse().ok()?));
        }
    }
    Some(())
}

fn read_island(slug: &str, text: &str, schema: &Schema) -> Option<Island> {
    let path = format::island_path(slug);
    read(&[(&path, text)], schema).islands.into_values().next()
}

fn read(files: &[(&str, &str)], schema: &Schema) -> Project {
    let files: Vec<_> = files
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    format::read(&files, schema).project
}
