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
    let id = format!("island {}", island.id);
    ui.label(RichText::new(id).small().color(context.colours.faint_text));
    ui.add_space(4.0);
    let (edited, _) = row(ui, "Name", "What people call it", Revert::No, |ui, _| {
        edit_text(&context, ui, "Name", Some(&island.name), ("", 200))
    });
    head(form, island, "name", edited, |head, name: String| {
        head.name = name;
    });
    let slug_tooltip = "File name below islands/, without .ron. Free to change: links go by id.";
    let draft_key = format!("slug {}", island.id);
    let draft = form
        .drafts
        .get(&draft_key)
        .cloned()
        .unwrap_or_else(|| island.slug.clone());
    let (edited, _) = row(ui, "File name", slug_tooltip, Revert::No, |ui, _| {
        edit_text(&context, ui, "File name", Some(&draft), (SLUG_PATTERN, 64))
    });
    slug(form, island, &draft_key, &edited);
    let (edited, _) = row(ui, "Note", "A remark for other designers", Revert::No, |ui, _| {
        edit_text(&context, ui, "Note", Some(&island.note), ("", 4000))
    });
    head(form, island, "note", edited, |head, note: String| {
        head.note = note;
    });

    section(&context, ui, "ON THE CHART");
    for (title, is_east, current) in [
        ("Chart east", true, island.chart.x_m),
        ("Chart north", false, island.chart.y_m),
    ] {
        let tooltip = "Where the island's middle lies on the chart";
        let (edited, _) = row(ui, title, tooltip, Revert::No, |ui, _| {
            let numeric = Numeric {
                range: (-CHART_M, CHART_M),
                unit: "m",
                whole: true,
            };
            edit_number(ui, title, Some(f64::from(current)), &numeric)
        });
        head(
            form,
            island,
            &title.to_lowercase(),
            edited,
            |head, to: NumberChange| {
                let place = if is_east {
                    &mut head.chart.x_m
                } else {
                    &mut head.chart.y_m
                };
                *place = narrow(to.apply(f64::from(*place)));
            },
        );
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
        && let Some(text) = form.drafts.remove(draft_key)
        && text != island.slug
    {
        let valid = !text.is_empty()
            && text
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        let value = valid.then_some(text);
        head(
            form,
            island,
            "file name",
            Edited::instant(value),
            |head, slug: String| head.slug = slug,
        );
    }
}

fn bounds(form: &mut Form, ui: &mut Ui, island: &Island) {
    section(form.context, ui, "SIZE IN VOXELS");
    let size = island.bounds;
    let sideways: Vec<i32> = (1..=Bounds::MAX_EDGE / 64).map(|step| step * 64).collect();
    let vertical: Vec<i32> = (1..=Bounds::MAX_VERTICAL / 32).map(|step| step * 32).collect();
    let fields = [
        ("Width", "Columns from west to east", size.width(), &sideways),
        ("Depth", "Columns from south to north", size.depth(), &sideways),
        ("Below sea", "Voxels below sea level", size.below(), &vertical),
        ("Above sea", "Voxels above sea level", size.above(), &vertical),
    ];
    for (index, (title, tooltip, current, options)) in fields.into_iter().enumerate() {
        let (chosen, _) = row(ui, title, tooltip, Revert::No, |ui, _| {
            let entries = || {
                options
                    .iter()
                    .map(|edge| (edge.to_string(), edge.to_string()))
                    .collect()
            };
            combo(ui, title, (Some(&current.to_string()), None), entries)
        });
        let new = chosen.and_then(|text| text.parse::<i32>().ok()).and_then(|edge| {
            let mut extents = [size.width(), size.depth(), size.below(), size.above()];
            *extents.get_mut(index)? = edge;
            let [width, depth, below, above] = extents;
            Bounds::new(width, depth, below, above).ok()
        });
        head(
            form,
            island,
            &title.to_lowercase(),
            Edited::instant(new),
            |head, bounds| {
                head.bounds = bounds;
            },
        );
    }
}

fn head<T>(
    form: &mut Form,
    island: &Island,
    field: &str,
    edited: Edited<T>,
    set: impl FnOnce(&mut Island, T),
) {
    let label = format!("Change {field} of {}", island.name);
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
    section(&context, ui, "PROJECT");
    let (edited, _) = row(ui, "World", "What people call the world", Revert::No, |ui, _| {
        edit_text(&context, ui, "World", Some(&settings.name), ("", 200))
    });
    change_settings(form, "world name", edited, |settings, name: String| {
        settings.name = name;
    });
    let seed_tooltip = "Seed of all noise and scatter. Another seed changes details of every island.";
    let (edited, _) = row(ui, "Seed", seed_tooltip, Revert::No, |ui, _| {
        let text = settings.world_seed.to_string();
        edit_text(&context, ui, "Seed", Some(&text), ("[0-9]+", 20))
    });
    let seed = Edited {
        value: edited.value.as_ref().and_then(|text| text.parse::<u64>().ok()),
        live: edited.live,
        finished: edited.finished,
        cancelled: edited.cancelled,
    };
    change_settings(form, "seed", seed, |settings, seed| settings.world_seed = seed);
    let spawn_tooltip = "Where a new player's character appears";
    let (chosen, reverted) = row(
        ui,
        "Spawn",
        spawn_tooltip,
        if settings.spawn.is_some() {
            Revert::Remove
        } else {
            Revert::No
        },
        |ui, _| {
            let current = settings.spawn.map(|id| id.to_string()).unwrap_or_default();
            let picks = PickFor::spawn();
            let target = (&ReferenceTarget::Poi(None), Some(&picks));
            value::reference(&context, form.requests, ui, "Spawn", target, Some(&current))
        },
    );
    let spawn = if reverted {
        Some(None)
    } else {
        chosen.and_then(|id| id.parse().ok()).map(Some)
    };
    change_settings(form, "spawn", Edited::instant(spawn), |settings, spawn| {
        settings.spawn = spawn;
    });
    let pinned_tooltip =
        "The project keeps the generator it was made with, so that an upgrade changes no island.";
    row(ui, "Generator", pinned_tooltip, Revert::No, |ui, _| {
        let newest = if settings.generator == CURRENT_GENERATOR {
            " (newest)"
        } else {
            ""
        };
        ui.label(format!("version {}{newest}", settings.generator));
    });
}

fn change_settings<T>(form: &mut Form, field: &str, edited: Edited<T>, set: impl FnOnce(&mut Settings, T)) {
    let mut settings = form.context.document.project().settings.clone();
    form.change(
        &format!("Change {field}"),
        &format!("settings {field}"),
        edited,
        |value| {
            set(&mut settings, value);
            vec![Edit::SetSettings(Box::new(settings))]
        },
    );
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the field is limited to a million metres"
)]
fn narrow(number: f64) -> f32 {
    number as f32
}
