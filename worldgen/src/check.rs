//! Every rule over a project folder: what the command line reports, the editor lists and the server
//! insists on.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use shared::format::Places;
use shared::issue::{Issue, Rule, Severity};
use shared::project::Project;
use shared::validate;

use crate::marker;
use crate::plan::KeptFits;
use crate::project_dir::{self, ProjectDirError};
use crate::rules;

/// A project with everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Everything that could be read.
    pub project: Project,
    /// Issues by file and line; those without a place come last.
    pub issues: Vec<Issue>,
    /// The texts of the files, for reports that quote them.
    pub places: Places,
    /// Files that must not be overwritten, with the reason; see [`shared::format::Loaded::incomplete`].
    pub incomplete: BTreeMap<String, String>,
}

impl Checked {
    /// Whether an issue keeps the project from baking.
    pub fn has_errors(&self) -> bool {
        self.issues
            .iter()
            .any(|issue| issue.severity() == Severity::Error)
    }
}

/// Rules that say something is not there. Where part of a file could not be read, it may be there after
/// all, so they are silent until the file is put right.
const ABSENCES: &[&Rule] = &[
    &validate::settings::NO_ISLANDS,
    &validate::settings::NO_SPAWN,
    &validate::attributes::MISSING_ATTRIBUTE,
    &validate::records::UNKNOWN_KIND,
    &validate::links::DANGLING_LINK,
    &validate::links::PORTAL_UNLINKED,
    &validate::links::LANE_ENDS,
    &rules::NO_LAND,
];

/// Reads a project folder and runs every rule.
///
/// # Errors
/// The folder itself cannot be read. Everything else is an issue.
pub fn check(root: &Path) -> Result<Checked, ProjectDirError> {
    check_with_kept(root, &())
}

/// Like [`check`], with the same result, but quicker where fits are `kept` of an earlier run.
///
/// # Errors
/// See [`check`].
pub fn check_with_kept(root: &Path, kept: &dyn KeptFits) -> Result<Checked, ProjectDirError> {
    let mut loaded = project_dir::load(root, marker::schema())?;
    let mut found = validate::check(&loaded.project, marker::schema());
    found.extend(rules::check_with_kept(
        kept,
        &loaded.project,
        &AtomicBool::new(false),
    ));
    if loaded
        .issues
        .iter()
        .any(|issue| issue.severity() == Severity::Error)
    {
        found.retain(|issue| !ABSENCES.contains(&issue.rule));
    }
    loaded.places.fill(&mut found);
    loaded.issues.append(&mut found);
    let order = |issue: &Issue| (issue.place.is_none(), issue.place.clone());
    loaded.issues.sort_by_key(order);
    Ok(Checked {
        project: loaded.project,
        issues: loaded.issues,
        places: loaded.places,
        incomplete: loaded.incomplete,
    })
}
