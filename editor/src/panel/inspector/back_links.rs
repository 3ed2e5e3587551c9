//! What points to the record that is inspected.
//!
//! *Not* responsible for: the record's own references (`value`).

use egui::Ui;
use egui_material_icons::icons::ICON_LINK;
use shared::attribute::AttributeValue;
use shared::ids::{Id, IslandId};
use shared::island::{RecordId, RecordRef};

use super::field::title;
use super::section;
use crate::document::Document;
use crate::panel::{Context, Emphasis, Request, Requests, list_row};
use crate::text::text;

/// Most links that are listed.
const MAX_LISTED: usize = 50;

/// Links to one record, found once per change of the project.
#[derive(Default, Debug)]
pub(super) struct BackLinks {
    made_for: Option<(u64, RecordId)>,
    links: Vec<(IslandId, RecordId)>,
}

impl BackLinks {
    /// Draws the list; nothing where nothing points here.
    pub(super) fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui, record: RecordRef) {
        let document = context.document;
        let mut wanted = (document.revision(), record.id());
        if let Some((revision, id)) = self.made_for
            && id == wanted.1
            && document.history().is_gesture_open()
        {
            // Links do not change while something is dragged.
            wanted.0 = revision;
        }
        if self.made_for != Some(wanted) {
            self.made_for = Some(wanted);
            self.links = links(document, record.id().id());
        }
        let is_spawn = document
            .project()
            .settings
            .spawn
            .is_some_and(|spawn| RecordId::Poi(spawn) == record.id());
        if self.links.is_empty() && !is_spawn {
            return;
        }
        section(context, ui, &text().inspector_pointed_to_by());
        if is_spawn {
            ui.label(text().inspector_is_spawn());
        }
        for (island, id) in self.links.iter().take(MAX_LISTED) {
            let Some(island) = document.project().islands.get(island) else {
                continue;
            };
            let Some(link) = island.record_ref(*id) else {
                continue;
            };
            let symbol = (ICON_LINK, context.colours.faint_text);
            let row = list_row(
                ui,
                context.colours,
                symbol,
                &title(link),
                &island.name,
                Emphasis::Normal,
            );
            if row.on_hover_text(text().go_there()).clicked() {
                requests.push(Request::Focus {
                    island: island.id,
                    records: vec![*id],
                });
            }
        }
        if self.links.len() > MAX_LISTED {
            ui.label(text().and_more(self.links.len() - MAX_LISTED));
        }
    }
}

fn links(document: &Document, id: Id) -> Vec<(IslandId, RecordId)> {
    let islands = document.project().islands.values();
    let records = islands.flat_map(|island| island.records().map(move |record| (island.id, record)));
    let pointing = records.filter(|(_, record)| points_to(*record, id));
    pointing.map(|(island, record)| (island, record.id())).collect()
}

fn points_to(record: RecordRef, id: Id) -> bool {
    match record {
        RecordRef::Portal(portal) => portal.to.is_some_and(|to| to.0 == id),
        RecordRef::Lane(lane) => lane.from.0 == id || lane.to.0 == id,
        _ => record
            .attributes()
            .is_some_and(|attributes| attributes.values().any(|value| value_points_to(value, id))),
    }
}

fn value_points_to(value: &AttributeValue, id: Id) -> bool {
    match value {
        AttributeValue::Reference(to) => *to == id,
        AttributeValue::List(values) => values.iter().any(|value| value_points_to(value, id)),
        _ => false,
    }
}
