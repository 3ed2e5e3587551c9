//! `stamp`: a file of the project laid onto the island: a heightmap, or a voxel model placed unmodified.

use std::sync::Arc;

use shared::geometry::GeometryForm::Point;
use shared::schema::{AttributeKind, AttributeSpec, KindSchema};
use shared::stamp::{Stamp as File, StampContent};

use super::parameter::{self, FILE, Parameters};
use super::{Fit, Kind, Site, Stage};
use crate::columns::Columns;
use crate::ground::Ground;
use crate::shape::Shape;
use crate::structure::Structure;

mod heights;
mod model;

use heights::Heights;
use model::Model;

/// See the module.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Stamp(Content);

#[derive(Clone, PartialEq, Debug)]
enum Content {
    /// No file, or none that could be read: it does nothing, and a rule says so.
    Nothing,
    Heights(Heights),
    Model(Model),
}

/// Quarter turns clockwise, 0 to 3.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Turn(u8);

impl Turn {
    fn new(parameters: &Parameters<'_>) -> Self {
        match parameters.choice("rotation").as_str() {
            "90" => Self(1),
            "180" => Self(2),
            "270" => Self(3),
            _ => Self(0),
        }
    }

    /// Where a position relative to the middle of the turned stamp lies in the stamp as it is.
    fn undone(self, (x, y): (f32, f32)) -> (f32, f32) {
        match self.0 {
            0 => (x, y),
            1 => (-y, x),
            2 => (-x, -y),
            _ => (y, -x),
        }
    }

    /// Whether width and depth change places.
    fn is_sideways(self) -> bool {
        self.0 % 2 == 1
    }
}

impl Kind for Stamp {
    const NAME: &'static str = "stamp";
    const STAGE: Stage = Stage::Relief;

    fn schema() -> KindSchema {
        let file = AttributeSpec {
            key: FILE.to_owned(),
            doc: "A heightmap (`.png`, grey, best with 16 bits) or a model (`.vox`) in the folder `stamps`."
                .to_owned(),
            kind: AttributeKind::Text {
                pattern: r"|[A-Za-z0-9_\-]+\.(png|vox)".to_owned(),
                max_chars: 64,
            },
            default: Some(shared::attribute::AttributeValue::Text(String::new())),
        };
        let own = [
            parameter::choice(
                "rotation",
                "Degrees by which it is turned clockwise.",
                &["0", "90", "180", "270"],
            ),
            parameter::choice(
                parameter::LEVEL,
                "Whether a model stands on the ground, or as high as the point (drawn). The black of a heightmap is always \
                 as high as the point.",
                &[parameter::GROUND, "drawn"],
            ),
            parameter::metres(
                "width",
                "Width of a heightmap from west to east, before it is turned.",
                4.0,
                2048.0,
                128.0,
            ),
            parameter::metres(
                "height",
                "How far a heightmap's white lies above its black, which is as high as the point.",
                0.0,
                512.0,
                40.0,
            ),
            parameter::choice(
                "blend",
                "What a heightmap does to the ground: the higher of both (max), the lower (min), its height on top \
                 (add), or its height alone (replace).",
                &["max", "min", "add", "replace"],
            ),
            parameter::metres(
                "feather",
                "Width inside a heightmap's edge over which it fades into the ground.",
                0.0,
                256.0,
                16.0,
            ),
        ];
        parameter::kind(
            "Lays a heightmap onto the ground, or puts a voxel model on it, from a file of the project.",
            (0xb3, 0x8c, 0xd9),
            &[Point],
            [file].into_iter().chain(own),
        )
    }

    fn new(parameters: &Parameters<'_>) -> Self {
        Self(
            match parameters.stamp().map(|file: &Arc<File>| (file, file.content())) {
                Some((file, StampContent::Heightmap(_))) => {
                    Content::Heights(Heights::new(parameters, file.clone()))
                }
                Some((file, StampContent::Model(_))) => Content::Model(Model::new(parameters, file.clone())),
                None => Content::Nothing,
            },
        )
    }

    /// A model stands on what was levelled for it.
    fn stage(&self) -> Stage {
        match &self.0 {
            Content::Model(_) => Stage::Works,
            Content::Heights(_) | Content::Nothing => Self::STAGE,
        }
    }

    fn reach_m(&self) -> f32 {
        match &self.0 {
            Content::Nothing => 0.0,
            Content::Heights(heights) => heights.reach_m(),
            Content::Model(model) => model.reach_m(),
        }
    }

    fn survey_m(&self) -> Option<f32> {
        match &self.0 {
            Content::Model(_) => Some(1.0),
            Content::Heights(_) | Content::Nothing => None,
        }
    }

    fn fit(&mut self, ground: &Ground<'_>, shape: &Shape) -> Fit {
        if let Content::Model(model) = &mut self.0 {
            model.stand(ground, shape);
        }
        Fit::new(None, |result| {
            self.structures().iter().for_each(|model| model.feed(result));
        })
    }

    fn structures(&self) -> &[Arc<Structure>] {
        match &self.0 {
            Content::Model(model) => model.structures(),
            Content::Heights(_) | Content::Nothing => &[],
        }
    }

    #[inline(always)]
    fn apply(&self, site: &Site, columns: &mut Columns) {
        match &self.0 {
            Content::Nothing => {}
            Content::Heights(heights) => heights.apply(site, columns),
            Content::Model(model) => model.apply(site, columns),
        }
    }
}
