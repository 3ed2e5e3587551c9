//! What covers a column: the material on top by slope, height, coast and zone, and the layers under it.
//!
//! All decisions compare whole numbers, so they come out the same everywhere (property 1).
//!
//! *Not* responsible for: plants ([`crate::scatter`]).

use crate::material::Material;
use crate::ops::{self, STEPS_PER_VOXEL};
use crate::scatter::Trees;
use crate::strata::Strata;

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
    /// Share of bare sand, 0 to 255.
    pub(crate) sand: i32,
    /// Density of forest, 0 to 255.
    pub(crate) forest: i32,
    /// Which trees the forest has: number of a [`crate::scatter::Trees`].
    pub(crate) trees: i32,
    /// Share of meadow, 0 to 255.
    pub(crate) meadow: i32,
    /// Share of flowers in the grass, 0 to 255.
    pub(crate) flowers: i32,
    /// Share of swamp, 0 to 255.
    pub(crate) swamp: i32,
    /// How firmly the column is kept for people, 0 to 255: nothing grows on it from 128 on.
    pub(crate) paved: i32,
    /// Number of the material of the paving, 0 for the ground's own.
    pub(crate) paving: i32,
    /// Share of snow, 0 to 255.
    pub(crate) snow: i32,
    /// Share of volcanic ground, 0 to 255.
    pub(crate) ash: i32,
    /// How far nothing grows here, 0 to 255.
    pub(crate) bare: i32,
    /// Share of living reef on the sea floor, 0 to 255.
    pub(crate) reef: i32,
    /// Irregularity, -256 to 256.
    pub(crate) wobble: i32,
    /// Irregularity of this column alone, -128 to 127.
    pub(crate) grain: i32,
    /// Shift of the strata, in voxels; see [`Strata::shift`].
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
/// The z of rock above which it bears snow.
pub(crate) const SNOW_FROM_Z: i32 = 78;
/// Above this height meadows thin out.
const TREE_LINE: i32 = metres(62);
/// Steeper than this, nothing holds on the rock.
const ROCK_SLOPE: i32 = 330;
/// Steeper than this, soil slides off.
const SCREE_SLOPE: i32 = 265;
/// Steeper than this, a shore has no sand.
const SAND_SLOPE: i32 = 150;
/// From about this share on, snow lies.
pub(crate) const SNOW: i32 = 84;
/// From about this share on, ash covers the ground.
const ASH: i32 = 112;
/// From about this share on, nothing lives on the ground.
const SCORCHED: i32 = 72;
/// From about this density on, a wood shades its floor.
pub(crate) const WOOD: i32 = 60;
/// From about this share on, some of the rock is lava; a little ash already tells of it.
const VOLCANIC: i32 = 12;

impl Column {
    /// Whether the highest ground voxel lies under water.
    pub(crate) fn flooded(&self) -> bool {
        ops::top_voxel(self.height) <= ops::top_voxel(self.water)
    }

    /// Whether waves reach it: up to about a metre, on some coasts not at all, and further up where there is a beach.
    fn is_by_the_sea(&self) -> bool {
        let sand_limit = 170 + self.wobble * 3 / 2 + self.grain / 4 + self.beach * 4 - self.swamp * 4;
        self.height < sand_limit && self.coast < metres(48)
    }

    /// Whether it is part of the step from a beach into a river's bed, which is no cliff.
    fn is_at_mouth(&self) -> bool {
        self.is_by_the_sea() && self.moisture > 128 && self.slope < metres(3)
    }

    /// Whether it is part of a step that the sea covers by less than 3 m, as where a river digs its bed into it.
    fn is_step_in_the_shallows(&self) -> bool {
        self.water == 0 && self.height > metres(-3) && self.coast > metres(-12) && self.slope < metres(2)
    }

    /// How much of the rock is lava, 0 to 127; see [`Strata::is_volcanic`].
    pub(crate) fn lava(&self) -> i32 {
        let more = (2 * (self.ash - VOLCANIC) + self.wobble / 2 + self.grain / 4) / 3;
        if self.ash > 8 { more.clamp(0, 127) } else { 0 }
    }

    /// How far the ground rises above the water level, in 1/256 voxel; the sea's where there is no other.
    pub(crate) fn above_water(&self) -> i32 {
        self.height - self.water
    }
}

/// The material on top of a column.
#[inline]
pub(crate) fn top_material(column: &Column, strata: &Strata) -> Material {
    let Column { height, slope, .. } = *column;
    let wobble = column.wobble;
    if column.paved > 127 + wobble / 4
        && column.paving > 0
        && let Some(paving) = Material::from_number(ops::to_u8(column.paving))
    {
        return paving;
    }
    let rock = || {
        let shifted_z = ops::top_voxel(height) + column.strata;
        if Strata::is_volcanic(shifted_z, column.lava()) {
            Material::Basalt
        } else {
            strata.rock(shifted_z)
        }
    };
    if column.sand > 127 + wobble / 3 && !column.flooded() {
        return Material::Sand;
    }
    if column.flooded() {
        return bed(column, rock);
    }
    let at_mouth = column.is_at_mouth();
    if slope > ROCK_SLOPE + wobble / 8 && !at_mouth {
        return rock();
    }
    // Zones begin where their share passes a threshold that varies: over some metres, so that their borders run
    // in and out, and from column to column, so that they are ragged.
    let border = wobble / 3 + column.grain / 3;
    // However ragged a border is, where a zone has no share at all it shows nowhere.
    let lies = |share: i32, from: i32| share > (from + border).max(8);
    let cold = lies(column.snow, SNOW) || height > SNOW_LINE + 6 * wobble + 2 * column.grain;
    // Single voxels of snow stand out from dark walls: there it wants a rest.
    let snow_slope = if column.ash > VOLCANIC {
        SAND_SLOPE + 30
    } else {
        SCREE_SLOPE + 30
    };
    if cold && slope < snow_slope {
        return Material::Snow;
    }
    if lies(column.ash, ASH) {
        let bare = slope > SAND_SLOPE + wobble / 2 || wobble > 180 + column.grain / 2;
        return if bare { rock() } else { Material::Ash };
    }
    if lies(column.ash, SCORCHED) {
        return match rock() {
            Material::Basalt if slope > SAND_SLOPE => Material::Basalt,
            _ if column.grain > 40 && slope < SAND_SLOPE => Material::Gravel,
            _ => Material::Dirt,
        };
    }
    if slope > SCREE_SLOPE + wobble / 8 + column.grain / 2 && !at_mouth {
        return if height > metres(30) + 8 * wobble {
            Material::Gravel
        } else {
            Material::Dirt
        };
    }
    if column.is_by_the_sea() && (slope < SAND_SLOPE || at_mouth) {
        return Material::Sand;
    }
    if height > TREE_LINE + 12 * wobble {
        return if wobble > 40 { rock() } else { Material::Gravel };
    }
    if lies(column.swamp, 110) {
        return if column.above_water() < 130 + wobble / 4 + column.grain / 2 {
            Material::Mud
        } else if wobble > 60 + column.grain / 2 {
            Material::Moss
        } else {
            Material::Grass
        };
    }
    let shaded = column.forest > (WOOD + wobble / 4 + column.grain / 5).max(8);
    if shaded && Trees::of(column) != Trees::Palm {
        let damp = column.moisture > 140 + wobble / 2 + column.grain / 2;
        return if damp {
            Material::Moss
        } else {
            Material::ForestFloor
        };
    }
    Material::Grass
}

/// The material on top of ground under water.
fn bed(column: &Column, rock: impl Fn() -> Material) -> Material {
    let grain = column.grain;
    let of_sand =
        column.beach > 0 || column.reef > 0 || column.is_at_mouth() || column.is_step_in_the_shallows();
    if column.slope > SCREE_SLOPE + 40 + grain / 2 {
        // Reefs grow steeply, and beaches slide into the depth; dark rock would cut through both.
        if of_sand { Material::Sand } else { rock() }
    } else if column.swamp > 60 + column.wobble / 8 {
        Material::Mud
    } else if column.ash > ASH + (column.wobble + grain) / 3 {
        rock()
    } else if column.above_water() > metres(-9) + 3 * column.wobble + 4 * grain
        || column.beach > 60 + grain / 3
    {
        Material::Sand
    } else {
        Material::Gravel
    }
}

/// The layers under a top material.
pub(crate) const fn soil(top: Material) -> Soil {
    let (top_voxels, below, rock_from) = match top {
        Material::Grass | Material::Moss => (1, Material::Dirt, 4),
        Material::ForestFloor => (1, Material::Dirt, 5),
        Material::Mud => (2, Material::Dirt, 4),
        Material::Sand => (4, Material::Gravel, 5),
        Material::Gravel => (3, Material::Gravel, 3),
        Material::Dirt => (2, Material::Dirt, 2),
        Material::Snow => (2, Material::Gravel, 3),
        Material::Ash => (2, Material::Ash, 2),
        Material::Cobble | Material::Path => (1, Material::Gravel, 3),
        _ => (0, Material::Stone, 0),
    };
    Soil {
        top_voxels,
        below,
        rock_from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    const MEADOW: Column = Column {
        height: metres(10),
        slope: 20,
        coast: metres(60),
        water: 0,
        moisture: 0,
        beach: 0,
        sand: 0,
        forest: 0,
        trees: 0,
        meadow: 0,
        flowers: 0,
        swamp: 0,
        paved: 0,
        paving: 0,
        snow: 0,
        ash: 0,
        bare: 0,
        reef: 0,
        wobble: 0,
        grain: 0,
        strata: 0,
    };

    fn expect_materials(cases: &[(Column, Material)]) {
        let strata = Strata::new(Seed::of_island(1, shared::ids::IslandId("i".parse().unwrap())));
        for (column, expected) in cases {
            assert_eq!(top_material(column, &strata), *expected, "{column:?}");
        }
    }

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
            (
                Column {
                    ash: 60,
                    slope: 400,
                    ..MEADOW
                },
                Material::Basalt,
            ),
            (Column { ash: 255, ..MEADOW }, Material::Ash),
            (Column { snow: 255, ..MEADOW }, Material::Snow),
            (
                Column {
                    swamp: 255,
                    water: metres(10) - 60,
                    ..MEADOW
                },
                Material::Mud,
            ),
            (
                Column {
                    swamp: 255,
                    water: metres(12),
                    ..MEADOW
                },
                Material::Mud,
            ),
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
        expect_materials(&cases);
    }

    #[test]
    fn steps_and_slopes_bear_what_lies_there() {
        let cases = [
            // A reef's flank.
            (
                Column {
                    height: metres(-6),
                    coast: metres(-60),
                    slope: 400,
                    reef: 40,
                    ..MEADOW
                },
                Material::Sand,
            ),
            // A step in the shallows, and a rock face in them.
            (
                Column {
                    height: metres(-1),
                    coast: metres(-2),
                    slope: 400,
                    ..MEADOW
                },
                Material::Sand,
            ),
            (
                Column {
                    height: metres(-1),
                    coast: metres(-2),
                    slope: 900,
                    ash: 255,
                    ..MEADOW
                },
                Material::Basalt,
            ),
            // The step from a beach into a river, and the same step elsewhere.
            (
                Column {
                    height: 100,
                    coast: metres(2),
                    slope: 500,
                    moisture: 255,
                    ..MEADOW
                },
                Material::Sand,
            ),
            (
                Column {
                    height: metres(20),
                    slope: 500,
                    moisture: 255,
                    ash: 255,
                    ..MEADOW
                },
                Material::Basalt,
            ),
            // Snow lies on grey rock that is too steep for it on dark rock.
            (
                Column {
                    slope: 240,
                    snow: 255,
                    ..MEADOW
                },
                Material::Snow,
            ),
            (
                Column {
                    slope: 240,
                    snow: 255,
                    ash: 255,
                    ..MEADOW
                },
                Material::Basalt,
            ),
        ];
        expect_materials(&cases);
    }

    #[test]
    fn the_sea_floor_turns_to_gravel_over_some_metres() {
        let strata = Strata::new(Seed::of_island(1, shared::ids::IslandId("i".parse().unwrap())));
        let share_of_sand = |depth_m: i32| {
            let sand = (-128..128).filter(|grain| {
                let column = Column {
                    height: metres(-depth_m),
                    coast: metres(-60),
                    grain: *grain,
                    ..MEADOW
                };
                top_material(&column, &strata) == Material::Sand
            });
            sand.count()
        };
        let shares = [6, 8, 9, 10, 12].map(share_of_sand);
        assert!(shares.is_sorted_by(|a, b| a > b), "{shares:?}");
        assert_eq!((shares[0], shares[4]), (256, 0));
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
