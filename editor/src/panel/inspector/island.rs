//! Fields of the island and the project, shown while nothing is selected.
//!
//! *Not* responsible for: adding and removing islands.

use egui::{RichText, Ui};
use shared::edit::Edit;
use shared::island::{Bounds, Island};
use shared::project::{CURRENT_GENERATOR, Settings};
use shared::schema::ReferenceTarget;

use super::field::{Edited, Form, Revert, row};
use super::section;
use super::value::{self, NumberChange, Numeric, combo, edit_number, edit_text};
use crate::panel::pick::PickFor;
use crate::text::text;

/// Islands lie within this on the chart, in metres.
const CHART_M: f64 = 1_000_000.0;
/// File names of islands, as `shared::island` documents them.
const SLUG_PATTERN: &str = "[a-z0-9_-]+";

/// Draws island and project.
pub(super) fn ui(form: &mut Form, ui: &mut Ui) {
    if let Some(island) = form.context.document.island() {
        island_fields(form, ui, island);
    }
    project_fields(form, ui);
}

fn island_fields(form: &mut Form, ui: &mut Ui, island: &Island) {
    let context = *form.context;
    ui.add(egui::Label::new(RichText::new(&island.name).heading()).truncate());
    ui.label(
        RichText::new(text().inspector_island_id(island.id.to_string()))
            .small()
            .color(context.colours.faint_text),
    );
    ui.add_space(4.0);
    let name = text().field_name();
    let (edited, _) = row(ui, &name, &text().field_name_tooltip(), Revert::No, |ui, _| {
        edit_text(&context, ui, &name, Some(&island.name), ("", 200))
    });
    head(form, island, &name, edited, |head, name: String| {
        head.name = name;
    });
    let file_name = text().field_file_name();
    let draft_key = format!("slug {}", island.id);
    let draft = form
        .drafts
        .get(&draft_key)
        .cloned()
        .unwrap_or_else(|| island.slug.clone());
    let (edited, _) = row(
        ui,
        &file_name,
        &text().field_file_name_tooltip(),
        Revert::No,
        |ui, _| edit_text(&context, ui, &file_name, Some(&draft), (SLUG_PATTERN, 64)),
    );
    slug(form, island, &draft_key, &edited);
    let note = text().field_note();
    let (edited, _) = row(ui, &note, &text().field_island_note(), Revert::No, |ui, _| {
        edit_text(&context, ui, &note, Some(&island.note), ("", 4000))
    });
    head(form, island, &note, edited, |head, note: String| {
        head.note = note;
    });

    section(&context, ui, &text().inspector_chart());
    for (title, is_east, current) in [
        (text().field_chart_east(), true, island.chart.x_m),
        (text().field_chart_north(), false, island.chart.y_m),
    ] {
        let (edited, _) = row(ui, &title, &text().field_chart_tooltip(), Revert::No, |ui, _| {
            let numeric = Numeric {
                range: (-CHART_M, CHART_M),
                unit: "m",
                whole: true,
            };
            edit_number(ui, &title, Some(f64::from(current)), &numeric)
        });
        head(form, island, &title, edited, |head, to: NumberChange| {
            let place = if is_east {
                &mut head.chart.x_m
            } else {
                &mut head.chart.y_m
            };
            *place = narrow(to.apply(f64::from(*place)));
        });
    }
    bounds(form, ui, island);
}

/// A file name only becomes the island's when it is one; until then it is a draft.
fn slug(form: &mut Form, island: &Island, draft_key: &str, edited: &Edited<String>) {
    if let Some(text) = &edited.value {
        form.drafts.insert(draft_key.to_owned(), text.clone());
    }
    if edited.cancelled {
        form.drafts.remove(draft_key);
    }
    if edited.finished
        && let Some(slug) = form.drafts.remove(draft_key)
        && slug != island.slug
    {
        let valid = !slug.is_empty()
            && slug
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        let value = valid.then_some(slug);
        head(
            form,
            island,
            &text().field_file_name(),
            Edited::instant(value),
            |head, slug: String| head.slug = slug,
        );
    }
}

fn bounds(form: &mut Form, ui: &mut Ui, island: &Island) {
    section(form.context, ui, &text().inspector_size());
    let size = island.bounds;
    let sideways: Vec<i32> = (1..=Bounds::MAX_EDGE / 64).map(|step| step * 64).collect();
    let vertical: Vec<i32> = (1..=Bounds::MAX_VERTICAL / 32).map(|step| step * 32).collect();
    let fields = [
        (
            text().field_width(),
            text().field_width_tooltip(),
            size.width(),
            &sideways,
        ),
        (
            text().field_depth(),
            text().field_depth_tooltip(),
            size.depth(),
            &sideways,
        ),
        (
            text().field_below(),
            text().field_below_tooltip(),
            size.below(),
            &vertical,
        ),
        (
            text().field_above(),
            text().field_above_tooltip(),
            size.above(),
            &vertical,
        ),
    ];
    for (index, (title, tooltip, current, options)) in fields.into_iter().enumerate() {
        let (chosen, _) = row(ui, &title, &tooltip, Revert::No, |ui, _| {
            let entries = || {
                options
                    .iter()
                    .map(|edge| (edge.to_string(), edge.to_string()))
                    .collect()
            };
            combo(ui, &title, (Some(&current.to_string()), None), entries)
        });
        let new = chosen.and_then(|text| text.parse::<i32>().ok()).and_then(|edge| {
            let mut extents = [size.width(), size.depth(), size.below(), size.above()];
            *extents.get_mut(index)? = edge;
            let [width, depth, below, above] = extents;
            Bounds::new(width, depth, below, above).ok()
        });
        head(form, island, &title, Edited::instant(new), |head, bounds| {
            head.bounds = bounds;
        });
    }
}

/// `field` is the title of the field.
fn head<T>(
    form: &mut Form,
    island: &Island,
    field: &str,
    edited: Edited<T>,
    set: impl FnOnce(&mut Island, T),
) {
    let label = text().step_change(field.to_lowercase(), &island.name);
    let key = format!("island {} {field}", island.id);
    form.change(&label, &key, edited, |value| {
        let mut head = island.head();
        set(&mut head, value);
        vec![Edit::SetIslandHead(Box::new(head))]
    });
}

fn project_fields(form: &mut Form, ui: &mut Ui) {
    let context = *form.context;
    let settings = &context.document.project().settings;
    section(&context, ui, &text().inspector_project());
    let world = text().field_world();
    let (edited, _) = row(ui, &world, &text().field_world_tooltip(), Revert::No, |ui, _| {
        edit_text(&context, ui, &world, Some(&settings.name), ("", 200))
    });
    change_settings(
        form,
        &text().field_world_name(),
        edited,
        |settings, name: String| {
            settings.name = name;
        },
    );
    let seed = text().field_seed();
    let (edited, _) = row(ui, &seed, &text().field_seed_tooltip(), Revert::No, |ui, _| {
        let digits = settings.world_seed.to_string();
        edit_text(&context, ui, &seed, Some(&digits), ("[0-9]+", 20))
    });
    let edited = Edited {
        value: edited.value.as_ref().and_then(|text| text.parse::<u64>().ok()),
        live: edited.live,
        finished: edited.finished,
        cancelled: edited.cancelled,
    };
    change_settings(form, &seed, edited, |settings, seed| settings.world_seed = seed);
    let spawn_field = text().field_spawn();
    let (chosen, reverted) = row(
        ui,
        &spawn_field,
        &text().field_spawn_tooltip(),
        if settings.spawn.is_some() {
            Revert::Remove
        } else {
            Revert::No
        },
        |ui, _| {
            let current = settings.spawn.map(|id| id.to_string()).unwrap_or_default();
            let picks = PickFor::spawn();
            let target = (&ReferenceTarget::Poi(None), Some(&picks));
            value::reference(&context, form.requests, ui, &spawn_field, target, Some(&current))
        },
    );
    let spawn = if reverted {
        Some(None)
    } else {
        chosen.and_then(|id| id.parse().ok()).map(Some)
    };
    change_settings(form, &spawn_field, Edited::instant(spawn), |settings, spawn| {
        settings.spawn = spawn;
    });
    let tooltip = text().field_generator_tooltip();
    row(ui, &text().field_generator(), &tooltip, Revert::No, |ui, _| {
        ui.label(if settings.generator == CURRENT_GENERATOR {
            text().inspector_newest_generator(settings.generator)
        } else {
            text().inspector_generator(settings.generator)
        });
    });
}

fn change_settings<T>(form: &mut Form, field: &str, edited: Edited<T>, set: impl FnOnce(&mut Settings, T)) {
    let mut settings = form.context.document.project().settings.clone();
    let label = text().step_change_setting(field.to_lowercase());
    let key = format!("settings {field}");
    form.change(&label, &key, edited, |value| {
        set(&mut settings, value);
        vec![Edit::SetSettings(Box::new(settings))]
    });
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the field is limited to a million metres"
)]
fn narrow(number: f64) -> f32 {
    number as f32
}
