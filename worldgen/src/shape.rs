//! A marker's geometry as a distance: how far each column lies from a point, a curve or an area, and which
//! level the geometry has there.
//!
//! *Not* responsible for: what a marker kind makes of the distance (see [`crate::marker`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::borrow::Cow;

use shared::coords::LocalPos;
use shared::geometry::{Box2, Geometry, GeometryForm};

use crate::curve::{self, Corners};
use crate::fingerprint::Fingerprint;
use crate::ops::{self, LANES, Row};

/// Coordinates are held within this range: beyond it nothing reaches an island any more.
const MAX_COORDINATE_M: f32 = (1 << 20) as f32;

/// A compiled geometry. Invariant: at least one piece; all numbers finite.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shape {
    form: GeometryForm,
    pieces: Vec<Piece>,
    extent: Box2,
    origin: LocalPos,
    mean_level_m: f32,
    levels: Levels,
}

/// Whether the height of a geometry differs from place to place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Levels {
    /// One height: that of an area, or of a path whose corners are all as high.
    One,
    /// A path that rises or falls.
    Several,
}

/// Where positions lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    /// Inside an area, all of them.
    Inside,
    /// Outside an area, or the geometry is none.
    Outside,
    /// Some may lie inside an area, others outside.
    Unknown,
}

/// Up to so many pieces, to leave some out costs more than to look at all.
pub(crate) const FEW_PIECES: usize = 48;

/// The distance where there is no piece at all: the root of the largest number.
pub(crate) const NO_PIECE_M: f32 = 1.844_674_3e19;

/// One straight piece from (x, y) to (x + dx, y + dy). A point is a piece of length 0.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Piece {
    x: f32,
    y: f32,
    /// Of the end; equal to the next piece's `y` to the bit, which the crossing test relies on.
    end_y: f32,
    dx: f32,
    dy: f32,
    /// 1 / length^2, 0 for a point.
    per_length_squared: f32,
    /// dx / dy, 0 for a level piece.
    dx_per_dy: f32,
    level: f32,
    level_rise: f32,
    /// Length, at least 1: the weight in the mix of levels.
    weight: f32,
}

impl Shape {
    /// Compiles a geometry; `None` when it has no corner at all. Too few corners make a simpler form.
    pub(crate) fn new(geometry: &Geometry, corners: Corners) -> Option<Self> {
        let points: Vec<LocalPos> = geometry.points().iter().map(|point| finite(*point)).collect();
        let form = match (geometry.form(), points.len()) {
            (_, 0) => return None,
            (GeometryForm::Point, _) | (_, 1) => GeometryForm::Point,
            (GeometryForm::Path, _) | (_, 2) => GeometryForm::Path,
            (GeometryForm::Area, _) => GeometryForm::Area,
        };
        let origin = points[0];
        let mean_level_m = points.iter().map(|point| point.z_m).sum::<f32>() / points.len() as f32;
        let line = match form {
            GeometryForm::Point => vec![origin, origin],
            GeometryForm::Path => curve::open(&points, corners),
            GeometryForm::Area => curve::closed(&points, corners),
        };
        Some(Self {
            form,
            pieces: line.windows(2).map(|ends| Piece::new(ends[0], ends[1])).collect(),
            extent: Box2::around(&line),
            origin,
            mean_level_m,
            levels: match form {
                GeometryForm::Path if points.iter().any(|point| point.z_m != origin.z_m) => Levels::Several,
                _ => Levels::One,
            },
        })
    }

    /// Feeds all of it that decides distances and levels.
    pub(crate) fn feed(&self, fingerprint: &mut Fingerprint) {
        let Self {
            form,
            pieces,
            extent: _,
            origin,
            mean_level_m,
            levels,
        } = self;
        fingerprint.text(form.name());
        fingerprint.floats([origin.x_m, origin.y_m, origin.z_m, *mean_level_m]);
        fingerprint.number((*levels == Levels::Several).into());
        fingerprint.count(pieces.len());
        for piece in pieces {
            // The others follow from these.
            let Piece {
                x,
                y,
                end_y,
                dx,
                dy,
                per_length_squared: _,
                dx_per_dy: _,
                level,
                level_rise,
                weight: _,
            } = *piece;
            fingerprint.floats([x, y, end_y, dx, dy, level, level_rise]);
        }
    }

    /// The same shape, all of it at one height.
    pub(crate) fn at_level(&self, level_m: f32) -> Self {
        Self {
            mean_level_m: level_m,
            levels: Levels::One,
            ..self.clone()
        }
    }

    /// The smallest box around the geometry.
    pub(crate) fn extent(&self) -> Box2 {
        self.extent
    }

    /// The lowest and the highest level of its corners, as columns see them.
    pub(crate) fn level_range(&self) -> (f32, f32) {
        match self.levels {
            Levels::One => (self.mean_level_m, self.mean_level_m),
            Levels::Several => self
                .line()
                .iter()
                .fold((f32::MAX, f32::MIN), |(low, high), point| {
                    (low.min(point.z_m), high.max(point.z_m))
                }),
        }
    }

    /// Whether its height differs from place to place, so that the pieces nearby are mixed.
    pub(crate) fn has_levels(&self) -> bool {
        self.levels == Levels::Several
    }

    /// Its first corner.
    pub(crate) fn origin(&self) -> LocalPos {
        self.origin
    }

    /// Its corners and the places between them where it bends, from the first to the last.
    pub(crate) fn line(&self) -> Vec<LocalPos> {
        let start = self
            .pieces
            .first()
            .map(|piece| LocalPos::new(piece.x, piece.y, piece.level));
        let ends = self.pieces.iter().map(|piece| {
            let z_m = piece.level + piece.level_rise;
            LocalPos::new(piece.x + piece.dx, piece.end_y, z_m)
        });
        start.into_iter().chain(ends).collect()
    }

    /// Mean height of its corners, in metres.
    pub(crate) fn mean_level_m(&self) -> f32 {
        self.mean_level_m
    }

    /// Whether it has an inside.
    pub(crate) fn is_area(&self) -> bool {
        self.form == GeometryForm::Area
    }

    /// Positions relative to the geometry's first corner: where a marker's own noise is rooted.
    #[inline(always)]
    pub(crate) fn local(&self, x: &Row, y: &Row) -> (Row, Row) {
        let (mut local_x, mut local_y) = (*x, *y);
        for lane in 0..LANES {
            local_x[lane] -= self.origin.x_m;
            local_y[lane] -= self.origin.y_m;
        }
        (local_x, local_y)
    }

    /// The pieces that positions in a box can tell from their absence: those within `sight_m`, and those
    /// that decide what is inside an area.
    pub(crate) fn pieces_near(&self, place: Box2, sight_m: f32) -> Cow<'_, [Piece]> {
        if self.pieces.len() <= FEW_PIECES {
            return Cow::Borrowed(&self.pieces);
        }
        let seen = place.grown(sight_m);
        let is_seen = |piece: &&Piece| {
            let extent = piece.extent();
            let crosses = self.is_area()
                && extent.min_y_m <= place.max_y_m
                && extent.max_y_m >= place.min_y_m
                && extent.max_x_m >= place.min_x_m;
            crosses || extent.touches(seen)
        };
        let mut near = Vec::with_capacity(self.pieces.len());
        near.extend(self.pieces.iter().filter(is_seen));
        Cow::Owned(near)
    }

    /// Distance of one position from the pieces near it; negative inside an area.
    pub(crate) fn distance_at(&self, pieces: &[Piece], x: f32, y: f32) -> f32 {
        let squared = pieces
            .iter()
            .fold(f32::MAX, |least, piece| ops::min(piece.nearest(x, y).1, least));
        let crossed = pieces.iter().filter(|piece| piece.is_crossed(x, y)).count();
        let is_inside = self.is_area() && crossed % 2 == 1;
        if is_inside {
            -squared.sqrt()
        } else {
            squared.sqrt()
        }
    }

    /// Distances of 32 positions from the `nearest` pieces; negative inside an area. Where it is not known on
    /// which `side` of its outline they lie, all `pieces` near them decide. Without any piece the distance is
    /// [`NO_PIECE_M`], the same in every box.
    #[inline(always)]
    pub(crate) fn distance(nearest: &[Piece], pieces: &[Piece], side: Side, x: &Row, y: &Row) -> Row {
        let mut squared = [f32::MAX; LANES];
        for piece in nearest {
            for lane in 0..LANES {
                let (_, away) = piece.nearest(x[lane], y[lane]);
                squared[lane] = ops::min(away, squared[lane]);
            }
        }
        let mut inside = [u32::from(side == Side::Inside); LANES];
        if side == Side::Unknown {
            for piece in pieces {
                for lane in 0..LANES {
                    inside[lane] ^= u32::from(piece.is_crossed(x[lane], y[lane]));
                }
            }
        }
        let mut distance = squared;
        for lane in 0..LANES {
            let away = squared[lane].sqrt();
            distance[lane] = f32::from_bits(away.to_bits() ^ (inside[lane] << 31));
        }
        distance
    }

    /// Distances and levels of 32 positions, from all pieces near them.
    #[inline(always)]
    pub(crate) fn sample(&self, pieces: &[Piece], x: &Row, y: &Row, reach_m: f32) -> (Row, Row) {
        let side = if self.is_area() {
            Side::Unknown
        } else {
            Side::Outside
        };
        let distance = Self::distance(pieces, pieces, side, x, y);
        (distance, self.level(pieces, x, y, reach_m))
    }

    /// Levels at 32 positions: a mix of the pieces within `reach_m`, so that nothing further away can change
    /// them.
    #[inline(always)]
    pub(crate) fn level(&self, pieces: &[Piece], x: &Row, y: &Row, reach_m: f32) -> Row {
        match self.levels {
            Levels::One => [self.mean_level_m; LANES],
            Levels::Several => self.mixed_levels(pieces, x, y, reach_m),
        }
    }

    /// Heights of the pieces within reach, the nearer and longer ones counting more. A plain "height of the
    /// nearest piece" would jump where two pieces are equally far.
    #[inline(always)]
    fn mixed_levels(&self, pieces: &[Piece], x: &Row, y: &Row, reach_m: f32) -> Row {
        let mut levels = [0.0; LANES];
        let mut weights = [0.0; LANES];
        let per_reach_squared = 1.0 / ops::max(reach_m * reach_m, 1.0);
        for piece in pieces {
            for lane in 0..LANES {
                let (along, away) = piece.nearest(x[lane], y[lane]);
                // Compact support: a piece beyond the reach has no say.
                let near = ops::max(1.0 - away * per_reach_squared, 0.0);
                let spread = away + 1.0;
                let weight = near * near * piece.weight / (spread * spread);
                levels[lane] += weight * (piece.level + piece.level_rise * along);
                weights[lane] += weight;
            }
        }
        for lane in 0..LANES {
            let mixed = levels[lane] / ops::max(weights[lane], 1e-30);
            levels[lane] = if weights[lane] > 1e-20 {
                mixed
            } else {
                self.mean_level_m
            };
        }
        levels
    }
}

impl Piece {
    fn new(start: LocalPos, end: LocalPos) -> Self {
        let (dx, dy) = (end.x_m - start.x_m, end.y_m - start.y_m);
        let squared = dx * dx + dy * dy;
        Self {
            x: start.x_m,
            y: start.y_m,
            end_y: end.y_m,
            dx,
            dy,
            per_length_squared: if squared > 0.0 { 1.0 / squared } else { 0.0 },
            dx_per_dy: if dy == 0.0 { 0.0 } else { dx / dy },
            level: start.z_m,
            level_rise: end.z_m - start.z_m,
            weight: ops::max(squared.sqrt(), 1.0),
        }
    }

    /// Where along the piece (0 to 1) a position is nearest to it, and the square of that distance.
    #[inline(always)]
    pub(crate) fn nearest(&self, x: f32, y: f32) -> (f32, f32) {
        let (px, py) = (x - self.x, y - self.y);
        let along = ops::clamp((px * self.dx + py * self.dy) * self.per_length_squared, 0.0, 1.0);
        let (ex, ey) = (px - self.dx * along, py - self.dy * along);
        (along, ex * ex + ey * ey)
    }

    /// Distance of one position.
    pub(crate) fn distance_at(&self, x: f32, y: f32) -> f32 {
        self.nearest(x, y).1.sqrt()
    }

    /// Whether a ray from the position to the east crosses the piece.
    #[inline(always)]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy `&&` would keep the lanes from being computed together"
    )]
    pub(crate) fn is_crossed(&self, x: f32, y: f32) -> bool {
        let spans = (self.y <= y) != (self.end_y <= y);
        spans & (x - self.x < (y - self.y) * self.dx_per_dy)
    }

    /// The smallest box around it.
    pub(crate) fn extent(&self) -> Box2 {
        let end_x = self.x + self.dx;
        Box2 {
            min_x_m: self.x.min(end_x),
            min_y_m: self.y.min(self.end_y),
            max_x_m: self.x.max(end_x),
            max_y_m: self.y.max(self.end_y),
        }
    }
}

/// The point with every coordinate a number in range.
fn finite(point: LocalPos) -> LocalPos {
    let hold = |value: f32, limit: f32| {
        if value.is_nan() {
            0.0
        } else {
            ops::clamp(value, -limit, limit)
        }
    };
    LocalPos::new(
        hold(point.x_m, MAX_COORDINATE_M),
        hold(point.y_m, MAX_COORDINATE_M),
        hold(point.z_m, 1024.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[f32]) -> Row {
        let mut row = [0.0; LANES];
        row[..values.len()].copy_from_slice(values);
        row
    }

    #[test]
    fn distance_is_negative_inside_an_area_only() {
        let corners = vec![
            LocalPos::new(-10.0, -10.0, 4.0),
            LocalPos::new(10.0, -10.0, 4.0),
            LocalPos::new(10.0, 10.0, 4.0),
            LocalPos::new(-10.0, 10.0, 4.0),
        ];
        let shape = Shape::new(&Geometry::Area(corners), Corners::Sharp).unwrap();
        let (x, y) = (row(&[0.0, 9.0, 12.0, -13.0]), row(&[0.0, 0.0, 0.0, -14.0]));
        let (distance, level) = shape.sample(&shape.pieces, &x, &y, 50.0);
        assert_eq!(&distance[..4], &[-10.0, -1.0, 2.0, 5.0]);
        assert_eq!(level[0], 4.0);
    }

    #[test]
    fn the_level_of_a_path_follows_its_corners() {
        let path = vec![LocalPos::new(0.0, 0.0, 0.0), LocalPos::new(100.0, 0.0, 50.0)];
        let shape = Shape::new(&Geometry::Path(path), Corners::Sharp).unwrap();
        let (_, level) = shape.sample(&shape.pieces, &row(&[0.0, 50.0, 100.0]), &row(&[0.0; 3]), 40.0);
        for (lane, expected) in [(0, 0.0), (1, 25.0), (2, 50.0)] {
            assert!((level[lane] - expected).abs() < 2.0, "{}", level[lane]);
        }
    }

    #[test]
    fn hostile_corners_become_numbers() {
        let path = vec![
            LocalPos::new(f32::NAN, f32::INFINITY, f32::NEG_INFINITY),
            LocalPos::new(f32::MAX, f32::MIN, f32::NAN),
        ];
        let shape = Shape::new(&Geometry::Path(path), Corners::Round).unwrap();
        let (distance, level) = shape.sample(&shape.pieces, &[0.0; LANES], &[0.0; LANES], 10.0);
        assert!(distance[0].is_finite() && level[0].is_finite());
        assert!(Shape::new(&Geometry::Area(Vec::new()), Corners::Round).is_none());
    }
}
