//! A small project in a temporary folder, and the editor open on it.

use std::path::PathBuf;

use editor::app::{App, Options};
use editor::document::Document;
use editor::workspace::Workspace;
use egui::{Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use tempfile::TempDir;

use crate::pointer;

/// Accessible name of the map of the island shown.
pub(crate) const MAP_LABEL: &str = "Island map";
/// Accessible name of the map of all islands.
pub(crate) const CHART_LABEL: &str = "Chart of all islands";
/// Accessible name of the small map.
pub(crate) const MINIMAP_LABEL: &str = "Minimap";
/// Accessible name of the 3D view.
pub(crate) const VIEW_3D_LABEL: &str = "3D view";

pub(crate) const PROJECT: &str = r#"Project(
    format: 1,
    name: "Test World",
    world_seed: 7,
    generator: 1,
    spawn: "landing",
)
"#;

pub(crate) const SCHEMA: &str = r#"Schema(
    format: 1,
    pois: {
        "harbour": (
            doc: "A place where ships land.",
        ),
    },
    entities: {
        "npc": (
            doc: "Somebody to talk to.",
            attributes: [
                (
                    key: "age",
                    type: Integer(min: 0, max: 99, unit: "years"),
                    default: 30,
                    doc: "How old it is.",
                ),
                (
                    key: "mood",
                    type: Choice(["calm", "angry"]),
                    default: "calm",
                ),
                (
                    key: "awake",
                    type: Bool,
                    default: true,
                ),
            ],
        ),
    },
)
"#;

pub(crate) const ISLAND: &str = r#"Island(
    format: 1,
    id: "isle",
    name: "First Isle",
    chart: (0.0, 0.0),
    bounds: (width: 128, depth: 128, below: 32, above: 64),
    markers: [
        (
            id: "coast",
            kind: "land",
            name: "Coast",
            area: [
                (-40.0, -40.0, 6.0),
                (40.0, -40.0, 6.0),
                (0.0, 44.0, 6.0),
            ],
        ),
        (
            id: "top",
            kind: "peak",
            name: "Old Smoky",
            point: (10.0, -10.0, 40.0),
            attributes: {
                "radius": 32.0,
            },
        ),
    ],
    pois: [
        (
            id: "landing",
            kind: "harbour",
            name: "Landing",
            at: (0.0, -30.0),
        ),
    ],
    entities: [
        (
            id: "keeper",
            kind: "npc",
            name: "Keeper",
            at: (-10.0, -20.0),
            attributes: {
                "odd": 7,
            },
        ),
    ],
)
"#;

/// An editor on a project of its own.
pub(crate) struct Stage {
    pub(crate) harness: Harness<'static, App>,
    pub(crate) folder: TempDir,
}

/// Writes the project into a new temporary folder.
pub(crate) fn project_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("project.ron", PROJECT),
        ("schema.ron", SCHEMA),
        ("islands/isle.ron", ISLAND),
    ];
    for (name, text) in files {
        worldgen::project_dir::replace(&folder.path().join(name), text).unwrap();
    }
    folder
}

/// The editor without a window.
pub(crate) fn editor(options: Options) -> Harness<'static, App> {
    Harness::builder()
        .with_size(vec2(1600.0, 1000.0))
        .with_max_steps(64)
        .build_eframe(move |creation| App::new(creation, options.clone()))
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::on(project_folder())
    }

    pub(crate) fn on(folder: TempDir) -> Self {
        let mut stage = Self {
            harness: editor(Options {
                project: Some(folder.path().to_owned()),
                settings_folder: None,
            }),
            folder,
        };
        stage.settle();
        stage
    }

    /// Runs frames until nothing moves and the background is done.
    pub(crate) fn settle(&mut self) {
        self.harness.run_steps(2);
        if let Some(workspace) = self.harness.state_mut().workspace_mut() {
            workspace.settle();
        }
        self.harness.run();
    }

    pub(crate) fn document(&self) -> &Document {
        &self
            .harness
            .state()
            .workspace()
            .expect("a project is open")
            .document
    }

    /// Shows another island, as the list in the toolbar does.
    pub(crate) fn show_island(&mut self, id: &str) {
        let island = shared::ids::IslandId(id.parse().unwrap());
        let workspace = self.harness.state_mut().workspace_mut().unwrap();
        workspace.document.show_island(island);
        self.harness.run_steps(2);
    }

    pub(crate) fn issue_count(&self) -> usize {
        self.harness.state().workspace().unwrap().checks.issues().len()
    }

    pub(crate) fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run_steps(3);
    }

    /// Chooses an entry of a menu. Buttons of the same name stand before it.
    pub(crate) fn menu(&mut self, menu: &str, entry: &str) {
        self.click(menu);
        let entry = self.harness.get_all_by_label(entry).last().unwrap();
        entry.click();
        self.harness.run_steps(3);
    }

    /// Where a place of the island is on screen: the island fills the map, framed on opening.
    pub(crate) fn on_map(&self, x_m: f32, y_m: f32) -> Pos2 {
        let rect = self.harness.get_by_label(MAP_LABEL).rect();
        let scale = rect.size().min_elem() * 0.9 / 128.0;
        rect.center() + vec2(x_m, -y_m) * scale
    }

    pub(crate) fn click_map(&mut self, x_m: f32, y_m: f32) {
        let at = self.on_map(x_m, y_m);
        pointer::click(&mut self.harness, at);
    }

    pub(crate) fn drag_map(&mut self, from: (f32, f32), to: (f32, f32)) {
        let (from, to) = (self.on_map(from.0, from.1), self.on_map(to.0, to.1));
        pointer::press(&mut self.harness, from);
        self.harness.hover_at(from + (to - from) * 0.5);
        self.harness.run_steps(2);
        self.harness.hover_at(to);
        self.harness.run_steps(2);
    }

    pub(crate) fn drop_map(&mut self, at: (f32, f32)) {
        let at = self.on_map(at.0, at.1);
        self.harness.drop_at(at);
        self.harness.run_steps(3);
    }

    /// Brings a panel to the front; its tab has a symbol before the name.
    pub(crate) fn tab(&mut self, name: &str) {
        self.harness.get_by_label_contains(name).click();
        self.harness.run_steps(3);
    }

    pub(crate) fn double_click(&mut self, at: Pos2) {
        self.harness.hover_at(at);
        // Clicks that came before would make this a triple one.
        self.harness.run_steps(4);
        // A click in one frame: events that are queued get a frame each, which is too slow for a double one.
        for _click in 0..2 {
            for pressed in [true, false] {
                self.harness.input_mut().events.push(egui::Event::PointerButton {
                    pos: at,
                    button: egui::PointerButton::Primary,
                    pressed,
                    modifiers: Modifiers::NONE,
                });
            }
            self.harness.step();
        }
        self.harness.run_steps(4);
    }

    pub(crate) fn key(&mut self, key: Key) {
        self.keys(Modifiers::NONE, key);
    }

    pub(crate) fn keys(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }

    /// Types as a keyboard does: every character is a text of its own.
    pub(crate) fn digits(&mut self, text: &str) {
        for typed in text.chars() {
            self.harness.event(egui::Event::Text(typed.to_string()));
        }
        self.harness.run_steps(2);
    }

    /// Pinches at a place of the screen: more than 1 goes nearer.
    pub(crate) fn zoom(&mut self, at: Pos2, factor: f32) {
        self.harness.hover_at(at);
        self.harness.run_steps(1);
        self.harness.event(egui::Event::Zoom(factor));
        self.harness.run_steps(3);
    }

    pub(crate) fn drag(&mut self, from: Pos2, to: Pos2) {
        pointer::drag(&mut self.harness, from, to);
    }

    pub(crate) fn labels(&self) -> Vec<String> {
        self.document().history().labels().map(str::to_owned).collect()
    }

    pub(crate) fn workspace(&self) -> &Workspace {
        self.harness.state().workspace().expect("a project is open")
    }

    pub(crate) fn island_path(&self) -> PathBuf {
        self.folder.path().join("islands/isle.ron")
    }

    pub(crate) fn island_text(&self) -> String {
        std::fs::read_to_string(self.island_path()).unwrap()
    }
}
