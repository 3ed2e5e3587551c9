//! The roster: every character of the server, in memory, with its indexes (C1, C24).
//!
//! Maps are private and change together, so an index cannot disagree with what it points to.
//!
//! *Not* responsible for: who is in the world right now (see `sim::zone`).

use std::collections::{BTreeMap, BTreeSet};

use super::inventory::{Inventory, Stack};
use super::journal::Seq;
use crate::content::{character_level, skill_level};
use crate::rows::{
    AccountId, Change, CharacterId, CharacterRow, InventoryRow, ItemRow, SkillRow, Transaction,
};
use crate::wire::v1;

/// Characters of one account.
pub(super) const MAX_PER_ACCOUNT: usize = 4;

/// A character with everything it owns.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Character {
    /// Its row.
    pub row: CharacterRow,
    /// What it carries.
    pub inventory: Inventory,
    /// Experience by skill.
    pub skills: BTreeMap<String, i64>,
    /// The last transaction that changed it; what is told about it waits for that.
    pub last_seq: Seq,
}

/// All characters.
#[derive(Debug)]
pub(super) struct Roster {
    by_id: BTreeMap<CharacterId, Character>,
    by_name: BTreeMap<String, CharacterId>,
    by_account: BTreeMap<AccountId, BTreeSet<CharacterId>>,
    next_id: CharacterId,
    capacity: usize,
}

/// What a restart finds, as rows.
#[derive(Debug, Default)]
pub struct StoredCharacters {
    /// `characters`.
    pub characters: Vec<CharacterRow>,
    /// `items`.
    pub items: Vec<ItemRow>,
    /// `inventory`.
    pub inventory: Vec<InventoryRow>,
    /// `skills`.
    pub skills: Vec<SkillRow>,
}

/// Why there is no new character.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum CreateError {
    /// The name breaks its rules.
    #[error("a name has 2 to 20 letters, with single spaces, apostrophes and hyphens between them")]
    InvalidName,
    /// Somebody has it.
    #[error("the name is taken")]
    NameTaken,
    /// The server's limit.
    #[error("the server is full")]
    ServerFull,
    /// The account's limit.
    #[error("an account has at most {MAX_PER_ACCOUNT} characters")]
    TooMany,
}

impl Roster {
    /// Takes over the stored rows. Rows that belong to nothing are reported and left alone on disk.
    pub(super) fn load(stored: StoredCharacters, capacity: usize) -> Self {
        let mut roster = Self {
            by_id: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_account: BTreeMap::new(),
            next_id: 1,
            capacity,
        };
        for row in stored.characters {
            roster.insert(Character {
                row,
                inventory: Inventory::default(),
                skills: BTreeMap::new(),
                last_seq: Seq::NONE,
            });
        }
        let mut items: BTreeMap<String, ItemRow> = stored
            .items
            .into_iter()
            .map(|item| (item.item_id.clone(), item))
            .collect();
        for place in &stored.inventory {
            if !roster.restore(place, &mut items) {
                let (character_id, slot) = (place.character_id, place.slot);
                tracing::error!(
                    character_id,
                    slot,
                    "inventory row without a character, an item or a free slot"
                );
            }
        }
        for skill in stored.skills {
            if let Some(character) = roster.by_id.get_mut(&skill.character_id) {
                character.skills.insert(skill.skill_name, skill.experience);
            } else {
                tracing::error!(character_id = skill.character_id, "skill row without a character");
            }
        }
        roster
    }

    /// Puts a stored item where its inventory row says; the item stays in `items` when it cannot be.
    fn restore(&mut self, place: &InventoryRow, items: &mut BTreeMap<String, ItemRow>) -> bool {
        let Some(character) = self.by_id.get_mut(&place.character_id) else {
            return false;
        };
        let Some(item) = items.remove(&place.item_id) else {
            return false;
        };
        let quantity = place.quantity;
        match character.inventory.restore(place.slot, Stack { item, quantity }) {
            Ok(()) => true,
            Err(refused) => {
                items.insert(refused.item.item_id.clone(), refused.item);
                false
            }
        }
    }

    /// The row of a new character: checked, but not yet in the roster and nowhere in the world.
    ///
    /// # Errors
    /// The name or a limit forbids it.
    pub(super) fn draft(&self, account: AccountId, name: &str) -> Result<CharacterRow, CreateError> {
        if !name_is_valid(name) {
            return Err(CreateError::InvalidName);
        }
        if self.by_name.contains_key(&name_key(name)) {
            return Err(CreateError::NameTaken);
        }
        if self.by_account.get(&account).map_or(0, BTreeSet::len) >= MAX_PER_ACCOUNT {
            return Err(CreateError::TooMany);
        }
        if self.by_id.len() >= self.capacity {
            return Err(CreateError::ServerFull);
        }
        Ok(CharacterRow {
            character_id: self.next_id,
            account_id: account,
            character_name: name.to_owned(),
            experience: 0,
            str: 10,
            dex: 10,
            int: 10,
            con: 10,
            lck: 10,
            cha: 10,
            gold: 0,
            position_x: 0.0,
            position_y: 0.0,
            position_z: 0.0,
            map_id: String::new(),
            last_login_micros: 0,
            created_at_micros: 0,
            updated_at_micros: 0,
            revision: 0,
        })
    }

    /// Adds a character that [`Roster::draft`] made.
    pub(super) fn insert(&mut self, character: Character) {
        let id = character.row.character_id;
        self.next_id = self.next_id.max(id.saturating_add(1));
        self.by_name.insert(name_key(&character.row.character_name), id);
        self.by_account
            .entry(character.row.account_id)
            .or_default()
            .insert(id);
        self.by_id.insert(id, character);
    }

    /// Replaces a character by a later state of itself. Name and account never change here.
    pub(super) fn replace(&mut self, character: Character) {
        self.by_id.insert(character.row.character_id, character);
    }

    /// One character.
    pub(super) fn get(&self, id: CharacterId) -> Option<&Character> {
        self.by_id.get(&id)
    }

    /// Characters of an account, oldest first.
    pub(super) fn of_account(&self, account: AccountId) -> impl Iterator<Item = &Character> {
        let ids = self.by_account.get(&account).into_iter().flatten();
        ids.filter_map(|id| self.by_id.get(id))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.by_id.len()
    }
}

/// Names are unique without regard to letter case (D48).
fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// 2 to 20 characters: letters, and single spaces, apostrophes and hyphens between letters. Combining marks
/// are not letters, so two spellings of one name cannot look the same.
fn name_is_valid(name: &str) -> bool {
    let count = name.chars().count();
    let mut after_letter = false;
    let chars_are_valid = name.chars().all(|c| {
        let separator = matches!(c, ' ' | '\'' | '-');
        let valid = if separator {
            after_letter
        } else {
            c.is_alphabetic()
        };
        after_letter = !separator;
        valid
    });
    (2..=20).contains(&count) && chars_are_valid && after_letter
}

impl Character {
    /// The transaction that leads from an earlier state to this one.
    pub(super) fn changes_since(&self, before: &Self) -> Transaction {
        let id = self.row.character_id;
        let mut changes = vec![Change::PutCharacter(self.row.clone())];
        changes.extend(self.inventory.changes_since(&before.inventory, id));
        for (skill, experience) in &self.skills {
            if before.skills.get(skill) != Some(experience) {
                changes.push(Change::PutSkill(SkillRow {
                    character_id: id,
                    skill_name: skill.clone(),
                    experience: *experience,
                }));
            }
        }
        Transaction { changes }
    }

    /// What the owner is told: everything, or only what differs from an earlier state.
    pub(super) fn update(&self, before: Option<&Self>) -> v1::CharacterUpdate {
        let slots: Vec<u32> = match before {
            None => self.inventory.slots().keys().copied().collect(),
            Some(before) => self.inventory.changed_slots(&before.inventory),
        };
        let unchanged = |skill: &str, experience: i64| {
            before.is_some_and(|before| before.skills.get(skill) == Some(&experience))
        };
        let skills = self
            .skills
            .iter()
            .filter(|(skill, experience)| !unchanged(skill, **experience));
        v1::CharacterUpdate {
            character_id: self.row.character_id,
            revision: self.row.revision,
            complete: before.is_none(),
            experience: self.row.experience,
            level: character_level(self.row.experience),
            gold: self.row.gold,
            slots: slots.into_iter().map(|slot| self.slot(slot)).collect(),
            skills: skills
                .map(|(skill, experience)| v1::Skill {
                    skill_id: skill.clone(),
                    experience: *experience,
                    level: skill_level(*experience),
                })
                .collect(),
        }
    }

    fn slot(&self, slot: u32) -> v1::Slot {
        match self.inventory.slots().get(&slot) {
            Some(stack) => v1::Slot {
                slot,
                quantity: stack.quantity,
                item_id: stack.item.item_id.clone(),
                item_type: stack.item.item_type.clone(),
                properties: stack.item.properties.clone(),
            },
            None => v1::Slot {
                slot,
                ..v1::Slot::default()
            },
        }
    }

    /// What a list of characters shows.
    pub(super) fn summary(&self) -> v1::CharacterSummary {
        v1::CharacterSummary {
            character_id: self.row.character_id,
            name: self.row.character_name.clone(),
            experience: self.row.experience,
            level: character_level(self.row.experience),
            island_id: self.row.map_id.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty(capacity: usize) -> Roster {
        Roster::load(StoredCharacters::default(), capacity)
    }

    fn create(roster: &mut Roster, account: AccountId, name: &str) -> Result<(), CreateError> {
        let row = roster.draft(account, name)?;
        roster.insert(Character {
            row,
            inventory: Inventory::default(),
            skills: BTreeMap::new(),
            last_seq: Seq::NONE,
        });
        Ok(())
    }

    #[test]
    fn d48_names_are_unique_in_any_letter_case() {
        let mut roster = empty(10);
        create(&mut roster, 1, "Ærin").unwrap();
        assert_eq!(create(&mut roster, 2, "æRIN"), Err(CreateError::NameTaken));
    }

    #[test]
    fn names_that_nobody_could_tell_apart_are_refused() {
        for name in [
            "",
            "A",
            "a b",
            "O'Neil",
            "Anne-Marie",
            "Zoë",
            "a  b",
            " ab",
            "ab ",
            "e\u{301}e",
            "a1",
            "a\u{200b}b",
        ] {
            let valid = matches!(name, "a b" | "O'Neil" | "Anne-Marie" | "Zoë");
            assert_eq!(name_is_valid(name), valid, "{name:?}");
        }
        assert!(!name_is_valid(&"a".repeat(21)));
    }

    #[test]
    fn d46_the_last_place_is_given_once_and_accounts_have_a_limit() {
        let mut roster = empty(5);
        for name in ["Aa", "Bb", "Cc", "Dd"] {
            create(&mut roster, 1, name).unwrap();
        }
        assert_eq!(create(&mut roster, 1, "Ee"), Err(CreateError::TooMany));
        create(&mut roster, 2, "Ff").unwrap();
        assert_eq!(create(&mut roster, 3, "Gg"), Err(CreateError::ServerFull));
        assert_eq!(roster.of_account(1).count(), 4);
    }

    #[test]
    fn stored_rows_come_back_and_orphans_do_no_harm() {
        let mut row = empty(1).draft(1, "Ada").unwrap();
        row.character_id = 41;
        let item = crate::sim::inventory::plain_item("i".into(), 41, "log", 0);
        let place = |character_id, slot| InventoryRow {
            character_id,
            slot,
            item_id: "i".into(),
            quantity: 3,
        };
        let stored = StoredCharacters {
            characters: vec![row],
            items: vec![item],
            inventory: vec![place(99, 0), place(41, -1), place(41, 2)],
            skills: vec![SkillRow {
                character_id: 41,
                skill_name: "felling".into(),
                experience: 5,
            }],
        };
        let roster = Roster::load(stored, 10);
        assert_eq!(roster.draft(2, "Bo").unwrap().character_id, 42);
        assert_eq!(roster.get(41).unwrap().inventory.count("log"), 3);
        assert_eq!(roster.get(41).unwrap().skills.get("felling"), Some(&5));
    }
}
