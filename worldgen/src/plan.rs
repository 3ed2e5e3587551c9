//! An island compiled for generation: its markers read once, in the order in which they act.
//!
//! *Not* responsible for: turning evaluated columns into tiles ([`crate::surface`]) and voxels
//! ([`crate::fill`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use pulp::NullaryFnOnce;
use shared::coords::{LocalPos, TilePos};
use shared::geometry::Box2;
use shared::ids::{Id, IslandId};
use shared::island::{Bounds, Island, Marker, RecordId};
use shared::project::Settings;
use shared::stamp::Stamps;

use crate::columns::Columns;
use crate::fingerprint::Fingerprint;
use crate::ground::Ground;
use crate::marker::{self, AnyKind, NoiseBound, Parameters, Stage, Warp};
use crate::noise::{Fractal, Style};
use crate::ops::{self, LANES, Row};
use crate::poi;
use crate::seed::Seed;
use crate::shape::Shape;
use crate::simd::SimdLevel;
use crate::strata::Strata;
use crate::structure::Structure;
use crate::volume::body::Form;
use crate::volume::{Body, Effect, Roughness};
use crate::water::Finding;

mod bend;
mod index;
mod near;
mod tile_key;

pub use index::MAX_MARKERS_PER_TILE;
pub(crate) use near::Near;
pub use tile_key::TileKey;

use index::TileIndex;

/// How far a change of the ground shows beyond the columns whose ground it changes: 5 m of tree crown, 1 m
/// of slope, and 1 m for columns that are only partly covered.
pub(crate) const HALO_M: f32 = 7.0;

/// How deep into an area kinds tell one distance from another; further in, all columns are alike.
pub(crate) const SIGHT_M: f32 = 64.0;

/// Distances are single floats: this much is added to what a kind declares as its reach.
pub(crate) const REACH_SLACK_M: f32 = 0.5;

/// An island compiled for generation. Compiling is total: whatever a map says, it becomes some terrain,
/// and the rules tell what was wrong with it.
#[derive(Clone, PartialEq, Debug)]
pub struct IslandPlan {
    id: IslandId,
    generator: u32,
    seed: Seed,
    bounds: Bounds,
    /// In the order in which they act.
    operators: Vec<Operator>,
    /// Which of them reach which tile.
    index: TileIndex,
    /// How many markers were left out because too many reach one tile.
    left_out: usize,
    structures: Vec<Arc<Structure>>,
    /// Small irregularities of where one material gives way to the next.
    wobble: Fractal,
    /// Hills and hollows of the floor of the open sea.
    sea_floor: Fractal,
    strata: Strata,
}

/// A compiled marker.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Operator {
    order: Order,
    shape: Shape,
    kind: AnyKind,
    warp: Option<Warp>,
    /// What it makes in three dimensions, if anything.
    body: Option<Body>,
    /// Outside of it the marker changes no column.
    reach: Box2,
    /// Outside of it the marker changes no column, whatever the ground is like; holds `reach`.
    declared: Box2,
    /// Outside of it no ground changes what the marker becomes; `None` when none does at all.
    survey: Option<Box2>,
    /// Equal for operators that do the same to all columns.
    fingerprint: u64,
}

/// When a marker acts: by stage; within it by layer, then priority, then kind, then id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Order {
    stage: Stage,
    layer: i32,
    priority: i32,
    rank: usize,
    record: RecordId,
}

/// What generation knows about 32 columns, all in whole numbers: everything after this is exact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Samples {
    /// Height of the ground in 1/256 voxel above the sea.
    pub(crate) height: [i32; LANES],
    /// Signed coast distance in 1/256 m, positive on land, held within 64 m.
    pub(crate) coast: [i32; LANES],
    /// Level of the water surface in 1/256 voxel, where it lies above the ground; 0 is the sea's.
    pub(crate) water: [i32; LANES],
    /// How wet the soil is, 0 to 255.
    pub(crate) moisture: [i32; LANES],
    /// Share of beach, 0 to 255.
    pub(crate) beach: [i32; LANES],
    /// Share of bare sand, 0 to 255.
    pub(crate) sand: [i32; LANES],
    /// Density of forest, 0 to 255.
    pub(crate) forest: [i32; LANES],
    /// How far the shape is held against erosion, 0 to 255.
    pub(crate) hold: [i32; LANES],
    /// Height in 1/256 m of the waterfall that a river shall have here.
    pub(crate) fall: [i32; LANES],
    /// Which trees the forest has: number of a [`crate::scatter::Trees`].
    pub(crate) trees: [i32; LANES],
    /// Share of meadow, 0 to 255.
    pub(crate) meadow: [i32; LANES],
    /// Share of flowers in the grass, 0 to 255.
    pub(crate) flowers: [i32; LANES],
    /// Share of swamp, 0 to 255.
    pub(crate) swamp: [i32; LANES],
    /// How firmly the column is kept for people, 0 to 255.
    pub(crate) paved: [i32; LANES],
    /// Number of the material of the paving, 0 for the ground's own.
    pub(crate) paving: [i32; LANES],
    /// Share of snow, 0 to 255.
    pub(crate) snow: [i32; LANES],
    /// Share of volcanic ground, 0 to 255.
    pub(crate) ash: [i32; LANES],
    /// Share of living reef on the sea floor, 0 to 255.
    pub(crate) reef: [i32; LANES],
    /// Irregularity for material borders, -256 to 256.
    pub(crate) wobble: [i32; LANES],
    /// How far the column belongs to an entrance of caves, 0 to 255.
    pub(crate) opening: [i32; LANES],
    /// How far nothing grows here, 0 to 255.
    pub(crate) bare: [i32; LANES],
    /// How far a cliff's brow stands out over its foot, in 1/256 m.
    pub(crate) overhang: [i32; LANES],
    /// Height of its upper side in 1/256 m.
    pub(crate) brow: [i32; LANES],
    /// Width of the rock face under it in 1/256 m.
    pub(crate) face: [i32; LANES],
}

impl IslandPlan {
    /// Compiles an island of a project with these settings and stamps. Takes time in proportion to the
    /// corners of its markers, whatever they contain.
    pub fn new(settings: &Settings, stamps: &Stamps, island: &Island) -> Self {
        Self::compile(settings, stamps, island, None)
    }

    /// Like [`Self::new`], with the same result, but quicker after an edit: what markers were fitted to
    /// ground that is still the same is taken from the `previous` plan.
    #[must_use]
    pub fn after(previous: &Self, settings: &Settings, stamps: &Stamps, island: &Island) -> Self {
        Self::compile(settings, stamps, island, Some(previous))
    }

    fn compile(settings: &Settings, stamps: &Stamps, island: &Island, previous: Option<&Self>) -> Self {
        let seed = Seed::of_island(settings.world_seed, island.id);
        let mut operators: Vec<Operator> = island
            .markers_in_order()
            .into_iter()
            .filter_map(|marker| Operator::new(RecordId::Marker(marker.id), marker, stamps, seed))
            .collect();
        let of_pois = island.pois.values().flat_map(|poi| {
            let acts_as = poi::markers(poi).into_iter();
            acts_as.map(|marker| (RecordId::Poi(poi.id), marker))
        });
        operators.extend(of_pois.filter_map(|(record, marker)| Operator::new(record, &marker, stamps, seed)));
        operators.sort_by_key(|operator| operator.order);
        let mut plan = Self::bare(island.id, settings.generator, seed, island.bounds);
        for operator in operators {
            if !plan.index.has_room(operator.declared) {
                plan.left_out += 1;
                continue;
            }
            let fitted = operator.fitted(&plan, previous);
            plan.index.push(fitted.reach);
            plan.structures.extend_from_slice(fitted.kind.structures());
            plan.operators.push(fitted);
        }
        plan
    }

    /// An island without markers, for a seed of its own.
    pub(crate) fn bare(id: IslandId, generator: u32, seed: Seed, bounds: Bounds) -> Self {
        Self {
            id,
            generator,
            seed,
            bounds,
            operators: Vec::new(),
            index: TileIndex::new(bounds),
            left_out: 0,
            structures: Vec::new(),
            wobble: Fractal::with_wavelength(Style::Rolling, seed.feature("wobble"), 3, 36.0),
            sea_floor: Fractal::with_wavelength(Style::Rolling, seed.feature("sea floor"), 3, 110.0),
            strata: Strata::new(seed),
        }
    }

    /// Everything besides markers that decides a column.
    fn conditions(&self, fingerprint: &mut Fingerprint) {
        fingerprint.number(self.generator.into());
        fingerprint.number(self.id.0.to_bits());
        fingerprint.number(self.seed.to_u64());
        fingerprint.signed(self.bounds.width());
        fingerprint.signed(self.bounds.depth());
        fingerprint.signed(self.bounds.below());
        fingerprint.signed(self.bounds.above());
    }

    /// The island's id.
    pub fn id(&self) -> IslandId {
        self.id
    }

    /// The box of voxels that it fills.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The box outside of which a marker or POI changes no voxel; `None` for one that is not there, that
    /// changes no voxel at all, or whose kind the generator does not know.
    pub fn support(&self, record: RecordId) -> Option<Box2> {
        let reach = self.operators.iter().fold(Box2::EMPTY, |reach, operator| {
            // Whatever is fitted to ground that the record changes may change with it.
            let follows = operator.survey.is_some_and(|survey| survey.touches(reach));
            if operator.order.record == record || follows {
                reach.union(operator.declared)
            } else {
                reach
            }
        });
        (reach != Box2::EMPTY).then(|| reach.grown(HALO_M))
    }

    /// What fitting markers to the ground showed to be wrong with them, in the order in which they act.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (RecordId, Finding)> {
        self.operators.iter().flat_map(|operator| {
            let findings = operator.kind.findings().into_iter();
            findings.map(|finding| (operator.order.record, finding))
        })
    }

    /// How far noise may move what the markers that reach a place drew, at most.
    pub fn noise_bound(&self, place: Box2) -> NoiseBound {
        self.operators_near(place)
            .fold(NoiseBound::default(), |all, operator| NoiseBound {
                outline_m: all.outline_m.max(operator.warp_m()),
                height_m: all.height_m.max(operator.kind.noise_m()),
            })
    }

    /// How many markers act nowhere because too many reach one tile; see [`MAX_MARKERS_PER_TILE`].
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many markers reach a tile, on average.
    pub fn markers_per_tile(&self) -> f64 {
        let tiles: Vec<TilePos> = self.bounds.tiles().collect();
        let reached = |tile: &TilePos| self.operators_near(tile.footprint()).count();
        tiles.iter().map(reached).sum::<usize>() as f64 / tiles.len() as f64
    }

    pub(crate) fn seed(&self) -> Seed {
        self.seed
    }

    pub(crate) fn strata(&self) -> &Strata {
        &self.strata
    }

    /// What markers build of single voxels, in the order in which they act.
    pub(crate) fn structures(&self) -> &[Arc<Structure>] {
        &self.structures
    }

    /// Markers that reach a box, in the order in which they act.
    pub(crate) fn operators_near(&self, place: Box2) -> impl Iterator<Item = &Operator> {
        let near = self.index.near(place).into_iter();
        near.filter_map(|number| self.operators.get(number as usize))
            .filter(move |operator| operator.reach.touches(place))
    }

    /// The same, each as columns in the box see it.
    pub(crate) fn near(&self, place: Box2) -> Vec<Near<'_>> {
        self.near_with(place, SimdLevel::detect())
    }

    /// The same with chosen instructions.
    pub(crate) fn near_with(&self, place: Box2, simd: SimdLevel) -> Vec<Near<'_>> {
        self.operators_near(place)
            .filter_map(|operator| Near::new(operator, place, simd))
            .collect()
    }

    /// The same for rows of 32 columns in the box that all lie at these x.
    pub(crate) fn near_along(&self, place: Box2, x: &Row, simd: SimdLevel) -> Vec<Near<'_>> {
        let near = self.near_with(place, simd).into_iter();
        near.map(|near| near.along(x)).collect()
    }

    /// What the voxels above a tile are made from. Equal keys mean equal voxels, also between runs of the
    /// program: only generator version, island and the markers in reach count.
    pub fn tile_key(&self, tile: TilePos) -> TileKey {
        let place = tile.footprint().grown(HALO_M);
        let key = |domain, is_of: fn(&Operator) -> bool| {
            let mut fingerprint = Fingerprint::of(domain);
            self.conditions(&mut fingerprint);
            for operator in self.operators_near(place).filter(|operator| is_of(operator)) {
                fingerprint.number(operator.fingerprint);
            }
            fingerprint.to_u64()
        };
        TileKey {
            columns: key("columns", |operator| operator.stage() < Stage::Volume),
            volume: key("volume", Operator::is_solid),
        }
    }

    /// The id of every marker and POI that shapes the ground, with a number that changes with what it does;
    /// in the order of the ids.
    pub fn sources(&self) -> Vec<(Id, u64)> {
        let by_id: BTreeSet<_> = self
            .operators
            .iter()
            .map(|operator| (operator.order.record.id(), operator.fingerprint))
            .collect();
        by_id.into_iter().collect()
    }

    /// Evaluates 32 positions with the markers near a box that holds them all.
    pub(crate) fn evaluate(&self, near: &[Near<'_>], x: &Row, y: &Row, simd: SimdLevel) -> Samples {
        simd.run(Evaluate {
            plan: self,
            near,
            x,
            y,
        })
    }

    /// Whether a body may reach a box.
    pub(crate) fn has_bodies(&self, place: Box2) -> bool {
        self.operators_near(place.grown(HALO_M))
            .any(|operator| operator.body.is_some() || operator.kind.has_brow())
    }

    /// The brows of all cliffs, as one body: where they are, columns say.
    pub(crate) fn brow(&self) -> Body {
        Body {
            effect: Effect::Rock,
            form: Form::Brow,
            roughness: Roughness {
                strength_m: 1.8,
                across: 1.0 / 18.0,
                upwards: 1.0 / 8.0,
                seed: self.seed.feature("brow").to_u32(),
                origin: LocalPos::default(),
            },
            blend_m: 2.0,
        }
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
    /// Compiles a marker that stands for a record, itself or a POI.
    fn new(record: RecordId, marker: &Marker, stamps: &Stamps, seed: Seed) -> Option<Self> {
        let shape = Shape::new(&marker.geometry, marker::corners(marker))?;
        let schema = marker::schema().markers.get(&marker.kind)?;
        let parameters = Parameters::new(marker, schema, shape.is_area(), stamps, seed);
        let kind = AnyKind::new(&marker.kind, &parameters)?;
        let warp = parameters.warp();
        let warp_m = warp.map_or(0.0, |warp| warp.strength_m);
        let reach = shape.extent().grown(kind.reach_m() + warp_m + REACH_SLACK_M);
        let mut fingerprint = Fingerprint::of("operator");
        fingerprint.marker(marker);
        fingerprint.kind(&marker.kind);
        fingerprint.number(parameters.stamp().map_or(0, |stamp| stamp.hash()));
        let body = kind.body(&shape);
        Some(Self {
            order: Order {
                stage: kind.stage(),
                layer: marker.layer,
                priority: marker.priority,
                rank: kind.rank(),
                record,
            },
            reach,
            declared: reach.grown(kind.survey_m().unwrap_or(0.0)),
            survey: kind.survey_m().map(|survey_m| shape.extent().grown(survey_m)),
            fingerprint: fingerprint.to_u64(),
            shape,
            kind,
            warp,
            body,
        })
    }

    /// The operator as it acts on the ground that the operators of `before` make.
    fn fitted(mut self, before: &IslandPlan, previous: Option<&IslandPlan>) -> Self {
        let Some(survey) = self.survey else { return self };
        let mut fingerprint = Fingerprint::of("fitted");
        before.conditions(&mut fingerprint);
        fingerprint.number(self.fingerprint);
        for operator in before.operators_near(survey.grown(1.0)) {
            fingerprint.number(operator.fingerprint);
        }
        self.fingerprint = fingerprint.to_u64();
        let known = previous
            .into_iter()
            .flat_map(|previous| &previous.operators)
            .find(|known| known.order == self.order && known.fingerprint == self.fingerprint);
        if let Some(known) = known {
            return known.clone();
        }
        if let Some(shape) = self.kind.fit(&Ground::new(before, survey), &self.shape) {
            self.shape = shape;
        }
        let reach_m = self.kind.reach_m() + self.warp_m() + REACH_SLACK_M;
        self.reach = self.shape.extent().grown(reach_m).intersection(self.declared);
        self
    }

    /// When it acts.
    pub(crate) fn stage(&self) -> Stage {
        self.order.stage
    }

    /// Whether it acts on single voxels, not only on columns.
    fn is_solid(&self) -> bool {
        let is_built = !self.kind.structures().is_empty();
        is_built || self.stage() == Stage::Volume || self.body.is_some() || self.kind.has_brow()
    }

    fn warp_m(&self) -> f32 {
        self.warp.map_or(0.0, |warp| warp.strength_m)
    }
}

/// The kernel: all stages for 32 columns.
struct Evaluate<'a> {
    plan: &'a IslandPlan,
    near: &'a [Near<'a>],
    x: &'a Row,
    y: &'a Row,
}

impl NullaryFnOnce for Evaluate<'_> {
    type Output = Samples;

    #[inline(always)]
    fn call(self) -> Samples {
        let mut columns = Columns::at(self.x, self.y);
        let place = extent(self.x, self.y);
        let mut based = false;
        for near in self.near {
            let operator = near.operator();
            if operator.order.stage > Stage::Coast && !based {
                self.raise_base(&mut columns);
                based = true;
            }
            // Beyond its reach a marker changes nothing; here that only saves the time.
            if operator.kind.acts_on_columns() && operator.reach.touches(place) {
                near.apply(&mut columns);
            }
        }
        if !based {
            self.raise_base(&mut columns);
        }
        columns.add_noise();
        let wobble = self.plan.wobble.sample(self.x, self.y);
        let (floor_m, ceiling_m) = (self.plan.floor_m(), self.plan.ceiling_m());
        let mut samples = Samples::ZERO;
        for lane in 0..LANES {
            let height = ops::clamp(columns.height[lane], floor_m, ceiling_m);
            samples.height[lane] = ops::quantise(height);
            samples.coast[lane] = ops::quantise(columns.coast_m(lane));
            samples.water[lane] = ops::quantise(ops::clamp(columns.water[lane], floor_m, ceiling_m));
            samples.moisture[lane] = ops::floor_i32(columns.moisture[lane] * 255.0);
            samples.beach[lane] = ops::floor_i32(columns.beach[lane] * 255.0);
            samples.sand[lane] = ops::floor_i32(columns.sand[lane] * 255.0);
            samples.forest[lane] = ops::floor_i32(columns.forest[lane] * 255.0);
            samples.hold[lane] = ops::floor_i32(columns.hold[lane] * 255.0);
            samples.fall[lane] = ops::quantise(columns.fall[lane]);
            samples.trees[lane] = ops::floor_i32(columns.trees[lane]);
            samples.meadow[lane] = ops::floor_i32(columns.meadow[lane] * 255.0);
            samples.flowers[lane] = ops::floor_i32(columns.flowers[lane] * 255.0);
            samples.swamp[lane] = ops::floor_i32(columns.swamp[lane] * 255.0);
            samples.paved[lane] = ops::floor_i32(columns.paved[lane] * 255.0);
            samples.paving[lane] = ops::floor_i32(columns.paving[lane]);
            samples.snow[lane] = ops::floor_i32(columns.snow[lane] * 255.0);
            samples.ash[lane] = ops::floor_i32(columns.ash[lane] * 255.0);
            samples.reef[lane] = ops::floor_i32(columns.reef[lane] * 255.0);
            samples.wobble[lane] = ops::quantise(wobble[lane]);
            samples.opening[lane] = ops::floor_i32(columns.opening[lane] * 255.0);
            samples.bare[lane] = ops::floor_i32(columns.bare[lane] * 255.0);
            samples.overhang[lane] = ops::quantise(columns.overhang[lane]);
            samples.brow[lane] = ops::quantise(columns.brow[lane]);
            samples.face[lane] = ops::quantise(columns.face[lane]);
        }
        samples
    }
}

impl Evaluate<'_> {
    #[inline(always)]
    fn raise_base(&self, columns: &mut Columns) {
        let sea_floor = if columns.reach_open_sea() {
            self.plan.sea_floor.sample(self.x, self.y)
        } else {
            [0.0; LANES]
        };
        columns.raise_base(&sea_floor);
    }
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
    let least = row.iter().fold(f32::MAX, |least, value| ops::min(*value, least));
    let most = row.iter().fold(f32::MIN, |most, value| ops::max(*value, most));
    (least, most)
}

impl Samples {
    const ZERO: Self = Self {
        height: [0; LANES],
        coast: [0; LANES],
        water: [0; LANES],
        moisture: [0; LANES],
        beach: [0; LANES],
        sand: [0; LANES],
        forest: [0; LANES],
        hold: [0; LANES],
        fall: [0; LANES],
        trees: [0; LANES],
        meadow: [0; LANES],
        flowers: [0; LANES],
        swamp: [0; LANES],
        paved: [0; LANES],
        paving: [0; LANES],
        snow: [0; LANES],
        ash: [0; LANES],
        reef: [0; LANES],
        wobble: [0; LANES],
        opening: [0; LANES],
        bare: [0; LANES],
        overhang: [0; LANES],
        brow: [0; LANES],
        face: [0; LANES],
    };
}
