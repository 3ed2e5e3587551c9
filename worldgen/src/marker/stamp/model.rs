//! A voxel model on the ground.
#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined into a dispatched kernel is compiled for the baseline only"
)]

use std::sync::Arc;

use shared::attribute::Rgb;
use shared::coords::VoxelPos;
use shared::stamp::{Stamp, StampContent};

use super::super::Site;
use super::super::parameter::Parameters;
use super::Turn;
use crate::columns::Columns;
use crate::ground::Ground;
use crate::material::{Form, Material};
use crate::ops::{self, LANES};
use crate::shape::Shape;
use crate::structure::{Over, Structure};

/// Metres around a model where nothing grows.
const CLEAR_M: f32 = 1.5;

/// A model at a place.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Model {
    file: Arc<Stamp>,
    turn: Turn,
    follows_ground: bool,
    half_width_m: f32,
    half_depth_m: f32,
    placed: Vec<Arc<Structure>>,
}

impl Model {
    pub(super) fn new(parameters: &Parameters<'_>, file: Arc<Stamp>) -> Self {
        let turn = Turn::new(parameters);
        let [width, depth, _] = size(&file);
        let (width, depth) = if turn.is_sideways() {
            (depth, width)
        } else {
            (width, depth)
        };
        Self {
            turn,
            follows_ground: parameters.follows_ground(),
            // A model is centred to the voxel, so it may reach half a voxel further to one side.
            half_width_m: 0.5 * width as f32 + 1.0,
            half_depth_m: 0.5 * depth as f32 + 1.0,
            placed: Vec::new(),
            file,
        }
    }

    pub(super) fn reach_m(&self) -> f32 {
        let (x, y) = (self.half_width_m + CLEAR_M, self.half_depth_m + CLEAR_M);
        (x * x + y * y).sqrt()
    }

    pub(super) fn structures(&self) -> &[Arc<Structure>] {
        &self.placed
    }

    /// Puts the model's lowest layer on the ground under its middle, or at the height of the point.
    pub(super) fn stand(&mut self, ground: &Ground<'_>, shape: &Shape) {
        let Some(place) = shape.line().first().map(|point| point.voxel()) else {
            return;
        };
        let height = if self.follows_ground {
            let under = ground.columns(&[place.column()]);
            under.first().map_or(0, |column| column.height)
        } else {
            place.z * ops::STEPS_PER_VOXEL
        };
        self.placed = vec![Arc::new(self.built(VoxelPos::new(
            place.x,
            place.y,
            ops::top_voxel(height) + 1,
        )))];
    }

    fn built(&self, middle: VoxelPos) -> Structure {
        let StampContent::Model(model) = self.file.content() else {
            return Structure::new(middle, [0; 3], Over::Everything);
        };
        let materials: Vec<Material> = model.palette.iter().map(|colour| nearest(*colour)).collect();
        let [width, depth, height] = model.size;
        let turned = if self.turn.is_sideways() {
            [depth, width, height]
        } else {
            [width, depth, height]
        };
        let min = VoxelPos::new(middle.x - turned[0] / 2, middle.y - turned[1] / 2, middle.z);
        let mut structure = Structure::new(min, turned, Over::Everything);
        for voxel in &model.voxels {
            let (x, y) = (i32::from(voxel.x), i32::from(voxel.y));
            let (x, y) = match self.turn.0 {
                0 => (x, y),
                1 => (y, width - 1 - x),
                2 => (width - 1 - x, depth - 1 - y),
                _ => (depth - 1 - y, x),
            };
            let at = VoxelPos::new(min.x + x, min.y + y, min.z + i32::from(voxel.z));
            let material = materials.get(usize::from(voxel.colour));
            structure.put(at, material.copied().unwrap_or(Material::Stone));
        }
        structure
    }

    /// Nothing grows where the model stands.
    #[inline(always)]
    pub(super) fn apply(&self, site: &Site, columns: &mut Columns) {
        for lane in 0..LANES {
            let aside = ops::max(
                ops::abs(site.local_x[lane]) - self.half_width_m,
                ops::abs(site.local_y[lane]) - self.half_depth_m,
            );
            let clear = ops::clamp(1.0 - aside / CLEAR_M, 0.0, 1.0);
            columns.paved[lane] = ops::max(columns.paved[lane], clear);
        }
    }
}

fn size(file: &Stamp) -> [i32; 3] {
    match file.content() {
        StampContent::Model(model) => model.size,
        StampContent::Heightmap(_) => [0; 3],
    }
}

/// The solid material of the most similar colour.
fn nearest(colour: Rgb) -> Material {
    let away = |material: &Material| {
        let other = material.colour();
        let square = |a: u8, b: u8| (i32::from(a) - i32::from(b)).pow(2);
        // Eyes tell greens apart best and blues worst.
        2 * square(colour.r, other.r) + 4 * square(colour.g, other.g) + square(colour.b, other.b)
    };
    let solid = |material: &Material| material.form() == Form::Solid && *material != Material::Bedrock;
    let candidates = Material::ALL.into_iter().filter(solid);
    candidates.min_by_key(away).unwrap_or(Material::Stone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_materials_become_these_materials() {
        for material in [
            Material::Stone,
            Material::Planks,
            Material::Leaves,
            Material::Cobble,
        ] {
            assert_eq!(nearest(material.colour()), material);
        }
        assert_ne!(nearest(Material::Bedrock.colour()), Material::Bedrock);
    }
}
