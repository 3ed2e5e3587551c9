//! Bodies: the three-dimensional shapes that kinds describe, as signed fields.
//!
//! A field is positive inside, in about metres from the surface. Further than [`INFLUENCE_M`] outside of it a
//! body is exactly nothing, so that edits stay local (property 2).
//!
//! *Not* responsible for: what becomes of a field (see [`super::lattice`]).
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::coords::LocalPos;

use super::slab::Slab;
use super::tube::{Segment, Tube};
use crate::noise;
use crate::ops::{self, LANES, Row};

/// Distance from its surface at which a body ends to matter. More than the diagonal of a cell of the
/// lattice, so that interpolation sees true distances wherever the sign changes.
pub(crate) const INFLUENCE_M: f32 = 8.0;

/// What a body makes of the space that it fills.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    /// Air in the ground.
    Hollow,
    /// A hollow that the sea fills up to its level, and that opens to the sea.
    SeaHollow,
    /// Rock in air and water.
    Rock,
}

/// A three-dimensional shape.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Body {
    pub(crate) effect: Effect,
    pub(crate) form: Form,
    pub(crate) roughness: Roughness,
    /// Width over which it flows into other bodies of the same effect.
    pub(crate) blend_m: f32,
}

/// How a body fills space.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Form {
    /// Along a curve.
    Tube(Tube),
    /// Between a floor and a roof, over a point, path or area.
    Slab(Slab),
    /// Under the brow of a cliff, where columns say that there is one.
    Brow,
}

/// Noise on a body's surface.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Roughness {
    /// Most that it moves the surface, in metres.
    pub(crate) strength_m: f32,
    /// Cycles per metre to the east and north.
    pub(crate) across: f32,
    /// Cycles per metre upwards: fewer make flutes, more make layers.
    pub(crate) upwards: f32,
    pub(crate) seed: u32,
    /// Where it is rooted, so that a moved marker keeps its face.
    pub(crate) origin: LocalPos,
}

/// What a body needs to know of 32 points of the lattice, whatever their height.
pub(crate) struct Place {
    pub(crate) x: Row,
    pub(crate) y: Row,
    pub(crate) under: Under,
}

/// What lies under the points, as far as the form of the body asks for it.
#[expect(
    clippy::large_enum_variant,
    reason = "there are three of each body, for as long as a tile is made"
)]
pub(crate) enum Under {
    /// Pieces of a tube that come near.
    Segments(Vec<Segment>),
    /// Distance from the geometry and its height.
    Geometry { distance: Row, level: Row },
    /// The brow of a cliff.
    Brow(Brow),
}

/// A cliff's brow at 32 points, in metres.
pub(crate) struct Brow {
    /// How far the brow stands out over the foot; 0 where there is none.
    pub(crate) overhang: Row,
    /// Height of its upper side.
    pub(crate) top: Row,
    /// How far inland the rock face reaches.
    pub(crate) face: Row,
    /// Signed distance to the coast, positive on land.
    pub(crate) coast: Row,
}

/// How much finer the second octave of roughness is. Not exactly 2, so that the lattices of the two never fall
/// together.
const FINER: f32 = 2.03;
/// Width of the finest bumps that the lattice of 4 m shows.
const FINEST_M: f32 = 7.0;
/// Gradient noise seldom comes near its bound; this spreads it.
const SPREAD: f32 = 1.5;

impl Roughness {
    /// The same around another place.
    pub(crate) fn rooted_at(self, origin: LocalPos) -> Self {
        Self { origin, ..self }
    }

    /// Adds the noise where it could make any difference.
    #[inline(always)]
    fn add_to(&self, field: &mut Row, place: &Place, z: f32) {
        let highest = field
            .iter()
            .fold(-INFLUENCE_M, |most, value| ops::max(*value, most));
        if self.strength_m <= 0.0 || highest + self.strength_m <= -INFLUENCE_M {
            return;
        }
        let coarse = self.octave(place, z, 1.0, self.seed);
        // Bumps that the lattice could not show are left out.
        let fine = if self.across * FINER < 1.0 / FINEST_M {
            self.octave(place, z, FINER, self.seed.wrapping_add(0x9e37_79b9))
        } else {
            [0.0; LANES]
        };
        for lane in 0..LANES {
            let noise = ops::clamp((coarse[lane] + fine[lane] * 0.5) * SPREAD, -1.0, 1.0);
            field[lane] += noise * self.strength_m;
        }
    }

    #[inline(always)]
    fn octave(&self, place: &Place, z: f32, finer: f32, seed: u32) -> Row {
        let (mut x, mut y) = (place.x, place.y);
        for lane in 0..LANES {
            x[lane] = (x[lane] - self.origin.x_m) * self.across * finer;
            y[lane] = (y[lane] - self.origin.y_m) * self.across * finer;
        }
        let z = [(z - self.origin.z_m) * self.upwards * finer; LANES];
        noise::gradient_noise_3d(&x, &y, &z, seed)
    }
}

impl Body {
    /// Lowest and highest z at which it is not nothing.
    pub(crate) fn z_range(&self) -> (f32, f32) {
        let (low, high) = match &self.form {
            Form::Tube(tube) => tube.z_range(),
            Form::Slab(slab) => slab.z_range(),
            Form::Brow => (-INFLUENCE_M, 96.0 + 2.0 * INFLUENCE_M),
        };
        (low - self.roughness.strength_m, high + self.roughness.strength_m)
    }

    /// The field at one height over 32 points: metres inside of the surface plus [`INFLUENCE_M`], held
    /// within 0 and twice that. 0 is what a union leaves exactly alone.
    #[inline(always)]
    pub(crate) fn sample(&self, place: &Place, z: f32) -> Row {
        let mut field = match (&self.form, &place.under) {
            (Form::Tube(tube), Under::Segments(segments)) => tube.sample(segments, &place.x, &place.y, z),
            (Form::Slab(slab), Under::Geometry { distance, level }) => {
                slab.sample((&place.x, &place.y), distance, level, z)
            }
            (Form::Brow, Under::Brow(brow)) => brow.sample(z),
            _ => [-INFLUENCE_M; LANES],
        };
        self.roughness.add_to(&mut field, place, z);
        for lane in &mut field {
            *lane = ops::clamp(*lane + INFLUENCE_M, 0.0, 2.0 * INFLUENCE_M);
        }
        if let Under::Brow(brow) = &place.under {
            for lane in 0..LANES {
                field[lane] = if brow.overhang[lane] > 0.0 {
                    field[lane]
                } else {
                    0.0
                };
            }
        }
        field
    }
}

impl Brow {
    /// Metres inside of the rock between the face of the cliff and the edge of its brow.
    #[inline(always)]
    fn sample(&self, z: f32) -> Row {
        /// Share of the height under which the face stays as it is, and above which the brow is whole.
        const LOW: f32 = 0.3;
        const HIGH: f32 = 0.8;
        /// Rock behind the edge of the brow, as a multiple of how far that stands out.
        const THICKNESS: f32 = 3.0;
        let mut field = [0.0; LANES];
        for lane in 0..LANES {
            let up = z / ops::max(self.top[lane], 1.0);
            let out = self.overhang[lane] * ops::smoothstep((up - LOW) / (HIGH - LOW));
            // Low down there is no brow at all, not even one of width 0.
            let none = INFLUENCE_M * (1.0 - ops::smoothstep(out * 0.7));
            // Where the brow ends it grows thin: no more rock stands behind its edge than that stands out.
            let thin = ops::min(self.coast[lane] + out, THICKNESS * out);
            let inside = ops::min(thin, self.face[lane] - self.coast[lane]);
            field[lane] = ops::smooth_min(inside, self.top[lane] - z, 2.0) - none;
        }
        field
    }
}
