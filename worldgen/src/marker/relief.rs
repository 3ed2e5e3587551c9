//! What the kinds that raise or carve the ground have in common.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]
#![expect(
    clippy::needless_range_loop,
    reason = "a lane runs through several rows at once"
)]

use super::Site;
use super::parameter::{Falloff, Noise, Parameters};
use crate::columns::Columns;
use crate::noise::Style;
use crate::ops::{self, LANES, Row};

/// A rise of the ground towards a level: mountains and crests.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Rise {
    pub(super) radius_m: f32,
    sharpness: f32,
    blend_m: f32,
    noise: Noise,
    /// Whether noise makes spurs and gullies that run down from a summit.
    spurs: bool,
}

impl Rise {
    pub(super) fn new(parameters: &Parameters<'_>) -> Self {
        Self {
            // Areas are no form of these kinds, but a wrong map still previews: as their outline.
            radius_m: parameters.number("radius"),
            sharpness: parameters.number("sharpness"),
            blend_m: parameters.blend_m(),
            noise: parameters.noise(Style::Ridged, 5),
            spurs: parameters.is_point(),
        }
    }

    pub(super) fn noise_m(&self) -> f32 {
        self.noise.strength_m
    }

    #[inline(always)]
    pub(super) fn apply(&self, site: &Site, columns: &mut Columns) {
        let noise = if self.spurs {
            self.noise.sample_downhill(site, self.radius_m)
        } else {
            self.noise.sample(site)
        };
        for lane in 0..LANES {
            let away = ops::clamp(ops::abs(site.distance[lane]) / self.radius_m, 0.0, 1.0);
            let near = 1.0 - blunted(away) / blunted(1.0);
            let dome = (1.0 - away * away) * (1.0 - away * away);
            let horn = near * near;
            let weight = ops::lerp(dome, horn, self.sharpness);
            let lift = ops::smooth_max(site.level[lane] - columns.height[lane], 0.0, self.blend_m);
            columns.height[lane] += lift * weight;
            // The crest keeps the height that the designer gave it; noise works on the flanks.
            let crest = weight * weight * weight;
            let hold = ops::smoothstep(weight * 3.0);
            let wanted = noise[lane] * (1.0 - crest);
            columns.displacement[lane] = ops::lerp(columns.displacement[lane], wanted, hold);
            columns.hold[lane] = ops::max(columns.hold[lane], crest * crest);
        }
    }
}

/// `away`, rounded near 0, so that crests are no blades and summits no needles. 0 at 0.
#[inline(always)]
fn blunted(away: f32) -> f32 {
    const ROUNDING: f32 = 0.09;
    (away * away + ROUNDING * ROUNDING).sqrt() - ROUNDING
}

impl Falloff {
    /// [`mesa`] with a slope of this form.
    #[inline(always)]
    pub(super) fn mesa(self, distance: f32, core_m: f32, edge_m: f32) -> f32 {
        let inward = 1.0 - (distance - core_m) / edge_m;
        self.shape(inward, ops::smoothstep(inward))
    }
}

/// 1 within `core_m` of the geometry (or inside an area), 0 from `edge_m` further out, smooth between.
#[inline(always)]
pub(super) fn mesa(distance: f32, core_m: f32, edge_m: f32) -> f32 {
    ops::smoothstep(1.0 - (distance - core_m) / edge_m)
}

/// How far the ground stands above a level, at least 0, rounded over `blend_m` where the two meet.
#[inline(always)]
pub(super) fn excess(height: f32, level: f32, blend_m: f32) -> f32 {
    ops::smooth_max(height - level, 0.0, blend_m)
}

impl Noise {
    /// What the noise wants to add at 32 columns, in metres.
    #[inline(always)]
    pub(crate) fn sample(&self, site: &Site) -> Row {
        self.sample_at(&site.local_x, &site.local_y)
    }

    /// The same for a mountain around the first corner: drawn out along the fall line, as water and ice leave
    /// a flank, so that ridged noise becomes spurs with gullies between them. They are as wide as the noise
    /// where the mountain has nearly run out, and converge towards the summit.
    #[inline(always)]
    pub(crate) fn sample_downhill(&self, site: &Site, radius_m: f32) -> Row {
        /// Share of the distance from the summit that still counts; the less, the straighter the spurs.
        const ALONG: f32 = 0.55;
        let (mut x, mut y) = (site.local_x, site.local_y);
        for lane in 0..LANES {
            let away = (x[lane] * x[lane] + y[lane] * y[lane]).sqrt();
            let stretch = (radius_m * (1.0 - ALONG)) / ops::max(away, 1.0) + ALONG;
            x[lane] *= stretch;
            y[lane] *= stretch;
        }
        self.sample_at(&x, &y)
    }

    #[inline(always)]
    fn sample_at(&self, x: &Row, y: &Row) -> Row {
        if self.strength_m <= 0.0 {
            return [0.0; LANES];
        }
        let mut value = self.fractal.sample(x, y);
        for lane in &mut value {
            *lane *= self.strength_m;
        }
        value
    }
}
