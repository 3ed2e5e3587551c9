//! The directory of account names. An account name is ASCII, so that letter case is the only thing in
//! which two spellings of one name can differ.
//!
//! *Not* responsible for: credentials; they are not in memory (X4).

use std::collections::BTreeMap;

use crate::rows::{AccountId, AccountRow};

const MIN_CHARS: usize = 3;
const MAX_CHARS: usize = 24;

/// A checked account name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct AccountName {
    typed: String,
    key: String,
}

/// Not an account name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("an account name has {MIN_CHARS} to {MAX_CHARS} characters of a-z, A-Z, 0-9, '-' and '_'")]
pub struct InvalidName;

impl AccountName {
    /// Checks a name.
    pub(super) fn parse(text: &str) -> Result<Self, InvalidName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(MIN_CHARS..=MAX_CHARS).contains(&text.len()) || !text.bytes().all(allowed) {
            return Err(InvalidName);
        }
        Ok(Self {
            typed: text.to_owned(),
            key: text.to_ascii_lowercase(),
        })
    }

    /// In lower case: what makes it unique, and the OPAQUE credential identifier.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// As the player typed it.
    pub(super) fn as_typed(&self) -> &str {
        &self.typed
    }
}

/// Names and ids of all accounts.
#[derive(Debug)]
pub(super) struct Directory {
    by_key: BTreeMap<String, Entry>,
    next_id: AccountId,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    id: AccountId,
    /// On disk. Until then the account does not exist for anybody who asks.
    confirmed: bool,
}

impl Directory {
    /// The stored accounts.
    pub(super) fn load(rows: &[AccountRow]) -> Self {
        let entry = |row: &AccountRow| {
            let entry = Entry {
                id: row.account_id,
                confirmed: true,
            };
            (row.account_name.to_ascii_lowercase(), entry)
        };
        Self {
            by_key: rows.iter().map(entry).collect(),
            // 0 is nobody.
            next_id: rows.iter().map(|row| row.account_id).max().unwrap_or(0).max(0) + 1,
        }
    }

    /// Whether somebody has the name or is about to.
    pub(super) fn is_taken(&self, name: &AccountName) -> bool {
        self.by_key.contains_key(name.key())
    }

    /// Takes the name for a new account, unless it is taken. Checking and taking is one step.
    pub(super) fn reserve(&mut self, name: &AccountName) -> Option<AccountId> {
        if self.is_taken(name) {
            return None;
        }
        let id = self.next_id;
        self.next_id += 1;
        let entry = Entry { id, confirmed: false };
        self.by_key.insert(name.key().to_owned(), entry);
        Some(id)
    }

    /// Gives a reserved name back. Its id is not used again.
    pub(super) fn release(&mut self, name: &AccountName) {
        if self.by_key.get(name.key()).is_some_and(|entry| !entry.confirmed) {
            self.by_key.remove(name.key());
        }
    }

    /// The reserved account is on disk.
    pub(super) fn confirm(&mut self, name: &AccountName) {
        if let Some(entry) = self.by_key.get_mut(name.key()) {
            entry.confirmed = true;
        }
    }

    /// The account of this name.
    pub(super) fn find(&self, name: &AccountName) -> Option<AccountId> {
        self.by_key
            .get(name.key())
            .filter(|entry| entry.confirmed)
            .map(|entry| entry.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once_in_any_letter_case_and_exists_when_it_is_stored() {
        let mut directory = Directory::load(&[]);
        let [ada, shouted] = ["Ada_1", "ADA_1"].map(|name| AccountName::parse(name).unwrap());
        let id = directory.reserve(&ada).unwrap();
        assert_eq!(directory.reserve(&shouted), None);
        assert_eq!(directory.find(&ada), None);
        directory.release(&ada);
        let next = directory.reserve(&ada).unwrap();
        assert!(next > id);
        directory.confirm(&ada);
        directory.release(&ada);
        assert_eq!(directory.find(&shouted), Some(next));
    }

    #[test]
    fn names_are_plain() {
        for name in ["", "ab", "a b c", "äda", "ada\0", &"a".repeat(25)] {
            assert_eq!(AccountName::parse(name), Err(InvalidName), "{name:?}");
        }
    }
}
