//! Square pieces of bits turned over: rows become bits and bits become rows.
//!
//! *Not* responsible for: what the bits mean.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;

use crate::simd::SimdLevel;

/// Rows, lanes and bits: all three are this many.
const EDGE: usize = 32;

/// Word `row * 32 + lane`: for each lane, a square of 32 rows of 32 bits.
type Squares = [u32; EDGE * EDGE];

/// Turns over the squares of all lanes: bit b of row r becomes bit r of row b.
pub(crate) fn transpose(squares: &mut Squares, simd: SimdLevel) {
    simd.run(Transpose { squares });
}

struct Transpose<'a> {
    squares: &'a mut Squares,
}

impl NullaryFnOnce for Transpose<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        transpose_kernel(self.squares);
    }
}

/// [`transpose`] for use inside of a dispatched kernel. Blocks of 16 x 16 bits change places, then the blocks
/// of 8 x 8 in each, and so on down to single bits (Warren, Hacker's Delight, 7-3).
#[inline(always)]
pub(crate) fn transpose_kernel(squares: &mut Squares) {
    turn_blocks::<16>(squares, 0x0000_ffff);
    turn_blocks::<8>(squares, 0x00ff_00ff);
    turn_blocks::<4>(squares, 0x0f0f_0f0f);
    turn_blocks::<2>(squares, 0x3333_3333);
    turn_blocks::<1>(squares, 0x5555_5555);
}

#[inline(always)]
fn turn_blocks<const SIZE: usize>(squares: &mut Squares, low: u32) {
    for pair in squares.chunks_exact_mut(2 * SIZE * EDGE) {
        let (upper, lower) = pair.split_at_mut(SIZE * EDGE);
        for (a, b) in upper.iter_mut().zip(lower) {
            let swapped = (*a >> SIZE ^ *b) & low;
            *b ^= swapped;
            *a ^= swapped << SIZE;
        }
    }
}

/// Word `row * 32 + lane` and word `lane * 32 + row` change places.
pub(crate) fn swap_rows_and_lanes(words: &mut Squares) {
    for row in 1..EDGE {
        for lane in 0..row {
            words.swap(row * EDGE + lane, lane * EDGE + row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::mix64;

    #[test]
    fn every_bit_finds_its_place() {
        for simd in SimdLevel::ALL {
            let mut squares: Squares =
                std::array::from_fn(|word| u32::try_from(mix64(word as u64) >> 32).unwrap());
            let before = squares;
            transpose(&mut squares, simd);
            for row in 0..EDGE {
                for lane in 0..EDGE {
                    for bit in 0..EDGE {
                        assert_eq!(
                            squares[bit * EDGE + lane] >> row & 1,
                            before[row * EDGE + lane] >> bit & 1
                        );
                    }
                }
            }
        }
    }
}
