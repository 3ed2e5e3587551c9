//! Dirty rows: what is in the journal but not yet in the main file.
//!
//! Transactions are folded to the last value per row, so that memory and the next checkpoint grow with
//! the number of changed rows, not with time. A checkpoint takes the whole set at once; whatever changes
//! meanwhile collects in a fresh one (B6, D13).
//!
//! *Not* responsible for: writing the rows (see `checkpoint`).

use super::record::Seq;
use crate::rows::{
    AccountId, AccountRow, AnswerRow, Change, CharacterId, CharacterRow, CredentialRow, InventoryRow,
    ItemRow, RequestId, SkillRow, Transaction,
};
use std::collections::BTreeMap;

/// The last value of every row that changed; `None` where the row was removed.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct DirtyRows {
    /// The newest transaction folded in.
    pub(crate) through: Seq,
    pub(crate) accounts: BTreeMap<AccountId, AccountRow>,
    pub(crate) credentials: BTreeMap<AccountId, CredentialRow>,
    pub(crate) characters: BTreeMap<CharacterId, CharacterRow>,
    pub(crate) items: BTreeMap<String, Option<ItemRow>>,
    pub(crate) inventory: BTreeMap<(CharacterId, i64), Option<InventoryRow>>,
    pub(crate) skills: BTreeMap<(CharacterId, String), SkillRow>,
    pub(crate) answers: BTreeMap<(AccountId, RequestId), AnswerRow>,
}

impl DirtyRows {
    /// Adds a transaction that is newer than everything in here.
    pub(crate) fn fold(&mut self, seq: Seq, transaction: Transaction) {
        self.through = self.through.max(seq);
        for change in transaction.changes {
            match change {
                Change::PutAccount(row) => drop(self.accounts.insert(row.account_id, row)),
                Change::PutCredential(row) => drop(self.credentials.insert(row.account_id, row)),
                Change::PutCharacter(row) => drop(self.characters.insert(row.character_id, row)),
                Change::PutItem(row) => drop(self.items.insert(row.item_id.clone(), Some(row))),
                Change::RemoveItem { item_id } => drop(self.items.insert(item_id, None)),
                Change::PutInventory(row) => {
                    drop(self.inventory.insert((row.character_id, row.slot), Some(row)));
                }
                Change::RemoveInventory { character_id, slot } => {
                    drop(self.inventory.insert((character_id, slot), None));
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

    /// Puts `newer` over these rows. Used when a checkpoint failed and its rows must wait for the next.
    #[must_use]
    pub(crate) fn overlaid_with(mut self, newer: Self) -> Self {
        self.through = self.through.max(newer.through);
        self.accounts.extend(newer.accounts);
        self.credentials.extend(newer.credentials);
        self.characters.extend(newer.characters);
        self.items.extend(newer.items);
        self.inventory.extend(newer.inventory);
        self.skills.extend(newer.skills);
        self.answers.extend(newer.answers);
        self
    }

    /// How many rows a checkpoint would write.
    pub(crate) fn row_count(&self) -> usize {
        self.accounts.len()
            + self.credentials.len()
            + self.characters.len()
            + self.items.len()
            + self.inventory.len()
            + self.skills.len()
            + self.answers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skill(experience: i64) -> Transaction {
        let row = SkillRow {
            character_id: 1,
            skill_name: "mining".to_owned(),
            experience,
        };
        Transaction {
            changes: vec![Change::PutSkill(row)],
        }
    }

    #[test]
    fn a_change_during_a_failed_checkpoint_wins_over_the_older_one() {
        let (mut taken, mut meanwhile) = (DirtyRows::default(), DirtyRows::default());
        taken.fold(Seq::from_stored(1), skill(10));
        meanwhile.fold(Seq::from_stored(2), skill(20));
        let merged = taken.overlaid_with(meanwhile);
        assert_eq!(merged.through, Seq::from_stored(2));
        assert_eq!(
            merged
                .skills
                .values()
                .map(|row| row.experience)
                .collect::<Vec<_>>(),
            [20]
        );
    }

    #[test]
    fn many_changes_of_one_row_are_one_row() {
        let mut dirty = DirtyRows::default();
        for n in 1..=1000 {
            dirty.fold(Seq::from_stored(n), skill(n));
        }
        assert_eq!((dirty.row_count(), dirty.through), (1, Seq::from_stored(1000)));
    }
}
