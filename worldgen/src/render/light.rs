//! Sun, sky, sea and haze: what colour a ray brings home.
//!
//! A small path: one ray from the eye, one to the sun, corner occlusion on voxel faces, a mirror ray and a
//! refracted ray on water. Everything is a function of the ray, so pictures are the same on every run.

use glam::{IVec3, Vec2, Vec3};
use shared::coords::VoxelPos;

use super::image::linear;
use super::noise::{fractal, hash_unit, value_noise};
use super::scene::{Hit, Scene, Stop};
use crate::material::Material;

/// Where the water's face is drawn, in metres: a hand below sea level, so that it never fights with the
/// top faces of a beach at z = 0.
const WATER_LEVEL_M: f32 = -0.18;
/// Depth of the open sea, where an island's own floor ends.
const SEA_FLOOR_M: f32 = -24.0;
/// Width of the rim of an island's box over which its floor fades into that of the open sea, in metres.
const FLOOR_FADE_M: f32 = 32.0;
/// Beyond this distance haze has swallowed the sea, and a level ray would meet it at infinity.
const FARTHEST_WATER_M: f32 = 1.0e5;
/// How much light a metre of sea water swallows, per channel: red goes first.
const WATER_ABSORPTION: Vec3 = Vec3::new(0.30, 0.075, 0.060);
/// Light that the water itself sends back.
const WATER_GLOW: Vec3 = Vec3::new(0.004, 0.085, 0.120);
/// Refractive index of sea water.
const WATER_INDEX: f32 = 1.34;

/// The weather of a picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Light {
    /// Towards the sun, unit length.
    pub(super) sun: Vec3,
    pub(super) sun_colour: Vec3,
    /// Light from straight above.
    pub(super) zenith: Vec3,
    /// Light from the horizon, which is also the colour of haze.
    pub(super) horizon: Vec3,
    /// Distance in metres after which two thirds of a colour are haze; infinite for none.
    pub(super) haze_m: f32,
    pub(super) shading: Shading,
}

/// How faces are lit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shading {
    /// As the faces of voxels that they are.
    Voxels,
    /// By the real heights before they became voxels: relief instead of steps, for pictures from above.
    Relief,
}

impl Light {
    /// A clear late afternoon with the sun in the given direction (need not be of unit length).
    pub(super) fn afternoon(sun: Vec3) -> Self {
        Self {
            sun: sun.normalize_or(Vec3::Z),
            sun_colour: Vec3::new(3.1, 2.62, 1.95),
            zenith: Vec3::new(0.11, 0.28, 0.70),
            horizon: Vec3::new(0.56, 0.75, 0.96),
            haze_m: 2600.0,
            shading: Shading::Voxels,
        }
    }

    /// The same light in air through which one sees this far.
    pub(super) fn with_haze(self, haze_m: f32) -> Self {
        Self { haze_m, ..self }
    }

    /// The light of maps: from the north-west, as cartographers draw it, without haze.
    pub(super) fn map() -> Self {
        Self {
            haze_m: f32::INFINITY,
            shading: Shading::Relief,
            ..Self::afternoon(Vec3::new(-0.62, 0.55, 0.72))
        }
    }

    /// What an eye sees along a ray; `jitter` (two numbers from 0 to 1) moves the sun within its disc, so
    /// that the mean of several rays has soft shadows.
    pub(super) fn look(&self, scene: &Scene<'_>, origin: Vec3, direction: Vec3, jitter: Vec2) -> Vec3 {
        let to_water = (WATER_LEVEL_M - origin.z) / direction.z;
        let water = (0.0..FARTHEST_WATER_M).contains(&to_water).then_some(to_water);
        let reach = water.unwrap_or(f32::INFINITY);
        let hit = scene.trace_to(Stop::SolidOrFreshWater, origin, direction, reach);
        match (hit, water) {
            (Some(hit), _) if hit.material == Material::Water => {
                let at = origin + direction * hit.t;
                let colour = if hit.normal.z > 0 {
                    self.water(scene, at, direction, jitter, 0.0)
                } else {
                    self.falling_water(scene, at, hit.normal.as_vec3(), jitter)
                };
                self.hazed(colour, direction, hit.t)
            }
            (Some(hit), _) => {
                let colour = self.surface(scene, &hit, origin + direction * hit.t, jitter);
                self.hazed(colour, direction, hit.t)
            }
            (None, Some(t)) => {
                let at = origin + direction * t;
                let distance_m = scene.smooth(at.x, at.y, |column| column.coast_m);
                let foam = match foam(at, distance_m) {
                    foam if foam > 0.0 => foam * surf(scene, at, distance_m),
                    calm => calm,
                };
                let colour = self.water(scene, at, direction, jitter, foam);
                self.hazed(colour, direction, t)
            }
            (None, None) => self.sky(direction),
        }
    }

    /// The same colour behind `distance_m` of air.
    fn hazed(&self, colour: Vec3, direction: Vec3, distance_m: f32) -> Vec3 {
        let share = distance_m / self.haze_m;
        // 1 - exp(-s) to a few percent, which is all that haze needs.
        let haze = 1.0 - 1.0 / (1.0 + share + 0.5 * share * share);
        let towards_sun = direction.dot(self.sun).max(0.0);
        colour.lerp(
            self.horizon + self.sun_colour * 0.08 * towards_sun * towards_sun,
            haze,
        )
    }

    /// The colour of the sky.
    fn sky(&self, direction: Vec3) -> Vec3 {
        let cloud = clouds(direction);
        self.clear_sky(direction)
            .lerp(Vec3::new(0.98, 0.97, 0.95) + self.sun_colour * 0.05, cloud)
    }

    /// The sky behind the clouds; what the sea mirrors, for its ripples blur clouds away.
    fn clear_sky(&self, direction: Vec3) -> Vec3 {
        let up = direction.z.max(0.0);
        let blue = 1.0 - (1.0 - up) * (1.0 - up) * (1.0 - up);
        let clear = self.horizon.lerp(self.zenith, blue);
        let towards_sun = direction.dot(self.sun).max(0.0);
        let glow = self.sun_colour * (0.10 * power(towards_sun, 6) + 0.5 * power(towards_sun, 90));
        clear + glow
    }

    /// A lit face.
    fn surface(&self, scene: &Scene<'_>, hit: &Hit, at: Vec3, jitter: Vec2) -> Vec3 {
        let column = scene.column(hit.voxel.x, hit.voxel.y);
        let is_ground = (hit.voxel.z as f32) < column.ground_m;
        let (normal, start, open) = match self.shading {
            Shading::Voxels => {
                let face = hit.normal.as_vec3();
                let open = corner_light(scene, hit, at);
                // On open ground the real slope is lit as well, and a step casts no shadow on the next one: a smooth slope
                // beside the light would be all teeth. Far below the ground's top, in caves, only faces count.
                let depth_m = column.ground_m - hit.voxel.z as f32;
                let share = ((5.0 - depth_m) / 3.0).clamp(0.0, 1.0);
                if is_ground && hit.normal.z >= 0 && share > 0.0 {
                    let normal = (face + relief(scene, at, true) * share).normalize_or(face);
                    (normal, at + face * 0.01 + Vec3::Z * (1.1 * share), open)
                } else {
                    (face, at + face * 0.01, open)
                }
            }
            // The ray to the sun starts above the voxel's own step, or every step would cast a shadow.
            Shading::Relief => (relief(scene, at, is_ground), at + Vec3::Z * 1.3, 1.0),
        };
        let facing = normal.dot(self.sun).max(0.0);
        let sunlit = facing > 0.0
            && scene
                .trace(start, self.towards_sun(jitter), f32::INFINITY)
                .is_none();
        let sun = if sunlit {
            self.sun_colour * facing
        } else {
            Vec3::ZERO
        };
        let sky_share = if is_ground { column.sky } else { 1.0 };
        let from_above = 0.76 + 0.24 * normal.z;
        let sky = (self.zenith * 0.9 + self.horizon * 0.46) * from_above * sky_share;
        // Light that the ground throws back; warm, and strongest on faces that look sideways.
        let bounce = self.sun_colour * Vec3::new(0.075, 0.065, 0.045) * (1.0 - normal.z.max(0.0) * 0.6);
        tinted(hit) * (sun * (0.55 + 0.45 * open) + (sky + bounce) * open)
    }

    /// Water that falls: white, in streaks.
    fn falling_water(&self, scene: &Scene<'_>, at: Vec3, normal: Vec3, jitter: Vec2) -> Vec3 {
        let start = at + normal * 0.05;
        let sunlit = scene
            .trace(start, self.towards_sun(jitter), f32::INFINITY)
            .is_none();
        let sun = if sunlit { self.sun_colour } else { Vec3::ZERO };
        let across = at.x * (1.0 - normal.x.abs()) + at.y * (1.0 - normal.y.abs());
        let streak = 0.5 + 0.5 * fractal(Vec2::new(across * 3.1, at.z * 0.5), 2);
        let white = sun * 0.30 + self.horizon * 0.50 + self.zenith * 0.1;
        white.lerp(WATER_GLOW * 2.0 + self.zenith * 0.35, 0.45 * streak)
    }

    /// Water at a point of its face.
    fn water(&self, scene: &Scene<'_>, at: Vec3, direction: Vec3, jitter: Vec2, foam: f32) -> Vec3 {
        let normal = ripples(at);
        let cosine = (-direction.dot(normal)).clamp(0.0, 1.0);
        let mirror = reflectance(cosine) * 0.8;
        let reflected = direction - normal * (2.0 * direction.dot(normal));
        let reflected = Vec3::new(reflected.x, reflected.y, reflected.z.max(0.02)).normalize_or(Vec3::Z);
        let start = at + Vec3::Z * 0.2;
        let image = match scene.trace(start, reflected, 400.0) {
            Some(hit) => self.surface(scene, &hit, start + reflected * hit.t, jitter),
            None => self.clear_sky(reflected),
        };
        let below = self.under_water(scene, at, direction, normal);
        let glint = power(reflected.dot(self.sun).max(0.0), 220) * 2.2;
        let shaded = scene
            .trace(start, self.towards_sun(jitter), f32::INFINITY)
            .is_some();
        let sun = if shaded { Vec3::ZERO } else { self.sun_colour };
        let colour = below.lerp(image, mirror) + sun * glint;
        colour.lerp(sun * 0.30 + self.horizon * 0.55, foam)
    }

    fn under_water(&self, scene: &Scene<'_>, at: Vec3, direction: Vec3, normal: Vec3) -> Vec3 {
        let bent = refracted(direction, normal);
        let start = at - Vec3::Z * 0.01;
        let caustic = |path_m: f32| {
            let place = start + bent * path_m;
            0.85 + 0.5 * fractal(Vec2::new(place.x, place.y) * 0.35, 2).max(0.0)
        };
        // Outside the island's box the sea floor goes on, level.
        let open_m = (SEA_FLOOR_M - at.z) / bent.z.min(-0.05);
        let gravel = linear(Material::Gravel.colour()) * self.light_in_water();
        let (ground, path_m) = match scene.trace(start, bent, 200.0) {
            Some(hit) => {
                // Towards the box's sides its own floor gives way to that.
                let share = (scene.inside_m(at.x, at.y) / FLOOR_FADE_M).clamp(0.0, 1.0);
                let own = self.sunken(&hit) * caustic(hit.t);
                (
                    (gravel * caustic(open_m)).lerp(own, share),
                    open_m + (hit.t - open_m) * share,
                )
            }
            None => (gravel * caustic(open_m), open_m),
        };
        // Light comes down through the water as well as back up.
        let depth_m = path_m * (1.0 + 0.6 * -bent.z);
        let left = (WATER_ABSORPTION * -depth_m).exp();
        ground * left + WATER_GLOW * (Vec3::ONE - left) * (0.7 + 0.3 * self.sun.z) * 1.6
    }

    /// A face under water, where light comes from all sides and steps have no dark side.
    fn sunken(&self, hit: &Hit) -> Vec3 {
        let side = if hit.normal.z > 0 { 1.0 } else { 0.86 };
        tinted(hit) * self.light_in_water() * side
    }

    fn light_in_water(&self) -> Vec3 {
        self.sun_colour * (self.sun.z * 0.85) + self.zenith + self.horizon * 0.3
    }

    fn towards_sun(&self, jitter: Vec2) -> Vec3 {
        let side = self.sun.cross(Vec3::Z).normalize_or(Vec3::X);
        let up = side.cross(self.sun);
        (self.sun + (side * (jitter.x - 0.5) + up * (jitter.y - 0.5)) * 0.045).normalize_or(Vec3::Z)
    }
}

/// The normal of the ground's real shape, or of the crowns of trees, somewhat exaggerated.
fn relief(scene: &Scene<'_>, at: Vec3, is_ground: bool) -> Vec3 {
    let height = |dx: f32, dy: f32| {
        scene.smooth(at.x + dx, at.y + dy, |column| {
            let crown_m = (column.top as f32).max(column.ground_m);
            if is_ground { column.ground_m } else { crown_m * 0.5 }
        })
    };
    let dx = height(1.0, 0.0) - height(-1.0, 0.0);
    let dy = height(0.0, 1.0) - height(0.0, -1.0);
    Vec3::new(-dx * 0.5, -dy * 0.5, 0.75).normalize_or(Vec3::Z)
}

/// `base` to a whole power, by squaring.
fn power(base: f32, exponent: u32) -> f32 {
    let (mut result, mut square, mut rest) = (1.0, base, exponent);
    while rest > 0 {
        if rest % 2 == 1 {
            result *= square;
        }
        square *= square;
        rest /= 2;
    }
    result
}

/// The colour of the face with the small differences that keep a field from looking painted by a machine.
fn tinted(hit: &Hit) -> Vec3 {
    let base = linear(hit.material.colour());
    let voxel = hit.voxel;
    let own = hash_unit(voxel.x, voxel.y, voxel.z) - 0.5;
    let place = Vec2::new(voxel.x as f32, voxel.y as f32);
    let broad = fractal(place / 46.0, 3);
    let warm = Vec3::new(1.0 + 0.16 * broad, 1.0 + 0.03 * broad, 1.0 - 0.14 * broad);
    base * warm * (1.0 + 0.13 * own)
}

/// How open the corners of a face are, 0.55 to 1, bilinear over the face.
fn corner_light(scene: &Scene<'_>, hit: &Hit, at: Vec3) -> f32 {
    let (u, v) = match (hit.normal.x, hit.normal.y) {
        (0, 0) => (IVec3::X, IVec3::Y),
        (0, _) => (IVec3::X, IVec3::Z),
        _ => (IVec3::Y, IVec3::Z),
    };
    let first = IVec3::new(hit.voxel.x, hit.voxel.y, hit.voxel.z);
    let outside = first + hit.normal;
    let solid = |offset: IVec3| {
        let at = outside + offset;
        scene.solid(VoxelPos::new(at.x, at.y, at.z))
    };
    let sides = [solid(-u), solid(u), solid(-v), solid(v)];
    let corner = |u_side: bool, v_side: bool, diagonal: IVec3| {
        let blocked = if u_side && v_side {
            3
        } else {
            u8::from(u_side) + u8::from(v_side) + u8::from(solid(diagonal))
        };
        1.0 - 0.15 * f32::from(blocked)
    };
    let corners = [
        corner(sides[0], sides[2], -u - v),
        corner(sides[1], sides[2], u - v),
        corner(sides[0], sides[3], v - u),
        corner(sides[1], sides[3], u + v),
    ];
    let local = at - first.as_vec3();
    let along = |axis: IVec3| local.dot(axis.as_vec3()).clamp(0.0, 1.0);
    let (tu, tv) = (along(u), along(v));
    let low = corners[0] + (corners[1] - corners[0]) * tu;
    let high = corners[2] + (corners[3] - corners[2]) * tu;
    low + (high - low) * tv
}

/// Share of light that water mirrors (Schlick 1994).
fn reflectance(cosine: f32) -> f32 {
    let head_on = ((WATER_INDEX - 1.0) / (WATER_INDEX + 1.0)) * ((WATER_INDEX - 1.0) / (WATER_INDEX + 1.0));
    let grazing = 1.0 - cosine;
    head_on + (1.0 - head_on) * grazing * grazing * grazing * grazing * grazing
}

/// The direction of a ray below the water's face (Snell).
fn refracted(direction: Vec3, normal: Vec3) -> Vec3 {
    let ratio = 1.0 / WATER_INDEX;
    let cosine = -direction.dot(normal);
    let inner = (1.0 - ratio * ratio * (1.0 - cosine * cosine)).max(0.0).sqrt();
    (direction * ratio + normal * (ratio * cosine - inner)).normalize_or(Vec3::NEG_Z)
}

/// The normal of a lightly moved sea.
fn ripples(at: Vec3) -> Vec3 {
    let place = Vec2::new(at.x, at.y);
    let height =
        |place: Vec2| fractal(place * Vec2::new(0.21, 0.33), 3) * 0.16 + fractal(place * 0.045, 2) * 0.35;
    let here = height(place);
    let dx = height(place + Vec2::X * 0.5) - here;
    let dy = height(place + Vec2::Y * 0.5) - here;
    Vec3::new(-dx, -dy, 3.2).normalize_or(Vec3::Z)
}

/// White water along the shore: one line at the edge and a broken one behind it.
fn foam(at: Vec3, coast_m: f32) -> f32 {
    let off_m = -coast_m + 1.3 * fractal(Vec2::new(at.x, at.y) * 0.11, 2);
    let edge = (1.0 - (off_m - 0.4).abs() / 1.5).max(0.0);
    let second = (1.0 - (off_m - 6.0).abs() / 0.8).max(0.0);
    let broken = (fractal(Vec2::new(at.x, at.y) * 0.24 + 9.0, 2) * 1.8 + 0.15).clamp(0.0, 1.0);
    (0.8 * edge + 0.35 * second * broken).min(0.85)
}

/// How much of a shore there is for waves to break on, 0 to 1: none before the mouths of rivers and sea caves,
/// where water goes on inland.
fn surf(scene: &Scene<'_>, at: Vec3, coast_m: f32) -> f32 {
    let coast = |dx: f32, dy: f32| scene.smooth(at.x + dx, at.y + dy, |column| column.coast_m);
    let inland = Vec2::new(
        coast(1.0, 0.0) - coast(-1.0, 0.0),
        coast(0.0, 1.0) - coast(0.0, -1.0),
    );
    let inland = inland.normalize_or_zero();
    let shore = Vec2::new(at.x, at.y) + inland * (2.5 - coast_m);
    let land = [-2.0, 0.0, 2.0].map(|aside| {
        let place = shore + inland.perp() * aside;
        let voxel = place.floor().as_ivec2();
        f32::from(u8::from(scene.solid(VoxelPos::new(voxel.x, voxel.y, -1))))
    });
    land.iter().sum::<f32>() / 3.0
}

/// Cover of fair-weather clouds, 0 to 1, on a plane far above.
fn clouds(direction: Vec3) -> f32 {
    if direction.z <= 0.015 {
        return 0.0;
    }
    let place = Vec2::new(direction.x, direction.y) / (direction.z + 0.12) * 2.1;
    let density = fractal(place + 3.7, 5) * 1.25 + 0.25 * value_noise(place * 0.4) - 0.16;
    let fade = (direction.z * 14.0 - 0.1).clamp(0.0, 1.0);
    (density * 2.4).clamp(0.0, 0.92) * fade
}
