//! The surface of a baked island as triangles: tops and sides of voxel columns, and trees, at several
//! levels of detail.
//!
//! Tops merge along rows where height, material and shade agree; sides take the materials that really lie
//! there. A coarser level samples every 2nd or 4th column.
//!
//! *Not* responsible for: caves and overhangs, which no generator version makes yet.

use shared::coords::{ColumnPos, VoxelPos};
use shared::island::Bounds;
use worldgen::Plant;
use worldgen::{BakedIsland, Material};

/// Most columns of the finest level; larger islands start coarser.
const MAX_COLUMNS: i64 = 300_000;
/// Trees beyond this are drawn from voxels of twice the size at the finest level.
const MANY_TREES: usize = 1500;
/// Sides below the sea are not drawn deeper than this: nothing is seen there.
const DEEPEST: i32 = -48;

/// A vertex: where it is in metres, and its colour with light baked in.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vertex {
    /// Metres, z up.
    pub at: [f32; 3],
    /// sRGB.
    pub colour: [u8; 4],
}

/// Triangles of one level of detail.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MeshLevel {
    /// Columns per cell.
    pub step: i32,
    /// Corners, four per face.
    pub vertices: Vec<Vertex>,
    /// Two triangles per face.
    pub indices: Vec<u32>,
}

/// An island's surface, finest level first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SceneMesh {
    /// Finest first; the last one is for a moving camera.
    pub levels: Vec<MeshLevel>,
    /// Half the width of the island's box, in metres.
    pub half_width_m: f32,
    /// Half the depth of the island's box, in metres.
    pub half_depth_m: f32,
}

impl SceneMesh {
    /// The surface of a bake.
    pub fn of_bake(island: &BakedIsland) -> Self {
        let bounds = island.bounds();
        let columns = i64::from(bounds.width()) * i64::from(bounds.depth());
        let mut finest = 1;
        while columns / i64::from(finest * finest) > MAX_COLUMNS {
            finest *= 2;
        }
        let levels = [finest, finest * 2, finest * 4]
            .into_iter()
            .map(|step| level(island, step))
            .collect();
        Self {
            levels,
            half_width_m: bounds.width() as f32 / 2.0,
            half_depth_m: bounds.depth() as f32 / 2.0,
        }
    }

    /// The finest level of at most this many triangles, or the coarsest.
    pub fn level_within(&self, triangles: usize) -> usize {
        self.levels
            .iter()
            .position(|level| level.indices.len() / 3 <= triangles)
            .unwrap_or(self.levels.len().saturating_sub(1))
    }
}

/// The four sides: step in x and y, and how much light they get.
const SIDES: [(i32, i32, f32); 4] = [(1, 0, 0.80), (-1, 0, 0.72), (0, 1, 0.66), (0, -1, 0.86)];

/// Heights of sampled columns.
struct Columns<'a> {
    island: &'a BakedIsland,
    bounds: Bounds,
    step: i32,
    width: i32,
    depth: i32,
    /// z of the first air voxel above the ground.
    tops: Vec<i32>,
}

fn level(island: &BakedIsland, step: i32) -> MeshLevel {
    let columns = Columns::new(island, step);
    let mut level = MeshLevel {
        step,
        ..MeshLevel::default()
    };
    columns.add_tops(&mut level);
    columns.add_sides(&mut level);
    let trees: Vec<&Plant> = island
        .tiles()
        .iter()
        .flat_map(|tile| {
            // A tree is listed by every tile it overhangs; its trunk stands on one.
            tile.plants
                .iter()
                .filter(|tree| tree.base.column().tile() == tile.pos)
        })
        .collect();
    let tree_step = if step == 1 && trees.len() <= MANY_TREES {
        1
    } else {
        step.max(2)
    };
    for tree in trees {
        add_tree(&mut level, tree, tree_step);
    }
    level
}

impl<'a> Columns<'a> {
    fn new(island: &'a BakedIsland, step: i32) -> Self {
        let bounds = island.bounds();
        let (width, depth) = (bounds.width() / step, bounds.depth() / step);
        let mut columns = Self {
            island,
            bounds,
            step,
            width,
            depth,
            tops: Vec::new(),
        };
        for y in 0..depth {
            for x in 0..width {
                let column = columns.column(x, y);
                let top = island
                    .tile(column.tile())
                    .map_or(bounds.min().z, |tile| tile.top_voxel(column.index_in_tile()) + 1);
                columns.tops.push(top);
            }
        }
        columns
    }

    /// The column that stands for a cell.
    fn column(&self, x: i32, y: i32) -> ColumnPos {
        let min = self.bounds.min();
        ColumnPos::new(
            min.x + x * self.step + self.step / 2,
            min.y + y * self.step + self.step / 2,
        )
    }

    /// z above the ground of a cell; `None` outside.
    fn top(&self, x: i32, y: i32) -> Option<i32> {
        if !(0..self.width).contains(&x) || !(0..self.depth).contains(&y) {
            return None;
        }
        let index = usize::try_from(y * self.width + x).ok()?;
        self.tops.get(index).copied()
    }

    /// Light on the top of a cell in sixteenths: less where the ground around it is higher.
    fn shade(&self, x: i32, y: i32, top: i32) -> u8 {
        let mut shade = 16_u8;
        for (dx, dy) in [
            (1, 0),
            (-1, 0),
            (0, 1),
            (0, -1),
            (1, 1),
            (-1, 1),
            (1, -1),
            (-1, -1),
        ] {
            if self.top(x + dx, y + dy).is_some_and(|other| other > top) {
                shade -= 1;
            }
        }
        shade
    }

    fn material(&self, x: i32, y: i32) -> Material {
        let column = self.column(x, y);
        self.island
            .tile(column.tile())
            .and_then(|tile| tile.materials.get(column.index_in_tile()).copied())
            .unwrap_or_default()
    }

    fn corner_m(&self, x: i32, y: i32) -> (f32, f32) {
        let min = self.bounds.min();
        ((min.x + x * self.step) as f32, (min.y + y * self.step) as f32)
    }

    fn add_tops(&self, level: &mut MeshLevel) {
        for y in 0..self.depth {
            let mut x = 0;
            while x < self.width {
                let Some(top) = self.top(x, y) else { break };
                let face = (top, self.material(x, y), self.shade(x, y, top));
                let mut end = x + 1;
                while self
                    .top(end, y)
                    .is_some_and(|top| (top, self.material(end, y), self.shade(end, y, top)) == face)
                {
                    end += 1;
                }
                let ((west, south), (east, north)) = (self.corner_m(x, y), self.corner_m(end, y + 1));
                let z = top as f32;
                let colour = lit(face.1, f32::from(face.2) / 16.0);
                level.face(
                    [
                        [west, south, z],
                        [east, south, z],
                        [east, north, z],
                        [west, north, z],
                    ],
                    colour,
                );
                x = end;
            }
        }
    }

    fn add_sides(&self, level: &mut MeshLevel) {
        let floor = self.bounds.min().z.max(DEEPEST);
        for y in 0..self.depth {
            for x in 0..self.width {
                let Some(top) = self.top(x, y) else { continue };
                for (dx, dy, light) in SIDES {
                    let bottom = self.top(x + dx, y + dy).unwrap_or(floor).max(floor);
                    if bottom < top {
                        self.add_side(level, (x, y), (dx, dy), (bottom, top), light);
                    }
                }
            }
        }
    }

    /// One side of a cell, split where the material changes.
    fn add_side(
        &self,
        level: &mut MeshLevel,
        (x, y): (i32, i32),
        (dx, dy): (i32, i32),
        (bottom, top): (i32, i32),
        light: f32,
    ) {
        let column = self.column(x, y);
        let ((west, south), (east, north)) = (self.corner_m(x, y), self.corner_m(x + 1, y + 1));
        let (a, b) = match (dx, dy) {
            (1, _) => ([east, south], [east, north]),
            (-1, _) => ([west, north], [west, south]),
            (_, 1) => ([east, north], [west, north]),
            _ => ([west, south], [east, south]),
        };
        let material_at = |z: i32| self.island.material(VoxelPos::new(column.x, column.y, z));
        let mut from = bottom;
        while from < top {
            let material = material_at(from);
            let mut to = from + 1;
            while to < top && material_at(to) == material {
                to += 1;
            }
            let (low, high) = (from as f32, to as f32);
            level.face(
                [
                    [a[0], a[1], low],
                    [b[0], b[1], low],
                    [b[0], b[1], high],
                    [a[0], a[1], high],
                ],
                lit(material, light),
            );
            from = to;
        }
    }
}

impl MeshLevel {
    fn face(&mut self, corners: [[f32; 3]; 4], colour: [u8; 4]) {
        let Ok(first) = u32::try_from(self.vertices.len()) else {
            return;
        };
        self.vertices.extend(corners.map(|at| Vertex { at, colour }));
        self.indices
            .extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
    }
}

/// The faces of a tree between filled and empty cells of `step` voxels.
fn add_tree(level: &mut MeshLevel, tree: &Plant, step: i32) {
    let (min, max) = tree.extent();
    let cells = |from: i32, to: i32| (to - from + step - 1) / step;
    let (width, depth, height) = (cells(min.x, max.x), cells(min.y, max.y), cells(min.z, max.z));
    let voxel = |x: i32, y: i32, z: i32| {
        // The trunk's column is in the middle, so sample there and not at the corner.
        VoxelPos::new(
            (min.x + x * step + step / 2).min(max.x - 1),
            (min.y + y * step + step / 2).min(max.y - 1),
            (min.z + z * step).min(max.z - 1),
        )
    };
    let index = |x: i32, y: i32, z: i32| usize::try_from((z * depth + y) * width + x).ok();
    let mut filled = Vec::new();
    for z in 0..height {
        for y in 0..depth {
            for x in 0..width {
                filled.push(tree.material(voxel(x, y, z)));
            }
        }
    }
    let at = |x: i32, y: i32, z: i32| {
        let inside = (0..width).contains(&x) && (0..depth).contains(&y) && (0..height).contains(&z);
        if inside {
            filled.get(index(x, y, z)?).copied().flatten()
        } else {
            None
        }
    };
    for z in 0..height {
        for y in 0..depth {
            for x in 0..width {
                let Some(material) = at(x, y, z) else { continue };
                let low = [
                    (min.x + x * step) as f32,
                    (min.y + y * step) as f32,
                    (min.z + z * step) as f32,
                ];
                // Crowns are lighter above, as if light fell through them.
                let rise = 0.86 + 0.14 * (z + 1) as f32 / height as f32;
                if at(x, y, z + 1).is_none() {
                    level.face(top_of(low, step), lit(material, 1.04 * rise));
                }
                for (dx, dy, light) in SIDES {
                    if at(x + dx, y + dy, z).is_none() {
                        level.face(side_of(low, step, (dx, dy)), lit(material, light * rise));
                    }
                }
            }
        }
    }
}

fn top_of([x, y, z]: [f32; 3], step: i32) -> [[f32; 3]; 4] {
    let edge = step as f32;
    let top = z + edge;
    [
        [x, y, top],
        [x + edge, y, top],
        [x + edge, y + edge, top],
        [x, y + edge, top],
    ]
}

fn side_of([x, y, z]: [f32; 3], step: i32, (dx, dy): (i32, i32)) -> [[f32; 3]; 4] {
    let edge = step as f32;
    let (east, north, top) = (x + edge, y + edge, z + edge);
    let (a, b) = match (dx, dy) {
        (1, _) => ([east, y], [east, north]),
        (-1, _) => ([x, north], [x, y]),
        (_, 1) => ([east, north], [x, north]),
        _ => ([x, y], [east, y]),
    };
    [
        [a[0], a[1], z],
        [b[0], b[1], z],
        [b[0], b[1], top],
        [a[0], a[1], top],
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=255 before the cast"
)]
fn lit(material: Material, light: f32) -> [u8; 4] {
    let colour = material.colour();
    let channel = |value: u8| (f32::from(value) * light).clamp(0.0, 255.0) as u8;
    [channel(colour.r), channel(colour.g), channel(colour.b), 255]
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::IslandId;
    use shared::island::Island;
    use shared::project::Settings;
    use worldgen::{BakeOptions, IslandPlan, bake};

    #[test]
    fn flat_sea_floor_is_one_face_per_row_and_coarser_levels_are_smaller() {
        let mut island = Island::new(IslandId("a".parse().unwrap()), "a".into(), "A".into());
        island.bounds = Bounds::new(64, 64, 32, 32).unwrap();
        let plan = IslandPlan::new(&Settings::default(), &shared::stamp::Stamps::default(), &island);
        let baked = bake(&plan, &BakeOptions::default(), &()).unwrap();
        let mesh = SceneMesh::of_bake(&baked);
        let faces: Vec<usize> = mesh.levels.iter().map(|level| level.indices.len() / 6).collect();
        assert!(faces[0] > faces[1] && faces[1] > faces[2], "{faces:?}");
        for level in &mesh.levels {
            assert!(
                level
                    .indices
                    .iter()
                    .all(|index| (*index as usize) < level.vertices.len())
            );
        }
        assert_eq!(mesh.level_within(usize::MAX), 0);
        assert_eq!(mesh.level_within(0), 2);
    }
}
