//! Inspector: everything about the selected records, generated from the schema; the island and the
//! project when nothing is selected.
//!
//! Several records of one kind are edited together; where they differ the field says so.
//!
//! *Not* responsible for: what attributes mean (the schema says it), moving things on the map.

mod attributes;
mod field;
mod island;
mod record;
mod value;

use egui::{RichText, ScrollArea, Ui};

use super::{Context, Requests};

/// The inspector.
#[derive(Default, Debug)]
pub struct InspectorPanel {
    /// Texts that are being typed and are not valid yet, by field.
    drafts: field::Drafts,
}

impl InspectorPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let records = context.document.selected_records();
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
