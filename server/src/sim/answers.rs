//! Answers to durable requests, so that a retry is answered again and not done again (D41).
//!
//! *Not* responsible for: keeping them over a restart; they are journalled with the change they belong to.

use std::collections::{BTreeMap, VecDeque};

use super::journal::Seq;
use crate::rows::{AccountId, AnswerRow, RequestId};

/// Answers kept for one account. A client retries its last request or two, not its fortieth.
const MAX_PER_ACCOUNT: usize = 32;

/// The newest answers of every account.
#[derive(Debug, Default)]
pub(super) struct Answers {
    by_account: BTreeMap<AccountId, VecDeque<Answer>>,
}

/// One request that was done.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Answer {
    /// What the client called the request.
    pub request_id: RequestId,
    /// The encoded `ServerMessage`.
    pub message: Vec<u8>,
    /// The transaction that did it; [`Seq::NONE`] when it was loaded.
    pub seq: Seq,
}

impl Answers {
    /// Takes over the stored answers.
    pub(super) fn load(rows: Vec<AnswerRow>) -> Self {
        let mut rows = rows;
        rows.sort_by_key(|row| row.created_at_micros);
        let mut answers = Self::default();
        for row in rows {
            let answer = Answer {
                request_id: row.request_id,
                message: row.answer,
                seq: Seq::NONE,
            };
            answers.add(row.account_id, answer);
        }
        answers
    }

    /// Remembers an answer and forgets the account's oldest when there are too many.
    pub(super) fn add(&mut self, account: AccountId, answer: Answer) {
        let answers = self.by_account.entry(account).or_default();
        if answers.len() >= MAX_PER_ACCOUNT {
            answers.pop_front();
        }
        answers.push_back(answer);
    }

    /// The answer to a request that was done before.
    pub(super) fn find(&self, account: AccountId, request_id: RequestId) -> Option<&Answer> {
        let answers = self.by_account.get(&account)?;
        answers
            .iter()
            .rev()
            .find(|answer| answer.request_id == request_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_answers_are_found_and_old_ones_go() {
        let row = |request_id: RequestId| AnswerRow {
            account_id: 1,
            request_id,
            answer: vec![1],
            created_at_micros: i64::try_from(request_id).unwrap(),
        };
        let mut answers = Answers::load((0..100).rev().map(row).collect());
        assert!(answers.find(1, 99).is_some() && answers.find(1, 0).is_none());
        assert_eq!(answers.find(2, 99), None);
        let answer = Answer {
            request_id: 7,
            message: vec![2],
            seq: Seq::NONE.next(),
        };
        answers.add(1, answer.clone());
        assert_eq!(answers.find(1, 7), Some(&answer));
    }
}
