//! Live preview: the very generator, on its own thread, coarse to fine, newest request wins.
//!
//! The first request for an island gives a coarse picture of it (a few milliseconds), then the voxels. Later
//! ones bake only what the edit reaches; where that takes longer than a frame, that part of the picture is
//! sketched from a few samples first, with rivers, roads and erosion left as they were before. Every result
//! carries the number of its request, so that an older one is shown as such.
//!
//! *Not* responsible for: drawing the results, terrain itself (`worldgen`).

pub mod chart;
mod part;
pub mod picture;
pub mod shading;
mod work;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use egui::{Context, TextureHandle, TextureOptions};
use shared::coords::ColumnPos;
use shared::geometry::Box2;
use shared::ids::IslandId;
use worldgen::{BakedIsland, Material};

use crate::background::{Wake, Worker};
use crate::document::Document;
use crate::document::marks::Marks;
use crate::scene::mesh::SceneMesh;
use crate::text::text;
use part::FollowedPart;
use shading::PictureStyle;
use work::{BakeProgress, Kept, Outcome, Patch, Request};

/// Bakes that are kept for islands visited before.
const MAX_BAKES: usize = 3;
/// Largest side of a texture that every OpenGL takes, in pixels: no island's box is larger.
const MAX_TEXTURE_EDGE: i32 = 4096;
const _: () = assert!(shared::island::Bounds::MAX_EDGE <= MAX_TEXTURE_EDGE);

/// What was asked for last for one island.
struct Asked {
    serial: u64,
    followed: FollowedPart,
    style: PictureStyle,
}

/// A picture of an island from above.
pub struct Picture {
    /// Which request it answers.
    serial: u64,
    /// Its number among all that the thread made.
    number: u64,
    /// Columns from one sample to the next in its coarsest part; 1 when every column was made.
    pub step: u32,
    /// The ground it covers.
    pub area: Box2,
    /// Its pixels.
    pub texture: TextureHandle,
    /// How it is drawn.
    pub style: PictureStyle,
    /// Materials that it shows.
    pub materials: Vec<Material>,
}

/// The voxels of an island.
pub struct Terrain {
    /// Which request they answer.
    serial: u64,
    /// The voxels.
    pub baked: Arc<BakedIsland>,
    /// Their surface for the 3D view.
    pub mesh: Arc<SceneMesh>,
    /// How long the last bake took.
    pub took: Duration,
}

/// The live preview.
pub struct Preview {
    context: Context,
    worker: Worker<Request, Outcome>,
    progress: Arc<BakeProgress>,
    asked: BTreeMap<IslandId, Asked>,
    last_serial: u64,
    pictures: BTreeMap<IslandId, Picture>,
    terrains: BTreeMap<IslandId, Terrain>,
    /// Grows with every result taken, so that views know when to draw again.
    generation: u64,
}

impl Preview {
    /// Starts the preview's thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(context: &Context) -> io::Result<Self> {
        let progress = Arc::new(BakeProgress::default());
        let theirs = Arc::clone(&progress);
        let waker = context.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        let mut kept = Kept::default();
        let worker = Worker::spawn_patient("preview", wake, move |request, ticket| {
            work::preview(&mut kept, &request, ticket, &theirs);
        })?;
        Ok(Self {
            context: context.clone(),
            worker,
            progress,
            asked: BTreeMap::new(),
            last_serial: 0,
            pictures: BTreeMap::new(),
            terrains: BTreeMap::new(),
            generation: 0,
        })
    }

    /// Takes what is ready and asks for the island that is shown if its terrain changed. Call once per frame.
    pub fn update(&mut self, document: &Document, marks: &Marks, style: PictureStyle) {
        // In this order: what an idle worker has handed out is then all taken.
        let was_busy = self.worker.is_busy();
        for outcome in self.worker.take() {
            self.generation += 1;
            self.accept(outcome);
        }
        let Some(island) = document.island() else { return };
        let Some(asked) = self.asked.get_mut(&island.id) else {
            self.last_serial += 1;
            let asked = Asked {
                serial: self.last_serial,
                followed: FollowedPart::new(document, island, marks),
                style,
            };
            self.asked.insert(island.id, asked);
            self.request(island.id);
            return;
        };
        let restyled = asked.style != style;
        asked.style = style;
        if asked.followed.follow(document, island, marks) {
            self.last_serial += 1;
            asked.serial = self.last_serial;
            self.request(island.id);
            return;
        }
        let picture = self.pictures.get(&island.id);
        let done = self.terrain_is_current(island.id)
            && self.picture_is_current(island.id)
            && picture.is_none_or(|picture| picture.style == style);
        // Asked, but replaced by a request for another island before it was answered.
        let lost = !was_busy && !done;
        if restyled || lost {
            self.request(island.id);
        }
    }

    fn request(&self, island: IslandId) {
        if let Some(asked) = self.asked.get(&island) {
            self.worker.request(Request {
                serial: asked.serial,
                part: asked.followed.part().clone(),
                style: asked.style,
            });
        }
    }

    /// Whether the newest picture shows the island as it is.
    pub fn picture_is_current(&self, island: IslandId) -> bool {
        let serial = self.pictures.get(&island).map(|picture| picture.serial);
        serial.is_some() && serial == self.asked.get(&island).map(|asked| asked.serial)
    }

    /// Whether the newest voxels are those of the island as it is.
    pub fn terrain_is_current(&self, island: IslandId) -> bool {
        let serial = self.terrains.get(&island).map(|terrain| terrain.serial);
        serial.is_some() && serial == self.asked.get(&island).map(|asked| asked.serial)
    }

    fn accept(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Picture {
                island,
                serial,
                step,
                area,
                image,
                style,
                materials,
                patch,
                number,
            } => {
                // Smooth while coarse, crisp voxels when every column has its pixel, sketched or not.
                let options = if step > 1 && patch.is_none() {
                    TextureOptions::LINEAR
                } else {
                    TextureOptions::NEAREST
                };
                let options = TextureOptions {
                    minification: egui::TextureFilter::Linear,
                    ..options
                };
                if let Some(Patch { onto, at }) = patch {
                    // Results that nobody took make room for newer ones: then a patch has nothing to go on,
                    // and the next update asks for the whole.
                    if let Some(picture) = self.pictures.get_mut(&island)
                        && picture.number == onto
                    {
                        picture.texture.set_partial(at, image, options);
                        (picture.serial, picture.number, picture.step) = (serial, number, step);
                        picture.materials.extend(materials);
                        picture.materials.sort_unstable();
                        picture.materials.dedup();
                    }
                } else if let Some(picture) = self.pictures.get_mut(&island) {
                    picture.texture.set(image, options);
                    picture.number = number;
                    (picture.serial, picture.step, picture.area) = (serial, step, area);
                    (picture.style, picture.materials) = (style, materials);
                } else {
                    let texture = self.context.load_texture("island", image, options);
                    let picture = Picture {
                        serial,
                        number,
                        step,
                        area,
                        texture,
                        style,
                        materials,
                    };
                    self.pictures.insert(island, picture);
                }
            }
            Outcome::Terrain {
                serial,
                baked,
                mesh,
                took,
            } => {
                let id = baked.id();
                if self.terrains.len() >= MAX_BAKES && !self.terrains.contains_key(&id) {
                    self.terrains.pop_first();
                }
                let terrain = Terrain {
                    serial,
                    baked,
                    mesh,
                    took,
                };
                self.terrains.insert(id, terrain);
            }
        }
    }

    /// The newest picture of an island.
    pub fn picture(&self, island: IslandId) -> Option<&Picture> {
        self.pictures.get(&island)
    }

    /// The newest voxels of an island.
    pub fn terrain(&self, island: IslandId) -> Option<&Terrain> {
        self.terrains.get(&island)
    }

    /// Grows with every result.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether the generator is at work.
    pub fn is_busy(&self) -> bool {
        self.worker.is_busy()
    }

    /// Share of the bake that is done, 0 to 1.
    pub fn progress(&self) -> f32 {
        let total = self.progress.total.load(Ordering::Relaxed).max(1);
        self.progress.done.load(Ordering::Relaxed) as f32 / total as f32
    }

    /// What to say on the map of an island that has no picture yet.
    pub fn progress_text(&self, island: IslandId) -> Option<String> {
        (self.picture(island).is_none() && self.is_busy()).then(|| text().view_shaping())
    }

    /// Height of the ground in metres and the name of its material at a column.
    pub fn ground(&self, island: IslandId, column: ColumnPos) -> Option<(f32, &'static str)> {
        let terrain = self.terrains.get(&island)?;
        let tile = terrain.baked.tile(column.tile())?;
        let index = column.index_in_tile();
        let height_m = *tile.heights.get(index)? as f32 / 256.0;
        let material = tile.materials.get(index)?;
        Some((height_m, material.name()))
    }

    /// Waits until nothing is left to do, as tests want it.
    pub fn wait_until_idle(&self) {
        self.worker.wait_until_idle();
    }
}
