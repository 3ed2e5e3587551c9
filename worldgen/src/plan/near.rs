//! A marker as the columns of one box see it: everything about it that can be settled once for the whole box.
//!
//! A box that lies beyond the marker's reach does not see it at all, and one deep inside an area sees the same
//! distance everywhere. Nothing that is left out could change a bit, so every box gives the same columns
//! (property 4).
//!
//! *Not* responsible for: what the marker does to the columns (see [`crate::marker`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::geometry::Box2;

use super::bend::Bend;
use super::{Operator, REACH_SLACK_M, SIGHT_M};
use crate::columns::Columns;
use crate::marker::{Site, Stage};
use crate::ops::{LANES, Row};
use crate::shape::{NO_PIECE_M, Piece, Shape, Side};
use crate::simd::SimdLevel;
use crate::volume::Body;

/// See the module.
pub(crate) struct Near<'a> {
    operator: &'a Operator,
    /// Pieces whose levels count, and that decide what lies inside.
    pieces: Vec<Piece>,
    /// Those of them that may be the nearest to a column of the box.
    nearest: Vec<Piece>,
    depth: Depth,
    bend: Option<Bend>,
}

/// Where a box lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Depth {
    /// Where distances count.
    Near(Side),
    /// So deep inside an area that all distances are alike.
    Deep,
    /// Anywhere, for a kind that asks for no distance.
    Unseen,
}

impl<'a> Near<'a> {
    /// How columns in `place` see a marker; `None` where it cannot change any.
    pub(super) fn new(operator: &'a Operator, place: Box2, simd: SimdLevel) -> Option<Self> {
        if !operator.kind.sees_distance() {
            return Some(Self::alike(operator, Depth::Unseen));
        }
        let reach_m = operator.kind.reach_m();
        let bend_m = operator.warp_m() + REACH_SLACK_M;
        let sight_m = reach_m.max(SIGHT_M);
        let pieces = operator
            .shape
            .pieces_near(place.grown(bend_m), sight_m + REACH_SLACK_M);
        let (x, y) = (
            f32::midpoint(place.min_x_m, place.max_x_m),
            f32::midpoint(place.min_y_m, place.max_y_m),
        );
        let (dx, dy) = (place.max_x_m - x, place.max_y_m - y);
        // No column, bent or not, sees anything that is further from what the middle of the box sees.
        let spread_m = (dx * dx + dy * dy).sqrt() + bend_m;
        let middle_m = operator.shape.distance_at(&pieces, x, y);
        let is_solid = operator.is_solid();
        if middle_m >= reach_m + spread_m && !is_solid {
            return None;
        }
        if operator.shape.is_area() && !is_solid && middle_m <= -(sight_m + spread_m) {
            return Some(Self::alike(operator, Depth::Deep));
        }
        let side = match () {
            () if !operator.shape.is_area() || middle_m > spread_m => Side::Outside,
            () if middle_m < -spread_m => Side::Inside,
            () => Side::Unknown,
        };
        let nearest = pieces
            .iter()
            .filter(|piece| piece.distance_at(x, y) <= middle_m.abs() + 2.0 * spread_m)
            .copied()
            .collect();
        let origin = operator.shape.origin();
        Some(Self {
            operator,
            pieces,
            nearest,
            depth: Depth::Near(side),
            bend: operator.warp.map(|warp| Bend::new(&warp, origin, place, simd)),
        })
    }

    /// For a box in which no column sees anything that another does not.
    fn alike(operator: &'a Operator, depth: Depth) -> Self {
        Self {
            operator,
            pieces: Vec::new(),
            nearest: Vec::new(),
            depth,
            bend: None,
        }
    }

    pub(super) fn operator(&self) -> &'a Operator {
        self.operator
    }

    /// What the marker makes in three dimensions, if anything.
    pub(crate) fn body(&self) -> Option<&'a Body> {
        self.operator.body.as_ref()
    }

    /// Whether it gives cliffs a brow.
    pub(crate) fn has_brow(&self) -> bool {
        self.operator.kind.has_brow()
    }

    /// Whether it acts on columns at all in the stage of volumes.
    pub(crate) fn is_late(&self) -> bool {
        self.operator.stage() == Stage::Volume && self.operator.kind.acts_on_columns()
    }

    /// Acts on 32 columns of the box.
    #[inline(always)]
    pub(crate) fn apply(&self, columns: &mut Columns) {
        let site = self.site(&columns.x, &columns.y);
        // Rows that only the box reaches, not the marker, are spared its noise.
        let is_reached = match self.depth {
            Depth::Near(_) => super::range(&site.distance).0 < self.operator.kind.reach_m() + REACH_SLACK_M,
            Depth::Deep | Depth::Unseen => true,
        };
        if is_reached {
            self.operator.kind.apply(&site, columns);
        }
    }

    /// Prepares for rows of columns that lie at these x, the same for each row.
    pub(super) fn along(mut self, x: &Row) -> Self {
        if let Some(bend) = &mut self.bend {
            bend.spread(x, self.operator.shape.origin());
        }
        self
    }

    /// What the marker sees of 32 positions in the box.
    #[inline(always)]
    pub(crate) fn site(&self, x: &Row, y: &Row) -> Site {
        let side = match self.depth {
            Depth::Near(side) => Some(side),
            Depth::Deep => None,
            Depth::Unseen => return Site::UNSEEN,
        };
        let (shape, reach_m) = (&self.operator.shape, self.operator.kind.reach_m());
        let (local_x, local_y) = shape.local(x, y);
        let (mut seen_x, mut seen_y) = (*x, *y);
        if let Some(bend) = &self.bend {
            let (east, north) = bend.shift(x, &local_x, &local_y);
            for lane in 0..LANES {
                seen_x[lane] += east[lane];
                seen_y[lane] += north[lane];
            }
        }
        Site {
            distance: match side {
                Some(side) => Shape::distance(&self.nearest, &self.pieces, side, &seen_x, &seen_y),
                None => [-NO_PIECE_M; LANES],
            },
            level: shape.level(&self.pieces, &seen_x, &seen_y, reach_m),
            local_x,
            local_y,
        }
    }
}
