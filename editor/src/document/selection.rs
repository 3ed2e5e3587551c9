//! Selection: which records of the open island are selected, and which of them is the primary one.
//!
//! *Not* responsible for: drawing, hit testing, the island that is open.

use std::collections::BTreeSet;

use shared::island::{Island, RecordId};

/// The selected records. Invariant: the primary one, when set, is selected.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    records: BTreeSet<RecordId>,
    primary: Option<RecordId>,
}

impl Selection {
    /// A selection of these records; the last one is primary.
    pub fn of(records: impl IntoIterator<Item = RecordId>) -> Self {
        let mut selection = Self::default();
        for record in records {
            selection.add(record);
        }
        selection
    }

    /// Selects one more record and makes it primary.
    pub fn add(&mut self, record: RecordId) {
        self.records.insert(record);
        self.primary = Some(record);
    }

    /// Selects the record if it is not, and the other way round.
    pub fn toggle(&mut self, record: RecordId) {
        if self.records.remove(&record) {
            if self.primary == Some(record) {
                self.primary = self.records.last().copied();
            }
        } else {
            self.add(record);
        }
    }

    /// Drops records that the island does not have.
    pub fn retain_existing(&mut self, island: Option<&Island>) {
        self.records
            .retain(|id| island.is_some_and(|island| island.contains(*id)));
        if self.primary.is_some_and(|id| !self.records.contains(&id)) {
            self.primary = self.records.last().copied();
        }
    }

    /// The record that the inspector shows first and that arrow keys move on from.
    pub fn primary(&self) -> Option<RecordId> {
        self.primary
    }

    /// Whether the record is selected.
    pub fn contains(&self, record: RecordId) -> bool {
        self.records.contains(&record)
    }

    /// All selected records in canonical order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RecordId> {
        self.records.iter().copied()
    }

    /// How many are selected.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

impl FromIterator<RecordId> for Selection {
    fn from_iter<I: IntoIterator<Item = RecordId>>(records: I) -> Self {
        Self::of(records)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::PoiId;

    fn poi(text: &str) -> RecordId {
        RecordId::Poi(PoiId(text.parse().unwrap()))
    }

    #[test]
    fn the_primary_record_is_always_selected() {
        let mut selection = Selection::of([poi("a"), poi("b")]);
        assert_eq!(selection.primary(), Some(poi("b")));
        selection.toggle(poi("b"));
        assert_eq!(selection.primary(), Some(poi("a")));
        selection.retain_existing(None);
        assert_eq!((selection.primary(), selection.len()), (None, 0));
    }
}
