//! The game server.

pub mod content;
pub mod metrics;
pub mod rows;
pub mod sim;
pub mod wire;
pub mod world;
