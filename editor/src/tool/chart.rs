//! The chart tool: drag an island to move it, drag a turning point of a sea lane or the lane itself to bend
//! it, draw a new lane from one POI to another.
//!
//! *Not* responsible for: the screen, which island is opened by a double click (`panel::map`).

use shared::coords::ChartPos;
use shared::edit::Edit;
use shared::geometry::MAX_POINTS;
use shared::ids::{Id, IslandId, LaneId, PoiId};
use shared::island::{Island, Lane, Record, RecordId};
use shared::project::Project;

use super::{Action, KeyNames, Outcome, Pointer};
use crate::command::Command;
use crate::document::Change;
use crate::document::history::GestureKey;
use crate::document::selection::Selection;
use crate::text::text;
use crate::viewport::chart::{Chart, ChartHit};
use crate::viewport::layout::Ground;

/// What the chart tool may look at.
#[derive(Clone, Copy)]
pub struct ChartScene<'a> {
    /// The project.
    pub project: &'a Project,
    /// Where everything lies.
    pub chart: &'a Chart,
    /// An id that nothing has, for a lane to be made.
    pub fresh_id: Id,
}

/// The chart tool.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ChartTool {
    drag: Option<Drag>,
    drag_count: u64,
    /// A lane in the making.
    drawing: Option<Drawing>,
}

#[derive(Clone, PartialEq, Debug)]
struct Drag {
    from: Ground,
    /// Where the dragged thing stands now; nowhere else before the first movement.
    to: Option<ChartPos>,
    what: Dragging,
}

#[derive(Clone, PartialEq, Debug)]
enum Dragging {
    Island(Box<Island>),
    /// A turning point of a lane as it was when the drag began, a new one already inserted.
    Turn {
        island: IslandId,
        lane: Lane,
        index: usize,
    },
}

/// A lane that is being drawn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drawing {
    start: Option<(IslandId, PoiId)>,
    points: Vec<Ground>,
    hover: Option<Ground>,
}

impl ChartTool {
    /// Starts drawing a lane, or gives it up.
    pub fn toggle_drawing(&mut self) {
        self.drawing = match self.drawing {
            Some(_) => None,
            None => Some(Drawing::default()),
        };
    }

    /// Whether a lane is being drawn.
    pub fn is_drawing(&self) -> bool {
        self.drawing.is_some()
    }

    /// The lane so far, the pointer at its end.
    pub fn sketch(&self) -> Vec<Ground> {
        self.drawing.as_ref().map_or_else(Vec::new, |drawing| {
            let hover = drawing.hover.filter(|_| drawing.start.is_some());
            drawing.points.iter().copied().chain(hover).collect()
        })
    }

    /// What to do next, or where the dragged thing stands.
    pub fn hint(&self, keys: KeyNames) -> String {
        let cancel = keys(Command::Escape);
        if let Some(to) = self.drag.as_ref().and_then(|drag| drag.to) {
            let place = text().readout_chart(format!("{:.0}", to.x_m), format!("{:.0}", to.y_m));
            return format!("{place}  |  {}", text().readout_end_drag(cancel));
        }
        match &self.drawing {
            None => String::new(),
            Some(Drawing { start: None, .. }) => text().lane_hint_start(cancel),
            Some(_) => text().lane_hint_end(),
        }
    }

    /// Gives up what is going on; true when there was something. The caller cancels the gesture.
    pub fn escape(&mut self) -> bool {
        self.drawing.take().is_some() | self.drag.take().is_some()
    }

    /// Takes pointer input, in metres of the chart.
    pub fn pointer(&mut self, scene: &ChartScene, pointer: Pointer) -> Vec<Outcome> {
        if self.drawing.is_some() {
            return self.draw(scene, pointer);
        }
        match pointer.action {
            Action::Press => {
                self.press(scene, pointer);
                Vec::new()
            }
            Action::Drag => self.drag(pointer),
            Action::Release => match self.drag.take() {
                Some(_) => vec![Outcome::Change(Change::Commit)],
                None => Vec::new(),
            },
            Action::DoubleClick => {
                self.drag = None;
                remove_turn(scene, pointer)
            }
            Action::Click => {
                self.drag = None;
                click(scene, pointer)
            }
            Action::Hover => Vec::new(),
        }
    }

    fn press(&mut self, scene: &ChartScene, pointer: Pointer) {
        self.drag_count += 1;
        let lane =
            |island: IslandId, lane: LaneId| scene.project.islands.get(&island)?.lanes.get(&lane).cloned();
        let what = match scene.chart.pick(pointer.at, pointer.reach_m) {
            Some(ChartHit::Island(id)) => scene
                .project
                .islands
                .get(&id)
                .map(|island| Dragging::Island(Box::new(island.head()))),
            Some(ChartHit::Turn(island, id, index)) => {
                lane(island, id).map(|lane| Dragging::Turn { island, lane, index })
            }
            Some(ChartHit::Lane(island, id, index)) => lane(island, id)
                .filter(|lane| lane.via.len() < MAX_POINTS && index <= lane.via.len())
                .map(|mut lane| {
                    lane.via.insert(index, chart_pos(pointer.at));
                    Dragging::Turn { island, lane, index }
                }),
            None => None,
        };
        self.drag = what.map(|what| Drag {
            from: pointer.at,
            to: None,
            what,
        });
    }

    fn drag(&mut self, pointer: Pointer) -> Vec<Outcome> {
        let key = GestureKey(format!("chart {}", self.drag_count));
        let Some(drag) = &mut self.drag else {
            return Vec::new();
        };
        let (label, edit) = match &drag.what {
            Dragging::Island(head) => {
                let mut head = head.clone();
                let (dx_m, dy_m) = pointer.way_from(drag.from);
                let to = pointer.snapped(Ground::new(head.chart.x_m + dx_m, head.chart.y_m + dy_m));
                head.chart = chart_pos(pointer.on_axis(Ground::new(head.chart.x_m, head.chart.y_m), to));
                drag.to = Some(head.chart);
                (text().step_move_island(&head.name), Edit::SetIslandHead(head))
            }
            Dragging::Turn { island, lane, index } => {
                let mut lane = lane.clone();
                let to = chart_pos(pointer.snapped(pointer.at));
                if let Some(turn) = lane.via.get_mut(*index) {
                    *turn = to;
                }
                drag.to = Some(to);
                (text().step_bend_lane(), put(*island, lane))
            }
        };
        vec![Outcome::Change(Change::Amend {
            label,
            key,
            edits: vec![edit],
        })]
    }

    fn draw(&mut self, scene: &ChartScene, pointer: Pointer) -> Vec<Outcome> {
        let Some(drawing) = &mut self.drawing else {
            return Vec::new();
        };
        drawing.hover = Some(pointer.at);
        if !matches!(pointer.action, Action::Click | Action::DoubleClick) {
            return Vec::new();
        }
        let harbour = scene.chart.harbour_at(pointer.at, pointer.reach_m * 1.5);
        match (drawing.start, harbour) {
            (None, Some(harbour)) => {
                drawing.start = Some((harbour.island, harbour.id));
                drawing.points = vec![harbour.at];
                Vec::new()
            }
            (None, None) => Vec::new(),
            (Some((island, from)), Some(harbour)) if harbour.island != island => {
                let via = drawing.points.iter().skip(1).map(|at| chart_pos(*at)).collect();
                let lane = Lane {
                    id: LaneId(scene.fresh_id),
                    name: String::new(),
                    note: String::new(),
                    from,
                    to: harbour.id,
                    via,
                };
                let record = RecordId::Lane(lane.id);
                self.drawing = None;
                vec![
                    Outcome::Change(Change::Step {
                        label: text().step_draw_lane(&harbour.name),
                        edits: vec![put(island, lane)],
                    }),
                    Outcome::ShowIsland(island),
                    Outcome::Select(Selection::of([record])),
                ]
            }
            (Some(_), _) => {
                let at = pointer.snapped(pointer.at);
                if drawing.points.len() < MAX_POINTS && drawing.points.last() != Some(&at) {
                    drawing.points.push(at);
                }
                Vec::new()
            }
        }
    }
}

/// A click selects a lane or shows an island's records in the lists.
fn click(scene: &ChartScene, pointer: Pointer) -> Vec<Outcome> {
    match scene.chart.pick(pointer.at, pointer.reach_m) {
        Some(ChartHit::Island(island)) => {
            vec![Outcome::ShowIsland(island), Outcome::Select(Selection::default())]
        }
        Some(ChartHit::Lane(island, lane, _) | ChartHit::Turn(island, lane, _)) => vec![
            Outcome::ShowIsland(island),
            Outcome::Select(Selection::of([RecordId::Lane(lane)])),
        ],
        None => vec![Outcome::Select(Selection::default())],
    }
}

/// A double click on a turning point takes it out of its lane.
fn remove_turn(scene: &ChartScene, pointer: Pointer) -> Vec<Outcome> {
    let Some(ChartHit::Turn(island, id, index)) = scene.chart.pick(pointer.at, pointer.reach_m) else {
        return Vec::new();
    };
    let lane = scene
        .project
        .islands
        .get(&island)
        .and_then(|owner| owner.lanes.get(&id));
    let Some(mut lane) = lane.filter(|lane| index < lane.via.len()).cloned() else {
        return Vec::new();
    };
    lane.via.remove(index);
    vec![Outcome::Change(Change::Step {
        label: text().step_straighten_lane(),
        edits: vec![put(island, lane)],
    })]
}

fn put(island: IslandId, lane: Lane) -> Edit {
    Edit::PutRecord {
        island,
        record: Box::new(Record::Lane(lane)),
    }
}

fn chart_pos(at: Ground) -> ChartPos {
    ChartPos {
        x_m: at.x_m,
        y_m: at.y_m,
    }
}
