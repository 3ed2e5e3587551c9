//! The game server.

pub mod rows;
