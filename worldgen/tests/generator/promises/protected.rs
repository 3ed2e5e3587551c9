//! What designers protected holds whatever they lay over it: portals, POIs, roads, rivers and the coast, under a marker
//! of each kind. Where the two contradict each other, a rule says so.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use shared::attribute::AttributeValue;
use shared::coords::{ColumnPos, LocalPos, VoxelPos};
use shared::geometry::{Geometry, GeometryForm};
use shared::ids::{MarkerId, PoiId, PortalId};
use shared::island::{Island, Poi, Portal, RecordId};
use worldgen::{Material, marker};

use super::{Ground, Noise, SEEDS, columns_around, expect, ground, with_noise};
use crate::fixture::{Draw, HUT, add, at, settings, stamps};

/// Voxels over the ground that somebody who walks there needs.
const HEADROOM: i32 = 2;

/// Kinds whose beds lie where the ground, with its noise, lets them.
const FOLLOW_THE_GROUND: [&str; 4] = ["river", "stream", "lake", "swamp"];

/// Lays something out that is to be protected, and says where.
type Layout = fn(&mut Island, &mut Draw) -> (RecordId, LocalPos);
/// Whether it is as it should be; otherwise what is wrong.
type Check = fn(&Island, LocalPos) -> Result<(), String>;

/// Lays a marker of every kind over what `layout` makes, with every seed, without noise and with all of it. Where
/// `check` finds something wrong, one of `rules` tells of the record.
fn hold(layout: Layout, check: Check, rules: &[&str]) {
    let (mut told, mut trials) = (0, 0);
    let mut untold = Vec::new();
    for kind in marker::schema().markers.keys() {
        for seed in 0..SEEDS {
            for noise in [Noise::None, Noise::Full] {
                let draw = &mut Draw(seed << 8);
                let mut island = ground(draw);
                let (record, middle) = layout(&mut island, draw);
                lay_over(&mut island, kind, middle, draw);
                let island = with_noise(island, noise);
                trials += 1;
                if let Err(broken) = check(&island, middle) {
                    told += 1;
                    let never = AtomicBool::new(false);
                    let issues = worldgen::rules::check_island(&settings(), &stamps(), &island, &never);
                    let tells = issues.iter().any(|issue| {
                        issue.subject.record == Some(record) && rules.contains(&issue.rule.code)
                    });
                    if !tells {
                        let codes: Vec<_> = issues.iter().map(|issue| issue.rule.code).collect();
                        untold.push(format!(
                            "{kind}, seed {seed}, noise {noise:?}: {broken}; told {codes:?}"
                        ));
                    }
                }
            }
        }
    }
    assert!(
        untold.is_empty(),
        "{} of {trials}, {told} of which told:\n{}",
        untold.len(),
        untold.join("\n")
    );
    // Rules are for what contradicts itself; mostly both can be had.
    assert!(told * 5 < trials, "{told} of {trials}");
}

/// A marker of a kind on or across a place, before or after what is there.
fn lay_over(island: &mut Island, kind: &str, middle: LocalPos, draw: &mut Draw) {
    let level = marker::initial_level_m(kind) + draw.between(-6.0, 6.0);
    let off = |draw: &mut Draw| draw.between(-7.0, 7.0);
    let (x, y) = (middle.x_m + off(draw), middle.y_m + off(draw));
    let forms = &marker::schema().markers[kind].forms;
    let geometry = match forms[draw.below(forms.len())] {
        GeometryForm::Point => Geometry::Point(at(x, y, level)),
        GeometryForm::Path => {
            let (dx, dy) = (draw.between(-20.0, 20.0), draw.between(8.0, 20.0));
            Geometry::Path(vec![
                at(x - dx, y - dy, level),
                at(x, y, level),
                at(x + dx, y + dy, level),
            ])
        }
        GeometryForm::Area => {
            let edge = draw.between(5.0, 16.0);
            let corners = [(-edge, -edge), (edge, -edge), (edge, edge), (-edge, edge)];
            Geometry::Area(corners.map(|(dx, dy)| at(x + dx, y + dy, level)).to_vec())
        }
    };
    let radius = f64::from(draw.between(4.0, 18.0));
    let is_model = draw.below(2) == 0;
    let priority = i32::try_from(draw.below(3)).unwrap_or(0) - 1;
    let over = add(island, "over", kind, geometry, &[("radius", radius)]);
    over.priority = priority;
    if kind == "stamp" && is_model {
        over.attributes
            .insert("file".to_owned(), AttributeValue::Text(HUT.to_owned()));
    }
    if kind == "entrance" {
        // Which opens what is there to be opened.
        let depth = draw.between(-8.0, 8.0);
        let passage = vec![at(x - 20.0, y, depth), at(x + 20.0, y, depth + 6.0)];
        add(
            island,
            "passage",
            "cave",
            Geometry::Path(passage),
            &[("radius", 5.0)],
        );
    }
}

/// Whether somebody can stand in the middle of a column.
fn can_stand(ground: &Ground, column: ColumnPos) -> Result<(), String> {
    let voxel = VoxelPos::new(column.x, column.y, ground.top(column));
    expect(ground.water(column).is_none(), || format!("water at {column:?}"))?;
    expect(ground.is_solid(voxel), || format!("a hole at {column:?}"))?;
    has_room(ground, column)
}

/// Whether nothing solid stands on a column or hangs low over it.
fn has_room(ground: &Ground, column: ColumnPos) -> Result<(), String> {
    let top = ground.top(column);
    let voxel = |z: i32| VoxelPos::new(column.x, column.y, z);
    let over = (top + 1..=top + HEADROOM).find(|z| ground.is_solid(voxel(*z)));
    expect(over.is_none(), || {
        let found = over.map(|z| ground.material(voxel(z)));
        format!("{found:?} over {column:?}")
    })
}

fn column(place: LocalPos) -> ColumnPos {
    place.voxel().column()
}

#[test]
fn a_portal_can_be_stood_in_whatever_lies_over_it() {
    let layout: Layout = |island, draw| {
        let middle = super::place(draw, (0.0, 0.0));
        let portal = Portal {
            id: PortalId("gate".parse().unwrap()),
            name: String::new(),
            note: String::new(),
            x_m: middle.x_m,
            y_m: middle.y_m,
            facing_deg: 0.0,
            to: None,
        };
        let id = portal.id;
        island.portals.insert(id, portal);
        (RecordId::Portal(id), middle)
    };
    let check: Check = |island, middle| {
        let ground = Ground::of(island);
        can_stand(&ground, column(middle))?;
        // A wall may stand beside it, but no tree.
        columns_around(middle, 1).try_for_each(|(column, _)| {
            let room = has_room(&ground, column);
            room.or_else(|found| expect(found.contains("Planks"), || found))
        })
    };
    hold(layout, check, &["portal-under-water", "built-over"]);
}

#[test]
fn the_pad_of_a_poi_lies_level_whatever_lies_over_it() {
    let layout: Layout = |island, draw| {
        let middle = super::place(draw, (0.0, 0.0));
        let pad = ("pad".to_owned(), AttributeValue::Number(5.0));
        let poi = Poi {
            id: PoiId("camp".parse().unwrap()),
            kind: "camp".to_owned(),
            name: String::new(),
            note: String::new(),
            x_m: middle.x_m,
            y_m: middle.y_m,
            attributes: [pad].into_iter().collect(),
        };
        let id = poi.id;
        island.pois.insert(id, poi);
        (RecordId::Poi(id), middle)
    };
    let check: Check = |island, middle| {
        let ground = Ground::of(island);
        let level = ground.top(column(middle));
        columns_around(middle, 4).try_for_each(|(column, _)| {
            can_stand(&ground, column)?;
            let top = ground.top(column);
            expect((top - level).abs() <= 1, || {
                format!("a step from {level} to {top}")
            })
        })
    };
    let rules = ["under-water", "built-over", "levelling-undone"];
    hold(layout, check, &rules);
}

#[test]
fn a_road_can_be_walked_whatever_lies_over_it() {
    let layout: Layout = |island, draw| {
        let middle = super::place(draw, (0.0, 0.0));
        let line = vec![
            at(middle.x_m - 20.0, middle.y_m, 0.0),
            at(middle.x_m + 20.0, middle.y_m, 0.0),
        ];
        let road = add(island, "way", "road", Geometry::Path(line), &[("width", 4.0)]);
        (RecordId::Marker(road.id), middle)
    };
    let check: Check = |island, middle| {
        let ground = Ground::of(island);
        // Where one walks: on the ground, or on a bridge.
        let floor = |x: f32| {
            let column = column(at(x, middle.y_m, 0.0));
            let top = ground.top(column);
            let voxel = |z: i32| VoxelPos::new(column.x, column.y, z);
            let bridge = (top + 1..top + 24).find(|z| ground.material(voxel(*z)) == Material::Planks);
            let floor = bridge.unwrap_or(top);
            let depth = ground.water(column).map_or(0, |water| water - 1 - top);
            expect(bridge.is_some() || depth <= 1, || format!("water at x {x}"))?;
            expect(ground.is_solid(voxel(floor)), || format!("a hole at x {x}"))?;
            let is_free = (floor + 1..=floor + HEADROOM).all(|z| !ground.is_solid(voxel(z)));
            expect(is_free, || format!("no room at x {x}"))?;
            Ok::<i32, String>(floor)
        };
        let mut last = floor(middle.x_m - 19.0)?;
        for along in -18..=19 {
            let next = floor(middle.x_m + along as f32)?;
            expect((next - last).abs() <= 1, || {
                format!("a step from {last} to {next} at {along}")
            })?;
            last = next;
        }
        Ok(())
    };
    hold(layout, check, &["levelling-undone"]);
}

#[test]
fn a_river_arrives_whatever_lies_over_it() {
    let layout: Layout = |island, draw| {
        let middle = at(draw.between(0.0, 16.0), draw.between(-10.0, 10.0), 0.0);
        let line = vec![at(middle.x_m - 16.0, middle.y_m, 0.0), at(62.0, middle.y_m, 0.0)];
        let river = add(island, "brook", "river", Geometry::Path(line), &[]);
        (RecordId::Marker(river.id), middle)
    };
    let check: Check = |island, _| {
        let ground = Ground::of(island);
        let river = &island.markers[&MarkerId("brook".parse().unwrap())];
        let line = river.geometry.points();
        let (from, mouth) = (line[0], column(line[1]));
        // Frozen water is water, and trees may stand in it.
        let level = |column: ColumnPos| {
            let level = ground.water(column)?;
            let surface = ground.material(VoxelPos::new(column.x, column.y, level - 1));
            (surface.is_wet() || surface == Material::Ice || surface.is_tree()).then_some(level)
        };
        let along = (0..60).map(|metres| column(at(from.x_m + metres as f32, from.y_m, 0.0)));
        let Some(source) = along.into_iter().find(|column| level(*column).is_some()) else {
            return Err("there is no water along it".to_owned());
        };
        let mut seen = BTreeSet::from([source]);
        let mut open = vec![source];
        while let Some(column) = open.pop() {
            let is_near = |a: i32, b: i32| a.abs_diff(b) <= 3;
            let is_sea = ground.tile(column.tile()).coast_distances[column.index_in_tile()] < 0;
            if is_near(column.x, mouth.x) && is_near(column.y, mouth.y) || is_sea && level(column) == Some(0)
            {
                return Ok(());
            }
            let beside = [(-1, 0), (1, 0), (0, -1), (0, 1)];
            for next in beside.map(|(dx, dy)| ColumnPos::new(column.x + dx, column.y + dy)) {
                if level(next).is_some_and(|next| Some(next) <= level(column)) && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        Err("its water does not arrive".to_owned())
    };
    hold(
        layout,
        check,
        &["river-blocked", "river-dangling", "river-uphill"],
    );
}

/// Land stays land and sea stays sea, however strong the noise of whatever lies at the coast.
#[test]
fn noise_moves_no_coast_whatever_lies_on_it() {
    for kind in marker::schema().markers.keys() {
        for seed in 0..SEEDS {
            let draw = &mut Draw(seed << 8);
            let mut island = ground(draw);
            let middle = at(50.0, draw.between(-10.0, 10.0), 0.0);
            lay_over(&mut island, kind, middle, draw);
            // Works that follow the ground follow what noise makes of it.
            let drawn = AttributeValue::Choice("drawn".to_owned());
            island.markers.values_mut().for_each(|marker| {
                marker.attributes.insert("level".to_owned(), drawn.clone());
            });
            let of = |noise| Ground::of(&with_noise(island.clone(), noise));
            let (calm, noisy) = (of(Noise::None), of(Noise::Full));
            for (calm, noisy) in calm.all_tiles().zip(noisy.all_tiles()) {
                assert_eq!(calm.coast_distances, noisy.coast_distances, "{kind}, seed {seed}");
                let is_inland_water = |end: &i16| *end > 0;
                let columns = calm.heights.iter().zip(&noisy.heights);
                let water = calm.water_ends.iter().zip(&noisy.water_ends);
                if FOLLOW_THE_GROUND.contains(&kind.as_str()) {
                    continue;
                }
                let moved = columns.zip(water).filter(|((calm, noisy), (was, is))| {
                    (**calm >= 0) != (**noisy >= 0) && !is_inland_water(was) && !is_inland_water(is)
                });
                assert_eq!(moved.count(), 0, "{kind}, seed {seed}: {:?}", calm.pos);
            }
        }
    }
}
