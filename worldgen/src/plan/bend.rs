//! How noise bends what a marker draws: shifts on a lattice of 4 m, and straight lines between them.
//!
//! The noise of an outline has no bends finer than the lattice shows, and costs more than all the rest when it
//! is asked at every column. The lattice is rooted at the marker, so that a moved marker keeps its face.
//!
//! *Not* responsible for: distances from the bent line (see [`super::near`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;
use shared::coords::LocalPos;
use shared::geometry::Box2;

use super::near::Asked;
use crate::marker::Warp;
use crate::ops::{self, LANES, Row};
use crate::simd::SimdLevel;

/// From one lattice point to the next.
const STEP_M: f32 = 4.0;
/// A larger lattice would hold more points than positions are asked: then each asks its own four.
const MAX_POINTS: usize = 4096;
/// The same where few positions are asked.
const MAX_POINTS_OF_FEW: usize = 256;

/// The shifts of the columns of one box.
pub(super) struct Bend {
    warp: Warp,
    /// Lattice coordinates of the first point.
    first_x: f32,
    first_y: f32,
    width: usize,
    /// Shift of each point to the east and to the north, in metres; x fastest. Empty when there are too many.
    points: Vec<[f32; 2]>,
    spread: Option<Spread>,
}

/// The lattice's rows, already put between its points for the x of one row of columns.
struct Spread {
    /// To the east and to the north.
    rows: Vec<[Row; 2]>,
}

impl Bend {
    /// For a marker rooted at `origin`, and columns in `place`.
    pub(super) fn new(warp: &Warp, origin: LocalPos, place: Box2, asked: Asked, simd: SimdLevel) -> Self {
        let first = |min_m: f32, origin_m: f32| ops::floor((min_m - origin_m) / STEP_M);
        let (first_x, first_y) = (first(place.min_x_m, origin.x_m), first(place.min_y_m, origin.y_m));
        let count = |max_m: f32, origin_m: f32, first: f32| {
            usize::try_from(ops::floor_i32((max_m - origin_m) / STEP_M - first)).unwrap_or(0) + 2
        };
        let width = count(place.max_x_m, origin.x_m, first_x);
        let depth = count(place.max_y_m, origin.y_m, first_y);
        let mut bend = Self {
            warp: *warp,
            first_x,
            first_y,
            width,
            points: Vec::new(),
            spread: None,
        };
        let most = match asked {
            Asked::Many => MAX_POINTS,
            Asked::Few => MAX_POINTS_OF_FEW,
        };
        if width * depth > most {
            return bend;
        }
        let count = width * depth;
        bend.points = Vec::with_capacity(count.next_multiple_of(LANES));
        let (mut next_x, mut next_y) = (0, 0);
        while bend.points.len() < count {
            let (mut x, mut y) = ([0.0; LANES], [0.0; LANES]);
            for lane in 0..LANES {
                (x[lane], y[lane]) = (first_x + next_x as f32, first_y + next_y as f32);
                next_x += 1;
                if next_x == width {
                    (next_x, next_y) = (0, next_y + 1);
                }
            }
            let (east, north) = simd.run(Points { warp, x: &x, y: &y });
            bend.points
                .extend(east.into_iter().zip(north).map(|(east, north)| [east, north]));
        }
        bend.points.truncate(count);
        bend
    }

    /// Prepares for rows of columns at these x.
    pub(super) fn spread(&mut self, x: &Row, origin: LocalPos) {
        let places: [(usize, f32); LANES] =
            std::array::from_fn(|lane| split(x[lane] - origin.x_m, self.first_x));
        let rows = self.points.chunks_exact(self.width);
        let mut spread = Spread {
            rows: vec![[[0.0; LANES]; 2]; rows.len()],
        };
        for (row, [east, north]) in rows.zip(&mut spread.rows) {
            for (lane, (at, part)) in places.iter().enumerate() {
                [east[lane], north[lane]] = between(row, *at, *part);
            }
        }
        self.spread = Some(spread);
    }

    /// The lattice points that decide the shifts between two local coordinates on one axis, from the first to the
    /// last.
    pub(super) fn points_between(&self, axis: Axis, from_m: f32, to_m: f32) -> (usize, usize) {
        let first = match axis {
            Axis::X => self.first_x,
            Axis::Y => self.first_y,
        };
        let (from, to) = (split(from_m, first), split(to_m, first));
        (from.0, to.0 + 1)
    }

    /// The rows of lattice points, from south to north; none where there is no lattice.
    pub(super) fn rows(&self) -> impl Iterator<Item = &[[f32; 2]]> {
        self.points.chunks_exact(self.width)
    }

    /// The least shifts of a part of a row; those that any point may have where the row does not
    /// reach so far.
    pub(super) fn range_of(&self, row: &[[f32; 2]], (from, to): (usize, usize)) -> Range {
        row.get(from..=to).map_or(self.any_range(), |points| {
            points.iter().fold(NO_RANGE, |range, [east, north]| {
                join(range, [*east, *north, -east, -north])
            })
        })
    }

    /// The shifts that any point may have.
    pub(super) fn any_range(&self) -> Range {
        let most = self.warp.strength_m;
        [-most; 4]
    }

    /// Shifts to the east and to the north of one of the rows that it was prepared for.
    #[inline(always)]
    pub(super) fn shift_row(&self, local_x: &Row, local_y: &Row) -> (Row, Row) {
        match &self.spread {
            Some(spread) if !self.points.is_empty() => {
                let (at, part) = split(local_y[0], self.first_y);
                between_rows(&spread.rows, at, part)
            }
            _ => self.shift(local_x, local_y),
        }
    }

    /// Shifts to the east and to the north of 32 positions in the box, in metres.
    #[inline(always)]
    pub(super) fn shift(&self, local_x: &Row, local_y: &Row) -> (Row, Row) {
        if self.points.is_empty() {
            return self.shift_far_apart(local_x, local_y);
        }
        let (mut east, mut north) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            let (at_x, part_x) = split(local_x[lane], self.first_x);
            let (at_y, part_y) = split(local_y[lane], self.first_y);
            let row = |y: usize| self.points.get(y * self.width..).unwrap_or_default();
            let (south, north_of) = (
                between(row(at_y), at_x, part_x),
                between(row(at_y + 1), at_x, part_x),
            );
            east[lane] = ops::lerp(south[0], north_of[0], part_y);
            north[lane] = ops::lerp(south[1], north_of[1], part_y);
        }
        (east, north)
    }

    /// The same where there is no lattice: each position asks for the four points around it.
    #[inline(always)]
    fn shift_far_apart(&self, local_x: &Row, local_y: &Row) -> (Row, Row) {
        let (mut x, mut y) = ([[0.0; LANES]; 2], [[0.0; LANES]; 2]);
        let (mut part_x, mut part_y) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            let (low_x, low_y) = (
                ops::floor(local_x[lane] / STEP_M),
                ops::floor(local_y[lane] / STEP_M),
            );
            part_x[lane] = local_x[lane] / STEP_M - low_x;
            part_y[lane] = local_y[lane] / STEP_M - low_y;
            (x[0][lane], x[1][lane]) = (low_x, low_x + 1.0);
            (y[0][lane], y[1][lane]) = (low_y, low_y + 1.0);
        }
        let (mut east, mut north) = ([[0.0; LANES]; 2], [[0.0; LANES]; 2]);
        for row in 0..2 {
            let west = at_points(&self.warp, &x[0], &y[row]);
            let other = at_points(&self.warp, &x[1], &y[row]);
            for lane in 0..LANES {
                east[row][lane] = ops::lerp(west.0[lane], other.0[lane], part_x[lane]);
                north[row][lane] = ops::lerp(west.1[lane], other.1[lane], part_x[lane]);
            }
        }
        for lane in 0..LANES {
            east[0][lane] = ops::lerp(east[0][lane], east[1][lane], part_y[lane]);
            north[0][lane] = ops::lerp(north[0][lane], north[1][lane], part_y[lane]);
        }
        (east[0], north[0])
    }
}

/// The least shifts to the east, north, west and south: four numbers that are compared at once.
pub(super) type Range = [f32; 4];

/// Of no shift at all.
pub(super) const NO_RANGE: Range = [f32::MAX; 4];

/// Of the shifts of both.
#[inline]
pub(super) fn join(range: Range, other: Range) -> Range {
    std::array::from_fn(|side| ops::min(range[side], other[side]))
}

/// Which coordinate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Axis {
    /// East.
    X,
    /// North.
    Y,
}

/// The lattice point below a local coordinate, counted from the first one, and how far on it lies.
#[inline(always)]
fn split(local_m: f32, first: f32) -> (usize, f32) {
    let low = ops::floor(local_m / STEP_M);
    let at = usize::try_from(ops::floor_i32(low - first)).unwrap_or(0);
    (at, local_m / STEP_M - low)
}

#[inline(always)]
fn between(points: &[[f32; 2]], at: usize, part: f32) -> [f32; 2] {
    match points.get(at..) {
        Some([low, high, ..]) => [ops::lerp(low[0], high[0], part), ops::lerp(low[1], high[1], part)],
        _ => [0.0; 2],
    }
}

#[inline(always)]
fn between_rows(rows: &[[Row; 2]], at: usize, part: f32) -> (Row, Row) {
    let (mut east, mut north) = ([0.0; LANES], [0.0; LANES]);
    if let Some([low, high, ..]) = rows.get(at..) {
        for lane in 0..LANES {
            east[lane] = ops::lerp(low[0][lane], high[0][lane], part);
            north[lane] = ops::lerp(low[1][lane], high[1][lane], part);
        }
    }
    (east, north)
}

/// The kernel: shifts of 32 lattice points.
struct Points<'a> {
    warp: &'a Warp,
    x: &'a Row,
    y: &'a Row,
}

impl NullaryFnOnce for Points<'_> {
    type Output = (Row, Row);

    #[inline(always)]
    fn call(self) -> (Row, Row) {
        at_points(self.warp, self.x, self.y)
    }
}

#[inline(always)]
fn at_points(warp: &Warp, x: &Row, y: &Row) -> (Row, Row) {
    let (x_m, y_m) = (x.map(|x| x * STEP_M), y.map(|y| y * STEP_M));
    let (mut east, mut north) = ([0.0; LANES], [0.0; LANES]);
    warp.bend(&x_m, &y_m, &mut east, &mut north);
    (east, north)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{Fractal, Style};
    use crate::seed::Seed;

    fn warp() -> Warp {
        let seed = Seed::of_island(3, shared::ids::IslandId("bend".parse().unwrap()));
        let noise = |tag| Fractal::with_wavelength(Style::Rolling, seed.feature(tag), 3, 60.0);
        Warp {
            strength_m: 12.0,
            east: noise("east"),
            north: noise("north"),
        }
    }

    #[test]
    fn a_position_is_shifted_alike_whatever_box_and_row_it_is_asked_in() {
        let origin = LocalPos::new(13.3, -71.9, 0.0);
        let place = |radius_m: f32| {
            Box2 {
                min_x_m: 32.0,
                min_y_m: -64.0,
                max_x_m: 64.0,
                max_y_m: -32.0,
            }
            .grown(radius_m)
        };
        let x: Row = std::array::from_fn(|lane| 32.5 + lane as f32);
        let simd = SimdLevel::detect();
        let mut tile = Bend::new(&warp(), origin, place(2.0), Asked::Many, simd);
        tile.spread(&x, origin);
        let wide = Bend::new(&warp(), origin, place(40.0), Asked::Many, SimdLevel::Baseline);
        let island = Bend::new(&warp(), origin, place(40.0), Asked::Few, simd);
        assert!(!wide.points.is_empty() && island.points.is_empty());
        let mut moved = 0.0_f32;
        for step in -34..34_i8 {
            let y = [f32::from(step) - 30.5; LANES];
            let local_x = x.map(|x| x - origin.x_m);
            let local_y = y.map(|y| y - origin.y_m);
            let shifts = [&wide, &island].map(|bend| bend.shift(&local_x, &local_y));
            assert_eq!(shifts[0], shifts[1]);
            if (-34..0).contains(&step) {
                assert_eq!(tile.shift_row(&local_x, &local_y), shifts[0]);
                let turned = tile.shift(&local_y.map(|_| local_x[5]), &local_x.map(|_| local_y[0]));
                assert_eq!(turned.0, [shifts[0].0[5]; LANES]);
            }
            moved = shifts[0]
                .0
                .iter()
                .fold(moved, |moved, shift| moved.max(shift.abs()));
        }
        assert!((3.0..=12.0).contains(&moved), "{moved}");
    }

    /// Where it is bent most, a line still keeps a tenth of its ground: it has no folds, whose edges are corners.
    #[test]
    fn no_line_is_bent_so_far_that_it_folds() {
        let scale_m = 64.0;
        let mut least = f32::INFINITY;
        for number in 0..200 {
            let seed = Seed::from_u64(number);
            let noise = |tag| Fractal::with_wavelength(Style::Rolling, seed.feature(tag), 3, scale_m);
            let warp = Warp {
                strength_m: scale_m * Warp::MOST_BEND,
                east: noise("east"),
                north: noise("north"),
            };
            let x: Row = std::array::from_fn(|lane| lane as f32);
            let rows: Vec<_> = (0..32)
                .map(|y| at_points(&warp, &x, &[y as f32; LANES]))
                .collect();
            for pair in rows.windows(2) {
                for lane in 0..LANES - 1 {
                    let [(east, north), (east_above, north_above)] = [&pair[0], &pair[1]];
                    let along =
                        [east[lane + 1] - east[lane], north[lane + 1] - north[lane]].map(|m| m / STEP_M);
                    let across =
                        [east_above[lane] - east[lane], north_above[lane] - north[lane]].map(|m| m / STEP_M);
                    least = least.min((1.0 + along[0]) * (1.0 + across[1]) - along[1] * across[0]);
                }
            }
        }
        assert!(least > 0.1, "{least}");
    }
}
