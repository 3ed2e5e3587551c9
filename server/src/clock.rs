//! Time: the only place where the server reads a clock.
//!
//! Wall time goes into rows and file names; intervals are measured on the monotonic clock, so that a
//! wall clock that is set wrong neither skips a checkpoint nor starts a hundred of them.
//!
//! *Not* responsible for: calendars (SQLite formats dates for backups), tick pacing (see `sim`).

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A source of time.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// UTC wall time in microseconds since 1970. May jump either way.
    fn utc_micros(&self) -> i64;
    /// Time since some fixed moment. Never goes back.
    fn monotonic(&self) -> Duration;
}

/// The clock of the machine.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl SystemClock {
    /// A clock whose monotonic time begins now.
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everyone else goes through"
    )]
    fn utc_micros(&self) -> i64 {
        // A machine set to before 1970, or to after the year 294,000, reads as the nearest end.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that moves only when told to.
#[derive(Debug)]
pub struct ManualClock {
    hands: Mutex<Hands>,
}

#[derive(Debug, Clone, Copy)]
struct Hands {
    utc_micros: i64,
    monotonic: Duration,
}

impl ManualClock {
    /// A clock that stands at `utc_micros` (UTC, microseconds since 1970).
    pub fn at(utc_micros: i64) -> Self {
        Self {
            hands: Mutex::new(Hands {
                utc_micros,
                monotonic: Duration::ZERO,
            }),
        }
    }

    /// Lets `step` pass on both hands.
    pub fn advance(&self, step: Duration) {
        let mut hands = self.lock();
        hands.monotonic += step;
        let step_micros = i64::try_from(step.as_micros()).unwrap_or(i64::MAX);
        hands.utc_micros = hands.utc_micros.saturating_add(step_micros);
    }

    /// Sets the wall clock alone, as an administrator or a time service would.
    pub fn set_utc_micros(&self, utc_micros: i64) {
        self.lock().utc_micros = utc_micros;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hands> {
        self.hands
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn utc_micros(&self) -> i64 {
        self.lock().utc_micros
    }

    fn monotonic(&self) -> Duration {
        self.lock().monotonic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setting_the_wall_clock_back_does_not_move_the_monotonic_hand() {
        let clock = ManualClock::at(1_000_000);
        clock.advance(Duration::from_secs(2));
        clock.set_utc_micros(0);
        assert_eq!(clock.utc_micros(), 0);
        assert_eq!(clock.monotonic(), Duration::from_secs(2));
    }

    #[test]
    fn the_system_clock_is_past_2025() {
        assert!(SystemClock::new().utc_micros() > 1_735_689_600_000_000);
    }
}
