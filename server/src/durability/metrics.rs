//! Figures about durability, for `/metrics` and for alarms.
//!
//! *Not* responsible for: their text format (see `net`).

use super::record::Seq;
use std::time::Duration;

/// Durations in powers of two: bucket `n` counts those below `2^n` microseconds that no smaller one counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MicrosHistogram {
    /// Up to 2^23 microseconds, about 8 s; the last bucket has everything above as well.
    pub buckets: [u64; 24],
    /// How many were counted.
    pub count: u64,
    /// Their sum, in microseconds.
    pub sum_micros: u64,
    /// The longest.
    pub max_micros: u64,
}

impl MicrosHistogram {
    pub(crate) fn record(&mut self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let bits = 64 - usize::try_from(micros.leading_zeros()).unwrap_or(0);
        if let Some(bucket) = self.buckets.get_mut(bits.min(23)) {
            *bucket += 1;
        }
        self.count += 1;
        self.sum_micros = self.sum_micros.saturating_add(micros);
        self.max_micros = self.max_micros.max(micros);
    }
}

/// A snapshot of the figures.
#[derive(Debug, Clone, Default)]
pub struct DurabilityMetrics {
    /// Transactions that wait for the disk.
    pub queue_len: usize,
    /// The newest transaction on disk.
    pub durable: Seq,
    /// Why the journal no longer takes transactions, if it does not.
    pub failed: Option<String>,
    /// From append to durable, the oldest transaction of each commit.
    pub append_to_durable: MicrosHistogram,
    /// The commits themselves, the disk's flush included.
    pub commit: MicrosHistogram,
    /// Bytes of the journal file, without its write-ahead log.
    pub journal_bytes: u64,
    /// The newest record that the journal has dropped in this run.
    pub journal_trimmed_through: Seq,
    /// Rows that the next checkpoint will write.
    pub dirty_row_count: usize,
    /// The newest transaction in the main file.
    pub checkpointed: Seq,
    /// Checkpoints that wrote something.
    pub checkpoint_count: u64,
    /// Checkpoints that failed since the start.
    pub checkpoint_failure_count: u64,
    /// How long the last checkpoint took.
    pub checkpoint_duration: Duration,
    /// How many rows the last checkpoint wrote.
    pub checkpoint_row_count: usize,
    /// Rows that the main file refused since the start. Anything but 0 needs a person.
    pub refused_row_count: usize,
    /// Time since the last backup of this run was verified.
    pub backup_age: Option<Duration>,
    /// Backups that failed since the start.
    pub backup_failure_count: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_land_in_the_bucket_below_the_next_power_of_two() {
        let mut histogram = MicrosHistogram::default();
        for micros in [0, 1, 2, 3, 4, 1 << 30] {
            histogram.record(Duration::from_micros(micros));
        }
        assert_eq!(histogram.buckets[..4], [1, 1, 2, 1]);
        assert_eq!(histogram.buckets[23], 1);
        assert_eq!((histogram.count, histogram.max_micros), (6, 1 << 30));
    }
}
