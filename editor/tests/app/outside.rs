//! Changes from outside: git, another program, a save that was overtaken.

use editor::document::{Change, Document};
use egui_kittest::kittest::Queryable;
use shared::edit::Edit;
use shared::island::RecordId;

use crate::stage::{ISLAND, Stage, project_folder};

fn write(stage: &Stage, file: &str, text: &str) {
    worldgen::project_dir::replace(&stage.folder.path().join(file), text).unwrap();
}

/// Lets the watching thread look once.
fn look(stage: &mut Stage) {
    stage.menu("File", "Look for changes on disk");
    stage.settle();
}

fn names(stage: &Stage) -> Vec<String> {
    let island = stage.document().island().unwrap();
    island.records().map(|record| record.name().to_owned()).collect()
}

#[test]
fn a_change_on_disk_is_one_step_that_can_be_undone() {
    let mut stage = Stage::new();
    let pulled = ISLAND
        .replace("Old Smoky", "Young Smoky")
        .replace("\"Landing\"", "\"Quay\"");
    write(&stage, "islands/isle.ron", &pulled);
    look(&mut stage);
    assert_eq!(names(&stage), ["Coast", "Young Smoky", "Quay", "Keeper"]);
    assert!(!stage.document().is_dirty(), "what is shown is what is on disk");
    stage.menu("Edit", "Undo: Reload 2 changes from disk");
    assert_eq!(names(&stage), ["Coast", "Old Smoky", "Landing", "Keeper"]);
    assert!(stage.document().is_dirty());
    stage.click("Save");
    assert_eq!(stage.island_text(), ISLAND);
}

#[test]
fn unsaved_changes_and_those_on_disk_are_joined_and_conflicts_are_listed() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.menu("Edit", "Delete");
    stage.drag_map((10.0, -10.0), (20.0, 0.0));
    stage.drop_map((20.0, 0.0));
    let pulled = ISLAND
        .replace("(10.0, -10.0, 40.0)", "(12.0, -10.0, 40.0)")
        .replace("\"Landing\"", "\"Quay\"");
    write(&stage, "islands/isle.ron", &pulled);
    look(&mut stage);
    assert_eq!(names(&stage), ["Coast", "Old Smoky", "Quay"], "both sides");
    let peak = |stage: &Stage| {
        let markers = &stage.document().island().unwrap().markers;
        markers
            .values()
            .find(|marker| marker.kind == "peak")
            .unwrap()
            .geometry
            .anchor()
            .x_m
    };
    assert_eq!(peak(&stage), 20.0, "what both moved stands as here");
    stage.harness.get_by_label("Changed here and on disk");
    stage.harness.get_by_label_contains("Take Old Smoky").click();
    stage.settle();
    assert_eq!(peak(&stage), 12.0);
    assert!(stage.harness.query_by_label("Changed here and on disk").is_none());
    stage.click("Save");
    assert!(stage.island_text().contains("Quay") && !stage.island_text().contains("Keeper"));
}

#[test]
fn a_save_never_writes_over_a_change_that_was_not_seen() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.menu("Edit", "Delete");
    write(
        &stage,
        "islands/isle.ron",
        &ISLAND.replace("\"Landing\"", "\"Quay\""),
    );
    stage.click("Save");
    assert!(stage.island_text().contains("Quay"), "taken in before the save");
    assert!(!stage.island_text().contains("Keeper"));
    assert!(!stage.document().is_dirty());
}

#[test]
fn a_file_with_conflict_markers_changes_nothing_and_is_not_written() {
    let mut stage = Stage::new();
    let broken = format!("<<<<<<< ours\n{ISLAND}=======\n>>>>>>> theirs\n");
    write(&stage, "islands/isle.ron", &broken);
    look(&mut stage);
    assert_eq!(names(&stage).len(), 4);
    stage.click_map(-10.0, -20.0);
    stage.menu("Edit", "Delete");
    stage.click("Save");
    assert_eq!(stage.island_text(), broken);
    assert!(stage.document().is_dirty());
    // Put right in a text editor: what was done meanwhile stays.
    write(&stage, "islands/isle.ron", ISLAND);
    look(&mut stage);
    stage.click("Save");
    assert!(!stage.document().is_dirty() && !stage.island_text().contains("Keeper"));
}

#[test]
fn what_a_save_replaces_is_kept_as_a_backup() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.menu("Edit", "Delete");
    stage.click("Save");
    let backups = std::fs::read_dir(stage.folder.path().join(".tombolo/backups")).unwrap();
    let texts: Vec<_> = backups
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    assert_eq!(texts, [ISLAND]);
}

#[test]
fn a_crash_after_a_reload_recovers_what_was_not_saved() {
    let folder = project_folder();
    let schema = worldgen::marker::schema();
    let mut document = Document::open(folder.path(), schema).unwrap();
    let island = document.island().unwrap().id;
    let record = RecordId::Entity("keeper".parse().map(shared::ids::EntityId).unwrap());
    let edits = vec![Edit::RemoveRecord { island, record }];
    let label = "Delete".to_owned();
    document.change(Change::Step { label, edits }).unwrap();
    let pulled = ISLAND.replace("\"Landing\"", "\"Quay\"");
    worldgen::project_dir::replace(&folder.path().join("islands/isle.ron"), &pulled).unwrap();
    let disk = editor::document::file::Disk::read(folder.path(), schema).unwrap();
    assert_eq!(document.reload(disk).unwrap().conflicts, []);
    let last = document.project().clone();
    drop(document);
    let mut again = Document::open(folder.path(), schema).unwrap();
    assert!(!again.recovery().unwrap().files_changed);
    again.recover().unwrap();
    assert_eq!(*again.project(), last);
}
