//! Power cuts at random moments while several players harvest, mine and travel.
//!
//! The oracle is what the players were told before the cut, in another process than the server. After each
//! cut everything acknowledged is there, once, and the books balance: a harvest of the pile gives two logs,
//! two stones and 50 experience; a harvest of the rock turns two logs into a stone and 20 experience; each
//! is one revision.
//!
//! `KILLS=200 cargo test -p e2e-tests --test play power_cuts` makes it longer.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e_tests::client::{Client, new_request_id};
use e2e_tests::fixture;
use e2e_tests::possessions::Possessions;
use e2e_tests::server_process::ServerProcess;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::sync::mpsc;

const PLAYERS: u64 = 4;
/// New players come after so many cuts, before inventories fill up.
const CUTS_PER_GENERATION: u64 = 5;
const PASSWORD: &str = "hunter2 hunter2";

/// What one player was told.
#[derive(Clone, Debug, Default)]
struct Told {
    character: i64,
    possessions: Possessions,
    island: String,
    /// A step that was asked for and not answered: the player is on one side or the other.
    stepping_to: Option<String>,
}

/// Plays until the connection breaks; what was told is in `told` all the while.
async fn play(client: &mut Client, told: &mut Told, random: &mut StdRng) -> Result<()> {
    loop {
        let done = act(client, told, random).await;
        told.possessions = client.possessions.clone();
        done?;
    }
}

async fn act(client: &mut Client, told: &mut Told, random: &mut StdRng) -> Result<()> {
    if told.island == "east" {
        return step(client, told, "eastgate", "west").await;
    }
    let logs = client.possessions.count("log");
    let times = random.gen_range(1..6);
    match random.gen_range(0..10) {
        0 => {
            let gate = client.island.as_ref().context("in the world")?.portals[0].clone();
            let place = gate.position.unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "metres on a small island")]
            client.walk_to(place.x_m as f32, place.y_m as f32, 1.0).await?;
            step(client, told, "westgate", "east").await
        }
        1 | 2 if logs >= 12 => client.harvest("rock", times).await.map(drop),
        _ if logs < 100 => client.harvest("pile", times).await.map(drop),
        _ => client.harvest("rock", times).await.map(drop),
    }
}

async fn step(client: &mut Client, told: &mut Told, portal: &str, to: &str) -> Result<()> {
    told.stepping_to = Some(to.to_owned());
    client.step_through(portal, new_request_id()?).await?;
    told.stepping_to = None;
    to.clone_into(&mut told.island);
    client
        .wait_until(|client| {
            client
                .island
                .as_ref()
                .is_some_and(|island| island.island_id == to)
        })
        .await
}

/// Compares what is there with what was told.
fn check(client: &Client, told: &Told) -> Result<()> {
    let now = &client.possessions;
    let before = &told.possessions;
    ensure!(
        now.revision() >= before.revision(),
        "acknowledged changes are gone: {before:?}, now {now:?}"
    );
    let (piles, rocks) = (now.skill("gathering") / 50, now.skill("mining") / 20);
    let books = (
        now.count("log"),
        now.count("stone"),
        now.experience(),
        now.revision(),
    );
    let balanced = (
        2 * piles - 2 * rocks,
        2 * piles + rocks,
        50 * piles + 20 * rocks,
        1 + piles + rocks,
    );
    ensure!(
        books == balanced,
        "the books do not balance: {books:?}, expected {balanced:?}"
    );
    if now.revision() == before.revision() {
        ensure!(
            now.slots() == before.slots(),
            "same revision, other items: {before:?}, now {now:?}"
        );
    }
    let island = &client.island.as_ref().context("in the world")?.island_id;
    let possible = *island == told.island || told.stepping_to.as_ref() == Some(island);
    ensure!(possible, "on {island}, told {told:?}");
    Ok(())
}

/// One player between two cuts: comes back, checks, plays until the cut.
async fn session(
    address: SocketAddr,
    account: String,
    told: Told,
    seed: u64,
    playing: mpsc::Sender<()>,
) -> Result<Told> {
    let mut told = told;
    let mut client = Client::connect(address).await?;
    if told.character == 0 {
        client.register(&account, PASSWORD).await?;
        client.login(&account, PASSWORD).await?;
        // Character names have letters only.
        let letter = |c: char| {
            c.to_digit(10)
                .and_then(|digit| char::from_u32(u32::from('a') + digit))
        };
        let letters: String = account.chars().map(|c| letter(c).unwrap_or(c)).collect();
        told.character = client.create_character(&letters).await?.character_id;
        "west".clone_into(&mut told.island);
        client.enter_world(told.character).await?;
    } else {
        client.login(&account, PASSWORD).await?;
        client.enter_world(told.character).await?;
        check(&client, &told)?;
    }
    let island = client.island.as_ref().context("in the world")?;
    told.island.clone_from(&island.island_id);
    told.stepping_to = None;
    let mut random = StdRng::seed_from_u64(seed);
    playing.send(()).await.context("the test is over")?;
    drop(playing);
    let ended = play(&mut client, &mut told, &mut random).await;
    let error = ended.err().context("playing ends with the connection")?;
    // A refusal would be a mistake of the server or of this test; a cut connection is none.
    ensure!(
        error.downcast_ref::<e2e_tests::client::Refused>().is_none(),
        "{account}: {error:#}"
    );
    Ok(told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_and_double_nothing() {
    let cuts: u64 = std::env::var("KILLS").map_or(4, |count| count.parse().unwrap());
    let mut server = ServerProcess::start(&fixture("two_islands"), &[]).unwrap();
    let mut random = StdRng::seed_from_u64(1);
    let mut told = vec![Told::default(); usize::try_from(PLAYERS).unwrap()];
    let (mut acknowledged, mut steps) = (0, 0);
    for cut in 0..=cuts {
        let generation = cut / CUTS_PER_GENERATION;
        let is_new = cut.is_multiple_of(CUTS_PER_GENERATION);
        let (playing, mut all_playing) = mpsc::channel(1);
        let players: Vec<_> = (0..PLAYERS)
            .zip(told)
            .map(|(player, told)| {
                let told = if is_new { Told::default() } else { told };
                let account = format!("bot{player}g{generation}");
                tokio::spawn(session(
                    server.address(),
                    account,
                    told,
                    cut * PLAYERS + player,
                    playing.clone(),
                ))
            })
            .collect();
        drop(playing);
        // A player who fails before playing goes without a word, and is asked for the reason below.
        while all_playing.recv().await.is_some() {}
        // The one wait for time among the tests: a power cut waits for nothing else.
        tokio::time::sleep(Duration::from_millis(random.gen_range(0..2500))).await;
        server.kill().unwrap();
        told = Vec::new();
        for player in players {
            told.push(
                player
                    .await
                    .unwrap()
                    .unwrap_or_else(|error| panic!("cut {cut}: {error:#}")),
            );
        }
        acknowledged += told.iter().map(|told| told.possessions.revision()).sum::<i64>();
        steps += told.iter().filter(|told| told.stepping_to.is_some()).count();
        server.restart().unwrap();
    }
    println!(
        "{cuts} power cuts, {acknowledged} acknowledged revisions seen, {steps} steps cut in the middle"
    );
    assert!(acknowledged > i64::try_from(cuts).unwrap(), "nobody got to play");
}
