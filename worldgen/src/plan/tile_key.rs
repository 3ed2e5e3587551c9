//! The key of a tile: which tiles need to be made again.
//!
//! *Not* responsible for: what goes into it (see [`super::IslandPlan::tile_key`]).

/// See [`super::IslandPlan::tile_key`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TileKey {
    /// Of what acts on columns.
    pub columns: u64,
    /// Of what hollows out or adds rock in three dimensions.
    pub volume: u64,
}

impl TileKey {
    /// The key as stored bytes.
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.columns.to_le_bytes());
        bytes[8..].copy_from_slice(&self.volume.to_le_bytes());
        bytes
    }

    /// The key from stored bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let (columns, volume) = bytes.split_at(8);
        let number = |half: &[u8]| u64::from_le_bytes(std::array::from_fn(|at| half[at]));
        Self {
            columns: number(columns),
            volume: number(volume),
        }
    }
}
