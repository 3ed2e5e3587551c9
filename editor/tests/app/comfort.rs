//! New projects, preferences, keys, size and colours of the interface.

use editor::app::Options;
use editor::session::Settings;
use editor::theme::{self, ColourScheme};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, editor, project_folder};

#[test]
fn the_wizard_makes_a_project_with_a_starting_island() {
    let parent = tempfile::tempdir().unwrap();
    let mut harness = editor(Options::default());
    harness.run();
    harness.get_by_label("New project...").click();
    harness.run();
    harness
        .get_by_role_and_label(Role::RadioButton, "Volcano")
        .click();
    for (label, text) in [
        ("Project name", "Ash & Ember"),
        ("In folder", parent.path().to_str().unwrap()),
    ] {
        harness.get_by_role_and_label(Role::TextInput, label).click();
        harness.run_steps(1);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness
            .get_by_role_and_label(Role::TextInput, label)
            .type_text(text);
        harness.run_steps(2);
    }
    harness.get_by_label("Create project").click();
    harness.run_steps(4);
    let workspace = harness.state_mut().workspace_mut().unwrap();
    workspace.settle();
    let document = &workspace.document;
    assert_eq!(document.project().settings.name, "Ash & Ember");
    assert_eq!(document.folder(), parent.path().join("ash_ember"));
    assert_eq!(document.island().unwrap().name, "Ember Peak");
    assert_eq!(workspace.checks.issues(), [], "a starting island has no issues");
    assert!(!document.is_dirty());
}

#[test]
fn the_wizard_never_writes_into_a_folder_that_holds_something() {
    let parent = tempfile::tempdir().unwrap();
    let taken = parent.path().join("my_world");
    worldgen::project_dir::replace(&taken.join("diary.txt"), "mine").unwrap();
    let (settings, mut kept) = (tempfile::tempdir().unwrap(), Settings::default());
    kept.remember(&taken);
    kept.save(Some(settings.path()));
    let mut harness = editor(Options {
        project: None,
        settings_folder: Some(settings.path().to_owned()),
    });
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::N);
    harness.run();
    harness.get_by_label("Create project").click();
    harness.run_steps(3);
    harness.get_by_label_contains("something in this folder already");
    harness.get_by_label("Back").click();
    harness.run();
    harness.get_by_label("How to begin");
    assert_eq!(std::fs::read_dir(&taken).unwrap().count(), 1);
}

#[test]
fn keys_are_rebound_conflicts_are_shown_and_choices_survive_a_restart() {
    let (settings, project) = (tempfile::tempdir().unwrap(), project_folder());
    let options = Options {
        project: Some(project.path().to_owned()),
        settings_folder: Some(settings.path().to_owned()),
    };
    let mut harness = editor(options.clone());
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Comma);
    harness.run_steps(3);
    harness.get_by_label("Filter commands").click();
    harness.run_steps(2);
    harness.get_by_label("Filter commands").type_text("select all");
    harness.run_steps(3);
    harness.get_by_label("Keys of Select all").click();
    harness.run_steps(2);
    // Ctrl+D belongs to Duplicate: taken, and told.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
    harness.run_steps(3);
    harness.get_by_label("also Duplicate");
    harness.get_by_label("Keys of Select all").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::ALT, Key::S);
    harness.run_steps(3);
    assert!(harness.query_by_label("also Duplicate").is_none());
    drop(harness);

    let mut again = editor(options);
    again.run_steps(3);
    again.key_press_modifiers(Modifiers::ALT, Key::S);
    again.run_steps(3);
    let document = |harness: &egui_kittest::Harness<'static, editor::app::App>| {
        harness.state().workspace().unwrap().document.selection().len()
    };
    assert_eq!(document(&again), 4);
    again.key_press(Key::Escape);
    again.run_steps(2);
    again.key_press_modifiers(Modifiers::COMMAND, Key::A);
    again.run_steps(2);
    assert_eq!(document(&again), 0, "the old keys are free");
}

#[test]
fn size_and_colours_are_chosen_in_the_preferences() {
    let mut stage = Stage::new();
    let before = stage.harness.ctx.zoom_factor();
    stage.menu("View", "Larger interface");
    assert!(stage.harness.ctx.zoom_factor() > before);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    stage.harness.run_steps(2);
    assert_eq!(stage.harness.ctx.zoom_factor(), before);

    let standard = theme::palette(&stage.harness.ctx).error;
    stage.menu("View", "Preferences...");
    stage
        .harness
        .get_by_role_and_label(Role::ComboBox, "Colours")
        .click();
    stage.harness.run_steps(3);
    stage.click(&ColourScheme::RedGreen.title());
    assert_ne!(theme::palette(&stage.harness.ctx).error, standard);
    stage.click("Light");
    assert_eq!(stage.harness.ctx.theme(), egui::Theme::Light);
}
