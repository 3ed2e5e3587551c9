//! Figures for the operator, as Prometheus reads them.
//!
//! Every figure is one atomic: written by whoever knows it, read by `/metrics`, no lock and no waiting.
//!
//! *Not* responsible for: figures of durability; it keeps its own, and `/metrics` adds them.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Figures of one server.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Characters in the world, lingering ones included.
    pub players: Gauge,
    /// Connections that have logged in.
    pub sessions: Gauge,
    /// Open WebSocket connections.
    pub connections: Gauge,
    /// Characters that exist.
    pub characters: Gauge,
    /// Inputs that waited at the last tick.
    pub inbox_depth: Gauge,
    /// Messages that wait for the disk.
    pub gate_waiting: Gauge,
    /// Ticks since the start.
    pub ticks: Counter,
    /// Ticks that were dropped because the simulation fell behind.
    pub ticks_skipped: Counter,
    /// Client messages read.
    pub messages_in: Counter,
    /// Batches sent.
    pub batches_out: Counter,
    /// Client messages refused by a rate limit.
    pub rate_limited: Counter,
    /// Connections closed because of what the client sent.
    pub malformed: Counter,
    /// Logins that began.
    pub logins_started: Counter,
    /// Logins that succeeded.
    pub logins: Counter,
    /// Tick times of the last minute.
    pub tick_time: TickTime,
}

/// A figure that goes up and down.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: usize) {
        self.0.store(value as u64, Ordering::Relaxed);
    }

    /// Counts one more.
    pub fn up(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one less.
    pub fn down(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// Reads it.
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A figure that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds one.
    pub fn up(&self) {
        self.add(1);
    }

    /// Adds some.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// Reads it.
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Median, 99th percentile and maximum of tick times, in microseconds.
#[derive(Debug, Default)]
pub struct TickTime {
    p50: AtomicU64,
    p99: AtomicU64,
    max: AtomicU64,
}

impl TickTime {
    /// Takes over the figures of a window of tick times; sorts it on the way.
    pub fn publish(&self, micros: &mut [u64]) {
        micros.sort_unstable();
        let at = |percent: usize| {
            micros
                .get((micros.len().saturating_sub(1)) * percent / 100)
                .copied()
        };
        for (figure, percent) in [(&self.p50, 50), (&self.p99, 99), (&self.max, 100)] {
            figure.store(at(percent).unwrap_or(0), Ordering::Relaxed);
        }
    }
}

impl Metrics {
    /// The figures in the Prometheus text format.
    pub fn render(&self) -> String {
        let mut text = String::new();
        let gauges = [
            ("players", "Characters in the world", &self.players),
            ("sessions", "Connections that have logged in", &self.sessions),
            ("connections", "Open WebSocket connections", &self.connections),
            ("characters", "Characters that exist", &self.characters),
            (
                "inbox_depth",
                "Inputs that waited at the last tick",
                &self.inbox_depth,
            ),
            (
                "gate_waiting",
                "Messages that wait for the disk",
                &self.gate_waiting,
            ),
        ];
        for (name, help, gauge) in gauges {
            metric(&mut text, name, "gauge", help, gauge.read());
        }
        let counters = [
            ("ticks_total", "Ticks since the start", &self.ticks),
            (
                "ticks_skipped_total",
                "Ticks dropped because the simulation fell behind",
                &self.ticks_skipped,
            ),
            ("messages_in_total", "Client messages read", &self.messages_in),
            ("batches_out_total", "Batches sent", &self.batches_out),
            (
                "rate_limited_total",
                "Client messages refused by a rate limit",
                &self.rate_limited,
            ),
            (
                "malformed_total",
                "Connections closed because of what the client sent",
                &self.malformed,
            ),
            ("logins_started_total", "Logins that began", &self.logins_started),
            ("logins_total", "Logins that succeeded", &self.logins),
        ];
        for (name, help, counter) in counters {
            metric(&mut text, name, "counter", help, counter.read());
        }
        header(
            &mut text,
            "tick_seconds",
            "gauge",
            "Tick times of the last minute",
        );
        let quantiles = [
            ("0.5", &self.tick_time.p50),
            ("0.99", &self.tick_time.p99),
            ("1", &self.tick_time.max),
        ];
        for (quantile, figure) in quantiles {
            let seconds = figure.load(Ordering::Relaxed) as f64 / 1e6;
            line(
                &mut text,
                format_args!("tombolo_tick_seconds{{quantile=\"{quantile}\"}} {seconds}"),
            );
        }
        text
    }
}

/// One figure with its head.
pub fn metric(text: &mut String, name: &str, kind: &str, help: &str, value: impl std::fmt::Display) {
    header(text, name, kind, help);
    line(text, format_args!("tombolo_{name} {value}"));
}

fn header(text: &mut String, name: &str, kind: &str, help: &str) {
    line(text, format_args!("# HELP tombolo_{name} {help}"));
    line(text, format_args!("# TYPE tombolo_{name} {kind}"));
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    if writeln!(text, "{line}").is_err() {
        tracing::error!("a metric was not written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_window() {
        let metrics = Metrics::default();
        metrics
            .tick_time
            .publish(&mut (1..=1000).rev().collect::<Vec<_>>());
        metrics.players.set(3);
        let text = metrics.render();
        for line in [
            "tombolo_players 3",
            "tombolo_tick_seconds{quantile=\"0.5\"} 0.0005",
            "tombolo_tick_seconds{quantile=\"0.99\"} 0.00099",
            "tombolo_tick_seconds{quantile=\"1\"} 0.001",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
        }
        metrics.tick_time.publish(&mut []);
    }
}
