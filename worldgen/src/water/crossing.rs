//! Rivers that come back to their own bed.
//!
//! A river cannot run through its own upper course, which stands higher: the banks that hold that in would close its
//! channel. So it ends before, and goes on by itself from there.
//!
//! *Not* responsible for: water of other markers, which is found on the ground (see [`super::levels`]).

use std::collections::BTreeMap;

use super::course::Station;
use crate::ops;

/// Edge of the cells in which places are looked up, in metres.
const CELL_M: f32 = 8.0;

/// The first of some places a metre apart at which the river's own higher water lies within `open_m` of the middle
/// line; `half_width_m` gives that of the water at each place.
pub(super) fn of_own_bed(
    places: &[Station],
    levels: &[i32],
    half_width_m: impl Fn(usize) -> f32,
    open_m: f32,
) -> Option<usize> {
    let widest_m = (0..levels.len()).map(&half_width_m).fold(0.0, ops::max);
    let cell = |place: Station, by_m: f32| {
        let along = |metres: f32| ops::floor_i32((metres + by_m) / CELL_M);
        (along(place.x), along(place.y))
    };
    let mut passed: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for (at, (place, level)) in places.iter().zip(levels).enumerate() {
        let reach_m = widest_m + open_m;
        let (low, high) = (cell(*place, -reach_m), cell(*place, reach_m));
        let is_crossed = |before: &usize| {
            let (there, near_m) = (places[*before], half_width_m(*before) + open_m);
            let (dx, dy) = (there.x - place.x, there.y - place.y);
            // The bed just upstream is near, too, and is no other bed.
            let is_other = (at - before) as f32 > 3.0 * near_m;
            is_other && levels[*before] > *level && dx * dx + dy * dy < near_m * near_m
        };
        let mut rows = (low.0..=high.0).map(|x| passed.range((x, low.1)..=(x, high.1)));
        if rows.any(|mut cells| cells.any(|(_, places)| places.iter().any(is_crossed))) {
            return Some(at);
        }
        passed.entry(cell(*place, 0.0)).or_default().push(at);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(x: f32, y: f32) -> Station {
        Station { x, y, drawn_m: 0.0 }
    }

    /// East along y = 0, around, and back to x = 30 from the south.
    fn hook() -> Vec<Station> {
        let east = (0..60_u16).map(|at| place(f32::from(at), 0.0));
        let south = (0..40_u16).map(|at| place(60.0, -f32::from(at)));
        let west = (0..30_u16).map(|at| place(60.0 - f32::from(at), -40.0));
        let north = (0..60_u16).map(|at| place(30.0, f32::from(at) - 40.0));
        east.chain(south).chain(west).chain(north).collect()
    }

    #[test]
    fn a_river_ends_where_it_would_run_through_its_own_higher_water() {
        let places = hook();
        let falling: Vec<i32> = (0..190).map(|at| 20 - at / 10).collect();
        let crossing = of_own_bed(&places, &falling, |_| 2.0, 2.5);
        assert_eq!(crossing, Some(166), "4 m south of its bed");
        assert_eq!(of_own_bed(&places, &[3; 190], |_| 2.0, 2.5), None, "level water");
        assert_eq!(of_own_bed(&places[..160], &falling[..160], |_| 2.0, 2.5), None);
    }
}
