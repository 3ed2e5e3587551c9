//! What a designer sees while editing is what everybody else bakes: the same hash, for every island, also
//! after an edit that was baked again in part.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::process::Command;

use e2e_tests::{binary, copy_folder, root};
use editor::document::marks::Marks;
use editor::document::{Change, Document};
use editor::preview::Preview;
use editor::preview::shading::PictureStyle;
use shared::edit::Edit;
use shared::ids::IslandId;
use shared::island::Record;

/// What `tombolo-worldgen hash` prints for the saved project.
fn printed(document: &Document) -> String {
    let output = Command::new(binary("tombolo-worldgen"))
        .arg("hash")
        .arg(document.folder())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// One line as the command prints it, of what the preview holds.
fn previewed(preview: &mut Preview, document: &mut Document, island: IslandId) -> String {
    document.show_island(island);
    let (marks, style) = (Marks::default(), PictureStyle::default());
    preview.update(document, &marks, style);
    preview.wait_until_idle();
    preview.update(document, &marks, style);
    assert!(preview.terrain_is_current(island));
    let slug = &document.island().unwrap().slug;
    let hash = preview.terrain(island).unwrap().baked.hash();
    format!("{island} {slug} {hash:032x}")
}

#[test]
fn the_preview_has_the_hash_that_the_command_prints() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&root().join("maps/first_light"), folder.path()).unwrap();
    let mut document = Document::open(folder.path(), worldgen::marker::schema()).unwrap();
    let mut preview = Preview::new(&egui::Context::default()).unwrap();
    let islands: Vec<IslandId> = document.project().islands.keys().copied().collect();
    let printed_first = printed(&document);
    for island in &islands {
        let line = previewed(&mut preview, &mut document, *island);
        assert!(printed_first.contains(&line), "{line} is not in\n{printed_first}");
    }
    // Every third marker of an island moves, one after the other, each baked again in part.
    let last = *islands.last().unwrap();
    let markers = document.project().islands[&last].markers.clone();
    for marker in markers.values().step_by(3) {
        let mut record = Record::Marker(marker.clone());
        record.move_by(3.0, -2.0);
        let edits = vec![Edit::PutRecord {
            island: last,
            record: Box::new(record),
        }];
        let label = "Move".to_owned();
        document.change(Change::Step { label, edits }).unwrap();
        previewed(&mut preview, &mut document, last);
    }
    document.save().unwrap();
    let line = previewed(&mut preview, &mut document, last);
    let printed_last = printed(&document);
    assert!(printed_last.contains(&line), "{line} is not in\n{printed_last}");
    assert_ne!(printed_first, printed_last);
}
