//! Tools: plain objects that turn pointer input on the map into changes and selections.
//!
//! A tool sees the island and the pointer in metres and returns what should happen, so that it is tested
//! without a window. There is no tool that changes a voxel (B30): the only outcome that changes a map is
//! an edit of records.
//!
//! *Not* responsible for: the screen, applying changes.

pub mod arrange;
pub mod chart;
pub mod handle;
pub mod place;
pub mod select;
pub mod transform;

use shared::edit::Edit;
use shared::ids::{Id, IslandId};
use shared::island::{Island, Record, RecordId};
use shared::schema::Schema;

use crate::command::Command;
use crate::document::Change;
use crate::document::marks::Marks;
use crate::document::selection::Selection;
use crate::viewport::layout::Ground;
use crate::viewport::model::Item;

use handle::Grip;
pub use place::{PlaceTool, Placing};
pub use select::SelectTool;
use transform::{Axis, TransformKey};

/// What the pointer did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// The main button went down.
    Press,
    /// It moved with the button down.
    Drag,
    /// The button came up after a drag.
    Release,
    /// Pressed and released in one place.
    Click,
    /// The second click of two.
    DoubleClick,
    /// It moved with no button down.
    Hover,
}

/// Pointer input on the map.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pointer {
    /// What it did.
    pub action: Action,
    /// Where it is.
    pub at: Ground,
    /// How far up it points, in metres from any fixed height: only differences count.
    pub lift_m: f32,
    /// How near is near enough to hit something, in metres at this zoom.
    pub reach_m: f32,
    /// Shift adds to the selection and keeps a drag on one axis.
    pub shift: bool,
    /// Ctrl adds to the selection.
    pub ctrl: bool,
    /// The raster that places snap to; `None` leaves them free.
    pub grid_m: Option<f32>,
    /// The handle that the view found under it, where only the view can know, as in 3D.
    pub grip: Option<Grip>,
    /// The record that the view found under it.
    pub hit: Option<RecordId>,
}

impl Pointer {
    /// A pointer with no keys held and no raster.
    pub fn new(action: Action, at: Ground, reach_m: f32) -> Self {
        Self {
            action,
            at,
            lift_m: 0.0,
            reach_m,
            shift: false,
            ctrl: false,
            grid_m: None,
            grip: None,
            hit: None,
        }
    }

    /// The way from a place to the pointer, east and north.
    pub fn way_from(&self, from: Ground) -> (f32, f32) {
        (self.at.x_m - from.x_m, self.at.y_m - from.y_m)
    }

    /// A place brought onto the raster; without one, to the centimetre.
    pub fn snapped(&self, at: Ground) -> Ground {
        let grid_m = self.grid_m.unwrap_or(0.01);
        let snap = |metres: f32| {
            // Dividing by 100 gives nicer decimals than multiplying by a hundredth.
            if self.grid_m.is_none() {
                (metres * 100.0).round() / 100.0
            } else {
                (metres / grid_m).round() * grid_m
            }
        };
        Ground::new(snap(at.x_m), snap(at.y_m))
    }

    /// `to`, kept on the longer axis from `from` while Shift is held.
    pub fn on_axis(&self, from: Ground, to: Ground) -> Ground {
        let (dx, dy) = (to.x_m - from.x_m, to.y_m - from.y_m);
        match (self.shift, dx.abs() >= dy.abs()) {
            (false, _) => to,
            (true, true) => Ground::new(to.x_m, from.y_m),
            (true, false) => Ground::new(from.x_m, to.y_m),
        }
    }
}

/// What a tool may look at.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The island shown.
    pub island: &'a Island,
    /// Kinds and their attributes.
    pub schema: &'a Schema,
    /// Selected records.
    pub selection: &'a Selection,
    /// What is hidden or locked.
    pub marks: &'a Marks,
    /// All records on the map.
    pub items: &'a [Item],
    /// An id that nothing has, for a record to be made.
    pub fresh_id: Id,
}

/// What should happen.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// Change the project.
    Change(Change),
    /// Select something else.
    Select(Selection),
    /// Show another island's records.
    ShowIsland(IslandId),
    /// The tool is done; go back to selecting.
    Finished,
}

/// Tells what hints shall call the keys of a command, which people may change.
pub type KeyNames<'a> = &'a dyn Fn(Command) -> String;

/// What a tool shows on top of the map.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overlay {
    /// A selection box, two opposite corners.
    pub selection_box: Option<(Ground, Ground)>,
    /// Corners of a shape in the making.
    pub sketch: Vec<Ground>,
    /// Whether the sketch will close.
    pub sketch_closes: bool,
    /// The sketch is a lasso: a line without corners.
    pub sketch_is_lasso: bool,
    /// A line along which things move.
    pub guide: Option<(Ground, Axis)>,
    /// The corner that keys act on.
    pub corner: Option<(RecordId, usize)>,
    /// What to do next, in one short sentence.
    pub hint: String,
}

/// The tool in use.
#[derive(Clone, PartialEq, Debug)]
pub enum Tool {
    /// Select and move.
    Select(SelectTool),
    /// Put new records down.
    Place(PlaceTool),
}

impl Default for Tool {
    fn default() -> Self {
        Self::Select(SelectTool::default())
    }
}

impl Tool {
    /// Takes pointer input.
    pub fn pointer(&mut self, scene: &Scene, pointer: Pointer) -> Vec<Outcome> {
        match self {
            Self::Select(tool) => tool.pointer(scene, pointer),
            Self::Place(tool) => tool.pointer(scene, pointer),
        }
    }

    /// Whether digits and axis letters belong to the tool now.
    pub fn takes_keys(&self) -> bool {
        matches!(self, Self::Select(tool) if tool.takes_keys())
    }

    /// Whether the tool follows the pointer with no button down.
    pub fn follows_pointer(&self) -> bool {
        match self {
            Self::Select(tool) => tool.is_modal(),
            Self::Place(_) => true,
        }
    }

    /// A key that belongs to the tool.
    pub fn key(&mut self, scene: &Scene, key: TransformKey) -> Vec<Outcome> {
        match self {
            Self::Select(tool) => tool.key(scene, key),
            Self::Place(_) => Vec::new(),
        }
    }

    /// The Enter key: keeps a transform, finishes a shape in the making.
    pub fn enter(&mut self, scene: &Scene) -> Vec<Outcome> {
        match self {
            Self::Select(tool) => tool.confirm(),
            Self::Place(tool) => tool.finish(scene),
        }
    }

    /// The Escape key: true when the tool had something to give up.
    pub fn escape(&mut self) -> bool {
        match self {
            Self::Select(tool) => tool.escape(),
            Self::Place(tool) => tool.escape(),
        }
    }

    /// What to show on top of the map.
    pub fn overlay(&self, selection: &Selection, keys: KeyNames) -> Overlay {
        match self {
            Self::Select(tool) => tool.overlay(selection, keys),
            Self::Place(tool) => tool.overlay(keys),
        }
    }
}

/// Edits that replace these records.
pub fn put_all(island: IslandId, records: Vec<Record>) -> Vec<Edit> {
    records
        .into_iter()
        .map(|record| Edit::PutRecord {
            island,
            record: Box::new(record),
        })
        .collect()
}
