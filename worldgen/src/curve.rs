//! Curves through a marker's corners, as short straight pieces.
//!
//! Uniform Catmull-Rom splines (Catmull, Rom 1974): they pass through every corner, and a moved corner
//! bends only the two spans on either side of it.
//!
//! *Not* responsible for: distances to the pieces (see [`crate::shape`]).

use shared::coords::LocalPos;
use shared::geometry::MAX_POINTS;

/// How far a straight piece may lie beside the bend that it stands for: voxels hide less.
const BESIDE_M: f32 = 0.125;
/// Most pieces between two corners.
const MAX_PIECES: usize = 16;

/// How a line turns at its corners.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Corners {
    /// It bends smoothly through them.
    Round,
    /// It runs straight from one to the next.
    Sharp,
}

/// The line through `points`, at least one, from the first to the last.
pub(crate) fn open(points: &[LocalPos], corners: Corners) -> Vec<LocalPos> {
    let last = points.len().saturating_sub(1);
    line(points, last, corners, |at| {
        // Before the first and after the last corner the line would go straight on.
        match usize::try_from(at) {
            Err(_) => mirrored(points[1.min(last)], points[0]),
            Ok(at) if at > last => mirrored(points[last.saturating_sub(1)], points[last]),
            Ok(at) => points[at],
        }
    })
}

/// The closed line through `points`, at least one; the last point repeats the first.
pub(crate) fn closed(points: &[LocalPos], corners: Corners) -> Vec<LocalPos> {
    let count = points.len();
    line(points, count, corners, |at| {
        let signed = at.rem_euclid(isize::try_from(count).unwrap_or(isize::MAX));
        points[usize::try_from(signed).unwrap_or(0)]
    })
}

fn line(
    points: &[LocalPos],
    spans: usize,
    corners: Corners,
    corner: impl Fn(isize) -> LocalPos,
) -> Vec<LocalPos> {
    let budget = (MAX_POINTS / points.len().max(1)).clamp(1, MAX_PIECES);
    let mut line = vec![corner(0)];
    for span in 0..spans {
        let at = isize::try_from(span).unwrap_or(isize::MAX - 3);
        let around = [corner(at - 1), corner(at), corner(at + 1), corner(at + 2)];
        let pieces = match corners {
            Corners::Sharp => 1,
            Corners::Round => piece_count(&around).min(budget),
        };
        for piece in 1..pieces {
            line.push(catmull_rom(&around, piece as f32 / pieces as f32));
        }
        line.push(around[2]);
    }
    line
}

/// Pieces of equal steps of `t` that stay beside the span as closely as [`BESIDE_M`]: a chord over a step h of a
/// curve lies at most h^2 / 8 times the greatest second derivative away, which a cubic has at one of its ends.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a small positive range first"
)]
fn piece_count([a, b, c, d]: &[LocalPos; 4]) -> usize {
    let bend = |a: f32, b: f32, c: f32, d: f32| {
        let (quadratic, cubic) = (2.0 * a - 5.0 * b + 4.0 * c - d, 3.0 * (b - c) + d - a);
        (quadratic, quadratic + 3.0 * cubic)
    };
    let x = bend(a.x_m, b.x_m, c.x_m, d.x_m);
    let y = bend(a.y_m, b.y_m, c.y_m, d.y_m);
    let z = bend(a.z_m, b.z_m, c.z_m, d.z_m);
    let first = x.0 * x.0 + y.0 * y.0 + z.0 * z.0;
    let last = x.1 * x.1 + y.1 * y.1 + z.1 * z.1;
    let most = if first > last { first } else { last }.sqrt();
    (most / (8.0 * BESIDE_M))
        .sqrt()
        .clamp(1.0, MAX_PIECES as f32)
        .ceil() as usize
}

fn mirrored(point: LocalPos, around: LocalPos) -> LocalPos {
    LocalPos::new(
        2.0 * around.x_m - point.x_m,
        2.0 * around.y_m - point.y_m,
        2.0 * around.z_m - point.z_m,
    )
}

/// The point at `t`, 0 to 1, between the second and the third of four corners.
fn catmull_rom([a, b, c, d]: &[LocalPos; 4], t: f32) -> LocalPos {
    let mix = |a: f32, b: f32, c: f32, d: f32| {
        let quadratic = 2.0 * a - 5.0 * b + 4.0 * c - d;
        let cubic = 3.0 * (b - c) + d - a;
        b + 0.5 * t * ((c - a) + t * (quadratic + t * cubic))
    };
    LocalPos::new(
        mix(a.x_m, b.x_m, c.x_m, d.x_m),
        mix(a.y_m, b.y_m, c.y_m, d.y_m),
        mix(a.z_m, b.z_m, c.z_m, d.z_m),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_pass_through_their_corners() {
        let corners: Vec<_> = [(0.0, 0.0), (40.0, 10.0), (50.0, 60.0), (0.0, 80.0)]
            .map(|(x, y)| LocalPos::new(x, y, x))
            .into();
        let path = open(&corners, Corners::Round);
        assert!(corners.iter().all(|corner| path.contains(corner)));
        assert!(path.len() > 9, "{}", path.len());
        let outline = closed(&corners, Corners::Round);
        assert_eq!(outline.first(), outline.last());
        assert!(corners.iter().all(|corner| outline.contains(corner)));
        assert_eq!(closed(&corners, Corners::Sharp).len(), 5);
    }

    #[test]
    fn straight_lines_stay_straight() {
        let path = open(
            &[
                LocalPos::new(0.0, 0.0, 0.0),
                LocalPos::new(50.0, 0.0, 10.0),
                LocalPos::new(100.0, 0.0, 20.0),
            ],
            Corners::Round,
        );
        assert_eq!(path.len(), 3);
    }

    #[test]
    fn pieces_are_bounded() {
        let many: Vec<_> = (0..MAX_POINTS)
            .map(|at| LocalPos::new(at as f32 * 100.0, 0.0, 0.0))
            .collect();
        assert!(open(&many, Corners::Round).len() <= MAX_POINTS);
        assert_eq!(open(&many[..1], Corners::Round).len(), 1);
    }
}
