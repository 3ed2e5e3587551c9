//! A zone: the running simulation of one island. Zones share nothing (D40).
//!
//! *Not* responsible for: what characters own (see `sim::roster`), what clients see (see `sim::view`).

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::coords::LocalPos;
use shared::ids::EntityId;

use super::input::SessionId;
use super::walk::{self, Body, Intent};
use crate::rows::CharacterId;
use crate::wire::frame::{FinePos, MoverRecord, MoverState};
use crate::world::Island;

/// One island with everybody on it.
pub(super) struct Zone {
    /// The island.
    pub island: Arc<Island>,
    movers: BTreeMap<CharacterId, Mover>,
    next_mover_id: u32,
}

/// A character in the world.
#[derive(Clone, Debug)]
pub(super) struct Mover {
    /// Number in tick frames, not reused within the zone.
    pub mover_id: u32,
    /// Its name, for those who see it.
    pub name: String,
    /// Where it is.
    pub body: Body,
    /// What it wants.
    pub intent: Intent,
    /// What it harvests.
    pub harvest: Option<Harvest>,
    /// Who controls it; `None` while it lingers.
    pub session: Option<SessionId>,
    /// Tick at which a lingering character leaves the world.
    pub leaves_at: u64,
    /// The position that was journalled last.
    pub journalled: LocalPos,
}

/// A running harvest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Harvest {
    /// The resource node.
    pub entity: EntityId,
    /// Tick of the next completion.
    pub completes_at: u64,
}

impl Zone {
    /// An empty zone.
    pub(super) fn new(island: Arc<Island>) -> Self {
        Self {
            island,
            movers: BTreeMap::new(),
            next_mover_id: 1,
        }
    }

    /// Puts a character here and returns its number.
    pub(super) fn enter(
        &mut self,
        character_id: CharacterId,
        name: String,
        body: Body,
        session: SessionId,
    ) -> u32 {
        let mover_id = self.next_mover_id;
        self.next_mover_id = self.next_mover_id.wrapping_add(1);
        let mover = Mover {
            mover_id,
            name,
            body,
            intent: Intent {
                yaw: body.yaw,
                ..Intent::default()
            },
            harvest: None,
            session: Some(session),
            leaves_at: u64::MAX,
            journalled: body.feet,
        };
        self.movers.insert(character_id, mover);
        mover_id
    }

    /// Takes a character out.
    pub(super) fn leave(&mut self, character_id: CharacterId) -> Option<Mover> {
        self.movers.remove(&character_id)
    }

    /// One character here.
    pub(super) fn mover(&self, character_id: CharacterId) -> Option<&Mover> {
        self.movers.get(&character_id)
    }

    /// One character here, to change it.
    pub(super) fn mover_mut(&mut self, character_id: CharacterId) -> Option<&mut Mover> {
        self.movers.get_mut(&character_id)
    }

    /// Everybody here, by id.
    pub(super) fn movers(&self) -> &BTreeMap<CharacterId, Mover> {
        &self.movers
    }

    /// Moves everybody by one tick.
    pub(super) fn walk(&mut self) {
        let terrain = self.island.terrain.as_ref();
        for mover in self.movers.values_mut() {
            walk::step(terrain, &mut mover.body, &mover.intent);
        }
    }

    /// Characters whose harvest completes by this tick, in order of id.
    pub(super) fn harvests_due(&self, tick: u64) -> Vec<(CharacterId, Harvest)> {
        let due = |(id, mover): (&CharacterId, &Mover)| {
            let harvest = mover
                .harvest
                .clone()
                .filter(|harvest| harvest.completes_at <= tick)?;
            Some((*id, harvest))
        };
        self.movers.iter().filter_map(due).collect()
    }

    /// Characters that have lingered long enough.
    pub(super) fn leaving(&self, tick: u64) -> Vec<CharacterId> {
        let over = |(_, mover): &(&CharacterId, &Mover)| mover.session.is_none() && mover.leaves_at <= tick;
        self.movers.iter().filter(over).map(|(id, _)| *id).collect()
    }
}

impl Mover {
    /// The mover as a tick frame shows it.
    pub(super) fn record(&self) -> MoverRecord {
        let flags = [
            (self.body.standing, MoverState::STANDING),
            (self.body.swimming, MoverState::SWIMMING),
            (self.harvest.is_some(), MoverState::HARVESTING),
            (self.session.is_none(), MoverState::LINGERING),
        ];
        let bits = flags
            .into_iter()
            .filter(|(set, _)| *set)
            .fold(0, |bits, (_, flag)| bits | flag);
        MoverRecord {
            mover_id: self.mover_id,
            position: FinePos::of(self.body.feet),
            yaw: self.body.yaw,
            state: MoverState(bits),
        }
    }
}
