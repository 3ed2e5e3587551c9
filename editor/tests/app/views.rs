//! Map colours, contour lines, minimap, bookmarks; and that nothing of it repaints an idle editor.

use std::time::Duration;

use editor::preview::shading::Shading;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use crate::stage::{CHART_LABEL, MAP_LABEL, MINIMAP_LABEL, Stage};

#[test]
fn colours_change_the_picture_at_once_and_explain_themselves() {
    let mut stage = Stage::new();
    let island = stage.document().island().unwrap().id;
    let terrain = |stage: &Stage| stage.workspace().preview.terrain(island).unwrap().baked.hash();
    let before = terrain(&stage);
    for (key, shading) in [
        (Key::Num2, Shading::Hillshade),
        (Key::Num3, Shading::Height),
        (Key::Num4, Shading::Slope),
        (Key::Num5, Shading::Material),
    ] {
        stage.key(key);
        stage.settle();
        let picture = stage.workspace().preview.picture(island).unwrap();
        assert_eq!((picture.style.shading, picture.step), (shading, 1));
        let legend = format!("Legend: {}", shading.title());
        let has_legend = stage.harness.query_by_label(&legend).is_some();
        assert_eq!(has_legend, shading != Shading::Hillshade, "{legend}");
        assert!(
            stage.workspace().preview.terrain_is_current(island),
            "colours bake nothing"
        );
    }
    stage.key(Key::K);
    stage.settle();
    let picture = stage.workspace().preview.picture(island).unwrap();
    assert!(picture.style.contours);
    assert_eq!(terrain(&stage), before);
    assert!(stage.harness.run() <= 2, "idle again");
}

#[test]
fn the_minimap_shows_while_a_part_is_in_view_and_moves_the_map() {
    let mut stage = Stage::new();
    assert!(stage.harness.query_by_label(MINIMAP_LABEL).is_none());
    let at = stage.on_map(30.0, 30.0);
    for _ in 0..5 {
        stage.zoom(at, 1.5);
    }
    let minimap = stage.harness.get_by_label(MINIMAP_LABEL).rect();
    let before = stage.harness.state().map_camera().unwrap();
    let to = minimap.lerp_inside(egui::vec2(0.25, 0.75));
    stage.harness.hover_at(to);
    stage.harness.run_steps(1);
    stage.harness.drag_at(to);
    stage.harness.run_steps(1);
    stage.harness.drop_at(to);
    stage.harness.run_steps(3);
    let after = stage.harness.state().map_camera().unwrap();
    assert_eq!(after.scale, before.scale);
    assert!((after.center.x_m + 32.0).abs() < 2.0, "{after:?}");
    assert!((after.center.y_m + 32.0).abs() < 2.0, "{after:?}");
    assert!(stage.document().history().is_empty());
    stage.key(Key::M);
    assert!(stage.harness.query_by_label(MINIMAP_LABEL).is_none());
}

#[test]
fn bookmarks_bring_the_view_back() {
    let mut stage = Stage::new();
    let at = stage.on_map(30.0, 30.0);
    for _ in 0..3 {
        stage.zoom(at, 1.5);
    }
    let marked = stage.harness.state().map_camera().unwrap();
    stage.keys(Modifiers::ALT, Key::Num3);
    stage.key(Key::C);
    stage.harness.get_by_label(CHART_LABEL);
    stage.keys(Modifiers::COMMAND, Key::Num3);
    stage.harness.get_by_label(MAP_LABEL);
    assert_eq!(stage.harness.state().map_camera().unwrap(), marked);
    assert_eq!(
        stage.workspace().view.style.shading,
        Shading::Natural,
        "3 alone would colour"
    );
}

#[test]
fn nothing_but_the_designer_moves_the_camera() {
    let mut stage = Stage::new();
    let at = stage.on_map(30.0, 30.0);
    stage.zoom(at, 1.5);
    let camera = stage.harness.state().map_camera();
    stage.click("Old Smoky");
    stage.menu("Edit", "Duplicate");
    stage.keys(Modifiers::COMMAND, Key::Z);
    stage.key(Key::Num4);
    stage.key(Key::H);
    stage.settle();
    assert_eq!(stage.harness.state().map_camera(), camera);
}

/// Whether no frame is asked for, neither now nor later.
fn rests(stage: &mut Stage) -> bool {
    stage.harness.step();
    let output = &stage.harness.output().viewport_output;
    output.values().all(|view| view.repaint_delay == Duration::MAX)
}

#[test]
fn after_a_drag_a_preview_and_a_toast_nothing_is_drawn_again() {
    let mut stage = Stage::new();
    assert!(rests(&mut stage), "opened");
    stage.drag_map((10.0, -10.0), (30.0, 20.0));
    stage.drop_map((30.0, 20.0));
    stage.settle();
    assert!(rests(&mut stage), "dragged, and the preview has followed");
    stage.keys(Modifiers::COMMAND, Key::S);
    assert!(!rests(&mut stage), "a toast is going to fade");
    stage.harness.run();
    assert!(rests(&mut stage), "it has faded");
    let at = stage.on_map(30.0, 30.0);
    stage.zoom(at, 1.5);
    stage.harness.run();
    assert!(rests(&mut stage), "zoomed");
    stage.keys(Modifiers::COMMAND, Key::P);
    stage.key(Key::Escape);
    stage.harness.run();
    assert!(rests(&mut stage), "a window was open");
}

#[test]
fn a_project_with_everything_on_stays_idle() {
    let mut stage = Stage::new();
    for key in [Key::Num4, Key::K, Key::M, Key::C] {
        stage.key(key);
    }
    stage.settle();
    assert!(stage.harness.run() <= 2);
    stage.key(Key::C);
    stage.tab("Layers");
    stage.keys(Modifiers::SHIFT, Key::G);
    stage.settle();
    assert!(stage.harness.run() <= 2);
}
