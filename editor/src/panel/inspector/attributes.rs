//! Attribute rows: one per attribute of the kind, then those that the schema does not know.
//!
//! *Not* responsible for: the widgets (`value`).

use egui::{RichText, Ui};
use shared::attribute::{AttributeValue, Attributes};
use shared::island::RecordRef;
use shared::schema::{AttributeKind, AttributeSpec, KindSchema};

use super::field::{Edited, Form, Revert, common, row};
use super::value::ValueChange;
use super::{list, section, value};
use crate::panel::pick::PickFor;
use crate::text::text;
use crate::viewport::model::kind_title;

/// Draws the attributes of records of one kind; `kind` is `None` for a kind that the schema does not have.
pub(super) fn ui(form: &mut Form, ui: &mut Ui, records: &[RecordRef], kind: Option<&KindSchema>) {
    let context = *form.context;
    let specs = kind.map(|kind| kind.attributes.as_slice()).unwrap_or_default();
    if !specs.is_empty() {
        section(&context, ui, &text().inspector_attributes());
    }
    for spec in specs {
        attribute(form, ui, records, spec);
    }
    unknown(form, ui, records, specs);
}

fn written<'a>(record: RecordRef<'a>, spec: &AttributeSpec) -> Option<&'a AttributeValue> {
    record.attributes()?.get(&spec.key)
}

fn attribute(form: &mut Form, ui: &mut Ui, records: &[RecordRef], spec: &AttributeSpec) {
    let is_written = records.iter().any(|record| written(*record, spec).is_some());
    let shown = || {
        let records = records.iter();
        records.map(|record| written(*record, spec).or(spec.default.as_ref()))
    };
    let current = common(shown());
    let title = kind_title(&spec.key);
    let revert = match (is_written, &spec.default) {
        (false, _) => Revert::No,
        (true, Some(_)) => Revert::ToDefault,
        (true, None) => Revert::Remove,
    };
    let context = *form.context;
    let tooltip = tooltip(spec);
    let picks = PickFor::attribute(&context, records, &spec.key);
    let (edited, reverted) = {
        let requests = &mut *form.requests;
        row(ui, &title, &tooltip, revert, |ui, _| match current {
            Some(None) if matches!(spec.kind, AttributeKind::Reference { .. }) => {
                let none = AttributeValue::Text(String::new());
                value::edit(
                    &context,
                    requests,
                    ui,
                    &title,
                    &spec.kind,
                    Some(&none),
                    picks.as_ref(),
                )
            }
            // Required and missing: an unset value is not shown as one.
            Some(None) => {
                let missing = egui::Button::new(
                    RichText::new(text().inspector_required()).color(context.colours.error),
                );
                let clicked = ui.add(missing).accessible_name(title.as_str()).clicked();
                Edited::instant(clicked.then(|| ValueChange::Set(value::initial(&spec.kind))))
            }
            Some(Some(current)) => value::edit(
                &context,
                requests,
                ui,
                &title,
                &spec.kind,
                Some(current),
                picks.as_ref(),
            ),
            None => match &spec.kind {
                AttributeKind::List { of, max_len } => {
                    let lists: Vec<_> = shown().collect();
                    list::edit(&context, requests, ui, &title, (of, *max_len), &lists)
                }
                kind => value::edit(&context, requests, ui, &title, kind, None, picks.as_ref()),
            },
        })
    };
    let key = spec.key.clone();
    if reverted {
        form.change_records(records, &key, Edited::instant(Some(())), |record, ()| {
            if let Some(attributes) = record.attributes_mut() {
                attributes.remove(&key);
            }
        });
    } else {
        form.change_records(records, &key, edited, |record, change: &ValueChange| {
            if let Some(attributes) = record.attributes_mut() {
                let value = change.apply(attributes.get(&key).or(spec.default.as_ref()));
                attributes.insert(key.clone(), value);
            }
        });
    }
}

/// Attributes that no spec describes: kept, shown, and removable.
fn unknown(form: &mut Form, ui: &mut Ui, records: &[RecordRef], specs: &[AttributeSpec]) {
    let [record] = records else { return };
    let empty = Attributes::new();
    let attributes = record.attributes().unwrap_or(&empty);
    let unknown: Vec<_> = attributes
        .iter()
        .filter(|(key, _)| specs.iter().all(|spec| spec.key != **key))
        .collect();
    if unknown.is_empty() {
        return;
    }
    section(form.context, ui, &text().inspector_unknown());
    for (key, value) in unknown {
        let ((), removed) = row(
            ui,
            key,
            &text().inspector_unknown_tooltip(),
            Revert::Remove,
            |ui, _| {
                ui.add(egui::Label::new(RichText::new(value.to_string()).monospace().weak()).truncate());
            },
        );
        if removed {
            form.change_records(records, key, Edited::instant(Some(())), |record, ()| {
                if let Some(attributes) = record.attributes_mut() {
                    attributes.remove(key);
                }
            });
        }
    }
}

/// What the schema says: doc, default, range.
fn tooltip(spec: &AttributeSpec) -> String {
    let range = |min: String, max: String, unit: &str| {
        Some(text().inspector_range(min, max, unit).trim_end().to_owned())
    };
    let lines = [
        Some(spec.doc.clone()).filter(|doc| !doc.is_empty()),
        spec.default
            .as_ref()
            .map(|default| text().inspector_default(default.to_string())),
        match &spec.kind {
            AttributeKind::Integer { min, max, unit } => range(min.to_string(), max.to_string(), unit),
            AttributeKind::Number { min, max, unit } => range(min.to_string(), max.to_string(), unit),
            _ => None,
        },
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}
