//! The game server.

pub mod accounts;
pub mod clock;
pub mod content;
pub mod durability;
pub mod metrics;
pub mod outbox;
pub mod rate_limit;
pub mod rows;
pub mod sim;
pub mod wire;
pub mod world;
