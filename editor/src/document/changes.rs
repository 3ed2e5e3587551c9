//! Which records changed since when, so that lists and maps of thousands of records need not be made anew
//! for one that moved.
//!
//! *Not* responsible for: what changed about them.

use std::collections::{BTreeSet, VecDeque};

use shared::ids::IslandId;
use shared::island::RecordId;

use super::thing::Thing;

/// Records remembered in all; whoever lags further behind looks at everything.
const MAX_REMEMBERED: usize = 4096;

/// The latest changes, oldest first.
#[derive(Debug, Default)]
pub struct ChangeLog {
    steps: VecDeque<(u64, Vec<(IslandId, RecordId)>)>,
    /// Records in `steps`.
    count: usize,
    /// Changes up to this revision are not remembered one by one.
    forgotten: u64,
}

impl ChangeLog {
    /// Remembers what the change that led to `revision` touched.
    pub fn note(&mut self, revision: u64, things: &BTreeSet<Thing>) {
        // The head of an island is no record and moves none.
        let things = things.iter().filter(|thing| !matches!(thing, Thing::Head(_)));
        let records: Option<Vec<_>> = things
            .map(|thing| match thing {
                Thing::Record(island, record) => Some((*island, *record)),
                _ => None,
            })
            .collect();
        match records.filter(|records| records.len() <= MAX_REMEMBERED) {
            Some(records) => {
                self.count += records.len();
                self.steps.push_back((revision, records));
            }
            None => self.forget_all(revision),
        }
        while self.count > MAX_REMEMBERED || self.steps.len() > MAX_REMEMBERED {
            let Some((revision, records)) = self.steps.pop_front() else {
                break;
            };
            self.count -= records.len();
            self.forgotten = revision;
        }
    }

    /// Everything may have changed with this revision.
    pub fn forget_all(&mut self, revision: u64) {
        self.steps.clear();
        (self.count, self.forgotten) = (0, revision);
    }

    /// Records that changed, came or went after `revision`; `None` when any may have. Heads of islands, which
    /// are few and small, are not told.
    pub fn since(&self, revision: u64) -> Option<impl Iterator<Item = (IslandId, RecordId)>> {
        (revision >= self.forgotten).then(|| {
            let newer = self.steps.iter().rev().take_while(move |(at, _)| *at > revision);
            newer.flat_map(|(_, records)| records.iter().copied())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::PoiId;

    #[test]
    fn only_what_is_newer_is_listed_and_large_changes_mean_everything() {
        let island = IslandId("isle".parse().unwrap());
        let record = |text: &str| RecordId::Poi(PoiId(text.parse().unwrap()));
        let one = |text: &str| BTreeSet::from([Thing::Record(island, record(text))]);
        let since = |log: &ChangeLog, revision| -> Option<Vec<RecordId>> {
            Some(log.since(revision)?.map(|(_, record)| record).collect())
        };
        let mut log = ChangeLog::default();
        log.note(2, &one("a"));
        log.note(3, &one("b"));
        assert_eq!(since(&log, 2), Some(vec![record("b")]));
        assert_eq!(since(&log, 3), Some(vec![]));
        log.note(4, &BTreeSet::from([Thing::Head(island)]));
        assert_eq!(since(&log, 3), Some(vec![]));
        log.note(4, &BTreeSet::from([Thing::Settings]));
        assert_eq!(since(&log, 3), None);
        assert_eq!(since(&log, 4), Some(vec![]));
    }
}
