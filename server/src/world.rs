//! The world as the server needs it: islands with terrain, and where portals, nodes and places stand.
//!
//! Made once at start-up from the project, its bakes and the content, and read-only from then on.
//!
//! *Not* responsible for: what changes while people play (see `sim`).

mod build;
mod terrain;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::attribute::Attributes;
use shared::coords::{ChartPos, LocalPos};
use shared::ids::{EntityId, IslandId, PoiId, PortalId};
use shared::island::Bounds;

use crate::sim::walk::Terrain;

pub use build::Terrains;
pub use terrain::BakedTerrain;

/// All islands.
pub struct World {
    /// What people call it.
    pub name: String,
    /// Seed of everything that is drawn by lot.
    pub seed: u64,
    /// Where new characters appear.
    pub spawn: Spot,
    /// Changes whenever an island or the content changes.
    pub content_hash: u128,
    islands: BTreeMap<IslandId, Arc<Island>>,
}

/// One island.
pub struct Island {
    /// Made once by the editor.
    pub id: IslandId,
    /// What people call it.
    pub name: String,
    /// Middle of the island on the chart.
    pub chart: ChartPos,
    /// Its box of voxels.
    pub bounds: Bounds,
    /// Its voxels.
    pub terrain: Arc<dyn Terrain>,
    /// Portals that stand here.
    pub portals: BTreeMap<PortalId, Portal>,
    /// Resource nodes that stand here.
    pub nodes: BTreeMap<EntityId, Node>,
    /// Points of interest.
    pub places: BTreeMap<PoiId, Place>,
    /// All placed things, those that are nodes, too.
    pub entities: BTreeMap<EntityId, Entity>,
}

/// One end of a portal.
#[derive(Clone, Debug)]
pub struct Portal {
    /// What players call it.
    pub name: String,
    /// Where it stands, and where travellers arrive.
    pub position: LocalPos,
    /// Where travellers look on arrival, in 1/256 of a turn clockwise from north.
    pub yaw: u8,
    /// Where it leads.
    pub to: Spot,
}

/// A resource node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What kind of node it is, in the content.
    pub node_type: String,
    /// What players call it.
    pub name: String,
    /// Where it stands.
    pub position: LocalPos,
}

/// A point of interest.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its kind in the map's schema.
    pub kind: String,
    /// What players call it.
    pub name: String,
    /// Where it lies, on the ground.
    pub position: LocalPos,
    /// What the designer gave it, and the defaults of the schema in force for what was left out.
    pub attributes: Attributes,
}

/// A placed thing.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its kind in the map's schema.
    pub kind: String,
    /// What players call it.
    pub name: String,
    /// Where it stands, on the ground.
    pub position: LocalPos,
    /// Where it looks, in 1/256 of a turn clockwise from north.
    pub yaw: u8,
    /// What the designer gave it, and the defaults of the schema in force for what was left out.
    pub attributes: Attributes,
}

/// A position on one of the islands.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spot {
    /// The island.
    pub island: IslandId,
    /// Where on it.
    pub position: LocalPos,
    /// Where to look, in 1/256 of a turn clockwise from north.
    pub yaw: u8,
}

impl World {
    /// The islands, by id.
    pub fn islands(&self) -> impl Iterator<Item = &Arc<Island>> {
        self.islands.values()
    }

    /// One island.
    pub fn island(&self, id: IslandId) -> Option<&Arc<Island>> {
        self.islands.get(&id)
    }
}
