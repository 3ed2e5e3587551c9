//! What covers a column: the material on top by slope, height, coast and zone, and the layers under it.
//!
//! All decisions compare whole numbers, so they come out the same everywhere (property 1).
//!
//! *Not* responsible for: plants ([`crate::tree`]).

use crate::material::Material;
use crate::ops::{self, STEPS_PER_VOXEL};

/// What a column is like where materials are decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Column {
    /// Height of the ground in 1/256 voxel.
    pub(crate) height: i32,
    /// Steepness in 1/256: 256 is 45 degrees.
    pub(crate) slope: i32,
    /// Signed coast distance in 1/256 m.
    pub(crate) coast: i32,
    /// Level of the water surface in 1/256 voxel, where it lies above the ground.
    pub(crate) water: i32,
    /// How wet the soil is, 0 to 255.
    pub(crate) moisture: i32,
    /// Share of beach, 0 to 255.
    pub(crate) beach: i32,
    /// Density of forest, 0 to 255.
    pub(crate) forest: i32,
    /// Share of meadow, 0 to 255.
    pub(crate) meadow: i32,
    /// Share of swamp, 0 to 255.
    pub(crate) swamp: i32,
    /// Share of snow, 0 to 255.
    pub(crate) snow: i32,
    /// Share of volcanic ground, 0 to 255.
    pub(crate) ash: i32,
    /// Irregularity, -256 to 256.
    pub(crate) wobble: i32,
    /// Shift of the strata, in voxels; see [`stratum`].
    pub(crate) strata: i32,
}

/// Layers below the top of a column, by the material on top.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Soil {
    /// Voxels of the top material.
    pub(crate) top_voxels: i16,
    /// What lies under them.
    pub(crate) below: Material,
    /// Voxels from the top to the rock.
    pub(crate) rock_from: i16,
}

const fn metres(count: i32) -> i32 {
    count * STEPS_PER_VOXEL
}

/// Above this height snow stays, where the ground can hold it.
const SNOW_LINE: i32 = metres(78);
/// Above this height meadows thin out.
const TREE_LINE: i32 = metres(62);
/// Steeper than this, nothing holds on the rock.
const ROCK_SLOPE: i32 = 330;
/// Steeper than this, soil slides off.
const SCREE_SLOPE: i32 = 265;
/// Steeper than this, a shore has no sand.
const SAND_SLOPE: i32 = 150;

/// The material on top of a column.
pub(crate) fn top_material(column: &Column) -> Material {
    let Column {
        height,
        slope,
        wobble,
        ..
    } = *column;
    let rock = || stratum(ops::top_voxel(height) + column.strata);
    if slope > ROCK_SLOPE + wobble / 8 {
        return rock();
    }
    if ops::top_voxel(height) < 0 {
        return sea_floor(column, rock);
    }
    if height > SNOW_LINE + 6 * wobble {
        return Material::Snow;
    }
    if slope > SCREE_SLOPE + wobble / 8 {
        return if height > metres(30) + 8 * wobble {
            Material::Gravel
        } else {
            Material::Dirt
        };
    }
    // Sand lies as high as waves throw it: up to about a metre, on some coasts not at all,
    // and further up where there is a beach.
    let sand_limit = 170 + wobble * 3 / 2 + column.beach * 4;
    if height < sand_limit && column.coast < metres(48) && slope < SAND_SLOPE {
        return Material::Sand;
    }
    if height > TREE_LINE + 12 * wobble {
        return if wobble > 40 { rock() } else { Material::Gravel };
    }
    if column.forest > 60 + wobble / 4 {
        return Material::ForestFloor;
    }
    Material::Grass
}

fn sea_floor(column: &Column, rock: impl Fn() -> Material) -> Material {
    if column.slope > SCREE_SLOPE + 40 {
        rock()
    } else if column.height > metres(-9) + 3 * column.wobble || column.beach > 60 {
        Material::Sand
    } else {
        Material::Gravel
    }
}

/// The layers under a top material.
pub(crate) const fn soil(top: Material) -> Soil {
    let (top_voxels, below, rock_from) = match top {
        Material::Grass => (1, Material::Dirt, 4),
        Material::ForestFloor => (1, Material::Dirt, 5),
        Material::Sand => (4, Material::Gravel, 5),
        Material::Gravel => (3, Material::Gravel, 3),
        Material::Dirt => (2, Material::Dirt, 2),
        Material::Snow => (2, Material::Gravel, 3),
        _ => (0, Material::Stone, 0),
    };
    Soil {
        top_voxels,
        below,
        rock_from,
    }
}

/// The rock at a height, shifted by the column's tilt: bands that repeat every 64 voxels.
pub(crate) const fn stratum(shifted_z: i32) -> Material {
    match shifted_z & 63 {
        18..=24 | 39..=41 => Material::Limestone,
        8..=12 | 28..=31 | 50..=57 => Material::Slate,
        _ => Material::Stone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEADOW: Column = Column {
        height: metres(10),
        slope: 20,
        coast: metres(60),
        water: 0,
        moisture: 0,
        beach: 0,
        forest: 0,
        meadow: 0,
        swamp: 0,
        snow: 0,
        ash: 0,
        wobble: 0,
        strata: 0,
    };

    #[test]
    fn materials_follow_height_slope_and_zone() {
        let cases = [
            (MEADOW, Material::Grass),
            (
                Column {
                    forest: 180,
                    ..MEADOW
                },
                Material::ForestFloor,
            ),
            (Column { slope: 400, ..MEADOW }, Material::Slate),
            (
                Column {
                    height: metres(100),
                    ..MEADOW
                },
                Material::Snow,
            ),
            (
                Column {
                    height: 100,
                    coast: metres(2),
                    ..MEADOW
                },
                Material::Sand,
            ),
            (
                Column {
                    height: metres(3),
                    beach: 255,
                    coast: metres(9),
                    ..MEADOW
                },
                Material::Sand,
            ),
            (
                Column {
                    height: metres(-3),
                    coast: metres(-9),
                    ..MEADOW
                },
                Material::Sand,
            ),
            (
                Column {
                    height: metres(-20),
                    coast: metres(-60),
                    ..MEADOW
                },
                Material::Gravel,
            ),
        ];
        for (column, expected) in cases {
            assert_eq!(top_material(&column), expected, "{column:?}");
        }
    }

    #[test]
    fn layers_are_ordered() {
        for top in Material::ALL {
            let soil = soil(top);
            assert!(
                0 <= soil.top_voxels && soil.top_voxels <= soil.rock_from,
                "{top:?}"
            );
        }
    }
}
