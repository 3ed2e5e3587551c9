//! Inventories: item instances in numbered slots (C23, X10).
//!
//! A slot holds one instance and how many of it. Instances with the same type and the same properties are
//! interchangeable, so amounts merge into a slot that already holds such an instance; anything with
//! properties of its own keeps its own slot.
//!
//! *Not* responsible for: why something is given or taken (see `sim::harvest`).

use std::collections::BTreeMap;

use crate::rows::{Change, CharacterId, InventoryRow, ItemRow};

/// Slots of a character.
pub(super) const SLOTS: u32 = 40;
/// Properties of an item that has none of its own.
const PLAIN: &str = "{}";

/// What a character carries.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Inventory {
    slots: BTreeMap<u32, Stack>,
}

/// What lies in a slot.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Stack {
    /// The instance.
    pub item: ItemRow,
    /// How many, at least 1.
    pub quantity: i64,
}

/// A gift: how many of what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Gift<'a> {
    /// Item type.
    pub item_type: &'a str,
    /// How many, at least 1.
    pub quantity: i64,
    /// How many lie in one slot.
    pub stack: i64,
}

/// Why an inventory stays as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum InventoryError {
    /// No slot left.
    #[error("the inventory has no room")]
    Full,
    /// Not that many there.
    #[error("the inventory does not hold that many")]
    Missing,
}

impl Inventory {
    /// Puts a stored stack into its slot; `Err` gives it back when the slot is taken or out of range.
    pub(super) fn restore(&mut self, slot: i64, stack: Stack) -> Result<(), Stack> {
        match u32::try_from(slot) {
            Ok(slot) if !self.slots.contains_key(&slot) => {
                self.slots.insert(slot, stack);
                Ok(())
            }
            _ => Err(stack),
        }
    }

    /// What lies where.
    pub(super) fn slots(&self) -> &BTreeMap<u32, Stack> {
        &self.slots
    }

    /// How many of a type there are in all.
    pub(super) fn count(&self, item_type: &str) -> i64 {
        let stacks = self
            .slots
            .values()
            .filter(|stack| stack.item.item_type == item_type);
        stacks.map(|stack| stack.quantity).sum()
    }

    /// Adds items, first to stacks of the same kind, then to free slots. All or nothing.
    ///
    /// # Errors
    /// There is no room for all of them; nothing was added.
    pub(super) fn give(
        &mut self,
        gift: Gift<'_>,
        mut new_item: impl FnMut(&str) -> ItemRow,
    ) -> Result<(), InventoryError> {
        let mut draft = self.slots.clone();
        let mut left = gift.quantity;
        let same =
            |stack: &&mut Stack| stack.item.item_type == gift.item_type && stack.item.properties == PLAIN;
        for stack in draft.values_mut().filter(same) {
            let added = left.min(gift.stack - stack.quantity).max(0);
            stack.quantity += added;
            left -= added;
        }
        for slot in 0..SLOTS {
            if left == 0 {
                break;
            }
            if let std::collections::btree_map::Entry::Vacant(free) = draft.entry(slot) {
                let quantity = left.min(gift.stack.max(1));
                let item = new_item(gift.item_type);
                free.insert(Stack { item, quantity });
                left -= quantity;
            }
        }
        if left > 0 {
            return Err(InventoryError::Full);
        }
        self.slots = draft;
        Ok(())
    }

    /// Removes items, last slot first. All or nothing.
    ///
    /// # Errors
    /// There are not that many; nothing was removed.
    pub(super) fn take(&mut self, item_type: &str, quantity: i64) -> Result<(), InventoryError> {
        if self.count(item_type) < quantity {
            return Err(InventoryError::Missing);
        }
        let mut left = quantity;
        for stack in self.slots.values_mut().rev() {
            if stack.item.item_type == item_type {
                let taken = left.min(stack.quantity);
                stack.quantity -= taken;
                left -= taken;
            }
        }
        self.slots.retain(|_, stack| stack.quantity > 0);
        Ok(())
    }

    /// Slots in which this inventory differs from an earlier state of itself.
    pub(super) fn changed_slots(&self, before: &Self) -> Vec<u32> {
        let all = self.slots.keys().chain(before.slots.keys());
        let mut changed: Vec<u32> = all
            .copied()
            .filter(|slot| self.slots.get(slot) != before.slots.get(slot))
            .collect();
        changed.sort_unstable();
        changed.dedup();
        changed
    }

    /// The row changes that lead from an earlier state to this one, parents before children.
    pub(super) fn changes_since(&self, before: &Self, character_id: CharacterId) -> Vec<Change> {
        let (mut items, mut places, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for slot in self.changed_slots(before) {
            let (old, new) = (before.slots.get(&slot), self.slots.get(&slot));
            match new {
                Some(new) => {
                    if old.is_none_or(|old| old.item != new.item) {
                        items.push(Change::PutItem(new.item.clone()));
                    }
                    places.push(Change::PutInventory(InventoryRow {
                        character_id,
                        slot: i64::from(slot),
                        item_id: new.item.item_id.clone(),
                        quantity: new.quantity,
                    }));
                }
                None => places.push(Change::RemoveInventory {
                    character_id,
                    slot: i64::from(slot),
                }),
            }
            if let Some(old) = old
                && !self
                    .slots
                    .values()
                    .any(|stack| stack.item.item_id == old.item.item_id)
            {
                removed.push(Change::RemoveItem {
                    item_id: old.item.item_id.clone(),
                });
            }
        }
        items.into_iter().chain(places).chain(removed).collect()
    }
}

/// A new plain item instance.
pub(super) fn plain_item(
    item_id: String,
    character_id: CharacterId,
    item_type: &str,
    now_micros: i64,
) -> ItemRow {
    ItemRow {
        item_id,
        character_id,
        item_type: item_type.to_owned(),
        properties: PLAIN.to_owned(),
        created_at_micros: now_micros,
        updated_at_micros: now_micros,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gift(item_type: &str, quantity: i64) -> Gift<'_> {
        Gift {
            item_type,
            quantity,
            stack: 10,
        }
    }

    fn new_items() -> impl FnMut(&str) -> ItemRow {
        let mut count = 0;
        move |item_type: &str| {
            count += 1;
            plain_item(format!("{item_type}{count}"), 1, item_type, 0)
        }
    }

    #[test]
    fn amounts_merge_and_spill_into_the_next_slot() {
        let mut inventory = Inventory::default();
        inventory.give(gift("log", 7), new_items()).unwrap();
        inventory.give(gift("log", 7), new_items()).unwrap();
        let amounts: Vec<_> = inventory.slots.values().map(|stack| stack.quantity).collect();
        assert_eq!(amounts, [10, 4]);
    }

    #[test]
    fn items_with_properties_of_their_own_do_not_merge() {
        let mut inventory = Inventory::default();
        inventory.give(gift("log", 1), new_items()).unwrap();
        inventory.slots.get_mut(&0).unwrap().item.properties = r#"{"carved":true}"#.into();
        inventory.give(gift("log", 1), new_items()).unwrap();
        assert_eq!(inventory.slots.len(), 2);
    }

    #[test]
    fn a_full_inventory_takes_nothing_of_what_does_not_fit() {
        let mut inventory = Inventory::default();
        inventory.give(gift("log", 395), new_items()).unwrap();
        let before = inventory.clone();
        assert_eq!(
            inventory.give(gift("log", 6), new_items()),
            Err(InventoryError::Full)
        );
        assert_eq!(inventory, before);
        assert_eq!(inventory.take("log", 396), Err(InventoryError::Missing));
        assert_eq!(inventory, before);
    }

    proptest! {
        /// Any gifts and takings: nothing is lost or doubled, and replaying the row changes over the old
        /// rows gives the new rows.
        #[test]
        fn amounts_are_conserved_and_rows_follow(
            steps in proptest::collection::vec((any::<bool>(), 0..3_usize, 1..60_i64), 1..60),
        ) {
            let mut inventory = Inventory::default();
            let mut expected = BTreeMap::from([("a", 0_i64), ("b", 0), ("c", 0)]);
            let mut rows: BTreeMap<i64, (String, i64)> = BTreeMap::new();
            let mut items = std::collections::BTreeSet::new();
            let mut new_item = new_items();
            for (give, which, quantity) in steps {
                let item_type = ["a", "b", "c"][which];
                let before = inventory.clone();
                let done = if give {
                    inventory.give(gift(item_type, quantity), &mut new_item).is_ok()
                } else {
                    inventory.take(item_type, quantity).is_ok()
                };
                if done {
                    *expected.get_mut(item_type).unwrap() += if give { quantity } else { -quantity };
                }
                for change in inventory.changes_since(&before, 1) {
                    match change {
                        Change::PutItem(row) => prop_assert!(items.insert(row.item_id)),
                        Change::RemoveItem { item_id } => prop_assert!(items.remove(&item_id)),
                        Change::PutInventory(row) => _ = rows.insert(row.slot, (row.item_id, row.quantity)),
                        Change::RemoveInventory { slot, .. } => prop_assert!(rows.remove(&slot).is_some()),
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                for (item_type, count) in &expected {
                    prop_assert_eq!(inventory.count(item_type), *count);
                }
                let now: BTreeMap<i64, (String, i64)> = inventory.slots.iter()
                    .map(|(slot, stack)| (i64::from(*slot), (stack.item.item_id.clone(), stack.quantity)))
                    .collect();
                prop_assert_eq!(&rows, &now);
                prop_assert_eq!(items.len(), now.len());
            }
        }
    }
}
