//! Records by reference: what lists, searches and maps of thousands of records read without copying them.
//!
//! *Not* responsible for: changing records, see [`crate::edit`].

use super::{Entity, Island, Lane, Marker, Poi, Portal, Record, RecordId};
use crate::attribute::Attributes;
use crate::coords::LocalPos;

/// A record of any kind, borrowed from its island.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum RecordRef<'a> {
    /// See [`Marker`].
    Marker(&'a Marker),
    /// See [`Poi`].
    Poi(&'a Poi),
    /// See [`Entity`].
    Entity(&'a Entity),
    /// See [`Portal`].
    Portal(&'a Portal),
    /// See [`Lane`].
    Lane(&'a Lane),
}

impl<'a> RecordRef<'a> {
    /// Its id.
    pub fn id(self) -> RecordId {
        match self {
            Self::Marker(marker) => RecordId::Marker(marker.id),
            Self::Poi(poi) => RecordId::Poi(poi.id),
            Self::Entity(entity) => RecordId::Entity(entity.id),
            Self::Portal(portal) => RecordId::Portal(portal.id),
            Self::Lane(lane) => RecordId::Lane(lane.id),
        }
    }

    /// The name that people gave it; may be empty.
    pub fn name(self) -> &'a str {
        match self {
            Self::Marker(marker) => &marker.name,
            Self::Poi(poi) => &poi.name,
            Self::Entity(entity) => &entity.name,
            Self::Portal(portal) => &portal.name,
            Self::Lane(lane) => &lane.name,
        }
    }

    /// The remark for other designers; may be empty.
    pub fn note(self) -> &'a str {
        match self {
            Self::Marker(marker) => &marker.note,
            Self::Poi(poi) => &poi.note,
            Self::Entity(entity) => &entity.note,
            Self::Portal(portal) => &portal.note,
            Self::Lane(lane) => &lane.note,
        }
    }

    /// The kind within the schema; portals and lanes have none.
    pub fn kind(self) -> Option<&'a str> {
        match self {
            Self::Marker(marker) => Some(&marker.kind),
            Self::Poi(poi) => Some(&poi.kind),
            Self::Entity(entity) => Some(&entity.kind),
            Self::Portal(_) | Self::Lane(_) => None,
        }
    }

    /// Attributes, where this kind of record has them.
    pub fn attributes(self) -> Option<&'a Attributes> {
        match self {
            Self::Marker(marker) => Some(&marker.attributes),
            Self::Poi(poi) => Some(&poi.attributes),
            Self::Entity(entity) => Some(&entity.attributes),
            Self::Portal(_) | Self::Lane(_) => None,
        }
    }

    /// Where a label or handle goes; lanes lie on the chart and have none.
    pub fn anchor(self) -> Option<LocalPos> {
        match self {
            Self::Marker(marker) => Some(marker.geometry.anchor()),
            Self::Poi(poi) => Some(LocalPos::new(poi.x_m, poi.y_m, 0.0)),
            Self::Entity(entity) => Some(LocalPos::new(entity.x_m, entity.y_m, 0.0)),
            Self::Portal(portal) => Some(LocalPos::new(portal.x_m, portal.y_m, 0.0)),
            Self::Lane(_) => None,
        }
    }

    /// A copy.
    pub fn to_record(self) -> Record {
        match self {
            Self::Marker(marker) => Record::Marker(marker.clone()),
            Self::Poi(poi) => Record::Poi(poi.clone()),
            Self::Entity(entity) => Record::Entity(entity.clone()),
            Self::Portal(portal) => Record::Portal(portal.clone()),
            Self::Lane(lane) => Record::Lane(lane.clone()),
        }
    }
}

impl Record {
    /// The same record, borrowed.
    pub fn as_ref(&self) -> RecordRef<'_> {
        match self {
            Self::Marker(marker) => RecordRef::Marker(marker),
            Self::Poi(poi) => RecordRef::Poi(poi),
            Self::Entity(entity) => RecordRef::Entity(entity),
            Self::Portal(portal) => RecordRef::Portal(portal),
            Self::Lane(lane) => RecordRef::Lane(lane),
        }
    }
}

impl Island {
    /// One record.
    pub fn record_ref(&self, id: RecordId) -> Option<RecordRef<'_>> {
        match id {
            RecordId::Marker(id) => self.markers.get(&id).map(RecordRef::Marker),
            RecordId::Poi(id) => self.pois.get(&id).map(RecordRef::Poi),
            RecordId::Entity(id) => self.entities.get(&id).map(RecordRef::Entity),
            RecordId::Portal(id) => self.portals.get(&id).map(RecordRef::Portal),
            RecordId::Lane(id) => self.lanes.get(&id).map(RecordRef::Lane),
        }
    }

    /// All records in canonical order, as [`Self::record_ids`] gives their ids.
    pub fn records(&self) -> impl Iterator<Item = RecordRef<'_>> {
        let markers = self.markers.values().map(RecordRef::Marker);
        let pois = self.pois.values().map(RecordRef::Poi);
        let entities = self.entities.values().map(RecordRef::Entity);
        let portals = self.portals.values().map(RecordRef::Portal);
        let lanes = self.lanes.values().map(RecordRef::Lane);
        markers.chain(pois).chain(entities).chain(portals).chain(lanes)
    }

    /// How many records stand here.
    pub fn record_count(&self) -> usize {
        self.markers.len() + self.pois.len() + self.entities.len() + self.portals.len() + self.lanes.len()
    }
}
