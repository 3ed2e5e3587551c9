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

/// A panic elsewhere leaves these values whole: every critical section above is a few assignments.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
