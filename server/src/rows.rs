//! Rows: the border between the simulation and its durability.
//!
//! The simulation applies a command to its own structs in memory and describes the result as one
//! [`Transaction`]: rows as they are *after* the change, never the intent and never a difference (X7).
//! Applying a transaction twice, or a newer one over an older one, therefore gives the same rows; the
//! journal, the checkpoint and the recovery are the same replay.
//!
//! *Not* responsible for: SQL (see `durability`), rules of the game (see `sim`).

use serde::{Deserialize, Serialize};

/// Row id of an account; never reused.
pub type AccountId = i64;
/// Row id of a character; never reused.
pub type CharacterId = i64;
/// A client's id for one request: a retry after a lost answer is answered again, not done again.
pub type RequestId = u128;

/// One atomic change: all of it is durable, or nothing of it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Transaction {
    /// The changed rows, parents before children.
    pub changes: Vec<Change>,
}

/// One changed row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Change {
    /// Adds or replaces an account.
    PutAccount(AccountRow),
    /// Adds or replaces the credential of an account. Never loaded with the rest (X4).
    PutCredential(CredentialRow),
    /// Adds or replaces a character; its child rows stay (X8).
    PutCharacter(CharacterRow),
    /// Adds or replaces an item instance.
    PutItem(ItemRow),
    /// Removes an item instance that was used up.
    RemoveItem {
        /// [`ItemRow::item_id`].
        item_id: String,
    },
    /// Puts an item into a slot of an inventory.
    PutInventory(InventoryRow),
    /// Empties a slot of an inventory.
    RemoveInventory {
        /// Whose inventory.
        character_id: CharacterId,
        /// Which slot.
        slot: i64,
    },
    /// Adds or replaces a skill of a character.
    PutSkill(SkillRow),
    /// Remembers the answer to a request, so that a retry gets the same answer (D41).
    PutAnswer(AnswerRow),
}

/// `accounts`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AccountRow {
    /// Primary key.
    pub account_id: AccountId,
    /// As typed, unique without regard to case.
    pub account_name: String,
    /// UTC, microseconds since 1970.
    pub created_at_micros: i64,
}

/// `credentials`: what OPAQUE stores for an account. It logs nobody in by itself.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialRow {
    /// Primary key. The OPAQUE credential identifier is the account's name in lower case: unknown names need
    /// a stable one too, or their answers would give them away.
    pub account_id: AccountId,
    /// The serialised password file of OPAQUE.
    pub record: Vec<u8>,
    /// Which parameters of argon2id the client stretched the password with.
    pub stretching_version: i64,
}

/// Shows whose credential it is, and nothing else of it (invariant 7).
impl std::fmt::Debug for CredentialRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CredentialRow")
            .field("account_id", &self.account_id)
            .finish_non_exhaustive()
    }
}

/// `characters`: the 19 columns of C15. `level` is not here: it is derived from `experience` (X6).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CharacterRow {
    /// Primary key.
    pub character_id: CharacterId,
    /// Whose character it is.
    pub account_id: AccountId,
    /// As typed, unique without regard to case (D48).
    pub character_name: String,
    /// Total experience, the only truth about the level.
    pub experience: i64,
    /// Strength.
    pub str: i64,
    /// Dexterity.
    pub dex: i64,
    /// Intelligence.
    pub int: i64,
    /// Constitution.
    pub con: i64,
    /// Luck.
    pub lck: i64,
    /// Charisma.
    pub cha: i64,
    /// Money, never negative.
    pub gold: i64,
    /// Metres east of the island's middle.
    pub position_x: f64,
    /// Metres north of the island's middle.
    pub position_y: f64,
    /// Metres above sea level.
    pub position_z: f64,
    /// The island, as its id.
    pub map_id: String,
    /// UTC, microseconds since 1970; 0 = never.
    pub last_login_micros: i64,
    /// UTC, microseconds since 1970.
    pub created_at_micros: i64,
    /// UTC, microseconds since 1970.
    pub updated_at_micros: i64,
    /// Counts changes of what this character owns: the revision on the wire (A12).
    pub revision: i64,
}

/// `items`: one item instance (X10).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ItemRow {
    /// Random 128 bits as 32 hex digits.
    pub item_id: String,
    /// Whose item it is.
    pub character_id: CharacterId,
    /// An item type of the content.
    pub item_type: String,
    /// A JSON object; unknown keys survive (D16).
    pub properties: String,
    /// UTC, microseconds since 1970.
    pub created_at_micros: i64,
    /// UTC, microseconds since 1970.
    pub updated_at_micros: i64,
}

/// `inventory`: where an item instance lies, and how many of it. One item per slot (C23).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct InventoryRow {
    /// Whose inventory.
    pub character_id: CharacterId,
    /// Slot, from 0.
    pub slot: i64,
    /// The item instance.
    pub item_id: String,
    /// How many, at least 1.
    pub quantity: i64,
}

/// `skills`. The level is derived from `experience` (X6).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SkillRow {
    /// Whose skill.
    pub character_id: CharacterId,
    /// A skill of the content.
    pub skill_name: String,
    /// Total experience in it.
    pub experience: i64,
}

/// `answers`: one request that was done, with its answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct AnswerRow {
    /// Who asked.
    pub account_id: AccountId,
    /// What the client called the request.
    pub request_id: RequestId,
    /// The encoded answer.
    pub answer: Vec<u8>,
    /// UTC, microseconds since 1970; answers are kept for a day.
    pub created_at_micros: i64,
}
