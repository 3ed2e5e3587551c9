//! `tombolo-server`: arguments, log, signals and exit codes around [`server::startup`].
//!
//! *Not* responsible for: anything that a test would want to reach.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where the server talks to its operator"
)]

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use server::accounts::AccountLimits;
use server::config::Config;
use server::net::NetLimits;
use server::sim::SimConfig;
use server::startup::{self, IssueReport, StartError};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;
use worldgen::report::{self, ProjectReport, Sources};

/// Serves the islands of a map project to players.
///
/// Checks and bakes the project (bakes are kept for the next start), opens the data folder and listens.
/// Ctrl-C or SIGTERM stops it cleanly; a second one stops it at once, which loses nothing that a player was
/// told.
#[derive(Debug, Parser)]
#[command(name = "tombolo-server", version, args_override_self = true)]
struct Args {
    /// Folder of the map project.
    #[arg(long, default_value = "maps/first_light", env = "TOMBOLO_PROJECT")]
    project: PathBuf,
    /// Folder for bakes and for everything that players earn.
    #[arg(long, default_value = "data", env = "TOMBOLO_DATA")]
    data: PathBuf,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:7878", env = "TOMBOLO_LISTEN")]
    listen: SocketAddr,
    /// How the log on standard error looks. RUST_LOG chooses what is in it.
    #[arg(long, value_enum, default_value_t = LogFormat::Human)]
    log: LogFormat,
    /// Seconds for which a character stays in the world after its player left.
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    logout_delay: u64,
    /// Seconds between checkpoints: how much a start after a crash has to replay, at most.
    #[arg(long, default_value_t = 120, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    checkpoint_interval: u64,
    /// Seconds between backups.
    #[arg(long, default_value_t = 3600, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    backup_interval: u64,
    /// Most characters on this server.
    #[arg(long, default_value_t = 10_000, value_name = "COUNT")]
    max_characters: usize,
    /// Most open connections.
    #[arg(long, default_value_t = 12_000, value_name = "COUNT")]
    max_connections: usize,
    /// Logins that may begin for one account within a minute.
    #[arg(long, default_value_t = 5, value_name = "COUNT")]
    logins_per_account: u32,
    /// Logins and sign-ups that may begin from one address within a minute.
    #[arg(long, default_value_t = 30, value_name = "COUNT")]
    logins_per_address: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum LogFormat {
    /// Lines for people.
    Human,
    /// One JSON object per line.
    Json,
}

impl Args {
    fn config(&self) -> Config {
        Config {
            project: self.project.clone(),
            data: self.data.clone(),
            listen: self.listen,
            checkpoint_interval: Duration::from_secs(self.checkpoint_interval),
            backup_interval: Duration::from_secs(self.backup_interval),
            accounts: AccountLimits {
                logins_per_account: self.logins_per_account,
                logins_per_address: self.logins_per_address,
            },
            net: NetLimits {
                connections: self.max_connections,
            },
            sim: SimConfig {
                logout_delay: Duration::from_secs(self.logout_delay),
                character_capacity: self.max_characters,
            },
        }
    }
}

/// 0 = went down cleanly, 1 = the map project has errors, 2 = anything else.
fn main() -> ExitCode {
    let args = Args::parse();
    start_log(args.log);
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let Some(StartError::Refused { report }) = error.downcast_ref() {
                print_issues(report);
                eprintln!("error: {error}");
                return ExitCode::from(1);
            }
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Human => log
            .with_target(false)
            .with_ansi(std::io::stderr().is_terminal())
            .init(),
        LogFormat::Json => log.json().init(),
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime
        .context("cannot start the network runtime")?
        .block_on(serve(args))
}

async fn serve(args: &Args) -> anyhow::Result<()> {
    let loading_stopped = Arc::new(AtomicBool::new(false));
    let mut stop = stop_signals(loading_stopped.clone()).context("cannot watch for signals")?;
    let running = startup::start(args.config(), loading_stopped).await?;
    let address = running.address;
    println!("listening on ws://{address}/ws (health: http://{address}/healthz)");
    println!(
        "edit this world: cargo run --release -p editor -- {}",
        args.project.display()
    );
    tokio::select! {
        stopped = stop.wait_for(|stop| *stop) => {
            tracing::info!(asked = stopped.is_ok(), "stopping");
        }
        () = running.broken() => tracing::error!("the simulation has ended; going down"),
    }
    running.shut_down().await?;
    Ok(())
}

/// Turns true at the first SIGTERM or Ctrl-C; the second ends the process.
fn stop_signals(loading_stopped: Arc<AtomicBool>) -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::spawn(async move {
        for signal_count in 1.. {
            #[cfg(unix)]
            let asked = tokio::select! {
                asked = tokio::signal::ctrl_c() => asked.is_ok(),
                asked = terminate.recv() => asked.is_some(),
            };
            #[cfg(not(unix))]
            let asked = tokio::signal::ctrl_c().await.is_ok();
            if !asked {
                tracing::error!("signals cannot be watched any more");
                return;
            }
            if signal_count > 1 {
                tracing::warn!("stopped at once");
                std::process::exit(2);
            }
            loading_stopped.store(true, Ordering::Relaxed);
            sender.send_replace(true);
        }
    });
    Ok(receiver)
}

fn print_issues(report: &IssueReport) {
    let folder = report.folder.display().to_string();
    let sources = Sources::of(&report.issues, &report.places);
    let project = ProjectReport {
        folder: &folder,
        issues: &report.issues,
        sources: &sources,
    };
    let stderr = std::io::stderr();
    let format = if stderr.is_terminal() {
        report::Format::HumanStyled
    } else {
        report::Format::Human
    };
    if let Err(error) = report::write(format, &[project], &mut stderr.lock()) {
        eprintln!("error: cannot print the issues: {error}");
    }
}
