//! Playing on a real server in its own process: what a player was told is there, once, after anything.

mod play {
    mod power_cut;
}

use std::time::Duration;

use e2e_tests::client::{Client, new_request_id, refusal};
use e2e_tests::fixture;
use e2e_tests::server_process::ServerProcess;
use server::wire::v1::server_message::Body;
use server::wire::v1::{self, ErrorCode, SessionEndReason, client_message};

const PASSWORD: &str = "correct horse battery staple";

fn start(arguments: &[&str]) -> ServerProcess {
    let started = ServerProcess::start(&fixture("two_islands"), arguments);
    started.unwrap_or_else(|error| panic!("{error:#}"))
}

/// The way of a player, and a power cut in the middle of it: every acknowledged thing is there, once.
#[tokio::test]
async fn a_player_keeps_everything_through_a_power_cut() {
    let mut server = start(&[]);
    let mut ada = Client::join(server.address(), "ada", "Ada").await.unwrap();
    assert_eq!(ada.welcome.islands.len(), 2);
    assert_eq!(ada.island.as_ref().unwrap().name, "West Island");

    // A walk, and a node with a requirement that is not met yet.
    let bush = ada.node("bush").unwrap();
    ada.walk_to(0.5, 6.0, 0.5).await.unwrap();
    let refused = refusal(ada.start_harvest(&bush.entity_id).await).unwrap();
    assert_eq!(refused.code, ErrorCode::Requirement);
    let pile = ada.node("pile").unwrap();
    let refused = refusal(ada.start_harvest(&pile.entity_id).await).unwrap();
    assert_eq!(refused.code, ErrorCode::TooFar);

    // Two completions give a level; the drops come in table order (D1).
    let harvested = ada.harvest("pile", 2).await.unwrap();
    let drops: Vec<_> = harvested[0]
        .drops
        .iter()
        .map(|drop| (drop.item_type.as_str(), drop.quantity))
        .collect();
    assert_eq!(drops, [("log", 1), ("stone", 2), ("log", 1)]);
    assert!(ada.possessions.count("log") >= 4 && ada.possessions.skill("gathering") >= 100);

    // The level counts at once (D6), and ingredients are used up.
    ada.harvest("bush", 1).await.unwrap();
    let (logs, stones) = (ada.possessions.count("log"), ada.possessions.count("stone"));
    let mined = i64::try_from(ada.harvest("rock", 1).await.unwrap().len()).unwrap();
    assert_eq!(ada.possessions.count("log"), logs - 2 * mined);
    assert_eq!(ada.possessions.count("stone"), stones + mined);

    // Through the portal, and back to look at who is where.
    ada.use_portal("westgate").await.unwrap();
    assert_eq!(ada.island.as_ref().unwrap().name, "East Island");

    let before = ada.possessions.clone();
    server.kill().unwrap();
    server.restart().unwrap();

    let mut again = Client::connect(server.address()).await.unwrap();
    let logged_in = again.login("ADA", PASSWORD).await.unwrap();
    assert_eq!(logged_in.characters.len(), 1);
    again
        .enter_world(logged_in.characters[0].character_id)
        .await
        .unwrap();
    assert_eq!(again.island.as_ref().unwrap().name, "East Island");
    assert_eq!(again.possessions.slots(), before.slots());
    assert_eq!(again.possessions.experience(), before.experience());
    assert_eq!(again.possessions.skill("mining"), before.skill("mining"));

    // A clean stop changes nothing either (D51).
    let status = server.stop().unwrap();
    assert_eq!(status.code(), Some(0), "{}", server.log().unwrap());
    let log = server.log().unwrap();
    let steps: Vec<_> = (1..=7)
        .map(|step| log.find(&format!("shutdown {step}/7")).unwrap())
        .collect();
    assert!(steps.is_sorted(), "{log}");
    let ended = again.wait_for_close().await.unwrap().unwrap();
    assert_eq!(ended.reason(), SessionEndReason::ShuttingDown);
    server.restart().unwrap();
    let mut third = Client::connect(server.address()).await.unwrap();
    third.login("ada", PASSWORD).await.unwrap();
    third
        .enter_world(logged_in.characters[0].character_id)
        .await
        .unwrap();
    assert_eq!(third.possessions.slots(), before.slots());
    assert!(!server.log().unwrap().contains(PASSWORD));
}

/// The sample world, as a new player finds it: step ashore, walk to what lies nearest, take some home.
#[tokio::test]
async fn the_sample_world_can_be_played() {
    let first_light = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../maps/first_light");
    let server = ServerProcess::start(&first_light, &[]).unwrap();
    let mut ada = Client::join(server.address(), "ada", "Ada").await.unwrap();
    assert!(ada.welcome.islands.len() >= 4);
    let kinds = ["driftwood_pile", "palm_tree"];
    let kind = kinds.into_iter().find(|kind| ada.node(kind).is_ok());
    let harvested = ada
        .harvest(kind.expect("something to harvest where players begin"), 1)
        .await
        .unwrap();
    assert!(!harvested[0].drops.is_empty());
    assert!(ada.possessions.experience() > 0);
}

/// A durable request that is sent again is answered again and not done again, also after a power cut.
#[tokio::test]
async fn retries_are_answered_and_not_repeated() {
    let mut server = start(&[]);
    let mut client = Client::connect(server.address()).await.unwrap();
    client.register("bob", PASSWORD).await.unwrap();
    client.login("bob", PASSWORD).await.unwrap();
    let create =
        |name: &str| client_message::Body::CreateCharacter(v1::CreateCharacter { name: name.into() });
    let id = new_request_id().unwrap();
    let first = client.request_as(id.clone(), create("Bo")).await.unwrap();
    let retry = client.request_as(id.clone(), create("Bo")).await.unwrap();
    assert_eq!(first, retry);
    let other = refusal(client.request(create("bO")).await).unwrap();
    assert_eq!(other.code, ErrorCode::CharacterNameTaken);
    // Without an id a retry could not be told from a second wish.
    client.send(Vec::new(), create("Bob")).await.unwrap();
    let refused = client
        .next_event(|body| matches!(body, Body::Error(_)))
        .await
        .unwrap();
    assert!(matches!(refused, Body::Error(error) if error.code() == ErrorCode::InvalidData));

    let Body::CharacterCreated(created) = first.clone() else {
        panic!("{first:?}")
    };
    client
        .enter_world(created.character.unwrap().character_id)
        .await
        .unwrap();
    client.walk_to(0.5, -7.5, 1.0).await.unwrap();
    let step = new_request_id().unwrap();
    let used = client.step_through("westgate", step.clone()).await.unwrap();

    server.kill().unwrap();
    server.restart().unwrap();
    let mut client = Client::connect(server.address()).await.unwrap();
    let logged_in = client.login("bob", PASSWORD).await.unwrap();
    assert_eq!(client.request_as(id, create("Bo")).await.unwrap(), first);
    client
        .enter_world(logged_in.characters[0].character_id)
        .await
        .unwrap();
    assert_eq!(client.step_through("westgate", step).await.unwrap(), used);
    assert_eq!(client.island.as_ref().unwrap().name, "East Island");
}

/// Two clients of one account, and a client that loses its connection (D7, D9, X15).
#[tokio::test]
async fn the_newest_session_wins_and_a_lost_one_is_taken_up_again() {
    let server = start(&[]);
    let mut first = Client::join(server.address(), "cleo", "Cleo").await.unwrap();
    first.walk_to(5.0, 5.0, 0.5).await.unwrap();
    let place = first.position;

    let mut second = Client::connect(server.address()).await.unwrap();
    let logged_in = second.login("cleo", PASSWORD).await.unwrap();
    let ended = first.wait_for_close().await.unwrap().unwrap();
    assert_eq!(ended.reason(), SessionEndReason::Replaced);
    let character = logged_in.characters[0].character_id;
    second.enter_world(character).await.unwrap();
    assert_eq!(second.position, place, "the character lingered where it was");

    drop(second);
    let mut third = Client::connect(server.address()).await.unwrap();
    let resumed = third.resume(logged_in.session_token.clone()).await.unwrap();
    third.enter_world(character).await.unwrap();
    assert_eq!(third.position, place);
    // A token works once.
    let mut fourth = Client::connect(server.address()).await.unwrap();
    let refused = refusal(fourth.resume(logged_in.session_token).await).unwrap();
    assert_eq!(refused.code, ErrorCode::TokenRefused);
    assert_eq!(resumed.characters.len(), 1);
}

/// Players see each other come, walk, and leave after the logout delay (D10).
#[tokio::test]
async fn players_see_each_other() {
    let server = start(&["--logout-delay", "1"]);
    let mut ada = Client::join(server.address(), "ada", "Ada").await.unwrap();
    let mut bo = Client::join(server.address(), "bob", "Bo").await.unwrap();
    ada.wait_until(|ada| ada.others.values().any(|other| other.name == "Bo"))
        .await
        .unwrap();
    bo.walk_to(6.0, -3.0, 0.3).await.unwrap();
    let place = bo.position;
    let seen = move |ada: &Client| ada.others.values().any(|other| other.position == place);
    ada.wait_until(seen).await.unwrap();
    drop(bo);
    let lingers = |ada: &Client| {
        let flag = server::wire::frame::MoverState::LINGERING;
        ada.others.values().any(|other| other.state.0 & flag != 0)
    };
    ada.wait_until(lingers).await.unwrap();
    ada.wait_until(|ada| ada.others.is_empty()).await.unwrap();
}

/// Wrong passwords, unknown names, and what a stranger sends instead of messages.
#[tokio::test]
async fn strangers_get_nowhere() {
    let server = start(&["--logins-per-account", "3"]);
    let mut client = Client::connect(server.address()).await.unwrap();
    client.register("dora", PASSWORD).await.unwrap();
    // The client itself notices that the proof cannot be made.
    for (name, password) in [("dora", "wrong"), ("nobody", PASSWORD)] {
        let error = client.login(name, password).await.unwrap_err();
        assert_eq!(error.to_string(), "wrong account name or password", "{name}");
    }
    for _ in 0..2 {
        client.login("dora", "wrong").await.unwrap_err();
    }
    let limited = refusal(client.login("DORA", PASSWORD).await).unwrap();
    assert_eq!(limited.code, ErrorCode::RateLimited);
    let taken = refusal(client.register("Dora", PASSWORD).await).unwrap();
    assert_eq!(taken.code, ErrorCode::AccountNameTaken);
    let early = refusal(client.steer_and_wait().await).unwrap();
    assert_eq!(early.code, ErrorCode::WrongOrder);

    for bytes in [
        vec![0xff; 100],
        vec![0x0a, 0x0f],
        vec![7; 70_000],
        b"GET / HTTP/1.1".to_vec(),
    ] {
        let mut client = Client::connect(server.address()).await.unwrap();
        // The server may close while a long message is still being sent.
        if client.send_bytes(bytes).await.is_ok() {
            client.wait_for_close().await.unwrap();
        }
    }
    let (status, _) = server.get("/healthz").unwrap();
    assert!(status.contains("200"), "{status}");
    let (_, metrics) = server.get("/metrics").unwrap();
    let malformed = metrics
        .lines()
        .find_map(|line| line.strip_prefix("tombolo_malformed_total "));
    assert!(malformed.unwrap().parse::<u64>().unwrap() >= 3, "{metrics}");
    assert!(
        metrics.contains("tombolo_tick_seconds{quantile=\"0.99\"}"),
        "{metrics}"
    );
    let log = server.log().unwrap();
    assert!(
        !log.contains("panicked") && !log.contains(PASSWORD) && !log.contains("wrong"),
        "{log}"
    );
}

/// What an operator sees when a server cannot start: one clear line.
#[test]
fn a_second_server_on_the_same_folder_or_port_is_refused() {
    let server = start(&[]);
    let binary = e2e_tests::binary("tombolo-server");
    let attempt = |data: &std::path::Path, listen: &str| {
        let output = std::process::Command::new(&binary)
            .arg("--project")
            .arg(fixture("two_islands"))
            .arg("--data")
            .arg(data)
            .args(["--listen", listen])
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = attempt(&server.data(), "127.0.0.1:0");
    assert_eq!(code, Some(2));
    assert!(
        text.contains("error: another server already uses the data folder"),
        "{text}"
    );
    let other = tempfile::tempdir().unwrap();
    let (code, text) = attempt(other.path(), &server.address().to_string());
    assert_eq!(code, Some(2));
    assert!(text.contains("error: cannot listen on 127.0.0.1:"), "{text}");
}

/// Ticks go on while nobody plays, and the figures say so.
#[test]
fn the_server_ticks() {
    let server = start(&[]);
    let ticks = || -> u64 {
        let (_, metrics) = server.get("/metrics").unwrap();
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix("tombolo_ticks_total "));
        line.unwrap().parse().unwrap()
    };
    let first = ticks();
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while ticks() < first + 20 {
        assert!(std::time::Instant::now() < deadline, "no ticks");
    }
}
