//! Live checks: the rules that the command line runs, on threads of their own, after every change.
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
use crate::document::snapshot::{Mirror, Snapshot, Snapshots};

#[derive(Clone)]
struct Request {
    revision: u64,
    island_revisions: BTreeMap<IslandId, u64>,
    snapshot: Snapshot,
    built_in: &'static Schema,
}

/// What the rules of structure found.
struct Structure {
    revision: u64,
    issues: Vec<Issue>,
}

/// What the rules that need terrain found.
struct Terrain {
    revision: u64,
    issues: Vec<Issue>,
}

/// Issues that terrain shows, by island, with the island revision they belong to.
type TerrainIssues = BTreeMap<IslandId, (u64, Vec<Issue>)>;

/// Checks the islands that changed; those that did not keep what is known of them.
fn check_terrain(known: &mut TerrainIssues, project: &Project, request: &Request, ticket: &Ticket<Terrain>) {
    known.retain(|island, _| project.islands.contains_key(island));
    for (id, island) in &project.islands {
        let revision = request.island_revisions.get(id).copied().unwrap_or(0);
        if known.get(id).is_some_and(|(checked, _)| *checked == revision) {
            continue;
        }
        let issues = rules::check_island(&project.settings, &project.stamps, island, ticket.flag());
        if ticket.is_outdated() {
            return;
        }
        known.insert(*id, (revision, issues));
    }
    ticket.publish(Terrain {
        revision: request.revision,
        issues: known
            .values()
            .flat_map(|(_, issues)| issues.iter().cloned())
            .collect(),
    });
}

/// The live checks of a document. Structure takes a moment and has a thread to itself, so that it never waits
/// for terrain, which takes longer.
pub struct Checks {
    structure: Worker<Request, Structure>,
    terrain: Worker<Request, Terrain>,
    snapshots: Snapshots,
    requested: u64,
    /// The last revision whose structure was checked, and what was found.
    structure_checked: u64,
    structure_issues: Vec<Issue>,
    /// The same for terrain.
    terrain_checked: u64,
    terrain_issues: Vec<Issue>,
    issues: Vec<Issue>,
    flags: Flags,
}

/// The worst error or warning about each record that has one: what maps and lists show as a dot.
pub type Flags = BTreeMap<(IslandId, RecordId), Severity>;

impl Checks {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(context: &Context) -> io::Result<Self> {
        let waker = context.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        let mut mirror = Mirror::default();
        let structure = Worker::spawn("checks", Arc::clone(&wake), move |request: Request, ticket| {
            let project = mirror.show(&request.snapshot);
            ticket.publish(Structure {
                revision: request.revision,
                issues: shared::validate::check(project, request.built_in),
            });
        })?;
        let (mut known, mut mirror) = (TerrainIssues::new(), Mirror::default());
        let terrain = Worker::spawn_patient("terrain-checks", wake, move |request: Request, ticket| {
            let project = mirror.show(&request.snapshot);
            check_terrain(&mut known, project, &request, ticket);
        })?;
        Ok(Self {
            structure,
            terrain,
            snapshots: Snapshots::default(),
            requested: 0,
            structure_checked: 0,
            structure_issues: Vec::new(),
            terrain_checked: 0,
            terrain_issues: Vec::new(),
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
            let request = Request {
                revision,
                island_revisions: document
                    .project()
                    .islands
                    .keys()
                    .map(|island| (*island, document.island_revision(*island)))
                    .collect(),
                snapshot: self.snapshots.take(document),
                built_in: document.built_in(),
            };
            self.structure.request(request.clone());
            self.terrain.request(request);
        }
        let structure = self.structure.take().pop_back();
        let terrain = self.terrain.take().pop_back();
        if structure.is_none() && terrain.is_none() {
            return;
        }
        if let Some(structure) = structure {
            self.structure_checked = structure.revision;
            self.structure_issues = structure.issues;
        }
        if let Some(terrain) = terrain {
            self.terrain_checked = terrain.revision;
            self.terrain_issues = terrain.issues;
        }
        let found = [
            document.load_issues(),
            &self.structure_issues,
            &self.terrain_issues,
        ];
        self.issues = found.concat();
        for issue in &mut self.issues {
            if issue.place.is_none() {
                issue.place = document.places().of(&issue.subject);
            }
        }
        self.issues
            .sort_by_key(|issue| std::cmp::Reverse(issue.severity()));
        self.flags = flags(&self.issues);
    }

    /// Everything that is wrong, worst first.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The worst error or warning about each record.
    pub fn flags(&self) -> &Flags {
        &self.flags
    }

    /// Whether the issues have what the rules of structure say about the last change; those that need terrain
    /// may follow.
    pub fn has_structure_of(&self, document: &Document) -> bool {
        self.structure_checked == document.revision()
    }

    /// Whether the last change is not checked yet.
    pub fn is_running(&self, document: &Document) -> bool {
        !self.has_structure_of(document) || self.terrain_checked != document.revision()
    }

    /// Waits until nothing is left to do, as tests want it.
    pub fn wait_until_idle(&self) {
        self.structure.wait_until_idle();
        self.terrain.wait_until_idle();
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
