//! Edits: every change of a project is a value with an inverse (invariant 4).
//!
//! An edit replaces one record, one island's head, one island, or one of the project's own parts. That is
//! all: a drag, a paste or a quick fix is a list of such replacements. `apply` returns the inverse, so
//! undo is the same code run backwards.

use crate::ids::IslandId;
use crate::island::{Island, Record, RecordId};
use crate::project::{Project, Settings};
use crate::schema::Schema;

/// One change of a project.
#[derive(Clone, PartialEq, Debug)]
pub enum Edit {
    /// Adds a record, or replaces the one with the same id.
    PutRecord {
        /// The island it stands on.
        island: IslandId,
        /// The record as it is afterwards.
        record: Box<Record>,
    },
    /// Removes a record.
    RemoveRecord {
        /// The island it stands on.
        island: IslandId,
        /// Which record.
        record: RecordId,
    },
    /// Adds an island, or replaces the one with the same id, records included.
    PutIsland(Box<Island>),
    /// Replaces slug, name, note, chart position and bounds of an island; its records stay.
    SetIslandHead(Box<Island>),
    /// Removes an island and everything on it.
    RemoveIsland(IslandId),
    /// Replaces the project's settings.
    SetSettings(Box<Settings>),
    /// Replaces the project's own schema.
    SetSchema(Box<Schema>),
}

/// Why an edit does not fit the project. Nothing was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum EditError {
    /// The island is not there.
    #[error("there is no island {0}")]
    NoIsland(IslandId),
    /// The record is not there.
    #[error("island {0} has no {1}")]
    NoRecord(IslandId, RecordId),
}

impl Edit {
    /// Applies the edit and returns its inverse.
    ///
    /// # Errors
    /// The island or record to change is not there; the project is then unchanged.
    pub fn apply(self, project: &mut Project) -> Result<Self, EditError> {
        Ok(match self {
            Self::PutRecord { island, record } => {
                let id = record.id();
                match island_mut(project, island)?.put(*record) {
                    Some(old) => Self::PutRecord {
                        island,
                        record: Box::new(old),
                    },
                    None => Self::RemoveRecord { island, record: id },
                }
            }
            Self::RemoveRecord { island, record } => {
                let old = island_mut(project, island)?.remove(record);
                let old = old.ok_or(EditError::NoRecord(island, record))?;
                Self::PutRecord {
                    island,
                    record: Box::new(old),
                }
            }
            Self::PutIsland(new) => {
                let id = new.id;
                match project.islands.insert(id, *new) {
                    Some(old) => Self::PutIsland(Box::new(old)),
                    None => Self::RemoveIsland(id),
                }
            }
            Self::SetIslandHead(head) => {
                let island = island_mut(project, head.id)?;
                let old = island.head();
                island.set_head(*head);
                Self::SetIslandHead(Box::new(old))
            }
            Self::RemoveIsland(id) => {
                let old = project.islands.remove(&id).ok_or(EditError::NoIsland(id))?;
                Self::PutIsland(Box::new(old))
            }
            Self::SetSettings(new) => {
                Self::SetSettings(Box::new(std::mem::replace(&mut project.settings, *new)))
            }
            Self::SetSchema(new) => Self::SetSchema(Box::new(std::mem::replace(&mut project.schema, *new))),
        })
    }

    /// The island it changes; `None` for the project's own parts.
    pub fn island(&self) -> Option<IslandId> {
        match self {
            Self::PutRecord { island, .. }
            | Self::RemoveRecord { island, .. }
            | Self::RemoveIsland(island) => Some(*island),
            Self::PutIsland(island) | Self::SetIslandHead(island) => Some(island.id),
            Self::SetSettings(_) | Self::SetSchema(_) => None,
        }
    }
}

fn island_mut(project: &mut Project, id: IslandId) -> Result<&mut Island, EditError> {
    project.islands.get_mut(&id).ok_or(EditError::NoIsland(id))
}

/// Applies edits in order and returns their inverses in the order that undoes them.
///
/// # Errors
/// The first edit that does not fit; the edits before it are taken back, so the project is unchanged.
pub fn apply_all(project: &mut Project, edits: Vec<Edit>) -> Result<Vec<Edit>, EditError> {
    let mut inverses = Vec::with_capacity(edits.len());
    for edit in edits {
        match edit.apply(project) {
            Ok(inverse) => inverses.push(inverse),
            Err(error) => {
                for inverse in inverses.into_iter().rev() {
                    inverse.apply(project)?;
                }
                return Err(error);
            }
        }
    }
    inverses.reverse();
    Ok(inverses)
}

impl Island {
    /// The island without its records: what [`Edit::SetIslandHead`] carries.
    #[must_use]
    pub fn head(&self) -> Self {
        Self {
            note: self.note.clone(),
            chart: self.chart,
            bounds: self.bounds,
            ..Self::new(self.id, self.slug.clone(), self.name.clone())
        }
    }

    /// Takes over everything of another island but its id and records.
    pub fn set_head(&mut self, head: Self) {
        self.slug = head.slug;
        self.name = head.name;
        self.note = head.note;
        self.chart = head.chart;
        self.bounds = head.bounds;
    }
}
