//! The preview's thread: plans, bakes and meshes for one request after the other.
//!
//! *Not* responsible for: which island is asked for, what becomes of the results (the parent).

mod show;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use egui::ColorImage;
use shared::coords::TilePos;
use shared::geometry::Box2;
use shared::ids::IslandId;
use shared::island::Island;
use worldgen::{BakeOptions, BakedIsland, Draft, IslandPlan, Material, Progress, SurfaceGrid, bake, rebake};

use super::MAX_BAKES;
use super::part::TerrainPart;
use super::picture::Relief;
use super::shading::PictureStyle;
use crate::background::{self, Ticket};
use crate::scene::mesh::SceneMesh;

/// What is baked within this time is shown at once; of the rest a sketch is shown first.
const AT_ONCE: Duration = Duration::from_millis(16);

/// What is previewed.
pub(super) struct Request {
    pub(super) serial: u64,
    pub(super) part: TerrainPart,
    pub(super) style: PictureStyle,
}

/// What the thread hands out.
pub(super) enum Outcome {
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
pub(super) struct Patch {
    /// The picture that they belong on.
    pub(super) onto: u64,
    /// Upper left corner.
    pub(super) at: [usize; 2],
}

/// Tiles done and in all, read by the status line.
#[derive(Default)]
pub(super) struct BakeProgress {
    pub(super) done: AtomicU64,
    pub(super) total: AtomicU64,
    /// Pictures handed out.
    pub(super) pictures: AtomicU64,
}

/// What the thread keeps between requests: bakes to start from, newest last.
#[derive(Default)]
pub(super) struct Kept {
    bakes: Vec<(IslandPlan, Arc<BakedIsland>)>,
    /// The plan of an island whose first bake was outdated before it ended.
    begun: Option<IslandPlan>,
    /// The island that was meshed last.
    meshed: Option<(IslandId, Arc<SceneMesh>)>,
    /// Heights and materials of the newest bake.
    relief: Option<(IslandId, Relief)>,
    /// The last picture handed out, if it is one that a patch fits on.
    shown: Option<(IslandId, u64, PictureStyle)>,
    /// The newest coarse surface.
    coarse: Option<SurfaceGrid>,
    /// Tiles of it that are sketched and not yet baked.
    sketched: BTreeSet<TilePos>,
    /// How long one tile took in the last bake.
    tile_takes: Duration,
    /// How long fitting and baking took after the last edit that changed the ground under fitted markers.
    refit_takes: Duration,
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

    fn time_tiles(&mut self, took: Duration, tile_count: usize) {
        if let Ok(tile_count @ 1..) = u32::try_from(tile_count) {
            self.tile_takes = took / tile_count;
        }
    }

    /// How long voxels will take after an edit that changes so many tiles. How many more change once markers
    /// are fitted anew is not known before that: then it is what it was the last time.
    fn expected(&self, draft: &Draft, tile_count: usize) -> Duration {
        let tiles_take = self.tile_takes * u32::try_from(tile_count).unwrap_or(u32::MAX);
        match draft {
            Draft::Exact(_) => tiles_take,
            Draft::Rough(_) => tiles_take.max(self.refit_takes),
        }
    }
}

/// One request on its way.
struct Job<'a> {
    request: &'a Request,
    island: Cow<'a, Island>,
    ticket: &'a Ticket<'a, Outcome>,
    progress: &'a BakeProgress,
}

impl Progress for Job<'_> {
    fn advance(&self, done: u64, total: u64) {
        self.progress.done.store(done, Ordering::Relaxed);
        self.progress.total.store(total, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.ticket.is_outdated()
    }
}

impl Job<'_> {
    /// The voxels of an island that has none yet, with a coarse picture on the way and a fine one at the end.
    fn bake(&self, kept: &mut Kept) -> Option<Arc<BakedIsland>> {
        kept.shown = None;
        let plan = match kept.begun.take().filter(|begun| begun.id() == self.island.id) {
            None => {
                let planning = Instant::now();
                let plan = self.plan(None)?;
                // Fitting is most of it: a first guess.
                kept.refit_takes = planning.elapsed();
                plan
            }
            Some(begun) => {
                let draft = self.draft(&begun);
                if let Draft::Rough(rough) = &draft {
                    self.show_coarse(kept, rough);
                }
                kept.begun = Some(begun);
                self.exact(draft)?
            }
        };
        self.show_coarse(kept, &plan);
        let baking = Instant::now();
        let Some(baked) = bake(&plan, &bake_options(), self) else {
            kept.begun = Some(plan);
            return None;
        };
        kept.time_tiles(baking.elapsed(), baked.tiles().len());
        let baked = Arc::new(baked);
        kept.put(plan, Arc::clone(&baked));
        self.show_fine(kept, &baked, None);
        Some(baked)
    }

    /// The voxels after an edit, with a sketch on the way where that takes time and a fine picture at the end.
    fn rebake(
        &self,
        kept: &mut Kept,
        old_plan: IslandPlan,
        old: Arc<BakedIsland>,
    ) -> Option<Arc<BakedIsland>> {
        let draft = self.draft(&old_plan);
        let dirty = dirty_tiles(&old, draft.plan());
        let is_slow = kept.expected(&draft, dirty.len()) > AT_ONCE;
        // What is quickly baked would only flicker.
        if is_slow {
            self.sketch(kept, &old, draft.plan(), &dirty);
        }
        let began = Instant::now();
        let rebaked = self.exact(draft.clone()).and_then(|plan| {
            let baking = Instant::now();
            let (baked, rebuilt) = rebake(&old, &plan, &bake_options(), self)?;
            kept.time_tiles(baking.elapsed(), rebuilt.tiles_visited);
            Some((plan, Arc::new(baked), rebuilt.tiles))
        });
        let Some((plan, baked, changed_tiles)) = rebaked else {
            // During a drag every request is outdated before it ends; it shows something all the same.
            if !is_slow {
                self.sketch(kept, &old, draft.plan(), &dirty);
            }
            kept.put(old_plan, old);
            return None;
        };
        if matches!(draft, Draft::Rough(_)) {
            kept.refit_takes = began.elapsed();
        }
        kept.put(plan, Arc::clone(&baked));
        self.show_fine(kept, &baked, Some(changed_tiles));
        Some(baked)
    }

    fn draft(&self, previous: &IslandPlan) -> Draft {
        let part = &self.request.part;
        IslandPlan::draft_after(previous, part.settings(), part.stamps(), &self.island)
    }

    /// What a draft becomes once everything is fitted; `None` once a newer request waits.
    fn exact(&self, draft: Draft) -> Option<IslandPlan> {
        match draft {
            Draft::Exact(plan) => Some(plan),
            Draft::Rough(plan) => self.plan(Some(&plan)),
        }
    }

    fn plan(&self, previous: Option<&IslandPlan>) -> Option<IslandPlan> {
        let part = &self.request.part;
        let outdated = self.ticket.flag();
        IslandPlan::unless_cancelled(previous, part.settings(), part.stamps(), &self.island, outdated)
    }
}

/// Tiles that are made from something else than they were.
fn dirty_tiles(old: &BakedIsland, plan: &IslandPlan) -> Vec<TilePos> {
    let keys = old.origin().tiles.iter();
    if old.bounds() != plan.bounds() {
        return plan.bounds().tiles().collect();
    }
    plan.bounds()
        .tiles()
        .zip(keys)
        .filter(|(tile, key)| plan.tile_key(*tile) != **key)
        .map(|(tile, _)| tile)
        .collect()
}

fn bake_options() -> BakeOptions {
    BakeOptions {
        threads: threads(),
        ..BakeOptions::default()
    }
}

/// All processors where this thread and those that it starts step back behind the one that draws, elsewhere
/// all but one.
fn threads() -> usize {
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if background::STEPS_BACK {
        all
    } else {
        (all - 1).max(1)
    }
}

/// Works on one request: pictures and voxels, until a newer one waits.
pub(super) fn preview(kept: &mut Kept, request: &Request, ticket: &Ticket<Outcome>, progress: &BakeProgress) {
    let started = Instant::now();
    progress.done.store(0, Ordering::Relaxed);
    let job = Job {
        request,
        island: request.part.island(),
        ticket,
        progress,
    };
    let baked = match kept.take(request.part.id()) {
        Some((plan, baked)) => job.rebake(kept, plan, baked),
        None => job.bake(kept),
    };
    let Some(baked) = baked.filter(|_| !ticket.is_outdated()) else {
        return;
    };
    let mesh = kept.mesh(&baked);
    ticket.publish(Outcome::Terrain {
        serial: request.serial,
        baked,
        mesh,
        took: started.elapsed(),
    });
}
