//! One test for each trap in the persistence code that this design grew from.

use super::folder::{Folder, append_durably, close, play, quiet_config, wait_until_durable};
use super::model::{Model, NOW_MICROS, character, item};
use rusqlite::Connection;
use server::durability::{DurabilityConfig, Note};
use server::rows::{AccountRow, Change, InventoryRow, Transaction};
use std::time::Duration;

const SEED: u64 = 3;

fn account(account_id: i64) -> Change {
    Change::PutAccount(AccountRow {
        account_id,
        account_name: format!("account {account_id}"),
        created_at_micros: NOW_MICROS,
    })
}

fn one_item_owner() -> Transaction {
    let item_id = "a".repeat(32);
    Transaction {
        changes: vec![
            account(1),
            Change::PutCharacter(character(1, "Mira")),
            Change::PutItem(item(&item_id, 1)),
            Change::PutInventory(InventoryRow {
                character_id: 1,
                slot: 0,
                item_id,
                quantity: 2,
            }),
        ],
    }
}

/// Trap 1: `INSERT OR REPLACE INTO characters` with cascading children emptied the inventory.
#[test]
fn saving_a_character_keeps_its_inventory() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    append_durably(&durability, one_item_owner());
    durability.checkpoint_now().unwrap();
    let mut richer = character(1, "Mira");
    richer.gold += 1;
    append_durably(
        &durability,
        Transaction {
            changes: vec![Change::PutCharacter(richer.clone())],
        },
    );
    close(durability);
    let (_durability, loaded) = folder.open();
    assert_eq!((loaded.inventory.len(), loaded.items.len()), (1, 1));
    assert_eq!(loaded.characters, [richer]);
}

/// Trap 1, second half: the same statement deleted whoever else had the name. And what the table refuses
/// is kept, with the reason, and does not stop the rows beside it.
#[test]
fn a_name_clash_takes_nobodys_place_and_is_kept_for_a_person() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    append_durably(&durability, one_item_owner());
    durability.checkpoint_now().unwrap();
    let changes = vec![
        account(2),
        account(3),
        Change::PutCharacter(character(2, "mIRA")),
        Change::PutCharacter(character(3, "Tove")),
    ];
    append_durably(&durability, Transaction { changes });
    durability.checkpoint_now().unwrap();
    assert_eq!(durability.metrics().refused_row_count, 1);
    close(durability);

    let (_durability, loaded) = folder.open();
    let names: Vec<&str> = loaded
        .characters
        .iter()
        .map(|row| row.character_name.as_str())
        .collect();
    assert_eq!(names, ["Mira", "Tove"]);
    assert_eq!(loaded.inventory.len(), 1);
    assert_eq!(loaded.report, [Note::RefusedRows { count: 1 }]);
    let reason: String = folder
        .sql()
        .query_row("SELECT reason FROM refused_rows", [], |row| row.get(0))
        .unwrap();
    assert!(
        reason.contains("UNIQUE constraint failed: characters.character_name"),
        "{reason}"
    );
}

/// Trap 2: 18 values for 19 columns. Also the shape of the whole schema: names, order, nothing lost.
#[test]
fn the_eight_tables_have_the_columns_of_the_document_in_its_order() {
    let folder = Folder::new();
    drop(folder.open());
    let sql = folder.sql();
    let columns_of = |table: &str| -> Vec<String> {
        let mut statement = sql
            .prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")
            .unwrap();
        let names = statement.query_map([table], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    let document = [
        (
            "characters",
            "character_id account_id character_name level experience str dex int con lck cha gold position_x \
             position_y position_z map_id last_login created_at updated_at",
        ),
        (
            "inventory",
            "inventory_id character_id item_id slot quantity properties",
        ),
        (
            "equipment",
            "equipment_id character_id slot_type item_id properties",
        ),
        (
            "skills",
            "skill_id character_id skill_name skill_level experience",
        ),
        ("quests", "quest_id character_id quest_name quest_status progress"),
        ("guilds", "guild_id guild_name leader_id created_at"),
        ("guild_members", "member_id guild_id character_id rank joined_at"),
        (
            "items",
            "item_id character_id item_type properties created_at updated_at",
        ),
    ];
    for (table, columns) in document {
        let mut expected: Vec<&str> = columns.split(' ').collect();
        if table == "characters" {
            assert_eq!(expected.len(), 19);
            expected.push("revision");
        }
        if ["characters", "inventory", "skills", "items"].contains(&table) {
            expected.push("checksum");
        }
        assert_eq!(columns_of(table), expected, "{table}");
    }
}

/// Trap 3: SQLite's own check does not see a bit that flips inside a value. In a backup the manifest does.
#[test]
fn a_flipped_bit_inside_a_value_of_a_backup_is_found() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    append_durably(&durability, one_item_owner());
    durability.checkpoint_now().unwrap();
    let backup = durability.backup_now().unwrap();
    close(durability);
    let mut bytes = std::fs::read(&backup).unwrap();
    let at = bytes
        .windows(9)
        .position(|window| window == b"driftwood")
        .unwrap();
    bytes[at] ^= 1;
    super::folder::overwrite(&backup, &bytes);
    let verdict: String = Connection::open(&backup)
        .unwrap()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok", "the damage that SQLite does not see");
    std::fs::remove_file(folder.main_file()).unwrap();
    let error = folder.try_open().unwrap_err().to_string();
    assert!(error.contains("its bytes differ from its manifest"), "{error}");
}

/// Trap 4: an item whose owner was not saved yet broke its foreign key, was tried ten times, and panicked.
#[test]
fn parents_are_written_before_children_whatever_the_order_of_changes() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut transaction = one_item_owner();
    transaction.changes.reverse();
    append_durably(&durability, transaction);
    durability.checkpoint_now().unwrap();
    assert_eq!(durability.metrics().refused_row_count, 0);
    close(durability);
    assert_eq!(folder.open().1.inventory.len(), 1);
}

/// Trap 5: producers waited while the database was slow. Here the main file is locked by somebody else.
#[test]
fn appending_and_acknowledging_go_on_while_the_main_file_is_locked() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let other = folder.sql();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut model = Model::default();
    std::thread::scope(|scope| {
        let checkpoint = scope.spawn(|| durability.checkpoint_now());
        play(&durability, &mut model, SEED, 0..200);
        other.execute_batch("ROLLBACK").unwrap();
        checkpoint.join().unwrap().unwrap();
    });
    close(durability);
    model.assert_equals(&folder.open().1);
}

/// Trap 6: what changed while a snapshot ran was marked as saved.
#[test]
fn what_changes_during_a_checkpoint_is_in_the_next_one() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    for round in 0..40 {
        std::thread::scope(|scope| {
            let checkpoint = scope.spawn(|| durability.checkpoint_now());
            play(&durability, &mut model, SEED, round * 10..round * 10 + 10);
            checkpoint.join().unwrap().unwrap();
        });
    }
    durability.checkpoint_now().unwrap();
    drop(durability);
    let (_durability, loaded) = folder.open();
    assert_eq!(
        loaded.report,
        [],
        "the tables had everything, nothing was replayed"
    );
    model.assert_equals(&loaded);
}

/// Trap 6, the failing half: a checkpoint that fails keeps its rows, and a later one writes the newest.
#[test]
fn a_failed_checkpoint_loses_nothing() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    play(&durability, &mut model, SEED, 0..50);
    let other = folder.sql();
    other
        .execute_batch("CREATE TRIGGER broken BEFORE INSERT ON items BEGIN SELECT no_such_function(); END")
        .unwrap();
    play(&durability, &mut model, SEED, 50..100);
    durability.checkpoint_now().unwrap_err();
    assert_eq!(durability.metrics().checkpoint_failure_count, 1);
    play(&durability, &mut model, SEED, 100..150);
    other.execute_batch("DROP TRIGGER broken").unwrap();
    durability.checkpoint_now().unwrap();
    drop(durability);
    let (_durability, loaded) = folder.open();
    assert_eq!(loaded.report, []);
    model.assert_equals(&loaded);
}

/// Trap 10 and the copy of a live file: backups made under load open, verify and hold one moment.
#[test]
fn backups_under_load_hold_a_consistent_moment() {
    let folder = Folder::new();
    let config = DurabilityConfig {
        checkpoint_interval: Duration::from_millis(1),
        ..quiet_config()
    };
    let (durability, _) = folder.try_open_with(config).unwrap();
    let mut model = Model::default();
    std::thread::scope(|scope| {
        let backups = scope.spawn(|| {
            (0..6)
                .map(|_| durability.backup_now().unwrap())
                .collect::<Vec<_>>()
        });
        play(&durability, &mut model, SEED, 0..3000);
        for backup in backups.join().unwrap() {
            let copy = Connection::open(&backup).unwrap();
            let verdict: String = copy
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .unwrap();
            let applied: i64 = copy
                .query_row("SELECT value FROM meta WHERE key = 'applied_seq'", [], |row| {
                    row.get(0)
                })
                .unwrap();
            let gold: Option<i64> = copy
                .query_row("SELECT sum(gold) FROM characters", [], |row| row.get(0))
                .unwrap();
            let mut then = Model::default();
            for number in 0..u64::try_from(applied).unwrap() {
                let transaction = then.transaction(SEED, number);
                then.apply(&transaction);
            }
            assert_eq!(verdict, "ok");
            assert_eq!(
                gold.unwrap_or(0),
                then.characters.values().map(|row| row.gold).sum::<i64>()
            );
        }
    });
}

/// A queue that is full answers; nothing blocks and nothing is dropped behind the caller's back.
#[test]
fn a_full_queue_is_an_answer() {
    let folder = Folder::new();
    let (durability, _) = folder
        .try_open_with(DurabilityConfig {
            queue_transactions_max: 1,
            ..quiet_config()
        })
        .unwrap();
    let mut model = Model::default();
    let (mut taken, mut last) = (0_u64, durability.durable_seq());
    for _ in 0..2000 {
        let transaction = model.transaction(SEED, taken);
        if let Ok(seq) = durability.append(transaction.clone()) {
            model.apply(&transaction);
            (taken, last) = (taken + 1, seq);
        }
    }
    assert!(taken < 2000, "the queue was never full");
    wait_until_durable(&durability, last);
    close(durability);
    model.assert_equals(&folder.open().1);
}
