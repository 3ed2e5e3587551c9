//! An island compiled for generation: its markers read once, in the order in which they act.
//!
//! *Not* responsible for: turning evaluated columns into tiles ([`crate::surface`]) and voxels
//! ([`crate::fill`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::collections::BTreeMap;

use pulp::NullaryFnOnce;
use shared::geometry::Box2;
use shared::ids::{IslandId, MarkerId};
use shared::island::{Bounds, Island};
use shared::project::Settings;

use crate::columns::{COAST_REACH_M, Columns, SEA_DEPTH_M};
use crate::marker::{self, AnyKind, NoiseBound, Stage};
use crate::noise::{Fractal, Style};
use crate::ops::{self, LANES, Row};
use crate::seed::Seed;
use crate::shape::Shape;
use crate::simd::SimdLevel;

/// Markers beyond this many, in canonical order, are left out of the terrain; a rule reports them.
pub const MAX_MARKERS: usize = 16_384;

/// How far a change of the ground shows beyond the columns whose ground it changes: 3 m of tree crown, 1 m
/// of slope, and 1 m for columns that are only partly covered.
pub(crate) const HALO_M: f32 = 5.0;

/// Distances are single floats: this much is added to what a kind declares as its reach.
const REACH_SLACK_M: f32 = 0.5;

/// An island compiled for generation. Compiling is total: whatever a map says, it becomes some terrain,
/// and the rules tell what was wrong with it.
#[derive(Clone, PartialEq, Debug)]
pub struct IslandPlan {
    id: IslandId,
    generator: u32,
    seed: Seed,
    bounds: Bounds,
    /// By stage, then in canonical order.
    operators: Vec<Operator>,
    /// Small irregularities of where one material gives way to the next.
    wobble: Fractal,
}

/// A compiled marker.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Operator {
    marker: MarkerId,
    /// Layer, priority: with the id, the canonical order.
    order: (i32, i32),
    shape: Shape,
    kind: AnyKind,
    reach: Box2,
}

/// What generation knows about 32 columns, all in whole numbers: everything after this is exact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Samples {
    /// Height of the ground in 1/256 voxel above the sea.
    pub(crate) height: [i32; LANES],
    /// Signed coast distance in 1/256 m, positive on land, held within 64 m.
    pub(crate) coast: [i32; LANES],
    /// Share of beach, 0 to 255.
    pub(crate) beach: [i32; LANES],
    /// Density of forest, 0 to 255.
    pub(crate) forest: [i32; LANES],
    /// Irregularity for material borders, -256 to 256.
    pub(crate) wobble: [i32; LANES],
}

impl IslandPlan {
    /// Compiles an island. Takes time in proportion to the corners of its markers, whatever they contain.
    pub fn new(settings: &Settings, island: &Island) -> Self {
        let seed = Seed::of_island(settings.world_seed, island.id);
        let mut operators: Vec<Operator> = island
            .markers_in_order()
            .into_iter()
            .take(MAX_MARKERS)
            .filter_map(|marker| Operator::new(marker, seed))
            .collect();
        // Stable: within a stage the canonical order stays.
        operators.sort_by_key(|operator| operator.kind.stage());
        Self {
            id: island.id,
            generator: settings.generator,
            seed,
            bounds: island.bounds,
            operators,
            wobble: Fractal::with_wavelength(Style::Rolling, seed.feature("wobble"), 3, 28.0),
        }
    }

    /// The island's id.
    pub fn id(&self) -> IslandId {
        self.id
    }

    /// The box of voxels that it fills.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The box outside of which the marker changes no voxel; `None` for a marker that is not there or of a
    /// kind that the generator does not know.
    pub fn support(&self, marker: MarkerId) -> Option<Box2> {
        let operator = self.operators.iter().find(|operator| operator.marker == marker)?;
        Some(operator.reach.grown(HALO_M))
    }

    /// How far noise may move what the markers that reach a place drew, at most.
    pub fn noise_bound(&self, place: Box2) -> NoiseBound {
        self.operators_near(place)
            .iter()
            .map(|operator| operator.kind.noise())
            .fold(NoiseBound::default(), |all, one| NoiseBound {
                outline_m: all.outline_m.max(one.outline_m),
                height_m: all.height_m.max(one.height_m),
            })
    }

    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    /// Markers that reach a box, in the order in which they act.
    pub(crate) fn operators_near(&self, place: Box2) -> Vec<&Operator> {
        self.operators
            .iter()
            .filter(|operator| operator.reach.touches(place))
            .collect()
    }

    /// What differs between two plans of one island: the markers, each with the boxes outside of which it
    /// acts in neither plan. `None` when the plans differ as a whole.
    pub(crate) fn changed_markers(&self, new: &Self) -> Option<Vec<(MarkerId, Box2)>> {
        let head = |plan: &Self| (plan.id, plan.generator, plan.seed, plan.bounds);
        if head(self) != head(new) {
            return None;
        }
        let by_id = |plan: &Self| -> BTreeMap<MarkerId, Operator> {
            plan.operators
                .iter()
                .map(|operator| (operator.marker, operator.clone()))
                .collect()
        };
        let (old, new) = (by_id(self), by_id(new));
        let changed = old
            .keys()
            .chain(new.keys().filter(|id| !old.contains_key(id)))
            .filter(|id| old.get(id) != new.get(id));
        let reach = |side: &BTreeMap<_, Operator>, id| side.get(id).map_or(Box2::EMPTY, |found| found.reach);
        Some(
            changed
                .map(|id| (*id, reach(&old, id).union(reach(&new, id)).grown(HALO_M)))
                .collect(),
        )
    }

    /// Evaluates 32 positions with the operators that reach them, in the order given.
    pub(crate) fn evaluate(&self, operators: &[&Operator], x: &Row, y: &Row, simd: SimdLevel) -> Samples {
        simd.run(Evaluate {
            plan: self,
            operators,
            x,
            y,
        })
    }

    /// The lowest height that a column can have: some ground stays over the bedrock.
    fn floor_m(&self) -> f32 {
        2.0 - self.bounds.below() as f32
    }

    /// The greatest height that a column can have: the highest voxel of the box stays free to stand in.
    fn ceiling_m(&self) -> f32 {
        self.bounds.above() as f32 - 2.0
    }
}

impl Operator {
    fn new(marker: &shared::island::Marker, seed: Seed) -> Option<Self> {
        let shape = Shape::new(&marker.geometry, marker::corners(marker))?;
        let kind = AnyKind::new(marker, shape.is_area(), seed)?;
        Some(Self {
            marker: marker.id,
            order: (marker.layer, marker.priority),
            reach: shape.extent().grown(kind.reach_m() + REACH_SLACK_M),
            shape,
            kind,
        })
    }

    /// When it acts.
    pub(crate) fn stage(&self) -> Stage {
        self.kind.stage()
    }
}

/// The kernel: all stages for 32 columns.
struct Evaluate<'a> {
    plan: &'a IslandPlan,
    operators: &'a [&'a Operator],
    x: &'a Row,
    y: &'a Row,
}

impl NullaryFnOnce for Evaluate<'_> {
    type Output = Samples;

    #[inline(always)]
    fn call(self) -> Samples {
        let mut columns = Columns::at(self.x, self.y);
        let mut based = false;
        for operator in self.operators {
            if operator.kind.stage() > Stage::Coast && !based {
                columns.raise_base();
                based = true;
            }
            let site = operator.shape.sample(self.x, self.y, operator.kind.reach_m());
            operator.kind.apply(&site, &mut columns);
        }
        if !based {
            columns.raise_base();
        }
        columns.add_noise();
        let wobble = self.plan.wobble.sample(self.x, self.y);
        let (floor_m, ceiling_m) = (self.plan.floor_m(), self.plan.ceiling_m());
        let mut samples = Samples::OPEN_SEA;
        for lane in 0..LANES {
            let height = ops::clamp(columns.height[lane], floor_m, ceiling_m);
            samples.height[lane] = ops::quantise(height);
            samples.coast[lane] = ops::quantise(columns.coast_m(lane));
            samples.beach[lane] = ops::floor_i32(columns.beach[lane] * 255.0);
            samples.forest[lane] = ops::floor_i32(columns.forest[lane] * 255.0);
            samples.wobble[lane] = ops::quantise(wobble[lane]);
        }
        samples
    }
}

impl Samples {
    /// What a place without any marker has.
    pub(crate) const OPEN_SEA: Self = Self {
        height: [-(SEA_DEPTH_M as i32) * ops::STEPS_PER_VOXEL; LANES],
        coast: [-(COAST_REACH_M as i32) * ops::STEPS_PER_VOXEL; LANES],
        beach: [0; LANES],
        forest: [0; LANES],
        wobble: [0; LANES],
    };
}
