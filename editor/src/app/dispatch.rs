//! The one place where requests act: one short arm each.
//!
//! *Not* responsible for: asking (panels, tools, keys), how an edit is applied (`document`).

use std::path::PathBuf;

use egui::{Theme, ViewportCommand};
use egui_file::FileDialog;
use shared::edit::{Edit, EditError};
use shared::ids::IslandId;
use shared::island::{Island, RecordId};

use super::clipboard::PasteAt;
use super::{App, Leaving};
use crate::command::Command;
use crate::dialog::preferences::Preferences;
use crate::dialog::{Answer, CommandPalette};
use crate::dock::default_layout;
use crate::document::Change;
use crate::document::selection::Selection;
use crate::panel::Request;
use crate::panel::new_project::NewProjectPanel;
use crate::text::text;
use crate::tool::{Outcome, Tool};
use crate::viewport::model;

/// One step of the size of the interface.
const ZOOM_STEP: f32 = 0.1;
/// New islands lie this far east of the easternmost one on the chart, in metres.
const CHART_GAP_M: f32 = 800.0;

impl App {
    pub(super) fn dispatch(&mut self, ctx: &egui::Context, request: Request) {
        match request {
            Request::Run(command) => self.run(ctx, command),
            Request::Open(folder) => self.leave(ctx, Leaving::Open(folder)),
            Request::Change(change) => self.change(change),
            Request::Pointer(pointer) => self.use_tool(|tool, scene| tool.pointer(scene, pointer)),
            Request::ChartPointer(pointer) => {
                self.use_chart_tool(|tool, scene| tool.pointer(scene, pointer));
            }
            Request::Enter => self.use_tool(Tool::enter),
            Request::Key(key) => self.use_tool(|tool, scene| tool.key(scene, key)),
            Request::Raster(raster_m) => {
                if let Some(workspace) = &mut self.workspace {
                    workspace.view.raster_m = raster_m;
                }
            }
            Request::Marks(request) => self.change_marks(request),
            Request::Focus { island, records } => {
                let answered = records
                    .first()
                    .is_some_and(|record| self.answer_picking(island, *record));
                if !answered {
                    self.focus(island, records);
                }
            }
            Request::Select(selection) => self.select(selection),
            Request::Pick(picking) => self.start_picking(picking),
            Request::UseTool(tool) => {
                self.change(Change::Commit);
                if let Some(workspace) = &mut self.workspace {
                    workspace.tool = tool;
                }
            }
            Request::ShowIsland(island) => {
                self.change(Change::Commit);
                if let Some(workspace) = &mut self.workspace {
                    workspace.document.show_island(island);
                }
            }
            Request::Paste(text) => self.paste(&text),
            Request::Travel(position) => self.document(|document| document.travel_to(position)),
        }
    }

    fn run(&mut self, ctx: &egui::Context, command: Command) {
        if !self.can(command) {
            return;
        }
        match command {
            Command::NewProject => self.leave(ctx, Leaving::NewProject),
            Command::OpenProject => self.choose_project(),
            Command::Save => self.save(),
            Command::Reload => self.look_on_disk(),
            Command::NewIsland => self.new_island(),
            Command::RemoveIsland => self.remove_island(),
            Command::CloseProject => self.leave(ctx, Leaving::CloseProject),
            Command::Quit => self.leave(ctx, Leaving::Quit),
            Command::Undo => self.document(crate::document::Document::undo),
            Command::Redo => self.document(crate::document::Document::redo),
            Command::Delete => self.delete(),
            Command::Copy => self.copy(ctx),
            Command::Cut => self.cut(ctx),
            Command::Paste => self.ask_for_paste(ctx, PasteAt::Cursor),
            Command::PasteInPlace => self.ask_for_paste(ctx, PasteAt::Place),
            Command::Duplicate => self.duplicate(),
            Command::Repeat => self.repeat(),
            Command::SelectAll => self.select_by(|_, _| true),
            Command::SelectNone => self.select_by(|_, _| false),
            Command::InvertSelection => self.select_by(|selection, id| !selection.contains(id)),
            Command::Search => self.panels.outliner.focus_search(),
            Command::Escape => self.escape(),
            Command::UseSelect => self.dispatch(ctx, Request::UseTool(Tool::default())),
            Command::FrameSelection => self.frame_selection(),
            Command::ToggleNames => self.toggle(|view| &mut view.names),
            Command::ToggleGrid => self.toggle(|view| &mut view.grid),
            Command::ToggleShapes => self.toggle(|view| &mut view.shapes),
            Command::ToggleTheme => {
                self.settings.light = ctx.theme() == Theme::Dark;
                self.apply_settings(ctx);
                self.save_settings();
            }
            Command::ZoomIn => self.zoom(ctx, self.settings.scale + ZOOM_STEP),
            Command::ZoomOut => self.zoom(ctx, self.settings.scale - ZOOM_STEP),
            Command::ZoomReset => self.zoom(ctx, 1.0),
            Command::Preferences => {
                self.preferences = match self.preferences {
                    Some(_) => None,
                    None => Some(Preferences::default()),
                }
            }
            Command::ResetLayout => self.dock = Some(default_layout(ctx.content_rect().width())),
            Command::CommandPalette => self.command_palette = Some(CommandPalette::default()),
            Command::CheatSheet => self.cheat_sheet = !self.cheat_sheet,
            other => self.run_spatial(other),
        }
    }

    fn document(&mut self, act: impl FnOnce(&mut crate::document::Document) -> Result<(), EditError>) {
        if let Some(workspace) = &mut self.workspace
            && let Err(error) = act(&mut workspace.document)
        {
            self.tell_error(text().told_cannot_be_done(error.to_string()));
        }
    }

    pub(super) fn change(&mut self, change: Change) {
        self.document(|document| document.change(change));
    }

    pub(super) fn use_tool(&mut self, act: impl FnOnce(&mut Tool, &crate::tool::Scene) -> Vec<Outcome>) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let outcomes = workspace.with_tool(act).unwrap_or_default();
        self.carry_out(outcomes);
    }

    pub(super) fn carry_out(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome {
                Outcome::Change(change) => self.change(change),
                Outcome::Select(selection) => self.select(selection),
                Outcome::ShowIsland(island) => {
                    self.change(Change::Commit);
                    if let Some(workspace) = &mut self.workspace {
                        workspace.document.show_island(island);
                    }
                }
                Outcome::Finished => {
                    if let Some(workspace) = &mut self.workspace {
                        workspace.tool = Tool::default();
                    }
                }
            }
        }
    }

    /// Escape takes back one thing at a time: a window, the gesture, the tool, the selection.
    fn escape(&mut self) {
        if self.close_window() {
            return;
        }
        let Some(workspace) = &mut self.workspace else {
            self.new_project = None;
            return;
        };
        if self.picking.take().is_some() {
            return;
        }
        let in_tool = workspace.tool.escape() | workspace.chart_tool.escape();
        if workspace.document.history().is_gesture_open() {
            self.change(Change::Cancel);
        } else if in_tool {
        } else if matches!(workspace.tool, Tool::Place(_)) {
            workspace.tool = Tool::default();
        } else {
            workspace.document.select(Selection::default());
        }
    }

    /// Where this person's projects are: beside the last one.
    fn projects_folder(&self) -> PathBuf {
        self.settings
            .recent
            .first()
            .and_then(|project| project.parent())
            .map(std::path::Path::to_owned)
            .or_else(|| std::env::current_dir().ok())
            .unwrap_or_else(|| PathBuf::from("."))
    }

    fn choose_project(&mut self) {
        let start = self.projects_folder();
        let mut dialog = FileDialog::select_folder()
            .initial_path(start)
            .title(&text().open_title())
            .open_button_text(text().open_choose().into())
            .cancel_button_text(text().open_cancel().into())
            .refresh_button_hover_text(text().open_refresh().into())
            .parent_folder_button_hover_text(text().open_parent().into())
            .show_hidden_checkbox_text(text().open_hidden().into())
            .file_label_text(text().open_folder().into())
            .show_rename(false)
            .show_new_folder(false);
        dialog.open();
        self.open_dialog = Some(dialog);
    }

    /// Leaves the project, asking first when something is unsaved.
    fn leave(&mut self, ctx: &egui::Context, leaving: Leaving) {
        let unsaved = self
            .workspace
            .as_ref()
            .is_some_and(|workspace| workspace.document.is_dirty());
        if unsaved {
            self.leaving = Some(leaving);
        } else {
            self.go(ctx, leaving);
        }
    }

    fn go(&mut self, ctx: &egui::Context, leaving: Leaving) {
        match leaving {
            Leaving::Quit => {
                self.may_quit = true;
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
            Leaving::CloseProject => self.close_project(),
            Leaving::NewProject => {
                self.close_project();
                self.new_project = Some(NewProjectPanel::new(&self.projects_folder()));
            }
            Leaving::Open(folder) => self.open_project(ctx, &folder),
        }
    }

    pub(super) fn answer_unsaved(&mut self, ctx: &egui::Context, answer: Answer) {
        let Some(leaving) = self.leaving.take() else {
            return;
        };
        match answer {
            Answer::Cancel => return,
            Answer::Save => {
                self.save();
                let still_unsaved = self
                    .workspace
                    .as_ref()
                    .is_some_and(|workspace| workspace.document.is_dirty());
                if still_unsaved {
                    return;
                }
            }
            Answer::Discard => {
                if let Some(workspace) = &mut self.workspace {
                    workspace.document.discard_changes();
                }
            }
        }
        self.go(ctx, leaving);
        ctx.request_repaint();
    }

    pub(super) fn answer_recovery(&mut self, take: bool) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        if !take {
            workspace.document.discard_recovery();
            return;
        }
        match workspace.document.recover() {
            Ok(count) => self.tell(text().told_recovered(count)),
            Err(error) => self.tell_error(text().told_recovery_does_not_fit(error.to_string())),
        }
    }

    pub(super) fn delete(&mut self) {
        if self.delete_corner() {
            return;
        }
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let records = workspace.document.selected_records();
        let label = text().step_delete(model::title_of_all(&records));
        let edits = records
            .iter()
            .map(|record| Edit::RemoveRecord {
                island: island.id,
                record: record.id(),
            })
            .collect();
        self.change(Change::Step { label, edits });
    }

    pub(super) fn select_by(&mut self, wanted: impl Fn(&Selection, RecordId) -> bool) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let current = workspace.document.selection().clone();
        let records = workspace
            .document
            .island()
            .map(|island| {
                let ids = island.record_ids();
                ids.filter(|id| workspace.marks.is_reachable(island, *id))
                    .collect::<Vec<_>>()
            })
            .unwrap_or_default();
        workspace.document.select(Selection::of(
            records.into_iter().filter(|id| wanted(&current, *id)),
        ));
    }

    pub(super) fn toggle(&mut self, switch: impl Fn(&mut crate::workspace::ViewOptions) -> &mut bool) {
        if let Some(workspace) = &mut self.workspace {
            let on = switch(&mut workspace.view);
            *on = !*on;
        }
    }

    fn focus(&mut self, island: IslandId, records: Vec<RecordId>) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        workspace.document.show_island(island);
        workspace.document.select(Selection::of(records));
        workspace.update();
        self.frame_selection();
    }

    fn frame_selection(&mut self) {
        let Some(workspace) = &self.workspace else { return };
        let selection = workspace.document.selection();
        let items = workspace.items();
        self.panels
            .map
            .frame_items(items.iter().filter(|item| selection.contains(item.id)));
        if let (Some(island), Some(item)) = (
            workspace.document.island(),
            items.iter().find(|item| Some(item.id) == selection.primary()),
        ) {
            let extent = item.extent();
            let size_m = (extent.max_x_m - extent.min_x_m).max(extent.max_y_m - extent.min_y_m);
            let at = glam::Vec3::new(item.anchor.x_m, item.anchor.y_m, 0.0);
            self.panels.view3d.focus(island.id, at, size_m * 1.8);
        }
    }

    fn remove_island(&mut self) {
        let Some(island) = self
            .workspace
            .as_ref()
            .and_then(|workspace| workspace.document.island())
        else {
            return;
        };
        let change = Change::Step {
            label: text().step_delete_island(island.name.as_str()),
            edits: vec![Edit::RemoveIsland(island.id)],
        };
        self.change(change);
    }

    fn new_island(&mut self) {
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        let id = IslandId(workspace.document.fresh_id());
        let islands = &workspace.document.project().islands;
        let taken = |slug: &str| islands.values().any(|island| island.slug == slug);
        let number = (1..=islands.len() + 1)
            .find(|number| !taken(&format!("island-{number}")))
            .unwrap_or(1);
        let mut island = Island::new(id, format!("island-{number}"), text().new_island_name(number));
        let east_m = islands
            .values()
            .map(|island| island.chart.x_m + island.bounds.width() as f32 / 2.0)
            .fold(f32::NEG_INFINITY, f32::max);
        if east_m.is_finite() {
            island.chart.x_m = (east_m + CHART_GAP_M).round();
        }
        let label = text().step_new_island(island.name.as_str());
        self.change(Change::Step {
            label,
            edits: vec![Edit::PutIsland(Box::new(island))],
        });
        if let Some(workspace) = &mut self.workspace {
            workspace.document.show_island(id);
        }
    }
}
