//! A baked island prepared for drawing: what lies in each column, and what a ray meets first.
//!
//! *Not* responsible for: light and colour (see `light`), cameras.

use glam::{IVec3, Vec2, Vec3};
use rayon::prelude::*;
use shared::coords::{CHUNK_EDGE, ColumnPos, VoxelPos};
use shared::island::Bounds;

use super::blades;
use crate::bake::BakedIsland;
use crate::material::Material;

/// Height steps per voxel of a surface tile.
const HEIGHT_STEPS: f32 = 256.0;

/// A baked island, ready to be looked at.
pub(super) struct Scene<'a> {
    baked: &'a BakedIsland,
    bounds: Bounds,
    /// The part of the box that is drawn: lowest corner, inclusive, and highest, exclusive.
    min: VoxelPos,
    max: VoxelPos,
    columns: Vec<Column>,
    /// Highest `Column::top` of each tile, row by row: rays above it skip the tile.
    tile_tops: Vec<i32>,
}

/// What a picture needs to know about one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// The ground's real height above sea level, before it became voxels.
    pub(super) ground_m: f32,
    /// Signed distance to the coast, positive on land.
    pub(super) coast_m: f32,
    /// z of the first voxel above everything that stands, plants included.
    pub(super) top: i32,
    /// z of the first voxel above fresh water; as low as the ground where there is none.
    pub(super) water_end: i32,
    /// Share of the sky that the ground sees, 0 to 1; what makes valleys darker than crests.
    pub(super) sky: f32,
}

/// What stands outside the island's box: open sea.
const OPEN_SEA: Column = Column {
    ground_m: -64.0,
    coast_m: -1.0e3,
    top: i32::MIN,
    water_end: i32::MIN,
    sky: 1.0,
};

/// What stops a ray.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stop {
    /// Whatever is solid.
    Solid,
    /// The face of fresh water too; that of the sea is no voxel's.
    SolidOrFreshWater,
}

/// Where a ray met something.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Hit {
    /// Distance along the ray in lengths of its direction.
    pub(super) t: f32,
    pub(super) voxel: VoxelPos,
    pub(super) material: Material,
    /// Unit vector along one axis, out of the face that was met.
    pub(super) normal: IVec3,
}

impl<'a> Scene<'a> {
    /// Reads what pictures need out of a baked island.
    pub(super) fn new(baked: &'a BakedIsland) -> Self {
        let bounds = baked.bounds();
        let (min, max) = (bounds.min(), bounds.max());
        let rows: Vec<i32> = (min.y..max.y).collect();
        let columns: Vec<Column> = rows
            .par_iter()
            .flat_map_iter(|&y| (min.x..max.x).map(move |x| column(baked, ColumnPos::new(x, y))))
            .collect();
        let tile_tops = bounds
            .tiles()
            .map(|tile| {
                let first = tile.first_column();
                let tops = (0..CHUNK_EDGE).flat_map(|dy| {
                    let row = index(bounds, first.x, first.y + dy);
                    columns.get(row..row + CHUNK_EDGE as usize).unwrap_or_default()
                });
                tops.map(|column| column.top.max(column.water_end))
                    .max()
                    .unwrap_or(i32::MIN)
            })
            .collect();
        let mut scene = Self {
            baked,
            bounds,
            min,
            max,
            columns,
            tile_tops,
        };
        let sky: Vec<f32> = rows
            .par_iter()
            .flat_map_iter(|&y| {
                let scene = &scene;
                (min.x..max.x).map(move |x| scene.sky_share(x, y))
            })
            .collect();
        for (column, sky) in scene.columns.iter_mut().zip(sky) {
            column.sky = sky;
        }
        scene
    }

    /// Without what lies on one side, the one to which `towards` points more than to the three others: from `metres`
    /// on that side of the box's middle. The sea flows in.
    #[must_use]
    pub(super) fn cut(mut self, towards: Vec2, metres: i32) -> Self {
        let low = |min: i32, max: i32| metres.saturating_neg().clamp(min, max);
        let high = |min: i32, max: i32| metres.clamp(min, max);
        match (
            towards.x.abs() > towards.y.abs(),
            towards.x > 0.0,
            towards.y > 0.0,
        ) {
            (true, true, _) => self.max.x = high(self.min.x, self.max.x),
            (true, false, _) => self.min.x = low(self.min.x, self.max.x),
            (false, _, true) => self.max.y = high(self.min.y, self.max.y),
            (false, _, false) => self.min.y = low(self.min.y, self.max.y),
        }
        self
    }

    /// The box of voxels that is drawn: lowest corner, inclusive, and highest, exclusive.
    pub(super) fn corners(&self) -> (VoxelPos, VoxelPos) {
        (self.min, self.max)
    }

    /// Metres from a place to the next side of the island's whole box; negative outside.
    pub(super) fn inside_m(&self, x_m: f32, y_m: f32) -> f32 {
        let half = |metres: i32| metres as f32 * 0.5;
        let (width, depth) = (half(self.bounds.width()), half(self.bounds.depth()));
        (width - x_m.abs()).min(depth - y_m.abs())
    }

    /// The column at these coordinates; open sea outside the box.
    pub(super) fn column(&self, x: i32, y: i32) -> Column {
        let (min, max) = (self.min, self.max);
        if x < min.x || y < min.y || x >= max.x || y >= max.y {
            return OPEN_SEA;
        }
        self.columns
            .get(index(self.bounds, x, y))
            .copied()
            .unwrap_or(OPEN_SEA)
    }

    /// Whether the voxel is solid; nothing outside the box is.
    pub(super) fn solid(&self, voxel: VoxelPos) -> bool {
        voxel.z < self.column(voxel.x, voxel.y).top && self.bounds.contains(voxel) && self.baked.solid(voxel)
    }

    /// A value of the columns between their middles, bilinear.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "coordinates are those of the picture"
    )]
    pub(super) fn smooth(&self, x_m: f32, y_m: f32, value: impl Fn(Column) -> f32) -> f32 {
        let (x, y) = (x_m - 0.5, y_m - 0.5);
        let (west, south) = (x.floor(), y.floor());
        let (tx, ty) = (x - west, y - south);
        let at = |dx: i32, dy: i32| {
            value(self.column(
                (west as i32).saturating_add(dx),
                (south as i32).saturating_add(dy),
            ))
        };
        let low = at(0, 0) + (at(1, 0) - at(0, 0)) * tx;
        let high = at(0, 1) + (at(1, 1) - at(0, 1)) * tx;
        low + (high - low) * ty
    }

    /// The first solid voxel that a ray meets before `reach` lengths of its direction.
    pub(super) fn trace(&self, origin: Vec3, direction: Vec3, reach: f32) -> Option<Hit> {
        self.trace_to(Stop::Solid, origin, direction, reach)
    }

    /// The first voxel that stops a ray before `reach` lengths of its direction.
    ///
    /// Columns are visited one after another (Amanatides and Woo 1987, on the plane); the voxels of a column
    /// are looked at only where the ray is below its top, and whole tiles are skipped above theirs.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rays are clipped to the island's box first"
    )]
    pub(super) fn trace_to(&self, stop: Stop, origin: Vec3, direction: Vec3, reach: f32) -> Option<Hit> {
        let (mut t, end, mut side) = self.clip(origin, direction, reach)?;
        let inverse = Vec3::new(1.0 / direction.x, 1.0 / direction.y, 1.0 / direction.z);
        let step = [
            if direction.x >= 0.0 { 1 } else { -1 },
            if direction.y >= 0.0 { 1 } else { -1 },
        ];
        let (min, max) = (self.min, self.max);
        let enter = origin + direction * t;
        let mut x = (enter.x.floor() as i32).clamp(min.x, max.x - 1);
        let mut y = (enter.y.floor() as i32).clamp(min.y, max.y - 1);
        let mut fresh_tile = true;
        while t < end && x >= min.x && x < max.x && y >= min.y && y < max.y {
            let to_x = ((x + i32::from(step[0] > 0)) as f32 - origin.x) * inverse.x;
            let to_y = ((y + i32::from(step[1] > 0)) as f32 - origin.y) * inverse.y;
            if fresh_tile {
                let tile = ColumnPos::new(x, y).tile();
                let edge = |tile: i32, step: i32| ((tile + i32::from(step > 0)) * CHUNK_EDGE) as f32;
                let far_x = (edge(tile.x, step[0]) - origin.x) * inverse.x;
                let far_y = (edge(tile.y, step[1]) - origin.y) * inverse.y;
                let far = far_x.min(far_y);
                let low = (origin.z + direction.z * t).min(origin.z + direction.z * far);
                if low >= self.tile_top(x, y) as f32 {
                    t = far;
                    let leave = origin + direction * far;
                    if far_x <= far_y {
                        x = (tile.x + i32::from(step[0] > 0)) * CHUNK_EDGE - i32::from(step[0] < 0);
                        y = (leave.y.floor() as i32)
                            .clamp(tile.y * CHUNK_EDGE, tile.y * CHUNK_EDGE + CHUNK_EDGE - 1);
                        side = IVec3::new(-step[0], 0, 0);
                    } else {
                        y = (tile.y + i32::from(step[1] > 0)) * CHUNK_EDGE - i32::from(step[1] < 0);
                        x = (leave.x.floor() as i32)
                            .clamp(tile.x * CHUNK_EDGE, tile.x * CHUNK_EDGE + CHUNK_EDGE - 1);
                        side = IVec3::new(0, -step[1], 0);
                    }
                    fresh_tile = true;
                    continue;
                }
            }
            let leave = to_x.min(to_y).min(end);
            if let Some(hit) = self.trace_column(stop, origin, direction, (x, y), (t, leave), side) {
                return Some(hit);
            }
            t = leave;
            if to_x <= to_y {
                fresh_tile = x.rem_euclid(CHUNK_EDGE) == if step[0] > 0 { CHUNK_EDGE - 1 } else { 0 };
                x += step[0];
                side = IVec3::new(-step[0], 0, 0);
            } else {
                fresh_tile = y.rem_euclid(CHUNK_EDGE) == if step[1] > 0 { CHUNK_EDGE - 1 } else { 0 };
                y += step[1];
                side = IVec3::new(0, -step[1], 0);
            }
        }
        None
    }

    /// The part of the ray inside the island's box, and the face through which it enters.
    fn clip(&self, origin: Vec3, direction: Vec3, reach: f32) -> Option<(f32, f32, IVec3)> {
        let (min, max) = (self.min, self.max);
        let low = Vec3::new(min.x as f32, min.y as f32, min.z as f32);
        let high = Vec3::new(max.x as f32, max.y as f32, max.z as f32);
        let (mut start, mut end, mut side) = (0.0_f32, reach, IVec3::Z);
        for axis in 0..3 {
            if direction[axis] == 0.0 {
                if origin[axis] < low[axis] || origin[axis] >= high[axis] {
                    return None;
                }
                continue;
            }
            let first = (low[axis] - origin[axis]) / direction[axis];
            let second = (high[axis] - origin[axis]) / direction[axis];
            if first.min(second) > start {
                start = first.min(second);
                side = IVec3::ZERO;
                side[axis] = if direction[axis] > 0.0 { -1 } else { 1 };
            }
            end = end.min(first.max(second));
        }
        (start < end).then_some((start, end, side))
    }

    #[expect(clippy::cast_possible_truncation, reason = "heights inside the island's box")]
    fn trace_column(
        &self,
        stop: Stop,
        origin: Vec3,
        direction: Vec3,
        (x, y): (i32, i32),
        (enter, leave): (f32, f32),
        side: IVec3,
    ) -> Option<Hit> {
        let column = self.columns.get(index(self.bounds, x, y))?;
        let top = match stop {
            Stop::Solid => column.top,
            Stop::SolidOrFreshWater => column.top.max(column.water_end),
        };
        let z_in = origin.z + direction.z * enter;
        let z_out = origin.z + direction.z * leave;
        if z_in.min(z_out) >= top as f32 {
            return None;
        }
        let up = direction.z > 0.0;
        let (mut z, mut normal) = (z_in.floor() as i32, side);
        if !up && z >= top {
            (z, normal) = (top - 1, IVec3::Z);
        }
        let last = z_out.floor() as i32;
        loop {
            let voxel = VoxelPos::new(x, y, z);
            if self.bounds.contains(voxel) && z < top {
                let material = self.baked.material(voxel);
                if material.is_plant()
                    && let Some(t) = blades::meet(origin, direction, voxel, material)
                    && t < leave + 0.01
                {
                    return Some(Hit {
                        t: t.max(enter),
                        voxel,
                        material,
                        normal: IVec3::Z,
                    });
                }
                let is_water = material == Material::Water && z >= 0 && stop == Stop::SolidOrFreshWater;
                if is_water || material.is_solid() {
                    let t = match normal.z {
                        0 => enter,
                        1 => ((z + 1) as f32 - origin.z) / direction.z,
                        _ => (z as f32 - origin.z) / direction.z,
                    };
                    return Some(Hit {
                        t: t.max(enter),
                        voxel,
                        material,
                        normal,
                    });
                }
            }
            if z == last || (up && z >= top) {
                return None;
            }
            z += if up { 1 } else { -1 };
            normal = if up { IVec3::NEG_Z } else { IVec3::Z };
        }
    }

    fn tile_top(&self, x: i32, y: i32) -> i32 {
        let min = self.bounds.min();
        let per_row = self.bounds.width() / CHUNK_EDGE;
        let tile = (y - min.y) / CHUNK_EDGE * per_row + (x - min.x) / CHUNK_EDGE;
        let tile = usize::try_from(tile).ok();
        tile.and_then(|tile| self.tile_tops.get(tile))
            .copied()
            .unwrap_or(i32::MAX)
    }

    /// Share of the sky above a column, from the horizon in eight directions within 48 m.
    fn sky_share(&self, x: i32, y: i32) -> f32 {
        const DIRECTIONS: [(i32, i32); 8] = [
            (1, 0),
            (1, 1),
            (0, 1),
            (-1, 1),
            (-1, 0),
            (-1, -1),
            (0, -1),
            (1, -1),
        ];
        const STEPS: [i32; 7] = [1, 2, 4, 8, 16, 32, 48];
        let ground_m = self.column(x, y).ground_m.max(0.0);
        let shares = DIRECTIONS.map(|(dx, dy)| {
            let length_m = if dx != 0 && dy != 0 {
                std::f32::consts::SQRT_2
            } else {
                1.0
            };
            let rise = STEPS.into_iter().fold(0.0_f32, |rise, step| {
                let there = self.column(x + dx * step, y + dy * step);
                rise.max((there.ground_m - ground_m) / (step as f32 * length_m))
            });
            1.0 - rise / (1.0 + rise * rise).sqrt()
        });
        shares.into_iter().sum::<f32>() / DIRECTIONS.len() as f32
    }
}

fn index(bounds: Bounds, x: i32, y: i32) -> usize {
    let min = bounds.min();
    usize::try_from((y - min.y) * bounds.width() + (x - min.x)).unwrap_or(usize::MAX)
}

fn column(baked: &BakedIsland, at: ColumnPos) -> Column {
    let Some(surface) = baked.tile(at.tile()) else {
        return OPEN_SEA;
    };
    let index = at.index_in_tile();
    let bounds = baked.bounds();
    let layers = bounds.chunks_of(at.tile()).collect::<Vec<_>>();
    let is_seen = |material: Material| material.is_solid() || material.is_plant();
    let highest = layers.into_iter().rev().find_map(|pos| {
        let chunk = baked.chunk(pos)?;
        let is_empty = chunk.as_uniform().is_some_and(|material| !is_seen(material));
        let voxels = (0..CHUNK_EDGE).rev().take_while(|_| !is_empty);
        let mut voxels = voxels.map(|up| VoxelPos::new(at.x, at.y, pos.first_voxel().z + up));
        voxels.find(|voxel| is_seen(chunk.material(voxel.index_in_chunk())))
    });
    Column {
        ground_m: ground_m(baked, at),
        coast_m: surface
            .coast_distances
            .get(index)
            .map_or(0.0, |distance| f32::from(*distance) / HEIGHT_STEPS),
        top: highest.map_or(bounds.min().z, |voxel| voxel.z + 1),
        water_end: surface
            .water_ends
            .get(index)
            .map_or(0, |end| i32::from(*end))
            .max(surface.top_voxel(index) + 1),
        sky: 1.0,
    }
}

/// The ground's real height in metres above the sea; deep sea outside the bounds.
pub(super) fn ground_m(baked: &BakedIsland, at: ColumnPos) -> f32 {
    let height = baked
        .tile(at.tile())
        .and_then(|tile| tile.heights.get(at.index_in_tile()).copied());
    height.map_or(OPEN_SEA.ground_m, |height| height as f32 / HEIGHT_STEPS)
}

#[cfg(test)]
mod tests {
    use glam::Vec3;

    use super::*;
    use crate::bake::{BakeOptions, bake};
    use crate::plan::IslandPlan;

    fn baked() -> BakedIsland {
        use shared::island::{Island, Marker};
        let mut island = Island::new("isle".parse().unwrap(), "isle".to_owned(), "Isle".to_owned());
        island.bounds = Bounds::new(128, 128, 32, 64).unwrap();
        for (id, kind, z_m) in [
            ("land", "land", 0.0),
            ("peak", "peak", 40.0),
            ("wood", "forest", 0.0),
        ] {
            let marker = Marker {
                id: id.parse().unwrap(),
                kind: kind.to_owned(),
                name: String::new(),
                note: String::new(),
                geometry: shared::geometry::Geometry::Point(shared::coords::LocalPos::new(3.0, -5.0, z_m)),
                layer: 0,
                priority: 0,
                attributes: [(
                    "radius".to_owned(),
                    shared::attribute::AttributeValue::Number(44.0),
                )]
                .into(),
            };
            island.markers.insert(marker.id, marker);
        }
        let plan = IslandPlan::new(
            &shared::project::Settings::default(),
            &shared::stamp::Stamps::default(),
            &island,
        );
        bake(&plan, &BakeOptions::default(), &()).unwrap()
    }

    /// The slow way: looks at every voxel along the ray in small steps. Where it first finds a solid one.
    fn march(baked: &BakedIsland, origin: Vec3, direction: Vec3) -> Option<f32> {
        (0..20_000).map(|step| step as f32 * MARCH_STEP).find(|t| {
            let at = origin + direction * *t;
            let voxel = shared::coords::LocalPos::new(at.x, at.y, at.z).voxel();
            baked.bounds().contains(voxel) && baked.solid(voxel)
        })
    }

    const MARCH_STEP: f32 = 0.02;

    #[test]
    fn rays_meet_the_first_solid_voxel() {
        let baked = baked();
        let scene = Scene::new(&baked);
        let (mut met, mut missed) = (0, 0);
        for number in 0..600_i32 {
            let unit = |salt: i32| super::super::noise::hash_unit(number, salt, 5) * 2.0 - 1.0;
            let origin = Vec3::new(unit(0) * 110.0, unit(1) * 110.0, 30.0 + unit(2) * 40.0);
            let target = Vec3::new(unit(3) * 50.0, unit(4) * 50.0, unit(5) * 30.0);
            let direction = (target - origin).normalize();
            let expected = march(&baked, origin, direction);
            if expected == Some(0.0) {
                continue;
            }
            let hit = scene.trace(origin, direction, f32::INFINITY);
            met += usize::from(hit.is_some());
            missed += usize::from(hit.is_none());
            if let Some(hit) = hit {
                // It is solid, and the ray touches it there: nothing is met that is not there.
                let at = origin + direction * hit.t;
                assert_eq!(hit.material, baked.material(hit.voxel));
                let plant = hit.material.is_plant();
                assert!(plant || hit.material.is_solid());
                assert!(distance_to(at, hit.voxel) < 2.0e-3, "{number}: {hit:?} at {at}");
                assert!(
                    plant || hit.normal.as_vec3().dot(direction) < 0.0,
                    "{number}: {hit:?}"
                );
            }
            // Nothing that is there is missed; small steps may jump over a corner that the ray cuts.
            let latest = expected.map_or(f32::INFINITY, |t| t + 2.0e-3);
            let found = hit.map_or(f32::INFINITY, |hit| hit.t);
            assert!(found <= latest, "{number}: {hit:?}, expected at {expected:?}");
        }
        assert!(
            met > 100 && missed > 20,
            "{met} rays met something, {missed} did not"
        );
    }

    /// Distance from a point to the box of a voxel.
    fn distance_to(at: Vec3, voxel: VoxelPos) -> f32 {
        let low = Vec3::new(voxel.x as f32, voxel.y as f32, voxel.z as f32);
        at.distance(at.clamp(low, low + 1.0))
    }

    #[test]
    fn axis_parallel_and_far_rays_are_fine() {
        let baked = baked();
        let scene = Scene::new(&baked);
        let down = scene
            .trace(Vec3::new(3.5, -4.5, 500.0), Vec3::NEG_Z, f32::INFINITY)
            .unwrap();
        assert_eq!(down.voxel.z + 1, scene.column(3, -5).top);
        assert_eq!(down.normal, IVec3::Z);
        assert_eq!(
            scene.trace(Vec3::new(0.5, 0.5, 500.0), Vec3::Z, f32::INFINITY),
            None
        );
        assert!(
            scene
                .trace(Vec3::new(-900.0, -4.5, 10.5), Vec3::X, f32::INFINITY)
                .is_some()
        );
        assert_eq!(scene.trace(Vec3::new(-900.0, -4.5, 10.5), Vec3::X, 100.0), None);
        assert_eq!(scene.smooth(f32::MAX, f32::MIN, |column| column.sky), 1.0);
    }

    #[test]
    fn what_is_cut_off_is_not_there() {
        let baked = baked();
        let inside = VoxelPos::new(3, -5, 10);
        assert!(baked.solid(inside));
        let from = Vec3::new(3.5, -4.5, 10.5);
        for (towards, face) in [
            (Vec2::new(0.9, -0.4), IVec3::X),
            (Vec2::new(-0.9, 0.4), IVec3::NEG_X),
            (Vec2::new(0.4, 0.9), IVec3::Y),
            (Vec2::new(0.4, -0.9), IVec3::NEG_Y),
        ] {
            let side = face.as_vec3();
            let metres = face.dot(IVec3::new(inside.x, inside.y, inside.z)) + 2;
            let scene = Scene::new(&baked).cut(towards, metres);
            let hit = scene.trace(from + side * 500.0, -side, f32::INFINITY).unwrap();
            let wall = (from + side * 500.0 - side * hit.t).dot(side);
            assert!(
                hit.normal == face && (wall - metres as f32).abs() < 1.0e-3,
                "{towards}"
            );
            assert!(scene.solid(inside) && hit.material == baked.material(hit.voxel));
            let gone = Scene::new(&baked).cut(towards, metres - 5);
            assert!(!gone.solid(inside) && gone.column(3, -5).top == OPEN_SEA.top);
            for all_or_nothing in [i32::MIN, i32::MAX] {
                let scene = Scene::new(&baked).cut(towards, all_or_nothing);
                assert_eq!(scene.solid(inside), all_or_nothing > 0);
            }
        }
    }
}
