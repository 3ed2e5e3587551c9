//! The chart: all islands of a project at their places, with names, portals and sea lanes.

use glam::{Vec2, Vec3};
use shared::attribute::Rgb;
use shared::coords::{ChartPos, ColumnPos};
use shared::ids::{PoiId, PortalId};
use shared::island::Island;
use shared::project::Project;

use super::draw::{Lettering, Pen, disc, polyline, ring, text, text_centred, text_width, triangle};
use super::image::{Image, linear};
use super::noise::fractal;
use super::scene::ground_m;
use crate::bake::BakedIsland;

/// Length of the longer side in pixels.
const LONGER_SIDE_PX: f32 = 2048.0;
/// The shorter side is at least this share of the longer one, so that a row of islands is still a chart.
const MIN_ASPECT: f32 = 0.6;
/// Sea around the islands, as a share of their extent.
const MARGIN: f32 = 0.14;
/// Heights of the sea floor between which an island's own water fades into the sea of the chart, in metres.
const FADE_M: (f32, f32) = (-22.5, -9.0);
/// Points per span of a smooth lane.
const LANE_STEPS: u8 = 24;

const SEA: Rgb = Rgb { r: 22, g: 74, b: 104 };
const DEEP: Rgb = Rgb { r: 14, g: 52, b: 80 };
const INK: Rgb = Rgb {
    r: 244,
    g: 238,
    b: 222,
};
const SHADE: Rgb = Rgb { r: 9, g: 34, b: 54 };
const LANE: Rgb = Rgb {
    r: 250,
    g: 230,
    b: 178,
};
const PORTAL: Rgb = Rgb {
    r: 214,
    g: 164,
    b: 255,
};

/// One island of the chart.
#[derive(Clone, Copy)]
pub struct ChartIsland<'a> {
    /// Its place, name and records.
    pub island: &'a Island,
    /// Its ground.
    pub baked: &'a BakedIsland,
    /// Its [`super::top_view()`], any scale.
    pub picture: &'a Image,
}

/// Where the chart's metres lie on the picture.
struct Frame {
    /// North-west corner of the picture, in metres.
    corner: Vec2,
    px_per_m: f32,
    size_px: Vec2,
}

/// Draws the chart.
pub fn chart(project: &Project, islands: &[ChartIsland<'_>]) -> Image {
    let frame = Frame::around(project, islands);
    let mut image = sea(&frame);
    graticule(&mut image, &frame);
    for island in islands {
        lay_island(&mut image, &frame, island);
    }
    let lanes = lane_lines(project, &frame);
    for line in &lanes {
        draw_lane(&mut image, line);
    }
    for portal in project
        .islands
        .values()
        .flat_map(|island| island.portals.values())
    {
        let target = portal.to.and_then(|to| portal_place(project, to));
        if let (Some(from), Some(to)) = (portal_place(project, portal.id), target) {
            draw_portal(&mut image, &frame, from, to);
        }
    }
    for island in islands {
        name_island(&mut image, &frame, island, &lanes);
    }
    furniture(&mut image, &frame, project);
    image
}

impl Frame {
    fn around(project: &Project, islands: &[ChartIsland<'_>]) -> Self {
        let mut low = Vec2::splat(f32::INFINITY);
        let mut high = Vec2::splat(f32::NEG_INFINITY);
        for island in islands {
            let middle = metres(island.island.chart);
            let half = Vec2::new(
                island.baked.bounds().width() as f32,
                island.baked.bounds().depth() as f32,
            ) / 2.0;
            low = low.min(middle - half);
            high = high.max(middle + half);
        }
        for lane in project.islands.values().flat_map(|island| island.lanes.values()) {
            for point in &lane.via {
                low = low.min(metres(*point));
                high = high.max(metres(*point));
            }
        }
        if !(low.is_finite() && high.is_finite()) {
            (low, high) = (Vec2::splat(-256.0), Vec2::splat(256.0));
        }
        let extent = high - low;
        let longer = extent.max_element().max(1.0) * (1.0 + 2.0 * MARGIN);
        let extent_m = (extent * (1.0 + 2.0 * MARGIN)).max(Vec2::splat(longer * MIN_ASPECT));
        let middle = (low + high) / 2.0;
        let px_per_m = LONGER_SIDE_PX / longer;
        Self {
            corner: Vec2::new(middle.x - extent_m.x / 2.0, middle.y + extent_m.y / 2.0),
            px_per_m,
            size_px: (extent_m * px_per_m).round(),
        }
    }

    fn px(&self, place_m: Vec2) -> Vec2 {
        Vec2::new(place_m.x - self.corner.x, self.corner.y - place_m.y) * self.px_per_m
    }

    fn metres(&self, pixel: Vec2) -> Vec2 {
        Vec2::new(
            self.corner.x + pixel.x / self.px_per_m,
            self.corner.y - pixel.y / self.px_per_m,
        )
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes are at most LONGER_SIDE_PX"
)]
fn sea(frame: &Frame) -> Image {
    let (width, height) = (frame.size_px.x as usize, frame.size_px.y as usize);
    let (shallow, deep) = (linear(SEA), linear(DEEP));
    Image::from_fn(width, height, |x, y| {
        let pixel = Vec2::new(x as f32, y as f32);
        let swell = 0.5 + 0.5 * fractal(pixel / 310.0, 4);
        let paper = 1.0 + 0.035 * fractal(pixel / 3.1, 2);
        let off = (pixel / frame.size_px - 0.5) * 2.0;
        let vignette = 1.0 - 0.28 * off.length_squared() * 0.5;
        shallow.lerp(deep, swell) * paper * vignette
    })
}

fn graticule(image: &mut Image, frame: &Frame) {
    let pen = Pen {
        colour: linear(INK),
        alpha: 0.07,
        width_px: 1.2,
        dash_px: None,
    };
    let step_m = round_length(frame.size_px.max_element() / frame.px_per_m / 8.0);
    let (low, high) = (
        frame.metres(Vec2::new(0.0, frame.size_px.y)),
        frame.metres(Vec2::new(frame.size_px.x, 0.0)),
    );
    let mut x = (low.x / step_m).ceil() * step_m;
    while x < high.x {
        polyline(
            image,
            &[frame.px(Vec2::new(x, high.y)), frame.px(Vec2::new(x, low.y))],
            pen,
        );
        x += step_m;
    }
    let mut y = (low.y / step_m).ceil() * step_m;
    while y < high.y {
        polyline(
            image,
            &[frame.px(Vec2::new(low.x, y)), frame.px(Vec2::new(high.x, y))],
            pen,
        );
        y += step_m;
    }
}

/// The largest of 1, 2, 5 times a power of ten that is not above `length_m`.
fn round_length(length_m: f32) -> f32 {
    let mut power = 1.0;
    while power * 10.0 <= length_m {
        power *= 10.0;
    }
    [5.0, 2.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|length| *length <= length_m)
        .unwrap_or(power)
}

/// Lays the island's picture down, its own water fading into that of the chart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "coordinates inside the picture"
)]
fn lay_island(image: &mut Image, frame: &Frame, island: &ChartIsland<'_>) {
    let bounds = island.baked.bounds();
    let middle = metres(island.island.chart);
    let half = Vec2::new(bounds.width() as f32, bounds.depth() as f32) / 2.0;
    let scale = island.picture.width() as f32 / bounds.width() as f32;
    let first = frame.px(Vec2::new(middle.x - half.x, middle.y + half.y)).floor();
    let last = frame.px(Vec2::new(middle.x + half.x, middle.y - half.y)).ceil();
    // Each chart pixel is the mean of the picture's pixels below it.
    let side = (scale / frame.px_per_m).ceil().max(1.0);
    for y in first.y as i64..last.y as i64 {
        for x in first.x as i64..last.x as i64 {
            let local = frame.metres(Vec2::new(x as f32, y as f32)) - middle;
            if local.abs().cmpge(half).any() {
                continue;
            }
            let column = ColumnPos::new(local.x.floor() as i32, local.y.floor() as i32);
            let shore = (ground_m(island.baked, column) - FADE_M.0) / (FADE_M.1 - FADE_M.0);
            let edge = ((half - local.abs()).min_element() / 24.0).clamp(0.0, 1.0);
            let alpha = shore.clamp(0.0, 1.0);
            let alpha = alpha * alpha * (3.0 - 2.0 * alpha) * edge;
            if alpha > 0.0 {
                let corner = Vec2::new(local.x + half.x, half.y - local.y) * scale;
                image.blend(x, y, mean(island.picture, corner, side as usize), alpha);
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "coordinates inside the picture"
)]
fn mean(picture: &Image, corner: Vec2, side: usize) -> Vec3 {
    let last = (
        picture.width().saturating_sub(1),
        picture.height().saturating_sub(1),
    );
    let mut sum = Vec3::ZERO;
    for dy in 0..side {
        for dx in 0..side {
            sum += picture.at(
                (corner.x as usize + dx).min(last.0),
                (corner.y as usize + dy).min(last.1),
            );
        }
    }
    sum / (side * side) as f32
}

/// The line of every sea lane whose ends exist, in pixels.
fn lane_lines(project: &Project, frame: &Frame) -> Vec<Vec<Vec2>> {
    let lanes = project.islands.values().flat_map(|island| island.lanes.values());
    lanes
        .filter_map(|lane| {
            let (from, to) = (poi_place(project, lane.from)?, poi_place(project, lane.to)?);
            let via = lane.via.iter().map(|point| metres(*point));
            let stops: Vec<Vec2> = std::iter::once(from)
                .chain(via)
                .chain([to])
                .map(|stop| frame.px(stop))
                .collect();
            Some(smooth_line(&stops))
        })
        .collect()
}

/// A smooth line through the stops (Catmull and Rom 1974).
fn smooth_line(stops: &[Vec2]) -> Vec<Vec2> {
    let last = stops.len().saturating_sub(1);
    let at = |index: usize| stops.get(index.min(last)).copied().unwrap_or_default();
    let mut line = Vec::new();
    for span in 0..last {
        let (before, from, to, after) = (at(span.saturating_sub(1)), at(span), at(span + 1), at(span + 2));
        for step in 0..LANE_STEPS {
            let t = f32::from(step) / f32::from(LANE_STEPS);
            let linear_part = (to - before) * t;
            let square = (before * 2.0 - from * 5.0 + to * 4.0 - after) * t * t;
            let cube = (from * 3.0 - before - to * 3.0 + after) * t * t * t;
            line.push(from + (linear_part + square + cube) * 0.5);
        }
    }
    line.push(at(last));
    line
}

/// A dashed line with a dot at each end.
fn draw_lane(image: &mut Image, line: &[Vec2]) {
    let pen = |rgb: Rgb, alpha: f32, width_px: f32| Pen {
        colour: linear(rgb),
        alpha,
        width_px,
        dash_px: Some((15.0, 10.0)),
    };
    polyline(image, line, pen(SHADE, 0.35, 6.0));
    polyline(image, line, pen(LANE, 0.95, 2.8));
    for end in [line.first(), line.last()].into_iter().flatten().copied() {
        disc(image, end, 7.5, linear(SHADE), 0.7);
        disc(image, end, 5.5, linear(LANE), 1.0);
        disc(image, end, 2.2, linear(SHADE), 1.0);
    }
}

/// A dotted arc between two portal rings.
fn draw_portal(image: &mut Image, frame: &Frame, from_m: Vec2, to_m: Vec2) {
    let (from, to) = (frame.px(from_m), frame.px(to_m));
    let across = (to - from).perp() * 0.13;
    let knee = (from + to) / 2.0 + across;
    let line: Vec<Vec2> = (0..=48_u8)
        .map(|step| {
            let t = f32::from(step) / 48.0;
            from.lerp(knee, t).lerp(knee.lerp(to, t), t)
        })
        .collect();
    let pen = |rgb: Rgb, alpha: f32, width_px: f32, dash_px: Option<(f32, f32)>| Pen {
        colour: linear(rgb),
        alpha,
        width_px,
        dash_px,
    };
    polyline(image, &line, pen(PORTAL, 0.55, 2.0, Some((2.5, 9.0))));
    for end in [from, to] {
        disc(image, end, 9.0, linear(SHADE), 0.45);
        ring(image, end, 6.5, pen(PORTAL, 1.0, 2.6, None));
        disc(image, end, 2.0, linear(INK), 1.0);
    }
}

/// The island's name under its land, or above it where a sea lane runs through the place below.
fn name_island(image: &mut Image, frame: &Frame, island: &ChartIsland<'_>, lanes: &[Vec<Vec2>]) {
    let bounds = island.baked.bounds();
    let (min, max) = (bounds.min(), bounds.max());
    let has_land = |y: i32| {
        (min.x..max.x)
            .step_by(4)
            .any(|x| ground_m(island.baked, ColumnPos::new(x, y)) > 0.0)
    };
    let south = (min.y..max.y).step_by(4).find(|y| has_land(*y)).unwrap_or(min.y);
    let north = (min.y..max.y)
        .step_by(4)
        .rev()
        .find(|y| has_land(*y))
        .unwrap_or(max.y);
    let lettering = Lettering {
        colour: linear(INK),
        halo: linear(SHADE),
        size_px: 38.0,
        spacing_px: 2.5,
    };
    let name = match island.island.name.as_str() {
        "" => &island.island.slug,
        name => name,
    };
    let half = Vec2::new(text_width(name, lettering) / 2.0, lettering.size_px / 2.0);
    let middle = metres(island.island.chart);
    let places = [(south, 34.0), (north, -34.0)].map(|(y, off_px)| {
        let place = frame.px(Vec2::new(middle.x, middle.y + y as f32)) + Vec2::new(0.0, off_px);
        let low = (half + 40.0).min(frame.size_px / 2.0);
        place.clamp(low, frame.size_px - low)
    });
    let is_free = |place: &Vec2| {
        let crossed = |point: &Vec2| (*point - *place).abs().cmple(half + 8.0).all();
        !lanes.iter().flatten().any(crossed)
    };
    let place = places.into_iter().find(is_free).unwrap_or(places[0]);
    text_centred(image, place, name, lettering);
}

/// Title, scale bar, compass rose and border.
fn furniture(image: &mut Image, frame: &Frame, project: &Project) {
    let size = frame.size_px;
    let ink = Pen {
        colour: linear(INK),
        alpha: 0.8,
        width_px: 2.0,
        dash_px: None,
    };
    for (inset, width_px, alpha) in [(18.0, 3.0, 0.75), (27.0, 1.2, 0.55)] {
        let (low, high) = (Vec2::splat(inset), size - inset);
        let corners = [low, Vec2::new(high.x, low.y), high, Vec2::new(low.x, high.y), low];
        polyline(
            image,
            &corners,
            Pen {
                alpha,
                width_px,
                ..ink
            },
        );
    }
    let title = Lettering {
        colour: linear(INK),
        halo: linear(SHADE),
        size_px: 76.0,
        spacing_px: 5.0,
    };
    text(image, Vec2::new(58.0, 48.0), &project.settings.name, title);
    let small = Lettering {
        size_px: 26.0,
        spacing_px: 1.0,
        ..title
    };
    let length_m = round_length(size.x * 0.2 / frame.px_per_m);
    let from = Vec2::new(64.0, size.y - 64.0);
    let to = from + Vec2::new(length_m * frame.px_per_m, 0.0);
    let tick = Vec2::new(0.0, 9.0);
    polyline(
        image,
        &[from - tick, from, to, to - tick],
        Pen { width_px: 3.0, ..ink },
    );
    text_centred(
        image,
        (from + to) / 2.0 - Vec2::new(0.0, 18.0),
        &format!("{length_m} m"),
        small,
    );
    rose(image, size - Vec2::splat(128.0), small);
}

fn rose(image: &mut Image, middle: Vec2, lettering: Lettering) {
    let (light, dark) = (linear(INK), linear(SHADE));
    let point = |image: &mut Image, towards: Vec2, length_px: f32| {
        let side = towards.perp() * length_px * 0.16;
        let tip = middle + towards * length_px;
        let foot = middle + towards * length_px * 0.16;
        triangle(image, [middle, foot + side, tip], light);
        triangle(image, [middle, foot - side, tip], dark);
    };
    let half = std::f32::consts::FRAC_1_SQRT_2;
    for (x, y) in [(half, half), (-half, half), (half, -half), (-half, -half)] {
        point(image, Vec2::new(x, y), 34.0);
    }
    for towards in [Vec2::X, Vec2::NEG_X, Vec2::Y, Vec2::NEG_Y] {
        point(image, towards, 62.0);
    }
    let pen = Pen {
        colour: light,
        alpha: 0.6,
        width_px: 1.4,
        dash_px: None,
    };
    ring(image, middle, 44.0, pen);
    text_centred(image, middle - Vec2::new(0.0, 78.0), "N", lettering);
}

fn metres(place: ChartPos) -> Vec2 {
    Vec2::new(place.x_m, place.y_m)
}

fn poi_place(project: &Project, id: PoiId) -> Option<Vec2> {
    project.islands.values().find_map(|island| {
        let poi = island.pois.get(&id)?;
        Some(metres(island.chart) + Vec2::new(poi.x_m, poi.y_m))
    })
}

fn portal_place(project: &Project, id: PortalId) -> Option<Vec2> {
    project.islands.values().find_map(|island| {
        let portal = island.portals.get(&id)?;
        Some(metres(island.chart) + Vec2::new(portal.x_m, portal.y_m))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_bars_have_round_lengths() {
        for (longest, expected) in [(1.0, 1.0), (4.9, 2.0), (5.0, 5.0), (99.0, 50.0), (731.0, 500.0)] {
            assert_eq!(round_length(longest), expected);
        }
    }

    #[test]
    fn lanes_run_through_their_stops() {
        let stops = [Vec2::new(0.0, 0.0), Vec2::new(50.0, 80.0), Vec2::new(120.0, 10.0)];
        let line = smooth_line(&stops);
        for stop in stops {
            assert!(line.iter().any(|point| point.distance(stop) < 1e-3), "{stop}");
        }
        assert!(
            line.windows(2).all(|pair| pair[0].distance(pair[1]) < 12.0),
            "no jumps"
        );
        assert!(smooth_line(&[]).len() <= 1);
    }

    #[test]
    fn pixels_and_metres_are_inverse_and_an_empty_project_is_a_chart_of_the_sea() {
        let frame = Frame::around(&Project::default(), &[]);
        let place = Vec2::new(-31.0, 77.5);
        assert!(frame.metres(frame.px(place)).distance(place) < 1e-2);
        let image = chart(&Project::default(), &[]);
        assert_eq!((image.width(), image.height()), (2048, 2048));
    }
}
