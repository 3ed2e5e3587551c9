//! Typed values, axes, rasters and turns.

use super::*;
use crate::tool::Action;
use shared::attribute::Attributes;
use shared::ids::{EntityId, MarkerId};
use shared::island::{Entity, Marker};

fn pointer(x: f32, y: f32) -> Pointer {
    Pointer {
        grid_m: Some(1.0),
        lift_m: y,
        ..Pointer::new(Action::Drag, Ground::new(x, y), 5.0)
    }
}

fn path() -> Record {
    Record::Marker(Marker {
        id: MarkerId("m".parse().unwrap()),
        kind: "ridge".into(),
        name: "Back".into(),
        note: String::new(),
        geometry: Geometry::Path(vec![
            LocalPos::new(0.0, 0.0, 10.0),
            LocalPos::new(20.0, 0.0, 30.0),
        ]),
        layer: 0,
        priority: 0,
        attributes: Attributes::new(),
    })
}

fn npc() -> Record {
    Record::Entity(Entity {
        id: EntityId("e".parse().unwrap()),
        kind: "npc".into(),
        name: String::new(),
        note: String::new(),
        x_m: 10.5,
        y_m: 0.0,
        facing_deg: 350.0,
        attributes: Attributes::new(),
    })
}

fn transform(kind: Kind, record: Record) -> Transform {
    let pivot = Ground::new(10.0, 0.0);
    Transform::new(kind, vec![record], pivot, Some(pointer(0.0, 0.0)), true)
}

fn points(transform: &Transform) -> Vec<(f32, f32, f32)> {
    let Record::Marker(marker) = &transform.result()[0] else {
        panic!("a marker")
    };
    let points = marker.geometry.points().iter();
    points.map(|point| (point.x_m, point.y_m, point.z_m)).collect()
}

fn keys(transform: &mut Transform, text: &str) {
    for letter in text.chars() {
        transform.key(match letter {
            'x' => TransformKey::Axis(Axis::X),
            'y' => TransformKey::Axis(Axis::Y),
            'z' => TransformKey::Axis(Axis::Z),
            '<' => TransformKey::Backspace,
            typed => TransformKey::Typed(typed),
        });
    }
}

#[test]
fn typed_values_win_over_the_pointer() {
    let mut moving = transform(Kind::Move, path());
    moving.point(pointer(7.0, 3.0));
    assert_eq!(points(&moving)[0], (7.0, 3.0, 10.0));
    keys(&mut moving, "x12");
    assert_eq!(points(&moving)[0], (12.0, 0.0, 10.0));
    keys(&mut moving, "<<-4.5");
    assert_eq!(points(&moving)[0], (-4.5, 0.0, 10.0));
    keys(&mut moving, "z");
    assert_eq!(points(&moving)[1], (20.0, 0.0, 25.5), "heights follow, too");
    assert_eq!(moving.label(), "Change height of Back");
    let mut both = transform(Kind::Move, path());
    keys(&mut both, "3,-2");
    assert_eq!(points(&both)[0], (3.0, -2.0, 10.0));
}

#[test]
fn the_same_axis_twice_frees_from_it() {
    let mut moving = transform(Kind::Move, path());
    keys(&mut moving, "y");
    moving.point(pointer(7.0, 3.0));
    assert_eq!(points(&moving)[0], (0.0, 3.0, 10.0));
    keys(&mut moving, "y");
    assert_eq!(points(&moving)[0], (7.0, 3.0, 10.0));
}

#[test]
fn the_first_record_lands_on_the_raster() {
    let mut moving = transform(Kind::Move, npc());
    let mut to = pointer(6.2, 0.0);
    to.grid_m = Some(4.0);
    moving.point(to);
    assert_eq!(moving.result()[0].anchor().unwrap().x_m, 16.0);
    to.grid_m = None;
    moving.point(to);
    assert_eq!(moving.result()[0].anchor().unwrap().x_m, 16.7);
}

#[test]
fn one_corner_alone_moves_and_rises() {
    let mut corner = transform(Kind::Corner(1), path());
    keys(&mut corner, "z5");
    assert_eq!(points(&corner), [(0.0, 0.0, 10.0), (20.0, 0.0, 35.0)]);
}

#[test]
fn turning_turns_places_and_facings_clockwise() {
    let mut turning = transform(Kind::Rotate, path());
    keys(&mut turning, "90");
    assert_eq!(points(&turning), [(10.0, 10.0, 10.0), (10.0, -10.0, 30.0)]);
    let mut turning = transform(Kind::Rotate, npc());
    keys(&mut turning, "20");
    let Record::Entity(entity) = &turning.result()[0] else {
        panic!("an entity")
    };
    assert_eq!(entity.facing_deg, 10.0);
}

#[test]
fn scaling_keeps_the_pivot() {
    let mut scaling = transform(Kind::Scale, path());
    keys(&mut scaling, "2");
    assert_eq!(points(&scaling), [(-10.0, 0.0, 10.0), (30.0, 0.0, 30.0)]);
}
