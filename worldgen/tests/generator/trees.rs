//! Trees stand on ground that bears them, everywhere alike.

use shared::coords::{ColumnPos, VoxelPos};
use worldgen::Material;

use crate::fixture::{atoll, baked, varied};

#[test]
fn trees_stand_on_soil_above_the_sea() {
    for island in [varied(), atoll()] {
        let island = baked(&island);
        let trees: Vec<_> = island
            .tiles()
            .iter()
            .flat_map(|tile| tile.trees.iter().copied())
            .collect();
        assert!(trees.len() > 20, "{} trees", trees.len());
        for tree in trees {
            let VoxelPos { x, y, z } = tree.base;
            if island.ground(ColumnPos::new(x, y)).is_none() {
                continue;
            }
            let soil = island.material(VoxelPos::new(x, y, z - 1));
            assert!(
                matches!(soil, Material::Grass | Material::ForestFloor),
                "{tree:?} on {soil:?}"
            );
            assert!(z > 0, "{tree:?}");
            assert_eq!(
                island.ground(ColumnPos::new(x, y)),
                Some(z),
                "{tree:?} floats or is buried"
            );
        }
    }
}

#[test]
fn both_sides_of_a_border_know_its_trees() {
    let island = baked(&varied());
    let mut crossing = 0;
    for tile in island.tiles() {
        for tree in &tile.trees {
            let (from, to) = tree.extent();
            for corner in [
                (from.x, from.y),
                (to.x - 1, from.y),
                (from.x, to.y - 1),
                (to.x - 1, to.y - 1),
            ] {
                let neighbour = ColumnPos::new(corner.0, corner.1).tile();
                let Some(other) = island.tile(neighbour) else {
                    continue;
                };
                assert!(other.trees.contains(tree), "{tree:?} unknown to {neighbour:?}");
                crossing += usize::from(neighbour != tile.pos);
            }
        }
    }
    assert!(crossing > 10, "{crossing}");
}

#[test]
fn every_tree_voxel_belongs_to_a_known_tree() {
    let island = baked(&varied());
    for (pos, chunk) in island.chunks() {
        let tile = island.tile(pos.tile()).unwrap();
        let first = pos.first_voxel();
        for (index, number) in chunk.numbers().iter().enumerate() {
            if *number < Material::Wood.number() {
                continue;
            }
            let offset = |shift: u32| i32::try_from(index >> shift & 31).unwrap();
            let voxel = VoxelPos::new(first.x + offset(0), first.y + offset(5), first.z + offset(10));
            let owner = tile.trees.iter().find_map(|tree| tree.material(voxel));
            assert_eq!(owner.map(Material::number), Some(*number), "{voxel:?}");
        }
    }
}
