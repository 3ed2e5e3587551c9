//! Things: the parts of a project that an edit can touch, as names without content. Views learn by them what
//! to draw again, the journal what to write, saving which files differ.
//!
//! *Not* responsible for: what a thing looks like before or after.

use std::collections::BTreeSet;

use shared::edit::Edit;
use shared::ids::IslandId;
use shared::island::RecordId;

use super::file::FilePart;

/// What one edit replaces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Thing {
    /// The project's settings.
    Settings,
    /// The project's schema.
    Schema,
    /// A whole island.
    Island(IslandId),
    /// Name, place and size of an island.
    Head(IslandId),
    /// A record of an island.
    Record(IslandId, RecordId),
}

impl Thing {
    /// What an edit touches.
    pub fn of(edit: &Edit) -> Self {
        match edit {
            Edit::SetSettings(_) => Self::Settings,
            Edit::SetSchema(_) => Self::Schema,
            Edit::PutIsland(island) => Self::Island(island.id),
            Edit::RemoveIsland(island) => Self::Island(*island),
            Edit::SetIslandHead(head) => Self::Head(head.id),
            Edit::PutRecord { island, record } => Self::Record(*island, record.id()),
            Edit::RemoveRecord { island, record } => Self::Record(*island, *record),
        }
    }

    /// Everything that some edits touch.
    pub fn all_of(edits: &[Edit]) -> BTreeSet<Self> {
        edits.iter().map(Self::of).collect()
    }

    /// The file it stands in.
    pub fn part(self) -> FilePart {
        match self {
            Self::Settings => FilePart::Settings,
            Self::Schema => FilePart::Schema,
            Self::Island(island) | Self::Head(island) | Self::Record(island, _) => FilePart::Island(island),
        }
    }
}

/// The files of some things.
pub fn parts(things: &BTreeSet<Thing>) -> BTreeSet<FilePart> {
    things.iter().map(|thing| thing.part()).collect()
}
