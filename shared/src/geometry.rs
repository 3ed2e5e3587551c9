//! Where a marker lies: a point, an open path or a closed area, each corner with a height.

use crate::coords::LocalPos;

/// Most corners of one path or area; longer ones are an issue, not a slow map.
pub const MAX_POINTS: usize = 4096;

/// The shape that a marker is placed with.
#[derive(Clone, PartialEq, Debug)]
pub enum Geometry {
    /// A single place.
    Point(LocalPos),
    /// An open polyline through its corners, at least two.
    Path(Vec<LocalPos>),
    /// A closed polygon, at least three corners, last joined to first.
    Area(Vec<LocalPos>),
}

/// The three forms of [`Geometry`] without their points; marker kinds list the ones they accept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GeometryForm {
    /// See [`Geometry::Point`].
    Point,
    /// See [`Geometry::Path`].
    Path,
    /// See [`Geometry::Area`].
    Area,
}

impl GeometryForm {
    /// The word for it, which is also its field in the map format: `point`, `path` or `area`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Path => "path",
            Self::Area => "area",
        }
    }

    /// Fewest corners that make sense.
    pub fn min_points(self) -> usize {
        match self {
            Self::Point => 1,
            Self::Path => 2,
            Self::Area => 3,
        }
    }
}

/// An axis-aligned box on the ground plane, in metres; empty when `min > max`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Box2 {
    /// Western edge.
    pub min_x_m: f32,
    /// Southern edge.
    pub min_y_m: f32,
    /// Eastern edge.
    pub max_x_m: f32,
    /// Northern edge.
    pub max_y_m: f32,
}

impl Box2 {
    /// The box that holds nothing; the identity of [`Box2::union`].
    pub const EMPTY: Self = Self {
        min_x_m: f32::INFINITY,
        min_y_m: f32::INFINITY,
        max_x_m: f32::NEG_INFINITY,
        max_y_m: f32::NEG_INFINITY,
    };

    /// The smallest box around all points.
    pub fn around(points: &[LocalPos]) -> Self {
        points.iter().fold(Self::EMPTY, |all, point| {
            all.union(Self {
                min_x_m: point.x_m,
                min_y_m: point.y_m,
                max_x_m: point.x_m,
                max_y_m: point.y_m,
            })
        })
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            min_x_m: self.min_x_m.min(other.min_x_m),
            min_y_m: self.min_y_m.min(other.min_y_m),
            max_x_m: self.max_x_m.max(other.max_x_m),
            max_y_m: self.max_y_m.max(other.max_y_m),
        }
    }

    /// The largest box inside both; one that touches nothing when they do not overlap.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            min_x_m: self.min_x_m.max(other.min_x_m),
            min_y_m: self.min_y_m.max(other.min_y_m),
            max_x_m: self.max_x_m.min(other.max_x_m),
            max_y_m: self.max_y_m.min(other.max_y_m),
        }
    }

    /// The box with `margin_m` added on every side.
    #[must_use]
    pub fn grown(self, margin_m: f32) -> Self {
        Self {
            min_x_m: self.min_x_m - margin_m,
            min_y_m: self.min_y_m - margin_m,
            max_x_m: self.max_x_m + margin_m,
            max_y_m: self.max_y_m + margin_m,
        }
    }

    /// Width and depth; both 0 for a box that holds nothing.
    pub fn size_m(self) -> (f32, f32) {
        let (width_m, depth_m) = (self.max_x_m - self.min_x_m, self.max_y_m - self.min_y_m);
        if width_m < 0.0 || depth_m < 0.0 {
            return (0.0, 0.0);
        }
        (width_m, depth_m)
    }

    /// Whether the two share at least an edge.
    pub fn touches(self, other: Self) -> bool {
        self.min_x_m <= other.max_x_m
            && other.min_x_m <= self.max_x_m
            && self.min_y_m <= other.max_y_m
            && other.min_y_m <= self.max_y_m
    }

    /// Whether the point lies inside or on the edge.
    pub fn contains(self, point: LocalPos) -> bool {
        (self.min_x_m..=self.max_x_m).contains(&point.x_m)
            && (self.min_y_m..=self.max_y_m).contains(&point.y_m)
    }
}

impl Geometry {
    /// Builds the geometry of a form; `None` when there are no points for a point.
    pub fn from_points(form: GeometryForm, points: Vec<LocalPos>) -> Option<Self> {
        match form {
            GeometryForm::Point => points.first().copied().map(Self::Point),
            GeometryForm::Path => Some(Self::Path(points)),
            GeometryForm::Area => Some(Self::Area(points)),
        }
    }

    /// Which form this is.
    pub fn form(&self) -> GeometryForm {
        match self {
            Self::Point(_) => GeometryForm::Point,
            Self::Path(_) => GeometryForm::Path,
            Self::Area(_) => GeometryForm::Area,
        }
    }

    /// All corners, one for a point.
    pub fn points(&self) -> &[LocalPos] {
        match self {
            Self::Point(point) => std::slice::from_ref(point),
            Self::Path(points) | Self::Area(points) => points,
        }
    }

    /// All corners, to move them.
    pub fn points_mut(&mut self) -> &mut [LocalPos] {
        match self {
            Self::Point(point) => std::slice::from_mut(point),
            Self::Path(points) | Self::Area(points) => points,
        }
    }

    /// The same shape moved by metres east, north and up.
    #[must_use]
    pub fn moved(mut self, dx_m: f32, dy_m: f32, dz_m: f32) -> Self {
        for point in self.points_mut() {
            *point = LocalPos::new(point.x_m + dx_m, point.y_m + dy_m, point.z_m + dz_m);
        }
        self
    }

    /// Where a label or handle goes: the mean of the corners.
    pub fn anchor(&self) -> LocalPos {
        let points = self.points();
        let count = points.len().max(1) as f32;
        let sum = points.iter().fold(LocalPos::default(), |sum, point| {
            LocalPos::new(sum.x_m + point.x_m, sum.y_m + point.y_m, sum.z_m + point.z_m)
        });
        LocalPos::new(sum.x_m / count, sum.y_m / count, sum.z_m / count)
    }
}
