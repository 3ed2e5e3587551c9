//! Walking: a box of 0.6 x 0.6 x 1.8 m moved against the voxels, one fixed step per tick.
//!
//! A client says where it wants to go; only [`step`] moves a body. Each axis is swept in pieces shorter
//! than a voxel, so nothing tunnels, and a body that is outside of rock before a step is outside after it,
//! whatever the intent was.
//!
//! *Not* responsible for: who may walk, or when (see `sim::zone`).

use shared::coords::{ColumnPos, LocalPos, VoxelPos};

use super::TICKS_PER_SECOND;

/// Speed on foot in m/s: a jog, an island of 512 m in two minutes.
pub const WALK_SPEED_M: f32 = 4.5;
/// Speed in water in m/s.
pub const SWIM_SPEED_M: f32 = 2.0;
/// Height of the body in m.
pub const HEIGHT_M: f32 = 1.8;
const HALF_WIDTH_M: f32 = 0.3;
const TICK_S: f32 = 1.0 / TICKS_PER_SECOND as f32;
/// m/s^2. Twice the real one: a jump of a person reads better when it is short.
const GRAVITY_M: f32 = 20.0;
/// m/s. Reaches v^2 / 2g = 1.28 m: one voxel and a bit.
const JUMP_SPEED_M: f32 = 7.15;
const MAX_FALL_SPEED_M: f32 = 40.0;
/// m/s, with and without the jump key.
const SWIM_UP_SPEED_M: f32 = 2.5;
const FLOAT_UP_SPEED_M: f32 = 1.0;
/// m/s^2, by which water turns a fall into floating.
const BUOYANCY_M: f32 = 12.0;
/// Above the feet: under water here means swimming.
const WAIST_M: f32 = 0.9;
/// Above the feet: under water here keeps a swimmer afloat.
const KNEE_M: f32 = 0.45;
/// Gap that is left to a wall. Large against the rounding of an `f32` at 2 km (0.0001 m).
const SKIN_M: f32 = 1.0 / 1024.0;
/// Longest piece of a sweep; less than a voxel, so that none is jumped over.
const PIECE_M: f32 = 0.25;

/// What fills a voxel, as far as a body cares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    Air,
    /// Water: carries a swimmer.
    Water,
    /// Rock, earth, wood ..: stops a body.
    Solid,
}

/// The voxels of an island.
pub trait Terrain: Send + Sync {
    /// What fills this voxel. Sideways and downwards beyond the island everything is solid, above it air.
    fn cell(&self, voxel: VoxelPos) -> Cell;

    /// Height of the first voxel above the ground of this column; trees do not count as ground.
    fn ground(&self, column: ColumnPos) -> i32;
}

/// What a player wants; checked at the border, so directions are finite and no longer than 1.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Intent {
    /// The client's number for it.
    pub sequence: u32,
    /// Wanted direction east.
    pub east: f32,
    /// Wanted direction north.
    pub north: f32,
    /// Jump, or swim up.
    pub jump: bool,
    /// Where to look, in 1/256 of a turn clockwise from north.
    pub yaw: u8,
}

impl Intent {
    /// An intent from what a client sent; `None` when a number is not finite.
    pub fn checked(sequence: u32, east: f32, north: f32, jump: bool, yaw: u8) -> Option<Self> {
        if !east.is_finite() || !north.is_finite() {
            return None;
        }
        // Clamped first, so that the squares below stay finite.
        let (east, north) = (east.clamp(-1.0, 1.0), north.clamp(-1.0, 1.0));
        let length = (east * east + north * north).sqrt().max(1.0);
        Some(Self {
            sequence,
            east: east / length,
            north: north / length,
            jump,
            yaw,
        })
    }
}

/// A body in the world.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Body {
    /// Middle of the soles.
    pub feet: LocalPos,
    /// Upwards, in m/s.
    pub rise_speed_m: f32,
    /// Stands on something solid.
    pub standing: bool,
    /// Is carried by water.
    pub swimming: bool,
    /// Looks there, in 1/256 of a turn clockwise from north.
    pub yaw: u8,
}

impl Body {
    /// A body at rest.
    pub fn at(feet: LocalPos) -> Self {
        Self {
            feet,
            rise_speed_m: 0.0,
            standing: false,
            swimming: false,
            yaw: 0,
        }
    }
}

#[derive(Clone, Copy)]
enum Axis {
    East,
    North,
    Up,
}

/// Moves a body by one tick.
pub fn step(terrain: &dyn Terrain, body: &mut Body, intent: &Intent) {
    body.yaw = intent.yaw;
    if !fits(terrain, body.feet) {
        // Only a changed island can do this; the next entry finds a free place.
        return;
    }
    let waist_wet = wet(terrain, body.feet, WAIST_M);
    let knee_wet = wet(terrain, body.feet, KNEE_M);
    body.swimming = waist_wet || (knee_wet && !body.standing);

    let speed = if body.swimming { SWIM_SPEED_M } else { WALK_SPEED_M };
    // In the air only on the way up: a jump reaches a ledge of two voxels, a fall grabs none. One step in a
    // tick, or a corner would be a staircase.
    let mut steps_left = u8::from(body.standing || body.swimming || body.rise_speed_m > 0.0);
    walk(
        terrain,
        body,
        Axis::East,
        intent.east * speed * TICK_S,
        &mut steps_left,
    );
    walk(
        terrain,
        body,
        Axis::North,
        intent.north * speed * TICK_S,
        &mut steps_left,
    );

    body.rise_speed_m = rise_speed(body, intent, waist_wet);
    let distance = body.rise_speed_m * TICK_S;
    let (feet, blocked) = sweep(terrain, body.feet, Axis::Up, distance);
    body.feet = feet;
    body.standing = blocked && distance < 0.0;
    if blocked {
        body.rise_speed_m = 0.0;
    }
}

/// The vertical speed after gravity, water and a jump.
fn rise_speed(body: &Body, intent: &Intent, waist_wet: bool) -> f32 {
    let speed = body.rise_speed_m;
    if waist_wet {
        let wanted = if intent.jump {
            SWIM_UP_SPEED_M
        } else {
            FLOAT_UP_SPEED_M
        };
        (speed + BUOYANCY_M * TICK_S).clamp(-SWIM_UP_SPEED_M, wanted)
    } else if body.standing && intent.jump {
        JUMP_SPEED_M
    } else if body.swimming && speed <= FLOAT_UP_SPEED_M {
        // Afloat at the surface: neither rises nor sinks, and can push itself up onto a rock.
        if intent.jump {
            JUMP_SPEED_M * 0.75
        } else {
            speed * 0.5
        }
    } else {
        (speed - GRAVITY_M * TICK_S).max(-MAX_FALL_SPEED_M)
    }
}

/// Moves sideways; steps up by at most one voxel where that gets further.
fn walk(terrain: &dyn Terrain, body: &mut Body, axis: Axis, distance: f32, steps_left: &mut u8) {
    let (feet, blocked) = sweep(terrain, body.feet, axis, distance);
    if blocked && *steps_left > 0 {
        let raised = LocalPos {
            z_m: body.feet.z_m.floor() + 1.0,
            ..body.feet
        };
        if fits(terrain, raised) {
            let (stepped, _) = sweep(terrain, raised, axis, distance);
            let gain = (along(stepped, axis) - along(feet, axis)).abs();
            if gain > 2.0 * SKIN_M {
                body.feet = stepped;
                body.rise_speed_m = body.rise_speed_m.max(0.0);
                *steps_left -= 1;
                return;
            }
        }
    }
    body.feet = feet;
}

/// Moves along one axis until something solid is in the way, and says whether there was.
fn sweep(terrain: &dyn Terrain, from: LocalPos, axis: Axis, distance: f32) -> (LocalPos, bool) {
    let mut feet = from;
    let mut left = distance;
    while left != 0.0 {
        let piece = left.clamp(-PIECE_M, PIECE_M);
        left -= piece;
        let next = moved(feet, axis, along(feet, axis) + piece);
        if fits(terrain, next) {
            feet = next;
            continue;
        }
        let touching = moved(feet, axis, against(along(next, axis), axis, piece));
        let closer = (along(touching, axis) - along(feet, axis)) * piece > 0.0;
        let feet = if closer && fits(terrain, touching) {
            touching
        } else {
            feet
        };
        return (feet, true);
    }
    (feet, false)
}

/// The coordinate at which the leading face of a body touches the voxel that it would have entered.
fn against(coordinate: f32, axis: Axis, direction: f32) -> f32 {
    let (behind, ahead) = match axis {
        Axis::East | Axis::North => (HALF_WIDTH_M, HALF_WIDTH_M),
        Axis::Up => (0.0, HEIGHT_M),
    };
    if direction > 0.0 {
        (coordinate + ahead).floor() - ahead - SKIN_M
    } else {
        // Feet rest on a voxel exactly: whole heights are exact numbers.
        let skin = if behind > 0.0 { SKIN_M } else { 0.0 };
        (coordinate - behind).floor() + 1.0 + behind + skin
    }
}

fn along(feet: LocalPos, axis: Axis) -> f32 {
    match axis {
        Axis::East => feet.x_m,
        Axis::North => feet.y_m,
        Axis::Up => feet.z_m,
    }
}

fn moved(mut feet: LocalPos, axis: Axis, coordinate: f32) -> LocalPos {
    match axis {
        Axis::East => feet.x_m = coordinate,
        Axis::North => feet.y_m = coordinate,
        Axis::Up => feet.z_m = coordinate,
    }
    feet
}

fn wet(terrain: &dyn Terrain, feet: LocalPos, height_m: f32) -> bool {
    let point = LocalPos::new(feet.x_m, feet.y_m, feet.z_m + height_m);
    terrain.cell(point.voxel()) == Cell::Water
}

/// Whether a body with its feet here is outside of everything solid.
pub fn fits(terrain: &dyn Terrain, feet: LocalPos) -> bool {
    let low = LocalPos::new(feet.x_m - HALF_WIDTH_M, feet.y_m - HALF_WIDTH_M, feet.z_m).voxel();
    let high = LocalPos::new(
        feet.x_m + HALF_WIDTH_M,
        feet.y_m + HALF_WIDTH_M,
        feet.z_m + HEIGHT_M,
    )
    .voxel();
    (low.z..=high.z).all(|z| {
        (low.y..=high.y)
            .all(|y| (low.x..=high.x).all(|x| terrain.cell(VoxelPos::new(x, y, z)) != Cell::Solid))
    })
}

/// How far [`place_near`] looks sideways, in columns.
const SEARCH_COLUMNS: i32 = 12;
/// How far it looks up from the ground, in voxels.
const SEARCH_VOXELS: i32 = 8;

/// A place to stand or float near a point of the ground plane: the nearest column in which a body fits on
/// the ground. `None` where there is none within twelve metres.
pub fn place_near(terrain: &dyn Terrain, x_m: f32, y_m: f32) -> Option<LocalPos> {
    let middle = LocalPos::new(x_m, y_m, 0.0).voxel().column();
    (0..=SEARCH_COLUMNS).find_map(|ring| {
        let columns = (-ring..=ring).flat_map(|dy| (-ring..=ring).map(move |dx| (dx, dy)));
        columns
            .filter(|(dx, dy)| dx.abs().max(dy.abs()) == ring)
            .find_map(|(dx, dy)| {
                let column = ColumnPos::new(middle.x.saturating_add(dx), middle.y.saturating_add(dy));
                place_on(terrain, column)
            })
    })
}

fn place_on(terrain: &dyn Terrain, column: ColumnPos) -> Option<LocalPos> {
    let ground = terrain.ground(column);
    let on = |z: i32| LocalPos::new(column.x as f32 + 0.5, column.y as f32 + 0.5, z as f32);
    if ground < 0 {
        // Under the sea: at the surface, waist deep.
        return Some(LocalPos {
            z_m: (-WAIST_M).max(ground as f32),
            ..on(0)
        })
        .filter(|feet| fits(terrain, *feet));
    }
    (ground..=ground.saturating_add(SEARCH_VOXELS))
        .map(on)
        .find(|feet| fits(terrain, *feet))
}

#[cfg(test)]
mod tests;
