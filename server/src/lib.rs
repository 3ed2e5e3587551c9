//! The game server.

pub mod clock;
pub mod content;
pub mod durability;
pub mod metrics;
pub mod rows;
pub mod sim;
pub mod wire;
pub mod world;
