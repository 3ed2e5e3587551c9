//! A view of an island as somebody sees it who comes by boat, a little above the masts.

use glam::{Vec2, Vec3};
use shared::coords::VoxelPos;

use super::image::Image;
use super::light::Light;
use super::noise::hash_unit;
use super::scene::Scene;
use crate::bake::BakedIsland;

/// Width of half the picture at distance 1: a lens of 52 degrees.
const HALF_WIDTH: f32 = 0.488;
/// Rays per pixel and axis.
const SAMPLES: usize = 2;
/// How much light reaches the film.
const EXPOSURE: f32 = 0.55;
/// Haze depth in distances of the eye from the island: enough to set the far shore apart from the near one.
const HAZE_DISTANCES: f32 = 9.0;

/// Where the view is taken from.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Viewpoint {
    /// Degrees clockwise from north in which the eye stands, seen from the island; `None` = the side from
    /// which the land rises away.
    pub from_deg: Option<f32>,
    /// Degrees above the horizon, seen from the island; `None` = low for mountains, higher for flat land.
    pub above_deg: Option<f32>,
    /// Cuts the island open to show what is inside: whatever lies further towards the eye than so many metres from the
    /// island's middle is left out, to the north, east, south or west, whichever is next to `from_deg`.
    pub cut_m: Option<i32>,
}

struct Camera {
    eye: Vec3,
    right: Vec3,
    up: Vec3,
    forward: Vec3,
}

/// Draws the view, `width` x `height` pixels.
pub fn view(baked: &BakedIsland, viewpoint: Viewpoint, width: usize, height: usize) -> Image {
    let mut scene = Scene::new(baked);
    let aspect = height as f32 / width.max(1) as f32;
    let mut land = Land::of(&scene);
    let from = viewpoint.from_deg.map_or_else(|| land.low_side(), compass);
    if let Some(cut_m) = viewpoint.cut_m {
        scene = scene.cut(from, cut_m);
        land = Land::of(&scene);
    }
    let camera = land.frame(from, viewpoint.above_deg, aspect);
    // Light from the side gives every slope a bright and a dark half.
    let sun = Vec3::new(from.x * 0.35 - from.y * 0.94, from.y * 0.35 + from.x * 0.94, 0.70);
    let light = Light::afternoon(sun).with_haze(camera.eye.distance(land.middle) * HAZE_DISTANCES);
    Image::from_fn(width, height, |x, y| {
        let mut sum = Vec3::ZERO;
        for sample in 0..SAMPLES * SAMPLES {
            let key = |salt: usize| {
                let number = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
                hash_unit(number(x), number(y), number(sample * 4 + salt))
            };
            let inside = Vec2::new(
                (sample % SAMPLES) as f32 + key(0),
                (sample / SAMPLES) as f32 + key(1),
            );
            let pixel = Vec2::new(x as f32, y as f32) + inside / SAMPLES as f32;
            let ray = camera.ray(pixel / Vec2::new(width as f32, height as f32), aspect);
            sum += light.look(&scene, camera.eye, ray, Vec2::new(key(2), key(3)));
        }
        film(sum / (SAMPLES * SAMPLES) as f32 * EXPOSURE)
    })
}

/// Film-like response: highlights roll off instead of clipping (Narkowicz 2015, fitted to ACES).
pub(super) fn film(light: Vec3) -> Vec3 {
    (light * (light * 2.51 + 0.03)) / (light * (light * 2.43 + 0.59) + 0.14)
}

/// Unit vector of a compass direction on the plane.
#[expect(clippy::cast_possible_truncation, reason = "rounding to `f32` is meant")]
fn compass(degrees: f32) -> Vec2 {
    let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
    Vec2::new(sin as f32, cos as f32)
}

impl Camera {
    /// The direction through a place of the picture, (0, 0) top left to (1, 1) bottom right.
    fn ray(&self, place: Vec2, aspect: f32) -> Vec3 {
        let across = (place.x * 2.0 - 1.0) * HALF_WIDTH;
        let down = (place.y * 2.0 - 1.0) * HALF_WIDTH * aspect;
        (self.forward + self.right * across - self.up * down).normalize_or(Vec3::Y)
    }

    /// Where a point lies on the picture, -1 to 1 from left to right and from bottom to top.
    fn project(&self, point: Vec3, aspect: f32) -> Vec2 {
        let to = point - self.eye;
        let depth = to.dot(self.forward).max(1.0);
        Vec2::new(
            to.dot(self.right) / depth / HALF_WIDTH,
            to.dot(self.up) / depth / (HALF_WIDTH * aspect),
        )
    }
}

/// Points of the land that a picture has to hold.
struct Land {
    points: Vec<Vec3>,
    middle: Vec3,
    highest_m: f32,
}

impl Land {
    /// Every fourth column above the sea or just below it, where reefs are; the corners of the box when there
    /// is none.
    fn of(scene: &Scene<'_>) -> Self {
        /// Lowest ground that a picture has to hold.
        const SHALLOW_M: f32 = -2.0;
        let (min, max) = scene.corners();
        let columns = (min.y..max.y)
            .step_by(4)
            .flat_map(|y| (min.x..max.x).step_by(4).map(move |x| (x, y)));
        let mut points: Vec<Vec3> = columns
            .map(|(x, y)| (x, y, scene.column(x, y)))
            .filter(|(.., column)| column.ground_m > SHALLOW_M)
            .map(|(x, y, column)| Vec3::new(x as f32, y as f32, (column.top as f32).max(column.ground_m)))
            .collect();
        if points.is_empty() {
            points = corners(min, max);
        }
        let sum = points.iter().fold(Vec3::ZERO, |sum, point| sum + *point);
        let highest_m = points.iter().fold(0.0_f32, |highest, point| highest.max(point.z));
        Self {
            middle: sum / points.len().max(1) as f32,
            points,
            highest_m,
        }
    }

    /// The direction from the high ground to the low ground, from where the island rises into the picture.
    fn low_side(&self) -> Vec2 {
        let weight: f32 = self.points.iter().map(|point| point.z * point.z).sum();
        let high = self.points.iter().fold(Vec2::ZERO, |sum, point| {
            sum + point.truncate() * (point.z * point.z)
        });
        let down = self.middle.truncate() - high / weight.max(1.0);
        // A perfectly even island is looked at from the south-south-west.
        (down + Vec2::new(-0.35, -0.94)).normalize_or(Vec2::NEG_Y)
    }

    /// A camera from this side that holds all land with sea around it and sky above.
    fn frame(&self, from: Vec2, above_deg: Option<f32>, aspect: f32) -> Camera {
        let reach = self
            .points
            .iter()
            .map(|point| point.distance(self.middle))
            .fold(32.0_f32, f32::max);
        let relief = (self.highest_m / reach).clamp(0.0, 0.6);
        let above_deg = above_deg.unwrap_or(17.0 - 14.0 * relief).clamp(3.0, 80.0);
        let elevation = compass(above_deg);
        let slope = elevation.x / elevation.y;
        let (mut near, mut far) = (reach * 0.5, reach * 12.0);
        let mut camera = self.camera(from, slope, far, aspect);
        for _ in 0..24 {
            let distance = f32::midpoint(near, far);
            let attempt = self.camera(from, slope, distance, aspect);
            let (low, high) = self.extent(&attempt, aspect);
            let fits = low.x > -0.93 && high.x < 0.93 && high.y - low.y < 1.3;
            if fits {
                far = distance;
                camera = attempt;
            } else {
                near = distance;
            }
        }
        camera
    }

    /// A camera at a distance, turned so that the land lies in the middle, a little low.
    fn camera(&self, from: Vec2, slope: f32, distance: f32, aspect: f32) -> Camera {
        let ground = Vec3::new(self.middle.x, self.middle.y, 0.0);
        let eye = ground + Vec3::new(from.x, from.y, slope) * distance;
        let mut forward = (ground - eye).normalize_or(Vec3::Y);
        let mut camera = Camera::looking(eye, forward);
        for _ in 0..4 {
            let (low, high) = self.extent(&camera, aspect);
            let off = (low + high) / 2.0 - Vec2::new(0.0, -0.14);
            forward = camera.forward
                + camera.right * (off.x * HALF_WIDTH)
                + camera.up * (off.y * HALF_WIDTH * aspect);
            camera = Camera::looking(eye, forward.normalize_or(Vec3::Y));
        }
        camera
    }

    fn extent(&self, camera: &Camera, aspect: f32) -> (Vec2, Vec2) {
        let empty = (Vec2::splat(f32::INFINITY), Vec2::splat(f32::NEG_INFINITY));
        self.points.iter().fold(empty, |(low, high), point| {
            let at = camera.project(*point, aspect);
            (low.min(at), high.max(at))
        })
    }
}

impl Camera {
    fn looking(eye: Vec3, forward: Vec3) -> Self {
        let right = forward.cross(Vec3::Z).normalize_or(Vec3::X);
        Self {
            eye,
            right,
            up: right.cross(forward),
            forward,
        }
    }
}

fn corners(min: VoxelPos, max: VoxelPos) -> Vec<Vec3> {
    let sides = [(min.x, min.y), (max.x, min.y), (min.x, max.y), (max.x, max.y)];
    sides.map(|(x, y)| Vec3::new(x as f32, y as f32, 0.0)).to_vec()
}
