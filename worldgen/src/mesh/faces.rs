//! Which faces of a chunk are seen, and which of them may merge.
//!
//! Arrays are in the order of [`Plane`], one row of voxels to a word; the loops run over the 32 rows of one z,
//! which fill vectors.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::coords::TILE_COLUMNS;

use super::around::{EDGE, PADDED, PaddedMask};
use super::occlusion::hidden;
use crate::bits::transpose_kernel;
use crate::chunk::Plane;

/// The rows of one z.
type Rows = [u32; EDGE];

/// For each voxel, whether the next one along an axis is of the same material; along each axis. Aligned, so that
/// no vector lies across two cache lines.
#[repr(align(64))]
pub(super) struct Same {
    pub(super) x: Plane,
    pub(super) y: Plane,
    pub(super) z: Plane,
}

/// The faces of one side of a chunk.
///
/// Planes x: slice x, row y, bit z. Planes y: slice y, row z, bit x; these are laid out with the slice in the
/// lower part of the index. Planes z: slice z, row y, bit x.
#[repr(align(64))]
pub(super) struct Sheet {
    /// Faces that are seen.
    pub(super) cells: Plane,
    /// Faces that merge with the one in the next bit.
    pub(super) with_next_bit: Plane,
    /// Faces that merge with the one in the next row.
    pub(super) with_next_row: Plane,
    /// For each slice, which of its rows have faces.
    pub(super) rows: [u32; EDGE],
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            cells: [0; TILE_COLUMNS],
            with_next_bit: [0; TILE_COLUMNS],
            with_next_row: [0; TILE_COLUMNS],
            rows: [0; EDGE],
        }
    }
}

impl Default for Same {
    fn default() -> Self {
        Self {
            x: [u32::MAX; TILE_COLUMNS],
            y: [u32::MAX; TILE_COLUMNS],
            z: [u32::MAX; TILE_COLUMNS],
        }
    }
}

impl Same {
    /// Compares the planes of a chunk with themselves; the last voxel of each axis has no next one and
    /// whatever answer.
    #[inline(always)]
    pub(super) fn fill(&mut self, planes: &[Plane]) {
        for z in 0..EDGE {
            let (mut x, mut y, mut up) = ([0; EDGE], [0; EDGE], [0; EDGE]);
            for plane in planes {
                let rows = rows_of(plane, z);
                let above = rows_of(plane, (z + 1) % EDGE);
                let mut north = [0; EDGE + 1];
                north[..EDGE].copy_from_slice(rows);
                for lane in 0..EDGE {
                    x[lane] |= rows[lane] ^ rows[lane] >> 1;
                    y[lane] |= rows[lane] ^ north[lane + 1];
                    up[lane] |= rows[lane] ^ above[lane];
                }
            }
            let (same_x, same_y) = (rows_of_mut(&mut self.x, z), rows_of_mut(&mut self.y, z));
            let same_z = rows_of_mut(&mut self.z, z);
            for lane in 0..EDGE {
                same_x[lane] = !x[lane];
                same_y[lane] = !y[lane];
                same_z[lane] = !up[lane];
            }
        }
    }
}

#[inline(always)]
fn rows_of(plane: &Plane, z: usize) -> &Rows {
    &plane.as_chunks::<EDGE>().0[z]
}

#[inline(always)]
fn rows_of_mut(plane: &mut Plane, z: usize) -> &mut Rows {
    &mut plane.as_chunks_mut::<EDGE>().0[z]
}

/// 32 lanes of a padded row.
#[inline(always)]
fn lanes<const FROM: usize>(row: &[u32; PADDED]) -> &Rows {
    const NONE: &Rows = &[0; EDGE];
    row[FROM..].first_chunk().unwrap_or(NONE)
}

/// What lies in front of the faces of one z: the voxels before them, in a square along width (second index)
/// and height (first index) of the face.
type Front<'a> = [[&'a Rows; 3]; 3];

/// The front of a face; `FACE` is its place in [`super::Face::ALL`].
#[inline(always)]
fn front<const FACE: usize>(mask: &PaddedMask, z: usize) -> Front<'_> {
    let PaddedMask { here, west, east } = mask;
    match FACE {
        0 => [along_y(&west[z]), along_y(&west[z + 1]), along_y(&west[z + 2])],
        1 => [along_y(&east[z]), along_y(&east[z + 1]), along_y(&east[z + 2])],
        2 => [
            [lanes::<0>(&west[z]), lanes::<0>(&here[z]), lanes::<0>(&east[z])],
            [
                lanes::<0>(&west[z + 1]),
                lanes::<0>(&here[z + 1]),
                lanes::<0>(&east[z + 1]),
            ],
            [
                lanes::<0>(&west[z + 2]),
                lanes::<0>(&here[z + 2]),
                lanes::<0>(&east[z + 2]),
            ],
        ],
        3 => [
            [lanes::<2>(&west[z]), lanes::<2>(&here[z]), lanes::<2>(&east[z])],
            [
                lanes::<2>(&west[z + 1]),
                lanes::<2>(&here[z + 1]),
                lanes::<2>(&east[z + 1]),
            ],
            [
                lanes::<2>(&west[z + 2]),
                lanes::<2>(&here[z + 2]),
                lanes::<2>(&east[z + 2]),
            ],
        ],
        _ => {
            let z = if FACE == 4 { z } else { z + 2 };
            let [west, here, east] = [along_y(&west[z]), along_y(&here[z]), along_y(&east[z])];
            [
                [west[0], here[0], east[0]],
                [west[1], here[1], east[1]],
                [west[2], here[2], east[2]],
            ]
        }
    }
}

/// The rows before, at and after each of 32 lanes.
#[inline(always)]
fn along_y(rows: &[u32; PADDED]) -> [&Rows; 3] {
    [lanes::<0>(rows), lanes::<1>(rows), lanes::<2>(rows)]
}

/// Fills a sheet with the faces of one side between `filled` voxels and such that are not `closed`.
///
/// With `CORNERS`, faces merge only where occlusion by `closed` stays the same.
#[inline(always)]
pub(super) fn find_faces<const FACE: usize, const CORNERS: bool>(
    filled: &PaddedMask,
    closed: &PaddedMask,
    same: &Same,
    sheet: &mut Sheet,
) {
    // Faces along whose width, and height, occlusion does not change.
    let (level_width, level_height) = (&mut sheet.with_next_bit, &mut sheet.with_next_row);
    // Which z have faces; most have none, and there the rows stay 0.
    let mut layers = 0;
    for z in 0..EDGE {
        let (cells, width, height) = (
            rows_of_mut(&mut sheet.cells, z),
            rows_of_mut(level_width, z),
            rows_of_mut(level_height, z),
        );
        let behind = lanes::<1>(&filled.here[z + 1]);
        let front = front::<FACE>(closed, z);
        let mut here = 0;
        for lane in 0..EDGE {
            cells[lane] = behind[lane] & !front[1][1][lane];
            here |= cells[lane];
        }
        layers |= u32::from(here != 0) << z;
        if here == 0 || !CORNERS {
            (*width, *height) = (*cells, *cells);
            continue;
        }
        for lane in 0..EDGE {
            let corner = |right: usize, up: usize| {
                hidden(front[1][right][lane], front[up][1][lane], front[up][right][lane])
            };
            let [a, b, c, d] = [corner(0, 0), corner(2, 0), corner(2, 2), corner(0, 2)];
            let differ = |a: (u32, u32), b: (u32, u32)| (a.0 ^ b.0) | (a.1 ^ b.1);
            width[lane] = cells[lane] & !(differ(a, b) | differ(d, c));
            height[lane] = cells[lane] & !(differ(a, d) | differ(b, c));
        }
    }
    sheet.rows = [0; EDGE];
    if layers == 0 {
        return;
    }
    match FACE {
        0 | 1 => join_x(same, layers, sheet),
        2 | 3 => join_y(same, layers, sheet),
        _ => join_z(same, layers, sheet),
    }
    for major in 0..EDGE {
        let cells = rows_of(&sheet.cells, major);
        if matches!(FACE, 2 | 3) {
            for (rows, cells) in sheet.rows.iter_mut().zip(cells) {
                *rows |= u32::from(*cells != 0) << major;
            }
        } else {
            let mut rows = 0;
            for (row, cells) in cells.iter().enumerate() {
                rows |= u32::from(*cells != 0) << row;
            }
            sheet.rows[major] = rows;
        }
    }
}

/// Faces of x planes: from z, y, bits of x to x, y, bits of z.
#[inline(always)]
fn join_x(same: &Same, layers: u32, sheet: &mut Sheet) {
    for z in 0..EDGE {
        if layers >> z & 1 == 0 {
            continue;
        }
        let (same_y, same_z) = (rows_of(&same.y, z), rows_of(&same.z, z));
        // Height is along z: bits after the turn. The rows above are still as they were.
        let above = if z + 1 < EDGE {
            *rows_of(&sheet.with_next_row, z + 1)
        } else {
            [0; EDGE]
        };
        for ((row, above), same) in rows_of_mut(&mut sheet.with_next_row, z)
            .iter_mut()
            .zip(above)
            .zip(same_z)
        {
            *row &= above & same;
        }
        join_lanes(rows_of_mut(&mut sheet.with_next_bit, z), same_y);
    }
    transpose_kernel(&mut sheet.cells);
    transpose_kernel(&mut sheet.with_next_bit);
    transpose_kernel(&mut sheet.with_next_row);
    // Width is along y, which are the rows now.
    std::mem::swap(&mut sheet.with_next_bit, &mut sheet.with_next_row);
}

/// Faces of y planes: width is along x, the bits; height along z.
#[inline(always)]
fn join_y(same: &Same, layers: u32, sheet: &mut Sheet) {
    for z in 0..EDGE {
        if layers >> z & 1 == 0 {
            continue;
        }
        join_bits(rows_of_mut(&mut sheet.with_next_bit, z), rows_of(&same.x, z));
        let above = if z + 1 < EDGE {
            *rows_of(&sheet.with_next_row, z + 1)
        } else {
            [0; EDGE]
        };
        let same = rows_of(&same.z, z);
        for ((row, above), same) in rows_of_mut(&mut sheet.with_next_row, z)
            .iter_mut()
            .zip(above)
            .zip(same)
        {
            *row &= above & same;
        }
    }
}

/// Faces of z planes: width is along x, the bits; height along y, the lanes.
#[inline(always)]
fn join_z(same: &Same, layers: u32, sheet: &mut Sheet) {
    for z in 0..EDGE {
        if layers >> z & 1 == 0 {
            continue;
        }
        join_bits(rows_of_mut(&mut sheet.with_next_bit, z), rows_of(&same.x, z));
        join_lanes(rows_of_mut(&mut sheet.with_next_row, z), rows_of(&same.y, z));
    }
}

#[inline(always)]
fn join_bits(rows: &mut Rows, same: &Rows) {
    for (row, same) in rows.iter_mut().zip(same) {
        *row &= *row >> 1 & same;
    }
}

#[inline(always)]
fn join_lanes(rows: &mut Rows, same: &Rows) {
    let mut next = [0; EDGE + 1];
    next[..EDGE].copy_from_slice(rows);
    for lane in 0..EDGE {
        rows[lane] &= next[lane + 1] & same[lane];
    }
}
