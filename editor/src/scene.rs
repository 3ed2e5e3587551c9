//! The 3D view's parts: camera, meshes of an island, and what draws them.
//!
//! *Not* responsible for: the panel around the view (`panel::view3d`), making terrain (`worldgen`).

pub mod camera;
pub mod mesh;
pub mod renderer;
mod tiles;
