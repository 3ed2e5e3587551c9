//! What roads and paths have in common: a level bed along a line, and a bridge where it crosses water.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use shared::coords::LocalPos;
use shared::geometry::{Geometry, GeometryForm};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::relief::mesa;
use super::{Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::curve::Corners;
use crate::ground::{Ground, GroundColumn};
use crate::material::Material;
use crate::ops::{self, LANES, STEPS_PER_VOXEL};
use crate::shape::Shape;
use crate::structure::Structure;

mod bridge;

/// Steepness of the banks and cuttings beside the bed.
const BANK_SLOPE: f32 = 0.75;
/// Distance along the line from one sample of the ground to the next, in metres, on short ways.
const STEP_M: f32 = 1.0;
/// Samples from one corner of the fitted line to the next.
const SAMPLES_A_PIECE: usize = 2;
/// Most samples of one way.
const MAX_SAMPLES: usize = 4096;
/// Metres along the line over which bumps of the ground are smoothed, to either side.
const SMOOTH_M: f32 = 10.0;
/// Rounds of smoothing: three of a box make nearly a bell.
const ROUNDS: usize = 3;
/// Levels of pieces near one another are mixed, which makes the bed up to a quarter steeper between them.
const ROOM_FOR_MIXING: f32 = 0.8;
/// How high a bridge stands above the water, in metres.
const CLEARANCE_M: f32 = 1.5;
/// Depth of the water at a ford, in metres.
const FORD_M: f32 = 0.5;
/// How firmly the water under a bridge is kept for people: nothing stands there, but what hangs low is no matter.
const UNDER_BRIDGE: f32 = 0.2;
/// Share of 255 from which on a column counts as levelled for people by what acts before.
const LEVELLED: i32 = 128;
/// How far from the water a way keeps to the height of its bridge or the bank, in metres.
const BANK_M: f32 = 8.0;

/// What tells one kind of way from another.
pub(crate) trait WayKind: Clone + PartialEq + Debug {
    /// See [`Kind::NAME`].
    const NAME: &'static str;
    /// What designers read about it.
    const DOC: &'static str;
    /// Its colour on maps.
    const COLOUR: (u8, u8, u8);
    /// What one walks on.
    const PAVING: Material;
    /// What a new one is like.
    const NEW: Measures;
}

/// What a new way is like.
pub(crate) struct Measures {
    pub(crate) width_m: f64,
    pub(crate) edge_m: f64,
    pub(crate) slope: f64,
}

/// A way of one kind.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Way<K> {
    half_width_m: f32,
    edge_m: f32,
    slope: f32,
    follows_ground: bool,
    bridges: bool,
    spans: Vec<Arc<Structure>>,
    kind: PhantomData<K>,
}

impl<K: WayKind> Kind for Way<K> {
    const NAME: &'static str = K::NAME;
    const STAGE: Stage = Stage::Works;
    const INITIAL_LEVEL_M: f32 = 8.0;

    fn schema() -> KindSchema {
        let attributes = [
            parameter::metres("width", "Width of the bed.", 1.0, 24.0, K::NEW.width_m),
            parameter::metres(
                "edge",
                "Width of the bank or cutting on either side.",
                1.0,
                64.0,
                K::NEW.edge_m,
            ),
            parameter::slope(
                "slope",
                "Greatest slope along it, where it follows the ground.",
                0.02,
                2.0,
                K::NEW.slope,
            ),
            parameter::level(),
            parameter::choice(
                "crossing",
                "How it crosses water: on a bridge of planks, or through a ford.",
                &["bridge", "ford"],
            ),
        ];
        parameter::kind(K::DOC, K::COLOUR, &[GeometryForm::Path], attributes)
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            half_width_m: parameters.number("width") * 0.5,
            edge_m: parameters.number("edge"),
            slope: parameters.number("slope"),
            follows_ground: parameters.follows_ground(),
            bridges: parameters.choice("crossing") == "bridge",
            spans: Vec::new(),
            kind: PhantomData,
        }
    }

    fn reach_m(&self) -> f32 {
        self.half_width_m + self.edge_m
    }

    fn survey_m(&self) -> Option<f32> {
        Some(self.half_width_m + 1.0)
    }

    fn claimed_m(&self) -> Option<f32> {
        Some(self.half_width_m + self.edge_m)
    }

    fn levels_m(&self) -> Option<f32> {
        // Along its middle only: its sides give way to pads and other ways that it passes.
        Some(0.0)
    }

    fn structures(&self) -> &[Arc<Structure>] {
        &self.spans
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        let mut line = resampled(&shape.line());
        let columns = self.columns_along(ground, &line);
        let step_m = step_of(&line);
        if self.follows_ground {
            for (point, column) in line.iter_mut().zip(&columns) {
                point.z_m = metres(column.height);
            }
            self.keep_above_water(&mut line, &columns, step_m);
            let mut heights: Vec<f32> = line.iter().map(|point| point.z_m).collect();
            smooth(&mut heights, step_m);
            let rise_m = self.slope * ROOM_FOR_MIXING * step_m;
            limit_slope(&mut heights, rise_m);
            join_levelled(&mut heights, &columns, rise_m);
            for (point, height_m) in line.iter_mut().zip(heights) {
                point.z_m = height_m;
            }
        }
        self.keep_above_water(&mut line, &columns, step_m);
        if self.follows_ground {
            raise_approaches(&mut line, self.slope * ROOM_FOR_MIXING * step_m);
        }
        self.spans = if self.bridges {
            bridge::spans(&line, &columns, self.half_width_m)
        } else {
            Vec::new()
        };
        Fit::new(
            Shape::new(&Geometry::Path(thinned(&line)), Corners::Sharp),
            |result| {
                self.spans.iter().for_each(|span| span.feed(result));
            },
        )
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        let paving = f32::from(K::PAVING.number());
        for lane in 0..LANES {
            let away = ops::abs(site.distance[lane]);
            let level = site.level[lane];
            let beside = ops::max(away - self.half_width_m, 0.0) * BANK_SLOPE;
            let bed = ops::clamp(columns.height[lane], level - beside, level + beside);
            let wet = ops::max(columns.water[lane], 0.0) > columns.height[lane];
            let dry = if wet && self.bridges { 0.0 } else { 1.0 };
            // Ground that was levelled before stays as it is: the way leads up to it.
            let free = 1.0 - ops::smoothstep(2.0 * columns.paved[lane] - 1.0);
            let bank = mesa(away, self.half_width_m + 0.5 * self.edge_m, 0.5 * self.edge_m);
            let weight = bank * dry * free;
            columns.height[lane] = ops::lerp(columns.height[lane], bed, weight);
            let calm = mesa(away, self.half_width_m + 0.5, self.edge_m - 0.5) * dry;
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, calm);
            columns.hold[lane] = ops::max(columns.hold[lane], calm);
            let walked = mesa(away, self.half_width_m - 0.5, 1.5);
            let paved = walked * if dry > 0.0 { 1.0 } else { UNDER_BRIDGE };
            columns.paving[lane] = if paved > columns.paved[lane] {
                paving
            } else {
                columns.paving[lane]
            };
            columns.paved[lane] = ops::max(columns.paved[lane], paved);
        }
    }
}

impl<K> Way<K> {
    /// The ground in the middle of the bed at each point of a line; where water stands anywhere across it, that.
    fn columns_along(&self, ground: &Ground<'_>, line: &[LocalPos]) -> Vec<GroundColumn> {
        let aside_m = ops::max(self.half_width_m - 0.5, 0.0);
        let across = line.iter().enumerate().flat_map(|(at, point)| {
            let next = line.get(at + 1).copied().unwrap_or(*point);
            let before = at.checked_sub(1).map_or(*point, |before| line[before]);
            let (dx, dy) = (next.x_m - before.x_m, next.y_m - before.y_m);
            let length = ops::max((dx * dx + dy * dy).sqrt(), 1e-6);
            [0.0, -aside_m, aside_m].map(|aside_m| {
                let (x_m, y_m) = (
                    point.x_m - dy / length * aside_m,
                    point.y_m + dx / length * aside_m,
                );
                LocalPos { x_m, y_m, ..*point }.voxel().column()
            })
        });
        let columns = ground.columns(&across.collect::<Vec<_>>());
        let across = columns.as_chunks::<3>().0.iter();
        let wettest = |across: &[GroundColumn; 3]| across.iter().find(|column| column.is_wet()).copied();
        across
            .map(|across| wettest(across).unwrap_or(across[0]))
            .collect()
    }

    /// Raises the line where water stands and near by: banks are never cut open.
    fn keep_above_water(&self, line: &mut [LocalPos], columns: &[GroundColumn], step_m: f32) {
        let near = ops::floor_i32(BANK_M / step_m);
        let near = usize::try_from(near).unwrap_or(0) + 1;
        let is_dry = |column: &GroundColumn| !column.is_wet();
        let first_dry = columns.iter().position(is_dry).unwrap_or(0);
        let last_dry = columns.iter().rposition(is_dry).unwrap_or(0);
        for (at, column) in columns.iter().enumerate().filter(|(_, column)| column.is_wet()) {
            let water_m = metres(column.water);
            // There is no bridge where a way ends in the water.
            let crosses = (first_dry..=last_dry).contains(&at);
            let above_m = match (self.bridges, crosses) {
                (true, true) => water_m + CLEARANCE_M,
                (true, false) => water_m,
                (false, _) => water_m - FORD_M,
            };
            let end = (at + near + 1).min(line.len());
            for (other, point) in line
                .iter_mut()
                .enumerate()
                .take(end)
                .skip(at.saturating_sub(near))
            {
                let is_bank = columns.get(other).is_some_and(|other| !other.is_wet());
                let least_m = if is_bank {
                    ops::max(above_m, water_m + 1.0)
                } else {
                    above_m
                };
                point.z_m = ops::max(point.z_m, least_m);
            }
        }
    }
}

/// Height in metres of one in 1/256 voxel.
fn metres(height: i32) -> f32 {
    height as f32 / STEPS_PER_VOXEL as f32
}

fn apart(a: LocalPos, b: LocalPos) -> f32 {
    let (dx, dy) = (b.x_m - a.x_m, b.y_m - a.y_m);
    (dx * dx + dy * dy).sqrt()
}

fn length_of(line: &[LocalPos]) -> f32 {
    line.windows(2).map(|ends| apart(ends[0], ends[1])).sum()
}

fn step_of(line: &[LocalPos]) -> f32 {
    let spans = line.len().saturating_sub(1).max(1);
    ops::max(length_of(line) / spans as f32, 0.01)
}

/// Points evenly along a line, with both its ends.
fn resampled(line: &[LocalPos]) -> Vec<LocalPos> {
    let length_m = length_of(line);
    let count = ops::floor_i32(ops::min(length_m / STEP_M, MAX_SAMPLES as f32));
    let count = usize::try_from(count).unwrap_or(0).clamp(1, MAX_SAMPLES);
    let step_m = length_m / count as f32;
    let mut points = Vec::with_capacity(count + 1);
    let (mut passed_m, mut due) = (0.0_f32, 0_usize);
    for ends in line.windows(2) {
        let piece_m = apart(ends[0], ends[1]);
        while due < count && due as f32 * step_m <= passed_m + piece_m {
            let along = if piece_m > 0.0 {
                ops::clamp((due as f32 * step_m - passed_m) / piece_m, 0.0, 1.0)
            } else {
                0.0
            };
            points.push(LocalPos::new(
                ops::lerp(ends[0].x_m, ends[1].x_m, along),
                ops::lerp(ends[0].y_m, ends[1].y_m, along),
                ops::lerp(ends[0].z_m, ends[1].z_m, along),
            ));
            due += 1;
        }
        passed_m += piece_m;
    }
    points.extend(line.last());
    points
}

/// Every so many points of a line, and its last: columns look at all of them.
fn thinned(line: &[LocalPos]) -> Vec<LocalPos> {
    let last = line
        .last()
        .filter(|_| !(line.len() - 1).is_multiple_of(SAMPLES_A_PIECE));
    line.iter()
        .step_by(SAMPLES_A_PIECE)
        .chain(last)
        .copied()
        .collect()
}

/// Rounds of a moving mean; the ends keep their heights.
fn smooth(heights: &mut [f32], step_m: f32) {
    let reach = usize::try_from(ops::floor_i32(SMOOTH_M / step_m)).unwrap_or(0);
    for _ in 0..ROUNDS {
        let before = heights.to_vec();
        for (at, height) in heights.iter_mut().enumerate() {
            let reach = reach.min(at).min(before.len() - 1 - at);
            let window = &before[at - reach..=at + reach];
            *height = window.iter().sum::<f32>() / window.len() as f32;
        }
    }
}

/// The mean of the lowest profile above and the highest below that rise by no more than `rise_m` from one
/// sample to the next; it rises by no more itself.
fn limit_slope(heights: &mut [f32], rise_m: f32) {
    let (mut above, mut below) = (heights.to_vec(), heights.to_vec());
    for at in 1..heights.len() {
        above[at] = ops::max(above[at], above[at - 1] - rise_m);
        below[at] = ops::min(below[at], below[at - 1] + rise_m);
    }
    for at in (1..heights.len()).rev() {
        above[at - 1] = ops::max(above[at - 1], above[at] - rise_m);
        below[at - 1] = ops::min(below[at - 1], below[at] + rise_m);
    }
    for (at, height) in heights.iter_mut().enumerate() {
        *height = 0.5 * (above[at] + below[at]);
    }
}

/// Holds the line to the ground where that was levelled before, and to no more than `rise_m` per sample away from there.
fn join_levelled(heights: &mut [f32], columns: &[GroundColumn], rise_m: f32) {
    let fixed = |column: &GroundColumn| (column.paved >= LEVELLED).then(|| metres(column.height));
    let mut highest: Vec<f32> = columns.iter().map(|it| fixed(it).unwrap_or(f32::MAX)).collect();
    let mut lowest: Vec<f32> = columns.iter().map(|it| fixed(it).unwrap_or(f32::MIN)).collect();
    for at in 1..columns.len() {
        highest[at] = ops::min(highest[at], highest[at - 1] + rise_m);
        lowest[at] = ops::max(lowest[at], lowest[at - 1] - rise_m);
    }
    for at in (1..columns.len()).rev() {
        highest[at - 1] = ops::min(highest[at - 1], highest[at] + rise_m);
        lowest[at - 1] = ops::max(lowest[at - 1], lowest[at] - rise_m);
    }
    for (at, height) in heights.iter_mut().enumerate() {
        let (low, high) = (lowest[at], highest[at]);
        // Between two places that lie too high over one another for its slope it is as steep as it must be.
        *height = if low <= high {
            ops::clamp(*height, low, high)
        } else {
            0.5 * (low + high)
        };
    }
}

/// Raises what leads to a place that was raised, so that the line rises no faster than `rise_m` per step.
fn raise_approaches(line: &mut [LocalPos], rise_m: f32) {
    for at in 1..line.len() {
        line[at].z_m = ops::max(line[at].z_m, line[at - 1].z_m - rise_m);
    }
    for at in (1..line.len()).rev() {
        line[at - 1].z_m = ops::max(line[at - 1].z_m, line[at].z_m - rise_m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_stay_below_the_limit() {
        let mut heights = vec![0.0, 0.0, 30.0, 31.0, 2.0, 2.5, 0.0];
        limit_slope(&mut heights, 3.0);
        assert!(heights.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 3.001));
        let mut gentle = vec![1.0, 2.0, 3.0];
        limit_slope(&mut gentle, 3.0);
        assert_eq!(gentle, [1.0, 2.0, 3.0]);
    }

    #[test]
    fn samples_lie_evenly_and_keep_the_ends() {
        let line = [
            LocalPos::new(0.0, 0.0, 0.0),
            LocalPos::new(10.0, 0.0, 10.0),
            LocalPos::new(10.0, 10.0, 0.0),
        ];
        let points = resampled(&line);
        assert_eq!(points.first(), line.first());
        assert_eq!(points.last(), line.last());
        assert_eq!(points.len() as f32, 20.0 / STEP_M + 1.0);
        assert!(
            points
                .windows(2)
                .all(|ends| (apart(ends[0], ends[1]) - STEP_M).abs() < 0.01)
        );
        assert_eq!(resampled(&[line[0], line[0]]).len(), 2);
        let thin = thinned(&points[..4]);
        assert_eq!(thin, [points[0], points[2], points[3]]);
        assert_eq!(thinned(&points[..3]), [points[0], points[2]]);
    }
}
