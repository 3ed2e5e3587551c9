//! Structures: voxels that stand at a fixed place, such as bridges and models.
//!
//! *Not* responsible for: which ones there are (see [`crate::marker`]).

use shared::coords::{CHUNK_EDGE, CHUNK_VOXELS, VoxelPos};

use crate::fingerprint::Fingerprint;
use crate::material::Material;

/// A box of voxels. Invariant: `numbers` has one entry per voxel of the box, x fastest, then y, then z.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Structure {
    min: VoxelPos,
    size: [i32; 3],
    /// Numbers of materials; that of air leaves what is there.
    numbers: Vec<u8>,
    over: Over,
}

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

    /// Inclusive lower and exclusive upper corner.
    pub(crate) fn extent(&self) -> (VoxelPos, VoxelPos) {
        let VoxelPos { x, y, z } = self.min;
        let [width, depth, height] = self.size;
        (self.min, VoxelPos::new(x + width, y + depth, z + height))
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

    /// Writes the part that lies in the chunk that begins at `first`.
    pub(crate) fn build(&self, first: VoxelPos, numbers: &mut [u8; CHUNK_VOXELS]) {
        let (from, to) = self.extent();
        for z in from.z.max(first.z)..to.z.min(first.z + CHUNK_EDGE) {
            for y in from.y.max(first.y)..to.y.min(first.y + CHUNK_EDGE) {
                for x in from.x.max(first.x)..to.x.min(first.x + CHUNK_EDGE) {
                    let voxel = VoxelPos::new(x, y, z);
                    let own = self.index(voxel).and_then(|index| self.numbers.get(index));
                    let there = &mut numbers[voxel.index_in_chunk()];
                    match own {
                        None | Some(0) => {}
                        Some(own) if self.over == Over::Everything || is_open(*there) => *there = *own,
                        Some(_) => {}
                    }
                }
            }
        }
    }

    fn index(&self, voxel: VoxelPos) -> Option<usize> {
        let [width, depth, height] = self.size;
        let (x, y, z) = (voxel.x - self.min.x, voxel.y - self.min.y, voxel.z - self.min.z);
        let inside = (0..width).contains(&x) && (0..depth).contains(&y) && (0..height).contains(&z);
        inside.then(|| usize::try_from((z * depth + y) * width + x).ok())?
    }
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
            assert!(structure.touches(first) && !structure.touches(VoxelPos::new(64, 0, 0)));
            structure.build(first, &mut numbers);
            assert_eq!(numbers[29], Material::Water.number());
            assert_eq!(numbers[30], Material::Planks.number());
            assert_eq!(numbers[31], expected.number());
        }
    }
}
