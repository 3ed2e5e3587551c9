//! A marker's geometry as a distance: how far each column lies from a point, a curve or an area, and which
//! level the geometry has there.
//!
//! *Not* responsible for: what a marker kind makes of the distance (see [`crate::marker`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::coords::LocalPos;
use shared::geometry::{Box2, Geometry, GeometryForm};

use crate::curve::{self, Corners};
use crate::ops::{self, LANES, Row};

/// Coordinates are held within this range: beyond it nothing reaches an island any more.
const MAX_COORDINATE_M: f32 = (1 << 20) as f32;

/// A compiled geometry. Invariant: at least one segment; all numbers finite.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shape {
    form: GeometryForm,
    segments: Vec<Segment>,
    extent: Box2,
    origin: LocalPos,
    mean_level_m: f32,
}

/// One straight piece from (x, y) to (x + dx, y + dy). A point is a piece of length 0.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Segment {
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

/// What a shape says about 32 columns.
pub(crate) struct Site {
    /// Metres from the point, curve or outline; negative inside an area.
    pub(crate) distance: Row,
    /// Height of the geometry in metres above the sea: that of the nearby pieces, mixed.
    pub(crate) level: Row,
    /// East of the geometry's first corner, in metres.
    pub(crate) local_x: Row,
    /// North of the geometry's first corner, in metres.
    pub(crate) local_y: Row,
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
            segments: line
                .windows(2)
                .map(|ends| Segment::new(ends[0], ends[1]))
                .collect(),
            extent: Box2::around(&line),
            origin,
            mean_level_m,
        })
    }

    /// The smallest box around the geometry.
    pub(crate) fn extent(&self) -> Box2 {
        self.extent
    }

    /// Whether it has an inside.
    pub(crate) fn is_area(&self) -> bool {
        self.form == GeometryForm::Area
    }

    /// Distances and levels of 32 positions. Levels mix the pieces within `reach_m`, so that nothing further
    /// away can change them.
    #[inline(always)]
    pub(crate) fn sample(&self, x: &Row, y: &Row, reach_m: f32) -> Site {
        let mut nearest = [f32::MAX; LANES];
        let mut inside = [0_u32; LANES];
        let mut levels = [0.0; LANES];
        let mut weights = [0.0; LANES];
        let per_reach_squared = 1.0 / ops::max(reach_m * reach_m, 1.0);
        for segment in &self.segments {
            for lane in 0..LANES {
                let (px, py) = (x[lane] - segment.x, y[lane] - segment.y);
                let along = (px * segment.dx + py * segment.dy) * segment.per_length_squared;
                let along = ops::clamp(along, 0.0, 1.0);
                let (ex, ey) = (px - segment.dx * along, py - segment.dy * along);
                let squared = ex * ex + ey * ey;
                nearest[lane] = ops::min(squared, nearest[lane]);
                // Compact support: a piece beyond the reach has no say.
                let near = ops::max(1.0 - squared * per_reach_squared, 0.0);
                let spread = squared + 1.0;
                let weight = near * near * segment.weight / (spread * spread);
                levels[lane] += weight * (segment.level + segment.level_rise * along);
                weights[lane] += weight;
                let spans = (segment.y <= y[lane]) != (segment.end_y <= y[lane]);
                let west = px < py * segment.dx_per_dy;
                inside[lane] ^= u32::from(spans & west);
            }
        }
        let mut site = Site {
            distance: nearest,
            level: levels,
            local_x: *x,
            local_y: *y,
        };
        let has_inside = self.is_area();
        for lane in 0..LANES {
            let distance = nearest[lane].sqrt();
            site.distance[lane] = if has_inside & (inside[lane] != 0) {
                -distance
            } else {
                distance
            };
            let mixed = levels[lane] / ops::max(weights[lane], 1e-30);
            let level = if has_inside { self.mean_level_m } else { mixed };
            site.level[lane] = if weights[lane] > 1e-20 {
                level
            } else {
                self.mean_level_m
            };
            site.local_x[lane] -= self.origin.x_m;
            site.local_y[lane] -= self.origin.y_m;
        }
        site
    }
}

impl Segment {
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
        let site = shape.sample(
            &row(&[0.0, 9.0, 12.0, -13.0]),
            &row(&[0.0, 0.0, 0.0, -14.0]),
            50.0,
        );
        assert_eq!(&site.distance[..4], &[-10.0, -1.0, 2.0, 5.0]);
        assert_eq!(site.level[0], 4.0);
    }

    #[test]
    fn the_level_of_a_path_follows_its_corners() {
        let path = vec![LocalPos::new(0.0, 0.0, 0.0), LocalPos::new(100.0, 0.0, 50.0)];
        let shape = Shape::new(&Geometry::Path(path), Corners::Sharp).unwrap();
        let site = shape.sample(&row(&[0.0, 50.0, 100.0]), &row(&[0.0, 0.0, 0.0]), 40.0);
        for (lane, expected) in [(0, 0.0), (1, 25.0), (2, 50.0)] {
            assert!((site.level[lane] - expected).abs() < 2.0, "{}", site.level[lane]);
        }
    }

    #[test]
    fn hostile_corners_become_numbers() {
        let path = vec![
            LocalPos::new(f32::NAN, f32::INFINITY, f32::NEG_INFINITY),
            LocalPos::new(f32::MAX, f32::MIN, f32::NAN),
        ];
        let shape = Shape::new(&Geometry::Path(path), Corners::Round).unwrap();
        let site = shape.sample(&[0.0; LANES], &[0.0; LANES], 10.0);
        assert!(site.distance[0].is_finite() && site.level[0].is_finite());
        assert!(Shape::new(&Geometry::Area(Vec::new()), Corners::Round).is_none());
    }
}
