//! The inspector: arithmetic, references that are picked, links back; and searching.

use editor::document::Change;
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use shared::attribute::AttributeValue;
use shared::edit::Edit;
use shared::island::Record;

use crate::stage::{ISLAND, SCHEMA, Stage, project_folder};

/// Types into a number field as a designer does, and leaves it with Enter.
fn type_number(stage: &mut Stage, label: &str, text: &str) {
    stage
        .harness
        .get_by_role_and_label(Role::SpinButton, label)
        .click();
    stage.harness.run_steps(2);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    stage.harness.run_steps(1);
    stage
        .harness
        .get_by_role_and_label(Role::SpinButton, label)
        .type_text(text);
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
}

fn radius(stage: &Stage) -> Vec<f64> {
    let island = stage.document().island().unwrap();
    let peaks = island.markers.values().filter(|marker| marker.kind == "peak");
    let radii = peaks.filter_map(|peak| peak.attributes.get("radius")?.as_number());
    radii.collect()
}

#[test]
fn number_fields_calculate() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    type_number(&mut stage, "Radius", "12*3+1");
    assert_eq!(radius(&stage), [37.0]);
    type_number(&mut stage, "Radius", "+=5");
    assert_eq!(radius(&stage), [42.0]);
    type_number(&mut stage, "Radius", "/2");
    assert_eq!(radius(&stage), [21.0]);
    type_number(&mut stage, "Radius", "nonsense");
    assert_eq!(radius(&stage), [21.0]);
    assert_eq!(stage.document().history().len(), 3, "one step each");
}

#[test]
fn lists_of_several_records_are_edited_together() {
    let folder = project_folder();
    let with_goods = SCHEMA.replacen(
        "                (\n                    key: \"age\"",
        "                (\n                    key: \"goods\",\n                    type: List(of: Choice([\"fish\", \"wool\", \"salt\"]), max_len: 3),\n                    default: [],\n                ),\n                (\n                    key: \"age\"",
        1,
    );
    assert_ne!(with_goods, SCHEMA);
    let keepers = ISLAND.replace(
        "                \"odd\": 7,\n            },\n        ),\n",
        "                \"goods\": [\"fish\", \"wool\"],\n            },\n        ),\n        (\n            id: \"second\",\n            kind: \"npc\",\n            name: \"Second\",\n            at: (-20.0, -20.0),\n            attributes: {\n                \"goods\": [\"fish\"],\n            },\n        ),\n",
    );
    assert_ne!(keepers, ISLAND);
    for (file, text) in [("schema.ron", &with_goods), ("islands/isle.ron", &keepers)] {
        worldgen::project_dir::replace(&folder.path().join(file), text).unwrap();
    }
    let mut stage = Stage::on(folder);
    stage.click("Keeper");
    stage
        .harness
        .get_by_label("Second")
        .click_modifiers(Modifiers::COMMAND);
    stage.harness.run_steps(3);
    let goods = |stage: &Stage| -> Vec<String> {
        let npcs = stage.document().island().unwrap().entities.values();
        let lists = npcs.filter_map(|npc| npc.attributes.get("goods").map(ToString::to_string));
        lists.collect()
    };
    let before = goods(&stage);
    stage.harness.get_by_label("1 to 2 values");
    stage
        .harness
        .get_by_role_and_label(Role::ComboBox, "Goods 1")
        .click();
    stage.harness.run_steps(3);
    stage.click("salt");
    assert_eq!(goods(&stage), [r#"["salt", "wool"]"#, r#"["salt"]"#]);
    stage.click("Add to Goods");
    assert_eq!(
        goods(&stage),
        [r#"["salt", "wool", "fish"]"#, r#"["salt", "fish"]"#]
    );
    stage.click("Remove Goods 1");
    assert_eq!(goods(&stage), [r#"["wool", "fish"]"#, r#"["fish"]"#]);
    assert_eq!(stage.document().history().len(), 3, "one step each");
    for _step in 0..3 {
        stage.keys(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(goods(&stage), before);
}

#[test]
fn several_records_calculate_each_with_its_own_number() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
    stage.harness.run_steps(3);
    type_number(&mut stage, "Radius", "60");
    let markers = &stage.document().island().unwrap().markers;
    let peaks = markers.values().filter(|marker| marker.kind == "peak");
    let ids: Vec<_> = peaks
        .map(|peak| shared::island::RecordId::Marker(peak.id))
        .collect();
    let workspace = stage.harness.state_mut().workspace_mut().unwrap();
    workspace.document.select(ids.into_iter().collect());
    stage.harness.run_steps(2);
    type_number(&mut stage, "Radius", "*2");
    let mut radii = radius(&stage);
    radii.sort_by(f64::total_cmp);
    assert_eq!(radii, [64.0, 120.0]);
}

#[test]
fn leaving_a_number_field_changes_nothing() {
    let folder = project_folder();
    let precise = ISLAND.replace("\"radius\": 32.0", "\"radius\": 32.123456");
    worldgen::project_dir::replace(&folder.path().join("islands/isle.ron"), &precise).unwrap();
    let mut stage = Stage::on(folder);
    stage.click_map(10.0, -10.0);
    stage
        .harness
        .get_by_role_and_label(Role::SpinButton, "Radius")
        .click();
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    assert_eq!(radius(&stage), [32.123_456]);
    assert!(!stage.document().is_dirty());
}

#[test]
fn a_reference_is_picked_on_the_map_and_links_back() {
    let folder = project_folder();
    let home = "                (\n                    key: \"home\",\n                    type: Reference(Poi(\"\")),\n                ),\n                (\n                    key: \"age\",";
    let schema = SCHEMA.replace("                (\n                    key: \"age\",", home);
    worldgen::project_dir::replace(&folder.path().join("schema.ron"), &schema).unwrap();
    let mut stage = Stage::on(folder);
    stage.click_map(-10.0, -20.0);
    stage.click("Pick Home");
    // A marker is no POI: told, and still waiting.
    stage.click_map(10.0, -10.0);
    assert_eq!(stage.document().selected_records()[0].name(), "Keeper");
    stage.click_map(0.0, -30.0);
    let Record::Entity(keeper) = stage.document().selected_records().pop().unwrap() else {
        panic!("the keeper is selected again");
    };
    let landing = AttributeValue::Reference("landing".parse().unwrap());
    assert_eq!(keeper.attributes.get("home"), Some(&landing));
    assert_eq!(stage.document().history().len(), 1);

    stage.click_map(0.0, -30.0);
    stage.harness.get_by_label("POINTED TO BY");
    stage
        .harness
        .get_by_label("The project: new players appear here.");
    stage.harness.get_all_by_label("Keeper").last().unwrap().click();
    stage.harness.run_steps(3);
    assert_eq!(stage.document().selected_records()[0].name(), "Keeper");
}

fn search(stage: &mut Stage, query: &str) {
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::F);
    stage.harness.run_steps(2);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    stage.harness.run_steps(1);
    stage.harness.get_by_label("Search records").type_text(query);
    stage.harness.run_steps(3);
}

#[test]
fn queries_find_on_every_island_and_select() {
    let mut stage = Stage::new();
    stage.menu("File", "New island");
    let island = stage.document().island().unwrap().id;
    let poi = shared::island::Poi {
        id: "far".parse().map(shared::ids::PoiId).unwrap(),
        kind: "harbour".into(),
        name: "Far Quay".into(),
        note: String::new(),
        x_m: 0.0,
        y_m: 0.0,
        attributes: shared::attribute::Attributes::new(),
    };
    let record = Box::new(Record::Poi(poi));
    let change = Change::Step {
        label: "Place".into(),
        edits: vec![Edit::PutRecord { island, record }],
    };
    let workspace = stage.harness.state_mut().workspace_mut().unwrap();
    workspace.document.change(change).unwrap();
    stage.show_island("isle");
    search(&mut stage, "kind:harbour");
    stage.harness.get_by_label("2 of 5 found");
    stage.click("Far Quay");
    assert_eq!(
        stage.document().island().unwrap().id,
        island,
        "the result's island is shown"
    );
    assert_eq!(stage.document().selected_records()[0].name(), "Far Quay");

    stage.show_island("isle");
    search(&mut stage, "is:marker -kind:land");
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    assert_eq!(stage.document().selected_records()[0].name(), "Old Smoky");

    search(&mut stage, "colour:red");
    stage
        .harness
        .get_by_label("colour:red: nothing is called `colour` here");
    stage.harness.get_by_label_contains("Known: kind:");
}
