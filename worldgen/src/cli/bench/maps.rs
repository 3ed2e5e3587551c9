//! Islands to measure with.

use anyhow::Context;
use shared::island::{Bounds, Island};
use shared::project::Settings;
use shared::stamp::Stamps;
use worldgen::bench_map::{Kinds, Recipe};
use worldgen::{BakeStats, BakedIsland};

/// An island with the settings of its project.
pub(super) struct Map {
    pub(super) settings: Settings,
    pub(super) stamps: Stamps,
    pub(super) island: Island,
}

impl Map {
    /// `edge` x `edge` columns, from 32 voxels below the sea to `above` over it, with this many markers.
    pub(super) fn new(edge: i32, above: i32, markers: usize) -> anyhow::Result<Self> {
        Self::of(edge, above, markers, Kinds::All)
    }

    /// The same with some kinds of markers.
    pub(super) fn of(edge: i32, above: i32, markers: usize, kinds: Kinds) -> anyhow::Result<Self> {
        let recipe = Recipe {
            bounds: Bounds::new(edge, edge, 32, above)?,
            markers,
            seed: 1,
        };
        let project = recipe.project_of(kinds);
        let island = project
            .islands
            .into_values()
            .next()
            .context("a bench map has an island")?;
        Ok(Self {
            settings: project.settings,
            stamps: project.stamps,
            island,
        })
    }

    pub(super) fn voxels(&self) -> f64 {
        self.island.bounds.voxel_count() as f64
    }
}

/// Bytes that a bake takes in memory.
pub(super) fn resident(baked: &BakedIsland) -> u64 {
    BakeStats::of(baked).bytes
}
