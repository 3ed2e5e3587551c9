//! Tools: plain objects that turn pointer input on the map into changes and selections.
//!
//! A tool sees the island and the pointer in metres and returns what should happen, so that it is tested
//! without a window. There is no tool that changes a voxel (B30): the only outcome that changes a map is
//! an edit of records.
//!
//! *Not* responsible for: the screen, applying changes.

pub mod place;
pub mod select;

use shared::ids::Id;
use shared::island::Island;
use shared::schema::Schema;

use crate::document::Change;
use crate::document::selection::Selection;
use crate::viewport::layout::Ground;
use crate::viewport::model::Item;

pub use place::{PlaceTool, Placing};
pub use select::SelectTool;

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
    /// How near is near enough to hit something, in metres at this zoom.
    pub reach_m: f32,
    /// Shift adds to the selection and keeps a drag on one axis.
    pub shift: bool,
    /// Held to leave the whole-metre raster.
    pub free: bool,
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
    /// The tool is done; go back to selecting.
    Finished,
}

/// What a tool shows on top of the map.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overlay {
    /// A selection box, two opposite corners.
    pub selection_box: Option<(Ground, Ground)>,
    /// Corners of a shape in the making.
    pub sketch: Vec<Ground>,
    /// Whether the sketch will close.
    pub sketch_closes: bool,
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

    /// The Enter key: finishes a shape in the making.
    pub fn enter(&mut self, scene: &Scene) -> Vec<Outcome> {
        match self {
            Self::Select(_) => Vec::new(),
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
    pub fn overlay(&self) -> Overlay {
        match self {
            Self::Select(tool) => tool.overlay(),
            Self::Place(tool) => tool.overlay(),
        }
    }
}

/// Whole metres, unless the designer holds the key that frees from them.
fn snapped(pointer: Pointer) -> Ground {
    if pointer.free {
        pointer.at
    } else {
        Ground::new(pointer.at.x_m.round(), pointer.at.y_m.round())
    }
}
