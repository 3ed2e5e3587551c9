//! The tick thread: runs the simulation at a fixed pace and owns it alone.
//!
//! When a tick takes too long the next one follows at once; when the simulation is more than a quarter of a
//! second behind, the missed steps are dropped and counted, so that a slow moment does not become a slow
//! hour.
//!
//! *Not* responsible for: what a tick does (see `sim::tick`).

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc;

use super::input::Input;
use super::{Simulation, TICKS_PER_SECOND};
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::wire::v1::SessionEndReason;

/// Inputs that may wait for the next tick; the network waits when there are more.
pub const INBOX_LENGTH: usize = 16 * 1024;
const TICK: Duration = Duration::from_millis(1000 / TICKS_PER_SECOND as u64);
/// Steps that are caught up before they are dropped.
const MAX_BEHIND: u32 = 5;
/// Tick times that the figures are taken from: one minute.
const WINDOW: usize = 60 * TICKS_PER_SECOND as usize;
/// How long going down waits for the disk, so that what was done is also told.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A running tick thread.
#[derive(Debug)]
pub struct TickThread {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// Starts the thread; returns where its inputs go.
///
/// # Errors
/// The system gives no thread.
pub fn spawn(
    simulation: Simulation,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
) -> io::Result<(TickThread, mpsc::Sender<Input>)> {
    let (sender, inbox) = mpsc::channel(INBOX_LENGTH);
    let stop = Arc::new(AtomicBool::new(false));
    let runner = Runner {
        simulation,
        clock,
        metrics,
        inbox,
        stop: stop.clone(),
        window: VecDeque::with_capacity(WINDOW),
    };
    let thread = Builder::new().name("tick".into()).spawn(move || runner.run())?;
    Ok((TickThread { stop, thread }, sender))
}

impl TickThread {
    /// Finishes what is running, tells everybody goodbye, and waits for the thread to end. Blocks.
    pub fn finish(self) -> Finished {
        self.stop.store(true, Ordering::Release);
        self.thread.thread().unpark();
        match self.thread.join() {
            Ok(()) => Finished::Cleanly,
            Err(_) => Finished::Panicked,
        }
    }

    /// Whether the thread has ended, which it does only when told to or by a panic.
    pub fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }
}

/// How the tick thread ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finished {
    /// As told.
    Cleanly,
    /// By an error of ours. What was acknowledged is on disk all the same.
    Panicked,
}

struct Runner {
    simulation: Simulation,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    inbox: mpsc::Receiver<Input>,
    stop: Arc<AtomicBool>,
    window: VecDeque<u64>,
}

impl Runner {
    fn run(mut self) {
        let mut due = self.clock.monotonic();
        while !self.stop.load(Ordering::Acquire) {
            let now = self.clock.monotonic();
            if let Some(early) = due.checked_sub(now).filter(|early| !early.is_zero()) {
                std::thread::park_timeout(early);
                continue;
            }
            self.tick();
            due += TICK;
            let behind = self.clock.monotonic().saturating_sub(due);
            if behind > TICK * MAX_BEHIND {
                let steps = u32::try_from(behind.as_millis() / TICK.as_millis()).unwrap_or(u32::MAX);
                self.metrics.ticks_skipped.add(u64::from(steps));
                tracing::warn!(steps, "the simulation fell behind; steps dropped");
                due += TICK * steps;
            }
        }
        self.say_goodbye();
    }

    fn tick(&mut self) {
        let start = self.clock.monotonic();
        // Only what waits now: inputs that arrive meanwhile belong to the next tick.
        let waiting = self.inbox.len();
        self.metrics.inbox_depth.set(waiting);
        let mut inputs = Vec::with_capacity(waiting);
        while inputs.len() < waiting
            && let Ok(input) = self.inbox.try_recv()
        {
            inputs.push(input);
        }
        self.simulation.tick(self.clock.utc_micros(), inputs);
        self.metrics.ticks.up();
        let micros = self.clock.monotonic().saturating_sub(start).as_micros();
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(u64::try_from(micros).unwrap_or(u64::MAX));
        if self
            .metrics
            .ticks
            .read()
            .is_multiple_of(u64::from(TICKS_PER_SECOND))
        {
            let mut window: Vec<u64> = self.window.iter().copied().collect();
            self.metrics.tick_time.publish(&mut window);
        }
    }

    /// The last tick, the last positions, and time for the disk to confirm them.
    fn say_goodbye(&mut self) {
        self.inbox.close();
        self.tick();
        self.simulation.journal_all_positions();
        let deadline = self.clock.monotonic() + LAST_WORDS;
        while !self.simulation.all_durable() && self.clock.monotonic() < deadline {
            std::thread::park_timeout(Duration::from_millis(1));
            self.simulation.let_out_durable();
        }
        self.simulation.end_all_sessions(SessionEndReason::ShuttingDown);
    }
}
