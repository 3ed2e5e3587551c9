//! Ids: random, short, made once; never counted, renumbered or reused.
//!
//! An id is 1 to 12 characters of `a-z0-9`, packed into a `u64` so that it is copied like a number and
//! ordered like its text. New ids have 8 characters (41 bits), which keeps the chance of a clash in a
//! project of 10,000 records below one in 40,000; a clash is reported by rule `duplicate-id`.

use std::fmt;
use std::str::FromStr;

/// Longest id in characters: 37^12 < 2^64.
pub const MAX_ID_CHARS: usize = 12;
/// Length of ids made by [`Id::from_random`].
const NEW_ID_CHARS: usize = 8;
/// Letters and digits, plus "end of text" as 0.
const RADIX: u64 = 37;
const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// An id of any record; the newtypes below say of which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to {MAX_ID_CHARS} characters of a-z and 0-9, found {0:?}")]
pub struct InvalidId(String);

impl Id {
    /// Makes a new id of 8 characters from 64 random bits; the caller owns the randomness.
    pub fn from_random(mut bits: u64) -> Self {
        let mut packed = 0;
        for position in 0..MAX_ID_CHARS {
            let digit = if position < NEW_ID_CHARS { 1 + bits % 36 } else { 0 };
            packed = packed * RADIX + digit;
            bits /= 36;
        }
        Self(packed)
    }

    /// The id as a number: equal for equal ids and ordered like the text. Part of every generator seed.
    pub fn to_bits(self) -> u64 {
        self.0
    }

    /// The id of a number from [`Self::to_bits`]; `None` for any other number.
    pub fn from_bits(bits: u64) -> Option<Self> {
        let id = Self(bits);
        id.to_string().parse().ok().filter(|parsed| *parsed == id)
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId(text.chars().take(40).collect());
        if text.is_empty() || text.len() > MAX_ID_CHARS {
            return Err(invalid());
        }
        let mut packed = 0;
        for position in 0..MAX_ID_CHARS {
            let digit = match text.as_bytes().get(position) {
                None => 0,
                Some(c @ b'0'..=b'9') => u64::from(c - b'0') + 1,
                Some(c @ b'a'..=b'z') => u64::from(c - b'a') + 11,
                Some(_) => return Err(invalid()),
            };
            packed = packed * RADIX + digit;
        }
        Ok(Self(packed))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0_u8; MAX_ID_CHARS];
        let (mut rest, mut length) = (self.0, 0);
        for position in (0..MAX_ID_CHARS).rev() {
            let digit = usize::try_from(rest % RADIX).unwrap_or(0);
            rest /= RADIX;
            if digit > 0 {
                text[position] = ALPHABET[digit - 1];
                length = length.max(position + 1);
            }
        }
        f.pad(std::str::from_utf8(&text[..length]).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub Id);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.parse().map($name)
            }
        }
    )*};
}

id_types! {
    /// An island and its file.
    IslandId;
    /// A marker that shapes terrain.
    MarkerId;
    /// A point of interest.
    PoiId;
    /// A placed entity.
    EntityId;
    /// One end of a portal.
    PortalId;
    /// A sea lane.
    LaneId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_orders_like_text() {
        let mut texts = ["a", "ab", "b", "0", "zzzzzzzzzzzz", "k3f9x2ab", "k3f9x2ac"];
        for text in texts {
            assert_eq!(text.parse::<Id>().unwrap().to_string(), text);
        }
        texts.sort_unstable();
        assert!(texts.map(|text| text.parse::<Id>().unwrap()).is_sorted());
    }

    #[test]
    fn bad_texts_are_refused() {
        for text in ["", "A", "a b", "abcdefghijklm", "ü", "a\0"] {
            assert!(text.parse::<Id>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn random_ids_have_eight_characters() {
        for bits in [0, 1, u64::MAX, 0x1234_5678_9abc_def0] {
            assert_eq!(Id::from_random(bits).to_string().len(), 8);
        }
    }
}
