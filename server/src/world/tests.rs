//! From map files to the world.

use std::path::Path;
use std::sync::Arc;

use shared::attribute::AttributeValue;
use shared::coords::{ColumnPos, VoxelPos};
use worldgen::project_dir;

use super::{Terrains, World};
use crate::content::Content;
use crate::sim::walk::{Cell, Terrain};

/// Ground at one height everywhere.
struct Flat;

impl Terrain for Flat {
    fn cell(&self, voxel: VoxelPos) -> Cell {
        if voxel.z < 3 { Cell::Solid } else { Cell::Air }
    }

    fn ground(&self, _: ColumnPos) -> i32 {
        3
    }
}

/// The world of the fixture of two islands, with these replacements in its files.
fn world(changes: &[(&str, &str)]) -> World {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/two_islands");
    let mut files = project_dir::read(&folder).unwrap();
    for (from, to) in changes {
        let mut found = 0;
        for file in &mut files.files {
            let text = String::from_utf8(file.bytes.clone()).unwrap();
            found += text.matches(from).count();
            file.bytes = text.replace(from, to).into_bytes();
        }
        assert_eq!(found, 1, "{from}");
    }
    let loaded = project_dir::parse(files, worldgen::marker::schema());
    assert!(loaded.issues.is_empty(), "{:?}", loaded.issues);
    let content = Content::load(&folder).unwrap();
    let flat = |id: &shared::ids::IslandId| (*id, (Arc::new(Flat) as Arc<dyn Terrain>, 0));
    let terrains: Terrains = loaded.project.islands.keys().map(flat).collect();
    World::build(&loaded.project, &terrains, &content).unwrap()
}

/// Attributes of POIs and entities for the map above.
const ATTRIBUTES: [(&str, &str); 3] = [
    (
        r#"doc: "A place to arrive at.","#,
        r#"doc: "A place to arrive at.",
            attributes: [
                (key: "berths", doc: "Boats.", type: Integer(min: 0, max: 9), default: 2),
                (key: "keeper", doc: "Who.", type: Text(max_chars: 20), default: "nobody"),
                (key: "motto", doc: "A saying.", type: Text(max_chars: 20)),
            ],"#,
    ),
    (
        r#"name: "The Landing",
            at: (0.0, 0.0),"#,
        r#"name: "The Landing",
            at: (0.0, 0.0),
            attributes: {"keeper": "Ada"},"#,
    ),
    (
        r#"type: Text(pattern: "[a-z0-9_]+", max_chars: 64),
                    default: "pile",
                ),"#,
        r#"type: Text(pattern: "[a-z0-9_]+", max_chars: 64),
                    default: "pile",
                ),
                (key: "quality", doc: "How good.", type: Number(min: 0.0, max: 1.0), default: 0.5),"#,
    ),
];

#[test]
fn attributes_come_from_the_map_and_defaults_from_its_schema() {
    let world = world(&ATTRIBUTES);
    let islands = || world.islands();
    let place = islands()
        .find_map(|island| island.places.get(&"landing".parse().unwrap()))
        .unwrap();
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    assert_eq!(place.attributes["keeper"], text("Ada"));
    assert_eq!(place.attributes["berths"], AttributeValue::Integer(2));
    // It has no default, and nothing is made up.
    assert!(!place.attributes.contains_key("motto"));
    // What every POI may have, as the generator defines it.
    assert_eq!(place.attributes["pad"], AttributeValue::Number(0.0));

    let id = "bush1".parse().unwrap();
    let island = islands()
        .find(|island| island.entities.contains_key(&id))
        .unwrap();
    let (entity, node) = (&island.entities[&id], &island.nodes[&id]);
    assert_eq!(entity.attributes["quality"], AttributeValue::Number(0.5));
    assert_eq!(entity.attributes["node"], text(&node.node_type));
    assert_eq!(
        (entity.kind.as_str(), entity.name.as_str(), entity.position.z_m),
        ("resource_node", "A bush", 3.0)
    );
}

#[test]
fn another_default_is_another_world() {
    let before = world(&ATTRIBUTES).content_hash;
    let mut changes = ATTRIBUTES.to_vec();
    let schema = changes[0].1.replace("default: 2", "default: 3");
    changes[0].1 = &schema;
    assert_ne!(world(&changes).content_hash, before);
}
