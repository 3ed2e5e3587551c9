//! What goes in comes out: per table, and for random histories with checkpoints at random points.

use super::folder::{Folder, append_durably, close, curve, play, quiet_config, wait_until_durable};
use super::model::{Model, NOW_MICROS, character, item};
use proptest::prelude::*;
use server::durability::{AppendError, DurabilityConfig, Note, Seq};
use server::rows::{AccountRow, AnswerRow, Change, CredentialRow, InventoryRow, SkillRow, Transaction};
use std::time::Duration;

fn one_row_per_table() -> Transaction {
    let item_id = "0123456789abcdef".repeat(2);
    let account = AccountRow {
        account_id: 3,
        account_name: "Mira".to_owned(),
        created_at_micros: NOW_MICROS,
    };
    let mut character = character(3, "Zoë");
    character.account_id = 3;
    let answer = AnswerRow {
        account_id: 3,
        request_id: u128::MAX - 5,
        answer: vec![0, 255, 7],
        created_at_micros: NOW_MICROS,
    };
    let inventory = InventoryRow {
        character_id: 3,
        slot: 2,
        item_id: item_id.clone(),
        quantity: 40,
    };
    Transaction {
        changes: vec![
            Change::PutAccount(account),
            Change::PutCredential(CredentialRow {
                account_id: 3,
                record: vec![9; 192],
                stretching_version: 1,
            }),
            Change::PutCharacter(character),
            Change::PutItem(item(&item_id, 3)),
            Change::PutInventory(inventory),
            Change::PutSkill(SkillRow {
                character_id: 3,
                skill_name: "foraging".to_owned(),
                experience: 130,
            }),
            Change::PutAnswer(answer),
        ],
    }
}

#[test]
fn every_table_round_trips_through_the_journal_and_through_a_checkpoint() {
    let folder = Folder::new();
    let mut model = Model::default();
    model.apply(&one_row_per_table());

    let (durability, _) = folder.open();
    append_durably(&durability, one_row_per_table());
    drop(durability);
    let (durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert_eq!(loaded.report, [Note::Replayed { records: 1, after: 0 }]);

    close(durability);
    let (_durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert_eq!(loaded.report, []);
}

#[test]
fn level_columns_follow_from_experience() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    append_durably(&durability, one_row_per_table());
    close(durability);
    let levels: (i64, i64) = folder
        .sql()
        .query_row(
            "SELECT level, skill_level FROM characters JOIN skills USING (character_id)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(levels, (3, 2));
    folder
        .sql()
        .execute("UPDATE characters SET level = 90", [])
        .unwrap();
    let (_durability, loaded) = folder.open();
    assert_eq!(
        loaded.report,
        [Note::LevelsDerived {
            table: "characters",
            count: 1
        }]
    );
    let level: i64 = folder
        .sql()
        .query_row("SELECT level FROM characters", [], |row| row.get(0))
        .unwrap();
    assert_eq!(level, 3);
}

#[test]
fn a_credential_is_found_before_and_after_its_checkpoint_and_never_loaded() {
    let folder = Folder::new();
    let (durability, loaded) = folder.open();
    assert!(loaded.accounts.is_empty());
    append_durably(&durability, one_row_per_table());
    let in_journal = durability.credential(3).unwrap().unwrap();
    assert_eq!(in_journal.record, [9; 192]);
    durability.checkpoint_now().unwrap();
    assert_eq!(
        durability.metrics().dirty_row_count,
        0,
        "no credential stays in memory"
    );
    assert_eq!(durability.credential(3).unwrap().unwrap(), in_journal);
    assert_eq!(durability.credential(4).unwrap(), None);
}

#[test]
fn answers_are_forgotten_after_a_day() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    append_durably(&durability, one_row_per_table());
    durability.checkpoint_now().unwrap();
    folder.clock.advance(Duration::from_hours(25));
    append_durably(
        &durability,
        Transaction {
            changes: vec![Change::PutCharacter(character(3, "Zoë"))],
        },
    );
    close(durability);
    let (_durability, loaded) = folder.open();
    assert_eq!(loaded.answers, []);
    assert_eq!(loaded.accounts.len(), 1);
}

#[test]
fn nothing_dirty_writes_nothing() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    append_durably(&durability, one_row_per_table());
    durability.checkpoint_now().unwrap();
    let before = folder.bytes_of(&["Server_001.db", "Server_001.db-wal"]);
    durability.checkpoint_now().unwrap();
    assert_eq!(folder.bytes_of(&["Server_001.db", "Server_001.db-wal"]), before);
    assert_eq!(durability.metrics().checkpoint_count, 1);
}

#[test]
fn bad_rows_are_refused_before_they_get_a_number() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut poor = character(1, "Poor");
    poor.gold = -1;
    let refused = durability.append(Transaction {
        changes: vec![Change::PutCharacter(poor)],
    });
    assert_eq!(
        refused,
        Err(AppendError::Invalid {
            table: "characters",
            flaw: "gold is negative"
        })
    );
    let seq = append_durably(&durability, one_row_per_table());
    assert_eq!(seq, Seq::NONE.next());
}

#[test]
fn numbers_go_on_after_a_restart_and_appending_after_closing_is_refused() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let first = append_durably(&durability, one_row_per_table());
    assert_eq!(durability.close().unwrap(), first);
    assert_eq!(durability.append(one_row_per_table()), Err(AppendError::Closed));
    assert_eq!(
        durability.close().unwrap(),
        first,
        "closing twice is closing once"
    );
    drop(durability);
    let (durability, _) = folder.open();
    assert_eq!(durability.durable_seq(), first);
    assert_eq!(durability.append(one_row_per_table()).unwrap(), first.next());
}

#[test]
fn the_schedule_makes_checkpoints_and_backups_by_the_monotonic_clock() {
    let folder = Folder::new();
    let (durability, _) = folder.try_open_with(DurabilityConfig::new(curve())).unwrap();
    let mut model = Model::default();
    play(&durability, &mut model, 1, 0..50);
    folder.clock.set_utc_micros(0);
    folder.clock.advance(Duration::from_hours(2));
    // The schedule is looked at after every request, so the second answer comes after that look.
    durability.checkpoint_now().unwrap();
    durability.checkpoint_now().unwrap();
    let metrics = durability.metrics();
    assert_eq!(
        (metrics.checkpoint_count, metrics.checkpointed),
        (1, durability.durable_seq())
    );
    assert_eq!(
        folder.names_in("backups"),
        ["backup_19700101_020000.db", "backup_19700101_020000.manifest"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any history, cut into pieces by checkpoints, crashes and clean stops, loads as the model has it.
    #[test]
    fn a_reopened_folder_equals_the_model(
        seed: u64,
        pieces in prop::collection::vec((1_u64..60, 0_u8..4), 1..6),
    ) {
        let folder = Folder::new();
        let mut model = Model::default();
        let mut number = 0;
        let (mut durability, _) = folder.open();
        for (count, end) in pieces {
            play(&durability, &mut model, seed, number..number + count);
            number += count;
            match end {
                0 => drop(durability.checkpoint_now().unwrap()),
                1 => drop(durability.backup_now().unwrap()),
                clean_or_not => {
                    if clean_or_not == 2 {
                        durability.close().unwrap();
                    }
                    drop(durability);
                    let reopened = folder.try_open_with(quiet_config()).unwrap();
                    model.assert_equals(&reopened.1);
                    durability = reopened.0;
                }
            }
            prop_assert_eq!(durability.metrics().refused_row_count, 0);
        }
        drop(durability);
        let (durability, loaded) = folder.open();
        model.assert_equals(&loaded);
        for (account_id, row) in &model.credentials {
            let stored = durability.credential(*account_id).unwrap();
            prop_assert_eq!(stored.as_ref(), Some(row));
        }
        // Nothing beyond it either: each transaction has one number.
        prop_assert_eq!(durability.durable_seq().distance_from(Seq::NONE), number);
        let status = wait_until_durable(&durability, Seq::NONE);
        prop_assert_eq!(status.failed, None);
    }
}
