//! Widgets for values, by the type that the schema gives.
//!
//! *Not* responsible for: labels, defaults, where the value goes.

use egui::{Button, Color32, ComboBox, DragValue, RichText, TextEdit, Ui};
use egui_material_icons::icons::{ICON_ADD, ICON_CLOSE, ICON_NEAR_ME};
use shared::attribute::{AttributeValue, Rgb};
use shared::ids::Id as RecordKey;
use shared::island::RecordId;
use shared::schema::{AttributeKind, ReferenceTarget};

use super::field::Edited;
use crate::panel::{Context, Request, Requests, icon_button};
use crate::theme;
use crate::viewport::model;

/// Most entries of one drop-down; beyond that a search serves better.
const MAX_CHOICES: usize = 500;
/// What a field says whose records differ.
const MIXED: &str = "several values";

/// A widget for a value of this type. `current` is `None` where the selected records differ.
pub(super) fn edit(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    kind: &AttributeKind,
    current: Option<&AttributeValue>,
) -> Edited<AttributeValue> {
    match kind {
        AttributeKind::Bool => {
            let mut on = matches!(current, Some(AttributeValue::Bool(true)));
            let mixed = current.is_none();
            let response = ui
                .add(egui::Checkbox::without_text(&mut on).indeterminate(mixed))
                .accessible_name(name);
            Edited::instant(response.changed().then_some(AttributeValue::Bool(on)))
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
            edit_number(ui, name, number, &step).map(|number| AttributeValue::Integer(whole(number)))
        }
        AttributeKind::Number { min, max, unit } => {
            let numeric = Numeric {
                range: (*min, *max),
                unit,
                whole: false,
            };
            let number = current.and_then(AttributeValue::as_number);
            edit_number(ui, name, number, &numeric).map(AttributeValue::Number)
        }
        AttributeKind::Text { pattern, max_chars } => {
            let text = current.and_then(AttributeValue::as_text);
            edit_text(context, ui, name, text.as_deref(), (pattern, *max_chars)).map(AttributeValue::Text)
        }
        AttributeKind::Choice { options } => {
            let chosen = current.and_then(AttributeValue::as_text);
            let entries: Vec<_> = options
                .iter()
                .map(|option| (option.clone(), option.clone()))
                .collect();
            Edited::instant(combo(ui, name, chosen.as_deref(), &entries).map(AttributeValue::Choice))
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
                    .then_some(AttributeValue::Colour(Rgb { r, g, b })),
                live: true,
                finished,
                cancelled: false,
            }
        }
        AttributeKind::Reference { to } => edit_reference(context, requests, ui, name, to, current),
        AttributeKind::List { of, max_len } => {
            edit_list(context, requests, ui, name, (of, *max_len), current)
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

/// A number that is dragged or typed. A value outside the range is shown as it is, in the error colour.
pub(super) fn edit_number(ui: &mut Ui, name: &str, current: Option<f64>, numeric: &Numeric) -> Edited<f64> {
    let (min, max) = numeric.range;
    let mut number = current.unwrap_or(0.0);
    let span = (max - min).abs();
    // A drag over the width of the field covers a good part of the range, but stays fine for small ones.
    let speed = if span.is_finite() {
        (span / 600.0).clamp(0.005, 2.0)
    } else {
        1.0
    };
    let mut drag = DragValue::new(&mut number)
        .range(min..=max)
        .clamp_existing_to_range(false)
        .speed(if numeric.whole { speed.max(0.05) } else { speed })
        .max_decimals(if numeric.whole { 0 } else { 3 });
    if !numeric.unit.is_empty() {
        drag = drag.suffix(format!(" {}", numeric.unit));
    }
    if current.is_none() {
        drag = drag.custom_formatter(|_, _| MIXED.to_owned());
    }
    let outside = current.is_some_and(|number| !(min..=max).contains(&number));
    if outside {
        let error = theme::palette(ui.ctx()).error;
        ui.visuals_mut().override_text_color = Some(error);
    }
    let size = [ui.available_width(), 24.0];
    let response = ui.add_sized(size, drag).accessible_name(name);
    let response = if span.is_finite() && span < 1e9 {
        response.on_hover_text(format!("{min} to {max} {}", numeric.unit).trim_end().to_owned())
    } else {
        response
    };
    Edited::live(&response, number)
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
    let mut text = current.unwrap_or_default().to_owned();
    let mut field = TextEdit::singleline(&mut text)
        .char_limit(max_chars)
        .desired_width(f32::INFINITY);
    if current.is_none() {
        field = field.hint_text(MIXED);
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
        response.on_hover_text(format!("Must match {pattern}"))
    };
    Edited::live(&response, text)
}

/// A drop-down of (value, text). Returns the value chosen.
pub(super) fn combo(
    ui: &mut Ui,
    name: &str,
    current: Option<&str>,
    entries: &[(String, String)],
) -> Option<String> {
    let shown = match current {
        None => MIXED.to_owned(),
        Some("") => "none".to_owned(),
        Some(value) => entries
            .iter()
            .find(|(entry, _)| entry == value)
            .map_or_else(|| format!("{value} (unknown)"), |(_, text)| text.clone()),
    };
    let mut chosen = None;
    let width = ui.available_width();
    let response = ComboBox::from_id_salt(("combo", name))
        .selected_text(shown)
        .width(width)
        .truncate()
        .height(320.0)
        .show_ui(ui, |ui| {
            for (value, text) in entries.iter().take(MAX_CHOICES) {
                if ui.selectable_label(current == Some(value), text).clicked() {
                    chosen = Some(value.clone());
                }
            }
        })
        .response;
    drop(response.accessible_name(name));
    chosen.filter(|value| current != Some(value))
}

fn edit_reference(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    to: &ReferenceTarget,
    current: Option<&AttributeValue>,
) -> Edited<AttributeValue> {
    let id = current.and_then(AttributeValue::as_text);
    let target = id
        .as_deref()
        .and_then(|id| id.parse::<RecordKey>().ok())
        .and_then(|id| find(context, id));
    let chosen = ui
        .horizontal(|ui| {
            let button = if target.is_some() { 34.0 } else { 0.0 };
            ui.set_max_width(ui.available_width());
            let chosen = ui
                .scope(|ui| {
                    ui.set_max_width((ui.available_width() - button).max(30.0));
                    combo(ui, name, id.as_deref(), &candidates(context, to))
                })
                .inner;
            if let Some((island, record)) = target
                && icon_button(ui, ICON_NEAR_ME, &format!("Go to {name}"), "Go there").clicked()
            {
                requests.push(Request::Focus {
                    island,
                    records: record.into_iter().collect(),
                });
            }
            chosen
        })
        .inner;
    Edited::instant(chosen.and_then(|id| id.parse().ok().map(AttributeValue::Reference)))
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
    let fits = |id: RecordId, kind: Option<&str>| match (to, id) {
        (ReferenceTarget::Marker(wanted), RecordId::Marker(_))
        | (ReferenceTarget::Poi(wanted), RecordId::Poi(_))
        | (ReferenceTarget::Entity(wanted), RecordId::Entity(_)) => {
            wanted.is_none() || wanted.as_deref() == kind
        }
        (ReferenceTarget::Portal, RecordId::Portal(_)) => true,
        _ => false,
    };
    project
        .islands
        .values()
        .flat_map(|island| island.record_ids().map(move |id| (island, id)))
        .filter_map(|(island, id)| Some((island, island.record(id)?)))
        .filter(|(_, record)| fits(record.id(), record.kind()))
        .map(|(island, record)| {
            let text = format!("{} ({})", model::title(&record), island.name);
            (record.id().id().to_string(), text)
        })
        .collect()
}

/// Where something with this id is.
fn find(context: &Context, id: RecordKey) -> Option<(shared::ids::IslandId, Option<RecordId>)> {
    let project = context.document.project();
    let island_id = shared::ids::IslandId(id);
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

fn edit_list(
    context: &Context,
    requests: &mut Requests,
    ui: &mut Ui,
    name: &str,
    (of, max_len): (&AttributeKind, usize),
    current: Option<&AttributeValue>,
) -> Edited<AttributeValue> {
    let Some(AttributeValue::List(values)) = current else {
        ui.label(RichText::new(if current.is_none() { MIXED } else { "no list" }).weak());
        return Edited::instant(None);
    };
    let mut all = Edited::instant(None);
    ui.vertical(|ui| {
        let mut removed = None;
        for (index, value) in values.iter().enumerate() {
            ui.push_id(index, |ui| {
                ui.horizontal(|ui| {
                    let width = (ui.available_width() - 34.0).max(30.0);
                    let edited = ui
                        .scope(|ui| {
                            ui.set_max_width(width);
                            edit(
                                context,
                                requests,
                                ui,
                                &format!("{name} {}", index + 1),
                                of,
                                Some(value),
                            )
                        })
                        .inner;
                    if edited.value.is_some() || edited.finished {
                        let mut values = values.clone();
                        all = edited.map(|value| {
                            if let Some(place) = values.get_mut(index) {
                                *place = value;
                            }
                            AttributeValue::List(values)
                        });
                    }
                    let label = format!("Remove {name} {}", index + 1);
                    if icon_button(ui, ICON_CLOSE, &label, "Remove this value").clicked() {
                        removed = Some(index);
                    }
                });
            });
        }
        let add = Button::new((ICON_ADD.rich_text(), "Add")).fill(Color32::TRANSPARENT);
        let full = values.len() >= max_len;
        let added = ui
            .add_enabled(!full, add)
            .accessible_name(format!("Add to {name}"))
            .clicked();
        if let Some(index) = removed {
            let mut values = values.clone();
            values.remove(index);
            all = Edited::instant(Some(AttributeValue::List(values)));
        } else if added {
            let mut values = values.clone();
            values.push(initial(of));
            all = Edited::instant(Some(AttributeValue::List(values)));
        }
    });
    all
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the field has no fraction, and its range was an i64's"
)]
fn whole(number: f64) -> i64 {
    number.round() as i64
}
