//! The output gate: a message that reveals a durable fact waits until the fact is on disk (X1).
//!
//! *Not* responsible for: movement, which promises nothing and never waits.

use std::collections::BTreeMap;

use super::input::SessionId;
use super::journal::Seq;
use crate::wire::v1::ServerMessage;

/// Most messages that wait at a time, for all sessions together.
const MAX_HELD: usize = 100_000;

/// Messages that wait for the disk, by the transaction that they wait for.
#[derive(Debug, Default)]
pub(super) struct Gate {
    held: BTreeMap<Seq, Vec<(SessionId, ServerMessage)>>,
    held_count: usize,
}

/// The gate is full: the disk is far behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many messages wait for the disk")]
pub(super) struct GateFull;

impl Gate {
    /// Whether another `count` messages may wait.
    ///
    /// # Errors
    /// They may not: refuse whatever would lead to them.
    pub(super) fn has_room(&self, count: usize) -> Result<(), GateFull> {
        if self.held_count + count > MAX_HELD {
            return Err(GateFull);
        }
        Ok(())
    }

    /// Holds a message until `seq` is durable.
    pub(super) fn hold(&mut self, seq: Seq, session: SessionId, message: ServerMessage) {
        self.held.entry(seq).or_default().push((session, message));
        self.held_count += 1;
    }

    /// Takes out all messages that wait for `durable` or less, in the order of their transactions.
    pub(super) fn release(&mut self, durable: Seq) -> Vec<(SessionId, ServerMessage)> {
        let later = self.held.split_off(&durable.next());
        let released = std::mem::replace(&mut self.held, later);
        let released: Vec<_> = released.into_values().flatten().collect();
        self.held_count -= released.len();
        released
    }

    /// Messages that wait.
    pub(super) fn len(&self) -> usize {
        self.held_count
    }

    /// Whether none waits.
    pub(super) fn is_empty(&self) -> bool {
        self.held_count == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: u8) -> ServerMessage {
        ServerMessage {
            request_id: vec![id],
            body: None,
        }
    }

    #[test]
    fn nothing_leaves_before_its_transaction_is_durable() {
        let mut gate = Gate::default();
        let session = SessionId(1);
        let seq = |number| {
            std::iter::successors(Some(Seq::NONE), |seq| Some(seq.next()))
                .nth(number)
                .unwrap()
        };
        gate.hold(seq(7), session, message(7));
        gate.hold(seq(5), session, message(5));
        gate.hold(seq(6), session, message(6));
        assert_eq!(gate.release(seq(4)), []);
        let ids = |released: Vec<(SessionId, ServerMessage)>| -> Vec<u8> {
            released
                .into_iter()
                .flat_map(|(_, message)| message.request_id)
                .collect()
        };
        assert_eq!(ids(gate.release(seq(6))), [5, 6]);
        assert_eq!(gate.len(), 1);
        assert_eq!(ids(gate.release(seq(9))), [7]);
        assert!(gate.is_empty());
    }
}
