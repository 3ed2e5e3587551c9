//! The rows of the table, and the islands that they are measured on.

use anyhow::Context;
use worldgen::bench_map::Kinds;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, bake};

use super::maps::Map;
use super::{Bench, Effort, Line, edit, island, mesh, noise, play, store};
use crate::cli::progress::Bar;

/// Measures one row of the table.
type Measure = fn(&Bench, &Bar) -> anyhow::Result<Vec<Line>>;

/// All rows.
pub(super) const ALL: &[(u8, Measure)] = &[
    (1, island::large),
    (2, island::common),
    (3, edit::measure),
    (4, noise::measure),
    (5, mesh::measure),
    (6, store::measure),
    (7, play::measure),
];

impl Bench {
    pub(super) fn common_map(&self) -> anyhow::Result<Map> {
        match self.effort {
            Effort::Quick => Map::new(128, 96, 40),
            Effort::Full => Map::new(512, 96, 200),
        }
    }

    /// The same size, with terrain and caves alone.
    pub(super) fn terrain_map(&self) -> anyhow::Result<Map> {
        match self.effort {
            Effort::Quick => Map::of(128, 96, 40, Kinds::Terrain),
            Effort::Full => Map::of(512, 96, 200, Kinds::Terrain),
        }
    }

    pub(super) fn large_map(&self) -> anyhow::Result<Map> {
        match self.effort {
            Effort::Quick => Map::new(192, 224, 64),
            Effort::Full => Map::new(1024, 224, 64),
        }
    }

    pub(super) fn options(&self, threads: usize) -> BakeOptions {
        BakeOptions {
            threads,
            simd: self.simd,
        }
    }

    /// From markers to voxels, from nothing.
    pub(super) fn cold(&self, map: &Map, threads: usize) -> anyhow::Result<BakedIsland> {
        let plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
        bake(&plan, &self.options(threads), &()).context("nobody cancels")
    }
}
