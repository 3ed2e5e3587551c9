//! A model of the stored world, kept apart from the code under test: plain maps, and a source of
//! transactions that is a function of a seed and a number, so that another process can repeat it.

use server::durability::Loaded;
use server::rows::{
    AccountRow, AnswerRow, Change, CharacterRow, CredentialRow, InventoryRow, ItemRow, SkillRow, Transaction,
};
use std::collections::BTreeMap;

/// Wall time of the tests: 14 February 2026, 09:00 UTC.
pub(crate) const NOW_MICROS: i64 = 1_771_059_600_000_000;

const CHARACTERS_MAX: i64 = 12;
const SLOTS: i64 = 6;

#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Model {
    pub(crate) accounts: BTreeMap<i64, AccountRow>,
    pub(crate) credentials: BTreeMap<i64, CredentialRow>,
    pub(crate) characters: BTreeMap<i64, CharacterRow>,
    pub(crate) items: BTreeMap<String, ItemRow>,
    pub(crate) inventory: BTreeMap<(i64, i64), InventoryRow>,
    pub(crate) skills: BTreeMap<(i64, String), SkillRow>,
    pub(crate) answers: BTreeMap<(i64, u128), AnswerRow>,
}

impl Model {
    /// The state as loaded. Credentials are not in it; no transaction depends on them.
    pub(crate) fn from_loaded(loaded: &Loaded) -> Self {
        Self {
            accounts: loaded
                .accounts
                .iter()
                .map(|row| (row.account_id, row.clone()))
                .collect(),
            credentials: BTreeMap::new(),
            characters: loaded
                .characters
                .iter()
                .map(|row| (row.character_id, row.clone()))
                .collect(),
            items: loaded
                .items
                .iter()
                .map(|row| (row.item_id.clone(), row.clone()))
                .collect(),
            inventory: loaded
                .inventory
                .iter()
                .map(|row| ((row.character_id, row.slot), row.clone()))
                .collect(),
            skills: loaded
                .skills
                .iter()
                .map(|row| ((row.character_id, row.skill_name.clone()), row.clone()))
                .collect(),
            answers: loaded
                .answers
                .iter()
                .map(|row| ((row.account_id, row.request_id), row.clone()))
                .collect(),
        }
    }

    pub(crate) fn apply(&mut self, transaction: &Transaction) {
        for change in transaction.changes.clone() {
            match change {
                Change::PutAccount(row) => drop(self.accounts.insert(row.account_id, row)),
                Change::PutCredential(row) => drop(self.credentials.insert(row.account_id, row)),
                Change::PutCharacter(row) => drop(self.characters.insert(row.character_id, row)),
                Change::PutItem(row) => drop(self.items.insert(row.item_id.clone(), row)),
                Change::RemoveItem { item_id } => drop(self.items.remove(&item_id)),
                Change::PutInventory(row) => drop(self.inventory.insert((row.character_id, row.slot), row)),
                Change::RemoveInventory { character_id, slot } => {
                    drop(self.inventory.remove(&(character_id, slot)));
                }
                Change::PutSkill(row) => {
                    drop(
                        self.skills
                            .insert((row.character_id, row.skill_name.clone()), row),
                    );
                }
                Change::PutAnswer(row) => drop(self.answers.insert((row.account_id, row.request_id), row)),
            }
        }
    }

    /// Compares every row. Credentials are not in `loaded`; see `credentials` for those.
    pub(crate) fn assert_equals(&self, loaded: &Loaded) {
        assert_rows(&loaded.accounts, &self.accounts);
        assert_rows(&loaded.characters, &self.characters);
        assert_rows(&loaded.items, &self.items);
        assert_rows(&loaded.inventory, &self.inventory);
        assert_rows(&loaded.skills, &self.skills);
        assert_rows(&loaded.answers, &self.answers);
    }

    /// The transaction `number` of `seed`, possible in this state.
    pub(crate) fn transaction(&self, seed: u64, number: u64) -> Transaction {
        let mut dice = Dice::new(seed, number);
        let character_count = i64::try_from(self.characters.len()).unwrap();
        if character_count < 2 || (character_count < CHARACTERS_MAX && dice.below(8) == 0) {
            return self.sign_up(&mut dice, character_count + 1);
        }
        let someone = 1 + dice.below(character_count);
        let other = 1 + (someone + dice.below(character_count - 1)) % character_count;
        match dice.below(7) {
            0 => self.pay(&mut dice, someone, other),
            1 | 2 => self.harvest(&mut dice, someone),
            3 => self.exchange_slots(&mut dice, someone, someone),
            4 => self.exchange_slots(&mut dice, someone, other),
            5 => self.use_up(&mut dice, someone),
            _ => self.rename_and_walk(&mut dice, someone),
        }
    }

    fn sign_up(&self, dice: &mut Dice, id: i64) -> Transaction {
        let account = AccountRow {
            account_id: id,
            account_name: format!("Account {id}"),
            created_at_micros: NOW_MICROS,
        };
        let record = (0..192).map(|_| u8::try_from(dice.below(256)).unwrap()).collect();
        let credential = CredentialRow {
            account_id: id,
            record,
            stretching_version: 1,
        };
        let character = character(id, &format!("Ærin {id}"));
        assert!(!self.characters.contains_key(&id));
        Transaction {
            changes: vec![
                Change::PutAccount(account),
                Change::PutCredential(credential),
                Change::PutCharacter(character),
            ],
        }
    }

    fn pay(&self, dice: &mut Dice, from: i64, to: i64) -> Transaction {
        let (mut from, mut to) = (self.characters[&from].clone(), self.characters[&to].clone());
        let amount = dice.below(from.gold + 1);
        from.gold -= amount;
        to.gold += amount;
        (from.revision, to.revision) = (from.revision + 1, to.revision + 1);
        Transaction {
            changes: vec![Change::PutCharacter(from), Change::PutCharacter(to)],
        }
    }

    fn harvest(&self, dice: &mut Dice, who: i64) -> Transaction {
        let mut character = self.characters[&who].clone();
        character.experience += 5;
        character.revision += 1;
        let skill = self.skills.get(&(who, "foraging".to_owned()));
        let experience = skill.map_or(0, |skill| skill.experience) + 10;
        let mut changes = vec![
            Change::PutCharacter(character),
            Change::PutSkill(SkillRow {
                character_id: who,
                skill_name: "foraging".to_owned(),
                experience,
            }),
            Change::PutAnswer(AnswerRow {
                account_id: who,
                request_id: u128::from(dice.next()) << 64 | u128::from(dice.next()),
                answer: vec![1, 2, 3],
                created_at_micros: NOW_MICROS,
            }),
        ];
        if let Some(slot) = (0..SLOTS).find(|slot| !self.inventory.contains_key(&(who, *slot))) {
            let item_id = format!("{:016x}{:016x}", dice.next(), dice.next());
            changes.push(Change::PutItem(item(&item_id, who)));
            changes.push(Change::PutInventory(InventoryRow {
                character_id: who,
                slot,
                item_id,
                quantity: 1 + dice.below(9),
            }));
        }
        Transaction { changes }
    }

    /// Lets two slots change their contents, either of which may be empty; across characters it is a trade.
    fn exchange_slots(&self, dice: &mut Dice, one: i64, two: i64) -> Transaction {
        let (slot_one, slot_two) = ((one, dice.below(SLOTS)), (two, dice.below(SLOTS)));
        let mut changes = Vec::new();
        if slot_one != slot_two {
            self.move_content(slot_one, slot_two, &mut changes);
            self.move_content(slot_two, slot_one, &mut changes);
        }
        Transaction { changes }
    }

    fn move_content(&self, from: (i64, i64), to: (i64, i64), changes: &mut Vec<Change>) {
        let (character_id, slot) = to;
        match self.inventory.get(&from) {
            Some(row) => {
                let mut item = self.items[&row.item_id].clone();
                item.character_id = character_id;
                changes.push(Change::PutItem(item));
                changes.push(Change::PutInventory(InventoryRow {
                    character_id,
                    slot,
                    ..row.clone()
                }));
            }
            None => changes.push(Change::RemoveInventory { character_id, slot }),
        }
    }

    fn use_up(&self, dice: &mut Dice, who: i64) -> Transaction {
        let slot = dice.below(SLOTS);
        let changes = self.inventory.get(&(who, slot)).map_or_else(Vec::new, |row| {
            vec![
                Change::RemoveInventory {
                    character_id: who,
                    slot,
                },
                Change::RemoveItem {
                    item_id: row.item_id.clone(),
                },
            ]
        });
        Transaction { changes }
    }

    /// Takes one of three names, so that characters take names that others have just given up.
    fn rename_and_walk(&self, dice: &mut Dice, who: i64) -> Transaction {
        let mut character = self.characters[&who].clone();
        let name = format!("wanderer {}", dice.below(3));
        if self.characters.values().all(|other| other.character_name != name) {
            character.character_name = name;
        } else {
            character.character_name = format!("Ærin {who}");
        }
        character.position_x = -0.1 * dice.below(10_000) as f64;
        character.position_z = f64::MIN_POSITIVE;
        character.last_login_micros = dice.below(2) * NOW_MICROS;
        Transaction {
            changes: vec![Change::PutCharacter(character)],
        }
    }
}

/// Shows the first row that differs, not two whole tables.
fn assert_rows<K, R: PartialEq + std::fmt::Debug>(loaded: &[R], expected: &BTreeMap<K, R>) {
    for (loaded, expected) in loaded.iter().zip(expected.values()) {
        assert_eq!(loaded, expected);
    }
    assert_eq!(loaded.len(), expected.len());
}

/// A character with a value of its own in every column.
pub(crate) fn character(id: i64, name: &str) -> CharacterRow {
    CharacterRow {
        character_id: id,
        account_id: id,
        character_name: name.to_owned(),
        experience: 250,
        str: 11,
        dex: 12,
        int: 13,
        con: 14,
        lck: 15,
        cha: 16,
        gold: 1000,
        position_x: 1.5,
        position_y: -2.25,
        position_z: 33.125,
        map_id: "0k3v9".to_owned(),
        last_login_micros: NOW_MICROS - 1,
        created_at_micros: NOW_MICROS - 3,
        updated_at_micros: NOW_MICROS - 2,
        revision: 7,
    }
}

/// An item with properties that this server knows nothing about (D16).
pub(crate) fn item(item_id: &str, character_id: i64) -> ItemRow {
    let properties = r#"{"durability": 99.50, "from the future": {"β": [1, null, "\u00e9"]}, "big": 12345678901234567890}"#;
    ItemRow {
        item_id: item_id.to_owned(),
        character_id,
        item_type: "driftwood".to_owned(),
        properties: properties.to_owned(),
        created_at_micros: NOW_MICROS,
        updated_at_micros: NOW_MICROS,
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), started anew for each transaction.
struct Dice(u64);

impl Dice {
    fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to `bound` - 1.
    fn below(&mut self, bound: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }
}
