//! A marker compiled: its attributes read, its line drawn, and once the plan is made, fitted to the ground.
//!
//! *Not* responsible for: how columns of a box see it (see [`super::near`]).
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use shared::geometry::Box2;
use shared::island::{Bounds, Marker, RecordId};
use shared::stamp::Stamps;

use super::{IslandPlan, REACH_SLACK_M};
use crate::fingerprint::Fingerprint;
use crate::ground::{Ground, KeptGround};
use crate::marker::{self, AnyKind, Parameters, Stage, Warp};
use crate::ops;
use crate::scatter::Shapes;
use crate::seed::Seed;
use crate::shape::Shape;
use crate::volume::Body;

/// A compiled marker.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Operator {
    pub(super) order: Order,
    pub(super) shape: Shape,
    kind: AnyKind,
    pub(super) warp: Option<Warp>,
    /// What it makes in three dimensions, if anything.
    body: Option<Body>,
    /// Outside of it the marker changes no column.
    reach: Box2,
    /// Outside of it the marker changes no column, whatever the ground is like; holds `reach`.
    pub(super) declared: Box2,
    /// Outside of it no ground changes what the marker becomes; `None` when none does at all.
    pub(super) survey: Option<Box2>,
    /// Equal for operators that do the same to all columns.
    pub(super) fingerprint: u64,
    /// Equal for operators that were compiled from the same marker.
    pub(super) source: u64,
    /// As it was before it was fitted, for those that are: to be fitted again.
    unfitted: Option<Arc<Self>>,
}

/// When a marker acts: by stage; within it by layer, then priority, then kind, then id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Order {
    stage: Stage,
    layer: i32,
    priority: i32,
    rank: usize,
    pub(super) record: RecordId,
}

/// The operators of an earlier plan, to be taken over where nothing changed.
pub(super) struct Known<'a> {
    plan: Option<&'a IslandPlan>,
    /// Places in the list of operators by what they were compiled from, sorted.
    by_source: Vec<(RecordId, u64, usize)>,
    /// Whether operators that were fitted to other ground are taken over, too, and whether one was.
    stale: Option<Cell<bool>>,
}

impl<'a> Known<'a> {
    /// Those of a plan for the same island and seed; of any other, none.
    pub(super) fn of(plan: Option<&'a IslandPlan>, seed: Seed) -> Self {
        let plan = plan.filter(|plan| plan.seed() == seed);
        let operators = plan.map_or(&[][..], |plan| &plan.operators);
        let source = |(at, operator): (usize, &Arc<Operator>)| (operator.order.record, operator.source, at);
        let mut by_source: Vec<_> = operators.iter().enumerate().map(source).collect();
        by_source.sort_unstable();
        Self {
            plan,
            by_source,
            stale: None,
        }
    }

    /// Those that were fitted to other ground are taken over, too.
    pub(super) fn for_draft(self) -> Self {
        Self {
            stale: Some(Cell::new(false)),
            ..self
        }
    }

    /// Whether an operator was taken over that had been fitted to other ground.
    pub(super) fn was_stale(&self) -> bool {
        self.stale.as_ref().is_some_and(Cell::get)
    }

    /// What plants look like there: no need to draw that again.
    pub(super) fn shapes(&self) -> Option<Arc<Shapes>> {
        self.plan.map(|plan| Arc::clone(plan.shapes()))
    }

    fn compiled(&self, record: RecordId, source: u64) -> Option<Arc<Operator>> {
        let at = self
            .by_source
            .binary_search_by_key(&(record, source), |(record, source, _)| (*record, *source))
            .ok()?;
        let operator = self.plan?.operators.get(self.by_source.get(at)?.2)?;
        Some(operator.unfitted.as_ref().unwrap_or(operator).clone())
    }

    /// What became of an operator when it was fitted, `fingerprint` being what it becomes now.
    fn fitted(&self, unfitted: &Operator, fingerprint: u64) -> Option<Arc<Operator>> {
        let operators = &self.plan?.operators;
        let at = operators
            .binary_search_by_key(&unfitted.order, |operator| operator.order)
            .ok()?;
        let operator = operators.get(at)?;
        if operator.fingerprint != fingerprint {
            let stale = self.stale.as_ref()?;
            if operator.source != unfitted.source {
                return None;
            }
            stale.set(true);
        }
        Some(operator.clone())
    }
}

impl Operator {
    /// Compiles a marker that stands for a record, itself or a POI.
    pub(super) fn new(
        record: RecordId,
        marker: &Marker,
        stamps: &Stamps,
        seed: Seed,
        known: &Known<'_>,
    ) -> Option<Arc<Self>> {
        let schema = marker::schema().markers.get(&marker.kind)?;
        let mut fingerprint = Fingerprint::of("operator");
        fingerprint.marker(marker);
        fingerprint.kind(&marker.kind);
        fingerprint.number(marker::stamp(marker, stamps).map_or(0, |stamp| stamp.hash()));
        let source = fingerprint.to_u64();
        if let Some(known) = known.compiled(record, source) {
            return Some(known);
        }
        let shape = Shape::new(&marker.geometry, marker::corners(marker))?;
        let parameters = Parameters::new(marker, schema, shape.is_area(), stamps, seed);
        let kind = AnyKind::new(&marker.kind, &parameters)?;
        let warp = parameters.warp();
        let warp_m = warp.map_or(0.0, |warp| warp.strength_m);
        let reach = shape.extent().grown(kind.reach_m() + warp_m + REACH_SLACK_M);
        let body = kind.body(&shape);
        Some(Arc::new(Self {
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
            fingerprint: source,
            source,
            unfitted: None,
            shape,
            kind,
            warp,
            body,
        }))
    }

    /// About how many columns of an island it looks at while it is fitted.
    pub(super) fn surveyed_columns(&self, bounds: Bounds) -> u64 {
        let looked_at = self.survey.map(|survey| survey.intersection(bounds.footprint()));
        let (width_m, depth_m) = looked_at.unwrap_or(Box2::EMPTY).size_m();
        let whole = |metres: f32| u64::from(ops::floor_i32(metres).unsigned_abs());
        let columns = whole(width_m) * whole(depth_m);
        if self.kind.looks_closely() {
            columns
        } else {
            columns / 16
        }
    }

    /// The operator as it acts on the ground that the operators of `before` make.
    pub(super) fn fitted(
        self: Arc<Self>,
        before: &IslandPlan,
        known: &Known<'_>,
        kept: &RefCell<KeptGround>,
    ) -> Arc<Self> {
        let Some(survey) = self.survey else { return self };
        let mut fingerprint = Fingerprint::of("fitted");
        before.conditions(&mut fingerprint);
        fingerprint.number(self.fingerprint);
        for operator in before.operators_near(survey.grown(1.0)) {
            fingerprint.number(operator.fingerprint);
        }
        if self.kind.spares_claims() {
            for claim in before.claims_near(survey) {
                fingerprint.number(claim.source);
            }
        }
        let fingerprint = fingerprint.to_u64();
        if let Some(known) = known.fitted(&self, fingerprint) {
            return known;
        }
        let mut fitted = Self {
            fingerprint,
            ..(*self).clone()
        };
        if let Some(shape) = fitted.kind.fit(&Ground::new(before, survey, kept), &self.shape) {
            fitted.shape = shape;
        }
        let reach_m = fitted.kind.reach_m() + fitted.warp_m() + REACH_SLACK_M;
        fitted.reach = fitted.shape.extent().grown(reach_m).intersection(self.declared);
        fitted.unfitted = Some(self);
        Arc::new(fitted)
    }

    /// What it was compiled from.
    pub(crate) fn record(&self) -> RecordId {
        self.order.record
    }

    /// Where it is, as it was fitted to the ground.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// When it acts.
    #[inline(always)]
    pub(crate) fn stage(&self) -> Stage {
        self.order.stage
    }

    /// What it does.
    #[inline(always)]
    pub(crate) fn kind(&self) -> &AnyKind {
        &self.kind
    }

    /// Outside of it the marker changes no column.
    #[inline(always)]
    pub(crate) fn reach(&self) -> Box2 {
        self.reach
    }

    /// The box of the ground that it claims, as it was drawn; see [`marker::Kind::claimed_m`].
    pub(crate) fn claim(&self) -> Option<Box2> {
        let claimed_m = self.kind.claimed_m()?;
        Some(self.shape.extent().grown(claimed_m + marker::CLAIM_EDGE_M))
    }

    /// What it makes in three dimensions, if anything.
    pub(crate) fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// Whether it acts on single voxels, not only on columns.
    pub(crate) fn is_solid(&self) -> bool {
        let is_built = !self.kind.structures().is_empty();
        is_built || self.stage() == Stage::Volume || self.body.is_some() || self.kind.has_brow()
    }

    /// Whether it acts on columns in the stage of volumes.
    pub(crate) fn is_late(&self) -> bool {
        self.stage() == Stage::Volume && self.kind.acts_on_columns()
    }

    pub(super) fn warp_m(&self) -> f32 {
        self.warp.map_or(0.0, |warp| warp.strength_m)
    }
}
