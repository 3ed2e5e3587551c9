//! An island compiled for generation: its markers read once, in the order in which they act.
//!
//! *Not* responsible for: turning evaluated columns into tiles ([`crate::surface`]) and voxels
//! ([`crate::fill`]).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::coords::{LocalPos, TilePos};
use shared::geometry::Box2;
use shared::ids::{Id, IslandId};
use shared::island::{Bounds, Island, Marker, RecordId};
use shared::project::Settings;
use shared::stamp::Stamps;

use crate::fingerprint::Fingerprint;
use crate::marker::{NoiseBound, Stage};
use crate::noise::{Fractal, Style};
use crate::ops::Row;
use crate::poi;
use crate::scatter::Shapes;
use crate::seed::Seed;
use crate::simd::SimdLevel;
use crate::strata::Strata;
use crate::structure::Structure;
use crate::volume::body::Form;
use crate::volume::{Body, Effect, Roughness};
use crate::water::Finding;

mod bend;
mod evaluate;
mod index;
mod kept_fits;
mod near;
mod operator;
mod strips;
mod tile_key;

pub(crate) use evaluate::{Base, GroundSamples, Samples};
pub use index::MAX_MARKERS_PER_TILE;
pub use kept_fits::KeptFits;
pub(crate) use near::{Asked, Near};
pub(crate) use operator::Operator;
pub use tile_key::TileKey;

use index::TileIndex;
use operator::Known;

/// How far a change of the ground shows beyond the columns whose ground it changes: 5 m of tree crown, 1 m
/// of slope, and 1 m for columns that are only partly covered.
pub(crate) const HALO_M: f32 = 7.0;

/// Most columns that the markers of an island may look at in all while they are fitted to the ground, one marker after
/// the other: eight times the largest island. The time that it takes to compile a plan grows with their number, so this
/// is what has a limit; a rule reports markers beyond.
pub const MOST_SURVEYED: u64 = 1 << 27;

/// Distances are single floats: this much is added to what a kind declares as its reach.
pub(crate) const REACH_SLACK_M: f32 = 0.5;

/// Room for as many markers as seldom more see one tile.
const USUALLY_NEAR: usize = 24;

/// An island compiled for generation. Compiling is total: whatever a map says, it becomes some terrain,
/// and the rules tell what was wrong with it.
#[derive(Clone, PartialEq, Debug)]
pub struct IslandPlan {
    id: IslandId,
    generator: u32,
    seed: Seed,
    bounds: Bounds,
    /// In the order in which they act.
    operators: Vec<Arc<Operator>>,
    /// Those of them that claim ground, as they were drawn, in the same order.
    claims: Vec<Arc<Operator>>,
    /// Which of them reach which tile.
    index: Arc<TileIndex>,
    /// In the order in which they would act.
    left_out: Vec<LeftOut>,
    /// Small irregularities of where one material gives way to the next.
    wobble: Fractal,
    /// Hills and hollows of the floor of the open sea.
    sea_floor: Fractal,
    strata: Strata,
    shapes: Arc<Shapes>,
}

/// A marker, or a POI that acts as one, that has no effect because there is too much before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LeftOut {
    /// Which.
    pub record: RecordId,
    /// What there is too much of.
    pub excess: Excess,
}

/// What a plan may have too much of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Excess {
    /// Markers that reach one tile; see [`MAX_MARKERS_PER_TILE`].
    Markers,
    /// Ground that markers look at; see [`MOST_SURVEYED`].
    Survey,
}

/// What a plan for a first look is worth.
#[derive(Clone, PartialEq, Debug)]
pub enum Draft {
    /// It is the plan of the island.
    Exact(IslandPlan),
    /// Some markers are fitted to ground that has changed since.
    Rough(IslandPlan),
}

impl Draft {
    /// The plan, whatever it is worth.
    pub fn plan(&self) -> &IslandPlan {
        match self {
            Self::Exact(plan) | Self::Rough(plan) => plan,
        }
    }
}

impl IslandPlan {
    /// Compiles an island of a project with these settings and stamps. Takes time in proportion to the
    /// corners of its markers, whatever they contain.
    pub fn new(settings: &Settings, stamps: &Stamps, island: &Island) -> Self {
        Self::of_part(settings, stamps, island, None, &|| false)
    }

    /// Like [`Self::new`], with the same result, but quicker after an edit: what markers were fitted to
    /// ground that is still the same is taken from the `previous` plan.
    #[must_use]
    pub fn after(previous: &Self, settings: &Settings, stamps: &Stamps, island: &Island) -> Self {
        Self::of_part(settings, stamps, island, Some(previous), &|| false)
    }

    /// Like [`Self::after`], or like [`Self::new`] without a `previous` plan; `None` once `cancel` is set, which
    /// is asked before each marker.
    #[must_use]
    pub fn unless_cancelled(
        previous: Option<&Self>,
        settings: &Settings,
        stamps: &Stamps,
        island: &Island,
        cancel: &AtomicBool,
    ) -> Option<Self> {
        let is_cancelled = || cancel.load(Ordering::Relaxed);
        let plan = Self::of_part(settings, stamps, island, previous, &is_cancelled);
        (!is_cancelled()).then_some(plan)
    }

    /// Like [`Self::new`], with the same result, but quicker where fits are `kept` of an earlier run; `None` when
    /// cancelled.
    pub(crate) fn with_kept(
        kept: &dyn KeptFits,
        settings: &Settings,
        stamps: &Stamps,
        island: &Island,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let known = Known::of(None, Seed::of_island(settings.world_seed, island.id)).or_kept(kept);
        let plan = Self::of_markers(settings, stamps, island, &known, is_cancelled);
        (!is_cancelled()).then_some(plan)
    }

    /// A plan for a first look after an edit: markers that are the same as in the `previous` plan stay as they
    /// were fitted there, although their ground may be another by now.
    #[must_use]
    pub fn draft_after(previous: &Self, settings: &Settings, stamps: &Stamps, island: &Island) -> Draft {
        let seed = Seed::of_island(settings.world_seed, island.id);
        let known = Known::of(Some(previous), seed).for_draft();
        let plan = Self::of_markers(settings, stamps, island, &known, &|| false);
        if known.was_stale() {
            Draft::Rough(plan)
        } else {
            Draft::Exact(plan)
        }
    }

    fn of_part(
        settings: &Settings,
        stamps: &Stamps,
        island: &Island,
        previous: Option<&Self>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Self {
        let seed = Seed::of_island(settings.world_seed, island.id);
        let known = Known::of(previous, seed);
        Self::of_markers(settings, stamps, island, &known, is_cancelled)
    }

    /// Compiles the markers that come before it `is_cancelled`.
    fn of_markers(
        settings: &Settings,
        stamps: &Stamps,
        island: &Island,
        known: &Known<'_>,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Self {
        let seed = Seed::of_island(settings.world_seed, island.id);
        let compiled = |record, marker: &Marker| Operator::new(record, marker, stamps, seed, known);
        let mut operators: Vec<Arc<Operator>> = island
            .markers
            .values()
            .take_while(|_| !is_cancelled())
            .filter_map(|marker| compiled(RecordId::Marker(marker.id), marker))
            .collect();
        let others = poi::acting(island);
        operators.extend(others.filter_map(|(record, marker)| compiled(record, &marker)));
        operators.sort_by_key(|operator| operator.order);
        let mut plan = Self::bare(island.id, settings.generator, seed, island.bounds);
        if let Some(shapes) = known.shapes() {
            plan.shapes = shapes;
        }
        let claims = operators.iter().filter(|operator| operator.claim().is_some());
        plan.claims = claims.cloned().collect();
        let kept = RefCell::default();
        let mut surveyed = 0;
        for operator in operators {
            if is_cancelled() {
                break;
            }
            let survey = operator.surveyed_columns(plan.bounds);
            let excess = if !plan.index.has_room(operator.declared) {
                Some(Excess::Markers)
            } else if surveyed + survey > MOST_SURVEYED {
                Some(Excess::Survey)
            } else {
                None
            };
            if let Some(excess) = excess {
                let record = operator.order.record;
                plan.left_out.push(LeftOut { record, excess });
                continue;
            }
            surveyed += survey;
            let fitted = operator.fitted(&plan, known, &kept);
            Arc::make_mut(&mut plan.index).push(fitted.reach(), |place| fitted.may_act_in(place));
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
            claims: Vec::new(),
            index: Arc::new(TileIndex::new(bounds)),
            left_out: Vec::new(),
            wobble: Fractal::with_wavelength(Style::Rolling, seed.feature("wobble"), 3, 36.0),
            sea_floor: Fractal::with_wavelength(Style::Rolling, seed.feature("sea floor"), 3, 110.0),
            strata: Strata::new(seed),
            shapes: Shapes::new(seed),
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
        let own_claims = self.claims.iter().filter(|claim| claim.order.record == record);
        let claimed = own_claims
            .filter_map(|claim| claim.claim())
            .fold(Box2::EMPTY, Box2::union);
        let reach = self.operators.iter().fold(Box2::EMPTY, |reach, operator| {
            // Whatever is fitted to ground that the record changes, or spares ground for it, may change with it.
            let follows = operator.survey.is_some_and(|survey| {
                survey.touches(reach) || operator.kind().spares_claims() && survey.touches(claimed)
            });
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
            let findings = operator.kind().findings().into_iter();
            findings.map(|finding| (operator.order.record, finding))
        })
    }

    /// What fitting a marker of the island to the ground would show to be wrong with it, were it like this.
    pub(crate) fn findings_of(&self, marker: &Marker, stamps: &Stamps) -> Vec<Finding> {
        let nothing = Known::of(None, self.seed);
        let record = RecordId::Marker(marker.id);
        let Some(operator) = Operator::new(record, marker, stamps, self.seed, &nothing) else {
            return Vec::new();
        };
        let acts_at = self
            .operators
            .partition_point(|other| other.order < operator.order);
        operator
            .fitted(&self.with_first(acts_at), &nothing, &RefCell::default())
            .kind()
            .findings()
    }

    /// The plan with its first markers only, counted in the order in which they act.
    pub(crate) fn with_first(&self, count: usize) -> Self {
        Self {
            operators: self.operators[..count.min(self.operators.len())].to_vec(),
            claims: self.claims.clone(),
            index: Arc::clone(&self.index),
            left_out: Vec::new(),
            shapes: Arc::clone(&self.shapes),
            ..*self
        }
    }

    /// How far noise may move what the markers that reach a place drew, at most.
    pub fn noise_bound(&self, place: Box2) -> NoiseBound {
        self.operators_near(place)
            .fold(NoiseBound::default(), |all, operator| NoiseBound {
                outline_m: all.outline_m.max(operator.warp_m()),
                height_m: all.height_m.max(operator.kind().noise_m()),
            })
    }

    /// Markers and POIs that act nowhere, in the order in which they would; a POI that acts as several markers once for
    /// each of them.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
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

    /// What plants, rocks and corals look like on the island.
    pub(crate) fn shapes(&self) -> &Arc<Shapes> {
        &self.shapes
    }

    /// What markers build of single voxels in a box, in the order in which they act.
    pub(crate) fn structures_near(&self, place: Box2) -> Vec<&Structure> {
        self.operators_near(place)
            .flat_map(|operator| operator.kind().structures())
            .map(|structure| &**structure)
            .collect()
    }

    /// Markers that reach a box, in the order in which they act.
    pub(crate) fn operators_near(&self, place: Box2) -> impl Iterator<Item = &Operator> {
        self.operators_since(0, place)
    }

    /// The same, only those from a number on, counted in the order in which all act.
    fn operators_since(&self, first: usize, place: Box2) -> impl Iterator<Item = &Operator> {
        let near = self.index.near(place).into_iter().map(|number| number as usize);
        near.skip_while(move |number| *number < first)
            .filter_map(|number| self.operators.get(number))
            .map(|operator| &**operator)
            .filter(move |operator| operator.reach().touches(place))
    }

    /// Markers that claim ground in a box, as they were drawn, in the order in which they act.
    pub(crate) fn claims_near(&self, place: Box2) -> impl Iterator<Item = &Operator> {
        let claims = self.claims.iter().map(|claim| &**claim);
        claims.filter(move |operator| operator.claim().is_some_and(|claim| claim.touches(place)))
    }

    /// How many markers act.
    pub(crate) fn acting(&self) -> usize {
        self.operators.len()
    }

    /// The same, each as columns in the box see it.
    pub(crate) fn near_with(&self, place: Box2, simd: SimdLevel) -> Vec<Near<'_>> {
        self.near_where(place, Asked::Many, simd, |_| true)
    }

    /// The same, only those of a sort, for as many positions as are `asked`.
    pub(crate) fn near_where(
        &self,
        place: Box2,
        asked: Asked,
        simd: SimdLevel,
        is_of: impl Fn(&Operator) -> bool,
    ) -> Vec<Near<'_>> {
        let operators = self.operators_near(place).filter(|operator| is_of(operator));
        let mut near = Vec::with_capacity(USUALLY_NEAR);
        near.extend(operators.filter_map(|operator| Near::new(operator, place, asked, simd)));
        near
    }

    /// Those from a number on, for as many positions as are `asked`.
    pub(crate) fn near_since(
        &self,
        first: usize,
        place: Box2,
        asked: Asked,
        simd: SimdLevel,
    ) -> Vec<Near<'_>> {
        let operators = self.operators_since(first, place);
        let mut near = Vec::with_capacity(USUALLY_NEAR);
        near.extend(operators.filter_map(|operator| Near::new(operator, place, asked, simd)));
        near
    }

    /// The same for the rows of a tile in the box, which all lie at these x, the first of them at `first_y`.
    pub(crate) fn near_along(&self, place: Box2, x: &Row, first_y: f32, simd: SimdLevel) -> Vec<Near<'_>> {
        self.near_along_since(0, place, x, first_y, simd)
    }

    /// The same, only those from a number on.
    pub(crate) fn near_along_since(
        &self,
        first: usize,
        place: Box2,
        x: &Row,
        first_y: f32,
        simd: SimdLevel,
    ) -> Vec<Near<'_>> {
        let operators = self.operators_since(first, place);
        let mut near = Vec::with_capacity(USUALLY_NEAR);
        near.extend(operators.filter_map(|operator| {
            Some(Near::new(operator, place, Asked::Many, simd)?.along(x, first_y, simd))
        }));
        near
    }

    /// What the voxels above a tile are made from. Equal keys mean equal voxels, also between runs of the
    /// program: only generator version, island and the markers in reach count, those that were fitted to the ground by
    /// what came of it.
    pub fn tile_key(&self, tile: TilePos) -> TileKey {
        let place = tile.footprint().grown(HALO_M);
        let key = |domain, is_of: fn(&Operator) -> bool| {
            let mut fingerprint = Fingerprint::of(domain);
            self.conditions(&mut fingerprint);
            for operator in self.operators_near(place).filter(|operator| is_of(operator)) {
                fingerprint.number(operator.result);
            }
            fingerprint.to_u64()
        };
        TileKey {
            columns: key("columns", |operator| operator.stage() < Stage::Volume),
            volume: key("volume", Operator::is_solid),
        }
    }

    /// The id of every marker and POI that shapes the ground, with a number that changes when it is edited, not when the
    /// ground that it is fitted to is; in the order of the ids.
    pub fn sources(&self) -> Vec<(Id, u64)> {
        let by_id: BTreeSet<_> = self
            .operators
            .iter()
            .map(|operator| (operator.order.record.id(), operator.source))
            .collect();
        by_id.into_iter().collect()
    }

    /// Whether a body may reach a box.
    pub(crate) fn has_bodies(&self, place: Box2) -> bool {
        self.operators_near(place.grown(HALO_M))
            .any(|operator| operator.body().is_some() || operator.kind().has_brow())
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
}
