//! Bridges: planks over the water that a way crosses from bank to bank, on posts.

use std::sync::Arc;

use shared::coords::{LocalPos, VoxelPos};

use crate::ground::GroundColumn;
use crate::material::Material;
use crate::ops::{self, STEPS_PER_VOXEL};
use crate::structure::{Over, Structure};
use crate::surface::HEADROOM;

/// Longest and widest bridge, in metres: longer crossings are left open.
const MAX_SPAN_M: i32 = 320;
/// Most voxels of a bridge's box.
const MAX_VOXELS: i64 = 4 << 20;
/// Samples of the way from one pair of posts to the next.
const POSTS_EVERY: usize = 6;
/// How far the planks go on over the bank, in samples of the way.
const LANDING: usize = 2;

/// One bridge for each stretch of the line that lies over water, with a bank at both ends.
pub(super) fn spans(line: &[LocalPos], columns: &[GroundColumn], half_width_m: f32) -> Vec<Arc<Structure>> {
    let mut spans = Vec::new();
    let is_wet = |at: usize| columns.get(at).is_some_and(|column| column.is_wet());
    let mut at = 0;
    while at < line.len() {
        if !is_wet(at) {
            at += 1;
            continue;
        }
        let from = at;
        while at < line.len() && is_wet(at) {
            at += 1;
        }
        // Where a way ends in the water there is nothing to cross to.
        if from == 0 || at == line.len() {
            continue;
        }
        let (from, to) = (from.saturating_sub(LANDING), (at + LANDING).min(line.len()));
        let beds = columns.get(from..to).unwrap_or_default();
        spans.extend(span(&line[from..to], beds, half_width_m).map(Arc::new));
    }
    spans
}

fn span(line: &[LocalPos], beds: &[GroundColumn], half_width_m: f32) -> Option<Structure> {
    let beside = ops::floor_i32(half_width_m) + 2;
    let lowest = beds.iter().map(|bed| ops::top_voxel(bed.height)).min()?;
    let fold = |pick: fn(VoxelPos) -> i32| {
        let all = || line.iter().map(|point| pick(deck_voxel(*point)));
        Some((all().min()?, all().max()?))
    };
    let ((west, east), (south, north), (_, highest)) = (fold(|at| at.x)?, fold(|at| at.y)?, fold(|at| at.z)?);
    let min = VoxelPos::new(west - beside, south - beside, lowest);
    let size = [
        east - west + 2 * beside + 1,
        north - south + 2 * beside + 1,
        highest - lowest + 1 + HEADROOM,
    ];
    let voxels: i64 = size.iter().map(|edge| i64::from(*edge)).product();
    if size.iter().any(|edge| *edge > MAX_SPAN_M) || voxels > MAX_VOXELS {
        return None;
    }
    let mut bridge = Structure::new(min, size, Over::Openings);
    for y in min.y..min.y + size[1] {
        for x in min.x..min.x + size[0] {
            let middle = (x as f32 + 0.5, y as f32 + 0.5);
            if let Some(level_m) = deck_level(line, middle, half_width_m) {
                let z = deck_voxel(LocalPos::new(middle.0, middle.1, level_m)).z;
                bridge.put(VoxelPos::new(x, y, z), Material::Planks);
                for over in z + 1..=z + HEADROOM {
                    bridge.keep_free(VoxelPos::new(x, y, over));
                }
            }
        }
    }
    for (at, (point, bed)) in line.iter().zip(beds).enumerate() {
        let next = line
            .get(at + 1)
            .or_else(|| at.checked_sub(1).and_then(|at| line.get(at)));
        let is_due = at % POSTS_EVERY == 0 || at + 1 == line.len();
        if let (true, Some(next)) = (is_due, next) {
            posts(
                &mut bridge,
                *point,
                *next,
                ops::top_voxel(bed.height),
                half_width_m,
            );
        }
    }
    Some(bridge)
}

/// A post on either side, from the bed to a voxel above the planks.
fn posts(bridge: &mut Structure, point: LocalPos, next: LocalPos, bed: i32, half_width_m: f32) {
    let (dx, dy) = (next.x_m - point.x_m, next.y_m - point.y_m);
    let length = ops::max((dx * dx + dy * dy).sqrt(), 1e-6);
    for side in [-1.0, 1.0] {
        let aside_m = side * (half_width_m + 0.5) / length;
        let top = deck_voxel(LocalPos::new(
            point.x_m - dy * aside_m,
            point.y_m + dx * aside_m,
            point.z_m,
        ));
        for z in bed..=top.z + 1 {
            bridge.put(VoxelPos::new(top.x, top.y, z), Material::Wood);
        }
    }
}

/// The voxel of the planks under a way at this height.
fn deck_voxel(point: LocalPos) -> VoxelPos {
    let voxel = point.voxel();
    VoxelPos::new(
        voxel.x,
        voxel.y,
        ops::top_voxel(ops::floor_i32(point.z_m * STEPS_PER_VOXEL as f32)),
    )
}

/// Height of the way at a place on it; `None` beside it.
fn deck_level(line: &[LocalPos], (x, y): (f32, f32), half_width_m: f32) -> Option<f32> {
    let mut nearest = (half_width_m * half_width_m, None);
    for ends in line.windows(2) {
        let (a, b) = (ends[0], ends[1]);
        let (dx, dy) = (b.x_m - a.x_m, b.y_m - a.y_m);
        let squared = ops::max(dx * dx + dy * dy, 1e-9);
        let along = ((x - a.x_m) * dx + (y - a.y_m) * dy) / squared;
        // A little beyond both ends, so that bends have no gap; the ends of the bridge stay square.
        if !(-0.3..=1.3).contains(&along) {
            continue;
        }
        let along = ops::clamp(along, 0.0, 1.0);
        let (ex, ey) = (x - a.x_m - dx * along, y - a.y_m - dy * along);
        let away = ex * ex + ey * ey;
        if away <= nearest.0 {
            nearest = (away, Some(ops::lerp(a.z_m, b.z_m, along)));
        }
    }
    nearest.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk;

    /// The bridges of a straight way, 2 m from sample to sample, over columns that are wet (`~`) or dry.
    fn over(profile: &str) -> Vec<Arc<Structure>> {
        let line: Vec<_> = (0..profile.len())
            .map(|at| LocalPos::new(at as f32 * 2.0, 0.5, 2.0))
            .collect();
        let columns: Vec<_> = profile
            .chars()
            .map(|sign| GroundColumn {
                height: if sign == '~' { -512 } else { 256 },
                water: 0,
                coast: 0,
                hold: 0,
                fall: 0,
                paved: 0,
            })
            .collect();
        spans(&line, &columns, 1.5)
    }

    #[test]
    fn bridges_lead_from_bank_to_bank() {
        assert_eq!(over("__~~~__").len(), 1);
        assert_eq!(over("__~~__~__").len(), 2);
        for without in ["~~__", "__~~", "~", "~~~~", "~__~"] {
            assert!(over(without).is_empty(), "{without}");
        }
    }

    #[test]
    fn both_ends_of_a_bridge_stand_on_posts() {
        for profile in ["_~_", "_~~_", "_~~~_", "_~~~~_", "_~~~~~_"] {
            let last = 2 * ops::lane_i32(profile.len() - 1);
            for bridge in over(profile) {
                let mut numbers = chunk::filled(Material::Air.number());
                bridge.build(VoxelPos::new(0, 0, 0), |_| -2, &mut numbers);
                let has_post = |x: i32| {
                    (0..5)
                        .any(|y| numbers[VoxelPos::new(x, y, 2).index_in_chunk()] == Material::Wood.number())
                };
                assert!(has_post(0) && has_post(last), "{profile}");
            }
        }
    }
}
