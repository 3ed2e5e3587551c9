//! sim
pub mod walk;
/// Simulation steps per second.
pub const TICKS_PER_SECOND: u32 = 20;
