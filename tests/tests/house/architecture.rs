//! Invariant 1: the import directions of the rooms and their forbidden externals.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// Room, rooms it may know, and what it must not be able to reach, with the reason.
const ROOMS: &[(&str, &[&str], &[&str])] = &[
    // Pure: data in, data out.
    (
        "shared",
        &[],
        &[
            "tokio",
            "axum",
            "egui",
            "eframe",
            "rusqlite",
            "rand",
            "getrandom",
            "rayon",
            "clap",
        ],
    ),
    // The generator has no window, no network, no randomness but its own hashes.
    (
        "worldgen",
        &["shared"],
        &["tokio", "axum", "egui", "eframe", "rand", "getrandom"],
    ),
    // Editor and server never see each other.
    ("editor", &["shared", "worldgen"], &["tokio", "axum", "opaque-ke"]),
    ("server", &["shared", "worldgen"], &["egui", "eframe"]),
    ("e2e-tests", &["shared", "worldgen", "editor", "server"], &[]),
];

/// Everything that `shared` may use at run time; a longer list is a decision, not an accident.
const SHARED_EXTERNALS: &[&str] = &["regex-lite", "ron", "serde", "thiserror"];

fn packages() -> Vec<Package> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .unwrap()
        .packages
}

fn normal_dependencies(package: &Package) -> BTreeSet<&str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal)
        .map(|dependency| dependency.name.as_str())
        .collect()
}

#[test]
fn rooms_know_only_the_rooms_they_may() {
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, ..)| *room).collect();
    assert_eq!(
        names, rooms,
        "a room is missing from the table, or from the house"
    );
    for (room, may_know, forbidden) in ROOMS {
        let package = packages
            .iter()
            .find(|package| package.name.as_str() == *room)
            .unwrap();
        let known = normal_dependencies(package);
        for other in rooms.iter().filter(|other| known.contains(**other)) {
            assert!(may_know.contains(other), "`{room}` must not know `{other}`");
        }
        for external in *forbidden {
            assert!(!known.contains(external), "`{room}` must not use `{external}`");
        }
    }
}

#[test]
fn the_data_model_stays_small() {
    let packages = packages();
    let shared = packages
        .iter()
        .find(|package| package.name.as_str() == "shared")
        .unwrap();
    assert_eq!(
        normal_dependencies(shared),
        SHARED_EXTERNALS.iter().copied().collect()
    );
}

#[test]
fn every_room_is_called_like_its_folder_and_is_never_published() {
    for package in packages() {
        let folder = package.manifest_path.parent().unwrap().file_name().unwrap();
        let expected = if folder == "tests" { "e2e-tests" } else { folder };
        assert_eq!(package.name.as_str(), expected);
        assert_eq!(package.publish, Some(Vec::new()), "{folder}: publish = false");
        for target in package.targets.iter().filter(|target| target.is_bin()) {
            assert!(
                target.name.starts_with("tombolo-"),
                "binary {} lacks the prefix",
                target.name
            );
        }
    }
}
