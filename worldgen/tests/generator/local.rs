//! Properties 2 and 3: an edit stays within the declared support of what it touched, and baking again
//! where it reached gives what a bake from nothing gives.

use std::collections::BTreeSet;

use shared::attribute::AttributeValue;
use shared::coords::{ChunkPos, LocalPos, VoxelPos};
use shared::geometry::{Box2, Geometry};
use shared::ids::MarkerId;
use shared::island::{Island, RecordId};
use worldgen::{BakedIsland, Draft, IslandPlan, Material, bake, rebake};

use crate::edits::edit;
use crate::fixture::{
    Draw, add, at, baked, from_environment, hut, options, plan, quarters, unfitted, varied,
};

/// Random edits; more on demand: `EDITS=10000 cargo test --release -p worldgen --test generator random_edits`.
const EDITS: usize = 240;
const RIVER_EDITS: usize = 48;

#[test]
fn random_edits_stay_local_and_rebake_like_a_cold_bake() {
    let edits = from_environment("EDITS", EDITS);
    let mut draw = Draw(u64::try_from(from_environment("SEED", 2026)).unwrap());
    let mut island = varied();
    let mut old_plan = plan(&island);
    let mut old = baked(&island);
    let (mut shared_chunks, mut all_chunks) = (0, 0);
    let (mut narrow_count, mut place_count) = (0, 0);
    for number in 0..edits {
        if number % 60 == 59 {
            // Edits drift away from a sensible island; start over now and then.
            island = if number % 240 == 59 { quarters() } else { varied() };
            old_plan = plan(&island);
            old = baked(&island);
        }
        let before = island.clone();
        let what = edit(&mut island, &mut draw);
        let new_plan = IslandPlan::after(
            &old_plan,
            &crate::fixture::settings(),
            &crate::fixture::stamps(),
            &island,
        );
        assert_eq!(
            new_plan,
            plan(&island),
            "edit {number}, {what}: the plan after an edit differs"
        );
        let cold = bake(&new_plan, &options(2), &()).unwrap();
        let (warm, rebuilt) = rebake(&old, &new_plan, &options(2), &()).unwrap();
        assert_eq!(
            warm.hash(),
            cold.hash(),
            "edit {number}, {what}: rebake differs from bake"
        );
        assert_eq!(warm.tiles(), cold.tiles(), "edit {number}, {what}");
        let (plans, touched) = ([&old_plan, &new_plan], touched(&before, &island));
        let changed = assert_local(&old, &cold, &plans, &touched, &what);
        let support = union_of(&plans, &touched).intersection(island.bounds.footprint());
        let (width_m, depth_m) = support.size_m();
        let is_narrow = width_m * depth_m * 3.0 < island.bounds.column_count() as f32;
        let is_place = |id: &RecordId| !matches!(id, RecordId::Marker(_));
        narrow_count += usize::from(is_narrow);
        place_count += usize::from(touched.iter().any(is_place) && !changed.is_empty());
        assert_eq!(
            rebuilt.chunks.iter().copied().collect::<BTreeSet<_>>(),
            changed,
            "edit {number}, {what}"
        );
        all_chunks += warm.chunks().count();
        shared_chunks += warm.chunks().count() - rebuilt.chunks.len();
        (old_plan, old) = (new_plan, warm);
    }
    assert!(
        shared_chunks * 10 > all_chunks * 8,
        "most chunks are shared: {shared_chunks} of {all_chunks}"
    );
    // Support that is the whole island would prove nothing, and so would edits without effect.
    let bites = narrow_count * 3 > edits && place_count * 40 > edits;
    assert!(
        edits < EDITS || bites,
        "{narrow_count} of {edits} could reach less than a third of the island, {place_count} changed a POI's ground"
    );
}

/// A river declares all ground on which it may look for water. Here that is little, and three others run elsewhere.
#[test]
fn edits_of_rivers_stay_with_them() {
    let mut island = crate::fixture::island("rivers", 512);
    let land = Geometry::Point(at(0.0, 0.0, 0.0));
    add(
        &mut island,
        "land",
        "land",
        land,
        &[("radius", 230.0), ("height", 14.0)],
    );
    let quarters = [(-150.0, -150.0), (150.0, -150.0), (-150.0, 150.0), (150.0, 150.0)];
    for (number, (x, y)) in quarters.into_iter().enumerate() {
        let line =
            [(-24.0, -8.0), (2.0, 9.0), (24.0, -2.0)].map(|(east, north)| at(x + east, y + north, 0.0));
        let kind = ["river", "stream"][number % 2];
        let numbers = [
            ("width", 4.0),
            ("mouth_width", 4.0),
            ("search", 8.0),
            ("outline_noise", 0.0),
        ];
        add(
            &mut island,
            &format!("run{number}"),
            kind,
            Geometry::Path(line.to_vec()),
            &numbers,
        );
        let hill = Geometry::Point(at(x - 20.0, y, 30.0));
        add(
            &mut island,
            &format!("hill{number}"),
            "peak",
            hill,
            &[("radius", 24.0)],
        );
    }
    let mut draw = Draw(5);
    let (mut old_plan, mut old, mut changed_count) = (plan(&island), baked(&island), 0);
    for number in 0..RIVER_EDITS {
        let before = island.clone();
        let name = format!("{}{}", ["run", "run", "hill"][draw.below(3)], draw.below(4));
        let marker = island.markers.get_mut(&MarkerId(name.parse().unwrap())).unwrap();
        if draw.below(2) == 0 {
            let (dx, dy) = (draw.between(-9.0, 9.0), draw.between(-9.0, 9.0));
            marker.geometry = marker.geometry.clone().moved(dx, dy, 0.0);
        } else {
            let (key, most) =
                [("width", 6.0), ("search", 16.0), ("cut", 12.0), ("radius", 26.0)][draw.below(4)];
            let value = AttributeValue::Number(draw.between(1.0, most).into());
            marker.attributes.insert(key.to_owned(), value);
        }
        let what = format!("edit {number} of {name}");
        let (new_plan, new) = (plan(&island), baked(&island));
        let (plans, touched) = ([&old_plan, &new_plan], touched(&before, &island));
        let (width_m, depth_m) = union_of(&plans, &touched).size_m();
        assert!(
            width_m * depth_m * 3.0 < 512.0 * 512.0,
            "{what} may reach {width_m} x {depth_m} m"
        );
        changed_count += usize::from(!assert_local(&old, &new, &plans, &touched, &what).is_empty());
        (old_plan, old) = (new_plan, new);
    }
    assert!(
        changed_count * 2 > RIVER_EDITS,
        "{changed_count} edits changed anything"
    );
}

/// The box around all support of some records.
fn union_of(plans: &[&IslandPlan], records: &[RecordId]) -> Box2 {
    let supports = plans
        .iter()
        .flat_map(|plan| records.iter().filter_map(|record| plan.support(*record)));
    supports.fold(Box2::EMPTY, Box2::union)
}

#[test]
fn a_draft_becomes_the_plan_or_is_it() {
    let (settings, stamps) = (crate::fixture::settings(), crate::fixture::stamps());
    let never = std::sync::atomic::AtomicBool::new(false);
    let mut draw = Draw(7);
    let mut island = varied();
    let mut old_plan = plan(&island);
    let mut rough_count = 0;
    for number in 0..60 {
        let what = edit(&mut island, &mut draw);
        let new_plan = plan(&island);
        match IslandPlan::draft_after(&old_plan, &settings, &stamps, &island) {
            Draft::Exact(draft) => assert_eq!(draft, new_plan, "edit {number}, {what}"),
            Draft::Rough(draft) => {
                rough_count += 1;
                assert_ne!(draft, new_plan, "edit {number}, {what}");
                let fitted = IslandPlan::unless_cancelled(Some(&draft), &settings, &stamps, &island, &never);
                assert_eq!(fitted, Some(new_plan.clone()), "edit {number}, {what}");
            }
        }
        old_plan = new_plan;
    }
    assert!((5..55).contains(&rough_count), "{rough_count} drafts were rough");
}

/// Ids of records that differ.
fn touched(before: &Island, after: &Island) -> Vec<RecordId> {
    let ids: BTreeSet<_> = before.record_ids().chain(after.record_ids()).collect();
    ids.into_iter()
        .filter(|id| before.record(*id) != after.record(*id))
        .collect()
}

/// No voxel outside the old and new support of the touched markers differs. Returns the chunks that do.
pub(crate) fn assert_local(
    old: &BakedIsland,
    new: &BakedIsland,
    plans: &[&IslandPlan],
    touched: &[RecordId],
    what: &str,
) -> BTreeSet<ChunkPos> {
    let supports: Vec<_> = plans
        .iter()
        .flat_map(|plan| touched.iter().filter_map(|record| plan.support(*record)))
        .collect();
    let mut changed = BTreeSet::new();
    for ((pos, before), (_, after)) in old.chunks().zip(new.chunks()) {
        if before.hash() == after.hash() {
            continue;
        }
        changed.insert(pos);
        let (before, after, first) = (before.numbers(), after.numbers(), pos.first_voxel());
        for index in 0..before.len() {
            if before[index] != after[index] {
                let (x, y) = ((index % 32) as f32, (index / 32 % 32) as f32);
                let middle = at(first.x as f32 + x + 0.5, first.y as f32 + y + 0.5, 0.0);
                let inside = supports.iter().any(|support| support.contains(middle));
                assert!(
                    inside,
                    "{what}: {middle:?} {index} {} {} changed outside {supports:?}",
                    before[index], after[index]
                );
            }
        }
    }
    changed
}

#[test]
fn a_moved_peak_changes_its_surroundings_and_nothing_else() {
    let before = unfitted();
    let mut after = before.clone();
    let id = shared::ids::MarkerId("peak".parse().unwrap());
    let peak = after.markers.get_mut(&id).unwrap();
    peak.geometry = peak.geometry.clone().moved(9.0, -4.0, 6.0);
    let plans = [plan(&before), plan(&after)];
    let (old, new) = (baked(&before), baked(&after));
    let changed = assert_local(
        &old,
        &new,
        &[&plans[0], &plans[1]],
        &[RecordId::Marker(id)],
        "moved peak",
    );
    assert!(changed.len() >= 8, "{} chunks changed", changed.len());
    let (_, rebuilt) = rebake(&old, &plans[1], &options(1), &()).unwrap();
    assert_eq!(rebuilt.records, [id.0]);
    assert!(
        rebuilt.tiles_visited < old.tiles().len() / 2 + 8,
        "{}",
        rebuilt.tiles_visited
    );
}

#[test]
fn an_edit_that_a_river_sees_and_does_not_follow_leaves_its_tiles_alone() {
    let mut island = crate::fixture::island("brook", 512);
    let course = vec![at(-120.0, 0.0, 30.0), at(0.0, 0.0, 15.0), at(190.0, 0.0, 0.0)];
    for (kind, geometry, numbers) in [
        ("land", Geometry::Point(LocalPos::default()), ("radius", 180.0)),
        ("peak", Geometry::Point(at(-130.0, 0.0, 50.0)), ("radius", 120.0)),
        ("river", Geometry::Path(course), ("search", 160.0)),
    ] {
        crate::fixture::add(&mut island, kind, kind, geometry, &[numbers]);
    }
    let (old_plan, old) = (plan(&island), baked(&island));
    let id = shared::ids::MarkerId("hill".parse().unwrap());
    let on_hill_at = |y_m: f32| {
        let mut island = island.clone();
        let hill = Geometry::Point(at(60.0, y_m, 30.0));
        crate::fixture::add(&mut island, "hill", "peak", hill, &[("radius", 14.0)]);
        let (settings, stamps) = (crate::fixture::settings(), crate::fixture::stamps());
        let plan = IslandPlan::after(&old_plan, &settings, &stamps, &island);
        assert_eq!(plan, crate::fixture::plan(&island));
        let middle_of_the_river = at(0.0, 0.0, 0.0);
        let support = plan.support(RecordId::Marker(id)).unwrap();
        assert!(
            support.contains(middle_of_the_river),
            "the river looks at the hill"
        );
        let (warm, rebuilt) = rebake(&old, &plan, &options(2), &()).unwrap();
        assert_eq!(warm.hash(), baked(&island).hash());
        assert_eq!(rebuilt.records, [id.0]);
        rebuilt.tiles_visited
    };
    let (beside, in_its_way) = (on_hill_at(110.0), on_hill_at(0.0));
    assert!(
        beside <= 9 && in_its_way > 20,
        "{beside} tiles for a hill beside the river, {in_its_way} for one in its way"
    );
}

/// A POI that levels its ground and has a model on it acts like markers do.
#[test]
fn a_moved_poi_takes_its_pad_and_model_along() {
    let mut before = unfitted();
    let poi = hut(10.0, -45.0);
    before.pois.insert(poi.id, poi.clone());
    let mut after = before.clone();
    after.pois.get_mut(&poi.id).unwrap().x_m = -25.0;
    let plans = [plan(&before), plan(&after)];
    let (old, new) = (baked(&before), baked(&after));
    let id = RecordId::Poi(poi.id);
    assert_local(&old, &new, &[&plans[0], &plans[1]], &[id], "moved POI");
    let (warm, rebuilt) = rebake(&old, &plans[1], &options(1), &()).unwrap();
    assert_eq!((warm.hash(), rebuilt.records), (new.hash(), vec![id.id()]));
    let planks = |island: &BakedIsland, x: f32| {
        let column = at(x, -45.0, 0.0).voxel().column();
        let ground = island
            .tile(column.tile())
            .unwrap()
            .top_voxel(column.index_in_tile());
        // The model's western wall stands two columns west of its middle.
        let wall = VoxelPos::new(column.x - 2, column.y, ground + 1);
        island.material(wall) == Material::Planks
    };
    assert!(planks(&old, 10.0) && !planks(&old, -25.0));
    assert!(planks(&new, -25.0) && !planks(&new, 10.0));
}

#[test]
fn a_moved_peak_keeps_its_face() {
    let mut island = crate::fixture::island("face", 256);
    let flat = shared::geometry::Geometry::Point(LocalPos::default());
    crate::fixture::add(
        &mut island,
        "land",
        "land",
        flat,
        &[("radius", 120.0), ("noise", 0.0), ("outline_noise", 0.0)],
    );
    let peak = shared::geometry::Geometry::Point(at(-20.0, 0.0, 60.0));
    crate::fixture::add(&mut island, "peak", "peak", peak, &[("radius", 30.0)]);
    let old = baked(&island);
    let marker = island
        .markers
        .values_mut()
        .find(|marker| marker.kind == "peak")
        .unwrap();
    marker.geometry = marker.geometry.clone().moved(16.0, 8.0, 0.0);
    let new = baked(&island);
    for (x, y) in [(-20, 0), (-10, 5), (-25, -9), (-30, 12)] {
        let column = |x, y| shared::coords::ColumnPos::new(x, y);
        assert_eq!(old.ground(column(x, y)), new.ground(column(x + 16, y + 8)));
    }
}

#[test]
fn changes_of_the_whole_island_bake_everything_again() {
    let island = varied();
    let mut moved_sea = crate::fixture::settings();
    moved_sea.world_seed += 1;
    let new_plan = IslandPlan::new(&moved_sea, &crate::fixture::stamps(), &island);
    let (warm, rebuilt) = rebake(&baked(&island), &new_plan, &options(2), &()).unwrap();
    assert_eq!(warm.hash(), bake(&new_plan, &options(2), &()).unwrap().hash());
    assert_eq!(rebuilt.tiles_visited, warm.tiles().len());
    let mut grown = island.clone();
    grown.bounds = shared::island::Bounds::new(320, 256, 32, 128).unwrap();
    let (warm, _) = rebake(&baked(&island), &plan(&grown), &options(2), &()).unwrap();
    assert_eq!(warm.hash(), baked(&grown).hash());
}

#[test]
fn an_untouched_plan_rebuilds_nothing() {
    let island = varied();
    let (warm, rebuilt) = rebake(&baked(&island), &plan(&island), &options(2), &()).unwrap();
    assert_eq!(rebuilt, worldgen::Rebuilt::default());
    assert_eq!(warm.hash(), baked(&island).hash());
}
