//! Structural rules: what can be wrong with a project before any terrain is made.
//!
//! Each topic has a file with its rules, their docs and their checks. Rules that need terrain are in
//! `worldgen::rules`, those of reading files in `format`.
//!
//! *Not* responsible for: repairing anything by itself. A fix is offered, never applied silently.

pub mod attributes;
pub mod islands;
pub mod links;
pub mod records;
pub mod settings;

use std::collections::BTreeMap;

use crate::ids::{Id, IslandId, PortalId};
use crate::island::{Record, RecordId};
use crate::issue::{Issue, Rule};
use crate::project::Project;
use crate::schema::Schema;

/// The check ends when it has found this many issues: put those right first. Fixes carry records, so a
/// hostile map could otherwise fill the memory with them.
pub const MAX_ISSUES: usize = 1000;

/// Checks everything; issues come in the order of the project: settings, schema, islands by id.
///
/// Time grows linearly with the number of records, apart from `self-crossing`, which is bounded.
pub fn check(project: &Project, built_in: &Schema) -> Vec<Issue> {
    let context = Context::new(project, built_in);
    let mut issues = Vec::new();
    settings::check(&context, &mut issues);
    attributes::check_schema(&context, &mut issues);
    islands::check(&context, &mut issues);
    for island in project.islands.values() {
        for id in island.record_ids() {
            if issues.len() >= MAX_ISSUES {
                return issues;
            }
            if let Some(record) = island.record(id) {
                records::check(&context, island, &record, &mut issues);
                attributes::check(&context, island, &record, &mut issues);
                links::check(&context, island, &record, &mut issues);
            }
        }
    }
    issues
}

/// Every rule of this crate, in the order of the docs.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        crate::format::RULES,
        settings::RULES,
        attributes::RULES,
        islands::RULES,
        records::RULES,
        links::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// What the checks read: the project, the schema in force, and where every id is.
pub struct Context<'a> {
    /// The project.
    pub project: &'a Project,
    /// Built-in kinds.
    pub built_in: &'a Schema,
    /// Built-in kinds with the project's own on top.
    pub schema: Schema,
    records: BTreeMap<Id, (IslandId, RecordId)>,
    /// Portals by the portal that they name as their other end.
    portals_to: BTreeMap<PortalId, Vec<PortalId>>,
}

impl<'a> Context<'a> {
    /// Indexes the project.
    pub fn new(project: &'a Project, built_in: &'a Schema) -> Self {
        let mut records = BTreeMap::new();
        let mut portals_to = BTreeMap::<_, Vec<_>>::new();
        for island in project.islands.values() {
            records.extend(island.record_ids().map(|id| (id.id(), (island.id, id))));
            for portal in island.portals.values() {
                if let Some(to) = portal.to.filter(|to| *to != portal.id) {
                    portals_to.entry(to).or_default().push(portal.id);
                }
            }
        }
        Self {
            project,
            built_in,
            schema: project.schema_with(built_in),
            records,
            portals_to,
        }
    }

    /// The record with this id, whatever it is.
    fn find(&self, id: Id) -> Option<(IslandId, Record)> {
        let (island, record) = self.records.get(&id)?;
        Some((*island, self.project.islands.get(island)?.record(*record)?))
    }
}
