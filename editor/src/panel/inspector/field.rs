//! Rows of the inspector: a label, a widget, a button that takes the value back, and how a widget's input
//! becomes one gesture.
//!
//! *Not* responsible for: which fields there are.

use std::collections::BTreeMap;

use egui::{Align, Id, Key, Label, Layout, Response, RichText, Sense, Ui, vec2};
use egui_material_icons::icons::{ICON_CLOSE, ICON_UNDO};
use shared::edit::Edit;
use shared::island::{Record, RecordRef};

use crate::document::Change;
use crate::document::history::GestureKey;
use crate::panel::{Context, Request, Requests, icon_button};
use crate::text::text;
use crate::viewport::model::{kind_title, sort_title};

/// Texts in the making, by field.
pub(super) type Drafts = BTreeMap<String, String>;

/// Width of labels, as a share of the panel.
const LABEL_SHARE: f32 = 0.34;
/// Width of the button at the end of a row, in points.
const BUTTON_WIDTH: f32 = 28.0;
/// Height of a row, the same with and without a button, in points.
const ROW_HEIGHT: f32 = 26.0;

/// What every field needs.
pub(super) struct Form<'a, 'b> {
    /// What is shown.
    pub context: &'a Context<'b>,
    /// Where changes go.
    pub requests: &'a mut Requests,
    /// Texts in the making.
    pub drafts: &'a mut Drafts,
}

/// What a widget did with its value.
#[derive(Debug)]
pub(super) struct Edited<T> {
    /// The new value, if it changed.
    pub value: Option<T>,
    /// The gesture goes on until the widget is left or let go.
    pub live: bool,
    /// The widget was left or let go.
    pub finished: bool,
    /// It was left with Escape: what was done to it is taken back.
    pub cancelled: bool,
}

impl<T> Edited<T> {
    /// From a widget that is dragged or typed into.
    pub(super) fn live(response: &Response, value: T) -> Self {
        Self {
            value: response.changed().then_some(value),
            live: true,
            finished: response.lost_focus() || response.drag_stopped(),
            cancelled: response.lost_focus() && response.ctx.input(|input| input.key_pressed(Key::Escape)),
        }
    }

    /// From a widget whose input is a whole step.
    pub(super) fn instant(value: Option<T>) -> Self {
        Self {
            value,
            live: false,
            finished: false,
            cancelled: false,
        }
    }

    /// The same input with another kind of value.
    pub(super) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Edited<U> {
        Edited {
            value: self.value.map(convert),
            live: self.live,
            finished: self.finished,
            cancelled: self.cancelled,
        }
    }
}

/// Whether a row's value can be taken back, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Revert {
    /// There is nothing to take back.
    No,
    /// Back to the default.
    ToDefault,
    /// Out of the record.
    Remove,
}

/// One row. Returns what the widget gave and whether the value is to be taken back.
pub(super) fn row<R>(
    ui: &mut Ui,
    label: &str,
    tooltip: &str,
    revert: Revert,
    widget: impl FnOnce(&mut Ui, Id) -> R,
) -> (R, bool) {
    let width = ui.available_width();
    ui.horizontal(|ui| {
        let label_width = (width * LABEL_SHARE).min(170.0);
        let label_response = ui
            .allocate_ui_with_layout(
                vec2(label_width, ROW_HEIGHT),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(label_width);
                    let text = if revert == Revert::No {
                        RichText::new(label)
                    } else {
                        RichText::new(label).strong()
                    };
                    ui.add(Label::new(text).truncate().sense(Sense::hover()))
                },
            )
            .inner;
        let label_id = label_response.id;
        if !tooltip.is_empty() {
            label_response.on_hover_text(tooltip);
        }
        let widget_width = (width - label_width - BUTTON_WIDTH - 2.0 * ui.spacing().item_spacing.x).max(40.0);
        let inner = ui
            .allocate_ui_with_layout(
                vec2(widget_width, ROW_HEIGHT),
                Layout::left_to_right(Align::Center),
                |ui| {
                    ui.set_min_width(widget_width);
                    ui.set_max_width(widget_width);
                    widget(ui, label_id)
                },
            )
            .inner;
        let reverted = match revert {
            Revert::No => false,
            Revert::ToDefault => {
                let tooltip = text().inspector_revert_tooltip();
                icon_button(ui, ICON_UNDO, &text().inspector_revert(label), &tooltip).clicked()
            }
            Revert::Remove => {
                let tooltip = text().inspector_remove_tooltip();
                icon_button(ui, ICON_CLOSE, &text().inspector_remove(label), &tooltip).clicked()
            }
        };
        (inner, reverted)
    })
    .inner
}

impl Form<'_, '_> {
    /// Turns a widget's input into a change of the project: `edits` for a value.
    pub(super) fn change<T>(
        &mut self,
        label: &str,
        key: &str,
        edited: Edited<T>,
        edits: impl FnOnce(T) -> Vec<Edit>,
    ) {
        let key = GestureKey(key.to_owned());
        if edited.cancelled {
            self.requests.push(Request::Change(Change::Cancel));
            return;
        }
        if let Some(value) = edited.value {
            let (label, edits) = (label.to_owned(), edits(value));
            self.requests.push(Request::Change(if edited.live {
                Change::Amend {
                    label,
                    key: key.clone(),
                    edits,
                }
            } else {
                Change::Step { label, edits }
            }));
        }
        if edited.finished {
            self.requests.push(Request::Change(Change::Commit));
        }
    }

    /// The same for records that are edited together: `set` puts the value into each.
    pub(super) fn change_records<T>(
        &mut self,
        records: &[RecordRef],
        field: &str,
        edited: Edited<T>,
        set: impl Fn(&mut Record, &T),
    ) {
        let Some(island) = self.context.document.island().map(|island| island.id) else {
            return;
        };
        let Some(first) = records.first() else { return };
        let subject = match records {
            [record] => title(*record),
            records => text().record_count(records.len()),
        };
        let key = format!("{} {} {field}", first.id(), records.len());
        self.change(&text().step_change(field, subject), &key, edited, |value| {
            records
                .iter()
                .map(|record| {
                    let mut record = record.to_record();
                    set(&mut record, &value);
                    Edit::PutRecord {
                        island,
                        record: Box::new(record),
                    }
                })
                .collect()
        });
    }
}

/// The value that all share; `None` where they differ.
pub(super) fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

/// What a record is called: its name, or its kind in words.
pub(super) fn title(record: RecordRef) -> String {
    match (record.name(), record.kind()) {
        ("", Some(kind)) => kind_title(kind),
        ("", None) => sort_title(record.id()),
        (name, _) => name.to_owned(),
    }
}
