//! Live checks: the rules that the command line runs, on their own thread, after every change.
//!
//! *Not* responsible for: the rules (`shared::validate`, `worldgen::rules`), showing issues (`panel::issues`).

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use egui::Context;
use shared::ids::IslandId;
use shared::island::RecordId;
use shared::issue::{Issue, Severity};
use shared::project::Project;
use shared::schema::Schema;
use worldgen::rules;

use crate::background::{Ticket, Wake, Worker};
use crate::document::Document;

struct Request {
    revision: u64,
    island_revisions: BTreeMap<IslandId, u64>,
    project: Project,
    built_in: &'static Schema,
}

struct Outcome {
    revision: u64,
    issues: Vec<Issue>,
    /// Whether the terrain of every island was checked too.
    complete: bool,
}

/// Issues that terrain shows, by island, with the island revision they belong to.
type TerrainIssues = BTreeMap<IslandId, (u64, Vec<Issue>)>;

/// Structure first, which takes a moment; then terrain, of the islands that changed.
fn check(known: &mut TerrainIssues, request: &Request, ticket: &Ticket<Outcome>) {
    let structural = shared::validate::check(&request.project, request.built_in);
    known.retain(|island, _| request.project.islands.contains_key(island));
    let publish = |known: &TerrainIssues, complete| {
        let mut issues = structural.clone();
        issues.extend(known.values().flat_map(|(_, issues)| issues.iter().cloned()));
        ticket.publish(Outcome {
            revision: request.revision,
            issues,
            complete,
        });
    };
    publish(known, false);
    for (id, island) in &request.project.islands {
        let revision = request.island_revisions.get(id).copied().unwrap_or(0);
        if known.get(id).is_some_and(|(checked, _)| *checked == revision) {
            continue;
        }
        let issues = rules::check_island(
            &request.project.settings,
            &request.project.stamps,
            island,
            ticket.flag(),
        );
        if ticket.is_outdated() {
            return;
        }
        known.insert(*id, (revision, issues));
    }
    publish(known, true);
}

/// The live checks of a document.
pub struct Checks {
    worker: Worker<Request, Outcome>,
    requested: u64,
    checked: u64,
    issues: Vec<Issue>,
    flags: Flags,
}

/// The worst error or warning about each record that has one: what maps and lists show as a dot.
pub type Flags = BTreeMap<(IslandId, RecordId), Severity>;

impl Checks {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(context: &Context) -> io::Result<Self> {
        let waker = context.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        let mut known = TerrainIssues::new();
        let worker = Worker::spawn("checks", wake, move |request: Request, ticket| {
            check(&mut known, &request, ticket);
        })?;
        Ok(Self {
            worker,
            requested: 0,
            checked: 0,
            issues: Vec::new(),
            flags: Flags::new(),
        })
    }

    /// Asks for a check if the project changed and takes what is ready. Call once per frame.
    ///
    /// A gesture that goes on is not checked before it ends: issues that come and go under the pointer
    /// only distract.
    pub fn update(&mut self, document: &Document) {
        let revision = document.revision();
        if self.requested != revision && !document.history().is_gesture_open() {
            self.requested = revision;
            self.worker.request(Request {
                revision,
                island_revisions: document
                    .project()
                    .islands
                    .keys()
                    .map(|island| (*island, document.island_revision(*island)))
                    .collect(),
                project: document.project().clone(),
                built_in: document.built_in(),
            });
        }
        if let Some(outcome) = self.worker.take().pop_back() {
            if outcome.complete {
                self.checked = outcome.revision;
            }
            self.issues = document.load_issues().to_vec();
            self.issues.extend(outcome.issues);
            for issue in &mut self.issues {
                if issue.place.is_none() {
                    issue.place = document.places().of(&issue.subject);
                }
            }
            self.issues
                .sort_by_key(|issue| std::cmp::Reverse(issue.severity()));
            self.flags = flags(&self.issues);
        }
    }

    /// Everything that is wrong, worst first.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The worst error or warning about each record.
    pub fn flags(&self) -> &Flags {
        &self.flags
    }

    /// Whether the last change is not checked yet.
    pub fn is_running(&self, document: &Document) -> bool {
        self.checked != document.revision()
    }

    /// Waits until nothing is left to do, as tests want it.
    pub fn wait_until_idle(&self) {
        self.worker.wait_until_idle();
    }
}

fn flags(issues: &[Issue]) -> Flags {
    let mut flags = Flags::new();
    for issue in issues.iter().filter(|issue| issue.severity() > Severity::Info) {
        if let (Some(island), Some(record)) = (issue.subject.island, issue.subject.record) {
            let worst = flags.entry((island, record)).or_insert(issue.severity());
            *worst = issue.severity().max(*worst);
        }
    }
    flags
}
