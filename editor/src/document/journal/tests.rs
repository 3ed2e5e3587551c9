//! Tests of the journal.

use super::*;
use shared::edit::Edit;
use shared::ids::{IslandId, PoiId};
use shared::island::{Island, Poi, Record};

/// A journal on a project whose files always have the hashes that the test says.
struct Desk {
    folder: tempfile::TempDir,
    project: Project,
}

fn hashes(pairs: &[(&str, u64)]) -> Hashes {
    pairs
        .iter()
        .map(|(file, hash)| ((*file).to_owned(), *hash))
        .collect()
}

fn isle() -> IslandId {
    IslandId("isle".parse().unwrap())
}

fn put_poi(id: &str, x_m: f32) -> Edit {
    Edit::PutRecord {
        island: isle(),
        record: Box::new(Record::Poi(Poi {
            id: PoiId(id.parse().unwrap()),
            kind: "harbour".into(),
            name: String::new(),
            note: String::new(),
            x_m,
            y_m: 0.0,
            attributes: shared::attribute::Attributes::new(),
        })),
    }
}

impl Desk {
    fn new() -> Self {
        let island = Island::new(isle(), "isle".into(), "Isle".into());
        Self {
            folder: tempfile::tempdir().unwrap(),
            project: Project {
                islands: [(island.id, island)].into(),
                ..Project::default()
            },
        }
    }

    fn open(&self, files: &Hashes) -> (Journal, Option<Recovery>) {
        Journal::open(self.folder.path(), files, &self.project, &Schema::default()).unwrap()
    }

    /// Does a step to `work` and journals it.
    fn step(journal: &mut Journal, work: &mut Project, label: &str, edit: Edit) {
        let touched = BTreeSet::from([Thing::of(&edit)]);
        edit.apply(work).unwrap();
        let (schema, built_in) = (&work.schema_with(&Schema::default()), &Schema::default());
        let subject = Subject {
            project: work,
            schema,
            built_in,
        };
        journal.append(label, &touched, subject).unwrap();
    }
}

#[test]
fn steps_of_a_killed_editor_come_back() {
    let (desk, files) = (Desk::new(), hashes(&[("a", 1)]));
    let mut work = desk.project.clone();
    let (mut journal, leftover) = desk.open(&files);
    assert_eq!(leftover, None);
    Desk::step(&mut journal, &mut work, "Place", put_poi("a", 1.0));
    Desk::step(&mut journal, &mut work, "Place", put_poi("b", 2.0));
    let record = shared::island::RecordId::Poi(PoiId("a".parse().unwrap()));
    let remove = Edit::RemoveRecord {
        island: isle(),
        record,
    };
    Desk::step(&mut journal, &mut work, "Delete", remove);
    let mut head = work.islands[&isle()].head();
    (head.name, head.slug) = ("Other".into(), "other".into());
    Desk::step(
        &mut journal,
        &mut work,
        "Rename",
        Edit::SetIslandHead(Box::new(head)),
    );
    let far = Island::new(IslandId("far".parse().unwrap()), "far".into(), "Far".into());
    Desk::step(
        &mut journal,
        &mut work,
        "New island",
        Edit::PutIsland(Box::new(far)),
    );
    drop(journal);

    let recovery = desk.open(&files).1.unwrap();
    assert_eq!(
        recovery.labels,
        ["Place", "Place", "Delete", "Rename", "New island"]
    );
    assert_eq!((recovery.project, recovery.files_changed), (work, false));
}

#[test]
fn a_torn_last_line_loses_that_step_only() {
    let (desk, files) = (Desk::new(), hashes(&[]));
    let mut work = desk.project.clone();
    let (mut journal, _) = desk.open(&files);
    Desk::step(&mut journal, &mut work, "First", put_poi("a", 1.0));
    let first = work.clone();
    Desk::step(&mut journal, &mut work, "Second", put_poi("a", 2.0));
    journal.file.set_len(journal.length - 3).unwrap();
    drop(journal);
    let recovery = desk.open(&files).1.unwrap();
    assert_eq!((recovery.labels.len(), recovery.project), (1, first));
}

#[test]
fn a_save_that_was_cut_short_is_no_change_from_outside() {
    let (mut desk, before) = (Desk::new(), hashes(&[("a", 1), ("b", 1)]));
    let mut work = desk.project.clone();
    let (mut journal, _) = desk.open(&before);
    Desk::step(&mut journal, &mut work, "Place", put_poi("a", 1.0));
    let half = work.clone();
    Desk::step(&mut journal, &mut work, "Place", put_poi("b", 2.0));
    let saving = [
        ("a".to_owned(), Some(2)),
        ("b".to_owned(), None),
        ("c".to_owned(), Some(2)),
    ];
    journal.announce(saving.into()).unwrap();
    drop(journal);
    // The files already hold a part of the steps: taking the others over them leads to the same end.
    desk.project = half;
    for files in [
        before,
        hashes(&[("a", 2), ("b", 1)]),
        hashes(&[("a", 2)]),
        hashes(&[("a", 2), ("c", 2)]),
    ] {
        let recovery = desk.open(&files).1.unwrap();
        assert_eq!(
            (recovery.files_changed, &recovery.project),
            (false, &work),
            "{files:?}"
        );
    }
    for files in [
        hashes(&[("a", 3), ("b", 1)]),
        hashes(&[("a", 1), ("b", 1), ("d", 1)]),
        hashes(&[("b", 1)]),
    ] {
        assert!(desk.open(&files).1.unwrap().files_changed, "{files:?}");
    }
    desk.project = work;
    assert_eq!(
        desk.open(&hashes(&[("a", 2), ("c", 2)])).1,
        None,
        "all of it was saved"
    );
}

#[test]
fn a_rebase_carries_what_is_not_saved() {
    let (desk, files) = (Desk::new(), hashes(&[("a", 1)]));
    let mut work = desk.project.clone();
    let (mut journal, _) = desk.open(&files);
    Desk::step(&mut journal, &mut work, "Place", put_poi("a", 1.0));
    let (schema, newer) = (Schema::default(), hashes(&[("a", 7)]));
    let unsaved = BTreeSet::from([Thing::of(&put_poi("a", 1.0))]);
    let subject = Subject {
        project: &work,
        schema: &schema,
        built_in: &schema,
    };
    journal.rebase(newer.clone(), &unsaved, subject).unwrap();
    Desk::step(&mut journal, &mut work, "Place", put_poi("b", 1.0));
    drop(journal);
    let recovery = desk.open(&newer).1.unwrap();
    assert_eq!(recovery.labels, ["Unsaved changes", "Place"]);
    assert_eq!((recovery.project, recovery.files_changed), (work, false));
}

#[test]
fn a_second_editor_is_refused() {
    let (desk, files) = (Desk::new(), hashes(&[]));
    let _first = desk.open(&files);
    let second = Journal::open(desk.folder.path(), &files, &desk.project, &Schema::default());
    assert!(matches!(second, Err(JournalError::InUse)));
}

#[test]
fn undone_and_saved_steps_are_no_recovery() {
    let (desk, files) = (Desk::new(), hashes(&[("a", 1)]));
    let mut work = desk.project.clone();
    let (mut journal, _) = desk.open(&files);
    Desk::step(&mut journal, &mut work, "Place", put_poi("a", 1.0));
    let record = shared::island::RecordId::Poi(PoiId("a".parse().unwrap()));
    let remove = Edit::RemoveRecord {
        island: isle(),
        record,
    };
    Desk::step(&mut journal, &mut work, "Undo Place", remove);
    drop(journal);
    let (mut journal, leftover) = desk.open(&files);
    assert_eq!(leftover, None);
    Desk::step(&mut journal, &mut work, "Place", put_poi("a", 1.0));
    journal.restart(hashes(&[("a", 2)])).unwrap();
    drop(journal);
    assert_eq!(desk.open(&hashes(&[("a", 2)])).1, None);
}

#[test]
fn a_journal_of_another_version_or_of_noise_is_nothing() {
    let (desk, files) = (Desk::new(), hashes(&[]));
    let path = private_folder(desk.folder.path()).unwrap().join(JOURNAL_FILE);
    for noise in [&b"\xff\xfe\n\n"[..], b"0 0\n", &b"(".repeat(100_000)] {
        File::create(&path).unwrap().write_all(noise).unwrap();
        assert_eq!(desk.open(&files).1, None);
    }
}
