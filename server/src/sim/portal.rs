//! `UsePortal`: a step to the other end, on any island of this process.
//!
//! The step is one journal record: the character's row with the new island and place. It is on one island
//! before and on one after it, whenever the process ends (D41).
//!
//! *Not* responsible for: where portals stand and lead (see `world`).

use shared::ids::PortalId;

use super::walk::HEIGHT_M;
use super::{Body, ErrorCode, Refused, RequestId, SessionId, Simulation, reply, v1};

/// How close to a portal a character must stand, sideways.
pub(super) const PORTAL_REACH_M: f32 = 2.0;

impl Simulation {
    pub(super) fn use_portal(
        &mut self,
        session: SessionId,
        request_id: RequestId,
        portal_id: PortalId,
    ) -> Result<(), Refused> {
        let (island, character_id) = self.playing(session)?;
        let zone = self.zones.get(&island);
        let portal = zone.and_then(|zone| zone.island.portals.get(&portal_id));
        let mover = zone.and_then(|zone| zone.mover(character_id));
        let (Some(portal), Some(mover)) = (portal, mover) else {
            return Err(Refused::new(ErrorCode::NotFound, "no such portal on this island"));
        };
        let (dx, dy) = (
            mover.body.feet.x_m - portal.position.x_m,
            mover.body.feet.y_m - portal.position.y_m,
        );
        let dz = mover.body.feet.z_m - portal.position.z_m;
        if dx * dx + dy * dy > PORTAL_REACH_M * PORTAL_REACH_M || dz.abs() > HEIGHT_M {
            let text = format!("stand within {PORTAL_REACH_M} metres of the portal");
            return Err(Refused::new(ErrorCode::TooFar, text));
        }
        self.gate.has_room(2)?;
        let to = portal.to;
        let Some(mut character) = self.roster.get(character_id).cloned() else {
            return Err(Refused::new(ErrorCode::NotFound, "no such character"));
        };
        character.row.map_id = to.island.to_string();
        character.row.position_x = f64::from(to.position.x_m);
        character.row.position_y = f64::from(to.position.y_m);
        character.row.position_z = f64::from(to.position.z_m);
        character.row.updated_at_micros = self.now_micros;
        let name = character.row.character_name.clone();
        let used = v1::PortalUsed {
            portal_id: portal_id.to_string(),
            island_id: to.island.to_string(),
        };
        let answer = reply(Some(request_id), Body::PortalUsed(used));
        let seq = self.commit(character, Some((request_id, &answer)))?;

        if let Some(zone) = self.zones.get_mut(&island) {
            zone.leave(character_id);
        }
        self.place(session, character_id, name, to);
        self.tell_durable(seq, session, answer);
        self.tell_entered(seq, session, None, to.island, character_id);
        Ok(())
    }
}
