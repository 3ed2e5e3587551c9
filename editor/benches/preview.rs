//! How fast the preview follows an edit: prints a table of milliseconds from the edit to the first picture,
//! the finest picture and the voxels, on the sample project, and how fast it lets go of an outdated request.
//!
//! `cargo bench -p editor --bench preview`
//!
//! Limits (see the comments in `preview`): first picture 33 ms, finest picture 100 ms after it, voxels of the
//! edited region 1 s, letting go 100 ms.

use std::path::Path;
use std::time::{Duration, Instant};

use editor::document::marks::Marks;
use editor::document::{Change, Document};
use editor::preview::Preview;
use editor::preview::shading::PictureStyle;
use shared::edit::Edit;
use shared::geometry::Box2;
use shared::ids::IslandId;
use shared::island::Record;

/// Edits measured per row.
const ROUNDS: usize = 12;
/// Nothing takes this long; a bench that hangs says so.
const GIVE_UP: Duration = Duration::from_mins(1);

/// How long this thread sleeps before it looks again: as that of the app it leaves the processors to the preview.
const BETWEEN_LOOKS: Duration = Duration::from_micros(200);

/// Milliseconds from the edit on.
#[derive(Clone, Copy, Default)]
struct Times {
    first: f64,
    finest: f64,
    voxels: f64,
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn main() -> anyhow::Result<()> {
    let maps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../maps/first_light");
    let folder = tempfile::tempdir()?;
    copy(&maps, folder.path())?;
    println!(
        "{:<34}{:>10}{:>10}{:>10}",
        "worst of 12 edits, in ms", "first", "finest", "voxels"
    );
    let mut document = Document::open(folder.path(), worldgen::marker::schema())?;
    let islands: Vec<IslandId> = document.project().islands.keys().copied().collect();
    for island in islands {
        document.show_island(island);
        let mut preview = Preview::new(&egui::Context::default())?;
        let name = document
            .island()
            .map(|island| island.name.clone())
            .unwrap_or_default();
        let opened = follow(&mut preview, &document, island);
        row(&format!("{name}: opening"), opened);
        for (what, record) in [
            ("smallest marker", smallest(&document)),
            ("largest marker", largest(&document)),
        ] {
            let Some(record) = record else { continue };
            let mut worst = Times::default();
            for round in 0..ROUNDS {
                let mut moved = record.clone();
                moved.move_by(round as f32 + 1.0, 0.0);
                document.change(Change::Step {
                    label: "Move".to_owned(),
                    edits: vec![Edit::PutRecord {
                        island,
                        record: Box::new(moved),
                    }],
                })?;
                let times = follow(&mut preview, &document, island);
                worst.first = worst.first.max(times.first);
                worst.finest = worst.finest.max(times.finest);
                worst.voxels = worst.voxels.max(times.voxels);
            }
            row(&format!("{name}: {what}"), worst);
        }
        println!(
            "{:<34}{:>10.1}",
            format!("{name}: letting go"),
            let_go(&mut document, &mut preview, island)?
        );
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a bench prints its table")]
fn row(what: &str, times: Times) {
    println!(
        "{what:<34}{:>10.1}{:>10.1}{:>10.1}",
        times.first, times.finest, times.voxels
    );
}

/// From the frame that sees an edit until its voxels are there.
fn follow(preview: &mut Preview, document: &Document, island: IslandId) -> Times {
    let (start, mut times) = (Instant::now(), Times::default());
    let marks = Marks::default();
    while start.elapsed() < GIVE_UP {
        preview.update(document, &marks, PictureStyle::default());
        let millis = start.elapsed().as_secs_f64() * 1000.0;
        if preview.picture_is_current(island) {
            if times.first == 0.0 {
                times.first = millis;
            }
            let finest = preview.picture(island).is_some_and(|picture| picture.step == 1);
            if finest && times.finest == 0.0 {
                times.finest = millis;
            }
        }
        if preview.terrain_is_current(island) && times.finest > 0.0 {
            times.voxels = millis;
            break;
        }
        std::thread::sleep(BETWEEN_LOOKS);
    }
    times
}

/// From a second edit, made while the first one is being baked, to the first picture of the second.
fn let_go(document: &mut Document, preview: &mut Preview, island: IslandId) -> anyhow::Result<f64> {
    let Some(record) = largest(document) else {
        return Ok(0.0);
    };
    let mut worst: f64 = 0.0;
    for round in 0..ROUNDS {
        let marks = Marks::default();
        for step in 0..2 {
            let mut moved = record.clone();
            moved.move_by(0.0, (round * 2 + step) as f32 + 1.0);
            document.change(Change::Step {
                label: "Move".to_owned(),
                edits: vec![Edit::PutRecord {
                    island,
                    record: Box::new(moved),
                }],
            })?;
            preview.update(document, &marks, PictureStyle::default());
            if step == 0 {
                // Long enough for the thread to be in the middle of it.
                std::thread::sleep(Duration::from_millis(4));
            }
        }
        worst = worst.max(follow(preview, document, island).first);
    }
    Ok(worst)
}

fn extent(record: &Record) -> f32 {
    let Record::Marker(marker) = record else {
        return 0.0;
    };
    let Box2 {
        min_x_m,
        max_x_m,
        min_y_m,
        max_y_m,
    } = Box2::around(marker.geometry.points());
    let radius = marker
        .attributes
        .get("radius")
        .and_then(shared::attribute::AttributeValue::as_number);
    #[expect(clippy::cast_possible_truncation, reason = "only compared")]
    let radius = radius.unwrap_or(0.0) as f32;
    (max_x_m - min_x_m).max(max_y_m - min_y_m) + radius
}

fn markers(document: &Document) -> Vec<Record> {
    let island = document.island();
    let markers = island.into_iter().flat_map(|island| island.markers.values());
    markers.cloned().map(Record::Marker).collect()
}

fn smallest(document: &Document) -> Option<Record> {
    markers(document)
        .into_iter()
        .min_by(|a, b| extent(a).total_cmp(&extent(b)))
}

fn largest(document: &Document) -> Option<Record> {
    markers(document)
        .into_iter()
        .max_by(|a, b| extent(a).total_cmp(&extent(b)))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
