//! The columns of one tile as the layers of its chunks need them: side by side, in the width of a height.
//!
//! *Not* responsible for: plants (see [`super::plants`]) and bodies (see [`crate::volume`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use pulp::NullaryFnOnce;
use shared::coords::TILE_COLUMNS;

use crate::cover::{self, Soil};
use crate::material::Material;
use crate::ops::{self, LANES};
use crate::simd::SimdLevel;
use crate::strata::{self, Strata};
use crate::surface::SurfaceTile;

/// See the module.
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
    /// How much of the rock is lava.
    lava: [i8; TILE_COLUMNS],
    /// z of the first voxel above the water.
    water_end: [i16; TILE_COLUMNS],
    /// Of the 32 rows along x.
    pub(super) extremes: [Extremes; LANES],
    /// Of all of them.
    pub(super) all: Extremes,
}

/// What several columns have in common: between these heights all of their voxels are alike, or all rock.
#[derive(Clone, Copy)]
pub(super) struct Extremes {
    pub(super) highest_top: i16,
    pub(super) lowest_rock_from: i16,
    pub(super) lowest_water_end: i16,
    pub(super) highest_water_end: i16,
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
    pub(crate) fn new(tile: &SurfaceTile, simd: SimdLevel) -> Box<Self> {
        let mut columns = Box::new(Self {
            top: [0; TILE_COLUMNS],
            top_material: [0; TILE_COLUMNS],
            below_from: [0; TILE_COLUMNS],
            below_material: [0; TILE_COLUMNS],
            rock_from: [0; TILE_COLUMNS],
            shift: [0; TILE_COLUMNS],
            lava: tile.lava.map(u8::cast_signed),
            water_end: tile.water_ends,
            extremes: [Extremes::NONE; LANES],
            all: Extremes::NONE,
        });
        simd.run(Lay {
            tile,
            columns: &mut columns,
        });
        columns
    }

    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> RowOfColumns<'_> {
        RowOfColumns {
            top: part(&self.top, row),
            top_material: part(&self.top_material, row),
            below_from: part(&self.below_from, row),
            below_material: part(&self.below_material, row),
            rock_from: part(&self.rock_from, row),
            shift: part(&self.shift, row),
            lava: part(&self.lava, row),
            water_end: part(&self.water_end, row),
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
    pub(crate) lava: &'a [i8; LANES],
    water_end: &'a [i16; LANES],
}

/// The kernel: columns of a tile.
struct Lay<'a> {
    tile: &'a SurfaceTile,
    columns: &'a mut Columns,
}

impl NullaryFnOnce for Lay<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { tile, columns } = self;
        for row in 0..LANES {
            let heights = part(&tile.heights, row);
            let materials = part(&tile.materials, row);
            let soils: [&Soil; LANES] =
                std::array::from_fn(|lane| &SOILS[usize::from(materials[lane].number())]);
            let top = part_mut(&mut columns.top, row);
            let below_from = part_mut(&mut columns.below_from, row);
            let rock_from = part_mut(&mut columns.rock_from, row);
            for lane in 0..LANES {
                top[lane] = ops::to_i16(ops::top_voxel(heights[lane]));
                below_from[lane] = top[lane] - soils[lane].top_voxels;
                rock_from[lane] = top[lane] - soils[lane].rock_from;
            }
            let top_material = part_mut(&mut columns.top_material, row);
            let below_material = part_mut(&mut columns.below_material, row);
            for lane in 0..LANES {
                top_material[lane] = i16::from(materials[lane].number());
                below_material[lane] = i16::from(soils[lane].below.number());
            }
            let strata = part(&tile.strata, row);
            for (shift, strata) in part_mut(&mut columns.shift, row).iter_mut().zip(strata) {
                *shift = strata::place((*strata).into());
            }
            columns.extremes[row] = columns.row(row).extremes();
            columns.all = columns.all.with(columns.extremes[row]);
        }
    }
}

impl RowOfColumns<'_> {
    /// The material numbers of 32 voxels, without branches.
    #[inline(always)]
    pub(super) fn numbers(&self, z: i16, strata: &Strata) -> [u8; LANES] {
        const WATER: i16 = Material::Water as i16;
        const AIR: i16 = Material::Air as i16;
        let mut numbers = strata.rock_numbers(z.into(), self.shift, self.lava);
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

    #[inline(always)]
    fn extremes(&self) -> Extremes {
        Extremes {
            highest_top: of_all(self.top, i16::max),
            lowest_rock_from: of_all(self.rock_from, i16::min),
            lowest_water_end: of_all(self.water_end, i16::min),
            highest_water_end: of_all(self.water_end, i16::max),
        }
    }
}

impl Extremes {
    const NONE: Self = Self {
        highest_top: i16::MIN,
        lowest_rock_from: i16::MAX,
        lowest_water_end: i16::MAX,
        highest_water_end: i16::MIN,
    };

    #[inline(always)]
    fn with(self, other: Self) -> Self {
        Self {
            highest_top: self.highest_top.max(other.highest_top),
            lowest_rock_from: self.lowest_rock_from.min(other.lowest_rock_from),
            lowest_water_end: self.lowest_water_end.min(other.lowest_water_end),
            highest_water_end: self.highest_water_end.max(other.highest_water_end),
        }
    }
}

/// One of 32 numbers. By halves, which is as many at once as vectors hold, where one after the other is one at a time.
#[inline(always)]
fn of_all(row: &[i16; LANES], choose: impl Fn(i16, i16) -> i16) -> i16 {
    let mut chosen = *row;
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            chosen[lane] = choose(chosen[lane], chosen[lane + half]);
        }
        half /= 2;
    }
    chosen[0]
}

#[inline(always)]
fn part<T>(columns: &[T; TILE_COLUMNS], row: usize) -> &[T; LANES] {
    &columns.as_chunks::<LANES>().0[row]
}

#[inline(always)]
fn part_mut<T>(columns: &mut [T; TILE_COLUMNS], row: usize) -> &mut [T; LANES] {
    &mut columns.as_chunks_mut::<LANES>().0[row]
}
