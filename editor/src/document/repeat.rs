//! Repeating: what the last step did, in a form that can be done again to whatever is selected now.
//!
//! It is read off the step itself (records before and after), so every tool and panel takes part without
//! knowing about it: a move, a value typed into the inspector, a copy.
//!
//! *Not* responsible for: steps on islands, the schema or the project; those are not repeated.

use shared::attribute::{AttributeValue, Attributes};
use shared::edit::Edit;
use shared::island::{Record, RecordRef};
use shared::project::Project;

use crate::text::text;

/// Something that can be done again.
#[derive(Clone, PartialEq, Debug)]
pub enum Action {
    /// Move the selected records by metres east and north.
    Move(f32, f32),
    /// Set (`Some`) or remove (`None`) attributes of the selected records.
    Attributes(Vec<(String, Option<AttributeValue>)>),
    /// Copy the selected records this far east and north.
    Copy(f32, f32),
    /// Remove the selected records.
    Remove,
}

impl Action {
    /// What the last step did to records: `inverses` is what would undo it, `project` stands after it.
    /// Copies are told apart by whoever made them.
    pub fn of_step(inverses: &[Edit], project: &Project) -> Option<Self> {
        match inverses.first()? {
            Edit::PutRecord { island, record } => {
                let before = Record::as_ref(record);
                match project.islands.get(island)?.record_ref(before.id()) {
                    Some(after) => Self::between(before, after),
                    None => Some(Self::Remove),
                }
            }
            _ => None,
        }
    }

    fn between(before: RecordRef, after: RecordRef) -> Option<Self> {
        let (from, to) = (before.anchor(), after.anchor());
        if let (Some(from), Some(to)) = (from, to)
            && (from.x_m, from.y_m) != (to.x_m, to.y_m)
        {
            return Some(Self::Move(to.x_m - from.x_m, to.y_m - from.y_m));
        }
        let changed = changed_attributes(before.attributes()?, after.attributes()?);
        (!changed.is_empty()).then_some(Self::Attributes(changed))
    }

    /// The record after the action; `None` when the action does not change records one by one.
    pub fn applied(&self, record: RecordRef) -> Option<Record> {
        let mut record = record.to_record();
        match self {
            Self::Move(dx_m, dy_m) => record.move_by(*dx_m, *dy_m),
            Self::Attributes(changed) => {
                let attributes = record.attributes_mut()?;
                for (key, value) in changed {
                    match value {
                        Some(value) => attributes.insert(key.clone(), value.clone()),
                        None => attributes.remove(key),
                    };
                }
            }
            Self::Copy(..) | Self::Remove => return None,
        }
        Some(record)
    }

    /// What the step is called.
    pub fn label(&self, count: usize) -> String {
        let records = text().record_count(count);
        match self {
            Self::Move(..) => text().step_move_again(records),
            Self::Attributes(_) => text().step_change_again(records),
            Self::Copy(..) => text().step_copy_again(records),
            Self::Remove => text().step_delete(records),
        }
    }
}

fn changed_attributes(before: &Attributes, after: &Attributes) -> Vec<(String, Option<AttributeValue>)> {
    let set = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value))
        .map(|(key, value)| (key.clone(), Some(value.clone())));
    let removed = before
        .keys()
        .filter(|key| !after.contains_key(*key))
        .map(|key| (key.clone(), None));
    set.chain(removed).collect()
}
