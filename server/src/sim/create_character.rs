//! `CreateCharacter`: a new character on the spawn point, durable before it is told (C34).
//!
//! *Not* responsible for: entering the world with it (see `enter_world`).

use std::collections::BTreeMap;

use super::inventory::Inventory;
use super::roster::{Character, CreateError};
use super::{Body, ErrorCode, Refused, RequestId, SessionId, Simulation, reply, v1};

impl Simulation {
    pub(super) fn create_character(
        &mut self,
        session: SessionId,
        request_id: RequestId,
        name: &str,
    ) -> Result<(), Refused> {
        let Some(account) = self.sessions.get(&session).map(|session| session.account) else {
            return Ok(());
        };
        self.gate.has_room(1)?;
        let mut row = self.roster.draft(account, name)?;
        let spawn = self.world.spawn;
        row.map_id = spawn.island.to_string();
        row.position_x = f64::from(spawn.position.x_m);
        row.position_y = f64::from(spawn.position.y_m);
        row.position_z = f64::from(spawn.position.z_m);
        row.created_at_micros = self.now_micros;
        row.updated_at_micros = self.now_micros;
        row.revision = 1;
        let character = Character {
            row,
            inventory: Inventory::default(),
            skills: BTreeMap::new(),
            last_seq: super::journal::Seq::NONE,
        };
        let created = v1::CharacterCreated {
            character: Some(character.summary()),
        };
        let answer = reply(Some(request_id), Body::CharacterCreated(created));
        let seq = self.commit(character, Some((request_id, &answer)))?;
        self.tell_durable(seq, session, answer);
        Ok(())
    }
}

impl From<CreateError> for Refused {
    fn from(error: CreateError) -> Self {
        let code = match error {
            CreateError::InvalidName => ErrorCode::InvalidData,
            CreateError::NameTaken => ErrorCode::CharacterNameTaken,
            CreateError::ServerFull => ErrorCode::ServerFull,
            CreateError::TooMany => ErrorCode::TooManyCharacters,
        };
        Self::new(code, error.to_string())
    }
}
