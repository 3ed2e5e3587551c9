//! Reading rows and telling good ones from damaged ones.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, Statement, params};
use shared::coords::{ChunkPos, TilePos, VoxelPos};
use shared::ids::IslandId;
use shared::island::Bounds;

use super::codec::{DamagedBlob, Decoder};
use super::{BakeKey, Outcome, StoreErrorKind, checksum, tile_place};
use crate::bake::BakedIsland;
use crate::chunk::Chunk;
use crate::surface::SurfaceTile;

/// The row of an island.
struct Head {
    bounds: Bounds,
    voxel_hash: [u8; 16],
}

/// Reads the blobs of one island.
struct Reader<'a> {
    island: IslandId,
    key: BakeKey,
    tiles: Statement<'a>,
    chunks: Statement<'a>,
    decoder: Decoder,
}

/// All islands with their keys, in canonical order.
pub(super) fn keys(connection: &Connection) -> Outcome<Vec<(IslandId, BakeKey)>> {
    let mut statement = connection.prepare("SELECT id, bake_key FROM island ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 16]>(1)?))
    })?;
    let mut keys = Vec::new();
    for row in rows {
        let (id, key) = row?;
        // An id that does not parse belongs to no project; nobody will ask for it.
        if let Ok(id) = id.parse() {
            keys.push((id, BakeKey::from_bytes(key)));
        }
    }
    Ok(keys)
}

/// A whole island; `None` when it is not there under the key.
pub(super) fn island(
    connection: &Connection,
    island: IslandId,
    key: BakeKey,
) -> Outcome<Option<BakedIsland>> {
    // One transaction, so that a bake that is put meanwhile is seen completely or not at all.
    let transaction = connection.unchecked_transaction()?;
    let Some(head) = head(&transaction, island, key)? else {
        return Ok(None);
    };
    let mut reader = Reader::new(&transaction, island, key)?;
    let (mut tiles, mut chunks) = (Vec::new(), Vec::new());
    for tile in head.bounds.tiles() {
        tiles.push(Arc::new(reader.surface(tile)?));
        for chunk in head.bounds.chunks_of(tile) {
            chunks.push(Arc::new(reader.chunk(chunk)?));
        }
    }
    let baked = BakedIsland::from_parts(island, head.bounds, tiles, chunks)
        .filter(|baked| baked.hash().to_be_bytes() == head.voxel_hash)
        .ok_or_else(|| {
            damaged(
                island,
                "its voxels".to_owned(),
                DamagedBlob("the hash of all voxels differs"),
            )
        })?;
    Ok(Some(baked))
}

/// One chunk; `None` when the island is not there under the key, or the chunk lies outside it.
pub(super) fn chunk(
    connection: &Connection,
    island: IslandId,
    key: BakeKey,
    pos: ChunkPos,
) -> Outcome<Option<Chunk>> {
    let transaction = connection.unchecked_transaction()?;
    match head(&transaction, island, key)? {
        Some(head) if head.bounds.contains(pos.first_voxel()) => {
            Reader::new(&transaction, island, key)?.chunk(pos).map(Some)
        }
        _ => Ok(None),
    }
}

/// One surface; `None` when the island is not there under the key, or the tile lies outside it.
pub(super) fn surface(
    connection: &Connection,
    island: IslandId,
    key: BakeKey,
    pos: TilePos,
) -> Outcome<Option<SurfaceTile>> {
    let transaction = connection.unchecked_transaction()?;
    let first = pos.first_column();
    match head(&transaction, island, key)? {
        Some(head) if head.bounds.contains(VoxelPos::new(first.x, first.y, 0)) => {
            Reader::new(&transaction, island, key)?.surface(pos).map(Some)
        }
        _ => Ok(None),
    }
}

fn head(connection: &Connection, island: IslandId, key: BakeKey) -> Outcome<Option<Head>> {
    let sql = "SELECT bake_key, width, depth, below, above, voxel_hash FROM island WHERE id = ?1";
    let row = connection
        .query_row(sql, [island.to_string()], |row| {
            let extents = [row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, i32>(4)?];
            Ok((row.get::<_, [u8; 16]>(0)?, extents, row.get::<_, [u8; 16]>(5)?))
        })
        .optional()?;
    let Some((stored, [width, depth, below, above], voxel_hash)) = row else {
        return Ok(None);
    };
    if BakeKey::from_bytes(stored) != key {
        return Ok(None);
    }
    match Bounds::new(width, depth, below, above) {
        Ok(bounds) => Ok(Some(Head { bounds, voxel_hash })),
        Err(_impossible) => Err(damaged(
            island,
            "its row".to_owned(),
            DamagedBlob("impossible bounds"),
        )),
    }
}

impl<'a> Reader<'a> {
    fn new(connection: &'a Connection, island: IslandId, key: BakeKey) -> Outcome<Self> {
        let tiles = "SELECT surface, checksum FROM tile WHERE island = ?1 AND x = ?2 AND y = ?3";
        let chunks = "SELECT voxels, checksum FROM chunk WHERE island = ?1 AND x = ?2 AND y = ?3 AND z = ?4";
        Ok(Self {
            island,
            key,
            tiles: connection.prepare(tiles)?,
            chunks: connection.prepare(chunks)?,
            decoder: Decoder::new()?,
        })
    }

    fn surface(&mut self, pos: TilePos) -> Outcome<SurfaceTile> {
        let place = || format!("tile {}, {}", pos.x, pos.y);
        let mut rows = self.tiles.query(params![self.island.to_string(), pos.x, pos.y])?;
        let blob = sound_blob(rows.next()?, self.key, tile_place(pos))?;
        let surface = blob.and_then(|blob| self.decoder.surface(pos, blob));
        surface.map_err(|reason| damaged(self.island, place(), reason))
    }

    fn chunk(&mut self, pos: ChunkPos) -> Outcome<Chunk> {
        let place = || format!("chunk {}, {}, {}", pos.x, pos.y, pos.z);
        let mut rows = self
            .chunks
            .query(params![self.island.to_string(), pos.x, pos.y, pos.z])?;
        let blob = sound_blob(rows.next()?, self.key, [pos.x, pos.y, pos.z])?;
        let chunk = blob.and_then(|blob| self.decoder.chunk(blob));
        chunk.map_err(|reason| damaged(self.island, place(), reason))
    }
}

/// The blob of a row (blob, checksum), if the checksum is right.
fn sound_blob<'a>(
    row: Option<&'a Row<'_>>,
    key: BakeKey,
    place: [i32; 3],
) -> rusqlite::Result<Result<&'a [u8], DamagedBlob>> {
    let Some(row) = row else {
        return Ok(Err(DamagedBlob("it is missing")));
    };
    let blob = row.get_ref(0)?.as_blob()?;
    let sound = row.get::<_, i64>(1)? == checksum(key, place, blob);
    Ok(if sound {
        Ok(blob)
    } else {
        Err(DamagedBlob("the checksum differs"))
    })
}

fn damaged(island: IslandId, place: String, reason: DamagedBlob) -> StoreErrorKind {
    StoreErrorKind::Damaged {
        island,
        place,
        reason,
    }
}
