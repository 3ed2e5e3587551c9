//! An island from straight above: real relief, shadows, crowns of trees, water by its depth.

use glam::{Vec2, Vec3};

use super::image::Image;
use super::light::Light;
use super::noise::hash_unit;
use super::scene::Scene;
use super::view::film;
use crate::bake::BakedIsland;

/// Rays per pixel.
const SAMPLES: u8 = 4;
/// How much light reaches the film; brighter than the view, because a map is read.
const EXPOSURE: f32 = 0.57;

/// Draws the island with north up, `scale` pixels per metre (1 to 8).
pub fn top_view(baked: &BakedIsland, scale: usize) -> Image {
    let scene = Scene::new(baked);
    let bounds = baked.bounds();
    let scale = scale.clamp(1, 8);
    let pixels = |metres: i32| usize::try_from(metres).unwrap_or(0) * scale;
    let (west, north, sky) = (
        bounds.min().x as f32,
        bounds.max().y as f32,
        bounds.max().z as f32 + 1.0,
    );
    let light = Light::map();
    Image::from_fn(pixels(bounds.width()), pixels(bounds.depth()), |x, y| {
        let number = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
        let mut sum = Vec3::ZERO;
        for sample in 0..SAMPLES {
            let key = |salt: i32| hash_unit(number(x), number(y), i32::from(sample) * 4 + salt);
            let column = f32::from(sample % 2);
            let row = f32::from(sample / 2 % 2);
            let inside = Vec2::new(column + key(0), row + key(1)) * 0.5;
            let place = (Vec2::new(x as f32, y as f32) + inside) / scale as f32;
            let eye = Vec3::new(west + place.x, north - place.y, sky);
            sum += light.look(&scene, eye, Vec3::NEG_Z, Vec2::new(key(2), key(3)));
        }
        film(sum / f32::from(SAMPLES) * EXPOSURE)
    })
}
