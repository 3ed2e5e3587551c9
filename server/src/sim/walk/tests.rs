//! The walk: properties over random worlds, and single steps that were wrong once.

use proptest::prelude::*;

use super::*;

/// A tiny world: rock below 0, and what the closure says.
struct Made<F>(F);

impl<F: Fn(i32, i32, i32) -> Cell + Send + Sync> Terrain for Made<F> {
    fn cell(&self, voxel: VoxelPos) -> Cell {
        (self.0)(voxel.x, voxel.y, voxel.z)
    }

    fn ground(&self, column: ColumnPos) -> i32 {
        (-20..20)
            .rev()
            .find(|z| self.cell(VoxelPos::new(column.x, column.y, *z)) == Cell::Solid)
            .map_or(-20, |z| z + 1)
    }
}

fn solid(yes: bool) -> Cell {
    if yes { Cell::Solid } else { Cell::Air }
}

fn go(east: f32, north: f32) -> Intent {
    Intent::checked(0, east, north, false, 0).unwrap()
}

const JUMP: Intent = Intent {
    sequence: 0,
    east: 1.0,
    north: 0.0,
    jump: true,
    yaw: 0,
};

fn run(terrain: &dyn Terrain, body: &mut Body, intent: Intent, ticks: u32) {
    for _ in 0..ticks {
        step(terrain, body, &intent);
    }
}

#[test]
fn falls_and_stands_on_the_ground_exactly() {
    let flat = Made(|_, _, z| solid(z < 0));
    let mut body = Body::at(LocalPos::new(0.5, 0.5, 30.3));
    run(&flat, &mut body, go(0.0, 0.0), 200);
    assert_eq!(body.feet, LocalPos::new(0.5, 0.5, 0.0));
    assert!(body.standing);
}

#[test]
fn walks_at_the_stated_speed_in_any_direction() {
    let flat = Made(|_, _, z| solid(z < 0));
    for (east, north) in [(1.0, 0.0), (0.0, -1.0), (1.0, 1.0), (-1000.0, 3.0)] {
        let mut body = Body::at(LocalPos::new(0.5, 0.5, 0.0));
        run(&flat, &mut body, go(east, north), 100);
        let (x, y) = (body.feet.x_m - 0.5, body.feet.y_m - 0.5);
        let speed = (x * x + y * y).sqrt() / 5.0;
        assert!((speed - WALK_SPEED_M).abs() < 0.01, "{speed}");
    }
}

#[test]
fn climbs_single_steps_but_not_walls_of_two() {
    let stairs = Made(|x, _, z| solid(z < 0 || (x >= 2 && z < x - 1 && x < 6)));
    let mut body = Body::at(LocalPos::new(0.5, 0.5, 0.0));
    run(&stairs, &mut body, go(1.0, 0.0), 20);
    assert!(body.feet.x_m > 4.0 && body.feet.z_m >= 3.0, "{body:?}");

    let wall = Made(|x, _, z| solid(z < 0 || (x >= 2 && z < 2)));
    let mut body = Body::at(LocalPos::new(0.5, 0.5, 0.0));
    run(&wall, &mut body, go(1.0, 0.0), 40);
    assert!(body.feet.x_m < 1.7 && body.feet.z_m == 0.0, "{body:?}");
    run(&wall, &mut body, JUMP, 10);
    assert!(body.feet.x_m > 2.0, "a jump and a step get onto two: {body:?}");
}

#[test]
fn a_corner_is_not_a_staircase() {
    // One voxel up to the east, two to the north-east.
    let corner = Made(|x, y, z| solid(z < i32::from(x >= 1) + i32::from(x >= 1 && y >= 1)));
    let mut body = Body::at(LocalPos::new(0.65, 0.65, 0.0));
    body.standing = true;
    step(&corner, &mut body, &go(1.0, 1.0));
    assert!(body.feet.z_m <= 1.0, "{body:?}");
}

#[test]
fn a_low_ceiling_stops_a_step_and_a_jump() {
    let tunnel = Made(|x, _, z| solid(!(0..2).contains(&z) || (x >= 2 && z < 1)));
    let mut body = Body::at(LocalPos::new(0.5, 0.5, 0.0));
    run(&tunnel, &mut body, JUMP, 40);
    assert!(body.feet.x_m < 1.7 && body.feet.z_m < 0.21, "{body:?}");
}

#[test]
fn swims_slowly_floats_and_gets_ashore() {
    let beach = Made(|x, _, z| match (x, z) {
        (x, z) if x >= 10 && z < 0 => Cell::Solid,
        (_, z) if z < -6 => Cell::Solid,
        (_, z) if z < 0 => Cell::Water,
        _ => Cell::Air,
    });
    let mut body = Body::at(LocalPos::new(0.5, 0.5, -5.0));
    run(&beach, &mut body, go(0.0, 0.0), 200);
    assert!(
        body.swimming && (-0.95..-0.4).contains(&body.feet.z_m),
        "{body:?}"
    );
    let start = body.feet.x_m;
    run(&beach, &mut body, go(1.0, 0.0), 20);
    assert!((body.feet.x_m - start - SWIM_SPEED_M).abs() < 0.05, "{body:?}");
    run(&beach, &mut body, go(1.0, 0.0), 200);
    assert!(
        body.feet.x_m > 12.0 && body.standing && !body.swimming,
        "{body:?}"
    );
    assert_eq!(body.feet.z_m, 0.0);
}

#[test]
fn a_fall_into_deep_water_is_caught() {
    let sea = Made(|_, _, z| if z < 0 { Cell::Water } else { Cell::Air });
    let mut body = Body::at(LocalPos::new(0.5, 0.5, 40.0));
    run(&sea, &mut body, go(0.0, 0.0), 400);
    assert!(
        body.swimming && (-0.95..-0.4).contains(&body.feet.z_m),
        "{body:?}"
    );
}

#[test]
fn places_are_found_beside_trees_and_on_water() {
    let tree = Made(|x, y, z| solid(z < 3 || (x == 0 && y == 0 && z < 30)));
    let stands = LocalPos::new(-0.5, -0.5, 3.0);
    // The made-up ground counts the trunk, so the column of the tree itself is a place on top of it.
    assert_eq!(place_near(&tree, -0.5, -0.5), Some(stands));
    let sea = Made(|_, _, z| {
        if z < -9 {
            Cell::Solid
        } else if z < 0 {
            Cell::Water
        } else {
            Cell::Air
        }
    });
    assert_eq!(
        place_near(&sea, 3.2, 3.2),
        Some(LocalPos::new(3.5, 3.5, -WAIST_M))
    );
    let rock = Made(|_, _, _| Cell::Solid);
    assert_eq!(place_near(&rock, f32::NAN, f32::INFINITY), None);
}

#[test]
fn intents_that_are_not_numbers_are_refused() {
    assert_eq!(Intent::checked(0, f32::NAN, 0.0, false, 0), None);
    assert_eq!(Intent::checked(0, 0.0, f32::INFINITY, false, 0), None);
}

proptest! {
    /// Whatever a client wants, in whatever rubble: never inside rock, never faster than allowed.
    #[test]
    fn never_inside_rock_and_never_too_fast(
        seed in any::<u64>(),
        wishes in proptest::collection::vec((any::<f32>(), any::<f32>(), any::<bool>()), 1..200),
    ) {
        let rubble = Made(move |x: i32, y: i32, z: i32| {
            let mut bytes = [0; 20];
            bytes[..8].copy_from_slice(&seed.to_le_bytes());
            for (axis, at) in [x, y, z].into_iter().zip([8, 12, 16]) {
                bytes[at..at + 4].copy_from_slice(&axis.to_le_bytes());
            }
            match xxhash_rust::xxh3::xxh3_64(&bytes) % 8 {
                0 | 1 => Cell::Solid,
                2 => Cell::Water,
                _ => solid(z < -20),
            }
        });
        let start = (0..50).map(|z| LocalPos::new(0.5, 0.5, z as f32)).find(|feet| fits(&rubble, *feet));
        prop_assume!(start.is_some());
        let mut body = Body::at(start.unwrap());
        for (east, north, jump) in wishes {
            let Some(intent) = Intent::checked(0, east, north, jump, 0) else { continue };
            let before = body.feet;
            step(&rubble, &mut body, &intent);
            prop_assert!(fits(&rubble, body.feet), "inside rock: {:?} to {:?}", before, body.feet);
            let (x, y) = (body.feet.x_m - before.x_m, body.feet.y_m - before.y_m);
            prop_assert!((x * x + y * y).sqrt() <= WALK_SPEED_M / 20.0 + 0.001);
            prop_assert!(body.feet.z_m - before.z_m <= 1.0 + JUMP_SPEED_M / 20.0);
        }
    }
}
