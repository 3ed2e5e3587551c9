//! Watching the project's folder: a thread looks about once a second, while the editor has the focus and at
//! once when it gets it, and reads the project again when files are not what the document last read or wrote.
//!
//! Looking costs a few system calls per file and no frame; it works on every file system, network drives
//! included, which is why it polls.
//!
//! *Not* responsible for: what to do about a change (`Document::reload`).

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use shared::format::{ISLANDS_FOLDER, PROJECT_FILE, SCHEMA_FILE};
use shared::schema::Schema;
use worldgen::project_dir::{self, MAX_ISLANDS};

use super::file::{self, Disk};
use super::journal::Hashes;
use crate::background::Wake;

/// How often the thread looks.
const INTERVAL: Duration = Duration::from_secs(1);
/// A change must stand still for this long: whoever writes several files should be done.
const SETTLE: Duration = Duration::from_millis(150);

/// How often files are read before the thread waits for its next look.
const MAX_TRIES: usize = 20;

/// Size and time of each file.
type Stamps = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// The thread that watches one project.
pub struct Watch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    wake: Wake,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is set by one side and read by the other; they are no states of one machine"
)]
#[derive(Default)]
struct State {
    stopped: bool,
    /// Whether the editor has the focus.
    awake: bool,
    /// Look now, whatever the time.
    look_now: bool,
    looking: bool,
    /// What the document last read or wrote.
    known: Hashes,
    found: Option<Disk>,
}

impl Watch {
    /// Starts to watch a folder whose files have these hashes.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(folder: &Path, known: Hashes, built_in: &'static Schema, wake: Wake) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                known,
                ..State::default()
            }),
            changed: Condvar::new(),
            wake,
        });
        let (theirs, folder) = (Arc::clone(&shared), folder.to_owned());
        let thread = std::thread::Builder::new()
            .name("watch".to_owned())
            .spawn(move || run(&theirs, &folder, built_in))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Tells what the document knows and whether the editor has the focus, and takes what was found.
    pub fn update(&self, known: &Hashes, focused: bool) -> Option<Disk> {
        let mut state = self.shared.lock();
        if state.known != *known {
            state.known.clone_from(known);
            // What was found before the document read or wrote again is older than that.
            state.found = None;
        }
        if focused != state.awake {
            state.awake = focused;
            state.look_now |= focused;
            self.shared.changed.notify_all();
        }
        state.found.take()
    }

    /// Looks now and waits for the outcome, as tests and the command want it.
    pub fn look_now(&self) -> Option<Disk> {
        let mut state = self.shared.lock();
        state.look_now = true;
        self.shared.changed.notify_all();
        while state.look_now || state.looking {
            state = self
                .shared
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.found.take()
    }
}

impl Shared {
    /// The state stays usable after a panic of the thread: every field is whole between any two statements.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.stopped = true;
            self.shared.changed.notify_all();
        }
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so on stderr; closing the editor goes on.
            drop(thread.join());
        }
    }
}

fn run(shared: &Shared, folder: &Path, built_in: &Schema) {
    let mut seen = Stamps::new();
    let mut state = shared.lock();
    loop {
        if state.stopped {
            return;
        }
        if !state.look_now {
            state = if state.awake {
                let waited = shared.changed.wait_timeout(state, INTERVAL);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
            };
            // Woken to stop, to look, or because the time is over: only the last two look.
            if state.stopped || !(state.awake || state.look_now) {
                continue;
            }
        }
        let forced = std::mem::take(&mut state.look_now);
        state.looking = true;
        let known = state.known.clone();
        drop(state);
        let found = look(folder, built_in, &known, &mut seen, forced);
        state = shared.lock();
        state.looking = false;
        // The document read or wrote meanwhile: what was found may be older than that.
        let is_news = found.is_some() && state.known == known;
        if is_news {
            state.found = found;
        }
        shared.changed.notify_all();
        if is_news {
            (shared.wake)();
        }
    }
}

/// The project as it is now, when it is not what is known. `seen` are the stamps that led to nothing.
fn look(folder: &Path, built_in: &Schema, known: &Hashes, seen: &mut Stamps, forced: bool) -> Option<Disk> {
    let mut now = stamps(folder);
    if now == *seen && !forced {
        return None;
    }
    for _ in 0..MAX_TRIES {
        let files = project_dir::read(folder).ok()?;
        let after = stamps(folder);
        // Files are taken when they stand still.
        if after == now {
            *seen = now;
            let hashes = file::hashes(&files);
            return (hashes != *known).then(|| Disk {
                loaded: project_dir::parse(files, built_in),
                hashes,
            });
        }
        now = after;
        std::thread::sleep(SETTLE);
    }
    // Somebody writes all the time: the next look comes in a second.
    None
}

fn stamps(folder: &Path) -> Stamps {
    let islands = fs::read_dir(folder.join(ISLANDS_FOLDER));
    let islands = islands
        .into_iter()
        .flatten()
        .take(MAX_ISLANDS)
        .filter_map(|entry| Some(entry.ok()?.path()));
    [PROJECT_FILE, SCHEMA_FILE]
        .into_iter()
        .map(|name| folder.join(name))
        .chain(islands)
        .filter_map(|path| {
            let metadata = fs::metadata(&path).ok()?;
            Some((path, (metadata.len(), metadata.modified().ok())))
        })
        .collect()
}
