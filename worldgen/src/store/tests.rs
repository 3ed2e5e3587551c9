//! The store with real bakes: what comes back, what happens to damage, what stays after a failure.

use std::cell::Cell;

use rusqlite::Connection;
use shared::attribute::{AttributeValue, Attributes};
use shared::coords::{ChunkPos, LocalPos, TilePos};
use shared::geometry::Geometry;
use shared::island::{Bounds, Island, Marker};
use shared::project::Settings;
use shared::stamp::Stamps;
use tempfile::TempDir;

use super::provide::Wanted;
use super::*;
use crate::bake::{BakeOptions, bake};
use crate::plan::{IslandPlan, KeptFits};

fn marker(id: &str, kind: &str, at: LocalPos, radius_m: f64) -> Marker {
    Marker {
        id: id.parse().unwrap(),
        kind: kind.to_owned(),
        name: String::new(),
        note: String::new(),
        geometry: Geometry::Point(at),
        layer: 0,
        priority: 0,
        attributes: Attributes::from([("radius".to_owned(), AttributeValue::Number(radius_m))]),
    }
}

/// A wooded hill of 128 x 128 columns, as high as asked for.
fn island(summit_m: f32) -> Island {
    let mut island = Island::new("isle".parse().unwrap(), "isle".to_owned(), "Isle".to_owned());
    island.bounds = Bounds::new(128, 128, 32, 64).unwrap();
    for marker in [
        marker("land", "land", LocalPos::default(), 40.0),
        marker("peak", "peak", LocalPos::new(0.0, 8.0, summit_m), 30.0),
        marker("wood", "forest", LocalPos::new(0.0, -12.0, 0.0), 30.0),
    ] {
        island.markers.insert(marker.id, marker);
    }
    island
}

/// A plan, and the key to its bake.
fn compiled(island: &Island) -> (IslandPlan, BakeKey) {
    let (settings, stamps) = (Settings::default(), Stamps::default());
    (
        IslandPlan::new(&settings, &stamps, island),
        bake_key(&settings, &stamps, island),
    )
}

/// The bake of an island, by way of the store.
fn baked_or_loaded(store: &mut BakeStore, island: &Island) -> (BakedIsland, Source) {
    let (settings, stamps) = (Settings::default(), Stamps::default());
    let made = bake_or_load(store, &settings, &stamps, island, &BakeOptions::default(), &());
    made.unwrap().unwrap()
}

struct Fixture {
    folder: TempDir,
    store: BakeStore,
    key: BakeKey,
    baked: BakedIsland,
}

impl Fixture {
    /// A store with one bake in it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = BakeStore::open(&folder.path().join("bakes.db")).unwrap();
        let (plan, key) = compiled(&island(30.0));
        let baked = bake(&plan, &BakeOptions::default(), &()).unwrap();
        store.put(&baked, key).unwrap();
        Self {
            folder,
            store,
            key,
            baked,
        }
    }

    fn get(&self) -> Result<Option<BakedIsland>, StoreError> {
        self.store.get(self.baked.id(), self.key)
    }

    /// Changes the file behind the store's back.
    fn tamper(&self, sql: &str) {
        let connection = Connection::open(self.store.path()).unwrap();
        let changed = connection.execute(sql, []).unwrap();
        assert!(changed > 0, "{sql} changes nothing");
    }
}

fn assert_same(left: &BakedIsland, right: &BakedIsland) {
    assert_eq!(
        (left.id(), left.bounds(), left.hash()),
        (right.id(), right.bounds(), right.hash())
    );
    let rounded = |baked: &BakedIsland| {
        baked
            .tiles()
            .iter()
            .map(|tile| tile.rounded())
            .collect::<Vec<_>>()
    };
    assert!(rounded(left) == rounded(right), "surfaces differ");
    assert!(left.chunks().eq(right.chunks()));
}

#[test]
fn a_bake_comes_back_as_it_was() {
    let fixture = Fixture::new();
    assert!(
        fixture.baked.tiles().iter().any(|tile| !tile.plants.is_empty()),
        "the fixture has plants"
    );
    assert_same(&fixture.get().unwrap().unwrap(), &fixture.baked);
    let reopened = BakeStore::open(fixture.store.path()).unwrap();
    assert_eq!(reopened.keys().unwrap(), [(fixture.baked.id(), fixture.key)]);
    assert_same(
        &reopened.get(fixture.baked.id(), fixture.key).unwrap().unwrap(),
        &fixture.baked,
    );
}

/// To compile a plan may take as long as to bake it.
#[test]
fn only_what_the_store_has_not_needs_a_plan() {
    let mut fixture = Fixture::new();
    let plans = Cell::new(0);
    let mut ask = |key| {
        let wanted = Wanted {
            id: fixture.baked.id(),
            key,
            plan: |_: &dyn KeptFits| {
                plans.set(plans.get() + 1);
                None
            },
        };
        let made = wanted.from(&mut fixture.store, &BakeOptions::default(), &());
        (made.unwrap(), plans.get())
    };
    let (_, other) = compiled(&island(31.0));
    let (cancelled, plans_made) = ask(other);
    assert!(cancelled.is_none() && plans_made == 1);
    let (loaded, plans_made) = ask(fixture.key);
    let (loaded, source) = loaded.unwrap();
    assert_same(&loaded, &fixture.baked);
    assert!(matches!(source, Source::Store) && plans_made == 1, "{source:?}");
}

#[test]
fn another_key_or_island_is_not_there() {
    let fixture = Fixture::new();
    let (_, other) = compiled(&island(31.0));
    assert!(fixture.store.get(fixture.baked.id(), other).unwrap().is_none());
    assert!(
        fixture
            .store
            .get("other".parse().unwrap(), fixture.key)
            .unwrap()
            .is_none()
    );
}

#[test]
fn single_chunks_and_surfaces_are_read_alone() {
    let fixture = Fixture::new();
    let (id, key) = (fixture.baked.id(), fixture.key);
    for (pos, chunk) in fixture.baked.chunks() {
        assert_eq!(
            fixture.store.chunk(id, key, pos).unwrap().as_ref(),
            Some(&**chunk)
        );
    }
    for tile in fixture.baked.tiles() {
        assert_eq!(
            fixture.store.surface(id, key, tile.pos).unwrap(),
            Some(tile.rounded())
        );
    }
    for outside in [
        ChunkPos::new(2, 0, 0),
        ChunkPos::new(0, 0, 2),
        ChunkPos::new(i32::MAX / 32, 0, 0),
    ] {
        assert_eq!(fixture.store.chunk(id, key, outside).unwrap(), None);
    }
    assert_eq!(fixture.store.surface(id, key, TilePos::new(-3, 0)).unwrap(), None);
}

#[test]
fn a_new_bake_replaces_the_old_one() {
    let mut fixture = Fixture::new();
    let island = island(44.0);
    let (plan, key) = compiled(&island);
    let baked = bake(&plan, &BakeOptions::default(), &()).unwrap();
    fixture.store.put(&baked, key).unwrap();
    assert!(fixture.get().unwrap().is_none());
    assert_same(&fixture.store.get(baked.id(), key).unwrap().unwrap(), &baked);
    let connection = Connection::open(fixture.store.path()).unwrap();
    let count = |table: &str| -> i64 {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!((count("island"), count("tile")), (1, 16));
}

#[test]
fn after_an_edit_only_its_tiles_are_made_and_written_again() {
    let mut fixture = Fixture::new();
    let rows = |fixture: &Fixture| -> Vec<(i32, i32, Vec<u8>)> {
        let connection = Connection::open(fixture.folder.path().join("bakes.db")).unwrap();
        let mut statement = connection
            .prepare("SELECT x, y, tile_key FROM tile ORDER BY x, y")
            .unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().map(Result::unwrap).collect()
    };
    let before = rows(&fixture);
    let mut edited = island(30.0);
    let stone = marker("hill", "peak", LocalPos::new(-30.0, -30.0, 14.0), 4.0);
    edited.markers.insert(stone.id, stone.clone());
    let (plan, key) = compiled(&edited);
    let (baked, source) = baked_or_loaded(&mut fixture.store, &edited);
    let Source::Updated(rebuilt) = &source else {
        panic!("{source:?}")
    };
    assert_eq!(rebuilt.records, [stone.id.0]);
    assert!((1..=4).contains(&rebuilt.tiles_visited), "{rebuilt:?}");
    let told = source.describe(&edited);
    assert!(
        told.contains(" of 16 tiles") && told.ends_with("for peak hill"),
        "{told}"
    );
    assert_same(&baked, &bake(&plan, &BakeOptions::default(), &()).unwrap());
    let changed = before
        .iter()
        .zip(&rows(&fixture))
        .filter(|(old, new)| old != new)
        .count();
    assert_eq!(changed, rebuilt.tiles_visited);
    let loaded = fixture.store.get(edited.id, key).unwrap().unwrap();
    assert_same(&loaded, &baked);
    assert_eq!(loaded.origin(), baked.origin());
}

#[test]
fn a_put_that_fails_keeps_the_old_bake() {
    let mut fixture = Fixture::new();
    // A full disk: the file may not grow by a page.
    let pages: i64 = fixture
        .store
        .connection
        .query_row("PRAGMA page_count", [], |row| row.get(0))
        .unwrap();
    fixture
        .store
        .connection
        .pragma_update(None, "max_page_count", pages + 1)
        .unwrap();
    let mut larger = island(40.0);
    larger.bounds = Bounds::new(512, 512, 32, 64).unwrap();
    let (plan, key) = compiled(&larger);
    let baked = bake(&plan, &BakeOptions::default(), &()).unwrap();
    let error = fixture.store.put(&baked, key).unwrap_err();
    assert!(!error.is_useless_file() && !error.is_damaged_island(), "{error}");
    assert_same(&fixture.get().unwrap().unwrap(), &fixture.baked);
}

/// Whatever happens to rows is an error with a place, and baking again cures it.
#[test]
fn damage_is_found_named_and_repaired() {
    let cases = [
        (
            "UPDATE tile SET voxels = zeroblob(length(voxels)) WHERE x = 0 AND y = 0",
            "tile 0, 0",
        ),
        (
            "UPDATE tile SET checksum = checksum + 1 WHERE x = -1 AND y = 1",
            "tile -1, 1",
        ),
        (
            "UPDATE tile SET voxels = substr(voxels, 1, 40) WHERE x = 0 AND y = -1",
            "tile 0, -1",
        ),
        ("DELETE FROM tile WHERE x = -2 AND y = -2", "tile -2, -2"),
        ("UPDATE island SET width = 100", "its row"),
        ("UPDATE island SET voxel_hash = zeroblob(16)", "its voxels"),
        // A row under another one's place: its own checksum is right, its place is not.
        (
            "UPDATE tile SET (voxels, checksum) = (SELECT voxels, checksum FROM tile WHERE x = 0 AND y = 0) \
             WHERE x = -1 AND y = 0",
            "tile -1, 0",
        ),
    ];
    for (sql, place) in cases {
        let mut fixture = Fixture::new();
        fixture.tamper(sql);
        let error = fixture.get().unwrap_err();
        assert!(error.is_damaged_island(), "{sql}: {error}");
        assert!(error.to_string().contains(place), "{sql}: {error}");
        let (repaired, source) = baked_or_loaded(&mut fixture.store, &island(30.0));
        assert!(matches!(source, Source::Repaired(_)));
        assert_same(&repaired, &fixture.baked);
        assert_same(&fixture.get().unwrap().unwrap(), &fixture.baked);
    }
}

/// Overwrites each stretch of the file in turn, as a bad disk would.
#[test]
fn a_file_damaged_anywhere_never_gives_other_voxels() {
    let fixture = Fixture::new();
    let whole = std::fs::read(fixture.store.path()).unwrap();
    let mut cured = 0;
    for start in (0..whole.len()).step_by(491) {
        let path = fixture.folder.path().join(format!("damaged{start}.db"));
        let mut bytes = whole.clone();
        for byte in bytes.iter_mut().skip(start).take(48) {
            *byte ^= 0x5a;
        }
        std::io::Write::write_all(&mut std::fs::File::create(&path).unwrap(), &bytes).unwrap();
        let Ok((mut store, _)) = open_or_replace(&path) else {
            // Its first bytes say that it is another program's file now.
            assert!(start < 100, "at {start}");
            continue;
        };
        let (baked, source) = baked_or_loaded(&mut store, &island(30.0));
        assert_same(&baked, &fixture.baked);
        cured += usize::from(!matches!(source, Source::Store));
        let after = BakeStore::open(&path)
            .unwrap()
            .get(fixture.baked.id(), fixture.key);
        assert_same(&after.unwrap().unwrap(), &fixture.baked);
    }
    assert!(cured > 5, "the damage was seen");
}

#[test]
fn files_of_other_programs_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let other = Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE treasure (gold INTEGER)")
        .unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    let error = open_or_replace(&path).unwrap_err();
    assert!(matches!(error.kind, StoreErrorKind::Foreign), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_store_of_another_version_is_put_aside() {
    let fixture = Fixture::new();
    fixture
        .store
        .connection
        .pragma_update(None, "user_version", SCHEMA_VERSION + 1)
        .unwrap();
    let (store, reason) = open_or_replace(fixture.store.path()).unwrap();
    assert!(matches!(reason.unwrap().kind, StoreErrorKind::Version { .. }));
    assert_eq!(store.keys().unwrap(), []);
    assert!(fixture.folder.path().join("bakes.db.old").exists());
}

/// Counts the fits that a plan finds and those that it makes.
struct Counted<'a> {
    kept: &'a dyn KeptFits,
    found: Cell<usize>,
    made: Cell<usize>,
}

impl KeptFits for Counted<'_> {
    fn kept(&self, island: IslandId, inputs: u64) -> Option<Vec<u8>> {
        let fit = self.kept.kept(island, inputs)?;
        self.found.set(self.found.get() + 1);
        Some(fit)
    }

    fn keep(&self, island: IslandId, inputs: u64, fit: Vec<u8>) {
        self.made.set(self.made.get() + 1);
        self.kept.keep(island, inputs, fit);
    }
}

/// Bakes an island as another run of the program would, compares it with a bake from nothing, and returns how many fits
/// were found and made, and how many are kept afterwards.
fn fits_of_a_run(path: &Path, island: &Island) -> (usize, usize, i64) {
    let mut store = BakeStore::open(path).unwrap();
    let (cold, key) = compiled(island);
    let (mut found, mut made) = (0, 0);
    let wanted = Wanted {
        id: island.id,
        key,
        plan: |kept: &dyn KeptFits| {
            let kept = Counted {
                kept,
                found: Cell::new(0),
                made: Cell::new(0),
            };
            let (settings, stamps) = (Settings::default(), Stamps::default());
            let plan = IslandPlan::with_kept(&kept, &settings, &stamps, island, &|| false);
            assert_eq!(plan.as_ref(), Some(&cold));
            (found, made) = (kept.found.get(), kept.made.get());
            plan
        },
    };
    let (baked, _) = wanted
        .from(&mut store, &BakeOptions::default(), &())
        .unwrap()
        .unwrap();
    assert_same(&baked, &bake(&cold, &BakeOptions::default(), &()).unwrap());
    let sql = "SELECT count(*) FROM fit";
    let rows = store.connection.query_row(sql, [], |row| row.get(0));
    (found, made, rows.unwrap())
}

#[test]
fn erosion_is_kept_for_the_next_run_and_made_again_where_its_ground_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bakes.db");
    let worn = |summit_m: f32, rock_m: f32| {
        let mut island = island(summit_m);
        island.bounds = Bounds::new(384, 384, 32, 64).unwrap();
        for marker in [
            marker("rain", "erosion", LocalPos::new(0.0, 8.0, 0.0), 20.0),
            marker(
                "rock",
                "islet",
                LocalPos::new(-170.0, -170.0, 0.0),
                4.0 + f64::from(rock_m),
            ),
        ] {
            island.markers.insert(marker.id, marker);
        }
        island
    };
    assert_eq!(fits_of_a_run(&path, &worn(30.0, 0.0)), (0, 1, 1));
    assert_eq!(
        fits_of_a_run(&path, &worn(30.0, 1.0)),
        (1, 0, 1),
        "an edit elsewhere"
    );
    assert_eq!(
        fits_of_a_run(&path, &worn(33.0, 1.0)),
        (0, 1, 1),
        "an edit of its ground"
    );
    for sql in [
        "UPDATE fit SET fit = zeroblob(length(fit))",
        "UPDATE fit SET inputs = inputs + 1",
    ] {
        let changed = Connection::open(&path).unwrap().execute(sql, []).unwrap();
        assert_eq!(changed, 1, "{sql}");
        // Another key, or nothing would be compiled.
        let rock_m = sql.len() as f32 / 16.0;
        assert_eq!(fits_of_a_run(&path, &worn(33.0, rock_m)), (0, 1, 1), "{sql}");
    }
    assert_eq!(
        fits_of_a_run(&path, &island(33.0)),
        (0, 0, 0),
        "no erosion any more"
    );
}

#[test]
fn bakes_of_removed_islands_go() {
    let mut fixture = Fixture::new();
    assert_eq!(fixture.store.retain(|_| true).unwrap(), 0);
    assert_eq!(fixture.store.retain(|_| false).unwrap(), 1);
    assert_eq!(fixture.store.keys().unwrap(), []);
}
