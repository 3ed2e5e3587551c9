//! Rate limits: token buckets, one or many by key, with a bound on how many are remembered.
//!
//! *Not* responsible for: what is limited (see `accounts` and `net::connection`).

use std::collections::BTreeMap;
use std::time::Duration;

/// How much is allowed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    /// At once, after a long pause.
    pub burst: f64,
    /// In the long run.
    pub per_second: f64,
}

impl Rate {
    /// So many per minute, and as many at once.
    pub fn per_minute(count: u32) -> Self {
        Self {
            burst: f64::from(count),
            per_second: f64::from(count) / 60.0,
        }
    }
}

/// What is left of a rate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bucket {
    tokens: f64,
    updated: Duration,
}

/// Too many. A retry makes sense after this long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many attempts; try again in {} s", .retry_after.as_secs() + 1)]
pub struct TooMany {
    /// Until the next one is allowed.
    pub retry_after: Duration,
}

impl Bucket {
    /// A full bucket.
    pub fn full(rate: Rate, now: Duration) -> Self {
        Self {
            tokens: rate.burst,
            updated: now,
        }
    }

    /// Takes one.
    ///
    /// # Errors
    /// None is left; nothing was taken.
    pub fn take(&mut self, rate: Rate, now: Duration) -> Result<(), TooMany> {
        self.refill(rate, now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        let seconds = (1.0 - self.tokens) / rate.per_second.max(1e-6);
        Err(TooMany {
            retry_after: Duration::from_secs_f64(seconds.clamp(0.001, 86_400.0)),
        })
    }

    fn refill(&mut self, rate: Rate, now: Duration) {
        let passed = now.saturating_sub(self.updated).as_secs_f64();
        self.tokens = (self.tokens + passed * rate.per_second).min(rate.burst);
        self.updated = now;
    }
}

/// A bucket for every key that was seen lately.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    max_keys: usize,
    buckets: BTreeMap<K, Bucket>,
}

impl<K: Ord> Buckets<K> {
    /// No keys yet; at most `max_keys` are remembered at a time.
    pub fn new(rate: Rate, max_keys: usize) -> Self {
        Self {
            rate,
            max_keys,
            buckets: BTreeMap::new(),
        }
    }

    /// Takes one from the bucket of this key.
    ///
    /// # Errors
    /// None is left, or more keys are busy than can be remembered.
    pub fn take(&mut self, key: K, now: Duration) -> Result<(), TooMany> {
        let rate = self.rate;
        if self.buckets.len() >= self.max_keys && !self.buckets.contains_key(&key) {
            // A bucket that is full again knows nothing that a new one would not.
            self.buckets.retain(|_, bucket| {
                bucket.refill(rate, now);
                bucket.tokens < rate.burst
            });
            if self.buckets.len() >= self.max_keys {
                return Err(TooMany {
                    retry_after: Duration::from_mins(1),
                });
            }
        }
        let bucket = self.buckets.entry(key).or_insert_with(|| Bucket::full(rate, now));
        bucket.take(rate, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let mut buckets = Buckets::new(Rate::per_minute(5), 10);
        let taken = (0..10).filter(|_| buckets.take("ada", SECOND).is_ok()).count();
        assert_eq!(taken, 5);
        let refused = buckets.take("ada", SECOND).unwrap_err();
        assert_eq!(refused.retry_after.as_secs(), 12);
        assert!(buckets.take("ada", SECOND + refused.retry_after).is_ok());
        assert!(buckets.take("bo", SECOND).is_ok(), "keys do not share");
    }

    #[test]
    fn the_number_of_keys_is_bounded_and_idle_ones_make_room() {
        let mut buckets = Buckets::new(Rate::per_minute(5), 100);
        let taken = (0..1000).filter(|key| buckets.take(*key, SECOND).is_ok()).count();
        assert_eq!((taken, buckets.buckets.len()), (100, 100));
        assert!(buckets.take(5000, SECOND * 60).is_ok());
        assert_eq!(buckets.buckets.len(), 1);
    }
}
