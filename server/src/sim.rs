//! The simulation: one owner of everything that changes while people play.
//!
//! [`Simulation::tick`] is one fixed step: take what the network left in the inbox, move and harvest, hand
//! what must last to the journal, let out what the disk has confirmed, tell every client what it sees. It is
//! plain structs and plain calls: no locks, no waiting, no clock of its own.
//!
//! Reading order: `input` and [`crate::outbox`] are the two borders, `zone` and `roster` the state, `gate` and
//! `answers` the promise that what was acknowledged is on disk; the other modules are one thing that a
//! client can do each.
//!
//! *Not* responsible for: time and threads (see `tick_thread`), sockets (see `net`), files (see
//! `durability`).

mod answers;
mod attend;
mod create_character;
mod enter_world;
mod gate;
mod harvest;
pub mod input;
mod inventory;
pub mod journal;
mod portal;
mod roster;
mod session;
mod tick;
pub mod tick_thread;
mod view;
pub mod walk;
mod zone;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use shared::ids::IslandId;
use xxhash_rust::xxh3::xxh3_128;

pub use roster::StoredCharacters;

use self::answers::Answers;
use self::gate::Gate;
use self::input::SessionId;
use self::journal::{Journal, Refusal, Seq};
use self::roster::{Character, Roster};
use self::session::Session;
use self::zone::Zone;
use crate::content::Content;
use crate::metrics::Metrics;
use crate::rows::{AccountId, AnswerRow, RequestId};
use crate::wire::v1::{self, ErrorCode, ServerMessage, server_message::Body};
use crate::world::World;

/// Simulation steps per second.
pub const TICKS_PER_SECOND: u32 = 20;

/// What an operator can set.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SimConfig {
    /// How long a character stays in the world after its player left (X15).
    pub logout_delay: Duration,
    /// Most characters on this server (C3).
    pub character_capacity: usize,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            logout_delay: Duration::from_secs(30),
            character_capacity: 10_000,
        }
    }
}

/// Everything that the simulation is made from.
pub struct Setup {
    /// Islands and what stands on them.
    pub world: Arc<World>,
    /// Items, skills, nodes.
    pub content: Arc<Content>,
    /// Where changes go.
    pub journal: Box<dyn Journal>,
    /// What an earlier run left.
    pub stored: StoredCharacters,
    /// Requests that an earlier run did.
    pub answers: Vec<AnswerRow>,
    /// Limits.
    pub config: SimConfig,
    /// 16 random bytes, new for every run: item ids grow from it.
    pub item_id_seed: [u8; 16],
    /// Where figures go.
    pub metrics: Arc<Metrics>,
}

/// The state of the game.
pub struct Simulation {
    world: Arc<World>,
    content: Arc<Content>,
    journal: Box<dyn Journal>,
    config: SimConfig,
    metrics: Arc<Metrics>,
    item_ids: ItemIds,

    tick: u64,
    now_micros: i64,
    roster: Roster,
    zones: BTreeMap<IslandId, Zone>,
    sessions: BTreeMap<SessionId, Session>,
    session_of_account: BTreeMap<AccountId, SessionId>,
    answers: Answers,
    gate: Gate,
    read_only: bool,
}

impl Simulation {
    /// The state as an earlier run left it, with nobody in the world.
    pub fn new(setup: Setup) -> Self {
        let zones = setup
            .world
            .islands()
            .map(|island| (island.id, Zone::new(island.clone())));
        Self {
            zones: zones.collect(),
            roster: Roster::load(setup.stored, setup.config.character_capacity),
            answers: Answers::load(setup.answers),
            item_ids: ItemIds {
                seed: setup.item_id_seed,
                count: 0,
            },
            world: setup.world,
            content: setup.content,
            journal: setup.journal,
            config: setup.config,
            metrics: setup.metrics,
            tick: 0,
            now_micros: 0,
            sessions: BTreeMap::new(),
            session_of_account: BTreeMap::new(),
            gate: Gate::default(),
            read_only: false,
        }
    }

    /// Makes a later state of a character last, and takes it over only then: a change is never half done
    /// (A5). `answer` is the request that this settles.
    fn commit(
        &mut self,
        after: Character,
        answer: Option<(RequestId, &ServerMessage)>,
    ) -> Result<Seq, Refusal> {
        let mut after = after;
        let (account, id) = (after.row.account_id, after.row.character_id);
        let before = self.roster.get(id);
        let mut transaction = match before {
            Some(before) => after.changes_since(before),
            None => after.changes_since(&after),
        };
        let encoded =
            answer.map(|(request_id, message)| (request_id, prost::Message::encode_to_vec(message)));
        if let Some((request_id, answer)) = &encoded {
            transaction
                .changes
                .push(crate::rows::Change::PutAnswer(AnswerRow {
                    account_id: account,
                    request_id: *request_id,
                    answer: answer.clone(),
                    created_at_micros: self.now_micros,
                }));
        }
        let created = before.is_none();
        let seq = self.journal.append(transaction)?;
        after.last_seq = seq;
        if created {
            self.roster.insert(after);
        } else {
            self.roster.replace(after);
        }
        if let Some((request_id, message)) = encoded {
            let answer = answers::Answer {
                request_id,
                message,
                seq,
            };
            self.answers.add(account, answer);
        }
        Ok(seq)
    }

    /// Tells a session something right away: nothing durable is in it.
    fn tell(&mut self, session: SessionId, message: ServerMessage) {
        if let Some(session) = self.sessions.get_mut(&session) {
            session.pending.push(message);
        }
    }

    /// Tells a session something once `seq` is on disk.
    fn tell_durable(&mut self, seq: Seq, session: SessionId, message: ServerMessage) {
        self.gate.hold(seq, session, message);
    }

    /// Refuses a request.
    fn refuse(&mut self, session: SessionId, request_id: Option<RequestId>, refused: Refused) {
        self.tell(session, reply(request_id, Body::Error(refused.into())));
    }

    fn ticks(duration: Duration) -> u64 {
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX) / u64::from(1000 / TICKS_PER_SECOND)
    }
}

/// Why a request is not done.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Refused {
    code: ErrorCode,
    text: String,
    retry_after: Duration,
}

impl Refused {
    fn new(code: ErrorCode, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            retry_after: Duration::ZERO,
        }
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self {
                retry_after: Duration::from_secs(1),
                ..Self::new(ErrorCode::Busy, "the server's disk is behind; try again")
            },
            Refusal::Invalid => Self::new(ErrorCode::InvalidData, "this cannot be stored"),
            Refusal::Failed => Self::new(
                ErrorCode::ReadOnly,
                "the server cannot store anything at the moment",
            ),
        }
    }
}

impl From<gate::GateFull> for Refused {
    fn from(_: gate::GateFull) -> Self {
        Refusal::Full.into()
    }
}

impl From<Refused> for v1::Error {
    fn from(refused: Refused) -> Self {
        Self {
            code: refused.code.into(),
            text: refused.text,
            retry_after_millis: u32::try_from(refused.retry_after.as_millis()).unwrap_or(u32::MAX),
        }
    }
}

/// A message that answers a request.
fn reply(request_id: Option<RequestId>, body: Body) -> ServerMessage {
    ServerMessage {
        request_id: request_id.map_or_else(Vec::new, |id| id.to_be_bytes().to_vec()),
        body: Some(body),
    }
}

/// A message that answers nothing.
fn notice(body: Body) -> ServerMessage {
    reply(None, body)
}

/// New item ids: a hash of 128 random bits and a count, so that they are random, never repeat, and cost
/// neither a system call nor a failure in the middle of a tick.
struct ItemIds {
    seed: [u8; 16],
    count: u64,
}

impl ItemIds {
    fn next(&mut self) -> String {
        self.count += 1;
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(&self.seed);
        bytes[16..].copy_from_slice(&self.count.to_le_bytes());
        format!("{:032x}", xxh3_128(&bytes))
    }
}

fn position(place: shared::coords::LocalPos) -> v1::Position {
    v1::Position {
        x_m: f64::from(place.x_m),
        y_m: f64::from(place.y_m),
        z_m: f64::from(place.z_m),
    }
}

#[cfg(test)]
mod tests;
