//! Tests of the query language.

use super::*;
use proptest::prelude::*;
use shared::format::{self, SourceFile};
use shared::project::Project;
use shared::schema::AttributeKind;

const ISLAND: &str = r#"Island(
    format: 1, id: "isle", name: "First Isle", chart: (0.0, 0.0),
    bounds: (width: 128, depth: 128, below: 32, above: 64),
    markers: [
        (id: "top", kind: "peak", name: "Old Smoky", note: "ash", point: (10.0, -10.0, 40.0), layer: 2, attributes: {"radius": 32.0}),
        (id: "wood", kind: "forest", name: "Äsche Wald", area: [(0.0, 0.0), (9.0, 0.0), (0.0, 9.0)], layer: -1, priority: 5),
    ],
    pois: [(id: "quay", kind: "deep_harbour", name: "Long Quay", at: (0.0, 0.0), attributes: {"mood": "Calm"})],
    portals: [(id: "gate", name: "North Gate", at: (1.0, 1.0))],
)"#;

fn project() -> Project {
    let file = SourceFile {
        path: "islands/first.ron".into(),
        bytes: ISLAND.as_bytes().to_vec(),
    };
    format::read(&[file], worldgen::marker::schema()).project
}

fn found(query: &str) -> Vec<String> {
    let (project, mut schema) = (project(), worldgen::marker::schema().clone());
    schema
        .pois
        .entry("deep_harbour".into())
        .or_default()
        .attributes
        .push(shared::schema::AttributeSpec {
            key: "mood".into(),
            doc: String::new(),
            kind: AttributeKind::Text {
                pattern: String::new(),
                max_chars: 20,
            },
            default: None,
        });
    let query = Query::parse(query, &schema).unwrap();
    let island = project.islands.values().next().unwrap();
    let records = island
        .records()
        .filter(|record| query.matches(&schema, island, *record));
    records.map(|record| record.id().id().to_string()).collect()
}

#[test]
fn terms_find_by_every_key() {
    for (query, ids) in [
        ("", &["top", "wood", "quay", "gate"][..]),
        ("smoky", &["top"]),
        ("SMOKY old", &["top"]),
        ("\"old smoky\"", &["top"]),
        ("\"smoky old\"", &[]),
        ("äsche", &["wood"]),
        ("deep", &["quay"]),
        ("kind:\"deep harbour\"", &["quay"]),
        ("kind:peak,forest", &["top", "wood"]),
        ("kind:portal", &["gate"]),
        ("is:portal", &["gate"]),
        ("is:marker -peak", &["wood"]),
        ("-is:marker", &["quay", "gate"]),
        ("form:area", &["wood"]),
        ("island:first", &["top", "wood", "quay", "gate"]),
        ("island:second", &[]),
        ("note:ash", &["top"]),
        ("has:note", &["top"]),
        ("has:radius", &["top"]),
        ("id:wo", &["wood"]),
        ("layer:2", &["top"]),
        ("layer:<0", &["wood"]),
        ("layer>=0", &["top"]),
        ("layer:-1..2", &["top", "wood"]),
        ("priority:5", &["wood"]),
        ("attr.radius>31 attr.radius<33", &["top"]),
        ("radius:32", &["top"]),
        ("attr.mood:calm", &["quay"]),
        ("attr.mood!=calm", &[]),
    ] {
        assert_eq!(found(query), ids, "{query}");
    }
}

#[test]
fn defaults_of_a_kind_are_found_as_well() {
    let schema = worldgen::marker::schema();
    let default = schema.markers["forest"]
        .attribute("density")
        .unwrap()
        .default
        .as_ref();
    let density = default.and_then(AttributeValue::as_number).unwrap();
    assert_eq!(found(&format!("attr.density:{density}")), ["wood"]);
}

#[test]
fn what_means_nothing_is_told_with_its_place_and_what_is_known() {
    let schema = worldgen::marker::schema();
    for (query, span, message) in [
        ("peak colour:red", 5..15, "nothing is called `colour` here"),
        ("attr.nonsense>3", 0..15, "nothing is called `nonsense` here"),
        ("layer:>x", 0..8, "`x` is not a number"),
        ("is:dragon", 0..9, "there is no such sort of record"),
        ("kind>3", 0..6, "`kind` takes `:` and a text"),
        ("layer:", 0..6, "a value is missing"),
    ] {
        let error = Query::parse(query, schema).unwrap_err();
        assert_eq!((error.span, error.message.as_str()), (span, message), "{query}");
    }
    let error = Query::parse("colour:red", schema).unwrap_err();
    assert!(error.known.contains(&"kind:".to_owned()));
}

proptest! {
    #[test]
    fn any_text_is_a_query_or_an_error_within_it(text in "[ -~äß\"]{0,40}") {
        if let Err(error) = Query::parse(&text, worldgen::marker::schema()) {
            prop_assert!(text.get(error.span).is_some());
        }
    }
}
