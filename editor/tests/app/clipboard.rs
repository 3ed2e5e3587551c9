//! Copy, cut, paste, duplicate and repeat on the whole editor.

use egui::{Event, Key, Modifiers, OutputCommand};
use shared::attribute::AttributeValue;
use shared::island::{Record, RecordId};

use crate::stage::{ISLAND, Stage};

/// The text that the editor put on the clipboard in the last frame.
fn copied(stage: &mut Stage, event: Event) -> String {
    stage.harness.event(event);
    for _ in 0..3 {
        stage.harness.run_steps(1);
        let commands = &stage.harness.output().platform_output.commands;
        let text = commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = text {
            return text;
        }
    }
    panic!("nothing was copied");
}

fn paste(stage: &mut Stage, text: &str) {
    stage.harness.event(Event::Paste(text.to_owned()));
    stage.harness.run_steps(3);
}

fn anchors(stage: &Stage) -> Vec<(f32, f32)> {
    let records = stage.document().selected_records();
    let places = records.iter().filter_map(Record::anchor);
    places.map(|at| (at.x_m, at.y_m)).collect()
}

#[test]
fn records_are_copied_as_map_text_and_pasted_in_place_and_at_the_pointer() {
    let mut stage = Stage::new();
    stage.click_map(10.0, -10.0);
    let text = copied(&mut stage, Event::Copy);
    assert!(
        text.contains("kind: \"peak\"") && text.contains("\"radius\": 32.0"),
        "{text}"
    );

    stage.menu("Edit", "Paste in place");
    paste(&mut stage, &text);
    assert_eq!(anchors(&stage), [(10.0, -10.0)]);
    assert_eq!(
        stage.document().island().unwrap().markers.len(),
        3,
        "a copy with an id of its own"
    );

    let at = stage.on_map(-30.0, 20.0);
    stage.harness.hover_at(at);
    stage.harness.run_steps(2);
    paste(&mut stage, &text);
    assert_eq!(anchors(&stage), [(-30.0, 20.0)]);
    assert_eq!(
        stage.document().history().labels().collect::<Vec<_>>(),
        ["Paste Old Smoky", "Paste Old Smoky"]
    );
    for _ in 0..2 {
        stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        stage.settle();
    }
    assert!(!stage.document().is_dirty());
}

#[test]
fn cut_and_paste_move_records_to_another_island() {
    let mut stage = Stage::new();
    stage.menu("File", "New island");
    let islands: Vec<_> = stage.document().project().islands.keys().copied().collect();
    let other = islands.into_iter().find(|id| id.to_string() != "isle").unwrap();
    stage.show_island("isle");
    stage.settle();
    stage.click_map(-10.0, -20.0);
    let text = copied(&mut stage, Event::Cut);
    assert_eq!(stage.document().island().unwrap().entities.len(), 0);
    stage.show_island(&other.to_string());
    stage.menu("Edit", "Paste in place");
    paste(&mut stage, &text);
    let keeper = stage
        .document()
        .island()
        .unwrap()
        .entities
        .values()
        .next()
        .unwrap();
    assert_eq!(
        (keeper.name.as_str(), keeper.x_m, keeper.y_m),
        ("Keeper", -10.0, -20.0)
    );
    assert_eq!(keeper.attributes.get("odd"), Some(&AttributeValue::Integer(7)));
}

#[test]
fn links_inside_the_copied_set_follow_and_others_stay() {
    let mut stage = Stage::new();
    let text = r#"Records(
    format: 1,
    pois: [(id: "a", kind: "harbour", at: (0.0, 0.0))],
    portals: [
        (id: "b", at: (1.0, 0.0), to: "c"),
        (id: "c", at: (2.0, 0.0)),
        (id: "d", at: (3.0, 0.0), to: "far"),
    ],
    lanes: [
        (id: "e", from: "a", to: "landing"),
        (id: "f", from: "elsewhere", to: "a"),
    ],
)"#;
    paste(&mut stage, text);
    let island = stage.document().island().unwrap();
    let portals: Vec<_> = island.portals.values().collect();
    let linked: Vec<_> = portals.iter().filter_map(|portal| portal.to).collect();
    assert_eq!(
        linked.len(),
        1,
        "a link to a portal that was not copied is dropped"
    );
    assert!(island.portals.contains_key(&linked[0]));
    let lanes: Vec<_> = island.lanes.values().collect();
    assert_eq!(lanes.len(), 1, "a lane that starts elsewhere is left out");
    assert!(island.pois.contains_key(&lanes[0].from) && lanes[0].from.to_string() != "a");
    assert_eq!(lanes[0].to.to_string(), "landing");
}

#[test]
fn hostile_clipboard_text_is_refused_and_changes_nothing() {
    let mut stage = Stage::new();
    for text in [
        "",
        "hello",
        "Records(",
        "Records(format: 1, markers: [(id: \"x\", kind: \"peak\", point: (inf, NaN))])",
        &"[".repeat(50_000),
        &"(a: ".repeat(50_000),
        "Records(format: 1, markers: [(id: \"../../etc\", kind: \"peak\", point: (0.0, 0.0))])",
        "Records(format: 1, pois: [(id: \"a\", kind: \"k\", at: (0.0, 0.0)), (id: \"a\", kind: \"k\", at: (0.0, 0.0))])",
    ] {
        paste(&mut stage, text);
        assert_eq!(stage.document().history().len(), 0, "{text:.40}");
    }
    assert_eq!(stage.island_text(), ISLAND);
}

#[test]
fn repeat_makes_a_row_and_repeats_moves_and_values() {
    let mut stage = Stage::new();
    stage.click_map(-10.0, -20.0);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::D);
    stage.harness.run_steps(3);
    for _ in 0..2 {
        stage.harness.key_press_modifiers(Modifiers::SHIFT, Key::R);
        stage.harness.run_steps(3);
    }
    let places: Vec<_> = stage
        .document()
        .island()
        .unwrap()
        .entities
        .values()
        .map(|e| (e.x_m, e.y_m))
        .collect();
    for step in 0..4_u8 {
        let at = (-10.0 + 12.0 * f32::from(step), -20.0 - 12.0 * f32::from(step));
        assert!(places.contains(&at), "{at:?} in {places:?}");
    }

    // A move, then the same move of something else.
    stage.drag_map((10.0, -10.0), (30.0, 20.0));
    stage.drop_map((30.0, 20.0));
    stage.click("Landing");
    stage.menu("Edit", "Repeat");
    let Some(RecordId::Poi(landing)) = stage.document().selection().primary() else {
        panic!("the landing is selected");
    };
    let landing = &stage.document().island().unwrap().pois[&landing];
    assert_eq!((landing.x_m, landing.y_m), (20.0, 0.0));
}
