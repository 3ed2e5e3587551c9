//! Chunks hold what they are given, in the fewest bits, and tell it in every form.

use super::*;
use crate::seed::mix64;

/// Voxels of the first so many materials, scattered.
fn patterned(materials: usize) -> Vec<u8> {
    (0..CHUNK_VOXELS as u64)
        .map(|voxel| u8::try_from(mix64(voxel) % materials as u64).unwrap())
        .collect()
}

fn all_sizes() -> impl Iterator<Item = usize> {
    1..=MATERIALS
}

#[test]
fn voxels_round_trip_at_every_width() {
    for materials in all_sizes() {
        let numbers = patterned(materials);
        let chunk = Chunk::from_numbers(&numbers).unwrap();
        assert_eq!(chunk.palette().len(), materials);
        assert_eq!(1 << chunk.planes().len(), materials.next_power_of_two());
        assert_eq!(&chunk.numbers()[..], &numbers[..]);
        for index in (0..CHUNK_VOXELS).step_by(97) {
            assert_eq!(chunk.material(index).number(), numbers[index]);
            assert_eq!(chunk.is_solid(index), chunk.material(index).is_solid());
        }
    }
}

#[test]
fn instructions_do_not_matter() {
    for materials in all_sizes() {
        let numbers = patterned(materials).try_into().unwrap();
        let [baseline, avx2, avx512] = SimdLevel::ALL.map(|simd| Chunk::with_simd(&numbers, simd).unwrap());
        assert_eq!(baseline, avx2);
        assert_eq!(baseline, avx512);
        assert_eq!(baseline.hash(), avx512.hash());
    }
}

#[test]
fn palettes_with_gaps_come_back() {
    let last = Material::ALL[MATERIALS - 1];
    for pair in [
        [Material::Air, last],
        [Material::Stone, last],
        [Material::Water, Material::Snow],
    ] {
        let mut numbers = vec![pair[0].number(); CHUNK_VOXELS];
        numbers[12_345] = pair[1].number();
        let chunk = Chunk::from_numbers(&numbers).unwrap();
        assert_eq!(chunk.palette(), pair);
        assert_eq!(chunk.material(12_345), pair[1]);
        assert_eq!(&chunk.numbers()[..], &numbers[..]);
    }
}

#[test]
fn masks_are_what_voxels_say() {
    let sets = [
        MaterialSet::SOLID,
        MaterialSet::default(),
        MaterialSet::of(&[Material::Stone]),
        MaterialSet::of(&[Material::Water, Material::Dirt, Material::Sand]),
        MaterialSet::WET,
        MaterialSet::PLANTS,
    ];
    for materials in all_sizes() {
        let chunk = Chunk::from_numbers(&patterned(materials)).unwrap();
        for set in sets {
            let mask = chunk.mask(set);
            for index in (0..CHUNK_VOXELS).step_by(61) {
                let expected = set.contains(chunk.material(index));
                assert_eq!(
                    mask[index / 32] >> (index % 32) & 1 == 1,
                    expected,
                    "{set:?} at {index}"
                );
            }
        }
    }
}

#[test]
fn sets_follow_the_forms() {
    for material in Material::ALL {
        assert_eq!(MaterialSet::SOLID.contains(material), material.is_solid());
        assert_eq!(MaterialSet::WET.contains(material), material.is_wet());
        assert_eq!(MaterialSet::PLANTS.contains(material), material.is_plant());
    }
}

#[test]
fn columns_and_counts_are_what_voxels_say() {
    for materials in [1, 2, 3, 7, MATERIALS] {
        let chunk = Chunk::from_numbers(&patterned(materials)).unwrap();
        let (columns, counts) = (chunk.solid_columns(), chunk.counts());
        let mut expected = [0; MATERIALS];
        for index in 0..CHUNK_VOXELS {
            expected[usize::from(chunk.material(index).number())] += 1;
            let bit = columns[index % TILE_COLUMNS] >> (index / TILE_COLUMNS) & 1;
            assert_eq!(bit == 1, chunk.is_solid(index));
        }
        assert_eq!(counts, expected);
    }
}

#[test]
fn uniform_chunks_are_found() {
    for material in Material::ALL {
        let chunk = Chunk::from_numbers(&vec![material.number(); CHUNK_VOXELS]).unwrap();
        assert_eq!(chunk, Chunk::uniform(material));
        assert_eq!(chunk.as_uniform(), Some(material));
        assert_eq!(chunk.material(CHUNK_VOXELS - 1), material);
        assert_eq!(chunk.material(CHUNK_VOXELS), Material::Air);
        assert!(!chunk.is_solid(CHUNK_VOXELS));
    }
}

#[test]
fn what_is_no_chunk_is_refused() {
    assert_eq!(Chunk::from_numbers(&[0; 5]), None);
    let mut numbers = patterned(3);
    for number in [MATERIALS, 63, 64, 128, 255] {
        if number < MATERIALS {
            continue;
        }
        numbers[7] = u8::try_from(number).unwrap();
        assert_eq!(Chunk::from_numbers(&numbers), None);
    }
}

#[test]
fn other_voxels_have_another_hash() {
    let numbers = patterned(3);
    let chunk = Chunk::from_numbers(&numbers).unwrap();
    // The same planes over other materials, and other planes over the same materials.
    let shifted: Vec<u8> = numbers.iter().map(|number| number + 1).collect();
    let mut moved = numbers.clone();
    moved.rotate_left(1);
    for other in [shifted, moved] {
        let other = Chunk::from_numbers(&other).unwrap();
        assert_ne!(other, chunk);
        assert_ne!(other.hash(), chunk.hash());
    }
}
