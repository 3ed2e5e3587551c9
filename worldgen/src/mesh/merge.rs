//! Greedy merging: faces of one slice become few rectangles.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use super::faces::Sheet;

/// A rectangle of faces of one slice.
#[derive(Clone, Copy)]
pub(super) struct Rectangle {
    pub(super) slice: usize,
    /// First row and how many.
    pub(super) row: usize,
    pub(super) rows: usize,
    /// First bit and how many.
    pub(super) bit: usize,
    pub(super) bits: usize,
}

/// Where rectangles go.
pub(super) trait Emit {
    /// Must be `inline(always)`.
    fn emit(&mut self, rectangle: Rectangle);
}

/// Cuts all slices into rectangles. From the lowest row up, each run of faces that merge grows over the rows
/// after it as far as all of it merges. Word `slice * SLICE + row * ROW` of the sheet is one row; its faces are
/// used up.
#[inline(always)]
pub(super) fn merge<const SLICE: usize, const ROW: usize>(sheet: &mut Sheet, out: &mut impl Emit) {
    let Sheet {
        cells,
        with_next_bit,
        with_next_row,
        rows,
    } = sheet;
    for (slice, mut left) in rows.iter().copied().enumerate() {
        while left != 0 {
            let row = left.trailing_zeros() as usize;
            left &= left - 1;
            let at = slice * SLICE + row * ROW;
            let mut faces = cells[at];
            // A run ends at a face that merges with no next one, or whose next one is used up.
            let ends = !(with_next_bit[at] & faces >> 1);
            while faces != 0 {
                let bit = faces.trailing_zeros();
                let bits = (ends >> bit).trailing_zeros() + 1;
                let run = (u32::MAX >> (u32::BITS - bits)) << bit;
                faces &= !run;
                let mut rows = 1;
                let mut below = at;
                // The last row merges with none. What is used up below was so by a rectangle that took the
                // face above it, too, so nothing below this run is.
                while with_next_row[below] & run == run {
                    below += ROW;
                    cells[below] &= !run;
                    rows += 1;
                }
                out.emit(Rectangle {
                    slice,
                    row,
                    rows,
                    bit: bit as usize,
                    bits: bits as usize,
                });
            }
        }
    }
}
