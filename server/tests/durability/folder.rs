//! A data folder in a temporary place, and short words for what tests do with it.

use super::model::{Model, NOW_MICROS};
use rusqlite::Connection;
use server::clock::{Clock, ManualClock};
use server::durability::{
    DataDir, DataDirError, Durability, DurabilityConfig, LevelCurve, Loaded, OpenError, Seq, Status, open,
};
use server::rows::Transaction;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) fn curve() -> LevelCurve {
    LevelCurve {
        character_level: |experience| 1 + experience / 100,
        skill_level: |experience| experience / 50,
    }
}

/// No checkpoint and no backup that the test does not ask for.
pub(crate) fn quiet_config() -> DurabilityConfig {
    let never = Duration::from_hours(1_000_000);
    DurabilityConfig {
        checkpoint_interval: never,
        backup_interval: never,
        backup_on_close: false,
        ..DurabilityConfig::new(curve())
    }
}

pub(crate) struct Folder {
    pub(crate) temporary: tempfile::TempDir,
    pub(crate) clock: Arc<ManualClock>,
}

impl Folder {
    pub(crate) fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self {
            temporary,
            clock: Arc::new(ManualClock::at(NOW_MICROS)),
        }
    }

    pub(crate) fn try_open_with(&self, config: DurabilityConfig) -> Result<(Durability, Loaded), OpenError> {
        open(&self.dir(), config, Arc::clone(&self.clock) as Arc<dyn Clock>)
    }

    /// A child that another test is just starting holds a copy of our lock until it runs its own program.
    fn dir(&self) -> DataDir {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            match DataDir::open(self.temporary.path()) {
                Err(DataDirError::InUse { .. }) if Instant::now() < deadline => std::thread::yield_now(),
                opened => return opened.unwrap(),
            }
        }
    }

    pub(crate) fn try_open(&self) -> Result<(Durability, Loaded), OpenError> {
        self.try_open_with(quiet_config())
    }

    pub(crate) fn open(&self) -> (Durability, Loaded) {
        self.try_open().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.temporary.path().join(name)
    }

    pub(crate) fn main_file(&self) -> PathBuf {
        self.path("Server_001.db")
    }

    pub(crate) fn journal_file(&self) -> PathBuf {
        self.path("journal_001.db")
    }

    /// What lies in a folder of the data folder, sorted.
    pub(crate) fn names_in(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Every file of the folder with its bytes, to see that nothing was changed.
    pub(crate) fn bytes_of(&self, names: &[&str]) -> Vec<Vec<u8>> {
        names
            .iter()
            .map(|name| std::fs::read(self.path(name)).unwrap())
            .collect()
    }

    /// The main file, as any SQLite tool sees it.
    pub(crate) fn sql(&self) -> Connection {
        Connection::open(self.main_file()).unwrap()
    }
}

/// Waits until the transaction is durable, or the journal has failed.
pub(crate) fn wait_until_durable(durability: &Durability, seq: Seq) -> Status {
    let mut status = durability.watch();
    let reached = async {
        let reached = status
            .wait_for(|status| status.durable >= seq || status.failed.is_some())
            .await;
        reached.expect("the sender lives").clone()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(30), reached)
            .await
            .expect("30 s")
    })
}

pub(crate) fn append_durably(durability: &Durability, transaction: Transaction) -> Seq {
    let seq = durability.append(transaction).unwrap();
    assert_eq!(wait_until_durable(durability, seq).failed, None);
    seq
}

/// Appends the transactions `range` of `seed` to folder and model, and waits for the last.
pub(crate) fn play(durability: &Durability, model: &mut Model, seed: u64, range: std::ops::Range<u64>) {
    let mut last = durability.durable_seq();
    for number in range {
        let transaction = model.transaction(seed, number);
        model.apply(&transaction);
        last = durability.append(transaction).unwrap();
    }
    assert_eq!(wait_until_durable(durability, last).failed, None);
}

/// A clean stop.
pub(crate) fn close(durability: Durability) -> Seq {
    let last = durability.close().unwrap();
    drop(durability);
    last
}

/// Changes one byte of a file.
pub(crate) fn flip_byte(path: &Path, offset: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[offset] ^= 0x55;
    overwrite(path, &bytes);
}

#[expect(clippy::disallowed_methods, reason = "these tests damage files on purpose")]
pub(crate) fn overwrite(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

/// How much a test does when told to do more than usual.
pub(crate) fn number_from_env(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}
