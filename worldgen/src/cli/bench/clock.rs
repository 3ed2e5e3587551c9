//! Clocks and gauges of the process: processor time, time on the wall, memory.

use std::fs::{self, File};
use std::io::Write;
use std::time::{Duration, Instant};

/// What a piece of work cost.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Cost {
    /// Processor time, summed over threads. Where the system does not tell: time on the wall.
    pub(super) processor: Duration,
    /// Time on the wall.
    pub(super) wall: Duration,
}

impl Cost {
    /// Processor time in milliseconds.
    pub(super) fn millis(self) -> f64 {
        self.processor.as_secs_f64() * 1e3
    }
}

/// The costs of `runs` runs, cheapest first.
pub(super) fn costs(runs: usize, mut work: impl FnMut()) -> Vec<Cost> {
    let mut costs: Vec<Cost> = (0..runs.max(1))
        .map(|_| {
            let (wall, processor) = (Instant::now(), processor_time());
            work();
            Cost {
                processor: processor_time().saturating_sub(processor),
                wall: wall.elapsed(),
            }
        })
        .collect();
    costs.sort_by_key(|cost| cost.processor);
    costs
}

/// The best of `runs` runs.
pub(super) fn best(runs: usize, work: impl FnMut()) -> Cost {
    costs(runs, work)[0]
}

/// The best of `runs` runs over each of some items, in microseconds. All items have their turn before the first comes
/// again, so that none finds its memory at hand. What the clock takes itself is not counted: it is a call of the
/// system, and no small part of a few microseconds.
pub(super) fn best_of_each<T>(runs: usize, items: &[T], mut work: impl FnMut(&T)) -> Vec<f64> {
    let clock = best(1000, || ()).millis();
    let mut least = vec![f64::MAX; items.len()];
    for _ in 0..runs.max(1) {
        for (least, item) in least.iter_mut().zip(items) {
            let cost = best(1, || work(item)).millis() - clock;
            *least = least.min(cost.max(0.0) * 1e3);
        }
    }
    least
}

/// The middle one of some figures; 0 of none.
pub(super) fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Processor time that the whole process has used; time since some moment where the system does not tell.
pub(super) fn processor_time() -> Duration {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        Duration::try_from(time).unwrap_or_default()
    }
    #[cfg(not(unix))]
    {
        static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}

/// Most memory that `work` took, its result included, in bytes: the peak of resident memory while it ran, as
/// Linux counts it, less what was resident before. `None` on other systems.
///
/// What is resident afterwards is no measure of the result: an allocator keeps what was given back to it.
pub(super) fn peak<T>(work: impl FnOnce() -> T) -> (T, Option<u64>) {
    let kilobytes = |name: &str| -> Option<u64> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    // "5" resets the peak to what is resident now.
    let reset = File::options()
        .write(true)
        .open("/proc/self/clear_refs")
        .and_then(|mut file| file.write_all(b"5"));
    let before = kilobytes("VmRSS:");
    let result = work();
    let peak = kilobytes("VmHWM:").zip(before);
    let taken = peak.map(|(peak, before)| peak.saturating_sub(before) << 10);
    (result, taken.filter(|_| reset.is_ok()))
}
