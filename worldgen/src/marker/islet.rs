//! `islet`: a small rock or island in the sea, steep all around.

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::KindSchema;

use super::land::Land;
use super::parameter::{self, Parameters};
use super::{Kind, Site, Stage};
use crate::columns::Columns;

/// Land with the measures of a rock.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Islet(Land);

impl Kind for Islet {
    const NAME: &'static str = "islet";
    const STAGE: Stage = Stage::Coast;

    fn schema() -> KindSchema {
        let own = [
            parameter::radius("Distance of the waterline from the point or path.", 12.0),
            parameter::metres("height", "Height of its top above the sea.", 0.5, 64.0, 9.0),
            parameter::metres(
                "shore",
                "Distance from the waterline over which it rises to its height.",
                4.0,
                64.0,
                9.0,
            ),
            parameter::metres(
                "blend",
                "Width over which it flows into other land where they meet.",
                0.0,
                64.0,
                4.0,
            ),
        ];
        parameter::kind(
            "Makes a small rock or island in the sea, steep all around.",
            (0x9a, 0xa8, 0x6a),
            &[Point, Path, Area],
            own.into_iter()
                .chain(parameter::outline_noise(3.0, 18.0))
                .chain(parameter::noise(3.0, 14.0)),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(Land::new(parameters))
    }

    fn reach_m(&self) -> f32 {
        self.0.reach_m()
    }

    fn noise_m(&self) -> f32 {
        self.0.noise_m()
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        self.0.apply(site, columns);
    }
}
