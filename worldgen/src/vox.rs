//! MagicaVoxel's `.vox`: an island as models of up to 256 x 256 x 256 voxels, side by side in one scene.
//!
//! Every voxel but air is written, the buried ones too, so that the file holds the island and not its skin. A colour
//! of the palette stands for each material. Axes are those of the island; the scene's origin is the island's middle
//! at sea level. Specification: github.com/ephtracy/voxel-model, file formats `vox` and `vox-extension`.
//!
//! *Not* responsible for: reading models (see [`crate::stamp_file`]), writing files.

use dot_vox::{Color, Dict, DotVoxData, Frame, Model, SceneNode, ShapeModel, Size, Voxel};
use shared::coords::VoxelPos;

use crate::bake::{BakedIsland, Progress};
use crate::material::Material;

/// Version of the format that brought scenes.
const VERSION: u32 = 200;
/// Most voxels along an edge of a model.
const MODEL_EDGE: i32 = 256;
/// Colours of a palette.
const COLOURS: usize = 256;
/// Bytes of one voxel in the file.
const VOXEL_BYTES: u64 = 4;
/// More than what else is in the file takes: palette, scene, headers of the models.
const FRAME_BYTES: u64 = 1 << 20;

/// Each material but air needs a colour, and the last place of the palette is not for use.
const _: () = assert!(Material::ALL.len() < COLOURS);

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum VoxError {
    /// The format counts bytes in 32 bits.
    #[error("{0} voxels are more than 4 GB in a .vox file; export a smaller island, or a mesh")]
    TooLarge(u64),
    /// A scene needs a voxel.
    #[error("the island has no voxel but air")]
    Empty,
    /// The writer refused.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// An island as the bytes of a file; `None` when cancelled.
///
/// # Errors
/// See [`VoxError`].
pub fn write(island: &BakedIsland, progress: &dyn Progress) -> Result<Option<Vec<u8>>, VoxError> {
    let filled: u64 = island
        .chunks()
        .map(|(_, chunk)| chunk.counts().iter().skip(1).sum::<u64>())
        .sum();
    if filled * VOXEL_BYTES + FRAME_BYTES > u64::from(u32::MAX) {
        return Err(VoxError::TooLarge(filled));
    }
    let mut scene = Scene::default();
    let corners = corners(island);
    for (done, (low, high)) in corners.iter().enumerate() {
        if progress.cancelled() {
            return Ok(None);
        }
        progress.advance(done as u64, corners.len() as u64);
        scene.add(*low, *high, voxels(island, *low, *high));
    }
    if scene.models.is_empty() {
        return Err(VoxError::Empty);
    }
    let mut bytes = Vec::new();
    scene.into_file().write_vox(&mut bytes)?;
    Ok(Some(bytes))
}

/// The boxes of the models: an island's box cut at multiples of the longest edge from its lowest corner.
fn corners(island: &BakedIsland) -> Vec<(VoxelPos, VoxelPos)> {
    let (min, max) = (island.bounds().min(), island.bounds().max());
    let cuts = |from: i32, to: i32| {
        (from..to)
            .step_by(MODEL_EDGE as usize)
            .map(move |low| (low, to.min(low + MODEL_EDGE)))
    };
    let mut corners = Vec::new();
    for (low_z, high_z) in cuts(min.z, max.z) {
        for (low_y, high_y) in cuts(min.y, max.y) {
            for (low_x, high_x) in cuts(min.x, max.x) {
                corners.push((
                    VoxelPos::new(low_x, low_y, low_z),
                    VoxelPos::new(high_x, high_y, high_z),
                ));
            }
        }
    }
    corners
}

/// All voxels but air between two corners.
fn voxels(island: &BakedIsland, low: VoxelPos, high: VoxelPos) -> Vec<Voxel> {
    let mut voxels = Vec::new();
    let place = |at: i32, low: i32| u8::try_from(at - low).unwrap_or(u8::MAX);
    for z in low.z..high.z {
        for y in low.y..high.y {
            for x in low.x..high.x {
                // Number 0 is air; colours count from 0.
                let number = island.material(VoxelPos::new(x, y, z)).number();
                if let Some(colour) = number.checked_sub(1) {
                    voxels.push(Voxel {
                        x: place(x, low.x),
                        y: place(y, low.y),
                        z: place(z, low.z),
                        i: colour,
                    });
                }
            }
        }
    }
    voxels
}

/// Models, and for each a transform and a shape.
#[derive(Default)]
struct Scene {
    models: Vec<Model>,
    places: Vec<VoxelPos>,
}

impl Scene {
    fn add(&mut self, low: VoxelPos, high: VoxelPos, voxels: Vec<Voxel>) {
        if voxels.is_empty() {
            return;
        }
        let [x, y, z] = [high.x - low.x, high.y - low.y, high.z - low.z].map(i32::unsigned_abs);
        self.models.push(Model {
            size: Size { x, y, z },
            voxels,
        });
        // A model is placed by its middle; all edges are even.
        self.places.push(VoxelPos::new(
            low.x.midpoint(high.x),
            low.y.midpoint(high.y),
            low.z.midpoint(high.z),
        ));
    }

    /// Nodes are numbered in the order of their list: the root, the group, then a transform and a shape for each
    /// model.
    fn into_file(self) -> DotVoxData {
        let no_attributes = Dict::default;
        let transform = |child: u32, frame: Dict| SceneNode::Transform {
            attributes: no_attributes(),
            frames: vec![Frame::new(frame)],
            child,
            layer_id: u32::MAX,
        };
        let numbers = (0..).take(self.models.len());
        let mut scenes = vec![
            transform(1, no_attributes()),
            SceneNode::Group {
                attributes: no_attributes(),
                children: numbers.clone().map(|model| 2 + 2 * model).collect(),
            },
        ];
        for (model_id, place) in numbers.zip(&self.places) {
            let VoxelPos { x, y, z } = place;
            let translation = ("_t".to_owned(), format!("{x} {y} {z}"));
            scenes.push(transform(3 + 2 * model_id, Dict::from([translation])));
            scenes.push(SceneNode::Shape {
                attributes: no_attributes(),
                models: vec![ShapeModel {
                    model_id,
                    attributes: no_attributes(),
                }],
            });
        }
        DotVoxData {
            version: VERSION,
            index_map: Vec::new(),
            models: self.models,
            palette: palette(),
            materials: Vec::new(),
            scenes,
            layers: Vec::new(),
        }
    }
}

/// The colours of all materials but air, by number; black where there is none.
fn palette() -> Vec<Color> {
    let opaque = |r, g, b| Color { r, g, b, a: u8::MAX };
    let mut colours: Vec<Color> = Material::ALL[1..]
        .iter()
        .map(|material| material.colour())
        .map(|colour| opaque(colour.r, colour.g, colour.b))
        .collect();
    colours.resize(COLOURS, opaque(0, 0, 0));
    colours
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use shared::island::Bounds;

    use super::*;
    use crate::bake::{BakeOptions, bake};
    use crate::bench_map::Recipe;
    use crate::plan::IslandPlan;

    fn baked(width: i32, depth: i32, above: i32) -> BakedIsland {
        let recipe = Recipe {
            bounds: Bounds::new(width, depth, 32, above).unwrap(),
            markers: 12,
            seed: 3,
        };
        let project = recipe.project();
        let island = project.islands.values().next().unwrap();
        let plan = IslandPlan::new(&project.settings, &project.stamps, island);
        bake(&plan, &BakeOptions::default(), &()).unwrap()
    }

    /// All voxels of a file at their places in its scene.
    fn read(bytes: &[u8]) -> BTreeMap<[i32; 3], Color> {
        let file = dot_vox::load_bytes(bytes).unwrap();
        let SceneNode::Transform { child: 1, .. } = file.scenes[0] else {
            panic!("{:?}", file.scenes[0]);
        };
        let SceneNode::Group { children, .. } = &file.scenes[1] else {
            panic!("{:?}", file.scenes[1]);
        };
        let mut voxels = BTreeMap::new();
        for child in children {
            let SceneNode::Transform { frames, child, .. } = &file.scenes[*child as usize] else {
                panic!("node {child} is no transform");
            };
            let SceneNode::Shape { models, .. } = &file.scenes[*child as usize] else {
                panic!("node {child} is no shape");
            };
            let place = frames[0].position().unwrap();
            let model = &file.models[models[0].model_id as usize];
            let Size { x, y, z } = model.size;
            assert!(x <= 256 && y <= 256 && z <= 256);
            for voxel in &model.voxels {
                let at = [
                    (voxel.x, x, place.x),
                    (voxel.y, y, place.y),
                    (voxel.z, z, place.z),
                ];
                let at =
                    at.map(|(at, edge, middle)| i32::from(at) + middle - i32::try_from(edge).unwrap() / 2);
                let before = voxels.insert(at, file.palette[usize::from(voxel.i)]);
                assert_eq!(before, None, "{at:?} twice");
            }
        }
        voxels
    }

    #[test]
    fn what_is_read_back_is_the_island() {
        for (width, depth, above, models) in [(64, 64, 256, 2), (320, 64, 32, 2)] {
            let island = baked(width, depth, above);
            let bytes = write(&island, &()).unwrap().unwrap();
            assert!(dot_vox::load_bytes(&bytes).unwrap().models.len() <= models);
            let mut voxels = read(&bytes);
            let (min, max) = (island.bounds().min(), island.bounds().max());
            for x in min.x..max.x {
                for y in min.y..max.y {
                    for z in min.z..max.z {
                        let material = island.material(VoxelPos::new(x, y, z));
                        let found = voxels
                            .remove(&[x, y, z])
                            .map(|colour| [colour.r, colour.g, colour.b]);
                        let colour = material.colour();
                        let expected = (material != Material::Air).then_some([colour.r, colour.g, colour.b]);
                        assert_eq!(found, expected, "{material:?} at {x}, {y}, {z}");
                    }
                }
            }
            assert!(voxels.is_empty(), "voxels outside of the island");
        }
    }

    #[test]
    fn the_same_island_gives_the_same_bytes() {
        let island = baked(320, 64, 32);
        assert_eq!(write(&island, &()).unwrap(), write(&island, &()).unwrap());
    }
}
