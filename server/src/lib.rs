//! The game server.

pub mod clock;
pub mod durability;
pub mod rows;
