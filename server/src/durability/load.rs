//! Loading: everything that the simulation keeps in memory, read once at the start.
//!
//! A bad row costs that row and is reported; it does not cost the world (D22).
//!
//! *Not* responsible for: credentials, which are never loaded (X4).

use super::LevelCurve;
use super::note::Note;
use super::tables::{LoadedRow, is_as_written};
use crate::rows::{AccountRow, AnswerRow, CharacterRow, InventoryRow, ItemRow, SkillRow};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::collections::HashSet;

/// All rows of the main file, each list in the order of its key; and what there is to say about them.
#[derive(Debug, Default)]
pub struct Loaded {
    /// All accounts.
    pub accounts: Vec<AccountRow>,
    /// Characters whose account is there.
    pub characters: Vec<CharacterRow>,
    /// Items whose character is there.
    pub items: Vec<ItemRow>,
    /// Slots whose character and item are there.
    pub inventory: Vec<InventoryRow>,
    /// Skills whose character is there.
    pub skills: Vec<SkillRow>,
    /// Answers of the last day.
    pub answers: Vec<AnswerRow>,
    /// What the opening did and found, in order.
    pub report: Vec<Note>,
}

/// Tables that this version creates and does not read yet; their orphans are reported all the same.
const NOT_LOADED: [&str; 5] = ["credentials", "equipment", "quests", "guilds", "guild_members"];

/// At most this many notes, so that a wholly broken file cannot fill the memory with its report.
const NOTES_MAX: usize = 1000;

/// Reads all tables.
pub(crate) fn load(main: &Connection, curve: &LevelCurve) -> rusqlite::Result<Loaded> {
    let mut loader = Loader {
        main,
        curve,
        report: Vec::new(),
    };
    let accounts: Vec<AccountRow> = loader.read_all()?;
    let account_ids: HashSet<i64> = accounts.iter().map(|row| row.account_id).collect();

    let mut characters: Vec<CharacterRow> = loader.read_all()?;
    let account_known = |row: &CharacterRow| account_ids.contains(&row.account_id);
    loader.keep_children("characters", "accounts", &mut characters, account_known, |row| {
        row.character_id.to_string()
    });
    let character_ids: HashSet<i64> = characters.iter().map(|row| row.character_id).collect();

    let mut items: Vec<ItemRow> = loader.read_all()?;
    let owner_known = |row: &ItemRow| character_ids.contains(&row.character_id);
    loader.keep_children("items", "characters", &mut items, owner_known, |row| {
        row.item_id.clone()
    });
    let item_ids: HashSet<&str> = items.iter().map(|row| row.item_id.as_str()).collect();

    let mut inventory: Vec<InventoryRow> = loader.read_all()?;
    let slot_key = |row: &InventoryRow| format!("{}/{}", row.character_id, row.slot);
    let owner_known = |row: &InventoryRow| character_ids.contains(&row.character_id);
    loader.keep_children("inventory", "characters", &mut inventory, owner_known, slot_key);
    let item_known = |row: &InventoryRow| item_ids.contains(row.item_id.as_str());
    loader.keep_children("inventory", "items", &mut inventory, item_known, slot_key);

    let mut skills: Vec<SkillRow> = loader.read_all()?;
    let owner_known = |row: &SkillRow| character_ids.contains(&row.character_id);
    loader.keep_children("skills", "characters", &mut skills, owner_known, |row| {
        format!("{}/{}", row.character_id, row.skill_name)
    });

    let mut answers: Vec<AnswerRow> = loader.read_all()?;
    let account_known = |row: &AnswerRow| account_ids.contains(&row.account_id);
    loader.keep_children("answers", "accounts", &mut answers, account_known, |row| {
        format!("{}/{:032X}", row.account_id, row.request_id)
    });
    loader.note_orphans_of_other_tables()?;
    loader.note_refused_rows()?;

    let report = loader.report;
    Ok(Loaded {
        accounts,
        characters,
        items,
        inventory,
        skills,
        answers,
        report,
    })
}

/// Looks for a row that is not the one that was written: the first, by table and key.
pub(crate) fn find_altered_row(main: &Connection) -> rusqlite::Result<Option<String>> {
    Ok(altered::<AccountRow>(main)?
        .or(altered::<CharacterRow>(main)?)
        .or(altered::<ItemRow>(main)?)
        .or(altered::<InventoryRow>(main)?)
        .or(altered::<SkillRow>(main)?)
        .or(altered::<AnswerRow>(main)?))
}

fn altered<R: LoadedRow>(main: &Connection) -> rusqlite::Result<Option<String>> {
    let mut statement = main.prepare(R::SELECT_ALL)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let as_written = match R::read(row) {
            Ok(loaded) => is_as_written(&loaded, row)?,
            // Without a checksum it is the work of another tool, and the loader's to report.
            Err(_) => row.get::<_, Option<i64>>("checksum")?.is_none(),
        };
        if !as_written {
            return Ok(Some(format!(
                "{} {} is not as it was written",
                R::TABLE,
                key_text(row.get_ref("key")?)
            )));
        }
    }
    Ok(None)
}

struct Loader<'a> {
    main: &'a Connection,
    curve: &'a LevelCurve,
    report: Vec<Note>,
}

impl Loader<'_> {
    fn read_all<R: LoadedRow>(&mut self) -> rusqlite::Result<Vec<R>> {
        let mut statement = self.main.prepare(R::SELECT_ALL)?;
        let mut rows = statement.query([])?;
        let (mut read, mut outdated) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let key = || row.get_ref("key").map_or_else(|_| "?".to_owned(), key_text);
            let loaded = match R::read(row) {
                Ok(loaded) => loaded,
                Err(error) => {
                    self.note(Note::BadRow {
                        table: R::TABLE,
                        key: key(),
                        flaw: error.to_string(),
                    });
                    continue;
                }
            };
            if let Err(flaw) = loaded.check() {
                self.note(Note::BadRow {
                    table: R::TABLE,
                    key: key(),
                    flaw: flaw.to_owned(),
                });
                continue;
            }
            match loaded.level(row, self.curve) {
                Ok(Some((stored, derived))) if stored != derived => outdated.push(loaded.clone()),
                Ok(_) => {}
                Err(error) => self.note(Note::BadRow {
                    table: R::TABLE,
                    key: key(),
                    flaw: error.to_string(),
                }),
            }
            read.push(loaded);
        }
        self.derive_levels(&outdated)?;
        Ok(read)
    }

    /// Writes rows whose level no longer follows from their experience: the curve has changed (A2), or
    /// somebody has edited the level alone.
    fn derive_levels<R: LoadedRow>(&mut self, outdated: &[R]) -> rusqlite::Result<()> {
        if outdated.is_empty() {
            return Ok(());
        }
        let transaction = self.main.unchecked_transaction()?;
        {
            let mut upsert = transaction.prepare(R::UPSERT)?;
            for row in outdated {
                row.upsert(&mut upsert, self.curve)?;
            }
        }
        transaction.commit()?;
        self.note(Note::LevelsDerived {
            table: R::TABLE,
            count: outdated.len(),
        });
        Ok(())
    }

    /// Leaves out rows whose parent is not there, and says so.
    fn keep_children<R>(
        &mut self,
        table: &'static str,
        parent: &'static str,
        rows: &mut Vec<R>,
        has_parent: impl Fn(&R) -> bool,
        key: impl Fn(&R) -> String,
    ) {
        rows.retain(|row| {
            let kept = has_parent(row);
            if !kept {
                self.note(Note::Orphan {
                    table: table.to_owned(),
                    key: key(row),
                    parent: parent.to_owned(),
                });
            }
            kept
        });
    }

    fn note_orphans_of_other_tables(&mut self) -> rusqlite::Result<()> {
        for table in NOT_LOADED {
            let sql = "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check(?1)";
            let mut statement = self.main.prepare(sql)?;
            let mut rows = statement.query([table])?;
            while let Some(row) = rows.next()? {
                let key = row.get_ref(1).map_or_else(|_| "?".to_owned(), key_text);
                self.note(Note::Orphan {
                    table: row.get(0)?,
                    key,
                    parent: row.get(2)?,
                });
            }
        }
        Ok(())
    }

    fn note_refused_rows(&mut self) -> rusqlite::Result<()> {
        let count: i64 = self
            .main
            .query_row("SELECT count(*) FROM refused_rows", [], |row| row.get(0))?;
        if count > 0 {
            self.note(Note::RefusedRows { count });
        }
        Ok(())
    }

    fn note(&mut self, note: Note) {
        if self.report.len() < NOTES_MAX {
            self.report.push(note);
        }
    }
}

fn key_text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    }
}
