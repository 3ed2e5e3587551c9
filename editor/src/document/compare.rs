//! Differences between two projects as edits, so that a reload or a recovery is an ordinary undoable step.
//!
//! *Not* responsible for: merging two sides that both changed.

use std::collections::BTreeMap;

use shared::edit::Edit;
use shared::island::{Island, RecordId};
use shared::project::Project;

/// The edits that turn `from` into `to`, touching only what differs.
pub fn difference(from: &Project, to: &Project) -> Vec<Edit> {
    let mut edits = Vec::new();
    if from.settings != to.settings {
        edits.push(Edit::SetSettings(Box::new(to.settings.clone())));
    }
    if from.schema != to.schema {
        edits.push(Edit::SetSchema(Box::new(to.schema.clone())));
    }
    for id in from.islands.keys().filter(|id| !to.islands.contains_key(id)) {
        edits.push(Edit::RemoveIsland(*id));
    }
    for (id, island) in &to.islands {
        match from.islands.get(id) {
            None => edits.push(Edit::PutIsland(Box::new(island.clone()))),
            Some(old) if old != island => island_difference(old, island, &mut edits),
            Some(_) => {}
        }
    }
    edits
}

fn island_difference(from: &Island, to: &Island, edits: &mut Vec<Edit>) {
    let island = to.id;
    if from.head() != to.head() {
        edits.push(Edit::SetIslandHead(Box::new(to.head())));
    }
    let mut old: BTreeMap<RecordId, _> = from.record_ids().map(|id| (id, from.record(id))).collect();
    for id in to.record_ids() {
        let new = to.record(id);
        if old.remove(&id) != Some(new.clone())
            && let Some(record) = new
        {
            edits.push(Edit::PutRecord {
                island,
                record: Box::new(record),
            });
        }
    }
    for record in old.into_keys() {
        edits.push(Edit::RemoveRecord { island, record });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::attribute::Attributes;
    use shared::edit::apply_all;
    use shared::ids::{IslandId, PoiId};
    use shared::island::Poi;

    fn poi(id: &str, x_m: f32) -> Poi {
        Poi {
            id: PoiId(id.parse().unwrap()),
            kind: "harbour".into(),
            name: String::new(),
            note: String::new(),
            x_m,
            y_m: 0.0,
            attributes: Attributes::new(),
        }
    }

    fn island(id: &str, pois: &[Poi]) -> Island {
        let mut island = Island::new(IslandId(id.parse().unwrap()), id.into(), id.into());
        for poi in pois {
            island.pois.insert(poi.id, poi.clone());
        }
        island
    }

    #[test]
    fn the_difference_turns_one_project_into_the_other() {
        let project = |islands: Vec<Island>| Project {
            islands: islands.into_iter().map(|island| (island.id, island)).collect(),
            ..Project::default()
        };
        let from = project(vec![
            island("a", &[poi("p", 1.0), poi("q", 2.0)]),
            island("b", &[]),
        ]);
        let mut to = project(vec![
            island("a", &[poi("p", 9.0), poi("r", 3.0)]),
            island("c", &[]),
        ]);
        to.settings.name = "New".into();

        let edits = difference(&from, &to);
        let mut work = from.clone();
        let inverses = apply_all(&mut work, edits).unwrap();
        assert_eq!(work, to);
        apply_all(&mut work, inverses).unwrap();
        assert_eq!(work, from);
        assert_eq!(difference(&to, &to), []);
    }
}
