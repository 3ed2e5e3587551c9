//! Lays a lake out: its level, the shore that the ground gives it, its bed and its rim.
//!
//! *Not* responsible for: attributes (see `marker/lake.rs`).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use shared::coords::{CHUNK_EDGE, ColumnPos, LocalPos, TILE_COLUMNS, TilePos};
use shared::geometry::Box2;

use super::canvas::{Canvas, beside};
use super::layer::{Cell, Layer};
use super::{bank_height, bed_height, cut_bank, held_level, wet_height};
use crate::ground::Ground;
use crate::marker::Warp;
use crate::ops::{self, LANES};
use crate::shape::Shape;

/// What a lake is like.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Profile {
    /// Distance of the drawn shore from a point or path; 0 for an area.
    pub(crate) radius_m: f32,
    /// Greatest depth.
    pub(crate) depth_m: f32,
    /// Width of the slope from the shore up to higher ground.
    pub(crate) bank_m: f32,
    /// Whether the drawn height keeps the lake lower than it could stand.
    pub(crate) source: LevelSource,
    /// How its drawn shore is bent.
    pub(crate) warp: Option<Warp>,
}

/// How high a lake stands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum LevelSource {
    /// As high as the ground around holds it.
    Spill,
    /// As drawn, in metres, but no higher than the ground around holds it.
    Drawn(f32),
}

/// A lake that was laid out.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Lake {
    /// What it does to columns.
    pub(crate) layer: Layer,
    /// Level of its surface in whole metres.
    pub(crate) level: i32,
    /// The highest level that the ground around holds, in whole metres.
    pub(crate) spill: i32,
}

/// How far beyond the drawn shore the ground may hold the lake, and the lake may flood it.
pub(crate) const MARGIN_M: f32 = 40.0;
/// Longest edge of a lake; what is drawn beyond stays dry.
const MAX_EDGE_M: f32 = 1536.0;

/// Lays a lake out in a drawn shape.
pub(crate) fn lay(ground: &Ground<'_>, shape: &Shape, profile: &Profile) -> Lake {
    let mut basin = Basin {
        canvas: Canvas::new(ground),
        signed: signed_distances(ground, shape, profile),
    };
    let inside: Vec<ColumnPos> = basin.columns_where(|distance| distance <= 0.0);
    let (spill, hollow) = basin.spill(&inside);
    let level = match profile.source {
        LevelSource::Spill => spill,
        LevelSource::Drawn(drawn_m) => spill.min(ops::floor_i32(ops::clamp(drawn_m, 0.0, 1024.0))),
    };
    basin.dig(&inside, level, profile);
    basin.flood(&inside, &hollow, level);
    basin.slope_banks(level, profile.bank_m);
    basin.canvas.contain();
    basin.canvas.moisten();
    Lake {
        layer: basin.canvas.finish(),
        level,
        spill,
    }
}

/// Distances of the columns of one tile to the drawn shore, negative inside.
type Distances = Box<[f32; TILE_COLUMNS]>;

struct Basin<'a> {
    canvas: Canvas<'a>,
    /// Tiles with a column within the margin.
    signed: BTreeMap<TilePos, Distances>,
}

impl Basin<'_> {
    fn distance_m(&self, column: ColumnPos) -> Option<f32> {
        let distances = self.signed.get(&column.tile())?;
        Some(distances[column.index_in_tile()]).filter(|distance| *distance < MARGIN_M)
    }

    fn columns_where(&self, is_meant: impl Fn(f32) -> bool) -> Vec<ColumnPos> {
        let mut columns = Vec::new();
        for (tile, distances) in &self.signed {
            let first = tile.first_column();
            for (index, distance) in (0..).zip(distances.iter()) {
                if is_meant(*distance) {
                    columns.push(ColumnPos::new(
                        first.x + index % CHUNK_EDGE,
                        first.y + index / CHUNK_EDGE,
                    ));
                }
            }
        }
        columns
    }

    /// The level up to which water inside the shore is held in by the ground around, and the columns outside
    /// that lie below the pass over which it would run off. From the shore outwards, lowest first (as in
    /// Barnes, Lehman, Mulla 2014, but from the inside).
    fn spill(&mut self, inside: &[ColumnPos]) -> (i32, BTreeSet<ColumnPos>) {
        let mut queue = BinaryHeap::new();
        let mut seen: BTreeSet<ColumnPos> = BTreeSet::new();
        let mut hollow = BTreeSet::new();
        let (mut highest, mut spill) = (i32::MIN, None);
        for column in inside {
            if self.canvas.found(*column).standing().is_some() {
                queue.push(Reverse((self.pass_height(*column), *column)));
            }
            for beside in beside(*column) {
                if self.distance_m(beside).is_none_or(|distance| distance > 0.0) && seen.insert(beside) {
                    queue.push(Reverse((self.pass_height(beside), beside)));
                }
            }
        }
        while let Some(Reverse((height, column))) = queue.pop() {
            highest = highest.max(height);
            let outlet = self.canvas.found(column).standing().is_some() || self.distance_m(column).is_none();
            if outlet {
                spill = Some(highest);
                break;
            }
            hollow.insert(column);
            for next in beside(column) {
                let is_outside = self.distance_m(next).is_none_or(|distance| distance > 0.0);
                if is_outside && seen.insert(next) {
                    queue.push(Reverse((self.pass_height(next), next)));
                }
            }
        }
        (held_level(spill.unwrap_or(highest.max(0))).max(0), hollow)
    }

    /// Ground that holds as much water in as a column does.
    fn pass_height(&mut self, column: ColumnPos) -> i32 {
        let found = self.canvas.found(column);
        found.standing().map_or(found.height, bank_height)
    }

    /// Carves the bed and fills it.
    fn dig(&mut self, inside: &[ColumnPos], level: i32, profile: &Profile) {
        let distance = |basin: &Self, column: &ColumnPos| basin.distance_m(*column).unwrap_or(0.0);
        let innermost_m = inside
            .iter()
            .map(|column| -distance(self, column))
            .fold(0.0, ops::max);
        // A small lake is as deep in its middle as a large one allows, without steps at its shore.
        let slope_m = ops::max(ops::min(profile.depth_m * 2.5, innermost_m * 0.8), 1.0);
        for column in inside {
            let found = self.canvas.found(*column);
            if found.standing().is_some_and(|standing| standing >= level) {
                continue;
            }
            let depth_m = profile.depth_m * ops::smoothstep(-distance(self, column) / slope_m);
            let cell = self.canvas.cell_mut(*column);
            *cell = Cell {
                height: found.height.min(bed_height(level, depth_m)),
                level: ops::to_i16(level),
                ..*cell
            };
        }
    }

    /// Fills the hollow that the lake lies in, as far as it hangs together with the drawn lake.
    fn flood(&mut self, inside: &[ColumnPos], hollow: &BTreeSet<ColumnPos>, level: i32) {
        let mut open: Vec<ColumnPos> = inside.to_vec();
        while let Some(column) = open.pop() {
            for next in beside(column) {
                let found = self.canvas.found(next);
                let cell = self.canvas.cell_mut(next);
                let is_free = cell.level == Cell::NO_WATER && hollow.contains(&next);
                if is_free && found.height <= wet_height(level) {
                    cell.level = ops::to_i16(level);
                    open.push(next);
                }
            }
        }
    }

    /// Lets the ground around slope down to the shore.
    fn slope_banks(&mut self, level: i32, bank_m: f32) {
        for column in self.columns_where(|distance| distance > 0.0 && distance < MARGIN_M) {
            let found = self.canvas.found(column);
            if found.standing().is_some() || found.height <= bank_height(level) {
                continue;
            }
            let away_m = self.distance_m(column).unwrap_or(MARGIN_M);
            let excess_m = (found.height - bank_height(level)) as f32 / ops::STEPS_PER_VOXEL as f32;
            let width_m = ops::min(bank_m + 0.8 * excess_m, MARGIN_M);
            let height = cut_bank(found.height, bank_height(level), away_m, width_m);
            if height != found.height {
                self.canvas.cell_mut(column).height = height;
            }
        }
    }
}

/// Distances to the drawn shore, of all tiles that have a column within the margin.
fn signed_distances(ground: &Ground<'_>, shape: &Shape, profile: &Profile) -> BTreeMap<TilePos, Distances> {
    let bend_m = profile.warp.map_or(0.0, |warp| warp.strength_m);
    let drawn = shape.extent().grown(profile.radius_m + bend_m + MARGIN_M);
    let place = drawn.intersection(ground.island()).intersection(around(drawn));
    let mut tiles = BTreeMap::new();
    if place.min_x_m > place.max_x_m || place.min_y_m > place.max_y_m {
        return tiles;
    }
    let tile_of = |x: f32, y: f32| LocalPos::new(x, y, 0.0).voxel().column().tile();
    let (low, high) = (
        tile_of(place.min_x_m, place.min_y_m),
        tile_of(place.max_x_m, place.max_y_m),
    );
    for (y, x) in (low.y..=high.y).flat_map(|y| (low.x..=high.x).map(move |x| (y, x))) {
        let tile = TilePos::new(x, y);
        let distances = tile_distances(tile, shape, profile);
        if distances.iter().any(|distance| *distance < MARGIN_M) {
            tiles.insert(tile, distances);
        }
    }
    tiles
}

/// A box of the greatest size of a lake around the middle of a box.
fn around(drawn: Box2) -> Box2 {
    let (x, y) = (
        f32::midpoint(drawn.min_x_m, drawn.max_x_m),
        f32::midpoint(drawn.min_y_m, drawn.max_y_m),
    );
    Box2::around(&[LocalPos::new(x, y, 0.0)]).grown(MAX_EDGE_M / 2.0)
}

fn tile_distances(tile: TilePos, shape: &Shape, profile: &Profile) -> Distances {
    let first = tile.first_column();
    let middle = |index: i32| index as f32 + 0.5;
    let bend_m = profile.warp.map_or(0.0, |warp| warp.strength_m);
    let place = Box2 {
        min_x_m: first.x as f32,
        min_y_m: first.y as f32,
        max_x_m: (first.x + CHUNK_EDGE) as f32,
        max_y_m: (first.y + CHUNK_EDGE) as f32,
    };
    let pieces = shape.pieces_near(place.grown(bend_m), profile.radius_m + MARGIN_M * 2.0);
    let mut distances = Box::new([0.0; TILE_COLUMNS]);
    let x = std::array::from_fn(|lane| middle(first.x + ops::lane_i32(lane)));
    for (row, distances) in (0..).zip(distances.as_chunks_mut::<LANES>().0) {
        let (mut seen_x, mut seen_y) = (x, [middle(first.y + row); LANES]);
        if let Some(warp) = &profile.warp {
            let (local_x, local_y) = shape.local(&seen_x, &seen_y);
            warp.bend(&local_x, &local_y, &mut seen_x, &mut seen_y);
        }
        let (distance, _) = shape.sample(&pieces, &seen_x, &seen_y, profile.radius_m + MARGIN_M);
        *distances = distance.map(|distance| distance - profile.radius_m);
    }
    distances
}
