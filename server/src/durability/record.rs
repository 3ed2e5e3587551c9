//! Records: how one transaction looks in the journal.
//!
//! A record is one version byte and the transaction in postcard. Its checksum (xxh3, 64 bits) covers the
//! sequence number as well, so that a record under a wrong number is found too.
//!
//! *Not* responsible for: where records lie (see `journal`), what rows are allowed (see `row_check`).

use crate::rows::Transaction;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Number of a transaction, counted from 1 over the whole life of a data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(i64);

impl Seq {
    /// Before the first transaction.
    pub const NONE: Self = Self(0);

    /// The transaction after this one.
    #[must_use]
    pub fn next(self) -> Self {
        // At a million transactions a second, 2^63 lasts 290,000 years.
        Self(self.0.saturating_add(1))
    }

    /// As stored: 0 before the first transaction, never negative.
    pub fn get(self) -> i64 {
        self.0
    }

    /// How many transactions lie between the two; 0 if `older` is not older.
    pub fn distance_from(self, older: Self) -> u64 {
        u64::try_from(self.0 - older.0).unwrap_or(0)
    }

    /// From a stored number.
    pub(crate) fn from_stored(number: i64) -> Self {
        Self(number.max(0))
    }
}

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The largest transaction that the journal takes. One harvest is about 300 bytes.
pub const RECORD_BYTES_MAX: usize = 1 << 20;

/// Version 1: postcard of [`Transaction`]. A new field or a new kind of change is a new version, with the
/// old types kept for reading.
const VERSION: u8 = 1;

/// Why a stored record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The bytes are not the ones that were written.
    #[error("checksum does not match")]
    Checksum,
    /// A newer server wrote it.
    #[error("record version {0} is newer than this server")]
    Version(u8),
    /// It has no bytes, or bytes that are no transaction.
    #[error("not a transaction")]
    Malformed,
}

/// The bytes of a transaction; `None` if they exceed [`RECORD_BYTES_MAX`].
pub(crate) fn encode(transaction: &Transaction) -> Option<Vec<u8>> {
    let bytes = postcard::to_extend(transaction, vec![VERSION]).ok()?;
    (bytes.len() <= RECORD_BYTES_MAX).then_some(bytes)
}

/// Reads back what [`encode`] wrote.
pub(crate) fn decode(bytes: &[u8]) -> Result<Transaction, RecordError> {
    match bytes.split_first() {
        Some((&VERSION, body)) => match postcard::take_from_bytes(body) {
            Ok((transaction, [])) => Ok(transaction),
            Ok(_) | Err(_) => Err(RecordError::Malformed),
        },
        Some((&version, _)) if version > VERSION => Err(RecordError::Version(version)),
        Some(_) | None => Err(RecordError::Malformed),
    }
}

/// The checksum that is stored beside the record. SQLite has no unsigned integers, hence the sign.
pub(crate) fn checksum(seq: Seq, bytes: &[u8]) -> i64 {
    xxh3_64_with_seed(bytes, seq.0.cast_unsigned()).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{Change, SkillRow};

    fn sample() -> Transaction {
        Transaction {
            changes: vec![
                Change::PutSkill(SkillRow {
                    character_id: 7,
                    skill_name: "foraging".to_owned(),
                    experience: 40,
                }),
                Change::RemoveItem {
                    item_id: "00".repeat(16),
                },
            ],
        }
    }

    #[test]
    fn a_record_reads_back_as_it_was_written() {
        let bytes = encode(&sample()).unwrap();
        assert_eq!(decode(&bytes), Ok(sample()));
    }

    #[test]
    fn every_single_flipped_bit_changes_the_checksum() {
        let mut bytes = encode(&sample()).unwrap();
        let seq = Seq::NONE.next();
        let whole = checksum(seq, &bytes);
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(checksum(seq, &bytes), whole, "bit {bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
        assert_ne!(
            checksum(seq.next(), &bytes),
            whole,
            "the same record under another number"
        );
    }

    #[test]
    fn newer_cut_and_overlong_records_are_named_as_such() {
        let bytes = encode(&sample()).unwrap();
        assert_eq!(decode(&[VERSION + 1, 0]), Err(RecordError::Version(VERSION + 1)));
        assert_eq!(decode(&[]), Err(RecordError::Malformed));
        assert_eq!(decode(&bytes[..bytes.len() - 1]), Err(RecordError::Malformed));
        assert_eq!(decode(&[&bytes[..], &[0]].concat()), Err(RecordError::Malformed));
    }
}
