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
        let text = "Select records of one kind to edit their attributes together.";
        ui.label(RichText::new(text).color(context.colours.faint_text));
    }
}

fn head(form: &Form, ui: &mut Ui, records: &[RecordRef], same_sort: bool, kind: Option<&str>) {
    let context = form.context;
    let title = match records {
        [record] => title(*record),
        records if same_sort => {
            let noun = records.first().map_or("record", |record| record.id().noun());
            format!("{} {noun}s", records.len())
        }
        records => format!("{} records", records.len()),
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
            let id = format!("{} {}", record.id().noun(), record.id().id());
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
        let text = "The schema does not know this kind; it is kept as it is.";
        ui.label(RichText::new(text).small().color(context.colours.warning));
    }
    ui.add_space(4.0);
}

fn name_and_note(form: &mut Form, ui: &mut Ui, records: &[RecordRef]) {
    let name = common(records.iter().map(|record| record.name()));
    let context = *form.context;
    let (edited, _) = row(ui, "Name", "What people call it", Revert::No, |ui, _| {
        edit_text(&context, ui, "Name", name, ("", MAX_NAME_CHARS))
    });
    form.change_records(records, "name", edited, |record, name: &String| {
        name_mut(record).clone_from(name);
    });
    let note = common(records.iter().map(|record| record.note()));
    let (edited, _) = row(
        ui,
        "Note",
        "A remark for other designers; players never see it",
        Revert::No,
        |ui, _| edit_text(&context, ui, "Note", note, ("", 4000)),
    );
    form.change_records(records, "note", edited, |record, note: &String| {
        note_mut(record).clone_from(note);
    });
}

fn place(form: &mut Form, ui: &mut Ui, record: RecordRef) {
    let context = *form.context;
    match record {
        RecordRef::Marker(marker) => {
            section(&context, ui, "PLACE");
            let points = marker.geometry.points();
            if marker.geometry.form() == GeometryForm::Point {
                corner(form, ui, record, 0, "");
            } else {
                let title = format!("{} corners", points.len());
                egui::CollapsingHeader::new(title)
                    .id_salt("corners")
                    .show(ui, |ui| {
                        for index in 0..points.len().min(MAX_CORNERS) {
                            corner(form, ui, record, index, &format!("{} ", index + 1));
                        }
                        if points.len() > MAX_CORNERS {
                            ui.label(RichText::new("Further corners are moved on the map.").weak());
                        }
                    });
                level(form, ui, record);
            }
        }
        RecordRef::Poi(_) | RecordRef::Entity(_) | RecordRef::Portal(_) => {
            section(&context, ui, "PLACE");
            let anchor = record.anchor().unwrap_or_default();
            for (axis, title, current) in [(0, "East", anchor.x_m), (1, "North", anchor.y_m)] {
                let (edited, _) = row(
                    ui,
                    title,
                    "Metres from the island's middle",
                    Revert::No,
                    |ui, _| metres(ui, title, f64::from(current)),
                );
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
fn corner(form: &mut Form, ui: &mut Ui, record: RecordRef, index: usize, prefix: &str) {
    let RecordRef::Marker(marker) = record else { return };
    let Some(point) = marker.geometry.points().get(index).copied() else {
        return;
    };
    let axes = [("East", point.x_m), ("North", point.y_m), ("Height", point.z_m)];
    for (axis, (title, current)) in axes.into_iter().enumerate() {
        let title = if prefix.is_empty() {
            title.to_owned()
        } else {
            format!("{prefix}{}", title.to_lowercase())
        };
        let tooltip = if axis == 2 {
            "Metres above the sea"
        } else {
            "Metres from the island's middle"
        };
        let (edited, _) = row(ui, &title, tooltip, Revert::No, |ui, _| {
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
    let tooltip = "Metres above the sea, the same for all corners";
    let (edited, _) = row(ui, "Height", tooltip, Revert::No, |ui, _| {
        let numeric = Numeric {
            range: (-512.0, 512.0),
            unit: "m",
            whole: false,
        };
        edit_number(ui, "Height", height.map(f64::from), &numeric)
    });
    form.change_records(&[record], "height", edited, |record, to: &NumberChange| {
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
    let tooltip = "Degrees clockwise from north";
    let (edited, _) = row(ui, "Facing", tooltip, Revert::No, |ui, _| {
        let numeric = Numeric {
            range: (0.0, 360.0),
            unit: "°",
            whole: false,
        };
        edit_number(ui, "Facing", Some(f64::from(current)), &numeric)
    });
    form.change_records(&[record], "facing", edited, |record, to: &NumberChange| {
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
            section(&context, ui, "LINK");
            let linked_back = context.document.project().portal_target(portal.id);
            let current = portal.to.map(|to| to.to_string()).unwrap_or_default();
            let tooltip = "The portal that this one leads to; the way back comes by itself";
            let (chosen, reverted) = row(
                ui,
                "Leads to",
                tooltip,
                if portal.to.is_some() {
                    Revert::Remove
                } else {
                    Revert::No
                },
                |ui, _| {
                    let picks = PickFor::portal_link(&context, portal.id);
                    let target = (&ReferenceTarget::Portal, picks.as_ref());
                    value::reference(&context, form.requests, ui, "Leads to", target, Some(&current))
                },
            );
            let chosen = chosen.filter(|id| *id != portal.id.to_string());
            let to = chosen.and_then(|id| id.parse::<PortalId>().ok()).map(Some);
            let to = if reverted { Some(None) } else { to };
            form.change_records(&[record], "link", Edited::instant(to), |record, to| {
                if let Record::Portal(portal) = record {
                    portal.to = *to;
                }
            });
            if portal.to.is_none()
                && let Some(from) = linked_back
            {
                let text = format!("Linked from portal {from}, which leads here and back.");
                ui.label(RichText::new(text).small().color(context.colours.faint_text));
            }
        }
        RecordRef::Lane(lane) => {
            section(&context, ui, "ROUTE");
            for (title, is_start, current) in [("From", true, lane.from), ("To", false, lane.to)] {
                let (chosen, _) = row(
                    ui,
                    title,
                    "A point of interest at the sea",
                    Revert::No,
                    |ui, _| {
                        let picks = PickFor::lane_end(&context, lane.id, is_start);
                        let target = (&ReferenceTarget::Poi(None), picks.as_ref());
                        value::reference(
                            &context,
                            form.requests,
                            ui,
                            title,
                            target,
                            Some(&current.to_string()),
                        )
                    },
                );
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
    section(form.context, ui, "ORDER");
    let fields = [
        ("Layer", "Lower layers act first", true),
        ("Priority", "Within a layer, lower priorities act first", false),
    ];
    for (title, tooltip, is_layer) in fields {
        let current = common(records.iter().filter_map(|record| match record {
            RecordRef::Marker(marker) => Some(if is_layer { marker.layer } else { marker.priority }),
            _ => None,
        }));
        let (edited, _) = row(ui, title, tooltip, Revert::No, |ui, _| {
            let numeric = Numeric {
                range: ORDER,
                unit: "",
                whole: true,
            };
            edit_number(ui, title, current.map(f64::from), &numeric)
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
