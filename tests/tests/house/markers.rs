//! Every marker kind can be looked up: an entry in `docs/markers.md` with a picture, and an island of
//! `maps/gallery` that shows it.
//!
//! `UPDATE_DOCS=1 cargo test -p e2e-tests --test house` rewrites the document.
#![expect(
    clippy::disallowed_methods,
    reason = "a generated document needs no atomic save"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use shared::attribute::AttributeValue;
use shared::geometry::GeometryForm;
use shared::schema::{AttributeKind, AttributeSpec};
use worldgen::marker;

const HEAD: &str = "# Markers

What designers place to shape an island, as they stand in the schema of the generator: the editor shows the same texts. Each picture is an
island of the project [maps/gallery](../maps/gallery), which can be opened and played with:
`cargo run --release -p editor -- maps/gallery`.

This file is made from the schema: change it there.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn the_document_lists_every_kind() {
    let mut text = HEAD.to_owned();
    for (name, kind) in &marker::schema().markers {
        let forms: Vec<_> = kind.forms.iter().map(|form| form_in_words(*form)).collect();
        let (forms, doc) = (forms.join(", "), &kind.doc);
        write!(
            text,
            "\n## {name}\n\n![{name}](pictures/markers/{name}.png)\n\n{doc} *Drawn as {forms}.*\n\n\
             | Attribute | Values | Default | |\n|---|---|---|---|\n"
        )
        .unwrap();
        for spec in &kind.attributes {
            let default = spec.default.as_ref().map_or("needed".to_owned(), value_in_words);
            let AttributeSpec { key, doc, kind, .. } = spec;
            writeln!(
                text,
                "| `{key}` | {} | {default} | {doc} |",
                values_in_words(kind)
            )
            .unwrap();
        }
    }
    let path = root().join("docs/markers.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert_eq!(found, text, "run this test with UPDATE_DOCS=1");
}

#[test]
fn the_gallery_shows_every_kind() {
    let project = worldgen::check::check(&root().join("maps/gallery"))
        .unwrap()
        .project;
    for kind in marker::schema().markers.keys() {
        let island = project.islands.values().find(|island| island.slug == *kind);
        let island = island.unwrap_or_else(|| panic!("maps/gallery has no island `{kind}`"));
        let shown = island.markers.values().any(|marker| marker.kind == *kind);
        assert!(shown, "the island `{kind}` of maps/gallery has no such marker");
    }
}

fn form_in_words(form: GeometryForm) -> &'static str {
    match form {
        GeometryForm::Point => "point",
        GeometryForm::Path => "path",
        GeometryForm::Area => "area",
    }
}

fn value_in_words(value: &AttributeValue) -> String {
    match value {
        AttributeValue::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        AttributeValue::Integer(number) => number.to_string(),
        AttributeValue::Number(number) => number.to_string(),
        AttributeValue::Text(text) if text.is_empty() => "none".to_owned(),
        AttributeValue::Text(text) | AttributeValue::Choice(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

fn values_in_words(kind: &AttributeKind) -> String {
    match kind {
        AttributeKind::Bool => "yes, no".to_owned(),
        AttributeKind::Integer { min, max, unit } => format!("{min} to {max} {unit}").trim_end().to_owned(),
        AttributeKind::Number { min, max, unit } => format!("{min} to {max} {unit}").trim_end().to_owned(),
        AttributeKind::Text { max_chars, .. } => format!("text, {max_chars} characters at most"),
        AttributeKind::Choice { options } => options.join(", "),
        AttributeKind::Colour => "a colour".to_owned(),
        AttributeKind::Reference { .. } => "a record".to_owned(),
        AttributeKind::List { of, max_len } => format!("{max_len} at most of: {}", values_in_words(of)),
    }
}
