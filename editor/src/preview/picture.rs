//! Pictures of an island from above: material colours, hillshade, water by depth, tree crowns.
//!
//! *Not* responsible for: when pictures are made (`preview`), pictures in files (`worldgen`'s renderer).

use std::collections::BTreeSet;

use egui::{Color32, ColorImage};
use shared::coords::{CHUNK_EDGE, ColumnPos, TilePos, VoxelPos};
use shared::island::Bounds;
use worldgen::Plant;
use worldgen::scatter::Shapes;
use worldgen::{BakedIsland, Material, SurfaceGrid, SurfaceTile};

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
        for tile in island.tiles() {
            relief.set_tile(bounds.min(), tile);
        }
        relief
    }

    /// Takes one tile over; `min` is the first voxel of the island's box. Every tile lists all plants that
    /// have a voxel above it, so a tile alone is enough.
    fn set_tile(&mut self, min: VoxelPos, tile: &SurfaceTile) {
        let edge = index(CHUNK_EDGE);
        let first = tile.pos.first_column();
        let (x, y) = (index(first.x - min.x), index(first.y - min.y));
        if x + edge > self.width || y + edge > self.depth {
            return;
        }
        for row in 0..edge {
            let from = row * edge;
            let to = (y + row) * self.width + x;
            for lane in 0..edge {
                self.heights_m[to + lane] = tile.heights[from + lane] as f32 / UNITS_PER_M;
                self.waters_m[to + lane] = f32::from(tile.water_ends[from + lane]);
                self.materials[to + lane] = tile.materials[from + lane];
            }
        }
        for plant in &tile.plants {
            self.add_crown(plant, &tile.shapes, min, first);
        }
    }

    /// Takes over the tiles that differ and returns the samples whose pixels may.
    pub fn update(&mut self, island: &BakedIsland, tiles: &[TilePos]) -> Samples {
        let min = island.bounds().min();
        let mut changed = Samples::default();
        for tile in tiles.iter().filter_map(|pos| island.tile(*pos)) {
            self.set_tile(min, tile);
            let first = tile.pos.first_column();
            changed.add(index(first.x - min.x), index(first.y - min.y), index(CHUNK_EDGE));
        }
        // Light and contour lines look one sample further.
        changed.grown(self.width, self.depth)
    }

    /// The same relief with some tiles as a coarse one has them: what is shown until they are baked. `others`
    /// were shown otherwise until now. Returns it with the samples whose pixels may differ.
    pub fn sketched(
        &self,
        coarse: &Self,
        min: VoxelPos,
        tiles: &[TilePos],
        others: &BTreeSet<TilePos>,
    ) -> (Self, Samples) {
        let mut relief = self.clone();
        let mut changed = Samples::default();
        let edge = index(CHUNK_EDGE);
        let corner = |tile: TilePos| {
            let first = tile.first_column();
            let (x, y) = (index(first.x - min.x), index(first.y - min.y));
            (x + edge <= self.width && y + edge <= self.depth).then_some((x, y))
        };
        for (x, y) in tiles.iter().filter_map(|tile| corner(*tile)) {
            for row in y..y + edge {
                for column in x..x + edge {
                    let (height_m, nearest) = coarse.between(column, row);
                    let at = row * self.width + column;
                    relief.heights_m[at] = height_m;
                    relief.waters_m[at] = coarse.waters_m[nearest];
                    relief.materials[at] = coarse.materials[nearest];
                }
            }
        }
        for (x, y) in tiles.iter().chain(others).filter_map(|tile| corner(*tile)) {
            changed.add(x, y, edge);
        }
        (relief, changed.grown(self.width, self.depth))
    }

    /// Height between the samples at a column, counted from the first sample, and the sample next to it.
    fn between(&self, x: usize, y: usize) -> (f32, usize) {
        let step = self.step.max(1) as usize;
        let (column, row) = ((x / step).min(self.width - 1), (y / step).min(self.depth - 1));
        let share = |place: usize| (place % step) as f32 / step as f32;
        let (east, north) = (share(x), share(y));
        let height = |dx, dy| self.height_m(column, row, dx, dy);
        let south = height(0, 0) + (height(1, 0) - height(0, 0)) * east;
        let upper = height(0, 1) + (height(1, 1) - height(0, 1)) * east;
        (south + (upper - south) * north, row * self.width + column)
    }

    /// The part of a plant above one tile.
    fn add_crown(&mut self, tree: &Plant, shapes: &Shapes, min: VoxelPos, first: ColumnPos) {
        let (from, to) = tree.extent(shapes);
        for y in from.y.max(first.y)..to.y.min(first.y + CHUNK_EDGE) {
            for x in from.x.max(first.x)..to.x.min(first.x + CHUNK_EDGE) {
                let (column, row) = (index(x - min.x), index(y - min.y));
                let top = (from.z..to.z)
                    .rev()
                    .find_map(|z| Some((z, tree.material(shapes, VoxelPos::new(x, y, z))?)));
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
        self.materials_in(self.all())
    }

    /// The same for a part.
    pub fn materials_in(&self, part: Samples) -> Vec<Material> {
        let mut seen = [false; 256];
        for y in part.min_y..part.max_y {
            for at in y * self.width + part.min_x..y * self.width + part.max_x {
                if self.heights_m[at] >= self.waters_m[at] {
                    seen[usize::from(self.materials[at].number())] = true;
                }
            }
        }
        let is_seen = |material: &Material| seen[usize::from(material.number())];
        Material::ALL.into_iter().filter(is_seen).collect()
    }

    /// Whether it is of an island with these bounds, column by column.
    pub fn is_of(&self, bounds: Bounds) -> bool {
        self.step == 1 && (self.width, self.depth) == (index(bounds.width()), index(bounds.depth()))
    }

    fn all(&self) -> Samples {
        Samples {
            min_x: 0,
            min_y: 0,
            max_x: self.width,
            max_y: self.depth,
        }
    }

    /// A part of [`Self::image`], and where its upper left pixel goes.
    pub fn patch(&self, part: Samples, style: PictureStyle) -> ([usize; 2], ColorImage) {
        let image = part.pixels(|x, y| self.pixel(x, y, style));
        ([part.min_x, self.depth - part.max_y], image)
    }

    fn pixels(&self, pixel: impl Fn(usize, usize) -> Color32) -> ColorImage {
        self.all().pixels(pixel)
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

/// A rectangle of samples; the upper ends are exclusive. Empty by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Samples {
    min_x: usize,
    min_y: usize,
    max_x: usize,
    max_y: usize,
}

impl Samples {
    /// How many.
    pub fn count(self) -> usize {
        (self.max_x - self.min_x) * (self.max_y - self.min_y)
    }

    fn add(&mut self, x: usize, y: usize, edge: usize) {
        if self.count() == 0 {
            (self.min_x, self.min_y) = (x, y);
        }
        (self.min_x, self.min_y) = (self.min_x.min(x), self.min_y.min(y));
        (self.max_x, self.max_y) = (self.max_x.max(x + edge), self.max_y.max(y + edge));
    }

    fn grown(self, width: usize, depth: usize) -> Self {
        Self {
            min_x: self.min_x.saturating_sub(1),
            min_y: self.min_y.saturating_sub(1),
            max_x: (self.max_x + 1).min(width),
            max_y: (self.max_y + 1).min(depth),
        }
    }

    /// North on top.
    fn pixels(self, pixel: impl Fn(usize, usize) -> Color32) -> ColorImage {
        let mut pixels = Vec::with_capacity(self.count());
        for y in (self.min_y..self.max_y).rev() {
            pixels.extend((self.min_x..self.max_x).map(|x| pixel(x, y)));
        }
        ColorImage::new([self.max_x - self.min_x, self.max_y - self.min_y], pixels)
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
    fn a_patched_picture_is_the_picture_of_the_new_bake() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../maps/first_light");
        let loaded = worldgen::project_dir::load(&folder, worldgen::marker::schema()).unwrap();
        let mut island = loaded.project.islands.values().next().unwrap().clone();
        let (settings, stamps) = (&loaded.project.settings, &loaded.project.stamps);
        let options = worldgen::BakeOptions::default();
        let plan = worldgen::IslandPlan::new(settings, stamps, &island);
        let before = worldgen::bake(&plan, &options, &()).unwrap();
        let mut relief = Relief::of_bake(&before);
        let marker = island.markers.values_mut().next().unwrap();
        marker.geometry.points_mut()[0].x_m += 6.0;
        let plan = worldgen::IslandPlan::after(&plan, settings, stamps, &island);
        let (after, rebuilt) = worldgen::rebake(&before, &plan, &options, &()).unwrap();
        assert!(!rebuilt.tiles.is_empty());
        let style = PictureStyle {
            contours: true,
            ..PictureStyle::default()
        };
        let mut picture = relief.image(style);
        let changed = relief.update(&after, &rebuilt.tiles);
        let (at, patch) = relief.patch(changed, style);
        for (row, pixels) in patch.pixels.chunks(patch.size[0]).enumerate() {
            let from = (at[1] + row) * picture.size[0] + at[0];
            picture.pixels[from..from + pixels.len()].copy_from_slice(pixels);
        }
        let whole = Relief::of_bake(&after);
        assert_eq!(relief, whole);
        assert_eq!(picture, whole.image(style));
    }

    #[test]
    fn a_sketch_fills_its_tiles_between_the_samples_and_nothing_else() {
        let plane = |step: u32, edge: usize, offset_m: f32| {
            let places = (0..edge * edge).map(|at| (at % edge * step as usize, at / edge * step as usize));
            Relief {
                step,
                width: edge,
                depth: edge,
                heights_m: places
                    .map(|(x, y)| x as f32 * 0.5 + y as f32 + offset_m)
                    .collect(),
                waters_m: vec![0.0; edge * edge],
                materials: vec![Material::Grass; edge * edge],
            }
        };
        let (before, coarse, after) = (plane(1, 96, 0.0), plane(4, 24, 7.0), plane(1, 96, 7.0));
        let tile = TilePos { x: 1, y: 0 };
        let other = BTreeSet::from([TilePos { x: 1, y: 1 }]);
        let (sketched, changed) = before.sketched(&coarse, VoxelPos::new(0, 0, 0), &[tile], &other);
        for y in 0..96 {
            for x in 0..96 {
                let at = y * 96 + x;
                let in_tile = (32..64).contains(&x) && y < 32;
                let wanted = if in_tile { &after } else { &before };
                assert_eq!(sketched.heights_m[at], wanted.heights_m[at], "{x} {y}");
            }
        }
        assert_eq!(
            changed.count(),
            34 * 65,
            "the other tile, and a sample more on every side"
        );
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
