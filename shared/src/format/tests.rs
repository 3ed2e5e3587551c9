//! The format as a whole: round trips, recovery and places.

use super::*;
use crate::coords::LocalPos;
use crate::geometry::GeometryForm;
use crate::island::RecordId;
use crate::schema::{AttributeKind, AttributeSpec, KindSchema};

fn built_in() -> Schema {
    let number = |key: &str, max: f64, default: f64| AttributeSpec {
        key: key.to_owned(),
        doc: String::new(),
        kind: AttributeKind::Number {
            min: 0.0,
            max,
            unit: "m".to_owned(),
        },
        default: Some(crate::attribute::AttributeValue::Number(default)),
    };
    let kind = |forms: &[GeometryForm]| KindSchema {
        forms: forms.to_vec(),
        attributes: vec![number("radius", 512.0, 64.0), number("noise", 32.0, 0.0)],
        ..KindSchema::default()
    };
    let mut schema = Schema::default();
    schema
        .markers
        .insert("peak".to_owned(), kind(&[GeometryForm::Point]));
    schema.markers.insert(
        "land".to_owned(),
        kind(&[GeometryForm::Area, GeometryForm::Point]),
    );
    schema
}

fn files(texts: &[(&str, &str)]) -> Vec<SourceFile> {
    texts
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect()
}

const PROJECT: &str = "Project(\n    format: 1,\n    name: \"Test\",\n    world_seed: 7,\n    generator: 1,\n    spawn: \"beach\",\n)\n";
const ISLAND: &str = r#"Island(
    format: 1,
    id: "isle",
    name: "Ä \"quoted\" isle",
    chart: (0.0, -250.5),
    bounds: (width: 512, depth: 512, below: 32, above: 128),
    markers: [
        (
            id: "a",
            kind: "land",
            area: [
                (-100.0, -100.0),
                (100.0, -100.0),
                (0.0, 120.25, 4.0),
            ],
            attributes: {
                "future": [1, 2.5, "x"],
                "noise": 3.0,
            },
        ),
        (
            id: "b",
            kind: "peak",
            name: "Old Smoky",
            note: "two\nlines",
            point: (10.0, 20.0, 90.0),
            layer: 2,
            priority: -1,
            attributes: {
                "radius": 120.0,
            },
        ),
    ],
    pois: [
        (
            id: "beach",
            kind: "landing",
            at: (0.0, -80.0),
        ),
    ],
    entities: [
        (
            id: "crab",
            kind: "npc",
            at: (1.0, -80.0),
            facing: 90.0,
        ),
    ],
    portals: [
        (
            id: "gate",
            name: "Gate",
            at: (5.0, 5.0),
            to: "other",
        ),
    ],
    lanes: [
        (
            id: "lane",
            from: "beach",
            to: "quay",
            via: [
                (100.0, 0.0),
            ],
        ),
    ],
)
"#;

fn check_issue(island: &str, code: &str, line: u32, column: u32) -> Loaded {
    let loaded = read(
        &files(&[("project.ron", PROJECT), ("islands/a.ron", island)]),
        &built_in(),
    );
    let found: Vec<_> = loaded.issues.iter().map(ToString::to_string).collect();
    let issue = loaded.issues.iter().find(|issue| issue.rule.code == code);
    let place = issue
        .unwrap_or_else(|| panic!("no {code} in {found:#?}"))
        .place
        .clone()
        .unwrap();
    assert_eq!(
        (place.file.as_str(), place.line, place.column),
        ("islands/a.ron", line, column),
        "{found:#?}"
    );
    assert!(loaded.incomplete.contains_key("islands/a.ron"));
    loaded
}

#[test]
fn an_untouched_project_is_written_byte_for_byte() {
    let schema = "Schema(\n    format: 1,\n    pois: {\n        \"landing\": (\n            doc: \"Where boats land.\",\n            colour: \"#ffcc00\",\n            attributes: [\n                (\n                    key: \"mood\",\n                    type: Choice([\"calm\", \"wild\"]),\n                    default: \"calm\",\n                ),\n                (\n                    key: \"paths\",\n                    type: List(of: Reference(Poi(\"landing\")), max_len: 3),\n                    default: [],\n                ),\n                (\n                    key: \"code\",\n                    type: Text(pattern: \"[a-z]+\", max_chars: 8),\n                    default: \"x\",\n                ),\n            ],\n        ),\n    },\n)\n";
    let sources = [
        ("project.ron", PROJECT),
        ("schema.ron", schema),
        ("islands/a.ron", ISLAND),
    ];
    let loaded = read(&files(&sources), &built_in());
    assert_eq!(loaded.issues, []);
    let written = write(&loaded.project, &built_in());
    for (path, text) in sources {
        assert_eq!(written[path], text);
    }
    assert_eq!(written.len(), sources.len());
}

#[test]
fn carriage_returns_and_a_byte_order_mark_are_accepted() {
    let windows = format!("\u{feff}{}", ISLAND.replace('\n', "\r\n"));
    let loaded = read(
        &files(&[("project.ron", PROJECT), ("islands/a.ron", &windows)]),
        &built_in(),
    );
    assert_eq!(loaded.issues, []);
    assert_eq!(write(&loaded.project, &built_in())["islands/a.ron"], ISLAND);
}

#[test]
fn defaults_are_not_written_and_order_is_canonical() {
    let messy = "Island(format:1,id:\"isle\",name:\"x\",markers:[(id:\"b\",kind:\"peak\",point:(1,2),attributes:{\"radius\":64,\"noise\":1}),(id:\"a\",kind:\"peak\",point:(-0.0,0))])";
    let loaded = read(&files(&[("islands/a.ron", messy)]), &built_in());
    let text = &write(&loaded.project, &built_in())["islands/a.ron"];
    assert!(text.find("\"a\"").unwrap() < text.find("\"b\"").unwrap());
    assert!(
        !text.contains("radius") && text.contains("\"noise\": 1.0,") && text.contains("point: (0.0, 0.0),")
    );
}

#[test]
fn one_broken_record_does_not_hide_the_others() {
    let loaded = check_issue(
        &ISLAND.replace("point: (10.0", "point: (10.0.0"),
        "bad-record",
        26,
        21,
    );
    let island = loaded.project.islands.values().next().unwrap();
    assert_eq!(
        (island.markers.len(), island.pois.len(), island.portals.len()),
        (1, 1, 1)
    );
}

#[test]
fn every_kind_of_damage_has_its_place() {
    check_issue(&ISLAND.replace("layer: 2", "layr: 2"), "bad-record", 27, 13);
    check_issue(&ISLAND.replace("id: \"b\"", "id: \"a\""), "duplicate-id", 21, 9);
    check_issue(
        &ISLAND.replace("    ],\n    entities", "    \n    entities"),
        "syntax",
        34,
        11,
    );
    check_issue(&ISLAND.replace("format: 1", "format: 2"), "format-version", 2, 13);
    check_issue(&ISLAND.replace("    format: 1,\n", ""), "format-version", 1, 1);
    check_issue(
        &ISLAND.replace("    id: \"isle\"", "<<<<<<< ours\n    id: \"isle\""),
        "merge-conflict",
        3,
        1,
    );
    check_issue(
        &ISLAND.replace("(10.0, 20.0, 90.0)", "(10.0, NaN, 90.0)"),
        "bad-record",
        26,
        31,
    );
    check_issue(
        &ISLAND.replace("\"noise\": 3.0", "\"noise\": 3.0, \"noise\": 4.0"),
        "bad-record",
        18,
        44,
    );
    check_issue(&ISLAND.replace("512, depth", "511, depth"), "bad-record", 6, 13);
    check_issue(&ISLAND.replace("    chart:", "    colour:"), "bad-record", 5, 13);
}

#[test]
fn text_that_is_not_utf_8_has_a_place_too() {
    let mut sources = files(&[("project.ron", PROJECT), ("islands/a.ron", ISLAND)]);
    let at = ISLAND.find("isle").unwrap();
    sources[1].bytes[at] = 0xFF;
    let loaded = read(&sources, &built_in());
    assert_eq!(
        loaded.issues[0].to_string(),
        "islands/a.ron:3:10: error[unreadable-file]: the text is not valid UTF-8 here"
    );
}

#[test]
fn places_of_records_and_attributes_are_found_later() {
    let loaded = read(
        &files(&[("project.ron", PROJECT), ("islands/a.ron", ISLAND)]),
        &built_in(),
    );
    let island = *loaded.project.islands.keys().next().unwrap();
    let marker = RecordId::Marker("b".parse().unwrap());
    let place = |subject: crate::issue::Subject| loaded.places.of(&subject).unwrap().to_string();
    assert_eq!(
        place(crate::issue::Subject::record(island, marker)),
        "islands/a.ron:21:9"
    );
    assert_eq!(
        place(crate::issue::Subject::record(island, marker).field("radius")),
        "islands/a.ron:30:18"
    );
    assert_eq!(
        place(crate::issue::Subject::record(island, marker).field("layer")),
        "islands/a.ron:27:13"
    );
    assert_eq!(
        place(crate::issue::Subject::island(island).field("chart")),
        "islands/a.ron:5:5"
    );
    assert_eq!(
        place(crate::issue::Subject::default().field("spawn")),
        "project.ron:6:5"
    );
}

#[test]
fn comments_are_reported() {
    let loaded = read(
        &files(&[("project.ron", &PROJECT.replace("name:", "/* why */ name:"))]),
        &built_in(),
    );
    assert_eq!(loaded.issues[0].rule.code, "comment");
    assert_eq!(loaded.project.settings.name, "Test");
}

#[test]
fn heights_of_corners_survive() {
    let loaded = read(&files(&[("islands/a.ron", ISLAND)]), &built_in());
    let island = loaded.project.islands.values().next().unwrap();
    let land = &island.markers[&"a".parse().unwrap()];
    assert_eq!(land.geometry.points()[2], LocalPos::new(0.0, 120.25, 4.0));
}

/// Found by fuzzing: the name was written escaped but read raw.
#[test]
fn kind_names_with_escapes_survive() {
    let schema = "Schema(\n    format: 1,\n    pois: {\n        \"a\\\"b\\\\\": (\n            doc: \"x\",\n        ),\n    },\n)\n";
    let loaded = read(
        &files(&[("project.ron", PROJECT), ("schema.ron", schema)]),
        &built_in(),
    );
    assert_eq!(loaded.issues, []);
    assert_eq!(loaded.project.schema.pois.keys().next().unwrap(), "a\"b\\");
    assert_eq!(write(&loaded.project, &built_in())["schema.ron"], schema);
    let unquoted = schema.replace("\"a\\\"b\\\\\"", "landing");
    let loaded = read(
        &files(&[("project.ron", PROJECT), ("schema.ron", &unquoted)]),
        &built_in(),
    );
    assert_eq!(
        loaded.issues[0].to_string(),
        "schema.ron:4:18: error[bad-record]: expected `\"name\": (..)`"
    );
}

#[test]
fn records_travel_as_text_of_their_own() {
    let loaded = read(&files(&[("islands/a.ron", ISLAND)]), &built_in());
    let island = loaded.project.islands.values().next().unwrap();
    let text = write_records(island.records(), &built_in());
    let back = read_records("clipboard", &text, &built_in()).unwrap();
    let records: Vec<_> = island
        .records()
        .map(crate::island::RecordRef::to_record)
        .collect();
    assert_eq!(back, records);
    assert_eq!(read_records("clipboard", ISLAND, &built_in()).unwrap(), records);
}

#[test]
fn text_that_is_no_records_is_refused_with_its_place() {
    let deep = "(".repeat(100_000);
    let twice = "Records(format: 1, pois: [(id: \"a\", kind: \"k\", at: (0.0, 0.0)), (id: \"a\", kind: \"k\", at: (0.0, 0.0))])";
    for (text, place) in [
        ("", "clipboard:1:1"),
        ("hello", "clipboard:1:6"),
        (deep.as_str(), "clipboard:1"),
        ("Records(format: 1)", "clipboard:1:1"),
        ("Records(format: 9, pois: [])", "clipboard:1:17"),
        ("Records(\n  format: 1,\n  pois: [(id: 7)],\n)", "clipboard:3:14"),
        (
            "Records(format: 1, markers: [(id: \"a\", kind: \"peak\", point: (NaN, 0.0))])",
            "clipboard:1",
        ),
        (
            "Records(format: 1, pois: [(id: \"a\", kind: \"k\", at: (0.0, 0.0)",
            "clipboard:1",
        ),
        (twice, "clipboard:1:"),
    ] {
        let issue = read_records("clipboard", text, &built_in()).unwrap_err();
        let told = issue.place.unwrap().to_string();
        assert!(told.starts_with(place), "{text:.60}: {told}");
    }
}
