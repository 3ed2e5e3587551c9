//! Select where: records by kind, layer and attribute.
//!
//! *Not* responsible for: the search over all islands by a typed query.

use std::collections::BTreeSet;

use egui::{Align2, ComboBox, Context as EguiContext, Grid, Id, TextEdit, Ui, Window, vec2};
use shared::island::{Island, Record, RecordId};
use shared::schema::Schema;

use crate::document::selection::Selection;
use crate::panel::{Context, Request, Requests};
use crate::text::text;
use crate::viewport::model::{self, kind_title};

/// How an attribute is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Comparison {
    #[default]
    Is,
    IsNot,
    Less,
    More,
}

impl Comparison {
    const ALL: [Self; 4] = [Self::Is, Self::IsNot, Self::Less, Self::More];

    fn title(self) -> String {
        match self {
            Self::Is => text().comparison_is(),
            Self::IsNot => text().comparison_is_not(),
            Self::Less => text().comparison_less(),
            Self::More => text().comparison_more(),
        }
    }

    /// Numbers are compared as such, everything else as text.
    fn holds(self, value: &str, wanted: &str) -> bool {
        let numbers = value.parse::<f64>().ok().zip(wanted.trim().parse::<f64>().ok());
        match (self, numbers) {
            (Self::Is, Some((a, b))) => a == b,
            (Self::IsNot, Some((a, b))) => a != b,
            (Self::Less, Some((a, b))) => a < b,
            (Self::More, Some((a, b))) => a > b,
            (Self::Is, None) => value.eq_ignore_ascii_case(wanted.trim()),
            (Self::IsNot, None) => !value.eq_ignore_ascii_case(wanted.trim()),
            (Self::Less | Self::More, None) => false,
        }
    }
}

/// The window.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SelectWhere {
    kind: Option<String>,
    layer: Option<i32>,
    attribute: Option<String>,
    comparison: Comparison,
    value: String,
}

impl SelectWhere {
    /// Draws the window; false when it was closed.
    pub fn ui(&mut self, ctx: &EguiContext, context: &Context, requests: &mut Requests) -> bool {
        let Some(island) = context.document.island() else {
            return false;
        };
        let mut open = true;
        let mut close = false;
        Window::new(text().select_where())
            .id(Id::unique("select where"))
            .open(&mut open)
            .resizable(false)
            .collapsible(false)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 90.0))
            .show(ctx, |ui| {
                self.conditions(context, island, ui);
                let found = self.found(context, island);
                ui.add_space(6.0);
                ui.horizontal(|ui| {
                    ui.label(text().record_count(found.len()));
                    ui.add_space(12.0);
                    ui.add_enabled_ui(!found.is_empty(), |ui| {
                        if ui.button(text().select_where_these()).clicked() {
                            requests.push(Request::Select(Selection::of(found.iter().copied())));
                            close = true;
                        }
                        if ui.button(text().select_where_add()).clicked() {
                            let all = context.document.selection().iter().chain(found.iter().copied());
                            requests.push(Request::Select(Selection::of(all)));
                            close = true;
                        }
                    });
                });
            });
        open && !close
    }

    fn conditions(&mut self, context: &Context, island: &Island, ui: &mut Ui) {
        let records: Vec<Record> = island.record_ids().filter_map(|id| island.record(id)).collect();
        let kinds: BTreeSet<String> = records
            .iter()
            .filter_map(|record| record.kind().map(str::to_owned))
            .collect();
        let layers: BTreeSet<i32> = island.markers.values().map(|marker| marker.layer).collect();
        Grid::new("conditions")
            .num_columns(2)
            .spacing(vec2(12.0, 8.0))
            .show(ui, |ui| {
                choice(ui, &text().select_where_kind(), &mut self.kind, kinds, |kind| {
                    kind_title(kind)
                });
                ui.end_row();
                choice(
                    ui,
                    &text().select_where_layer(),
                    &mut self.layer,
                    layers,
                    i32::to_string,
                );
                ui.end_row();
                let attributes = attributes(context.document.schema(), &records, self.kind.as_deref());
                let label = text().select_where_attribute();
                choice(ui, &label, &mut self.attribute, attributes, |key| kind_title(key));
                ui.end_row();
                if self.attribute.is_some() {
                    ui.allocate_space(vec2(1.0, 1.0));
                    ui.horizontal(|ui| {
                        let comparison = ComboBox::from_id_salt("comparison")
                            .selected_text(self.comparison.title())
                            .width(110.0)
                            .show_ui(ui, |ui| {
                                for each in Comparison::ALL {
                                    ui.selectable_value(&mut self.comparison, each, each.title());
                                }
                            });
                        drop(
                            comparison
                                .response
                                .accessible_name(text().select_where_comparison()),
                        );
                        let value = TextEdit::singleline(&mut self.value).desired_width(90.0);
                        ui.add(value).accessible_name(text().select_where_value());
                    });
                    ui.end_row();
                }
            });
    }

    fn found(&self, context: &Context, island: &Island) -> Vec<RecordId> {
        island
            .record_ids()
            .filter(|id| context.marks.is_reachable(island, *id))
            .filter_map(|id| island.record(id))
            .filter(|record| self.fits(context.document.schema(), record))
            .map(|record| record.id())
            .collect()
    }

    fn fits(&self, schema: &Schema, record: &Record) -> bool {
        let layer = match record {
            Record::Marker(marker) => Some(marker.layer),
            _ => None,
        };
        let by_kind = self.kind.is_none() || record.kind() == self.kind.as_deref();
        let by_layer = self.layer.is_none() || layer == self.layer;
        by_kind
            && by_layer
            && self.attribute.as_ref().is_none_or(|key| {
                value(schema, record, key).is_some_and(|value| self.comparison.holds(&value, &self.value))
            })
    }
}

/// A choice of one thing or any.
fn choice<T: Clone + PartialEq>(
    ui: &mut Ui,
    label: &str,
    chosen: &mut Option<T>,
    all: BTreeSet<T>,
    title: impl Fn(&T) -> String,
) {
    ui.label(label);
    let shown = chosen.as_ref().map_or_else(|| text().select_where_any(), &title);
    let combo = ComboBox::from_id_salt(label)
        .selected_text(shown)
        .width(220.0)
        .height(420.0)
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, text().select_where_any());
            for each in all {
                let text = title(&each);
                ui.selectable_value(chosen, Some(each), text);
            }
        });
    drop(combo.response.accessible_name(label));
}

/// Attributes of the kinds that are there.
fn attributes(schema: &Schema, records: &[Record], kind: Option<&str>) -> BTreeSet<String> {
    records
        .iter()
        .filter(|record| kind.is_none() || record.kind() == kind)
        .filter_map(|record| model::kinds(schema, record.id())?.get(record.kind()?))
        .flat_map(|kind| kind.attributes.iter().map(|spec| spec.key.clone()))
        .collect()
}

/// A record's attribute, or its default, as text.
fn value(schema: &Schema, record: &Record, key: &str) -> Option<String> {
    let written = record.attributes().and_then(|attributes| attributes.get(key));
    let default = || {
        let kind = model::kinds(schema, record.id())?.get(record.kind()?)?;
        kind.attribute(key)?.default.as_ref()
    };
    let value = written.or_else(default)?;
    Some(value.as_text().unwrap_or_else(|| value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_as_numbers_and_texts_as_texts() {
        assert!(Comparison::More.holds("12", "9"));
        assert!(Comparison::Is.holds("12", "12.0"));
        assert!(Comparison::Is.holds("Calm", "calm "));
        assert!(
            !Comparison::Less.holds("calm", "9"),
            "a text is neither less nor more"
        );
        assert!(Comparison::IsNot.holds("angry", "calm"));
    }
}
