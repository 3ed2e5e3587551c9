//! What a fitted marker does to columns, one by one: a sparse picture of heights and levels.
//!
//! *Not* responsible for: how it comes about (see [`crate::water::canvas`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::Arc;

use shared::coords::{ColumnPos, TILE_COLUMNS, TilePos};

use crate::columns::Columns;
use crate::fingerprint::Fingerprint;
use crate::ops::{self, LANES, STEPS_PER_VOXEL};

/// What becomes of one column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cell {
    /// Height of the ground in 1/256 voxel, noise included; [`Cell::AS_IT_IS`] to leave it.
    pub(crate) height: i32,
    /// Level of the water in whole metres; [`Cell::NO_WATER`] to leave it.
    pub(crate) level: i16,
    /// How wet the soil is at least, 0 to 255.
    pub(crate) moisture: u8,
}

impl Cell {
    /// The height of a column whose ground stays.
    pub(crate) const AS_IT_IS: i32 = i32::MIN;
    /// The level of a column whose water stays.
    pub(crate) const NO_WATER: i16 = i16::MIN;
    /// A column that stays as it is.
    pub(crate) const UNTOUCHED: Self = Self {
        height: Self::AS_IT_IS,
        level: Self::NO_WATER,
        moisture: 0,
    };

    fn to_bits(self) -> u64 {
        let Self {
            height,
            level,
            moisture,
        } = self;
        u64::from(height.cast_unsigned()) | u64::from(level.cast_unsigned()) << 32 | u64::from(moisture) << 48
    }
}

/// Cells of one tile, in the order of [`ColumnPos::index_in_tile`].
pub(crate) type Cells = [Cell; TILE_COLUMNS];

/// Cells of some tiles; those of all others are untouched. Cheap to clone.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Layer {
    /// In ascending order.
    tiles: Arc<Vec<(TilePos, Box<Cells>)>>,
}

impl Layer {
    /// From tiles in ascending order.
    pub(crate) fn new(tiles: Vec<(TilePos, Box<Cells>)>) -> Self {
        Self {
            tiles: Arc::new(tiles),
        }
    }

    /// Feeds all of it.
    pub(crate) fn feed(&self, fingerprint: &mut Fingerprint) {
        fingerprint.count(self.tiles.len());
        for (tile, cells) in self.tiles.iter() {
            fingerprint.signed(tile.x);
            fingerprint.signed(tile.y);
            let cells: [u64; TILE_COLUMNS] = std::array::from_fn(|index| cells[index].to_bits().to_le());
            fingerprint.bytes(bytemuck::cast_slice(&cells));
        }
    }

    fn tile(&self, tile: TilePos) -> Option<&Cells> {
        let at = self.tiles.binary_search_by_key(&tile, |(tile, _)| *tile).ok()?;
        self.tiles.get(at).map(|(_, cells)| &**cells)
    }

    /// Acts on 32 columns.
    #[inline(always)]
    pub(crate) fn apply(&self, columns: &mut Columns) {
        let mut here: Option<(TilePos, Option<&Cells>)> = None;
        for lane in 0..LANES {
            let column = ColumnPos::new(ops::floor_i32(columns.x[lane]), ops::floor_i32(columns.y[lane]));
            let tile = column.tile();
            // Rows seldom cross from one tile to another, so the tile is looked up once.
            let cells = match here {
                Some((known, cells)) if known == tile => cells,
                _ => self.tile(tile),
            };
            here = Some((tile, cells));
            let Some(cell) = cells.map(|cells| cells[column.index_in_tile()]) else {
                continue;
            };
            if cell.height != Cell::AS_IT_IS {
                columns.height[lane] = cell.height as f32 / STEPS_PER_VOXEL as f32;
                columns.displacement[lane] = 0.0;
                columns.hold[lane] = 1.0;
            }
            if cell.level != Cell::NO_WATER {
                columns.water[lane] = f32::from(cell.level);
            }
            columns.moisture[lane] = ops::max(columns.moisture[lane], f32::from(cell.moisture) / 255.0);
        }
    }
}
