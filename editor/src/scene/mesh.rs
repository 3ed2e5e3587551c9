//! The surface of a baked island for the 3D view: meshes at several levels of detail, and their vertices.
//!
//! *Not* responsible for: meshing (`worldgen::mesh`), the graphics card.

use std::sync::Arc;

use worldgen::mesh::{ChunkMesh, Face, IslandMesh, LevelMesh, Placement, Triangles, Vertex};
use worldgen::{BakedIsland, Material};

/// Levels of detail: voxels of 1, 2, 4 and 8 metres.
const LEVELS: usize = 4;
/// Light on a corner by how open it is.
const CORNER_LIGHT: [f32; 4] = [0.52, 0.68, 0.84, 1.0];
/// Water from above: its colour, and how much of what lies below shines through.
pub(super) const WATER: [u8; 4] = [70, 142, 178, 110];

/// An island's surface, finest level first.
#[derive(Clone, Debug)]
pub struct SceneMesh {
    mesh: IslandMesh,
    /// Half the width of the island's box, in metres.
    pub half_width_m: f32,
    /// Half the depth of the island's box, in metres.
    pub half_depth_m: f32,
}

impl SceneMesh {
    /// The surface of a bake. What `before` shares with it is not meshed again.
    pub fn of_bake(island: &BakedIsland, before: Option<&Self>) -> Self {
        let bounds = island.bounds();
        Self {
            mesh: IslandMesh::new(island, LEVELS, before.map(|before| &before.mesh)),
            half_width_m: bounds.width() as f32 / 2.0,
            half_depth_m: bounds.depth() as f32 / 2.0,
        }
    }

    /// Its levels, finest first; at least one.
    pub fn levels(&self) -> &[LevelMesh] {
        self.mesh.levels()
    }

    /// The finest level of at most this many triangles, or the coarsest.
    pub fn level_within(&self, triangles: usize) -> usize {
        let levels = self.levels();
        levels
            .iter()
            .position(|level| level.triangle_count() <= triangles)
            .unwrap_or(levels.len().saturating_sub(1))
    }
}

/// Triangles as the graphics card takes them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Geometry {
    /// Metres, z up.
    pub positions: Vec<[f32; 3]>,
    /// sRGB with light baked in, and how opaque.
    pub colours: Vec<[u8; 4]>,
    /// Three per triangle.
    pub indices: Vec<u32>,
}

/// What stands on one tile of a level: ground and plants, and the water to be drawn after all ground.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TileGeometry {
    /// Opaque.
    pub ground: Geometry,
    /// Clear.
    pub water: Geometry,
}

impl TileGeometry {
    /// The geometry of these meshes.
    pub fn of(meshes: &[(Placement, Arc<ChunkMesh>)]) -> Self {
        let (mut ground, mut water) = (Triangles::default(), Triangles::default());
        for (place, mesh) in meshes {
            ground.add_quads(&mesh.solid, *place);
            ground.add_plants(&mesh.plants, *place);
            water.add_quads(&mesh.water, *place);
        }
        Self {
            ground: Geometry::of(ground, ground_colour),
            water: Geometry::of(water, water_colour),
        }
    }
}

impl Geometry {
    fn of(triangles: Triangles, colour: impl Fn(&Vertex) -> [u8; 4]) -> Self {
        Self {
            positions: triangles
                .vertices
                .iter()
                .map(|vertex| vertex.position_m)
                .collect(),
            colours: triangles.vertices.iter().map(colour).collect(),
            indices: triangles.indices,
        }
    }

    /// Adds a rectangle.
    pub fn add_face(&mut self, corners: [[f32; 3]; 4], colour: [u8; 4]) {
        let Ok(first) = u32::try_from(self.positions.len()) else {
            return;
        };
        self.positions.extend(corners);
        self.colours.extend([colour; 4]);
        self.indices
            .extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
    }
}

/// How much of the sun and sky a side gets: the sun stands in the south-west.
fn side_light(face: Face) -> f32 {
    match face {
        Face::Up => 1.0,
        Face::South => 0.86,
        Face::West => 0.80,
        Face::East => 0.72,
        Face::North => 0.66,
        Face::Down => 0.50,
    }
}

fn ground_colour(vertex: &Vertex) -> [u8; 4] {
    let corner = CORNER_LIGHT[usize::from(vertex.light.min(3))];
    lit(vertex.material, side_light(vertex.face) * corner)
}

/// Sides of water are falls and the rims of pools: whiter than the surface.
fn water_colour(vertex: &Vertex) -> [u8; 4] {
    match vertex.face {
        Face::Up | Face::Down => WATER,
        _ => [150, 196, 216, 150],
    }
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
    use shared::island::{Bounds, Island};
    use shared::project::Settings;
    use worldgen::{BakeOptions, IslandPlan, bake};

    #[test]
    fn levels_get_smaller_and_the_sea_is_clear() {
        let mut island = Island::new(IslandId("a".parse().unwrap()), "a".into(), "A".into());
        island.bounds = Bounds::new(64, 64, 32, 32).unwrap();
        let plan = IslandPlan::new(&Settings::default(), &shared::stamp::Stamps::default(), &island);
        let baked = bake(&plan, &BakeOptions::default(), &()).unwrap();
        let mesh = SceneMesh::of_bake(&baked, None);
        let faces: Vec<usize> = mesh.levels().iter().map(LevelMesh::triangle_count).collect();
        assert!(faces[0] > faces[1] && faces[1] > faces[2], "{faces:?}");
        assert_eq!(mesh.level_within(usize::MAX), 0);
        assert_eq!(mesh.level_within(0), LEVELS - 1);
        for level in mesh.levels() {
            let meshes: Vec<_> = level
                .chunks()
                .iter()
                .map(|(pos, mesh)| (level.placement(*pos), Arc::clone(mesh)))
                .collect();
            let geometry = TileGeometry::of(&meshes);
            assert!(!geometry.ground.indices.is_empty() && !geometry.water.indices.is_empty());
            assert!(geometry.ground.colours.iter().all(|colour| colour[3] == 255));
            assert!(geometry.water.colours.iter().all(|colour| colour[3] < 255));
            assert!(geometry.water.positions.iter().all(|[_, _, z]| *z == 0.0));
        }
    }
}
