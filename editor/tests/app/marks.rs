//! Selecting by many ways; hiding, locking, leaving out, groups; all beside the map's files.

use editor::app::Options;
use editor::document::marks::Mark;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use crate::stage::{ISLAND, Stage, editor};

fn selected(stage: &Stage) -> Vec<String> {
    let records = stage.document().selected_records();
    records.iter().map(|record| record.name().to_owned()).collect()
}

/// Chooses an entry of a drop-down.
fn choose(stage: &mut Stage, drop_down: &str, entry: &str) {
    stage
        .harness
        .get_by_role_and_label(Role::ComboBox, drop_down)
        .click();
    stage.harness.run_steps(3);
    let entries = stage.harness.get_all_by_role_and_label(Role::Button, entry);
    entries.last().unwrap().click();
    stage.harness.run_steps(3);
}

fn shown(stage: &Stage) -> usize {
    stage.workspace().items().len()
}

#[test]
fn a_lasso_takes_what_it_goes_around() {
    let mut stage = Stage::new();
    stage.key(Key::L);
    let line = [
        (-30.0, -5.0),
        (-30.0, -35.0),
        (5.0, -35.0),
        (5.0, -25.0),
        (-5.0, -12.0),
        (-30.0, -5.0),
    ];
    let start = stage.on_map(line[0].0, line[0].1);
    stage.harness.hover_at(start);
    stage.harness.run_steps(1);
    stage.harness.drag_at(start);
    stage.harness.run_steps(1);
    for (x, y) in line {
        let at = stage.on_map(x, y);
        stage.harness.hover_at(at);
        stage.harness.run_steps(1);
    }
    stage.harness.drop_at(start);
    stage.harness.run_steps(3);
    assert_eq!(selected(&stage), ["Landing", "Keeper"]);
    stage.key(Key::L);
    stage.drag_map((-60.0, -2.0), (30.0, -40.0));
    stage.drop_map((30.0, -40.0));
    assert_eq!(stage.document().selection().len(), 4, "a box again");
}

#[test]
fn ctrl_and_shift_add_and_take_away() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    let at = stage.on_map(10.0, -10.0);
    stage.harness.hover_at(at);
    for _ in 0..2 {
        for pressed in [true, false] {
            let event = egui::Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::COMMAND,
            };
            stage.harness.event_modifiers(event, Modifiers::COMMAND);
        }
        stage.harness.run_steps(10);
        let names = selected(&stage);
        assert!(names.contains(&"Keeper".to_owned()));
    }
    assert_eq!(selected(&stage), ["Keeper"], "the second click takes it away");
}

#[test]
fn by_kind_layer_and_links() {
    let mut stage = Stage::new();
    stage.click("Coast");
    stage.keys(Modifiers::SHIFT, Key::L);
    assert_eq!(selected(&stage), ["Coast", "Old Smoky"]);
    stage.click("Coast");
    stage.keys(Modifiers::SHIFT, Key::K);
    assert_eq!(selected(&stage), ["Coast"]);
}

#[test]
fn select_where_counts_before_it_selects() {
    let mut stage = Stage::new();
    stage.keys(Modifiers::COMMAND | Modifiers::SHIFT, Key::F);
    stage.harness.get_by_label("4 records");
    choose(&mut stage, "Kind", "Npc");
    stage.harness.get_by_label("1 record");
    choose(&mut stage, "Kind", "Any");
    // The list is longer than its popup; entries further down must be scrolled to before they can be clicked.
    choose(&mut stage, "Attribute", "Age");
    for (comparison, value, count) in [
        ("is", "30", "1 record"),
        ("is not", "30", "0 records"),
        ("is more than", "31", "0 records"),
        ("is less than", "31", "1 record"),
    ] {
        choose(&mut stage, "Comparison", comparison);
        stage
            .harness
            .get_by_role_and_label(Role::TextInput, "Value")
            .click();
        stage.harness.run_steps(2);
        stage.keys(Modifiers::COMMAND, Key::A);
        let field = stage.harness.get_by_role_and_label(Role::TextInput, "Value");
        field.type_text(value);
        stage.harness.run_steps(3);
        stage.harness.get_by_label(count);
    }
    stage.click("Select these");
    assert_eq!(selected(&stage), ["Keeper"], "its age is the default");
}

#[test]
fn hidden_records_are_out_of_sight_and_reach() {
    let mut stage = Stage::new();
    let all = shown(&stage);
    stage.click_map(-10.0, -20.0);
    stage.key(Key::H);
    stage.settle();
    assert_eq!(shown(&stage), all - 1);
    stage.click_map(-10.0, -20.0);
    assert!(stage.document().selection().is_empty());
    stage.menu("Select", "Select all");
    assert_eq!(stage.document().selection().len(), all - 1);
    stage.keys(Modifiers::ALT, Key::H);
    stage.settle();
    assert_eq!(shown(&stage), all);
    stage.click_map(-10.0, -20.0);
    stage.key(Key::Slash);
    stage.settle();
    assert_eq!(shown(&stage), 1, "isolated");
    stage.key(Key::Slash);
    stage.settle();
    assert_eq!(shown(&stage), all);
}

#[test]
fn leaving_out_changes_the_preview_and_no_file() {
    let mut stage = Stage::new();
    let hash = |stage: &Stage| {
        let island = stage.document().island().unwrap().id;
        stage.workspace().preview.terrain(island).unwrap().baked.hash()
    };
    let whole = hash(&stage);
    stage.click("Old Smoky");
    stage.menu("Select", "Leave out of preview");
    stage.settle();
    let without = hash(&stage);
    assert_ne!(whole, without);
    let document = stage.document();
    let mut island = document.island().unwrap().clone();
    island.markers.retain(|_, marker| marker.name != "Old Smoky");
    let plan = worldgen::IslandPlan::new(&document.project().settings, &document.project().stamps, &island);
    let baked = worldgen::bake(&plan, &worldgen::BakeOptions::default(), &()).unwrap();
    assert_eq!(without, baked.hash());
    assert!(!document.is_dirty());
    assert_eq!(stage.island_text(), ISLAND);
    stage.tab("Layers");
    stage.click("Take all in");
    stage.settle();
    assert_eq!(hash(&stage), whole);
}

#[test]
fn layers_are_hidden_locked_and_selected_as_a_whole() {
    let mut stage = Stage::new();
    stage.tab("Layers");
    stage.click("Layer 0");
    assert_eq!(selected(&stage), ["Coast", "Old Smoky"]);
    stage.click("Hide Layer 0");
    stage.settle();
    assert_eq!(shown(&stage), 2);
    stage.click("Hide Layer 0");
    stage.click("Lock Entities");
    stage.settle();
    stage.click_map(-10.0, -20.0);
    assert!(!selected(&stage).contains(&"Keeper".to_owned()));
}

#[test]
fn groups_come_back_with_the_session_and_the_map_stays_the_same() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage
        .harness
        .get_by_label("Landing")
        .click_modifiers(Modifiers::COMMAND);
    stage.harness.run_steps(3);
    stage.keys(Modifiers::COMMAND, Key::G);
    stage.click("Old Smoky");
    stage.keys(Modifiers::COMMAND, Key::K);
    assert!(!stage.document().is_dirty(), "marks are no changes of the map");
    stage.menu("File", "Close project");
    stage.harness.run_steps(2);
    assert_eq!(stage.island_text(), ISLAND);

    let folder = stage.folder.path().to_owned();
    let mut again = editor(Options {
        project: Some(folder),
        settings_folder: None,
    });
    again.run_steps(4);
    let workspace = again.state().workspace().unwrap();
    assert!(workspace.marks.any(Mark::Locked));
    again.get_by_label_contains("Layers").click();
    again.run_steps(3);
    again.get_by_label("Group 1").click();
    again.run_steps(3);
    let document = &again.state().workspace().unwrap().document;
    assert_eq!(document.selection().len(), 2);
    again.get_by_label("Dissolve Group 1").click();
    again.run_steps(3);
    assert!(again.state().workspace().unwrap().marks.groups().is_empty());
}

#[test]
fn a_double_click_selects_the_whole_group() {
    let mut stage = Stage::new();
    stage.click("Keeper");
    stage
        .harness
        .get_by_label("Landing")
        .click_modifiers(Modifiers::COMMAND);
    stage.harness.run_steps(3);
    stage.keys(Modifiers::COMMAND, Key::G);
    stage.click("Coast");
    let at = stage.on_map(-10.0, -20.0);
    stage.double_click(at);
    assert_eq!(selected(&stage), ["Landing", "Keeper"]);
}
