//! One connection: hello, login, and then a pipe between the socket and the simulation.
//!
//! Everything here is bounded: the size and rate of messages, the time until hello, login and the next sign
//! of life, and the time that one send may take.
//!
//! *Not* responsible for: what requests do (see `sim`), how passwords are checked (see `accounts`).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use prost::Message as _;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::timeout;

use super::decode::{self, DecodeError, Incoming};
use super::{Game, Net, Phase};
use crate::accounts::{AccountError, PendingLogin, SessionToken};
use crate::outbox::{Outbox, Outgoing};
use crate::rate_limit::{Bucket, Rate};
use crate::rows::AccountId;
use crate::sim::input::{Input, Request, SessionId};
use crate::wire::PROTOCOL;
use crate::wire::v1::{
    self, ErrorCode, ServerBatch, ServerMessage, SessionEndReason, client_message, server_message::Body,
};

/// Messages of one client: a move per tick three times over, and a burst after a stall.
const MESSAGE_RATE: Rate = Rate {
    burst: 128.0,
    per_second: 64.0,
};
/// Refused messages in a row after which the connection is closed.
const MAX_FLOOD: u32 = 1024;
/// How long a client may take until it has logged in.
const LOGIN_WITHIN: Duration = Duration::from_mins(1);
/// How long a client may be silent.
const IDLE_AFTER: Duration = Duration::from_mins(1);
/// How long one batch may take to get into the socket.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// Where a connection stands.
enum Stage {
    /// Hello is missing.
    Fresh,
    /// Can sign up or log in.
    Greeted,
    /// The second message of a sign-up is missing.
    Registering { name: String },
    /// The second message of a login is missing.
    LoggingIn(PendingLogin),
    /// The simulation knows it.
    Playing(SessionId),
}

/// Why a connection ends.
#[derive(Debug)]
enum End {
    /// The other side is gone or does not read.
    Gone,
    /// With a code and a reason for the other side.
    Close(u16, &'static str),
}

struct Connection<'a> {
    net: &'a Net,
    game: &'a Game,
    socket: WebSocket,
    address: IpAddr,
    outbox: Arc<Outbox>,
    stage: Stage,
    budget: Bucket,
    flood: u32,
}

/// Serves one connection until it ends.
pub(super) async fn run(net: &Net, game: &Game, socket: WebSocket, address: IpAddr) {
    let mut connection = Connection {
        net,
        game,
        socket,
        address,
        outbox: Arc::new(Outbox::default()),
        stage: Stage::Fresh,
        budget: Bucket::full(MESSAGE_RATE, net.clock.monotonic()),
        flood: 0,
    };
    let end = connection.serve().await;
    if let Stage::Playing(session) = connection.stage {
        // Fails only when the simulation has ended, and then there is nothing to detach from.
        if game.inbox.send(Input::Detach { session }).await.is_err() {
            tracing::debug!("the simulation had ended before the connection");
        }
    }
    tracing::debug!(%address, ?end, "connection ended");
    if let End::Close(code, reason) = end {
        let reason = Utf8Bytes::from_static(reason);
        let close = connection
            .socket
            .send(Message::Close(Some(CloseFrame { code, reason })));
        // A courtesy: the other side may be gone already.
        if !matches!(timeout(SEND_WITHIN, close).await, Ok(Ok(()))) {
            tracing::debug!(%address, "no close handshake");
        }
    }
}

impl Connection<'_> {
    async fn serve(&mut self) -> End {
        let mut phase = self.net.phase.subscribe();
        let started = self.net.clock.monotonic();
        loop {
            let patience = match self.stage {
                Stage::Playing(_) => IDLE_AFTER,
                _ => LOGIN_WITHIN.saturating_sub(self.net.clock.monotonic().saturating_sub(started)),
            };
            let playing = matches!(self.stage, Stage::Playing(_));
            let next = tokio::select! {
                outgoing = self.outbox.take() => Next::Send(outgoing),
                incoming = timeout(patience, self.socket.recv()) => match incoming {
                    Ok(Some(Ok(message))) => Next::Read(message),
                    Ok(_) => return End::Gone,
                    Err(_) => Next::Silence,
                },
                // Sessions are ended by the simulation, after the last that they are told.
                changed = phase.wait_for(|phase| *phase == Phase::Draining), if !playing => {
                    tracing::trace!(closed = changed.is_err(), "draining");
                    Next::Draining
                }
            };
            let done = match next {
                Next::Send(outgoing) => self.send_outgoing(outgoing).await,
                Next::Read(message) => self.read(message).await,
                Next::Silence => self.end_session(SessionEndReason::Idle).await,
                Next::Draining => self.end_session(SessionEndReason::ShuttingDown).await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn send_outgoing(&mut self, outgoing: Outgoing) -> Result<(), End> {
        match outgoing {
            Outgoing::Batch(batch) => self.send(batch).await,
            Outgoing::Last(batch, reason) => {
                self.send(batch).await?;
                self.end_session(reason).await
            }
        }
    }

    async fn end_session(&mut self, reason: SessionEndReason) -> Result<(), End> {
        let text = match reason {
            SessionEndReason::Unspecified => "the session ended",
            SessionEndReason::Replaced => "the account logged in from another connection",
            SessionEndReason::ShuttingDown => "the server is going down",
            SessionEndReason::TooSlow => "the client did not read fast enough",
            SessionEndReason::Idle => "nothing was heard from the client for too long",
        };
        let ended = v1::SessionEnded {
            reason: reason.into(),
            text: text.to_owned(),
        };
        self.answer(Vec::new(), Body::SessionEnded(ended)).await?;
        let code = match reason {
            SessionEndReason::ShuttingDown => close_code::AWAY,
            _ => close_code::NORMAL,
        };
        Err(End::Close(code, text))
    }

    async fn read(&mut self, message: Message) -> Result<(), End> {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            // The WebSocket layer answers pings itself.
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(End::Gone),
            Message::Text(_) => {
                return self.refuse_bytes("messages are binary").await;
            }
        };
        self.net.metrics.messages_in.up();
        if let Err(too_many) = self.budget.take(MESSAGE_RATE, self.net.clock.monotonic()) {
            return self.refuse_flood(&too_many.to_string()).await;
        }
        self.flood = 0;
        match decode::message(&bytes) {
            Ok(incoming) => self.act(incoming).await,
            Err(error) => self.refuse_message(error).await,
        }
    }

    async fn refuse_flood(&mut self, text: &str) -> Result<(), End> {
        self.net.metrics.rate_limited.up();
        self.flood += 1;
        if self.flood >= MAX_FLOOD {
            return Err(End::Close(close_code::POLICY, "too many messages"));
        }
        if self.flood == 1 {
            self.error(Vec::new(), ErrorCode::RateLimited, text).await?;
        }
        Ok(())
    }

    async fn refuse_bytes(&mut self, text: &str) -> Result<(), End> {
        self.net.metrics.malformed.up();
        self.error(Vec::new(), ErrorCode::Malformed, text).await?;
        Err(End::Close(close_code::PROTOCOL, "not a message of this protocol"))
    }

    async fn refuse_message(&mut self, error: DecodeError) -> Result<(), End> {
        if error.is_fatal() {
            return self.refuse_bytes(&error.text).await;
        }
        self.error(error.request_id, error.code, &error.text).await
    }

    async fn act(&mut self, incoming: Incoming) -> Result<(), End> {
        let request_id = incoming.request_id.clone();
        let incoming = match decode::request(incoming) {
            Ok(Ok(request)) => return self.forward(request_id, request).await,
            Ok(Err(incoming)) => incoming,
            Err(error) => return self.refuse_message(error).await,
        };
        if let client_message::Body::Ping(ping) = &incoming.body {
            return self
                .answer(request_id, Body::Pong(v1::Pong { nonce: ping.nonce }))
                .await;
        }
        // A state that is taken out and not put back is used up: there is no second try with it.
        let stage = match self.stage {
            Stage::Playing(_) => return self.wrong_order(request_id, "already logged in").await,
            _ => std::mem::replace(&mut self.stage, Stage::Greeted),
        };
        match (stage, incoming.body) {
            (Stage::Fresh, client_message::Body::Hello(hello)) => self.greet(request_id, &hello).await,
            (Stage::Fresh, _) => {
                self.stage = Stage::Fresh;
                self.wrong_order(request_id, "say hello first").await
            }
            (_, client_message::Body::RegisterStart(start)) => self.register_start(request_id, start).await,
            (Stage::Registering { name }, client_message::Body::RegisterFinish(finish)) => {
                self.register_finish(request_id, name, finish).await
            }
            (_, client_message::Body::LoginStart(start)) => self.login_start(request_id, start).await,
            (Stage::LoggingIn(pending), client_message::Body::LoginFinish(finish)) => {
                let login = self
                    .game
                    .accounts
                    .login_finish(pending, finish.credential_finalization);
                match login.await {
                    Ok((account, token)) => self.attach(request_id, account, &token).await,
                    Err(error) => self.refuse(request_id, &error).await,
                }
            }
            (_, client_message::Body::Resume(resume)) => {
                match self.game.accounts.resume(&resume.session_token) {
                    Ok((account, token)) => self.attach(request_id, account, &token).await,
                    Err(error) => self.refuse(request_id, &error).await,
                }
            }
            _ => {
                self.wrong_order(request_id, "this message does not fit here")
                    .await
            }
        }
    }

    async fn greet(&mut self, request_id: Vec<u8>, hello: &v1::Hello) -> Result<(), End> {
        if !(hello.protocol_min..=hello.protocol_max).contains(&PROTOCOL) {
            let text = format!("this server speaks protocol version {PROTOCOL}");
            self.error(request_id, ErrorCode::UnsupportedVersion, &text)
                .await?;
            return Err(End::Close(close_code::POLICY, "no protocol version in common"));
        }
        let client: String = hello
            .client
            .chars()
            .filter(|c| !c.is_control())
            .take(64)
            .collect();
        tracing::debug!(address = %self.address, client, "hello");
        self.answer(request_id, Body::Welcome(self.game.welcome.clone()))
            .await
    }

    async fn register_start(&mut self, request_id: Vec<u8>, start: v1::RegisterStart) -> Result<(), End> {
        let (name, request) = (start.account_name, start.registration_request);
        match self
            .game
            .accounts
            .register_start(&name, request, self.address)
            .await
        {
            Ok(registration_response) => {
                self.stage = Stage::Registering { name };
                let challenge = v1::RegisterChallenge {
                    registration_response,
                };
                self.answer(request_id, Body::RegisterChallenge(challenge)).await
            }
            Err(error) => self.refuse(request_id, &error).await,
        }
    }

    async fn register_finish(
        &mut self,
        request_id: Vec<u8>,
        name: String,
        finish: v1::RegisterFinish,
    ) -> Result<(), End> {
        let (upload, version) = (finish.registration_upload, finish.stretching_version);
        match self.game.accounts.register_finish(&name, upload, version).await {
            Ok(()) => self.answer(request_id, Body::Registered(v1::Registered {})).await,
            Err(error) => self.refuse(request_id, &error).await,
        }
    }

    async fn login_start(&mut self, request_id: Vec<u8>, start: v1::LoginStart) -> Result<(), End> {
        let (name, request) = (start.account_name, start.credential_request);
        match self.game.accounts.login_start(&name, request, self.address).await {
            Ok((pending, credential_response, stretching_version)) => {
                self.stage = Stage::LoggingIn(pending);
                let challenge = v1::LoginChallenge {
                    credential_response,
                    stretching_version,
                };
                self.answer(request_id, Body::LoginChallenge(challenge)).await
            }
            Err(error) => self.refuse(request_id, &error).await,
        }
    }

    /// Hands the connection to the simulation, which answers the login.
    async fn attach(
        &mut self,
        request_id: Vec<u8>,
        account: AccountId,
        token: &SessionToken,
    ) -> Result<(), End> {
        let session = self.net.next_session();
        let attach = Input::Attach {
            session,
            account,
            outbox: self.outbox.clone(),
            request_id: request_id.clone(),
            session_token: token.to_bytes(),
        };
        if self.game.inbox.send(attach).await.is_err() {
            return self
                .error(request_id, ErrorCode::ShuttingDown, "the server is going down")
                .await;
        }
        self.stage = Stage::Playing(session);
        Ok(())
    }

    async fn forward(&mut self, request_id: Vec<u8>, request: Request) -> Result<(), End> {
        let Stage::Playing(session) = self.stage else {
            return self.wrong_order(request_id, "log in first").await;
        };
        let is_move = matches!(request, Request::Move(_));
        let input = Input::Request {
            session,
            request_id: decode::request_id(&request_id),
            request,
        };
        match self.game.inbox.try_send(input) {
            Ok(()) => Ok(()),
            // The next move says it again.
            Err(TrySendError::Full(_)) if is_move => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.error(request_id, ErrorCode::Busy, "the server is busy; try again")
                    .await
            }
            Err(TrySendError::Closed(_)) => {
                self.error(request_id, ErrorCode::ShuttingDown, "the server is going down")
                    .await
            }
        }
    }

    async fn wrong_order(&mut self, request_id: Vec<u8>, text: &str) -> Result<(), End> {
        self.error(request_id, ErrorCode::WrongOrder, text).await
    }

    async fn refuse(&mut self, request_id: Vec<u8>, error: &AccountError) -> Result<(), End> {
        let retry_after = match error {
            AccountError::TooMany(too_many) => too_many.retry_after,
            AccountError::Busy => Duration::from_secs(1),
            _ => Duration::ZERO,
        };
        if matches!(error, AccountError::TooMany(_)) {
            self.net.metrics.rate_limited.up();
        }
        if let AccountError::Storage(source) = error {
            tracing::error!(%source, "credentials cannot be read");
        }
        let answer = v1::Error {
            code: code_of(error).into(),
            text: error.to_string(),
            retry_after_millis: u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX),
        };
        self.answer(request_id, Body::Error(answer)).await?;
        if matches!(error, AccountError::Malformed) {
            self.net.metrics.malformed.up();
            return Err(End::Close(close_code::PROTOCOL, "not a message of this protocol"));
        }
        Ok(())
    }

    async fn error(&mut self, request_id: Vec<u8>, code: ErrorCode, text: &str) -> Result<(), End> {
        let error = v1::Error {
            code: code.into(),
            text: text.to_owned(),
            retry_after_millis: 0,
        };
        self.answer(request_id, Body::Error(error)).await
    }

    async fn answer(&mut self, request_id: Vec<u8>, body: Body) -> Result<(), End> {
        let body = Some(body);
        let batch = ServerBatch {
            messages: vec![ServerMessage { request_id, body }],
            tick_frame: Vec::new(),
        };
        self.send(batch).await
    }

    async fn send(&mut self, batch: ServerBatch) -> Result<(), End> {
        if batch.messages.is_empty() && batch.tick_frame.is_empty() {
            return Ok(());
        }
        let message = Message::Binary(batch.encode_to_vec().into());
        match timeout(SEND_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => {
                self.net.metrics.batches_out.up();
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

/// What the select of [`Connection::serve`] found.
enum Next {
    Send(Outgoing),
    Read(Message),
    Silence,
    Draining,
}

fn code_of(error: &AccountError) -> ErrorCode {
    match error {
        AccountError::InvalidName(_) | AccountError::UnknownStretching => ErrorCode::InvalidData,
        AccountError::Malformed => ErrorCode::Malformed,
        AccountError::NameTaken => ErrorCode::AccountNameTaken,
        AccountError::Refused => ErrorCode::LoginRefused,
        AccountError::TokenRefused => ErrorCode::TokenRefused,
        AccountError::TooMany(_) => ErrorCode::RateLimited,
        AccountError::Busy | AccountError::Storage(_) | AccountError::Internal => ErrorCode::Busy,
        AccountError::ReadOnly => ErrorCode::ReadOnly,
    }
}
