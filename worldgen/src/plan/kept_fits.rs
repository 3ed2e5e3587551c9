//! Fits that are kept from one run of the program to the next.
//!
//! *Not* responsible for: where they lie (see [`crate::store`]).

use shared::ids::IslandId;

/// Keeps what took long to fit to the ground, as bytes under a number over everything that it was made from, generator
/// version and island among it.
pub trait KeptFits {
    /// What is kept of an island under a number; `None` when there is nothing, or nothing good.
    fn kept(&self, island: IslandId, inputs: u64) -> Option<Vec<u8>>;
    /// Keeps a fit of an island under a number.
    fn keep(&self, island: IslandId, inputs: u64, fit: Vec<u8>);
}

/// Nothing is kept.
impl KeptFits for () {
    fn kept(&self, _: IslandId, _: u64) -> Option<Vec<u8>> {
        None
    }

    fn keep(&self, _: IslandId, _: u64, _: Vec<u8>) {}
}
