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

use std::borrow::Cow;

use shared::geometry::Box2;

use super::bend::Bend;
use super::strips::{Depth, Seen, Strip, Strips};
use super::{Operator, REACH_SLACK_M};
use crate::columns::Columns;
use crate::marker::Site;
use crate::ops::{LANES, Row};
use crate::shape::{FEW_PIECES, NO_PIECE_M, Piece, Shape, Side};
use crate::simd::SimdLevel;
use crate::volume::Body;

/// How many positions of a box will be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    /// At most some dozens, all over the box.
    Few,
    /// Most of its columns.
    Many,
}

/// See the module.
pub(crate) struct Near<'a> {
    operator: &'a Operator,
    /// Pieces whose levels count, and that decide what lies inside.
    pieces: Cow<'a, [Piece]>,
    /// Those of them that may be the nearest to a column of the box.
    nearest: Cow<'a, [Piece]>,
    /// Where the box lies; `None` for a kind that asks for no distance.
    depth: Option<Depth>,
    bend: Option<Bend>,
    /// Of the rows of a tile, if the box is that of one.
    strips: Option<Strips>,
}

/// What the middle of a box sees of a marker's line.
struct Middle<'a> {
    x: f32,
    y: f32,
    /// Pieces that columns of the box can tell from their absence.
    pieces: Cow<'a, [Piece]>,
    /// From the line; negative inside an area.
    distance_m: f32,
    /// No column, bent or not, sees anything that is further from what the middle of the box sees.
    spread_m: f32,
}

impl<'a> Middle<'a> {
    fn new(operator: &'a Operator, place: Box2, sight_m: f32) -> Self {
        let bend_m = operator.warp_m() + REACH_SLACK_M;
        let pieces = operator
            .shape
            .pieces_near(place.grown(bend_m), sight_m + REACH_SLACK_M);
        let (x, y) = (
            f32::midpoint(place.min_x_m, place.max_x_m),
            f32::midpoint(place.min_y_m, place.max_y_m),
        );
        let (dx, dy) = (place.max_x_m - x, place.max_y_m - y);
        Self {
            x,
            y,
            distance_m: operator.shape.distance_at(&pieces, x, y),
            spread_m: (dx * dx + dy * dy).sqrt() + bend_m,
            pieces,
        }
    }

    /// Whether no column of the box is within the marker's reach. What a marker makes of single voxels may stand
    /// anywhere in its box.
    fn is_beyond(&self, operator: &Operator) -> bool {
        self.distance_m >= operator.kind().reach_m() + self.spread_m && !operator.is_solid()
    }
}

impl Operator {
    /// Whether it may change a column or a voxel in a place. A line that runs askew is far from most of its box; an
    /// area fills so much of it that there is no use in asking.
    pub(super) fn may_act_in(&self, place: Box2) -> bool {
        let touches = self.reach().touches(place);
        if !touches || self.shape.is_area() || !self.kind().sees_distance() {
            return touches;
        }
        let reach_m = self.kind().reach_m();
        let around = self.shape.extent().grown(reach_m + self.warp_m() + REACH_SLACK_M);
        !Middle::new(self, place.intersection(around), reach_m).is_beyond(self)
    }
}

impl<'a> Near<'a> {
    /// How columns in `place` see a marker; `None` where it cannot change any.
    pub(super) fn new(operator: &'a Operator, place: Box2, asked: Asked, simd: SimdLevel) -> Option<Self> {
        if !operator.kind().sees_distance() {
            return Some(Self::alike(operator, None));
        }
        let sight_m = operator.kind().sight_m();
        let middle = Middle::new(operator, place, sight_m);
        if middle.is_beyond(operator) {
            return None;
        }
        let Middle {
            x,
            y,
            pieces,
            distance_m: middle_m,
            spread_m,
        } = middle;
        let is_solid = operator.is_solid();
        if operator.shape.is_area() && !is_solid && middle_m <= -(sight_m + spread_m) {
            return Some(Self::alike(operator, Some(Depth::Deep)));
        }
        let side = match () {
            () if !operator.shape.is_area() || middle_m > spread_m => Side::Outside,
            () if middle_m < -spread_m => Side::Inside,
            () => Side::Unknown,
        };
        let nearest = if pieces.len() <= FEW_PIECES {
            pieces.clone()
        } else {
            let within_m = middle_m.abs() + 2.0 * spread_m;
            let mut nearest = Vec::with_capacity(pieces.len());
            nearest.extend(pieces.iter().filter(|piece| piece.distance_at(x, y) <= within_m));
            Cow::Owned(nearest)
        };
        let origin = operator.shape.origin();
        Some(Self {
            operator,
            pieces,
            nearest,
            depth: Some(Depth::Near(side)),
            bend: operator.warp.map(|warp| {
                // Further out no shift makes a difference.
                let seen = place.intersection(operator.reach());
                Bend::new(&warp, origin, seen, asked, simd)
            }),
            strips: None,
        })
    }

    /// For a box in which no column sees anything that another does not.
    fn alike(operator: &'a Operator, depth: Option<Depth>) -> Self {
        Self {
            operator,
            pieces: Cow::Borrowed(&[]),
            nearest: Cow::Borrowed(&[]),
            depth,
            bend: None,
            strips: None,
        }
    }

    pub(super) fn operator(&self) -> &'a Operator {
        self.operator
    }

    /// What the marker makes in three dimensions, if anything.
    pub(crate) fn body(&self) -> Option<&'a Body> {
        self.operator.body()
    }

    /// Acts on 32 columns of the box, which are one of the rows that it was prepared for, one of others at the same x
    /// when the number is higher, or lie anywhere.
    #[inline(always)]
    pub(crate) fn apply(&self, row: Option<usize>, columns: &mut Columns) {
        let reach_m = self.operator.kind().reach_m() + REACH_SLACK_M;
        let Some(view) = self.view(row) else {
            self.operator.kind().apply(&Site::UNSEEN, columns);
            return;
        };
        if view.depth == Depth::Beyond {
            return;
        }
        let site = self.look(&view, row, &columns.x, &columns.y);
        // Rows that only the box reaches, not the marker, are spared its noise.
        if view.depth == Depth::Deep || is_any_below(&site.distance, reach_m) {
            self.operator.kind().apply(&site, columns);
        }
    }

    /// Prepares for the rows of a tile, whose columns lie at these x, and the first of them at `first_y`.
    pub(super) fn along(mut self, x: &Row, first_y: f32, simd: SimdLevel) -> Self {
        if let Some(bend) = &mut self.bend {
            bend.spread(x, self.operator.shape.origin());
        }
        if let Some(Depth::Near(side)) = self.depth {
            let seen = Seen {
                shape: &self.operator.shape,
                reach_m: self.operator.kind().reach_m(),
                sight_m: self.operator.kind().sight_m(),
                pieces: &self.pieces,
                nearest: &self.nearest,
                side,
                is_solid: self.operator.is_solid(),
            };
            self.strips = Some(Strips::new(&seen, self.bend.as_ref(), x, first_y, simd));
        }
        self
    }

    /// What a row, or any positions in the box, see of the line; `None` for a kind that asks for no distance.
    #[inline(always)]
    fn view(&self, row: Option<usize>) -> Option<Strip<'_>> {
        let depth = self.depth?;
        let strip = row.and_then(|row| self.strips.as_ref()?.of_row(row));
        Some(strip.unwrap_or(Strip {
            depth,
            nearest: &self.nearest,
            levels: &self.pieces,
            crossed: &self.pieces,
        }))
    }

    /// What the marker sees of 32 positions anywhere in the box.
    #[inline(always)]
    pub(crate) fn site(&self, x: &Row, y: &Row) -> Site {
        match self.view(None) {
            Some(view) => self.look(&view, None, x, y),
            None => Site::UNSEEN,
        }
    }

    #[inline(always)]
    fn look(&self, view: &Strip<'_>, row: Option<usize>, x: &Row, y: &Row) -> Site {
        let (shape, reach_m) = (&self.operator.shape, self.operator.kind().reach_m());
        let (local_x, local_y) = shape.local(x, y);
        let (mut seen_x, mut seen_y) = (*x, *y);
        if let Some(bend) = &self.bend {
            let (east, north) = match row {
                Some(_) => bend.shift_row(&local_x, &local_y),
                None => bend.shift(&local_x, &local_y),
            };
            for lane in 0..LANES {
                seen_x[lane] += east[lane];
                seen_y[lane] += north[lane];
            }
        }
        Site {
            distance: match view.depth {
                Depth::Near(side) => Shape::distance(view.nearest, view.crossed, side, &seen_x, &seen_y),
                Depth::Deep | Depth::Beyond => [-NO_PIECE_M; LANES],
            },
            level: shape.level(view.levels, &seen_x, &seen_y, reach_m),
            local_x,
            local_y,
        }
    }
}

/// Whether any of 32 numbers is below a bound. All are looked at, which takes vectors one comparison.
#[inline(always)]
fn is_any_below(row: &Row, bound: f32) -> bool {
    let mut any = false;
    for number in row {
        any |= *number < bound;
    }
    any
}

#[cfg(test)]
mod tests {
    use shared::attribute::{AttributeValue, Attributes};
    use shared::coords::LocalPos;
    use shared::geometry::Geometry;
    use shared::ids::{Id, IslandId, MarkerId};
    use shared::island::{Bounds, Island, Marker};
    use shared::project::Settings;
    use shared::stamp::Stamps;

    use crate::plan::IslandPlan;
    use crate::simd::SimdLevel;

    #[test]
    fn a_line_that_runs_askew_belongs_to_few_of_the_tiles_in_its_box() {
        let mut island = Island::new(
            IslandId(Id::from_random(1)),
            "askew".to_owned(),
            "Askew".to_owned(),
        );
        island.bounds = Bounds::new(512, 512, 32, 32).unwrap();
        let before = IslandPlan::new(&Settings::default(), &Stamps::default(), &island);
        let id = MarkerId(Id::from_random(2));
        let ends = [-250.0, 250.0].map(|at| LocalPos::new(at, at, 20.0));
        let ridge = Marker {
            id,
            kind: "ridge".to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Path(ends.to_vec()),
            layer: 0,
            priority: 0,
            attributes: Attributes::from([("radius".to_owned(), AttributeValue::Number(30.0))]),
        };
        island.markers.insert(id, ridge);
        let after = IslandPlan::new(&Settings::default(), &Stamps::default(), &island);
        let (mut touched, mut changed) = (0, 0);
        for tile in island.bounds.tiles() {
            let simd = SimdLevel::detect();
            let is_changed = before.surface(tile, simd) != after.surface(tile, simd);
            let is_touched = before.tile_key(tile) != after.tile_key(tile);
            assert!(is_touched || !is_changed, "{tile:?}");
            touched += u32::from(is_touched);
            changed += u32::from(is_changed);
        }
        assert!(changed > 20 && touched < 2 * changed, "{touched} for {changed}");
    }
}
