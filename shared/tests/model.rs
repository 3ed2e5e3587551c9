//! Properties of the model as a whole: edits and their inverses, the format's round trip, and fixes that
//! clear what they promise to clear (invariants 3, 4 and 5).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use shared::attribute::{AttributeValue, Attributes, Rgb};
use shared::coords::{ChartPos, LocalPos};
use shared::edit::{Edit, apply_all};
use shared::format::{self, SourceFile};
use shared::geometry::{Geometry, GeometryForm};
use shared::ids::Id;
use shared::island::{Entity, Island, Lane, Marker, Poi, Portal, Record, RecordId};
use shared::project::{Project, Settings};
use shared::schema::{AttributeKind, AttributeSpec, KindSchema, ReferenceTarget, Schema};
use shared::validate;

fn built_in() -> Schema {
    let mut schema = Schema::default();
    let attributes = vec![AttributeSpec {
        key: "radius".to_owned(),
        doc: "How far it reaches.".to_owned(),
        kind: AttributeKind::Number {
            min: 1.0,
            max: 512.0,
            unit: "m".to_owned(),
        },
        default: Some(AttributeValue::Number(64.0)),
    }];
    let forms = vec![GeometryForm::Point, GeometryForm::Path, GeometryForm::Area];
    schema.markers.insert(
        "hill".to_owned(),
        KindSchema {
            forms,
            attributes,
            ..KindSchema::default()
        },
    );
    schema
}

fn id() -> impl Strategy<Value = Id> {
    "[a-d]".prop_map(|text| text.parse().unwrap())
}

fn metres() -> impl Strategy<Value = f32> {
    prop_oneof![
        (-4000..4000_i32).prop_map(|v| v as f32 / 8.0),
        -1e6_f32..1e6,
        Just(0.0)
    ]
}

fn value() -> impl Strategy<Value = AttributeValue> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(AttributeValue::Bool),
        any::<i64>().prop_map(AttributeValue::Integer),
        any::<f64>()
            .prop_filter("finite", |v| v.is_finite())
            .prop_map(|v| AttributeValue::Number(v + 0.0)),
        ".{0,12}".prop_map(AttributeValue::Text),
    ];
    prop_oneof![
        leaf.clone(),
        prop::collection::vec(leaf, 0..4).prop_map(AttributeValue::List)
    ]
}

fn attributes() -> impl Strategy<Value = Attributes> {
    let typed = prop_oneof![
        (1.0..512.0_f64).prop_map(|v| ("radius".to_owned(), AttributeValue::Number(v))),
        ("[a-z]{1,6}x", value()),
    ];
    (prop::collection::btree_map("[a-z]{1,5}", value(), 0..3), typed).prop_map(|(mut all, (key, value))| {
        all.insert(key, value);
        all
    })
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let point = || (metres(), metres(), metres()).prop_map(|(x, y, z)| LocalPos::new(x, y, z));
    prop_oneof![
        point().prop_map(Geometry::Point),
        prop::collection::vec(point(), 2..5).prop_map(Geometry::Path),
        prop::collection::vec(point(), 3..6).prop_map(Geometry::Area),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let head = || (id(), ".{0,8}", ".{0,8}");
    prop_oneof![
        (
            head(),
            "[a-z]{1,6}|hill",
            geometry(),
            -9..9_i32,
            -9..9_i32,
            attributes()
        )
            .prop_map(
                |((id, name, note), kind, geometry, layer, priority, attributes)| {
                    let id = shared::ids::MarkerId(id);
                    Record::Marker(Marker {
                        id,
                        kind,
                        name,
                        note,
                        geometry,
                        layer,
                        priority,
                        attributes,
                    })
                }
            ),
        (head(), "[a-z]{1,6}", metres(), metres(), attributes()).prop_map(
            |((id, name, note), kind, x_m, y_m, attributes)| {
                let id = shared::ids::PoiId(id);
                Record::Poi(Poi {
                    id,
                    kind,
                    name,
                    note,
                    x_m,
                    y_m,
                    attributes,
                })
            }
        ),
        (
            head(),
            "[a-z]{1,6}",
            metres(),
            metres(),
            0.0..360.0_f32,
            attributes()
        )
            .prop_map(|((id, name, note), kind, x_m, y_m, facing_deg, attributes)| {
                let id = shared::ids::EntityId(id);
                Record::Entity(Entity {
                    id,
                    kind,
                    name,
                    note,
                    x_m,
                    y_m,
                    facing_deg,
                    attributes,
                })
            }),
        (head(), metres(), metres(), 0.0..360.0_f32, prop::option::of(id())).prop_map(
            |((id, name, note), x_m, y_m, facing_deg, to)| {
                let (id, to) = (shared::ids::PortalId(id), to.map(shared::ids::PortalId));
                Record::Portal(Portal {
                    id,
                    name,
                    note,
                    x_m,
                    y_m,
                    facing_deg,
                    to,
                })
            }
        ),
        (
            head(),
            id(),
            id(),
            prop::collection::vec((metres(), metres()), 0..3)
        )
            .prop_map(|((id, name, note), from, to, via)| {
                let via = via.into_iter().map(|(x_m, y_m)| ChartPos { x_m, y_m }).collect();
                let (from, to) = (shared::ids::PoiId(from), shared::ids::PoiId(to));
                Record::Lane(Lane {
                    id: shared::ids::LaneId(id),
                    name,
                    note,
                    from,
                    to,
                    via,
                })
            }),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let island_id = || "[pq]".prop_map(|text| shared::ids::IslandId(text.parse().unwrap()));
    let island = || {
        (island_id(), "[a-z]{1,8}", ".{0,8}", metres(), metres()).prop_map(|(id, slug, name, x_m, y_m)| {
            let mut island = Island::new(id, slug, name);
            island.chart = ChartPos { x_m, y_m };
            island
        })
    };
    prop_oneof![
        6 => (island_id(), record())
            .prop_map(|(island, record)| Edit::PutRecord { island, record: Box::new(record) }),
        3 => (island_id(), record())
            .prop_map(|(island, record)| Edit::RemoveRecord { island, record: record.id() }),
        1 => island().prop_map(|island| Edit::PutIsland(Box::new(island))),
        1 => island().prop_map(|island| Edit::SetIslandHead(Box::new(island))),
        1 => island_id().prop_map(Edit::RemoveIsland),
        1 => (".{0,8}", any::<u64>()).prop_map(|(name, world_seed)| {
            Edit::SetSettings(Box::new(Settings { name, world_seed, ..Settings::default() }))
        }),
    ]
}

fn project() -> impl Strategy<Value = Project> {
    prop::collection::vec(edit(), 0..40).prop_map(|edits| {
        let mut project = Project::default();
        for id in ["p", "q"] {
            let island = Island::new(
                shared::ids::IslandId(id.parse().unwrap()),
                id.to_owned(),
                id.to_owned(),
            );
            project.islands.insert(island.id, island);
        }
        for edit in edits {
            // Edits of islands and records that are not there are refused and change nothing.
            edit.apply(&mut project).ok();
        }
        project
    })
}

fn read(files: &BTreeMap<String, String>) -> format::Loaded {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: path.clone(),
            bytes: text.clone().into_bytes(),
        })
        .collect();
    format::read(&files, &built_in())
}

/// Gives records ids of their own, as the format demands: in the random project all kinds share four.
fn with_unique_ids(mut project: Project) -> Project {
    let mut count = 0;
    let islands = std::mem::take(&mut project.islands);
    for (key, mut island) in islands {
        let ids: Vec<RecordId> = island.record_ids().collect();
        let mut fresh = || {
            count += 1;
            format!("r{count}").parse::<Id>().unwrap()
        };
        for id in ids {
            match island.remove(id).unwrap() {
                Record::Marker(marker) => island.put(Record::Marker(Marker {
                    id: shared::ids::MarkerId(fresh()),
                    ..marker
                })),
                Record::Poi(poi) => island.put(Record::Poi(Poi {
                    id: shared::ids::PoiId(fresh()),
                    ..poi
                })),
                Record::Entity(entity) => island.put(Record::Entity(Entity {
                    id: shared::ids::EntityId(fresh()),
                    ..entity
                })),
                Record::Portal(portal) => island.put(Record::Portal(Portal {
                    id: shared::ids::PortalId(fresh()),
                    ..portal
                })),
                Record::Lane(lane) => island.put(Record::Lane(Lane {
                    id: shared::ids::LaneId(fresh()),
                    ..lane
                })),
            };
        }
        island.slug = key.to_string();
        project.islands.insert(key, island);
    }
    project
}

proptest! {
    #[test]
    fn edits_undo_to_the_same_project(before in project(), edits in prop::collection::vec(edit(), 1..20)) {
        let mut project = before.clone();
        for edit in edits {
            let start = project.clone();
            if let Ok(inverse) = edit.clone().apply(&mut project) {
                let after = project.clone();
                let redo = inverse.apply(&mut project).unwrap();
                prop_assert_eq!(&project, &start);
                redo.apply(&mut project).unwrap();
                prop_assert_eq!(&project, &after);
            } else {
                prop_assert_eq!(&project, &start);
            }
        }
    }

    #[test]
    fn a_list_of_edits_happens_wholly_or_not_at_all(
        before in project(),
        edits in prop::collection::vec(edit(), 1..12),
    ) {
        let mut project = before.clone();
        if let Ok(inverses) = apply_all(&mut project, edits) {
            apply_all(&mut project, inverses).unwrap();
        }
        prop_assert_eq!(project, before);
    }

    #[test]
    fn what_is_written_reads_back_the_same(project in project().prop_map(with_unique_ids)) {
        let files = format::write(&project, &built_in());
        let loaded = read(&files);
        prop_assert_eq!(&loaded.issues, &[]);
        // A value that equals its default is not written; everything else is the same.
        prop_assert_eq!(format::write(&loaded.project, &built_in()), files);
        prop_assert_eq!(loaded.project.islands.len(), project.islands.len());
    }

    #[test]
    fn each_fix_clears_its_issue_and_adds_none(project in project().prop_map(with_unique_ids)) {
        let issues = validate::check(&project, &built_in());
        let seen = |issues: &[shared::issue::Issue]| -> Vec<_> {
            issues.iter().map(|issue| (issue.rule.code, issue.subject.clone())).collect()
        };
        let before = seen(&issues);
        for issue in &issues {
            prop_assert_eq!(issue.rule.no_fix.is_some() && issue.fix.is_some(), false, "{}", issue.rule.code);
            let Some(fix) = &issue.fix else { continue };
            let mut fixed = project.clone();
            apply_all(&mut fixed, fix.edits.clone()).unwrap();
            let after = seen(&validate::check(&fixed, &built_in()));
            let key = (issue.rule.code, issue.subject.clone());
            prop_assert!(!after.contains(&key), "{issue} is still there after {}", fix.label);
            prop_assert!(after.iter().all(|found| before.contains(found)), "{} adds an issue", fix.label);
        }
    }

    #[test]
    fn any_bytes_end_in_issues(mut bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..4096_usize) {
        read_bytes(&bytes);
        // Damage inside a good file reaches deeper than noise does.
        let mut good = format::write(&with_unique_ids(Project::default()), &built_in())["project.ron"].clone().into_bytes();
        let at = at % good.len();
        bytes.truncate(3);
        good.splice(at..(at + 2).min(good.len()), bytes);
        read_bytes(&good);
    }
}

fn read_bytes(bytes: &[u8]) {
    let paths = ["project.ron", "schema.ron", "islands/a.ron"];
    let files: Vec<_> = paths
        .iter()
        .map(|path| SourceFile {
            path: (*path).to_owned(),
            bytes: bytes.to_vec(),
        })
        .collect();
    let loaded = format::read(&files, &built_in());
    validate::check(&loaded.project, &built_in());
}

#[test]
fn typed_attributes_of_the_projects_own_schema_survive() {
    let mut project = Project::default();
    let spec = |key: &str, kind| AttributeSpec {
        key: key.to_owned(),
        doc: String::new(),
        kind,
        default: None,
    };
    let attributes = vec![
        spec("tint", AttributeKind::Colour),
        spec(
            "home",
            AttributeKind::Reference {
                to: ReferenceTarget::Island,
            },
        ),
        spec(
            "size",
            AttributeKind::Choice {
                options: vec!["small".to_owned(), "big".to_owned()],
            },
        ),
    ];
    let kind = KindSchema {
        attributes,
        ..KindSchema::default()
    };
    project.schema.entities.insert("crab".to_owned(), kind);
    let mut island = Island::new("isle".parse().unwrap(), "isle".to_owned(), "Isle".to_owned());
    let attributes = Attributes::from([
        (
            "tint".to_owned(),
            AttributeValue::Colour(Rgb { r: 1, g: 2, b: 255 }),
        ),
        (
            "home".to_owned(),
            AttributeValue::Reference("isle".parse().unwrap()),
        ),
        ("size".to_owned(), AttributeValue::Choice("big".to_owned())),
    ]);
    island.put(Record::Entity(Entity {
        id: "c1".parse().unwrap(),
        kind: "crab".to_owned(),
        name: String::new(),
        note: String::new(),
        x_m: 0.0,
        y_m: 0.0,
        facing_deg: 0.0,
        attributes,
    }));
    project.islands.insert(island.id, island);
    assert_eq!(read(&format::write(&project, &built_in())).project, project);
    let codes: Vec<_> = validate::check(&project, &built_in())
        .iter()
        .map(|issue| issue.rule.code)
        .collect();
    assert_eq!(codes, ["no-spawn"]);
}

#[test]
fn every_rule_is_documented_and_named_once() {
    let mut codes: Vec<_> = validate::rules().map(|rule| rule.code).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
    for rule in validate::rules() {
        assert!(rule.doc.len() > 40 && rule.doc.ends_with('.'), "{}", rule.code);
        assert!(
            rule.code.bytes().all(|c| c.is_ascii_lowercase() || c == b'-'),
            "{}",
            rule.code
        );
    }
}
