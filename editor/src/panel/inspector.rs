//! Inspector: everything about the selected records, generated from the schema; the island and the
//! project when nothing is selected.
//!
//! Several records of one kind are edited together; where they differ the field says so.
//!
//! *Not* responsible for: what attributes mean (the schema says it), moving things on the map.

mod attributes;
mod back_links;
mod field;
mod island;
mod list;
mod record;
mod value;

use egui::{RichText, ScrollArea, Ui};
use shared::island::RecordRef;

use super::{Context, Requests};
pub(crate) use value::fits;

/// The inspector.
#[derive(Default, Debug)]
pub struct InspectorPanel {
    /// Texts that are being typed and are not valid yet, by field.
    drafts: field::Drafts,
    back_links: back_links::BackLinks,
}

impl InspectorPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let records: Vec<RecordRef> = context
            .document
            .island()
            .map(|island| {
                let selected = context.document.selection().iter();
                selected.filter_map(|id| island.record_ref(id)).collect()
            })
            .unwrap_or_default();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 5.0;
            let mut form = field::Form {
                context,
                requests,
                drafts: &mut self.drafts,
            };
            match records.as_slice() {
                [] => island::ui(&mut form, ui),
                records => record::ui(&mut form, ui, records),
            }
            if let [record] = records.as_slice() {
                self.back_links.ui(context, form.requests, ui, *record);
            }
            ui.add_space(12.0);
        });
    }
}

/// A heading between groups of fields.
fn section(context: &Context, ui: &mut Ui, title: &str) {
    ui.add_space(8.0);
    ui.label(
        RichText::new(title)
            .small()
            .strong()
            .color(context.colours.faint_text),
    );
    ui.add_space(1.0);
}
