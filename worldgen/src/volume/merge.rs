//! Bodies and columns become voxels.
//!
//! *Not* responsible for: the fields (see [`super::lattice`]); what bodies leave alone (see [`super::limits`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, TILE_COLUMNS};

use super::lattice::{DEEP_IN_HOLLOW, DEEP_IN_ROCK, IN_HOLLOW, IN_ROCK, IN_SEA, Lattice, NEAR_SEA, STEP};
use super::limits::Limits;
use crate::cover;
use crate::fill::Columns;
use crate::material::Material;
use crate::ops::{self, LANES};
use crate::simd::SimdLevel;
use crate::strata::Strata;

/// Layers below and above a chunk that decide what its voxels become.
const MARGIN: usize = STEP as usize;
const LAYERS: usize = CHUNK_EDGE as usize + 2 * MARGIN;
/// The same in lattice steps.
const CELLS: i32 = CHUNK_EDGE / STEP + 2;

/// What bodies make of the voxels of one chunk, and of the layers next to it.
pub(crate) struct Codes {
    /// Layer by layer from [`MARGIN`] below the chunk.
    layers: Box<[[u8; TILE_COLUMNS]]>,
    /// Whether a layer holds anything; one that does not is all zero.
    holds: [bool; LAYERS],
}

/// The kernel: all layers of a chunk.
struct Mark<'a> {
    lattice: &'a Lattice,
    /// The lowest layer's z in lattice steps.
    first: i32,
    codes: &'a mut Codes,
}

impl NullaryFnOnce for Mark<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let cells = self.codes.layers.chunks_exact_mut(STEP as usize);
        let holds = self.codes.holds.chunks_exact_mut(STEP as usize);
        for (step, (layers, holds)) in (self.first..).zip(cells.zip(holds)) {
            holds.fill(self.lattice.mark(step, layers));
        }
    }
}

impl Default for Codes {
    /// Of no body.
    fn default() -> Self {
        Self {
            layers: vec![[0; TILE_COLUMNS]; LAYERS].into_boxed_slice(),
            holds: [false; LAYERS],
        }
    }
}

impl Codes {
    /// Takes those of the chunk that begins at a z in place of what they were; whether there are any.
    pub(super) fn take(&mut self, lattice: &Lattice, first_z: i32, simd: SimdLevel) -> bool {
        if !Self::are_there(lattice, first_z) {
            return false;
        }
        for (layer, holds) in self.layers.iter_mut().zip(&mut self.holds) {
            if std::mem::take(holds) {
                layer.fill(0);
            }
        }
        simd.run(Mark {
            lattice,
            first: first_step(first_z),
            codes: self,
        });
        true
    }

    /// Whether there are any for the chunk that begins at a z.
    pub(super) fn are_there(lattice: &Lattice, first_z: i32) -> bool {
        let first = first_step(first_z);
        (first..first + CELLS).any(|step| lattice.touches(step))
    }

    /// The codes of 32 voxels in layers around one of the chunk, from two below to three above it.
    #[inline(always)]
    fn around(&self, layer: usize, row: usize) -> [&[u8; LANES]; 6] {
        std::array::from_fn(|at| &self.layers[layer + MARGIN + at - 2].as_chunks::<LANES>().0[row])
    }

    /// Whether anything in or next to a layer of the chunk is marked.
    #[inline(always)]
    fn concerns(&self, layer: usize) -> bool {
        let middle = layer + MARGIN;
        self.holds[middle] || self.holds[middle + 1]
    }
}

/// The lowest layer of codes for the chunk that begins at a z, in lattice steps.
fn first_step(first_z: i32) -> i32 {
    first_z.div_euclid(STEP) - 1
}

/// What decides the voxels of ground and water where bodies are.
pub(crate) struct Merge<'a> {
    pub(crate) codes: &'a Codes,
    pub(crate) limits: &'a Limits,
    pub(crate) columns: &'a Columns,
    pub(crate) strata: Strata,
    pub(crate) first_z: i32,
    /// z of the lowest and the first voxel above the highest of the island's box.
    pub(crate) box_z: (i32, i32),
}

/// The kernel: [`Merge`] into the voxels of a chunk.
pub(crate) struct MergeInto<'a> {
    pub(crate) merge: Merge<'a>,
    pub(crate) numbers: &'a mut [u8; CHUNK_VOXELS],
}

impl NullaryFnOnce for MergeInto<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { merge, numbers } = self;
        let (floor_z, end_z) = merge.box_z;
        for (layer, numbers) in numbers.chunks_exact_mut(TILE_COLUMNS).enumerate() {
            let z = merge.first_z + ops::lane_i32(layer);
            // Something stays to stand on over the bedrock, and room to stand under the top of the box.
            if z < floor_z + 3 || z > end_z - 3 || !merge.codes.concerns(layer) {
                continue;
            }
            for (row, numbers) in numbers.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
                let around = merge.codes.around(layer, row);
                if *around[HERE] != [0; LANES] || *around[HERE + 1] != [0; LANES] {
                    merge.row(row, ops::to_i16(z), &around, numbers);
                }
            }
        }
    }
}

/// Place of the layer in question among those around it.
const HERE: usize = 2;

impl Merge<'_> {
    /// 32 voxels. Without branches: all conditions are 0 or 1 in the width of a height.
    #[inline(always)]
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "a lazy `&&` would keep the lanes from being computed together"
    )]
    fn row(&self, row: usize, z: i16, around: &[&[u8; LANES]; 6], numbers: &mut [u8; LANES]) {
        const AIR: i16 = Material::Air as i16;
        const GRAVEL: i16 = Material::Gravel as i16;
        const WATER: i16 = Material::Water as i16;
        let roof = part(&self.limits.roof, row);
        let open_from = part(&self.limits.open_from, row);
        let sea_open_from = part(&self.limits.sea_open_from, row);
        let kept_above = part(&self.limits.kept_above, row);
        let kept_to = part(&self.limits.kept_to, row);
        let columns = self.columns.row(row);
        let soil = if i32::from(z) > cover::SNOW_FROM_Z {
            [Material::Snow as i16, GRAVEL]
        } else {
            [Material::Grass as i16, Material::Dirt as i16]
        };
        let under_sea = z < 0;
        let rocks = self.strata.rock_numbers(z.into(), columns.shift, columns.lava);
        for lane in 0..LANES {
            let code = |layer: usize| around[layer][lane];
            let has = |layer: usize, bits: u8| code(layer) & bits != 0;
            let roofed = z <= roof[lane];
            let is_ground = z <= columns.top[lane];
            let in_sea = has(HERE, IN_SEA) & (roofed | (z >= sea_open_from[lane]));
            // A wall stays between a dry hollow and the water in a sea cave.
            let drowned = under_sea & has(HERE, NEAR_SEA);
            let in_hollow = has(HERE, IN_HOLLOW) & (roofed | (z >= open_from[lane])) & !drowned;
            let is_kept = (z > kept_above[lane]) & (z <= kept_to[lane]);
            let hollow = is_ground & (in_hollow | in_sea) & !is_kept;
            let mut number = i16::from(numbers[lane]);
            let above = z + 1;
            let free_above = has(HERE + 1, IN_HOLLOW) & ((above <= roof[lane]) | (above >= open_from[lane]));
            let floor = is_ground & !has(HERE, IN_HOLLOW) & free_above & has(HERE + 2, DEEP_IN_HOLLOW);
            number = if floor { GRAVEL } else { number };
            let within = if in_sea & under_sea { WATER } else { AIR };
            number = if hollow { within } else { number };
            let rock = has(HERE, IN_ROCK) & (!is_ground | hollow) & !is_kept;
            let covered = has(HERE + 1, IN_ROCK);
            let soil_top = !covered & has(HERE - 2, DEEP_IN_ROCK);
            let under_1 = covered & !has(HERE + 2, IN_ROCK) & has(HERE - 1, DEEP_IN_ROCK);
            let under_2 =
                covered & has(HERE + 2, IN_ROCK) & !has(HERE + 3, IN_ROCK) & has(HERE, DEEP_IN_ROCK);
            let mut added = i16::from(rocks[lane]);
            let dry = z > 1;
            added = if dry & (under_1 | under_2) { soil[1] } else { added };
            added = if dry & soil_top { soil[0] } else { added };
            number = if rock { added } else { number };
            numbers[lane] = ops::low_byte(number);
        }
    }
}

#[inline(always)]
fn part(columns: &[i16; TILE_COLUMNS], row: usize) -> &[i16; LANES] {
    &columns.as_chunks::<LANES>().0[row]
}
