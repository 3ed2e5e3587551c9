//! An editor that is killed with SIGKILL, again and again, while it edits and saves.
//!
//! The test starts itself as a second process that edits a project and tells after every gesture how many
//! it has committed. This process is the oracle: it kills the other at a random moment, does the same
//! gestures on a project of its own, and compares. After every kill the files on disk must be whole and
//! recovery must lead to the last gesture told, or to the one after it, which may have been committed
//! without being told.
//!
//! `TOMBOLO_KILLS=1000 cargo test -p editor --test kill` kills as often as that; CI kills a few times.

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::path::Path;
    use std::process::{Command, Stdio};

    use editor::document::clipboard;
    use editor::document::{Change, Document};
    use shared::attribute::Attributes;
    use shared::edit::Edit;
    use shared::ids::{IslandId, PoiId};
    use shared::island::{Island, Poi, Record, RecordId, RecordRef};
    use shared::project::Project;

    const FOLDER: &str = "TOMBOLO_KILL_FOLDER";
    const SEED: &str = "TOMBOLO_KILL_SEED";
    const ITSELF: &str = "tests::a_killed_editor_loses_at_most_the_open_gesture";
    const KILLS_IN_CI: u64 = 100;
    /// The driver ends by itself after this many gestures, should nobody kill it.
    const MAX_GESTURES: u64 = 5000;

    /// A number that follows from seed and step.
    fn dice(seed: u64, step: u64, sides: u64) -> u64 {
        let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ step.wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 30)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn poi(document: &mut Document, x_m: f32) -> Record {
        Record::Poi(Poi {
            id: PoiId(document.fresh_id()),
            kind: "harbour".into(),
            name: "Ä \"quoted\"\n".into(),
            note: String::new(),
            x_m,
            y_m: 0.0,
            attributes: Attributes::new(),
        })
    }

    /// The `step`th gesture; the same for the same project, seed and step.
    fn gesture(document: &mut Document, seed: u64, step: u64) {
        let islands: Vec<IslandId> = document.project().islands.keys().copied().collect();
        let Some(island) =
            islands.get(usize::try_from(dice(seed, step, islands.len().max(1) as u64)).unwrap())
        else {
            return new_island(document);
        };
        let island = *island;
        let records: Vec<RecordId> = document.project().islands[&island].record_ids().collect();
        let put = |record| Edit::PutRecord {
            island,
            record: Box::new(record),
        };
        let change = match (dice(seed ^ 1, step, 12), records.first()) {
            (0, _) => return new_island(document),
            (1, _) if islands.len() > 2 => vec![Edit::RemoveIsland(island)],
            (2, _) => {
                let mut head = document.project().islands[&island].head();
                head.slug = format!("{}-{}", head.id, step % 3);
                vec![Edit::SetIslandHead(Box::new(head))]
            }
            (3, Some(record)) => vec![Edit::RemoveRecord {
                island,
                record: *record,
            }],
            (4, _) => return document.undo().unwrap(),
            (5, _) => return document.redo().unwrap(),
            // A failed save is as good as none; what it left undone is in the journal.
            (6 | 7, _) => return drop(document.save()),
            (8, _) => {
                let some = document.project().islands[&island].records().take(30);
                let some = some.map(RecordRef::to_record).collect();
                let copies = clipboard::copies(document, island, some);
                copies.records.into_iter().map(put).collect()
            }
            (9, Some(record)) => {
                let mut record = document.project().islands[&island].record(*record).unwrap();
                record.move_by(1.5, -2.25);
                vec![put(record)]
            }
            _ => vec![put(poi(document, step as f32))],
        };
        let label = format!("Gesture {step}");
        document.change(Change::Step { label, edits: change }).unwrap();
    }

    fn new_island(document: &mut Document) {
        let id = IslandId(document.fresh_id());
        let island = Island::new(id, id.to_string(), "New".into());
        let (label, edits) = ("New island".to_owned(), vec![Edit::PutIsland(Box::new(island))]);
        document.change(Change::Step { label, edits }).unwrap();
    }

    fn open(folder: &Path, seed: u64) -> Document {
        Document::open(folder, worldgen::marker::schema())
            .unwrap()
            .with_seeded_ids(seed)
    }

    /// The second process: edits until it is killed.
    fn drive(folder: &Path, seed: u64) {
        let mut document = open(folder, seed);
        for step in 0..MAX_GESTURES {
            gesture(&mut document, seed, step);
            let mut out = std::io::stdout().lock();
            writeln!(out, "\ndid {}", step + 1).unwrap();
            out.flush().unwrap();
        }
    }

    /// Starts the second process, kills it after `lines` gestures told and a moment more, and returns how
    /// many it told in all.
    fn kill_after(folder: &Path, seed: u64, lines: u64) -> u64 {
        let mut driver = Command::new(std::env::current_exe().unwrap())
            .args([ITSELF, "--exact", "--nocapture"])
            .env(FOLDER, folder)
            .env(SEED, seed.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(driver.stdout.take().unwrap())
            .lines()
            .filter_map(|line| {
                line.unwrap()
                    .strip_prefix("did ")
                    .map(|count| count.parse::<u64>().unwrap())
            });
        let mut count = told
            .by_ref()
            .take(usize::try_from(lines).unwrap())
            .last()
            .unwrap_or(0);
        // Somewhere in the next gesture or save.
        for _ in 0..dice(seed ^ 2, lines, 200_000) {
            std::hint::spin_loop();
        }
        driver.kill().unwrap();
        driver.wait().unwrap();
        count = told.last().unwrap_or(count);
        count
    }

    fn copy_project(from: &Path, to: &Path) {
        for part in ["", "islands"] {
            std::fs::create_dir_all(to.join(part)).unwrap();
            let Ok(entries) = std::fs::read_dir(from.join(part)) else {
                continue;
            };
            for entry in entries {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_file() {
                    std::fs::copy(entry.path(), to.join(part).join(entry.file_name())).unwrap();
                }
            }
        }
    }

    /// What the project must be after `count` gestures, done on a copy in this process.
    fn expected(start: &Path, seed: u64, count: u64) -> [Project; 2] {
        let folder = tempfile::tempdir().unwrap();
        copy_project(start, folder.path());
        let mut document = open(folder.path(), seed);
        for step in 0..count {
            gesture(&mut document, seed, step);
        }
        let told = document.project().clone();
        gesture(&mut document, seed, count);
        [told, document.project().clone()]
    }

    #[test]
    fn a_killed_editor_loses_at_most_the_open_gesture() {
        if let (Some(folder), Ok(seed)) = (std::env::var_os(FOLDER), std::env::var(SEED)) {
            return drive(Path::new(&folder), seed.parse().unwrap());
        }
        let kills = std::env::var("TOMBOLO_KILLS").map_or(KILLS_IN_CI, |text| text.parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let settings =
            "Project(\n    format: 1,\n    name: \"Killed\",\n    world_seed: 1,\n    generator: 1,\n)\n";
        worldgen::project_dir::replace(&folder.path().join("project.ron"), settings).unwrap();
        let (mut told_in_all, mut offered) = (0, 0);
        for kill in 0..kills {
            let start = tempfile::tempdir().unwrap();
            copy_project(folder.path(), start.path());
            let count = kill_after(folder.path(), kill, 1 + dice(kill, 7, 60));
            told_in_all += count;

            let loaded = worldgen::project_dir::load(folder.path(), worldgen::marker::schema()).unwrap();
            assert_eq!(loaded.issues, [], "the files are whole after kill {kill}");
            let mut document = open(folder.path(), kill);
            offered += u64::from(document.recovery().is_some());
            let changed = document.recovery().is_some_and(|recovery| recovery.files_changed);
            assert!(!changed, "kill {kill}: nobody else wrote");
            document.recover().unwrap();
            let litter = std::fs::read_dir(folder.path().join("islands"))
                .into_iter()
                .flatten();
            let litter = litter.filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .ends_with(".tmp")
            });
            assert_eq!(litter.count(), 0, "half-written files are swept up");
            let possible = expected(start.path(), kill, count);
            assert!(
                possible.contains(document.project()),
                "kill {kill} after {count} gestures lost something"
            );
            document.save().unwrap();
        }
        assert!(told_in_all > kills, "the other process worked");
        assert!(offered > 0, "some kills left something to recover");
    }
}
