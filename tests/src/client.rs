//! A client: signs up, logs in, walks, harvests, steps through portals.
//!
//! It reads like the protocol document, and shows how a client is built: one task, one socket; every
//! message that arrives updates what the client knows; a request waits for the reply with its id.
//!
//! *Not* responsible for: pictures, prediction, reconnecting by itself.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use server::wire::frame::{MoverState, TickFrame};
use server::wire::v1::{
    self, ClientMessage, ErrorCode, ServerBatch, ServerMessage, client_message, server_message::Body,
};
use server::wire::{PROTOCOL, SUBPROTOCOL};
use shared::coords::LocalPos;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::opaque::{Login, Registration, STRETCHING_VERSION};
use crate::possessions::Possessions;

/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Events that are kept for the test to look at.
const MAX_EVENTS: usize = 10_000;

/// A refusal by the server.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{code:?}: {text}")]
pub struct Refused {
    /// Its code.
    pub code: ErrorCode,
    /// Its text.
    pub text: String,
}

/// Another character in view.
#[derive(Clone, PartialEq, Debug)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// Where it was last seen.
    pub position: LocalPos,
    /// What it did.
    pub state: MoverState,
}

/// A connection with everything that the client knows.
pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    sequence: u32,
    /// The server's answer to hello.
    pub welcome: v1::Welcome,
    /// The island that the character stands on.
    pub island: Option<v1::IslandEntered>,
    /// Where the character stands.
    pub position: LocalPos,
    /// What the character does.
    pub state: MoverState,
    /// Tick of the last frame.
    pub tick: u32,
    /// Newest move that the server has acted on.
    pub acknowledged: u32,
    /// What the character owns.
    pub possessions: Possessions,
    /// Who is in view, by mover id.
    pub others: BTreeMap<u32, Other>,
    /// Messages that answered nothing, oldest first.
    pub events: VecDeque<Body>,
}

impl Client {
    /// Connects and says hello.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let mut request = format!("ws://{address}/ws").into_client_request()?;
        request
            .headers_mut()
            .insert("Sec-WebSocket-Protocol", SUBPROTOCOL.parse()?);
        let (socket, _) = connect_async(request).await.context("connect")?;
        let mut client = Self {
            socket,
            sequence: 0,
            welcome: v1::Welcome::default(),
            island: None,
            position: LocalPos::default(),
            state: MoverState::default(),
            tick: 0,
            acknowledged: 0,
            possessions: Possessions::default(),
            others: BTreeMap::new(),
            events: VecDeque::new(),
        };
        let hello = v1::Hello {
            protocol_min: PROTOCOL,
            protocol_max: PROTOCOL,
            client: "tombolo test client".to_owned(),
        };
        match client.request(client_message::Body::Hello(hello)).await? {
            Body::Welcome(welcome) => client.welcome = welcome,
            other => bail!("expected Welcome, got {other:?}"),
        }
        Ok(client)
    }

    /// Signs up. The server never sees the password.
    pub async fn register(&mut self, account_name: &str, password: &str) -> Result<()> {
        let registration = Registration::start(password)?;
        let start = v1::RegisterStart {
            account_name: account_name.to_owned(),
            registration_request: registration.request.clone(),
        };
        let Body::RegisterChallenge(challenge) =
            self.request(client_message::Body::RegisterStart(start)).await?
        else {
            bail!("expected RegisterChallenge");
        };
        let stretched =
            tokio::task::spawn_blocking(move || registration.finish(&challenge.registration_response));
        let finish = v1::RegisterFinish {
            registration_upload: stretched.await??,
            stretching_version: STRETCHING_VERSION,
        };
        match self.request(client_message::Body::RegisterFinish(finish)).await? {
            Body::Registered(_) => Ok(()),
            other => bail!("expected Registered, got {other:?}"),
        }
    }

    /// Logs in with the password.
    pub async fn login(&mut self, account_name: &str, password: &str) -> Result<v1::LoggedIn> {
        let login = Login::start(password)?;
        let start = v1::LoginStart {
            account_name: account_name.to_owned(),
            credential_request: login.request.clone(),
        };
        let Body::LoginChallenge(challenge) = self.request(client_message::Body::LoginStart(start)).await?
        else {
            bail!("expected LoginChallenge");
        };
        ensure!(
            challenge.stretching_version == STRETCHING_VERSION,
            "unknown stretching version"
        );
        let proof = tokio::task::spawn_blocking(move || login.finish(&challenge.credential_response));
        let finish = v1::LoginFinish {
            credential_finalization: proof.await??,
        };
        self.logged_in(client_message::Body::LoginFinish(finish)).await
    }

    /// Logs in with the token of an earlier login.
    pub async fn resume(&mut self, session_token: Vec<u8>) -> Result<v1::LoggedIn> {
        self.logged_in(client_message::Body::Resume(v1::Resume { session_token }))
            .await
    }

    async fn logged_in(&mut self, body: client_message::Body) -> Result<v1::LoggedIn> {
        match self.request(body).await? {
            Body::LoggedIn(logged_in) => Ok(logged_in),
            other => bail!("expected LoggedIn, got {other:?}"),
        }
    }

    /// Makes a character; when this returns, it is on the server's disk.
    pub async fn create_character(&mut self, name: &str) -> Result<v1::CharacterSummary> {
        let create = v1::CreateCharacter {
            name: name.to_owned(),
        };
        match self
            .request(client_message::Body::CreateCharacter(create))
            .await?
        {
            Body::CharacterCreated(created) => created.character.context("the character"),
            other => bail!("expected CharacterCreated, got {other:?}"),
        }
    }

    /// Takes control of a character, and waits until its possessions are known.
    pub async fn enter_world(&mut self, character_id: i64) -> Result<()> {
        self.possessions = Possessions::default();
        let enter = v1::EnterWorld { character_id };
        match self.request(client_message::Body::EnterWorld(enter)).await? {
            Body::IslandEntered(_) => {}
            other => bail!("expected IslandEntered, got {other:?}"),
        }
        self.wait_until(|client| client.possessions.revision() > 0)
            .await
            .context("possessions")
    }

    /// Signs up, logs in, makes a character and enters: a new player.
    pub async fn join(address: SocketAddr, account_name: &str, character_name: &str) -> Result<Self> {
        let mut client = Self::connect(address).await?;
        client
            .register(account_name, "correct horse battery staple")
            .await?;
        client.login(account_name, "correct horse battery staple").await?;
        let character = client.create_character(character_name).await?;
        client.enter_world(character.character_id).await?;
        Ok(client)
    }

    /// Says where to walk, with lengths from 0 to 1.
    pub async fn steer(&mut self, east: f32, north: f32, jump: bool) -> Result<()> {
        self.sequence += 1;
        let wish = v1::Move {
            sequence: self.sequence,
            east,
            north,
            jump,
            yaw: 0,
        };
        self.send(Vec::new(), client_message::Body::Move(wish)).await
    }

    /// Says that it wants to stand still, and waits for a refusal: moving has no other answer.
    pub async fn steer_and_wait(&mut self) -> Result<Body> {
        self.request(client_message::Body::Move(v1::Move::default()))
            .await
    }

    /// Walks in a straight line until within `within_m` of a place, jumping where it gets stuck.
    pub async fn walk_to(&mut self, x_m: f32, y_m: f32, within_m: f32) -> Result<()> {
        let deadline = Instant::now() + PATIENCE * 3;
        let (mut last, mut stuck) = (self.position, 0);
        loop {
            let (dx, dy) = (x_m - self.position.x_m, y_m - self.position.y_m);
            let distance = (dx * dx + dy * dy).sqrt();
            if distance <= within_m {
                self.steer(0.0, 0.0, false).await?;
                let stop = self.sequence;
                return self.wait_until(move |client| client.acknowledged >= stop).await;
            }
            ensure!(
                Instant::now() < deadline,
                "did not get to ({x_m}, {y_m}): at {:?}",
                self.position
            );
            // Slower near the goal, so that one tick does not overshoot it.
            let speed = (distance / 0.5).min(1.0) / distance;
            self.steer(dx * speed, dy * speed, stuck > 3).await?;
            let asked = self.sequence;
            self.wait_until(move |client| client.acknowledged >= asked)
                .await?;
            let moved = (self.position.x_m - last.x_m).abs() + (self.position.y_m - last.y_m).abs();
            stuck = if moved < 0.01 { stuck + 1 } else { 0 };
            last = self.position;
        }
    }

    /// The nearest resource node of this kind on the island.
    pub fn node(&self, node_id: &str) -> Result<v1::Node> {
        let island = self.island.as_ref().context("not in the world")?;
        let distance_squared = |node: &&v1::Node| {
            let place = node.position.unwrap_or_default();
            let (x, y) = (
                place.x_m - f64::from(self.position.x_m),
                place.y_m - f64::from(self.position.y_m),
            );
            x * x + y * y
        };
        let of_kind = island.nodes.iter().filter(|node| node.node_id == node_id);
        let node = of_kind.min_by(|a, b| distance_squared(a).total_cmp(&distance_squared(b)));
        node.cloned()
            .with_context(|| format!("no {node_id} on {}", island.name))
    }

    /// Walks to a node, harvests it `times` times and stops. What the node gave is acknowledged.
    pub async fn harvest(&mut self, node_id: &str, times: usize) -> Result<Vec<v1::Harvested>> {
        let node = self.node(node_id)?;
        let place = node.position.unwrap_or_default();
        self.walk_to(metres(place.x_m), metres(place.y_m), 1.5).await?;
        self.start_harvest(&node.entity_id).await?;
        let mut harvested = Vec::new();
        while harvested.len() < times {
            match self
                .next_event(|body| matches!(body, Body::Harvested(_) | Body::HarvestEnded(_)))
                .await?
            {
                Body::Harvested(one) => harvested.push(one),
                Body::HarvestEnded(ended) => bail!("the harvest ended: {:?}", ended.reason()),
                other => bail!("unexpected {other:?}"),
            }
        }
        self.stop_harvest(&node.entity_id).await?;
        Ok(harvested)
    }

    /// Starts to harvest a node within reach.
    pub async fn start_harvest(&mut self, entity_id: &str) -> Result<v1::HarvestStarted> {
        let entity_id = entity_id.to_owned();
        match self
            .request(client_message::Body::HarvestStart(v1::HarvestStart { entity_id }))
            .await?
        {
            Body::HarvestStarted(started) => Ok(started),
            other => bail!("expected HarvestStarted, got {other:?}"),
        }
    }

    /// Stops, and waits until the server says so.
    pub async fn stop_harvest(&mut self, entity_id: &str) -> Result<()> {
        let entity_id = entity_id.to_owned();
        self.send(
            Vec::new(),
            client_message::Body::HarvestStop(v1::HarvestStop { entity_id }),
        )
        .await?;
        self.next_event(|body| matches!(body, Body::HarvestEnded(_)))
            .await?;
        Ok(())
    }

    /// Walks to a portal and steps through; when this returns, the step is on the server's disk.
    pub async fn use_portal(&mut self, portal_id: &str) -> Result<()> {
        let island = self.island.as_ref().context("not in the world")?;
        let portal = island.portals.iter().find(|portal| portal.portal_id == portal_id);
        let place = portal
            .context("no such portal here")?
            .position
            .unwrap_or_default();
        self.walk_to(metres(place.x_m), metres(place.y_m), 1.0).await?;
        self.step_through(portal_id, new_request_id()?).await?;
        self.next_event(|body| matches!(body, Body::IslandEntered(_)))
            .await?;
        Ok(())
    }

    /// Asks to step through a portal, under a request id of the caller's choice.
    pub async fn step_through(&mut self, portal_id: &str, request_id: Vec<u8>) -> Result<v1::PortalUsed> {
        let portal_id = portal_id.to_owned();
        let body = client_message::Body::UsePortal(v1::UsePortal { portal_id });
        match self.request_as(request_id, body).await? {
            Body::PortalUsed(used) => Ok(used),
            other => bail!("expected PortalUsed, got {other:?}"),
        }
    }

    /// Sends a request and returns its reply; a refusal is an error of type [`Refused`].
    pub async fn request(&mut self, body: client_message::Body) -> Result<Body> {
        self.request_as(new_request_id()?, body).await
    }

    /// The same, under a request id of the caller's choice.
    pub async fn request_as(&mut self, request_id: Vec<u8>, body: client_message::Body) -> Result<Body> {
        self.send(request_id.clone(), body).await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            for message in self.receive(deadline).await? {
                if message.request_id != request_id {
                    continue;
                }
                return match message.body.context("a reply without a body")? {
                    Body::Error(error) => Err(refused(&error).into()),
                    body => Ok(body),
                };
            }
        }
    }

    /// Sends a message and waits for nothing.
    pub async fn send(&mut self, request_id: Vec<u8>, body: client_message::Body) -> Result<()> {
        let body = Some(body);
        self.send_bytes(ClientMessage { request_id, body }.encode_to_vec())
            .await
    }

    /// Sends any bytes as one binary message.
    pub async fn send_bytes(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.socket
            .send(Message::Binary(bytes.into()))
            .await
            .context("send")
    }

    /// Reads until the condition holds.
    pub async fn wait_until(&mut self, condition: impl Fn(&Self) -> bool) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self) {
            self.receive(deadline).await?;
        }
        Ok(())
    }

    /// The next message that answers nothing and that the caller wants; others before it are dropped.
    pub async fn next_event(&mut self, wanted: impl Fn(&Body) -> bool) -> Result<Body> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(event) = self.events.pop_front() {
                if wanted(&event) {
                    return Ok(event);
                }
            }
            self.receive(deadline).await?;
        }
    }

    /// Reads until the server closes the connection; returns why it ended the session, if it said so.
    pub async fn wait_for_close(&mut self) -> Result<Option<v1::SessionEnded>> {
        let deadline = Instant::now() + PATIENCE;
        while self.receive(deadline).await.is_ok() {}
        ensure!(
            Instant::now() < deadline,
            "the server did not close the connection"
        );
        Ok(self.events.iter().rev().find_map(|event| match event {
            Body::SessionEnded(ended) => Some(ended.clone()),
            _ => None,
        }))
    }

    /// Reads one batch, takes over what it says, and returns the messages in it.
    async fn receive(&mut self, deadline: Instant) -> Result<Vec<ServerMessage>> {
        let message = timeout_at(deadline, self.socket.next())
            .await
            .context("nothing came in time")?;
        let message = message
            .ok_or_else(|| anyhow!("the connection is closed"))?
            .context("receive")?;
        let Message::Binary(bytes) = message else {
            return Ok(Vec::new());
        };
        let batch = ServerBatch::decode(bytes).context("a batch")?;
        for message in &batch.messages {
            self.take_over(message);
        }
        if !batch.tick_frame.is_empty() {
            self.take_over_frame(&TickFrame::decode(&batch.tick_frame)?);
        }
        Ok(batch.messages)
    }

    fn take_over(&mut self, message: &ServerMessage) {
        let Some(body) = &message.body else {
            return;
        };
        match body {
            Body::IslandEntered(entered) => {
                let place = entered.position.unwrap_or_default();
                self.position = LocalPos::new(metres(place.x_m), metres(place.y_m), metres(place.z_m));
                self.others.clear();
                self.island = Some(entered.clone());
            }
            Body::CharacterUpdate(update) => self.possessions.apply(update),
            Body::Appeared(appeared) => {
                for mover in &appeared.movers {
                    let other = Other {
                        name: mover.name.clone(),
                        position: LocalPos::default(),
                        state: MoverState::default(),
                    };
                    self.others.insert(mover.mover_id, other);
                }
            }
            _ => {}
        }
        if message.request_id.is_empty() {
            if self.events.len() == MAX_EVENTS {
                self.events.pop_front();
            }
            self.events.push_back(body.clone());
        }
    }

    fn take_over_frame(&mut self, frame: &TickFrame) {
        self.tick = frame.tick;
        self.acknowledged = frame.sequence;
        self.position = frame.position.to_local();
        self.state = frame.state;
        if frame.full {
            self.others
                .retain(|id, _| frame.movers.iter().any(|mover| mover.mover_id == *id));
        }
        for mover in &frame.movers {
            if let Some(other) = self.others.get_mut(&mover.mover_id) {
                other.position = mover.position.to_local();
                other.state = mover.state;
            }
        }
        for gone in &frame.gone {
            self.others.remove(gone);
        }
    }
}

/// A refusal as an error, for tests that expect one.
pub fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Result<Refused> {
    match result {
        Ok(value) => bail!("expected a refusal, got {value:?}"),
        Err(error) => error.downcast::<Refused>(),
    }
}

/// 16 random bytes.
pub fn new_request_id() -> Result<Vec<u8>> {
    let mut bytes = vec![0; 16];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

fn refused(error: &v1::Error) -> Refused {
    Refused {
        code: error.code(),
        text: error.text.clone(),
    }
}

/// Positions on the wire are f64 in case islands grow; today they are whole multiples of an f32.
#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
fn metres(metres: f64) -> f32 {
    metres as f32
}
