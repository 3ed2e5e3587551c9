//! The network: one HTTP listener with `/healthz`, `/metrics` and the players' `/ws`.
//!
//! It listens before anything is loaded, so that a taken port is told at once and whoever connects too
//! early is told "starting" (D55).
//!
//! *Not* responsible for: what players do (see `sim`), passwords (see `accounts`).

mod connection;
pub mod decode;
mod metrics_text;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{ConnectInfo, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::accounts::Accounts;
use crate::clock::Clock;
use crate::durability::Durability;
use crate::metrics::Metrics;
use crate::sim::input::{Input, SessionId};
use crate::wire::{MAX_CLIENT_MESSAGE_BYTES, SUBPROTOCOL, v1};

/// A small buffer per connection: 10,000 idle players cost 80 MB with it and 1.3 GB with the default.
const SOCKET_BUFFER_BYTES: usize = 4 * 1024;
/// What a slow client may have in the socket before the connection is cut.
const MAX_UNSENT_BYTES: usize = 256 * 1024;

/// What the server is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Loading; nobody can connect.
    Starting,
    /// Open.
    Ready,
    /// Going down; nobody new can connect.
    Draining,
}

/// What operators can set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NetLimits {
    /// Open WebSocket connections.
    pub connections: usize,
}

impl Default for NetLimits {
    fn default() -> Self {
        Self { connections: 12_000 }
    }
}

/// What connections reach, once it is loaded.
pub struct Game {
    /// Sign-up and login.
    pub accounts: Accounts,
    /// The simulation's inbox.
    pub inbox: mpsc::Sender<Input>,
    /// Answer to `Hello`.
    pub welcome: v1::Welcome,
    /// For the figures.
    pub durability: Arc<Durability>,
}

/// What all connections share.
pub struct Net {
    game: OnceLock<Arc<Game>>,
    phase: watch::Sender<Phase>,
    metrics: Arc<Metrics>,
    clock: Arc<dyn Clock>,
    connections: Arc<Semaphore>,
    next_session: AtomicU64,
}

impl Net {
    /// A network that tells everybody "starting".
    pub fn new(metrics: Arc<Metrics>, clock: Arc<dyn Clock>, limits: NetLimits) -> Arc<Self> {
        Arc::new(Self {
            game: OnceLock::new(),
            phase: watch::Sender::new(Phase::Starting),
            metrics,
            clock,
            connections: Arc::new(Semaphore::new(limits.connections)),
            next_session: AtomicU64::new(1),
        })
    }

    /// Lets players in.
    pub fn open(&self, game: Arc<Game>) {
        if self.game.set(game).is_err() {
            tracing::error!("the network was opened twice; the first game stays");
        }
        self.phase.send_replace(Phase::Ready);
    }

    /// Lets nobody new in; connections stay until the simulation ends their sessions.
    pub fn drain(&self) {
        self.phase.send_replace(Phase::Draining);
    }

    /// Open connections.
    pub fn connection_count(&self) -> u64 {
        self.metrics.connections.read()
    }

    fn next_session(&self) -> SessionId {
        SessionId(self.next_session.fetch_add(1, Ordering::Relaxed))
    }

    /// The game, while players are let in.
    fn ready(&self) -> Option<&Arc<Game>> {
        self.game.get().filter(|_| *self.phase.borrow() == Phase::Ready)
    }
}

/// Serves until `stopped` completes; open WebSockets do not keep it from ending.
///
/// # Errors
/// The listener fails for good.
pub async fn serve(
    listener: TcpListener,
    net: Arc<Net>,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new()
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics_page))
        .route("/ws", get(upgrade))
        .with_state(net);
    let listener = listener.tap_io(|socket| {
        // Small messages must not wait for each other.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY");
        }
    });
    axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .with_graceful_shutdown(stopped)
    .await
}

async fn healthz(State(net): State<Arc<Net>>) -> Response {
    let phase = *net.phase.borrow();
    let read_only = net
        .game
        .get()
        .is_some_and(|game| game.durability.watch().borrow().failed.is_some());
    match (phase, read_only) {
        (Phase::Starting, _) => (StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
        (Phase::Draining, _) => (StatusCode::SERVICE_UNAVAILABLE, "shutting down\n"),
        (Phase::Ready, true) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "read-only: durability has failed\n",
        ),
        (Phase::Ready, false) => (StatusCode::OK, "ok\n"),
    }
    .into_response()
}

async fn metrics_page(State(net): State<Arc<Net>>) -> Response {
    let durability = net.game.get().map(|game| game.durability.metrics());
    let text = metrics_text::render(&net.metrics, durability.as_ref());
    ([("content-type", "text/plain; version=0.0.4")], text).into_response()
}

async fn upgrade(
    State(net): State<Arc<Net>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(game) = net.ready().cloned() else {
        return healthz(State(net)).await;
    };
    let upgrade = upgrade.protocols([SUBPROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        let text = format!("this server speaks the WebSocket subprotocol {SUBPROTOCOL}\n");
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    let Ok(permit) = net.connections.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many connections\n").into_response();
    };
    upgrade
        .read_buffer_size(SOCKET_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_UNSENT_BYTES)
        .max_message_size(MAX_CLIENT_MESSAGE_BYTES)
        .max_frame_size(MAX_CLIENT_MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            net.metrics.connections.up();
            connection::run(&net, &game, socket, address.ip()).await;
            net.metrics.connections.down();
            drop(permit);
        })
}
