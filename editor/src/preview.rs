//! Live preview: the very generator, on its own thread, coarse to fine, newest request wins.
//!
//! The first request for an island gives a coarse picture of it (a few milliseconds), then the voxels. Later
//! ones bake only what the edit reaches; where that takes longer than the next change, as in a drag over much
//! of an island, a coarse picture is shown meanwhile. Every result carries the number of its request,
//! so that an older one is shown as such.
//!
//! *Not* responsible for: drawing the results, terrain itself (`worldgen`).

pub mod chart;
pub mod picture;
pub mod shading;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use shared::coords::ColumnPos;
use shared::geometry::Box2;
use shared::ids::IslandId;
use shared::island::{Island, RecordId};
use shared::project::{Project, Settings};
use shared::stamp::Stamps;
use worldgen::{BakeOptions, BakedIsland, IslandPlan, Material, Progress, bake, rebake};

use crate::background::{Ticket, Wake, Worker};
use crate::document::Document;
use crate::document::marks::{Mark, Marks};
use crate::scene::mesh::SceneMesh;
use picture::Relief;
use shading::PictureStyle;

/// Coarse pictures have at most this many samples a side: about a frame's time.
const COARSE_SAMPLES: i32 = 96;
/// Bakes that are kept for islands visited before.
const MAX_BAKES: usize = 3;
/// Largest side of a texture that every OpenGL takes, in pixels: no island's box is larger.
const MAX_TEXTURE_EDGE: i32 = 4096;
const _: () = assert!(shared::island::Bounds::MAX_EDGE <= MAX_TEXTURE_EDGE);

/// What is previewed.
struct Request {
    serial: u64,
    part: Arc<TerrainPart>,
    style: PictureStyle,
}

/// Everything of an island that its terrain depends on, without the markers that are left out.
#[derive(Clone, PartialEq, Debug)]
struct TerrainPart {
    settings: Settings,
    stamps: Stamps,
    island: Island,
}

/// What was asked for last for one island.
struct Asked {
    serial: u64,
    /// Revisions of island and marks that it was made from.
    made_from: (u64, u64),
    part: Arc<TerrainPart>,
    style: PictureStyle,
}

/// What the thread hands out.
enum Outcome {
    Picture {
        island: IslandId,
        serial: u64,
        step: u32,
        area: Box2,
        image: ColorImage,
        style: PictureStyle,
        materials: Vec<Material>,
        /// The pixels replace a part of the picture before this one.
        patch: Option<Patch>,
        /// Numbers the pictures that the thread made.
        number: u64,
    },
    Terrain {
        serial: u64,
        baked: Arc<BakedIsland>,
        mesh: Arc<SceneMesh>,
        took: Duration,
    },
}

/// Where pixels go that replace a part of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Patch {
    /// The picture that they belong on.
    onto: u64,
    /// Upper left corner.
    at: [usize; 2],
}

/// A picture of an island from above.
pub struct Picture {
    /// Which request it answers.
    serial: u64,
    /// Its number among all that the thread made.
    number: u64,
    /// Columns per pixel.
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

/// Tiles done and in all, read by the status line.
#[derive(Default)]
struct BakeProgress {
    done: AtomicU64,
    total: AtomicU64,
    /// Pictures handed out.
    pictures: AtomicU64,
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
        let worker = Worker::spawn("preview", wake, move |request, ticket| {
            preview(&mut kept, &request, ticket, &theirs);
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
        let made_from = (document.island_revision(island.id), marks.revision());
        let project = document.project();
        if let Some(asked) = self.asked.get_mut(&island.id)
            && (asked.made_from == made_from || asked.part.is_of(project, island, marks))
        {
            // Names, most POIs and a move on the chart change no voxel.
            asked.made_from = made_from;
            let restyled = asked.style != style;
            asked.style = style;
            let picture = self.pictures.get(&island.id);
            let done = self.terrain_is_current(island.id)
                && self.picture_is_current(island.id)
                && picture.is_none_or(|picture| picture.style == style);
            // Asked, but replaced by a request for another island before it was answered.
            let lost = !was_busy && !done;
            if restyled || lost {
                self.request(island.id);
            }
            return;
        }
        self.last_serial += 1;
        let asked = Asked {
            serial: self.last_serial,
            made_from,
            part: Arc::new(TerrainPart::new(project, island, marks)),
            style,
        };
        self.asked.insert(island.id, asked);
        self.request(island.id);
    }

    fn request(&self, island: IslandId) {
        if let Some(asked) = self.asked.get(&island) {
            self.worker.request(Request {
                serial: asked.serial,
                part: Arc::clone(&asked.part),
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
                // Smooth while coarse, crisp voxels when every column has its pixel.
                let options = if step > 1 {
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
                        (picture.serial, picture.number) = (serial, number);
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
        (self.picture(island).is_none() && self.is_busy()).then(|| "Shaping the island...".to_owned())
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

impl TerrainPart {
    fn new(project: &Project, island: &Island, marks: &Marks) -> Self {
        let mut part = island.head();
        part.markers = kept_markers(island, marks)
            .map(|marker| (marker.id, marker.clone()))
            .collect();
        part.pois = shaping_pois(island).map(|poi| (poi.id, poi.clone())).collect();
        Self {
            settings: project.settings.clone(),
            stamps: project.stamps.clone(),
            island: part,
        }
    }

    /// Whether it is what [`Self::new`] would make, without making it.
    fn is_of(&self, project: &Project, island: &Island, marks: &Marks) -> bool {
        self.settings == project.settings
            && self.stamps == project.stamps
            && self.island.id == island.id
            && self.island.bounds == island.bounds
            && self.island.markers.values().eq(kept_markers(island, marks))
            && shaping_pois(&self.island).eq(shaping_pois(island))
    }
}

/// POIs that the terrain depends on.
fn shaping_pois(island: &Island) -> impl Iterator<Item = &shared::island::Poi> {
    let pois = island.pois.values();
    pois.filter(|poi| worldgen::poi::shapes_ground(poi))
}

/// Markers that are not left out.
fn kept_markers<'a>(
    island: &'a Island,
    marks: &'a Marks,
) -> impl Iterator<Item = &'a shared::island::Marker> {
    island
        .markers
        .values()
        .filter(|marker| !marks.has(Mark::Omitted, island, RecordId::Marker(marker.id)))
}

/// What the thread keeps between requests: bakes to start from, newest last.
#[derive(Default)]
struct Kept {
    bakes: Vec<(IslandPlan, Arc<BakedIsland>)>,
    /// The island that was meshed last.
    meshed: Option<(IslandId, Arc<SceneMesh>)>,
    /// Heights and materials of the newest bake.
    relief: Option<(IslandId, Relief)>,
    /// The last picture handed out, if it is one that a patch fits on.
    shown: Option<(IslandId, u64, PictureStyle)>,
}

impl Kept {
    /// The surface of an island, meshed only where it differs from the last one.
    fn mesh(&mut self, baked: &BakedIsland) -> Arc<SceneMesh> {
        let before = self.meshed.as_ref().filter(|(island, _)| *island == baked.id());
        let mesh = Arc::new(SceneMesh::of_bake(baked, before.map(|(_, mesh)| &**mesh)));
        self.meshed = Some((baked.id(), Arc::clone(&mesh)));
        mesh
    }

    fn take(&mut self, island: IslandId) -> Option<(IslandPlan, Arc<BakedIsland>)> {
        let at = self.bakes.iter().position(|(plan, _)| plan.id() == island)?;
        Some(self.bakes.remove(at))
    }

    fn put(&mut self, plan: IslandPlan, baked: Arc<BakedIsland>) {
        if self.bakes.len() >= MAX_BAKES {
            self.bakes.remove(0);
        }
        self.bakes.push((plan, baked));
    }
}

/// Counters and the flag to stop, as the generator wants them.
struct Following<'a> {
    progress: &'a BakeProgress,
    outdated: &'a AtomicBool,
}

impl Progress for Following<'_> {
    fn advance(&self, done: u64, total: u64) {
        self.progress.done.store(done, Ordering::Relaxed);
        self.progress.total.store(total, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.outdated.load(Ordering::Relaxed)
    }
}

fn preview(kept: &mut Kept, request: &Request, ticket: &Ticket<Outcome>, progress: &BakeProgress) {
    let started = Instant::now();
    let (island, serial) = (&request.part.island, request.serial);
    let id = island.id;
    let before = kept.take(id);
    let plan = match &before {
        Some((old_plan, _)) => {
            IslandPlan::after(old_plan, &request.part.settings, &request.part.stamps, island)
        }
        None => IslandPlan::new(&request.part.settings, &request.part.stamps, island),
    };
    let area = island.bounds.footprint();
    progress.done.store(0, Ordering::Relaxed);
    let publish = |relief: &Relief, image, materials, patch| {
        let number = progress.pictures.fetch_add(1, Ordering::Relaxed) + 1;
        ticket.publish(Outcome::Picture {
            island: id,
            serial,
            step: relief.step,
            area,
            image,
            style: request.style,
            materials,
            patch,
            number,
        });
        number
    };
    let show = |relief: &Relief| {
        publish(
            relief,
            relief.image(request.style),
            relief.ground_materials(),
            None,
        )
    };
    let coarse = || {
        let extent = plan.bounds().width().max(plan.bounds().depth());
        let step = u32::try_from((extent / COARSE_SAMPLES).max(1)).unwrap_or(1);
        // Made even when a newer request waits: during a drag one always does.
        let never = AtomicBool::new(false);
        if let Some(grid) = plan.preview(step, &never) {
            show(&Relief::of_grid(&grid));
        }
    };
    let (relief_before, shown_before) = (kept.relief.take(), kept.shown.take());
    let following = Following {
        progress,
        outdated: ticket.flag(),
    };
    let options = BakeOptions::default();
    let baked = if let Some((old_plan, old)) = before {
        // An edit usually reaches few tiles: no coarse picture, which would only flicker.
        let rebaked = rebake(&old, &plan, &options, &following);
        if rebaked.is_none() {
            kept.put(old_plan, old);
            kept.relief = relief_before;
            coarse();
            return;
        }
        rebaked.map(|(baked, rebuilt)| (baked, rebuilt.tiles))
    } else {
        coarse();
        bake(&plan, &options, &following).map(|baked| (baked, Vec::new()))
    };
    let Some((baked, tiles)) = baked else { return };
    let baked = Arc::new(baked);
    kept.put(plan, Arc::clone(&baked));
    let same_size = |relief: &Relief| relief.is_of(baked.bounds());
    let relief = match relief_before {
        Some((island, mut relief)) if island == id && !tiles.is_empty() && same_size(&relief) => {
            let changed = relief.update(&baked, &tiles);
            match shown_before {
                Some((island, onto, style))
                    if island == id
                        && style == request.style
                        && changed.count() * 2 < relief.width * relief.depth =>
                {
                    let (at, image) = relief.patch(changed, style);
                    let number = publish(
                        &relief,
                        image,
                        relief.materials_in(changed),
                        Some(Patch { onto, at }),
                    );
                    kept.shown = Some((id, number, style));
                }
                _ => kept.shown = Some((id, show(&relief), request.style)),
            }
            relief
        }
        _ => {
            let relief = Relief::of_bake(&baked);
            kept.shown = Some((id, show(&relief), request.style));
            relief
        }
    };
    kept.relief = Some((id, relief));
    if ticket.is_outdated() {
        return;
    }
    let mesh = kept.mesh(&baked);
    ticket.publish(Outcome::Terrain {
        serial,
        baked,
        mesh,
        took: started.elapsed(),
    });
}
