//! The five properties of the generator (invariant 2), each with tests that can fail.

mod chunks;
mod fixture;
mod hostile;
mod identical;
mod kinds;
mod leash;
mod local;
mod promises;
mod trees;
mod water;
