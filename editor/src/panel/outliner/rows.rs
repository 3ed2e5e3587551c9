//! The rows of the outliner, from a document and a query.
//!
//! *Not* responsible for: drawing them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use egui::Color32;
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_CIRCLE, ICON_DIAMOND, ICON_LOCATION_ON, ICON_PENTAGON, ICON_ROUTE, ICON_SQUARE, ICON_TIMELINE,
};
use shared::geometry::GeometryForm;
use shared::ids::IslandId;
use shared::island::{Island, RecordId, RecordRef};
use shared::schema::Schema;

use crate::document::Document;
use crate::search::query::Query;
use crate::text::text;
use crate::theme;
use crate::viewport::model::{self, kind_title};

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Row {
    /// The island that the records below stand on.
    Island { island: IslandId, count: usize },
    /// Records of one kind.
    Group { title: String, count: usize, open: bool },
    /// A record.
    Record { island: IslandId, id: RecordId },
}

/// All rows.
#[derive(Default, Debug)]
pub(super) struct Rows {
    pub list: Vec<Row>,
    /// Records that the query found.
    pub found: usize,
    /// Records that it looked at.
    pub searched: usize,
}

impl Rows {
    /// Without a query the island shown, grouped by kind; with one everything that it finds, the island
    /// shown first. `closed` are groups that are folded.
    pub(super) fn new(document: &Document, query: &Query, closed: &BTreeSet<String>) -> Self {
        let mut rows = Self::default();
        let shown = document.island();
        if query.is_empty() {
            if let Some(island) = shown {
                rows.add_groups(island, &sorted(island.records()), closed);
            }
            return rows;
        }
        let others = document.project().islands.values();
        let others = others.filter(|island| shown.is_none_or(|shown| shown.id != island.id));
        for island in shown.into_iter().chain(others) {
            rows.searched += island.record_count();
            let found = island.records();
            let found: Vec<_> = found
                .filter(|record| query.matches(document.schema(), island, *record))
                .collect();
            if found.is_empty() {
                continue;
            }
            rows.found += found.len();
            rows.list.push(Row::Island {
                island: island.id,
                count: found.len(),
            });
            let records = sorted(found.into_iter()).into_iter();
            rows.list.extend(records.map(|record| Row::Record {
                island: island.id,
                id: record.id(),
            }));
        }
        rows
    }

    /// All records in the order of the rows.
    pub(super) fn records(&self) -> impl Iterator<Item = (IslandId, RecordId)> {
        self.list.iter().filter_map(|row| match row {
            Row::Record { island, id } => Some((*island, *id)),
            Row::Island { .. } | Row::Group { .. } => None,
        })
    }

    fn add_groups(&mut self, island: &Island, records: &[RecordRef], closed: &BTreeSet<String>) {
        for group in records.chunk_by(|a, b| group_of(*a) == group_of(*b)) {
            let Some(first) = group.first() else { continue };
            let title = group_title(*first);
            let open = !closed.contains(&title);
            self.list.push(Row::Group {
                title,
                count: group.len(),
                open,
            });
            if open {
                self.list.extend(group.iter().map(|record| Row::Record {
                    island: island.id,
                    id: record.id(),
                }));
            }
        }
    }
}

/// By group, then by the name shown, then by id. Records without a name stand under that of their kind, which
/// is the same within a group.
fn sorted<'a>(records: impl Iterator<Item = RecordRef<'a>>) -> Vec<RecordRef<'a>> {
    let mut groups: BTreeMap<_, Vec<RecordRef>> = BTreeMap::new();
    for record in records {
        groups.entry(group_of(record)).or_default().push(record);
    }
    for group in groups.values_mut() {
        // The beginnings of names stand beside each other in memory and nearly always decide; the names
        // themselves are all over it.
        group.sort_by_cached_key(|record| (first_bytes(record.name()), record.name(), record.id()));
    }
    groups.into_values().flatten().collect()
}

/// The first bytes of a text as a number that sorts as they do.
fn first_bytes(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let bytes_used = text.len().min(bytes.len());
    bytes[..bytes_used].copy_from_slice(&text.as_bytes()[..bytes_used]);
    u128::from_be_bytes(bytes)
}

/// The group a record stands in: markers by kind, the rest by sort.
fn group_of(record: RecordRef<'_>) -> (u8, &str) {
    match record {
        RecordRef::Marker(marker) => (0, &marker.kind),
        RecordRef::Poi(_) => (1, ""),
        RecordRef::Entity(_) => (2, ""),
        RecordRef::Portal(_) => (3, ""),
        RecordRef::Lane(_) => (4, ""),
    }
}

fn group_title(record: RecordRef) -> String {
    match record {
        RecordRef::Marker(marker) => text().outliner_markers(kind_title(&marker.kind)),
        RecordRef::Poi(_) => text().sort_pois(),
        RecordRef::Entity(_) => text().sort_entities(),
        RecordRef::Portal(_) => text().sort_portals(),
        RecordRef::Lane(_) => text().sort_lanes(),
    }
}

/// What a record is called on its row.
pub(super) fn title(record: RecordRef<'_>) -> Cow<'_, str> {
    match (record.name(), record.kind()) {
        ("", Some(kind)) => Cow::Owned(kind_title(kind)),
        ("", None) => Cow::Owned(model::sort_title(record.id())),
        (name, _) => Cow::Borrowed(name),
    }
}

/// The symbol of a record: its form, in the colour of its kind.
pub(super) fn symbol(record: RecordRef, schema: &Schema) -> (MaterialIcon, Color32) {
    let icon = match record {
        RecordRef::Marker(marker) => match marker.geometry.form() {
            GeometryForm::Point => ICON_CIRCLE,
            GeometryForm::Path => ICON_TIMELINE,
            GeometryForm::Area => ICON_PENTAGON,
        },
        RecordRef::Poi(_) => ICON_LOCATION_ON,
        RecordRef::Entity(_) => ICON_SQUARE,
        RecordRef::Portal(_) => ICON_DIAMOND,
        RecordRef::Lane(_) => ICON_ROUTE,
    };
    let colour = record.kind().map_or(theme::PORTAL, |name| {
        let kind = model::kinds(schema, record.id()).and_then(|kinds| kinds.get(name));
        theme::kind_colour(kind.and_then(|kind| kind.colour), name)
    });
    (icon, colour)
}
