//! Damaged, missing and foreign files: repaired without loss, or refused without touching anything.

use super::folder::{Folder, close, flip_byte, number_from_env, overwrite, play, quiet_config};
use super::model::Model;
use server::durability::{DurabilityConfig, Note, OpenError, Seq};
use std::path::Path;
use std::time::{Duration, Instant};

const SEED: u64 = 5;

/// 40 transactions, backup, 40 more, backup, 40 more; and a clean stop, so that no side files are left.
fn folder_with_two_backups() -> (Folder, Model) {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    for round in 0..3 {
        play(&durability, &mut model, SEED, round * 40..round * 40 + 40);
        durability.checkpoint_now().unwrap();
        if round < 2 {
            durability.backup_now().unwrap();
            folder.clock.advance(Duration::from_hours(1));
        }
    }
    close(durability);
    (folder, model)
}

/// Zeroes the second page, which holds the root of a table.
fn damage_a_page(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[4096..8192].fill(0);
    overwrite(path, &bytes);
}

#[test]
fn damaged_main_file_and_damaged_newest_backup_cost_nothing() {
    let (folder, model) = folder_with_two_backups();
    let [older, _, newest, _] = &folder.names_in("backups")[..] else {
        panic!("two backups")
    };
    damage_a_page(&folder.main_file());
    flip_byte(&folder.path("backups").join(newest), 20_000);
    let damaged = std::fs::read(folder.main_file()).unwrap();

    let (durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    let [
        Note::BackupRejected { path, .. },
        Note::Restored {
            backup, quarantined, ..
        },
        Note::Replayed { records, after },
    ] = &loaded.report[..]
    else {
        panic!("{:?}", loaded.report)
    };
    assert!(path.ends_with(newest) && backup.ends_with(older));
    assert_eq!((*records, *after), (80, 40));
    let kept = std::fs::read(quarantined.as_ref().unwrap()).unwrap();
    assert_eq!(kept, damaged, "the damaged file is kept as it was");
    close(durability);
    assert_eq!(folder.open().1.report, []);
}

#[test]
fn a_damaged_main_file_without_backup_is_refused_and_nothing_is_touched() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    play(&durability, &mut model, SEED, 0..60);
    close(durability);
    damage_a_page(&folder.main_file());
    let before = folder.bytes_of(&["Server_001.db", "journal_001.db"]);
    let error = folder.try_open().unwrap_err();
    assert!(matches!(error, OpenError::NoUsableBackup { .. }), "{error}");
    assert!(
        error.to_string().contains("there is none; nothing was changed"),
        "{error}"
    );
    assert_eq!(folder.bytes_of(&["Server_001.db", "journal_001.db"]), before);
    assert_eq!(folder.names_in("quarantine"), [""; 0]);

    // What the message says to do gives everything back, because this journal begins at the beginning.
    assert!(
        error
            .to_string()
            .contains("move the damaged file and the backups away, and start again"),
        "{error}"
    );
    std::fs::remove_file(folder.main_file()).unwrap();
    model.assert_equals(&folder.open().1);
}

#[test]
fn a_missing_main_file_is_restored_from_the_newest_backup() {
    let (folder, model) = folder_with_two_backups();
    std::fs::remove_file(folder.main_file()).unwrap();
    let (_durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert!(matches!(
        &loaded.report[..],
        [
            Note::Restored { .. },
            Note::Replayed {
                records: 40,
                after: 80
            }
        ]
    ));
}

#[test]
fn an_emptied_file_is_not_a_new_one() {
    let (folder, model) = folder_with_two_backups();
    overwrite(&folder.main_file(), b"");
    let (durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    // Killed, not closed: the journal may hold what the tables lack, so an empty one is a loss.
    drop(durability);
    overwrite(&folder.journal_file(), b"");
    let error = folder.try_open().unwrap_err();
    let OpenError::JournalDamaged { source, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(source.to_string(), "not a whole journal: it ends with record 0");
    // Moved away, as the message says, it is given up on purpose.
    std::fs::remove_file(folder.journal_file()).unwrap();
    let (_durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert!(
        matches!(&loaded.report[..], [Note::JournalReplaced { after: 120, .. }]),
        "{:?}",
        loaded.report
    );
}

#[test]
fn main_file_and_journal_both_damaged_is_refused() {
    let (folder, _) = folder_with_two_backups();
    damage_a_page(&folder.main_file());
    damage_a_page(&folder.journal_file());
    let before = folder.bytes_of(&["Server_001.db", "journal_001.db"]);
    let error = folder.try_open().unwrap_err().to_string();
    assert!(
        error.contains("the journal that goes with it is damaged or missing too"),
        "{error}"
    );
    assert_eq!(folder.bytes_of(&["Server_001.db", "journal_001.db"]), before);
}

#[test]
fn a_restore_that_the_journal_cannot_complete_is_refused_before_anything_moves() {
    let (folder, _) = folder_with_two_backups();
    damage_a_page(&folder.main_file());
    let journal = rusqlite::Connection::open(folder.journal_file()).unwrap();
    journal
        .execute("UPDATE journal SET checksum = checksum + 1 WHERE seq = 100", [])
        .unwrap();
    drop(journal);
    let before = folder.bytes_of(&["Server_001.db", "journal_001.db"]);
    let error = folder.try_open().unwrap_err().to_string();
    assert!(
        error.contains("record 100 of the journal: checksum does not match"),
        "{error}"
    );
    assert_eq!(folder.bytes_of(&["Server_001.db", "journal_001.db"]), before);
    assert_eq!(folder.names_in("quarantine"), [""; 0]);
}

#[test]
fn a_journal_damaged_after_a_clean_stop_is_replaced_and_a_backup_made() {
    let (folder, model) = folder_with_two_backups();
    damage_a_page(&folder.journal_file());
    let (durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert!(
        matches!(&loaded.report[..], [Note::JournalReplaced { after: 120, .. }]),
        "{:?}",
        loaded.report
    );
    assert_eq!(folder.names_in("quarantine").len(), 1);
    let mut model = model;
    play(&durability, &mut model, SEED, 120..150);
    close(durability);
    // The old backups end before the new journal begins; the one made at once does not.
    std::fs::remove_file(folder.main_file()).unwrap();
    model.assert_equals(&folder.open().1);
}

/// The way back to an older backup, as docs/save-format.md describes it.
#[test]
fn a_backup_put_in_place_by_hand_begins_another_history() {
    let (folder, _) = folder_with_two_backups();
    let [older, _, newest, _] = &folder.names_in("backups")[..] else {
        panic!("two backups")
    };
    std::fs::copy(folder.path("backups").join(older), folder.main_file()).unwrap();
    std::fs::remove_file(folder.journal_file()).unwrap();
    let mut model = Model::default();
    for number in 0..40 {
        model.apply(&model.transaction(SEED, number));
    }

    let (durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert!(
        matches!(
            &loaded.report[..],
            [Note::BackupRejected { path, .. }, Note::JournalReplaced { after: 40, .. }] if path.ends_with(newest)
        ),
        "{:?}",
        loaded.report
    );
    // Backup and manifest.
    assert_eq!(folder.names_in("quarantine").len(), 2);
    // The given up history had 120 transactions: the new one passes all its numbers.
    for round in 0..4 {
        play(
            &durability,
            &mut model,
            SEED + 1,
            40 + round * 30..70 + round * 30,
        );
        durability.checkpoint_now().unwrap();
        durability.backup_now().unwrap();
        folder.clock.advance(Duration::from_hours(1));
    }
    play(&durability, &mut model, SEED + 1, 160..170);
    drop(durability);
    std::fs::remove_file(folder.main_file()).unwrap();
    model.assert_equals(&folder.open().1);
}

#[test]
fn a_damaged_record_that_the_tables_lack_is_refused_with_its_number() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    play(&durability, &mut model, SEED, 0..60);
    drop(durability);
    let journal = rusqlite::Connection::open(folder.journal_file()).unwrap();
    journal
        .execute(
            "UPDATE journal SET record = zeroblob(length(record)) WHERE seq = 31",
            [],
        )
        .unwrap();
    drop(journal);
    let error = folder.try_open().unwrap_err();
    let OpenError::JournalDamaged {
        source,
        readable_through,
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(
        source.to_string(),
        "record 31 of the journal: checksum does not match"
    );
    assert_eq!(*readable_through, Seq::NONE);
}

#[test]
fn missing_records_are_a_gap_and_not_the_end() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    play(&durability, &mut Model::default(), SEED, 0..60);
    drop(durability);
    let journal = rusqlite::Connection::open(folder.journal_file()).unwrap();
    journal
        .execute("DELETE FROM journal WHERE seq BETWEEN 20 AND 29", [])
        .unwrap();
    drop(journal);
    let error = folder.try_open().unwrap_err();
    let OpenError::JournalDamaged { source, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(source.to_string(), "the journal goes from record 19 to record 30");
}

/// Copies the files of a running server, as a power cut would leave them.
fn crash_image(of: &Folder) -> Folder {
    let image = Folder::new();
    for name in [
        "Server_001.db",
        "Server_001.db-wal",
        "journal_001.db",
        "journal_001.db-wal",
    ] {
        std::fs::copy(of.path(name), image.path(name)).unwrap();
    }
    image
}

/// The log of the damaged file would be replayed over the backup that takes its place.
#[test]
fn the_log_of_a_damaged_main_file_goes_to_quarantine_with_it() {
    let (folder, mut model) = folder_with_two_backups();
    let (durability, _) = folder.open();
    play(&durability, &mut model, SEED, 120..160);
    durability.checkpoint_now().unwrap();
    let image = crash_image(&folder);
    for name in folder.names_in("backups") {
        std::fs::create_dir_all(image.path("backups")).unwrap();
        std::fs::copy(
            folder.path("backups").join(&name),
            image.path("backups").join(&name),
        )
        .unwrap();
    }
    assert!(std::fs::metadata(image.path("Server_001.db-wal")).unwrap().len() > 0);
    overwrite(&image.main_file(), &[0x55; 4096]);
    let (_durability, loaded) = image.open();
    model.assert_equals(&loaded);
    let quarantined = image.names_in("quarantine");
    assert!(
        quarantined.iter().any(|name| name.ends_with("Server_001.db-wal")),
        "{quarantined:?}"
    );
}

#[test]
fn a_journal_torn_at_any_byte_gives_every_whole_transaction_before_the_tear() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    let mut at_count = vec![model.clone()];
    for number in 0..40 {
        play(&durability, &mut model, SEED, number..number + 1);
        at_count.push(model.clone());
    }
    let whole = std::fs::read(folder.path("journal_001.db-wal")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for step in 0..60 {
        let image = crash_image(&folder);
        let length = (whole.len() * step / 59).saturating_sub(step % 7);
        overwrite(&image.path("journal_001.db-wal"), &whole[..length]);
        let (durability, loaded) = image.open();
        let count = durability.durable_seq().get();
        at_count[usize::try_from(count).unwrap()].assert_equals(&loaded);
        seen.insert(count);
    }
    assert!(
        seen.contains(&0) && seen.contains(&39) && seen.len() > 20,
        "{seen:?}"
    );
    let image = crash_image(&folder);
    model.assert_equals(&image.open().1);
}

#[test]
fn a_flipped_byte_anywhere_in_the_journal_is_refused_or_harmless() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    play(&durability, &mut model, SEED, 0..60);
    drop(durability);
    let whole = std::fs::read(folder.journal_file()).unwrap();
    let mut refused = 0;
    for step in 0..150 {
        let image = Folder::new();
        std::fs::copy(folder.main_file(), image.main_file()).unwrap();
        overwrite(&image.journal_file(), &whole);
        flip_byte(&image.journal_file(), (step * 7919 + 18) % whole.len());
        match image.try_open() {
            Ok((_durability, loaded)) => model.assert_equals(&loaded),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 50, "{refused} of 150 refused");
}

/// Half of all single flipped bits pass SQLite's own check as other data (measured: 49 %). `FLIPS=3000` flips
/// more of them.
#[test]
fn a_flipped_bit_anywhere_in_the_main_file_is_repaired_or_harmless() {
    let (folder, model) = folder_with_two_backups();
    let files = ["Server_001.db", "journal_001.db"];
    let [main, journal] = &folder.bytes_of(&files)[..] else {
        panic!("two files")
    };
    // Most of so small a file is empty space; flips in the rest are the ones that hurt.
    let used: Vec<usize> = (0..main.len()).filter(|at| main[*at] != 0).collect();
    let (mut repaired, mut harmless) = (0, 0);
    let flips = number_from_env("FLIPS", 80);
    for step in 0..flips {
        let step = usize::try_from(step).unwrap();
        let mut damaged = main.clone();
        let bit = step % 8;
        let at = used[(step * 1_299_709 + 18) % used.len()];
        damaged[at] ^= 1 << bit;
        overwrite(&folder.main_file(), &damaged);
        overwrite(&folder.journal_file(), journal);
        match folder.try_open() {
            Ok((_durability, loaded)) => {
                model.assert_equals(&loaded);
                if loaded
                    .report
                    .iter()
                    .any(|note| matches!(note, Note::Restored { .. }))
                {
                    repaired += 1;
                } else {
                    harmless += 1;
                }
            }
            // The version is what a newer server would have written: refused, not repaired.
            Err(error) => assert!(
                matches!(error, OpenError::Newer { .. }),
                "bit {bit} of byte {at}: {error:?}"
            ),
        }
        for side in ["Server_001.db-wal", "Server_001.db-shm", "journal_001.db-wal"] {
            std::fs::remove_file(folder.path(side)).ok();
        }
    }
    println!(
        "{flips} flips: {repaired} repaired, {harmless} harmless, {} refused",
        flips - repaired - harmless
    );
    assert!(
        repaired > flips / 2 && harmless > 0,
        "{repaired} repaired, {harmless} harmless"
    );
}

#[test]
fn an_orphan_from_another_tool_is_named_and_costs_nothing_else() {
    let (folder, model) = folder_with_two_backups();
    let sql = folder.sql();
    sql.pragma_update(None, "foreign_keys", false).unwrap();
    sql.execute(
        "INSERT INTO skills (character_id, skill_name) VALUES (777, 'smuggling')",
        [],
    )
    .unwrap();
    sql.execute(
        "INSERT INTO guild_members (member_id, guild_id, character_id) VALUES (5, 6, 777)",
        [],
    )
    .unwrap();
    drop(sql);
    let (_durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    let notes: Vec<String> = loaded.report.iter().map(Note::to_string).collect();
    assert_eq!(
        notes,
        [
            "skills 777/smuggling: its row in characters is not there; the row is left out",
            "guild_members 5: its row in characters is not there; the row is left out",
            "guild_members 5: its row in guilds is not there; the row is left out",
        ]
    );
}

#[test]
fn a_bad_row_costs_that_row() {
    let (folder, mut model) = folder_with_two_backups();
    let sql = folder.sql();
    sql.pragma_update(None, "ignore_check_constraints", true).unwrap();
    let (slot, _) = model.inventory.pop_first().unwrap();
    sql.execute(
        "UPDATE inventory SET quantity = -3, checksum = NULL WHERE character_id = ?1 AND slot = ?2",
        slot,
    )
    .unwrap();
    drop(sql);
    let (_durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert_eq!(
        loaded.report.iter().map(Note::to_string).collect::<Vec<_>>(),
        [format!(
            "inventory {}/{}: quantity is less than 1; the row is left out",
            slot.0, slot.1
        )]
    );
}

#[test]
fn a_file_of_a_newer_server_is_refused_and_not_taken_for_damaged() {
    let (folder, _) = folder_with_two_backups();
    folder.sql().pragma_update(None, "user_version", 99).unwrap();
    let error = folder.try_open().unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
    assert_eq!(folder.names_in("quarantine"), [""; 0]);
}

#[test]
fn backups_of_a_day_stay_and_the_journal_reaches_back_to_the_newest_two() {
    let folder = Folder::new();
    let (durability, _) = folder.open();
    let mut model = Model::default();
    for hour in 0..30 {
        play(&durability, &mut model, SEED, hour * 5..hour * 5 + 5);
        durability.checkpoint_now().unwrap();
        durability.backup_now().unwrap();
        folder.clock.advance(Duration::from_hours(1));
    }
    // The newest was made 29 hours after the first; those of hours 5 to 29 are at most 24 h old.
    let names = folder.names_in("backups");
    assert_eq!(names.len(), 2 * 25);
    assert_eq!(names[0], "backup_20260214_140000.db");
    // Trimming is left to a quiet moment.
    let deadline = Instant::now() + Duration::from_secs(20);
    while durability.metrics().journal_trimmed_through.get() < 29 * 5 {
        assert!(Instant::now() < deadline, "the journal is not trimmed");
        std::thread::yield_now();
    }
    close(durability);
    let first_record: i64 = rusqlite::Connection::open(folder.journal_file())
        .unwrap()
        .query_row("SELECT min(seq) FROM journal", [], |row| row.get(0))
        .unwrap();
    assert_eq!(
        first_record,
        29 * 5 + 1,
        "the second newest backup ends with {}",
        29 * 5
    );
}

#[test]
fn a_clock_that_jumps_a_day_ahead_does_not_delete_the_backups_at_once() {
    let folder = Folder::new();
    let (durability, _) = folder
        .try_open_with(DurabilityConfig {
            backup_on_close: true,
            ..quiet_config()
        })
        .unwrap();
    let mut model = Model::default();
    for hour in 0..10 {
        play(&durability, &mut model, SEED, hour..hour + 1);
        durability.checkpoint_now().unwrap();
        durability.backup_now().unwrap();
        folder.clock.advance(Duration::from_hours(1));
    }
    folder.clock.set_utc_micros(i64::MAX / 1000);
    durability.backup_now().unwrap();
    assert_eq!(folder.names_in("backups").len(), 2 * (11 - 2));
    // And back: the backup with the date far ahead is not the newest for ever.
    folder
        .clock
        .set_utc_micros(super::model::NOW_MICROS - 1_000_000_000);
    play(&durability, &mut model, SEED, 10..20);
    close(durability);
    overwrite(&folder.main_file(), b"not a database");
    let (_durability, loaded) = folder.open();
    model.assert_equals(&loaded);
    assert!(
        matches!(&loaded.report[..], [Note::Restored { backup, .. }] if backup.ends_with("backup_20260214_084320.db")),
        "{:?}",
        loaded.report
    );
}
