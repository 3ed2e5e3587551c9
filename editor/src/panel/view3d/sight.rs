//! What of the island is seen from where: which symbols the terrain hides.
//!
//! *Not* responsible for: drawing.

use glam::Vec3;
use shared::coords::LocalPos;
use shared::ids::IslandId;

use crate::panel::Context;
use crate::scene::camera::OrbitCamera;

/// Height of the mast that carries a symbol, in metres.
pub(super) const MAST_M: f32 = 14.0;
/// First step from a symbol towards the eye, in metres: the ground it stands on does not hide it.
const FIRST_STEP_M: f32 = 2.0;
/// Steps grow by this share of the way, so that far ridges cost little.
const GROWTH: f32 = 1.06;
/// Terrain this much above the ray hides for certain.
const CLEARANCE_M: f32 = 0.5;

/// Symbols that are looked at in one frame: about a millisecond.
const RAYS_PER_FRAME: usize = 600;

/// What a list of feet was made for.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Key {
    island: IslandId,
    camera: OrbitCamera,
    document: u64,
    marks: u64,
    preview: u64,
}

/// Where symbols stand and whether they are seen, looked at again only when camera, terrain or records
/// change. Of thousands some are looked at in every frame until all are.
#[derive(Default, Debug)]
pub(super) struct Sight {
    key: Option<Key>,
    feet: Vec<Foot>,
    /// The foot to look at next, and how many are still to be looked at.
    next: usize,
    left: usize,
}

/// The foot of a symbol.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Foot {
    /// On the ground, or on the sea.
    pub(super) at: Vec3,
    /// Whether terrain stands between the symbol and the eye.
    pub(super) hidden: bool,
}

impl Sight {
    /// The feet of all items, in their order.
    pub(super) fn feet(&self) -> &[Foot] {
        &self.feet
    }

    /// Catches up with what changed; returns whether there is more to look at in the next frame.
    pub(super) fn follow(&mut self, context: &Context, island: IslandId, camera: OrbitCamera) -> bool {
        let key = Key {
            island,
            camera,
            document: context.document.revision(),
            marks: context.marks.revision(),
            preview: context.preview.generation(),
        };
        let ground = |x_m, y_m| ground_m(context, island, x_m, y_m);
        let eye = camera.eye();
        if self.key != Some(key) {
            let same_view = self
                .key
                .is_some_and(|old| (old.island, old.camera) == (island, camera));
            let same_items = self.feet.len() == context.items.len();
            // In a drag only what is dragged is looked at again; the rest follows when it is over.
            let is_drag = context.document.history().is_gesture_open() && same_view && same_items;
            self.key = Some(key);
            self.feet.resize(context.items.len(), Foot::default());
            for (foot, item) in self.feet.iter_mut().zip(context.items) {
                let (x, y) = (item.anchor.x_m, item.anchor.y_m);
                let at = Vec3::new(x, y, ground(x, y).unwrap_or(0.0).max(0.0));
                if is_drag && foot.at.truncate() != at.truncate() {
                    foot.hidden = is_hidden(at + Vec3::Z * MAST_M, eye, ground);
                }
                foot.at = at;
            }
            if !is_drag {
                self.left = self.feet.len();
            }
        }
        for _ in 0..self.left.min(RAYS_PER_FRAME) {
            self.next = if self.next < self.feet.len() { self.next } else { 0 };
            if let Some(foot) = self.feet.get_mut(self.next) {
                foot.hidden = is_hidden(foot.at + Vec3::Z * MAST_M, eye, ground);
            }
            self.next += 1;
            self.left -= 1;
        }
        self.left > 0
    }
}

/// Height of the ground in the newest preview.
pub(super) fn ground_m(context: &Context, island: IslandId, x_m: f32, y_m: f32) -> Option<f32> {
    let column = LocalPos::new(x_m, y_m, 0.0).voxel().column();
    Some(context.preview.ground(island, column)?.0)
}

/// Whether the ground rises above the line from a place to the eye.
fn is_hidden(from: Vec3, eye: Vec3, ground: impl Fn(f32, f32) -> Option<f32>) -> bool {
    let (way, whole_m) = ((eye - from).normalize_or_zero(), (eye - from).length());
    let (mut gone_m, mut step_m) = (FIRST_STEP_M, FIRST_STEP_M);
    while gone_m < whole_m {
        let at = from + way * gone_m;
        match ground(at.x, at.y) {
            Some(height_m) if height_m > at.z + CLEARANCE_M => return true,
            Some(_) => {}
            // The line left the island; nothing stands on the sea.
            None => return false,
        }
        gone_m += step_m;
        step_m *= GROWTH;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ridge_hides_what_lies_behind_it_and_nothing_before_it() {
        let ground =
            |x: f32, _: f32| (x.abs() < 300.0).then_some(if (-10.0..10.0).contains(&x) { 60.0 } else { 2.0 });
        let eye = Vec3::new(250.0, 0.0, 40.0);
        assert!(is_hidden(Vec3::new(-80.0, 0.0, 16.0), eye, ground));
        assert!(!is_hidden(Vec3::new(80.0, 0.0, 16.0), eye, ground));
        assert!(!is_hidden(
            Vec3::new(-80.0, 0.0, 16.0),
            Vec3::new(-60.0, 0.0, 500.0),
            ground
        ));
        assert!(
            !is_hidden(Vec3::new(400.0, 0.0, 1.0), eye, ground),
            "off the island"
        );
    }
}
