//! A session: one logged-in connection as the simulation sees it. Session and character are two things:
//! a lost connection only parts them (X15).
//!
//! *Not* responsible for: sockets (see `net`), passwords and tokens (see `accounts`).

use std::sync::Arc;

use shared::ids::IslandId;

use super::journal::Seq;
use super::view::View;
use crate::outbox::Outbox;
use crate::rows::{AccountId, CharacterId};
use crate::wire::v1::ServerMessage;

/// Requests of one session that one tick acts on; more are refused. Moves only replace the intent.
pub(super) const MAX_REQUESTS_PER_TICK: u32 = 16;

/// One logged-in connection.
pub(super) struct Session {
    /// Who it is.
    pub account: AccountId,
    /// Where messages go.
    pub outbox: Arc<Outbox>,
    /// The character it controls, and on which island.
    pub playing: Option<(IslandId, CharacterId)>,
    /// What it was sent about others.
    pub view: View,
    /// Messages of this tick.
    pub pending: Vec<ServerMessage>,
    /// Frames wait until this is durable: the client does not yet know where it is.
    pub frames_after: Seq,
    /// Requests in this tick.
    pub requests: u32,
}

impl Session {
    /// A session that has just logged in.
    pub(super) fn new(account: AccountId, outbox: Arc<Outbox>) -> Self {
        Self {
            account,
            outbox,
            playing: None,
            view: View::default(),
            pending: Vec::new(),
            frames_after: Seq::NONE,
            requests: 0,
        }
    }
}
