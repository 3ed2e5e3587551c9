//! Searching records: a small query language, and the rows that a query finds.
//!
//! *Not* responsible for: showing what was found (`panel::outliner`).

pub mod query;

pub use query::{Query, QueryError};
