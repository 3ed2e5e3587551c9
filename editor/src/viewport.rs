//! The map's parts: what stands where (`model`), world to screen (`layout`), and paint.
//!
//! *Not* responsible for: what a click means (see `tool`), the panel around the map (see `panel::map`).

pub mod chart;
pub mod layout;
pub mod model;
pub mod paint;
