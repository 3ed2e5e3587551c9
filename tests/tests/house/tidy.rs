//! What a reviewer would say twice.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file without its tests; longer ones need a split, or a line in [`LONG_FILES`].
const MAX_LINES: usize = 600;
/// Longer files with the reason why they are one.
const LONG_FILES: &[(&str, &str)] = &[];

/// Words that name work not done. The list is written so that it does not find itself.
const UNFINISHED: &[&str] = &[
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("FIX", "ME"),
    concat!("#[ign", "ore"),
];

/// Folder, text that must not be in its sources, and why.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("shared/src", "std::fs", "`shared` does no I/O"),
    ("shared/src", "std::time", "`shared` has no clock"),
    ("shared/src", "std::thread", "`shared` has no threads"),
    (
        "shared/src",
        "HashMap",
        "the order of a hash map differs between runs",
    ),
    (
        "worldgen/src",
        "HashMap",
        "the order of a hash map differs between runs (property 1)",
    ),
    ("editor/src/document", "egui", "the document knows no window"),
    (
        "server/src/sim",
        "async ",
        "the simulation is synchronous: one thread owns its state",
    ),
    (
        "server/src/sim",
        "Mutex",
        "the simulation is synchronous: one thread owns its state",
    ),
    (
        "server/src",
        "INSERT OR REPLACE",
        "it deletes child rows (X8); use ON CONFLICT .. DO UPDATE",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" || name == "data" || name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// All files with one of the endings, as (path below the root, text).
fn sources(endings: &[&str]) -> Vec<(String, String)> {
    let root = root();
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|e| endings.contains(&e.to_string_lossy().as_ref()))
        })
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            // One fixture is not UTF-8 on purpose.
            let bytes = fs::read(&path).unwrap();
            (name, String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}

#[test]
fn every_module_says_what_it_is_for() {
    for (name, text) in sources(&["rs"]) {
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//!"),
            "{name}: the first line is `//!` and the purpose of the module"
        );
    }
}

#[test]
fn files_stay_short_enough_to_enter() {
    for (name, text) in sources(&["rs"]) {
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        let excused = LONG_FILES.iter().any(|(file, _)| *file == name);
        assert!(
            lines <= MAX_LINES || excused,
            "{name} has {lines} lines without tests: split it by topic"
        );
    }
}

#[test]
fn no_folder_module_files() {
    for (name, _) in sources(&["rs"]) {
        assert!(!name.ends_with("/mod.rs"), "{name}: use `foo.rs` beside `foo/`");
    }
}

#[test]
fn text_files_are_clean() {
    for (name, text) in sources(&["rs", "ron", "md", "toml", "sql", "proto"]) {
        assert!(!text.contains('\r'), "{name}: lines end in LF");
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "{name}: the last line is not ended"
        );
        for (number, line) in text.lines().enumerate() {
            assert!(
                line.trim_end() == line || Path::new(&name).extension().is_some_and(|e| e == "md"),
                "{name}:{}: trailing space",
                number + 1
            );
        }
    }
}

#[test]
fn nothing_is_left_half_done() {
    for (name, text) in sources(&["rs", "sql", "proto"]) {
        for word in UNFINISHED {
            assert!(!text.contains(word), "{name}: contains `{word}`");
        }
    }
}

#[test]
fn rooms_keep_out_what_does_not_belong_in_them() {
    for (name, text) in sources(&["rs"]) {
        for (folder, word, why) in FORBIDDEN.iter().filter(|(folder, ..)| name.starts_with(folder)) {
            for (number, line) in text.lines().enumerate() {
                let comment = line.trim_start().starts_with("//");
                assert!(
                    comment || !line.contains(word),
                    "{name}:{}: {folder}: {why}",
                    number + 1
                );
            }
        }
    }
}

#[test]
fn links_between_documents_lead_somewhere() {
    for (name, text) in sources(&["md"]) {
        let folder = root().join(&name).parent().unwrap().to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(folder.join(target).exists(), "{name}: link to {target}");
        }
    }
}
