//! A disk that is full: the journal may not grow, which SQLite reports as `SQLITE_FULL` in the same place.

use super::folder::{Folder, append_durably, quiet_config};
use super::model::Model;
use server::durability::{AppendError, CloseError, DurabilityConfig, Seq};

#[test]
fn a_full_disk_means_read_only_and_nothing_acknowledged_is_lost() {
    let folder = Folder::new();
    let small = DurabilityConfig {
        journal_bytes_max: 96 << 10,
        ..quiet_config()
    };
    let (durability, _) = folder.try_open_with(small).unwrap();
    let mut model = Model::default();
    let mut status = durability.watch();
    let refused = loop {
        let number = durability.durable_seq().distance_from(Seq::NONE);
        let transaction = model.transaction(9, number);
        match durability.append(transaction.clone()) {
            Ok(seq) => {
                let reached = super::folder::wait_until_durable(&durability, seq);
                if reached.durable < seq {
                    assert!(reached.failed.is_some(), "neither durable nor failed");
                    continue;
                }
                model.apply(&transaction);
            }
            Err(refused) => break refused,
        }
    };
    assert!(
        matches!(&refused, AppendError::Failed(reason) if reason.contains("full")),
        "{refused}"
    );
    assert!(status.borrow_and_update().failed.is_some());
    let acknowledged = durability.durable_seq();
    assert!(acknowledged.get() > 100, "{acknowledged}");
    // The rows are still in memory and still reach the tables.
    assert_eq!(durability.checkpoint_now().unwrap(), acknowledged);
    assert!(matches!(durability.close(), Err(CloseError::JournalFailed(_))));
    drop(durability);

    let (durability, loaded) = folder.open();
    assert_eq!(durability.durable_seq(), acknowledged);
    model.assert_equals(&loaded);
    let transaction = model.transaction(9, acknowledged.distance_from(Seq::NONE));
    model.apply(&transaction);
    append_durably(&durability, transaction);
    drop(durability);
    model.assert_equals(&folder.open().1);
}
