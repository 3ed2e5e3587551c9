//! Power cuts at random moments: the real server is killed under load again and again, and an oracle in this
//! process, which knows what every player was told, looks for anything that is lost or there twice.
//!
//! A handful of kills by default. More, or others:
//! `KILLS=200 SEED=7 cargo test -p e2e-tests --test kill -- --nocapture`
//! The seed decides what is tried and after how long; what the machine makes of it differs from run to run.
#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod kill {
    pub(super) mod oracle;
    pub(super) mod player;
}

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use e2e_tests::fixture;
use e2e_tests::server_process::ServerProcess;
use kill::oracle::Oracle;
use kill::player::{Player, Role};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::runtime::Runtime;

/// Players at a time: enough that every commit of the journal has changes of several.
const PLAYERS: usize = 5;
/// Seconds between checkpoints and backups: so short that kills hit them, too.
const ARGUMENTS: [&str; 4] = ["--checkpoint-interval", "1", "--backup-interval", "2"];
/// How long a server lives at most. Logging in takes about a third of it: clients stretch their passwords.
const LIFE_MILLIS_MAX: u64 = 4000;
/// How long a server may take on its way down before it is killed all the same.
const STOP_MILLIS_MAX: u64 = 150;

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kill_9() {
    let kills = from_environment("KILLS", 8);
    let seed = from_environment("SEED", 1);
    let mut rng = StdRng::seed_from_u64(seed);
    let runtime = Runtime::new().unwrap();
    let oracle = Arc::new(Oracle::default());
    let mut server = ServerProcess::start(&fixture("fast_nodes"), &ARGUMENTS).unwrap();

    let mut players: Vec<Player> = (0..PLAYERS).map(player).collect();
    let mut retired = Vec::new();
    let mut killed = Killed::default();
    let mut start_millis = 300;
    while killed.count() < kills {
        let ending = Arc::new(AtomicBool::new(false));
        let lives: Vec<_> = players
            .drain(..)
            .map(|player| {
                let rng = StdRng::seed_from_u64(rng.r#gen());
                runtime.spawn(player.live(server.address(), ending.clone(), oracle.clone(), rng))
            })
            .collect();
        wait(rng.gen_range(0..LIFE_MILLIS_MAX));
        // Half of the kills come at any moment, half at the worst one: just after a promise.
        if rng.gen_bool(0.5) {
            oracle.wait_for_harvest(Duration::from_secs(1));
        }
        ending.store(true, Ordering::SeqCst);
        if rng.gen_bool(0.15) {
            server.ask_to_stop().unwrap();
            wait(rng.gen_range(0..STOP_MILLIS_MAX));
            killed.while_it_stopped += 1;
        } else {
            killed.while_it_ran += 1;
        }
        server.kill().unwrap();
        for life in lives {
            let (player, end) = runtime.block_on(life).unwrap();
            end.unwrap_or_else(|error| panic!("{error:#}\n{}", server.log().unwrap()));
            players.push(player);
        }
        while killed.count() < kills && rng.gen_bool(0.2) {
            let after = Duration::from_millis(rng.gen_range(0..start_millis));
            server.restart_and_kill(after).unwrap();
            killed.while_it_started += 1;
        }
        let began = Instant::now();
        server.restart().unwrap();
        start_millis = u64::try_from(began.elapsed().as_millis()).unwrap().max(1);
        // Now and then another player comes, so that sign-up and creation are hit as well.
        if rng.gen_bool(0.5) {
            retired.push(players.remove(0));
            players.push(player(PLAYERS - 1 + retired.len()));
        }
    }

    // Everybody once more, also those who left long ago.
    let player_count = players.len() + retired.len();
    for player in retired.into_iter().chain(players) {
        let end = runtime.block_on(player.visit(server.address(), &oracle));
        end.unwrap_or_else(|error| panic!("{error:#}\n{}", server.log().unwrap()));
    }
    let status = server.stop().unwrap();
    let log = server.log().unwrap();
    assert_eq!(status.code(), Some(0), "{log}");
    println!("seed {seed}: {killed:?}, {player_count} players");
    println!("{}", oracle.report());
    oracle.assert_nothing_lost_or_doubled();
    // None of it took a backup or a person to put right.
    for alarm in [
        "panicked",
        "restored ",
        "is left out",
        "refused_rows",
        "began a new journal",
    ] {
        assert!(!log.contains(alarm), "{alarm}:\n{log}");
    }
}

/// Kills by what they hit.
#[derive(Debug, Default)]
struct Killed {
    while_it_ran: u64,
    while_it_stopped: u64,
    while_it_started: u64,
}

impl Killed {
    fn count(&self) -> u64 {
        self.while_it_ran + self.while_it_stopped + self.while_it_started
    }
}

/// Every fifth player walks, the others harvest and travel.
fn player(number: usize) -> Player {
    let role = if number.is_multiple_of(5) {
        Role::Walker
    } else {
        Role::Harvester
    };
    Player::new(number, role)
}

/// Lets the server live. This is the random moment of the kill, not a guess at how long something takes.
fn wait(millis: u64) {
    let until = Instant::now() + Duration::from_millis(millis);
    while let Some(left) = until
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
    {
        std::thread::park_timeout(left);
    }
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}
