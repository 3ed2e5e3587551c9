//! Whatever is done can be undone: random gestures, then undo all gives the original bytes and redo all
//! the final ones; a crash at any moment is recovered to the last committed gesture.
//!
//! More on demand: `PROPTEST_CASES=2000 cargo test -p editor --test app random_gestures`.

use editor::document::file::Disk;
use editor::document::history::GestureKey;
use editor::document::{Change, Document, clipboard, file};
use proptest::prelude::*;
use shared::attribute::AttributeValue;
use shared::edit::Edit;
use shared::format;
use shared::ids::{IslandId, PoiId};
use shared::island::{Island, Poi, Record};

use crate::stage::project_folder;

#[derive(Clone, Debug)]
enum Gesture {
    Place(i8, i8),
    Move(usize, Vec<(i8, i8)>, bool),
    SetRadius(usize, u8),
    Delete(usize),
    NewIsland,
    RenameIsland(usize, u8),
    RemoveIsland(usize),
    ShowIsland(usize),
    WorldSeed(u64),
    /// Copies of everything on the island, as a paste makes them.
    Paste(i8, i8),
    /// An island is moved on the chart.
    MoveOnChart(usize, i8, i8),
    /// Somebody else changes the files: removes a record or renames it.
    ChangeOnDisk(usize, bool),
    Undo,
    Redo,
    Save,
}

fn gesture() -> impl Strategy<Value = Gesture> {
    let way = proptest::collection::vec((any::<i8>(), any::<i8>()), 1..4);
    prop_oneof![
        3 => (any::<i8>(), any::<i8>()).prop_map(|(x, y)| Gesture::Place(x, y)),
        3 => (any::<usize>(), way, any::<bool>()).prop_map(|(at, way, keep)| Gesture::Move(at, way, keep)),
        2 => (any::<usize>(), any::<u8>()).prop_map(|(at, radius)| Gesture::SetRadius(at, radius)),
        2 => any::<usize>().prop_map(Gesture::Delete),
        1 => Just(Gesture::NewIsland),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(at, name)| Gesture::RenameIsland(at, name)),
        1 => any::<usize>().prop_map(Gesture::RemoveIsland),
        1 => any::<usize>().prop_map(Gesture::ShowIsland),
        1 => any::<u64>().prop_map(Gesture::WorldSeed),
        1 => (any::<i8>(), any::<i8>()).prop_map(|(x, y)| Gesture::Paste(x, y)),
        1 => (any::<usize>(), any::<i8>(), any::<i8>()).prop_map(|(at, x, y)| Gesture::MoveOnChart(at, x, y)),
        1 => (any::<usize>(), any::<bool>()).prop_map(|(at, gone)| Gesture::ChangeOnDisk(at, gone)),
        2 => Just(Gesture::Undo),
        1 => Just(Gesture::Redo),
        1 => Just(Gesture::Save),
    ]
}

fn step(label: &str, edits: Vec<Edit>) -> Change {
    Change::Step {
        label: label.to_owned(),
        edits,
    }
}

fn some_record(document: &Document, at: usize) -> Option<(IslandId, Record)> {
    let island = document.island()?;
    let ids: Vec<_> = island.record_ids().collect();
    let id = *ids.get(at.checked_rem(ids.len())?)?;
    Some((island.id, island.record(id)?))
}

fn some_island(document: &Document, at: usize) -> Option<&Island> {
    let islands = &document.project().islands;
    islands.values().nth(at.checked_rem(islands.len())?)
}

fn put(island: IslandId, record: Record) -> Vec<Edit> {
    vec![Edit::PutRecord {
        island,
        record: Box::new(record),
    }]
}

fn paste(document: &mut Document, x_m: f32, y_m: f32) {
    let Some(island) = document.island() else { return };
    let (id, text) = (
        island.id,
        format::write_records(island.records().take(40), document.schema()),
    );
    let Ok(originals) = clipboard::parse(document, &text) else {
        return;
    };
    let copies = clipboard::copies(document, id, originals);
    let edits = copies.records.into_iter().map(|mut record| {
        record.move_by(x_m, y_m);
        let record = Box::new(record);
        Edit::PutRecord { island: id, record }
    });
    let edits = edits.collect();
    document.change(step("Paste", edits)).unwrap();
}

/// What git does behind the editor's back, and how the editor takes it in.
fn change_on_disk(document: &mut Document, at: usize, gone: bool) {
    let (folder, built_in) = (document.folder().to_owned(), document.built_in());
    let mut theirs = Disk::read(&folder, built_in).unwrap().loaded.project;
    let count = theirs.islands.len();
    let Some(island) = at
        .checked_rem(count)
        .and_then(|at| theirs.islands.values_mut().nth(at))
    else {
        return;
    };
    let Some(id) = island.record_ids().next() else {
        return;
    };
    if gone {
        island.remove(id);
    } else {
        island.note = format!("note {at}");
    }
    let files = format::write(&theirs, built_in)
        .into_iter()
        .map(|(name, text)| (name, Some(text)));
    let (_, failed) = worldgen::project_dir::save(&folder, &files.collect());
    assert!(failed.is_empty());
    document.reload(Disk::read(&folder, built_in).unwrap()).unwrap();
}

fn place(document: &mut Document, x_m: f32, y_m: f32) {
    let Some(island) = document.island().map(|island| island.id) else {
        return;
    };
    let poi = Poi {
        id: PoiId(document.fresh_id()),
        kind: "harbour".into(),
        name: String::new(),
        note: String::new(),
        x_m,
        y_m,
        attributes: shared::attribute::Attributes::new(),
    };
    document
        .change(step("Place", put(island, Record::Poi(poi))))
        .unwrap();
}

fn perform(document: &mut Document, gesture: Gesture) {
    match gesture {
        Gesture::Place(x, y) => place(document, f32::from(x), f32::from(y)),
        Gesture::Move(at, way, keep) => {
            let Some((island, record)) = some_record(document, at) else {
                return;
            };
            for (x, y) in way {
                let mut moved = record.clone();
                moved.move_by(f32::from(x), f32::from(y));
                let (label, key) = ("Move".to_owned(), GestureKey("drag".to_owned()));
                let edits = put(island, moved);
                document.change(Change::Amend { label, key, edits }).unwrap();
            }
            document
                .change(if keep { Change::Commit } else { Change::Cancel })
                .unwrap();
        }
        Gesture::SetRadius(at, radius) => {
            let Some((island, mut record)) = some_record(document, at) else {
                return;
            };
            if let Some(attributes) = record.attributes_mut() {
                attributes.insert("radius".into(), AttributeValue::Number(f64::from(radius)));
            }
            document.change(step("Radius", put(island, record))).unwrap();
        }
        Gesture::Delete(at) => {
            if let Some((island, record)) = some_record(document, at) {
                let record = record.id();
                document
                    .change(step("Delete", vec![Edit::RemoveRecord { island, record }]))
                    .unwrap();
            }
        }
        Gesture::NewIsland => {
            let id = IslandId(document.fresh_id());
            let island = Island::new(id, id.to_string(), "New".into());
            document
                .change(step("New island", vec![Edit::PutIsland(Box::new(island))]))
                .unwrap();
        }
        Gesture::RenameIsland(at, name) => {
            let Some(mut head) = some_island(document, at).map(Island::head) else {
                return;
            };
            head.slug = format!("{}-{name}", head.id);
            document
                .change(step("Rename", vec![Edit::SetIslandHead(Box::new(head))]))
                .unwrap();
        }
        Gesture::RemoveIsland(at) => {
            if let Some(id) = some_island(document, at).map(|island| island.id) {
                document
                    .change(step("Remove island", vec![Edit::RemoveIsland(id)]))
                    .unwrap();
            }
        }
        Gesture::ShowIsland(at) => {
            if let Some(id) = some_island(document, at).map(|island| island.id) {
                document.show_island(id);
            }
        }
        Gesture::WorldSeed(seed) => {
            let mut settings = document.project().settings.clone();
            settings.world_seed = seed;
            document
                .change(step("Seed", vec![Edit::SetSettings(Box::new(settings))]))
                .unwrap();
        }
        Gesture::Paste(x, y) => paste(document, f32::from(x), f32::from(y)),
        Gesture::MoveOnChart(at, x, y) => {
            let Some(mut head) = some_island(document, at).map(Island::head) else {
                return;
            };
            (head.chart.x_m, head.chart.y_m) = (f32::from(x), f32::from(y));
            document
                .change(step("Move island", vec![Edit::SetIslandHead(Box::new(head))]))
                .unwrap();
        }
        Gesture::ChangeOnDisk(at, gone) => change_on_disk(document, at, gone),
        Gesture::Undo => document.undo().unwrap(),
        Gesture::Redo => document.redo().unwrap(),
        Gesture::Save => {
            document.save().unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn undo_all_gives_the_original_and_redo_all_the_final_bytes(
        gestures in proptest::collection::vec(gesture(), 1..30),
    ) {
        let schema = worldgen::marker::schema();
        let folder = project_folder();
        let mut document = Document::open(folder.path(), schema).unwrap().with_seeded_ids(1);
        let original = file::texts(document.project(), schema);
        for gesture in gestures {
            perform(&mut document, gesture);
        }
        let last = file::texts(document.project(), schema);
        let position = document.history().position();
        document.travel_to(0).unwrap();
        prop_assert_eq!(&file::texts(document.project(), schema), &original);
        document.travel_to(position).unwrap();
        prop_assert_eq!(&file::texts(document.project(), schema), &last);
        document.save().unwrap();
        drop(document);
        let again = Document::open(folder.path(), schema).unwrap();
        prop_assert_eq!(&file::texts(again.project(), schema), &last, "what was saved is what was there");
        prop_assert!(again.recovery().is_none());
    }

    #[test]
    fn a_crash_loses_nothing_that_was_committed(gestures in proptest::collection::vec(gesture(), 1..20)) {
        let schema = worldgen::marker::schema();
        let folder = project_folder();
        let mut document = Document::open(folder.path(), schema).unwrap().with_seeded_ids(2);
        for gesture in gestures {
            perform(&mut document, gesture);
        }
        let last = file::texts(document.project(), schema);
        // Nothing is saved or closed in order: what a kill leaves is what is in the files now.
        drop(document);
        let mut again = Document::open(folder.path(), schema).unwrap();
        again.recover().unwrap();
        prop_assert_eq!(&file::texts(again.project(), schema), &last);
    }
}
