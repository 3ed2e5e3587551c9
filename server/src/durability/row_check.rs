//! Checks of single rows, before they reach the journal.
//!
//! The main file has the same rules as CHECK constraints. Refusing a bad row here tells the caller at
//! once, while nothing has been acknowledged; a row that only the checkpoint refuses is a row that was
//! promised already. Rows read from the file go through the same checks (D22).
//!
//! *Not* responsible for: rules between rows (uniqueness and references, see the schema).

use super::error::AppendError;
use crate::rows::{
    AccountRow, AnswerRow, Change, CharacterRow, CredentialRow, InventoryRow, ItemRow, SkillRow, Transaction,
};
use serde::de::IgnoredAny;

/// Longest name of an account, a character, a skill, an item type or an island.
const NAME_BYTES_MAX: usize = 128;
/// Longest JSON text of an item.
const PROPERTIES_BYTES_MAX: usize = 64 << 10;
/// Longest stored answer, and longest credential.
const BLOB_BYTES_MAX: usize = 64 << 10;
/// Characters of an item id.
const ITEM_ID_BYTES: usize = 32;

/// What is wrong with a row.
pub(crate) type Flaw = &'static str;

/// Checks every row of a transaction.
pub(crate) fn check(transaction: &Transaction) -> Result<(), AppendError> {
    for change in &transaction.changes {
        let (table, flaw) = match change {
            Change::PutAccount(row) => ("accounts", account(row)),
            Change::PutCredential(row) => ("credentials", credential(row)),
            Change::PutCharacter(row) => ("characters", character(row)),
            Change::PutItem(row) => ("items", item(row)),
            Change::RemoveItem { item_id: id } => ("items", item_id(id)),
            Change::PutInventory(row) => ("inventory", inventory(row)),
            Change::RemoveInventory { slot, .. } => ("inventory", unless(*slot < 0, "slot is negative")),
            Change::PutSkill(row) => ("skills", skill(row)),
            Change::PutAnswer(row) => ("answers", answer(row)),
        };
        flaw.map_err(|flaw| AppendError::Invalid { table, flaw })?;
    }
    Ok(())
}

pub(crate) fn account(row: &AccountRow) -> Result<(), Flaw> {
    name(&row.account_name)
}

fn credential(row: &CredentialRow) -> Result<(), Flaw> {
    unless(row.record.len() > BLOB_BYTES_MAX, "record is too long")
}

pub(crate) fn character(row: &CharacterRow) -> Result<(), Flaw> {
    name(&row.character_name)?;
    name(&row.map_id)?;
    unless(row.experience < 0, "experience is negative")?;
    unless(row.gold < 0, "gold is negative")?;
    // SQLite stores NaN as NULL, which the column then refuses.
    let position = [row.position_x, row.position_y, row.position_z];
    unless(
        !position.iter().all(|metres| metres.is_finite()),
        "position is not finite",
    )
}

pub(crate) fn item(row: &ItemRow) -> Result<(), Flaw> {
    item_id(&row.item_id)?;
    name(&row.item_type)?;
    unless(
        row.properties.len() > PROPERTIES_BYTES_MAX,
        "properties are too long",
    )?;
    // The text is stored as it is, so that keys which this server does not know survive (D16).
    let object = row.properties.trim_start().starts_with('{');
    let json = serde_json::from_str::<IgnoredAny>(&row.properties).is_ok();
    unless(!(object && json), "properties are not a JSON object")
}

pub(crate) fn inventory(row: &InventoryRow) -> Result<(), Flaw> {
    item_id(&row.item_id)?;
    unless(row.slot < 0, "slot is negative")?;
    unless(row.quantity < 1, "quantity is less than 1")
}

pub(crate) fn skill(row: &SkillRow) -> Result<(), Flaw> {
    name(&row.skill_name)?;
    unless(row.experience < 0, "experience is negative")
}

pub(crate) fn answer(row: &AnswerRow) -> Result<(), Flaw> {
    unless(row.answer.len() > BLOB_BYTES_MAX, "answer is too long")
}

fn item_id(id: &str) -> Result<(), Flaw> {
    let digits = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    unless(
        id.len() != ITEM_ID_BYTES || !digits,
        "item id is not 32 lower-case hex digits",
    )
}

fn name(name: &str) -> Result<(), Flaw> {
    unless(name.is_empty(), "name is empty")?;
    unless(name.len() > NAME_BYTES_MAX, "name is too long")?;
    unless(name.chars().any(char::is_control), "name has a control character")
}

fn unless(broken: bool, flaw: Flaw) -> Result<(), Flaw> {
    if broken { Err(flaw) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item_with(properties: &str) -> ItemRow {
        ItemRow {
            item_id: "0123456789abcdef".repeat(2),
            character_id: 1,
            item_type: "driftwood".to_owned(),
            properties: properties.to_owned(),
            created_at_micros: 0,
            updated_at_micros: 0,
        }
    }

    #[test]
    fn properties_must_be_an_object() {
        assert_eq!(
            item(&item_with(r#"{"durability":100,"unknown":{"deep":[1,2]}}"#)),
            Ok(())
        );
        for bad in ["", "[]", "1", "{", "{} {}", "\"text\"", "null"] {
            assert!(item(&item_with(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn item_ids_are_lower_case_hex() {
        for bad in ["", "0123", &"A".repeat(32), &"0".repeat(33), &"é".repeat(16)] {
            let mut row = item_with("{}");
            row.item_id = bad.to_owned();
            assert!(item(&row).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_error_names_the_table() {
        let row = InventoryRow {
            character_id: 1,
            slot: 0,
            item_id: "0".repeat(32),
            quantity: 0,
        };
        let error = check(&Transaction {
            changes: vec![Change::PutInventory(row)],
        })
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "row of inventory refused: quantity is less than 1"
        );
    }
}
