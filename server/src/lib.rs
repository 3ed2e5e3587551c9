//! The game server.

pub mod content;
pub mod rows;
pub mod sim;
pub mod wire;
