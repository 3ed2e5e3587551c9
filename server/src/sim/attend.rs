//! Takes in what the network says: sessions that come and go, and their requests.
//!
//! *Not* responsible for: what a request does; each has its own module.

use std::sync::Arc;

use prost::Message as _;
use shared::ids::IslandId;

use super::input::{Input, Request};
use super::session::{MAX_REQUESTS_PER_TICK, Session};
use super::{Body, ErrorCode, Refused, RequestId, ServerMessage, SessionId, Simulation, reply, v1};
use crate::outbox::Outbox;
use crate::rows::{AccountId, CharacterId};
use crate::wire::v1::SessionEndReason;

impl Simulation {
    pub(super) fn take_in(&mut self, input: Input) {
        match input {
            Input::Attach {
                session,
                account,
                outbox,
                request_id,
                session_token,
            } => {
                self.attach(session, account, outbox);
                let characters: Vec<_> = self.roster.of_account(account).collect();
                let last_seq = characters
                    .iter()
                    .map(|character| character.last_seq)
                    .max()
                    .unwrap_or_default();
                let logged_in = v1::LoggedIn {
                    session_token,
                    characters: characters.iter().map(|character| character.summary()).collect(),
                };
                let body = Some(Body::LoggedIn(logged_in));
                self.tell_durable(last_seq, session, ServerMessage { request_id, body });
            }
            Input::Detach { session } => self.detach(session),
            Input::Request {
                session,
                request_id,
                request,
            } => self.attend(session, request_id, request),
        }
    }

    /// The newest session of an account wins, and the older one is told why it ended (D9).
    fn attach(&mut self, session: SessionId, account: AccountId, outbox: Arc<Outbox>) {
        if let Some(older) = self.session_of_account.insert(account, session) {
            if let Some(older) = self.sessions.get(&older) {
                older.outbox.end(SessionEndReason::Replaced);
            }
            self.part(older);
            self.sessions.remove(&older);
        }
        self.sessions.insert(session, Session::new(account, outbox));
    }

    fn detach(&mut self, session: SessionId) {
        self.part(session);
        if let Some(gone) = self.sessions.remove(&session)
            && self.session_of_account.get(&gone.account) == Some(&session)
        {
            self.session_of_account.remove(&gone.account);
        }
    }

    fn attend(&mut self, session_id: SessionId, request_id: Option<RequestId>, request: Request) {
        let Some(session) = self.sessions.get_mut(&session_id) else {
            // It ended while the request was on its way.
            return;
        };
        let is_move = matches!(request, Request::Move(_));
        session.requests += u32::from(!is_move);
        if session.requests > MAX_REQUESTS_PER_TICK {
            let text = format!("at most {MAX_REQUESTS_PER_TICK} requests within one tick");
            return self.refuse(session_id, request_id, Refused::new(ErrorCode::RateLimited, text));
        }
        let durable = matches!(
            request,
            Request::CreateCharacter { .. } | Request::UsePortal { .. }
        );
        let account = session.account;
        let answered = request_id
            .filter(|_| durable)
            .and_then(|id| self.answers.find(account, id));
        if let Some(answer) = answered {
            match ServerMessage::decode(answer.message.as_slice()) {
                Ok(message) => {
                    let seq = answer.seq;
                    self.tell_durable(seq, session_id, message);
                }
                Err(error) => tracing::error!(account, %error, "stored answer does not decode"),
            }
            return;
        }
        if let Err(refused) = self.act(session_id, request_id, request) {
            self.refuse(session_id, request_id, refused);
        }
    }

    fn act(
        &mut self,
        session: SessionId,
        request_id: Option<RequestId>,
        request: Request,
    ) -> Result<(), Refused> {
        let named = || {
            let text = "this request needs a request_id of 16 bytes";
            request_id.ok_or_else(|| Refused::new(ErrorCode::InvalidData, text))
        };
        match request {
            Request::CreateCharacter { name } => self.create_character(session, named()?, &name),
            Request::EnterWorld { character_id } => self.enter_world(session, request_id, character_id),
            Request::Move(intent) => {
                let (island, character_id) = self.playing(session)?;
                let mover = self
                    .zones
                    .get_mut(&island)
                    .and_then(|zone| zone.mover_mut(character_id));
                if let Some(mover) = mover {
                    mover.intent = intent;
                }
                Ok(())
            }
            Request::HarvestStart { entity } => self.harvest_start(session, request_id, entity),
            Request::HarvestStop { entity } => self.harvest_stop(session, entity),
            Request::UsePortal { portal } => self.use_portal(session, named()?, portal),
            Request::Leave => {
                self.playing(session)?;
                self.part(session);
                let logout_millis = u32::try_from(self.config.logout_delay.as_millis()).unwrap_or(u32::MAX);
                self.tell(session, reply(request_id, Body::Left(v1::Left { logout_millis })));
                Ok(())
            }
        }
    }

    /// The island and character of a session that is in the world.
    pub(super) fn playing(&self, session: SessionId) -> Result<(IslandId, CharacterId), Refused> {
        let playing = self.sessions.get(&session).and_then(|session| session.playing);
        playing.ok_or_else(|| Refused::new(ErrorCode::WrongOrder, "enter the world first"))
    }
}
