//! Rules that only terrain shows: land that the island's box cuts off, stamps that are missing, markers without effect.
//!
//! They look at the surface that the generator makes, at the columns in question only; nothing is baked.
//!
//! *Not* responsible for: rules of structure (`shared::validate`).

mod caves;
mod places;
mod rivers;
mod voxels;
mod water;
mod works;

use std::sync::atomic::{AtomicBool, Ordering};

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::{CHUNK_EDGE, ColumnPos};
use shared::edit::Edit;
use shared::island::{Bounds, Island, RecordId};
use shared::issue::{Issue, Rule, Subject, rules};
use shared::project::{Project, Settings};
use shared::stamp::Stamps;

use crate::marker;
use crate::plan::{Excess, IslandPlan, KeptFits, MAX_MARKERS_PER_TILE};
use crate::poi;
use crate::surface::SurfaceGrid;

rules! {
    TOO_MANY_MARKERS = "too-many-markers", Error,
        Some("which markers to give up is the designer's choice"),
        "At most 1,024 markers may reach the same 32 x 32 columns; an island may have many more in all. Those beyond, \
         in the order in which they act, have no effect on the terrain.";
    NO_LAND = "no-land", Warning,
        Some("the land has to be drawn"),
        "Nothing of the island rises above the sea. Draw its outline with a `land` marker.";
    TOO_MUCH_TO_FIT = "too-much-to-fit", Error,
        Some("which markers to give up is the designer's choice"),
        "Lakes, rivers, roads, erosion and the like are fitted to the ground around them. All those of an island may \
         look at eight times the area of the largest island; those beyond, in the order in which they act, have no \
         effect on the terrain.";
    CUT_OFF_ABOVE = "cut-off-above", Warning, None,
        "The terrain reaches the top of the island's box and is cut flat there. Lower it, or enlarge `above` in \
         the island's `bounds`.";
    CUT_OFF_SIDE = "cut-off-side", Warning,
        Some("the island may be meant to be moved, made smaller or given more room"),
        "Land reaches the side of the island's box and ends there in a wall. Keep a margin of sea, or enlarge \
         `width` and `depth` in the island's `bounds`.";
    STAMP_MISSING = "stamp-missing", Error,
        Some("which file is meant only the designer knows"),
        "The marker or POI names a file that is not in the project's folder `stamps`, or none. Put the file there, or \
         name another one: a heightmap (`.png`) or a model (`.vox`).";
    STAMP_UNREADABLE = "stamp-unreadable", Error,
        Some("the file has to be saved again by the program that made it"),
        "A file in the folder `stamps` is no heightmap or model that can be used: heightmaps are grey PNG pictures of \
         at most 4096 x 4096 pixels, models are MagicaVoxel files with one model of at most 256 voxels along each edge.";
}

/// Every rule of this crate, in the order of the docs.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        RULES,
        places::RULES,
        works::RULES,
        water::RULES,
        rivers::RULES,
        caves::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Markers without effect that are told one by one.
const NAMED_MARKERS: usize = 4;
/// Samples across an island for rules about its shape as a whole.
const SHAPE_SAMPLES: i32 = 48;

/// Checks the terrain of every island. Stops early, with what was found, once `cancel` is set or after
/// [`shared::validate::MAX_ISSUES`].
pub fn check(project: &Project, cancel: &AtomicBool) -> Vec<Issue> {
    check_with_kept(&(), project, cancel)
}

/// Like [`check`], with the same result, but quicker where fits are `kept` of an earlier run.
pub fn check_with_kept(kept: &dyn KeptFits, project: &Project, cancel: &AtomicBool) -> Vec<Issue> {
    let mut issues = Vec::new();
    for island in project.islands.values() {
        if cancel.load(Ordering::Relaxed) || issues.len() >= shared::validate::MAX_ISSUES {
            break;
        }
        let (settings, stamps) = (&project.settings, &project.stamps);
        let is_cancelled = || cancel.load(Ordering::Relaxed);
        let plan = IslandPlan::with_kept(kept, settings, stamps, island, &is_cancelled);
        if let Some(plan) = plan {
            issues.extend(check_plan(settings, stamps, island, &plan, cancel));
        }
    }
    issues
}

/// Checks the terrain of one island.
pub fn check_island(
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    cancel: &AtomicBool,
) -> Vec<Issue> {
    let plan = IslandPlan::unless_cancelled(None, settings, stamps, island, cancel);
    plan.map_or_else(Vec::new, |plan| {
        check_plan(settings, stamps, island, &plan, cancel)
    })
}

fn check_plan(
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    plan: &IslandPlan,
    cancel: &AtomicBool,
) -> Vec<Issue> {
    let mut issues = check_count(island, plan);
    issues.extend(check_stamps(stamps, island));
    issues.extend(check_shape(settings, stamps, island, plan, cancel));
    water::check(stamps, island, plan, cancel, &mut issues);
    rivers::check(island, plan, cancel, &mut issues);
    caves::check(settings, stamps, island, plan, cancel, &mut issues);
    works::check(island, plan, cancel, &mut issues);
    places::check(settings, island, plan, cancel, &mut issues);
    issues
}

/// Tells which markers have no effect because there are too many: the first ones by name, the others by number.
fn check_count(island: &Island, plan: &IslandPlan) -> Vec<Issue> {
    let mut issues = Vec::new();
    for (excess, rule) in [
        (Excess::Markers, &TOO_MANY_MARKERS),
        (Excess::Survey, &TOO_MUCH_TO_FIT),
    ] {
        let (before, help) = match excess {
            Excess::Markers => (
                format!("{MAX_MARKERS_PER_TILE} markers reach this place"),
                "spread them, make them smaller, or leave some out",
            ),
            Excess::Survey => (
                "markers of the island look at all the ground that they may".to_owned(),
                "make such markers smaller, let rivers `search` less far, or leave some out",
            ),
        };
        let left_out = plan
            .left_out()
            .iter()
            .filter(|left_out| left_out.excess == excess);
        for left_out in left_out.clone().take(NAMED_MARKERS) {
            let noun = left_out.record.noun();
            let message = format!("{before} before this {noun}, which has no effect");
            issues.push(Issue::new(
                rule,
                Subject::record(island.id, left_out.record),
                message,
                help,
            ));
        }
        let others = left_out.skip(NAMED_MARKERS).count();
        if others > 0 {
            let message = format!("{others} further markers have no effect");
            issues.push(Issue::new(rule, Subject::island(island.id), message, help));
        }
    }
    issues
}

/// Files that markers and POIs name must be there.
fn check_stamps(stamps: &Stamps, island: &Island) -> Vec<Issue> {
    let markers = island.markers.values().filter(|marker| {
        let kind = marker::schema().markers.get(&marker.kind);
        kind.is_some_and(|kind| kind.attribute(marker::FILE).is_some())
    });
    let text = |attributes: &Attributes, key: &str| attributes.get(key).and_then(AttributeValue::as_text);
    let of_markers = markers.map(|marker| {
        let file = text(&marker.attributes, marker::FILE).unwrap_or_default();
        (RecordId::Marker(marker.id), marker::FILE, file)
    });
    let of_pois = island.pois.values().filter_map(|poi| {
        let file = text(&poi.attributes, poi::BLUEPRINT).filter(|file| !file.is_empty())?;
        Some((RecordId::Poi(poi.id), poi::BLUEPRINT, file))
    });
    let missing = of_markers
        .chain(of_pois)
        .filter(|(.., file)| !stamps.has_file(file));
    missing
        .map(|(record, key, file)| {
            let message = if file.is_empty() {
                "no stamp is chosen".to_owned()
            } else {
                format!("there is no stamp `{file}`")
            };
            let known: Vec<&str> = stamps.names().take(8).collect();
            let help = if known.is_empty() {
                "put a `.png` heightmap or a `.vox` model into the folder `stamps`".to_owned()
            } else {
                format!(
                    "put it into the folder `stamps`, or name one that is there: {}",
                    known.join(", ")
                )
            };
            let subject = Subject::record(island.id, record).field(key);
            Issue::new(&STAMP_MISSING, subject, message, help)
        })
        .collect()
}

fn check_shape(
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    plan: &IslandPlan,
    cancel: &AtomicBool,
) -> Vec<Issue> {
    let bounds = island.bounds;
    let step = (bounds.width().max(bounds.depth()) / SHAPE_SAMPLES).max(1);
    let Some(grid) = plan.preview(step.unsigned_abs(), cancel) else {
        return Vec::new();
    };
    let (highest, at_side) = (highest_m(&grid), land_at_side(&grid));
    let subject = || Subject::island(island.id).field("bounds");
    let mut issues = Vec::new();
    if highest < 0 {
        let message = "nothing of the island rises above the sea";
        let help = "draw its outline with a `land` marker";
        issues.push(Issue::new(&NO_LAND, Subject::island(island.id), message, help));
    }
    if highest >= ceiling_m(bounds) {
        let message = format!(
            "the terrain reaches the top of the box, {} m above the sea",
            bounds.above()
        );
        let mut issue = Issue::new(
            &CUT_OFF_ABOVE,
            subject(),
            message,
            "lower the terrain, or enlarge `above`",
        );
        if let Some(bounds) = tall_enough(settings, stamps, island, step.unsigned_abs(), cancel) {
            let head = Island {
                bounds,
                ..island.head()
            };
            let edits = vec![Edit::SetIslandHead(Box::new(head))];
            issue = issue.with_fix(format!("Enlarge `above` to {}", bounds.above()), edits);
        }
        issues.push(issue);
    }
    if at_side {
        let message = "land reaches the side of the island's box";
        let help = "keep a margin of sea, or enlarge `width` and `depth`";
        issues.push(Issue::new(&CUT_OFF_SIDE, subject(), message, help));
    }
    issues
}

/// Height of the highest sample in whole metres.
fn highest_m(grid: &SurfaceGrid) -> i32 {
    grid.heights
        .iter()
        .max()
        .map_or(0, |height| height.div_euclid(256))
}

/// Where the generator cuts terrain off: two voxels below the top of the box.
fn ceiling_m(bounds: Bounds) -> i32 {
    bounds.above() - 2
}

/// The lowest box that the terrain does not reach the top of.
fn tall_enough(
    settings: &Settings,
    stamps: &Stamps,
    island: &Island,
    step: u32,
    cancel: &AtomicBool,
) -> Option<Bounds> {
    let now = island.bounds;
    let heights = (now.above()..)
        .step_by(CHUNK_EDGE.unsigned_abs() as usize)
        .skip(1);
    let taller: Vec<Bounds> = heights
        .map_while(|above| Bounds::new(now.width(), now.depth(), now.below(), above).ok())
        .collect();
    // Terrain in the tallest box is cut off nowhere, so it is that of every box that holds it.
    let tallest = Island {
        bounds: *taller.last()?,
        ..island.clone()
    };
    let plan = IslandPlan::unless_cancelled(None, settings, stamps, &tallest, cancel)?;
    let highest_m = highest_m(&plan.preview(step, cancel)?);
    taller.into_iter().find(|bounds| highest_m < ceiling_m(*bounds))
}

fn land_at_side(grid: &SurfaceGrid) -> bool {
    let rows = grid.heights.chunks(grid.width.max(1));
    let last = grid.depth.saturating_sub(1);
    rows.enumerate().any(|(y, row)| {
        let ends = [row.first(), row.last()];
        let is_land = |height: &i32| *height > 256;
        let whole = y == 0 || y == last;
        (whole && row.iter().any(is_land)) || ends.into_iter().flatten().any(is_land)
    })
}

fn is_inside(bounds: Bounds, column: ColumnPos) -> bool {
    bounds.contains(shared::coords::VoxelPos::new(column.x, column.y, 0))
}
