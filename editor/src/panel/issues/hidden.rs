//! Issues that a designer does not want to see: one by one, or all of a rule. Kept in the session file.
//!
//! *Not* responsible for: which issues there are (`checks`), showing them all the same (the panel).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::ids::IslandId;
use shared::issue::{Issue, Subject};

use crate::document::marks;

/// Most issues that are hidden one by one; the rest is better hidden by rule.
const MAX_HIDDEN: usize = 5000;

/// What is hidden.
#[derive(Clone, PartialEq, Default, Debug)]
pub(super) struct Hidden {
    rules: BTreeSet<String>,
    /// Codes of rules by what the issue is about.
    issues: BTreeMap<Subject, BTreeSet<String>>,
}

/// The same for the session file.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedHidden {
    rules: Vec<String>,
    issues: Vec<SavedIssue>,
}

/// An issue without its message, which may change while it stays the same issue.
#[derive(Clone, PartialEq, Default, Debug, Serialize, Deserialize)]
#[serde(default)]
struct SavedIssue {
    rule: String,
    island: Option<String>,
    record: Option<String>,
    field: Option<String>,
}

impl Hidden {
    /// Whether the issue or its rule is hidden.
    pub(super) fn has(&self, issue: &Issue) -> bool {
        let one = self.issues.get(&issue.subject);
        self.rules.contains(issue.rule.code) || one.is_some_and(|rules| rules.contains(issue.rule.code))
    }

    /// Hides one issue.
    pub(super) fn hide(&mut self, issue: &Issue) {
        if self.issues.len() < MAX_HIDDEN {
            let rules = self.issues.entry(issue.subject.clone()).or_default();
            rules.insert(issue.rule.code.to_owned());
        }
    }

    /// Hides all issues of a rule.
    pub(super) fn hide_rule(&mut self, code: &str) {
        self.rules.insert(code.to_owned());
    }

    /// Shows an issue again, and all others of its rule where that was hidden.
    pub(super) fn show(&mut self, issue: &Issue) {
        self.rules.remove(issue.rule.code);
        if let Some(rules) = self.issues.get_mut(&issue.subject) {
            rules.remove(issue.rule.code);
            if rules.is_empty() {
                self.issues.remove(&issue.subject);
            }
        }
    }

    /// For the session file.
    pub(super) fn save(&self) -> SavedHidden {
        let issues = self.issues.iter().flat_map(|(subject, rules)| {
            rules.iter().map(|rule| SavedIssue {
                rule: rule.clone(),
                island: subject.island.map(|island| island.to_string()),
                record: subject.record.map(marks::key),
                field: subject.field.clone(),
            })
        });
        SavedHidden {
            rules: self.rules.iter().cloned().collect(),
            issues: issues.collect(),
        }
    }

    /// From the session file; what cannot be read is dropped.
    pub(super) fn restore(saved: SavedHidden) -> Self {
        let mut hidden = Self {
            rules: saved.rules.into_iter().collect(),
            issues: BTreeMap::new(),
        };
        for issue in saved.issues.into_iter().take(MAX_HIDDEN) {
            let island = issue.island.as_deref().map(str::parse::<IslandId>).transpose();
            let record = issue.record.as_deref().map(|text| marks::parse(text).ok_or(()));
            if let (Ok(island), Ok(record)) = (island, record.transpose()) {
                let subject = Subject {
                    island,
                    record,
                    field: issue.field,
                };
                hidden.issues.entry(subject).or_default().insert(issue.rule);
            }
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_survives_a_restart_and_damage_is_dropped() {
        let subject = Subject {
            island: Some(IslandId("isle".parse().unwrap())),
            record: marks::parse("poi:quay"),
            field: Some("level".to_owned()),
        };
        let mut hidden = Hidden::default();
        hidden.hide_rule("unlinked-portal");
        let rules = BTreeSet::from(["dangling".to_owned()]);
        hidden.issues.insert(subject, rules.clone());
        hidden.issues.insert(Subject::default(), rules);
        let mut saved = hidden.save();
        assert_eq!(Hidden::restore(saved.clone()), hidden);
        saved.issues.push(SavedIssue {
            record: Some("nonsense".to_owned()),
            ..SavedIssue::default()
        });
        assert_eq!(Hidden::restore(saved), hidden);
    }
}
