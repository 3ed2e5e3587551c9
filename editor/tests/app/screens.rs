//! Welcome screen, close question, issues, palette, views.

use editor::app::Options;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use crate::stage::{ISLAND, Stage, editor, project_folder};

#[test]
fn without_a_project_the_welcome_screen_tells_how_to_begin() {
    let mut harness = editor(Options::default());
    harness.run();
    harness.get_by_label("Open project...");
    harness.get_by_label("How to begin");
}

#[test]
fn a_bad_path_is_told_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    for (path, reason) in [
        (folder.path().join("nowhere"), "no such folder"),
        (folder.path().to_owned(), "no map project"),
    ] {
        let mut harness = editor(Options {
            project: Some(path),
            settings_folder: None,
        });
        harness.run();
        harness.get_by_label_contains(reason);
    }
}

#[test]
fn recent_projects_open_with_a_click() {
    let (settings, project) = (tempfile::tempdir().unwrap(), project_folder());
    let options = |project| Options {
        project,
        settings_folder: Some(settings.path().to_owned()),
    };
    let mut first = editor(options(Some(project.path().to_owned())));
    first.run_steps(2);
    drop(first);
    let mut second = editor(options(None));
    second.run();
    let name = project.path().file_name().unwrap().to_string_lossy().into_owned();
    second.get_by_label(&name).click();
    second.run_steps(4);
    assert!(second.state().workspace().is_some());
}

#[test]
fn closing_with_changes_asks_first() {
    let mut stage = Stage::new();
    stage.menu("File", "New island");
    stage.menu("File", "Close project");
    stage.harness.get_by_label("Save changes?");
    stage.click("Cancel");
    assert!(stage.document().is_dirty());

    stage.menu("File", "Quit");
    stage.harness.get_by_label("Save changes?");
    stage.click("Discard changes");
    assert!(stage.harness.state().may_quit());
    assert!(!stage.folder.path().join("islands/island-1.ron").exists());
}

#[test]
fn closing_can_save() {
    let mut stage = Stage::new();
    stage.menu("File", "New island");
    stage.menu("File", "Close project");
    let save = stage.harness.get_all_by_label("Save").last().unwrap();
    save.click();
    stage.harness.run_steps(4);
    assert!(stage.harness.state().workspace().is_none());
    assert!(stage.folder.path().join("islands/island-1.ron").exists());
}

#[test]
fn issues_are_listed_and_fixed_with_a_button() {
    let mut stage = Stage::new();
    let before = stage.issue_count();
    stage.harness.get_by_label_contains("has no attribute");
    stage.harness.get_by_label_contains("Remove `odd`").click();
    stage.settle();
    assert_eq!(stage.issue_count(), before - 1);
    let keeper = stage
        .document()
        .island()
        .unwrap()
        .entities
        .values()
        .next()
        .unwrap();
    assert!(keeper.attributes.is_empty());
}

#[test]
fn a_click_on_an_issue_selects_its_record() {
    let mut stage = Stage::new();
    stage.harness.get_by_label_contains("has no attribute").click();
    stage.settle();
    let selected = stage.document().selected_records();
    assert_eq!(selected.len(), 1);
    assert_eq!(selected[0].name(), "Keeper");
}

#[test]
fn the_palette_finds_commands_and_kinds() {
    let mut stage = Stage::new();
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::P);
    stage.harness.run_steps(3);
    stage.harness.get_by_label("Find command").type_text("place harb");
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    stage.harness.get_by_label("Placing harbour");
}

#[test]
fn the_outliner_searches() {
    let mut stage = Stage::new();
    stage.harness.get_by_label("Search records").click();
    stage.harness.run_steps(1);
    stage.harness.get_by_label("Search records").type_text("smoky");
    stage.harness.run_steps(3);
    assert!(stage.harness.query_by_label("Coast").is_none());
    stage.click("Old Smoky");
    assert_eq!(stage.document().selected_records()[0].name(), "Old Smoky");
}

#[test]
fn the_preview_is_the_generators_own_island() {
    let mut stage = Stage::new();
    stage.settle();
    let document = stage.document();
    let island = document.island().unwrap();
    let workspace = stage.harness.state().workspace().unwrap();
    let terrain = workspace.preview.terrain(island.id).unwrap();
    assert!(workspace.preview.terrain_is_current(island.id));
    let plan = worldgen::IslandPlan::new(&document.project().settings, &document.project().stamps, island);
    let baked = worldgen::bake(&plan, &worldgen::BakeOptions::default(), &()).unwrap();
    assert_eq!(terrain.baked.hash(), baked.hash());
    assert_eq!(workspace.preview.picture(island.id).unwrap().step, 1);
}

#[test]
fn an_idle_editor_draws_nothing() {
    let mut stage = Stage::new();
    stage.settle();
    // `run` fails when the app keeps asking for frames; settled it needs none.
    assert!(stage.harness.run() <= 2);
}

#[test]
fn the_smallest_window_shows_every_panel() {
    let mut stage = Stage::new();
    stage.harness.set_size(egui::vec2(1000.0, 700.0));
    stage.menu("View", "Reset layout");
    stage.settle();
    for title in ["Map", "3D", "Outliner", "Place", "Inspector", "Issues", "History"] {
        assert!(
            stage.harness.query_all_by_label_contains(title).next().is_some(),
            "{title}"
        );
    }
}

#[test]
fn of_ten_thousand_records_only_rows_in_view_are_drawn() {
    const MANY: usize = 10_000;
    let folder = project_folder();
    let mut records = String::new();
    for number in 0..MANY {
        let (x_m, y_m) = (number % 100, number / 100);
        let record = format!("(id: \"p{number}\", kind: \"harbour\", at: ({x_m}.0, {y_m}.0)),");
        records.push_str(&record);
    }
    let island = ISLAND.replace("    pois: [\n", &format!("    pois: [\n{records}"));
    worldgen::project_dir::replace(&folder.path().join("islands/isle.ron"), &island).unwrap();
    let mut harness = editor(Options {
        project: Some(folder.path().to_owned()),
        settings_folder: None,
    });
    harness.run_steps(3);
    let rows = |harness: &egui_kittest::Harness<'static, editor::app::App>| {
        harness.query_all_by_role(Role::ListItem).count()
    };
    assert!((20..200).contains(&rows(&harness)), "{} rows", rows(&harness));
    harness.get_by_label("Search records").click();
    harness.run_steps(2);
    harness.get_by_label("Search records").type_text("kind:harbour");
    harness.run_steps(3);
    harness.get_by_label(&format!("{} of {} found", MANY + 1, MANY + 4));
    assert!(rows(&harness) < 200);
}

#[test]
fn the_cheat_sheet_has_every_key_and_fits_into_the_window() {
    let mut stage = Stage::new();
    stage.key(Key::F1);
    for text in ["Ctrl+Shift+V", "Alt+H", "Ctrl+,", "["] {
        assert!(stage.harness.query_by_label(text).is_some(), "{text}");
    }
    let title = stage.harness.get_all_by_label("Keyboard shortcuts").next();
    let top = title.unwrap().rect().top();
    let last = stage
        .harness
        .get_by_label("Finish a path or area")
        .rect()
        .bottom();
    assert!(top > 0.0 && last < 1000.0, "from {top} to {last}");
}

#[test]
fn the_status_line_tells_place_height_selection_and_what_is_unsaved() {
    let mut stage = Stage::new();
    let at = stage.on_map(0.0, 0.0);
    stage.harness.hover_at(at);
    stage.harness.run_steps(3);
    stage.harness.get_by_label("x 0   y 0");
    stage.harness.get_by_label_contains("height ");
    stage.harness.get_by_label_contains("Terrain up to date");
    stage.click("Keeper");
    stage.harness.get_by_label("1 selected");
    stage.key(Key::Delete);
    stage.harness.get_by_label("1 file changed");
}
