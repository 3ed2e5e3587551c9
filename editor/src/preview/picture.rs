//! Pictures of an island from above: material colours, hillshade, water by depth, tree crowns.
//!
//! *Not* responsible for: when pictures are made (`preview`), pictures in files (`worldgen`'s renderer).

use std::collections::BTreeSet;

use egui::{Color32, ColorImage};
use shared::coords::CHUNK_EDGE;
use shared::coords::VoxelPos;
use worldgen::Plant;
use worldgen::{BakedIsland, Material, SurfaceGrid};

use super::shading::{CONTOUR_STEP_M, PictureStyle, Place};

/// Height units of the generator per metre.
const UNITS_PER_M: f32 = 256.0;
/// Light from the north-west, as on printed maps; x east, y north, z up.
const LIGHT: [f32; 3] = [-0.53, 0.53, 0.66];
/// Water deeper than this looks the same, in metres.
const DEEP_M: f32 = 28.0;
/// Water deeper than this is clear on the chart, in metres.
const CLEAR_M: f32 = 9.0;
const SHALLOW: [f32; 3] = [110.0, 190.0, 196.0];
const DEEP: [f32; 3] = [26.0, 74.0, 112.0];

/// Heights and materials of an island on a regular grid, whatever they came from.
#[derive(Clone, PartialEq, Debug)]
pub struct Relief {
    /// Columns from one sample to the next.
    pub step: u32,
    /// Samples from west to east.
    pub width: usize,
    /// Samples from south to north.
    pub depth: usize,
    /// Height in metres above the sea, crowns included; x fastest, from the south.
    pub heights_m: Vec<f32>,
    /// Height of the water's surface: 0 for the sea; counts where it is above the ground.
    pub waters_m: Vec<f32>,
    /// Material on top.
    pub materials: Vec<Material>,
}

impl Relief {
    /// From a coarse surface.
    pub fn of_grid(grid: &SurfaceGrid) -> Self {
        Self {
            step: grid.step,
            width: grid.width,
            depth: grid.depth,
            heights_m: grid
                .heights
                .iter()
                .map(|height| *height as f32 / UNITS_PER_M)
                .collect(),
            waters_m: grid.water_ends.iter().copied().map(f32::from).collect(),
            materials: grid.materials.clone(),
        }
    }

    /// From a finished bake: every column, with the crowns of trees.
    pub fn of_bake(island: &BakedIsland) -> Self {
        let bounds = island.bounds();
        let (width, depth) = (index(bounds.width()), index(bounds.depth()));
        let mut relief = Self {
            step: 1,
            width,
            depth,
            heights_m: vec![0.0; width * depth],
            waters_m: vec![0.0; width * depth],
            materials: vec![Material::Water; width * depth],
        };
        let edge = index(CHUNK_EDGE);
        for tile in island.tiles() {
            let first = tile.pos.first_column();
            let (x, y) = (index(first.x - bounds.min().x), index(first.y - bounds.min().y));
            for row in 0..edge {
                let from = row * edge;
                let to = (y + row) * width + x;
                for lane in 0..edge {
                    relief.heights_m[to + lane] = tile.heights[from + lane] as f32 / UNITS_PER_M;
                    relief.waters_m[to + lane] = f32::from(tile.water_ends[from + lane]);
                    relief.materials[to + lane] = tile.materials[from + lane];
                }
            }
        }
        // A tree that overhangs several tiles is listed by each; drawing it again changes nothing.
        for tree in island.tiles().iter().flat_map(|tile| &tile.plants) {
            relief.add_crown(tree, bounds.min());
        }
        relief
    }

    fn add_crown(&mut self, tree: &Plant, min: VoxelPos) {
        let (from, to) = tree.extent();
        for y in from.y..to.y {
            for x in from.x..to.x {
                let (Ok(column), Ok(row)) = (usize::try_from(x - min.x), usize::try_from(y - min.y)) else {
                    continue;
                };
                if column >= self.width || row >= self.depth {
                    continue;
                }
                let top = (from.z..to.z)
                    .rev()
                    .find_map(|z| Some((z, tree.material(VoxelPos::new(x, y, z))?)));
                if let Some((z, material)) = top {
                    let at = row * self.width + column;
                    let height_m = z as f32 + 1.0;
                    if height_m > self.heights_m[at] {
                        self.heights_m[at] = height_m;
                        self.materials[at] = material;
                    }
                }
            }
        }
    }

    /// Height in metres, the edge repeated outside.
    fn height_m(&self, x: usize, y: usize, dx: isize, dy: isize) -> f32 {
        let x = x.saturating_add_signed(dx).min(self.width.saturating_sub(1));
        let y = y.saturating_add_signed(dy).min(self.depth.saturating_sub(1));
        self.heights_m[y * self.width + x]
    }

    /// The picture, north on top, one pixel per sample.
    pub fn image(&self, style: PictureStyle) -> ColorImage {
        self.pixels(|x, y| self.pixel(x, y, style))
    }

    /// The same for the chart: only the land and the shallows around it, everything else clear.
    pub fn chart_image(&self) -> ColorImage {
        self.pixels(|x, y| {
            let at = y * self.width + x;
            // Lakes above the sea are part of the land.
            let sea_m = if self.waters_m[at] > 0.0 {
                0.0
            } else {
                -self.heights_m[at]
            };
            let colour = self.pixel(x, y, PictureStyle::default());
            colour.gamma_multiply(1.0 - (sea_m / CLEAR_M).clamp(0.0, 1.0))
        })
    }

    /// Materials that are seen from above, in their own order, water left out.
    pub fn ground_materials(&self) -> Vec<Material> {
        let pairs = self.heights_m.iter().zip(&self.materials);
        let seen: BTreeSet<Material> = pairs
            .filter(|(height_m, _)| **height_m >= 0.0)
            .map(|(_, material)| *material)
            .collect();
        seen.into_iter().collect()
    }

    fn pixels(&self, pixel: impl Fn(usize, usize) -> Color32) -> ColorImage {
        let mut pixels = Vec::with_capacity(self.width * self.depth);
        for y in (0..self.depth).rev() {
            pixels.extend((0..self.width).map(|x| pixel(x, y)));
        }
        ColorImage::new([self.width, self.depth], pixels)
    }

    fn pixel(&self, x: usize, y: usize, style: PictureStyle) -> Color32 {
        let at = y * self.width + x;
        let (height_m, material) = (self.heights_m[at], self.materials[at]);
        let (east, north) = self.gradient(x, y);
        let place = Place {
            height_m,
            depth_m: (self.waters_m[at] - height_m).max(0.0),
            slope: (east * east + north * north).sqrt(),
            material,
            light: light(east, north),
        };
        let colour = match style.shading.colour(place) {
            Some(rgb) => shaded(rgb, 1.0),
            None => natural(place),
        };
        match self.contour(x, y) {
            Some(strength) if style.contours => colour.lerp_to_gamma(Color32::from_rgb(38, 26, 20), strength),
            _ => colour,
        }
    }

    /// Whether a line of equal height runs along this sample's western or southern edge, and how strong.
    fn contour(&self, x: usize, y: usize) -> Option<f32> {
        let step = |height_m: f32| (height_m / CONTOUR_STEP_M).floor();
        let here = step(self.height_m(x, y, 0, 0));
        let crossed = [(-1, 0), (0, -1)]
            .into_iter()
            .map(|(dx, dy)| step(self.height_m(x, y, dx, dy)))
            .find(|there| *there != here)?;
        let line = here.max(crossed);
        Some(if line % 5.0 == 0.0 { 0.75 } else { 0.38 })
    }

    /// Metres up per metre east and north.
    fn gradient(&self, x: usize, y: usize) -> (f32, f32) {
        let run_m = 2.0 * self.step as f32;
        (
            (self.height_m(x, y, 1, 0) - self.height_m(x, y, -1, 0)) / run_m,
            (self.height_m(x, y, 0, 1) - self.height_m(x, y, 0, -1)) / run_m,
        )
    }
}

/// The island as one would see it from above.
fn natural(place: Place) -> Color32 {
    let (height_m, light) = (place.height_m, place.light);
    if place.depth_m > 0.0 {
        let depth = (place.depth_m / DEEP_M).clamp(0.0, 1.0).sqrt();
        // The sea floor shimmers through where it is shallow.
        let strength = 1.0 - 0.35 * (1.0 - depth);
        let rgb: [f32; 3] =
            std::array::from_fn(|channel| SHALLOW[channel] + (DEEP[channel] - SHALLOW[channel]) * depth);
        return shaded(rgb, 1.0 + (light - 1.0) * (1.0 - strength) * 0.8);
    }
    let colour = place.material.colour();
    let rgb = [f32::from(colour.r), f32::from(colour.g), f32::from(colour.b)];
    // A little lighter with height, so that valleys and summits read without hillshade.
    let lift = 1.0 + (height_m / 400.0).min(0.18);
    shaded(rgb, light * lift)
}

/// How bright a slope is: 1 for flat ground.
fn light(east: f32, north: f32) -> f32 {
    // Crowns and cliffs are steep within one step: soften them so that pictures do not glitter.
    let (east, north) = (soften(east), soften(north));
    let length = (east * east + north * north + 1.0).sqrt();
    let facing = (-east * LIGHT[0] - north * LIGHT[1] + LIGHT[2]) / length;
    (0.42 + 0.88 * facing.max(0.0)).clamp(0.3, 1.45)
}

fn soften(slope: f32) -> f32 {
    slope / (1.0 + 0.25 * slope.abs())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255 before the cast"
)]
fn shaded(rgb: [f32; 3], light: f32) -> Color32 {
    let [r, g, b] = rgb.map(|channel| (channel * light).clamp(0.0, 255.0) as u8);
    Color32::from_rgb(r, g, b)
}

/// Extents of bounds are never negative.
fn index(extent: i32) -> usize {
    usize::try_from(extent).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_to_the_north_west_are_lit_and_water_is_water() {
        let relief = Relief {
            step: 1,
            width: 3,
            depth: 1,
            heights_m: vec![1.0, 4.0, 1.0],
            waters_m: vec![0.0; 3],
            materials: vec![Material::Grass; 3],
        };
        let light = |x| {
            let (east, north) = relief.gradient(x, 0);
            light(east, north)
        };
        assert!(light(0) > 1.0, "faces west");
        assert!(light(2) < 1.0, "faces east");
        let sea = Relief {
            heights_m: vec![-20.0; 3],
            ..relief.clone()
        };
        let pixel = sea.pixel(1, 0, PictureStyle::default());
        assert!(pixel.b() > pixel.r());
        let lake = Relief {
            heights_m: vec![30.0; 3],
            waters_m: vec![34.0; 3],
            ..relief.clone()
        };
        let pixel = lake.pixel(1, 0, PictureStyle::default());
        assert!(pixel.b() > pixel.r(), "a lake on a mountain");
        assert_eq!(sea.chart_image().pixels[1].a(), 0, "the chart shows no deep sea");
    }

    #[test]
    fn contours_run_where_a_step_is_crossed() {
        let relief = Relief {
            step: 1,
            width: 4,
            depth: 1,
            heights_m: vec![1.0, 4.0, 6.0, 26.0],
            waters_m: vec![0.0; 4],
            materials: vec![Material::Grass; 4],
        };
        let lines: Vec<_> = (0..4).map(|x| relief.contour(x, 0).is_some()).collect();
        assert_eq!(lines, [false, false, true, true]);
        assert!(
            relief.contour(3, 0) > relief.contour(2, 0),
            "every fifth is stronger"
        );
    }
}
