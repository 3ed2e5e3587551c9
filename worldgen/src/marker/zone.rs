//! What the kinds that say what covers the ground have in common.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use shared::geometry::GeometryForm::{Area, Path, Point};
use shared::schema::{AttributeSpec, KindSchema};

use super::parameter::{self, Parameters};
use crate::ops;

/// Where a zone is, and how it begins.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Zone {
    pub(super) radius_m: f32,
    feather_m: f32,
}

impl Zone {
    pub(super) fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            radius_m: parameters.radius_m(),
            feather_m: parameters.number("feather"),
        }
    }

    /// From 0 at the edge to 1 further in than the feather.
    #[inline(always)]
    pub(super) fn weight(&self, distance: f32) -> f32 {
        ops::clamp((self.radius_m - distance) / self.feather_m, 0.0, 1.0)
    }
}

/// A zone's schema: how far it goes, how it begins, its own attributes, and how its outline is bent.
pub(super) fn schema(
    doc: &str,
    colour: (u8, u8, u8),
    own: impl IntoIterator<Item = AttributeSpec>,
) -> KindSchema {
    let place = [
        parameter::radius("How far the zone goes from the point or path.", 48.0),
        parameter::metres(
            "feather",
            "Width over which the zone begins, inwards from its edge.",
            1.0,
            64.0,
            16.0,
        ),
    ];
    parameter::kind(
        doc,
        colour,
        &[Area, Point, Path],
        place
            .into_iter()
            .chain(own)
            .chain(parameter::outline_noise(6.0, 40.0)),
    )
}
