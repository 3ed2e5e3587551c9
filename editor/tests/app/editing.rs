//! Placing, moving, editing, deleting, undo and redo.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use shared::attribute::AttributeValue;
use shared::island::{Record, RecordId};

use crate::stage::{ISLAND, Stage};

fn marker(stage: &Stage, name: &str) -> shared::island::Marker {
    let island = stage.document().island().unwrap();
    island
        .markers
        .values()
        .find(|marker| marker.name == name)
        .unwrap()
        .clone()
}

#[test]
fn a_marker_is_placed_edited_undone_redone_and_saved() {
    let mut stage = Stage::new();
    // The list of kinds is longer than its panel.
    stage.click("Filter kinds");
    stage.harness.get_by_label("Filter kinds").type_text("peak");
    stage.harness.run_steps(2);
    stage.click("Peak");
    stage.click_map(-20.0, 10.0);
    let record = stage.document().selected_records().pop().unwrap();
    let Record::Marker(placed) = &record else {
        panic!("expected a marker, found {record:?}");
    };
    assert_eq!(placed.kind, "peak");
    let point = placed.geometry.anchor();
    assert_eq!((point.x_m, point.y_m), (-20.0, 10.0), "whole metres");
    assert!(point.z_m > 0.0, "a new peak stands out of the ground");

    // An attribute by keyboard, as a designer types it.
    let radius = stage.harness.get_by_role_and_label(Role::SpinButton, "Radius");
    radius.click();
    stage.harness.run_steps(2);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    stage.harness.run_steps(1);
    stage
        .harness
        .get_by_role_and_label(Role::SpinButton, "Radius")
        .type_text("77");
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    let radius = |stage: &Stage| {
        let island = stage.document().island().unwrap();
        let marker = island
            .markers
            .values()
            .find(|marker| marker.name.is_empty())
            .unwrap();
        marker.attributes.get("radius").cloned()
    };
    assert_eq!(radius(&stage), Some(AttributeValue::Number(77.0)));
    assert_eq!(
        stage.document().history().len(),
        2,
        "placing and typing are one step each"
    );

    stage.menu("Edit", "Undo: Change radius of Peak");
    assert_eq!(radius(&stage), None);
    stage.menu("Edit", "Undo: Place peak");
    assert_eq!(stage.document().island().unwrap().markers.len(), 2);
    assert!(!stage.document().is_dirty(), "undone to the saved state");
    stage.menu("Edit", "Redo: Place peak");
    stage.menu("Edit", "Redo: Change radius of Peak");
    assert_eq!(radius(&stage), Some(AttributeValue::Number(77.0)));

    stage.click("Save");
    assert!(!stage.document().is_dirty());
    let text = stage.island_text();
    assert!(text.contains("\"radius\": 77.0,"), "{text}");
    assert!(text.contains("\"odd\": 7"), "unknown attributes survive: {text}");
}

#[test]
fn a_drag_is_one_step_and_escape_takes_it_back() {
    let mut stage = Stage::new();
    stage.drag_map((10.0, -10.0), (30.0, 20.0));
    let moved = marker(&stage, "Old Smoky").geometry.anchor();
    assert_eq!((moved.x_m, moved.y_m), (30.0, 20.0));
    stage.harness.key_press(Key::Escape);
    stage.harness.run_steps(3);
    let back = marker(&stage, "Old Smoky").geometry.anchor();
    assert_eq!((back.x_m, back.y_m), (10.0, -10.0));
    stage.drop_map((30.0, 20.0));
    assert_eq!(stage.document().history().len(), 0);

    stage.drag_map((10.0, -10.0), (30.0, 20.0));
    stage.drop_map((30.0, 20.0));
    assert_eq!(
        stage.document().history().labels().collect::<Vec<_>>(),
        ["Move Old Smoky"]
    );
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    stage.settle();
    let back = marker(&stage, "Old Smoky").geometry.anchor();
    assert_eq!((back.x_m, back.y_m), (10.0, -10.0));
}

#[test]
fn an_area_takes_corners_until_enter() {
    let mut stage = Stage::new();
    stage.click("Forest");
    for (x, y) in [(-30.0, -30.0), (-10.0, -30.0), (-20.0, -10.0)] {
        stage.click_map(x, y);
    }
    assert_eq!(stage.document().history().len(), 0);
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    let record = stage.document().selected_records().pop().unwrap();
    let Record::Marker(forest) = record else { panic!() };
    assert_eq!(
        (forest.kind.as_str(), forest.geometry.points().len()),
        ("forest", 3)
    );
}

#[test]
fn selection_by_click_box_and_keys_then_delete_and_duplicate() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    assert_eq!(stage.document().selection().len(), 1);
    stage.drag_map((-62.0, 60.0), (62.0, -60.0));
    stage.drop_map((62.0, -60.0));
    assert_eq!(
        stage.document().selection().len(),
        4,
        "the box holds every record"
    );
    stage.harness.key_press(Key::Delete);
    stage.settle();
    assert_eq!(stage.document().island().unwrap().record_ids().count(), 0);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    stage.settle();
    assert_eq!(
        stage.document().selection().len(),
        4,
        "undo selects what came back"
    );

    stage.click_map(-10.0, -20.0);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
    stage.settle();
    let island = stage.document().island().unwrap();
    assert_eq!(island.entities.len(), 2);
    let copy = stage.document().selection().primary().unwrap();
    assert!(matches!(copy, RecordId::Entity(_)));
    let Some(Record::Entity(copy)) = island.record(copy) else {
        panic!()
    };
    assert_eq!((copy.x_m, copy.y_m), (2.0, -32.0));
}

#[test]
fn the_inspector_shows_every_type_and_reverts_to_the_default() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    let keeper = |stage: &Stage| {
        stage
            .document()
            .island()
            .unwrap()
            .entities
            .values()
            .next()
            .unwrap()
            .clone()
    };
    stage
        .harness
        .get_by_role_and_label(Role::CheckBox, "Awake")
        .click();
    stage.harness.run_steps(3);
    assert_eq!(
        keeper(&stage).attributes.get("awake"),
        Some(&AttributeValue::Bool(false))
    );
    stage.click("Revert Awake");
    assert_eq!(keeper(&stage).attributes.get("awake"), None);
    stage
        .harness
        .get_by_role_and_label(Role::ComboBox, "Mood")
        .click();
    stage.harness.run_steps(3);
    stage.click("angry");
    assert_eq!(
        keeper(&stage).attributes.get("mood"),
        Some(&AttributeValue::Choice("angry".into()))
    );
    stage.click("Remove odd");
    assert_eq!(keeper(&stage).attributes.get("odd"), None);
    assert_eq!(stage.document().history().len(), 4);
}

#[test]
fn several_records_are_edited_together() {
    let mut stage = Stage::new();
    stage.menu("Select", "Select all");
    let island_markers = |stage: &Stage| {
        let island = stage.document().island().unwrap();
        island
            .markers
            .values()
            .map(|marker| marker.layer)
            .collect::<Vec<_>>()
    };
    // Only markers have a layer, so select the two of them in the outliner.
    stage.click("Old Smoky");
    let coast = stage.harness.get_by_label("Coast");
    coast.click_modifiers(Modifiers::COMMAND);
    stage.harness.run_steps(3);
    assert_eq!(stage.document().selection().len(), 2);
    let layer = stage.harness.get_by_role_and_label(Role::SpinButton, "Layer");
    layer.click();
    stage.harness.run_steps(2);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    stage
        .harness
        .get_by_role_and_label(Role::SpinButton, "Layer")
        .type_text("3");
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    assert_eq!(island_markers(&stage), [3, 3]);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    stage.settle();
    assert_eq!(island_markers(&stage), [0, 0]);
    assert_eq!(stage.island_text(), ISLAND);
}

#[test]
fn the_history_list_jumps() {
    let mut stage = Stage::new();
    for _ in 0..3 {
        stage.menu("File", "New island");
    }
    assert_eq!(stage.document().project().islands.len(), 4);
    stage.harness.get_by_label_contains("History").click();
    stage.harness.run_steps(3);
    stage.click("Project opened");
    assert_eq!(stage.document().project().islands.len(), 1);
    stage.click("New island Island 2");
    assert_eq!(stage.document().project().islands.len(), 3);
}
