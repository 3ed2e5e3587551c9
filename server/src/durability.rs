//! Durability: what the server has acknowledged stays true.
//!
//! ```text
//! sim ──append──▶ queue ──▶ journal thread ──commit──▶ journal_001.db ──▶ "durable up to n" ──▶ output gate
//!                                 │ dirty rows
//!                                 ▼
//!                        checkpoint thread ──every 120 s──▶ Server_001.db ──every hour──▶ backups/
//! ```
//!
//! The simulation keeps the state and describes each change as a [`Transaction`] of whole rows. `append`
//! numbers it and returns at once; a reply that reveals the change waits until [`Status::durable`] has
//! reached that number. The journal is the promise; the checkpoint bounds its replay; backups bound what a
//! damaged main file can cost, which together with the journal is nothing.
//!
//! What the promise covers: the end of the process at any moment, of the kernel, of the power; a torn or
//! damaged main file; damaged backups as long as one of the newest two is whole. What it does not cover:
//! the loss of the disk, since journal and backups lie on it; and a bit that flips in the journal's own
//! write-ahead log between the commit and the next checkpoint, which SQLite takes for the end of the log.
//!
//! When a commit fails, the server is read-only until it is restarted: what had been appended and was not
//! durable yet was never acknowledged, and may or may not be there afterwards.
//!
//! *Not* responsible for: what the rows mean (`sim`), who may see which reply (`net`).

mod backup;
mod checkpoint;
mod checkpoint_thread;
mod connection;
mod data_dir;
mod dirty;
mod error;
mod journal;
mod journal_thread;
mod load;
mod metrics;
mod note;
mod queue;
mod record;
mod recovery;
mod row_check;
mod schema;
mod shared;
mod tables;

pub use data_dir::{DataDir, DataDirError};
pub use error::{AppendError, BackupError, CheckpointError, CloseError, CredentialError, OpenError};
pub use journal::JournalError;
pub use load::Loaded;
pub use metrics::{DurabilityMetrics, MicrosHistogram};
pub use note::Note;
pub use record::{RECORD_BYTES_MAX, RecordError, Seq};

use crate::clock::Clock;
use crate::rows::{AccountId, CredentialRow, Transaction};
use checkpoint_thread::{CheckpointThread, Command};
use rusqlite::Connection;
use shared::Shared;
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How levels follow from experience (X6). Both are pure and never fall when experience rises.
#[derive(Debug, Clone, Copy)]
pub struct LevelCurve {
    /// `characters.level`, at least 1.
    pub character_level: fn(i64) -> i64,
    /// `skills.skill_level`, at least 0.
    pub skill_level: fn(i64) -> i64,
}

/// Intervals and bounds.
#[derive(Debug, Clone)]
pub struct DurabilityConfig {
    /// Time between checkpoints.
    pub checkpoint_interval: Duration,
    /// Time between backups.
    pub backup_interval: Duration,
    /// How long backups are kept; the newest two stay in any case.
    pub backups_kept: Duration,
    /// Whether closing makes a backup.
    pub backup_on_close: bool,
    /// How many transactions may wait for the disk.
    pub queue_transactions_max: usize,
    /// How many bytes of records may wait for the disk.
    pub queue_bytes_max: usize,
    /// How large the journal may become. Beyond it the server is read-only; the space is for the rest of
    /// the machine.
    pub journal_bytes_max: u64,
    /// How the level columns are computed.
    pub levels: LevelCurve,
}

impl DurabilityConfig {
    /// The intervals of the persistence document (X2): checkpoint 120 s, backup 1 h, kept 24 h. The queue holds
    /// about ten seconds of a full server; the journal, months of it.
    pub fn new(levels: LevelCurve) -> Self {
        Self {
            checkpoint_interval: Duration::from_mins(2),
            backup_interval: Duration::from_hours(1),
            backups_kept: Duration::from_hours(24),
            backup_on_close: true,
            queue_transactions_max: 1 << 16,
            queue_bytes_max: 64 << 20,
            journal_bytes_max: 64 << 30,
            levels,
        }
    }
}

/// What the output gate waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Everything up to this transaction is on the disk. Only grows.
    pub durable: Seq,
    /// Why nothing more becomes durable, once that is so.
    pub failed: Option<Arc<str>>,
    /// How many transactions wait.
    pub queue_len: usize,
}

/// The open data folder. Dropping it drains the queue and leaves the rest to the next start; [`Self::close`]
/// also makes the last checkpoint and the last backup.
#[derive(Debug)]
pub struct Durability {
    shared: Arc<Shared>,
    commands: SyncSender<Command>,
    /// Read-only, for credentials alone (X4).
    credentials: Mutex<Connection>,
    threads: Mutex<Threads>,
    _dir: DataDir,
}

#[derive(Debug)]
struct Threads {
    journal: Option<JoinHandle<()>>,
    checkpoint: Option<JoinHandle<()>>,
}

/// Opens a data folder: makes what is missing, repairs what can be repaired, loads everything.
///
/// # Errors
/// See [`OpenError`]; nothing in the folder was overwritten or deleted then.
pub fn open(
    dir: &DataDir,
    config: DurabilityConfig,
    clock: Arc<dyn Clock>,
) -> Result<(Durability, Loaded), OpenError> {
    if rusqlite::version_number() < connection::SQLITE_VERSION_MIN {
        return Err(OpenError::SqliteTooOld {
            found: rusqlite::version(),
        });
    }
    let mut report = Vec::new();
    let recovered = recovery::recover(dir, &config, schema::MIGRATIONS, clock.utc_micros(), &mut report)?;
    let main_path = dir.main_file();
    let sql = |source| OpenError::Sql {
        path: main_path.clone(),
        source,
    };
    let mut loaded = load::load(&recovered.main, &config.levels).map_err(sql)?;
    loaded.report.splice(0..0, report);
    for note in &loaded.report {
        tracing::warn!("{note}");
    }
    tracing::info!(
        accounts = loaded.accounts.len(),
        characters = loaded.characters.len(),
        items = loaded.items.len(),
        last_seq = recovered.last.get(),
        "data folder loaded"
    );

    let credentials = connection::open_read_only(&main_path).map_err(sql)?;
    let shared = Arc::new(Shared::new(recovered.last, &config, clock));
    // A bound of two per asker would do; sixteen lets several tests and an operator ask at once.
    let (commands, received) = sync_channel(16);
    let journal = journal_thread::spawn(recovered.journal, Arc::clone(&shared)).map_err(OpenError::Thread)?;
    let threads = Mutex::new(Threads {
        journal: Some(journal),
        checkpoint: None,
    });
    let durability = Durability {
        shared,
        commands,
        credentials: Mutex::new(credentials),
        threads,
        _dir: dir.clone(),
    };
    let checkpoint = CheckpointThread {
        main: recovered.main,
        dir: dir.clone(),
        config,
        shared: Arc::clone(&durability.shared),
        commands: received,
        backup_due: recovered.backup_due,
        opened_at: durability.shared.clock.monotonic(),
    };
    // If this fails, dropping `durability` ends the journal thread.
    let checkpoint = checkpoint.spawn().map_err(OpenError::Thread)?;
    lock(&durability.threads).checkpoint = Some(checkpoint);
    Ok((durability, loaded))
}

impl Durability {
    /// Numbers a transaction and queues it for the disk. Never waits.
    ///
    /// # Errors
    /// See [`AppendError`]; the transaction then has no number and will not become durable.
    pub fn append(&self, transaction: Transaction) -> Result<Seq, AppendError> {
        self.shared.queue.push(transaction, self.shared.clock.monotonic())
    }

    /// The newest transaction on the disk.
    pub fn durable_seq(&self) -> Seq {
        self.shared.durable()
    }

    /// Follows [`Status`]; changes after every commit and when the disk fails.
    pub fn watch(&self) -> watch::Receiver<Status> {
        self.shared.watch()
    }

    /// The figures of this moment.
    pub fn metrics(&self) -> DurabilityMetrics {
        self.shared.metrics()
    }

    /// Reads the credential of one account, for one login. Blocks on the disk: not for the tick.
    ///
    /// # Errors
    /// When it cannot be read or is damaged, which is not the same as "no such account".
    pub fn credential(&self, account_id: AccountId) -> Result<Option<CredentialRow>, CredentialError> {
        // Memory first: a row that leaves it between the two looks has reached the file.
        match self.shared.pending_credential(account_id) {
            Some(row) => Ok(Some(row)),
            None => tables::credential(&lock(&self.credentials), account_id),
        }
    }

    /// Makes a checkpoint of everything that is durable now. Blocks: not for the tick.
    ///
    /// # Errors
    /// When the main file cannot be written; the rows stay for the next checkpoint.
    pub fn checkpoint_now(&self) -> Result<Seq, CheckpointError> {
        self.ask(Command::Checkpoint)
            .unwrap_or(Err(CheckpointError::Closed))
    }

    /// Makes a verified backup now, of the last checkpoint. Blocks: not for the tick.
    ///
    /// # Errors
    /// When it cannot be written or does not verify; older backups are untouched.
    pub fn backup_now(&self) -> Result<PathBuf, BackupError> {
        self.ask(Command::Backup).unwrap_or(Err(BackupError::Closed))
    }

    /// Takes no more transactions, writes those that wait, makes the last checkpoint and the last backup,
    /// ends both threads. Answers the last durable transaction. A second call does nothing more.
    ///
    /// # Errors
    /// See [`CloseError`]; what was published as durable is in the journal in any case.
    pub fn close(&self) -> Result<Seq, CloseError> {
        self.shared.queue.close();
        let mut threads = lock(&self.threads);
        join(threads.journal.take());
        let closed = self.ask(Command::Close).unwrap_or(Ok(self.durable_seq()));
        join(threads.checkpoint.take());
        closed.map(|_| self.durable_seq())
    }

    /// `None` if the checkpoint thread has ended.
    fn ask<T>(&self, command: impl FnOnce(SyncSender<T>) -> Command) -> Option<T> {
        let (reply, answer) = sync_channel(1);
        self.commands.send(command(reply)).ok()?;
        answer.recv().ok()
    }
}

impl Drop for Durability {
    fn drop(&mut self) {
        self.shared.queue.close();
        // The checkpoint thread ends when it sees that nobody can ask it any more.
        let (closed, _) = sync_channel(0);
        self.commands = closed;
        let mut threads = lock(&self.threads);
        join(threads.journal.take());
        join(threads.checkpoint.take());
    }
}

/// A thread that panicked has said so itself (see `shared::PanicAlarm`).
fn join(thread: Option<JoinHandle<()>>) {
    if let Some(thread) = thread
        && thread.join().is_err()
    {
        tracing::error!("a durability thread panicked");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
