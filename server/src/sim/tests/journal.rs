//! A journal in memory, as slow or as broken as a test wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::rows::Transaction;
use crate::sim::journal::{Journal, Refusal, Seq};

/// What the journal does with a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// Takes it.
    Accept,
    /// Has no room.
    Full,
    /// Has failed for good.
    Failed,
}

/// The side of the simulation.
#[derive(Clone)]
pub(super) struct TestJournal {
    state: Arc<State>,
    transactions: SyncSender<Transaction>,
}

/// The side of the test.
pub(super) struct Disk {
    state: Arc<State>,
    transactions: Receiver<Transaction>,
}

#[derive(Default)]
struct State {
    appended: AtomicI64,
    /// Everything up to here is durable; `i64::MAX` = at once.
    durable: AtomicI64,
    mode: AtomicU8,
}

/// A journal that takes everything and is fast.
pub(super) fn journal() -> (TestJournal, Disk) {
    let state = Arc::new(State::default());
    state.durable.store(i64::MAX, Ordering::Relaxed);
    let (sender, transactions) = sync_channel(100_000);
    let journal = TestJournal {
        state: state.clone(),
        transactions: sender,
    };
    (journal, Disk { state, transactions })
}

impl Disk {
    /// From now on nothing more becomes durable.
    pub(super) fn hold(&self) {
        let appended = self.state.appended.load(Ordering::Relaxed);
        self.state.durable.store(appended, Ordering::Relaxed);
    }

    /// Everything is durable at once again.
    pub(super) fn release(&self) {
        self.state.durable.store(i64::MAX, Ordering::Relaxed);
    }

    /// Changes what happens to transactions.
    pub(super) fn set(&self, mode: Mode) {
        self.state.mode.store(mode as u8, Ordering::Relaxed);
    }

    /// Transactions since the last call.
    pub(super) fn take(&self) -> Vec<Transaction> {
        self.transactions.try_iter().collect()
    }
}

impl Journal for TestJournal {
    fn append(&mut self, transaction: Transaction) -> Result<Seq, Refusal> {
        match self.state.mode.load(Ordering::Relaxed) {
            mode if mode == Mode::Full as u8 => return Err(Refusal::Full),
            mode if mode == Mode::Failed as u8 => return Err(Refusal::Failed),
            _ => {}
        }
        self.transactions.try_send(transaction).unwrap();
        Ok(Seq::from_stored(
            self.state.appended.fetch_add(1, Ordering::Relaxed) + 1,
        ))
    }

    fn durable(&self) -> Seq {
        let appended = self.state.appended.load(Ordering::Relaxed);
        Seq::from_stored(appended.min(self.state.durable.load(Ordering::Relaxed)))
    }

    fn failed(&self) -> bool {
        self.state.mode.load(Ordering::Relaxed) == Mode::Failed as u8
    }
}
