//! Live checks: the rules that the command line runs, on their own thread, after every change.
//!
//! *Not* responsible for: the rules (`shared::validate`), showing issues (`panel::issues`).

use std::io;
use std::sync::Arc;

use egui::Context;
use shared::issue::Issue;
use shared::project::Project;
use shared::schema::Schema;

use crate::background::{Wake, Worker};
use crate::document::Document;

struct Request {
    revision: u64,
    project: Project,
    built_in: &'static Schema,
}

struct Outcome {
    revision: u64,
    issues: Vec<Issue>,
}

/// The live checks of a document.
pub struct Checks {
    worker: Worker<Request, Outcome>,
    requested: u64,
    checked: u64,
    issues: Vec<Issue>,
}

impl Checks {
    /// Starts the thread.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(context: &Context) -> io::Result<Self> {
        let waker = context.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        let worker = Worker::spawn("checks", wake, |request: Request, ticket| {
            ticket.publish(Outcome {
                revision: request.revision,
                issues: shared::validate::check(&request.project, request.built_in),
            });
        })?;
        Ok(Self {
            worker,
            requested: 0,
            checked: 0,
            issues: Vec::new(),
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
                project: document.project().clone(),
                built_in: document.built_in(),
            });
        }
        if let Some(outcome) = self.worker.take().pop_back() {
            self.checked = outcome.revision;
            self.issues = document.load_issues().to_vec();
            self.issues.extend(outcome.issues);
            for issue in &mut self.issues {
                if issue.place.is_none() {
                    issue.place = document.places().of(&issue.subject);
                }
            }
            self.issues
                .sort_by_key(|issue| std::cmp::Reverse(issue.severity()));
        }
    }

    /// Everything that is wrong, worst first.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
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
