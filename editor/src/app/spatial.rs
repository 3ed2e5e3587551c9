//! Commands about where things lie and how they are looked at: marks, arranging, chart, bookmarks; and what
//! the session keeps of them.
//!
//! *Not* responsible for: files, history and windows (`dispatch`).

use std::collections::BTreeSet;

use egui::{ComboBox, Event, Key, Ui};
use glam::Vec3;
use shared::coords::LocalPos;
use shared::island::{Record, RecordId};
use shared::schema::AttributeKind;

use super::App;
use crate::command::Command;
use crate::dialog::select_where::SelectWhere;
use crate::document::Change;
use crate::document::marks::{Mark, Marks};
use crate::document::selection::Selection;
use crate::panel::map::MapMode;
use crate::panel::{MarksRequest, Request, Requests};
use crate::preview::shading::Shading;
use crate::scene::camera::OrbitCamera;
use crate::session::{Bookmark, Session};
use crate::tool::chart::{ChartScene, ChartTool};
use crate::tool::select::{Start, without_corner};
use crate::tool::transform::{Axis, TransformKey};
use crate::tool::{Outcome, Tool, arrange, put_all};
use crate::viewport::layout::{Ground, MapCamera};
use crate::viewport::model;
use crate::workspace::{RASTERS_M, Workspace};

/// Keys of a transform that is going on, taken before commands can have them.
pub(super) fn transform_keys(context: &egui::Context) -> Vec<Request> {
    if context.text_edit_focused() {
        return Vec::new();
    }
    context.input_mut(|input| {
        let mut requests = Vec::new();
        input.events.retain(|event| {
            let request = match event {
                Event::Text(text) => match text.chars().next() {
                    Some(typed @ ('0'..='9' | '.' | '-' | ',')) => Request::Key(TransformKey::Typed(typed)),
                    // Letters are taken as keys below; their texts must not reach anything else.
                    _ => return true,
                },
                Event::Key {
                    key,
                    pressed: true,
                    modifiers,
                    ..
                } if !modifiers.command && !modifiers.alt => match key {
                    Key::X => Request::Key(TransformKey::Axis(Axis::X)),
                    Key::Y => Request::Key(TransformKey::Axis(Axis::Y)),
                    Key::Z => Request::Key(TransformKey::Axis(Axis::Z)),
                    Key::Backspace => Request::Key(TransformKey::Backspace),
                    Key::Enter => Request::Enter,
                    // Their characters come as text; as keys they would run commands.
                    key if is_typed(*key) => return false,
                    _ => return true,
                },
                _ => return true,
            };
            requests.push(request);
            false
        });
        requests
    })
}

fn is_typed(key: Key) -> bool {
    matches!(
        key,
        Key::Num0
            | Key::Num1
            | Key::Num2
            | Key::Num3
            | Key::Num4
            | Key::Num5
            | Key::Num6
            | Key::Num7
            | Key::Num8
            | Key::Num9
            | Key::Period
            | Key::Comma
            | Key::Minus
    )
}

impl App {
    pub(super) fn takes_keys(&self) -> bool {
        self.workspace
            .as_ref()
            .is_some_and(|workspace| workspace.tool.takes_keys())
    }

    pub(super) fn run_spatial(&mut self, command: Command) {
        match command {
            Command::ToggleChart => self.toggle_chart(),
            Command::DrawLane => {
                self.panels.map.set_mode(MapMode::Chart);
                if let Some(workspace) = &mut self.workspace {
                    workspace.chart_tool.toggle_drawing();
                }
            }
            Command::FrameIsland => self.frame_whole(),
            Command::ToggleMinimap => self.toggle(|view| &mut view.minimap),
            Command::ToggleSnap => self.toggle(|view| &mut view.snap),
            Command::ToggleContours => self.toggle(|view| &mut view.style.contours),
            Command::FinerRaster | Command::CoarserRaster => {
                if let Some(workspace) = &mut self.workspace {
                    let steps = if command == Command::FinerRaster { -1 } else { 1 };
                    workspace.view.change_raster(steps);
                }
            }
            Command::Shade(shading) => {
                if let Some(workspace) = &mut self.workspace {
                    workspace.view.style.shading = shading;
                }
            }
            Command::Grab => self.start(Start::Grab),
            Command::RotateSelection => self.start(Start::Rotate),
            Command::ScaleSelection => self.start(Start::Scale),
            Command::DeleteCorner => {
                self.delete_corner();
            }
            Command::Align(side) => self.arrange("Align", |records, _| arrange::align(records, side)),
            Command::Distribute(along) => {
                self.arrange("Distribute", |records, _| arrange::distribute(records, along));
            }
            Command::DropToGround => self.arrange("Drop to ground:", |records, workspace| {
                let island = workspace.document.island().map(|island| island.id);
                arrange::drop_to_ground(records, |x_m, y_m| {
                    let column = LocalPos::new(x_m, y_m, 0.0).voxel().column();
                    Some(workspace.preview.ground(island?, column)?.0)
                })
            }),
            Command::SelectWhere => self.select_where = Some(SelectWhere::default()),
            Command::ToggleLasso => {
                self.change(Change::Commit);
                if let Some(workspace) = &mut self.workspace {
                    let lasso = !is_lasso(&workspace.tool);
                    let mut tool = crate::tool::SelectTool::default();
                    tool.set_lasso(lasso);
                    workspace.tool = Tool::Select(tool);
                }
            }
            Command::SelectSameKind => self.select_alike(|record| record.kind().map(str::to_owned)),
            Command::SelectSameLayer => self.select_alike(|record| match record {
                Record::Marker(marker) => Some(marker.layer),
                _ => None,
            }),
            Command::GrowLinks => self.grow_links(),
            Command::GoToBookmark(number) => self.go_to_bookmark(number),
            Command::SetBookmark(number) => self.set_bookmark(number),
            other => self.run_on_marks(other),
        }
    }

    fn run_on_marks(&mut self, command: Command) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let selected: Vec<RecordId> = workspace.document.selection().iter().collect();
        let marks = &mut workspace.marks;
        let said = match command {
            Command::Hide => {
                marks.mark(Mark::Hidden, selected.iter().copied());
                workspace.document.select(Selection::default());
                Some(format!("{} hidden; Alt+H shows them again", selected.len()))
            }
            Command::ShowAll => {
                marks.clear(Mark::Hidden);
                None
            }
            Command::Isolate => {
                marks.isolate(selected);
                None
            }
            Command::ToggleLock => {
                let locked = marks.toggle(Mark::Locked, &selected);
                let count = selected.len();
                Some(format!("{count} {}", if locked { "locked" } else { "unlocked" }))
            }
            Command::UnlockAll => {
                marks.clear(Mark::Locked);
                None
            }
            Command::ToggleOmit => {
                let omitted = marks.toggle(Mark::Omitted, &selected);
                Some(if omitted {
                    "Left out of this preview; files and other bakes keep them".to_owned()
                } else {
                    "Shaping the preview again".to_owned()
                })
            }
            Command::Group => marks.group(selected).map(|name| format!("Made {name}")),
            Command::Ungroup => {
                let names: BTreeSet<String> = selected
                    .iter()
                    .flat_map(|record| marks.groups_of(*record).map(str::to_owned).collect::<Vec<_>>())
                    .collect();
                for name in &names {
                    marks.ungroup(name);
                }
                None
            }
            _ => None,
        };
        if let Some(said) = said {
            self.tell(said);
        }
    }

    pub(super) fn change_marks(&mut self, request: MarksRequest) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let marks = &mut workspace.marks;
        match request {
            MarksRequest::ToggleLayer(mark, layer) => marks.toggle_layer(mark, layer),
            MarksRequest::Ungroup(name) => marks.ungroup(&name),
            MarksRequest::RenameGroup { from, to } => marks.rename_group(&from, &to),
            MarksRequest::Clear(mark) => marks.clear(mark),
        }
    }

    /// Whether a command of this file would do anything now.
    pub(super) fn can_spatial(&self, command: Command) -> bool {
        let Some(workspace) = &self.workspace else {
            return false;
        };
        let (document, marks) = (&workspace.document, &workspace.marks);
        let count = document.selection().len();
        match command {
            Command::Grab
            | Command::RotateSelection
            | Command::ScaleSelection
            | Command::DropToGround
            | Command::SelectSameKind
            | Command::SelectSameLayer
            | Command::GrowLinks
            | Command::Hide
            | Command::ToggleLock
            | Command::ToggleOmit
            | Command::Group => count > 0,
            Command::Ungroup => document
                .selection()
                .iter()
                .any(|record| marks.groups_of(record).next().is_some()),
            Command::Isolate => count > 0 || marks.is_isolating(),
            Command::ShowAll => marks.any(Mark::Hidden) || marks.is_isolating(),
            Command::UnlockAll => marks.any(Mark::Locked),
            Command::Align(_) => count > 1,
            Command::Distribute(_) => count > 2,
            Command::DeleteCorner => self.active_corner().is_some(),
            Command::GoToBookmark(number) => self.bookmarks.contains_key(&number),
            Command::SelectWhere | Command::ToggleChart | Command::SetBookmark(_) => {
                document.island().is_some()
            }
            _ => true,
        }
    }

    pub(super) fn use_chart_tool(&mut self, act: impl FnOnce(&mut ChartTool, &ChartScene) -> Vec<Outcome>) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let outcomes = workspace.with_chart_tool(act);
        self.carry_out(outcomes);
    }

    fn toggle_chart(&mut self) {
        let mode = match self.panels.map.mode() {
            MapMode::Island => MapMode::Chart,
            MapMode::Chart => MapMode::Island,
        };
        self.panels.map.set_mode(mode);
    }

    fn frame_whole(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        let area = match self.panels.map.mode() {
            MapMode::Island => workspace
                .document
                .island()
                .map(|island| island.bounds.footprint()),
            MapMode::Chart => workspace.chart().extent().map(|area| area.grown(200.0)),
        };
        if let Some(area) = area {
            self.panels.map.frame(area);
        }
    }

    fn start(&mut self, start: Start) {
        self.change(Change::Commit);
        self.use_tool(|tool, scene| {
            if !matches!(tool, Tool::Select(_)) {
                *tool = Tool::default();
            }
            if let Tool::Select(tool) = tool {
                tool.start(scene, start);
            }
            Vec::new()
        });
    }

    fn active_corner(&self) -> Option<(RecordId, usize)> {
        let workspace = self.workspace.as_ref()?;
        match &workspace.tool {
            Tool::Select(tool) => tool.corner(workspace.document.selection()),
            Tool::Place(_) => None,
        }
    }

    /// Removes the clicked corner; true when there is one, even where it cannot be spared.
    pub(super) fn delete_corner(&mut self) -> bool {
        let Some((id, index)) = self.active_corner() else {
            return false;
        };
        let Some(workspace) = &mut self.workspace else {
            return false;
        };
        let Some(island) = workspace.document.island() else {
            return false;
        };
        let (island_id, record) = (island.id, island.record(id));
        if let Tool::Select(tool) = &mut workspace.tool {
            tool.forget_corner();
        }
        match record.and_then(|record| without_corner(&record, index)) {
            Some(record) => self.change(Change::Step {
                label: format!("Delete corner of {}", model::title(&record)),
                edits: put_all(island_id, vec![record]),
            }),
            None => self.tell_warning("A path needs two corners and an area three; delete the whole instead"),
        }
        true
    }

    fn arrange(&mut self, verb: &str, act: impl FnOnce(&[Record], &Workspace) -> Vec<Record>) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let before: Vec<Record> = workspace
            .document
            .selected_records()
            .into_iter()
            .filter(|record| !workspace.marks.has(Mark::Locked, island, record.id()))
            .collect();
        let after: Vec<Record> = act(&before, workspace)
            .into_iter()
            .filter(|record| !before.contains(record))
            .collect();
        let change = Change::Step {
            label: format!("{verb} {} records", before.len()),
            edits: put_all(island.id, after),
        };
        self.change(change);
    }

    /// Selects what has something in common with a selected record.
    fn select_alike<Key: PartialEq>(&mut self, key: impl Fn(&Record) -> Option<Key>) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let keys: Vec<Key> = workspace
            .document
            .selected_records()
            .iter()
            .filter_map(&key)
            .collect();
        let alike: BTreeSet<RecordId> = island
            .record_ids()
            .filter_map(|id| island.record(id))
            .filter(|record| key(record).is_some_and(|key| keys.contains(&key)))
            .map(|record| record.id())
            .collect();
        self.select_by(|selection, id| selection.contains(id) || alike.contains(&id));
    }

    fn grow_links(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let records: Vec<Record> = island.record_ids().filter_map(|id| island.record(id)).collect();
        let schema = workspace.document.schema();
        let selected = workspace.document.selection();
        let links = |record: &Record| links_of(record, schema);
        let from_selected: BTreeSet<shared::ids::Id> = records
            .iter()
            .filter(|record| selected.contains(record.id()))
            .flat_map(links)
            .collect();
        let ids: BTreeSet<shared::ids::Id> = selected.iter().map(RecordId::id).collect();
        let grown: BTreeSet<RecordId> = records
            .iter()
            .filter(|record| {
                from_selected.contains(&record.id().id()) || links(record).iter().any(|id| ids.contains(id))
            })
            .map(Record::id)
            .collect();
        self.select_by(|selection, id| selection.contains(id) || grown.contains(&id));
    }

    fn set_bookmark(&mut self, number: u8) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let on_chart = self.panels.map.mode() == MapMode::Chart;
        let camera = if on_chart {
            self.panels.map.chart_camera()
        } else {
            self.panels.map.camera(island.id)
        };
        let bookmark = Bookmark {
            island: island.id.to_string(),
            on_chart,
            map: camera.map(numbers),
            orbit: self.panels.view3d.camera(island.id).map(|camera| {
                (
                    camera.target.to_array(),
                    camera.yaw,
                    camera.pitch,
                    camera.distance_m,
                )
            }),
        };
        self.bookmarks.insert(number, bookmark);
        self.tell(format!("Bookmark {number} set; Ctrl+{number} comes back here"));
    }

    fn go_to_bookmark(&mut self, number: u8) {
        let Some(bookmark) = self.bookmarks.get(&number).cloned() else {
            return;
        };
        let Ok(island) = bookmark.island.parse() else {
            return;
        };
        self.change(Change::Commit);
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        workspace.document.show_island(island);
        let map = bookmark.map.and_then(camera);
        match (bookmark.on_chart, map) {
            (true, Some(camera)) => self.panels.map.restore_chart_camera(camera),
            (false, Some(camera)) => self.panels.map.restore_camera(island, camera),
            (_, None) => {}
        }
        self.panels.map.set_mode(if bookmark.on_chart {
            MapMode::Chart
        } else {
            MapMode::Island
        });
        if let Some((target, yaw, pitch, distance_m)) = bookmark.orbit
            && let Some(camera) = OrbitCamera::checked(Vec3::from_array(target), yaw, pitch, distance_m)
        {
            self.panels.view3d.restore_camera(island, camera);
        }
    }

    /// Takes up where the last session left.
    pub(super) fn restore(&mut self, workspace: &mut Workspace, session: Session) {
        workspace.view = session.view.unwrap_or_default();
        if !RASTERS_M.contains(&workspace.view.raster_m) {
            workspace.view.raster_m = 1.0;
        }
        workspace.marks = Marks::restore(session.marks);
        self.bookmarks = session.bookmarks;
        for (island, place) in session.cameras {
            if let (Ok(island), Some(camera)) = (island.parse(), camera(place)) {
                self.panels.map.restore_camera(island, camera);
            }
        }
        if let Some(camera) = session.chart.and_then(camera) {
            self.panels.map.restore_chart_camera(camera);
        }
    }

    /// What the next session takes up.
    pub(super) fn session(&self, workspace: &Workspace) -> Session {
        let document = &workspace.document;
        let cameras = document.project().islands.keys().filter_map(|island| {
            let camera = self.panels.map.camera(*island)?;
            Some((island.to_string(), numbers(camera)))
        });
        Session {
            island: document.island().map(|island| island.id.to_string()),
            view: Some(workspace.view),
            cameras: cameras.collect(),
            chart: self.panels.map.chart_camera().map(numbers),
            marks: workspace.marks.save(),
            bookmarks: self.bookmarks.clone(),
        }
    }

    /// Toolbar: lasso and chart.
    pub(super) fn lasso_and_chart(&self, ui: &mut Ui, requests: &mut Requests) {
        let Some(workspace) = &self.workspace else { return };
        Self::tool_switch(ui, requests, Command::ToggleLasso, is_lasso(&workspace.tool));
        let on_chart = self.panels.map.mode() == MapMode::Chart;
        Self::tool_switch(ui, requests, Command::ToggleChart, on_chart);
        if on_chart {
            let drawing = workspace.chart_tool.is_drawing();
            Self::tool_switch(ui, requests, Command::DrawLane, drawing);
        }
    }

    /// Toolbar: the raster and what the map's colours tell.
    pub(super) fn raster_and_shading(&self, ui: &mut Ui, requests: &mut Requests) {
        let Some(workspace) = &self.workspace else { return };
        let view = workspace.view;
        let raster = ComboBox::from_id_salt("raster")
            .selected_text(format!("{} m", view.raster_m))
            .width(64.0)
            .show_ui(ui, |ui| {
                for raster_m in RASTERS_M {
                    if ui
                        .selectable_label(view.raster_m == raster_m, format!("{raster_m} m"))
                        .clicked()
                    {
                        requests.push(Request::Raster(raster_m));
                    }
                }
            });
        drop(raster.response.accessible_name("Raster").on_hover_text(
            "Raster that places snap to; [ halves it, ] doubles it. Ctrl or Alt leaves it while dragging.",
        ));
        let shading = ComboBox::from_id_salt("shading")
            .selected_text(view.style.shading.title())
            .width(124.0)
            .show_ui(ui, |ui| {
                for shading in Shading::ALL {
                    let chosen = view.style.shading == shading;
                    let keys = Command::Shade(shading).entry().tooltip_text(ui.ctx());
                    if ui
                        .selectable_label(chosen, shading.title())
                        .on_hover_text(keys)
                        .clicked()
                    {
                        requests.push(Request::Run(Command::Shade(shading)));
                    }
                }
            });
        drop(
            shading
                .response
                .accessible_name("Map colours")
                .on_hover_text("What the colours of the map tell"),
        );
        Self::tool_switch(ui, requests, Command::ToggleContours, view.style.contours);
    }
}

fn is_lasso(tool: &Tool) -> bool {
    matches!(tool, Tool::Select(tool) if tool.is_lasso())
}

/// Ids that a record refers to.
fn links_of(record: &Record, schema: &shared::schema::Schema) -> Vec<shared::ids::Id> {
    let mut links = match record {
        Record::Portal(portal) => portal.to.iter().map(|to| to.0).collect(),
        Record::Lane(lane) => vec![lane.from.0, lane.to.0],
        Record::Marker(_) | Record::Poi(_) | Record::Entity(_) => Vec::new(),
    };
    let kind = record
        .kind()
        .and_then(|name| model::kinds(schema, record.id())?.get(name));
    if let (Some(kind), Some(attributes)) = (kind, record.attributes()) {
        let is_link = |kind: &AttributeKind| match kind {
            AttributeKind::Reference { .. } => true,
            AttributeKind::List { of, .. } => matches!(**of, AttributeKind::Reference { .. }),
            _ => false,
        };
        for spec in kind.attributes.iter().filter(|spec| is_link(&spec.kind)) {
            if let Some(value) = attributes.get(&spec.key) {
                add_references(value, &mut links);
            }
        }
    }
    links
}

fn add_references(value: &shared::attribute::AttributeValue, links: &mut Vec<shared::ids::Id>) {
    use shared::attribute::AttributeValue;
    match value {
        AttributeValue::Reference(id) => links.push(*id),
        AttributeValue::List(values) => values.iter().for_each(|value| add_references(value, links)),
        _ => {}
    }
}

fn numbers(camera: MapCamera) -> (f32, f32, f32) {
    (camera.center.x_m, camera.center.y_m, camera.scale)
}

/// A camera from a file, if it is one.
fn camera((x_m, y_m, scale): (f32, f32, f32)) -> Option<MapCamera> {
    let sound = [x_m, y_m, scale].into_iter().all(f32::is_finite) && scale > 0.0;
    sound.then(|| MapCamera {
        center: Ground::new(x_m, y_m),
        scale: scale.clamp(0.004, 40.0),
    })
}
