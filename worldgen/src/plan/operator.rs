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

use super::{IslandPlan, KeptFits, REACH_SLACK_M};
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
    /// Equal for operators that were compiled from the same marker.
    pub(super) source: u64,
    /// Equal for operators that were compiled from the same marker and fitted to the same ground.
    inputs: u64,
    /// Equal for operators that do the same to all columns, whatever they were fitted to. What comes after the operator
    /// and the tiles that it reaches are made from this, so an edit that it does not follow ends here.
    pub(super) result: u64,
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
    /// What is known from earlier runs of the program.
    kept: &'a dyn KeptFits,
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
            kept: &(),
        }
    }

    /// Those that were kept are taken over, too, and others kept.
    pub(super) fn or_kept(self, kept: &'a dyn KeptFits) -> Self {
        Self { kept, ..self }
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

    /// The operator that acted when one acts now.
    fn at(&self, order: Order) -> Option<&'a Arc<Operator>> {
        let operators = &self.plan?.operators;
        let at = operators.binary_search_by_key(&order, |operator| operator.order);
        operators.get(at.ok()?)
    }

    /// What became of an operator when it was fitted, `inputs` being what it is fitted to now.
    fn fitted(&self, unfitted: &Operator, inputs: u64) -> Option<Arc<Operator>> {
        let operator = self.at(unfitted.order)?;
        if operator.inputs != inputs {
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
            source,
            inputs: source,
            result: source,
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
        let mut inputs = Fingerprint::of("inputs");
        before.conditions(&mut inputs);
        inputs.number(self.source);
        for operator in before.operators_near(survey.grown(1.0)) {
            inputs.number(operator.result);
        }
        if self.kind.spares_claims() {
            for claim in before.claims_near(survey) {
                inputs.number(claim.source);
            }
        }
        let inputs = inputs.to_u64();
        if let Some(known) = known.fitted(&self, inputs) {
            return known;
        }
        let mut fitted = Self {
            inputs,
            ..(*self).clone()
        };
        let recalled = fitted.kind.recall(&|| known.kept.kept(before.id, inputs));
        let fit = recalled.unwrap_or_else(|| {
            let fit = fitted.kind.fit(&Ground::new(before, survey, kept), &self.shape);
            if let Some(bytes) = fitted.kind.to_keep() {
                known.kept.keep(before.id, inputs, bytes);
            }
            fit
        });
        let mut result = Fingerprint::of("result");
        result.number(self.source);
        result.number(fit.result);
        fitted.result = result.to_u64();
        fitted.shape = fit.shape.unwrap_or(fitted.shape);
        let reach_m = fitted.kind.reach_m() + fitted.warp_m() + REACH_SLACK_M;
        fitted.reach = fitted.shape.extent().grown(reach_m).intersection(self.declared);
        fitted.unfitted = Some(self);
        debug_assert!(
            known
                .at(fitted.order)
                .is_none_or(|known| known.result != fitted.result || known.does_the_same(&fitted)),
            "the fit of a {} leaves out of its result what it keeps: {:?}",
            fitted.kind.name(),
            fitted.order.record
        );
        Arc::new(fitted)
    }

    /// Whether it does the same to every column, builds the same, and has the same to tell.
    fn does_the_same(&self, other: &Self) -> bool {
        let acts = |operator: &Self| (operator.order, operator.warp, operator.reach);
        acts(self) == acts(other)
            && (&self.kind, &self.shape, &self.body) == (&other.kind, &other.shape, &other.body)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shared::attribute::{AttributeValue, Attributes};
    use shared::coords::LocalPos;
    use shared::geometry::{Geometry, GeometryForm};
    use shared::ids::MarkerId;
    use shared::island::Island;
    use shared::project::Settings;
    use shared::stamp::{Model, ModelVoxel, Stamp, StampContent};

    use super::*;

    fn stamps() -> Stamps {
        let model = StampContent::Model(Model {
            size: [1; 3],
            voxels: vec![ModelVoxel {
                x: 0,
                y: 0,
                z: 0,
                colour: 0,
            }],
            palette: vec![crate::material::Material::Planks.colour()],
        });
        let mut stamps = Stamps::default();
        stamps.insert("post.vox".to_owned(), Some(Stamp::new(model, 1)));
        stamps
    }

    /// A marker across a hill on flat land, as it is fitted to it; `None` for kinds that are not.
    fn on_a_hill(kind: &str, summit_m: f32) -> Option<Arc<Operator>> {
        let mut island = Island::new("isle".parse().unwrap(), "isle".to_owned(), "Isle".to_owned());
        island.bounds = Bounds::new(256, 256, 32, 96).unwrap();
        let middle = LocalPos::new(0.0, 0.0, 6.0);
        let across = [-30.0, 0.0, 30.0].map(|x_m| LocalPos::new(x_m, 4.0, 6.0));
        let is_line = marker::schema().markers[kind].forms.contains(&GeometryForm::Path);
        let drawn = if is_line {
            Geometry::Path(across.to_vec())
        } else {
            Geometry::Point(middle)
        };
        let summit = Geometry::Point(LocalPos::new(0.0, 0.0, summit_m));
        for (id, kind, geometry, radius_m) in [
            ("land", "land", Geometry::Point(middle), 100.0),
            ("hill", "peak", summit, 40.0),
            ("fitted", kind, drawn, 20.0),
        ] {
            let radius = ("radius".to_owned(), AttributeValue::Number(radius_m));
            let file = ("file".to_owned(), AttributeValue::Text("post.vox".to_owned()));
            let marker = Marker {
                id: id.parse().unwrap(),
                kind: kind.to_owned(),
                name: String::new(),
                note: String::new(),
                geometry,
                layer: 0,
                priority: 0,
                attributes: Attributes::from([radius, file]),
            };
            island.markers.insert(marker.id, marker);
        }
        let plan = IslandPlan::new(&Settings::default(), &stamps(), &island);
        let id: MarkerId = "fitted".parse().unwrap();
        let mut operators = plan.operators.iter();
        let fitted = operators.find(|operator| operator.record() == RecordId::Marker(id));
        fitted.filter(|operator| operator.unfitted.is_some()).cloned()
    }

    /// Tiles would stay as they are although the marker acts otherwise.
    #[test]
    fn the_result_of_a_fit_tells_of_all_that_it_keeps() {
        let mut kinds = BTreeSet::new();
        for name in marker::schema().markers.keys() {
            let fits = [8.0, 18.0, 40.0].map(|summit_m| on_a_hill(name, summit_m));
            for (at, fit) in fits.iter().flatten().enumerate() {
                assert!(fit.does_the_same(fit) && fit.result != fit.source, "{name}");
                for other in fits.iter().flatten().skip(at + 1) {
                    assert!(!fit.does_the_same(other), "{name} follows the ground");
                    assert_ne!(fit.result, other.result, "{name}");
                    assert_ne!(fit.inputs, other.inputs, "{name}");
                    kinds.insert(name.as_str());
                }
            }
        }
        let expected = [
            "erosion", "lake", "pad", "path", "river", "road", "stamp", "stream",
        ];
        assert_eq!(kinds, BTreeSet::from(expected));
    }
}
