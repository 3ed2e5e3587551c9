//! Durability in figures: acknowledged transactions per second by load, a checkpoint, a start.
//!
//! `append_to_durable/n` is n transactions appended at once and the wait until the last of them is on the
//! disk; `flush` is the limit beside it, one write and fsync of a file in the same folder.

#![expect(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use server::clock::SystemClock;
use server::durability::{DataDir, Durability, DurabilityConfig, LevelCurve, open};
use server::rows::{AccountRow, Change, CharacterRow, InventoryRow, ItemRow, SkillRow, Transaction};
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const ITEMS_PER_CHARACTER: i64 = 40;

fn opened(folder: &Path) -> Durability {
    let curve = LevelCurve {
        character_level: |experience| 1 + experience / 100,
        skill_level: |_| 0,
    };
    let never = Duration::from_hours(1_000_000);
    let config = DurabilityConfig {
        checkpoint_interval: never,
        backup_interval: never,
        backup_on_close: false,
        ..DurabilityConfig::new(curve)
    };
    open(
        &DataDir::open(folder).unwrap(),
        config,
        Arc::new(SystemClock::new()),
    )
    .unwrap()
    .0
}

fn character(id: i64, revision: i64) -> CharacterRow {
    CharacterRow {
        character_id: id,
        account_id: id,
        character_name: format!("character {id}"),
        experience: revision,
        str: 10,
        dex: 10,
        int: 10,
        con: 10,
        lck: 10,
        cha: 10,
        gold: 100,
        position_x: 1.5,
        position_y: 2.5,
        position_z: 3.5,
        map_id: "0k3v9".to_owned(),
        last_login_micros: 1,
        created_at_micros: 1,
        updated_at_micros: revision,
        revision,
    }
}

/// A character with its account, a skill and its items: 83 rows.
fn sign_up(id: i64) -> Transaction {
    let account_name = format!("account {id}");
    let mut changes = vec![
        Change::PutAccount(AccountRow {
            account_id: id,
            account_name,
            created_at_micros: 1,
        }),
        Change::PutCharacter(character(id, 1)),
        Change::PutSkill(SkillRow {
            character_id: id,
            skill_name: "foraging".to_owned(),
            experience: 1,
        }),
    ];
    for slot in 0..ITEMS_PER_CHARACTER {
        let item_id = format!("{:032x}", id * 1000 + slot);
        changes.push(Change::PutItem(ItemRow {
            item_id: item_id.clone(),
            character_id: id,
            item_type: "driftwood".to_owned(),
            properties: r#"{"durability":100}"#.to_owned(),
            created_at_micros: 1,
            updated_at_micros: 1,
        }));
        changes.push(Change::PutInventory(InventoryRow {
            character_id: id,
            slot,
            item_id,
            quantity: 1,
        }));
    }
    Transaction { changes }
}

/// One harvest as the simulation writes it: the character and one skill.
fn harvest(id: i64, revision: i64) -> Transaction {
    let skill = SkillRow {
        character_id: id,
        skill_name: "foraging".to_owned(),
        experience: revision,
    };
    Transaction {
        changes: vec![
            Change::PutCharacter(character(id, revision)),
            Change::PutSkill(skill),
        ],
    }
}

fn wait_for(durability: &Durability, transactions: impl IntoIterator<Item = Transaction>) {
    let mut last = durability.durable_seq();
    for transaction in transactions {
        last = durability.append(transaction).unwrap();
    }
    let mut status = durability.watch();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime
        .block_on(async { status.wait_for(|status| status.durable >= last).await.map(drop) })
        .unwrap();
}

fn append(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let durability = opened(folder.path());
    wait_for(&durability, [sign_up(1)]);
    let mut group = criterion.benchmark_group("append_to_durable");
    let mut file = File::create(folder.path().join("flush")).unwrap();
    group.bench_function("flush", |bencher| {
        bencher.iter(|| {
            file.rewind().unwrap();
            file.write_all(&[1; 4096]).unwrap();
            file.sync_data().unwrap();
        });
    });
    for count in [1_i64, 50, 1000] {
        group.throughput(Throughput::Elements(count.unsigned_abs()));
        group.bench_with_input(BenchmarkId::from_parameter(count), &count, |bencher, count| {
            bencher.iter(|| wait_for(&durability, (0..*count).map(|n| harvest(1, n))));
        });
    }
    group.finish();
}

fn checkpoint_and_start(criterion: &mut Criterion) {
    const PLAYERS: i64 = 2000;
    let folder = tempfile::tempdir().unwrap();
    let durability = opened(folder.path());
    for id in 1..=PLAYERS {
        wait_for(&durability, [sign_up(id)]);
    }
    durability.checkpoint_now().unwrap();
    let mut group = criterion.benchmark_group("main_file");
    group.sample_size(10);
    let mut revision = 1;
    group.bench_function("checkpoint of 2000 active players, 4000 rows", |bencher| {
        bencher.iter_batched(
            || {
                revision += 1;
                wait_for(&durability, (1..=PLAYERS).map(|id| harvest(id, revision)));
            },
            |()| durability.checkpoint_now().unwrap(),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("checkpoint of all 166000 rows", |bencher| {
        bencher.iter_batched(
            || wait_for(&durability, (1..=PLAYERS).map(sign_up)),
            |()| durability.checkpoint_now().unwrap(),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("verified backup of 166000 rows", |bencher| {
        bencher.iter(|| durability.backup_now().unwrap());
    });
    durability.close().unwrap();
    drop(durability);
    group.bench_function("start with 166000 rows", |bencher| {
        bencher.iter_with_large_drop(|| opened(folder.path()));
    });
    group.finish();
}

criterion_group!(benches, append, checkpoint_and_start);
criterion_main!(benches);
