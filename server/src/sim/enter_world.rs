//! `EnterWorld`: a session takes control of a character, one that still lingers or one that it places.
//!
//! *Not* responsible for: changing islands (see `portal`).

use std::sync::Arc;

use shared::coords::LocalPos;
use shared::ids::IslandId;

use super::journal::Seq;
use super::view::View;
use super::walk::{self, Body as WalkingBody};
use super::{Body, ErrorCode, Refused, RequestId, SessionId, Simulation, notice, position, reply, v1};
use crate::rows::{CharacterId, CharacterRow};
use crate::world::{Island, Spot};

impl Simulation {
    pub(super) fn enter_world(
        &mut self,
        session: SessionId,
        request_id: Option<RequestId>,
        character_id: CharacterId,
    ) -> Result<(), Refused> {
        let account = self.sessions.get(&session).map(|session| session.account);
        let character = self.roster.get(character_id);
        let Some(character) = character.filter(|character| Some(character.row.account_id) == account) else {
            return Err(Refused::new(
                ErrorCode::NotFound,
                "the account has no such character",
            ));
        };
        self.gate.has_room(2)?;
        let (last_seq, row) = (character.last_seq, character.row.clone());
        let playing = self.sessions.get(&session).and_then(|session| session.playing);
        if playing.is_some_and(|(_, current)| current != character_id) {
            self.part(session);
        }
        let lingering = self
            .zones
            .iter()
            .find(|(_, zone)| zone.mover(character_id).is_some())
            .map(|(id, _)| *id);
        let island = if let Some(island) = lingering {
            if let Some(mover) = self
                .zones
                .get_mut(&island)
                .and_then(|zone| zone.mover_mut(character_id))
            {
                mover.session = Some(session);
                mover.leaves_at = u64::MAX;
            }
            island
        } else {
            let spot = self.stored_spot(&row);
            self.place(session, character_id, row.character_name.clone(), spot);
            self.record_login(character_id);
            spot.island
        };
        // What the character owns may have changed a moment ago: told when that is on disk.
        self.tell_entered(last_seq, session, request_id, island, character_id);
        if let Some(character) = self.roster.get(character_id) {
            let update = Body::CharacterUpdate(character.update(None));
            self.tell_durable(last_seq, session, notice(update));
        }
        if self.read_only {
            self.tell(
                session,
                notice(Body::ServiceState(v1::ServiceState { read_only: true })),
            );
        }
        Ok(())
    }

    /// Where a stored character stands. Islands change between runs: where its place is now inside rock, the
    /// nearest free place; where its island is gone, the spawn point.
    fn stored_spot(&self, row: &CharacterRow) -> Spot {
        let island = row
            .map_id
            .parse()
            .ok()
            .and_then(|id: IslandId| self.world.island(id));
        let Some(island) = island else {
            return self.world.spawn;
        };
        let stored = [row.position_x, row.position_y, row.position_z].map(narrow);
        let stored = LocalPos::new(stored[0], stored[1], stored[2]);
        let terrain = island.terrain.as_ref();
        let free = if walk::fits(terrain, stored) {
            Some(stored)
        } else {
            walk::place_near(terrain, stored.x_m, stored.y_m)
        };
        free.map_or(self.world.spawn, |position| Spot {
            island: island.id,
            position,
            yaw: 0,
        })
    }

    /// Stands a character on an island.
    pub(super) fn place(&mut self, session: SessionId, character_id: CharacterId, name: String, spot: Spot) {
        let mut body = WalkingBody::at(spot.position);
        body.yaw = spot.yaw;
        if let Some(zone) = self.zones.get_mut(&spot.island) {
            zone.enter(character_id, name, body, session);
        }
    }

    /// Notes the time of entering. Nobody waits for it and nothing depends on it, so a full journal may
    /// skip it.
    fn record_login(&mut self, character_id: CharacterId) {
        if let Some(mut character) = self.roster.get(character_id).cloned() {
            character.row.last_login_micros = self.now_micros;
            if let Err(refusal) = self.commit(character, None) {
                tracing::warn!(character_id, %refusal, "time of login not stored");
            }
        }
    }

    /// Tells a session where its character stands, and starts frames after that.
    pub(super) fn tell_entered(
        &mut self,
        seq: Seq,
        session_id: SessionId,
        request_id: Option<RequestId>,
        island: IslandId,
        character_id: CharacterId,
    ) {
        let Some(zone) = self.zones.get(&island) else {
            return;
        };
        let (Some(session), Some(mover)) = (self.sessions.get_mut(&session_id), zone.mover(character_id))
        else {
            return;
        };
        session.playing = Some((island, character_id));
        session.view = View::default();
        session.frames_after = seq;
        let entered = entered(&zone.island, mover.mover_id, mover.body.feet);
        self.tell_durable(seq, session_id, reply(request_id, Body::IslandEntered(entered)));
    }

    /// Parts a session from its character, which lingers for the logout delay.
    pub(super) fn part(&mut self, session: SessionId) {
        let playing = self
            .sessions
            .get_mut(&session)
            .and_then(|session| session.playing.take());
        let Some((island, character_id)) = playing else {
            return;
        };
        let leaves_at = self.tick.saturating_add(Self::ticks(self.config.logout_delay));
        let mover = self
            .zones
            .get_mut(&island)
            .and_then(|zone| zone.mover_mut(character_id));
        if let Some(mover) = mover {
            mover.session = None;
            mover.leaves_at = leaves_at;
            mover.harvest = None;
            mover.intent.east = 0.0;
            mover.intent.north = 0.0;
            mover.intent.jump = false;
        }
    }
}

/// A stored coordinate as the simulation has it; it was one of its own, so nothing is lost.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounds to the nearest f32; the walk rules check it"
)]
fn narrow(metres: f64) -> f32 {
    metres as f32
}

fn entered(island: &Arc<Island>, mover_id: u32, feet: LocalPos) -> v1::IslandEntered {
    let portals = island.portals.iter().map(|(id, portal)| v1::Portal {
        portal_id: id.to_string(),
        name: portal.name.clone(),
        position: Some(position(portal.position)),
        to_island_id: portal.to.island.to_string(),
    });
    let nodes = island.nodes.iter().map(|(id, node)| v1::Node {
        entity_id: id.to_string(),
        node_id: node.node_type.clone(),
        name: node.name.clone(),
        position: Some(position(node.position)),
    });
    let places = island.places.iter().map(|(id, place)| v1::Place {
        poi_id: id.to_string(),
        kind: place.kind.clone(),
        name: place.name.clone(),
        position: Some(position(place.position)),
    });
    let bounds = island.bounds;
    v1::IslandEntered {
        island_id: island.id.to_string(),
        name: island.name.clone(),
        mover_id,
        width: bounds.width().unsigned_abs(),
        depth: bounds.depth().unsigned_abs(),
        below: bounds.below().unsigned_abs(),
        above: bounds.above().unsigned_abs(),
        position: Some(position(feet)),
        portals: portals.collect(),
        nodes: nodes.collect(),
        places: places.collect(),
    }
}
