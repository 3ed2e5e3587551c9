//! kill -9 at random moments, with the oracle outside the killed process.
//!
//! A child plays transactions and writes to a pipe how far it has seen "durable"; this process reads the
//! pipe, kills the child, opens the folder and compares every row with the model. `KILLS=200` kills more
//! often, `SEED=7` plays another history.

use super::folder::{Folder, curve, number_from_env};
use super::model::{Model, NOW_MICROS};
use server::clock::{Clock, SystemClock};
use server::durability::{DataDir, DurabilityConfig, Seq, open};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

const CHILD_FOLDER: &str = "TOMBOLO_CRASH_CHILD_FOLDER";
const SEED: &str = "SEED";
const KILLS: &str = "KILLS";

/// Time passes and the date stays, so that no answer grows a day old on a slow machine.
#[derive(Debug)]
struct StoppedCalendar(SystemClock);

impl Clock for StoppedCalendar {
    fn utc_micros(&self) -> i64 {
        NOW_MICROS
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
}

/// The child's side. As a test of its own, started without a folder, it has nothing to do.
#[test]
fn crash_child() {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else {
        return;
    };
    let seed = number_from_env(SEED, 1);
    // Short intervals, so that kills fall into checkpoints, backups and trims as well.
    let config = DurabilityConfig {
        checkpoint_interval: Duration::from_millis(12),
        backup_interval: Duration::from_millis(45),
        ..DurabilityConfig::new(curve())
    };
    let (durability, loaded) = open(
        &DataDir::open(folder).unwrap(),
        config,
        Arc::new(StoppedCalendar(SystemClock::new())),
    )
    .unwrap();
    let mut model = Model::from_loaded(&loaded);
    let mut number = durability.durable_seq().distance_from(Seq::NONE);
    let mut told = Seq::NONE;
    let mut out = std::io::stdout();
    loop {
        // Bounded by what the pipe and the disk take: a few hundred are in flight at most.
        if number - durability.durable_seq().distance_from(Seq::NONE) < 300 {
            let transaction = model.transaction(seed, number);
            model.apply(&transaction);
            durability.append(transaction).unwrap();
            number += 1;
        }
        let durable = durability.durable_seq();
        if durable > told {
            told = durable;
            writeln!(out, "acknowledged {durable}").unwrap();
            out.flush().unwrap();
        }
    }
}

/// A running child, and the numbers that it acknowledges.
struct Victim {
    process: Child,
    acknowledged: Receiver<u64>,
    newest: u64,
}

impl Victim {
    fn start(folder: &Folder, seed: u64) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["durability::kill::crash_child", "--exact", "--nocapture"])
            .env(CHILD_FOLDER, folder.temporary.path())
            .env(SEED, seed.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let pipe = BufReader::new(process.stdout.take().unwrap());
        let (sender, acknowledged) = sync_channel(1 << 16);
        std::thread::Builder::new()
            .name("oracle".to_owned())
            .spawn(move || {
                for line in pipe.lines() {
                    // The harness writes the test's name in front of the first line.
                    if let Some((_, number)) = line.unwrap().rsplit_once("acknowledged ") {
                        sender.send(number.parse().unwrap()).unwrap();
                    }
                }
            })
            .unwrap();
        Self {
            process,
            acknowledged,
            newest: 0,
        }
    }

    /// Listens for as long as the child shall live.
    fn listen(&mut self, lifetime: Duration) {
        let end = Instant::now() + lifetime;
        loop {
            match self
                .acknowledged
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(number) => self.newest = number,
                Err(RecvTimeoutError::Timeout) => return,
                Err(RecvTimeoutError::Disconnected) => panic!("the child ended by itself"),
            }
        }
    }

    /// Kills it. Answers the newest number that it acknowledged, up to the last byte in the pipe.
    fn kill(mut self) -> u64 {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.acknowledged.iter().last().unwrap_or(self.newest)
    }
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kills() {
    let (kills, seed) = (number_from_env(KILLS, 25), number_from_env(SEED, 1));
    let folder = Folder::new();
    let (mut model, mut number) = (Model::default(), 0);
    let (mut acknowledged, mut unacknowledged) = (0, 0);
    for kill in 0..kills {
        let mut victim = Victim::start(&folder, seed);
        // Every fourth dies within the start, in the middle of recovery; the others live up to 250 ms.
        let micros = 1 + (kill * 7919 + seed * 104_729) % if kill % 4 == 3 { 30_000 } else { 250_000 };
        victim.listen(Duration::from_micros(micros));
        let newest = victim.kill();
        acknowledged = newest.max(acknowledged);

        // Every third recovery is left to the next child, which may be killed in it.
        if kill % 3 == 2 && kill + 1 < kills && newest == 0 {
            continue;
        }
        let (durability, loaded) = folder.open();
        let durable = durability.durable_seq().distance_from(Seq::NONE);
        assert!(
            durable >= acknowledged,
            "kill {kill}: {acknowledged} acknowledged, {durable} there"
        );
        unacknowledged += durable - acknowledged.max(number);
        while number < durable {
            let transaction = model.transaction(seed, number);
            model.apply(&transaction);
            number += 1;
        }
        model.assert_equals(&loaded);
        for (account_id, row) in &model.credentials {
            assert_eq!(durability.credential(*account_id).unwrap().as_ref(), Some(row));
        }
    }
    assert!(number > kills, "the children did some work");
    println!("{kills} kills, {number} transactions, {unacknowledged} of them durable but not acknowledged");
}
