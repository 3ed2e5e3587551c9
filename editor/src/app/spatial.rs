//! Commands about where things lie and how they are looked at: transforms, arranging, chart, map colours.
//!
//! *Not* responsible for: files, history and windows (`dispatch`), marks (`marking`), views that are kept
//! (`bookmarks`).

use shared::coords::LocalPos;
use shared::island::{Record, RecordId};

use super::App;
use crate::command::Command;
use crate::dialog::select_where::SelectWhere;
use crate::document::Change;
use crate::document::marks::Mark;
use crate::panel::map::MapMode;
use crate::text::{Messages, text};
use crate::tool::chart::{ChartScene, ChartTool};
use crate::tool::select::{Start, without_corner};
use crate::tool::{Outcome, Tool, arrange, put_all};
use crate::viewport::model;
use crate::workspace::Workspace;

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
            Command::Align(side) => {
                self.arrange(Messages::step_align, |records, _| arrange::align(records, side));
            }
            Command::Distribute(along) => {
                self.arrange(Messages::step_distribute, |records, _| {
                    arrange::distribute(records, along)
                });
            }
            Command::DropToGround => self.arrange(Messages::step_drop, |records, workspace| {
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
        let from = self
            .panels
            .map
            .last_pointer()
            .or(self.panels.view3d.last_pointer());
        self.use_tool(|tool, scene| {
            if !matches!(tool, Tool::Select(_)) {
                *tool = Tool::default();
            }
            if let Tool::Select(tool) = tool {
                tool.start(scene, start, from);
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
                label: text().step_delete_corner(model::title(&record)),
                edits: put_all(island_id, vec![record]),
            }),
            None => self.tell_warning(text().told_corner_needed()),
        }
        true
    }

    /// `label` names the step by the number of records.
    fn arrange(
        &mut self,
        label: fn(&Messages, usize) -> String,
        act: impl FnOnce(&[Record], &Workspace) -> Vec<Record>,
    ) {
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
            label: label(text(), before.len()),
            edits: put_all(island.id, after),
        };
        self.change(change);
    }
}

pub(super) fn is_lasso(tool: &Tool) -> bool {
    matches!(tool, Tool::Select(tool) if tool.is_lasso())
}
