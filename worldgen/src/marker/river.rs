//! `river`: water that runs from its first corner down to the sea, a lake or another river; with it, what
//! rivers and streams have in common.

use shared::geometry::GeometryForm::{Path, Point};
use shared::schema::{AttributeSpec, KindSchema};

use super::parameter::{self, Parameters};
use super::{Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::ground::Ground;
use crate::ops;
use crate::shape::Shape;
use crate::water::Finding;
use crate::water::channel::{self, LevelSource, Profile};
use crate::water::layer::Layer;
use crate::water::levels::Descent;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct River(Watercourse);

/// Running water of any size.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Watercourse {
    profile: Profile,
    /// By how much the corners rise downstream, in metres.
    rise_m: f32,
    layer: Layer,
    findings: Vec<Finding>,
}

/// What a new river or stream is like, in metres.
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) mouth_width: f64,
    pub(super) depth: f64,
    pub(super) bank: f64,
    pub(super) cut: f64,
    pub(super) most_width: f64,
}

impl Kind for River {
    const NAME: &'static str = "river";
    const STAGE: Stage = Stage::Water;
    const SEES_DISTANCE: bool = false;
    const INITIAL_LEVEL_M: f32 = 10.0;

    fn schema() -> KindSchema {
        let size = Size {
            width: 6.0,
            mouth_width: 12.0,
            depth: 2.5,
            bank: 7.0,
            cut: 6.0,
            most_width: 64.0,
        };
        parameter::kind(
            "Water that runs from the first corner to the last, and on by itself to the sea, a lake or another \
             river. It never runs uphill: where the ground rises it cuts in, where it is steep it falls.",
            (0x2f, 0x7f, 0xd1),
            &[Path, Point],
            Watercourse::attributes(&size)
                .into_iter()
                .chain(parameter::outline_noise(6.0, 56.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(Watercourse::new(parameters))
    }

    fn reach_m(&self) -> f32 {
        self.0.profile.reach_m()
    }

    fn survey_m(&self) -> Option<f32> {
        Some(self.0.survey_m())
    }

    fn claimed_m(&self) -> Option<f32> {
        Some(self.0.claimed_m())
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        self.0.fit(ground, shape)
    }

    fn findings(&self) -> Vec<Finding> {
        self.0.findings.clone()
    }

    #[inline(always)]
    fn apply(&self, _: &Site, columns: &mut Columns) {
        self.0.layer.apply(columns);
    }
}

impl Watercourse {
    pub(super) fn attributes(size: &Size) -> [AttributeSpec; 9] {
        [
            parameter::metres(
                "width",
                "Width of the water where it begins.",
                1.0,
                size.most_width,
                size.width,
            ),
            parameter::metres(
                "mouth_width",
                "Width of the water where it ends.",
                1.0,
                size.most_width,
                size.mouth_width,
            ),
            parameter::metres(
                "depth",
                "Depth of the water in the middle.",
                1.0,
                12.0,
                size.depth,
            ),
            parameter::metres("bank", "Width of the slope on either side.", 1.0, 32.0, size.bank),
            parameter::metres(
                "cut",
                "How deep it cuts into the ground to run more evenly.",
                0.0,
                24.0,
                size.cut,
            ),
            parameter::choice(
                "level",
                "What the water follows: the ground, or also the heights of its corners (drawn), where those \
                 are lower than the ground.",
                &["ground", "drawn"],
            ),
            parameter::metres(
                SEARCH,
                "How far beyond its last corner it finds its way to water by itself; 0 ends it as drawn.",
                0.0,
                1024.0,
                160.0,
            ),
            parameter::slope(
                "steepness",
                "Slope from which on it falls instead of running: metres down per metre along.",
                0.1,
                4.0,
                0.8,
            ),
            parameter::metres(
                "fall",
                "Height of its falls where the ground does not drop by more at once.",
                2.0,
                32.0,
                5.0,
            ),
        ]
    }

    pub(super) fn new(parameters: &Parameters<'_>) -> Self {
        let width_m = parameters.number("width");
        let profile = Profile {
            width_m,
            mouth_width_m: parameters.number("mouth_width"),
            depth_m: parameters.number("depth"),
            bank_m: parameters.number("bank"),
            descent: Descent {
                cut_m: parameters.number("cut"),
                steepness: parameters.number("steepness"),
                height_m: ops::floor_i32(parameters.number("fall")),
                pool_m: usize::try_from(ops::floor_i32(width_m)).unwrap_or(0).clamp(5, 12),
            },
            search_m: parameters.number(SEARCH),
            warp: parameters.warp(),
            source: if parameters.choice("level") == "drawn" {
                LevelSource::Drawn
            } else {
                LevelSource::Ground
            },
        };
        let mut lowest_m = f32::INFINITY;
        let rise_m = parameters.corner_heights_m().fold(0.0, |rise_m, height_m| {
            lowest_m = ops::min(lowest_m, height_m);
            ops::max(rise_m, height_m - lowest_m)
        });
        Self {
            profile,
            rise_m,
            layer: Layer::default(),
            findings: Vec::new(),
        }
    }

    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    pub(super) fn layer(&self) -> &Layer {
        &self.layer
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn survey_m(&self) -> f32 {
        self.profile.search_m + self.bend_m() + self.profile.reach_m() + SPLINE_M
    }

    /// Bed and banks, wherever it bends.
    pub(super) fn claimed_m(&self) -> f32 {
        let widest_m = ops::max(self.profile.width_m, self.profile.mouth_width_m);
        widest_m * 0.5 + self.profile.bank_m + self.bend_m()
    }

    fn bend_m(&self) -> f32 {
        self.profile.warp.map_or(0.0, |warp| warp.strength_m)
    }

    pub(super) fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        let river = channel::lay(ground, &shape.line(), &self.profile);
        self.layer = river.layer;
        let is_drawn_uphill = self.profile.source == LevelSource::Drawn && self.rise_m > MOST_DRAWN_RISE_M;
        let uphill = river
            .uphill
            .filter(|(_, cut_m)| *cut_m > MOST_CUT_M || is_drawn_uphill)
            .map(|(at, cut_m)| Finding::RiverUphill { at, cut_m });
        let dangling = river.dangling.map(|at| Finding::RiverDangling { at });
        self.findings = uphill.into_iter().chain(dangling).collect();
        Fit::new(river.shape, |result| {
            self.layer.feed(result);
            self.findings.iter().for_each(|finding| finding.feed(result));
        })
    }
}

/// Attribute: how far a river goes on by itself.
pub(crate) const SEARCH: &str = "search";
/// How far a spline may swing out beyond the places that it goes through, with room.
const SPLINE_M: f32 = 8.0;
/// Ground that rises by no more than this downstream is cut through without a word.
const MOST_CUT_M: i32 = 10;
/// Corners that rise by no more than this are meant to be level.
const MOST_DRAWN_RISE_M: f32 = 0.5;
