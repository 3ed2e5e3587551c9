//! Handles, keys while dragging, raster, corners, arranging.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::island::{Marker, Record};

use crate::stage::Stage;

fn marker(stage: &Stage, name: &str) -> Marker {
    let island = stage.document().island().unwrap();
    let mut markers = island.markers.values();
    markers.find(|marker| marker.name == name).unwrap().clone()
}

fn keeper(stage: &Stage) -> (f32, f32, f32) {
    let island = stage.document().island().unwrap();
    let keeper = island.entities.values().next().unwrap();
    (keeper.x_m, keeper.y_m, keeper.facing_deg)
}

fn points(stage: &Stage, name: &str) -> Vec<(f32, f32, f32)> {
    let geometry = marker(stage, name).geometry;
    let points = geometry.points().iter();
    points.map(|point| (point.x_m, point.y_m, point.z_m)).collect()
}

#[test]
fn grab_axis_number_enter() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.key(Key::G);
    stage.key(Key::X);
    stage.digits("12");
    assert_eq!(keeper(&stage), (2.0, -20.0, 0.0), "shown while typing");
    stage.key(Key::Enter);
    assert_eq!(stage.labels(), ["Move Keeper"]);
    // Escape and the other button take back.
    stage.key(Key::G);
    stage.digits("5,5");
    assert_eq!(keeper(&stage), (7.0, -15.0, 0.0));
    stage.key(Key::Escape);
    assert_eq!(keeper(&stage), (2.0, -20.0, 0.0));
    assert_eq!(stage.labels(), ["Move Keeper"]);
    // Digits are no commands while a transform takes them.
    assert_eq!(
        stage.workspace().view.style.shading,
        editor::preview::shading::Shading::Natural
    );
}

#[test]
fn a_grab_follows_the_pointer_until_a_click() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.key(Key::G);
    for (x, y) in [(-10.0, -20.0), (0.0, -10.0), (5.0, 1.0)] {
        let at = stage.on_map(x, y);
        stage.harness.hover_at(at);
        stage.harness.run_steps(2);
    }
    assert_eq!(keeper(&stage), (5.0, 1.0, 0.0));
    let at = stage.on_map(5.0, 1.0);
    stage.harness.drag_at(at);
    stage.harness.run_steps(1);
    stage.harness.drop_at(at);
    stage.harness.run_steps(3);
    assert_eq!(stage.labels(), ["Move Keeper"]);
    assert_eq!(
        stage.document().selection().len(),
        1,
        "the click that keeps it selects nothing else"
    );
}

#[test]
fn axis_letters_and_digits_work_while_the_button_is_down() {
    let mut stage = Stage::new();
    stage.drag_map((10.0, -10.0), (30.0, 20.0));
    stage.key(Key::Y);
    assert_eq!(points(&stage, "Old Smoky"), [(10.0, 20.0, 40.0)]);
    stage.key(Key::Z);
    stage.digits("-15");
    assert_eq!(points(&stage, "Old Smoky"), [(10.0, -10.0, 25.0)]);
    stage.drop_map((30.0, 20.0));
    assert_eq!(stage.labels(), ["Change height of Old Smoky"]);
}

#[test]
fn turning_and_scaling_by_numbers() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.key(Key::R);
    stage.digits("45");
    stage.key(Key::Enter);
    assert_eq!(keeper(&stage).2, 45.0);
    stage.click_map(10.0, -10.0);
    stage.key(Key::S);
    stage.digits("1.5");
    stage.key(Key::Enter);
    let radius = marker(&stage, "Old Smoky").attributes["radius"].clone();
    assert_eq!(radius, AttributeValue::Number(48.0));
    assert_eq!(stage.labels(), ["Turn Keeper", "Scale Old Smoky"]);
}

#[test]
fn the_rim_of_a_radius_is_dragged() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    stage.drag_map((-22.0, -10.0), (-40.0, -10.0));
    stage.drop_map((-40.0, -10.0));
    let radius = marker(&stage, "Old Smoky").attributes["radius"].clone();
    assert_eq!(radius, AttributeValue::Number(50.0));
    assert_eq!(stage.labels(), ["Change radius of Old Smoky"]);
}

#[test]
fn corners_are_inserted_on_an_edge_and_deleted() {
    let mut stage = Stage::new();
    stage.click("Coast");
    stage.drag_map((0.0, -40.0), (0.0, -55.0));
    stage.drop_map((0.0, -55.0));
    let inserted = [
        (-40.0, -40.0, 6.0),
        (0.0, -55.0, 6.0),
        (40.0, -40.0, 6.0),
        (0.0, 44.0, 6.0),
    ];
    assert_eq!(points(&stage, "Coast"), inserted);
    // It is the active corner now: G Z changes its height alone, Delete removes it alone.
    stage.key(Key::G);
    stage.key(Key::Z);
    stage.digits("4");
    stage.key(Key::Enter);
    assert_eq!(points(&stage, "Coast")[1], (0.0, -55.0, 10.0));
    stage.key(Key::Delete);
    assert_eq!(points(&stage, "Coast").len(), 3);
    assert_eq!(
        stage.labels(),
        [
            "Move corner of Coast",
            "Change height of a corner of Coast",
            "Delete corner of Coast"
        ]
    );
    // With three corners left, none can be spared, and the area does not vanish either.
    stage.click_map(40.0, -40.0);
    stage.key(Key::Delete);
    assert_eq!(points(&stage, "Coast").len(), 3);
}

#[test]
fn places_snap_to_the_chosen_raster_unless_freed() {
    let mut stage = Stage::new();
    for _ in 0..3 {
        stage.key(Key::CloseBracket);
    }
    assert_eq!(stage.workspace().view.raster_m, 8.0);
    stage.drag_map((-10.0, -20.0), (-30.0, 3.0));
    stage.drop_map((-30.0, 3.0));
    assert_eq!(
        keeper(&stage),
        (-32.0, 0.0, 0.0),
        "on the raster, not a raster's step away"
    );
    stage.keys(Modifiers::SHIFT, Key::S);
    stage.drag_map((-32.0, 0.0), (-20.5, 0.0));
    stage.drop_map((-20.5, 0.0));
    assert!((keeper(&stage).0 + 20.5).abs() < 0.2, "{:?}", keeper(&stage));
}

#[test]
fn aligning_distributing_and_dropping_are_commands() {
    let mut stage = Stage::new();
    stage.click("Old Smoky");
    for name in ["Keeper", "Landing"] {
        stage
            .harness
            .get_by_label(name)
            .click_modifiers(Modifiers::COMMAND);
        stage.harness.run_steps(3);
    }
    stage.menu("Arrange", "Align south");
    let anchors = |stage: &Stage| -> Vec<(f32, f32)> {
        let records = stage.document().selected_records();
        let at = |record: &Record| record.anchor().map(|at| (at.x_m, at.y_m)).unwrap();
        records.iter().map(at).collect()
    };
    assert!(
        anchors(&stage).iter().all(|(_, y)| *y == -30.0),
        "{:?}",
        anchors(&stage)
    );
    stage.menu("Arrange", "Distribute west to east");
    let mut across: Vec<f32> = anchors(&stage).iter().map(|(x, _)| *x).collect();
    across.sort_by(f32::total_cmp);
    assert_eq!(across, [-10.0, 0.0, 10.0]);
    stage.settle();
    let ground_m = |stage: &Stage, (x_m, y_m, _): (f32, f32, f32)| {
        let island = stage.document().island().unwrap().id;
        let column = LocalPos::new(x_m, y_m, 0.0).voxel().column();
        stage.workspace().preview.ground(island, column).unwrap().0
    };
    stage.click("Coast");
    let wanted: Vec<(f32, f32, f32)> = points(&stage, "Coast")
        .into_iter()
        .map(|point| (point.0, point.1, (ground_m(&stage, point) * 10.0).round() / 10.0))
        .collect();
    assert_ne!(points(&stage, "Coast"), wanted);
    stage.key(Key::End);
    assert_eq!(points(&stage, "Coast"), wanted);
}

#[test]
fn locked_records_stay() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.keys(Modifiers::COMMAND, Key::K);
    stage.key(Key::G);
    stage.digits("9");
    stage.key(Key::Enter);
    assert_eq!(keeper(&stage), (-10.0, -20.0, 0.0));
    stage.click_map(10.0, -10.0);
    stage.click_map(-10.0, -20.0);
    assert!(
        stage.document().selection().is_empty(),
        "out of the pointer's way"
    );
}
