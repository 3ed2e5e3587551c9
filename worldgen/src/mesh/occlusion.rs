//! Light in corners: how much a face is hidden at each of its corners by the voxels in front of it.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

/// Light at the four corners of a face, 0 (dark) to 3 (open): two bits each, in the order of
/// [`Corners::PLACES`] from the lowest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Corners(pub u8);

impl Corners {
    /// Nothing in front of any corner.
    pub const OPEN: Self = Self(0xff);

    /// Where the corners lie: whether at the far end of the width, and of the height.
    pub const PLACES: [(bool, bool); 4] = [(false, false), (true, false), (true, true), (false, true)];

    /// Light at the corners, in the order of [`Corners::PLACES`].
    pub const fn light(self) -> [u8; 4] {
        [self.0 & 3, self.0 >> 2 & 3, self.0 >> 4 & 3, self.0 >> 6]
    }

    /// Whether the face must be cut from its second to its fourth corner, so that a single dark corner darkens
    /// one triangle and not both; else from the first to the third.
    pub const fn is_cut_across(self) -> bool {
        let [a, b, c, d] = self.light();
        a + c < b + d
    }
}

/// [`Corners`] by which of the 3 x 3 voxels in front of a face are solid: the three at the near end of the
/// height in bits 0 to 2, along the width; then the middle three, then the far three.
pub(super) const CORNERS_OF: [Corners; 512] = {
    let mut table = [Corners::OPEN; 512];
    let mut around = 0;
    while around < 512 {
        let mut light = 0_u8;
        let mut corner = 0;
        while corner < 4 {
            let (right, up) = Corners::PLACES[corner];
            let (side, row) = (if right { 2 } else { 0 }, if up { 2 } else { 0 });
            let beside = around >> (3 + side) & 1;
            let beyond = around >> (3 * row + 1) & 1;
            let diagonal = around >> (3 * row + side) & 1;
            let open = match (beside + beyond, diagonal) {
                (0, 0) => 3,
                (0, _) | (1, 0) => 2,
                (1, _) => 1,
                _ => 0,
            };
            light |= open << (2 * corner);
            corner += 1;
        }
        table[around] = Corners(light);
        around += 1;
    }
    table
};

/// How many of the voxels around a corner hide it, in two bits per lane.
#[inline(always)]
pub(super) fn hidden(beside: u32, beyond: u32, diagonal: u32) -> (u32, u32) {
    let (both, one) = (beside & beyond, beside ^ beyond);
    (both | (one ^ diagonal), both | (one & diagonal))
}
