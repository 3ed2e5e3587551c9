//! What an island's terrain depends on, followed from change to change: a preview is asked for when that
//! differs and only then, and a drag among thousands of markers copies the one that it moves.
//!
//! *Not* responsible for: the preview itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use shared::ids::IslandId;
use shared::island::{Bounds, Island, Marker, Poi, Record, RecordId};
use shared::project::{Project, Settings};
use shared::stamp::Stamps;

use crate::document::Document;
use crate::document::marks::{Mark, Marks};

/// Most records that are kept apart; with more, a new base is cheaper than carrying them along.
const MAX_APART: usize = 128;

/// Everything of an island that its terrain depends on, without the markers that are left out: a base that
/// is shared and never changed, and the few records that differ from it.
#[derive(Clone, Debug)]
pub(super) struct TerrainPart {
    base: Arc<Base>,
    /// Records as they are now; `None` where the base has one and the part does not.
    apart: BTreeMap<RecordId, Option<Record>>,
}

#[derive(PartialEq, Debug)]
struct Base {
    settings: Settings,
    stamps: Stamps,
    island: Island,
}

impl TerrainPart {
    fn new(project: &Project, island: &Island, marks: &Marks) -> Self {
        let mut part = island.head();
        part.markers = kept_markers(island, marks)
            .map(|marker| (marker.id, marker.clone()))
            .collect();
        part.pois = shaping_pois(island).map(|poi| (poi.id, poi.clone())).collect();
        part.portals.clone_from(&island.portals);
        Self {
            base: Arc::new(Base {
                settings: project.settings.clone(),
                stamps: project.stamps.clone(),
                island: part,
            }),
            apart: BTreeMap::new(),
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.base.settings
    }

    pub(super) fn stamps(&self) -> &Stamps {
        &self.base.stamps
    }

    pub(super) fn id(&self) -> IslandId {
        self.base.island.id
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.base.island.bounds
    }

    /// The island with what the generator wants of it. Copies it where records differ from the base: not
    /// for the thread that draws.
    pub(super) fn island(&self) -> Cow<'_, Island> {
        if self.apart.is_empty() {
            return Cow::Borrowed(&self.base.island);
        }
        let mut island = self.base.island.clone();
        for (id, record) in &self.apart {
            island.set(*id, record.clone());
        }
        Cow::Owned(island)
    }

    /// Whether it is what [`Self::new`] would make, without making it.
    fn is_of(&self, project: &Project, island: &Island, marks: &Marks) -> bool {
        let mine = self.island();
        self.base.settings == project.settings
            && self.base.stamps == project.stamps
            && mine.id == island.id
            && mine.bounds == island.bounds
            && mine.markers.values().eq(kept_markers(island, marks))
            && shaping_pois(&mine).eq(shaping_pois(island))
            && mine.portals == island.portals
    }

    /// Takes a record over as the island has it now; returns whether that differs from what was here.
    fn take(&mut self, island: &Island, id: RecordId, marks: &Marks) -> bool {
        let now = shaping(island, id, marks);
        let base = shaping(&self.base.island, id, &Marks::default());
        let before = match self.apart.get(&id) {
            Some(record) => record.as_ref(),
            None => base.as_ref(),
        };
        if before == now.as_ref() {
            return false;
        }
        if now == base {
            self.apart.remove(&id);
        } else {
            self.apart.insert(id, now);
        }
        true
    }
}

/// A part that follows its island.
#[derive(Clone, Debug)]
pub(super) struct FollowedPart {
    part: TerrainPart,
    made_from: MadeFrom,
}

/// Revisions that a part was made from.
#[derive(Clone, Copy, PartialEq, Debug)]
struct MadeFrom {
    document: u64,
    island: u64,
    marks: u64,
}

impl MadeFrom {
    fn of(document: &Document, island: &Island, marks: &Marks) -> Self {
        Self {
            document: document.revision(),
            island: document.island_revision(island.id),
            marks: marks.revision(),
        }
    }
}

impl FollowedPart {
    pub(super) fn new(document: &Document, island: &Island, marks: &Marks) -> Self {
        Self {
            part: TerrainPart::new(document.project(), island, marks),
            made_from: MadeFrom::of(document, island, marks),
        }
    }

    pub(super) fn part(&self) -> &TerrainPart {
        &self.part
    }

    /// Catches up with the island; returns whether its terrain may differ. Names, entities and a move on
    /// the chart change no voxel.
    pub(super) fn follow(&mut self, document: &Document, island: &Island, marks: &Marks) -> bool {
        let now = MadeFrom::of(document, island, marks);
        let before = std::mem::replace(&mut self.made_from, now);
        if (before.island, before.marks) == (now.island, now.marks) {
            return false;
        }
        let changes = document.changes_since(before.document);
        let same_frame = before.marks == now.marks && self.part.bounds() == island.bounds;
        if let Some(changes) = changes.filter(|_| same_frame) {
            let mut differs = false;
            for (_, id) in changes.filter(|(on, _)| *on == island.id) {
                differs |= self.part.take(island, id, marks);
            }
            if self.part.apart.len() > MAX_APART {
                self.part = TerrainPart::new(document.project(), island, marks);
            }
            return differs;
        }
        let differs = !self.part.is_of(document.project(), island, marks);
        if differs {
            self.part = TerrainPart::new(document.project(), island, marks);
        }
        differs
    }
}

/// A record of an island, if the terrain depends on it.
fn shaping(island: &Island, id: RecordId, marks: &Marks) -> Option<Record> {
    match id {
        RecordId::Marker(marker) if !marks.has(Mark::Omitted, island, id) => {
            island.markers.get(&marker).cloned().map(Record::Marker)
        }
        RecordId::Poi(poi) => {
            let poi = island
                .pois
                .get(&poi)
                .filter(|poi| worldgen::poi::shapes_ground(poi));
            poi.cloned().map(Record::Poi)
        }
        RecordId::Portal(portal) => island.portals.get(&portal).cloned().map(Record::Portal),
        _ => None,
    }
}

/// POIs that the terrain depends on.
fn shaping_pois(island: &Island) -> impl Iterator<Item = &Poi> {
    let pois = island.pois.values();
    pois.filter(|poi| worldgen::poi::shapes_ground(poi))
}

/// Markers that are not left out.
fn kept_markers<'a>(island: &'a Island, marks: &'a Marks) -> impl Iterator<Item = &'a Marker> {
    island
        .markers
        .values()
        .filter(|marker| !marks.has(Mark::Omitted, island, RecordId::Marker(marker.id)))
}
