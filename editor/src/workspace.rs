//! The workspace: an open project with everything that follows it around (tool, preview, checks).
//!
//! *Not* responsible for: panels and windows (`app`), carrying requests out (`dispatch`).

use std::io;
use std::path::Path;
use std::sync::Arc;

use egui::Context;
use shared::schema::Schema;

use crate::background::Wake;
use crate::checks::Checks;
use crate::document::Document;
use crate::document::file::{Disk, OpenError};
use crate::document::watch::Watch;
use crate::preview::Preview;
use crate::theme;
use crate::tool::{Scene, Tool};
use crate::viewport::model::{self, Item};
use crate::{document, panel};

/// What the map shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct ViewOptions {
    /// Names beside symbols.
    pub names: bool,
    /// Metre grid.
    pub grid: bool,
    /// Outlines and radii of all markers.
    pub shapes: bool,
}

impl Default for ViewOptions {
    fn default() -> Self {
        Self {
            names: true,
            grid: false,
            shapes: true,
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
    #[error("cannot start a background thread: {0}")]
    Thread(#[from] io::Error),
}

/// An open project with what follows it.
pub struct Workspace {
    /// The project and its history.
    pub document: Document,
    /// The tool in use.
    pub tool: Tool,
    /// Pictures and voxels.
    pub preview: Preview,
    /// Issues.
    pub checks: Checks,
    /// What the map shows.
    pub view: ViewOptions,
    watch: Watch,
    items: Vec<Item>,
    items_made_for: Option<(u64, shared::ids::IslandId)>,
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
            preview: Preview::new(context)?,
            checks: Checks::new(context)?,
            view: ViewOptions::default(),
            items: Vec::new(),
            items_made_for: None,
        })
    }

    /// Brings items, preview and checks up to the document. Call once per frame before drawing.
    pub fn update(&mut self) {
        let key = self
            .document
            .island()
            .map(|island| (self.document.revision(), island.id));
        if self.items_made_for != key {
            self.items_made_for = key;
            self.items = self
                .document
                .island()
                .map(|island| model::items(island, self.document.schema()))
                .unwrap_or_default();
        }
        self.preview.update(&self.document);
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
            preview: &self.preview,
            tool: &self.tool,
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
            items: &self.items,
            fresh_id,
        };
        Some(act(&mut self.tool, &scene))
    }

    /// Waits for the background and takes its results, as tests want it.
    pub fn settle(&mut self) {
        self.update();
        self.preview.wait_until_idle();
        self.checks.wait_until_idle();
        self.update();
    }
}

/// The document's state in one word and whether anything would be lost by closing.
pub fn save_state(document: &document::Document) -> String {
    match document.dirty_count() {
        0 if document.is_dirty() => "Changed".to_owned(),
        0 => "Saved".to_owned(),
        1 => "1 file changed".to_owned(),
        count => format!("{count} files changed"),
    }
}
