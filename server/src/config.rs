//! Everything that an operator can set, typed, with its defaults in one place.
//!
//! *Not* responsible for: reading the command line (see `main`).

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::accounts::AccountLimits;
use crate::net::NetLimits;
use crate::sim::SimConfig;

/// How a server runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the map project.
    pub project: PathBuf,
    /// Folder of bakes and of everything that players earn.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Time between checkpoints.
    pub checkpoint_interval: Duration,
    /// Time between backups.
    pub backup_interval: Duration,
    /// Limits of login.
    pub accounts: AccountLimits,
    /// Limits of the network.
    pub net: NetLimits,
    /// Limits and delays of the simulation.
    pub sim: SimConfig,
}
