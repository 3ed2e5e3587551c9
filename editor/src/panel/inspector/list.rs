//! Lists of values, of one record or of several: what all have in common is edited in all.
//!
//! *Not* responsible for: the widgets of the values in them (`value`).

use egui::{Button, Color32, RichText, Ui};
use egui_material_icons::icons::{ICON_ADD, ICON_CLOSE};
use shared::attribute::AttributeValue;
use shared::schema::AttributeKind;

use super::field::{Edited, common};
use super::value::{self, ValueChange};
use crate::panel::{Context, Requests, icon_button};
use crate::text::text;

/// Width of the button behind a value, in points.
const BUTTON_WIDTH: f32 = 34.0;

/// What is done to the list of each record.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum ListChange {
    /// The value with this index changes.
    Element(usize, Box<ValueChange>),
    /// A value comes to the end of lists that are shorter than this.
    Append(AttributeValue, usize),
    /// The value with this index goes.
    Remove(usize),
}

impl ListChange {
    /// The new list of a record that has `old`. Shorter lists stay as they are.
    pub(super) fn apply(&self, old: Option<&AttributeValue>) -> AttributeValue {
        let mut values = match old {
            Some(AttributeValue::List(values)) => values.clone(),
            _ => Vec::new(),
        };
        match self {
            Self::Element(index, change) => {
                if let Some(value) = values.get_mut(*index) {
                    *value = change.apply(Some(value));
                }
            }
            Self::Append(value, max_len) if values.len() < *max_len => values.push(value.clone()),
            Self::Remove(index) if *index < values.len() => drop(values.remove(*index)),
            Self::Append(..) | Self::Remove(_) => {}
        }
        AttributeValue::List(values)
    }
}

/// Widgets for lists of at most `max_len` values. `lists` are those of all records, `None` where a record has
/// none.
pub(super) fn edit(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    (of, max_len): (&AttributeKind, usize),
    lists: &[Option<&AttributeValue>],
) -> Edited<ValueChange> {
    let Some(lists) = lists.iter().map(|list| values(*list)).collect::<Option<Vec<_>>>() else {
        ui.label(RichText::new(text().inspector_no_list()).weak());
        return Edited::instant(None);
    };
    let lengths = || lists.iter().map(|list| list.len());
    let (shortest, longest) = (lengths().min().unwrap_or(0), lengths().max().unwrap_or(0));
    let mut change = Edited::instant(None);
    ui.vertical(|ui| {
        for index in 0..shortest {
            let current = common(lists.iter().filter_map(|list| list.get(index)));
            let edited = ui
                .push_id(index, |ui| {
                    let name = text().inspector_element(name, index + 1);
                    element(context, requests, ui, &name, (of, index), current)
                })
                .inner;
            if edited.value.is_some() || edited.finished {
                change = edited;
            }
        }
        if longest > shortest {
            let differ = text().inspector_lists_differ(shortest, longest);
            ui.label(RichText::new(differ).small().color(context.colours.faint_text));
        }
        let add = Button::new((ICON_ADD.rich_text(), text().inspector_add())).fill(Color32::TRANSPARENT);
        let add = ui.add_enabled(shortest < max_len, add);
        if add.accessible_name(text().inspector_add_to(name)).clicked() {
            let value = value::initial(of);
            change = Edited::instant(Some(ValueChange::List(ListChange::Append(value, max_len))));
        }
    });
    change
}

fn values(list: Option<&AttributeValue>) -> Option<&[AttributeValue]> {
    match list {
        Some(AttributeValue::List(values)) => Some(values),
        None => Some(&[]),
        Some(_) => None,
    }
}

/// One value of the list, with a button that takes it out.
fn element(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    (of, index): (&AttributeKind, usize),
    current: Option<&AttributeValue>,
) -> Edited<ValueChange> {
    ui.horizontal(|ui| {
        let width = (ui.available_width() - BUTTON_WIDTH).max(30.0);
        let edited = ui
            .scope(|ui| {
                ui.set_max_width(width);
                value::edit(context, requests, ui, name, of, current, None)
            })
            .inner;
        let (label, tooltip) = (text().inspector_remove(name), text().inspector_remove_element());
        if icon_button(ui, ICON_CLOSE, &label, &tooltip).clicked() {
            return Edited::instant(Some(ValueChange::List(ListChange::Remove(index))));
        }
        edited.map(|change| ValueChange::List(ListChange::Element(index, Box::new(change))))
    })
    .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(texts: &[&str]) -> AttributeValue {
        let values = texts
            .iter()
            .map(|text| AttributeValue::Choice((*text).to_owned()));
        AttributeValue::List(values.collect())
    }

    #[test]
    fn each_list_changes_by_itself() {
        let salt = AttributeValue::Choice("salt".to_owned());
        let append = ListChange::Append(salt.clone(), 2);
        assert_eq!(append.apply(Some(&list(&["fish"]))), list(&["fish", "salt"]));
        assert_eq!(append.apply(None), list(&["salt"]));
        let full = list(&["fish", "wool"]);
        assert_eq!(append.apply(Some(&full)), full, "a full list stays");
        let second = ListChange::Element(1, Box::new(ValueChange::Set(salt)));
        assert_eq!(second.apply(Some(&full)), list(&["fish", "salt"]));
        assert_eq!(second.apply(Some(&list(&["fish"]))), list(&["fish"]));
        assert_eq!(ListChange::Remove(0).apply(Some(&full)), list(&["wool"]));
        assert_eq!(ListChange::Remove(7).apply(Some(&full)), full);
    }
}
