//! Fields that records have whatever their kind: name, note, place, order, links.
//!
//! *Not* responsible for: attributes.

use egui::{RichText, Ui};
use shared::geometry::GeometryForm;
use shared::ids::PortalId;
use shared::island::{Record, RecordId, RecordRef};
use shared::schema::ReferenceTarget;

use super::field::{Edited, Form, Revert, common, row, title};
use super::value::{self, NumberChange, Numeric, edit_number, edit_text};
use super::{attributes, section};
use crate::panel::pick::PickFor;
use crate::text::text;
use crate::theme;
use crate::viewport::model::{self, kind_title};

/// Coordinates beyond this lie outside every island.
const FARTHEST_M: f64 = 4096.0;
/// Limits of layer and priority, as `shared::island` documents them.
const ORDER: (f64, f64) = (-1000.0, 1000.0);
/// Corners listed in the inspector; longer paths are shaped on the map.
const MAX_CORNERS: usize = 64;
/// Most characters of a name.
const MAX_NAME_CHARS: usize = 200;

/// Draws the fields of records that are edited together.
pub(super) fn ui(form: &mut Form, ui: &mut Ui, records: &[RecordRef]) {
    let Some(first) = records.first() else { return };
    let same_sort = records
        .iter()
        .all(|record| std::mem::discriminant(&record.id()) == std::mem::discriminant(&first.id()));
    let kind = common(records.iter().map(|record| record.kind())).flatten();
    head(form, ui, records, same_sort, kind);
    name_and_note(form, ui, records);
    if let [record] = records {
        place(form, ui, *record);
    }
    if same_sort && matches!(first.id(), RecordId::Marker(_)) {
        order(form, ui, records);
    }
    let context = *form.context;
    if let Some(kind) = kind.filter(|_| same_sort) {
        let schema = model::kinds(context.document.schema(), first.id()).and_then(|kinds| kinds.get(kind));
        attributes::ui(form, ui, records, schema);
    } else if records.len() > 1 && first.kind().is_some() {
        ui.add_space(8.0);
        ui.label(RichText::new(text().inspector_mixed_kinds()).color(context.colours.faint_text));
    }
}

fn head(form: &Form, ui: &mut Ui, records: &[RecordRef], same_sort: bool, kind: Option<&str>) {
    let context = form.context;
    let title = match records {
        [record] => title(*record),
        [first, ..] if same_sort => model::sort_count(first.id(), records.len()),
        records => text().record_count(records.len()),
    };
    ui.add(egui::Label::new(RichText::new(title).heading()).truncate());
    let schema = records
        .first()
        .zip(kind)
        .and_then(|(first, kind)| model::kinds(context.document.schema(), first.id())?.get(kind));
    ui.horizontal(|ui| {
        if let Some(kind) = kind {
            let colour = theme::kind_colour(schema.and_then(|schema| schema.colour), kind);
            let (rect, _) = ui.allocate_exact_size(egui::vec2(12.0, 12.0), egui::Sense::hover());
            ui.painter().rect_filled(rect, 3.0, colour);
            ui.label(kind_title(kind));
        }
        if let [record] = records {
            let id = format!(
                "{} {}",
                model::sort_title(record.id()).to_lowercase(),
                record.id().id()
            );
            ui.label(RichText::new(id).small().color(context.colours.faint_text));
        }
    });
    if let Some(schema) = schema
        && !schema.doc.is_empty()
    {
        ui.label(
            RichText::new(&schema.doc)
                .small()
                .color(context.colours.faint_text),
        );
    } else if kind.is_some() && schema.is_none() {
        let warning = text().inspector_unknown_kind();
        ui.label(RichText::new(warning).small().color(context.colours.warning));
    }
    ui.add_space(4.0);
}

fn name_and_note(form: &mut Form, ui: &mut Ui, records: &[RecordRef]) {
    let name = common(records.iter().map(|record| record.name()));
    let context = *form.context;
    let title = text().field_name();
    let (edited, _) = row(ui, &title, &text().field_name_tooltip(), Revert::No, |ui, _| {
        edit_text(&context, ui, &title, name, ("", MAX_NAME_CHARS))
    });
    form.change_records(records, &title.to_lowercase(), edited, |record, name: &String| {
        name_mut(record).clone_from(name);
    });
    let note = common(records.iter().map(|record| record.note()));
    let title = text().field_note();
    let (edited, _) = row(ui, &title, &text().field_note_tooltip(), Revert::No, |ui, _| {
        edit_text(&context, ui, &title, note, ("", 4000))
    });
    form.change_records(records, &title.to_lowercase(), edited, |record, note: &String| {
        note_mut(record).clone_from(note);
    });
}

fn place(form: &mut Form, ui: &mut Ui, record: RecordRef) {
    let context = *form.context;
    match record {
        RecordRef::Marker(marker) => {
            section(&context, ui, &text().inspector_place());
            let points = marker.geometry.points();
            if marker.geometry.form() == GeometryForm::Point {
                corner(form, ui, record, 0);
            } else {
                let title = text().inspector_corners(points.len());
                egui::CollapsingHeader::new(title)
                    .id_salt("corners")
                    .show(ui, |ui| {
                        for index in 0..points.len().min(MAX_CORNERS) {
                            corner(form, ui, record, index);
                        }
                        if points.len() > MAX_CORNERS {
                            ui.label(RichText::new(text().inspector_further_corners()).weak());
                        }
                    });
                level(form, ui, record);
            }
        }
        RecordRef::Poi(_) | RecordRef::Entity(_) | RecordRef::Portal(_) => {
            section(&context, ui, &text().inspector_place());
            let anchor = record.anchor().unwrap_or_default();
            let axes = [
                (0, text().field_east(), anchor.x_m),
                (1, text().field_north(), anchor.y_m),
            ];
            for (axis, title, current) in axes {
                let tooltip = text().field_east_tooltip();
                let (edited, _) = row(ui, &title, &tooltip, Revert::No, |ui, _| {
                    metres(ui, &title, f64::from(current))
                });
                form.change_records(
                    &[record],
                    &title.to_lowercase(),
                    edited,
                    |record, to: &NumberChange| {
                        let way = narrow(to.apply(f64::from(current))) - current;
                        let (dx, dy) = if axis == 0 { (way, 0.0) } else { (0.0, way) };
                        record.move_by(dx, dy);
                    },
                );
            }
            facing(form, ui, record);
        }
        RecordRef::Lane(_) => {}
    }
    links(form, ui, record);
}

/// East, north and height of one corner.
fn corner(form: &mut Form, ui: &mut Ui, record: RecordRef, index: usize) {
    let RecordRef::Marker(marker) = record else { return };
    let Some(point) = marker.geometry.points().get(index).copied() else {
        return;
    };
    let titles = if marker.geometry.form() == GeometryForm::Point {
        [text().field_east(), text().field_north(), text().field_height()]
    } else {
        let number = index + 1;
        [
            text().field_corner_east(number),
            text().field_corner_north(number),
            text().field_corner_height(number),
        ]
    };
    let axes = titles.into_iter().zip([point.x_m, point.y_m, point.z_m]);
    for (axis, (title, current)) in axes.enumerate() {
        let tooltip = if axis == 2 {
            text().field_height_tooltip()
        } else {
            text().field_east_tooltip()
        };
        let (edited, _) = row(ui, &title, &tooltip, Revert::No, |ui, _| {
            metres(ui, &title, f64::from(current))
        });
        form.change_records(
            &[record],
            &title.to_lowercase(),
            edited,
            |record, to: &NumberChange| {
                if let Record::Marker(marker) = record
                    && let Some(point) = marker.geometry.points_mut().get_mut(index)
                {
                    let place = match axis {
                        0 => &mut point.x_m,
                        1 => &mut point.y_m,
                        _ => &mut point.z_m,
                    };
                    *place = narrow(to.apply(f64::from(*place)));
                }
            },
        );
    }
}

/// One height for all corners of a path or area.
fn level(form: &mut Form, ui: &mut Ui, record: RecordRef) {
    let RecordRef::Marker(marker) = record else { return };
    let height = common(marker.geometry.points().iter().map(|point| point.z_m));
    let title = text().field_height();
    let (edited, _) = row(ui, &title, &text().field_level_tooltip(), Revert::No, |ui, _| {
        let numeric = Numeric {
            range: (-512.0, 512.0),
            unit: "m",
            whole: false,
        };
        edit_number(ui, &title, height.map(f64::from), &numeric)
    });
    let field = title.to_lowercase();
    form.change_records(&[record], &field, edited, |record, to: &NumberChange| {
        if let Record::Marker(marker) = record {
            for point in marker.geometry.points_mut() {
                point.z_m = narrow(to.apply(f64::from(point.z_m)));
            }
        }
    });
}

fn facing(form: &mut Form, ui: &mut Ui, record: RecordRef) {
    let current = match record {
        RecordRef::Entity(entity) => entity.facing_deg,
        RecordRef::Portal(portal) => portal.facing_deg,
        _ => return,
    };
    let title = text().field_facing();
    let (edited, _) = row(ui, &title, &text().field_facing_tooltip(), Revert::No, |ui, _| {
        let numeric = Numeric {
            range: (0.0, 360.0),
            unit: &text().unit_degrees(),
            whole: false,
        };
        edit_number(ui, &title, Some(f64::from(current)), &numeric)
    });
    let field = title.to_lowercase();
    form.change_records(&[record], &field, edited, |record, to: &NumberChange| {
        let facing_deg = match record {
            Record::Entity(entity) => &mut entity.facing_deg,
            Record::Portal(portal) => &mut portal.facing_deg,
            _ => return,
        };
        *facing_deg = narrow(to.apply(f64::from(*facing_deg)));
    });
}

/// The other end of a portal; the ends of a lane.
fn links(form: &mut Form, ui: &mut Ui, record: RecordRef) {
    let context = *form.context;
    match record {
        RecordRef::Portal(portal) => {
            section(&context, ui, &text().inspector_link());
            let linked_back = context.document.project().portal_target(portal.id);
            let current = portal.to.map(|to| to.to_string()).unwrap_or_default();
            let title = text().field_leads_to();
            let (chosen, reverted) = row(
                ui,
                &title,
                &text().field_leads_to_tooltip(),
                if portal.to.is_some() {
                    Revert::Remove
                } else {
                    Revert::No
                },
                |ui, _| {
                    let picks = PickFor::portal_link(&context, portal.id);
                    let target = (&ReferenceTarget::Portal, picks.as_ref());
                    value::reference(&context, form.requests, ui, &title, target, Some(&current))
                },
            );
            let chosen = chosen.filter(|id| *id != portal.id.to_string());
            let to = chosen.and_then(|id| id.parse::<PortalId>().ok()).map(Some);
            let to = if reverted { Some(None) } else { to };
            form.change_records(
                &[record],
                &text().field_link(),
                Edited::instant(to),
                |record, to| {
                    if let Record::Portal(portal) = record {
                        portal.to = *to;
                    }
                },
            );
            if portal.to.is_none()
                && let Some(from) = linked_back
            {
                let linked = text().inspector_linked_from(from.to_string());
                ui.label(RichText::new(linked).small().color(context.colours.faint_text));
            }
        }
        RecordRef::Lane(lane) => {
            section(&context, ui, &text().inspector_route());
            let ends = [
                (text().field_from(), true, lane.from),
                (text().field_to(), false, lane.to),
            ];
            for (title, is_start, current) in ends {
                let (chosen, _) = row(ui, &title, &text().field_from_tooltip(), Revert::No, |ui, _| {
                    let picks = PickFor::lane_end(&context, lane.id, is_start);
                    let target = (&ReferenceTarget::Poi(None), picks.as_ref());
                    value::reference(
                        &context,
                        form.requests,
                        ui,
                        &title,
                        target,
                        Some(&current.to_string()),
                    )
                });
                let end = Edited::instant(chosen.and_then(|id| id.parse().ok()));
                form.change_records(&[record], &title.to_lowercase(), end, |record, to| {
                    if let Record::Lane(lane) = record {
                        *(if is_start { &mut lane.from } else { &mut lane.to }) = *to;
                    }
                });
            }
        }
        _ => {}
    }
}

/// Layer and priority of markers.
fn order(form: &mut Form, ui: &mut Ui, records: &[RecordRef]) {
    section(form.context, ui, &text().inspector_order());
    let fields = [
        (text().field_layer(), text().field_layer_tooltip(), true),
        (text().field_priority(), text().field_priority_tooltip(), false),
    ];
    for (title, tooltip, is_layer) in fields {
        let current = common(records.iter().filter_map(|record| match record {
            RecordRef::Marker(marker) => Some(if is_layer { marker.layer } else { marker.priority }),
            _ => None,
        }));
        let (edited, _) = row(ui, &title, &tooltip, Revert::No, |ui, _| {
            let numeric = Numeric {
                range: ORDER,
                unit: "",
                whole: true,
            };
            edit_number(ui, &title, current.map(f64::from), &numeric)
        });
        form.change_records(
            records,
            &title.to_lowercase(),
            edited,
            |record, to: &NumberChange| {
                if let Record::Marker(marker) = record {
                    let place = if is_layer {
                        &mut marker.layer
                    } else {
                        &mut marker.priority
                    };
                    *place = whole(to.apply(f64::from(*place)));
                }
            },
        );
    }
}

fn metres(ui: &mut Ui, name: &str, current: f64) -> Edited<NumberChange> {
    let numeric = Numeric {
        range: (-FARTHEST_M, FARTHEST_M),
        unit: "m",
        whole: false,
    };
    edit_number(ui, name, Some(current), &numeric)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "fields are limited to a few thousand metres"
)]
fn narrow(number: f64) -> f32 {
    number as f32
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the field is limited to -1000..=1000"
)]
fn whole(number: f64) -> i32 {
    number.round() as i32
}

fn note_mut(record: &mut Record) -> &mut String {
    match record {
        Record::Marker(marker) => &mut marker.note,
        Record::Poi(poi) => &mut poi.note,
        Record::Entity(entity) => &mut entity.note,
        Record::Portal(portal) => &mut portal.note,
        Record::Lane(lane) => &mut lane.note,
    }
}

fn name_mut(record: &mut Record) -> &mut String {
    match record {
        Record::Marker(marker) => &mut marker.name,
        Record::Poi(poi) => &mut poi.name,
        Record::Entity(entity) => &mut entity.name,
        Record::Portal(portal) => &mut portal.name,
        Record::Lane(lane) => &mut lane.name,
    }
}
