//! The columns around a river or lake while it is laid out: the ground as found, and what becomes of it.
//!
//! *Not* responsible for: shapes (see [`crate::water::channel`] and [`crate::water::basin`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use shared::coords::{CHUNK_EDGE, ColumnPos, TILE_COLUMNS, TilePos};

use super::layer::{Cell, Cells, Layer};
use super::{bank_height, wet_height};
use crate::ground::{Ground, GroundColumn};
use crate::ops;

/// Level of the sea in whole metres.
const SEA_LEVEL: i32 = 0;
/// Metres from the water over which the soil gets dry.
const MOIST_M: i32 = 12;

/// Tiles that are being laid out. Ground is generated when a tile is first asked for.
pub(crate) struct Canvas<'a> {
    ground: &'a Ground<'a>,
    tiles: BTreeMap<TilePos, Patch>,
}

/// One tile of a canvas.
pub(crate) struct Patch {
    /// As found, in the order of the cells.
    pub(crate) ground: Arc<Vec<GroundColumn>>,
    /// What becomes of it.
    pub(crate) cells: Box<Cells>,
}

impl<'a> Canvas<'a> {
    pub(crate) fn new(ground: &'a Ground<'a>) -> Self {
        Self {
            ground,
            tiles: BTreeMap::new(),
        }
    }

    /// One tile, to be worked on.
    pub(crate) fn patch(&mut self, tile: TilePos) -> &mut Patch {
        let ground = self.ground;
        self.tiles.entry(tile).or_insert_with(|| Patch {
            ground: ground.tile(tile),
            cells: Box::new([Cell::UNTOUCHED; TILE_COLUMNS]),
        })
    }

    /// The ground of one column as found.
    pub(crate) fn found(&mut self, column: ColumnPos) -> GroundColumn {
        self.patch(column.tile()).ground[column.index_in_tile()]
    }

    /// What becomes of one column.
    pub(crate) fn cell_mut(&mut self, column: ColumnPos) -> &mut Cell {
        &mut self.patch(column.tile()).cells[column.index_in_tile()]
    }

    /// The height of a column and the level of the water over it, if any, as they have become.
    pub(crate) fn now(&mut self, column: ColumnPos) -> (i32, Option<i32>) {
        let patch = self.patch(column.tile());
        let (ground, cell) = (
            patch.ground[column.index_in_tile()],
            patch.cells[column.index_in_tile()],
        );
        let height = if cell.height == Cell::AS_IT_IS {
            ground.height
        } else {
            cell.height
        };
        let level = if cell.level == Cell::NO_WATER {
            ground.level()
        } else {
            i32::from(cell.level)
        };
        (height, (height <= wet_height(level)).then_some(level))
    }

    /// Columns of all tiles that were asked for and fulfil a condition, in canonical order.
    fn columns_where(&self, is_meant: impl Fn(GroundColumn, Cell) -> bool) -> Vec<ColumnPos> {
        let mut columns = Vec::new();
        for (tile, patch) in &self.tiles {
            let first = tile.first_column();
            let both = patch.ground.iter().zip(patch.cells.iter());
            for (index, (ground, cell)) in (0..).zip(both) {
                if is_meant(*ground, *cell) {
                    columns.push(ColumnPos::new(
                        first.x + index % CHUNK_EDGE,
                        first.y + index / CHUNK_EDGE,
                    ));
                }
            }
        }
        columns
    }

    /// Raises dry ground beside water by the least that holds it in, for this marker's water and for what
    /// stood here before. Nothing holds the sea in: ground at its level is beach.
    pub(crate) fn contain(&mut self) {
        for column in self.columns_where(|_, cell| cell.level != Cell::NO_WATER) {
            let Some(level) = self.now(column).1.filter(|level| *level > SEA_LEVEL) else {
                continue;
            };
            for beside in beside(column) {
                let (height, water) = self.now(beside);
                if water.is_none() && height < bank_height(level) {
                    self.cell_mut(beside).height = bank_height(level);
                }
            }
        }
        for column in self.columns_where(|_, cell| cell.height != Cell::AS_IT_IS) {
            for beside in beside(column) {
                let found = self.found(beside);
                let Some(level) = found.standing().filter(|level| *level > SEA_LEVEL) else {
                    continue;
                };
                if self.cell_mut(beside).level != Cell::NO_WATER {
                    continue;
                }
                let (height, water) = self.now(column);
                // A step down of a metre is a rapid; more would let a lake stand open beside a river.
                if water.is_none_or(|water| water + 1 < level) && height < bank_height(level) {
                    let cell = self.cell_mut(column);
                    (cell.height, cell.level) = (bank_height(level), Cell::NO_WATER);
                }
            }
        }
    }

    /// Columns from which water, as it has become, runs to one column without ever rising.
    pub(crate) fn draining_to(&mut self, mouth: ColumnPos) -> BTreeSet<ColumnPos> {
        let mut seen = BTreeSet::from([mouth]);
        let mut open: Vec<(ColumnPos, i32)> = self
            .now(mouth)
            .1
            .map(|level| (mouth, level))
            .into_iter()
            .collect();
        while let Some((column, level)) = open.pop() {
            for beside in beside(column) {
                // Never over tiles that were not looked at before: what lies there is not the river's.
                let is_known = self.tiles.contains_key(&beside.tile());
                let above = is_known.then(|| self.now(beside).1).flatten();
                if let Some(above) = above.filter(|above| *above >= level)
                    && seen.insert(beside)
                {
                    open.push((beside, above));
                }
            }
        }
        seen
    }

    /// Leaves all columns as they were found again.
    pub(crate) fn clear(&mut self) {
        for patch in self.tiles.values_mut() {
            patch.cells.fill(Cell::UNTOUCHED);
        }
    }

    /// Wets the soil around the water.
    pub(crate) fn moisten(&mut self) {
        let mut shore = self.columns_where(|_, cell| cell.level != Cell::NO_WATER);
        shore.retain(|column| {
            beside(*column)
                .into_iter()
                .any(|beside| self.now(beside).1.is_none())
        });
        // Breadth first, so that each column is met at its distance from the water.
        for distance in 0..MOIST_M {
            let moisture = ops::to_u8(255 - distance * 255 / MOIST_M);
            let mut next = Vec::new();
            for column in shore {
                for beside in beside(column) {
                    let cell = self.cell_mut(beside);
                    if cell.moisture == 0 && cell.level == Cell::NO_WATER {
                        cell.moisture = moisture;
                        next.push(beside);
                    }
                }
            }
            shore = next;
        }
    }

    /// What was laid out; tiles without a touched column are left out.
    pub(crate) fn finish(self) -> Layer {
        let touched = |cells: &Cells| cells.iter().any(|cell| *cell != Cell::UNTOUCHED);
        let tiles = self.tiles.into_iter().map(|(tile, patch)| (tile, patch.cells));
        Layer::new(tiles.filter(|(_, cells)| touched(cells)).collect())
    }
}

impl GroundColumn {
    /// Level of the water here in whole metres, where it lies above the ground.
    fn level(self) -> i32 {
        ops::top_voxel(self.water) + 1
    }

    /// Level in whole metres of the water that stands over the column, if any does.
    pub(crate) fn standing(self) -> Option<i32> {
        (self.height <= wet_height(self.level())).then_some(self.level())
    }
}

/// The four columns that share a side with one.
pub(crate) fn beside(column: ColumnPos) -> [ColumnPos; 4] {
    let ColumnPos { x, y } = column;
    [
        ColumnPos::new(x - 1, y),
        ColumnPos::new(x + 1, y),
        ColumnPos::new(x, y - 1),
        ColumnPos::new(x, y + 1),
    ]
}
