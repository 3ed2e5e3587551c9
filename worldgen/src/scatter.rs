//! Plants, rocks and corals: where they stand, and which voxels they fill.
//!
//! Each belongs to a cell of 5 x 5 columns: the cell's hash says where in the cell it would stand, what it
//! would be, and how densely such things must grow for it to exist. So an edited zone moves no other plant,
//! and one near a border is found by both sides without asking each other (property 4). Plants of a single
//! voxel, such as grass and flowers, belong to their column instead.
//!
//! *Not* responsible for: where forests and meadows are (the marker kinds of stage `Zone`).

use shared::coords::{CHUNK_EDGE, ColumnPos, TilePos, VoxelPos};

use crate::cover::Column;
use crate::material::Material;
use crate::ops;
use crate::plan::IslandPlan;
use crate::seed::mix64;
use crate::simd::SimdLevel;

mod broadleaf;
mod conifer;
mod habitat;
mod model;
mod reef;
mod rock;
mod species;
mod undergrowth;
mod wetland;

use model::Turned;

pub(crate) use habitat::Trees;
pub(crate) use model::Stamp;
pub use species::{Shapes, Species};
pub(crate) use undergrowth::{low_plant, low_voxels};

/// Greatest distance of a voxel of a plant from the column where it stands.
pub(crate) const REACH: i32 = 5;
/// Edge of a cell in columns.
const CELL: i32 = 5;
/// Columns at the cell's edges that stay free, so that plants are at least 3 apart.
const CELL_MARGIN: i32 = 1;

/// A plant, rock or coral of several voxels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plant {
    /// The voxel where it stands: the first one above the ground.
    pub base: VoxelPos,
    /// What it is.
    pub species: Species,
    /// Which of the shapes of its species it has, and how that is turned.
    pub shape: u8,
}

impl Plant {
    /// Voxels that the plant may fill: inclusive lower and exclusive upper corner. Below its base it reaches
    /// into the ground. `shapes` are those of its island.
    pub fn extent(&self, shapes: &Shapes) -> (VoxelPos, VoxelPos) {
        let (from, to) = self.model(shapes).extent();
        let VoxelPos { x, y, z } = self.base;
        (
            VoxelPos::new(x + from.x, y + from.y, z + from.z),
            VoxelPos::new(x + to.x, y + to.y, z + to.z),
        )
    }

    /// Its shape, as it stands.
    pub(crate) fn model<'a>(&self, shapes: &'a Shapes) -> Turned<'a> {
        shapes.model(self.species, self.shape)
    }

    /// What the plant puts into a voxel that is free, if anything. `shapes` are those of its island.
    pub fn material(&self, shapes: &Shapes, voxel: VoxelPos) -> Option<Material> {
        let offset = VoxelPos::new(
            voxel.x - self.base.x,
            voxel.y - self.base.y,
            voxel.z - self.base.z,
        );
        self.model(shapes).material(offset)
    }
}

impl IslandPlan {
    /// The plants that have a voxel above a tile, in the order of their cells. `known` knows the columns of
    /// the tile, and of some around it; the others are evaluated.
    pub(crate) fn plants_of_tile(
        &self,
        tile: TilePos,
        known: impl Fn(ColumnPos) -> Option<Column>,
        simd: SimdLevel,
    ) -> Vec<Plant> {
        let first = tile.first_column();
        // Without land there is only deep sea, where nothing grows.
        let place = tile.footprint().grown(REACH as f32 + 1.0);
        if self.operators_near(place).next().is_none() {
            return Vec::new();
        }
        let seed = self.seed().feature("plants");
        let giants = self.seed().feature("giants");
        let range = |first: i32| {
            let (from, to) = (first - REACH, first + CHUNK_EDGE + REACH);
            from.div_euclid(CELL)..=(to - 1).div_euclid(CELL)
        };
        let mut sites = Vec::with_capacity(96);
        for cell_y in range(first.y) {
            for cell_x in range(first.x) {
                let hash = seed.at_cell(cell_x, cell_y);
                let pos = place_in_cell(cell_x, cell_y, hash);
                let near =
                    |value: i32, first: i32| (first - REACH..first + CHUNK_EDGE + REACH).contains(&value);
                if near(pos.x, first.x) && near(pos.y, first.y) {
                    let giant = giants
                        .at_cell(cell_x.div_euclid(3), cell_y.div_euclid(3))
                        .is_multiple_of(4);
                    let middle = cell_x.rem_euclid(3) == 1 && cell_y.rem_euclid(3) == 1;
                    let room = match (giant, middle) {
                        (false, _) => Room::Usual,
                        (true, true) => Room::Giant,
                        (true, false) => Room::BesideGiant,
                    };
                    sites.push(Site { pos, hash, room });
                }
            }
        }
        let known: Vec<Option<Column>> = sites.iter().map(|site| known(site.pos)).collect();
        let unknown = sites.iter().zip(&known).filter(|(_, known)| known.is_none());
        let unknown: Vec<ColumnPos> = unknown.map(|(site, _)| site.pos).collect();
        let mut unknown = self.columns_at(&unknown, simd).into_iter();
        let mut plants = Vec::new();
        for (site, known) in sites.into_iter().zip(known) {
            let Some(column) = known.or_else(|| unknown.next()) else {
                continue;
            };
            if let Some(plant) = self
                .grow(&site, &column)
                .filter(|plant| self.overhangs(plant, tile))
            {
                plants.push(plant);
            }
        }
        plants
    }

    /// What stands at a site, if the ground bears anything.
    fn grow(&self, site: &Site, column: &Column) -> Option<Plant> {
        let species = habitat::species(column, self.strata(), site)?;
        let ground = ops::top_voxel(column.height);
        let plant = Plant {
            base: VoxelPos::new(site.pos.x, site.pos.y, ground + 1),
            species,
            shape: ops::low_byte(i16::try_from(mix64(site.hash) & 0x7f).unwrap_or(0)),
        };
        let top = plant.extent(self.shapes()).1.z;
        let ceiling = if species.stays_under_water() {
            ops::top_voxel(column.water)
        } else {
            self.bounds().max().z
        };
        (top <= ceiling).then_some(plant)
    }

    /// Whether a plant has a voxel above the tile.
    fn overhangs(&self, plant: &Plant, tile: TilePos) -> bool {
        let first = tile.first_column();
        let (from, to) = plant.extent(self.shapes());
        from.x < first.x + CHUNK_EDGE && to.x > first.x && from.y < first.y + CHUNK_EDGE && to.y > first.y
    }
}

/// A place where something may stand.
struct Site {
    pos: ColumnPos,
    hash: u64,
    room: Room,
}

/// What the cells around leave room for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Room {
    /// A tree of usual size.
    Usual,
    /// An old giant, should the ground bear one.
    Giant,
    /// Only what grows in the shade of a giant.
    BesideGiant,
}

fn place_in_cell(cell_x: i32, cell_y: i32, hash: u64) -> ColumnPos {
    let free = CELL - 2 * CELL_MARGIN;
    let within = |bits: u64| CELL_MARGIN + i32::try_from(bits % u64::from(free.unsigned_abs())).unwrap_or(0);
    ColumnPos::new(
        cell_x * CELL + within(hash >> 40),
        cell_y * CELL + within(hash >> 52),
    )
}
