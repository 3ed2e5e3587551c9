//! The project for other threads: whoever asks again gets the records that changed since, not another copy
//! of thousands.
//!
//! *Not* responsible for: what is done with it, threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::ids::IslandId;
use shared::island::{Island, Record, RecordId};
use shared::project::Project;

use super::Document;

/// Most records that a snapshot keeps apart; with more, a new copy is cheaper than carrying them along.
const MAX_APART: usize = 256;

/// A project as it stood: a copy that is shared with older snapshots, and the records that changed since it
/// was made. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Snapshot {
    base: Arc<Project>,
    /// As they stood; `None` for those that were gone. Of one base, later snapshots have all that earlier
    /// ones had.
    apart: BTreeMap<(IslandId, RecordId), Option<Record>>,
    /// Heads of all islands.
    heads: Vec<Island>,
}

/// Makes snapshots of one document.
#[derive(Debug, Default)]
pub struct Snapshots {
    latest: Option<(u64, Snapshot)>,
}

impl Snapshots {
    /// The project as it stands.
    pub fn take(&mut self, document: &Document) -> Snapshot {
        let project = document.project();
        let heads: Vec<Island> = project.islands.values().map(Island::head).collect();
        if let Some((revision, latest)) = &mut self.latest
            && let Some(changes) = document.changes_since(*revision)
        {
            for (island, id) in changes {
                let stands_on = project.islands.get(&island);
                let record = stands_on.and_then(|island| island.record(id));
                latest.apart.insert((island, id), record);
            }
            if latest.apart.len() <= MAX_APART {
                *revision = document.revision();
                latest.heads = heads;
                return latest.clone();
            }
        }
        let snapshot = Snapshot {
            base: Arc::new(project.clone()),
            apart: BTreeMap::new(),
            heads,
        };
        self.latest = Some((document.revision(), snapshot.clone()));
        snapshot
    }
}

/// A thread's own project, brought up to one snapshot after the other.
#[derive(Debug, Default)]
pub struct Mirror {
    base: Option<Arc<Project>>,
    /// The base with the records apart of some earlier snapshot.
    project: Project,
}

impl Mirror {
    /// The project of a snapshot.
    pub fn show(&mut self, snapshot: &Snapshot) -> &Project {
        let base = self.base.as_ref();
        if !base.is_some_and(|base| Arc::ptr_eq(base, &snapshot.base)) {
            self.project = Project::clone(&snapshot.base);
            self.base = Some(Arc::clone(&snapshot.base));
        }
        // Both have the same islands: where one comes or goes, a new base is made.
        let islands = &mut self.project.islands;
        for head in &snapshot.heads {
            if let Some(island) = islands.get_mut(&head.id) {
                island.set_head(head.clone());
            }
        }
        for ((island, id), record) in &snapshot.apart {
            if let Some(island) = islands.get_mut(island) {
                island.set(*id, record.clone());
            }
        }
        &self.project
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Change;
    use shared::edit::Edit;
    use shared::ids::PoiId;
    use shared::island::Poi;

    const FILES: [(&str, &str); 2] = [
        (
            "project.ron",
            "Project(format: 1, name: \"x\", world_seed: 1, generator: 1)",
        ),
        (
            "islands/isle.ron",
            "Island(format: 1, id: \"isle\", name: \"Isle\", chart: (0.0, 0.0), bounds: (width: 128, depth: 128, below: 32, above: 32))",
        ),
    ];

    fn poi(number: usize) -> Record {
        Record::Poi(Poi {
            id: PoiId(format!("poi{number}").parse().unwrap()),
            kind: "place".to_owned(),
            name: String::new(),
            note: String::new(),
            x_m: 0.0,
            y_m: 0.0,
            attributes: shared::attribute::Attributes::new(),
        })
    }

    #[test]
    fn a_mirror_follows_every_change_and_skipped_snapshots_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in FILES {
            worldgen::project_dir::replace(&folder.path().join(name), text).unwrap();
        }
        let mut document = Document::open(folder.path(), worldgen::marker::schema()).unwrap();
        let island = document.island().unwrap().id;
        let (mut snapshots, mut mirror) = (Snapshots::default(), Mirror::default());
        let mut bases = 0;
        let mut last_base: Option<Arc<Project>> = None;
        for round in 0..MAX_APART * 3 {
            let put = |number| Edit::PutRecord {
                island,
                record: Box::new(poi(number)),
            };
            let edits = match round % 7 {
                0 => document.island().unwrap().pois.keys().next().map(|id| {
                    let record = RecordId::Poi(*id);
                    vec![Edit::RemoveRecord { island, record }]
                }),
                1 => {
                    let mut head = document.island().unwrap().head();
                    head.chart.x_m += 1.0;
                    Some(vec![Edit::SetIslandHead(Box::new(head)), put(round)])
                }
                _ => None,
            };
            let label = "x".to_owned();
            let edits = edits.unwrap_or_else(|| vec![put(round), put(round + 1)]);
            document.change(Change::Step { label, edits }).unwrap();
            if round % 5 == 0 {
                document.undo().unwrap();
            }
            let snapshot = snapshots.take(&document);
            if last_base
                .as_ref()
                .is_none_or(|base| !Arc::ptr_eq(base, &snapshot.base))
            {
                bases += 1;
                last_base = Some(Arc::clone(&snapshot.base));
            }
            // A thread that is busy sees one of several.
            if round % 3 == 0 {
                assert_eq!(mirror.show(&snapshot), document.project(), "round {round}");
            }
        }
        assert!((2..=8).contains(&bases), "{bases} copies for all these changes");
    }
}
