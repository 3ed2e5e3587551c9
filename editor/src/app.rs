//! The application: one screen at a time, panels in a dock, and the order of a frame.
//!
//! A frame goes like this: the workspace catches up with its background, panels are drawn and ask for
//! things, then `dispatch` does what was asked, in order. Nothing changes while it is drawn.
//!
//! *Not* responsible for: what a command does (`dispatch`), what a panel shows (`panel`).

mod bookmarks;
mod chrome;
mod clipboard;
mod disk;
mod dispatch;
mod marking;
mod picking;
mod spatial;
mod transform_keys;
mod view_bar;
mod windows;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use eframe::CreationContext;
use egui::{CentralPanel, Frame, Panel, Ui, ViewportCommand};
use egui_file::FileDialog;
use egui_material_icons::icons::ICON_CHECK_CIRCLE;
use egui_notify::{Anchor, Toasts};
use egui_tiles::Tree;
use shared::issue::Severity;
use shared::schema::Schema;

use crate::command::{self, Command};
use crate::dialog::CommandPalette;
use crate::dialog::preferences::Preferences;
use crate::dialog::select_where::SelectWhere;
use crate::dock::{Dock, Pane, Panels, default_layout, keep_side_widths};
use crate::document::merge::Conflict;
use crate::panel::history::HistoryPanel;
use crate::panel::inspector::InspectorPanel;
use crate::panel::issues::{IssuesPanel, severity_icon};
use crate::panel::kinds::KindsPanel;
use crate::panel::layers::LayersPanel;
use crate::panel::map::MapPanel;
use crate::panel::new_project::NewProjectPanel;
use crate::panel::outliner::OutlinerPanel;
use crate::panel::pick::Picking;
use crate::panel::view3d::View3dPanel;
use crate::panel::{Request, Requests, status, welcome};
use crate::scene::camera::OrbitCamera;
use crate::scene::renderer::{GlRenderer, SceneRenderer};
use crate::session::{Bookmarks, Session, Settings};
use crate::text::APPLICATION;
use crate::theme;
use crate::viewport::layout::MapCamera;
use crate::workspace::Workspace;

/// How long good news stay.
const TOAST: Duration = Duration::from_secs(4);
/// How long bad news stay.
const LONG_TOAST: Duration = Duration::from_secs(12);

/// How the editor starts.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The project to open.
    pub project: Option<PathBuf>,
    /// Where settings are kept; `None` keeps none.
    pub settings_folder: Option<PathBuf>,
}

/// What closing leads to, once unsaved changes are decided.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Leaving {
    Quit,
    CloseProject,
    NewProject,
    Open(PathBuf),
}

/// The editor.
pub struct App {
    context: egui::Context,
    built_in: &'static Schema,
    settings_folder: Option<PathBuf>,
    settings: Settings,
    workspace: Option<Workspace>,
    /// Why the last project did not open.
    open_error: Option<String>,
    panels: Panels,
    dock: Option<Tree<Pane>>,
    /// Width that the dock had in the last frame.
    dock_width: f32,
    toasts: Toasts,
    open_dialog: Option<FileDialog>,
    leaving: Option<Leaving>,
    /// Unsaved changes were decided; the window may close.
    may_quit: bool,
    command_palette: Option<CommandPalette>,
    select_where: Option<SelectWhere>,
    bookmarks: Bookmarks,
    cheat_sheet: bool,
    preferences: Option<Preferences>,
    new_project: Option<NewProjectPanel>,
    clipboard: clipboard::ClipboardState,
    /// What was changed here and on disk, until it is decided.
    conflicts: Vec<Conflict>,
    /// A reference that waits for its target.
    picking: Option<Picking>,
    frame_millis: f32,
    /// The window's title as it was set last.
    title: String,
}

impl App {
    /// Starts the editor in a window or, in tests, without one.
    pub fn new(creation: &CreationContext, options: Options) -> Self {
        let context = &creation.egui_ctx;
        theme::install(context);
        let mut settings = Settings::load(options.settings_folder.as_deref());
        // Our own commands do it, and the size is kept.
        context.options_mut(|options| options.zoom_with_keyboard = false);
        let renderer: Option<Box<dyn SceneRenderer>> = creation
            .gl
            .is_some()
            .then(|| Box::new(GlRenderer::default()) as Box<dyn SceneRenderer>);
        let dock = settings.take_layout();
        let mut app = Self {
            context: context.clone(),
            built_in: worldgen::marker::schema(),
            settings_folder: options.settings_folder,
            settings,
            workspace: None,
            open_error: None,
            panels: Panels {
                map: MapPanel::default(),
                view3d: View3dPanel::new(renderer),
                outliner: OutlinerPanel::default(),
                layers: LayersPanel::default(),
                kinds: KindsPanel::default(),
                inspector: InspectorPanel::default(),
                issues: IssuesPanel::default(),
                history: HistoryPanel::default(),
            },
            dock,
            dock_width: 0.0,
            toasts: Toasts::default()
                .with_anchor(Anchor::BottomRight)
                .with_margin([12.0, 40.0].into()),
            open_dialog: None,
            leaving: None,
            may_quit: false,
            command_palette: None,
            select_where: None,
            bookmarks: Bookmarks::default(),
            cheat_sheet: false,
            preferences: None,
            new_project: None,
            clipboard: clipboard::ClipboardState::default(),
            conflicts: Vec::new(),
            picking: None,
            frame_millis: 0.0,
            title: String::new(),
        };
        app.apply_settings(context);
        if let Some(project) = options.project {
            app.open_project(context, &project);
        }
        app
    }

    /// The open project, if any.
    pub fn workspace(&self) -> Option<&Workspace> {
        self.workspace.as_ref()
    }

    /// The open project, to wait for its background in tests.
    pub fn workspace_mut(&mut self) -> Option<&mut Workspace> {
        self.workspace.as_mut()
    }

    /// Where the map looks at the island shown from.
    pub fn map_camera(&self) -> Option<MapCamera> {
        let island = self.workspace.as_ref()?.document.island()?.id;
        self.panels.map.camera(island)
    }

    /// Where the 3D view looks at the island shown from.
    pub fn view_camera(&self) -> Option<OrbitCamera> {
        let island = self.workspace.as_ref()?.document.island()?.id;
        self.panels.view3d.camera(island)
    }

    /// Whether the editor let go of everything and waits for its window to close.
    pub fn may_quit(&self) -> bool {
        self.may_quit
    }

    fn open_project(&mut self, context: &egui::Context, folder: &Path) {
        self.close_project();
        self.new_project = None;
        match Workspace::open(folder, self.built_in, context) {
            Ok(mut workspace) => {
                let session = Session::load(folder);
                let known = session.island.as_deref().and_then(|island| island.parse().ok());
                if let Some(island) = known {
                    workspace.document.show_island(island);
                }
                self.restore(&mut workspace, session);
                self.workspace = Some(workspace);
                self.open_error = None;
                self.settings.remember(folder);
                self.save_settings();
            }
            Err(error) => self.open_error = Some(error.to_string()),
        }
    }

    /// Lets go of the project; whoever calls has decided about unsaved changes.
    fn close_project(&mut self) {
        self.conflicts.clear();
        self.picking = None;
        if let Some(workspace) = self.workspace.take() {
            self.save_session(&workspace);
        }
    }

    fn save_session(&self, workspace: &Workspace) {
        self.session(workspace).save(workspace.document.folder());
    }

    fn save_settings(&mut self) {
        if let Some(dock) = &self.dock {
            self.settings.keep_layout(dock);
        }
        self.settings.save(self.settings_folder.as_deref());
    }

    /// What messages call the keys of a command.
    fn keys(&self, command: Command) -> String {
        command.entry().keys_or_text(&self.context)
    }

    fn tell_error(&mut self, text: impl Into<String>) {
        self.toast(text.into(), Severity::Error, LONG_TOAST);
    }

    fn tell_warning(&mut self, text: impl Into<String>) {
        self.toast(text.into(), Severity::Warning, LONG_TOAST);
    }

    fn tell(&mut self, text: impl Into<String>) {
        self.toast(text.into(), Severity::Info, TOAST);
    }

    /// The crate's own symbols, its closing cross too, are emoji, which our fonts do not have.
    fn toast(&mut self, text: String, severity: Severity, stays: Duration) {
        let colours = theme::palette(&self.context);
        let (icon, colour) = match severity {
            Severity::Info => (ICON_CHECK_CIRCLE, colours.good),
            Severity::Warning | Severity::Error => (severity_icon(severity), colours.severity(severity)),
        };
        self.toasts
            .custom(text, icon.codepoint.to_owned(), colour)
            .duration(stays)
            .closable(false);
    }

    /// Draws the screen and collects what was asked for.
    fn screens(&mut self, ui: &mut Ui, requests: &mut Requests) {
        let colours = theme::palette(ui.ctx());
        if self.workspace.is_none() {
            CentralPanel::default().show(ui, |ui| {
                if let Some(page) = &mut self.new_project {
                    if !page.ui(colours, requests, ui) {
                        self.new_project = None;
                    }
                    return;
                }
                welcome::ui(
                    &self.settings.recent,
                    self.open_error.as_deref(),
                    colours,
                    requests,
                    ui,
                );
            });
            return;
        }
        if self.dock.is_none() && ui.ctx().zoom_factor() != self.settings.scale {
            // The size of the interface holds from the next frame on, and the layout goes by the width then.
            ui.ctx().request_repaint();
            return;
        }
        self.chrome(ui, requests);
        let Some(workspace) = &self.workspace else { return };
        let context = workspace.context(ui.ctx());
        let status = status::Status {
            pointer: self.panels.map.pointer(),
            frame_millis: self.frame_millis,
        };
        Panel::bottom("status")
            .exact_size(30.0)
            .resizable(false)
            .show(ui, |ui| {
                status::ui(&context, status, requests, ui);
            });
        let width = ui.available_width();
        let dock = self.dock.get_or_insert_with(|| default_layout(width));
        let old_width = std::mem::replace(&mut self.dock_width, width);
        if old_width > 0.0 && old_width != width {
            keep_side_widths(dock, old_width, width);
        }
        let fill = ui.visuals().extreme_bg_color;
        CentralPanel::default()
            .frame(Frame::new().fill(fill))
            .show(ui, |ui| {
                let mut behavior = Dock {
                    context,
                    panels: &mut self.panels,
                    requests,
                };
                dock.ui(&mut behavior, ui);
            });
    }

    /// Project and unsaved changes in the window's title.
    fn update_title(&mut self, ctx: &egui::Context) {
        let title = match &self.workspace {
            Some(workspace) => {
                let name = &workspace.document.project().settings.name;
                let mark = if workspace.document.is_dirty() { "*" } else { "" };
                format!("{name}{mark} - {APPLICATION}")
            }
            None => APPLICATION.to_owned(),
        };
        if title != self.title {
            self.title.clone_from(&title);
            ctx.send_viewport_cmd(ViewportCommand::Title(title));
        }
    }

    /// The window's close button asks as Quit does.
    fn close_request(&mut self, ctx: &egui::Context) {
        if !ctx.input(|input| input.viewport().close_requested()) || self.may_quit {
            return;
        }
        let unsaved = self
            .workspace
            .as_ref()
            .is_some_and(|workspace| workspace.document.is_dirty());
        if unsaved {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.leaving = Some(Leaving::Quit);
        }
    }
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let started = Instant::now();
        let ctx = ui.ctx().clone();
        self.close_request(&ctx);
        if let Some(workspace) = &mut self.workspace {
            workspace.update();
            let (found, trouble) = (workspace.found_on_disk(&ctx), workspace.document.take_trouble());
            if let Some(trouble) = trouble {
                self.tell_warning(trouble);
            }
            if let Some(found) = found {
                self.reload(found);
            }
        }
        let mut requests = Requests::new();
        // While something blocks the work, keys belong to it.
        let blocked = self.leaving.is_some()
            || self.command_palette.is_some()
            || self.open_dialog.is_some()
            || self.preferences.as_ref().is_some_and(Preferences::takes_keys);
        if !blocked {
            if self.takes_keys() {
                requests.extend(transform_keys::pressed(&ctx));
            }
            // While the right button flies through the 3D view, W, A, S and D belong to it.
            if !ctx.input(|input| input.pointer.secondary_down()) {
                requests.extend(command::pressed(&ctx).into_iter().map(Request::Run));
            }
            requests.extend(command::pasted(&ctx).map(Request::Paste));
        }
        self.screens(ui, &mut requests);
        self.dialogs(ui, &mut requests);
        self.toasts.show(&ctx);
        if !requests.is_empty() {
            // What was asked for is seen in the next frame.
            ctx.request_repaint();
        }
        for request in requests {
            self.dispatch(&ctx, request);
        }
        self.update_title(&ctx);
        self.frame_millis = started.elapsed().as_secs_f32() * 1000.0;
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.close_project();
        self.save_settings();
    }
}
