//! The 3D view: symbols and handles that are dragged there, the cameras, and that it rests when they do.

use editor::scene::camera::OrbitCamera;
use editor::tool::handle::{self, Grip};
use editor::viewport::layout::Ground;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::kittest::Queryable;
use glam::Vec3;
use shared::attribute::AttributeValue;
use shared::coords::LocalPos;
use shared::island::Marker;

use crate::stage::{Stage, VIEW_3D_LABEL};

fn view(stage: &Stage) -> Rect {
    stage.harness.get_by_label(VIEW_3D_LABEL).rect()
}

fn camera(stage: &Stage) -> OrbitCamera {
    stage.harness.state().view_camera().unwrap()
}

fn ground_m(stage: &Stage, x_m: f32, y_m: f32) -> f32 {
    let island = stage.document().island().unwrap().id;
    let column = LocalPos::new(x_m, y_m, 0.0).voxel().column();
    let ground = stage.workspace().preview.ground(island, column);
    ground.map_or(0.0, |(height_m, _)| height_m.max(0.0))
}

/// Where a place of the world is on screen.
fn on_view(stage: &Stage, at: Vec3) -> Pos2 {
    camera(stage).screen_from_world(view(stage), at).unwrap()
}

/// Where the symbol of a record is on screen: on its mast.
fn symbol(stage: &Stage, x_m: f32, y_m: f32) -> Pos2 {
    on_view(stage, Vec3::new(x_m, y_m, ground_m(stage, x_m, y_m) + 14.0))
}

fn smoky(stage: &Stage) -> Marker {
    let mut markers = stage.document().island().unwrap().markers.values();
    markers.find(|marker| marker.name == "Old Smoky").unwrap().clone()
}

fn button(stage: &Stage, at: Pos2, button: PointerButton, pressed: bool) {
    stage.harness.event(Event::PointerButton {
        pos: at,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    });
}

#[test]
fn a_symbol_is_clicked_and_dragged_over_the_ground() {
    let mut stage = Stage::new();
    let from = symbol(&stage, 10.0, -10.0);
    stage.harness.hover_at(from);
    stage.harness.run_steps(1);
    stage.harness.drag_at(from);
    stage.harness.run_steps(1);
    stage.harness.drop_at(from);
    stage.harness.run_steps(3);
    assert_eq!(stage.document().selected_records()[0].name(), "Old Smoky");
    assert!(stage.document().history().is_empty());

    let level_m = ground_m(&stage, 10.0, -10.0);
    let camera_before = camera(&stage);
    let on_level = |at| camera_before.on_level(view(&stage), at, level_m).unwrap();
    let to = from + vec2(40.0, 12.0);
    let way = on_level(to) - on_level(from);
    stage.drag(from, to);
    let moved = smoky(&stage).geometry.anchor();
    assert!((moved.x_m - 10.0 - way.x).abs() <= 1.0, "{moved:?}, meant {way}");
    assert!((moved.y_m + 10.0 - way.y).abs() <= 1.0, "{moved:?}, meant {way}");
    assert_eq!(
        (moved.x_m.fract(), moved.y_m.fract()),
        (0.0, 0.0),
        "on the raster"
    );
    assert_eq!(stage.labels(), ["Move Old Smoky"], "one step");
    assert_eq!(camera(&stage), camera_before, "the drag was the symbol's");
}

#[test]
fn a_radius_is_dragged_by_its_handle() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    stage.settle();
    let records = stage.document().selected_records();
    let handles = handle::handles(&records, stage.document().schema(), 0.1);
    let ring = handles
        .iter()
        .find(|handle| handle.grip == Grip::Ring(0))
        .unwrap();
    let pivot = handle::pivot(&records).unwrap();
    // On the level of the rim, not of the summit.
    let level_m = ground_m(&stage, ring.at.x_m, ring.at.y_m);
    let on_rim_level = |at: Ground| on_view(&stage, Vec3::new(at.x_m, at.y_m, level_m));
    let from = on_rim_level(ring.at);
    // Outwards on screen, by a fifth of the radius.
    let to = from + (from - on_rim_level(pivot)) * 0.2;
    stage.drag(from, to);
    let Some(AttributeValue::Number(radius)) = smoky(&stage).attributes.get("radius").cloned() else {
        panic!("a radius in metres");
    };
    assert!((36.0..41.0).contains(&radius), "32 and a fifth, not {radius}");
    let anchor = smoky(&stage).geometry.anchor();
    assert_eq!((anchor.x_m, anchor.y_m), (10.0, -10.0));
    assert_eq!(stage.labels(), ["Change radius of Old Smoky"]);
}

#[test]
fn the_upright_arrow_changes_the_height() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    stage.settle();
    let base = Vec3::new(10.0, -10.0, ground_m(&stage, 10.0, -10.0));
    let metres_per_point = camera(&stage).metres_per_point(base, view(&stage).height());
    let from = on_view(&stage, base + Vec3::Z * handle::ARM_POINTS * metres_per_point);
    stage.drag(from, from - vec2(0.0, 30.0));
    let point = smoky(&stage).geometry.anchor();
    assert_eq!((point.x_m, point.y_m), (10.0, -10.0));
    assert!(point.z_m > 42.0, "{point:?}");
    assert_eq!(stage.labels(), ["Change height of Old Smoky"]);
}

#[test]
fn a_drag_over_nothing_orbits_and_rests_afterwards() {
    let mut stage = Stage::new();
    let before = camera(&stage);
    let from = view(&stage).left_top() + vec2(20.0, 20.0);
    stage.drag(from, from + vec2(80.0, 30.0));
    let after = camera(&stage);
    assert_ne!((after.yaw, after.pitch), (before.yaw, before.pitch));
    assert_eq!(
        (after.target, after.distance_m),
        (before.target, before.distance_m)
    );
    assert!(stage.document().history().is_empty());
    stage.harness.run();
    assert!(stage.harness.run() <= 2, "idle again");
}

#[test]
fn the_right_button_looks_around_and_letters_fly() {
    let mut stage = Stage::new();
    let before = camera(&stage);
    let at = view(&stage).center();
    stage.harness.hover_at(at);
    stage.harness.run_steps(1);
    button(&stage, at, PointerButton::Secondary, true);
    stage.harness.run_steps(1);
    stage.harness.key_down(Key::W);
    stage.harness.run_steps(4);
    stage.harness.key_up(Key::W);
    stage.harness.run_steps(1);
    let ahead = (camera(&stage).eye() - before.eye()).dot(before.forward());
    assert!(ahead > 5.0, "{ahead} m ahead");
    assert_eq!(camera(&stage).forward(), before.forward());

    let flown = camera(&stage);
    stage.harness.hover_at(at + vec2(60.0, 0.0));
    stage.harness.run_steps(2);
    assert_ne!(camera(&stage).yaw, flown.yaw);
    assert!(
        (camera(&stage).eye() - flown.eye()).length() < 0.5,
        "it turns on the spot"
    );
    button(&stage, at + vec2(60.0, 0.0), PointerButton::Secondary, false);
    stage.harness.run_steps(2);

    // Without the button, letters are commands again and nothing flies.
    let rest = camera(&stage);
    stage.harness.key_down(Key::W);
    stage.harness.run_steps(3);
    stage.harness.key_up(Key::W);
    stage.harness.run();
    assert_eq!(camera(&stage), rest);
    assert!(stage.document().history().is_empty());
    assert!(stage.harness.run() <= 2, "idle again");
}
