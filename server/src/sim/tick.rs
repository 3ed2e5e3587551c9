//! One tick, in order.
//!
//! *Not* responsible for: when it happens (see `tick_thread`).

use shared::coords::LocalPos;

use super::harvest::set_position;
use super::input::Input;
use super::view::{Crowd, FrameLost};
use super::{Body, Simulation, TICKS_PER_SECOND, notice, v1};
use crate::rows::CharacterId;
use crate::wire::v1::SessionEndReason;

/// A position on disk is at most this old for a character that moves.
const POSITION_EVERY_TICKS: u64 = 2 * TICKS_PER_SECOND as u64;

impl Simulation {
    /// One fixed step of 1/20 s. `now_micros` is the time of day that rows are stamped with, UTC,
    /// microseconds since 1970.
    pub fn tick(&mut self, now_micros: i64, inputs: impl IntoIterator<Item = Input>) {
        self.tick += 1;
        self.now_micros = now_micros;
        for session in self.sessions.values_mut() {
            session.requests = 0;
        }
        for input in inputs {
            self.take_in(input);
        }
        for zone in self.zones.values_mut() {
            zone.walk();
        }
        self.complete_harvests();
        self.journal_positions(Due::InTurn);
        self.dismiss_lingering();
        self.note_service_state();
        self.open_gate();
        self.show();
        self.count();
    }

    /// Journals where everybody stands, for the last time. Called when the server goes down, after the last
    /// tick; what does not fit into the journal is as old as the last position that did.
    pub fn journal_all_positions(&mut self) {
        self.journal_positions(Due::Everybody);
    }

    /// Whether nothing waits for the disk any more.
    pub fn all_durable(&self) -> bool {
        self.gate.is_empty()
    }

    /// Lets out what has become durable since the last tick.
    pub fn let_out_durable(&mut self) {
        self.open_gate();
    }

    /// Hands over what is left to say, and ends all sessions.
    pub fn end_all_sessions(&mut self, reason: SessionEndReason) {
        for session in self.sessions.values_mut() {
            session.outbox.push(std::mem::take(&mut session.pending), None);
            session.outbox.end(reason);
        }
    }

    /// Positions are journalled in turn, spread over the ticks, when they changed.
    fn journal_positions(&mut self, due: Due) {
        let tick = self.tick;
        let is_due = |id: CharacterId| match due {
            Due::Everybody => true,
            Due::InTurn => id.unsigned_abs() % POSITION_EVERY_TICKS == tick % POSITION_EVERY_TICKS,
        };
        let moved: Vec<(CharacterId, LocalPos)> = self
            .zones
            .values()
            .flat_map(super::zone::Zone::movers)
            .filter(|(id, mover)| is_due(**id) && mover.journalled != mover.body.feet)
            .map(|(id, mover)| (*id, mover.body.feet))
            .collect();
        for (id, feet) in moved {
            if !self.journal_position(id, feet) {
                break;
            }
        }
    }

    /// Whether there was room for it in the journal.
    fn journal_position(&mut self, id: CharacterId, feet: LocalPos) -> bool {
        let Some(mut character) = self.roster.get(id).cloned() else {
            return true;
        };
        set_position(&mut character, feet);
        // Nobody is told about it, so nothing needs to wait for it.
        let told_at = character.last_seq;
        if self.commit(character, None).is_err() {
            return false;
        }
        if let Some(mut character) = self.roster.get(id).cloned() {
            character.last_seq = told_at;
            self.roster.replace(character);
        }
        for zone in self.zones.values_mut() {
            if let Some(mover) = zone.mover_mut(id) {
                mover.journalled = feet;
            }
        }
        true
    }

    /// Takes characters out of the world whose player has been gone for the logout delay (D10).
    fn dismiss_lingering(&mut self) {
        let leaving = self.zones.iter().flat_map(|(island, zone)| {
            let ids = zone.leaving(self.tick);
            ids.into_iter().map(|id| (*island, id))
        });
        for (island, id) in leaving.collect::<Vec<_>>() {
            let mover = self.zones.get_mut(&island).and_then(|zone| zone.leave(id));
            if let Some(mover) = mover
                && mover.journalled != mover.body.feet
                && !self.journal_position(id, mover.body.feet)
            {
                tracing::warn!(
                    character_id = id,
                    "last position not stored: the journal is full or failed"
                );
            }
        }
    }

    /// Tells everybody when the server can no longer store anything. What waits at the gate then waits for
    /// ever: it must not be told.
    fn note_service_state(&mut self) {
        let failed = self.journal.failed();
        if failed == self.read_only {
            return;
        }
        self.read_only = failed;
        tracing::error!(
            waiting = self.gate.len(),
            "durability has failed: read-only until a restart"
        );
        for session in self.sessions.values_mut() {
            let state = v1::ServiceState { read_only: failed };
            session.pending.push(notice(Body::ServiceState(state)));
        }
    }

    fn open_gate(&mut self) {
        for (session, message) in self.gate.release(self.journal.durable()) {
            self.tell(session, message);
        }
    }

    /// Hands every client its messages and what it sees.
    fn show(&mut self) {
        let durable = self.journal.durable();
        let crowds: std::collections::BTreeMap<_, _> = self
            .zones
            .iter()
            .map(|(island, zone)| (*island, Crowd::of(zone)))
            .collect();
        for session in self.sessions.values_mut() {
            let mut messages = std::mem::take(&mut session.pending);
            let playing = session.playing.filter(|_| session.frames_after <= durable);
            let sight = playing.and_then(|(island, character_id)| {
                let mover = self.zones.get(&island)?.mover(character_id)?;
                let lost = if session.outbox.frame_waiting() {
                    FrameLost::Yes
                } else {
                    FrameLost::No
                };
                let crowd = crowds.get(&island)?;
                Some(session.view.look(crowd, self.tick, (character_id, mover), lost))
            });
            let mut frame = None;
            if let Some(sight) = sight {
                if !sight.appeared.is_empty() {
                    let movers = sight.appeared;
                    messages.push(notice(Body::Appeared(v1::Appeared { movers })));
                }
                frame = sight.frame.map(|frame| frame.encode());
            }
            session.outbox.push(messages, frame);
        }
    }

    fn count(&self) {
        let movers = self.zones.values().map(|zone| zone.movers().len()).sum();
        self.metrics.players.set(movers);
        self.metrics.sessions.set(self.sessions.len());
        self.metrics.characters.set(self.roster.count());
        self.metrics.gate_waiting.set(self.gate.len());
    }
}

/// Whose positions are journalled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Due {
    /// Those whose turn it is in this tick.
    InTurn,
    /// All.
    Everybody,
}
