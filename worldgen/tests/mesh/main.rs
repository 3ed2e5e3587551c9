//! Meshes against a mesher that knows no bits: one voxel, one face, one corner at a time.

mod brute;
mod island;
mod same_picture;
mod watertight;
mod worlds;
