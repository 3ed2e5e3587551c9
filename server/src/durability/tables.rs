//! Tables of the main file: how each row type is written and read. All SQL about rows is here.
//!
//! Columns are named in every statement. Rows are upserted: `INSERT OR REPLACE` deletes the old row first,
//! and with `ON DELETE CASCADE` a saved character would lose its inventory (X8).
//!
//! *Not* responsible for: the order and the transaction of a checkpoint (see `checkpoint`).

use super::LevelCurve;
use super::error::CredentialError;
use super::row_check::{self, Flaw};
use crate::rows::{
    AccountId, AccountRow, AnswerRow, Change, CharacterRow, CredentialRow, InventoryRow, ItemRow, SkillRow,
};
use rusqlite::{Connection, OptionalExtension, Row, Statement, named_params};
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_64;

/// A row type and its table.
pub(crate) trait StoredRow: Clone + Serialize {
    /// Name of the table.
    const TABLE: &'static str;
    /// Adds the row or updates the one with its key.
    const UPSERT: &'static str;

    /// Runs [`Self::UPSERT`].
    fn upsert(&self, statement: &mut Statement<'_>, curve: &LevelCurve) -> rusqlite::Result<usize>;
    /// The same row as a change, for a record of what was refused.
    fn to_change(&self) -> Change;
    /// Gives the stored row a name that no player can have, if its table has unique names.
    fn give_up_name(&self, _sql: &Connection) -> rusqlite::Result<()> {
        Ok(())
    }
}

/// A row type that is loaded at the start.
pub(crate) trait LoadedRow: StoredRow {
    /// All rows, in the order of their key; the key's text comes first.
    const SELECT_ALL: &'static str;

    /// Reads one row of [`Self::SELECT_ALL`].
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;
    /// The checks of single rows.
    fn check(&self) -> Result<(), Flaw>;
    /// What the level column holds and what it should hold, if the table has one (X6).
    fn level(&self, _row: &Row<'_>, _curve: &LevelCurve) -> rusqlite::Result<Option<(i64, i64)>> {
        Ok(None)
    }
}

/// The checksum of a row: over its postcard form, which the journal has frozen already. Derived levels are
/// not in it; they may change with the curve.
fn checksum<R: StoredRow>(row: &R) -> i64 {
    // Rows are plain structs of numbers, texts and bytes; postcard has no error for these.
    let bytes = postcard::to_allocvec(row).unwrap_or_default();
    xxh3_64(&bytes).cast_signed()
}

/// Whether a row that was read is the row that was written. A row without checksum was edited by hand.
pub(crate) fn is_as_written<R: LoadedRow>(loaded: &R, row: &Row<'_>) -> rusqlite::Result<bool> {
    let stored: Option<i64> = row.get("checksum")?;
    Ok(stored.is_none_or(|stored| stored == checksum(loaded)))
}

impl StoredRow for AccountRow {
    const TABLE: &'static str = "accounts";
    const UPSERT: &'static str = "
        INSERT INTO accounts (account_id, account_name, created_at, checksum)
        VALUES (:account_id, :account_name, :created_at, :checksum)
        ON CONFLICT (account_id) DO UPDATE SET
            account_name = excluded.account_name, created_at = excluded.created_at, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, _curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":account_id": self.account_id,
            ":account_name": self.account_name,
            ":created_at": self.created_at_micros,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutAccount(self.clone())
    }

    fn give_up_name(&self, sql: &Connection) -> rusqlite::Result<()> {
        let give_up = "UPDATE accounts SET account_name = char(1) || account_id WHERE account_id = ?1";
        sql.execute(give_up, [self.account_id]).map(drop)
    }
}

impl LoadedRow for AccountRow {
    const SELECT_ALL: &'static str = "
        SELECT account_id AS key, account_id, account_name, created_at, checksum FROM accounts ORDER BY account_id";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            account_id: row.get("account_id")?,
            account_name: row.get("account_name")?,
            created_at_micros: row.get("created_at")?,
        })
    }

    fn check(&self) -> Result<(), Flaw> {
        row_check::account(self)
    }
}

impl StoredRow for CredentialRow {
    const TABLE: &'static str = "credentials";
    const UPSERT: &'static str = "
        INSERT INTO credentials (account_id, record, stretching_version, checksum)
        VALUES (:account_id, :record, :stretching_version, :checksum)
        ON CONFLICT (account_id) DO UPDATE SET
            record = excluded.record, stretching_version = excluded.stretching_version, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, _curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":account_id": self.account_id,
            ":record": self.record,
            ":stretching_version": self.stretching_version,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutCredential(self.clone())
    }
}

/// Reads one credential. There is no statement that reads several (X4).
pub(crate) fn credential(
    connection: &Connection,
    id: AccountId,
) -> Result<Option<CredentialRow>, CredentialError> {
    let sql =
        "SELECT account_id, record, stretching_version, checksum FROM credentials WHERE account_id = ?1";
    let read = |row: &Row<'_>| {
        let credential = CredentialRow {
            account_id: row.get("account_id")?,
            record: row.get("record")?,
            stretching_version: row.get("stretching_version")?,
        };
        Ok((credential, row.get::<_, Option<i64>>("checksum")?))
    };
    match connection.query_row(sql, [id], read).optional()? {
        Some((row, Some(stored))) if stored != checksum(&row) => Err(CredentialError::Damaged(id)),
        found => Ok(found.map(|(row, _)| row)),
    }
}

impl StoredRow for CharacterRow {
    const TABLE: &'static str = "characters";
    const UPSERT: &'static str = "
        INSERT INTO characters (
            character_id, account_id, character_name, level, experience, str, dex, int, con, lck, cha, gold,
            position_x, position_y, position_z, map_id, last_login, created_at, updated_at, revision, checksum)
        VALUES (
            :character_id, :account_id, :character_name, :level, :experience, :str, :dex, :int, :con, :lck,
            :cha, :gold, :position_x, :position_y, :position_z, :map_id, nullif(:last_login, 0), :created_at,
            :updated_at, :revision, :checksum)
        ON CONFLICT (character_id) DO UPDATE SET
            account_id = excluded.account_id, character_name = excluded.character_name,
            level = excluded.level, experience = excluded.experience, str = excluded.str,
            dex = excluded.dex, int = excluded.int, con = excluded.con, lck = excluded.lck,
            cha = excluded.cha, gold = excluded.gold, position_x = excluded.position_x,
            position_y = excluded.position_y, position_z = excluded.position_z, map_id = excluded.map_id,
            last_login = excluded.last_login, created_at = excluded.created_at,
            updated_at = excluded.updated_at, revision = excluded.revision, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":character_id": self.character_id,
            ":account_id": self.account_id,
            ":character_name": self.character_name,
            ":level": (curve.character_level)(self.experience),
            ":experience": self.experience,
            ":str": self.str,
            ":dex": self.dex,
            ":int": self.int,
            ":con": self.con,
            ":lck": self.lck,
            ":cha": self.cha,
            ":gold": self.gold,
            ":position_x": self.position_x,
            ":position_y": self.position_y,
            ":position_z": self.position_z,
            ":map_id": self.map_id,
            ":last_login": self.last_login_micros,
            ":created_at": self.created_at_micros,
            ":updated_at": self.updated_at_micros,
            ":revision": self.revision,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutCharacter(self.clone())
    }

    fn give_up_name(&self, sql: &Connection) -> rusqlite::Result<()> {
        let give_up =
            "UPDATE characters SET character_name = char(1) || character_id WHERE character_id = ?1";
        sql.execute(give_up, [self.character_id]).map(drop)
    }
}

impl LoadedRow for CharacterRow {
    const SELECT_ALL: &'static str = "
        SELECT character_id AS key, character_id, account_id, character_name, level, experience, str, dex, int,
            con, lck, cha, gold, position_x, position_y, position_z, map_id,
            coalesce(last_login, 0) AS last_login, created_at, updated_at, revision, checksum
        FROM characters ORDER BY character_id";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            character_id: row.get("character_id")?,
            account_id: row.get("account_id")?,
            character_name: row.get("character_name")?,
            experience: row.get("experience")?,
            str: row.get("str")?,
            dex: row.get("dex")?,
            int: row.get("int")?,
            con: row.get("con")?,
            lck: row.get("lck")?,
            cha: row.get("cha")?,
            gold: row.get("gold")?,
            position_x: row.get("position_x")?,
            position_y: row.get("position_y")?,
            position_z: row.get("position_z")?,
            map_id: row.get("map_id")?,
            last_login_micros: row.get("last_login")?,
            created_at_micros: row.get("created_at")?,
            updated_at_micros: row.get("updated_at")?,
            revision: row.get("revision")?,
        })
    }

    fn check(&self) -> Result<(), Flaw> {
        row_check::character(self)
    }

    fn level(&self, row: &Row<'_>, curve: &LevelCurve) -> rusqlite::Result<Option<(i64, i64)>> {
        Ok(Some((
            row.get("level")?,
            (curve.character_level)(self.experience),
        )))
    }
}

impl StoredRow for ItemRow {
    const TABLE: &'static str = "items";
    const UPSERT: &'static str = "
        INSERT INTO items (item_id, character_id, item_type, properties, created_at, updated_at, checksum)
        VALUES (:item_id, :character_id, :item_type, :properties, :created_at, :updated_at, :checksum)
        ON CONFLICT (item_id) DO UPDATE SET
            character_id = excluded.character_id, item_type = excluded.item_type,
            properties = excluded.properties, created_at = excluded.created_at,
            updated_at = excluded.updated_at, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, _curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":item_id": self.item_id,
            ":character_id": self.character_id,
            ":item_type": self.item_type,
            ":properties": self.properties,
            ":created_at": self.created_at_micros,
            ":updated_at": self.updated_at_micros,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutItem(self.clone())
    }
}

impl LoadedRow for ItemRow {
    const SELECT_ALL: &'static str = "
        SELECT item_id AS key, item_id, character_id, item_type, properties, created_at, updated_at, checksum
        FROM items ORDER BY item_id";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            item_id: row.get("item_id")?,
            character_id: row.get("character_id")?,
            item_type: row.get("item_type")?,
            properties: row.get("properties")?,
            created_at_micros: row.get("created_at")?,
            updated_at_micros: row.get("updated_at")?,
        })
    }

    fn check(&self) -> Result<(), Flaw> {
        row_check::item(self)
    }
}

impl StoredRow for InventoryRow {
    const TABLE: &'static str = "inventory";
    const UPSERT: &'static str = "
        INSERT INTO inventory (character_id, item_id, slot, quantity, checksum)
        VALUES (:character_id, :item_id, :slot, :quantity, :checksum)
        ON CONFLICT (character_id, slot) DO UPDATE SET
            item_id = excluded.item_id, quantity = excluded.quantity, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, _curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":character_id": self.character_id,
            ":item_id": self.item_id,
            ":slot": self.slot,
            ":quantity": self.quantity,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutInventory(self.clone())
    }
}

impl LoadedRow for InventoryRow {
    const SELECT_ALL: &'static str = "
        SELECT character_id || '/' || slot AS key, character_id, item_id, slot, quantity, checksum
        FROM inventory ORDER BY character_id, slot";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            character_id: row.get("character_id")?,
            slot: row.get("slot")?,
            item_id: row.get("item_id")?,
            quantity: row.get("quantity")?,
        })
    }

    fn check(&self) -> Result<(), Flaw> {
        row_check::inventory(self)
    }
}

impl StoredRow for SkillRow {
    const TABLE: &'static str = "skills";
    const UPSERT: &'static str = "
        INSERT INTO skills (character_id, skill_name, skill_level, experience, checksum)
        VALUES (:character_id, :skill_name, :skill_level, :experience, :checksum)
        ON CONFLICT (character_id, skill_name) DO UPDATE SET
            skill_level = excluded.skill_level, experience = excluded.experience, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":character_id": self.character_id,
            ":skill_name": self.skill_name,
            ":skill_level": (curve.skill_level)(self.experience),
            ":experience": self.experience,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutSkill(self.clone())
    }
}

impl LoadedRow for SkillRow {
    const SELECT_ALL: &'static str = "
        SELECT character_id || '/' || skill_name AS key, character_id, skill_name, skill_level, experience, checksum
        FROM skills ORDER BY character_id, skill_name";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            character_id: row.get("character_id")?,
            skill_name: row.get("skill_name")?,
            experience: row.get("experience")?,
        })
    }

    fn check(&self) -> Result<(), Flaw> {
        row_check::skill(self)
    }

    fn level(&self, row: &Row<'_>, curve: &LevelCurve) -> rusqlite::Result<Option<(i64, i64)>> {
        Ok(Some((
            row.get("skill_level")?,
            (curve.skill_level)(self.experience),
        )))
    }
}

impl StoredRow for AnswerRow {
    const TABLE: &'static str = "answers";
    const UPSERT: &'static str = "
        INSERT INTO answers (account_id, request_id, answer, created_at, checksum)
        VALUES (:account_id, :request_id, :answer, :created_at, :checksum)
        ON CONFLICT (account_id, request_id) DO UPDATE SET
            answer = excluded.answer, created_at = excluded.created_at, checksum = excluded.checksum";

    fn upsert(&self, statement: &mut Statement<'_>, _curve: &LevelCurve) -> rusqlite::Result<usize> {
        statement.execute(named_params! {
            ":account_id": self.account_id,
            ":request_id": self.request_id.to_be_bytes(),
            ":answer": self.answer,
            ":created_at": self.created_at_micros,
            ":checksum": checksum(self),
        })
    }

    fn to_change(&self) -> Change {
        Change::PutAnswer(self.clone())
    }
}

impl LoadedRow for AnswerRow {
    const SELECT_ALL: &'static str = "
        SELECT account_id || '/' || hex(request_id) AS key, account_id, request_id, answer, created_at, checksum
        FROM answers ORDER BY account_id, request_id";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            account_id: row.get("account_id")?,
            request_id: u128::from_be_bytes(row.get("request_id")?),
            answer: row.get("answer")?,
            created_at_micros: row.get("created_at")?,
        })
    }

    fn check(&self) -> Result<(), Flaw> {
        row_check::answer(self)
    }
}
