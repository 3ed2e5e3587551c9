//! Outbox: what the tick thread has for one client, until its socket takes it.
//!
//! Messages wait in order, up to a bound; of tick frames only the newest waits. A slow client therefore
//! skips frames, and one that takes nothing at all is cut off, at a bounded cost to the server.
//!
//! *Not* responsible for: encoding or sending (see `net::connection`).

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::wire::v1::{ServerBatch, ServerMessage, SessionEndReason};

/// Most messages that wait. Ten seconds of a busy client.
const MAX_MESSAGES: usize = 512;

/// The outbox of one session, shared by the tick thread and the socket's task.
#[derive(Debug, Default)]
pub struct Outbox {
    waiting: Mutex<Waiting>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: Vec<ServerMessage>,
    frame: Vec<u8>,
    end: Option<SessionEndReason>,
}

/// What the socket's task has to do next.
#[derive(Debug, PartialEq)]
pub enum Outgoing {
    /// Send this batch.
    Batch(ServerBatch),
    /// Send this last batch and close.
    Last(ServerBatch, SessionEndReason),
}

impl Outbox {
    /// Adds what one tick has for this client. A frame replaces one that still waits.
    pub fn push(&self, messages: Vec<ServerMessage>, frame: Option<Vec<u8>>) {
        if messages.is_empty() && frame.is_none() {
            return;
        }
        {
            let mut waiting = self.lock();
            if waiting.end.is_some() {
                return;
            }
            if waiting.messages.len() + messages.len() > MAX_MESSAGES {
                waiting.messages.clear();
                waiting.end = Some(SessionEndReason::TooSlow);
            } else {
                waiting.messages.extend(messages);
                if let Some(frame) = frame {
                    waiting.frame = frame;
                }
            }
        }
        self.wake.notify_one();
    }

    /// Ends the session after what already waits. The first reason stands.
    pub fn end(&self, reason: SessionEndReason) {
        self.lock().end.get_or_insert(reason);
        self.wake.notify_one();
    }

    /// Whether a frame still waits: the next one replaces it and must be complete in itself.
    pub fn frame_waiting(&self) -> bool {
        !self.lock().frame.is_empty()
    }

    /// Whether the session was ended.
    pub fn ended(&self) -> bool {
        self.lock().end.is_some()
    }

    /// Waits until there is something to send, and takes all of it. Safe to drop while waiting.
    pub async fn take(&self) -> Outgoing {
        loop {
            let notified = self.wake.notified();
            if let Some(outgoing) = self.try_take() {
                return outgoing;
            }
            notified.await;
        }
    }

    /// The same without waiting.
    pub(crate) fn try_take(&self) -> Option<Outgoing> {
        let mut waiting = self.lock();
        let batch = ServerBatch {
            messages: std::mem::take(&mut waiting.messages),
            tick_frame: std::mem::take(&mut waiting.frame),
        };
        match waiting.end {
            Some(reason) => Some(Outgoing::Last(batch, reason)),
            None if batch.messages.is_empty() && batch.tick_frame.is_empty() => None,
            None => Some(Outgoing::Batch(batch)),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        // Every state that a panic could leave behind is a valid one.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_order_and_frames_only_the_newest() {
        let outbox = Outbox::default();
        assert_eq!(outbox.try_take(), None);
        let message = |id: u8| ServerMessage {
            request_id: vec![id],
            body: None,
        };
        outbox.push(vec![message(1)], Some(vec![1]));
        assert!(outbox.frame_waiting());
        outbox.push(vec![message(2)], Some(vec![2]));
        let expected = ServerBatch {
            messages: vec![message(1), message(2)],
            tick_frame: vec![2],
        };
        assert_eq!(outbox.try_take(), Some(Outgoing::Batch(expected)));
        assert!(!outbox.frame_waiting());
    }

    #[test]
    fn a_client_that_takes_nothing_is_cut_off_within_the_bound() {
        let outbox = Outbox::default();
        for _ in 0..10 * MAX_MESSAGES {
            outbox.push(vec![ServerMessage::default()], Some(vec![0; 100]));
        }
        assert!(outbox.lock().messages.len() <= MAX_MESSAGES);
        assert!(matches!(
            outbox.try_take(),
            Some(Outgoing::Last(_, SessionEndReason::TooSlow))
        ));
    }
}
