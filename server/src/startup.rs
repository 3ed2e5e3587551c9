//! Starting and stopping: from a folder of map files to an open server, and down again in seven steps.
//!
//! The order is the promise (C26, C45): nobody is let in before everything is loaded, and nothing is closed
//! before what it still has to say is said.
//!
//! *Not* responsible for: arguments, signals and exit codes (see `main`).

mod load;
mod shutdown;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::issue::Issue;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::accounts::Accounts;
use crate::accounts::opaque::{KeyFileError, OpaqueServer};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::content::{character_level, skill_level};
use crate::durability::{self, DataDir, DataDirError, DurabilityConfig, LevelCurve, OpenError};
use crate::metrics::Metrics;
use crate::net::{self, Game, Net};
use crate::sim::{Setup, Simulation, StoredCharacters, TICKS_PER_SECOND, tick_thread};
use crate::wire::{PROTOCOL, v1};
use crate::world::World;

pub use shutdown::ShutdownError;

/// Why a server does not start. Nothing that was stored is changed by that.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}; is another server running there? choose another with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The map project cannot be read.
    #[error(transparent)]
    Project(#[from] worldgen::project_dir::ProjectDirError),
    /// The map project has errors.
    #[error("{} is refused: put right what is listed above and start again", report.folder.display())]
    Refused {
        /// All that is wrong, errors and the rest.
        report: Box<IssueReport>,
    },
    /// The bakes cannot be stored or read.
    #[error("cannot keep baked islands")]
    Bakes(#[from] worldgen::store::StoreError),
    /// The data folder cannot be used.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The stored data cannot be used.
    #[error(transparent)]
    Durability(#[from] OpenError),
    /// The key for logins cannot be used.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Random(#[from] getrandom::Error),
    /// The system gives no thread.
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
    /// It was told to stop while it loaded.
    #[error("stopped before it was ready")]
    Stopped,
}

/// Issues of a map project with what it takes to print them.
#[derive(Debug)]
pub struct IssueReport {
    /// The project's folder.
    pub folder: PathBuf,
    /// All issues.
    pub issues: Vec<Issue>,
    /// Texts of the files that they are about.
    pub places: shared::format::Places,
}

/// A server that is open.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    net: Arc<Net>,
    game: Arc<Game>,
    tick: tick_thread::TickThread,
    http: tokio::task::JoinHandle<std::io::Result<()>>,
    stop_http: oneshot::Sender<()>,
}

/// Loads everything and opens. `stop` is watched while it loads.
///
/// # Errors
/// See [`StartError`].
pub async fn start(config: Config, stop: Arc<AtomicBool>) -> Result<Running, StartError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let metrics = Arc::new(Metrics::default());
    let address = config.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|source| StartError::Listen { address, source })?;
    let address = listener
        .local_addr()
        .map_err(|source| StartError::Listen { address, source })?;
    let net = Net::new(metrics.clone(), clock.clone(), config.net);
    let (stop_http, stopped) = oneshot::channel();
    let stopped = async {
        // The sender going away means the same as its message.
        stopped.await.unwrap_or(());
    };
    let http = tokio::spawn(net::serve(listener, net.clone(), stopped));

    let loading = tokio::task::spawn_blocking(move || load(&config, clock, metrics, &stop));
    let (game, tick) = match loading.await {
        Ok(loaded) => loaded?,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    let game = Arc::new(game);
    net.open(game.clone());
    Ok(Running {
        address,
        net,
        game,
        tick,
        http,
        stop_http,
    })
}

/// Everything between the listener and the open door.
fn load(
    config: &Config,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    stop: &AtomicBool,
) -> Result<(Game, tick_thread::TickThread), StartError> {
    let data = DataDir::open(&config.data)?;
    let (world, content) = load::world(&config.project, &data.root().join("bakes.db"), stop)?;
    if stop.load(Ordering::Relaxed) {
        return Err(StartError::Stopped);
    }
    let levels = LevelCurve {
        character_level,
        skill_level,
    };
    let durability_config = DurabilityConfig {
        checkpoint_interval: config.checkpoint_interval,
        backup_interval: config.backup_interval,
        // The last backup is a step of its own on the way down.
        backup_on_close: false,
        ..DurabilityConfig::new(levels)
    };
    let (durability, loaded) = durability::open(&data, durability_config, clock.clone())?;
    let durability = Arc::new(durability);
    let opaque = OpaqueServer::open(&data.keys(), loaded.accounts.len())?;
    let accounts = Accounts::new(
        opaque,
        &loaded.accounts,
        durability.clone(),
        clock.clone(),
        metrics.clone(),
        config.accounts,
    );
    let mut item_id_seed = [0; 16];
    getrandom::fill(&mut item_id_seed)?;
    let welcome = welcome(&world);
    let simulation = Simulation::new(Setup {
        world: Arc::new(world),
        content: Arc::new(content),
        journal: Box::new(durability.clone()),
        stored: StoredCharacters {
            characters: loaded.characters,
            items: loaded.items,
            inventory: loaded.inventory,
            skills: loaded.skills,
        },
        answers: loaded.answers,
        config: config.sim,
        item_id_seed,
        metrics: metrics.clone(),
    });
    let (tick, inbox) = tick_thread::spawn(simulation, clock, metrics).map_err(StartError::Thread)?;
    let game = Game {
        accounts,
        inbox,
        welcome,
        durability,
    };
    Ok((game, tick))
}

fn welcome(world: &World) -> v1::Welcome {
    let island = |island: &Arc<crate::world::Island>| v1::IslandSummary {
        island_id: island.id.to_string(),
        name: island.name.clone(),
        chart_x_m: island.chart.x_m,
        chart_y_m: island.chart.y_m,
    };
    v1::Welcome {
        protocol: PROTOCOL,
        world: world.name.clone(),
        content_hash: world.content_hash.to_be_bytes().to_vec(),
        ticks_per_second: TICKS_PER_SECOND,
        islands: world.islands().map(island).collect(),
    }
}
