//! Property 1: the same project gives the same bits, however it is generated.
//!
//! Here 79 million voxels are compared between threads and vector instructions; `tests/tests/cli.rs` compares 1.1
//! billion between programs, and `local.rs` two billion between bakes from nothing and bakes after edits.

use shared::coords::VoxelPos;
use shared::project::CURRENT_GENERATOR;
use worldgen::{BakeOptions, SimdLevel, bake};

use crate::fixture::{atoll, baked, empty, options, plan, settings, varied};

/// Hashes of generator version 1. A change of any of them needs a new generator version: projects pin
/// theirs, and finished islands never change by an upgrade.
const GOLDEN: [(&str, u128); 3] = [
    ("varied", 0x7e9f_6351_6eb4_e245_b00f_9b54_7418_88e0),
    ("atoll", 0x7f95_9921_43c7_ad70_4073_016c_cf3b_1f61),
    ("empty", 0x599f_d4c4_d829_ed4e_d84e_99a2_e9d2_3a7c),
];

#[test]
fn hashes_are_those_of_this_generator_version() {
    assert_eq!(
        CURRENT_GENERATOR, 1,
        "a new version gets its own golden hashes, beside the old ones"
    );
    let hashes = [varied(), atoll(), empty()].map(|island| (island.slug.clone(), baked(&island).hash()));
    let golden = GOLDEN.map(|(slug, hash)| (slug.to_owned(), hash));
    assert_eq!(hashes, golden, "found {hashes:#034x?}");
}

#[test]
fn threads_do_not_matter() {
    for island in [varied(), atoll()] {
        let plan = plan(&island);
        let hashes = [1, 2, 7].map(|threads| bake(&plan, &options(threads), &()).unwrap().hash());
        assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:x?}");
    }
}

#[test]
fn vector_instructions_do_not_matter() {
    let levels: Vec<SimdLevel> = SimdLevel::ALL
        .into_iter()
        .filter(|level| level.is_available())
        .collect();
    for island in [varied(), atoll()] {
        let plan = plan(&island);
        let bakes = levels.iter().map(|simd| {
            let options = BakeOptions {
                threads: 2,
                simd: *simd,
            };
            bake(&plan, &options, &()).unwrap()
        });
        let bakes: Vec<_> = bakes.collect();
        for other in &bakes[1..] {
            assert_eq!(bakes[0].hash(), other.hash());
            // Hashes cover voxels; surfaces hold more, down to the last bit.
            assert_eq!(bakes[0].tiles(), other.tiles());
        }
    }
}

#[test]
fn seeds_matter() {
    let island = varied();
    let mut other_world = settings();
    other_world.world_seed += 1;
    let mut other_island = island.clone();
    other_island.id = atoll().id;
    let hashes = [
        plan(&island),
        worldgen::IslandPlan::new(&other_world, &crate::fixture::stamps(), &island),
        plan(&other_island),
    ]
    .map(|plan| bake(&plan, &options(2), &()).unwrap().hash());
    assert!(hashes[0] != hashes[1] && hashes[0] != hashes[2] && hashes[1] != hashes[2]);
}

#[test]
fn the_open_sea_is_water_over_a_floor() {
    let island = baked(&empty());
    for (x, y) in [(-32, -32), (0, 0), (31, 31)] {
        let ground = island.ground(VoxelPos::new(x, y, 0).column()).unwrap();
        assert!((-26..-18).contains(&ground), "{ground}");
        let material = |z| island.material(VoxelPos::new(x, y, z)).name();
        assert_eq!(material(0), "air");
        assert_eq!(material(-1), "water");
        assert_eq!(material(ground), "water");
        assert_eq!(material(ground - 1), "gravel");
        assert_eq!(material(-32), "bedrock");
    }
}
