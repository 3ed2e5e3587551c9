//! Islands and the records placed on them.

mod record_ref;

use std::collections::BTreeMap;
use std::fmt;

use crate::attribute::Attributes;
use crate::coords::{CHUNK_EDGE, ChartPos, ChunkPos, LocalPos, TilePos, VoxelPos};
use crate::geometry::{Box2, Geometry};
use crate::ids::{EntityId, Id, IslandId, LaneId, MarkerId, PoiId, PortalId};

pub use record_ref::RecordRef;

/// Records of one kind by id: the canonical order of the format and of every list.
pub type Records<K, V> = BTreeMap<K, V>;

/// One island: everything in one `islands/<slug>.ron`.
#[derive(Clone, PartialEq, Debug)]
pub struct Island {
    /// Made once; links and the generator's seed hang on it.
    pub id: IslandId,
    /// File name without `.ron`: `a-z`, `0-9`, `_` and `-`. Free to change; links go by id.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Where the island's middle lies on the chart.
    pub chart: ChartPos,
    /// The box of voxels it fills.
    pub bounds: Bounds,
    /// Markers that shape the terrain.
    pub markers: Records<MarkerId, Marker>,
    /// Places with a meaning.
    pub pois: Records<PoiId, Poi>,
    /// Placed things.
    pub entities: Records<EntityId, Entity>,
    /// Ends of portals that stand here.
    pub portals: Records<PortalId, Portal>,
    /// Sea lanes that start here.
    pub lanes: Records<LaneId, Lane>,
}

/// The box of voxels of an island, in multiples of the chunk edge. Invariant: every extent is in
/// [`Bounds::MIN_EDGE`] to [`Bounds::MAX_EDGE`] (sideways) or [`Bounds::MAX_VERTICAL`] (each way up and down)
/// and divisible by 32 (sideways by 64, so that the middle lies on a chunk border).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Bounds {
    width: i32,
    depth: i32,
    below: i32,
    above: i32,
}

/// Why a box of voxels is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidBounds {
    /// A sideways extent is off.
    #[error("width and depth are multiples of 64 from 64 to 4096 voxels, found {0}")]
    Sideways(i32),
    /// A vertical extent is off.
    #[error("below and above are multiples of 32 from 32 to 512 voxels, found {0}")]
    Vertical(i32),
}

impl Bounds {
    /// Smallest width and depth, in voxels.
    pub const MIN_EDGE: i32 = 2 * CHUNK_EDGE;
    /// Largest width and depth, in voxels: a day's walk, and 16 M columns in memory.
    pub const MAX_EDGE: i32 = 4096;
    /// Largest extent below and above sea level, in voxels.
    pub const MAX_VERTICAL: i32 = 512;
    /// What a new island gets: 512 x 512 columns, 32 below the sea to 128 above.
    pub const DEFAULT: Self = Self {
        width: 512,
        depth: 512,
        below: 32,
        above: 128,
    };

    /// Checks and makes the box: `width` (x) by `depth` (y) columns around the middle, from `below` voxels
    /// under sea level to `above` voxels over it.
    ///
    /// # Errors
    /// Extents outside the ranges of the type's invariant.
    pub fn new(width: i32, depth: i32, below: i32, above: i32) -> Result<Self, InvalidBounds> {
        for edge in [width, depth] {
            if !(Self::MIN_EDGE..=Self::MAX_EDGE).contains(&edge) || edge % (2 * CHUNK_EDGE) != 0 {
                return Err(InvalidBounds::Sideways(edge));
            }
        }
        for extent in [below, above] {
            if !(CHUNK_EDGE..=Self::MAX_VERTICAL).contains(&extent) || extent % CHUNK_EDGE != 0 {
                return Err(InvalidBounds::Vertical(extent));
            }
        }
        Ok(Self {
            width,
            depth,
            below,
            above,
        })
    }

    /// Columns from west to east.
    pub const fn width(self) -> i32 {
        self.width
    }

    /// Columns from south to north.
    pub const fn depth(self) -> i32 {
        self.depth
    }

    /// Voxels below sea level.
    pub const fn below(self) -> i32 {
        self.below
    }

    /// Voxels above sea level.
    pub const fn above(self) -> i32 {
        self.above
    }

    /// The first voxel, inclusive.
    pub const fn min(self) -> VoxelPos {
        VoxelPos::new(-self.width / 2, -self.depth / 2, -self.below)
    }

    /// One past the last voxel on each axis.
    pub const fn max(self) -> VoxelPos {
        VoxelPos::new(self.width / 2, self.depth / 2, self.above)
    }

    /// Whether the voxel lies inside.
    pub const fn contains(self, voxel: VoxelPos) -> bool {
        let (min, max) = (self.min(), self.max());
        voxel.x >= min.x
            && voxel.x < max.x
            && voxel.y >= min.y
            && voxel.y < max.y
            && voxel.z >= min.z
            && voxel.z < max.z
    }

    /// Columns in all.
    #[expect(
        clippy::cast_sign_loss,
        reason = "extents are positive by the type's invariant"
    )]
    pub const fn column_count(self) -> u64 {
        self.width as u64 * self.depth as u64
    }

    /// Voxels in all.
    #[expect(
        clippy::cast_sign_loss,
        reason = "extents are positive by the type's invariant"
    )]
    pub const fn voxel_count(self) -> u64 {
        self.column_count() * (self.below + self.above) as u64
    }

    /// The ground plane of the box in metres.
    pub const fn footprint(self) -> Box2 {
        Box2 {
            min_x_m: self.min().x as f32,
            min_y_m: self.min().y as f32,
            max_x_m: self.max().x as f32,
            max_y_m: self.max().y as f32,
        }
    }

    /// All tiles, row by row from the south-west.
    pub fn tiles(self) -> impl Iterator<Item = TilePos> {
        let (min, max) = (self.min(), self.max());
        (min.y / CHUNK_EDGE..max.y / CHUNK_EDGE)
            .flat_map(move |y| (min.x / CHUNK_EDGE..max.x / CHUNK_EDGE).map(move |x| TilePos::new(x, y)))
    }

    /// All chunks above one tile, from the bottom up.
    pub fn chunks_of(self, tile: TilePos) -> impl Iterator<Item = ChunkPos> {
        (self.min().z / CHUNK_EDGE..self.max().z / CHUNK_EDGE).map(move |z| ChunkPos::new(tile.x, tile.y, z))
    }
}

/// A marker: shapes terrain, within its declared support and nowhere else.
#[derive(Clone, PartialEq, Debug)]
pub struct Marker {
    /// Made once; the marker's own noise hangs on it.
    pub id: MarkerId,
    /// The marker kind, a key of the schema: `peak`, `ridge`, ...
    pub kind: String,
    /// What designers call it; may be empty.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Where it lies.
    pub geometry: Geometry,
    /// First key of the combination order: lower layers act first. -1000 to 1000.
    pub layer: i32,
    /// Second key of the combination order, within a layer; the id is the third. -1000 to 1000.
    pub priority: i32,
    /// Parameters of the kind, and whatever else the project's schema adds.
    pub attributes: Attributes,
}

/// A point of interest: a place with a meaning, found by kind, radius and name (B27, D39).
#[derive(Clone, PartialEq, Debug)]
pub struct Poi {
    /// Made once.
    pub id: PoiId,
    /// A POI kind of the schema.
    pub kind: String,
    /// What players call it; may be empty.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Where it lies on the ground plane; its height is that of the terrain.
    pub x_m: f32,
    /// See `x_m`.
    pub y_m: f32,
    /// Attributes of the kind.
    pub attributes: Attributes,
}

/// A placed thing with attributes (B28).
#[derive(Clone, PartialEq, Debug)]
pub struct Entity {
    /// Made once.
    pub id: EntityId,
    /// An entity kind of the schema.
    pub kind: String,
    /// What players call it; may be empty.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Where it stands on the ground plane; its height is that of the terrain.
    pub x_m: f32,
    /// See `x_m`.
    pub y_m: f32,
    /// Degrees clockwise from north, 0 to 360.
    pub facing_deg: f32,
    /// Attributes of the kind.
    pub attributes: Attributes,
}

/// One end of a portal. A pair is linked once, on either end; the way back is derived (D42).
#[derive(Clone, PartialEq, Debug)]
pub struct Portal {
    /// Made once.
    pub id: PortalId,
    /// What players call it; may be empty.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Where it stands on the ground plane; its height is that of the terrain.
    pub x_m: f32,
    /// See `x_m`.
    pub y_m: f32,
    /// Degrees clockwise from north that a traveller faces on arrival, 0 to 360.
    pub facing_deg: f32,
    /// The other end, when this end owns the link.
    pub to: Option<PortalId>,
}

/// A sea lane from a POI of this island to a POI of another.
#[derive(Clone, PartialEq, Debug)]
pub struct Lane {
    /// Made once.
    pub id: LaneId,
    /// What sailors call it; may be empty.
    pub name: String,
    /// A remark for other designers.
    pub note: String,
    /// Where it starts: a POI of the owning island.
    pub from: PoiId,
    /// Where it ends: a POI of another island.
    pub to: PoiId,
    /// Turning points on the chart between the two.
    pub via: Vec<ChartPos>,
}

/// A record of any kind.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// See [`Marker`].
    Marker(Marker),
    /// See [`Poi`].
    Poi(Poi),
    /// See [`Entity`].
    Entity(Entity),
    /// See [`Portal`].
    Portal(Portal),
    /// See [`Lane`].
    Lane(Lane),
}

/// The id of a record of any kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RecordId {
    /// A marker.
    Marker(MarkerId),
    /// A POI.
    Poi(PoiId),
    /// An entity.
    Entity(EntityId),
    /// A portal.
    Portal(PortalId),
    /// A sea lane.
    Lane(LaneId),
}

impl RecordId {
    /// The bare id, whatever the kind of record.
    pub fn id(self) -> Id {
        match self {
            Self::Marker(id) => id.0,
            Self::Poi(id) => id.0,
            Self::Entity(id) => id.0,
            Self::Portal(id) => id.0,
            Self::Lane(id) => id.0,
        }
    }

    /// The word for this kind of record: `marker`, `POI`, `entity`, `portal` or `sea lane`.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Marker(_) => "marker",
            Self::Poi(_) => "POI",
            Self::Entity(_) => "entity",
            Self::Portal(_) => "portal",
            Self::Lane(_) => "sea lane",
        }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.noun(), self.id())
    }
}

impl Record {
    /// Its id.
    pub fn id(&self) -> RecordId {
        self.as_ref().id()
    }

    /// The name that people gave it; may be empty.
    pub fn name(&self) -> &str {
        self.as_ref().name()
    }

    /// The kind within the schema; portals and lanes have none.
    pub fn kind(&self) -> Option<&str> {
        self.as_ref().kind()
    }

    /// Attributes, where this kind of record has them.
    pub fn attributes(&self) -> Option<&Attributes> {
        self.as_ref().attributes()
    }

    /// Attributes, to change them.
    pub fn attributes_mut(&mut self) -> Option<&mut Attributes> {
        match self {
            Self::Marker(marker) => Some(&mut marker.attributes),
            Self::Poi(poi) => Some(&mut poi.attributes),
            Self::Entity(entity) => Some(&mut entity.attributes),
            Self::Portal(_) | Self::Lane(_) => None,
        }
    }

    /// Where a label or handle goes; lanes lie on the chart and have none.
    pub fn anchor(&self) -> Option<LocalPos> {
        self.as_ref().anchor()
    }

    /// Moves the record by metres east and north; lanes stay.
    pub fn move_by(&mut self, dx_m: f32, dy_m: f32) {
        let (x_m, y_m) = match self {
            Self::Marker(marker) => {
                for point in marker.geometry.points_mut() {
                    point.x_m += dx_m;
                    point.y_m += dy_m;
                }
                return;
            }
            Self::Poi(poi) => (&mut poi.x_m, &mut poi.y_m),
            Self::Entity(entity) => (&mut entity.x_m, &mut entity.y_m),
            Self::Portal(portal) => (&mut portal.x_m, &mut portal.y_m),
            Self::Lane(_) => return,
        };
        *x_m += dx_m;
        *y_m += dy_m;
    }
}

impl Island {
    /// An empty island of default size.
    pub fn new(id: IslandId, slug: String, name: String) -> Self {
        Self {
            id,
            slug,
            name,
            note: String::new(),
            chart: ChartPos::default(),
            bounds: Bounds::DEFAULT,
            markers: Records::new(),
            pois: Records::new(),
            entities: Records::new(),
            portals: Records::new(),
            lanes: Records::new(),
        }
    }

    /// A copy of one record.
    pub fn record(&self, id: RecordId) -> Option<Record> {
        self.record_ref(id).map(RecordRef::to_record)
    }

    /// Whether a record with this id stands on the island.
    pub fn contains(&self, id: RecordId) -> bool {
        self.record_ref(id).is_some()
    }

    /// Adds the record, or replaces the one with its id, which is returned.
    pub fn put(&mut self, record: Record) -> Option<Record> {
        match record {
            Record::Marker(marker) => self.markers.insert(marker.id, marker).map(Record::Marker),
            Record::Poi(poi) => self.pois.insert(poi.id, poi).map(Record::Poi),
            Record::Entity(entity) => self.entities.insert(entity.id, entity).map(Record::Entity),
            Record::Portal(portal) => self.portals.insert(portal.id, portal).map(Record::Portal),
            Record::Lane(lane) => self.lanes.insert(lane.id, lane).map(Record::Lane),
        }
    }

    /// Removes the record and returns it.
    pub fn remove(&mut self, id: RecordId) -> Option<Record> {
        match id {
            RecordId::Marker(id) => self.markers.remove(&id).map(Record::Marker),
            RecordId::Poi(id) => self.pois.remove(&id).map(Record::Poi),
            RecordId::Entity(id) => self.entities.remove(&id).map(Record::Entity),
            RecordId::Portal(id) => self.portals.remove(&id).map(Record::Portal),
            RecordId::Lane(id) => self.lanes.remove(&id).map(Record::Lane),
        }
    }

    /// Puts the record there under its id, or takes away what is there.
    pub fn set(&mut self, id: RecordId, record: Option<Record>) {
        // What was there before is of no use here.
        drop(match record {
            Some(record) => self.put(record),
            None => self.remove(id),
        });
    }

    /// Ids of all records: markers, POIs, entities, portals, lanes, each in canonical order.
    pub fn record_ids(&self) -> impl Iterator<Item = RecordId> {
        self.records().map(RecordRef::id)
    }

    /// Markers in the canonical combination order: layer, then priority, then id.
    pub fn markers_in_order(&self) -> Vec<&Marker> {
        let mut markers: Vec<_> = self.markers.values().collect();
        markers.sort_by_key(|marker| (marker.layer, marker.priority, marker.id));
        markers
    }
}
