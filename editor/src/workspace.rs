//! The workspace: an open project with everything that follows it around (tool, preview, checks).
//!
//! *Not* responsible for: panels and windows (`app`), carrying requests out (`dispatch`).

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use egui::Context;
use shared::island::RecordId;
use shared::schema::Schema;

use crate::background::Wake;
use crate::checks::Checks;
use crate::document::Document;
use crate::document::file::{Disk, OpenError};
use crate::document::marks::Marks;
use crate::document::watch::Watch;
use crate::preview::Preview;
use crate::preview::chart::ChartPictures;
use crate::preview::shading::PictureStyle;
use crate::text::text;
use crate::theme;
use crate::tool::chart::{ChartScene, ChartTool};
use crate::tool::{Scene, Tool};
use crate::viewport::chart::Chart;
use crate::viewport::model::{self, Item};
use crate::{document, panel};

/// What the map shows.
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are switches that the designer sees as such, one by one"
)]
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ViewOptions {
    /// Names beside symbols.
    pub names: bool,
    /// Metre grid.
    pub grid: bool,
    /// Outlines and radii of all markers.
    pub shapes: bool,
    /// Small map of the whole island while only a part of it is in view.
    pub minimap: bool,
    /// Whether places snap to the raster.
    pub snap: bool,
    /// The raster, in metres.
    pub raster_m: f32,
    /// How the map's picture is drawn.
    pub style: PictureStyle,
}

/// Rasters to choose from, in metres.
pub const RASTERS_M: [f32; 8] = [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0];

impl ViewOptions {
    /// The raster that places snap to, if they do. `free` is held to do the other thing.
    pub fn snap_to(&self, free: bool) -> Option<f32> {
        (self.snap != free).then_some(self.raster_m)
    }

    /// The next finer (-1) or coarser (+1) raster.
    pub fn change_raster(&mut self, steps: isize) {
        let at = RASTERS_M.iter().position(|raster| *raster >= self.raster_m);
        let at = at.unwrap_or(0).saturating_add_signed(steps);
        self.raster_m = RASTERS_M[at.min(RASTERS_M.len() - 1)];
    }
}

impl Default for ViewOptions {
    fn default() -> Self {
        Self {
            names: true,
            grid: false,
            shapes: true,
            minimap: true,
            snap: true,
            raster_m: 1.0,
            style: PictureStyle::default(),
        }
    }
}

/// Why a project was not opened.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// Its folder.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The system gave no thread for preview or checks.
    #[error("{}", text().error_thread(.0.to_string()))]
    Thread(#[from] io::Error),
}

/// An open project with what follows it.
pub struct Workspace {
    /// The project and its history.
    pub document: Document,
    /// The tool in use.
    pub tool: Tool,
    /// The tool of the chart.
    pub chart_tool: ChartTool,
    /// What is hidden, locked, left out or grouped.
    pub marks: Marks,
    /// Pictures and voxels.
    pub preview: Preview,
    /// Small pictures of all islands.
    pub chart_pictures: ChartPictures,
    /// Issues.
    pub checks: Checks,
    /// What the map shows.
    pub view: ViewOptions,
    watch: Watch,
    items: Vec<Item>,
    items_made_for: Option<(u64, u64, shared::ids::IslandId)>,
    chart: Chart,
    chart_made_for: Option<u64>,
}

impl Workspace {
    /// Opens the project in a folder.
    ///
    /// # Errors
    /// See [`WorkspaceError`].
    pub fn open(folder: &Path, built_in: &'static Schema, context: &Context) -> Result<Self, WorkspaceError> {
        let document = Document::open(folder, built_in)?;
        let waker = context.clone();
        let wake: Wake = Arc::new(move || waker.request_repaint());
        Ok(Self {
            watch: Watch::new(folder, document.disk().clone(), built_in, wake)?,
            document,
            tool: Tool::default(),
            chart_tool: ChartTool::default(),
            marks: Marks::default(),
            preview: Preview::new(context)?,
            chart_pictures: ChartPictures::new(context)?,
            checks: Checks::new(context)?,
            view: ViewOptions::default(),
            items: Vec::new(),
            items_made_for: None,
            chart: Chart::default(),
            chart_made_for: None,
        })
    }

    /// Brings items, preview and checks up to the document. Call once per frame before drawing.
    pub fn update(&mut self) {
        let key = self
            .document
            .island()
            .map(|island| (self.document.revision(), self.marks.revision(), island.id));
        if self.items_made_for != key {
            let refreshed = match (self.items_made_for, key) {
                // Only what changed is looked at again: a drag among thousands moves one.
                (Some((revision, old_marks, old_island)), Some((_, marks, island)))
                    if (old_marks, old_island) == (marks, island) =>
                {
                    self.refresh_items(revision)
                }
                _ => None,
            };
            if refreshed.is_none() {
                self.items = self
                    .document
                    .island()
                    .map(|island| model::items(island, self.document.schema(), &self.marks))
                    .unwrap_or_default();
            }
            self.items_made_for = key;
        }
        let revision = self.document.revision();
        if self.chart_made_for != Some(revision) {
            let changes = self
                .chart_made_for
                .and_then(|made_for| self.document.changes_since(made_for));
            // Markers and entities do not lie on the chart.
            let is_same = changes.is_some_and(|mut changes| {
                changes.all(|(_, id)| matches!(id, RecordId::Marker(_) | RecordId::Entity(_)))
            });
            if !is_same || !self.chart.has_islands_of(self.document.project()) {
                self.chart = Chart::of(self.document.project());
            }
            self.chart_made_for = Some(revision);
        }
        self.preview.update(&self.document, &self.marks, self.view.style);
        self.chart_pictures.take();
        // The island shown comes first, and what is dragged is followed when it lies where it should.
        if !self.preview.is_busy() && !self.document.history().is_gesture_open() {
            self.chart_pictures.follow(&self.document, &self.marks);
        }
        self.checks.update(&self.document);
    }

    /// What others changed on disk, between gestures.
    pub fn found_on_disk(&self, context: &Context) -> Option<Disk> {
        let focused = context.input(|input| input.focused);
        let busy = self.document.history().is_gesture_open();
        (!busy).then(|| self.watch.update(self.document.disk(), focused))?
    }

    /// Looks for changes on disk now.
    pub fn look_on_disk(&self) -> Option<Disk> {
        self.watch.update(self.document.disk(), true);
        self.watch.look_now()
    }

    /// Makes the items of those records anew that changed after `revision`; `None` when anything may have.
    fn refresh_items(&mut self, revision: u64) -> Option<()> {
        let island = self.document.island()?;
        let changed: BTreeSet<RecordId> = self
            .document
            .changes_since(revision)?
            .filter(|(on, _)| *on == island.id)
            .map(|(_, id)| id)
            .collect();
        for id in changed {
            let item = model::shown_item(island, id, self.document.schema(), &self.marks);
            // Items stand in the order of ids, as the records of an island do.
            match (self.items.binary_search_by_key(&id, |item| item.id), item) {
                (Ok(at), Some(item)) => self.items[at] = item,
                (Ok(at), None) => drop(self.items.remove(at)),
                (Err(at), Some(item)) => self.items.insert(at, item),
                (Err(_), None) => {}
            }
        }
        Some(())
    }

    /// Records of the island shown.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// What panels may look at.
    pub fn context(&self, context: &Context) -> panel::Context<'_> {
        panel::Context {
            document: &self.document,
            items: &self.items,
            issues: self.checks.issues(),
            flags: self.checks.flags(),
            preview: &self.preview,
            tool: &self.tool,
            chart: &self.chart,
            chart_tool: &self.chart_tool,
            chart_pictures: &self.chart_pictures,
            marks: &self.marks,
            view: self.view,
            checking: self.checks.is_running(&self.document),
            colours: theme::palette(context),
        }
    }

    /// Lets the tool act; `act` gets the tool and what it may look at. Returns what should happen.
    pub fn with_tool<Outcome>(&mut self, act: impl FnOnce(&mut Tool, &Scene) -> Outcome) -> Option<Outcome> {
        let fresh_id = self.document.fresh_id();
        let island = self.document.island()?;
        let scene = Scene {
            island,
            schema: self.document.schema(),
            selection: self.document.selection(),
            marks: &self.marks,
            items: &self.items,
            fresh_id,
        };
        Some(act(&mut self.tool, &scene))
    }

    /// The same for the tool of the chart.
    pub fn with_chart_tool<Outcome>(
        &mut self,
        act: impl FnOnce(&mut ChartTool, &ChartScene) -> Outcome,
    ) -> Outcome {
        let scene = ChartScene {
            fresh_id: self.document.fresh_id(),
            project: self.document.project(),
            chart: &self.chart,
        };
        act(&mut self.chart_tool, &scene)
    }

    /// Everything on the chart.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// Waits for the background and takes its results, as tests want it.
    pub fn settle(&mut self) {
        self.update();
        self.preview.wait_until_idle();
        self.checks.wait_until_idle();
        self.update();
        // Islands come one by one; each round brings one more.
        for _ in 0..self.document.project().islands.len() {
            self.chart_pictures.wait_until_idle();
            self.update();
        }
        self.chart_pictures.wait_until_idle();
        self.update();
    }
}

/// The document's state in one word and whether anything would be lost by closing.
pub fn save_state(document: &document::Document) -> String {
    match document.dirty_count() {
        0 if document.is_dirty() => text().status_changed(),
        0 => text().status_saved(),
        count => text().status_files_changed(count),
    }
}
