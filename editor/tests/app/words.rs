//! Every word that designers read stands in `locales/`: no text for the screen is written in the sources.

use std::path::{Path, PathBuf};

/// Calls whose argument is shown or read aloud.
const SHOWS: [&str; 16] = [
    ".label(",
    ".strong(",
    ".heading(",
    ".button(",
    ".small_button(",
    ".checkbox(",
    "RichText::new(",
    "Button::new(",
    "Label::new(",
    "Window::new(",
    ".on_hover_text(",
    ".accessible_name(",
    ".hint_text(",
    ".selected_text(",
    ".tell(",
    ".tell_error(",
];

/// What stands before texts that are never shown.
const INTERNAL: [&str; 13] = [
    "reason =",
    "Id::unique(",
    "Id::unique((",
    ".id_salt(",
    "from_id_salt(",
    "Grid::new(",
    "Grid::new((",
    "debug_struct(",
    "Worker::spawn(",
    "Worker::spawn_patient(",
    "GestureKey(format!(",
    "_key = format!(",
    "let key = format!(",
];

/// Files with texts that are no words of the editor.
const EXEMPT: [(&str, &str); 4] = [
    ("main.rs", "the command line: usage and errors go to a terminal"),
    ("keys.rs", "keys as the settings file writes them"),
    ("scene/renderer.rs", "programs of the graphics card"),
    ("text.rs", "the name of the application is the same everywhere"),
];

struct Literal {
    line: usize,
    /// The code before it, without white space at its end.
    before: String,
    text: String,
}

#[test]
fn no_text_for_the_screen_is_written_in_the_sources() {
    let mut found = Vec::new();
    for path in sources() {
        let name = name(&path);
        if EXEMPT.iter().any(|(file, _)| *file == name) || name.ends_with("tests.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let tests = source.find("#[cfg(test)]\nmod tests {").unwrap_or(source.len());
        let literals = literals(&source[..tests]);
        let words = literals.into_iter().filter(is_for_people);
        found.extend(words.map(|literal| format!("{name}:{}: {:?}", literal.line, literal.text)));
    }
    assert!(
        found.is_empty(),
        "texts belong into locales/en/*.ftl and are used through `text()`:\n{}",
        found.join("\n")
    );
}

#[test]
fn every_message_is_used() {
    let code: String = sources()
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let unused: Vec<String> = messages()
        .into_iter()
        .filter(|function| {
            let calls = [
                format!(".{function}("),
                format!("Messages::{function}"),
                format!(" {function}("),
            ];
            !calls.iter().any(|call| code.contains(call))
        })
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
}

#[test]
fn the_scan_finds_what_it_looks_for() {
    let found = |source: &str| literals(source).iter().any(is_for_people);
    assert!(found(r#"ui.label("none")"#));
    assert!(found(r#"ui.label(format!("{count} left"))"#));
    assert!(found(r#"let hint = "Click the map";"#));
    assert!(found(r#"Self::Map => "Map","#));
    assert!(!found(r#"ui.label(format!("{x} {y}"))"#));
    assert!(!found(r#"Id::unique("island map")"#));
    assert!(!found("// ui.label(\"A comment\")"));
    assert!(!found(r#"let quote = '"'; settings.get("scheme")"#));
}

fn is_for_people(literal: &Literal) -> bool {
    let text = without_arguments(&literal.text);
    if !text.chars().any(char::is_alphabetic)
        || INTERNAL.iter().any(|internal| literal.before.ends_with(internal))
    {
        return false;
    }
    let call = literal.before.trim_end_matches("format!(").trim_end_matches('&');
    let is_shown = SHOWS.iter().any(|shows| call.ends_with(shows));
    is_shown || is_title(&text) || is_sentence(&text)
}

/// Starts as a title does: a capital before a small letter.
fn is_title(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
}

/// Two words with a blank between them, or one beside an argument of a format string.
fn is_sentence(text: &str) -> bool {
    let words = text
        .split(' ')
        .map(|word| word.chars().filter(|c| c.is_alphabetic()).count());
    let words: Vec<usize> = words.collect();
    words.windows(2).any(|pair| pair.iter().sum::<usize>() > 1)
}

/// A format string without what is put into it.
fn without_arguments(text: &str) -> String {
    let mut depth = 0_usize;
    let outside = text.chars().filter(|c| match c {
        '{' => {
            depth += 1;
            false
        }
        '}' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    outside.collect()
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The functions that the build script makes of messages and their attributes.
fn messages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/en");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let mut message = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((id, _)) = line.split_once(" =") else {
                continue;
            };
            if let Some(attribute) = id.strip_prefix("    .") {
                found.push(format!("{message}_{}", attribute.replace('-', "_")));
            } else if !id.starts_with(' ') {
                message = id.replace('-', "_");
                found.push(message.clone());
            }
        }
    }
    assert!(found.len() > 300, "the files were read");
    found
}

fn name(path: &Path) -> String {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = path.strip_prefix(base).unwrap().to_str().unwrap();
    name.replace('\\', "/")
}

/// The texts in quotes, without those in comments.
fn literals(source: &str) -> Vec<Literal> {
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    let bytes = source.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                while bytes.get(at).is_some_and(|byte| *byte != b'\n') {
                    at += 1;
                }
                continue;
            }
            // A character in quotes; anything else after a quote is a lifetime.
            b'\'' if bytes.get(at + 1) == Some(&b'\\') => at += 2,
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 2,
            b'"' => {
                let start = at + 1;
                at = start;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let text = source[start..at].to_owned();
                let code = source[..start - 1].trim_end();
                let from = code.char_indices().rev().nth(60).map_or(0, |(from, _)| from);
                let before = code[from..].to_owned();
                line += text.matches('\n').count();
                found.push(Literal { line, before, text });
            }
            b'\n' => line += 1,
            _ => {}
        }
        at += 1;
    }
    found
}
