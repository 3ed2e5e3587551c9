//! The generator: a project's markers become heights, and heights become voxels.

pub mod project_dir;
