//! Taking in what changed on disk while there are unsaved changes here: a merge of three sides by record.
//!
//! What only one side changed is taken from that side. What both changed stays as it is here and is listed,
//! with the edits that would take the other side.
//!
//! *Not* responsible for: noticing the change (`watch`), applying the edits.

use std::collections::BTreeSet;

use shared::edit::Edit;
use shared::ids::IslandId;
use shared::island::{Island, RecordId, RecordRef};
use shared::project::Project;

use crate::text::text;

/// Something that both sides changed.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// What it is called.
    pub title: String,
    /// How the two sides differ, in one sentence.
    pub message: String,
    /// The island it is about.
    pub island: Option<IslandId>,
    /// The record it is about.
    pub record: Option<RecordId>,
    /// What takes the other side.
    pub theirs: Vec<Edit>,
}

/// What a merge comes to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Merged {
    /// What to change here.
    pub edits: Vec<Edit>,
    /// What was left as it is here, though the other side changed it too.
    pub conflicts: Vec<Conflict>,
}

/// Merges `theirs` into `mine`; both come from `base`.
pub fn merge(base: &Project, mine: &Project, theirs: &Project) -> Merged {
    let mut merged = Merged::default();
    let whole = |title: String, edit| Conflict {
        title,
        message: text().conflict_both_changed(),
        island: None,
        record: None,
        theirs: vec![edit],
    };
    if let Some(clean) = wanted(&base.settings, &mine.settings, &theirs.settings) {
        let edit = Edit::SetSettings(Box::new(theirs.settings.clone()));
        merged.take(clean, edit, |edit| whole(text().conflict_settings(), edit));
    }
    if let Some(clean) = wanted(&base.schema, &mine.schema, &theirs.schema) {
        let edit = Edit::SetSchema(Box::new(theirs.schema.clone()));
        merged.take(clean, edit, |edit| whole(text().conflict_schema(), edit));
    }
    let ids: BTreeSet<IslandId> = base
        .islands
        .keys()
        .chain(theirs.islands.keys())
        .copied()
        .collect();
    for id in ids {
        let [old, here, there] = [base, mine, theirs].map(|project| project.islands.get(&id));
        merged.island(id, old, here, there);
    }
    merged
}

/// Whether the other side's value is to be taken: `None` when it says nothing new, `Some(false)` when both
/// sides changed it.
fn wanted<T: PartialEq>(base: &T, mine: &T, theirs: &T) -> Option<bool> {
    (theirs != base && theirs != mine).then(|| mine == base)
}

impl Merged {
    fn take(&mut self, clean: bool, edit: Edit, conflict: impl FnOnce(Edit) -> Conflict) {
        if clean {
            self.edits.push(edit);
        } else {
            self.conflicts.push(conflict(edit));
        }
    }

    fn island(&mut self, id: IslandId, old: Option<&Island>, here: Option<&Island>, there: Option<&Island>) {
        let Some(clean) = wanted(&old, &here, &there) else {
            return;
        };
        let edit = match there {
            Some(island) => Edit::PutIsland(Box::new(island.clone())),
            None => Edit::RemoveIsland(id),
        };
        let named = here
            .or(there)
            .map(|island| island.name.clone())
            .unwrap_or_default();
        match (old, here, there) {
            (Some(old), Some(here), Some(there)) => {
                self.head(old, here, there);
                self.records(old, here, there);
            }
            _ => self.take(clean, edit, |edit| Conflict {
                title: text().conflict_island(named),
                message: message(old.is_some(), here.is_some(), there.is_some()),
                island: here.map(|island| island.id),
                record: None,
                theirs: vec![edit],
            }),
        }
    }

    fn head(&mut self, old: &Island, here: &Island, there: &Island) {
        let Some(clean) = wanted(&old.head(), &here.head(), &there.head()) else {
            return;
        };
        let edit = Edit::SetIslandHead(Box::new(there.head()));
        self.take(clean, edit, |edit| Conflict {
            title: text().conflict_head(&here.name),
            message: text().conflict_both_changed(),
            island: Some(here.id),
            record: None,
            theirs: vec![edit],
        });
    }

    fn records(&mut self, old: &Island, here: &Island, there: &Island) {
        let island = here.id;
        let ids: BTreeSet<RecordId> = old.record_ids().chain(there.record_ids()).collect();
        for id in ids {
            let [before, mine, theirs] = [old, here, there].map(|island| island.record_ref(id));
            let Some(clean) = wanted(&before, &mine, &theirs) else {
                continue;
            };
            let edit = match theirs {
                Some(record) => Edit::PutRecord {
                    island,
                    record: Box::new(record.to_record()),
                },
                None => Edit::RemoveRecord { island, record: id },
            };
            let name = mine.or(theirs).map(RecordRef::name).unwrap_or_default();
            let named = if name.is_empty() {
                id.to_string()
            } else {
                name.to_owned()
            };
            self.take(clean, edit, |edit| Conflict {
                title: text().conflict_record(named, &here.name),
                message: message(before.is_some(), mine.is_some(), theirs.is_some()),
                island: Some(island),
                record: mine.map(|_| id),
                theirs: vec![edit],
            });
        }
    }
}

fn message(before: bool, here: bool, there: bool) -> String {
    match (before, here, there) {
        (false, _, _) => text().conflict_both_added(),
        (true, false, _) => text().conflict_removed_here(),
        (true, true, false) => text().conflict_removed_there(),
        (true, true, true) => text().conflict_both_changed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::edit::apply_all;
    use shared::ids::PoiId;
    use shared::island::Poi;

    fn project(pois: &[(&str, f32)]) -> Project {
        let mut island = Island::new(IslandId("isle".parse().unwrap()), "isle".into(), "Isle".into());
        for (id, x_m) in pois {
            let id = PoiId(id.parse().unwrap());
            let poi = Poi {
                id,
                kind: "harbour".into(),
                name: String::new(),
                note: String::new(),
                x_m: *x_m,
                y_m: 0.0,
                attributes: shared::attribute::Attributes::new(),
            };
            island.pois.insert(id, poi);
        }
        Project {
            islands: [(island.id, island)].into(),
            ..Project::default()
        }
    }

    fn pois(project: &Project) -> Vec<(String, f32)> {
        let islands = project.islands.values();
        let records = islands.flat_map(|island| island.records().collect::<Vec<_>>());
        let places = records.filter_map(|record| match record {
            RecordRef::Poi(poi) => Some((poi.id.to_string(), poi.x_m)),
            _ => None,
        });
        places.collect()
    }

    #[test]
    fn changes_of_different_records_join_and_those_of_one_are_listed() {
        let base = project(&[("a", 0.0), ("b", 0.0), ("c", 0.0), ("d", 0.0), ("e", 0.0)]);
        // a: here, b: there, c: both, d: removed there and changed here, e: removed there; f, g: new.
        let mine = project(&[
            ("a", 1.0),
            ("b", 0.0),
            ("c", 1.0),
            ("d", 1.0),
            ("e", 0.0),
            ("f", 1.0),
        ]);
        let theirs = project(&[("a", 0.0), ("b", 2.0), ("c", 2.0), ("g", 2.0)]);
        let merged = merge(&base, &mine, &theirs);
        let mut joined = mine.clone();
        apply_all(&mut joined, merged.edits).unwrap();
        let wanted = [
            ("a", 1.0),
            ("b", 2.0),
            ("c", 1.0),
            ("d", 1.0),
            ("f", 1.0),
            ("g", 2.0),
        ];
        assert_eq!(pois(&joined), wanted.map(|(id, x_m)| (id.to_owned(), x_m)));
        let told: Vec<_> = merged
            .conflicts
            .iter()
            .map(|conflict| &conflict.message)
            .collect();
        assert_eq!(
            told,
            ["changed here and on disk", "changed here, removed on disk"]
        );
        for conflict in merged.conflicts {
            apply_all(&mut joined, conflict.theirs).unwrap();
        }
        let wanted = [("a", 1.0), ("b", 2.0), ("c", 2.0), ("f", 1.0), ("g", 2.0)];
        assert_eq!(pois(&joined), wanted.map(|(id, x_m)| (id.to_owned(), x_m)));
    }

    #[test]
    fn without_changes_here_the_other_side_is_taken_whole() {
        let (base, mut theirs) = (project(&[("a", 0.0)]), project(&[("a", 3.0), ("b", 1.0)]));
        theirs.settings.name = "New".into();
        let merged = merge(&base, &base, &theirs);
        let mut mine = base.clone();
        apply_all(&mut mine, merged.edits).unwrap();
        assert_eq!((mine, merged.conflicts.len()), (theirs.clone(), 0));
        assert_eq!(merge(&base, &theirs, &theirs), Merged::default());
    }

    #[test]
    fn an_island_removed_on_disk_but_changed_here_stays() {
        let (base, mine) = (project(&[("a", 0.0)]), project(&[("a", 3.0)]));
        let merged = merge(&base, &mine, &Project::default());
        assert_eq!((merged.edits.len(), merged.conflicts.len()), (0, 1));
        assert_eq!(merged.conflicts[0].message, "changed here, removed on disk");
    }
}
