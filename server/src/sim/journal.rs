//! What the simulation needs from durability: a place for transactions, and how far the disk is.
//!
//! A trait, so that the simulation can be tested against a disk that is slow, full or gone.
//!
//! *Not* responsible for: storing anything (see `durability`).

pub use crate::durability::Seq;
use crate::durability::{AppendError, Durability};
use crate::rows::Transaction;

/// The journal as the tick thread sees it. Nothing here ever blocks.
pub trait Journal: Send {
    /// Queues a transaction and returns its number.
    ///
    /// # Errors
    /// Nothing was queued, and nothing may be changed or granted.
    fn append(&mut self, transaction: Transaction) -> Result<Seq, Refusal>;

    /// The highest number such that it and all before it are on disk.
    fn durable(&self) -> Seq;

    /// Whether durability failed for good: the server is read-only until it is restarted.
    fn failed(&self) -> bool;
}

/// Why the journal took nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// The queue is full: the disk is slow. Try again on a later tick.
    #[error("the journal queue is full")]
    Full,
    /// The disk failed. Nothing can be granted any more.
    #[error("the journal has failed")]
    Failed,
    /// The transaction breaks a rule of its tables.
    #[error("the transaction breaks a rule")]
    Invalid,
}

impl Journal for std::sync::Arc<Durability> {
    fn append(&mut self, transaction: Transaction) -> Result<Seq, Refusal> {
        Durability::append(self, transaction).map_err(|error| match error {
            AppendError::Full => Refusal::Full,
            AppendError::Failed(_) | AppendError::Closed => Refusal::Failed,
            AppendError::Invalid { .. } | AppendError::TooLarge => {
                // An error of ours: said loudly, and nothing is granted.
                tracing::error!(%error, "a transaction was refused");
                Refusal::Invalid
            }
        })
    }

    fn durable(&self) -> Seq {
        self.durable_seq()
    }

    fn failed(&self) -> bool {
        self.watch().borrow().failed.is_some()
    }
}
