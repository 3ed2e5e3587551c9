//! Rules about islands and their places on the chart.

use std::collections::BTreeMap;

use super::Context;
use crate::edit::Edit;
use crate::geometry::Box2;
use crate::island::Island;
use crate::issue::{Issue, Subject, rules};

/// Longest slug: file names stay readable and below every file system's limit.
const MAX_SLUG_CHARS: usize = 64;

rules! {
    BAD_SLUG = "bad-slug", Error, None,
        "An island's slug is the name of its file: 1 to 64 characters of a-z, 0-9, `_` and `-`, so that it is \
         the same file on every system.";
    DUPLICATE_SLUG = "duplicate-slug", Error, None,
        "Two islands have the same slug and would be saved into the same file.";
    UNNAMED_ISLAND = "unnamed-island", Warning, None,
        "The island has no name for people, so charts and signs show nothing.";
    CHART_RANGE = "chart-range", Error,
        Some("only a designer knows where the island should lie"),
        "The island lies further than 1,000 km from the middle of the chart, or at no number at all.";
    ISLANDS_OVERLAP = "islands-overlap", Warning,
        Some("either of the two may be the one to move"),
        "The boxes of two islands overlap on the chart: a ship would sail through land. Move one of them.";
}

/// Farthest an island lies from the chart's origin on either axis, in metres.
const MAX_CHART_M: f32 = 1_000_000.0;

pub(super) fn check(context: &Context<'_>, issues: &mut Vec<Issue>) {
    let mut slugs = BTreeMap::new();
    for island in context.project.islands.values() {
        let subject = Subject::island(island.id);
        if !is_slug(&island.slug) {
            let slug = format!("island-{}", island.id);
            let label = format!("Rename the file to `{slug}.ron`");
            issues.push(
                Issue::new(
                    &BAD_SLUG,
                    subject.clone(),
                    format!("`{}` cannot be a file name", island.slug),
                    "use a-z, 0-9, `_` and `-`",
                )
                .with_fix(label, vec![head(island, |head| head.slug = slug)]),
            );
        } else if let Some(first) = slugs.insert(island.slug.as_str(), island.id) {
            let slug = format!("{:.50}-{}", island.slug, island.id);
            let label = format!("Rename the file to `{slug}.ron`");
            issues.push(
                Issue::new(
                    &DUPLICATE_SLUG,
                    subject.clone(),
                    format!("island {first} is already saved as `{}.ron`", island.slug),
                    "give one of them another slug",
                )
                .with_fix(label, vec![head(island, |head| head.slug = slug)]),
            );
        }
        if island.name.trim().is_empty() {
            let label = format!("Name it `{}`", island.slug);
            issues.push(
                Issue::new(
                    &UNNAMED_ISLAND,
                    subject.clone().field("name"),
                    "the island has no name",
                    "name it",
                )
                .with_fix(label, vec![head(island, |head| head.name.clone_from(&head.slug))]),
            );
        }
        let far = |metres: f32| metres.is_nan() || metres.abs() > MAX_CHART_M;
        if far(island.chart.x_m) || far(island.chart.y_m) {
            issues.push(Issue::new(
                &CHART_RANGE,
                subject.field("chart"),
                "the island lies off the chart",
                format!("place it within {MAX_CHART_M} m of the middle"),
            ));
        }
    }
    check_overlaps(context, issues);
}

/// Sweeps from west to east, so that a world of 10,000 islands is no slower than sorting them.
fn check_overlaps(context: &Context<'_>, issues: &mut Vec<Issue>) {
    let mut boxes: Vec<(Box2, &Island)> = context
        .project
        .islands
        .values()
        .map(|island| (chart_box(island), island))
        .collect();
    boxes.sort_by(|(a, _), (b, _)| a.min_x_m.total_cmp(&b.min_x_m));
    for (position, (first_box, first)) in boxes.iter().enumerate() {
        let later = boxes[position + 1..]
            .iter()
            .take_while(|(other, _)| other.min_x_m < first_box.max_x_m);
        // One report per island is enough to find the pile, and keeps a pile of 10,000 readable.
        if let Some((_, second)) = later
            .into_iter()
            .find(|(other, _)| other.touches(first_box.grown(-0.5)))
        {
            issues.push(Issue::new(
                &ISLANDS_OVERLAP,
                Subject::island(second.id).field("chart"),
                format!("`{}` overlaps `{}` on the chart", second.name, first.name),
                "move one of them",
            ));
        }
    }
}

fn chart_box(island: &Island) -> Box2 {
    let footprint = island.bounds.footprint();
    Box2 {
        min_x_m: footprint.min_x_m + island.chart.x_m,
        min_y_m: footprint.min_y_m + island.chart.y_m,
        max_x_m: footprint.max_x_m + island.chart.x_m,
        max_y_m: footprint.max_y_m + island.chart.y_m,
    }
}

fn head(island: &Island, change: impl FnOnce(&mut Island)) -> Edit {
    let mut head = island.head();
    change(&mut head);
    Edit::SetIslandHead(Box::new(head))
}

fn is_slug(slug: &str) -> bool {
    (1..=MAX_SLUG_CHARS).contains(&slug.len())
        && slug
            .bytes()
            .all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
