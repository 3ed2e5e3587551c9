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
        bytemuck::cast([self.columns, self.volume].map(u64::to_le_bytes))
    }

    /// The key from stored bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let [columns, volume] = bytemuck::cast::<_, [[u8; 8]; 2]>(bytes).map(u64::from_le_bytes);
        Self { columns, volume }
    }
}
