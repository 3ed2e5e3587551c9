//! The picture of a preview: per sample what the editor's map view does, light from the north-west on the colour of the
//! ground, and water by its depth.

use shared::attribute::Rgb;
use worldgen::SurfaceGrid;

const UNITS_PER_M: f32 = 256.0;
/// Towards the light: east, north, up.
const LIGHT: [f32; 3] = [-0.53, 0.53, 0.66];
/// Water deeper than this looks the same, in metres.
const DEEP_M: f32 = 28.0;
const SHALLOW: Rgb = Rgb {
    r: 110,
    g: 190,
    b: 196,
};
const DEEP: Rgb = Rgb { r: 26, g: 74, b: 112 };

/// Its pixels with opacity, the northern row first.
pub(super) fn picture(grid: &SurfaceGrid) -> Vec<[u8; 4]> {
    let mut pixels = Vec::with_capacity(grid.heights.len());
    for y in (0..grid.depth).rev() {
        pixels.extend((0..grid.width).map(|x| pixel(grid, x, y)));
    }
    pixels
}

fn pixel(grid: &SurfaceGrid, x: usize, y: usize) -> [u8; 4] {
    let height_m = |x: usize, y: usize| grid.heights[y * grid.width + x] as f32 / UNITS_PER_M;
    let run_m = 2.0 * grid.step as f32;
    let (east, north) = ((x + 1).min(grid.width - 1), (y + 1).min(grid.depth - 1));
    let slope = [
        (height_m(east, y) - height_m(x.saturating_sub(1), y)) / run_m,
        (height_m(x, north) - height_m(x, y.saturating_sub(1))) / run_m,
    ];
    let [east, north] = slope.map(|slope| slope / (1.0 + 0.25 * slope.abs()));
    let facing = (LIGHT[2] - east * LIGHT[0] - north * LIGHT[1]) / (east * east + north * north + 1.0).sqrt();
    let light = (0.42 + 0.88 * facing.max(0.0)).clamp(0.3, 1.45);
    let at = y * grid.width + x;
    let depth_m = f32::from(grid.water_ends[at]) - height_m(x, y);
    if depth_m <= 0.0 {
        return shaded(grid.materials[at].colour(), light);
    }
    let deep = (depth_m / DEEP_M).min(1.0).sqrt();
    let between = |shallow: u8, deepest: u8| {
        channel(f32::from(shallow) + (f32::from(deepest) - f32::from(shallow)) * deep)
    };
    let water = Rgb {
        r: between(SHALLOW.r, DEEP.r),
        g: between(SHALLOW.g, DEEP.g),
        b: between(SHALLOW.b, DEEP.b),
    };
    // The sea floor shimmers through where it is shallow.
    shaded(water, 1.0 + (light - 1.0) * 0.28 * (1.0 - deep))
}

fn shaded(colour: Rgb, light: f32) -> [u8; 4] {
    let [r, g, b] = [colour.r, colour.g, colour.b].map(|value| channel(f32::from(value) * light));
    [r, g, b, u8::MAX]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held within 0 to 255 before the cast"
)]
fn channel(value: f32) -> u8 {
    value.clamp(0.0, 255.0) as u8
}
