//! A heightmap as the ground.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::Arc;

use shared::stamp::{Heightmap, Stamp, StampContent};

use super::super::Site;
use super::super::parameter::Parameters;
use super::Turn;
use crate::columns::Columns;
use crate::ops::{self, LANES};

/// A heightmap at a place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Heights {
    file: Arc<Stamp>,
    turn: Turn,
    half_width_m: f32,
    half_depth_m: f32,
    samples_per_m: f32,
    metres_per_step: f32,
    blend: Blend,
    feather_m: f32,
}

/// See the attribute's doc.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Blend {
    Max,
    Min,
    Add,
    Replace,
}

impl Heights {
    pub(super) fn new(parameters: &Parameters<'_>, file: Arc<Stamp>) -> Self {
        let (columns, rows) = match file.content() {
            StampContent::Heightmap(map) => (map.width as f32, map.depth as f32),
            StampContent::Model(_) => (1.0, 1.0),
        };
        let width_m = parameters.number("width");
        Self {
            turn: Turn::new(parameters),
            half_width_m: 0.5 * width_m,
            // A map may be much longer than wide; it is not laid out beyond the largest island.
            half_depth_m: ops::min(0.5 * width_m * rows / columns, 2048.0),
            samples_per_m: columns / width_m,
            metres_per_step: parameters.number("height") / f32::from(u16::MAX),
            blend: match parameters.choice("blend").as_str() {
                "min" => Blend::Min,
                "add" => Blend::Add,
                "replace" => Blend::Replace,
                _ => Blend::Max,
            },
            feather_m: ops::max(parameters.number("feather"), 0.5),
            file,
        }
    }

    pub(super) fn reach_m(&self) -> f32 {
        (self.half_width_m * self.half_width_m + self.half_depth_m * self.half_depth_m).sqrt()
    }

    #[inline(always)]
    pub(super) fn apply(&self, site: &Site, columns: &mut Columns) {
        let StampContent::Heightmap(map) = self.file.content() else {
            return;
        };
        for lane in 0..LANES {
            let (x, y) = self.turn.undone((site.local_x[lane], site.local_y[lane]));
            let inside = ops::min(self.half_width_m - ops::abs(x), self.half_depth_m - ops::abs(y));
            let weight = ops::smoothstep(inside / self.feather_m);
            if weight <= 0.0 {
                continue;
            }
            let column = (x + self.half_width_m) * self.samples_per_m - 0.5;
            // Rows of a picture run from the north.
            let row = (self.half_depth_m - y) * self.samples_per_m - 0.5;
            let rise_m = sample(map, column, row) * self.metres_per_step;
            let (ground, stamped) = (columns.height[lane], site.level[lane] + rise_m);
            let (target, share) = match self.blend {
                Blend::Max => (
                    ops::max(ground, stamped),
                    ops::clamp(0.5 * (stamped - ground), 0.0, 1.0),
                ),
                Blend::Min => (
                    ops::min(ground, stamped),
                    ops::clamp(0.5 * (ground - stamped), 0.0, 1.0),
                ),
                Blend::Add => (ground + rise_m, 0.0),
                Blend::Replace => (stamped, 1.0),
            };
            columns.height[lane] = ops::lerp(ground, target, weight);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], 0.0, weight * share);
        }
    }
}

/// The map between its samples, bilinear, held at its edges; 0 to 65535.
#[inline(always)]
fn sample(map: &Heightmap, column: f32, row: f32) -> f32 {
    let (last_column, last_row) = (map.width.saturating_sub(1), map.depth.saturating_sub(1));
    let column = ops::clamp(column, 0.0, last_column as f32);
    let row = ops::clamp(row, 0.0, last_row as f32);
    let (left, upper) = (ops::floor(column), ops::floor(row));
    let at = |column: f32, row: f32| {
        let index = |value: f32| usize::try_from(ops::floor_i32(value)).unwrap_or(0);
        let (x, y) = (index(column).min(last_column), index(row).min(last_row));
        f32::from(map.samples.get(y * map.width + x).copied().unwrap_or(0))
    };
    let (right, lower) = (left + 1.0, upper + 1.0);
    let along = column - left;
    let north = ops::lerp(at(left, upper), at(right, upper), along);
    let south = ops::lerp(at(left, lower), at(right, lower), along);
    ops::lerp(north, south, row - upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_between_its_samples_and_held_at_its_edges() {
        let map = Heightmap {
            width: 2,
            depth: 2,
            samples: vec![0, 100, 200, 300],
        };
        assert_eq!(sample(&map, 0.0, 0.0), 0.0);
        assert_eq!(sample(&map, 0.5, 0.0), 50.0);
        assert_eq!(sample(&map, 0.5, 0.5), 150.0);
        assert_eq!(sample(&map, 9.0, -3.0), 100.0);
    }
}
