//! Every rule (invariant 5): a fixture that triggers it and nothing else, a fix that clears it or a reason
//! why there is none, and a line in `docs/issues.md`.
//!
//! `UPDATE_DOCS=1 cargo test -p e2e-tests --test rules` rewrites the document.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(
    clippy::disallowed_methods,
    reason = "a generated document needs no atomic save"
)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use shared::attribute::{AttributeValue, Attributes};
use shared::coords::LocalPos;
use shared::edit::apply_all;
use shared::format::SourceFile;
use shared::geometry::Geometry;
use shared::island::{Bounds, Island, Marker, Record};
use shared::issue::{Issue, Rule};
use shared::project::Project;
use shared::validate;

/// Rules that no small file can trigger: they need megabytes, or what only an edit in memory can make.
/// Their tests are `in_memory_*` below.
const IN_MEMORY: &[&str] = &[
    "too-many",
    "too-many-markers",
    "too-much-to-fit",
    "duplicate-slug",
    "not-a-number",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn all_rules() -> Vec<&'static Rule> {
    validate::rules().chain(worldgen::rules::rules()).collect()
}

fn check(folder: &Path) -> (Project, Vec<Issue>) {
    let checked = worldgen::check::check(folder).unwrap();
    (checked.project, checked.issues)
}

#[test]
fn each_fixture_triggers_its_rule_and_no_other() {
    for rule in all_rules().iter().filter(|rule| !IN_MEMORY.contains(&rule.code)) {
        let folder = root().join("tests/fixtures/issue").join(rule.code);
        assert!(folder.is_dir(), "{} is missing", folder.display());
        let (_, issues) = check(&folder);
        let codes: BTreeSet<_> = issues.iter().map(|issue| issue.rule.code).collect();
        let shown: Vec<_> = issues.iter().map(ToString::to_string).collect();
        assert_eq!(codes, BTreeSet::from([rule.code]), "{}: {shown:#?}", rule.code);
        for issue in &issues {
            let place = issue
                .place
                .as_ref()
                .unwrap_or_else(|| panic!("{issue} has no place"));
            assert!(!place.file.is_empty(), "{issue}");
            assert!(!issue.help.is_empty(), "{issue}: say what to do");
        }
    }
}

/// A project in memory: one island, of which `change` makes what the rule is about.
fn codes_after(change: impl FnOnce(&mut Project)) -> BTreeSet<&'static str> {
    let (mut project, _) = check(&root().join("tests/fixtures/valid/one_island"));
    change(&mut project);
    let mut issues = validate::check(&project, worldgen::marker::schema());
    issues.extend(worldgen::rules::check(&project, &AtomicBool::new(false)));
    issues.iter().map(|issue| issue.rule.code).collect()
}

#[test]
fn in_memory_duplicate_slug() {
    let codes = codes_after(|project| {
        let mut copy = Island::new("other".parse().unwrap(), "a".to_owned(), "Other".to_owned());
        copy.chart.x_m = 9000.0;
        copy.markers = project.islands.values().next().unwrap().markers.clone();
        project.islands.insert(copy.id, copy);
    });
    assert_eq!(codes, BTreeSet::from(["duplicate-slug"]));
}

#[test]
fn in_memory_not_a_number() {
    let codes = codes_after(|project| {
        let island = project.islands.values_mut().next().unwrap();
        let marker = island.markers.values().next().unwrap().clone();
        let geometry = Geometry::Area(vec![LocalPos::new(f32::NAN, 0.0, 0.0); 3]);
        island.put(Record::Marker(Marker {
            id: "nan".parse().unwrap(),
            geometry,
            ..marker
        }));
    });
    assert_eq!(codes, BTreeSet::from(["not-a-number"]));
}

#[test]
fn in_memory_too_many_markers() {
    let codes = codes_after(|project| {
        let island = project.islands.values_mut().next().unwrap();
        let marker = island.markers.values().next().unwrap().clone();
        for count in 0..worldgen::plan::MAX_MARKERS_PER_TILE {
            let id = format!("x{count}").parse().unwrap();
            island.markers.insert(id, Marker { id, ..marker.clone() });
        }
    });
    assert_eq!(codes, BTreeSet::from(["too-many-markers"]));
}

/// Roads from corner to corner of the largest island.
#[test]
fn in_memory_too_much_to_fit() {
    let codes = codes_after(|project| {
        let island = project.islands.values_mut().next().unwrap();
        island.bounds = Bounds::new(4096, 4096, 32, 64).unwrap();
        // Roads over land: no bridge is as long as the sea is wide.
        let land = island.markers.values_mut().next().unwrap();
        let edge = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        let corners = edge.map(|(x, y)| LocalPos::new(1850.0 * x, 1850.0 * y, 0.0));
        land.geometry = Geometry::Area(corners.to_vec());
        let sharp = AttributeValue::Choice("sharp".to_owned());
        land.attributes.insert("corners".to_owned(), sharp);
        let land = land.clone();
        let road = |count: u64| {
            let corner = |x_m: f32| LocalPos::new(x_m, x_m, 0.0);
            Marker {
                id: format!("road{count}").parse().unwrap(),
                kind: "road".to_owned(),
                geometry: Geometry::Path(vec![corner(-1800.0), corner(1800.0)]),
                attributes: Attributes::new(),
                ..land.clone()
            }
        };
        let surveyed_by_one = 3600 * 3600 / 16;
        for count in 0..=worldgen::plan::MOST_SURVEYED / surveyed_by_one {
            island.put(Record::Marker(road(count)));
        }
    });
    assert_eq!(codes, BTreeSet::from(["too-much-to-fit"]));
}

#[test]
fn in_memory_too_many() {
    let records = "(),".repeat(shared::format::MAX_RECORDS + 1);
    let text = format!("Island(format: 1, id: \"a\", markers: [{records}])");
    let file = SourceFile {
        path: "islands/a.ron".to_owned(),
        bytes: text.into_bytes(),
    };
    let loaded = shared::format::read(&[file], worldgen::marker::schema());
    assert!(loaded.issues.iter().any(|issue| issue.rule.code == "too-many"));
    assert!(loaded.issues.len() <= 2 * shared::format::MAX_ISSUES);
}

#[test]
fn there_is_no_fixture_without_a_rule() {
    let codes: BTreeSet<_> = all_rules().iter().map(|rule| rule.code.to_owned()).collect();
    for entry in fs::read_dir(root().join("tests/fixtures/issue")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        assert!(codes.contains(&name), "fixture `{name}` belongs to no rule");
    }
}

#[test]
fn fixes_clear_their_issue() {
    let rules = all_rules();
    for rule in rules
        .iter()
        .filter(|rule| rule.no_fix.is_none() && !IN_MEMORY.contains(&rule.code))
    {
        let folder = root().join("tests/fixtures/issue").join(rule.code);
        let (mut project, issues) = check(&folder);
        assert!(!issues.is_empty(), "{}", rule.code);
        for issue in issues {
            let fix = issue
                .fix
                .clone()
                .unwrap_or_else(|| panic!("{issue}: a fix was promised"));
            apply_all(&mut project, fix.edits).unwrap();
        }
        let mut left = validate::check(&project, worldgen::marker::schema());
        left.extend(worldgen::rules::check(&project, &AtomicBool::new(false)));
        let left: Vec<_> = left.iter().map(ToString::to_string).collect();
        assert_eq!(left, Vec::<String>::new(), "after fixing {}", rule.code);
    }
}

#[test]
fn the_document_lists_every_rule() {
    let mut text = String::from(
        "# Issues\n\nEverything that `tombolo-worldgen check`, the editor's issues panel and the server can say about a map. \
         Errors keep a map from baking\nand the server from starting; warnings and infos do not. `tombolo-worldgen check --explain \
         CODE` prints one of these.\n\nThis file is made from the rules: change them there.\n",
    );
    for rule in all_rules() {
        let fix = rule
            .no_fix
            .map_or("A ready-made fix is offered.".to_owned(), |why| {
                format!("No ready-made fix: {why}.")
            });
        write!(
            text,
            "\n## {}\n\n*{}.* {}\n\n{fix}\n",
            rule.code, rule.severity, rule.doc
        )
        .unwrap();
    }
    let path = root().join("docs/issues.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        text,
        "run this test with UPDATE_DOCS=1"
    );
}

/// Files of every released format version load for ever; these are never edited (invariant 3).
#[test]
fn old_versions_load() {
    let versions: Vec<_> = fs::read_dir(root().join("tests/fixtures/old")).unwrap().collect();
    assert_eq!(
        versions.len(),
        shared::format::FORMAT_VERSION as usize,
        "one project per version"
    );
    for version in versions {
        let (project, issues) = check(&version.unwrap().path());
        let shown: Vec<_> = issues.iter().map(ToString::to_string).collect();
        assert_eq!(shown, Vec::<String>::new());
        assert!(project.islands.len() == 2 && project.settings.spawn.is_some());
    }
}

#[test]
fn the_sample_maps_are_quiet_and_canonical() {
    for entry in fs::read_dir(root().join("maps")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let (project, issues) = check(&folder);
        let shown: Vec<_> = issues.iter().map(ToString::to_string).collect();
        assert_eq!(shown, Vec::<String>::new(), "{}", folder.display());
        for (path, text) in shared::format::write(&project, worldgen::marker::schema()) {
            assert_eq!(
                fs::read_to_string(folder.join(&path)).unwrap(),
                text,
                "{path} is not canonical"
            );
        }
    }
}
