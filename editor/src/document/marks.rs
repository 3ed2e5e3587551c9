//! Marks: what the designer hid, locked, left out of the preview, grouped or isolated.
//!
//! Marks hang on ids and layers, not on records, so that the map's files never change by them: they are
//! kept in the ignored session file.
//!
//! *Not* responsible for: what a mark means on screen (`viewport`), in the preview (`preview`) or for tools.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::ids::{EntityId, Id, LaneId, MarkerId, PoiId, PortalId};
use shared::island::{Island, RecordId};

use crate::text::text;

/// Most groups that a session keeps.
pub const MAX_GROUPS: usize = 500;

/// What can be marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Not shown.
    Hidden,
    /// Shown, but out of reach of pointer and tools.
    Locked,
    /// Left out of the preview's terrain.
    Omitted,
}

impl Mark {
    /// All marks, in the order of their columns.
    pub const ALL: [Self; 3] = [Self::Hidden, Self::Locked, Self::Omitted];

    const fn index(self) -> usize {
        self as usize
    }
}

/// Records that are marked together: a layer of markers, or all records of one sort.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Layer {
    /// Markers of this layer of the combination order.
    Markers(i32),
    /// All POIs.
    Pois,
    /// All entities.
    Entities,
    /// All portals.
    Portals,
    /// All sea lanes.
    Lanes,
}

impl Layer {
    /// The layer a record belongs to.
    pub fn of(island: &Island, id: RecordId) -> Self {
        match id {
            RecordId::Marker(id) => Self::Markers(island.markers.get(&id).map_or(0, |marker| marker.layer)),
            RecordId::Poi(_) => Self::Pois,
            RecordId::Entity(_) => Self::Entities,
            RecordId::Portal(_) => Self::Portals,
            RecordId::Lane(_) => Self::Lanes,
        }
    }

    /// What it is called on screen.
    pub fn title(self) -> String {
        match self {
            Self::Markers(layer) => text().layer_markers(layer),
            Self::Pois => text().sort_pois(),
            Self::Entities => text().sort_entities(),
            Self::Portals => text().sort_portals(),
            Self::Lanes => text().sort_lanes(),
        }
    }
}

/// All marks of a project.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Marks {
    records: [BTreeSet<RecordId>; 3],
    layers: [BTreeSet<Layer>; 3],
    groups: BTreeMap<String, BTreeSet<RecordId>>,
    /// When set, nothing else is shown.
    isolated: Option<BTreeSet<RecordId>>,
    revision: u64,
}

/// Marks as the session file holds them.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedMarks {
    records: [Vec<String>; 3],
    layers: [Vec<Layer>; 3],
    groups: BTreeMap<String, Vec<String>>,
}

impl Marks {
    /// Grows with every change, so that views know when to look again.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether a record has a mark, by itself or through its layer.
    pub fn has(&self, mark: Mark, island: &Island, record: RecordId) -> bool {
        let at = mark.index();
        if mark == Mark::Hidden && self.isolated.as_ref().is_some_and(|only| !only.contains(&record)) {
            return true;
        }
        self.records[at].contains(&record)
            || (!self.layers[at].is_empty() && self.layers[at].contains(&Layer::of(island, record)))
    }

    /// Whether the pointer may reach a record.
    pub fn is_reachable(&self, island: &Island, record: RecordId) -> bool {
        !self.has(Mark::Hidden, island, record) && !self.has(Mark::Locked, island, record)
    }

    /// Whether a layer has a mark.
    pub fn layer_has(&self, mark: Mark, layer: Layer) -> bool {
        self.layers[mark.index()].contains(&layer)
    }

    /// Whether any record or layer has a mark.
    pub fn any(&self, mark: Mark) -> bool {
        !self.records[mark.index()].is_empty() || !self.layers[mark.index()].is_empty()
    }

    /// Marks records.
    pub fn mark(&mut self, mark: Mark, records: impl IntoIterator<Item = RecordId>) {
        self.records[mark.index()].extend(records);
        self.revision += 1;
    }

    /// Marks all records when one of them lacks the mark, or takes it from all. Returns whether they have
    /// it now.
    pub fn toggle(&mut self, mark: Mark, records: &[RecordId]) -> bool {
        let marked = &mut self.records[mark.index()];
        let on = records.iter().any(|record| !marked.contains(record));
        for record in records {
            if on {
                marked.insert(*record);
            } else {
                marked.remove(record);
            }
        }
        self.revision += 1;
        on
    }

    /// Marks a layer, or takes the mark away.
    pub fn toggle_layer(&mut self, mark: Mark, layer: Layer) {
        let marked = &mut self.layers[mark.index()];
        if !marked.remove(&layer) {
            marked.insert(layer);
        }
        self.revision += 1;
    }

    /// Takes a mark from everything; for hidden records that also ends isolation.
    pub fn clear(&mut self, mark: Mark) {
        self.records[mark.index()].clear();
        self.layers[mark.index()].clear();
        if mark == Mark::Hidden {
            self.isolated = None;
        }
        self.revision += 1;
    }

    /// Shows nothing but these records; an empty list or a second call ends it.
    pub fn isolate(&mut self, records: impl IntoIterator<Item = RecordId>) {
        let only: BTreeSet<_> = records.into_iter().collect();
        self.isolated = (self.isolated.is_none() && !only.is_empty()).then_some(only);
        self.revision += 1;
    }

    /// Whether only some records are shown.
    pub fn is_isolating(&self) -> bool {
        self.isolated.is_some()
    }

    /// Groups by name.
    pub fn groups(&self) -> &BTreeMap<String, BTreeSet<RecordId>> {
        &self.groups
    }

    /// Makes a group of records and returns its name; `None` when there are too many groups.
    pub fn group(&mut self, records: impl IntoIterator<Item = RecordId>) -> Option<String> {
        if self.groups.len() >= MAX_GROUPS {
            return None;
        }
        let name = (1..=self.groups.len() + 1)
            .map(|number| text().layers_new_group(number))
            .find(|name| !self.groups.contains_key(name))?;
        self.groups.insert(name.clone(), records.into_iter().collect());
        self.revision += 1;
        Some(name)
    }

    /// Dissolves a group; its records stay.
    pub fn ungroup(&mut self, name: &str) {
        self.groups.remove(name);
        self.revision += 1;
    }

    /// Gives a group another name, unless that is taken or empty.
    pub fn rename_group(&mut self, from: &str, to: &str) {
        let to = to.trim();
        if to.is_empty() || self.groups.contains_key(to) {
            return;
        }
        if let Some(records) = self.groups.remove(from) {
            self.groups.insert(to.to_owned(), records);
            self.revision += 1;
        }
    }

    /// The groups that hold a record.
    pub fn groups_of(&self, record: RecordId) -> impl Iterator<Item = &str> {
        self.groups
            .iter()
            .filter(move |(_, records)| records.contains(&record))
            .map(|(name, _)| name.as_str())
    }

    /// For the session file. Isolation ends with the session.
    pub fn save(&self) -> SavedMarks {
        let texts = |records: &BTreeSet<RecordId>| records.iter().map(|id| key(*id)).collect::<Vec<_>>();
        SavedMarks {
            records: [0, 1, 2].map(|at| texts(&self.records[at])),
            layers: [0, 1, 2].map(|at| self.layers[at].iter().copied().collect()),
            groups: self
                .groups
                .iter()
                .map(|(name, records)| (name.clone(), texts(records)))
                .collect(),
        }
    }

    /// From the session file; what cannot be read is dropped.
    pub fn restore(saved: SavedMarks) -> Self {
        let records = |texts: Vec<String>| {
            texts
                .iter()
                .filter_map(|text| parse(text))
                .collect::<BTreeSet<_>>()
        };
        Self {
            records: saved.records.map(records),
            layers: saved.layers.map(|layers| layers.into_iter().collect()),
            groups: saved
                .groups
                .into_iter()
                .take(MAX_GROUPS)
                .map(|(name, texts)| (name, records(texts)))
                .collect(),
            isolated: None,
            revision: 1,
        }
    }
}

/// A record's sort and id: `poi:l4nding`.
pub(crate) fn key(record: RecordId) -> String {
    let sort = match record {
        RecordId::Marker(_) => "marker",
        RecordId::Poi(_) => "poi",
        RecordId::Entity(_) => "entity",
        RecordId::Portal(_) => "portal",
        RecordId::Lane(_) => "lane",
    };
    format!("{sort}:{}", record.id())
}

/// Reads what [`key`] wrote.
pub(crate) fn parse(text: &str) -> Option<RecordId> {
    let (sort, id) = text.split_once(':')?;
    let id: Id = id.parse().ok()?;
    Some(match sort {
        "marker" => RecordId::Marker(MarkerId(id)),
        "poi" => RecordId::Poi(PoiId(id)),
        "entity" => RecordId::Entity(EntityId(id)),
        "portal" => RecordId::Portal(PortalId(id)),
        "lane" => RecordId::Lane(LaneId(id)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::IslandId;

    fn id(text: &str) -> RecordId {
        RecordId::Poi(PoiId(text.parse().unwrap()))
    }

    fn island() -> Island {
        Island::new(IslandId("i".parse().unwrap()), "i".into(), "I".into())
    }

    #[test]
    fn records_are_marked_by_themselves_and_by_layer() {
        let (mut marks, island) = (Marks::default(), island());
        assert!(marks.toggle(Mark::Locked, &[id("a"), id("b")]));
        assert!(marks.has(Mark::Locked, &island, id("a")));
        assert!(!marks.is_reachable(&island, id("a")));
        assert!(!marks.toggle(Mark::Locked, &[id("a"), id("b")]), "all had it");
        marks.toggle_layer(Mark::Hidden, Layer::Pois);
        assert!(marks.has(Mark::Hidden, &island, id("z")));
        marks.clear(Mark::Hidden);
        marks.isolate([id("a")]);
        assert!(marks.has(Mark::Hidden, &island, id("z")));
        assert!(!marks.has(Mark::Hidden, &island, id("a")));
        marks.isolate([id("a")]);
        assert!(!marks.is_isolating(), "twice ends it");
    }

    #[test]
    fn marks_survive_the_session_file() {
        let mut marks = Marks::default();
        marks.mark(
            Mark::Omitted,
            [id("a"), RecordId::Marker(MarkerId("m".parse().unwrap()))],
        );
        marks.toggle_layer(Mark::Hidden, Layer::Markers(-3));
        let name = marks.group([id("a"), id("b")]).unwrap();
        marks.rename_group(&name, "Harbour");
        let written = ron::to_string(&marks.save()).unwrap();
        let read = Marks::restore(ron::from_str(&written).unwrap());
        assert_eq!(read.save(), marks.save());
        assert_eq!(read.groups_of(id("b")).collect::<Vec<_>>(), ["Harbour"]);
        let odd = SavedMarks {
            records: [vec!["nonsense".into(), "poi:".into()], vec![], vec![]],
            ..SavedMarks::default()
        };
        assert!(!Marks::restore(odd).any(Mark::Hidden));
    }
}
