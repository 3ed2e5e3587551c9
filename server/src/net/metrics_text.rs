//! `/metrics`: the server's figures and those of durability in one text.
//!
//! *Not* responsible for: counting.

use crate::durability::{DurabilityMetrics, MicrosHistogram};
use crate::metrics::{Metrics, metric};

/// All figures; those of durability once the data folder is open.
pub(super) fn render(metrics: &Metrics, durability: Option<&DurabilityMetrics>) -> String {
    let mut text = metrics.render();
    let Some(durability) = durability else {
        return text;
    };
    let age = durability.backup_age.map_or(f64::NAN, |age| age.as_secs_f64());
    let gauges: [(&str, &str, f64); 8] = [
        (
            "journal_queue",
            "Transactions that wait for the disk",
            durability.queue_len as f64,
        ),
        (
            "durable_seq",
            "Newest transaction on disk",
            durability.durable.get() as f64,
        ),
        (
            "checkpointed_seq",
            "Newest transaction in the main file",
            durability.checkpointed.get() as f64,
        ),
        (
            "read_only",
            "1 when the server can store nothing",
            f64::from(u8::from(durability.failed.is_some())),
        ),
        (
            "journal_bytes",
            "Size of the journal file",
            durability.journal_bytes as f64,
        ),
        (
            "dirty_rows",
            "Rows for the next checkpoint",
            durability.dirty_row_count as f64,
        ),
        (
            "checkpoint_seconds",
            "Duration of the last checkpoint",
            durability.checkpoint_duration.as_secs_f64(),
        ),
        (
            "backup_age_seconds",
            "Since the last verified backup of this run",
            age,
        ),
    ];
    for (name, help, value) in gauges {
        metric(&mut text, name, "gauge", help, value);
    }
    let counters = [
        (
            "checkpoints_total",
            "Checkpoints that wrote something",
            durability.checkpoint_count,
        ),
        (
            "checkpoint_failures_total",
            "Checkpoints that failed",
            durability.checkpoint_failure_count,
        ),
        (
            "backup_failures_total",
            "Backups that failed",
            durability.backup_failure_count,
        ),
        (
            "refused_rows_total",
            "Rows that the main file refused",
            durability.refused_row_count as u64,
        ),
    ];
    for (name, help, value) in counters {
        metric(&mut text, name, "counter", help, value);
    }
    histogram(
        &mut text,
        "commit_seconds",
        "Commits of the journal",
        &durability.commit,
    );
    histogram(
        &mut text,
        "durable_lag_seconds",
        "From append to disk",
        &durability.append_to_durable,
    );
    text
}

/// A histogram in the cumulative form that Prometheus wants. Bucket `n` ends at `2^n` microseconds.
fn histogram(text: &mut String, name: &str, help: &str, histogram: &MicrosHistogram) {
    let mut lines = vec![
        format!("# HELP tombolo_{name} {help}"),
        format!("# TYPE tombolo_{name} histogram"),
    ];
    let mut total = 0;
    let (last, bounded) = histogram.buckets.split_last().unwrap_or((&0, &[]));
    let mut end_micros = 1_u64;
    for count in bounded {
        total += count;
        let end_seconds = end_micros as f64 / 1e6;
        lines.push(format!("tombolo_{name}_bucket{{le=\"{end_seconds}\"}} {total}"));
        end_micros *= 2;
    }
    total += last;
    lines.push(format!("tombolo_{name}_bucket{{le=\"+Inf\"}} {total}"));
    lines.push(format!(
        "tombolo_{name}_sum {}",
        histogram.sum_micros as f64 / 1e6
    ));
    lines.push(format!("tombolo_{name}_count {}", histogram.count));
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_end_with_all() {
        let mut commit = MicrosHistogram::default();
        commit.buckets[3] = 2;
        commit.buckets[23] = 1;
        (commit.count, commit.sum_micros) = (3, 9_000_010);
        let durability = DurabilityMetrics {
            commit,
            ..DurabilityMetrics::default()
        };
        let text = render(&Metrics::default(), Some(&durability));
        for line in [
            "tombolo_commit_seconds_bucket{le=\"0.000004\"} 0",
            "tombolo_commit_seconds_bucket{le=\"0.000008\"} 2",
            "tombolo_commit_seconds_bucket{le=\"+Inf\"} 3",
            "tombolo_commit_seconds_sum 9.00001",
            "tombolo_read_only 0",
            "tombolo_backup_age_seconds NaN",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
    }
}
