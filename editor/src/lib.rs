//! The desktop map editor.
//!
//! Designers place markers, POIs, entities and portals; the generator makes the island. [`document`] is
//! the project with its history and knows no toolkit; [`tool`] turns pointer input into edits; [`panel`]
//! shows and asks; [`app`] holds them together and is the only place where things are changed.
//!
//! *Not* responsible for: terrain (`worldgen`), the data model and its rules (`shared`), single voxels:
//! no tool edits one (B30).

pub mod app;
pub mod background;
pub mod checks;
pub mod command;
pub mod dialog;
pub mod dock;
pub mod document;
pub mod expression;
pub mod keys;
pub mod panel;
pub mod preview;
pub mod scene;
pub mod search;
pub mod session;
pub mod template;
mod text;
pub mod theme;
pub mod tool;
pub mod viewport;
pub mod workspace;
