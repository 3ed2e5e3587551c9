//! How a river whose end was left open finds its way to water.
//!
//! Priority flood (Barnes, Lehman, Mulla 2014) on a grid, from the water up: each cell is reached over the lowest
//! pass there is, so following it back leads down to the water, and through the lowest point of a rim where the
//! ground has a hollow. Off the rims the steepest way down is taken. All in whole numbers; ties go by index.
//!
//! *Not* responsible for: carving (see [`crate::water::channel`]).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use shared::coords::{ColumnPos, LocalPos};

use crate::ground::{Ground, GroundColumn};

/// Edge of a cell of the grid, in columns.
const CELL: i32 = 4;
/// The highest rim that a river cuts through, in 1/256 voxel above its start.
const MAX_BREACH: i32 = 12 * 256;
/// Every third cell of the way becomes a corner of the line, which bends smoothly between them.
const CORNER_EVERY: usize = 3;

/// Corners of the way from a column to the nearest water downhill, the column itself first; `None` when no water
/// can be reached within `search_m`.
pub(crate) fn to_water(ground: &Ground<'_>, from: ColumnPos, search_m: i32) -> Option<Vec<LocalPos>> {
    // Nearby water first: a short way is cheap to find, and the one that a designer expects.
    let mut reach_m = 64;
    loop {
        let reach_m_now = reach_m.min(search_m);
        if let Some(way) = Grid::around(ground, from, reach_m_now).way_down() {
            return Some(way);
        }
        if reach_m_now >= search_m {
            return None;
        }
        reach_m *= 2;
    }
}

/// Columns every four metres in a square around a start.
struct Grid {
    from: ColumnPos,
    /// Cells from the start to each side.
    radius: i32,
    /// Cells of one row.
    edge: usize,
    columns: Vec<GroundColumn>,
}

impl Grid {
    fn around(ground: &Ground<'_>, from: ColumnPos, reach_m: i32) -> Self {
        let radius = reach_m / CELL;
        let offsets = || (-radius..=radius).map(|offset| offset * CELL);
        let positions: Vec<ColumnPos> = offsets()
            .flat_map(|y| offsets().map(move |x| ColumnPos::new(from.x + x, from.y + y)))
            .collect();
        Self {
            from,
            radius,
            edge: offsets().count(),
            columns: ground.columns(&positions),
        }
    }

    fn way_down(&self) -> Option<Vec<LocalPos>> {
        let start = self.columns.len() / 2;
        let towards = self.flooded(start)?;
        let mut way = vec![start];
        let mut cell = start;
        while let Some(next) = towards.get(cell).copied().flatten() {
            way.push(next);
            cell = next;
            // Every step goes to a cell that was flooded earlier, so this is a bound only in name.
            if way.len() > self.columns.len() {
                return None;
            }
        }
        let last = way.len() - 1;
        let corners = way.iter().enumerate();
        let corners = corners.filter(|(at, _)| at % CORNER_EVERY == 0 || *at == last);
        Some(corners.map(|(_, cell)| self.middle(*cell)).collect())
    }

    /// For each cell that was flooded before the start was reached, the one that it drains to; `None` for
    /// water. `None` as a whole when the flood does not reach the start, or only over a rim that is too high.
    fn flooded(&self, start: usize) -> Option<Vec<Option<usize>>> {
        const LATER: u32 = u32::MAX;
        let mut order = vec![LATER; self.columns.len()];
        let mut towards = vec![None; self.columns.len()];
        let mut queue: BinaryHeap<Reverse<(i32, usize, usize)>> = BinaryHeap::new();
        for (cell, column) in self.columns.iter().enumerate() {
            if let Some(level) = column.standing() {
                queue.push(Reverse((level * 256, cell, cell)));
            }
        }
        let mut count = 0;
        while let Some(Reverse((height, cell, parent))) = queue.pop() {
            if order[cell] != LATER {
                continue;
            }
            order[cell] = count;
            count += 1;
            if parent != cell {
                towards[cell] = Some(self.steepest(cell, &order).unwrap_or(parent));
            }
            if cell == start {
                return (height <= self.columns[start].height + MAX_BREACH).then_some(towards);
            }
            for (next, _) in self.neighbours(cell) {
                if order[next] == LATER {
                    queue.push(Reverse((self.columns[next].height.max(height), next, cell)));
                }
            }
        }
        None
    }

    /// The neighbour flooded earlier to which the ground falls most steeply, if it falls at all.
    fn steepest(&self, cell: usize, order: &[u32]) -> Option<usize> {
        let here = self.columns[cell].height;
        self.neighbours(cell)
            .filter(|(next, _)| order[*next] < order[cell] && self.columns[*next].height < here)
            // Fall per length, in seventieths so that 5/7 stands for 1/sqrt 2.
            .max_by_key(|(next, length)| ((here - self.columns[*next].height) * 70 / length, Reverse(*next)))
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
