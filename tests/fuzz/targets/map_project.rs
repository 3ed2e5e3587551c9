//! Any bytes as map files: reading, every rule and writing end without a panic, and what was read wholly
//! and written reads back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::format::{self, SourceFile};
use shared::validate;

fuzz_target!(|bytes: &[u8]| {
    let schema = worldgen::marker::schema();
    // One input is all three files, so that the fuzzer can move text between them.
    let mut parts = bytes.split(|byte| *byte == 0);
    let mut file = |path: &str| SourceFile {
        path: path.to_owned(),
        bytes: parts.next().unwrap_or_default().to_vec(),
    };
    let files = [file("islands/a.ron"), file("project.ron"), file("schema.ron")];
    let loaded = format::read(&files, schema);
    let issues = validate::check(&loaded.project, schema);
    for issue in &issues {
        loaded.places.of(&issue.subject);
        if let Some(fix) = &issue.fix {
            let mut fixed = loaded.project.clone();
            shared::edit::apply_all(&mut fixed, fix.edits.clone()).expect("a fix applies");
        }
    }
    let written = format::write(&loaded.project, schema);
    let again: Vec<_> = written
        .iter()
        .map(|(path, text)| SourceFile { path: path.clone(), bytes: text.clone().into_bytes() })
        .collect();
    let reloaded = format::read(&again, schema);
    assert!(reloaded.incomplete.is_empty(), "{:?}\n{written:#?}", reloaded.issues);
    assert_eq!(format::write(&reloaded.project, schema), written);
});
