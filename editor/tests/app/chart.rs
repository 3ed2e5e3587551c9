//! The chart: moving islands, bending and drawing sea lanes, zooming into an island and out again.

use egui::{Key, Modifiers, Pos2, Rect, vec2};
use egui_kittest::kittest::Queryable;
use shared::coords::ChartPos;
use shared::island::Island;

use crate::stage::{CHART_LABEL, MAP_LABEL, Stage, project_folder};

const FAR: &str = r#"Island(
    format: 1,
    id: "far",
    name: "Far Isle",
    chart: (600.0, 200.0),
    bounds: (width: 128, depth: 128, below: 32, above: 64),
    pois: [
        (
            id: "haven",
            kind: "harbour",
            name: "Haven",
            at: (0.0, 0.0),
        ),
    ],
    lanes: [
        (
            id: "west",
            from: "haven",
            to: "landing",
            via: [
                (300.0, -150.0),
            ],
        ),
    ],
)
"#;

fn two_islands() -> Stage {
    let folder = project_folder();
    worldgen::project_dir::replace(&folder.path().join("islands/far.ron"), FAR).unwrap();
    let mut stage = Stage::on(folder);
    stage.key(Key::C);
    stage.settle();
    stage
}

fn island<'a>(stage: &'a Stage, name: &str) -> &'a Island {
    let islands = &stage.document().project().islands;
    islands.values().find(|island| island.name == name).unwrap()
}

fn on_screen(stage: &Stage, name: &str) -> Rect {
    stage.harness.get_by_label(&format!("{name} on the chart")).rect()
}

/// Where a place of the chart is on screen, read off the two islands.
fn at(stage: &Stage, x_m: f32, y_m: f32) -> Pos2 {
    let (a, b) = (on_screen(stage, "First Isle"), on_screen(stage, "Far Isle"));
    let scale = (b.center().x - a.center().x) / 600.0;
    a.center() + vec2(x_m, -y_m) * scale
}

#[test]
fn dragging_an_island_is_one_step_and_shift_keeps_it_on_an_axis() {
    let mut stage = two_islands();
    let (from, to) = (at(&stage, 0.0, 0.0), at(&stage, -80.0, 120.0));
    stage.drag(from, to);
    let moved = island(&stage, "First Isle").chart;
    assert_eq!((moved.x_m, moved.y_m), (-80.0, 120.0), "whole metres");
    assert_eq!(stage.labels(), ["Move island First Isle on the chart"]);
    stage.keys(Modifiers::COMMAND, Key::Z);
    stage.settle();
    assert_eq!(island(&stage, "First Isle").chart, ChartPos::default());
    assert!(!stage.document().is_dirty());
    stage.harness.get_by_label(CHART_LABEL);
}

#[test]
fn a_move_on_the_chart_bakes_nothing() {
    let mut stage = two_islands();
    let before = stage.workspace().preview.generation();
    let (from, to) = (at(&stage, 0.0, 0.0), at(&stage, 40.0, 0.0));
    stage.drag(from, to);
    stage.settle();
    assert_eq!(stage.workspace().preview.generation(), before);
}

#[test]
fn lanes_are_bent_by_dragging_and_straightened_by_a_double_click() {
    let mut stage = two_islands();
    let (from, to) = (at(&stage, 300.0, -150.0), at(&stage, 320.0, -100.0));
    stage.drag(from, to);
    let via = |stage: &Stage| {
        let lane = island(stage, "Far Isle").lanes.values().next().unwrap();
        lane.via.iter().map(|at| (at.x_m, at.y_m)).collect::<Vec<_>>()
    };
    assert_eq!(via(&stage), [(320.0, -100.0)]);
    // The middle between haven and the turn is on the line: a drag there makes one more.
    let (from, to) = (at(&stage, 460.0, 50.0), at(&stage, 480.0, 0.0));
    stage.drag(from, to);
    assert_eq!(via(&stage), [(480.0, 0.0), (320.0, -100.0)]);
    assert_eq!(stage.labels(), ["Bend sea lane", "Bend sea lane"]);
    let turn = at(&stage, 320.0, -100.0);
    stage.double_click(turn);
    assert_eq!(via(&stage), [(480.0, 0.0)]);
}

#[test]
fn a_lane_is_drawn_from_place_to_place() {
    let mut stage = two_islands();
    stage.click("Draw sea lane");
    for (x, y) in [(0.0, -30.0), (200.0, 250.0), (600.0, 200.0)] {
        let place = at(&stage, x, y);
        stage.harness.hover_at(place);
        stage.harness.run_steps(1);
        stage.harness.drag_at(place);
        stage.harness.drop_at(place);
        stage.harness.run_steps(3);
    }
    let lanes = &island(&stage, "First Isle").lanes;
    let lane = lanes.values().next().expect("a lane was drawn");
    assert_eq!(
        (lane.from.to_string(), lane.to.to_string()),
        ("landing".into(), "haven".into())
    );
    let [turn] = lane.via[..] else { panic!("one turn") };
    assert_eq!((turn.x_m, turn.y_m), (200.0, 250.0));
    assert_eq!(stage.labels(), ["Draw sea lane to Haven"]);
    assert_eq!(stage.document().selection().len(), 1, "the new lane is selected");
}

#[test]
fn zooming_leads_from_the_chart_onto_an_island_and_back() {
    let mut stage = two_islands();
    assert_eq!(stage.document().island().unwrap().name, "Far Isle");
    let target = on_screen(&stage, "First Isle").center();
    for _ in 0..8 {
        stage.zoom(target, 1.4);
    }
    let map = stage.harness.get_by_label(MAP_LABEL).rect();
    assert_eq!(stage.document().island().unwrap().name, "First Isle");
    let camera = stage
        .harness
        .state()
        .map_camera()
        .expect("the island is looked at");
    let under = (target - map.center()) / camera.scale;
    let ground = vec2(camera.center.x_m + under.x, camera.center.y_m - under.y);
    assert!(
        ground.length() < 2.0,
        "what was under the pointer stays there: {ground}"
    );
    for _ in 0..8 {
        stage.zoom(map.center(), 0.7);
    }
    stage.harness.get_by_label(CHART_LABEL);
}

#[test]
fn a_double_click_opens_an_island() {
    let mut stage = two_islands();
    let target = on_screen(&stage, "First Isle").center();
    stage.double_click(target);
    stage.harness.get_by_label(MAP_LABEL);
    assert_eq!(stage.document().island().unwrap().name, "First Isle");
}

#[test]
fn every_island_has_its_picture_on_the_chart() {
    let stage = two_islands();
    let pictures = &stage.workspace().chart_pictures;
    assert!(pictures.is_complete());
    for island in stage.document().project().islands.values() {
        assert!(pictures.picture(island.id).is_some_and(|(_, current)| current));
    }
}
