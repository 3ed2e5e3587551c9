//! Response times of the whole editor without a window, at 100, 1,000 and 10,000 markers.
//!
//! `cargo bench -p editor --bench response` prints one table, `.. -- 10000` of that many markers alone. A frame is everything the app does for it:
//! input, panels, acting on requests, and turning shapes into triangles; the GPU's part is not in it. Times
//! are of the processor for the one thread (Linux), so that other work on the machine does not count; the
//! generator works on its own threads meanwhile, as it does for a designer. Opening and saving are by the
//! wall clock, because they wait for the disk. A row is marked when it misses its limit (the table of issue
//! limits is in the module constants).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    clippy::format_push_string,
    clippy::unchecked_time_subtraction,
    reason = "a bench ends at the first surprise, prints, and counts in small numbers"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use editor::app::{App, Options};
use eframe::App as _;
use egui::accesskit::{Node, NodeId};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, pos2, vec2};
use rustix::time::{ClockId, clock_gettime};

const MARKERS: [usize; 3] = [100, 1000, 10_000];
const WINDOW: egui::Vec2 = vec2(1600.0, 1000.0);
/// Accessible names of the views, as the editor says them in English.
const MAP_LABEL: &str = "Island map";
const VIEW_LABEL: &str = "3D view";
/// Columns of the island's side.
const EDGE: i32 = 1024;
const DRAG_FRAMES: usize = 240;

/// Limits in milliseconds.
const FRAME: f64 = 10.0;
const HANDLER: f64 = 50.0;
const SEARCH: f64 = 16.0;
const DISK: f64 = 1000.0;

fn main() {
    println!(
        "{:<34} {:>10} {:>9} {:>9} {:>9} {:>9}",
        "", "markers", "median", "p99", "worst", "limit"
    );
    let asked: Vec<usize> = std::env::args().filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { &MARKERS[..] } else { &asked };
    for markers in sizes.iter().copied() {
        let folder = tempfile::tempdir().unwrap();
        write_project(folder.path(), markers);
        for row in measure(folder.path()) {
            row.print(markers);
        }
    }
}

/// One line of the table.
struct Row {
    what: &'static str,
    limit: f64,
    millis: Vec<f64>,
}

impl Row {
    fn print(mut self, markers: usize) {
        self.millis.sort_by(f64::total_cmp);
        let at = |share: f64| self.millis[((self.millis.len() - 1) as f64 * share).round() as usize];
        let verdict = if at(0.99) <= self.limit { "" } else { "  MISSED" };
        println!(
            "{:<34} {markers:>10} {:>9.2} {:>9.2} {:>9.2} {:>9.0}{verdict}",
            self.what,
            at(0.5),
            at(0.99),
            at(1.0),
            self.limit
        );
    }
}

/// An island full of small hills, forests and valleys, in rows.
fn write_project(folder: &Path, markers: usize) {
    let columns = (markers as f64).sqrt().ceil() as usize;
    let step = f64::from(EDGE - 128) / columns as f64;
    let mut text = format!(
        "Island(\n    format: 1,\n    id: \"isle\",\n    name: \"Bench\",\n    chart: (0.0, 0.0),\n    bounds: (width: {EDGE}, depth: {EDGE}, below: 32, above: 128),\n    markers: [\n"
    );
    let mut ids: Vec<(String, usize)> = (0..markers)
        .map(|index| (format!("m{:06}", index * 7919 % 1_000_000), index))
        .collect();
    ids.sort();
    for (id, index) in ids {
        let (x, y) = (
            (index % columns) as f64 * step - 448.0,
            (index / columns) as f64 * step - 448.0,
        );
        // One land to stand on; many small ones would only keep the generator busy.
        let (kind, attributes) = match index {
            0 => ("land", "\"radius\": 400.0"),
            index if index % 3 == 0 => ("peak", "\"radius\": 9.0"),
            index if index % 3 == 1 => ("forest", "\"radius\": 6.0"),
            _ => ("plateau", "\"radius\": 3.0"),
        };
        text += &format!(
            "        (id: \"{id}\", kind: \"{kind}\", name: \"Place {index}\", point: ({x:.1}, {y:.1}, 12.0), attributes: {{{attributes}}}),\n"
        );
    }
    text += "    ],\n    pois: [(id: \"spawn\", kind: \"landing\", name: \"Landing\", at: (0.0, 0.0))],\n)\n";
    let project = "Project(\n    format: 1,\n    name: \"Bench\",\n    world_seed: 7,\n    generator: 1,\n    spawn: \"spawn\",\n)\n";
    let schema = "Schema(\n    format: 1,\n    pois: {\n        \"landing\": (\n            doc: \"x\",\n        ),\n    },\n)\n";
    for (name, text) in [
        ("project.ron", project),
        ("schema.ron", schema),
        ("islands/isle.ron", &text),
    ] {
        worldgen::project_dir::replace(&folder.join(name), text).unwrap();
    }
}

/// The editor, driven frame by frame.
struct Desk {
    context: egui::Context,
    app: App,
    frame: eframe::Frame,
    time: f64,
    map: Rect,
    view: Rect,
}

fn cpu_now() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap())
}

impl Desk {
    fn open(folder: &Path) -> Self {
        let context = egui::Context::default();
        let creation = eframe::CreationContext::_new_kittest(context.clone());
        let options = Options {
            project: Some(folder.to_owned()),
            settings_folder: None,
        };
        Self {
            app: App::new(&creation, options),
            context,
            frame: eframe::Frame::_new_kittest(),
            time: 0.0,
            map: Rect::NOTHING,
            view: Rect::NOTHING,
        }
    }

    /// One frame with these events; returns its milliseconds of processor time.
    fn frame(&mut self, events: Vec<Event>) -> f64 {
        self.time += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            time: Some(self.time),
            focused: true,
            events,
            ..RawInput::default()
        };
        let started = cpu_now();
        let output = self.context.run_ui(input, |ui| self.app.ui(ui, &mut self.frame));
        std::hint::black_box(self.context.tessellate(output.shapes, output.pixels_per_point));
        let millis = (cpu_now() - started).as_secs_f64() * 1000.0;
        if let Some(update) = output.platform_output.accesskit_update {
            let find = |label| labelled_rect(&update.nodes, label);
            self.map = find(MAP_LABEL).unwrap_or(self.map);
            self.view = find(VIEW_LABEL).unwrap_or(self.view);
        }
        millis
    }

    fn settle(&mut self) {
        for _ in 0..4 {
            self.frame(Vec::new());
        }
        self.app.workspace_mut().unwrap().checks.wait_until_idle();
        for _ in 0..4 {
            self.frame(Vec::new());
        }
    }

    /// Where a marker of the grid is on screen; the whole island fills the map.
    fn on_map(&self, x_m: f32, y_m: f32) -> Pos2 {
        let scale = self.map.size().min_elem() * 0.9 / EDGE as f32;
        self.map.center() + vec2(x_m, -y_m) * scale
    }

    /// The frame of the event and the one that shows its result, together.
    fn act(&mut self, events: Vec<Event>) -> f64 {
        self.frame(events) + self.frame(Vec::new())
    }
}

fn labelled_rect(nodes: &[(NodeId, Node)], label: &str) -> Option<Rect> {
    let (_, node) = nodes.iter().find(|(_, node)| node.label() == Some(label))?;
    let bounds = node.bounds()?;
    Some(Rect::from_min_max(
        pos2(bounds.x0 as f32, bounds.y0 as f32),
        pos2(bounds.x1 as f32, bounds.y1 as f32),
    ))
}

fn key(key: Key, modifiers: Modifiers) -> Vec<Event> {
    [true, false]
        .map(|pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers,
        })
        .into()
}

fn ctrl(letter: Key) -> Vec<Event> {
    let mut events = vec![Event::ModifiersChanged(Modifiers::COMMAND)];
    events.extend(key(letter, Modifiers::COMMAND));
    events.push(Event::ModifiersChanged(Modifiers::NONE));
    events
}

fn button(pos: Pos2, button: PointerButton, pressed: bool) -> Event {
    Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    }
}

fn measure(folder: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |what, limit, millis: Vec<f64>| rows.push(Row { what, limit, millis });

    let started = Instant::now();
    let mut desk = Desk::open(folder);
    desk.frame(Vec::new());
    row(
        "open, first frame (wall)",
        DISK,
        vec![started.elapsed().as_secs_f64() * 1000.0],
    );
    desk.context.enable_accesskit();
    desk.settle();
    desk.context.disable_accesskit();
    desk.settle();
    row(
        "frame at rest",
        FRAME,
        (0..60).map(|_| desk.frame(Vec::new())).collect(),
    );

    let marker = desk.on_map(-448.0, -448.0);
    let clicks = (0..20).map(|_| {
        desk.frame(vec![Event::PointerMoved(marker)]);
        desk.act(vec![
            button(marker, PointerButton::Primary, true),
            button(marker, PointerButton::Primary, false),
        ])
    });
    row("click on a marker", HANDLER, clicks.collect());

    row(
        "drag a marker, each frame",
        FRAME,
        drag(&mut desk, marker, PointerButton::Primary),
    );
    desk.settle();
    row("undo of the drag", HANDLER, vec![desk.act(ctrl(Key::Z))]);
    row("redo", HANDLER, vec![desk.act(ctrl(Key::Y))]);
    desk.settle();
    let middle = desk.map.center();
    row(
        "pan, each frame",
        FRAME,
        drag(&mut desk, middle, PointerButton::Middle),
    );
    let zoom = (0..60).map(|_| {
        desk.frame(vec![Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: vec2(0.0, 1.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        }])
    });
    row("zoom, each frame", FRAME, zoom.collect());

    desk.frame(key(Key::Home, Modifiers::NONE));
    desk.settle();
    row("select all", HANDLER, vec![desk.act(ctrl(Key::A))]);
    row(
        "frame with all selected",
        FRAME,
        (0..30).map(|_| desk.frame(Vec::new())).collect(),
    );
    desk.act(key(Key::Escape, Modifiers::NONE));

    rows.extend(measure_more(&mut desk));
    rows
}

fn measure_more(desk: &mut Desk) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |what, limit, millis: Vec<f64>| rows.push(Row { what, limit, millis });

    let middle = desk.view.center();
    row(
        "turn the 3D view, each frame",
        FRAME,
        drag(desk, middle, PointerButton::Middle),
    );
    desk.settle();
    desk.frame(key(Key::C, Modifiers::NONE));
    desk.settle();
    let island = desk.map.center() + vec2(20.0, 20.0);
    row(
        "drag an island on the chart",
        FRAME,
        drag(desk, island, PointerButton::Primary),
    );
    desk.frame(key(Key::C, Modifiers::NONE));
    desk.settle();

    let text = "Records(format: 1, markers: [(id: \"x\", kind: \"peak\", point: (0.0, 0.0, 20.0))])";
    let pastes = (0..10).map(|_| desk.act(vec![Event::Paste(text.to_owned())]));
    row("paste a marker", HANDLER, pastes.collect());
    let palette = (0..10).map(|_| {
        let opened = desk.act(ctrl(Key::P));
        let typed = desk.act(vec![Event::Text("place peak".to_owned())]);
        desk.act(key(Key::Escape, Modifiers::NONE));
        opened.max(typed)
    });
    row("command palette, open and type", HANDLER, palette.collect());
    desk.settle();
    row("search, each key", SEARCH, search(desk));
    desk.settle();
    desk.frame(key(Key::Escape, Modifiers::NONE));

    row("issues after an edit (wall)", HANDLER, validate(desk));
    let started = Instant::now();
    desk.frame(ctrl(Key::S));
    row(
        "save (wall)",
        DISK,
        vec![started.elapsed().as_secs_f64() * 1000.0],
    );
    assert!(
        !desk.app.workspace().unwrap().document.is_dirty(),
        "the save was one"
    );
    rows
}

fn drag(desk: &mut Desk, from: Pos2, with: PointerButton) -> Vec<f64> {
    desk.frame(vec![Event::PointerMoved(from)]);
    desk.frame(vec![button(from, with, true)]);
    let mut millis = Vec::new();
    let mut at = from;
    for step in 0..DRAG_FRAMES {
        let angle = step as f32 * 0.05;
        at = from + vec2(angle.sin() * 60.0, (1.0 - angle.cos()) * -40.0);
        millis.push(desk.frame(vec![Event::PointerMoved(at)]));
    }
    desk.frame(vec![button(at, with, false)]);
    millis
}

fn search(desk: &mut Desk) -> Vec<f64> {
    desk.frame(ctrl(Key::F));
    desk.frame(Vec::new());
    "kind:peak radius>3 -layer:2 place 99"
        .chars()
        .map(|letter| desk.frame(vec![Event::Text(letter.to_string())]))
        .collect()
}

/// From an edit to the panel having what the rules of structure say about it, by the wall clock: the rules run
/// on their own thread, and frames go on meanwhile.
fn validate(desk: &mut Desk) -> Vec<f64> {
    let edits = [Key::Z, Key::Y].into_iter().cycle().take(20);
    edits
        .map(|edit| {
            let revision = |desk: &Desk| desk.app.workspace().unwrap().document.revision();
            let before = revision(desk);
            let started = Instant::now();
            desk.frame(ctrl(edit));
            assert_ne!(revision(desk), before, "the key changed something");
            let is_checked = |desk: &Desk| {
                let workspace = desk.app.workspace().unwrap();
                workspace.checks.has_structure_of(&workspace.document)
            };
            while !is_checked(desk) {
                desk.frame(Vec::new());
            }
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect()
}
