//! What players were told, and what they find after a power cut.
//!
//! Nothing on the fixture's islands is left to chance, so the experience in each skill says how many harvests
//! there were, and these say what the inventory must hold: every state can be checked by itself. What was
//! acknowledged is compared besides: the same revision is the same state, a higher one has no less of
//! anything.
//!
//! *Not* responsible for: making players do something (see `player`).

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use e2e_tests::possessions::Possessions;

/// Everything that any player was told, and everything that was found wrong.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    evidence: Mutex<Evidence>,
    harvest_told: Condvar,
}

#[derive(Debug, Default)]
struct Evidence {
    accounts: i64,
    characters: i64,
    harvests: i64,
    portal_steps: i64,
    /// Harvests that were on the disk though the kill came before the player heard of them.
    untold_harvests: i64,
    comparisons: u64,
    lost: Vec<String>,
    doubled: Vec<String>,
    owners: BTreeMap<String, i64>,
    names: BTreeMap<i64, String>,
}

/// A change that was acknowledged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    Account,
    Character,
    PortalStep,
}

impl Oracle {
    /// Counts a change that a player was told.
    pub(crate) fn told(&self, told: Told) {
        let mut evidence = self.lock();
        match told {
            Told::Account => evidence.accounts += 1,
            Told::Character => evidence.characters += 1,
            Told::PortalStep => evidence.portal_steps += 1,
        }
    }

    /// Something acknowledged is not there.
    pub(crate) fn lost(&self, what: String) {
        self.lock().lost.push(what);
    }

    /// Something is there twice.
    pub(crate) fn doubled(&self, what: String) {
        self.lock().doubled.push(what);
    }

    /// The id of a character: one name for ever.
    pub(crate) fn named(&self, character_id: i64, name: &str) {
        let mut evidence = self.lock();
        let known = evidence
            .names
            .entry(character_id)
            .or_insert_with(|| name.to_owned())
            .clone();
        if known != name {
            evidence
                .doubled
                .push(format!("{known} and {name} have the same id {character_id}"));
        }
    }

    /// What a player was told while it played.
    pub(crate) fn heard(&self, character_id: i64, before: &Possessions, now: &Possessions) {
        self.lock().harvests += now.revision() - before.revision().max(1);
        self.harvest_told.notify_all();
        self.check(character_id, now);
    }

    /// Returns in the moment in which the next harvest is told to anybody, or after `limit`. Then the server has
    /// promised something that may just not have reached the disk.
    pub(crate) fn wait_for_harvest(&self, limit: Duration) {
        let evidence = self.lock();
        let before = evidence.harvests;
        let nothing_told = |evidence: &mut Evidence| evidence.harvests == before;
        let waited = self
            .harvest_told
            .wait_timeout_while(evidence, limit, nothing_told);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// What a player finds on coming back, against what it was told last.
    pub(crate) fn found(&self, character_id: i64, told: &Possessions, found: &Possessions) {
        self.check(character_id, found);
        let mut evidence = self.lock();
        evidence.comparisons += u64::from(told.revision() > 0);
        let revisions = format!("told {}, found {}", told.revision(), found.revision());
        let same = told.slots() == found.slots()
            && told.experience() == found.experience()
            && SKILLS.iter().all(|skill| told.skill(skill) == found.skill(skill));
        // A negative difference is a loss, whatever else there is more of.
        let less = SKILLS.iter().any(|skill| found.skill(skill) < told.skill(skill))
            || ["stone", "berry"]
                .iter()
                .any(|item| found.count(item) < told.count(item));
        let text = format!("character {character_id}, {revisions}: {told:?} became {found:?}");
        if found.revision() < told.revision() || less {
            evidence.lost.push(text);
        } else if found.revision() > told.revision() {
            evidence.untold_harvests += found.revision() - told.revision().max(1);
        } else if !same {
            evidence.doubled.push(text);
        }
    }

    /// Checks a state by itself.
    fn check(&self, character_id: i64, state: &Possessions) {
        let mut evidence = self.lock();
        let [piles, rocks, bushes] = [("gathering", 50), ("mining", 20), ("foraging", 5)]
            .map(|(skill, each)| (state.skill(skill), each, state.skill(skill) / each));
        for (experience, each, _) in [piles, rocks, bushes] {
            if experience % each != 0 {
                evidence.lost.push(format!(
                    "character {character_id}: part of a harvest in {state:?}"
                ));
            }
        }
        let [piles, rocks, bushes] = [piles.2, rocks.2, bushes.2];
        let sums = [
            ("log", state.count("log"), 3 * piles - 5 * rocks),
            ("stone", state.count("stone"), piles + 2 * rocks),
            ("berry", state.count("berry"), bushes),
            (
                "experience",
                state.experience(),
                50 * piles + 20 * rocks + 5 * bushes,
            ),
            ("revision", state.revision(), 1 + piles + rocks + bushes),
        ];
        for (what, found, expected) in sums {
            let text =
                || format!("character {character_id}: {what} {found} instead of {expected} in {state:?}");
            if found < expected {
                evidence.lost.push(text());
            } else if found > expected {
                evidence.doubled.push(text());
            }
        }
        let mut ids: Vec<_> = state
            .slots()
            .into_iter()
            .map(|(_, _, _, item_id)| item_id)
            .collect();
        for item_id in &ids {
            let owner = *evidence.owners.entry(item_id.clone()).or_insert(character_id);
            if owner != character_id {
                evidence
                    .doubled
                    .push(format!("item {item_id} belongs to {owner} and to {character_id}"));
            }
        }
        let slot_count = ids.len();
        ids.sort();
        ids.dedup();
        if ids.len() < slot_count {
            evidence.doubled.push(format!(
                "character {character_id}: one item in two slots of {state:?}"
            ));
        }
    }

    /// The figures, for people.
    pub(crate) fn report(&self) -> String {
        let evidence = self.lock();
        let others = evidence.portal_steps + evidence.accounts + evidence.characters;
        format!(
            "{} acknowledged changes: {} harvests, {} portal steps, {} accounts, {} characters\n\
             {} states compared after a restart: {} lost, {} doubled; {} harvests on disk before they were told",
            evidence.harvests + others,
            evidence.harvests,
            evidence.portal_steps,
            evidence.accounts,
            evidence.characters,
            evidence.comparisons,
            evidence.lost.len(),
            evidence.doubled.len(),
            evidence.untold_harvests,
        )
    }

    /// Ends the test when something was.
    pub(crate) fn assert_nothing_lost_or_doubled(&self) {
        let evidence = self.lock();
        assert!(
            evidence.lost.is_empty() && evidence.doubled.is_empty(),
            "lost: {:#?}\ndoubled: {:#?}",
            evidence.lost,
            evidence.doubled
        );
        assert!(
            evidence.harvests > 0 && evidence.comparisons > 0,
            "nobody did anything"
        );
    }

    fn lock(&self) -> MutexGuard<'_, Evidence> {
        self.evidence.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const SKILLS: [&str; 3] = ["foraging", "gathering", "mining"];
