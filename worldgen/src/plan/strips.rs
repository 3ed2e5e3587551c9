//! A marker as the rows of one tile see it: for every few rows only the pieces of its line that can matter there.
//!
//! A tile is 32 columns wide and its columns are bent by noise, so the pieces that may be the nearest to one of
//! them are many. Of a strip of four rows, cut into cells of eight columns, it is known where its columns look at
//! and how far they can be from the middle of that: few pieces are left, and most strips of most markers turn out
//! to be beyond its reach. What is left out could change no bit.
//!
//! *Not* responsible for: columns that stand in no row of the tile (see [`super::near`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use pulp::NullaryFnOnce;

use super::REACH_SLACK_M;
use super::bend::{Axis, Bend, NO_RANGE, Range, join};
use crate::ops::{self, LANES, Row};
use crate::shape::{Piece, Shape, Side};
use crate::simd::SimdLevel;

/// Rows of a strip.
const ROWS: usize = 4;
/// Strips of a tile.
const STRIPS: usize = LANES / ROWS;
/// Columns of a cell.
const COLUMNS: usize = 8;
/// Cells of a strip; those of all strips fill a row of lanes.
const CELLS: usize = LANES / COLUMNS;
/// Sums of single floats: this much is added to how far columns can be from the middle of their cell.
const ROUNDING_M: f32 = 0.25;

/// The strips of one tile.
pub(super) struct Strips {
    depths: [Depth; STRIPS],
    /// Those of the first strip, list by list, then those of the second, ...
    pieces: Vec<Piece>,
    ends: [[usize; LISTS]; STRIPS],
}

/// Places of the lists of a strip; see [`Strip`].
const NEAREST: usize = 0;
const LEVELS: usize = 1;
const CROSSED: usize = 2;
const LISTS: usize = 3;

/// Where a strip lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    /// Where the marker changes nothing.
    Beyond,
    /// Where distances count.
    Near(Side),
    /// So deep inside an area that all distances are alike.
    Deep,
}

/// What a strip sees of a marker.
#[derive(Clone, Copy)]
pub(super) struct Strip<'a> {
    pub(super) depth: Depth,
    /// Pieces that may be the nearest.
    pub(super) nearest: &'a [Piece],
    /// Pieces whose levels count.
    pub(super) levels: &'a [Piece],
    /// Pieces that decide what lies inside.
    pub(super) crossed: &'a [Piece],
}

/// The pieces that a tile sees, and what of them it asks for.
pub(super) struct Seen<'a> {
    pub(super) shape: &'a Shape,
    pub(super) reach_m: f32,
    /// See [`crate::marker::Kind::sight_m`].
    pub(super) sight_m: f32,
    /// All pieces whose levels count or that decide what lies inside.
    pub(super) pieces: &'a [Piece],
    /// Those of them that may be the nearest.
    pub(super) nearest: &'a [Piece],
    /// Side of all columns of the tile.
    pub(super) side: Side,
    /// Whether the marker acts even where it is out of reach.
    pub(super) is_solid: bool,
}

/// Where the columns of each cell look at.
struct Cells {
    /// The middle.
    x: Row,
    y: Row,
    /// How far any of its columns is from there.
    radius_m: Row,
    /// From south to north.
    low_y: Row,
    high_y: Row,
    /// The westernmost.
    low_x: Row,
}

impl Strips {
    /// For rows at these x, the first of them at `first_y`.
    pub(super) fn new(seen: &Seen<'_>, bend: Option<&Bend>, x: &Row, first_y: f32, simd: SimdLevel) -> Self {
        let cells = Cells::new(seen.shape, bend, x, first_y);
        let mut strips = Self {
            depths: [Depth::Near(seen.side); STRIPS],
            pieces: Vec::new(),
            ends: [[0; LISTS]; STRIPS],
        };
        let mut least = [f32::MAX; LANES];
        let mut inside = [u32::from(seen.side == Side::Inside); LANES];
        simd.run(Measure {
            seen,
            cells: &cells,
            least: &mut least,
            inside: &mut inside,
        });
        for strip in 0..STRIPS {
            let lanes = strip * CELLS..(strip + 1) * CELLS;
            let lane_of = |lane: usize| (least[lane], cells.radius_m[lane], inside[lane] != 0);
            let all = |is_so: &dyn Fn(f32, f32, bool) -> bool| {
                lanes.clone().all(|lane| {
                    let (least, radius_m, inside) = lane_of(lane);
                    is_so(least, radius_m, inside)
                })
            };
            let sight_m = seen.sight_m + REACH_SLACK_M;
            let reach_m = seen.reach_m + REACH_SLACK_M;
            strips.depths[strip] = if seen.is_solid {
                Depth::Near(seen.side)
            } else if all(&|least, radius_m, inside| !inside && least - radius_m >= reach_m) {
                Depth::Beyond
            } else if all(&|least, radius_m, inside| inside && least - radius_m >= sight_m) {
                Depth::Deep
            } else if seen.side != Side::Unknown {
                Depth::Near(seen.side)
            } else if all(&|least, radius_m, inside| inside && least > radius_m) {
                Depth::Near(Side::Inside)
            } else if all(&|least, radius_m, inside| !inside && least > radius_m) {
                Depth::Near(Side::Outside)
            } else {
                Depth::Near(Side::Unknown)
            };
        }
        strips.choose(seen, &cells, &least, simd);
        strips
    }

    /// Puts the pieces of each strip together.
    fn choose(&mut self, seen: &Seen<'_>, cells: &Cells, least: &Row, simd: SimdLevel) {
        let mut within = [0.0; LANES];
        for lane in 0..LANES {
            within[lane] = least[lane] + 2.0 * cells.radius_m[lane];
        }
        let has_levels = seen.shape.has_levels();
        let leveled = if has_levels { seen.pieces } else { &[] };
        let mut masks = vec![0; seen.nearest.len() + leveled.len()];
        let (nearest, levels) = masks.split_at_mut(seen.nearest.len());
        simd.run(Within {
            pieces: seen.nearest,
            cells,
            within: &within,
            masks: nearest,
        });
        let within = cells
            .radius_m
            .map(|radius_m| radius_m + ops::max(seen.reach_m, 1.0));
        simd.run(Within {
            pieces: leveled,
            cells,
            within: &within,
            masks: levels,
        });
        // Most pieces belong to some strips.
        self.pieces.reserve(4 * (seen.nearest.len() + leveled.len()));
        for strip in 0..STRIPS {
            let in_strip = ((1 << CELLS) - 1) << (strip * CELLS);
            let is_near = matches!(self.depths[strip], Depth::Near(_));
            if is_near {
                self.take(seen.nearest, nearest, in_strip);
            }
            self.ends[strip][NEAREST] = self.pieces.len();
            if self.depths[strip] != Depth::Beyond {
                self.take(leveled, levels, in_strip);
            }
            self.ends[strip][LEVELS] = self.pieces.len();
            if self.depths[strip] == Depth::Near(Side::Unknown) {
                let lanes = strip * CELLS..(strip + 1) * CELLS;
                let low = |row: &Row| lanes.clone().fold(f32::MAX, |low, lane| low.min(row[lane]));
                let high = |row: &Row| lanes.clone().fold(f32::MIN, |high, lane| high.max(row[lane]));
                let (low_y, high_y, low_x) = (low(&cells.low_y), high(&cells.high_y), low(&cells.low_x));
                let crosses = |piece: &Piece| {
                    let extent = piece.extent();
                    extent.min_y_m <= high_y && extent.max_y_m >= low_y && extent.max_x_m >= low_x
                };
                self.pieces
                    .extend(seen.pieces.iter().filter(|piece| crosses(piece)));
            }
            self.ends[strip][CROSSED] = self.pieces.len();
        }
    }

    /// Adds the pieces that are in the strip of these cells.
    fn take(&mut self, pieces: &[Piece], masks: &[u32], in_strip: u32) {
        let chosen = pieces
            .iter()
            .zip(masks)
            .filter(|(_, mask)| **mask & in_strip != 0);
        self.pieces.extend(chosen.map(|(piece, _)| *piece));
    }

    /// The strip that holds a row.
    #[inline(always)]
    pub(super) fn of_row(&self, row: usize) -> Option<Strip<'_>> {
        let strip = row / ROWS;
        Some(Strip {
            depth: *self.depths.get(strip)?,
            nearest: self.list(strip, NEAREST),
            levels: self.list(strip, LEVELS),
            crossed: self.list(strip, CROSSED),
        })
    }

    #[inline(always)]
    fn list(&self, strip: usize, list: usize) -> &[Piece] {
        let ends = self.ends.as_flattened();
        let at = strip * LISTS + list;
        let from = at.checked_sub(1).map_or(0, |before| ends[before]);
        self.pieces.get(from..ends[at]).unwrap_or_default()
    }
}

impl Cells {
    fn new(shape: &Shape, bend: Option<&Bend>, x: &Row, first_y: f32) -> Self {
        let mut cells = Self {
            x: [0.0; LANES],
            y: [0.0; LANES],
            radius_m: [0.0; LANES],
            low_y: [0.0; LANES],
            high_y: [0.0; LANES],
            low_x: [0.0; LANES],
        };
        let origin = shape.origin();
        let columns = |cell: usize| (x[cell * COLUMNS], x[cell * COLUMNS + COLUMNS - 1]);
        // How the columns of each cell are bent along each row of the lattice.
        let across: Vec<[Range; CELLS]> = bend.map_or_else(Vec::new, |bend| {
            let points = std::array::from_fn::<_, CELLS, _>(|cell| {
                let (west, east) = columns(cell);
                bend.points_between(Axis::X, west - origin.x_m, east - origin.x_m)
            });
            let rows = bend.rows();
            rows.map(|row| points.map(|points| bend.range_of(row, points)))
                .collect()
        });
        for strip in 0..STRIPS {
            // To the end of the last row: rows that are held within a box may lie between two others.
            let (south, north) = (
                first_y + (strip * ROWS) as f32,
                first_y + ((strip + 1) * ROWS) as f32,
            );
            let rows = bend.map(|bend| {
                let (from, to) = bend.points_between(Axis::Y, south - origin.y_m, north - origin.y_m);
                across.get(from..=to).ok_or_else(|| bend.any_range())
            });
            for cell in 0..CELLS {
                let (west, east) = columns(cell);
                let [to_east, to_north, to_west, to_south] = match rows {
                    None => [0.0; 4],
                    // Where the lattice ends, so does the reach of the marker.
                    Some(Err(any)) => any,
                    Some(Ok(rows)) => rows.iter().fold(NO_RANGE, |range, row| join(range, row[cell])),
                };
                let (low_x, high_x) = (west + to_east, east - to_west);
                let (low_y, high_y) = (south + to_north, north - to_south);
                let (dx, dy) = ((high_x - low_x) * 0.5, (high_y - low_y) * 0.5);
                let lane = strip * CELLS + cell;
                (cells.x[lane], cells.y[lane]) = (low_x + dx, low_y + dy);
                cells.radius_m[lane] = (dx * dx + dy * dy).sqrt() + ROUNDING_M;
                cells.low_x[lane] = low_x - ROUNDING_M;
                (cells.low_y[lane], cells.high_y[lane]) = (low_y - ROUNDING_M, high_y + ROUNDING_M);
            }
        }
        cells
    }
}

/// The kernel: how far the middles of cells are from the line, and which of them lie inside.
struct Measure<'a> {
    seen: &'a Seen<'a>,
    cells: &'a Cells,
    least: &'a mut Row,
    inside: &'a mut [u32; LANES],
}

impl NullaryFnOnce for Measure<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            seen,
            cells,
            least,
            inside,
        } = self;
        for piece in seen.nearest {
            for lane in 0..LANES {
                let (_, away) = piece.nearest(cells.x[lane], cells.y[lane]);
                least[lane] = ops::min(away, least[lane]);
            }
        }
        for lane in 0..LANES {
            least[lane] = least[lane].sqrt();
        }
        if seen.side == Side::Unknown {
            for piece in seen.pieces {
                for lane in 0..LANES {
                    inside[lane] ^= u32::from(piece.is_crossed(cells.x[lane], cells.y[lane]));
                }
            }
        }
    }
}

/// The kernel: which pieces come how close to the middles of which cells.
struct Within<'a> {
    pieces: &'a [Piece],
    cells: &'a Cells,
    within: &'a Row,
    /// One bit for each cell.
    masks: &'a mut [u32],
}

impl NullaryFnOnce for Within<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            pieces,
            cells,
            within,
            masks,
        } = self;
        let mut squared = *within;
        for lane in 0..LANES {
            squared[lane] *= within[lane];
        }
        for (piece, mask) in pieces.iter().zip(masks) {
            let mut bits = [0; LANES];
            for lane in 0..LANES {
                let (_, away) = piece.nearest(cells.x[lane], cells.y[lane]);
                bits[lane] = u32::from(away <= squared[lane]) << lane;
            }
            *mask = bits.into_iter().fold(0, |mask, bit| mask | bit);
        }
    }
}
