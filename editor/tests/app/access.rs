//! Every screen for those who do not see it or use no pointer: names, focus, Escape, arrows.

use std::collections::BTreeSet;

use editor::app::{App, Options};
use egui::accesskit::{self, Action, Role};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::stage::{ISLAND, MAP_LABEL, Stage, editor, project_folder};

/// More than the widgets of any screen.
const MAX_TABS: usize = 400;

/// Something that can be clicked, edited or focused.
struct Control {
    role: Role,
    name: String,
    place: accesskit::Rect,
    takes_focus: bool,
}

fn controls(harness: &Harness<'static, App>) -> Vec<Control> {
    let all = harness.query_all_by(|_| true);
    let controls = all.filter_map(|node| {
        let node = node.accesskit_node();
        let takes_focus = node.data().supports_action(Action::Focus);
        let acts = takes_focus || node.data().supports_action(Action::Click);
        // Text that can be marked and copied is its own name.
        let own = || node.value().filter(|_| node.role() == Role::Label);
        let control = || Control {
            role: node.role(),
            name: node.label().or_else(own).unwrap_or_default(),
            place: node.bounding_box().unwrap_or_default(),
            takes_focus,
        };
        (acts && !node.is_disabled()).then(control)
    });
    controls.filter(|control| !is_frame(control)).collect()
}

/// What the dock and scroll areas put between things for the pointer alone: splitters, the free part of bars
/// with tabs, scroll bars. All of them have another way.
fn is_frame(control: &Control) -> bool {
    let (width, height) = (control.place.width(), control.place.height());
    let of_the_dock = width <= 8.0 || height <= 8.0 || height == 28.0;
    control.role == Role::ScrollBar
        || (control.role == Role::Unknown && control.name.is_empty() && of_the_dock)
}

fn unnamed(harness: &Harness<'static, App>, screen: &str) -> Vec<String> {
    let controls = controls(harness).into_iter();
    let unnamed = controls.filter(|control| control.name.trim().is_empty());
    unnamed
        .map(|control| format!("{screen}: {:?} {:?}", control.role, control.place))
        .collect()
}

fn focused(harness: &Harness<'static, App>) -> Option<String> {
    let mut all = harness.query_all_by(|_| true);
    let focused = all.find(|node| node.accesskit_node().is_focused())?;
    focused.accesskit_node().label()
}

/// Opens something on a stage of its own.
type Opens = fn(&mut Stage);

const SCREENS: [(&str, Opens); 22] = [
    ("project", |_| {}),
    ("marker", |stage| stage.click("Old Smoky")),
    ("path of corners", |stage| {
        stage.click("Coast");
        stage.click("3 corners");
    }),
    ("poi", |stage| stage.click("Landing")),
    ("entity", |stage| stage.click("Keeper")),
    ("several", |stage| stage.keys(Modifiers::COMMAND, Key::A)),
    ("layers", |stage| {
        stage.click("Keeper");
        stage.keys(Modifiers::COMMAND, Key::G);
        stage.tab("Layers");
    }),
    ("history", |stage| {
        stage.click("Keeper");
        stage.key(Key::Delete);
        stage.tab("History");
    }),
    ("search", |stage| {
        stage.harness.get_by_label("Search records").type_text("smoky");
        stage.harness.run_steps(3);
    }),
    ("wrong search", |stage| {
        stage
            .harness
            .get_by_label("Search records")
            .type_text("nonsense:1");
        stage.harness.run_steps(3);
    }),
    ("placing", |stage| stage.click("River")),
    ("chart", |stage| stage.key(Key::C)),
    ("legend", |stage| stage.key(Key::Num4)),
    ("file menu", |stage| stage.click("File")),
    ("view menu", |stage| stage.click("View")),
    ("context menu", |stage| {
        stage.harness.get_by_label("Keeper").click_secondary();
        stage.harness.run_steps(3);
    }),
    ("palette", |stage| stage.keys(Modifiers::COMMAND, Key::P)),
    ("cheat sheet", |stage| stage.key(Key::F1)),
    ("preferences", |stage| stage.keys(Modifiers::COMMAND, Key::Comma)),
    ("select where", |stage| {
        stage.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    }),
    ("unsaved changes", |stage| {
        stage.menu("File", "New island");
        stage.keys(Modifiers::COMMAND, Key::W);
    }),
    ("conflicts", |stage| {
        stage.drag_map((10.0, -10.0), (20.0, 0.0));
        stage.drop_map((20.0, 0.0));
        let pulled = ISLAND.replace("(10.0, -10.0, 40.0)", "(12.0, -10.0, 40.0)");
        let path = stage.island_path();
        worldgen::project_dir::replace(&path, &pulled).unwrap();
        stage.menu("File", "Look for changes on disk");
        stage.settle();
        stage.harness.get_by_label("Keep all of mine");
    }),
];

#[test]
fn everything_that_can_be_used_has_a_name() {
    let mut found = Vec::new();
    let mut welcome = editor(Options::default());
    welcome.run();
    found.extend(unnamed(&welcome, "welcome"));
    welcome.get_by_label("New project...").click();
    welcome.run();
    found.extend(unnamed(&welcome, "new project"));
    for (screen, open) in SCREENS {
        let mut stage = Stage::new();
        open(&mut stage);
        found.extend(unnamed(&stage.harness, screen));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn tab_reaches_everything_that_can_be_used() {
    // Windows are drawn last: backwards they come first.
    for (wanted_screen, modifiers) in [
        ("marker", Modifiers::NONE),
        ("preferences", Modifiers::SHIFT),
        ("select where", Modifiers::SHIFT),
        ("conflicts", Modifiers::SHIFT),
    ] {
        let names = |stage: &Stage| -> BTreeSet<String> {
            let controls = controls(&stage.harness).into_iter();
            let controls = controls.filter(|control| control.takes_focus);
            controls.map(|control| control.name).collect()
        };
        let mut stage = Stage::new();
        let below = names(&stage);
        let open = SCREENS.iter().find(|(screen, _)| *screen == wanted_screen);
        open.unwrap().1(&mut stage);
        let mut missing = names(&stage);
        if modifiers == Modifiers::SHIFT {
            missing.retain(|name| !below.contains(name));
        }
        assert!(!missing.is_empty());
        for _ in 0..MAX_TABS {
            stage.harness.key_press_modifiers(modifiers, Key::Tab);
            stage.harness.run_steps(1);
            if let Some(reached) = focused(&stage.harness) {
                missing.remove(&reached);
            }
            if missing.is_empty() {
                break;
            }
        }
        assert!(missing.is_empty(), "{wanted_screen}: not reached {missing:?}");
    }
}

#[test]
fn escape_closes_what_is_open_and_nothing_below_it() {
    for (keys, key, label) in [
        (Modifiers::COMMAND, Key::P, "Find command"),
        (Modifiers::NONE, Key::F1, "Keyboard shortcuts"),
        (Modifiers::COMMAND, Key::Comma, "Filter commands"),
        (Modifiers::COMMAND | Modifiers::SHIFT, Key::F, "Select these"),
    ] {
        let mut stage = Stage::new();
        stage.click("Keeper");
        let count = |stage: &Stage| stage.harness.query_all_by_label(label).count();
        let before = count(&stage);
        stage.keys(keys, key);
        assert!(count(&stage) > before, "{label}");
        stage.key(Key::Escape);
        assert_eq!(count(&stage), before, "{label}");
        assert_eq!(
            stage.document().selection().len(),
            1,
            "{label}: the selection stays"
        );
    }
    let mut stage = Stage::new();
    stage.click("Keeper");
    stage.click("File");
    stage.harness.get_by_label("Close project");
    stage.key(Key::Escape);
    assert!(
        stage.harness.query_by_label("Close project").is_none(),
        "the menu"
    );
    assert_eq!(stage.document().selection().len(), 1, "and nothing else");
    stage.menu("File", "New island");
    stage.keys(Modifiers::COMMAND, Key::W);
    stage.harness.get_by_label("Save changes?");
    let mut answers = BTreeSet::new();
    for _ in 0..3 {
        stage.key(Key::Tab);
        answers.extend(focused(&stage.harness));
    }
    let all = ["Cancel", "Discard changes", "Save"].map(str::to_owned);
    assert_eq!(answers, BTreeSet::from(all), "Tab stays among the answers");
    stage.key(Key::Escape);
    assert!(stage.harness.query_by_label("Save changes?").is_none());
    assert!(stage.harness.state().workspace().is_some(), "Escape stays");

    let mut start = editor(Options::default());
    start.run();
    start.get_by_label("New project...").click();
    start.run();
    start.key_press(Key::Escape);
    start.run();
    start.get_by_label("How to begin");
}

#[test]
fn arrows_walk_through_lists() {
    let mut stage = Stage::new();
    stage.click("Coast");
    stage
        .harness
        .get_by_role_and_label(Role::ListItem, "Coast")
        .focus();
    stage.harness.run_steps(2);
    for wanted in ["Old Smoky", "Landing", "Keeper"] {
        stage.key(Key::ArrowDown);
        let records = stage.document().selected_records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].name(), wanted);
    }
    stage.key(Key::ArrowUp);
    assert_eq!(stage.document().selected_records()[0].name(), "Landing");

    // Kinds: the arrows move the focus, Enter chooses.
    let first = stage.harness.get_all_by_label("Arch").next().unwrap();
    first.focus();
    stage.harness.run_steps(2);
    stage.key(Key::ArrowDown);
    assert_ne!(focused(&stage.harness).as_deref(), Some("Arch"));
    stage.key(Key::Enter);
    stage.harness.get_by_label_contains("Placing ");
}

#[test]
fn a_project_is_opened_and_an_island_changed_without_a_pointer() {
    let (settings, project) = (tempfile::tempdir().unwrap(), project_folder());
    let mut kept = editor::session::Settings::default();
    kept.remember(project.path());
    kept.save(Some(settings.path()));
    let mut harness = editor(Options {
        project: None,
        settings_folder: Some(settings.path().to_owned()),
    });
    harness.run();
    let name = project.path().file_name().unwrap().to_string_lossy().into_owned();
    tab_to(&mut harness, &name);
    harness.key_press(Key::Enter);
    harness.run_steps(4);
    harness.state_mut().workspace_mut().unwrap().settle();
    harness.run();
    harness.get_by_label(MAP_LABEL);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(3);
    harness.key_press(Key::Delete);
    harness.run_steps(3);
    let document = &harness.state().workspace().unwrap().document;
    assert_eq!(document.island().unwrap().record_count(), 0);
}

fn tab_to(harness: &mut Harness<'static, App>, label: &str) {
    for _ in 0..MAX_TABS {
        harness.key_press(Key::Tab);
        harness.run_steps(1);
        if focused(harness).as_deref() == Some(label) {
            return;
        }
    }
    panic!("Tab never reaches {label}");
}
