//! The issues panel: filter, group, hide, put several right together; and menus of the right button.

use egui::Modifiers;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::stage::{ISLAND, Stage, project_folder};

/// Three records with an attribute that no schema knows, one of them with two.
fn stage() -> Stage {
    let folder = project_folder();
    let island = ISLAND
        .replace(
            "\"radius\": 32.0,",
            "\"radius\": 32.0,\n                \"strange\": 1,",
        )
        .replace("\"odd\": 7,", "\"odd\": 7,\n                \"queer\": 2,");
    worldgen::project_dir::replace(&folder.path().join("islands/isle.ron"), &island).unwrap();
    let mut stage = Stage::on(folder);
    stage.settle();
    stage
}

fn rows(stage: &Stage, text: &str) -> usize {
    let rows = stage.harness.query_all_by_role(Role::ListItem);
    rows.filter(|row| {
        row.accesskit_node()
            .label()
            .is_some_and(|label| label.contains(text))
    })
    .count()
}

fn select_issues(stage: &mut Stage, texts: &[&str]) {
    for text in texts {
        let rows = stage.harness.query_all_by_role(Role::ListItem);
        let row = rows.into_iter().find(|row| {
            row.accesskit_node()
                .label()
                .is_some_and(|label| label.contains(text))
        });
        row.unwrap().click_modifiers(Modifiers::COMMAND);
        stage.harness.run_steps(3);
    }
}

#[test]
fn several_issues_are_put_right_as_one_step() {
    let mut stage = stage();
    let before = stage.issue_count();
    select_issues(&mut stage, &["`odd`", "`queer`", "`strange`"]);
    stage.harness.get_by_label("3 issues selected");
    // Two of them are about one record: its second fix waits for the next check.
    stage.click("Fix 2 issues");
    stage.settle();
    assert_eq!(stage.issue_count(), before - 2);
    let labels: Vec<_> = stage.document().history().labels().collect();
    assert_eq!(labels, ["Fix 2 issues"]);
    stage.menu("Edit", "Undo: Fix 2 issues");
    stage.settle();
    assert_eq!(stage.issue_count(), before);
}

#[test]
fn issues_are_filtered_grouped_and_hidden() {
    let mut stage = stage();
    stage.harness.get_by_label("Filter issues").click();
    stage.harness.run_steps(1);
    stage.harness.get_by_label("Filter issues").type_text("smoky");
    stage.harness.run_steps(3);
    assert_eq!((rows(&stage, "`strange`"), rows(&stage, "`odd`")), (1, 0));
    stage
        .harness
        .key_press_modifiers(Modifiers::COMMAND, egui::Key::A);
    stage.harness.key_press(egui::Key::Backspace);
    stage.harness.run_steps(3);

    stage
        .harness
        .get_by_role_and_label(Role::ComboBox, "Group issues")
        .click();
    stage.harness.run_steps(3);
    stage.click("By rule");
    assert_eq!(rows(&stage, "unknown-attribute"), 1);

    let rule = stage.harness.query_all_by_role(Role::ListItem);
    let row = rule.into_iter().find(|row| {
        row.accesskit_node()
            .label()
            .is_some_and(|label| label.contains("`odd`"))
    });
    row.unwrap().click_secondary();
    stage.harness.run_steps(3);
    stage
        .harness
        .get_by_label_contains("Hide rule unknown-attribute")
        .click();
    stage.harness.run_steps(3);
    assert_eq!(rows(&stage, "`odd`"), 0);
    stage.harness.get_by_label("Show 3 hidden").click();
    stage.harness.run_steps(3);
    assert_eq!(rows(&stage, "`odd`"), 1);
}

#[test]
fn hidden_issues_stay_hidden_when_the_project_is_opened_again() {
    let mut stage = stage();
    let hide = |stage: &mut Stage, text: &str, entry: &str| {
        let rows = stage.harness.query_all_by_role(Role::ListItem);
        let row = rows.into_iter().find(|row| {
            let label = row.accesskit_node().label();
            label.is_some_and(|label| label.contains(text))
        });
        row.unwrap().click_secondary();
        stage.harness.run_steps(3);
        stage.harness.get_by_label_contains(entry).click();
        stage.harness.run_steps(3);
    };
    hide(&mut stage, "`odd`", "Hide this issue");
    assert_eq!((rows(&stage, "`odd`"), rows(&stage, "`strange`")), (0, 1));
    stage.menu("File", "Close project");
    let Stage { harness, folder } = stage;
    drop(harness);

    let mut again = Stage::on(folder);
    assert_eq!((rows(&again, "`odd`"), rows(&again, "`strange`")), (0, 1));
    again.click("Show 1 hidden");
    assert_eq!(rows(&again, "`odd`"), 1);
    hide(&mut again, "`odd`", "Show again");
    assert!(again.harness.query_by_label_contains("hidden").is_none());
}

#[test]
fn the_right_button_opens_a_menu_on_map_and_outliner() {
    let mut stage = Stage::new();
    stage.harness.get_by_label("Old Smoky").click_secondary();
    stage.harness.run_steps(3);
    assert_eq!(stage.document().selected_records()[0].name(), "Old Smoky");
    stage
        .harness
        .get_all_by_label("Duplicate")
        .last()
        .unwrap()
        .click();
    stage.harness.run_steps(3);
    assert_eq!(stage.document().island().unwrap().markers.len(), 3);
}
