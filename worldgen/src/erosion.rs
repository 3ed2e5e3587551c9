//! Erosion: running water wears valleys into the ground, and what gets too steep slides.
//!
//! The stream power law in its implicit form after Braun and Willett 2013 ("FastScape"), linear in slope and with
//! the square root of the drained area, over a grid of a quarter of the resolution. Water bites only once enough of
//! it has gathered (Tucker and Bras 1998): without that threshold all slopes wear alike, and no ravine stands out.
//! Water finds its way over hollows by priority flood (Barnes, Lehman, Mulla 2014), whose order is also the order in
//! which the equation is solved; of the ways down it takes the steepest, each weighed by chance of its own, or all
//! ravines would run along the grid (Fairfield and Leymarie 1991). Everything is sequential and counted in whole
//! numbers where order could matter, so the same ground always wears in the same way.
//!
//! *Not* responsible for: where ground may be worn (see `marker/erosion.rs`).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::columns::Columns;
use crate::ground::LATTICE;
use crate::ops::{self, LANES, Row, STEPS_PER_VOXEL};
use crate::seed::mix64;

/// Columns from one point of the grid to the next.
pub(crate) const STEP: i32 = LATTICE;
/// Steepest slope that does not slide: ravines have walls, and the flanks of peaks are no scree.
const TALUS: f32 = 1.8;
/// Share of the excess over the talus that slides to each side per round: up to an eighth is stable.
const SLIDE: f32 = 0.1;
/// Bite of the water per round and root of drained points, at full strength.
const BITE: f32 = 1.0;
/// Root of the drained points from which on water bites: the head of a ravine drains four points.
const RUNNEL: f32 = 2.0;
/// By how much chance makes ways steeper or flatter, and rock softer or harder, as shares.
const STRAYING: f32 = 0.5;
const HARDNESS: f32 = 0.4;
/// Ground is never worn lower than this above the sea, so that coasts stay.
const LOWEST_M: f32 = 0.75;

/// The ground before it is worn, at points [`STEP`] columns apart, x fastest.
pub(crate) struct Terrain {
    /// Points from west to east; at least 1.
    pub(crate) width: usize,
    /// Heights in metres.
    pub(crate) heights: Vec<f32>,
    /// How freely each point wears, 0 to 1; 0 holds it.
    pub(crate) freedom: Vec<f32>,
    /// Chance of each point: how hard its rock is, and which of its ways water likes.
    pub(crate) grain: Vec<u64>,
}

/// How strongly ground is worn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Wear {
    /// Bite of the water, 0 to 1.
    pub(crate) strength: f32,
    /// Rounds, each of which goes on from the one before.
    pub(crate) rounds: usize,
    /// The most that ground is lowered, in metres.
    pub(crate) depth_m: f32,
}

/// Change of height on a grid. Cheap to clone.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Worn {
    /// Column of the first point, west and south.
    pub(crate) first: [i32; 2],
    /// Points from west to east.
    pub(crate) width: usize,
    /// In 1/256 voxel, x fastest.
    pub(crate) change: Arc<Vec<i16>>,
}

/// Wears the ground and returns the change of each point in 1/256 voxel.
pub(crate) fn wear(terrain: &Terrain, wear: &Wear) -> Vec<i16> {
    let mut heights = terrain.heights.clone();
    for _ in 0..wear.rounds {
        let drainage = Drainage::new(terrain, &heights);
        drainage.bite(terrain, wear.strength, &mut heights);
        slide(terrain, &mut heights);
    }
    let points = heights.iter().zip(&terrain.heights);
    points
        .map(|(worn, before)| {
            let change_m = worn - before;
            let depth_m = ops::max(wear.depth_m, 0.01);
            // Ever slower towards the greatest depth, which is never passed.
            let held_m = change_m / (1.0 + ops::abs(change_m) / depth_m);
            ops::to_i16(ops::floor_i32(held_m * STEPS_PER_VOXEL as f32 + 0.5))
        })
        .collect()
}

/// Where the water of each point goes.
struct Drainage {
    /// Points from the outlets upwards: each comes after the one that it drains to.
    order: Vec<usize>,
    /// The point that each drains to; itself for outlets.
    receiver: Vec<usize>,
    /// Distance to it, in metres.
    length_m: Vec<f32>,
    /// Points that drain through each, itself included.
    area: Vec<u32>,
}

impl Drainage {
    fn new(terrain: &Terrain, heights: &[f32]) -> Self {
        const DRY: u32 = u32::MAX;
        let count = heights.len();
        let mut drainage = Self {
            order: Vec::with_capacity(count),
            receiver: (0..count).collect(),
            length_m: vec![1.0; count],
            area: vec![1; count],
        };
        let mut rank = vec![DRY; count];
        // A point is reached first over its lowest pass, so that later ways to it need not be looked at.
        let mut reached = vec![false; count];
        let mut queue: BinaryHeap<Reverse<(i32, usize, usize)>> = BinaryHeap::new();
        for (point, height) in heights.iter().enumerate() {
            if terrain.is_outlet(point, *height) {
                queue.push(Reverse((ops::quantise(*height), point, point)));
                reached[point] = true;
            }
        }
        while let Some(Reverse((level, point, parent))) = queue.pop() {
            rank[point] = u32::try_from(drainage.order.len()).unwrap_or(DRY - 1);
            drainage.order.push(point);
            let (mut receiver, mut length_m, mut best) = (parent, 1.0, 0.0);
            for (way, next, away_m) in terrain.around(point) {
                if !reached[next] {
                    reached[next] = true;
                    queue.push(Reverse((ops::quantise(heights[next]).max(level), next, point)));
                }
                if rank[next] == DRY {
                    continue;
                }
                let slope = (heights[point] - heights[next]) / away_m * terrain.liking(point, way);
                if parent != point && (slope > best || (next == parent && best == 0.0)) {
                    (receiver, length_m) = (next, away_m);
                    best = ops::max(slope, best);
                }
            }
            drainage.receiver[point] = receiver;
            drainage.length_m[point] = length_m;
        }
        for point in drainage.order.iter().rev() {
            let receiver = drainage.receiver[*point];
            if receiver != *point {
                drainage.area[receiver] += drainage.area[*point];
            }
        }
        drainage
    }

    /// One implicit step of the stream power law.
    fn bite(&self, terrain: &Terrain, strength: f32, heights: &mut [f32]) {
        for &point in &self.order {
            let below = heights[self.receiver[point]];
            let here = heights[point];
            if below >= here {
                continue;
            }
            let flow = ops::max((self.area[point] as f32).sqrt() - RUNNEL, 0.0) * STEP as f32;
            let soft = strength * BITE * terrain.freedom[point] * terrain.softness(point);
            let factor = soft * flow / self.length_m[point];
            let worn = (here + factor * below) / (1.0 + factor);
            heights[point] = ops::max(worn, ops::min(here, LOWEST_M));
        }
    }
}

/// Lets ground that is steeper than its talus slide down, once.
fn slide(terrain: &Terrain, heights: &mut [f32]) {
    let before = heights.to_vec();
    for (point, height) in heights.iter_mut().enumerate() {
        if terrain.freedom[point] <= 0.0 {
            continue;
        }
        let here = before[point];
        let moved: f32 = terrain
            .around(point)
            .map(|(_, next, away_m)| {
                let excess = before[next] - here;
                let limit = TALUS * away_m;
                ops::max(excess - limit, 0.0) - ops::max(-excess - limit, 0.0)
            })
            .sum();
        let slid = here + moved * SLIDE * terrain.freedom[point];
        *height = ops::max(slid, ops::min(here, LOWEST_M));
    }
}

impl Terrain {
    fn depth(&self) -> usize {
        self.heights.len() / self.width.max(1)
    }

    /// Where water leaves: at the sides, and into the sea.
    fn is_outlet(&self, point: usize, height: f32) -> bool {
        let (x, y) = (point % self.width, point / self.width);
        let is_side = x == 0 || y == 0 || x + 1 == self.width || y + 1 == self.depth();
        is_side || height <= 0.0
    }

    /// A factor near 1 by which water likes one of the ways out of a point.
    #[inline(always)]
    fn liking(&self, point: usize, way: usize) -> f32 {
        // Of nine ways the middle one is none, so that each of eight has a byte.
        let byte = self.grain[point] >> (8 * (way - way / 5)) & 0xff;
        1.0 + STRAYING * (byte as f32 / 127.5 - 1.0)
    }

    /// A factor near 1 by which the rock of a point wears.
    #[inline(always)]
    fn softness(&self, point: usize) -> f32 {
        let byte = mix64(self.grain[point]) & 0xff;
        1.0 + HARDNESS * (byte as f32 / 127.5 - 1.0)
    }

    /// The up to eight points around one: by which way, which, and their distance in metres.
    #[inline(always)]
    fn around(&self, point: usize) -> impl Iterator<Item = (usize, usize, f32)> {
        let (width, depth) = (self.width, self.depth());
        let (x, y) = (point % width, point / width);
        (0..9_usize).filter(|way| *way != 4).filter_map(move |way| {
            let (dx, dy) = (way % 3, way / 3);
            let (x, y) = ((x + dx).checked_sub(1)?, (y + dy).checked_sub(1)?);
            let straight = dx == 1 || dy == 1;
            let length_m = if straight { 1.0 } else { std::f32::consts::SQRT_2 } * STEP as f32;
            (x < width && y < depth).then_some((way, y * width + x, length_m))
        })
    }
}

impl Worn {
    /// All of it: the first column, the width, and the changes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let Self {
            first: [x, y],
            width,
            change,
        } = self;
        let head = [*x, *y, i32::try_from(*width).unwrap_or(i32::MAX)];
        let head = head.into_iter().flat_map(i32::to_le_bytes);
        let changes = change.iter().flat_map(|change| change.to_le_bytes());
        head.chain(changes).collect()
    }

    /// `None` for bytes that are none of [`Self::to_bytes`].
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (head, changes) = bytes.split_at_checked(12)?;
        let mut head = head.as_chunks::<4>().0.iter().copied().map(i32::from_le_bytes);
        let (changes, []) = changes.as_chunks::<2>() else {
            return None;
        };
        Some(Self {
            first: [head.next()?, head.next()?],
            width: usize::try_from(head.next()?).ok()?,
            change: Arc::new(changes.iter().copied().map(i16::from_le_bytes).collect()),
        })
    }

    /// Change at a point of the grid in metres; 0 outside of it.
    #[inline(always)]
    fn at(&self, x: i32, y: i32) -> f32 {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return 0.0;
        };
        let change = if x < self.width {
            self.change.get(y * self.width + x)
        } else {
            None
        };
        change.map_or(0.0, |change| f32::from(*change) / STEPS_PER_VOXEL as f32)
    }

    /// Lowers 32 columns: a quadratic B-spline through the grid, which has no creases.
    #[inline(always)]
    pub(crate) fn apply(&self, columns: &mut Columns) {
        let (x, y): (Row, Row) = (columns.x, columns.y);
        for lane in 0..LANES {
            let (cell_x, weights_x) = spline(x[lane], self.first[0]);
            let (cell_y, weights_y) = spline(y[lane], self.first[1]);
            let mut change_m = 0.0;
            for (dy, weight_y) in (-1..=1).zip(weights_y) {
                for (dx, weight_x) in (-1..=1).zip(weights_x) {
                    change_m += self.at(cell_x + dx, cell_y + dy) * weight_x * weight_y;
                }
            }
            // Chosen, not added: -0 + 0 would change a bit.
            let height = columns.height[lane];
            let worn = ops::max(height + change_m, LOWEST_M);
            // Between points of the grid the ground may be lower than at them: land stays land, sea stays sea.
            columns.height[lane] = if change_m == 0.0 || height <= LOWEST_M {
                height
            } else {
                worn
            };
        }
    }
}

/// The nearest point of the grid along one axis, and the weights of it and of its neighbours.
#[inline(always)]
fn spline(coordinate: f32, first: i32) -> (i32, [f32; 3]) {
    // Points lie in the middles of columns.
    let place = (coordinate - 0.5 - first as f32) / STEP as f32;
    let nearest = ops::floor(place + 0.5);
    let t = place - nearest;
    let (low, high) = (0.5 - t, 0.5 + t);
    (
        ops::floor_i32(nearest),
        [0.5 * low * low, 0.75 - t * t, 0.5 * high * high],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEAR: Wear = Wear {
        strength: 0.6,
        rounds: 8,
        depth_m: 12.0,
    };

    /// A lumpy slope of 48 x 48 points, from 60 m down to the sea.
    fn slope() -> Terrain {
        let width = 48;
        let heights = (0..width * width).map(|point| {
            let (x, y) = (point % width, point / width);
            let lump = (x * 7 + y * 13) % 11;
            (60 - y) as f32 * 1.1 + lump as f32 * 0.4 - 14.0
        });
        let inside = |point: usize| {
            let (x, y) = (point % width, point / width);
            x > 2 && y > 2 && x < width - 3 && y < width - 3
        };
        Terrain {
            width,
            heights: heights.collect(),
            freedom: (0..width * width)
                .map(|point| f32::from(u8::from(inside(point))))
                .collect(),
            grain: (0..width as u64 * width as u64).map(mix64).collect(),
        }
    }

    #[test]
    fn water_wears_valleys_and_held_ground_stays() {
        let mut terrain = slope();
        let crest = 20 * 48 + 20;
        terrain.freedom[crest] = 0.0;
        let change = wear(&terrain, &WEAR);
        for (change, freedom) in change.iter().zip(&terrain.freedom) {
            assert!(*freedom > 0.0 || *change == 0);
            assert!(*change >= -12 * 256);
        }
        let lowered = change.iter().filter(|change| **change < -256).count();
        assert!(lowered > 400, "{lowered} points are worn by more than a metre");
        assert!(
            change.iter().any(|change| (-200..0).contains(change)),
            "crests stay between the valleys"
        );
        let mut sorted = change.clone();
        sorted.sort_unstable();
        let (ravine, usual) = (sorted[sorted.len() / 20], sorted[sorted.len() / 2]);
        assert!(ravine <= 2 * usual, "ravines of {ravine} where {usual} is usual");
    }

    #[test]
    fn worn_ground_drains() {
        let mut terrain = slope();
        for point in [10 * 48 + 9, 20 * 48 + 31, 35 * 48 + 20] {
            terrain.heights[point] -= 2.0;
        }
        let change = wear(&terrain, &WEAR);
        let worn: Vec<f32> = terrain
            .heights
            .iter()
            .zip(&change)
            .map(|(height, change)| height + f32::from(*change) / 256.0)
            .collect();
        let hollows = |heights: &[f32]| {
            (0..heights.len())
                .filter(|point| terrain.freedom[*point] > 0.0)
                .filter(|point| {
                    terrain
                        .around(*point)
                        .all(|(_, next, _)| heights[next] >= heights[*point])
                })
                .count()
        };
        assert!(hollows(&worn) < hollows(&terrain.heights), "{}", hollows(&worn));
    }

    #[test]
    fn bytes_give_the_grid_back_or_nothing() {
        let worn = Worn {
            first: [-8, 12],
            width: 3,
            change: Arc::new(vec![-512, 0, 7, i16::MIN, i16::MAX, -1]),
        };
        let bytes = worn.to_bytes();
        assert_eq!(Worn::from_bytes(&bytes), Some(worn));
        for cut in [0, 11, bytes.len() - 1] {
            assert_eq!(Worn::from_bytes(&bytes[..cut]), None);
        }
    }

    #[test]
    fn outside_its_grid_nothing_changes() {
        let worn = Worn {
            first: [0, 0],
            width: 3,
            change: Arc::new(vec![-512; 9]),
        };
        let mut columns = Columns::at(
            &std::array::from_fn(|lane| lane as f32 * 4.0 + 0.5),
            &[4.5; LANES],
        );
        columns.height = [10.0; LANES];
        worn.apply(&mut columns);
        assert_eq!(&columns.height[..2], &[8.25, 8.0]);
        assert_eq!(columns.height[5..], [10.0; LANES - 5]);
    }
}
