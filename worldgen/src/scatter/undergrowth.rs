//! Plants of one voxel: grass, flowers, ferns, reeds, what floats on ponds and waves on the sea floor.
//!
//! Each belongs to its column alone. Where several could grow, drifts follow the irregularity that also
//! shapes the borders of materials, so that flowers of one colour stand together.

use std::ops::Range;

use shared::coords::ColumnPos;

use crate::cover::{Column, SNOW};
use crate::material::Material;
use crate::ops::STEPS_PER_VOXEL;
use crate::seed::Seed;

/// Steepest ground on which low plants stand, in 1/256.
const MAX_SLOPE: i32 = 235;

/// What grows low in a column whose ground has this material on top; air for nothing.
#[inline]
pub(crate) fn low_plant(seed: Seed, pos: ColumnPos, column: &Column, soil: Material) -> Material {
    if column.slope > MAX_SLOPE || column.bare >= 128 {
        return Material::Air;
    }
    let hash = seed.at_cell(pos.x, pos.y);
    let draw = i32::try_from(hash & 1023).unwrap_or(0);
    if column.flooded() {
        return in_water(column, soil, draw);
    }
    let drift = column.wobble;
    match soil {
        Material::Grass => in_grass(column, draw, i32::try_from(hash >> 10 & 127).unwrap_or(0)),
        Material::ForestFloor | Material::Moss => match draw {
            // In glades of the forest bluebells cover the ground.
            _ if drift < -100 && draw < 260 => Material::Bluebells,
            _ if draw < 40 + drift.max(0) => Material::Fern,
            _ if draw > 1000 => Material::TallGrass,
            _ => Material::Air,
        },
        Material::Mud => match draw {
            _ if draw < 160 + drift => Material::Reeds,
            _ if draw > 990 => Material::TallGrass,
            _ => Material::Air,
        },
        Material::Sand if column.moisture > 150 && draw < 200 + drift => Material::Reeds,
        Material::Sand => {
            let dry = column.height > 5 * STEPS_PER_VOXEL / 4 && column.coast > 3 * STEPS_PER_VOXEL;
            if dry && draw < 90 + drift {
                Material::BeachGrass
            } else {
                Material::Air
            }
        }
        Material::Gravel | Material::Dirt if draw < 24 => Material::TallGrass,
        _ => Material::Air,
    }
}

/// Grassland; `tint` of 0 to 127 decides between plants of one drift.
fn in_grass(column: &Column, draw: i32, tint: i32) -> Material {
    let drift = column.wobble;
    let wet = column.moisture > 150 && column.above_water() < 3 * STEPS_PER_VOXEL / 2;
    if wet && draw < 240 {
        return Material::Reeds;
    }
    if column.height > 34 * STEPS_PER_VOXEL + 8 * drift && draw < 60 + drift.max(0) * 2 {
        return Material::Heather;
    }
    // A few flowers grow everywhere, most of them in the heart of their drift.
    let heart = drift.abs().min(160);
    let flowers = 6 + column.flowers * (20 + heart) / 128;
    if draw < flowers {
        return match tint - 64 + drift / 2 {
            ..-40 => Material::Bluebells,
            -40..36 => Material::Flowers,
            _ => Material::Poppies,
        };
    }
    let tall = 44 + column.meadow * (160 - drift.abs().min(120)) / 128;
    if draw < flowers + tall {
        Material::TallGrass
    } else {
        Material::Air
    }
}

fn in_water(column: &Column, soil: Material, draw: i32) -> Material {
    let depth = -column.above_water();
    let drift = column.wobble;
    if column.water != 0 {
        let still = column.swamp > 60 && depth < 4 * STEPS_PER_VOXEL;
        return match draw {
            _ if column.snow > SNOW + drift / 3 => Material::Ice,
            _ if still && draw < 50 + drift => Material::WaterLily,
            _ => Material::Air,
        };
    }
    let soft = matches!(soil, Material::Sand | Material::Gravel);
    let meadow = (2 * STEPS_PER_VOXEL..9 * STEPS_PER_VOXEL).contains(&depth) && drift < -20;
    let forest = (7 * STEPS_PER_VOXEL..22 * STEPS_PER_VOXEL).contains(&depth) && drift > 90;
    match draw {
        _ if soft && meadow && draw < -3 * drift => Material::Seagrass,
        _ if forest && draw < drift - 40 => Material::Kelp,
        _ => Material::Air,
    }
}

/// The z of the voxels that a low plant fills, between the ground's highest voxel and whatever is above.
/// `water_end` is the z above the water.
pub(crate) fn low_voxels(plant: Material, pos: ColumnPos, top: i32, water_end: i32) -> Range<i32> {
    let from = top + 1;
    // Stalks differ in length by their place; no more than that is known here.
    let place = pos.x.wrapping_mul(0x2f_3a1d) ^ pos.y.wrapping_mul(0x51_9c47);
    let longer = (place >> 7) & 7;
    match plant {
        Material::Air => from..from,
        Material::WaterLily => water_end..water_end + 1,
        Material::Ice => water_end - 1..water_end,
        Material::Kelp => from..(from + 2 + longer).min(water_end - 1),
        Material::Seagrass => from..(from + 1).min(water_end - 1),
        Material::Reeds => from..from + 1 + (longer & 1),
        _ => from..from + 1,
    }
}
