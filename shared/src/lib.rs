//! The data model that every other room speaks: islands, markers, their schema, edits and issues, and
//! the map format that stores them.
//!
//! Responsible for: ids, units and coordinates; the model of a map project; typed attributes and the
//! schema that describes them; edits with inverses; issues and the structural rules that find them; the
//! RON format with its versions.
//!
//! *Not* responsible for: files, clocks, threads or randomness (callers pass text, bytes and random
//! numbers in), terrain (see `worldgen`), pictures, players.

pub mod attribute;
pub mod coords;
pub mod edit;
pub mod format;
pub mod geometry;
pub mod ids;
pub mod island;
pub mod issue;
pub mod project;
pub mod schema;
pub mod stamp;
pub mod validate;
