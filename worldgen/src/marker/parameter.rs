//! Attributes that several kinds share, described once, and how kinds read attributes.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::Arc;

use shared::attribute::{AttributeValue, Rgb};
use shared::coords::LocalPos;
use shared::geometry::GeometryForm;
use shared::island::Marker;
use shared::schema::{AttributeKind, AttributeSpec, KindSchema};
use shared::stamp::{Stamp, Stamps};

use crate::curve::Corners;
use crate::noise::{Fractal, Style};
use crate::ops::{self, LANES, Row};
use crate::seed::Seed;
use crate::volume::Roughness;

/// The attributes of one marker, read by its kind's schema.
pub(crate) struct Parameters<'a> {
    marker: &'a Marker,
    schema: &'a KindSchema,
    area: bool,
    stamps: &'a Stamps,
    seed: Seed,
}

/// Strength and shape of one noise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Noise {
    /// Metres that it may move things, 0 for none.
    pub(crate) strength_m: f32,
    /// Its recipe.
    pub(crate) fractal: Fractal,
}

/// Noise that shifts where a marker sees each column, and so bends its outline or crest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Warp {
    /// Longest shift in metres.
    pub(crate) strength_m: f32,
    /// Shift to the east.
    pub(crate) east: Fractal,
    /// Shift to the north.
    pub(crate) north: Fractal,
}

impl Warp {
    /// Longest shift as a share of the width of the largest bends. From about 0.22 on lines fold: bits of coast then meet
    /// at right angles.
    pub(crate) const MOST_BEND: f32 = 1.0 / 6.0;

    /// Shifts 32 positions, of which the local ones (relative to the geometry's first corner) root the noise.
    #[inline(always)]
    pub(crate) fn bend(&self, local_x: &Row, local_y: &Row, x: &mut Row, y: &mut Row) {
        let east = self.east.sample(local_x, local_y);
        let north = self.north.sample(local_x, local_y);
        // Each axis gets its share, so that the shift is never longer than the strength.
        let share_m = self.strength_m * std::f32::consts::FRAC_1_SQRT_2;
        for lane in 0..LANES {
            x[lane] += east[lane] * share_m;
            y[lane] += north[lane] * share_m;
        }
    }
}

/// How a marker's weight falls from 1 at the inner end of its edge to 0 at the outer one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Falloff {
    /// 1 for a parabola, 0 for the curve that the kind has for itself.
    parabola: f32,
    /// Of the parabola: from hollow (-1) over straight (0) to round (1).
    bulge: f32,
}

impl Falloff {
    /// The weight at `t`, from 0 at the outer end to 1 at the inner one, where the kind's own curve has `smooth`.
    #[inline(always)]
    pub(super) fn shape(self, t: f32, smooth: f32) -> f32 {
        let t = ops::clamp(t, 0.0, 1.0);
        // Exactly `smooth` for the kind's own curve, without a branch in the kernels.
        ops::lerp(smooth, t + self.bulge * (t - t * t), self.parabola)
    }
}

impl<'a> Parameters<'a> {
    /// For a marker whose geometry is an `area` or not; `stamps` are the project's, `seed` is the island's.
    pub(crate) fn new(
        marker: &'a Marker,
        schema: &'a KindSchema,
        area: bool,
        stamps: &'a Stamps,
        seed: Seed,
    ) -> Self {
        Self {
            marker,
            schema,
            area,
            stamps,
            seed: seed.marker(marker.id),
        }
    }

    /// A number: the default when it is missing or no number, held within its range.
    #[expect(clippy::cast_possible_truncation, reason = "parameters are single floats")]
    pub(crate) fn number(&self, key: &str) -> f32 {
        let Some(spec) = self.schema.attribute(key) else {
            return 0.0;
        };
        let default = spec
            .default
            .as_ref()
            .and_then(AttributeValue::as_number)
            .unwrap_or(0.0);
        let value = self
            .marker
            .attributes
            .get(key)
            .and_then(AttributeValue::as_number);
        let value = value.filter(|value| !value.is_nan()).unwrap_or(default);
        match &spec.kind {
            AttributeKind::Number { min, max, .. } => value.clamp(*min, *max) as f32,
            AttributeKind::Integer { min, max, .. } => value.clamp(*min as f64, *max as f64) as f32,
            _ => value as f32,
        }
    }

    /// Heights of the marker's corners in metres, as they stand in the map.
    pub(crate) fn corner_heights_m(&self) -> impl Iterator<Item = f32> {
        self.marker.geometry.points().iter().map(|point| point.z_m)
    }

    /// A choice: the default when it is missing or none of the options.
    pub(crate) fn choice(&self, key: &str) -> String {
        let Some(spec) = self.schema.attribute(key) else {
            return String::new();
        };
        let set = self.marker.attributes.get(key).and_then(AttributeValue::as_text);
        let is_option = |text: &String| match &spec.kind {
            AttributeKind::Choice { options } => options.contains(text),
            _ => false,
        };
        set.filter(is_option)
            .or_else(|| spec.default.as_ref().and_then(AttributeValue::as_text))
            .unwrap_or_default()
    }

    /// The stamp in the file that attribute `file` names, if it could be read.
    pub(crate) fn stamp(&self) -> Option<&'a Arc<Stamp>> {
        stamp(self.marker, self.stamps)
    }

    /// Whether the marker is a single point.
    pub(crate) fn is_point(&self) -> bool {
        self.marker.geometry.points().len() == 1
    }

    /// Attribute [`level`].
    pub(crate) fn follows_ground(&self) -> bool {
        self.choice(LEVEL) == GROUND
    }

    /// A seed of the marker's own for the kind's own purposes.
    pub(crate) fn seed(&self, feature: &str) -> Seed {
        self.seed.feature(feature)
    }

    /// A noise of the marker's own for the kind's own purposes.
    pub(crate) fn fractal(&self, feature: &str, style: Style, octaves: u32, wavelength_m: f32) -> Fractal {
        Fractal::with_wavelength(style, self.seed.feature(feature), octaves, wavelength_m)
    }

    /// Attribute [`radius`], or 0 for an area, whose outline says how far it goes.
    pub(crate) fn radius_m(&self) -> f32 {
        if self.area { 0.0 } else { self.number(RADIUS) }
    }

    /// Attribute [`ground_blend`] or [`body_blend`].
    pub(super) fn blend_m(&self) -> f32 {
        self.number(BLEND)
    }

    /// Attribute [`falloff`].
    pub(super) fn falloff(&self) -> Falloff {
        let parabola = |bulge| Falloff { parabola: 1.0, bulge };
        match self.choice(FALLOFF).as_str() {
            "straight" => parabola(0.0),
            "round" => parabola(1.0),
            "hollow" => parabola(-1.0),
            _ => Falloff {
                parabola: 0.0,
                bulge: 0.0,
            },
        }
    }

    /// Attributes [`noise()`].
    pub(crate) fn noise(&self, style: Style, octaves: u32) -> Noise {
        self.noise_of(NOISE, NOISE_SCALE, "relief", style, octaves)
    }

    /// Attributes [`outline_noise`]; `None` when the kind lacks them or the strength is 0.
    pub(crate) fn warp(&self) -> Option<Warp> {
        let strength_m = ops::min(
            self.number(OUTLINE_NOISE),
            self.number(OUTLINE_SCALE) * Warp::MOST_BEND,
        );
        let noise = |feature| {
            self.noise_of(OUTLINE_NOISE, OUTLINE_SCALE, feature, Style::Rolling, 3)
                .fractal
        };
        (strength_m > 0.0).then(|| Warp {
            strength_m,
            east: noise("outline east"),
            north: noise("outline north"),
        })
    }

    /// Attributes [`wall_noise`], no stronger than `most_m`: the roughness of a body whose first corner is
    /// `origin`. It is `stretch` times as wide upwards as it is across.
    pub(crate) fn roughness(&self, most_m: f32, stretch: f32) -> Roughness {
        let across = 1.0 / self.number(NOISE_SCALE);
        Roughness {
            strength_m: ops::min(self.number(NOISE), most_m),
            across,
            upwards: across / stretch,
            seed: self.seed.feature("walls").to_u32(),
            origin: LocalPos::default(),
        }
    }

    fn noise_of(&self, strength: &str, scale: &str, feature: &str, style: Style, octaves: u32) -> Noise {
        let seed = self.seed.feature(feature);
        Noise {
            strength_m: self.number(strength),
            fractal: Fractal::with_wavelength(style, seed, octaves, self.number(scale)),
        }
    }
}

/// Attribute with the name of a stamp file.
pub(crate) const FILE: &str = "file";
const RADIUS: &str = "radius";
const NOISE: &str = "noise";
const NOISE_SCALE: &str = "noise_scale";
const OUTLINE_NOISE: &str = "outline_noise";
const OUTLINE_SCALE: &str = "outline_scale";
pub(super) const LEVEL: &str = "level";
pub(super) const GROUND: &str = "ground";
const CORNERS: &str = "corners";
const BLEND: &str = "blend";
const FALLOFF: &str = "falloff";
const SHARP: &str = "sharp";

/// The stamp in the file that a marker's attribute `file` names, if it could be read.
pub(crate) fn stamp<'a>(marker: &Marker, stamps: &'a Stamps) -> Option<&'a Arc<Stamp>> {
    match marker.attributes.get(FILE) {
        Some(AttributeValue::Text(file)) => stamps.get(file),
        _ => None,
    }
}

/// How the marker's line turns at its corners.
pub(crate) fn corners(marker: &Marker) -> Corners {
    match marker.attributes.get(CORNERS).and_then(AttributeValue::as_text) {
        Some(text) if text == SHARP => Corners::Sharp,
        _ => Corners::Round,
    }
}

/// A kind's schema; every kind also gets the attribute `corners` at the end.
pub(super) fn kind(
    doc: &str,
    colour: (u8, u8, u8),
    forms: &[GeometryForm],
    attributes: impl IntoIterator<Item = AttributeSpec>,
) -> KindSchema {
    let (r, g, b) = colour;
    let corners = AttributeSpec {
        key: CORNERS.to_owned(),
        doc: "Whether a path or outline bends smoothly through its corners or runs straight between them."
            .to_owned(),
        kind: AttributeKind::Choice {
            options: vec!["round".to_owned(), SHARP.to_owned()],
        },
        default: Some(AttributeValue::Choice("round".to_owned())),
    };
    KindSchema {
        doc: doc.to_owned(),
        colour: Some(Rgb { r, g, b }),
        forms: forms.to_vec(),
        attributes: attributes.into_iter().chain([corners]).collect(),
    }
}

/// A length in metres.
pub(super) fn metres(key: &str, doc: &str, min: f64, max: f64, default: f64) -> AttributeSpec {
    number(key, doc, "m", (min, max), default)
}

/// A whole number.
pub(super) fn count(key: &str, doc: &str, min: i64, max: i64, default: i64) -> AttributeSpec {
    AttributeSpec {
        key: key.to_owned(),
        doc: doc.to_owned(),
        kind: AttributeKind::Integer {
            min,
            max,
            unit: String::new(),
        },
        default: Some(AttributeValue::Integer(default)),
    }
}

/// A share of 0 to 1.
pub(super) fn share(key: &str, doc: &str, default: f64) -> AttributeSpec {
    number(key, doc, "", (0.0, 1.0), default)
}

/// A slope in metres up or down per metre along.
pub(super) fn slope(key: &str, doc: &str, min: f64, max: f64, default: f64) -> AttributeSpec {
    number(key, doc, "", (min, max), default)
}

pub(super) fn number(
    key: &str,
    doc: &str,
    unit: &str,
    (min, max): (f64, f64),
    default: f64,
) -> AttributeSpec {
    AttributeSpec {
        key: key.to_owned(),
        doc: doc.to_owned(),
        kind: AttributeKind::Number {
            min,
            max,
            unit: unit.to_owned(),
        },
        default: Some(AttributeValue::Number(default)),
    }
}

/// One of several words, the first of which is the default.
pub(super) fn choice(key: &str, doc: &str, options: &[&str]) -> AttributeSpec {
    AttributeSpec {
        key: key.to_owned(),
        doc: doc.to_owned(),
        kind: AttributeKind::Choice {
            options: options.iter().map(|option| (*option).to_owned()).collect(),
        },
        default: options
            .first()
            .map(|option| AttributeValue::Choice((*option).to_owned())),
    }
}

/// Whether heights are those of the ground or those of the corners.
pub(super) fn level() -> AttributeSpec {
    choice(
        LEVEL,
        "Whether it takes its height from the ground, or from its corners as drawn.",
        &[GROUND, "drawn"],
    )
}

/// A direction on the map.
pub(super) fn bearing(key: &str, doc: &str, default: f64) -> AttributeSpec {
    number(key, doc, "°", (0.0, 360.0), default)
}

/// How softly a marker that raises or carves the ground meets it.
pub(super) fn ground_blend(default: f64) -> AttributeSpec {
    metres(
        BLEND,
        "Difference in height over which it and ground that is about as high are rounded into one another.",
        0.0,
        64.0,
        default,
    )
}

/// How softly a body meets others; the fields of two overlap by no more than 16 m.
pub(super) fn body_blend(others: &str, default: f64) -> AttributeSpec {
    let doc = format!("Width over which it flows into other {others} where they meet.");
    metres(BLEND, &doc, 0.0, 16.0, default)
}

/// How the slope at a marker's edge runs.
pub(super) fn falloff() -> AttributeSpec {
    choice(
        FALLOFF,
        "How the slope at its edge runs: out gently (smooth), evenly (straight), steepest at its outer end (round) or \
         at its inner end (hollow).",
        &["smooth", "straight", "round", "hollow"],
    )
}

/// How far the marker goes from a point or to each side of a path.
pub(super) fn radius(doc: &str, default: f64) -> AttributeSpec {
    metres(RADIUS, doc, 2.0, 1024.0, default)
}

/// Strength and wavelength of the noise on the ground.
pub(super) fn noise(strength: f64, scale: f64) -> [AttributeSpec; 2] {
    [
        metres(
            NOISE,
            "Most that noise may raise or lower the ground; 0 leaves it smooth.",
            0.0,
            32.0,
            strength,
        ),
        metres(
            NOISE_SCALE,
            "Width of the largest bumps that noise makes on the ground.",
            4.0,
            512.0,
            scale,
        ),
    ]
}

/// Width and height of a passage.
pub(super) fn passage(radius: f64, end_radius: f64) -> [AttributeSpec; 3] {
    [
        metres(
            RADIUS,
            "Half the width at the start of the path; below 4 m it comes out somewhat wider.",
            1.5,
            32.0,
            radius,
        ),
        metres(
            "end_radius",
            "Half the width at the end of the path; below 4 m it comes out somewhat wider.",
            1.5,
            32.0,
            end_radius,
        ),
        number(
            "aspect",
            "Height of the passage as a multiple of its width.",
            "",
            (0.4, 3.0),
            1.0,
        ),
    ]
}

/// Strength and wavelength of the noise on the surface of a body.
pub(super) fn wall_noise(strength: f64, scale: f64) -> [AttributeSpec; 2] {
    [
        metres(
            NOISE,
            "Most that noise may move the rock's surface, up to a third of the radius; 0 leaves it smooth.",
            0.0,
            8.0,
            strength,
        ),
        metres(
            NOISE_SCALE,
            "Width of the largest bumps and hollows that noise makes.",
            8.0,
            64.0,
            scale,
        ),
    ]
}

/// Strength and wavelength of the noise that bends an outline or crest.
pub(super) fn outline_noise(strength: f64, scale: f64) -> [AttributeSpec; 2] {
    [
        metres(
            OUTLINE_NOISE,
            "Most that noise may move the marker's line sideways, up to a sixth of `outline_scale`; 0 leaves it as drawn.",
            0.0,
            48.0,
            strength,
        ),
        metres(
            OUTLINE_SCALE,
            "Width of the largest bends that noise makes.",
            8.0,
            512.0,
            scale,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marker::schema;
    use shared::geometry::Geometry;

    #[test]
    fn values_are_read_defaulted_and_clamped() {
        let mut marker = Marker {
            id: shared::ids::MarkerId("m".parse().unwrap()),
            kind: "peak".to_owned(),
            name: String::new(),
            note: String::new(),
            geometry: Geometry::Point(shared::coords::LocalPos::default()),
            layer: 0,
            priority: 0,
            attributes: shared::attribute::Attributes::new(),
        };
        let read = |marker: &Marker, area| {
            let seed = Seed::of_island(0, shared::ids::IslandId("i".parse().unwrap()));
            Parameters::new(marker, &schema().markers["peak"], area, &Stamps::default(), seed).radius_m()
        };
        let default = read(&marker, false);
        assert!(default > 2.0);
        for (value, expected) in [
            (AttributeValue::Integer(12), 12.0),
            (AttributeValue::Number(-5.0), 2.0),
            (AttributeValue::Number(f64::INFINITY), 1024.0),
            (AttributeValue::Number(f64::NAN), default),
            (AttributeValue::Text("wide".into()), default),
        ] {
            marker.attributes.insert(RADIUS.to_owned(), value);
            assert_eq!(read(&marker, false), expected);
        }
        assert_eq!(read(&marker, true), 0.0);
    }
}
