//! From the surface of a tile to the voxels of its chunks.
//!
//! A chunk is first classified by the lowest and highest ground of its tile; only a mixed one is filled,
//! layer by layer into a buffer of the size of one chunk. There is never a dense island.
//!
//! *Not* responsible for: heights and top materials (see [`crate::surface`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, ChunkPos, TILE_COLUMNS};

use crate::chunk::{self, Chunk};
use crate::material::Material;
use crate::ops::{self, LANES};
use crate::plan::{HALO_M, IslandPlan};
use crate::scatter::Stamp;
use crate::simd::SimdLevel;
use crate::strata::Strata;
use crate::structure::Structure;
use crate::surface::{Block, SurfaceTile};
use crate::volume::{Codes, Merge, MergeInto, Volume};

mod columns;
mod plants;

pub(crate) use columns::Columns;
use plants::{LowPlant, stamp};

/// What the chunks of one tile have in common.
pub(crate) struct Above<'a> {
    plan: &'a IslandPlan,
    surface: &'a SurfaceTile,
    columns: Box<Columns>,
    low_plants: Vec<LowPlant>,
    /// z above the highest voxel of ground, water and plants; bodies and structures may be higher.
    end_z: i32,
    volume: Option<Volume>,
    structures: Vec<&'a Structure>,
    simd: SimdLevel,
}

/// Room to make one chunk after the other in.
pub(crate) struct Room {
    numbers: Box<[u8; CHUNK_VOXELS]>,
    /// How many of the lowest layers of the numbers count; above them all is air.
    layers: usize,
    codes: Codes,
    packing: Box<chunk::Packing>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self {
            numbers: chunk::filled(Material::Air.number()),
            layers: 0,
            codes: Codes::default(),
            packing: Box::default(),
        }
    }

    /// The material numbers of a chunk, in the order of the index.
    pub(crate) fn numbers_mut(&mut self) -> &mut [u8; CHUNK_VOXELS] {
        self.numbers[self.layers * TILE_COLUMNS..].fill(Material::Air.number());
        self.layers = LANES;
        &mut self.numbers
    }

    /// The chunk with these numbers; `None` when one is no material.
    pub(crate) fn pack(&mut self, simd: SimdLevel) -> Option<Chunk> {
        let layers = &self.numbers.as_chunks().0[..self.layers];
        Chunk::packed(layers, simd, &mut self.packing)
    }
}

impl IslandPlan {
    /// Generates one chunk from the surface of its tile. Any chunk alone equals that chunk of the whole
    /// island (property 4).
    pub fn chunk(&self, chunk: ChunkPos, surface: &SurfaceTile, simd: SimdLevel) -> Chunk {
        Above::new(self, surface, None, simd).chunk(chunk, &mut Room::new())
    }
}

impl<'a> Above<'a> {
    /// For a tile with its surface. What the `block` knows of the columns around it is not evaluated again.
    pub(crate) fn new(
        plan: &'a IslandPlan,
        surface: &'a SurfaceTile,
        block: Option<&Block<'_>>,
        simd: SimdLevel,
    ) -> Self {
        let columns = Columns::new(surface, simd);
        let low_plants = LowPlant::all(surface);
        let plants = surface
            .plants
            .iter()
            .map(|plant| plant.extent(&surface.shapes).1.z);
        let plants_end = plants.chain(low_plants.iter().map(LowPlant::end_z)).max();
        let ground_end = i32::from(columns.all.highest_top) + 1;
        let floor_end = plan.bounds().min().z + 1;
        let end_z = [ground_end, columns.all.highest_water_end.into(), floor_end]
            .into_iter()
            .chain(plants_end)
            .max();
        Self {
            plan,
            surface,
            columns,
            low_plants,
            end_z: end_z.unwrap_or(ground_end),
            volume: plan.volume(surface, block, simd),
            structures: plan.structures_near(surface.pos.footprint().grown(HALO_M)),
            simd,
        }
    }

    /// Whether anything of the tile may be hollowed out, or hang over its ground.
    pub(crate) fn has_bodies(&self) -> bool {
        self.volume.is_some()
    }

    /// The same for one chunk of the tile.
    pub(crate) fn is_carved(&self, chunk: ChunkPos) -> bool {
        let volume = self.volume.as_ref();
        volume.is_some_and(|volume| volume.touches(chunk.first_voxel().z))
    }

    /// One chunk of the tile.
    pub(crate) fn chunk(&self, chunk: ChunkPos, room: &mut Room) -> Chunk {
        match self.fill(chunk, room) {
            Some(material) => Chunk::uniform(material),
            // The numbers come from `Material` alone, so there is no chunk that is refused.
            None => room
                .pack(self.simd)
                .unwrap_or_else(|| Chunk::uniform(Material::Air)),
        }
    }

    /// Leaves the numbers of one chunk of the tile in the room. Of one that is all air or water as its surface tells,
    /// the material is returned instead.
    pub(crate) fn fill(&self, chunk: ChunkPos, room: &mut Room) -> Option<Material> {
        let (plan, surface, columns, simd) = (self.plan, self.surface, &*self.columns, self.simd);
        let first = chunk.first_voxel();
        let end_z = first.z + CHUNK_EDGE;
        let codes = &mut room.codes;
        let has_bodies = |volume: &&Volume| volume.codes(first.z, simd, codes);
        let bodies = self.volume.as_ref().filter(has_bodies);
        let is_built_on = self.structures.iter().any(|structure| structure.touches(first));
        let is_plain = bodies.is_none() && !is_built_on;
        if is_plain && first.z >= self.end_z {
            return Some(Material::Air);
        }
        let all = &columns.all;
        if is_plain && first.z > all.highest_top.into() && end_z <= all.lowest_water_end.into() {
            return Some(Material::Water);
        }
        room.layers = match usize::try_from(self.end_z - first.z) {
            Ok(layers) if is_plain => layers.min(LANES),
            _ => LANES,
        };
        let numbers = &mut *room.numbers;
        let floor_z = plan.bounds().min().z;
        simd.run(FillLayers {
            columns,
            strata: *plan.strata(),
            first_z: first.z,
            floor_z,
            layers: &mut numbers.as_chunks_mut().0[..room.layers],
        });
        if let Some(volume) = bodies {
            simd.run(MergeInto {
                merge: Merge {
                    codes: &room.codes,
                    limits: volume.limits(),
                    columns,
                    strata: *plan.strata(),
                    first_z: first.z,
                    box_z: (floor_z, plan.bounds().max().z),
                },
                numbers,
            });
        }
        for part in [Stamp::Frame, Stamp::Crown] {
            for plant in &surface.plants {
                stamp(plant, part, surface, first, numbers);
            }
        }
        for plant in &self.low_plants {
            plant.put(first, numbers);
        }
        if is_built_on {
            let tops = |index| surface.top_voxel(index);
            for structure in &self.structures {
                structure.clear(first, tops, numbers);
            }
            for structure in &self.structures {
                structure.build(first, tops, numbers);
            }
        }
        None
    }
}

/// The kernel: ground and water of layers of a chunk.
struct FillLayers<'a> {
    columns: &'a Columns,
    strata: Strata,
    first_z: i32,
    floor_z: i32,
    /// The lowest of the chunk.
    layers: &'a mut [[u8; TILE_COLUMNS]],
}

impl NullaryFnOnce for FillLayers<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (columns, strata) = (self.columns, self.strata);
        for (z, numbers) in (self.first_z..).zip(self.layers) {
            if z <= self.floor_z {
                numbers.fill(Material::Bedrock.number());
                continue;
            }
            let z = ops::to_i16(z);
            for (row, numbers) in numbers.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let extremes = &columns.extremes[row];
                if z > extremes.highest_top && z >= extremes.highest_water_end {
                    *numbers = [Material::Air.number(); LANES];
                    continue;
                }
                if z > extremes.highest_top && z < extremes.lowest_water_end {
                    *numbers = [Material::Water.number(); LANES];
                    continue;
                }
                let columns_of_row = columns.row(row);
                *numbers = if z <= extremes.lowest_rock_from {
                    strata.rock_numbers(z.into(), columns_of_row.shift, columns_of_row.lava)
                } else {
                    columns_of_row.numbers(z, &strata)
                };
            }
        }
    }
}
