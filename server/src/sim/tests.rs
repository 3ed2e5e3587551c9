//! The simulation against a journal that is as slow or as broken as a test wants.

mod journal;
mod replay;
mod stage;

use self::journal::Mode;
use self::stage::{Player, Stage};
use super::input::Request;
use super::walk::Intent;
use super::{Body, ErrorCode};
use crate::rows::Change;

fn walk(east: f32, north: f32) -> Request {
    Request::Move(Intent::checked(1, east, north, false, 0).unwrap())
}

#[test]
fn nothing_that_was_gained_is_told_before_it_is_on_disk() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.stand_at(ada, "pile1");
    stage.journal.hold();
    stage.ask(ada, stage.harvest("pile1"));
    stage.run(12);
    let told = stage.told(ada);
    assert!(told.iter().any(|body| matches!(body, Body::HarvestStarted(_))));
    assert!(
        !told
            .iter()
            .any(|body| matches!(body, Body::Harvested(_) | Body::CharacterUpdate(_))),
        "{told:?}"
    );
    stage.journal.release();
    stage.run(1);
    let told = stage.told(ada);
    // Each completion comes with its amounts, in the order of revisions.
    let revisions: Vec<_> = told
        .iter()
        .filter_map(|body| match body {
            Body::Harvested(harvested) => Some((harvested.revision, "drops")),
            Body::CharacterUpdate(update) => Some((update.revision, "amounts")),
            _ => None,
        })
        .collect();
    assert_eq!(
        revisions,
        [
            (2, "drops"),
            (2, "amounts"),
            (3, "drops"),
            (3, "amounts"),
            (4, "drops"),
            (4, "amounts")
        ]
    );
}

#[test]
fn d3_one_completion_is_one_transaction() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.stand_at(ada, "pile1");
    stage.ask(ada, stage.harvest("pile1"));
    stage.run(5);
    stage.stand_at(ada, "rock1");
    stage.ask(ada, stage.harvest("rock1"));
    stage.journal.take();
    stage.run(5);
    let transactions = stage.journal.take();
    let mined = transactions.iter().find(|transaction| {
        transaction
            .changes
            .iter()
            .any(|change| matches!(change, Change::PutSkill(skill) if skill.skill_name == "mining"))
    });
    // The last two logs leave slot 0, a stone joins those of slot 1, experience in the skill and in all.
    let expected = [
        "character: experience 70, revision 3",
        "slot 0: empty",
        "slot 1: 3",
        "item removed",
        "skill mining: 20",
    ];
    assert_eq!(stage::outline(mined.unwrap()), expected);
}

#[test]
fn a_full_journal_delays_a_harvest_and_changes_nothing_else() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.stand_at(ada, "pile1");
    stage.ask(ada, stage.harvest("pile1"));
    stage.journal.set(Mode::Full);
    stage.run(10);
    assert_eq!(stage.possessions(ada), (0, 0));
    stage.journal.set(Mode::Accept);
    stage.run(20);
    let (logs, experience) = stage.possessions(ada);
    assert!(
        logs > 0 && logs * 25 == experience,
        "{logs} logs, {experience} experience"
    );
}

#[test]
fn a_failed_disk_makes_the_server_visibly_read_only_and_the_game_goes_on() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.stand_at(ada, "pile1");
    stage.ask(ada, stage.harvest("pile1"));
    stage.run(2);
    stage.journal.set(Mode::Failed);
    stage.run(10);
    let told = stage.told(ada);
    assert!(
        told.iter()
            .any(|body| matches!(body, Body::ServiceState(state) if state.read_only))
    );
    let ended = told.iter().find_map(|body| match body {
        Body::HarvestEnded(ended) => Some(ended.reason()),
        _ => None,
    });
    assert_eq!(ended, Some(ErrorCode::ReadOnly));
    assert_eq!(stage.possessions(ada), (0, 0));
    stage.ask(ada, stage.harvest("pile1"));
    stage.ask(ada, Request::CreateCharacter { name: "Bo".into() });
    stage.run(1);
    assert_eq!(stage.refusals(ada), [ErrorCode::ReadOnly, ErrorCode::ReadOnly]);
    let before = stage.feet(ada);
    stage.ask(ada, walk(1.0, 0.0));
    stage.run(20);
    assert!(stage.feet(ada).x_m > before.x_m + 4.0);
}

#[test]
fn a_full_inventory_ends_a_harvest_and_nothing_vanishes() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.stand_at(ada, "pile1");
    stage.ask(ada, stage.harvest("pile1"));
    let mut reason = None;
    for _ in 0..400 {
        stage.run(1);
        let ended = stage.told(ada).into_iter().find_map(|body| match body {
            Body::HarvestEnded(ended) => Some(ended.reason()),
            _ => None,
        });
        reason = reason.or(ended);
    }
    assert_eq!(reason, Some(ErrorCode::InventoryFull));
    let (logs, experience) = stage.possessions(ada);
    // 65 completions fill 26 slots with 5 logs each and 13 with 10 stones each; the next needs two more.
    assert_eq!((logs, experience), (130, 3250));
}

#[test]
fn stopping_another_node_is_ignored_and_walking_away_ends() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.stand_at(ada, "pile1");
    stage.ask(ada, stage.harvest("pile1"));
    stage.ask(
        ada,
        Request::HarvestStop {
            entity: "rock1".parse().unwrap(),
        },
    );
    stage.run(5);
    assert_eq!(stage.possessions(ada).1, 50);
    stage.ask(ada, walk(1.0, 0.0));
    stage.run(40);
    let ended: Vec<_> = stage
        .told(ada)
        .into_iter()
        .filter_map(|body| match body {
            Body::HarvestEnded(ended) => Some(ended.reason()),
            _ => None,
        })
        .collect();
    assert_eq!(ended, [ErrorCode::TooFar]);
}

#[test]
fn d10_a_lost_player_lingers_and_then_leaves() {
    let mut stage = Stage::new();
    let (ada, bo) = (stage.join("Ada"), stage.join("Bo"));
    stage.lose(ada);
    stage.run(stage::LOGOUT_TICKS - 1);
    assert!(stage.is_in_world(ada));
    stage.run(2);
    assert!(!stage.is_in_world(ada) && stage.is_in_world(bo));
}

#[test]
fn a_player_who_comes_back_in_time_finds_the_character_in_place() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.ask(ada, walk(1.0, 0.0));
    stage.run(10);
    stage.lose(ada);
    stage.run(30);
    let place = stage.feet(ada);
    let again = stage.log_in_again(ada);
    stage.run(stage::LOGOUT_TICKS * 2);
    assert!(stage.is_in_world(again));
    assert_eq!(stage.feet(again), place);
}

#[test]
fn positions_are_journalled_every_two_seconds_while_somebody_moves_and_never_else() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.run(100);
    stage.journal.take();
    stage.run(200);
    assert_eq!(stage.journal.take().len(), 0, "nobody moves");
    stage.ask(ada, walk(0.3, 0.0));
    stage.run(200);
    assert_eq!(stage.journal.take().len(), 5, "ten seconds of walking");
}

#[test]
fn a_portal_leads_there_and_back() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.ask(ada, stage.portal("westgate"));
    stage.run(1);
    assert_eq!(stage.refusals(ada), [ErrorCode::TooFar]);
    stage.teleport(ada, 0.0, -8.0);
    stage.journal.hold();
    stage.ask(ada, stage.portal("westgate"));
    stage.run(5);
    assert_eq!(stage.told(ada), [], "the step is not on disk yet");
    stage.journal.release();
    stage.run(1);
    let told = stage.told(ada);
    assert!(
        matches!(&told[0], Body::PortalUsed(used) if used.island_id == "east"),
        "{told:?}"
    );
    assert!(
        matches!(&told[1], Body::IslandEntered(entered) if entered.name == "East Island"),
        "{told:?}"
    );
    stage.ask(ada, stage.portal("eastgate"));
    stage.run(1);
    assert!(
        stage
            .told(ada)
            .iter()
            .any(|body| matches!(body, Body::IslandEntered(entered) if entered.island_id == "west"))
    );
}

#[test]
fn a_character_whose_place_became_rock_is_put_beside_it() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    stage.lose(ada);
    stage.run(stage::LOGOUT_TICKS + 1);
    let mut stage = stage.restarted_on_higher_ground(3);
    let ada = stage.log_in_again(ada);
    assert_eq!(stage.feet(ada).z_m, 4.0);
}

#[test]
fn requests_are_limited_within_a_tick() {
    let mut stage = Stage::new();
    let ada = stage.join("Ada");
    for _ in 0..100 {
        stage.ask(
            ada,
            Request::HarvestStop {
                entity: "pile1".parse().unwrap(),
            },
        );
    }
    stage.run(1);
    let refusals = stage.refusals(ada);
    assert_eq!((refusals.len(), refusals[0]), (84, ErrorCode::RateLimited));
}

#[test]
fn requests_of_a_player_who_is_not_in_the_world_are_refused() {
    let mut stage = Stage::new();
    let ada: Player = stage.log_in("Ada");
    for request in [
        walk(1.0, 0.0),
        stage.harvest("pile1"),
        stage.portal("westgate"),
        Request::Leave,
    ] {
        stage.ask(ada, request);
    }
    stage.ask(ada, Request::EnterWorld { character_id: 4711 });
    stage.run(1);
    let wrong = ErrorCode::WrongOrder;
    assert_eq!(
        stage.refusals(ada),
        [wrong, wrong, wrong, wrong, ErrorCode::NotFound]
    );
}
