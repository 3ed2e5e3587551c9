//! Builds the world from a checked project.
//!
//! *Not* responsible for: rules that a map must keep on its own (`shared::validate`, `worldgen::rules`).

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::ids::{IslandId, PoiId, PortalId};
use shared::island::{Poi, RecordId};
use shared::issue::{Issue, Subject};
use shared::project::Project;
use shared::schema::{KindSchema, Schema};

use super::{Entity, Island, Node, Place, Portal, Spot, World};
use crate::content::Content;
use crate::sim::walk::{Terrain, place_near};

/// The entity kind that players harvest, and its attribute that names a node of the content.
const NODE_KIND: &str = "resource_node";
const NODE_ATTRIBUTE: &str = "node";

shared::declare_rules! {
    UNKNOWN_NODE = "unknown-resource-node", Error, Some("only the designer knows which node is meant"),
        "An entity of kind resource_node names a node that content/nodes.ron does not define, so nothing could be harvested there.";
    NO_STANDING_ROOM = "no-standing-room", Error, Some("where players shall arrive is a choice of the designer"),
        "A player who arrives here would be inside rock: within twelve metres there is no column with room to stand or float.";
}

/// Terrain of each island with a hash of its voxels.
pub type Terrains = BTreeMap<IslandId, (Arc<dyn Terrain>, u128)>;

impl World {
    /// Puts project, voxels and content together.
    ///
    /// # Errors
    /// Everything that keeps players from arriving or harvesting; never empty.
    pub fn build(project: &Project, terrains: &Terrains, content: &Content) -> Result<Self, Vec<Issue>> {
        let mut builder = Builder {
            project,
            schema: project.schema_with(worldgen::marker::schema()),
            terrains,
            content,
            issues: Vec::new(),
        };
        let arrivals = builder.arrivals();
        let islands = project.islands.values();
        let islands = islands
            .filter_map(|island| builder.island(island, &arrivals))
            .collect();
        let spawn = builder.spawn(project.settings.spawn);
        match spawn {
            Some(spawn) if builder.issues.is_empty() => Ok(Self {
                name: project.settings.name.clone(),
                seed: project.settings.world_seed,
                spawn,
                content_hash: content_hash(project, terrains, content),
                islands,
            }),
            _ => Err(builder.issues),
        }
    }
}

/// Islands are told apart by their voxels; portals, nodes, places and the defaults of their attributes by how the
/// project prints them.
fn content_hash(project: &Project, terrains: &Terrains, content: &Content) -> u128 {
    let mut bytes = content.hash().to_le_bytes().to_vec();
    for (id, (_, hash)) in terrains {
        bytes.extend(id.0.to_bits().to_le_bytes());
        bytes.extend(hash.to_le_bytes());
    }
    bytes.extend(format!("{:?}", (&project.schema.pois, &project.schema.entities)).into_bytes());
    for island in project.islands.values() {
        let records = (
            &island.name,
            &island.chart,
            &island.pois,
            &island.entities,
            &island.portals,
        );
        bytes.extend(format!("{records:?}").into_bytes());
    }
    xxhash_rust::xxh3::xxh3_128(&bytes)
}

struct Builder<'a> {
    project: &'a Project,
    /// The one in force.
    schema: Schema,
    terrains: &'a Terrains,
    content: &'a Content,
    issues: Vec<Issue>,
}

impl Builder<'_> {
    /// A place to stand near a record; an issue when there is none.
    fn standing_room(&mut self, island: IslandId, record: RecordId, x_m: f32, y_m: f32) -> Option<LocalPos> {
        let (terrain, _) = self.terrains.get(&island)?;
        let place = place_near(terrain.as_ref(), x_m, y_m);
        if place.is_none() {
            let message = format!("nobody can stand at {record}");
            let help = "move it to open ground";
            let issue = Issue::new(&NO_STANDING_ROOM, Subject::record(island, record), message, help);
            self.issues.push(issue);
        }
        place
    }

    /// Where travellers arrive, for every portal of the project.
    fn arrivals(&mut self) -> BTreeMap<PortalId, Spot> {
        let project = self.project;
        let mut arrivals = BTreeMap::new();
        for island in project.islands.values() {
            for portal in island.portals.values() {
                let record = RecordId::Portal(portal.id);
                if let Some(position) = self.standing_room(island.id, record, portal.x_m, portal.y_m) {
                    let spot = Spot {
                        island: island.id,
                        position,
                        yaw: yaw_of(portal.facing_deg),
                    };
                    arrivals.insert(portal.id, spot);
                }
            }
        }
        arrivals
    }

    fn island(
        &mut self,
        island: &shared::island::Island,
        arrivals: &BTreeMap<PortalId, Spot>,
    ) -> Option<(IslandId, Arc<Island>)> {
        let (terrain, _) = self.terrains.get(&island.id)?;
        let mut portals = BTreeMap::new();
        for portal in island.portals.values() {
            let target = self.project.portal_target(portal.id);
            let (from, to) = (
                arrivals.get(&portal.id),
                target.and_then(|target| arrivals.get(&target)),
            );
            if let (Some(from), Some(to)) = (from, to) {
                let portal_end = Portal {
                    name: portal.name.clone(),
                    position: from.position,
                    yaw: from.yaw,
                    to: *to,
                };
                portals.insert(portal.id, portal_end);
            }
        }
        let on_ground = |x_m: f32, y_m: f32| {
            let column = LocalPos::new(x_m, y_m, 0.0).voxel().column();
            LocalPos::new(x_m, y_m, terrain.ground(column) as f32)
        };
        let mut nodes = BTreeMap::new();
        for entity in island.entities.values().filter(|entity| entity.kind == NODE_KIND) {
            if let Some(node_type) = self.node_type(island.id, entity) {
                let name = if entity.name.is_empty() {
                    &node_type.1
                } else {
                    &entity.name
                };
                let node = Node {
                    name: name.clone(),
                    node_type: node_type.0,
                    position: on_ground(entity.x_m, entity.y_m),
                };
                nodes.insert(entity.id, node);
            }
        }
        let place = |poi: &Poi| Place {
            kind: poi.kind.clone(),
            name: poi.name.clone(),
            position: on_ground(poi.x_m, poi.y_m),
            attributes: with_defaults(&poi.attributes, self.schema.pois.get(&poi.kind)),
        };
        let entity = |entity: &shared::island::Entity| Entity {
            kind: entity.kind.clone(),
            name: entity.name.clone(),
            position: on_ground(entity.x_m, entity.y_m),
            yaw: yaw_of(entity.facing_deg),
            attributes: with_defaults(&entity.attributes, self.schema.entities.get(&entity.kind)),
        };
        let island = Island {
            id: island.id,
            name: island.name.clone(),
            chart: island.chart,
            bounds: island.bounds,
            terrain: terrain.clone(),
            portals,
            nodes,
            places: island.pois.values().map(|poi| (poi.id, place(poi))).collect(),
            entities: island
                .entities
                .values()
                .map(|thing| (thing.id, entity(thing)))
                .collect(),
        };
        Some((island.id, Arc::new(island)))
    }

    /// Id and name of the node that an entity stands for.
    fn node_type(&mut self, island: IslandId, entity: &shared::island::Entity) -> Option<(String, String)> {
        let schema = self.project.schema.entities.get(NODE_KIND);
        let default = schema.and_then(|kind| kind.attribute(NODE_ATTRIBUTE)?.default.as_ref());
        let written = entity.attributes.get(NODE_ATTRIBUTE).or(default);
        let id = written.and_then(AttributeValue::as_text).unwrap_or_default();
        if let Some(node) = self.content.node(&id) {
            return Some((node.id.clone(), node.name.clone()));
        }
        let subject = Subject::record(island, RecordId::Entity(entity.id)).field(NODE_ATTRIBUTE);
        let message = format!("entity {} names the unknown resource node {id:?}", entity.id);
        let help = "define it in content/nodes.ron or correct the name";
        self.issues
            .push(Issue::new(&UNKNOWN_NODE, subject, message, help));
        None
    }

    fn spawn(&mut self, spawn: Option<PoiId>) -> Option<Spot> {
        let project = self.project;
        let found = spawn.and_then(|id| {
            let island = project.island_of(RecordId::Poi(id))?;
            Some((island.id, island.pois.get(&id)?))
        });
        let Some((island, poi)) = found else {
            let subject = Subject::default().field("spawn");
            let message = "the project has no place for new characters";
            self.issues.push(Issue::new(
                &shared::validate::settings::NO_SPAWN,
                subject,
                message,
                "set `spawn` to the id of a POI",
            ));
            return None;
        };
        let position = self.standing_room(island, RecordId::Poi(poi.id), poi.x_m, poi.y_m)?;
        Some(Spot {
            island,
            position,
            yaw: 0,
        })
    }
}

/// What was written, and the defaults of what was not.
fn with_defaults(written: &Attributes, kind: Option<&KindSchema>) -> Attributes {
    let specs = kind.into_iter().flat_map(|kind| &kind.attributes);
    let defaults = specs.filter_map(|spec| Some((spec.key.clone(), spec.default.clone()?)));
    let mut attributes: Attributes = defaults.collect();
    attributes.extend(written.iter().map(|(key, value)| (key.clone(), value.clone())));
    attributes
}

/// Degrees clockwise from north as 1/256 of a turn.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rem_euclid and the mask keep it within a byte; NaN becomes 0"
)]
fn yaw_of(degrees: f32) -> u8 {
    ((degrees.rem_euclid(360.0) / 360.0 * 256.0) as u32 & 0xff) as u8
}
