//! Widgets for values, by the type that the schema gives.
//!
//! *Not* responsible for: labels, defaults, where the value goes.

use std::cell::RefCell;

use egui::{Align, ComboBox, DragValue, Layout, RichText, TextEdit, Ui, vec2};
use egui_material_icons::icons::{ICON_COLORIZE, ICON_NEAR_ME};
use shared::attribute::{AttributeValue, Rgb};
use shared::ids::{Id as RecordKey, IslandId};
use shared::island::{RecordId, RecordRef};
use shared::schema::{AttributeKind, ReferenceTarget};

use super::field::{Edited, title};
use super::list::{self, ListChange};
use crate::expression;
use crate::panel::pick::{PickFor, Picking};
use crate::panel::{Context, Request, Requests, icon_button};
use crate::text::text;
use crate::theme;

/// Most entries of one drop-down; beyond that a search serves better.
const MAX_CHOICES: usize = 500;

/// What a widget asks for: a value, or a number that depends on what each record has.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum ValueChange {
    /// This value.
    Set(AttributeValue),
    /// A number with a fraction.
    Number(NumberChange),
    /// A whole number.
    Integer(NumberChange),
    /// A list.
    List(ListChange),
}

impl ValueChange {
    /// The new value of a record that has `old`.
    pub(super) fn apply(&self, old: Option<&AttributeValue>) -> AttributeValue {
        let number = || old.and_then(AttributeValue::as_number).unwrap_or(0.0);
        match self {
            Self::Set(value) => value.clone(),
            Self::Number(change) => AttributeValue::Number(change.apply(number())),
            Self::Integer(change) => AttributeValue::Integer(whole(change.apply(number()))),
            Self::List(change) => change.apply(old),
        }
    }
}

/// A change of a number that stays within the field's range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct NumberChange {
    change: expression::Change,
    range: (f64, f64),
    whole: bool,
}

impl NumberChange {
    /// The new number where `old` is.
    pub(super) fn apply(self, old: f64) -> f64 {
        let new = self.change.apply(old).max(self.range.0).min(self.range.1);
        if self.whole { new.round() } else { new }
    }
}

/// A widget for a value of this type. `current` is `None` where the selected records differ. `picks` is what
/// picking a reference on the map is for.
pub(super) fn edit(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    kind: &AttributeKind,
    current: Option<&AttributeValue>,
    picks: Option<&PickFor>,
) -> Edited<ValueChange> {
    match kind {
        AttributeKind::Bool => {
            let mut on = matches!(current, Some(AttributeValue::Bool(true)));
            let mixed = current.is_none();
            let response = ui
                .add(egui::Checkbox::without_text(&mut on).indeterminate(mixed))
                .accessible_name(name);
            Edited::instant(
                response
                    .changed()
                    .then_some(ValueChange::Set(AttributeValue::Bool(on))),
            )
        }
        AttributeKind::Integer { min, max, unit } => {
            let number = match current {
                Some(AttributeValue::Integer(number)) => Some(*number as f64),
                _ => None,
            };
            let step = Numeric {
                range: (*min as f64, *max as f64),
                unit,
                whole: true,
            };
            edit_number(ui, name, number, &step).map(ValueChange::Integer)
        }
        AttributeKind::Number { min, max, unit } => {
            let numeric = Numeric {
                range: (*min, *max),
                unit,
                whole: false,
            };
            let number = current.and_then(AttributeValue::as_number);
            edit_number(ui, name, number, &numeric).map(ValueChange::Number)
        }
        AttributeKind::Text { pattern, max_chars } => {
            let text = current.and_then(AttributeValue::as_text);
            edit_text(context, ui, name, text.as_deref(), (pattern, *max_chars))
                .map(|text| ValueChange::Set(AttributeValue::Text(text)))
        }
        AttributeKind::Choice { options } => {
            let chosen = current.and_then(AttributeValue::as_text);
            let known = chosen.as_ref().is_none_or(|chosen| options.contains(chosen));
            let shown = chosen.as_deref().map(|chosen| {
                if known {
                    chosen.to_owned()
                } else {
                    text().inspector_unknown_choice(chosen)
                }
            });
            let entries = || {
                options
                    .iter()
                    .map(|option| (option.clone(), option.clone()))
                    .collect()
            };
            let chosen = combo(ui, name, (chosen.as_deref(), shown), entries);
            Edited::instant(chosen.map(|option| ValueChange::Set(AttributeValue::Choice(option))))
        }
        AttributeKind::Colour => {
            let mut rgb = match current {
                Some(AttributeValue::Colour(colour)) => [colour.r, colour.g, colour.b],
                _ => [128; 3],
            };
            let response = ui.color_edit_button_srgb(&mut rgb).accessible_name(name);
            let [r, g, b] = rgb;
            // The picker is a popup that stays open: each change is amended until it closes.
            let finished = !response.changed() && response.clicked_elsewhere();
            Edited {
                value: response
                    .changed()
                    .then_some(ValueChange::Set(AttributeValue::Colour(Rgb { r, g, b }))),
                live: true,
                finished,
                cancelled: false,
            }
        }
        AttributeKind::Reference { to } => edit_reference(context, requests, ui, name, (to, picks), current),
        AttributeKind::List { of, max_len } => {
            list::edit(context, requests, ui, name, (of, *max_len), &[current])
        }
    }
}

/// A value for a type that has none yet.
pub(super) fn initial(kind: &AttributeKind) -> AttributeValue {
    match kind {
        AttributeKind::Bool => AttributeValue::Bool(false),
        AttributeKind::Integer { min, max, .. } => AttributeValue::Integer(0.clamp(*min, (*max).max(*min))),
        AttributeKind::Number { min, max, .. } => AttributeValue::Number(0.0_f64.max(*min).min(*max)),
        AttributeKind::Text { .. } | AttributeKind::Reference { .. } => AttributeValue::Text(String::new()),
        AttributeKind::Choice { options } => {
            AttributeValue::Choice(options.first().cloned().unwrap_or_default())
        }
        AttributeKind::Colour => AttributeValue::Colour(Rgb {
            r: 128,
            g: 128,
            b: 128,
        }),
        AttributeKind::List { .. } => AttributeValue::List(Vec::new()),
    }
}

/// Limits and unit of a number field.
pub(super) struct Numeric<'a> {
    /// Smallest and largest value.
    pub range: (f64, f64),
    /// Shown after the number.
    pub unit: &'a str,
    /// Whether it has no fraction.
    pub whole: bool,
}

/// A number that is dragged or typed, arithmetic included. A value outside the range is shown as it is, in
/// the error colour.
pub(super) fn edit_number(
    ui: &mut Ui,
    name: &str,
    current: Option<f64>,
    numeric: &Numeric,
) -> Edited<NumberChange> {
    let (min, max) = numeric.range;
    let mut number = current.unwrap_or(0.0);
    let span = (max - min).abs();
    // A drag over the width of the field covers a good part of the range, but stays fine for small ones.
    let speed = if span.is_finite() {
        (span / 600.0).clamp(0.005, 2.0)
    } else {
        1.0
    };
    let shown = |number: f64| {
        if current.is_none() {
            text().inspector_mixed()
        } else {
            number_text(number, numeric.whole)
        }
    };
    let at_rest = shown(number);
    // What was typed is more than a number: it may say how to change the one of each record.
    let typed = RefCell::new(None);
    let mut drag = DragValue::new(&mut number)
        .range(min..=max)
        .clamp_existing_to_range(false)
        .speed(if numeric.whole { speed.max(0.05) } else { speed })
        .update_while_editing(false)
        .custom_formatter(|number, _| shown(number))
        .custom_parser(|text| {
            // Leaving a field without typing must not round what is there.
            let change = (text.trim() != at_rest)
                .then(|| expression::Change::parse(text))
                .flatten();
            *typed.borrow_mut() = change.map(|change| (text.to_owned(), change));
            change.map(|change| change.apply(current.unwrap_or(0.0)))
        });
    if !numeric.unit.is_empty() {
        drag = drag.suffix(format!(" {}", numeric.unit));
    }
    let outside = current.is_some_and(|number| !(min..=max).contains(&number));
    if outside {
        let error = theme::palette(ui.ctx()).error;
        ui.visuals_mut().override_text_color = Some(error);
    }
    // Justified to the left as texts and lists are.
    let left = Layout::top_down_justified(Align::Min);
    let size = vec2(ui.available_width(), 24.0);
    let response = ui.allocate_ui_with_layout(size, left, |ui| ui.add(drag)).inner;
    let response = response.accessible_name(name);
    let response = if span.is_finite() && span < 1e9 {
        let range = text().inspector_range_of_field(min.to_string(), max.to_string(), numeric.unit);
        let tooltip = format!("{}\n{}", range.trim_end(), text().inspector_arithmetic());
        response.on_hover_text(tooltip)
    } else {
        response
    };
    let change = |change| NumberChange {
        change,
        range: numeric.range,
        whole: numeric.whole,
    };
    let mut edited = Edited::live(&response, change(expression::Change::to(number)));
    if let Some((text, typed)) = typed.take() {
        // The field reads its text when Enter is pressed and again when the focus is gone, a frame later:
        // `+=5` must not count twice.
        let (place, now) = (response.id.with("typed"), ui.ctx().cumulative_frame_nr());
        let last: Option<(String, u64)> = ui.data(|data| data.get_temp(place));
        if last.is_some_and(|(last, frame)| last == text && frame + 1 >= now) {
            edited.value = None;
        } else {
            (edited.value, edited.finished) = (Some(change(typed)), true);
            ui.data_mut(|data| data.insert_temp(place, (text, now)));
        }
    }
    edited
}

/// A number as its field shows it: at most three decimals, none that say nothing.
fn number_text(number: f64, is_whole: bool) -> String {
    if is_whole {
        return format!("{number:.0}");
    }
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A line of text with a pattern and a length. What does not match is kept, as the map format keeps it, and
/// shown in the error colour; the rules report it.
pub(super) fn edit_text(
    context: &Context,
    ui: &mut Ui,
    name: &str,
    current: Option<&str>,
    (pattern, max_chars): (&str, usize),
) -> Edited<String> {
    let mut typed = current.unwrap_or_default().to_owned();
    let mut field = TextEdit::singleline(&mut typed)
        .char_limit(max_chars)
        .desired_width(f32::INFINITY);
    if current.is_none() {
        field = field.hint_text(text().inspector_mixed());
    }
    let matches = pattern.is_empty()
        || current.is_none_or(|text| {
            regex_lite::Regex::new(&format!("^(?:{pattern})$")).map_or(true, |regex| regex.is_match(text))
        });
    if !matches {
        field = field.text_color(context.colours.error);
    }
    let response = ui.add(field).accessible_name(name);
    let response = if pattern.is_empty() {
        response
    } else {
        response.on_hover_text(text().inspector_pattern(pattern))
    };
    Edited::live(&response, typed)
}

/// A drop-down. `current` is the value and how it is shown, `None` where records differ; `entries` gives
/// (value, text), and is only asked while the list is open. Returns the value chosen.
pub(super) fn combo(
    ui: &mut Ui,
    name: &str,
    (current, shown): (Option<&str>, Option<String>),
    entries: impl FnOnce() -> Vec<(String, String)>,
) -> Option<String> {
    let shown = match current {
        None => text().inspector_mixed(),
        Some("") => text().inspector_none(),
        Some(value) => shown.unwrap_or_else(|| value.to_owned()),
    };
    let mut chosen = None;
    let width = ui.available_width();
    let response = ComboBox::from_id_salt(("combo", name))
        .selected_text(&shown)
        .width(width)
        .truncate()
        .height(320.0)
        .show_ui(ui, |ui| {
            let entries = entries();
            if entries.is_empty() {
                ui.label(RichText::new(text().inspector_no_choice()).weak());
            }
            for (value, name) in entries.iter().take(MAX_CHOICES) {
                if ui.selectable_label(current == Some(value), name).clicked() {
                    chosen = Some(value.clone());
                }
            }
            if entries.len() > MAX_CHOICES {
                ui.label(RichText::new(text().inspector_long_choice()).weak());
            }
        })
        .response;
    // The whole of it, where the field is too narrow.
    drop(response.accessible_name(name).on_hover_text(shown));
    chosen.filter(|value| current != Some(value))
}

/// A drop-down of what a reference may point to, with buttons to go there and to pick it on the map.
pub(super) fn reference(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    (to, picks): (&ReferenceTarget, Option<&PickFor>),
    current: Option<&str>,
) -> Option<String> {
    let target = current
        .and_then(|id| id.parse::<RecordKey>().ok())
        .and_then(|id| find(context, id));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let can_pick = picks.filter(|_| *to != ReferenceTarget::Island);
        let buttons =
            30.0 * (f32::from(u8::from(target.is_some())) + f32::from(u8::from(can_pick.is_some())));
        let chosen = ui
            .scope(|ui| {
                ui.set_max_width((ui.available_width() - buttons).max(30.0));
                let shown = current.map(|id| shown(context, id, target));
                combo(ui, name, (current, shown), || candidates(context, to))
            })
            .inner;
        if let Some(picks) = can_pick {
            let tooltip = text().inspector_pick_tooltip(to.describe());
            if icon_button(ui, ICON_COLORIZE, &text().inspector_pick(name), &tooltip).clicked() {
                requests.push(Request::Pick(Picking {
                    target: to.clone(),
                    place: picks.clone(),
                    name: name.to_owned(),
                }));
            }
        }
        if let Some((island, record)) = target
            && icon_button(ui, ICON_NEAR_ME, &text().go_to(name), &text().go_there()).clicked()
        {
            requests.push(Request::Focus {
                island,
                records: record.into_iter().collect(),
            });
        }
        chosen
    })
    .inner
}

/// What a reference points to, in words; the island only where it is not the one shown.
fn shown(context: &Context, id: &str, target: Option<(IslandId, Option<RecordId>)>) -> String {
    let Some((island, record)) = target else {
        return text().inspector_missing(id);
    };
    let Some(island) = context.document.project().islands.get(&island) else {
        return id.to_owned();
    };
    match record.and_then(|record| island.record_ref(record)) {
        Some(record) if context.document.island().is_some_and(|here| here.id == island.id) => title(record),
        Some(record) => text().inspector_on_island(title(record), &island.name),
        None => island.name.clone(),
    }
}

fn edit_reference(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    to: (&ReferenceTarget, Option<&PickFor>),
    current: Option<&AttributeValue>,
) -> Edited<ValueChange> {
    let id = current.and_then(AttributeValue::as_text);
    let chosen = reference(context, requests, ui, name, to, id.as_deref());
    let chosen = chosen.and_then(|id| id.parse().ok());
    Edited::instant(chosen.map(|id| ValueChange::Set(AttributeValue::Reference(id))))
}

/// What a reference may point to, as (id, name).
pub(super) fn candidates(context: &Context, to: &ReferenceTarget) -> Vec<(String, String)> {
    let project = context.document.project();
    if *to == ReferenceTarget::Island {
        return project
            .islands
            .values()
            .map(|island| (island.id.to_string(), island.name.clone()))
            .collect();
    }
    project
        .islands
        .values()
        .flat_map(|island| island.records().map(move |record| (island, record)))
        .filter(|(_, record)| fits(to, *record))
        .map(|(island, record)| {
            let name = text().inspector_on_island(title(record), &island.name);
            (record.id().id().to_string(), name)
        })
        .take(MAX_CHOICES + 1)
        .collect()
}

/// Whether a reference of this type may point to the record.
pub(crate) fn fits(to: &ReferenceTarget, record: RecordRef) -> bool {
    match (to, record.id()) {
        (ReferenceTarget::Marker(wanted), RecordId::Marker(_))
        | (ReferenceTarget::Poi(wanted), RecordId::Poi(_))
        | (ReferenceTarget::Entity(wanted), RecordId::Entity(_)) => {
            wanted.is_none() || wanted.as_deref() == record.kind()
        }
        (ReferenceTarget::Portal, RecordId::Portal(_)) => true,
        _ => false,
    }
}

/// Where something with this id is.
fn find(context: &Context, id: RecordKey) -> Option<(IslandId, Option<RecordId>)> {
    let project = context.document.project();
    let island_id = IslandId(id);
    if project.islands.contains_key(&island_id) {
        return Some((island_id, None));
    }
    let candidates = [
        RecordId::Poi(shared::ids::PoiId(id)),
        RecordId::Portal(shared::ids::PortalId(id)),
        RecordId::Entity(shared::ids::EntityId(id)),
        RecordId::Marker(shared::ids::MarkerId(id)),
    ];
    candidates
        .into_iter()
        .find_map(|record| Some((project.island_of(record)?.id, Some(record))))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the field has no fraction, and its range was an i64's"
)]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
