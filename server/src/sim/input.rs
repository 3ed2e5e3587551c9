//! What reaches the simulation from outside: typed, checked and bounded before it gets here.
//!
//! *Not* responsible for: reading it off the wire (see `net::decode`).

use std::sync::Arc;

use shared::ids::{EntityId, PortalId};

use super::walk::Intent;
use crate::outbox::Outbox;
use crate::rows::{AccountId, CharacterId, RequestId};

/// One connection that has logged in; never reused while the server runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SessionId(pub u64);

/// One thing that the network tells the simulation.
#[derive(Debug)]
pub enum Input {
    /// An account has logged in. An older session of the account ends.
    Attach {
        /// The new session.
        session: SessionId,
        /// Who it is.
        account: AccountId,
        /// Where answers go.
        outbox: Arc<Outbox>,
        /// The login's request id, for the answer.
        request_id: Vec<u8>,
        /// Goes into the answer.
        session_token: Vec<u8>,
    },
    /// The connection is gone; the character stays for a while (X15).
    Detach {
        /// The session that ended.
        session: SessionId,
    },
    /// The client asks for something.
    Request {
        /// Who asks.
        session: SessionId,
        /// What the client calls it; `None` when it did not say.
        request_id: Option<RequestId>,
        /// What it is.
        request: Request,
    },
}

/// What a client can ask of the simulation.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// Make a character.
    CreateCharacter {
        /// As typed.
        name: String,
    },
    /// Take control of a character.
    EnterWorld {
        /// Which one.
        character_id: CharacterId,
    },
    /// Walk.
    Move(Intent),
    /// Start to harvest.
    HarvestStart {
        /// The resource node.
        entity: EntityId,
    },
    /// Stop to harvest.
    HarvestStop {
        /// The resource node.
        entity: EntityId,
    },
    /// Step through a portal.
    UsePortal {
        /// The end that the character stands at.
        portal: PortalId,
    },
    /// Leave the world.
    Leave,
}
