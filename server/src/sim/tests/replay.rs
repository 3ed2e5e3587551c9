//! Whatever players do: a restart from the journal gives exactly the state in memory.

use proptest::prelude::*;

use super::stage::{Player, Stage};
use super::walk;
use crate::sim::input::Request;
use crate::sim::journal::Seq;
use crate::sim::roster::Character;

#[derive(Clone, Debug)]
enum Step {
    Wait(usize),
    Walk(f32, f32),
    Harvest(usize),
    Teleport(usize),
    Portal(usize),
    Create(usize),
    Lose,
    Return,
}

const NODES: [&str; 3] = ["pile1", "rock1", "bush1"];
const PORTALS: [&str; 2] = ["westgate", "eastgate"];
const NAMES: [&str; 5] = ["Aa", "Bb", "bb", "Cc", "a1"];

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        4 => (1..20_usize).prop_map(Step::Wait),
        1 => (-1.0..1.0_f32, -1.0..1.0_f32).prop_map(|(east, north)| Step::Walk(east, north)),
        4 => (0..NODES.len()).prop_map(Step::Harvest),
        2 => (0..NODES.len()).prop_map(Step::Teleport),
        1 => (0..PORTALS.len()).prop_map(Step::Portal),
        1 => (0..NAMES.len()).prop_map(Step::Create),
        1 => Just(Step::Lose),
        1 => Just(Step::Return),
    ];
    proptest::collection::vec((0..3_usize, step), 1..80)
}

fn perform(stage: &mut Stage, player: &mut Player, step: &Step) {
    match *step {
        Step::Wait(ticks) => stage.run(ticks),
        Step::Walk(east, north) => stage.ask(*player, walk(east, north)),
        Step::Harvest(node) => stage.ask(*player, stage.harvest(NODES[node])),
        Step::Teleport(node) if stage.is_in_world(*player) => stage.stand_at(*player, NODES[node]),
        Step::Portal(portal) => {
            if stage.is_in_world(*player) {
                let north = if PORTALS[portal] == "westgate" { -8.0 } else { 0.0 };
                stage.teleport(*player, 0.0, north);
            }
            stage.ask(*player, stage.portal(PORTALS[portal]));
        }
        Step::Create(name) => stage.ask(
            *player,
            Request::CreateCharacter {
                name: NAMES[name].into(),
            },
        ),
        Step::Lose => stage.lose(*player),
        Step::Return => *player = stage.log_in_again(*player),
        Step::Teleport(_) => {}
    }
}

/// A character apart from what a restart resets.
fn comparable(character: &Character) -> Character {
    Character {
        last_seq: Seq::NONE,
        ..character.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_restart_gives_the_state_in_memory(steps in steps()) {
        let mut stage = Stage::new();
        let mut players = ["Xa", "Xb", "Xc"].map(|name| stage.join(name));
        for (who, step) in &steps {
            perform(&mut stage, &mut players[*who], step);
        }
        stage.run(1);
        let accounts = players.map(|player| player.account);
        let state = |stage: &Stage| -> Vec<Character> {
            let characters = accounts.iter().flat_map(|account| stage.simulation.roster.of_account(*account));
            characters.map(comparable).collect()
        };
        let before = state(&stage);
        let after = state(&stage.restarted());
        prop_assert_eq!(before, after);
    }
}
