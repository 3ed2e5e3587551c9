//! The generator: a project's markers become heights, and heights become voxels.
//!
//! The way of one marker, in reading order: [`marker`] reads its attributes, [`plan`] puts the compiled
//! markers in the order in which they act, [`columns`] is what they act on, 32 columns at a time;
//! [`surface`] makes tiles of whole numbers from that, [`cover`] gives them materials, [`scatter`] plants
//! them, [`fill`] makes voxels, [`volume`] hollows them out and adds rock above the ground, and [`mod@bake`]
//! runs it all on several threads, again after an edit.
//!
//! Five properties hold by construction and are tested in `tests/`: (1) the same project and generator
//! version give the same bits on every machine, thread count, order and SIMD level; (2) an edit changes no
//! voxel outside the declared support of what it touched; (3) rebaking equals baking; (4) any tile or chunk
//! alone equals that of the whole; (5) noise only varies what markers drew, within a declared bound.
//!
//! Around the generator: [`project_dir`] reads and saves project folders with their
//! [`stamp_file`]s, [`rules`] finds what only terrain shows,
//! [`check`] runs every rule over a folder, [`report`] tells issues to people and machines, [`store`] keeps bakes on
//! disk, [`solidity`] answers those who bump into them, [`render`] draws them, [`mesh`] cuts them into faces, [`glb`]
//! and [`vox`] write them for other programs. [`bench_map`] makes islands of any size to measure all this with.
//!
//! *Not* responsible for: the map format (`shared::format`), windows, network, clocks.

pub mod bake;
pub mod bench_map;
mod bits;
pub mod check;
pub mod chunk;
mod columns;
mod cover;
mod curve;
mod erosion;
mod fill;
mod fingerprint;
pub mod glb;
mod ground;
pub mod marker;
pub mod material;
pub mod mesh;
pub mod noise;
pub mod ops;
pub mod plan;
pub mod poi;
pub mod project_dir;
pub mod render;
pub mod report;
pub mod rules;
pub mod scatter;
pub mod seed;
mod shape;
pub mod simd;
pub mod solidity;
pub mod stamp_file;
pub mod stats;
pub mod store;
mod strata;
mod structure;
pub mod surface;
mod volume;
pub mod vox;
mod water;

pub use bake::{BakeOptions, BakedIsland, Origin, Progress, Rebuilt, StageTimes, bake, rebake};
pub use chunk::Chunk;
pub use marker::NoiseBound;
pub use material::{Form, Material};
pub use plan::{Draft, IslandPlan, KeptFits, TileKey};
pub use scatter::Plant;
pub use simd::SimdLevel;
pub use solidity::Solidity;
pub use stats::BakeStats;
pub use surface::{SurfaceGrid, SurfaceTile};
