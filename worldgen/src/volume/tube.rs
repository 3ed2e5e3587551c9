//! Tubes: round bodies along a curve.
//!
//! *Not* responsible for: roughness (see [`super::body`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::coords::LocalPos;
use shared::geometry::Box2;

use super::body::INFLUENCE_M;
use crate::ops::{self, LANES, Row};

/// A tube. Its cross-section is an ellipse, which may be cut flat below.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Tube {
    segments: Vec<Segment>,
    /// Height of the cross-section in widths.
    ratio: f32,
    floor: Floor,
    z_range: (f32, f32),
}

/// The lower side of a tube.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Floor {
    /// As round as the rest.
    Round,
    /// Flat to walk on.
    Flat,
}

/// Share of the half height that lies under the axis of a tube with a flat floor.
const FLAT_SHARE: f32 = 0.55;

/// A straight piece; heights are divided by the tube's ratio, which makes its cross-section a circle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Segment {
    start: [f32; 3],
    along: [f32; 3],
    per_length_squared: f32,
    radius_m: f32,
    radius_rise_m: f32,
}

impl Tube {
    /// The tube along a line of points, each with the radius there. Where it is slender it becomes wider than that:
    /// see [`shown_radius_m`].
    pub(crate) fn new(line: &[(LocalPos, f32)], ratio: f32, floor: Floor) -> Self {
        let least_m = line
            .iter()
            .fold(f32::MAX, |least, (_, radius_m)| least.min(*radius_m));
        let ratio = shown_radius_m(least_m * ratio) / shown_radius_m(least_m);
        let shown = line
            .iter()
            .map(|(point, radius_m)| (*point, shown_radius_m(*radius_m)));
        let line: &[(LocalPos, f32)] = &shown.collect::<Vec<_>>();
        let ends = line.windows(2).map(|ends| (ends[0], ends[1]));
        // A single point is a ball.
        let ball = line
            .first()
            .filter(|_| line.len() == 1)
            .map(|only| (*only, *only));
        let segments: Vec<Segment> = ends
            .chain(ball)
            .map(|(from, to)| Segment::new(from, to, ratio))
            .collect();
        let z_range = line
            .iter()
            .fold((f32::MAX, f32::MIN), |(low, high), (point, radius_m)| {
                let reach = (radius_m + INFLUENCE_M) * ratio;
                (low.min(point.z_m - reach), high.max(point.z_m + reach))
            });
        Self {
            segments,
            ratio,
            floor,
            z_range,
        }
    }

    pub(super) fn z_range(&self) -> (f32, f32) {
        self.z_range
    }

    /// The pieces that points in a box can tell from their absence, when roughness moves the surface by up to
    /// `roughness_m`.
    pub(super) fn segments_near(&self, place: Box2, roughness_m: f32) -> Vec<Segment> {
        let is_near = |segment: &&Segment| {
            let radius_m = segment.radius_m.max(segment.radius_m + segment.radius_rise_m);
            let extent = segment.extent().grown(radius_m + roughness_m + INFLUENCE_M);
            extent.touches(place)
        };
        self.segments.iter().filter(is_near).copied().collect()
    }

    /// Metres inside of the surface at one height over 32 points.
    #[inline(always)]
    pub(super) fn sample(&self, segments: &[Segment], x: &Row, y: &Row, z: f32) -> Row {
        let mut field = [-1e4; LANES];
        let scaled_z = z / self.ratio;
        for segment in segments {
            let [sx, sy, sz] = segment.start;
            let [dx, dy, dz] = segment.along;
            for lane in 0..LANES {
                let (px, py, pz) = (x[lane] - sx, y[lane] - sy, scaled_z - sz);
                let at = (px * dx + py * dy + pz * dz) * segment.per_length_squared;
                let at = ops::clamp(at, 0.0, 1.0);
                let (qx, qy, qz) = (px - dx * at, py - dy * at, pz - dz * at);
                let radius = segment.radius_m + segment.radius_rise_m * at;
                let round = radius - (qx * qx + qy * qy + qz * qz).sqrt();
                let inside = match self.floor {
                    Floor::Round => round,
                    Floor::Flat => {
                        let over_floor = (qz + radius * FLAT_SHARE) * self.ratio;
                        ops::smooth_min(round, over_floor, 1.5)
                    }
                };
                field[lane] = ops::max(inside, field[lane]);
            }
        }
        field
    }
}

/// The radius of a tube as the lattice of 4 m can show it: where the lattice is coarser than the tube, only that
/// keeps it from breaking up into beads. From 4 m on it is the tube's own.
pub(crate) fn shown_radius_m(radius_m: f32) -> f32 {
    const PLAIN_M: f32 = 4.0;
    /// Share of what a tube lacks to that: so the most slender one, of 1.5 m, is as wide as it takes.
    const WIDENING: f32 = 0.8;
    radius_m + (PLAIN_M - radius_m).max(0.0) * WIDENING
}

/// How far noise may move the wall of a tube inwards: never so far that it closes between points of the lattice.
pub(crate) fn most_roughness_m(radius_m: f32) -> f32 {
    /// Half the diagonal of a cell is 2.83 m; the rest is room for a flat floor.
    const OPEN_M: f32 = 3.4;
    (radius_m / 3.0).min((shown_radius_m(radius_m) - OPEN_M).max(0.0))
}

/// A line with a radius at each point, by the share of the line's length up to it.
pub(crate) fn tapered(line: &[LocalPos], radius_m: impl Fn(f32) -> f32) -> Vec<(LocalPos, f32)> {
    let mut length_m = 0.0;
    let lengths: Vec<f32> = std::iter::once(0.0)
        .chain(line.windows(2).map(|ends| {
            length_m += distance(ends[0], ends[1]);
            length_m
        }))
        .collect();
    let share = |length: f32| if length_m > 0.0 { length / length_m } else { 0.0 };
    line.iter()
        .zip(lengths)
        .map(|(point, length)| (*point, radius_m(share(length))))
        .collect()
}

/// The line with points at most [`FINE_M`] apart, as long as they are not too many.
pub(crate) fn fine(line: &[LocalPos]) -> Vec<LocalPos> {
    let mut fine: Vec<LocalPos> = line.iter().take(1).copied().collect();
    for ends in line.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let pieces = (distance(from, to) / FINE_M).clamp(1.0, MAX_PIECES).ceil();
        let mut piece = 1.0;
        while piece <= pieces {
            let mix = |from: f32, to: f32| ops::lerp(from, to, piece / pieces);
            fine.push(LocalPos::new(
                mix(from.x_m, to.x_m),
                mix(from.y_m, to.y_m),
                mix(from.z_m, to.z_m),
            ));
            piece += 1.0;
        }
    }
    fine
}

/// Length of the pieces of a fine line.
const FINE_M: f32 = 4.0;
/// Most pieces that one straight piece is cut into.
const MAX_PIECES: f32 = 24.0;

fn distance(from: LocalPos, to: LocalPos) -> f32 {
    let (x, y, z) = (to.x_m - from.x_m, to.y_m - from.y_m, to.z_m - from.z_m);
    (x * x + y * y + z * z).sqrt()
}

impl Segment {
    fn new((from, radius_m): (LocalPos, f32), (to, end_radius_m): (LocalPos, f32), ratio: f32) -> Self {
        let along = [to.x_m - from.x_m, to.y_m - from.y_m, (to.z_m - from.z_m) / ratio];
        let squared = along.iter().map(|side| side * side).sum::<f32>();
        Self {
            start: [from.x_m, from.y_m, from.z_m / ratio],
            along,
            per_length_squared: if squared > 0.0 { 1.0 / squared } else { 0.0 },
            radius_m,
            radius_rise_m: end_radius_m - radius_m,
        }
    }

    fn extent(&self) -> Box2 {
        let ([x, y, _], [dx, dy, _]) = (self.start, self.along);
        Box2::around(&[LocalPos::new(x, y, 0.0), LocalPos::new(x + dx, y + dy, 0.0)])
    }
}
