//! A map project: settings, schema and islands. The world is the set of files.

use std::collections::BTreeMap;

use crate::ids::{IslandId, PoiId, PortalId};
use crate::island::{Island, RecordId};
use crate::schema::Schema;
use crate::stamp::Stamps;

/// The version of the generator that new projects pin. A project keeps the version it was made with, so
/// that an upgrade of the tool never changes a finished island by itself.
pub const CURRENT_GENERATOR: u32 = 1;

/// A map project.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Project {
    /// `project.ron`.
    pub settings: Settings,
    /// `schema.ron`: what the project itself defines; built-in marker kinds are merged in by
    /// [`Project::schema_with`].
    pub schema: Schema,
    /// `islands/*.ron`, by id.
    pub islands: BTreeMap<IslandId, Island>,
    /// `stamps/*`; no edit changes them.
    pub stamps: Stamps,
}

/// What holds for the whole project.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// What people call the world.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Seed of every noise and scatter in the world.
    pub world_seed: u64,
    /// Pinned generator version, 1 to [`CURRENT_GENERATOR`].
    pub generator: u32,
    /// Where a new player's character appears.
    pub spawn: Option<PoiId>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            note: String::new(),
            world_seed: 0,
            generator: CURRENT_GENERATOR,
            spawn: None,
        }
    }
}

impl Project {
    /// The schema in force: built-in kinds first, the project's own kinds and attributes on top.
    pub fn schema_with(&self, built_in: &Schema) -> Schema {
        let mut schema = built_in.clone();
        schema.extend(&self.schema);
        schema
    }

    /// The island that a record with this id stands on.
    pub fn island_of(&self, id: RecordId) -> Option<&Island> {
        self.islands.values().find(|island| match id {
            RecordId::Marker(id) => island.markers.contains_key(&id),
            RecordId::Poi(id) => island.pois.contains_key(&id),
            RecordId::Entity(id) => island.entities.contains_key(&id),
            RecordId::Portal(id) => island.portals.contains_key(&id),
            RecordId::Lane(id) => island.lanes.contains_key(&id),
        })
    }

    /// The other end of a portal, whichever end stores the link.
    pub fn portal_target(&self, id: PortalId) -> Option<PortalId> {
        let all = || self.islands.values().flat_map(|island| island.portals.values());
        all()
            .find(|portal| portal.id == id)?
            .to
            .or_else(|| all().find(|portal| portal.to == Some(id)).map(|portal| portal.id))
    }
}
