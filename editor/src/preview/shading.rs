//! What the map's picture tells by its colours, and the legends that explain it.
//!
//! *Not* responsible for: heights and materials themselves (`picture`), painting a legend (`panel::map`).

use egui::Color32;
use serde::{Deserialize, Serialize};
use worldgen::Material;

use crate::text::{Message, Messages, text};
use crate::theme;

/// What the colours of the map tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Shading {
    /// The island as one would see it from above.
    #[default]
    Natural,
    /// Light and shadow alone.
    Hillshade,
    /// Height above the sea.
    Height,
    /// How steep the ground is.
    Slope,
    /// What the ground is made of.
    Material,
}

/// How the map's picture is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PictureStyle {
    /// What its colours tell.
    pub shading: Shading,
    /// Lines of equal height.
    pub contours: bool,
}

/// One entry of a legend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LegendEntry {
    /// Its colour on the map.
    pub colour: Color32,
    /// What it stands for.
    pub text: String,
}

/// What a place of the ground is, as shadings see it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Place {
    /// Metres above the sea.
    pub height_m: f32,
    /// Metres of water above it; 0 where it is dry.
    pub depth_m: f32,
    /// Metres up per metre ahead, 0 for flat ground.
    pub slope: f32,
    /// On top.
    pub material: Material,
    /// How bright the hillshade makes it, 1 for flat ground.
    pub light: f32,
}

/// Metres between lines of equal height; every fifth is drawn stronger.
pub const CONTOUR_STEP_M: f32 = 5.0;

/// Height and colour of the tint's steps, from the sea floor up.
const HEIGHTS: [(f32, [f32; 3]); 8] = [
    (-30.0, [22.0, 60.0, 104.0]),
    (-8.0, [58.0, 128.0, 168.0]),
    (-0.01, [148.0, 204.0, 212.0]),
    (0.0, [90.0, 148.0, 92.0]),
    (15.0, [164.0, 186.0, 106.0]),
    (40.0, [216.0, 190.0, 122.0]),
    (80.0, [176.0, 122.0, 84.0]),
    (140.0, [244.0, 240.0, 236.0]),
];

/// Steepness in degrees and its colour. Up to 27 degrees one walks, up to 45 one climbs voxel steps.
const SLOPES: [(f32, [f32; 3], Message); 4] = [
    (10.0, [120.0, 176.0, 128.0], Messages::slope_flat),
    (27.0, [222.0, 206.0, 112.0], Messages::slope_easy),
    (45.0, [226.0, 146.0, 76.0], Messages::slope_steep),
    (90.0, [188.0, 70.0, 70.0], Messages::slope_cliff),
];

/// Under water, where no shading but height has something to say.
const WATER: [f32; 3] = [52.0, 96.0, 128.0];

impl Shading {
    /// All of them, in menu order.
    pub const ALL: [Self; 5] = [
        Self::Natural,
        Self::Hillshade,
        Self::Height,
        Self::Slope,
        Self::Material,
    ];

    /// What it is called on screen.
    pub fn title(self) -> String {
        match self {
            Self::Natural => text().shading_natural(),
            Self::Hillshade => text().shading_hillshade(),
            Self::Height => text().shading_height(),
            Self::Slope => text().shading_slope(),
            Self::Material => text().shading_ground(),
        }
    }

    /// The colour of a place; `None` where the natural picture is to be used.
    pub fn colour(self, place: Place) -> Option<[f32; 3]> {
        let wet = place.depth_m > 0.0;
        match self {
            Self::Natural => None,
            Self::Hillshade => {
                let (grey, blue) = if wet { (96.0, 108.0) } else { (178.0, 178.0) };
                Some([grey, grey, blue].map(|channel| channel * place.light))
            }
            Self::Height => Some(
                tint(if wet { -place.depth_m } else { place.height_m })
                    .map(|channel| channel * soft(place.light)),
            ),
            Self::Slope | Self::Material if wet => Some(WATER),
            Self::Slope => {
                let degrees = place.slope.atan().to_degrees();
                let step = SLOPES.iter().find(|(below, ..)| degrees < *below);
                let (_, colour, _) = step.unwrap_or(&SLOPES[SLOPES.len() - 1]);
                Some(colour.map(|channel| channel * soft(place.light)))
            }
            Self::Material => {
                let colour = place.material.colour();
                Some([colour.r, colour.g, colour.b].map(|channel| f32::from(channel) * soft(place.light)))
            }
        }
    }

    /// What its colours mean; empty where they explain themselves.
    pub fn legend(self, materials: &[Material]) -> Vec<LegendEntry> {
        let entry = |rgb: [f32; 3], text: String| LegendEntry {
            colour: opaque(rgb),
            text,
        };
        match self {
            Self::Natural | Self::Hillshade => Vec::new(),
            Self::Height => [100.0, 60.0, 30.0, 10.0, 1.0, -4.0, -20.0]
                .into_iter()
                .map(|height_m| entry(tint(height_m), text().metres(format!("{height_m:+.0}"))))
                .collect(),
            Self::Slope => SLOPES
                .iter()
                .map(|(_, rgb, name)| entry(*rgb, name(text())))
                .collect(),
            Self::Material => materials
                .iter()
                .map(|material| LegendEntry {
                    colour: theme::colour(material.colour()),
                    text: material.name().to_owned(),
                })
                .collect(),
        }
    }
}

/// Light at half its strength, so that colours can still be compared with the legend.
fn soft(light: f32) -> f32 {
    1.0 + (light - 1.0) * 0.5
}

fn tint(height_m: f32) -> [f32; 3] {
    let (mut below, mut above) = (HEIGHTS[0], HEIGHTS[0]);
    for step in HEIGHTS {
        above = step;
        if step.0 >= height_m {
            break;
        }
        below = step;
    }
    let span = above.0 - below.0;
    let share = if span > 0.0 {
        ((height_m - below.0) / span).clamp(0.0, 1.0)
    } else {
        0.0
    };
    std::array::from_fn(|channel| below.1[channel] + (above.1[channel] - below.1[channel]) * share)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255 before the cast"
)]
fn opaque(rgb: [f32; 3]) -> Color32 {
    let [r, g, b] = rgb.map(|channel| channel.clamp(0.0, 255.0) as u8);
    Color32::from_rgb(r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(height_m: f32, slope: f32) -> Place {
        Place {
            height_m,
            depth_m: (-height_m).max(0.0),
            slope,
            material: Material::Grass,
            light: 1.0,
        }
    }

    #[test]
    fn colours_are_those_of_the_legend() {
        let legend = Shading::Slope.legend(&[]);
        let flat = Shading::Slope.colour(place(5.0, 0.0)).unwrap();
        let cliff = Shading::Slope.colour(place(5.0, 9.0)).unwrap();
        assert_eq!(opaque(flat), legend[0].colour);
        assert_eq!(opaque(cliff), legend[3].colour);
        let ground = Shading::Material.colour(place(5.0, 0.0)).unwrap();
        assert_eq!(
            opaque(ground),
            Shading::Material.legend(&[Material::Grass])[0].colour
        );
    }

    #[test]
    fn the_height_tint_breaks_at_the_shore_and_nowhere_else() {
        let step = |a: f32, b: f32| {
            let (a, b) = (tint(a), tint(b));
            (0..3).map(|channel| (a[channel] - b[channel]).abs()).sum::<f32>()
        };
        assert!(step(-0.05, 0.05) > 60.0);
        for height in [-40, -20, -5, 3, 14, 16, 39, 41, 100, 500] {
            let height = f32::from(i16::try_from(height).unwrap());
            assert!(step(height, height + 0.1) < 6.0, "{height}");
        }
    }
}
