//! The meshes of an island in the memory of the graphics card, tile by tile: after an edit only tiles that
//! changed are uploaded again, and only tiles in sight are drawn.
//!
//! *Not* responsible for: shaders, what is drawn when (`scene::renderer`).

use std::collections::BTreeMap;
use std::sync::Arc;

use glam::{Mat4, Vec3};
use shared::coords::{CHUNK_EDGE, TilePos};
use three_d::{Context, ElementBuffer, VertexBuffer, f16, vec3};
use worldgen::mesh::{ChunkMesh, LevelMesh, Placement};

use super::mesh::{Geometry, SceneMesh, TileGeometry};

/// Buffers of one geometry.
pub(super) struct Buffers {
    pub(super) positions: VertexBuffer<three_d::Vec3>,
    pub(super) colours: VertexBuffer<three_d::Vector4<f16>>,
    pub(super) indices: ElementBuffer<u32>,
}

impl Buffers {
    /// Uploads a geometry; `None` when there is nothing in it.
    pub(super) fn new(context: &Context, geometry: &Geometry) -> Option<Self> {
        if geometry.indices.is_empty() {
            return None;
        }
        let positions: Vec<_> = geometry
            .positions
            .iter()
            .map(|[x, y, z]| vec3(*x, *y, *z))
            .collect();
        let colours: Vec<_> = geometry.colours.iter().map(|colour| gl_colour(*colour)).collect();
        Some(Self {
            positions: VertexBuffer::new_with_data(context, &positions),
            colours: VertexBuffer::new_with_data(context, &colours),
            indices: ElementBuffer::new_with_data(context, &geometry.indices),
        })
    }
}

/// A colour as the shader reads it: 0 to 1, in half the room of a full float.
fn gl_colour(colour: [u8; 4]) -> three_d::Vector4<f16> {
    three_d::Vector4::from(colour.map(|channel| f16::from_f32(f32::from(channel) / 255.0)))
}

/// What stands on one tile.
pub(super) struct Tile {
    /// The meshes that the buffers hold, to tell whether they changed.
    meshes: Vec<(Placement, Arc<ChunkMesh>)>,
    low: Vec3,
    high: Vec3,
    pub(super) ground: Option<Buffers>,
    pub(super) water: Option<Buffers>,
}

impl Tile {
    fn new(context: &Context, meshes: Vec<(Placement, Arc<ChunkMesh>)>) -> Self {
        let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        for (place, _) in &meshes {
            let origin = Vec3::from(place.origin_m);
            low = low.min(origin);
            high = high.max(origin + Vec3::splat(CHUNK_EDGE as f32 * place.voxel_m));
        }
        let geometry = TileGeometry::of(&meshes);
        Self {
            low,
            high,
            ground: Buffers::new(context, &geometry.ground),
            water: Buffers::new(context, &geometry.water),
            meshes,
        }
    }

    fn holds(&self, meshes: &[(Placement, Arc<ChunkMesh>)]) -> bool {
        self.meshes.len() == meshes.len()
            && self
                .meshes
                .iter()
                .zip(meshes)
                .all(|((old_place, old), (place, mesh))| old_place == place && Arc::ptr_eq(old, mesh))
    }

    /// Whether any of it can be on the picture.
    pub(super) fn is_in_sight(&self, clip_from_world: Mat4) -> bool {
        is_in_sight(clip_from_world, self.low, self.high)
    }
}

/// Whether any of a box can be on the picture: not when all its corners lie beyond one side of it.
fn is_in_sight(clip_from_world: Mat4, low: Vec3, high: Vec3) -> bool {
    let corners = [0_u8, 1, 2, 3, 4, 5, 6, 7].map(|corner| {
        let pick = |bit: u8, low: f32, high: f32| if corner >> bit & 1 == 0 { low } else { high };
        let at = Vec3::new(
            pick(0, low.x, high.x),
            pick(1, low.y, high.y),
            pick(2, low.z, high.z),
        );
        clip_from_world * at.extend(1.0)
    });
    (0..3).all(|axis| corners.iter().any(|at| at[axis] <= at.w) && corners.iter().any(|at| at[axis] >= -at.w))
}

/// The tiles of all levels that were drawn of one island.
#[derive(Default)]
pub(super) struct Tiles {
    levels: BTreeMap<usize, BTreeMap<TilePos, Tile>>,
}

impl Tiles {
    /// Brings a level up to date with the mesh and returns its tiles.
    pub(super) fn update(
        &mut self,
        context: &Context,
        mesh: &SceneMesh,
        level: usize,
    ) -> &BTreeMap<TilePos, Tile> {
        let tiles = self.levels.entry(level).or_default();
        let mut wanted = mesh.levels().get(level).map(by_tile).unwrap_or_default();
        tiles.retain(|pos, _| wanted.contains_key(pos));
        wanted.retain(|pos, meshes| !tiles.get(pos).is_some_and(|tile| tile.holds(meshes)));
        for (pos, meshes) in wanted {
            tiles.insert(pos, Tile::new(context, meshes));
        }
        tiles
    }
}

/// The meshes of a level by the tile they stand on.
fn by_tile(level: &LevelMesh) -> BTreeMap<TilePos, Vec<(Placement, Arc<ChunkMesh>)>> {
    let mut tiles: BTreeMap<TilePos, Vec<_>> = BTreeMap::new();
    for (pos, mesh) in level.chunks() {
        let tile = tiles.entry(pos.tile()).or_default();
        tile.push((level.placement(*pos), Arc::clone(mesh)));
    }
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::camera::OrbitCamera;

    #[test]
    fn tiles_behind_and_beside_the_camera_are_not_drawn() {
        let camera = OrbitCamera {
            target: Vec3::ZERO,
            yaw: 0.0,
            pitch: 0.3,
            distance_m: 100.0,
        };
        let clip = camera.clip_from_world(1.5);
        let tile_at = |x: f32, y: f32| {
            let low = Vec3::new(x, y, -16.0);
            is_in_sight(clip, low, low + Vec3::splat(32.0))
        };
        assert!(tile_at(0.0, 0.0));
        assert!(tile_at(-16.0, 200.0));
        assert!(!tile_at(0.0, -400.0), "behind");
        assert!(!tile_at(600.0, 0.0), "to the right");
        // A box around the camera is in sight, whatever its corners.
        assert!(is_in_sight(clip, Vec3::splat(-4000.0), Vec3::splat(4000.0)));
    }
}
