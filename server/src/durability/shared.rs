//! What the handle and the two threads share: the queue, the dirty rows, the published status.
//!
//! *Not* responsible for: files.

use super::dirty::DirtyRows;
use super::metrics::DurabilityMetrics;
use super::queue::Queue;
use super::record::Seq;
use super::{DurabilityConfig, Status};
use crate::clock::Clock;
use crate::rows::{AccountId, CredentialRow};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) queue: Queue,
    pub(crate) clock: Arc<dyn Clock>,
    status: watch::Sender<Status>,
    pending: Mutex<Pending>,
    counters: Mutex<Counters>,
}

/// Rows that are in the journal and not in the main file.
#[derive(Debug, Default)]
struct Pending {
    /// Changed since the last checkpoint began.
    current: DirtyRows,
    /// Being written by the checkpoint that runs.
    in_flight: Option<Arc<DirtyRows>>,
}

#[derive(Debug, Default)]
struct Counters {
    metrics: DurabilityMetrics,
    backup_at: Option<Duration>,
}

impl Shared {
    pub(crate) fn new(last: Seq, config: &DurabilityConfig, clock: Arc<dyn Clock>) -> Self {
        let status = Status {
            durable: last,
            failed: None,
            queue_len: 0,
        };
        let metrics = DurabilityMetrics {
            checkpointed: last,
            ..DurabilityMetrics::default()
        };
        Self {
            queue: Queue::new(last, config.queue_transactions_max, config.queue_bytes_max),
            clock,
            status: watch::Sender::new(status),
            pending: Mutex::default(),
            counters: Mutex::new(Counters {
                metrics,
                backup_at: None,
            }),
        }
    }

    /// Adds what has become durable to the dirty rows.
    pub(crate) fn fold(&self, batch: Vec<super::queue::Queued>) {
        let mut pending = lock(&self.pending);
        for queued in batch {
            pending.current.fold(queued.seq, queued.transaction);
        }
    }

    /// Tells the output gate that everything up to `durable` is on the disk.
    pub(crate) fn publish(&self, durable: Seq) {
        let queue_len = self.queue.len();
        self.status.send_modify(|status| {
            status.durable = durable;
            status.queue_len = queue_len;
        });
    }

    /// Read-only from here on: nothing more is taken, nothing more is acknowledged.
    pub(crate) fn fail(&self, reason: &str) {
        tracing::error!(
            reason,
            "journal failed; the server is read-only until it is restarted"
        );
        let reason: Arc<str> = reason.into();
        self.queue.fail(Arc::clone(&reason));
        self.status.send_modify(|status| status.failed = Some(reason));
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    pub(crate) fn durable(&self) -> Seq {
        self.status.borrow().durable
    }

    pub(crate) fn failure(&self) -> Option<Arc<str>> {
        self.status.borrow().failed.clone()
    }

    /// Takes the dirty rows for a checkpoint; later changes collect anew. `None` if there are none.
    pub(crate) fn begin_checkpoint(&self) -> Option<Arc<DirtyRows>> {
        let mut pending = lock(&self.pending);
        if pending.current.through == Seq::NONE {
            return None;
        }
        let taken = Arc::new(std::mem::take(&mut pending.current));
        pending.in_flight = Some(Arc::clone(&taken));
        Some(taken)
    }

    /// The taken rows are in the main file.
    pub(crate) fn checkpoint_written(&self) {
        lock(&self.pending).in_flight = None;
    }

    /// The taken rows are not in the main file: they become dirty again, below what changed since.
    pub(crate) fn checkpoint_failed(&self) {
        let mut pending = lock(&self.pending);
        if let Some(taken) = pending.in_flight.take() {
            let newer = std::mem::take(&mut pending.current);
            pending.current = Arc::unwrap_or_clone(taken).overlaid_with(newer);
        }
    }

    /// A credential that is not in the main file yet.
    pub(crate) fn pending_credential(&self, account_id: AccountId) -> Option<CredentialRow> {
        let pending = lock(&self.pending);
        let in_flight = pending.in_flight.as_ref();
        let older = in_flight.and_then(|dirty| dirty.credentials.get(&account_id));
        pending.current.credentials.get(&account_id).or(older).cloned()
    }

    pub(crate) fn count(&self, change: impl FnOnce(&mut DurabilityMetrics)) {
        change(&mut lock(&self.counters).metrics);
    }

    pub(crate) fn backup_made(&self) {
        lock(&self.counters).backup_at = Some(self.clock.monotonic());
    }

    pub(crate) fn metrics(&self) -> DurabilityMetrics {
        let counters = lock(&self.counters);
        let mut metrics = counters.metrics.clone();
        let backup_at = counters.backup_at;
        drop(counters);
        metrics.queue_len = self.queue.len();
        metrics.dirty_row_count = lock(&self.pending).current.row_count();
        metrics.durable = self.durable();
        metrics.failed = self.failure().map(|reason| reason.to_string());
        metrics.backup_age = backup_at.map(|at| self.clock.monotonic().saturating_sub(at));
        metrics
    }
}

/// Held by each thread while it lives. A thread that dies unseen would leave every gated reply waiting for
/// ever, or the journal growing for ever.
pub(crate) struct PanicAlarm<'a>(pub(crate) &'a Shared);

impl Drop for PanicAlarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let thread = std::thread::current();
            self.0.fail(&format!(
                "the {} thread panicked",
                thread.name().unwrap_or("unnamed")
            ));
        }
    }
}

/// A panic elsewhere leaves these values whole: every critical section above is a few assignments.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use crate::durability::LevelCurve;
    use crate::durability::queue::Queued;
    use crate::rows::{Change, SkillRow, Transaction};

    fn shared() -> Shared {
        let config = DurabilityConfig::new(LevelCurve {
            character_level: |_| 1,
            skill_level: |_| 0,
        });
        Shared::new(Seq::NONE, &config, Arc::new(ManualClock::at(0)))
    }

    fn durable(seq: i64, experience: i64) -> Vec<Queued> {
        let row = SkillRow {
            character_id: 1,
            skill_name: "mining".to_owned(),
            experience,
        };
        let transaction = Transaction {
            changes: vec![Change::PutSkill(row)],
        };
        vec![Queued {
            seq: Seq::from_stored(seq),
            transaction,
            record: Vec::new(),
            queued_at: Duration::ZERO,
        }]
    }

    #[test]
    fn a_failed_checkpoint_gives_its_rows_back_below_those_that_changed_meanwhile() {
        let shared = shared();
        shared.fold(durable(1, 10));
        drop(shared.begin_checkpoint().unwrap());
        shared.fold(durable(2, 20));
        shared.checkpoint_failed();
        let next = shared.begin_checkpoint().unwrap();
        let experience: Vec<i64> = next.skills.values().map(|row| row.experience).collect();
        assert_eq!((next.through, experience), (Seq::from_stored(2), vec![20]));
    }

    #[test]
    fn a_thread_that_dies_makes_the_server_read_only() {
        let shared = shared();
        let died = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("journal".to_owned());
            let thread = thread.spawn_scoped(scope, || {
                let _alarm = PanicAlarm(&shared);
                panic!("for the test");
            });
            thread.unwrap().join().is_err()
        });
        assert!(died);
        assert_eq!(shared.failure().as_deref(), Some("the journal thread panicked"));
        shared
            .queue
            .push(crate::rows::Transaction::default(), Duration::ZERO)
            .unwrap_err();
    }
}
