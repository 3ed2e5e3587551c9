//! Structures: voxels that stand at a fixed place, such as bridges and models.
//!
//! *Not* responsible for: which ones there are (see [`crate::marker`]).

use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, ColumnPos, VoxelPos};

use crate::fingerprint::Fingerprint;
use crate::material::Material;

/// A box of voxels. Invariant: `numbers` has one entry per voxel of the box, x fastest, then y, then z.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Structure {
    min: VoxelPos,
    size: [i32; 3],
    /// Numbers of materials; that of air leaves what is there, [`FREE`] takes it away.
    numbers: Vec<u8>,
    over: Over,
}

/// In place of the number of a material: nothing shall be there.
const FREE: u8 = u8::MAX;

/// What a structure takes the place of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Over {
    /// Ground, water, plants and air.
    Everything,
    /// All but ground.
    Openings,
}

impl Structure {
    /// A box of air from `min`, inclusive, `size` voxels to the east, north and up.
    pub(crate) fn new(min: VoxelPos, size: [i32; 3], over: Over) -> Self {
        let size = size.map(|edge| edge.max(0));
        let count = size
            .iter()
            .map(|edge| usize::try_from(*edge).unwrap_or(0))
            .product();
        Self {
            min,
            size,
            numbers: vec![Material::Air.number(); count],
            over,
        }
    }

    /// Feeds all of it.
    pub(crate) fn feed(&self, fingerprint: &mut Fingerprint) {
        let Self {
            min,
            size,
            numbers,
            over,
        } = self;
        for value in [min.x, min.y, min.z].iter().chain(size) {
            fingerprint.signed(*value);
        }
        fingerprint.number((*over == Over::Everything).into());
        fingerprint.bytes(numbers);
    }

    /// Puts a voxel into the box; those outside are left out.
    pub(crate) fn put(&mut self, voxel: VoxelPos, material: Material) {
        if let Some(number) = self.index(voxel).and_then(|index| self.numbers.get_mut(index)) {
            *number = material.number();
        }
    }

    /// Keeps a voxel of the box free, where the structure has none itself.
    pub(crate) fn keep_free(&mut self, voxel: VoxelPos) {
        if let Some(number @ 0) = self.index(voxel).and_then(|index| self.numbers.get_mut(index)) {
            *number = FREE;
        }
    }

    /// Inclusive lower and exclusive upper corner.
    pub(crate) fn extent(&self) -> (VoxelPos, VoxelPos) {
        let VoxelPos { x, y, z } = self.min;
        let [width, depth, height] = self.size;
        (self.min, VoxelPos::new(x + width, y + depth, z + height))
    }

    /// The z of its highest voxel in a column, if it has any there.
    pub(crate) fn top(&self, column: ColumnPos) -> Option<i32> {
        let (from, to) = self.extent();
        let number = |z: i32| self.number(VoxelPos::new(column.x, column.y, z));
        (from.z..to.z).rev().find(|z| is_built(number(*z)))
    }

    /// Whether it has a voxel in the chunk that begins at `first`.
    pub(crate) fn touches(&self, first: VoxelPos) -> bool {
        let (from, to) = self.extent();
        from.x < first.x + CHUNK_EDGE
            && first.x < to.x
            && from.y < first.y + CHUNK_EDGE
            && first.y < to.y
            && from.z < first.z + CHUNK_EDGE
            && first.z < to.z
    }

    /// Takes away plants and rock that hang where it is to be free, in the chunk that begins at `first`. `tops`
    /// are the z of the highest ground voxels, by the index of a column in its tile.
    pub(crate) fn clear(
        &self,
        first: VoxelPos,
        tops: impl Fn(usize) -> i32,
        numbers: &mut [u8; CHUNK_VOXELS],
    ) {
        let is_ground = |voxel: VoxelPos| voxel.z <= tops(voxel.column().index_in_tile());
        for voxel in self.voxels_in(first) {
            let there = &mut numbers[voxel.index_in_chunk()];
            if self.number(voxel) == FREE && !is_ground(voxel) && *there != Material::Water.number() {
                *there = Material::Air.number();
            }
        }
    }

    /// Writes the part that lies in the chunk that begins at `first`; see [`Self::clear`] for `tops`.
    pub(crate) fn build(
        &self,
        first: VoxelPos,
        tops: impl Fn(usize) -> i32,
        numbers: &mut [u8; CHUNK_VOXELS],
    ) {
        let is_ground = |voxel: VoxelPos| voxel.z <= tops(voxel.column().index_in_tile());
        for voxel in self.voxels_in(first) {
            let there = &mut numbers[voxel.index_in_chunk()];
            let own = self.number(voxel);
            let gives_way = || is_open(*there) || !is_ground(voxel);
            if is_built(own) && (self.over == Over::Everything || gives_way()) {
                *there = own;
            }
        }
    }

    /// The voxels of the box that lie in the chunk that begins at `first`.
    fn voxels_in(&self, first: VoxelPos) -> impl Iterator<Item = VoxelPos> {
        let (from, to) = self.extent();
        let along = |from: i32, to: i32, first: i32| from.max(first)..to.min(first + CHUNK_EDGE);
        let (xs, ys, zs) = (
            along(from.x, to.x, first.x),
            along(from.y, to.y, first.y),
            along(from.z, to.z, first.z),
        );
        zs.flat_map(move |z| {
            let xs = xs.clone();
            ys.clone()
                .flat_map(move |y| xs.clone().map(move |x| VoxelPos::new(x, y, z)))
        })
    }

    /// What it says of a voxel: the number of a material, that of air for nothing, or [`FREE`].
    fn number(&self, voxel: VoxelPos) -> u8 {
        let number = self.index(voxel).and_then(|index| self.numbers.get(index));
        number.copied().unwrap_or(Material::Air.number())
    }

    fn index(&self, voxel: VoxelPos) -> Option<usize> {
        let [width, depth, height] = self.size;
        let (x, y, z) = (voxel.x - self.min.x, voxel.y - self.min.y, voxel.z - self.min.z);
        let inside = (0..width).contains(&x) && (0..depth).contains(&y) && (0..height).contains(&z);
        inside.then(|| usize::try_from((z * depth + y) * width + x).ok())?
    }
}

fn is_built(number: u8) -> bool {
    number != Material::Air.number() && number != FREE
}

fn is_open(number: u8) -> bool {
    Material::from_number(number).is_some_and(|material| !material.is_solid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chunk;

    #[test]
    fn a_structure_fills_its_part_of_a_chunk_and_spares_the_ground_when_told() {
        for (over, expected) in [
            (Over::Everything, Material::Planks),
            (Over::Openings, Material::Stone),
        ] {
            let mut structure = Structure::new(VoxelPos::new(30, 0, 0), [4, 1, 1], over);
            for x in 28..40 {
                structure.put(VoxelPos::new(x, 0, 0), Material::Planks);
            }
            let mut numbers = chunk::filled(Material::Water.number());
            numbers[31] = Material::Stone.number();
            let first = VoxelPos::new(0, 0, 0);
            assert_eq!(structure.top(ColumnPos::new(30, 0)), Some(0));
            assert_eq!(structure.top(ColumnPos::new(30, 1)), None);
            assert!(structure.touches(first) && !structure.touches(VoxelPos::new(64, 0, 0)));
            structure.build(first, |_| 0, &mut numbers);
            assert_eq!(numbers[29], Material::Water.number());
            assert_eq!(numbers[30], Material::Planks.number());
            assert_eq!(numbers[31], expected.number());
        }
    }
}
