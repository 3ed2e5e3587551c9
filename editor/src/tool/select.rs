//! The select tool: click to select, drag to move, drag over empty ground for a box, drag a corner of a
//! selected path or area to reshape it, drag the rim of a selected marker to change its radius.
//!
//! *Not* responsible for: keys that act on the selection (see `dispatch`).

use shared::attribute::AttributeValue;
use shared::edit::Edit;
use shared::geometry::GeometryForm;
use shared::island::{Record, RecordId};
use shared::schema::AttributeKind;

use super::{Action, Outcome, Overlay, Pointer, Scene, snapped};
use crate::document::Change;
use crate::document::history::GestureKey;
use crate::document::selection::Selection;
use crate::viewport::layout::Ground;
use crate::viewport::model::{self, RADIUS_ATTRIBUTE};

/// The select tool.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SelectTool {
    drag: Option<Drag>,
    /// Numbers the drags, so that no two of them are taken for one gesture.
    drag_count: u64,
}

/// A drag that is going on.
#[derive(Clone, PartialEq, Debug)]
struct Drag {
    from: Ground,
    what: Dragging,
}

#[derive(Clone, PartialEq, Debug)]
enum Dragging {
    /// Selected records, as they were when the drag began.
    Records(Vec<Record>),
    /// One corner of a marker.
    Corner { record: Record, index: usize },
    /// The radius of a marker.
    Radius { record: Record, max_m: f64, min_m: f64 },
    /// A box over empty ground; what was selected before stays with Shift.
    Box { to: Ground, kept: Selection },
}

impl SelectTool {
    /// Takes pointer input.
    pub fn pointer(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        match pointer.action {
            Action::Press => self.press(scene, pointer),
            Action::Drag => self.drag(scene, pointer),
            Action::Release => self.release(scene),
            Action::Click | Action::DoubleClick => {
                self.drag = None;
                click(scene, pointer)
            }
            Action::Hover => Vec::new(),
        }
    }

    /// Ends a drag; true when there was one. The caller cancels the gesture.
    pub fn escape(&mut self) -> bool {
        self.drag.take().is_some()
    }

    /// What to show on top of the map.
    pub fn overlay(&self) -> Overlay {
        let selection_box = match &self.drag {
            Some(Drag {
                from,
                what: Dragging::Box { to, .. },
            }) => Some((*from, *to)),
            _ => None,
        };
        Overlay {
            selection_box,
            ..Overlay::default()
        }
    }

    fn press(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        self.drag_count += 1;
        if let Some(what) = handle_at(scene, pointer) {
            self.drag = Some(Drag {
                from: pointer.at,
                what,
            });
            return Vec::new();
        }
        let hit = model::pick(scene.items, pointer.at, pointer.reach_m).map(|item| item.id);
        let Some(hit) = hit else {
            let kept = if pointer.shift {
                scene.selection.clone()
            } else {
                Selection::default()
            };
            self.drag = Some(Drag {
                from: pointer.at,
                what: Dragging::Box { to: pointer.at, kept },
            });
            return Vec::new();
        };
        // Dragging something that is not selected drags that alone.
        let (moved, outcomes) = if scene.selection.contains(hit) {
            (scene.selection.clone(), Vec::new())
        } else if pointer.shift {
            let mut more = scene.selection.clone();
            more.add(hit);
            (more, Vec::new())
        } else {
            let alone = Selection::of([hit]);
            (alone.clone(), vec![Outcome::Select(alone)])
        };
        let records = moved.iter().filter_map(|id| scene.island.record(id)).collect();
        self.drag = Some(Drag {
            from: pointer.at,
            what: Dragging::Records(records),
        });
        outcomes
    }

    fn drag(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        let key = GestureKey(format!("drag {}", self.drag_count));
        let Some(drag) = &mut self.drag else {
            return Vec::new();
        };
        let from = drag.from;
        let amend = |label: String, records: Vec<Record>| {
            let edits = records
                .into_iter()
                .map(|record| Edit::PutRecord {
                    island: scene.island.id,
                    record: Box::new(record),
                })
                .collect();
            vec![Outcome::Change(Change::Amend { label, key, edits })]
        };
        match &mut drag.what {
            Dragging::Records(records) => {
                let (dx_m, dy_m) = way(from, pointer);
                let label = match records.as_slice() {
                    [record] => format!("Move {}", model::title(record)),
                    records => format!("Move {} records", records.len()),
                };
                let moved = records
                    .iter()
                    .map(|record| {
                        let mut record = record.clone();
                        record.move_by(dx_m, dy_m);
                        record
                    })
                    .collect();
                amend(label, moved)
            }
            Dragging::Corner { record, index } => {
                let mut moved = record.clone();
                let to = snapped(pointer);
                if let Record::Marker(marker) = &mut moved
                    && let Some(corner) = marker.geometry.points_mut().get_mut(*index)
                {
                    (corner.x_m, corner.y_m) = (to.x_m, to.y_m);
                }
                amend(format!("Move corner of {}", model::title(record)), vec![moved])
            }
            Dragging::Radius { record, min_m, max_m } => {
                let mut changed = record.clone();
                let anchor = record.anchor().unwrap_or_default();
                let radius_m = f64::from(Ground::new(anchor.x_m, anchor.y_m).distance_m(pointer.at));
                let radius_m = if pointer.free { radius_m } else { radius_m.round() };
                if let Some(attributes) = changed.attributes_mut() {
                    attributes.insert(
                        RADIUS_ATTRIBUTE.to_owned(),
                        AttributeValue::Number(radius_m.clamp(*min_m, *max_m)),
                    );
                }
                amend(
                    format!("Change radius of {}", model::title(record)),
                    vec![changed],
                )
            }
            Dragging::Box { to, .. } => {
                *to = pointer.at;
                Vec::new()
            }
        }
    }

    fn release(&mut self, scene: &Scene) -> Vec<Outcome> {
        match self.drag.take() {
            Some(Drag {
                from,
                what: Dragging::Box { to, kept },
            }) => {
                let (min_x, max_x) = (from.x_m.min(to.x_m), from.x_m.max(to.x_m));
                let (min_y, max_y) = (from.y_m.min(to.y_m), from.y_m.max(to.y_m));
                let mut selection = kept;
                for item in scene.items {
                    let at = item.anchor;
                    if (min_x..=max_x).contains(&at.x_m) && (min_y..=max_y).contains(&at.y_m) {
                        selection.add(item.id);
                    }
                }
                vec![Outcome::Select(selection)]
            }
            Some(_) => vec![Outcome::Change(Change::Commit)],
            None => Vec::new(),
        }
    }
}

fn click(scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
    let hit = model::pick(scene.items, pointer.at, pointer.reach_m).map(|item| item.id);
    let selection = match (hit, pointer.shift) {
        (Some(hit), true) => {
            let mut selection = scene.selection.clone();
            selection.toggle(hit);
            selection
        }
        (Some(hit), false) => Selection::of([hit]),
        (None, true) => return Vec::new(),
        (None, false) => Selection::default(),
    };
    vec![Outcome::Select(selection)]
}

/// The way dragged, in whole metres unless freed, on one axis with Shift.
fn way(from: Ground, pointer: Pointer) -> (f32, f32) {
    let (dx, dy) = (pointer.at.x_m - from.x_m, pointer.at.y_m - from.y_m);
    let (dx, dy) = if pointer.free {
        (dx, dy)
    } else {
        (dx.round(), dy.round())
    };
    match (pointer.shift, dx.abs() >= dy.abs()) {
        (false, _) => (dx, dy),
        (true, true) => (dx, 0.0),
        (true, false) => (0.0, dy),
    }
}

/// A corner or the rim of the one selected marker under the pointer.
fn handle_at(scene: &Scene, pointer: Pointer) -> Option<Dragging> {
    if pointer.shift || scene.selection.len() != 1 {
        return None;
    }
    let id = scene.selection.primary()?;
    let RecordId::Marker(_) = id else { return None };
    let item = scene.items.iter().find(|item| item.id == id)?;
    let corner = item
        .corners
        .iter()
        .position(|corner| corner.distance_m(pointer.at) <= pointer.reach_m);
    if let Some(index) = corner {
        let record = scene.island.record(id)?;
        return Some(Dragging::Corner { record, index });
    }
    let radius_m = item.radius_m.filter(|_| item.form == GeometryForm::Point)?;
    let off_rim_m = (item.anchor.distance_m(pointer.at) - radius_m).abs();
    // The symbol itself moves the marker, even where a small radius puts the rim on it.
    let on_symbol = item.anchor.distance_m(pointer.at) <= pointer.reach_m;
    if on_symbol || off_rim_m > pointer.reach_m {
        return None;
    }
    let record = scene.island.record(id)?;
    let kind = model::kinds(scene.schema, id)?.get(record.kind()?)?;
    let AttributeKind::Number { min, max, .. } = kind.attribute(RADIUS_ATTRIBUTE)?.kind else {
        return None;
    };
    Some(Dragging::Radius {
        record,
        min_m: min,
        max_m: max.max(min),
    })
}
