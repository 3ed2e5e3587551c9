//! What an island's terrain depends on, so that a preview is asked for when that changes and only then.
//!
//! *Not* responsible for: the preview itself.

use shared::island::{Island, Marker, RecordId};
use shared::project::{Project, Settings};
use shared::stamp::Stamps;

use crate::document::marks::{Mark, Marks};

/// Everything of an island that its terrain depends on, without the markers that are left out.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct TerrainPart {
    pub(super) settings: Settings,
    pub(super) stamps: Stamps,
    pub(super) island: Island,
}

impl TerrainPart {
    pub(super) fn new(project: &Project, island: &Island, marks: &Marks) -> Self {
        let mut part = island.head();
        part.markers = kept_markers(island, marks)
            .map(|marker| (marker.id, marker.clone()))
            .collect();
        part.pois = shaping_pois(island).map(|poi| (poi.id, poi.clone())).collect();
        Self {
            settings: project.settings.clone(),
            stamps: project.stamps.clone(),
            island: part,
        }
    }

    /// Whether it is what [`Self::new`] would make, without making it.
    pub(super) fn is_of(&self, project: &Project, island: &Island, marks: &Marks) -> bool {
        self.settings == project.settings
            && self.stamps == project.stamps
            && self.island.id == island.id
            && self.island.bounds == island.bounds
            && self.island.markers.values().eq(kept_markers(island, marks))
            && shaping_pois(&self.island).eq(shaping_pois(island))
    }
}

/// POIs that the terrain depends on.
fn shaping_pois(island: &Island) -> impl Iterator<Item = &shared::island::Poi> {
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
