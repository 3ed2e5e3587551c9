//! Meshes against a mesher that knows no bits: one voxel, one face, one corner at a time.
#![expect(clippy::unwrap_used, reason = "what is built here is known to be there")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers that were floats on their way"
)]

mod brute;
mod island;
mod same_picture;
mod watertight;
mod worlds;
