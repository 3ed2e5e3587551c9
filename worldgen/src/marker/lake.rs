//! `lake`: still water above the sea, held in by the ground around it.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::parameter::{self, Parameters};
use super::{Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::ground::Ground;
use crate::shape::Shape;
use crate::water::Finding;
use crate::water::basin::{self, LevelSource, MARGIN_M, Profile};
use crate::water::layer::Layer;

/// Metres around the water where the soil is still moist, and a little more.
const MOIST_M: f32 = 14.0;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Lake {
    profile: Profile,
    layer: Layer,
    finding: Option<Finding>,
}

impl Kind for Lake {
    const NAME: &'static str = "lake";
    const STAGE: Stage = Stage::Water;
    const LOOKS_CLOSELY: bool = true;
    const SEES_DISTANCE: bool = false;
    const INITIAL_LEVEL_M: f32 = 10.0;

    fn schema() -> KindSchema {
        let own = [
            parameter::choice(
                "level",
                "How high it stands: as high as the ground around holds it (spill), or at the height of its \
                 corners where the ground holds that (drawn).",
                &["spill", "drawn"],
            ),
            parameter::radius("Distance of the shore from the point or path.", 24.0),
            parameter::metres("depth", "Greatest depth of the water.", 1.0, 48.0, 5.0),
            parameter::metres(
                "bank",
                "Width of the slope from the shore up to the ground around.",
                1.0,
                32.0,
                6.0,
            ),
        ];
        parameter::kind(
            "Digs a basin and fills it with water. Beyond the drawn shore it floods the hollow that it lies in.",
            (0x3f, 0x8f, 0xc4),
            &[Area, Point, Path],
            own.into_iter().chain(parameter::outline_noise(6.0, 36.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        let drawn = parameters.choice("level") == "drawn";
        Self {
            profile: Profile {
                radius_m: parameters.radius_m(),
                depth_m: parameters.number("depth"),
                bank_m: parameters.number("bank"),
                // The height itself is that of the geometry, which is known when the lake is fitted.
                source: if drawn {
                    LevelSource::Drawn(0.0)
                } else {
                    LevelSource::Spill
                },
                warp: parameters.warp(),
            },
            layer: Layer::default(),
            finding: None,
        }
    }

    fn reach_m(&self) -> f32 {
        self.profile.radius_m + MARGIN_M + MOIST_M
    }

    fn survey_m(&self) -> Option<f32> {
        let bend_m = self.profile.warp.map_or(0.0, |warp| warp.strength_m);
        Some(self.reach_m() + bend_m)
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        let drawn_m = shape.mean_level_m();
        if let LevelSource::Drawn(level_m) = &mut self.profile.source {
            *level_m = drawn_m;
        }
        let lake = basin::lay(ground, shape, &self.profile);
        self.layer = lake.layer;
        self.finding = match self.profile.source {
            LevelSource::Drawn(level_m) if level_m >= (lake.spill + 1) as f32 => {
                Some(Finding::LakeAboveSpill {
                    drawn_m: level_m,
                    spill_m: lake.spill,
                })
            }
            _ => None,
        };
        Fit::new(None, |result| {
            self.layer.feed(result);
            self.finding.iter().for_each(|finding| finding.feed(result));
        })
    }

    fn findings(&self) -> Vec<Finding> {
        self.finding.clone().into_iter().collect()
    }

    #[inline(always)]
    fn apply(&self, _: &Site, columns: &mut Columns) {
        self.layer.apply(columns);
    }
}
