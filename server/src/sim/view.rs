//! What one client sees: the movers within 128 m, nearest first, and how that differs from what it was
//! sent before.
//!
//! *Not* responsible for: bytes (see `wire::frame`).

use std::collections::{BTreeMap, BTreeSet};

use shared::coords::LocalPos;

use super::TICKS_PER_SECOND;
use super::zone::{Mover, Zone};
use crate::rows::CharacterId;
use crate::wire::frame::{MAX_MOVERS, MoverRecord, TickFrame};
use crate::wire::v1;

/// How far players see each other.
pub(super) const VIEW_DISTANCE_M: f32 = 128.0;
/// Edge of a cell of the grid; a view covers at most 5 x 5 of them.
const CELL_M: f32 = 64.0;
/// A complete frame goes out this often, whatever was lost on the way.
const FULL_EVERY_TICKS: u64 = 2 * TICKS_PER_SECOND as u64;

/// Everybody on an island, by cell: made once per tick for all who look.
pub(super) struct Crowd<'a> {
    cells: BTreeMap<(i32, i32), Vec<(CharacterId, &'a Mover)>>,
}

impl<'a> Crowd<'a> {
    /// Sorts the movers of a zone into cells.
    pub(super) fn of(zone: &'a Zone) -> Self {
        let mut cells: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, mover) in zone.movers() {
            cells
                .entry(cell_of(mover.body.feet, 0.0))
                .or_default()
                .push((*id, mover));
        }
        Self { cells }
    }

    /// The nearest movers within sight, without the one who looks.
    fn near(&self, viewer: CharacterId, eye: LocalPos) -> Vec<(CharacterId, &'a Mover)> {
        let (low, high) = (cell_of(eye, -VIEW_DISTANCE_M), cell_of(eye, VIEW_DISTANCE_M));
        let mut near: Vec<_> = (low.0..=high.0)
            .flat_map(|x| (low.1..=high.1).filter_map(move |y| self.cells.get(&(x, y))))
            .flatten()
            .filter(|(id, _)| *id != viewer)
            .map(|(id, mover)| (distance_squared(mover.body.feet, eye), *id, *mover))
            .filter(|(distance, _, _)| *distance <= VIEW_DISTANCE_M * VIEW_DISTANCE_M)
            .collect();
        let order =
            |a: &(f32, CharacterId, _), b: &(f32, CharacterId, _)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if near.len() > MAX_MOVERS {
            near.select_nth_unstable_by(MAX_MOVERS, order);
            near.truncate(MAX_MOVERS);
        }
        near.sort_unstable_by(order);
        near.into_iter().map(|(_, id, mover)| (id, mover)).collect()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates; islands have at most 64 cells a side"
)]
fn cell_of(position: LocalPos, offset_m: f32) -> (i32, i32) {
    let cell = |metres: f32| ((metres + offset_m) / CELL_M).floor() as i32;
    (cell(position.x_m), cell(position.y_m))
}

fn distance_squared(a: LocalPos, b: LocalPos) -> f32 {
    let (x, y, z) = (a.x_m - b.x_m, a.y_m - b.y_m, a.z_m - b.z_m);
    x * x + y * y + z * z
}

/// What a client was sent.
#[derive(Debug, Default)]
pub(super) struct View {
    seen: BTreeMap<u32, MoverRecord>,
    own: Option<(MoverRecord, u32)>,
    full_at: Option<u64>,
}

/// What one tick has for a client.
#[derive(Debug, PartialEq)]
pub(super) struct Sight {
    /// The frame; `None` when nothing changed.
    pub frame: Option<TickFrame>,
    /// Names of those who came into view.
    pub appeared: Vec<v1::Mover>,
}

impl View {
    /// Compares what there is to see with what was sent. `frame_lost`: the last frame was not taken, so the
    /// next one must be complete.
    pub(super) fn look(
        &mut self,
        crowd: &Crowd<'_>,
        tick: u64,
        me: (CharacterId, &Mover),
        frame_lost: FrameLost,
    ) -> Sight {
        let (viewer, mover) = me;
        let near = crowd.near(viewer, mover.body.feet);
        let appeared = near
            .iter()
            .filter(|(_, other)| !self.seen.contains_key(&other.mover_id));
        let appeared = appeared.map(|(id, other)| v1::Mover {
            mover_id: other.mover_id,
            character_id: *id,
            name: other.name.clone(),
        });
        let appeared: Vec<_> = appeared.collect();

        let records: BTreeMap<u32, MoverRecord> = near
            .iter()
            .map(|(_, other)| (other.mover_id, other.record()))
            .collect();
        let gone: BTreeSet<u32> = self
            .seen
            .keys()
            .filter(|id| !records.contains_key(id))
            .copied()
            .collect();
        let due = self.full_at.is_none_or(|at| tick >= at + FULL_EVERY_TICKS);
        let full = due || frame_lost == FrameLost::Yes || gone.len() > MAX_MOVERS;
        let changed = records
            .iter()
            .filter(|(id, record)| full || self.seen.get(id) != Some(record));
        let movers: Vec<_> = changed.map(|(_, record)| *record).collect();
        let own = (mover.record(), mover.intent.sequence);
        let frame =
            (full || !movers.is_empty() || !gone.is_empty() || self.own != Some(own)).then(|| TickFrame {
                full,
                tick: u32::try_from(tick & u64::from(u32::MAX)).unwrap_or(0),
                sequence: own.1,
                position: own.0.position,
                state: own.0.state,
                movers,
                gone: if full {
                    Vec::new()
                } else {
                    gone.into_iter().collect()
                },
            });
        if full {
            self.full_at = Some(tick);
        }
        self.own = Some(own);
        self.seen = records;
        Sight { frame, appeared }
    }
}

/// Whether the client missed the frame before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FrameLost {
    /// It still waits and is about to be replaced.
    Yes,
    /// It was taken.
    No,
}
