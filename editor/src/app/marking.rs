//! Selecting by what records have in common, and marks: hidden, locked, left out, grouped.
//!
//! *Not* responsible for: clicks, boxes and lassos (`tool::select`), where marks are kept (`bookmarks`).

use std::collections::BTreeSet;

use shared::attribute::AttributeValue;
use shared::ids::Id;
use shared::island::{Record, RecordId};
use shared::schema::{AttributeKind, Schema};

use super::App;
use crate::command::Command;
use crate::document::marks::Mark;
use crate::document::selection::Selection;
use crate::panel::MarksRequest;
use crate::text::text;
use crate::viewport::model;

impl App {
    pub(super) fn run_on_marks(&mut self, command: Command) {
        let show_all = self.keys(Command::ShowAll);
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let selected: Vec<RecordId> = workspace.document.selection().iter().collect();
        let marks = &mut workspace.marks;
        let said = match command {
            Command::Hide => {
                marks.mark(Mark::Hidden, selected.iter().copied());
                workspace.document.select(Selection::default());
                Some(text().told_hidden(selected.len(), show_all))
            }
            Command::ShowAll => {
                marks.clear(Mark::Hidden);
                None
            }
            Command::Isolate => {
                marks.isolate(selected);
                None
            }
            Command::ToggleLock => {
                let locked = marks.toggle(Mark::Locked, &selected);
                let count = selected.len();
                Some(if locked {
                    text().told_locked(count)
                } else {
                    text().told_unlocked(count)
                })
            }
            Command::UnlockAll => {
                marks.clear(Mark::Locked);
                None
            }
            Command::ToggleOmit => {
                let omitted = marks.toggle(Mark::Omitted, &selected);
                Some(if omitted {
                    text().told_omitted()
                } else {
                    text().told_taken_in()
                })
            }
            Command::Group => marks.group(selected).map(|name| text().told_grouped(name)),
            Command::Ungroup => {
                let names: BTreeSet<String> = selected
                    .iter()
                    .flat_map(|record| marks.groups_of(*record).map(str::to_owned).collect::<Vec<_>>())
                    .collect();
                for name in &names {
                    marks.ungroup(name);
                }
                None
            }
            _ => None,
        };
        if let Some(said) = said {
            self.tell(said);
        }
    }

    pub(super) fn change_marks(&mut self, request: MarksRequest) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let marks = &mut workspace.marks;
        match request {
            MarksRequest::ToggleLayer(mark, layer) => marks.toggle_layer(mark, layer),
            MarksRequest::Ungroup(name) => marks.ungroup(&name),
            MarksRequest::RenameGroup { from, to } => marks.rename_group(&from, &to),
            MarksRequest::Clear(mark) => marks.clear(mark),
        }
    }

    /// Selects what has something in common with a selected record.
    pub(super) fn select_alike<Key: PartialEq>(&mut self, key: impl Fn(&Record) -> Option<Key>) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let keys: Vec<Key> = workspace
            .document
            .selected_records()
            .iter()
            .filter_map(&key)
            .collect();
        let alike: BTreeSet<RecordId> = island
            .record_ids()
            .filter_map(|id| island.record(id))
            .filter(|record| key(record).is_some_and(|key| keys.contains(&key)))
            .map(|record| record.id())
            .collect();
        self.select_by(|selection, id| selection.contains(id) || alike.contains(&id));
    }

    pub(super) fn grow_links(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let records: Vec<Record> = island.record_ids().filter_map(|id| island.record(id)).collect();
        let schema = workspace.document.schema();
        let selected = workspace.document.selection();
        let links = |record: &Record| links_of(record, schema);
        let from_selected: BTreeSet<Id> = records
            .iter()
            .filter(|record| selected.contains(record.id()))
            .flat_map(links)
            .collect();
        let ids: BTreeSet<Id> = selected.iter().map(RecordId::id).collect();
        let grown: BTreeSet<RecordId> = records
            .iter()
            .filter(|record| {
                from_selected.contains(&record.id().id()) || links(record).iter().any(|id| ids.contains(id))
            })
            .map(Record::id)
            .collect();
        self.select_by(|selection, id| selection.contains(id) || grown.contains(&id));
    }
}

/// Ids that a record refers to.
fn links_of(record: &Record, schema: &Schema) -> Vec<Id> {
    let mut links = match record {
        Record::Portal(portal) => portal.to.iter().map(|to| to.0).collect(),
        Record::Lane(lane) => vec![lane.from.0, lane.to.0],
        Record::Marker(_) | Record::Poi(_) | Record::Entity(_) => Vec::new(),
    };
    let kind = record
        .kind()
        .and_then(|name| model::kinds(schema, record.id())?.get(name));
    if let (Some(kind), Some(attributes)) = (kind, record.attributes()) {
        let is_link = |kind: &AttributeKind| match kind {
            AttributeKind::Reference { .. } => true,
            AttributeKind::List { of, .. } => matches!(**of, AttributeKind::Reference { .. }),
            _ => false,
        };
        for spec in kind.attributes.iter().filter(|spec| is_link(&spec.kind)) {
            if let Some(value) = attributes.get(&spec.key) {
                add_references(value, &mut links);
            }
        }
    }
    links
}

fn add_references(value: &AttributeValue, links: &mut Vec<Id>) {
    match value {
        AttributeValue::Reference(id) => links.push(*id),
        AttributeValue::List(values) => values.iter().for_each(|value| add_references(value, links)),
        _ => {}
    }
}
