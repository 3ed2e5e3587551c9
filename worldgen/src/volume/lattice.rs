//! The fields of the bodies near a tile, on a lattice of 4 m that is the same for the whole island.
//!
//! Values are rounded to 1/8 m before they are interpolated, and interpolation is done in whole numbers: so a
//! voxel is the same whichever tile or chunk it is asked through (properties 1 and 4), and 32 columns fit in
//! one vector.
//!
//! *Not* responsible for: what a voxel becomes (see [`super::merge`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use std::ops::Range;

use pulp::NullaryFnOnce;
use shared::coords::{CHUNK_EDGE, TILE_COLUMNS, TilePos};

use super::body::{Body, Brow, Effect, Form, INFLUENCE_M, Place, Under};
use crate::columns::join;
use crate::marker::Stage;
use crate::ops::{self, LANES, Row};
use crate::plan::{Asked, IslandPlan, Operator};
use crate::simd::SimdLevel;

/// Voxels from one lattice point to the next.
pub(crate) const STEP: i32 = 4;
/// Lattice points across a tile, both borders included.
const EDGE: usize = 9;
/// Lattice points of a plane.
const POINTS: usize = EDGE * EDGE;
/// Rows that hold them.
const PARTS: usize = POINTS.div_ceil(LANES);

/// Lattice steps per metre.
const PER_METRE: f32 = 8.0;
/// Greatest value of a lattice point: three interpolations by eighths still fit in 16 bits.
const LIMIT: i32 = 63;
/// What an interpolated value counts per metre.
pub(super) const UNITS_PER_M: i16 = 4096;

/// Some columns of a tile, counted from its first one.
pub(super) struct Window {
    pub(super) x: Range<i32>,
    pub(super) y: Range<i32>,
}

/// Fields over one tile.
pub(super) struct Lattice {
    /// z of the lowest plane, in lattice steps.
    lowest: i32,
    planes: Vec<Plane>,
}

/// The lattice points of one height, x fastest, then y, for each effect.
struct Plane([[i16; POINTS]; EFFECTS]);

const EFFECTS: usize = 3;
const HOLLOW: usize = Effect::Hollow as usize;
const SEA: usize = Effect::SeaHollow as usize;
const ROCK: usize = Effect::Rock as usize;

/// A body over the lattice points of a tile.
struct Placed<'a> {
    body: &'a Body,
    places: [Place; PARTS],
}

impl Lattice {
    /// The fields over one tile.
    pub(super) fn new(plan: &IslandPlan, tile: TilePos, simd: SimdLevel) -> Self {
        let place = tile.footprint().grown(2.0);
        let points = points_of(tile);
        let brow = plan.brow();
        let mut bodies = Vec::new();
        let has_brow = |operator: &Operator| operator.kind().has_brow();
        if !plan.near_where(place, Asked::Few, simd, has_brow).is_empty() {
            // The others move neither brow nor coast.
            let moves =
                |operator: &Operator| operator.stage() <= Stage::Shore || operator.stage() == Stage::Works;
            let near = plan.near_where(place, Asked::Few, simd, moves);
            bodies.push(Placed {
                body: &brow,
                places: points.map(|(x, y)| {
                    let columns = plan.columns(&near, &x, &y, simd);
                    // Rounded like all that is decided by, so that it is the same everywhere.
                    let rounded = |metres: Row| metres.map(|metres| ops::quantise(metres) as f32 / 256.0);
                    let under = Under::Brow(Brow {
                        overhang: rounded(columns.overhang),
                        top: rounded(columns.brow),
                        face: rounded(columns.face),
                        coast: rounded(std::array::from_fn(|lane| columns.coast_m(lane))),
                    });
                    Place { x, y, under }
                }),
            });
        }
        let bodied = plan.near_where(place, Asked::Few, simd, |operator| operator.body().is_some());
        for near in &bodied {
            let Some(body) = near.body() else { continue };
            let segments = if let Form::Tube(tube) = &body.form {
                tube.segments_near(tile.footprint(), body.roughness.strength_m)
            } else {
                Vec::new()
            };
            let places = points.map(|(x, y)| {
                let under = if let Form::Tube(_) = &body.form {
                    Under::Segments(segments.clone())
                } else {
                    let site = near.site(&x, &y);
                    Under::Geometry {
                        distance: site.distance,
                        level: site.level,
                    }
                };
                Place { x, y, under }
            });
            bodies.push(Placed { body, places });
        }
        let range = bodies.iter().map(|placed| placed.body.z_range());
        let (low, high) = range.fold((f32::MAX, f32::MIN), |(low, high), (from, to)| {
            (low.min(from), high.max(to))
        });
        let step = STEP as f32;
        let bounds = plan.bounds();
        let low = ops::clamp(low, bounds.min().z as f32, bounds.max().z as f32);
        let high = ops::clamp(high, low, bounds.max().z as f32);
        let lowest = ops::floor_i32(low / step);
        let highest = ops::floor_i32(high / step) + 1;
        let planes = simd.run(EvaluatePlanes {
            bodies: &bodies,
            planes: lowest..highest + 1,
        });
        Self { lowest, planes }
    }

    /// The columns of the tile that may be hollow anywhere, if any.
    pub(super) fn hollow(&self) -> Option<Window> {
        let mut found: Option<Window> = None;
        for point in 0..POINTS {
            let is_hollow = |plane: &Plane| plane.0[HOLLOW][point] > 0 || plane.0[SEA][point] > 0;
            if self.planes.iter().any(is_hollow) {
                // Columns between a point and the next take from both.
                let around = |at: usize| {
                    let at = ops::lane_i32(at) * STEP;
                    (at - STEP).max(0)..(at + STEP).min(CHUNK_EDGE)
                };
                let (x, y) = (around(point % EDGE), around(point / EDGE));
                let joined = |a: &Range<i32>, b: &Range<i32>| a.start.min(b.start)..a.end.max(b.end);
                found = Some(found.map_or_else(
                    || Window {
                        x: x.clone(),
                        y: y.clone(),
                    },
                    |found| Window {
                        x: joined(&found.x, &x),
                        y: joined(&found.y, &y),
                    },
                ));
            }
        }
        found
    }

    /// Whether there can be a voxel of a body between the plane at a z in lattice steps and the next.
    pub(super) fn touches(&self, step: i32) -> bool {
        self.cell_layer(step).is_some()
    }

    /// The planes below and above a cell, if there can be a voxel of a body between it and the next.
    fn cell_layer(&self, step: i32) -> Option<(&Plane, &Plane)> {
        let at = usize::try_from(step - self.lowest).ok()?;
        let (below, above) = (self.planes.get(at)?, self.planes.get(at + 1)?);
        let holds = |effect| below.holds(effect) || above.holds(effect);
        (0..EFFECTS).any(holds).then_some((below, above))
    }

    /// Writes what bodies make of the voxels between two planes, four layers of 32 x 32; whether they make
    /// anything of them.
    #[inline(always)]
    pub(super) fn mark(&self, step: i32, layers: &mut [[u8; TILE_COLUMNS]]) -> bool {
        let Some((below, above)) = self.cell_layer(step) else {
            return false;
        };
        for effect in 0..EFFECTS {
            if !below.holds(effect) && !above.holds(effect) {
                continue;
            }
            let (below, above) = (below.spread_x(effect), above.spread_x(effect));
            for y in 0..LANES {
                let (south, north) = (y / STEP as usize, y / STEP as usize + 1);
                let (near, far) = shares(y);
                let mut low = [0; LANES];
                let mut high = [0; LANES];
                for lane in 0..LANES {
                    low[lane] = below[south][lane] * near + below[north][lane] * far;
                    high[lane] = above[south][lane] * near + above[north][lane] * far;
                }
                for (up, layer) in layers.iter_mut().enumerate() {
                    let (near, far) = shares(up);
                    let row = &mut layer.as_chunks_mut::<LANES>().0[y];
                    for lane in 0..LANES {
                        let value = low[lane] * near + high[lane] * far;
                        row[lane] |= code(effect, value);
                    }
                }
            }
        }
        true
    }
}

/// What an interpolated value means.
#[inline(always)]
fn code(effect: usize, value: i16) -> u8 {
    let when = |is: bool, code: u8| if is { code } else { 0 };
    match effect {
        HOLLOW => when(value > 0, IN_HOLLOW) | when(value > 3 * UNITS_PER_M / 2, DEEP_IN_HOLLOW),
        SEA => when(value > 0, IN_SEA) | when(value > -3 * UNITS_PER_M, NEAR_SEA),
        _ => when(value > 0, IN_ROCK) | when(value > 3 * UNITS_PER_M / 2, DEEP_IN_ROCK),
    }
}

/// A voxel of a hollow.
pub(super) const IN_HOLLOW: u8 = 1;
/// At least 1.5 m from the wall of a hollow.
pub(super) const DEEP_IN_HOLLOW: u8 = 2;
/// A voxel of a sea cave.
pub(super) const IN_SEA: u8 = 4;
/// Less than 3 m from a sea cave.
pub(super) const NEAR_SEA: u8 = 8;
/// A voxel of rock.
pub(super) const IN_ROCK: u8 = 16;
/// At least 1.5 m below the surface of rock: two voxels under its top, unless that is steep or narrow.
pub(super) const DEEP_IN_ROCK: u8 = 32;

/// Weights, in eighths, of the lattice points before and after the middle of a voxel.
#[inline(always)]
const fn shares(voxel: usize) -> (i16, i16) {
    const FAR: [i16; STEP as usize] = [1, 3, 5, 7];
    let far = FAR[voxel % STEP as usize];
    (8 - far, far)
}

fn points_of(tile: TilePos) -> [(Row, Row); PARTS] {
    let first = tile.first_column();
    std::array::from_fn(|part| {
        let index = |lane: usize| (part * LANES + lane).min(POINTS - 1);
        let along = |from: i32, at: usize| (from + ops::lane_i32(at) * STEP) as f32;
        (
            std::array::from_fn(|lane| along(first.x, index(lane) % EDGE)),
            std::array::from_fn(|lane| along(first.y, index(lane) / EDGE)),
        )
    })
}

impl Plane {
    /// Whether a voxel beside the plane can lie in a body of this effect, or within 3 m of it.
    #[inline(always)]
    fn holds(&self, effect: usize) -> bool {
        const NEAR: i16 = -3 * 8;
        self.0[effect].iter().any(|value| *value > NEAR)
    }

    /// Interpolates from west to east, each row of lattice points.
    #[inline(always)]
    fn spread_x(&self, effect: usize) -> [[i16; LANES]; EDGE] {
        let mut spread = [[0; LANES]; EDGE];
        for (row, points) in spread.iter_mut().zip(self.0[effect].chunks_exact(EDGE)) {
            for lane in 0..LANES {
                let (west, east) = (points[lane / STEP as usize], points[lane / STEP as usize + 1]);
                let (near, far) = shares(lane);
                row[lane] = west * near + east * far;
            }
        }
        spread
    }
}

/// The kernel: all planes of a tile.
struct EvaluatePlanes<'a> {
    bodies: &'a [Placed<'a>],
    planes: Range<i32>,
}

impl NullaryFnOnce for EvaluatePlanes<'_> {
    type Output = Vec<Plane>;

    #[inline(always)]
    fn call(self) -> Vec<Plane> {
        let mut planes = Vec::with_capacity(self.planes.len());
        for step in self.planes {
            let z = (step * STEP) as f32;
            let mut plane = Plane([[0; POINTS]; EFFECTS]);
            for part in 0..PARTS {
                let mut fields = [[0.0; LANES]; EFFECTS];
                for Placed { body, places } in self.bodies {
                    let (low, high) = body.z_range();
                    if low <= z && z <= high {
                        combine(&mut fields, body, &body.sample(&places[part], z));
                    }
                }
                for effect in 0..EFFECTS {
                    let points = &mut plane.0[effect][part * LANES..];
                    for (point, value) in points.iter_mut().zip(fields[effect]) {
                        *point = in_steps(value);
                    }
                }
            }
            planes.push(plane);
        }
        planes
    }
}

/// Adds a body to the fields before it: it joins those of its own effect, and takes from those of the
/// other.
#[inline(always)]
fn combine(fields: &mut [Row; EFFECTS], body: &Body, field: &Row) {
    /// As far inside as a field goes.
    const MOST: f32 = 2.0 * INFLUENCE_M;
    let own = body.effect as usize;
    let others: &[usize] = match body.effect {
        Effect::Hollow | Effect::SeaHollow => &[ROCK],
        Effect::Rock => &[HOLLOW, SEA],
    };
    for lane in 0..LANES {
        let joined = join(fields[own][lane], field[lane], body.blend_m);
        fields[own][lane] = ops::min(joined, MOST);
    }
    for other in others {
        for lane in 0..LANES {
            fields[*other][lane] = ops::min(MOST - field[lane], fields[*other][lane]);
        }
    }
}

/// A field's value in lattice steps, 0 at the surface.
#[inline(always)]
fn in_steps(value: f32) -> i16 {
    let steps = ops::floor_i32((value - INFLUENCE_M) * PER_METRE + 0.5);
    ops::to_i16(steps.clamp(-LIMIT, LIMIT))
}
