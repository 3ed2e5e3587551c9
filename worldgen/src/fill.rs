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
use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, ChunkPos, ColumnPos, TILE_COLUMNS, VoxelPos};

use crate::chunk::{self, Chunk};
use crate::cover::{self, Soil};
use crate::material::Material;
use crate::ops::{self, LANES};
use crate::plan::{HALO_M, IslandPlan};
use crate::scatter::{self, Plant, Stamp};
use crate::simd::SimdLevel;
use crate::strata::{self, Strata};
use crate::structure::Structure;
use crate::surface::{Block, SurfaceTile};
use crate::volume::{Codes, Merge, MergeInto, Volume};

/// The columns of one tile as the layers of its chunks need them.
pub(crate) struct Columns {
    /// z of the highest ground voxel.
    top: [i16; TILE_COLUMNS],
    /// Number of the top material, as wide as the heights so that one vector holds as many of each.
    top_material: [i16; TILE_COLUMNS],
    /// z of the highest voxel below the top material.
    below_from: [i16; TILE_COLUMNS],
    /// Number of the material there.
    below_material: [i16; TILE_COLUMNS],
    /// z of the highest rock voxel.
    rock_from: [i16; TILE_COLUMNS],
    /// Shift of the strata, as a place in their cycle.
    shift: [i8; TILE_COLUMNS],
    /// Not 0 where the rock is volcanic.
    volcanic: [i8; TILE_COLUMNS],
    /// z of the first voxel above the water.
    water_end: [i16; TILE_COLUMNS],
    /// Of the 32 rows along x.
    extremes: [Extremes; LANES],
    highest_top: i32,
    lowest_water_end: i32,
    highest_water_end: i32,
    /// z above the highest voxel of a plant, or a low number when there is none.
    plants_end: i32,
}

/// What the columns of one row have in common: between these heights all of its voxels are alike, or all
/// rock.
#[derive(Clone, Copy)]
struct Extremes {
    highest_top: i16,
    lowest_rock_from: i16,
    lowest_water_end: i16,
    highest_water_end: i16,
}

/// What lies under each material, by its number.
const SOILS: [Soil; Material::ALL.len()] = {
    let mut soils = [cover::soil(Material::Air); Material::ALL.len()];
    let mut number = 0;
    while number < soils.len() {
        soils[number] = cover::soil(Material::ALL[number]);
        number += 1;
    }
    soils
};

impl Columns {
    pub(crate) fn new(tile: &SurfaceTile) -> Self {
        let mut columns = Self {
            top: [0; TILE_COLUMNS],
            top_material: [0; TILE_COLUMNS],
            below_from: [0; TILE_COLUMNS],
            below_material: [0; TILE_COLUMNS],
            rock_from: [0; TILE_COLUMNS],
            shift: tile.strata.map(|shift| strata::place(shift.into())),
            volcanic: [0; TILE_COLUMNS],
            water_end: tile.water_ends,
            extremes: [Extremes::NONE; LANES],
            highest_top: i32::MIN,
            lowest_water_end: tile.water_ends.iter().copied().min().unwrap_or(0).into(),
            highest_water_end: tile.water_ends.iter().copied().max().unwrap_or(0).into(),
            plants_end: tile
                .plants
                .iter()
                .map(|plant| plant.extent().1.z)
                .max()
                .unwrap_or(i32::MIN),
        };
        for index in 0..TILE_COLUMNS {
            let top = ops::top_voxel(tile.heights[index]);
            let soil = &SOILS[usize::from(tile.materials[index].number())];
            columns.highest_top = columns.highest_top.max(top);
            let top = ops::to_i16(top);
            columns.top[index] = top;
            columns.top_material[index] = i16::from(tile.materials[index].number());
            columns.below_from[index] = top - soil.top_voxels;
            columns.below_material[index] = i16::from(soil.below.number());
            columns.rock_from[index] = top - soil.rock_from;
            columns.volcanic[index] = i8::from(soil.volcanic);
        }
        for (index, plant) in tile.low_plants.iter().enumerate() {
            if *plant != Material::Air {
                let low = low_plant(tile, index);
                if !low.is_empty() {
                    columns.plants_end = columns.plants_end.max(low.end);
                }
            }
        }
        columns.extremes = std::array::from_fn(|row| columns.row(row).extremes());
        columns
    }
}

/// What the chunks of one tile have in common.
pub(crate) struct Above<'a> {
    plan: &'a IslandPlan,
    surface: &'a SurfaceTile,
    columns: Box<Columns>,
    volume: Option<Volume>,
    structures: Vec<&'a Structure>,
    simd: SimdLevel,
}

/// Room to make one chunk after the other in.
pub(crate) struct Room {
    numbers: Box<[u8; CHUNK_VOXELS]>,
    codes: Codes,
    packing: Box<chunk::Packing>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self {
            numbers: chunk::filled(Material::Air.number()),
            codes: Codes::default(),
            packing: Box::default(),
        }
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
        Self {
            plan,
            surface,
            columns: Box::new(Columns::new(surface)),
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
        let (plan, surface, columns, simd) = (self.plan, self.surface, &*self.columns, self.simd);
        let first = chunk.first_voxel();
        let end_z = first.z + CHUNK_EDGE;
        let codes = &mut room.codes;
        let has_bodies = |volume: &&Volume| volume.codes(first.z, simd, codes);
        let bodies = self.volume.as_ref().filter(has_bodies);
        let is_built_on = self.structures.iter().any(|structure| structure.touches(first));
        let is_plain = bodies.is_none() && !is_built_on;
        if is_plain
            && first.z > columns.highest_top
            && first.z >= columns.plants_end
            && first.z >= columns.highest_water_end
        {
            return Chunk::uniform(Material::Air);
        }
        if is_plain && first.z > columns.highest_top && end_z <= columns.lowest_water_end {
            return Chunk::uniform(Material::Water);
        }
        let numbers = &mut *room.numbers;
        let floor_z = plan.bounds().min().z;
        simd.run(FillLayers {
            columns,
            strata: *plan.strata(),
            first_z: first.z,
            floor_z,
            numbers,
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
                stamp(plant, part, first, numbers);
            }
        }
        plant_low(surface, first, numbers);
        for structure in self.structures.iter().filter(|_| is_built_on) {
            structure.build(first, numbers);
        }
        // The numbers come from `Material` alone, so there is no chunk that is refused.
        Chunk::packed(numbers, simd, &mut room.packing).unwrap_or_else(|| Chunk::uniform(Material::Air))
    }
}

/// The kernel: ground and water of all layers of a chunk.
struct FillLayers<'a> {
    columns: &'a Columns,
    strata: Strata,
    first_z: i32,
    floor_z: i32,
    numbers: &'a mut [u8; CHUNK_VOXELS],
}

impl NullaryFnOnce for FillLayers<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (columns, strata) = (self.columns, self.strata);
        for (layer, numbers) in (0..).zip(self.numbers.chunks_exact_mut(TILE_COLUMNS)) {
            let z = self.first_z + layer;
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
                    strata.rock_numbers(z.into(), columns_of_row.shift, columns_of_row.volcanic)
                } else {
                    columns_of_row.numbers(z, &strata)
                };
            }
        }
    }
}

/// 32 columns side by side.
pub(crate) struct RowOfColumns<'a> {
    pub(crate) top: &'a [i16; LANES],
    top_material: &'a [i16; LANES],
    below_from: &'a [i16; LANES],
    below_material: &'a [i16; LANES],
    rock_from: &'a [i16; LANES],
    pub(crate) shift: &'a [i8; LANES],
    pub(crate) volcanic: &'a [i8; LANES],
    water_end: &'a [i16; LANES],
}

impl Columns {
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> RowOfColumns<'_> {
        fn of<T>(columns: &[T; TILE_COLUMNS], row: usize) -> &[T; LANES] {
            &columns.as_chunks::<LANES>().0[row]
        }
        RowOfColumns {
            top: of(&self.top, row),
            top_material: of(&self.top_material, row),
            below_from: of(&self.below_from, row),
            below_material: of(&self.below_material, row),
            rock_from: of(&self.rock_from, row),
            shift: of(&self.shift, row),
            volcanic: of(&self.volcanic, row),
            water_end: of(&self.water_end, row),
        }
    }
}

impl RowOfColumns<'_> {
    /// The material numbers of 32 voxels, without branches.
    #[inline(always)]
    fn numbers(&self, z: i16, strata: &Strata) -> [u8; LANES] {
        const WATER: i16 = Material::Water as i16;
        const AIR: i16 = Material::Air as i16;
        let mut numbers = strata.rock_numbers(z.into(), self.shift, self.volcanic);
        for (lane, number) in numbers.iter_mut().enumerate() {
            let mut material = i16::from(*number);
            material = if z > self.rock_from[lane] {
                self.below_material[lane]
            } else {
                material
            };
            material = if z > self.below_from[lane] {
                self.top_material[lane]
            } else {
                material
            };
            let outside = if z < self.water_end[lane] { WATER } else { AIR };
            material = if z > self.top[lane] { outside } else { material };
            *number = ops::low_byte(material);
        }
        numbers
    }

    fn extremes(&self) -> Extremes {
        (0..LANES).fold(Extremes::NONE, |all, lane| Extremes {
            highest_top: all.highest_top.max(self.top[lane]),
            lowest_rock_from: all.lowest_rock_from.min(self.rock_from[lane]),
            lowest_water_end: all.lowest_water_end.min(self.water_end[lane]),
            highest_water_end: all.highest_water_end.max(self.water_end[lane]),
        })
    }
}

impl Extremes {
    const NONE: Self = Self {
        highest_top: i16::MIN,
        lowest_rock_from: i16::MAX,
        lowest_water_end: i16::MAX,
        highest_water_end: i16::MIN,
    };
}

/// Puts one part of a plant into a chunk, where that is free: air, and for trunks of what stands in water
/// also water. Of two plants that want one voxel the first gets it, in every chunk alike.
fn stamp(plant: &Plant, part: Stamp, first: VoxelPos, numbers: &mut [u8; CHUNK_VOXELS]) {
    let VoxelPos { x, y, z } = plant.base;
    let base = VoxelPos::new(x - first.x, y - first.y, z - first.z);
    let wades = part == Stamp::Frame && plant.species.stands_in_water();
    let inside = 0..CHUNK_EDGE;
    let layers = -base.z..CHUNK_EDGE - base.z;
    for (offset, material) in plant.model().cells(part, layers) {
        let (x, y) = (base.x + offset.x, base.y + offset.y);
        if !inside.contains(&x) || !inside.contains(&y) {
            continue;
        }
        let voxel = VoxelPos::new(x, y, base.z + offset.z);
        let number = &mut numbers[voxel.index_in_chunk()];
        let water = wades && *number == Material::Water.number();
        if *number == Material::Air.number() || water {
            *number = material.number();
        }
    }
}

/// Puts the plants of a single voxel into a chunk, where no larger plant stands.
fn plant_low(surface: &SurfaceTile, first: VoxelPos, numbers: &mut [u8; CHUNK_VOXELS]) {
    for (index, plant) in surface.low_plants.iter().enumerate() {
        if *plant == Material::Air {
            continue;
        }
        let layers = low_plant(surface, index);
        let free = match plant {
            Material::Ice => Material::Water,
            plant if plant.is_wet() => Material::Water,
            _ => Material::Air,
        };
        for z in layers.start.max(first.z)..layers.end.min(first.z + CHUNK_EDGE) {
            let layer = usize::try_from(z - first.z).unwrap_or(0);
            let number = &mut numbers[layer * TILE_COLUMNS + index];
            if *number == free.number() {
                *number = plant.number();
            }
        }
    }
}

/// The z of the voxels of a column's low plant.
fn low_plant(surface: &SurfaceTile, index: usize) -> std::ops::Range<i32> {
    let (x, y) = (ops::lane_i32(index % LANES), ops::lane_i32(index / LANES));
    let first = surface.pos.first_column();
    let pos = ColumnPos::new(first.x + x, first.y + y);
    let water_end = i32::from(surface.water_ends[index]);
    scatter::low_voxels(
        surface.low_plants[index],
        pos,
        surface.top_voxel(index),
        water_end,
    )
}
