//! The place tool: puts new markers, POIs, entities and portals down.
//!
//! A point needs one click; a path or area collects corners and ends with Enter, a double click or, for an
//! area, a click on its first corner.
//!
//! *Not* responsible for: attributes of the new record; defaults are not written.

use shared::attribute::Attributes;
use shared::coords::LocalPos;
use shared::edit::Edit;
use shared::geometry::{Geometry, GeometryForm, MAX_POINTS};
use shared::ids::{EntityId, Id, MarkerId, PoiId, PortalId};
use shared::island::{Entity, Marker, Poi, Portal, Record};

use worldgen::marker::initial_level_m;

use super::{Action, KeyNames, Outcome, Overlay, Pointer, Scene};
use crate::command::Command;
use crate::document::Change;
use crate::document::selection::Selection;
use crate::text::text;
use crate::viewport::layout::Ground;
use crate::viewport::model::kind_title;

/// What is being placed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Placing {
    /// A marker of a kind, in one of the forms the kind accepts.
    Marker {
        /// Its kind.
        kind: String,
        /// Point, path or area.
        form: GeometryForm,
    },
    /// A POI of a kind.
    Poi {
        /// Its kind.
        kind: String,
    },
    /// An entity of a kind.
    Entity {
        /// Its kind.
        kind: String,
    },
    /// One end of a portal.
    Portal,
}

impl Placing {
    /// What it is called on buttons and in the history.
    pub fn title(&self) -> String {
        match self {
            Self::Marker { kind, .. } | Self::Poi { kind } | Self::Entity { kind } => kind_title(kind),
            Self::Portal => text().sort_portal(),
        }
    }

    /// How it is drawn.
    pub fn form(&self) -> GeometryForm {
        match self {
            Self::Marker { form, .. } => *form,
            Self::Poi { .. } | Self::Entity { .. } | Self::Portal => GeometryForm::Point,
        }
    }

    /// The new record; `None` without corners.
    fn record(&self, id: Id, corners: &[Ground]) -> Option<Record> {
        let first = corners.first()?;
        let (x_m, y_m) = (first.x_m, first.y_m);
        let (name, note) = (String::new(), String::new());
        let attributes = Attributes::new();
        Some(match self {
            Self::Marker { kind, form } => Record::Marker(Marker {
                id: MarkerId(id),
                kind: kind.clone(),
                name,
                note,
                geometry: Geometry::from_points(
                    *form,
                    corners
                        .iter()
                        .map(|corner| LocalPos::new(corner.x_m, corner.y_m, initial_level_m(kind)))
                        .collect(),
                )?,
                layer: 0,
                priority: 0,
                attributes,
            }),
            Self::Poi { kind } => Record::Poi(Poi {
                id: PoiId(id),
                kind: kind.clone(),
                name,
                note,
                x_m,
                y_m,
                attributes,
            }),
            Self::Entity { kind } => Record::Entity(Entity {
                id: EntityId(id),
                kind: kind.clone(),
                name,
                note,
                x_m,
                y_m,
                facing_deg: 0.0,
                attributes,
            }),
            Self::Portal => Record::Portal(Portal {
                id: PortalId(id),
                name,
                note,
                x_m,
                y_m,
                facing_deg: 0.0,
                to: None,
            }),
        })
    }
}

/// The tool that places one thing.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaceTool {
    placing: Placing,
    corners: Vec<Ground>,
    hover: Option<Ground>,
}

impl PlaceTool {
    /// A tool that places this.
    pub fn new(placing: Placing) -> Self {
        Self {
            placing,
            corners: Vec::new(),
            hover: None,
        }
    }

    /// What it places.
    pub fn placing(&self) -> &Placing {
        &self.placing
    }

    /// Takes pointer input.
    pub fn pointer(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        let at = pointer.snapped(pointer.at);
        self.hover = Some(at);
        match (pointer.action, self.placing.form()) {
            (Action::Click | Action::DoubleClick, GeometryForm::Point) => {
                self.corners = vec![at];
                let mut outcomes = self.finish(scene);
                // Shift keeps the tool for the next one.
                if !pointer.shift {
                    outcomes.push(Outcome::Finished);
                }
                outcomes
            }
            (Action::Click, form) => {
                let closes = form == GeometryForm::Area
                    && self.corners.len() >= form.min_points()
                    && self
                        .corners
                        .first()
                        .is_some_and(|first| first.distance_m(at) <= pointer.reach_m);
                if closes {
                    return self.finish_and_leave(scene);
                }
                if self.corners.last() != Some(&at) && self.corners.len() < MAX_POINTS {
                    self.corners.push(at);
                }
                Vec::new()
            }
            // The first click of the two has already set the last corner.
            (Action::DoubleClick, _) => self.finish_and_leave(scene),
            _ => Vec::new(),
        }
    }

    /// Makes the record if it has enough corners.
    pub fn finish(&mut self, scene: &Scene) -> Vec<Outcome> {
        if self.corners.len() < self.placing.form().min_points() {
            return Vec::new();
        }
        let corners = std::mem::take(&mut self.corners);
        let Some(record) = self.placing.record(scene.fresh_id, &corners) else {
            return Vec::new();
        };
        let id = record.id();
        vec![
            Outcome::Change(Change::Step {
                label: text().palette_place(self.placing.title().to_lowercase()),
                edits: vec![Edit::PutRecord {
                    island: scene.island.id,
                    record: Box::new(record),
                }],
            }),
            Outcome::Select(Selection::of([id])),
        ]
    }

    fn finish_and_leave(&mut self, scene: &Scene) -> Vec<Outcome> {
        let mut outcomes = self.finish(scene);
        if !outcomes.is_empty() {
            outcomes.push(Outcome::Finished);
        }
        outcomes
    }

    /// Gives up the corners set so far; true when there were any.
    pub fn escape(&mut self) -> bool {
        let had_any = !self.corners.is_empty();
        self.corners.clear();
        had_any
    }

    /// What to show on top of the map.
    pub fn overlay(&self, keys: KeyNames) -> Overlay {
        let title = self.placing.title().to_lowercase();
        let form = self.placing.form();
        let missing = form.min_points().saturating_sub(self.corners.len());
        let hint = match (form, missing) {
            (GeometryForm::Point, _) => text().place_hint_point(title),
            (_, 0) => text().place_hint_finish(title, keys(Command::Escape)),
            (_, missing) => text().place_hint_corners(title, missing),
        };
        let mut sketch = self.corners.clone();
        sketch.extend(self.hover);
        Overlay {
            sketch,
            sketch_closes: form == GeometryForm::Area,
            hint,
            ..Overlay::default()
        }
    }
}
