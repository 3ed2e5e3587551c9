//! The select tool: click to select, drag to move, drag over empty ground for a box or a lasso, drag a
//! handle of the selection to reshape it; G, R and S start the same without a button.
//!
//! *Not* responsible for: keys that act on the selection (see `dispatch`), what a transform does
//! (`tool::transform`), where handles are (`tool::handle`).

use shared::coords::LocalPos;
use shared::geometry::MAX_POINTS;
use shared::island::{Record, RecordId};

use super::handle::{self, Grip};
use super::transform::{Axis, Kind, Transform, TransformKey};
use super::{Action, KeyNames, Outcome, Overlay, Pointer, Scene};
use crate::command::Command;
use crate::document::Change;
use crate::document::history::GestureKey;
use crate::document::selection::Selection;
use crate::text::text;
use crate::theme::PICK_DISTANCE;
use crate::viewport::layout::Ground;
use crate::viewport::model::{self, Item};

/// A lasso point is set when the pointer went this far, in shares of its reach.
const LASSO_STEP: f32 = 0.5;
/// Most points of a lasso: a hand draws fewer.
const MAX_LASSO: usize = 4096;

/// The select tool.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SelectTool {
    state: State,
    /// A drag over empty ground draws a lasso instead of a box.
    lasso: bool,
    /// The corner that was clicked last, of the selected path or area.
    corner: Option<(RecordId, usize)>,
    /// Numbers the gestures, so that no two of them are taken for one.
    gesture_count: u64,
}

#[derive(Clone, PartialEq, Debug, Default)]
enum State {
    #[default]
    Idle,
    Transform(Box<Transform>),
    /// A box over empty ground; what was selected before stays with Shift or Ctrl.
    Box {
        from: Ground,
        to: Ground,
        kept: Selection,
    },
    Lasso {
        points: Vec<Ground>,
        kept: Selection,
    },
}

/// A transform that a key starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// Move.
    Grab,
    /// Turn.
    Rotate,
    /// Scale.
    Scale,
}

impl SelectTool {
    /// Whether a drag over empty ground draws a lasso.
    pub fn is_lasso(&self) -> bool {
        self.lasso
    }

    /// Boxes or lassos.
    pub fn set_lasso(&mut self, lasso: bool) {
        self.lasso = lasso;
    }

    /// The clicked corner, while its record is the one selected.
    pub fn corner(&self, selection: &Selection) -> Option<(RecordId, usize)> {
        self.corner
            .filter(|(record, _)| selection.len() == 1 && selection.contains(*record))
    }

    /// Forgets the clicked corner.
    pub fn forget_corner(&mut self) {
        self.corner = None;
    }

    /// Whether digits and axis letters belong to a transform now.
    pub fn takes_keys(&self) -> bool {
        matches!(self.state, State::Transform(_))
    }

    /// Whether a transform follows the pointer with no button down.
    pub fn is_modal(&self) -> bool {
        matches!(&self.state, State::Transform(transform) if transform.modal)
    }

    /// Takes pointer input.
    pub fn pointer(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        if self.is_modal() {
            return match pointer.action {
                Action::Hover => self.go_on(scene, pointer),
                Action::Drag | Action::Release => Vec::new(),
                Action::Press | Action::Click | Action::DoubleClick => self.confirm(),
            };
        }
        match pointer.action {
            Action::Press => self.press(scene, pointer),
            Action::Drag => self.go_on(scene, pointer),
            Action::Release => self.release(scene),
            Action::Click | Action::DoubleClick => {
                self.state = State::Idle;
                self.click(scene, pointer)
            }
            Action::Hover => Vec::new(),
        }
    }

    /// Starts a transform of the selection that follows the pointer, which is now at `from`, without a button.
    pub fn start(&mut self, scene: &Scene, start: Start, from: Option<Pointer>) {
        let records = grabbed(scene, scene.selection);
        let Some(pivot) = handle::pivot(&records) else {
            return;
        };
        self.gesture_count += 1;
        let kind = match (start, self.corner(scene.selection)) {
            (Start::Grab, Some((_, index))) => Kind::Corner(index),
            (Start::Grab, None) => Kind::Move,
            (Start::Rotate, _) => Kind::Rotate,
            (Start::Scale, _) => Kind::Scale,
        };
        self.begin(Transform::new(kind, records, pivot, from, true));
    }

    /// A key of the transform that is going on.
    pub fn key(&mut self, scene: &Scene, key: TransformKey) -> Vec<Outcome> {
        let State::Transform(transform) = &mut self.state else {
            return Vec::new();
        };
        transform.key(key);
        self.amend(scene)
    }

    /// Keeps what the transform did.
    pub fn confirm(&mut self) -> Vec<Outcome> {
        match std::mem::take(&mut self.state) {
            State::Transform(_) => vec![Outcome::Change(Change::Commit)],
            other => {
                self.state = other;
                Vec::new()
            }
        }
    }

    /// Ends what is going on, then lets go of the corner; true when there was something. The caller
    /// cancels the gesture.
    pub fn escape(&mut self) -> bool {
        !matches!(std::mem::take(&mut self.state), State::Idle) || self.corner.take().is_some()
    }

    /// What to show on top of the map.
    pub fn overlay(&self, selection: &Selection, keys: KeyNames) -> Overlay {
        let mut overlay = Overlay {
            corner: self.corner(selection),
            ..Overlay::default()
        };
        match &self.state {
            State::Idle => {
                if let Some((_, index)) = overlay.corner {
                    overlay.hint = text().corner_hint(
                        index + 1,
                        keys(Command::Grab),
                        keys(Command::Delete),
                        keys(Command::Escape),
                    );
                }
            }
            State::Transform(transform) => {
                overlay.hint = transform.readout(keys);
                overlay.guide = transform.axis().map(|axis| (transform.pivot(), axis));
            }
            State::Box { from, to, .. } => overlay.selection_box = Some((*from, *to)),
            State::Lasso { points, .. } => {
                overlay.sketch.clone_from(points);
                overlay.sketch_closes = true;
                overlay.sketch_is_lasso = true;
            }
        }
        overlay
    }

    fn press(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        self.gesture_count += 1;
        let adds = pointer.shift || pointer.ctrl;
        if !adds && let Some(outcomes) = self.grip(scene, pointer) {
            return outcomes;
        }
        let hit = model::pick(scene.items, pointer.at, pointer.reach_m).map(|item| item.id);
        let Some(hit) = hit.or(pointer.hit) else {
            let kept = if adds {
                scene.selection.clone()
            } else {
                Selection::default()
            };
            self.state = if self.lasso {
                let points = vec![pointer.at];
                State::Lasso { points, kept }
            } else {
                let (from, to) = (pointer.at, pointer.at);
                State::Box { from, to, kept }
            };
            return Vec::new();
        };
        // Dragging something that is not selected drags that alone.
        let (moved, outcomes) = if scene.selection.contains(hit) {
            (scene.selection.clone(), Vec::new())
        } else if adds {
            let mut more = scene.selection.clone();
            more.add(hit);
            (more, Vec::new())
        } else {
            let alone = Selection::of([hit]);
            (alone.clone(), vec![Outcome::Select(alone)])
        };
        let mut records = grabbed(scene, &moved);
        // What is dragged itself lands on the raster.
        if let Some(at) = records.iter().position(|record| record.id() == hit) {
            records.swap(0, at);
        }
        if let Some(pivot) = handle::pivot(&records) {
            self.corner = None;
            self.begin(Transform::new(Kind::Move, records, pivot, Some(pointer), false));
        }
        outcomes
    }

    fn begin(&mut self, transform: Transform) {
        self.state = State::Transform(Box::new(transform));
    }

    /// Starts the drag of a handle, if one is under the pointer.
    fn grip(&mut self, scene: &Scene, pointer: Pointer) -> Option<Vec<Outcome>> {
        let records = grabbed(scene, scene.selection);
        let pivot = handle::pivot(&records)?;
        let metres_per_point = pointer.reach_m / PICK_DISTANCE;
        // The symbol itself moves its record, even where a handle lies on it.
        let on_symbol = pivot.distance_m(pointer.at) <= pointer.reach_m && records.len() == 1;
        let grip = pointer.grip.or_else(|| {
            let handles = handle::handles(&records, scene.schema, metres_per_point);
            let at = handle::at(&handles, pointer.at, pointer.reach_m);
            at.filter(|grip| !on_symbol || matches!(grip, Grip::Corner(_)))
                .or_else(|| rim_at(scene, &records, pointer).filter(|_| !on_symbol))
        })?;
        let whole = |kind, records| Transform::new(kind, records, pivot, Some(pointer), false);
        let transform = match grip {
            Grip::MoveX => whole(Kind::Move, records).along(Axis::X),
            Grip::MoveY => whole(Kind::Move, records).along(Axis::Y),
            Grip::MoveZ => match self.corner(scene.selection) {
                Some((_, index)) => whole(Kind::Corner(index), records).along(Axis::Z),
                None => whole(Kind::Move, records).along(Axis::Z),
            },
            Grip::Rotate => whole(Kind::Rotate, records),
            Grip::Facing => whole(Kind::Facing, records),
            Grip::Ring(index) => {
                let ring = handle::rings(records.first()?, scene.schema)
                    .into_iter()
                    .nth(index)?;
                whole(Kind::Length(ring), records)
            }
            Grip::Corner(index) => {
                self.corner = Some((records.first()?.id(), index));
                whole(Kind::Corner(index), records)
            }
            Grip::Edge(index) => {
                let inserted = with_corner(records.first()?, index)?;
                self.corner = Some((inserted.id(), index));
                whole(Kind::Corner(index), vec![inserted])
            }
        };
        self.begin(transform);
        Some(Vec::new())
    }

    fn go_on(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        match &mut self.state {
            State::Idle => Vec::new(),
            State::Transform(transform) => {
                transform.point(pointer);
                self.amend(scene)
            }
            State::Box { to, .. } => {
                *to = pointer.at;
                Vec::new()
            }
            State::Lasso { points, .. } => {
                let step_m = pointer.reach_m * LASSO_STEP;
                let is_far = points
                    .last()
                    .is_none_or(|last| last.distance_m(pointer.at) > step_m);
                if is_far && points.len() < MAX_LASSO {
                    points.push(pointer.at);
                }
                Vec::new()
            }
        }
    }

    fn amend(&self, scene: &Scene) -> Vec<Outcome> {
        let State::Transform(transform) = &self.state else {
            return Vec::new();
        };
        vec![Outcome::Change(Change::Amend {
            label: transform.label(),
            key: GestureKey(format!("transform {}", self.gesture_count)),
            edits: super::put_all(scene.island.id, transform.result()),
        })]
    }

    fn release(&mut self, scene: &Scene) -> Vec<Outcome> {
        match std::mem::take(&mut self.state) {
            State::Idle => Vec::new(),
            State::Transform(_) => vec![Outcome::Change(Change::Commit)],
            State::Box { from, to, kept } => {
                let (min_x, max_x) = (from.x_m.min(to.x_m), from.x_m.max(to.x_m));
                let (min_y, max_y) = (from.y_m.min(to.y_m), from.y_m.max(to.y_m));
                select_where(scene, kept, |item| {
                    let at = item.anchor;
                    (min_x..=max_x).contains(&at.x_m) && (min_y..=max_y).contains(&at.y_m)
                })
            }
            State::Lasso { points, kept } => {
                select_where(scene, kept, |item| model::is_inside(&points, item.anchor))
            }
        }
    }

    fn click(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        let adds = pointer.shift || pointer.ctrl;
        self.corner = None;
        if !adds && let Some(corner) = corner_at(scene, pointer) {
            self.corner = Some(corner);
            return Vec::new();
        }
        let hit = model::pick(scene.items, pointer.at, pointer.reach_m).map(|item| item.id);
        let selection = match (hit.or(pointer.hit), adds) {
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
}

/// The selected records that may be changed: not the locked ones.
fn grabbed(scene: &Scene, selection: &Selection) -> Vec<Record> {
    selection
        .iter()
        .filter(|id| {
            !scene
                .marks
                .has(crate::document::marks::Mark::Locked, scene.island, *id)
        })
        .filter_map(|id| scene.island.record(id))
        .filter(|record| record.anchor().is_some())
        .collect()
}

fn select_where(scene: &Scene, mut kept: Selection, wanted: impl Fn(&Item) -> bool) -> Vec<Outcome> {
    for item in scene.items.iter().filter(|item| !item.locked && wanted(item)) {
        kept.add(item.id);
    }
    vec![Outcome::Select(kept)]
}

/// The corner of the one selected path or area under the pointer.
fn corner_at(scene: &Scene, pointer: Pointer) -> Option<(RecordId, usize)> {
    let [record] = grabbed(scene, scene.selection).try_into().ok()?;
    let mut handles = handle::handles(std::slice::from_ref(&record), scene.schema, 1.0);
    handles.retain(|handle| matches!(handle.grip, Grip::Corner(_)));
    let grip = pointer
        .grip
        .or_else(|| handle::at(&handles, pointer.at, pointer.reach_m));
    match grip {
        Some(Grip::Corner(index)) => Some((record.id(), index)),
        _ => None,
    }
}

/// The ring of a point under the pointer, wherever it is gripped.
fn rim_at(scene: &Scene, records: &[Record], pointer: Pointer) -> Option<Grip> {
    let [record] = records else { return None };
    if let Record::Marker(marker) = record
        && marker.geometry.points().len() > 1
    {
        return None;
    }
    let anchor = record.anchor()?;
    let off_m = Ground::new(anchor.x_m, anchor.y_m).distance_m(pointer.at);
    handle::rings(record, scene.schema)
        .iter()
        .position(|ring| (off_m - ring.distance_m).abs() <= pointer.reach_m)
        .map(Grip::Ring)
}

/// The marker with one more corner in the middle of an edge.
fn with_corner(record: &Record, index: usize) -> Option<Record> {
    let Record::Marker(marker) = record else {
        return None;
    };
    let points = marker.geometry.points();
    let (a, b) = (
        points.get(index.checked_sub(1)?)?,
        points.get(index % points.len())?,
    );
    let between = LocalPos::new(
        f32::midpoint(a.x_m, b.x_m),
        f32::midpoint(a.y_m, b.y_m),
        f32::midpoint(a.z_m, b.z_m),
    );
    let mut corners = points.to_vec();
    if corners.len() >= MAX_POINTS {
        return None;
    }
    corners.insert(index, between);
    with_corners(marker, corners)
}

/// The marker without one of its corners; `None` when too few would be left.
pub fn without_corner(record: &Record, index: usize) -> Option<Record> {
    let Record::Marker(marker) = record else {
        return None;
    };
    let mut corners = marker.geometry.points().to_vec();
    if corners.len() <= marker.geometry.form().min_points() || index >= corners.len() {
        return None;
    }
    corners.remove(index);
    with_corners(marker, corners)
}

fn with_corners(marker: &shared::island::Marker, corners: Vec<LocalPos>) -> Option<Record> {
    let geometry = shared::geometry::Geometry::from_points(marker.geometry.form(), corners)?;
    Some(Record::Marker(shared::island::Marker {
        geometry,
        ..marker.clone()
    }))
}
