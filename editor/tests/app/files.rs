//! Opening, saving, failing to save, recovery after a crash.

use editor::document::{Change, Document};
use egui_kittest::kittest::Queryable;
use shared::edit::Edit;

use crate::stage::{ISLAND, PROJECT, SCHEMA, Stage, project_folder};

#[test]
fn saving_an_untouched_project_writes_nothing() {
    let folder = project_folder();
    let mut document = Document::open(folder.path(), worldgen::marker::schema()).unwrap();
    assert_eq!(document.save().unwrap(), 0);
    for (name, text) in [
        ("project.ron", PROJECT),
        ("schema.ron", SCHEMA),
        ("islands/isle.ron", ISLAND),
    ] {
        assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), text);
    }
}

#[test]
fn only_changed_files_are_written() {
    let mut stage = Stage::new();
    // Not canonical, but untouched: a save of the island leaves it alone.
    let by_hand = format!("\n\n{PROJECT}");
    worldgen::project_dir::replace(&stage.folder.path().join("project.ron"), &by_hand).unwrap();
    stage.click_map(10.0, -10.0);
    stage.menu("Edit", "Delete");
    stage.click("Save");
    assert!(!stage.island_text().contains("Old Smoky"));
    let project = std::fs::read_to_string(stage.folder.path().join("project.ron")).unwrap();
    assert_eq!(project, by_hand);
}

#[test]
fn a_failed_save_keeps_the_changes_and_says_why() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    stage.menu("Edit", "Delete");
    // A folder in the way of the file: not even root can rename over it.
    std::fs::remove_file(stage.island_path()).unwrap();
    std::fs::create_dir_all(stage.island_path().join("in the way")).unwrap();
    stage.click("Save");
    assert!(stage.document().is_dirty());
    std::fs::remove_dir_all(stage.island_path()).unwrap();
    // The file is gone, which the editor did not do: it says so, and the designer's island stands.
    stage.menu("File", "Look for changes on disk");
    stage.harness.get_by_label("Changed here and on disk");
    assert!(stage.document().is_dirty());
    stage.click("Save");
    assert!(!stage.document().is_dirty());
    assert!(!stage.island_text().contains("Old Smoky"));
}

#[test]
fn an_island_that_cannot_take_its_new_file_name_keeps_the_old_file() {
    let folder = project_folder();
    let mut document = Document::open(folder.path(), worldgen::marker::schema()).unwrap();
    let mut head = document.island().unwrap().head();
    head.slug = "atoll".into();
    let label = "Rename".to_owned();
    let edits = vec![Edit::SetIslandHead(Box::new(head))];
    document.change(Change::Step { label, edits }).unwrap();
    let (old, new) = (
        folder.path().join("islands/isle.ron"),
        folder.path().join("islands/atoll.ron"),
    );
    std::fs::create_dir_all(new.join("in the way")).unwrap();
    assert!(document.save().is_err() && document.is_dirty());
    assert_eq!(std::fs::read_to_string(&old).unwrap(), ISLAND);
    std::fs::remove_dir_all(&new).unwrap();
    document.save().unwrap();
    assert!(!document.is_dirty() && !old.exists());
    assert!(std::fs::read_to_string(&new).unwrap().contains("Old Smoky"));
}

#[test]
fn a_file_that_was_not_read_in_full_is_never_written() {
    let folder = project_folder();
    let broken = ISLAND.replace("kind: \"peak\"", "kind: 7");
    worldgen::project_dir::replace(&folder.path().join("islands/isle.ron"), &broken).unwrap();
    let mut stage = Stage::on(folder);
    assert!(stage.issue_count() > 0);
    stage.click_map(-10.0, -20.0);
    stage.menu("Edit", "Delete");
    stage.click("Save");
    assert!(stage.document().is_dirty());
    assert_eq!(stage.island_text(), broken);
}

#[test]
fn steps_of_a_killed_editor_are_offered_and_recovered() {
    let folder = project_folder();
    let path = folder.path().to_owned();
    {
        let mut stage = Stage::on(folder);
        stage.click_map(10.0, -10.0);
        stage.menu("Edit", "Delete");
        stage.menu("File", "New island");
        // Killed: nothing of the editor runs any more; only the lock goes, as the system frees it.
        let kept = tempfile::tempdir().unwrap();
        copy_folder(&path, kept.path());
        drop(stage);
        let mut stage = Stage::on(kept);
        stage.harness.get_by_label("Recover unsaved work?");
        stage.click("Recover");
        assert_eq!(stage.document().project().islands.len(), 2);
        assert_eq!(stage.document().island().unwrap().markers.len(), 1);
        assert!(stage.document().is_dirty());
        stage.click("Save");
        assert!(!stage.island_text().contains("Old Smoky"));
        stage.menu("Edit", "Undo: Recover 2 steps");
        assert_eq!(stage.document().project().islands.len(), 1);
    }
}

#[test]
fn dropped_steps_are_gone() {
    let folder = project_folder();
    let mut document = Document::open(folder.path(), worldgen::marker::schema()).unwrap();
    let island = document.island().unwrap().id;
    let record = document.island().unwrap().record_ids().next().unwrap();
    let edits = vec![shared::edit::Edit::RemoveRecord { island, record }];
    let label = "Delete".to_owned();
    document
        .change(editor::document::Change::Step { label, edits })
        .unwrap();
    drop(document);
    let mut stage = Stage::on(folder);
    stage.click("Drop them");
    assert!(!stage.document().is_dirty());
    drop(std::mem::replace(&mut stage, Stage::new()));
    assert!(stage.document().recovery().is_none());
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
