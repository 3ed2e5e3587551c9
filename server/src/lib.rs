//! The game server: loads baked islands, lets players walk and harvest on them, and never loses what they
//! earned.
//!
//! ```text
//! sockets ──▶ net ──▶ accounts (sign-up, login)
//!              │ ▲
//!        inbox ▼ │ outbox                    records
//!             sim (tick thread owns all) ──────────────▶ durability ──▶ data/
//!              │ ▲                                            │
//!              │ └──────── output gate ◀── durable up to n ───┘
//!              └── world, content (read-only)
//! ```
//!
//! Reading order: `main` parses arguments; [`startup`] loads everything, opens and goes down; [`net`] is a
//! connection's life; [`sim`] is the game; [`rows`] is what it tells [`durability`].
//!
//! *Not* responsible for: making islands (`worldgen`), the players' windows (clients).

pub mod accounts;
pub mod clock;
pub mod config;
pub mod content;
pub mod durability;
pub mod metrics;
pub mod net;
pub mod outbox;
pub mod rate_limit;
pub mod rows;
pub mod sim;
pub mod startup;
pub mod wire;
pub mod world;
