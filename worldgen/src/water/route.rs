//! How a river whose end was left open finds its way to water.
//!
//! Priority flood (Barnes, Lehman, Mulla 2014) on a grid, from the water up: each cell is reached over the lowest
//! pass there is, so following it back leads down to the water, and through the lowest point of a rim where the
//! ground has a hollow. Off the rims the steepest way down is taken. All in whole numbers; ties go by index.
//!
//! *Not* responsible for: carving (see [`crate::water::channel`]).

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use shared::coords::{ColumnPos, LocalPos};

use crate::ground::{Ground, LATTICE};
use crate::noise;
use crate::ops::{self, LANES, STEPS_PER_VOXEL};

/// Edge of a cell of the grid, in columns.
const CELL: i32 = LATTICE;
/// The highest rim that a river cuts through, in 1/256 voxel above its start.
const MAX_BREACH: i32 = 16 * 256;
/// How far below the level of water a way to it may lead, in 1/256 voxel.
const MOST_DROWNED: i32 = 2 * 256;
/// A rim that is cut through without looking for a better way, in 1/256 voxel.
const EASY_BREACH: i32 = 4 * 256;
/// How far water is looked for at first, in metres.
const NEAR_M: i32 = 64;
/// Strength of the irregularities that keep ways over even ground from running straight, in 1/256 voxel.
const UNEVEN: f32 = 320.0;
/// Their width, in cells.
const UNEVEN_CELLS: f32 = 7.0;
/// Every third cell of the way becomes a corner of the line, which bends smoothly between them.
const CORNER_EVERY: usize = 3;

/// A way down, as far as it was looked for.
struct Way {
    /// How far the lowest rim on the way rises above the start, in 1/256 voxel.
    breach: i32,
    corners: Vec<LocalPos>,
}

/// What a river's end looks for: water that is no higher than where the river stands.
#[derive(Clone, Copy)]
pub(crate) struct Search<'a> {
    /// The column where the river ends so far.
    pub(crate) from: ColumnPos,
    /// Level of its water there, in whole metres.
    pub(crate) level: i32,
    /// How far it looks, in metres.
    pub(crate) reach_m: i32,
    /// Its own bed and by how many metres the way keeps clear of it, wherever that is nearer than the end.
    pub(crate) clear_of: (&'a [LocalPos], i32),
}

/// Corners of the way to water, the river's end first. `None` when none can be reached.
pub(crate) fn to_water(ground: &Ground<'_>, search: &Search<'_>) -> Option<Vec<LocalPos>> {
    let search_m = search.reach_m;
    let mut best: Option<Way> = None;
    // Nearby water first: a short way is cheap to find, and the one that a designer expects. Only where it
    // would have to be dug, water further away may do better.
    let mut reach_m = NEAR_M.min(search_m);
    loop {
        let way = Grid::around(ground, search, reach_m).way_down(search.from, search.level);
        let is_better = |way: &Way| best.as_ref().is_none_or(|best| way.breach < best.breach);
        if let Some(way) = way.filter(is_better) {
            best = Some(way);
        }
        if reach_m >= search_m || best.as_ref().is_some_and(|best| best.breach <= EASY_BREACH) {
            return best.map(|way| way.corners);
        }
        reach_m = (reach_m * 2).min(search_m);
    }
}

/// Columns every four metres in a square around a start.
struct Grid {
    from: ColumnPos,
    /// Cells from the start to each side.
    radius: i32,
    /// Cells of one row.
    edge: usize,
    /// Level of the water over each cell, in whole metres.
    wet: Vec<Option<i32>>,
    /// In 1/256 voxel.
    heights: Vec<i32>,
    /// Cells that the way keeps clear of.
    closed: BTreeSet<usize>,
}

impl Grid {
    fn around(ground: &Ground<'_>, search: &Search<'_>, reach_m: i32) -> Self {
        // The point of the lattice nearest to the end of the river.
        let nearest = |at: i32| (at + CELL / 2).div_euclid(CELL);
        let middle = [nearest(search.from.x), nearest(search.from.y)];
        let from = ColumnPos::new(middle[0] * CELL, middle[1] * CELL);
        let radius = reach_m / CELL;
        let offsets = || (-radius..=radius).map(|offset| offset * CELL);
        let positions: Vec<ColumnPos> = offsets()
            .flat_map(|y| offsets().map(move |x| ColumnPos::new(from.x + x, from.y + y)))
            .collect();
        let edge = 2 * radius + 1;
        let mut columns = ground.lattice(middle.map(|point| point - radius), edge, edge);
        let wet: Vec<Option<i32>> = columns.iter().map(|column| column.standing()).collect();
        let seed = ground.seed().feature("ways of rivers").to_u32();
        let scaled = |coordinate: i32| coordinate as f32 / (CELL as f32 * UNEVEN_CELLS);
        for (run, columns) in positions.chunks(LANES).zip(columns.chunks_mut(LANES)) {
            let last = run.len() - 1;
            let x = std::array::from_fn(|lane| scaled(run[lane.min(last)].x));
            let y = std::array::from_fn(|lane| scaled(run[lane.min(last)].y));
            let noise = noise::gradient_noise(&x, &y, seed);
            for (column, noise) in columns.iter_mut().zip(noise) {
                column.height += ops::floor_i32(noise * UNEVEN);
            }
        }
        let mut grid = Self {
            from,
            radius,
            edge: offsets().count(),
            wet,
            heights: columns.iter().map(|column| column.height).collect(),
            closed: BTreeSet::new(),
        };
        grid.close(search);
        grid
    }

    /// Closes the cells along the river's own bed, so that it goes on ahead and does not turn back beside itself.
    fn close(&mut self, search: &Search<'_>) {
        let (places, clear_m) = search.clear_of;
        let reach = clear_m / CELL;
        let cell = |metres: f32, from: i32| (ops::floor_i32(metres) - from + CELL / 2).div_euclid(CELL);
        let inside = -self.radius..=self.radius;
        for place in places.iter().step_by(usize::try_from(CELL).unwrap_or(1)) {
            let (px, py) = (cell(place.x_m, self.from.x), cell(place.y_m, self.from.y));
            for (dy, dx) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dy, dx))) {
                let (x, y) = (px + dx, py + dy);
                let is_nearer = dx * dx + dy * dy < x * x + y * y;
                if is_nearer && inside.contains(&x) && inside.contains(&y) {
                    let along = |at: i32| usize::try_from(at + self.radius).unwrap_or(0);
                    self.closed.insert(along(y) * self.edge + along(x));
                }
            }
        }
    }

    fn way_down(&self, from: ColumnPos, level: i32) -> Option<Way> {
        let start = self.heights.len() / 2;
        let (breach, towards) = self
            .flooded(start, level)
            .filter(|(breach, _)| *breach <= MAX_BREACH)?;
        let mut way = vec![start];
        let mut cell = start;
        while let Some(next) = towards.get(cell).copied().flatten() {
            way.push(next);
            cell = next;
            // Every step goes to a cell that was flooded earlier, so this is a bound only in name.
            if way.len() > self.heights.len() {
                return None;
            }
        }
        let last = way.len() - 1;
        let corners = way.iter().enumerate();
        let corners = corners.filter(|(at, _)| *at > 0 && (at % CORNER_EVERY == 0 || *at == last));
        // From the river's very end, which lies beside a point of the lattice.
        let end = LocalPos::new(from.x as f32 + 0.5, from.y as f32 + 0.5, 0.0);
        let corners = std::iter::once(end).chain(corners.map(|(_, cell)| self.middle(*cell)));
        Some(Way {
            breach,
            corners: corners.collect(),
        })
    }

    /// How far the lowest rim rises above the start; and for each cell that was flooded before the start was
    /// reached, the one that it drains to, `None` for water. `None` as a whole when the flood does not reach
    /// the start.
    fn flooded(&self, start: usize, start_level: i32) -> Option<(i32, Vec<Option<usize>>)> {
        const LATER: u32 = u32::MAX;
        let mut order = vec![LATER; self.heights.len()];
        // A cell is reached first over its lowest pass, so that later ways to it need not be looked at.
        let mut reached = vec![false; self.heights.len()];
        let mut towards = vec![None; self.heights.len()];
        // Level of the water that each cell drains to.
        let mut target = vec![0; self.heights.len()];
        let mut queue: BinaryHeap<Reverse<(i32, usize, usize)>> = BinaryHeap::new();
        for (cell, level) in self.wet.iter().enumerate() {
            if let Some(level) = level.filter(|level| *level <= start_level) {
                queue.push(Reverse((level * STEPS_PER_VOXEL, cell, cell)));
                target[cell] = level * STEPS_PER_VOXEL;
                reached[cell] = true;
            }
        }
        let mut count = 0;
        while let Some(Reverse((height, cell, parent))) = queue.pop() {
            order[cell] = count;
            count += 1;
            if parent != cell {
                let next = self.steepest(cell, &order).unwrap_or(parent);
                towards[cell] = Some(next);
                target[cell] = target[next];
            }
            if cell == start {
                let from = self.heights[start].max(start_level * STEPS_PER_VOXEL);
                return Some((height - from, towards));
            }
            for (next, _) in self.neighbours(cell) {
                // Ground that lies lower than the water would have to be filled before anything reached it.
                let is_low = self.heights[next] + MOST_DROWNED < target[cell];
                let is_barred = self.closed.contains(&next) || self.is_near_water(next, start_level);
                let is_closed = is_low || (next != start && is_barred);
                if !reached[next] && !is_closed {
                    reached[next] = true;
                    queue.push(Reverse((self.heights[next].max(height), next, cell)));
                }
            }
        }
        None
    }

    /// Whether water that is too high to run into stands in a cell or beside it.
    fn is_near_water(&self, cell: usize, level: i32) -> bool {
        let is_high = |cell: usize| self.wet[cell].is_some_and(|standing| standing > level);
        is_high(cell) || self.neighbours(cell).any(|(beside, _)| is_high(beside))
    }

    /// The neighbour flooded earlier to which the ground falls most steeply, if it falls at all.
    fn steepest(&self, cell: usize, order: &[u32]) -> Option<usize> {
        let here = self.heights[cell];
        self.neighbours(cell)
            .filter(|(next, _)| order[*next] < order[cell] && self.heights[*next] < here)
            // Fall per length, in seventieths so that 5/7 stands for 1/sqrt 2.
            .max_by_key(|(next, length)| ((here - self.heights[*next]) * 70 / length, Reverse(*next)))
            .map(|(next, _)| next)
    }

    /// Neighbours of a cell, each with its distance: 5 straight, 7 across.
    fn neighbours(&self, cell: usize) -> impl Iterator<Item = (usize, i32)> {
        let (x, y) = (cell % self.edge, cell / self.edge);
        let edge = self.edge;
        (0..9_usize).filter(|way| *way != 4).filter_map(move |way| {
            let (dx, dy) = (way % 3, way / 3);
            let (x, y) = ((x + dx).checked_sub(1)?, (y + dy).checked_sub(1)?);
            let length = if dx == 1 || dy == 1 { 5 } else { 7 };
            (x < edge && y < edge).then_some((y * edge + x, length))
        })
    }

    fn middle(&self, cell: usize) -> LocalPos {
        let offset = |index: usize| (i32::try_from(index).unwrap_or(0) - self.radius) * CELL;
        let (x, y) = (offset(cell % self.edge), offset(cell / self.edge));
        LocalPos::new(
            (self.from.x + x) as f32 + 0.5,
            (self.from.y + y) as f32 + 0.5,
            0.0,
        )
    }
}
