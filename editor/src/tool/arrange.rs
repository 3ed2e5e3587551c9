//! Arranging a selection: align, distribute, drop to the ground.
//!
//! *Not* responsible for: which records are selected, applying the result.

use shared::geometry::Box2;
use shared::island::Record;

/// The side, or middle, that records are brought to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// Western edges in line.
    West,
    /// Eastern edges in line.
    East,
    /// Southern edges in line.
    South,
    /// Northern edges in line.
    North,
    /// Middles in line from south to north.
    MiddleX,
    /// Middles in line from west to east.
    MiddleY,
}

/// A direction of the ground plane.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Along {
    /// From west to east.
    X,
    /// From south to north.
    Y,
}

/// The box around a record's points.
fn extent(record: &Record) -> Option<Box2> {
    match record {
        Record::Marker(marker) => Some(Box2::around(marker.geometry.points())),
        other => other.anchor().map(|at| Box2::around(&[at])),
    }
}

/// Records with their sides in line with the outermost one, or their middles with that of the whole.
pub fn align(records: &[Record], side: Side) -> Vec<Record> {
    let whole = records.iter().filter_map(extent).fold(Box2::EMPTY, Box2::union);
    records
        .iter()
        .filter_map(|record| {
            let own = extent(record)?;
            let (dx_m, dy_m) = match side {
                Side::West => (whole.min_x_m - own.min_x_m, 0.0),
                Side::East => (whole.max_x_m - own.max_x_m, 0.0),
                Side::South => (0.0, whole.min_y_m - own.min_y_m),
                Side::North => (0.0, whole.max_y_m - own.max_y_m),
                Side::MiddleX => (middle(whole, Along::X) - middle(own, Along::X), 0.0),
                Side::MiddleY => (0.0, middle(whole, Along::Y) - middle(own, Along::Y)),
            };
            Some(moved(record, dx_m, dy_m))
        })
        .collect()
}

/// Records with equal distances between their middles; the outermost two stay.
pub fn distribute(records: &[Record], along: Along) -> Vec<Record> {
    let mut placed: Vec<(f32, &Record)> = records
        .iter()
        .filter_map(|record| Some((middle(extent(record)?, along), record)))
        .collect();
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (Some((first, _)), Some((last, _))) = (placed.first(), placed.last()) else {
        return Vec::new();
    };
    let (first, gaps) = (*first, placed.len().saturating_sub(1).max(1) as f32);
    let step = (last - first) / gaps;
    placed
        .iter()
        .enumerate()
        .map(|(place, (at, record))| {
            let by = first + step * place as f32 - at;
            match along {
                Along::X => moved(record, by, 0.0),
                Along::Y => moved(record, 0.0, by),
            }
        })
        .collect()
}

/// Markers with every corner as high as the ground there, where `ground_m` knows it.
pub fn drop_to_ground(records: &[Record], ground_m: impl Fn(f32, f32) -> Option<f32>) -> Vec<Record> {
    records
        .iter()
        .filter_map(|record| {
            let mut record = record.clone();
            let Record::Marker(marker) = &mut record else {
                return None;
            };
            for point in marker.geometry.points_mut() {
                if let Some(height_m) = ground_m(point.x_m, point.y_m) {
                    point.z_m = (height_m * 10.0).round() / 10.0;
                }
            }
            Some(record)
        })
        .collect()
}

fn middle(area: Box2, along: Along) -> f32 {
    match along {
        Along::X => f32::midpoint(area.min_x_m, area.max_x_m),
        Along::Y => f32::midpoint(area.min_y_m, area.max_y_m),
    }
}

/// Moved to a tenth of a metre, as hands place things.
fn moved(record: &Record, dx_m: f32, dy_m: f32) -> Record {
    let tidy = |metres: f32| (metres * 10.0).round() / 10.0;
    let mut record = record.clone();
    record.move_by(tidy(dx_m), tidy(dy_m));
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::attribute::Attributes;
    use shared::coords::LocalPos;
    use shared::geometry::Geometry;
    use shared::ids::MarkerId;
    use shared::island::Marker;

    fn records(places: &[&[(f32, f32)]]) -> Vec<Record> {
        let make = |(index, points): (usize, &&[(f32, f32)])| {
            let points = points.iter().map(|(x, y)| LocalPos::new(*x, *y, 1.0));
            Record::Marker(Marker {
                id: MarkerId(format!("m{index}").parse().unwrap()),
                kind: "ridge".into(),
                name: String::new(),
                note: String::new(),
                geometry: Geometry::Path(points.collect()),
                layer: 0,
                priority: 0,
                attributes: Attributes::new(),
            })
        };
        places.iter().enumerate().map(make).collect()
    }

    fn anchors(records: &[Record]) -> Vec<(f32, f32)> {
        let at = |record: &Record| extent(record).map(|own| (own.min_x_m, own.min_y_m)).unwrap();
        records.iter().map(at).collect()
    }

    #[test]
    fn sides_come_in_line() {
        let records = records(&[&[(0.0, 0.0), (10.0, 4.0)], &[(30.0, 20.0), (50.0, 22.0)]]);
        assert_eq!(anchors(&align(&records, Side::West)), [(0.0, 0.0), (0.0, 20.0)]);
        assert_eq!(anchors(&align(&records, Side::East)), [(40.0, 0.0), (30.0, 20.0)]);
        assert_eq!(
            anchors(&align(&records, Side::North)),
            [(0.0, 18.0), (30.0, 20.0)]
        );
        assert_eq!(
            anchors(&align(&records, Side::MiddleX)),
            [(20.0, 0.0), (15.0, 20.0)]
        );
    }

    #[test]
    fn distances_become_equal_and_the_ends_stay() {
        let records = records(&[&[(0.0, 0.0)], &[(90.0, 5.0)], &[(10.0, 9.0)]]);
        let placed = distribute(&records, Along::X);
        assert_eq!(anchors(&placed), [(0.0, 0.0), (45.0, 9.0), (90.0, 5.0)]);
        assert!(distribute(&[], Along::Y).is_empty());
    }

    #[test]
    fn corners_drop_onto_known_ground() {
        let records = records(&[&[(0.0, 0.0), (5.0, 0.0)]]);
        let dropped = drop_to_ground(&records, |x, _| (x > 1.0).then_some(7.26));
        let Record::Marker(marker) = &dropped[0] else {
            panic!("a marker")
        };
        let heights: Vec<f32> = marker.geometry.points().iter().map(|point| point.z_m).collect();
        assert_eq!(heights, [1.0, 7.3]);
    }
}
