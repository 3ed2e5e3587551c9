//! Pictures of the island that a request is about: coarse ones at once, sketches on top of what is shown, every
//! column at the end.
//!
//! *Not* responsible for: when which of them is made (the parent), pixels (`picture`).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::ColorImage;
use shared::coords::{ColumnPos, TilePos};
use shared::ids::IslandId;
use worldgen::{BakedIsland, IslandPlan, Material, SurfaceGrid};

use super::{Job, Kept, Outcome, Patch};
use crate::preview::picture::Relief;

/// Coarse pictures have at most this many samples a side: about a frame's time.
const COARSE_SAMPLES: i32 = 96;

impl Job<'_> {
    fn show(&self, relief: &Relief) -> u64 {
        let image = relief.image(self.request.style);
        self.publish(relief.step, image, relief.ground_materials(), None)
    }

    /// A few samples of the whole island: about a frame's time. Made even when a newer request waits:
    /// during a drag one always does.
    pub(super) fn show_coarse(&self, kept: &mut Kept, plan: &IslandPlan) {
        if let Some(grid) = refresh(&mut kept.coarse, plan) {
            self.show(&Relief::of_grid(grid));
        }
    }

    /// A few samples where tiles are going to change, on top of the picture that is shown. Without one to go
    /// on, a coarse picture of the whole island.
    pub(super) fn sketch(&self, kept: &mut Kept, old: &BakedIsland, plan: &IslandPlan, dirty: &[TilePos]) {
        let (id, style) = (plan.id(), self.request.style);
        let relief = kept.relief.as_ref();
        let relief = relief.filter(|(island, relief)| *island == id && relief.is_of(plan.bounds()));
        let shown = kept.shown.filter(|shown| (shown.0, shown.2) == (id, style));
        let (Some((_, relief)), Some((_, onto, _))) = (relief, shown) else {
            kept.shown = None;
            self.show_coarse(kept, plan);
            return;
        };
        let Some(grid) = refresh(&mut kept.coarse, plan) else {
            return;
        };
        // Much may hang on a marker and come out as it was: there the picture stays sharp.
        let changed = changed_tiles(old, grid);
        let tiles: Vec<TilePos> = dirty
            .iter()
            .copied()
            .filter(|tile| changed.contains(tile))
            .collect();
        // What the last sketch changed and this one does not is drawn as it was baked.
        let before = std::mem::take(&mut kept.sketched);
        if tiles.is_empty() && before.is_empty() {
            return;
        }
        let coarse = Relief::of_grid(grid);
        let (sketched, changed) = relief.sketched(&coarse, plan.bounds().min(), &tiles, &before);
        let (at, image) = sketched.patch(changed, style);
        let materials = sketched.materials_in(changed);
        let number = self.publish(grid.step, image, materials, Some(Patch { onto, at }));
        kept.shown = Some((id, number, style));
        kept.sketched = tiles.into_iter().collect();
    }

    /// Every column of a bake: only the part that changed where the picture before it can be patched. Of a
    /// rebake, `changed_tiles` came out different from the bake before.
    pub(super) fn show_fine(
        &self,
        kept: &mut Kept,
        baked: &BakedIsland,
        changed_tiles: Option<Vec<TilePos>>,
    ) {
        let (id, style) = (baked.id(), self.request.style);
        let shown = kept
            .shown
            .take()
            .filter(|shown| (shown.0, shown.2) == (id, style));
        let sketched = std::mem::take(&mut kept.sketched);
        let same_size = |(island, relief): &(IslandId, Relief)| *island == id && relief.is_of(baked.bounds());
        let before = kept.relief.take().filter(same_size);
        let (relief, number) = if let (Some((_, mut relief)), Some(mut tiles)) = (before, changed_tiles) {
            tiles.extend(sketched);
            let changed = relief.update(baked, &tiles);
            // A request that changes nothing is one whose picture was lost on its way: it gets the whole.
            let is_small = !tiles.is_empty() && changed.count() * 2 < relief.width * relief.depth;
            let number = match shown {
                Some((_, onto, _)) if is_small => {
                    let (at, image) = relief.patch(changed, style);
                    let materials = relief.materials_in(changed);
                    self.publish(relief.step, image, materials, Some(Patch { onto, at }))
                }
                _ => self.show(&relief),
            };
            (relief, number)
        } else {
            let relief = Relief::of_bake(baked);
            let number = self.show(&relief);
            (relief, number)
        };
        kept.shown = Some((id, number, style));
        kept.relief = Some((id, relief));
    }

    /// Hands a picture out, or a part of one, and returns its number.
    fn publish(&self, step: u32, image: ColorImage, materials: Vec<Material>, patch: Option<Patch>) -> u64 {
        let number = self.progress.pictures.fetch_add(1, Ordering::Relaxed) + 1;
        let part = &self.request.part;
        self.ticket.publish(Outcome::Picture {
            island: part.id(),
            serial: self.request.serial,
            step,
            area: part.bounds().footprint(),
            image,
            style: self.request.style,
            materials,
            patch,
            number,
        });
        number
    }
}

/// Brings a coarse surface up to date: only where the plan is another is anything evaluated.
fn refresh<'a>(coarse: &'a mut Option<SurfaceGrid>, plan: &IslandPlan) -> Option<&'a SurfaceGrid> {
    let never = AtomicBool::new(false);
    *coarse = plan.preview_after(coarse.as_ref(), coarse_step(plan), &never);
    coarse.as_ref()
}

/// Columns from one sample of a coarse picture to the next.
fn coarse_step(plan: &IslandPlan) -> u32 {
    let extent = plan.bounds().width().max(plan.bounds().depth());
    u32::try_from((extent / COARSE_SAMPLES).max(1)).unwrap_or(1)
}

/// Tiles of which a sample differs from the bake.
fn changed_tiles(baked: &BakedIsland, grid: &SurfaceGrid) -> BTreeSet<TilePos> {
    let mut changed = BTreeSet::new();
    let stride = i32::try_from(grid.step).unwrap_or(1);
    let (mut column, mut count) = (grid.first, 0);
    for ((height, material), water_end) in grid.heights.iter().zip(&grid.materials).zip(&grid.water_ends) {
        let index = column.index_in_tile();
        let surface = |end: i16, height: i32| Some(end).filter(|end| i32::from(*end) * 256 > height);
        let is_same = baked.tile(column.tile()).is_some_and(|tile| {
            tile.heights[index] == *height
                && tile.materials[index] == *material
                && surface(tile.water_ends[index], *height) == surface(*water_end, *height)
        });
        if !is_same {
            changed.insert(column.tile());
        }
        (column.x, count) = (column.x + stride, count + 1);
        if count % grid.width == 0 {
            column = ColumnPos::new(grid.first.x, column.y + stride);
        }
    }
    changed
}
