//! Transforms: moving, turning and scaling records, corners and lengths, by pointer or by typed numbers.
//!
//! Started by a drag (ends when the button comes up) or by a key, as in Blender (`G x 12 Enter`; ends with
//! a click). X, Y and Z keep to one axis; digits replace what the pointer says.
//!
//! *Not* responsible for: what is gripped (`tool::handle`), applying the result (`document`).

use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::geometry::Geometry;
use shared::island::Record;

use super::handle::Ring;
use super::{KeyNames, Pointer};
use crate::command::Command;
use crate::text::text;
use crate::viewport::layout::Ground;
use crate::viewport::model::{self, RADIUS_ATTRIBUTE};

/// Degrees between two steps of a turn on the raster.
const TURN_STEP_DEG: f32 = 5.0;
/// Most characters of a typed number: more digits than a position has.
const MAX_TYPED: usize = 16;

/// A direction to keep to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axis {
    /// East and west.
    X,
    /// North and south.
    Y,
    /// Up and down.
    Z,
}

impl Axis {
    /// Its letter.
    pub fn letter(self) -> char {
        match self {
            Self::X => 'X',
            Self::Y => 'Y',
            Self::Z => 'Z',
        }
    }
}

/// What a transform changes.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// The place of whole records.
    Move,
    /// Their direction around the pivot.
    Rotate,
    /// Their size around the pivot.
    Scale,
    /// One corner.
    Corner(usize),
    /// One length.
    Length(Ring),
    /// The direction that one record faces.
    Facing,
}

/// A key that a transform takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TransformKey {
    /// Keep to an axis, or no longer.
    Axis(Axis),
    /// A digit, sign, point or comma.
    Typed(char),
    /// Takes the last typed character back.
    Backspace,
}

/// A transform that is going on.
#[derive(Clone, PartialEq, Debug)]
pub struct Transform {
    /// What it changes.
    pub kind: Kind,
    /// Records as they were at its start.
    pub records: Vec<Record>,
    /// Started by a key: the pointer moves it with no button down.
    pub modal: bool,
    pivot: Ground,
    /// Where the pointer was at the start; a modal one learns it from the first movement.
    from: Option<Pointer>,
    now: Option<Pointer>,
    axis: Option<Axis>,
    typed: String,
}

impl Transform {
    /// Starts a transform.
    pub fn new(kind: Kind, records: Vec<Record>, pivot: Ground, from: Option<Pointer>, modal: bool) -> Self {
        Self {
            kind,
            records,
            modal,
            pivot,
            from,
            now: from,
            axis: None,
            typed: String::new(),
        }
    }

    /// Keeps to an axis from the start.
    #[must_use]
    pub fn along(mut self, axis: Axis) -> Self {
        self.axis = Some(axis);
        self
    }

    /// The axis it keeps to.
    pub fn axis(&self) -> Option<Axis> {
        self.axis
    }

    /// The place that it started from, for the guide line along its axis.
    pub fn pivot(&self) -> Ground {
        self.pivot
    }

    /// Takes a movement of the pointer.
    pub fn point(&mut self, pointer: Pointer) {
        self.from.get_or_insert(pointer);
        self.now = Some(pointer);
    }

    /// Takes a key.
    pub fn key(&mut self, key: TransformKey) {
        match key {
            TransformKey::Axis(axis) => self.axis = (self.axis != Some(axis)).then_some(axis),
            TransformKey::Typed(typed) if self.typed.len() < MAX_TYPED => self.typed.push(typed),
            TransformKey::Typed(_) => {}
            TransformKey::Backspace => {
                self.typed.pop();
            }
        }
    }

    /// What the history calls it.
    pub fn label(&self) -> String {
        let what = model::title_of_all(&self.records);
        match &self.kind {
            Kind::Move if self.axis == Some(Axis::Z) => text().step_height(what),
            Kind::Move => text().step_move(what),
            Kind::Rotate | Kind::Facing => text().step_turn(what),
            Kind::Scale => text().step_scale(what),
            Kind::Corner(_) if self.axis == Some(Axis::Z) => text().step_corner_height(what),
            Kind::Corner(_) => text().step_corner(what),
            Kind::Length(ring) => text().step_change(ring.key.replace('_', " "), what),
        }
    }

    /// The records as they are now.
    pub fn result(&self) -> Vec<Record> {
        self.records.iter().map(|record| self.changed(record)).collect()
    }

    /// What is going on, in one line.
    pub fn readout(&self, keys: KeyNames) -> String {
        let amount = match &self.kind {
            Kind::Move | Kind::Corner(_) => {
                let [x, y, z] = self.shift();
                if self.axis == Some(Axis::Z) {
                    text().readout_height(format!("{z:+.1}"))
                } else {
                    text().readout_move(format!("{x:+.1}"), format!("{y:+.1}"))
                }
            }
            Kind::Rotate => text().readout_turn(format!("{:+.1}", self.turn_deg())),
            Kind::Facing => text().readout_facing(),
            Kind::Scale => text().readout_scale(format!("{:.2}", self.factor())),
            Kind::Length(ring) => {
                let value = self.length(ring);
                let value = value.as_number().unwrap_or_default();
                text().readout_length(model::kind_title(&ring.key), format!("{value:.1}"))
            }
        };
        let axis = match (self.axis, &self.kind) {
            (Some(axis), Kind::Move | Kind::Corner(_)) => {
                Some(text().readout_axis(axis.letter().to_string()))
            }
            _ => None,
        };
        let typed = (!self.typed.is_empty()).then(|| text().readout_typed(&self.typed));
        let cancel = keys(Command::Escape);
        let end = if self.modal {
            text().readout_end_modal(cancel)
        } else {
            text().readout_end_drag(cancel)
        };
        let parts = [Some(amount), axis, typed, Some(end)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("  |  ")
    }

    fn typed_numbers(&self) -> Option<Vec<f32>> {
        if self.typed.is_empty() || self.typed == "-" {
            return None;
        }
        let numbers = self
            .typed
            .split(',')
            .map(|text| text.trim().parse().unwrap_or(0.0));
        Some(numbers.filter(|number: &f32| number.is_finite()).collect())
    }

    /// The way east, north and up.
    fn shift(&self) -> [f32; 3] {
        if let Some(numbers) = self.typed_numbers() {
            let number = |index: usize| numbers.get(index).copied().unwrap_or(0.0);
            return match self.axis {
                Some(Axis::X) => [number(0), 0.0, 0.0],
                Some(Axis::Y) => [0.0, number(0), 0.0],
                Some(Axis::Z) => [0.0, 0.0, number(0)],
                None => [number(0), number(1), number(2)],
            };
        }
        let (Some(from), Some(now)) = (self.from, self.now) else {
            return [0.0; 3];
        };
        if self.axis == Some(Axis::Z) {
            let up_m = now.lift_m - from.lift_m;
            return [
                0.0,
                0.0,
                now.grid_m.map_or(up_m, |grid| (up_m / grid).round() * grid),
            ];
        }
        let (dx_m, dy_m) = now.way_from(from.at);
        // The first record, or the corner, comes to lie on the raster; the others keep their places to it.
        let start = self.lead();
        let to = now.snapped(Ground::new(start.x_m + dx_m, start.y_m + dy_m));
        let (mut dx_m, mut dy_m) = (to.x_m - start.x_m, to.y_m - start.y_m);
        if (now.at.x_m, now.at.y_m) == (from.at.x_m, from.at.y_m) {
            (dx_m, dy_m) = (0.0, 0.0);
        }
        let axis = match self.axis {
            None if now.shift && dx_m.abs() >= dy_m.abs() => Some(Axis::X),
            None if now.shift => Some(Axis::Y),
            axis => axis,
        };
        match axis {
            Some(Axis::X) => [dx_m, 0.0, 0.0],
            Some(_) => [0.0, dy_m, 0.0],
            None => [dx_m, dy_m, 0.0],
        }
    }

    /// The place that is brought onto the raster.
    fn lead(&self) -> LocalPos {
        match (&self.kind, self.records.as_slice()) {
            (Kind::Corner(index), [Record::Marker(marker)]) => {
                marker.geometry.points().get(*index).copied().unwrap_or_default()
            }
            (_, [record, ..]) => record.anchor().unwrap_or_default(),
            _ => LocalPos::default(),
        }
    }

    /// Degrees clockwise.
    fn turn_deg(&self) -> f32 {
        if let Some(numbers) = self.typed_numbers() {
            return numbers.first().copied().unwrap_or(0.0);
        }
        let (Some(from), Some(now)) = (self.from, self.now) else {
            return 0.0;
        };
        let turn = bearing_deg(self.pivot, now.at) - bearing_deg(self.pivot, from.at);
        let turn = (turn + 540.0).rem_euclid(360.0) - 180.0;
        match now.grid_m {
            Some(_) => (turn / TURN_STEP_DEG).round() * TURN_STEP_DEG,
            None => turn,
        }
    }

    fn factor(&self) -> f32 {
        if let Some(numbers) = self.typed_numbers() {
            return numbers.first().copied().unwrap_or(1.0).clamp(0.01, 100.0);
        }
        let (Some(from), Some(now)) = (self.from, self.now) else {
            return 1.0;
        };
        let factor = now.at.distance_m(self.pivot) / from.at.distance_m(self.pivot).max(0.1);
        let factor = match now.grid_m {
            Some(_) => (factor * 20.0).round() / 20.0,
            None => factor,
        };
        factor.clamp(0.01, 100.0)
    }

    fn length(&self, ring: &Ring) -> AttributeValue {
        if let Some(number) = self.typed_numbers().and_then(|numbers| numbers.first().copied()) {
            return ring.value(f64::from(number));
        }
        let Some(now) = self.now else {
            return ring.value_at(ring.distance_m, None);
        };
        let distance_m = self
            .records
            .first()
            .map_or(0.0, |record| signed_distance_m(record, now.at));
        ring.value_at(distance_m, now.grid_m)
    }

    fn changed(&self, record: &Record) -> Record {
        let mut record = record.clone();
        match &self.kind {
            Kind::Move => {
                let [dx_m, dy_m, dz_m] = self.shift();
                record.move_by(dx_m, dy_m);
                lift(&mut record, dz_m);
            }
            Kind::Corner(index) => {
                let [dx_m, dy_m, dz_m] = self.shift();
                if let Record::Marker(marker) = &mut record
                    && let Some(corner) = marker.geometry.points_mut().get_mut(*index)
                {
                    (corner.x_m, corner.y_m) = (tidy(corner.x_m + dx_m), tidy(corner.y_m + dy_m));
                    corner.z_m = tidy(corner.z_m + dz_m);
                }
            }
            Kind::Length(ring) => {
                let value = self.length(ring);
                if let Some(attributes) = record.attributes_mut() {
                    attributes.insert(ring.key.clone(), value);
                }
            }
            Kind::Facing => {
                let to = self.now.map_or(self.pivot, |now| now.at);
                let grid = self.now.and_then(|now| now.grid_m);
                let deg = match self.typed_numbers().and_then(|numbers| numbers.first().copied()) {
                    Some(typed) => typed,
                    None if grid.is_some() => {
                        (bearing_deg(self.pivot, to) / TURN_STEP_DEG).round() * TURN_STEP_DEG
                    }
                    None => bearing_deg(self.pivot, to),
                };
                face(&mut record, |_| deg);
            }
            Kind::Rotate => {
                let deg = self.turn_deg();
                let (sin, cos) = exact_sin_cos(deg);
                place(&mut record, |x, y| {
                    let (dx, dy) = (x - self.pivot.x_m, y - self.pivot.y_m);
                    // Clockwise, as facings are.
                    (
                        self.pivot.x_m + dx * cos + dy * sin,
                        self.pivot.y_m - dx * sin + dy * cos,
                    )
                });
                face(&mut record, |facing| facing + deg);
            }
            Kind::Scale => {
                let factor = self.factor();
                place(&mut record, |x, y| {
                    (
                        self.pivot.x_m + (x - self.pivot.x_m) * factor,
                        self.pivot.y_m + (y - self.pivot.y_m) * factor,
                    )
                });
                grow(&mut record, factor);
            }
        }
        record
    }
}

/// Centimetres: more digits would only make map files hard to read.
fn tidy(metres: f32) -> f32 {
    (metres * 100.0).round() / 100.0
}

/// Quarter turns without rounding errors.
fn exact_sin_cos(deg: f32) -> (f32, f32) {
    match deg.rem_euclid(360.0) {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        deg => deg.to_radians().sin_cos(),
    }
}

/// Degrees clockwise from north.
fn bearing_deg(from: Ground, to: Ground) -> f32 {
    // The angle from north to east.
    egui::vec2(to.y_m - from.y_m, to.x_m - from.x_m)
        .angle()
        .to_degrees()
        .rem_euclid(360.0)
}

/// Metres from a record's point, path or outline; negative inside an area.
fn signed_distance_m(record: &Record, place: Ground) -> f32 {
    let Record::Marker(marker) = record else {
        let at = record.anchor().unwrap_or_default();
        return Ground::new(at.x_m, at.y_m).distance_m(place);
    };
    let line: Vec<Ground> = worldgen::marker::outline(marker)
        .iter()
        .map(|point| Ground::new(point.x_m, point.y_m))
        .collect();
    let near = match line.as_slice() {
        [only] => only.distance_m(place),
        line => line
            .windows(2)
            .map(|pair| model::segment_distance_m(place, pair[0], pair[1]))
            .fold(f32::INFINITY, f32::min),
    };
    match &marker.geometry {
        Geometry::Area(_) if model::is_inside(&line, place) => -near,
        _ => near,
    }
}

fn lift(record: &mut Record, dz_m: f32) {
    if let Record::Marker(marker) = record
        && dz_m != 0.0
    {
        for point in marker.geometry.points_mut() {
            point.z_m = tidy(point.z_m + dz_m);
        }
    }
}

fn place(record: &mut Record, to: impl Fn(f32, f32) -> (f32, f32)) {
    let set = |x_m: &mut f32, y_m: &mut f32| {
        let (x, y) = to(*x_m, *y_m);
        (*x_m, *y_m) = (tidy(x), tidy(y));
    };
    match record {
        Record::Marker(marker) => {
            for point in marker.geometry.points_mut() {
                set(&mut point.x_m, &mut point.y_m);
            }
        }
        Record::Poi(poi) => set(&mut poi.x_m, &mut poi.y_m),
        Record::Entity(entity) => set(&mut entity.x_m, &mut entity.y_m),
        Record::Portal(portal) => set(&mut portal.x_m, &mut portal.y_m),
        Record::Lane(_) => {}
    }
}

fn face(record: &mut Record, to: impl Fn(f32) -> f32) {
    let facing_deg = match record {
        Record::Entity(entity) => &mut entity.facing_deg,
        Record::Portal(portal) => &mut portal.facing_deg,
        Record::Marker(_) | Record::Poi(_) | Record::Lane(_) => return,
    };
    *facing_deg = tidy(to(*facing_deg).rem_euclid(360.0));
}

/// A point has no corners that could move apart: its radius grows instead.
fn grow(record: &mut Record, factor: f32) {
    if let Record::Marker(marker) = record
        && matches!(marker.geometry, Geometry::Point(_))
        && let Some(radius) = marker
            .attributes
            .get(RADIUS_ATTRIBUTE)
            .and_then(AttributeValue::as_number)
    {
        let radius = (radius * f64::from(factor) * 100.0).round() / 100.0;
        marker
            .attributes
            .insert(RADIUS_ATTRIBUTE.to_owned(), AttributeValue::Number(radius));
    }
}

#[cfg(test)]
mod tests;
