//! The five properties of the generator (invariant 2), each with tests that can fail.

mod chunks;
mod edits;
mod fixture;
mod hostile;
mod identical;
mod kinds;
mod leash;
mod local;
mod plants;
mod promises;
mod volume;
mod water;
