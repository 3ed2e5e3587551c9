//! What a client knows about its character: every value with the revision that it was last told at.
//!
//! Updates may be repeated, reordered or lost; a value is replaced only by a newer one, so the totals are
//! right after one later message per value (A12, D4).
//!
//! *Not* responsible for: receiving updates (see `client`).

use std::collections::BTreeMap;

use server::wire::v1::{CharacterUpdate, Skill, Slot};

/// Slots, skills and experience of one character.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Possessions {
    slots: BTreeMap<u32, (i64, Slot)>,
    skills: BTreeMap<String, (i64, Skill)>,
    experience: (i64, i64),
}

impl Possessions {
    /// Takes over what is newer.
    pub fn apply(&mut self, update: &CharacterUpdate) {
        let revision = update.revision;
        if update.complete {
            let listed = |slot: &u32| update.slots.iter().any(|listed| listed.slot == *slot);
            for (slot, (known_at, held)) in &mut self.slots {
                if *known_at < revision && !listed(slot) {
                    (*known_at, *held) = (revision, Slot::default());
                }
            }
        }
        for slot in &update.slots {
            let (known_at, held) = self
                .slots
                .entry(slot.slot)
                .or_insert_with(|| (i64::MIN, Slot::default()));
            if *known_at < revision {
                (*known_at, *held) = (revision, slot.clone());
            }
        }
        for skill in &update.skills {
            let known = self.skills.entry(skill.skill_id.clone());
            let (known_at, held) = known.or_insert_with(|| (i64::MIN, Skill::default()));
            if *known_at < revision {
                (*known_at, *held) = (revision, skill.clone());
            }
        }
        if self.experience.0 < revision {
            self.experience = (revision, update.experience);
        }
    }

    /// How many of an item there are.
    pub fn count(&self, item_type: &str) -> i64 {
        let slots = self
            .slots
            .values()
            .filter(|(_, slot)| slot.item_type == item_type);
        slots.map(|(_, slot)| slot.quantity).sum()
    }

    /// Slots that hold something: slot, item type, quantity, item id.
    pub fn slots(&self) -> Vec<(u32, String, i64, String)> {
        let held = self.slots.iter().filter(|(_, (_, slot))| slot.quantity > 0);
        held.map(|(at, (_, slot))| (*at, slot.item_type.clone(), slot.quantity, slot.item_id.clone()))
            .collect()
    }

    /// Experience in a skill.
    pub fn skill(&self, skill_id: &str) -> i64 {
        self.skills.get(skill_id).map_or(0, |(_, skill)| skill.experience)
    }

    /// Experience in all.
    pub fn experience(&self) -> i64 {
        self.experience.1
    }

    /// Revision of the newest update.
    pub fn revision(&self) -> i64 {
        self.experience.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(revision: i64, slot: u32, quantity: i64) -> CharacterUpdate {
        CharacterUpdate {
            revision,
            experience: revision * 10,
            slots: vec![Slot {
                slot,
                quantity,
                item_type: "log".into(),
                ..Slot::default()
            }],
            ..CharacterUpdate::default()
        }
    }

    #[test]
    fn d4_lost_and_reordered_updates_end_in_the_right_totals() {
        let all = [update(1, 0, 3), update(2, 1, 4), update(3, 0, 5), update(4, 1, 6)];
        let mut expected = Possessions::default();
        for update in &all {
            expected.apply(update);
        }
        let mut shuffled = Possessions::default();
        for index in [3, 0, 2, 2] {
            shuffled.apply(&all[index]);
        }
        assert_eq!(shuffled.count("log"), 11);
        assert_eq!(
            (shuffled.experience(), shuffled.slots()),
            (expected.experience(), expected.slots())
        );
    }

    #[test]
    fn a_complete_update_empties_what_it_does_not_list() {
        let mut possessions = Possessions::default();
        possessions.apply(&update(1, 0, 3));
        let mut complete = update(2, 1, 4);
        complete.complete = true;
        possessions.apply(&complete);
        assert_eq!(possessions.slots().len(), 1);
        possessions.apply(&update(1, 0, 3));
        assert_eq!(possessions.slots().len(), 1, "an older update changes nothing");
    }
}
