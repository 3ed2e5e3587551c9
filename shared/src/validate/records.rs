//! Rules about single records: their kind, shape and place.

use super::Context;
use crate::coords::LocalPos;
use crate::edit::Edit;
use crate::geometry::{Box2, Geometry, MAX_POINTS};
use crate::island::{Island, Marker, Record};
use crate::issue::{Issue, Subject, rules};
use crate::schema::KindSchema;

/// Largest magnitude of layer and priority.
const MAX_LAYER: i32 = 1000;
/// No kind of marker reaches farther than a quarter of this.
const FAR_OUTSIDE_M: f32 = 4096.0;
/// An area narrower than this holds no column; as fine as maps are written.
const LEAST_WIDTH_M: f64 = 0.01;
/// Areas with more corners are not searched for crossings: the search is quadratic.
const MAX_CROSSING_CORNERS: usize = 256;

rules! {
    UNKNOWN_KIND = "unknown-kind", Error,
        Some("the right kind cannot be guessed"),
        "The record is of a kind that neither the generator nor the project's `schema.ron` knows. Correct the \
         name, or define the kind.";
    WRONG_GEOMETRY = "wrong-geometry", Error,
        Some("a point cannot be turned into a line by guessing"),
        "The marker kind cannot be placed with this form: a peak needs a point, a ridge a path, a forest an \
         area.";
    POINT_COUNT = "point-count", Error,
        Some("the missing corners have to be placed"),
        "A path needs at least two corners and an area three, at different places and those of an area not all in \
         one line; neither may have more than 4096.";
    NOT_A_NUMBER = "not-a-number", Error,
        Some("the place has to be given"),
        "A coordinate or angle is infinite or not a number.";
    LAYER_RANGE = "layer-range", Error, None,
        "Layer and priority are from -1000 to 1000.";
    OUTSIDE_ISLAND = "outside-island", Error,
        Some("the record has to be moved, or the island made larger"),
        "The record lies outside the island's box, where there are no voxels to stand on.";
    MARKER_OUTSIDE = "marker-outside", Warning,
        Some("the marker may be meant to reach in from outside"),
        "All corners of the marker lie outside the island's box, or one lies more than four kilometres away. It may \
         still reach in by its radius, but more often it was moved by mistake.";
    SELF_CROSSING = "self-crossing", Warning,
        Some("which corner is wrong cannot be known"),
        "The outline of the area crosses itself, so inside and outside swap at the crossing.";
    FACING_RANGE = "facing-range", Warning, None,
        "A direction is from 0 up to, but not including, 360 degrees clockwise from north.";
}

pub(super) fn check(context: &Context<'_>, island: &Island, record: &Record, issues: &mut Vec<Issue>) {
    let subject = Subject::record(island.id, record.id());
    let kinds = match record {
        Record::Marker(_) => Some(&context.schema.markers),
        Record::Poi(_) => Some(&context.schema.pois),
        Record::Entity(_) => Some(&context.schema.entities),
        Record::Portal(_) | Record::Lane(_) => None,
    };
    if let (Some(kinds), Some(kind)) = (kinds, record.kind())
        && !kinds.contains_key(kind)
    {
        let help = nearest(kind, kinds.keys()).map_or("define it in `schema.ron`".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        let message = format!("`{kind}` is not a kind of {}", record.id().noun());
        issues.push(Issue::new(
            &UNKNOWN_KIND,
            subject.clone().field("kind"),
            message,
            help,
        ));
    }
    match record {
        Record::Marker(marker) => {
            check_marker(
                island,
                marker,
                context.schema.markers.get(&marker.kind),
                &subject,
                issues,
            );
        }
        Record::Poi(_) => check_place(island, record, &subject, issues),
        Record::Entity(entity) => {
            check_place(island, record, &subject, issues);
            let fixed = |facing_deg| {
                Record::Entity(crate::island::Entity {
                    facing_deg,
                    ..entity.clone()
                })
            };
            check_facing(island, entity.facing_deg, fixed, &subject, issues);
        }
        Record::Portal(portal) => {
            check_place(island, record, &subject, issues);
            let fixed = |facing_deg| {
                Record::Portal(crate::island::Portal {
                    facing_deg,
                    ..portal.clone()
                })
            };
            check_facing(island, portal.facing_deg, fixed, &subject, issues);
        }
        Record::Lane(_) => {}
    }
}

fn check_marker(
    island: &Island,
    marker: &Marker,
    kind: Option<&KindSchema>,
    subject: &Subject,
    issues: &mut Vec<Issue>,
) {
    let form = marker.geometry.form();
    let points = marker.geometry.points();
    let field = || subject.clone().field(form.name());
    if let Some(kind) = kind.filter(|kind| !kind.forms.contains(&form)) {
        let forms: Vec<_> = kind
            .forms
            .iter()
            .map(|form| format!("`{}`", form.name()))
            .collect();
        let message = format!("a {} cannot be placed as `{}`", marker.kind, form.name());
        issues.push(Issue::new(
            &WRONG_GEOMETRY,
            field(),
            message,
            format!("use {}", forms.join(" or ")),
        ));
    }
    if !(form.min_points()..=MAX_POINTS).contains(&points.len()) {
        let message = format!("`{}` has {} corners", form.name(), points.len());
        let help = format!("give it {} to {MAX_POINTS}", form.min_points());
        issues.push(Issue::new(&POINT_COUNT, field(), message, help));
    }
    if points.iter().any(|point| !is_finite(*point)) {
        issues.push(Issue::new(
            &NOT_A_NUMBER,
            field(),
            "a corner is not a finite number",
            "place it again",
        ));
        return;
    }
    if points.len() >= form.min_points()
        && let Some(message) = without_extent(&marker.geometry)
    {
        issues.push(Issue::new(
            &POINT_COUNT,
            field(),
            message,
            "move the corners apart",
        ));
    }
    if !points.is_empty() && !Box2::around(points).touches(island.bounds.footprint()) {
        let message = format!("the {} lies outside the island", marker.kind);
        issues.push(Issue::new(
            &MARKER_OUTSIDE,
            field(),
            message,
            "move it back, or enlarge the island",
        ));
    } else if let Some(corner) = far_corner(island, points) {
        let message = format!(
            "corner {} of the {} lies far outside the island",
            corner + 1,
            marker.kind
        );
        issues.push(Issue::new(&MARKER_OUTSIDE, field(), message, "move it back"));
    }
    if let Geometry::Area(corners) = &marker.geometry
        && let Some((first, second)) = crossing(corners)
    {
        let message = format!("side {} of the area crosses side {}", first + 1, second + 1);
        issues.push(Issue::new(
            &SELF_CROSSING,
            field(),
            message,
            "move the corners apart",
        ));
    }
    for (name, value) in [("layer", marker.layer), ("priority", marker.priority)] {
        if value.abs() > MAX_LAYER {
            let clamp = |value: i32| value.clamp(-MAX_LAYER, MAX_LAYER);
            let fixed = Marker {
                layer: clamp(marker.layer),
                priority: clamp(marker.priority),
                ..marker.clone()
            };
            issues.push(
                Issue::new(
                    &LAYER_RANGE,
                    subject.clone().field(name),
                    format!("{name} {value} is out of range"),
                    format!("choose from {} to {MAX_LAYER}", -MAX_LAYER),
                )
                .with_fix(
                    format!("Set {name} to {}", clamp(value)),
                    vec![put(island, Record::Marker(fixed))],
                ),
            );
        }
    }
}

/// The first corner from which nothing can reach the island.
fn far_corner(island: &Island, points: &[LocalPos]) -> Option<usize> {
    let near = island.bounds.footprint().grown(FAR_OUTSIDE_M);
    points.iter().position(|point| !near.contains(*point))
}

/// What a line or area lacks to have an extent. Corners of a line may lie above each other, as in a shaft.
fn without_extent(geometry: &Geometry) -> Option<&'static str> {
    let (first, others) = geometry.points().split_first()?;
    match geometry {
        Geometry::Point(_) => None,
        Geometry::Path(_) => others
            .iter()
            .all(|point| point == first)
            .then_some("all corners of the path lie at one place"),
        Geometry::Area(_) => {
            let from_first = |point: &LocalPos| {
                [
                    f64::from(point.x_m) - f64::from(first.x_m),
                    f64::from(point.y_m) - f64::from(first.y_m),
                ]
            };
            let squared = |[x, y]: [f64; 2]| x * x + y * y;
            let farthest = others
                .iter()
                .map(from_first)
                .max_by(|a, b| squared(*a).total_cmp(&squared(*b)))?;
            let length_m = squared(farthest).sqrt();
            // How far the corners lie from the line to the one that is farthest away.
            let beside_m = |[x, y]: [f64; 2]| ((x * farthest[1] - y * farthest[0]) / length_m).abs();
            let has_width = others
                .iter()
                .map(from_first)
                .any(|corner| beside_m(corner) >= LEAST_WIDTH_M);
            (!has_width).then_some("all corners of the area lie in one line")
        }
    }
}

fn check_place(island: &Island, record: &Record, subject: &Subject, issues: &mut Vec<Issue>) {
    let Some(at) = record.anchor() else { return };
    let noun = record.id().noun();
    let subject = subject.clone().field("at");
    if !is_finite(at) {
        issues.push(Issue::new(
            &NOT_A_NUMBER,
            subject,
            format!("the {noun} is at no number"),
            "place it again",
        ));
    } else if !island.bounds.footprint().grown(-1.0).contains(at) {
        let message = format!("the {noun} lies outside the island");
        issues.push(Issue::new(
            &OUTSIDE_ISLAND,
            subject,
            message,
            "move it back, or enlarge the island",
        ));
    }
}

fn check_facing(
    island: &Island,
    facing_deg: f32,
    fixed: impl FnOnce(f32) -> Record,
    subject: &Subject,
    issues: &mut Vec<Issue>,
) {
    let subject = subject.clone().field("facing");
    if !facing_deg.is_finite() {
        issues.push(Issue::new(
            &NOT_A_NUMBER,
            subject,
            "the direction is not a number",
            "turn it again",
        ));
    } else if !(0.0..360.0).contains(&facing_deg) {
        // Just below zero, the remainder can round up to 360 itself.
        let turned = if facing_deg.rem_euclid(360.0) < 360.0 {
            facing_deg.rem_euclid(360.0)
        } else {
            0.0
        };
        let message = format!("{facing_deg} degrees is out of range");
        issues.push(
            Issue::new(&FACING_RANGE, subject, message, "choose from 0 to 360").with_fix(
                format!("Set to {turned} degrees"),
                vec![put(island, fixed(turned))],
            ),
        );
    }
}

/// The edit that replaces a record of the island.
pub(super) fn put(island: &Island, record: Record) -> Edit {
    Edit::PutRecord {
        island: island.id,
        record: Box::new(record),
    }
}

fn is_finite(at: LocalPos) -> bool {
    at.x_m.is_finite() && at.y_m.is_finite() && at.z_m.is_finite()
}

/// The first two sides of a polygon that cross, if any.
fn crossing(corners: &[LocalPos]) -> Option<(usize, usize)> {
    let count = corners.len();
    if !(4..=MAX_CROSSING_CORNERS).contains(&count) {
        return None;
    }
    let side = |position: usize| (corners[position], corners[(position + 1) % count]);
    for first in 0..count {
        for second in first + 2..count {
            let adjacent_around_the_end = first == 0 && second == count - 1;
            if !adjacent_around_the_end && cross(side(first), side(second)) {
                return Some((first, second));
            }
        }
    }
    None
}

/// Whether two segments cross in a point inside both.
fn cross((a, b): (LocalPos, LocalPos), (c, d): (LocalPos, LocalPos)) -> bool {
    let turn = |p: LocalPos, q: LocalPos, r: LocalPos| {
        let (px, py) = (f64::from(p.x_m), f64::from(p.y_m));
        (f64::from(q.x_m) - px) * (f64::from(r.y_m) - py) - (f64::from(q.y_m) - py) * (f64::from(r.x_m) - px)
    };
    turn(a, b, c) * turn(a, b, d) < 0.0 && turn(c, d, a) * turn(c, d, b) < 0.0
}

/// The known name that differs in the fewest letters, when that is at most a third of it.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    if name.len() > 64 {
        return None;
    }
    known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min()
        .map(|(_, candidate)| candidate.as_str())
}

/// Levenshtein's edit distance, by Wagner and Fischer's table with one row kept.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_outlines_are_found() {
        let corners = |points: &[(f32, f32)]| -> Vec<_> {
            points.iter().map(|(x, y)| LocalPos::new(*x, *y, 0.0)).collect()
        };
        assert_eq!(
            crossing(&corners(&[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)])),
            None
        );
        assert_eq!(
            crossing(&corners(&[(0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 9.0)])),
            Some((0, 2))
        );
    }

    #[test]
    fn near_names_are_suggested() {
        let known = ["peak".to_owned(), "ridge".to_owned(), "plateau".to_owned()];
        assert_eq!(nearest("plataeu", known.iter()), Some("plateau"));
        assert_eq!(nearest("xyz", known.iter()), None);
    }
}
