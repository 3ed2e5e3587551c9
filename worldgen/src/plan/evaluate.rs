//! Evaluation: what all markers near 32 columns make of them, stage by stage.
//!
//! *Not* responsible for: what single markers do (see [`crate::marker`]); the slopes and materials that follow
//! from several columns (see [`crate::surface`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use pulp::NullaryFnOnce;
use shared::geometry::Box2;

use super::{IslandPlan, Near};
use crate::columns::Columns;
use crate::marker::Stage;
use crate::ops::{self, LANES, Row};
use crate::simd::SimdLevel;

/// What generation knows about 32 columns, all in whole numbers: everything after this is exact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Samples {
    /// Height of the ground in 1/256 voxel above the sea.
    pub(crate) height: [i32; LANES],
    /// Level of the water surface in 1/256 voxel, where it lies above the ground; 0 is the sea's.
    pub(crate) water: [i32; LANES],
    /// Signed coast distance in 1/256 m, positive on land, held within 64 m.
    pub(crate) coast: [i16; LANES],
    /// Irregularity for material borders, -256 to 256.
    pub(crate) wobble: [i16; LANES],
    /// How wet the soil is, 0 to 255.
    pub(crate) moisture: [u8; LANES],
    /// Share of beach, 0 to 255.
    pub(crate) beach: [u8; LANES],
    /// Share of bare sand, 0 to 255.
    pub(crate) sand: [u8; LANES],
    /// Density of forest, 0 to 255.
    pub(crate) forest: [u8; LANES],
    /// Which trees the forest has: number of a [`crate::scatter::Trees`].
    pub(crate) trees: [u8; LANES],
    /// Share of meadow, 0 to 255.
    pub(crate) meadow: [u8; LANES],
    /// Share of flowers in the meadow's grass, 0 to 255.
    pub(crate) flowers: [u8; LANES],
    /// Share of swamp, 0 to 255.
    pub(crate) swamp: [u8; LANES],
    /// How firmly the column is kept for people, 0 to 255.
    pub(crate) paved: [u8; LANES],
    /// Number of the material of the paving, 0 for the ground's own.
    pub(crate) paving: [u8; LANES],
    /// Share of snow, 0 to 255.
    pub(crate) snow: [u8; LANES],
    /// Share of volcanic ground, 0 to 255.
    pub(crate) ash: [u8; LANES],
    /// Share of living reef on the sea floor, 0 to 255.
    pub(crate) reef: [u8; LANES],
    /// How far nothing grows here, 0 to 255.
    pub(crate) bare: [u8; LANES],
}

/// The ground of 32 columns, for those who fit something to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct GroundSamples {
    /// As in [`Samples`].
    pub(crate) height: [i32; LANES],
    /// As in [`Samples`].
    pub(crate) water: [i32; LANES],
    /// As in [`Samples`].
    pub(crate) coast: [i16; LANES],
    /// How far the shape is held against erosion, 0 to 255.
    pub(crate) hold: [u8; LANES],
    /// Height in 1/256 m of the waterfall that a river shall have here.
    pub(crate) fall: [i32; LANES],
    /// As in [`Samples`].
    pub(crate) paved: [u8; LANES],
}

impl IslandPlan {
    /// What the markers near a box make of 32 positions in it.
    pub(crate) fn columns(&self, near: &[Near<'_>], x: &Row, y: &Row, simd: SimdLevel) -> Columns {
        let mut columns = Columns::at(x, y);
        simd.run(Evaluate {
            plan: self,
            near,
            row: None,
            columns: &mut columns,
        });
        columns
    }

    /// The same in whole numbers, for `columns` that are open sea yet: those of a `row` that `near` was prepared
    /// for, or any.
    pub(crate) fn sample(
        &self,
        near: &[Near<'_>],
        row: Option<usize>,
        columns: &mut Columns,
        simd: SimdLevel,
        samples: &mut Samples,
    ) {
        simd.run(Evaluate {
            plan: self,
            near,
            row,
            columns,
        });
        simd.run(Sample {
            plan: self,
            columns,
            samples,
        });
    }

    /// The same, only the ground; a `row` beyond the last one is one beside the tile, at the same x.
    pub(crate) fn ground(
        &self,
        near: &[Near<'_>],
        row: Option<usize>,
        x: &Row,
        y: &Row,
        simd: SimdLevel,
    ) -> GroundSamples {
        let mut columns = Columns::at(x, y);
        self.act_on(near, row, &mut columns, Base::ToCome, simd);
        self.ground_of(&mut columns, simd)
    }

    /// What markers make of columns, but for the noise, which comes last. Once the base is raised further markers may
    /// act on the same columns, none of them of the coast.
    pub(crate) fn act_on(
        &self,
        near: &[Near<'_>],
        row: Option<usize>,
        columns: &mut Columns,
        base: Base,
        simd: SimdLevel,
    ) {
        simd.run(Act {
            plan: self,
            near,
            row,
            columns,
            base,
        });
    }

    /// The ground of columns that all markers have acted on; adds the noise to them.
    pub(crate) fn ground_of(&self, columns: &mut Columns, simd: SimdLevel) -> GroundSamples {
        simd.run(Finish { columns });
        simd.run(SampleGround { plan: self, columns })
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

/// The kernel: all stages for 32 columns.
struct Evaluate<'a> {
    plan: &'a IslandPlan,
    near: &'a [Near<'a>],
    /// Number of the row that the columns are, if `near` was prepared for it.
    row: Option<usize>,
    columns: &'a mut Columns,
}

impl NullaryFnOnce for Evaluate<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        act(self.plan, self.near, self.row, self.columns, Base::ToCome);
        self.columns.add_noise();
    }
}

/// Whether the base is raised, which follows the markers of the coast.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Base {
    /// The columns are open sea yet.
    ToCome,
    /// Only markers that act later are left.
    Raised,
}

/// The kernel: all stages but the last.
struct Act<'a> {
    plan: &'a IslandPlan,
    near: &'a [Near<'a>],
    row: Option<usize>,
    columns: &'a mut Columns,
    base: Base,
}

impl NullaryFnOnce for Act<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        act(self.plan, self.near, self.row, self.columns, self.base);
    }
}

/// The kernel: the last stage.
struct Finish<'a> {
    columns: &'a mut Columns,
}

impl NullaryFnOnce for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.columns.add_noise();
    }
}

#[inline(always)]
fn act(plan: &IslandPlan, near: &[Near<'_>], row: Option<usize>, columns: &mut Columns, mut base: Base) {
    let place = extent(&columns.x, &columns.y);
    for near in near {
        let operator = near.operator();
        if operator.stage() > Stage::Coast && base == Base::ToCome {
            raise_base(plan, columns);
            base = Base::Raised;
        }
        // Beyond its reach a marker changes nothing; here that only saves the time.
        if operator.kind().acts_on_columns() && operator.reach().touches(place) {
            near.apply(row, columns);
        }
    }
    if base == Base::ToCome {
        raise_base(plan, columns);
    }
}

#[inline(always)]
fn raise_base(plan: &IslandPlan, columns: &mut Columns) {
    let sea_floor = if columns.reach_open_sea() {
        plan.sea_floor.sample(&columns.x, &columns.y)
    } else {
        [0.0; LANES]
    };
    columns.raise_base(&sea_floor);
}

/// The smallest box around 32 positions.
#[inline(always)]
fn extent(x: &Row, y: &Row) -> Box2 {
    let ((min_x_m, max_x_m), (min_y_m, max_y_m)) = (range(x), range(y));
    Box2 {
        min_x_m,
        min_y_m,
        max_x_m,
        max_y_m,
    }
}

/// The smallest and the largest of 32 numbers.
#[inline(always)]
fn range(row: &Row) -> (f32, f32) {
    let (mut least, mut most) = (*row, *row);
    // By halves, which is as many at once as vectors hold, where one after the other is one at a time.
    let mut half = LANES / 2;
    while half > 0 {
        for lane in 0..half {
            least[lane] = ops::min(least[lane + half], least[lane]);
            most[lane] = ops::max(most[lane + half], most[lane]);
        }
        half /= 2;
    }
    (least[0], most[0])
}

/// The kernel: 32 columns in whole numbers.
struct Sample<'a> {
    plan: &'a IslandPlan,
    columns: &'a Columns,
    samples: &'a mut Samples,
}

impl NullaryFnOnce for Sample<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self {
            plan,
            columns,
            samples,
        } = self;
        let wobble = plan.wobble.sample(&columns.x, &columns.y);
        let (floor_m, ceiling_m) = (plan.floor_m(), plan.ceiling_m());
        for lane in 0..LANES {
            samples.height[lane] = ops::quantise(ops::clamp(columns.height[lane], floor_m, ceiling_m));
            samples.water[lane] = ops::quantise(ops::clamp(columns.water[lane], floor_m, ceiling_m));
            samples.coast[lane] = ops::to_i16(ops::quantise(columns.coast_m(lane)));
            samples.wobble[lane] = ops::to_i16(ops::quantise(wobble[lane]));
        }
        samples.moisture = shares(&columns.moisture);
        samples.beach = shares(&columns.beach);
        samples.sand = shares(&columns.sand);
        samples.forest = shares(&columns.forest);
        samples.trees = numbers(&columns.trees);
        samples.meadow = shares(&columns.meadow);
        samples.flowers = shares(&columns.flowers);
        samples.swamp = shares(&columns.swamp);
        samples.paved = shares(&columns.paved);
        samples.paving = numbers(&columns.paving);
        samples.snow = shares(&columns.snow);
        samples.ash = shares(&columns.ash);
        samples.reef = shares(&columns.reef);
        samples.bare = shares(&columns.bare);
    }
}

/// The kernel: the ground of 32 columns in whole numbers.
struct SampleGround<'a> {
    plan: &'a IslandPlan,
    columns: &'a Columns,
}

impl NullaryFnOnce for SampleGround<'_> {
    type Output = GroundSamples;

    #[inline(always)]
    fn call(self) -> GroundSamples {
        let Self { plan, columns } = self;
        let (floor_m, ceiling_m) = (plan.floor_m(), plan.ceiling_m());
        let mut ground = GroundSamples {
            height: [0; LANES],
            water: [0; LANES],
            coast: [0; LANES],
            hold: shares(&columns.hold),
            fall: [0; LANES],
            paved: shares(&columns.paved),
        };
        for lane in 0..LANES {
            ground.height[lane] = ops::quantise(ops::clamp(columns.height[lane], floor_m, ceiling_m));
            ground.water[lane] = ops::quantise(ops::clamp(columns.water[lane], floor_m, ceiling_m));
            ground.coast[lane] = ops::to_i16(ops::quantise(columns.coast_m(lane)));
            ground.fall[lane] = ops::quantise(columns.fall[lane]);
        }
        ground
    }
}

/// Shares of 0 to 1 as 0 to 255.
#[inline(always)]
fn shares(row: &Row) -> [u8; LANES] {
    let mut bytes = [0; LANES];
    for lane in 0..LANES {
        bytes[lane] = ops::to_u8(ops::floor_i32(row[lane] * 255.0));
    }
    bytes
}

/// Small whole numbers that are not negative.
#[inline(always)]
fn numbers(row: &Row) -> [u8; LANES] {
    let mut bytes = [0; LANES];
    for lane in 0..LANES {
        bytes[lane] = ops::to_u8(ops::floor_i32(row[lane]));
    }
    bytes
}

impl Samples {
    /// Sea without end, before anything is known.
    pub(crate) const ZERO: Self = Self {
        height: [0; LANES],
        water: [0; LANES],
        coast: [0; LANES],
        wobble: [0; LANES],
        moisture: [0; LANES],
        beach: [0; LANES],
        sand: [0; LANES],
        forest: [0; LANES],
        trees: [0; LANES],
        meadow: [0; LANES],
        flowers: [0; LANES],
        swamp: [0; LANES],
        paved: [0; LANES],
        paving: [0; LANES],
        snow: [0; LANES],
        ash: [0; LANES],
        reef: [0; LANES],
        bare: [0; LANES],
    };
}
