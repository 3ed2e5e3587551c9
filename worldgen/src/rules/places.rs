//! Rules about the places where somebody or something stands: dry, and with room to stand.
//!
//! *Not* responsible for: keeping them free of plants and rock (see [`crate::poi`]).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{CHUNK_EDGE, ColumnPos, LocalPos, TilePos, VoxelPos};
use shared::edit::Edit;
use shared::ids::{IslandId, PoiId};
use shared::island::{Island, Record};
use shared::issue::{Issue, Subject, rules};
use shared::project::Settings;

use super::is_inside;
use super::voxels::Voxels;
use crate::plan::IslandPlan;
use crate::poi;
use crate::simd::SimdLevel;
use crate::surface::SurfaceTile;

rules! {
    SPAWN_UNDER_WATER = "spawn-under-water", Error, None,
        "New players would appear under water. Move the spawn POI to dry land.";
    PORTAL_UNDER_WATER = "portal-under-water", Error, None,
        "The portal stands under water, where nobody can step through it and those who arrive would drown.";
    UNDER_WATER = "under-water", Warning, None,
        "The POI or entity stands in more than a metre of water. If that is meant, give its kind a \
         `afloat: true` attribute.";
    BUILT_OVER = "built-over", Warning,
        Some("which of the two is to give way is the designer's choice"),
        "A model or bridge of something else leaves no room to stand where the portal or POI is. Who arrives is put \
         beside it.";
}

/// Water up to this depth is waded through: a landing may lie in it.
pub(super) const WADING_VOXELS: i32 = 1;
/// How far a fix moves something to find dry land, in columns.
const DRY_SEARCH_COLUMNS: i32 = 128;
/// Voxels over the ground that somebody who stands there fills.
const STANDING_VOXELS: i32 = 2;

/// Checks the places of one island.
pub(super) fn check(
    settings: &Settings,
    island: &Island,
    plan: &IslandPlan,
    cancel: &AtomicBool,
    issues: &mut Vec<Issue>,
) {
    // By tile, so that each tile is generated once and only one is held at a time.
    let mut by_tile: BTreeMap<TilePos, Vec<(ColumnPos, Record)>> = BTreeMap::new();
    for record in island.record_ids().filter_map(|id| island.record(id)) {
        if let Some(column) = standing_column(&record).filter(|column| is_inside(island.bounds, *column)) {
            by_tile.entry(column.tile()).or_default().push((column, record));
        }
    }
    for records in by_tile.into_values() {
        if cancel.load(Ordering::Relaxed) || issues.len() >= shared::validate::MAX_ISSUES {
            return;
        }
        let mut voxels = Voxels::new(plan);
        for (column, record) in records {
            let mut place = Place {
                plan,
                voxels: &mut voxels,
                column,
                record: &record,
            };
            let flooded = place.flooded(island.id, settings.spawn);
            issues.extend(flooded.or_else(|| place.built_over(island.id)));
        }
    }
}

/// A record that stands somewhere, and its column.
struct Place<'a, 'p> {
    plan: &'p IslandPlan,
    voxels: &'a mut Voxels<'p>,
    column: ColumnPos,
    record: &'a Record,
}

impl Place<'_, '_> {
    fn flooded(&mut self, island: IslandId, spawn: Option<PoiId>) -> Option<Issue> {
        let depth = water_depth(self.voxels.surface(self.column.tile()), self.column);
        let rule = match self.record {
            Record::Poi(poi) if spawn == Some(poi.id) => &SPAWN_UNDER_WATER,
            Record::Portal(_) => &PORTAL_UNDER_WATER,
            _ => &UNDER_WATER,
        };
        let allowed = if rule == &UNDER_WATER { WADING_VOXELS } else { 0 };
        if depth <= allowed || (rule == &UNDER_WATER && is_afloat(self.record)) {
            return None;
        }
        let noun = self.record.id().noun();
        let issue = Issue::new(
            rule,
            Subject::record(island, self.record.id()).field("at"),
            format!("the {noun} stands in {depth} m of water"),
            "move it to dry land, or raise the land under it",
        );
        let Some(dry) = nearest_dry(self.plan, self.column) else {
            return Some(issue);
        };
        let edits = vec![Edit::PutRecord {
            island,
            record: Box::new(moved_to(self.record, dry)),
        }];
        Some(issue.with_fix(format!("Move the {noun} to the nearest dry land"), edits))
    }

    fn built_over(&mut self, island: IslandId) -> Option<Issue> {
        let is_concerned = match self.record {
            Record::Poi(poi) => !poi::is_built_on(poi),
            Record::Portal(_) => true,
            _ => false,
        };
        if !is_concerned || self.has_room() {
            return None;
        }
        let noun = self.record.id().noun();
        Some(Issue::new(
            &BUILT_OVER,
            Subject::record(island, self.record.id()).field("at"),
            format!("something is built where the {noun} stands"),
            format!("move the {noun}, or the model or bridge that stands in its place"),
        ))
    }

    /// Whether somebody can stand on the ground of the column.
    fn has_room(&mut self) -> bool {
        let ColumnPos { x, y } = self.column;
        let surface = self.voxels.surface(self.column.tile());
        let ground = surface.top_voxel(self.column.index_in_tile()) + 1;
        let mut over = (ground..ground + STANDING_VOXELS).map(|z| VoxelPos::new(x, y, z));
        over.all(|voxel| !self.voxels.material(voxel).is_solid())
    }
}

/// The column that a POI, entity or portal stands on.
fn standing_column(record: &Record) -> Option<ColumnPos> {
    match record {
        Record::Poi(_) | Record::Entity(_) | Record::Portal(_) => {
            record.anchor().map(|at| at.voxel().column())
        }
        Record::Marker(_) | Record::Lane(_) => None,
    }
}

/// Voxels of water above a column.
fn water_depth(surface: &SurfaceTile, column: ColumnPos) -> i32 {
    let index = column.index_in_tile();
    let end = surface.water_ends.get(index).map_or(0, |end| i32::from(*end));
    (end - 1 - surface.top_voxel(index)).max(0)
}

fn is_afloat(record: &Record) -> bool {
    let afloat = record
        .attributes()
        .and_then(|attributes| attributes.get("afloat"));
    afloat == Some(&shared::attribute::AttributeValue::Bool(true))
}

/// The dry column nearest to a wet one, by tiles from near to far; `None` when there is none nearby.
fn nearest_dry(plan: &IslandPlan, from: ColumnPos) -> Option<ColumnPos> {
    let distance = |column: ColumnPos| (column.x - from.x).pow(2) + (column.y - from.y).pow(2);
    let home = from.tile();
    let reach = DRY_SEARCH_COLUMNS / CHUNK_EDGE;
    let mut best: Option<(i32, ColumnPos)> = None;
    for ring in 0..=reach {
        // Everything in this ring is farther than the best so far.
        if best.is_some_and(|(found, _)| found < ((ring - 1).max(0) * CHUNK_EDGE).pow(2)) {
            break;
        }
        for (x, y) in ring_around(ring) {
            let tile = TilePos::new(home.x + x, home.y + y);
            if !is_inside(plan.bounds(), tile.first_column()) {
                continue;
            }
            let surface = plan.surface(tile, SimdLevel::detect());
            let first = tile.first_column();
            for (y, x) in (0..CHUNK_EDGE).flat_map(|y| (0..CHUNK_EDGE).map(move |x| (y, x))) {
                let column = ColumnPos::new(first.x + x, first.y + y);
                if water_depth(&surface, column) == 0 {
                    let candidate = (distance(column), column);
                    best = Some(best.map_or(candidate, |best| best.min(candidate)));
                }
            }
        }
    }
    best.map(|(_, column)| column)
}

/// Offsets of the tiles at Chebyshev distance `ring`.
fn ring_around(ring: i32) -> impl Iterator<Item = (i32, i32)> {
    (-ring..=ring)
        .flat_map(move |y| (-ring..=ring).map(move |x| (x, y)))
        .filter(move |(x, y)| x.abs().max(y.abs()) == ring)
}

fn moved_to(record: &Record, column: ColumnPos) -> Record {
    let mut moved = record.clone();
    let at = record.anchor().unwrap_or_default();
    let target = LocalPos::new(column.x as f32 + 0.5, column.y as f32 + 0.5, 0.0);
    moved.move_by(target.x_m - at.x_m, target.y_m - at.y_m);
    moved
}
