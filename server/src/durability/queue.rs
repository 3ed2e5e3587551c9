//! The queue between the simulation and the journal thread.
//!
//! Appending numbers a transaction and never waits: a full queue is an answer, not a delay (A8).
//!
//! *Not* responsible for: what happens to the transactions (see `journal_thread`).

use super::error::AppendError;
use super::record::{self, Seq};
use super::row_check;
use crate::rows::Transaction;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A transaction that has its number and its bytes, and is not on disk yet.
#[derive(Debug)]
pub(crate) struct Queued {
    pub(crate) seq: Seq,
    pub(crate) transaction: Transaction,
    pub(crate) record: Vec<u8>,
    /// On the monotonic clock.
    pub(crate) queued_at: Duration,
}

/// What the journal thread is asked to do next.
#[derive(Debug)]
pub(crate) enum Work {
    /// Write these, in order.
    Batch(Vec<Queued>),
    /// Nothing waits to be written; drop records up to this one.
    Trim(Seq),
    /// The queue is closed and empty.
    End,
}

/// Bounded by number and by bytes; both bounds hold the memory of a disk that has become slow.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
    transactions_max: usize,
    bytes_max: usize,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Queued>,
    waiting_bytes: usize,
    last_seq: Seq,
    trim_through: Option<Seq>,
    stop: Option<Stop>,
}

#[derive(Debug, Clone)]
enum Stop {
    Closed,
    Failed(Arc<str>),
}

/// Upper bound of one commit, so that the oldest transaction in it does not wait for a huge one.
const BATCH_TRANSACTIONS_MAX: usize = 4096;

impl Queue {
    pub(crate) fn new(last_seq: Seq, transactions_max: usize, bytes_max: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            last_seq,
            trim_through: None,
            stop: None,
        };
        Self {
            state: Mutex::new(state),
            arrived: Condvar::new(),
            transactions_max,
            bytes_max,
        }
    }

    /// Numbers the transaction and queues it.
    pub(crate) fn push(&self, transaction: Transaction, queued_at: Duration) -> Result<Seq, AppendError> {
        row_check::check(&transaction)?;
        let record = record::encode(&transaction).ok_or(AppendError::TooLarge)?;
        let mut state = self.lock();
        match &state.stop {
            Some(Stop::Closed) => return Err(AppendError::Closed),
            Some(Stop::Failed(reason)) => return Err(AppendError::Failed(Arc::clone(reason))),
            None => {}
        }
        let bytes = state.waiting_bytes + record.len();
        if state.waiting.len() >= self.transactions_max || bytes > self.bytes_max {
            return Err(AppendError::Full);
        }
        let seq = state.last_seq.next();
        state.last_seq = seq;
        state.waiting_bytes = bytes;
        state.waiting.push_back(Queued {
            seq,
            transaction,
            record,
            queued_at,
        });
        drop(state);
        self.arrived.notify_one();
        Ok(seq)
    }

    /// Waits for work. Everything that waits is taken at once, so batches grow with the load.
    pub(crate) fn take(&self) -> Work {
        let mut state = self.lock();
        loop {
            if !state.waiting.is_empty() {
                let count = state.waiting.len().min(BATCH_TRANSACTIONS_MAX);
                let batch: Vec<Queued> = state.waiting.drain(..count).collect();
                state.waiting_bytes -= batch.iter().map(|queued| queued.record.len()).sum::<usize>();
                return Work::Batch(batch);
            }
            if state.stop.is_some() {
                return Work::End;
            }
            if let Some(through) = state.trim_through.take() {
                return Work::Trim(through);
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Asks for records up to `through` to be dropped when nothing waits to be written.
    pub(crate) fn request_trim(&self, through: Seq) {
        self.lock().trim_through = Some(through);
        self.arrived.notify_one();
    }

    /// Refuses further transactions; those that wait are still written.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.stop.get_or_insert(Stop::Closed);
        drop(state);
        self.arrived.notify_one();
    }

    /// Refuses further transactions for a reason; those that wait stay where they are.
    pub(crate) fn fail(&self, reason: Arc<str>) {
        self.lock().stop = Some(Stop::Failed(reason));
    }

    /// How many transactions wait.
    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Change, SkillRow};

    fn skill(name: &str) -> Transaction {
        let row = SkillRow {
            character_id: 1,
            skill_name: name.to_owned(),
            experience: 0,
        };
        Transaction {
            changes: vec![Change::PutSkill(row)],
        }
    }

    #[test]
    fn a_full_queue_answers_and_uses_up_no_number() {
        let queue = Queue::new(Seq::NONE, 2, 1 << 20);
        let first = queue.push(skill("a"), Duration::ZERO).unwrap();
        let second = queue.push(skill("b"), Duration::ZERO).unwrap();
        assert!(matches!(
            queue.push(skill("c"), Duration::ZERO),
            Err(AppendError::Full)
        ));
        assert!(matches!(queue.take(), Work::Batch(batch) if batch.len() == 2));
        let third = queue.push(skill("c"), Duration::ZERO).unwrap();
        assert_eq!([first.get(), second.get(), third.get()], [1, 2, 3]);
    }

    #[test]
    fn bytes_bound_the_queue_too() {
        let record_bytes = record::encode(&skill("a")).unwrap().len();
        let queue = Queue::new(Seq::NONE, 100, record_bytes);
        queue.push(skill("a"), Duration::ZERO).unwrap();
        assert!(matches!(
            queue.push(skill("b"), Duration::ZERO),
            Err(AppendError::Full)
        ));
    }

    #[test]
    fn closing_still_hands_out_what_waits_and_trims_last() {
        let queue = Queue::new(Seq::NONE, 8, 1 << 20);
        queue.request_trim(Seq::from_stored(3));
        queue.push(skill("a"), Duration::ZERO).unwrap();
        assert!(matches!(queue.take(), Work::Batch(_)));
        assert!(matches!(queue.take(), Work::Trim(through) if through == Seq::from_stored(3)));
        queue.push(skill("b"), Duration::ZERO).unwrap();
        queue.close();
        assert!(matches!(
            queue.push(skill("c"), Duration::ZERO),
            Err(AppendError::Closed)
        ));
        assert!(matches!(queue.take(), Work::Batch(_)));
        assert!(matches!(queue.take(), Work::End));
    }
}
