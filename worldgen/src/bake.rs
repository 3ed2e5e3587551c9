//! Baking: all voxels of an island, on several threads, and again after an edit.
//!
//! *Not* responsible for: keeping bakes on disk (see the bake store).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rayon::ThreadPool;
use rayon::prelude::*;
use shared::coords::{CHUNK_EDGE, ChunkPos, ColumnPos, TilePos, VoxelPos};
use shared::ids::{Id, IslandId};
use shared::island::Bounds;
use xxhash_rust::xxh3::Xxh3;

use crate::chunk::Chunk;
use crate::fill::{Above, Room};
use crate::material::Material;
use crate::plan::{IslandPlan, TileKey};
use crate::seed::Seed;
use crate::simd::SimdLevel;
use crate::surface::{Block, SurfaceTile};

/// How to bake; no choice changes a voxel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BakeOptions {
    /// Threads to use, at least 1.
    pub threads: usize,
    /// Vector instructions to use.
    pub simd: SimdLevel,
}

impl Default for BakeOptions {
    /// All processors, all instructions.
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            simd: SimdLevel::detect(),
        }
    }
}

/// Follows a bake, from any of its threads.
pub trait Progress: Sync {
    /// `done` of `total` tiles are baked.
    fn advance(&self, done: u64, total: u64);
    /// Whether to stop; asked before every tile.
    fn cancelled(&self) -> bool;
    /// Time since any fixed moment, for [`StageTimes`]. The generator reads no clock of its own; without
    /// one all times are zero.
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}

/// Progress that nobody follows.
impl Progress for () {
    fn advance(&self, _: u64, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// Time spent by stage, summed over all threads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct StageTimes {
    /// Heights, materials and plants of tiles.
    pub surface: Duration,
    /// Voxels of chunks, with palettes and hashes.
    pub voxels: Duration,
}

/// All voxels of one island.
#[derive(Clone, Debug)]
pub struct BakedIsland {
    id: IslandId,
    bounds: Bounds,
    /// In the order of `Bounds::tiles`.
    tiles: Vec<Arc<SurfaceTile>>,
    /// Chunks of the first tile from the bottom up, then of the second, ...
    chunks: Vec<Arc<Chunk>>,
    origin: Origin,
    times: StageTimes,
}

/// What a bake was made from: enough to make only the rest again after an edit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The seed of everything random on the island.
    pub seed: Seed,
    /// See [`IslandPlan::tile_key`]; in the order of `Bounds::tiles`.
    pub tiles: Vec<TileKey>,
    /// See [`IslandPlan::sources`].
    pub sources: Vec<(Id, u64)>,
}

/// What a rebake did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Rebuilt {
    /// Ids of the markers and POIs that came, went or act otherwise than before, in their order.
    pub records: Vec<Id>,
    /// Tiles whose surface was generated again and came out different.
    pub tiles: Vec<TilePos>,
    /// Chunks whose voxels came out different.
    pub chunks: Vec<ChunkPos>,
    /// Tiles that were generated again.
    pub tiles_visited: usize,
}

/// Tiles across a block that one thread makes at a time: the larger, the less is evaluated only for its
/// neighbours.
const LARGE_BLOCK: i32 = 8;
/// The same where there are so few tiles that threads would wait for each other.
const SMALL_BLOCK: i32 = 4;
/// Up to so many tiles that one thread makes are one block, wherever they lie.
const ONE_BLOCK: usize = 128;
/// Tiles for each thread from which on blocks are large.
const MANY_TILES: usize = 256;

/// One tile with the chunks above it.
type BakedTile = (Arc<SurfaceTile>, Vec<Arc<Chunk>>);

/// Bakes an island; `None` when cancelled.
pub fn bake(plan: &IslandPlan, options: &BakeOptions, progress: &dyn Progress) -> Option<BakedIsland> {
    let work = Work::new(plan, options, progress);
    let positions: Vec<TilePos> = plan.bounds().tiles().collect();
    let baked = work.tiles(&positions, None)?;
    let (tiles, chunks): (Vec<_>, Vec<_>) = baked.into_iter().unzip();
    Some(BakedIsland {
        id: plan.id(),
        bounds: plan.bounds(),
        tiles,
        chunks: chunks.into_iter().flatten().collect(),
        origin: Origin::of(plan),
        times: work.times(),
    })
}

/// Bakes an island again after an edit, only where what it is made from differs from what `old` was made
/// from; `None` when cancelled. The result is the same as from [`bake`] (property 3), and what did not
/// change is shared with `old`.
pub fn rebake(
    old: &BakedIsland,
    plan: &IslandPlan,
    options: &BakeOptions,
    progress: &dyn Progress,
) -> Option<(BakedIsland, Rebuilt)> {
    let origin = Origin::of(plan);
    let positions: Vec<TilePos> = plan.bounds().tiles().collect();
    let dirty: Vec<TilePos> = positions
        .iter()
        .zip(&origin.tiles)
        .filter(|(tile, key)| old.tile_key(**tile) != Some(**key))
        .map(|(tile, _)| *tile)
        .collect();
    let work = Work::new(plan, options, progress);
    let baked = work.tiles(&dirty, Some(old))?;
    let mut rebuilt = Rebuilt {
        records: origin.differences(&old.origin),
        tiles_visited: dirty.len(),
        ..Rebuilt::default()
    };
    let mut fresh: BTreeMap<TilePos, BakedTile> = dirty.into_iter().zip(baked).collect();
    let mut island = BakedIsland {
        id: plan.id(),
        bounds: plan.bounds(),
        tiles: Vec::with_capacity(positions.len()),
        chunks: Vec::with_capacity(old.chunks.len()),
        origin,
        times: work.times(),
    };
    for tile in positions {
        let before = old.tile_with_chunks(tile);
        let (surface, chunks) = match (fresh.remove(&tile), before) {
            (Some(fresh), _) => fresh,
            (None, Some((surface, chunks))) => (surface.clone(), chunks.to_vec()),
            // A clean tile has a key, and what has a key is there.
            (None, None) => work.alone(tile)?,
        };
        let same_surface = before.is_some_and(|(before, _)| Arc::ptr_eq(before, &surface));
        if !same_surface {
            rebuilt.tiles.push(tile);
        }
        for (at, (pos, chunk)) in plan.bounds().chunks_of(tile).zip(chunks).enumerate() {
            let before = before.and_then(|(_, chunks)| chunks.get(at));
            if !before.is_some_and(|before| Arc::ptr_eq(before, &chunk)) {
                rebuilt.chunks.push(pos);
            }
            island.chunks.push(chunk);
        }
        island.tiles.push(surface);
    }
    Some((island, rebuilt))
}

/// What the threads of one bake share.
struct Work<'a> {
    plan: &'a IslandPlan,
    options: &'a BakeOptions,
    progress: &'a dyn Progress,
    done: AtomicU64,
    surface_nanos: AtomicU64,
    voxel_nanos: AtomicU64,
}

impl<'a> Work<'a> {
    fn new(plan: &'a IslandPlan, options: &'a BakeOptions, progress: &'a dyn Progress) -> Self {
        Self {
            plan,
            options,
            progress,
            done: AtomicU64::new(0),
            surface_nanos: AtomicU64::new(0),
            voxel_nanos: AtomicU64::new(0),
        }
    }

    /// Bakes tiles on the chosen number of threads, results in the order of `positions`. `old` is what to take
    /// over from.
    fn tiles(&self, positions: &[TilePos], old: Option<&BakedIsland>) -> Option<Vec<BakedTile>> {
        let total = positions.len() as u64;
        let is_alone = self.options.threads <= 1;
        let is_large = is_alone || positions.len() >= MANY_TILES.saturating_mul(self.options.threads);
        let edge = if is_large { LARGE_BLOCK } else { SMALL_BLOCK };
        let is_one_block = is_alone && positions.len() <= ONE_BLOCK;
        let mut blocks: BTreeMap<(i32, i32), Vec<(usize, TilePos)>> = BTreeMap::new();
        for (at, tile) in positions.iter().enumerate() {
            let block = (tile.y.div_euclid(edge), tile.x.div_euclid(edge));
            let block = if is_one_block { (0, 0) } else { block };
            blocks.entry(block).or_default().push((at, *tile));
        }
        let blocks: Vec<Vec<(usize, TilePos)>> = blocks.into_values().collect();
        let one = |tiles: &Vec<(usize, TilePos)>| self.block(tiles, old, total);
        let baked: Option<Vec<Vec<(usize, BakedTile)>>> = match self.pool(positions.len()) {
            Some(pool) => pool.install(|| blocks.par_iter().map(one).collect()),
            // One thread, or a system that has no more threads to give: slower, but the same voxels.
            None => blocks.iter().map(one).collect(),
        };
        let mut baked: Vec<(usize, BakedTile)> = baked?.into_iter().flatten().collect();
        baked.sort_unstable_by_key(|(at, _)| *at);
        Some(baked.into_iter().map(|(_, tile)| tile).collect())
    }

    /// The threads to use; `None` where one is enough or more cannot be had. Those of the usual number are kept:
    /// to start them takes longer than many an edit.
    fn pool(&self, tiles: usize) -> Option<Arc<ThreadPool>> {
        static USUAL: OnceLock<Option<Arc<ThreadPool>>> = OnceLock::new();
        let threads = self.options.threads.clamp(1, 256);
        if threads == 1 || tiles <= 1 {
            return None;
        }
        let start = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.ok().map(Arc::new)
        };
        let usual = BakeOptions::default().threads;
        if threads == usual {
            USUAL.get_or_init(|| start(usual)).clone()
        } else {
            start(threads)
        }
    }

    /// Bakes tiles that lie close together; `None` when cancelled.
    fn block(
        &self,
        tiles: &[(usize, TilePos)],
        old: Option<&BakedIsland>,
        total: u64,
    ) -> Option<Vec<(usize, BakedTile)>> {
        let simd = self.options.simd;
        let positions: Vec<TilePos> = tiles.iter().map(|(_, tile)| *tile).collect();
        let start = self.progress.elapsed();
        let block = Block::new(self.plan, &positions, simd, || self.progress.cancelled())?;
        let mut sampled = self.progress.elapsed().saturating_sub(start);
        let mut room = Room::new();
        let mut baked = Vec::with_capacity(tiles.len());
        for (at, tile) in tiles {
            if self.progress.cancelled() {
                return None;
            }
            let start = self.progress.elapsed();
            let surface = block.surface(*tile);
            let surfaced = self.progress.elapsed();
            let tile = self.tile(surface, &block, old, &mut room);
            sampled += surfaced.saturating_sub(start);
            add(
                &self.voxel_nanos,
                self.progress.elapsed().saturating_sub(surfaced),
            );
            baked.push((*at, tile));
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            self.progress.advance(done, total);
        }
        add(&self.surface_nanos, sampled);
        Some(baked)
    }

    /// The voxels above a surface. Whatever comes out as it was is taken from the old bake.
    fn tile(
        &self,
        surface: SurfaceTile,
        block: &Block<'_>,
        old: Option<&BakedIsland>,
        room: &mut Room,
    ) -> BakedTile {
        let pos = surface.pos;
        let layers = (self.plan.bounds().below(), self.plan.bounds().above());
        let before = old
            .filter(|old| layers == (old.bounds.below(), old.bounds.above()))
            .and_then(|old| Some((old, old.tile_with_chunks(pos)?)));
        let Some((old, (old_surface, old_chunks))) = before else {
            let chunks = self.chunks(&surface, block, room);
            return (Arc::new(surface), chunks.into_iter().map(Arc::new).collect());
        };
        let volume = |key: TileKey| key.volume;
        let same_volume = old.tile_key(pos).map(volume) == Some(volume(self.plan.tile_key(pos)));
        // Bodies look at columns beyond the tile.
        let is_plain = !self.plan.has_bodies(pos.footprint());
        if is_plain && same_volume && **old_surface == surface {
            return (old_surface.clone(), old_chunks.to_vec());
        }
        let chunks = self.chunks(&surface, block, room).into_iter().zip(old_chunks);
        let chunks = chunks
            .map(
                |(new, old)| {
                    if new == **old { old.clone() } else { Arc::new(new) }
                },
            )
            .collect();
        (Arc::new(surface), chunks)
    }

    fn chunks(&self, surface: &SurfaceTile, block: &Block<'_>, room: &mut Room) -> Vec<Chunk> {
        let above = Above::new(self.plan, surface, Some(block), self.options.simd);
        let bounds = self.plan.bounds();
        let chunks = bounds.chunks_of(surface.pos);
        chunks.map(|chunk| above.chunk(chunk, room)).collect()
    }

    /// One tile by itself; `None` when cancelled.
    fn alone(&self, tile: TilePos) -> Option<BakedTile> {
        self.tiles(&[tile], None)?.pop()
    }

    fn times(&self) -> StageTimes {
        StageTimes {
            surface: Duration::from_nanos(self.surface_nanos.load(Ordering::Relaxed)),
            voxels: Duration::from_nanos(self.voxel_nanos.load(Ordering::Relaxed)),
        }
    }
}

fn add(nanos: &AtomicU64, duration: Duration) {
    nanos.fetch_add(
        u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX),
        Ordering::Relaxed,
    );
}

impl Origin {
    fn of(plan: &IslandPlan) -> Self {
        Self {
            seed: plan.seed(),
            tiles: plan.bounds().tiles().map(|tile| plan.tile_key(tile)).collect(),
            sources: plan.sources(),
        }
    }

    /// Markers that only one of the two has, or that act otherwise.
    fn differences(&self, other: &Self) -> Vec<Id> {
        let both = |origin: &Self| origin.sources.iter().copied().collect::<BTreeSet<_>>();
        let different: BTreeSet<Id> = both(self)
            .symmetric_difference(&both(other))
            .map(|(id, _)| *id)
            .collect();
        different.into_iter().collect()
    }
}

impl BakedIsland {
    /// Puts a bake together from its stored parts: surfaces in the order of `Bounds::tiles`, and for each
    /// its chunks from the bottom up; `None` when they are not as many as the bounds ask for, or a surface
    /// belongs to another tile. `origin` must be that of the bake.
    pub fn from_parts(
        id: IslandId,
        bounds: Bounds,
        tiles: Vec<Arc<SurfaceTile>>,
        chunks: Vec<Arc<Chunk>>,
        origin: Origin,
    ) -> Option<Self> {
        let island = Self {
            id,
            bounds,
            tiles,
            chunks,
            origin,
            times: StageTimes::default(),
        };
        let in_order = island.tiles.iter().map(|tile| tile.pos).eq(bounds.tiles());
        let complete = island.chunks.len() == island.tiles.len() * island.layers()
            && island.origin.tiles.len() == island.tiles.len();
        (in_order && complete).then_some(island)
    }

    /// The island's id.
    pub fn id(&self) -> IslandId {
        self.id
    }

    /// The box of voxels that it fills.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Surfaces in the order of `Bounds::tiles`.
    pub fn tiles(&self) -> &[Arc<SurfaceTile>] {
        &self.tiles
    }

    /// The surface of one tile; `None` outside the bounds.
    pub fn tile(&self, tile: TilePos) -> Option<&Arc<SurfaceTile>> {
        self.tiles.get(self.tile_index(tile)?)
    }

    /// What the bake was made from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the voxels above a tile were made from; `None` outside the bounds.
    fn tile_key(&self, tile: TilePos) -> Option<TileKey> {
        self.origin.tiles.get(self.tile_index(tile)?).copied()
    }

    /// All chunks with their places: those of the first tile from the bottom up, then of the second, ...
    pub fn chunks(&self) -> impl Iterator<Item = (ChunkPos, &Arc<Chunk>)> {
        let positions = self.bounds.tiles().flat_map(|tile| self.bounds.chunks_of(tile));
        positions.zip(&self.chunks)
    }

    /// One chunk; `None` outside the bounds.
    pub fn chunk(&self, chunk: ChunkPos) -> Option<&Arc<Chunk>> {
        let layer = usize::try_from(chunk.z - self.bounds.min().chunk().z).ok()?;
        let tile = self.tile_index(chunk.tile())?;
        (layer < self.layers()).then(|| self.chunks.get(tile * self.layers() + layer))?
    }

    /// The material of a voxel; outside the bounds the sea goes on, with air above it.
    pub fn material(&self, voxel: VoxelPos) -> Material {
        match self.chunk(voxel.chunk()) {
            Some(chunk) => chunk.material(voxel.index_in_chunk()),
            None if voxel.z < self.bounds.min().z => Material::Bedrock,
            None if voxel.z < 0 => Material::Water,
            None => Material::Air,
        }
    }

    /// Whether a voxel is solid.
    pub fn solid(&self, voxel: VoxelPos) -> bool {
        match self.chunk(voxel.chunk()) {
            Some(chunk) => chunk.is_solid(voxel.index_in_chunk()),
            None => voxel.z < self.bounds.min().z,
        }
    }

    /// The z of the first voxel above the ground of a column. Trees do not count, nor does rock that bodies put
    /// on or above it; where an entrance opens a cave it is the floor of that. `None` outside the bounds.
    pub fn ground(&self, column: ColumnPos) -> Option<i32> {
        let tile = self.tile(column.tile())?;
        let top = tile.top_voxel(column.index_in_tile());
        let is_ground = |z: &i32| {
            let voxel = VoxelPos::new(column.x, column.y, *z);
            let material = self.material(voxel);
            // Boulders are of the same stuff as rock, but they are plants to the generator.
            let is_boulder = || {
                *z > top
                    && tile
                        .plants
                        .iter()
                        .any(|plant| plant.material(&tile.shapes, voxel).is_some())
            };
            material.is_solid() && !material.is_tree() && !is_boulder()
        };
        let (lowest, end) = (self.bounds.min().z, self.bounds.max().z);
        let buried = (top + 1..end).take_while(is_ground).count();
        let top = top + i32::try_from(buried).unwrap_or(0);
        Some((lowest..=top).rev().find(is_ground).unwrap_or(lowest) + 1)
    }

    /// 128 bits over all voxels: xxh3 over the bounds and the hashes of all chunks in canonical order, each
    /// of which is xxh3 over its voxels in canonical order.
    pub fn hash(&self) -> u128 {
        let mut hasher = Xxh3::new();
        let Bounds { .. } = self.bounds;
        for extent in [
            self.bounds.width(),
            self.bounds.depth(),
            self.bounds.below(),
            self.bounds.above(),
        ] {
            hasher.update(&extent.to_le_bytes());
        }
        for chunk in &self.chunks {
            hasher.update(&chunk.hash().to_le_bytes());
        }
        hasher.digest128()
    }

    /// Time that the bake took by stage; zero without a clock (see [`Progress::elapsed`]).
    pub fn times(&self) -> StageTimes {
        self.times
    }

    /// Chunks above one tile.
    fn layers(&self) -> usize {
        let voxels = self.bounds.below() + self.bounds.above();
        usize::try_from(voxels / CHUNK_EDGE).unwrap_or(0)
    }

    fn tile_index(&self, tile: TilePos) -> Option<usize> {
        let (min, max) = (
            self.bounds.min().column().tile(),
            self.bounds.max().column().tile(),
        );
        let inside = (min.x..max.x).contains(&tile.x) && (min.y..max.y).contains(&tile.y);
        let index = (tile.y - min.y) * (max.x - min.x) + tile.x - min.x;
        inside.then(|| usize::try_from(index).ok())?
    }

    fn tile_with_chunks(&self, tile: TilePos) -> Option<(&Arc<SurfaceTile>, &[Arc<Chunk>])> {
        let index = self.tile_index(tile)?;
        let layers = self.layers();
        Some((
            self.tiles.get(index)?,
            self.chunks.get(index * layers..(index + 1) * layers)?,
        ))
    }
}
