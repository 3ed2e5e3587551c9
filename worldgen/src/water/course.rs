//! The middle line of a river as places one metre apart.
//!
//! *Not* responsible for: how high the water stands there (see [`crate::water::levels`]).

use shared::coords::{ColumnPos, LocalPos};

use crate::marker::Warp;
use crate::ops::{self, LANES};

/// Most places along a river: the diagonal of the largest island and half as much again. What is drawn beyond
/// is left out.
pub(crate) const MAX_STATIONS: usize = 8192;

/// Metres from either end of a river over which it leaves the drawn line for its meanders.
const TAPER_M: f32 = 24.0;

/// One place on the middle line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Station {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Height of the drawn line here.
    pub(crate) drawn_m: f32,
}

impl Station {
    /// The place with the height of the drawn line.
    pub(crate) fn position(self) -> LocalPos {
        LocalPos::new(self.x, self.y, self.drawn_m)
    }

    /// The column that holds it, moved sideways: by `offset_m` along the unit vector (x, y).
    pub(crate) fn column(self, [x, y]: [f32; 2], offset_m: f32) -> ColumnPos {
        LocalPos::new(self.x + x * offset_m, self.y + y * offset_m, 0.0)
            .voxel()
            .column()
    }
}

/// Places one metre apart along a line, and its end.
pub(crate) fn stations(line: &[LocalPos]) -> Vec<Station> {
    let mut stations = Vec::new();
    // How far into the next piece the next place lies.
    let mut ahead_m = 0.0;
    for ends in line.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let (dx, dy, dz) = (to.x_m - from.x_m, to.y_m - from.y_m, to.z_m - from.z_m);
        let length_m = (dx * dx + dy * dy).sqrt();
        while ahead_m < length_m && stations.len() < MAX_STATIONS {
            let share = ahead_m / length_m;
            stations.push(Station {
                x: from.x_m + dx * share,
                y: from.y_m + dy * share,
                drawn_m: from.z_m + dz * share,
            });
            ahead_m += 1.0;
        }
        ahead_m -= length_m;
    }
    // The end counts even where it is less than a metre from the place before: it may lie in the water.
    if let Some(end) = line.last().filter(|_| stations.len() < MAX_STATIONS) {
        stations.push(Station {
            x: end.x_m,
            y: end.y_m,
            drawn_m: end.z_m,
        });
    }
    stations
}

/// Bends a line by noise that is rooted at its first place; the ends stay.
pub(crate) fn meander(stations: &mut [Station], warp: &Warp) {
    let Some(root) = stations.first().copied() else {
        return;
    };
    let count = stations.len();
    for (at, run) in stations.chunks_mut(LANES).enumerate() {
        let last = run.len() - 1;
        let x = std::array::from_fn(|lane| run[lane.min(last)].x - root.x);
        let y = std::array::from_fn(|lane| run[lane.min(last)].y - root.y);
        let (east, north) = (warp.east.sample(&x, &y), warp.north.sample(&x, &y));
        for (lane, station) in run.iter_mut().enumerate() {
            let index = at * LANES + lane;
            let from_end_m = index.min(count - 1 - index) as f32;
            let share =
                warp.strength_m * std::f32::consts::FRAC_1_SQRT_2 * ops::smoothstep(from_end_m / TAPER_M);
            station.x += east[lane] * share;
            station.y += north[lane] * share;
        }
    }
}

/// The unit vector to the left of the line at each place, from the places three metres before and after.
pub(crate) fn sideways(stations: &[Station]) -> Vec<[f32; 2]> {
    const SPAN: usize = 3;
    let last = stations.len().saturating_sub(1);
    (0..stations.len())
        .map(|at| {
            let (from, to) = (stations[at.saturating_sub(SPAN)], stations[(at + SPAN).min(last)]);
            let (dx, dy) = (to.x - from.x, to.y - from.y);
            let length = (dx * dx + dy * dy).sqrt();
            if length > 0.0 {
                [-dy / length, dx / length]
            } else {
                [0.0, 1.0]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_a_metre_apart_and_rise_with_the_line() {
        let line = [
            LocalPos::new(0.0, 0.0, 10.0),
            LocalPos::new(6.5, 0.0, 3.5),
            LocalPos::new(6.5, 0.0, 3.5),
            LocalPos::new(6.5, 4.5, 3.5),
        ];
        let stations = stations(&line);
        assert_eq!(stations.len(), 12);
        assert_eq!((stations[6].x, stations[6].drawn_m), (6.0, 4.0));
        assert_eq!((stations[7].x, stations[7].y), (6.5, 0.5));
        assert_eq!(sideways(&stations)[2], [0.0, 1.0]);
    }

    #[test]
    fn endless_and_empty_lines_are_bounded() {
        let far = [
            LocalPos::new(-1e6, 0.0, 0.0),
            LocalPos::new(1e6, 3.0, 0.0),
            LocalPos::new(-1e6, 6.0, 0.0),
        ];
        assert_eq!(stations(&far).len(), MAX_STATIONS);
        assert_eq!(stations(&[LocalPos::default(); 3]).len(), 1);
        assert!(stations(&[]).is_empty());
    }
}
