//! Session tokens: log in again after a lost connection without the password.
//!
//! A token is 256 random bits and works once; the next login brings the next one. Only its SHA-256 is kept,
//! in memory, so it is worth nothing to who reads the memory or outlives a restart.
//!
//! *Not* responsible for: the OPAQUE session key, which leaves neither side.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::rows::AccountId;

/// How long a token works.
const LIFETIME: Duration = Duration::from_hours(24);
/// Tokens of one account: a few devices. The oldest goes.
const MAX_PER_ACCOUNT: usize = 4;

/// A secret that logs its bearer in once.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken([u8; 32]);

impl SessionToken {
    /// A new token.
    pub(super) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// For the client, and nobody else.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_vec()
    }
}

/// Never shown (invariant 7).
impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// Tokens in force.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    by_hash: BTreeMap<[u8; 32], (AccountId, Duration)>,
    by_account: BTreeMap<AccountId, VecDeque<[u8; 32]>>,
}

impl Tokens {
    /// Lets a token work from now on.
    pub(super) fn remember(&mut self, token: &SessionToken, account: AccountId, now: Duration) {
        let hash = hash_of(&token.0);
        let tokens = self.by_account.entry(account).or_default();
        if tokens.len() >= MAX_PER_ACCOUNT
            && let Some(oldest) = tokens.pop_front()
        {
            self.by_hash.remove(&oldest);
        }
        tokens.push_back(hash);
        self.by_hash.insert(hash, (account, now + LIFETIME));
    }

    /// Uses a token up; `None` when it does not work. Looking up a hash gives no useful timing.
    pub(super) fn redeem(&mut self, token: &[u8], now: Duration) -> Option<AccountId> {
        let hash = hash_of(token);
        let (account, expires) = self.by_hash.remove(&hash)?;
        if let Some(tokens) = self.by_account.get_mut(&account) {
            tokens.retain(|other| *other != hash);
        }
        (now < expires).then_some(account)
    }
}

fn hash_of(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(5);

    #[test]
    fn a_token_works_once_and_for_a_day() {
        let mut tokens = Tokens::default();
        let [first, second] = [1, 2].map(|byte| SessionToken([byte; 32]));
        tokens.remember(&first, 7, NOW);
        tokens.remember(&second, 7, NOW);
        assert_eq!(tokens.redeem(&first.0, NOW), Some(7));
        assert_eq!(tokens.redeem(&first.0, NOW), None);
        assert_eq!(tokens.redeem(&second.0, NOW + LIFETIME), None);
        assert_eq!(tokens.redeem(&[], NOW), None);
    }

    #[test]
    fn an_account_has_few_tokens() {
        let mut tokens = Tokens::default();
        for byte in 0..20 {
            tokens.remember(&SessionToken([byte; 32]), 7, NOW);
        }
        assert_eq!(tokens.by_hash.len(), MAX_PER_ACCOUNT);
        assert_eq!(tokens.redeem(&[0; 32], NOW), None);
        assert_eq!(tokens.redeem(&[19; 32], NOW), Some(7));
    }

    #[test]
    fn tokens_do_not_print() {
        assert_eq!(format!("{:?}", SessionToken([65; 32])), "SessionToken(..)");
    }
}
