//! Work on a named thread where only the newest request counts.
//!
//! A request that has not started yet is replaced by a newer one; a request that is running learns through
//! its [`Ticket`] that a newer one waits, finishes what is worth showing and stops. So the queue is never
//! longer than one, whatever the designer drags (invariant 8).
//!
//! *Not* responsible for: what is computed.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Most results that wait to be taken; older ones make room, because newer ones replace them on screen.
const MAX_WAITING_RESULTS: usize = 16;

/// Whether the system lets patient work step back.
pub const STEPS_BACK: bool = cfg!(target_os = "linux");

/// How far patient work steps back, in the system's steps of about a tenth each.
#[cfg(target_os = "linux")]
const PATIENCE: i32 = 10;

/// Called when a result waits, to have a frame drawn.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// A worker thread with one waiting place.
pub struct Worker<Request, Outcome> {
    shared: Arc<Shared<Request, Outcome>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared<Request, Outcome> {
    state: Mutex<State<Request, Outcome>>,
    changed: Condvar,
    wake: Wake,
}

struct State<Request, Outcome> {
    waiting: Option<(Request, Arc<AtomicBool>)>,
    /// The flag of the request that runs or waits.
    current: Arc<AtomicBool>,
    running: bool,
    results: VecDeque<Outcome>,
    stopped: bool,
}

/// The running request's way to the outside.
pub struct Ticket<'a, Outcome> {
    outdated: Arc<AtomicBool>,
    publish: &'a (dyn Fn(Outcome) + Sync),
}

impl<Outcome> Ticket<'_, Outcome> {
    /// True once a newer request waits or the editor closes.
    pub fn is_outdated(&self) -> bool {
        self.outdated.load(Ordering::Relaxed)
    }

    /// The flag behind [`Self::is_outdated`], for code that polls one.
    pub fn flag(&self) -> &AtomicBool {
        &self.outdated
    }

    /// Hands a result out, final or not. During a drag every request is outdated before it ends, so even
    /// an outdated one may show its first result; otherwise the picture would stand still.
    pub fn publish(&self, outcome: Outcome) {
        (self.publish)(outcome);
    }
}

impl<Request: Send + 'static, Outcome: Send + 'static> Worker<Request, Outcome> {
    /// Like [`Self::spawn`], for work of many milliseconds: the thread steps back behind those that draw and
    /// answer, where the system lets it.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn spawn_patient(
        name: &str,
        wake: Wake,
        mut work: impl FnMut(Request, &Ticket<Outcome>) + Send + 'static,
    ) -> io::Result<Self> {
        let mut has_stepped_back = false;
        Self::spawn(name, wake, move |request, ticket| {
            if !has_stepped_back {
                has_stepped_back = true;
                step_back();
            }
            work(request, ticket);
        })
    }

    /// Starts the thread. `work` computes one request at a time.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn spawn(
        name: &str,
        wake: Wake,
        mut work: impl FnMut(Request, &Ticket<Outcome>) + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                waiting: None,
                current: Arc::default(),
                running: false,
                results: VecDeque::new(),
                stopped: false,
            }),
            changed: Condvar::new(),
            wake,
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&theirs, &mut work))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Asks for work; whatever was asked before is outdated.
    pub fn request(&self, request: Request) {
        let mut state = self.shared.lock();
        state.current.store(true, Ordering::Relaxed);
        let flag = Arc::new(AtomicBool::new(false));
        state.current = Arc::clone(&flag);
        state.waiting = Some((request, flag));
        self.shared.changed.notify_all();
    }

    /// Takes the results that came since the last call, oldest first.
    pub fn take(&self) -> VecDeque<Outcome> {
        std::mem::take(&mut self.shared.lock().results)
    }

    /// Whether a request runs or waits.
    pub fn is_busy(&self) -> bool {
        let state = self.shared.lock();
        state.running || state.waiting.is_some()
    }

    /// Waits until nothing runs or waits, as tests want it.
    pub fn wait_until_idle(&self) {
        let mut state = self.shared.lock();
        while state.running || state.waiting.is_some() {
            state = self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Lowers the priority of this thread and of those that it starts.
fn step_back() {
    #[cfg(target_os = "linux")]
    {
        // On Linux this is about the thread alone. Refused, it is as quick as the others, which does no harm.
        rustix::process::nice(PATIENCE).ok();
    }
}

impl<Request, Outcome> Shared<Request, Outcome> {
    /// The state stays usable after a panic in `work`: every field is whole between any two statements.
    fn lock(&self) -> MutexGuard<'_, State<Request, Outcome>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn run<Request: Send, Outcome: Send>(
    shared: &Shared<Request, Outcome>,
    work: &mut impl FnMut(Request, &Ticket<Outcome>),
) {
    let mut state = shared.lock();
    loop {
        if state.stopped {
            return;
        }
        let Some((request, outdated)) = state.waiting.take() else {
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        state.running = true;
        drop(state);
        let publish = |outcome| {
            let mut state = shared.lock();
            if state.results.len() == MAX_WAITING_RESULTS {
                state.results.pop_front();
            }
            state.results.push_back(outcome);
            drop(state);
            (shared.wake)();
        };
        work(
            request,
            &Ticket {
                outdated,
                publish: &publish,
            },
        );
        state = shared.lock();
        state.running = false;
        shared.changed.notify_all();
        // The screen shows whether work goes on; without this an idle frame would never learn it ended.
        (shared.wake)();
    }
}

impl<Request, Outcome> Drop for Worker<Request, Outcome> {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.stopped = true;
            state.waiting = None;
            state.current.store(true, Ordering::Relaxed);
            self.shared.changed.notify_all();
        }
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has said so on stderr; closing the editor goes on.
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    #[test]
    fn requests_between_the_running_and_the_newest_are_skipped() {
        let gate = Arc::new(Barrier::new(2));
        let theirs = Arc::clone(&gate);
        let worker = Worker::spawn("test", Arc::new(|| {}), move |request: u32, ticket| {
            if request == 1 {
                theirs.wait();
                theirs.wait();
            }
            ticket.publish((request, ticket.is_outdated()));
        })
        .unwrap();
        worker.request(1);
        gate.wait();
        worker.request(2);
        worker.request(3);
        gate.wait();
        worker.wait_until_idle();
        assert_eq!(worker.take(), [(1, true), (3, false)]);
    }

    #[test]
    fn dropping_the_worker_stops_running_work() {
        let started = Arc::new(Barrier::new(2));
        let theirs = Arc::clone(&started);
        let worker: Worker<(), ()> = Worker::spawn("test", Arc::new(|| {}), move |(), ticket| {
            theirs.wait();
            while !ticket.is_outdated() {
                std::hint::spin_loop();
            }
        })
        .unwrap();
        worker.request(());
        started.wait();
        drop(worker);
    }
}
