//! The thread that owns the journal: takes what waits, commits it, says that it is durable.
//!
//! There is no timer: while one commit waits for the disk, the next batch collects (group commit).
//!
//! *Not* responsible for: what the rows mean.

use super::journal::Journal;
use super::queue::{Queued, Work};
use super::shared::{PanicAlarm, Shared};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

/// Starts the thread. It ends when the queue is closed and empty, or when the disk fails.
pub(crate) fn spawn(journal: Journal, shared: Arc<Shared>) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name("journal".to_owned()).spawn(move || {
        let _alarm = PanicAlarm(&shared);
        run(journal, &shared);
    })
}

fn run(mut journal: Journal, shared: &Shared) {
    loop {
        match shared.queue.take() {
            Work::Batch(batch) => {
                if let Err(error) = commit(&mut journal, batch, shared) {
                    // Never tried again on this connection: after a failed fsync the kernel may have
                    // dropped the pages and report success (ATC '20, "Can applications recover from
                    // fsync failures?"). The restart reads what really is on the disk.
                    shared.fail(&format!("cannot write the journal: {error}"));
                    return;
                }
            }
            Work::Trim(through) => match journal.trim(through) {
                Ok(trimmed) => {
                    shared.count(|metrics| metrics.journal_trimmed_through = trimmed);
                    if trimmed < through {
                        shared.queue.request_trim(through);
                    }
                }
                Err(error) => tracing::warn!(%error, "cannot trim the journal; it keeps growing"),
            },
            Work::End => return,
        }
    }
}

fn commit(journal: &mut Journal, batch: Vec<Queued>, shared: &Shared) -> rusqlite::Result<()> {
    let (Some(oldest), Some(newest)) = (batch.first(), batch.last()) else {
        return Ok(());
    };
    let (oldest_at, newest_seq) = (oldest.queued_at, newest.seq);
    let began = shared.clock.monotonic();
    journal.append(&batch)?;
    let ended = shared.clock.monotonic();
    // Folded before it is published: whoever hears "durable" finds the row (see `credential`).
    shared.fold(batch);
    shared.publish(newest_seq);
    let journal_bytes = journal.byte_count()?;
    shared.count(|metrics| {
        metrics.commit.record(ended.saturating_sub(began));
        metrics.append_to_durable.record(ended.saturating_sub(oldest_at));
        metrics.journal_bytes = journal_bytes;
    });
    Ok(())
}
