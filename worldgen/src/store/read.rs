//! Reading rows and telling good ones from damaged ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Statement, params};
use shared::coords::{ChunkPos, TilePos, VoxelPos};
use shared::ids::{Id, IslandId};
use shared::island::Bounds;

use super::codec::{DamagedBlob, Decoder};
use super::{BakeKey, Outcome, StoreErrorKind, checksum};
use crate::bake::{BakedIsland, Origin};
use crate::chunk::Chunk;
use crate::plan::TileKey;
use crate::seed::Seed;
use crate::surface::SurfaceTile;

/// The row of an island.
struct Head {
    key: BakeKey,
    bounds: Bounds,
    seed: Seed,
    voxel_hash: [u8; 16],
    sources: Vec<(Id, u64)>,
}

/// Reads the blobs of one island.
struct Reader<'a> {
    island: IslandId,
    tiles: Statement<'a>,
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
    match head(&transaction, island)? {
        Some(head) if head.key == key => whole(&transaction, island, head).map(Some),
        _ => Ok(None),
    }
}

/// A whole island under whatever key; `None` when there is none.
pub(super) fn latest(connection: &Connection, island: IslandId) -> Outcome<Option<BakedIsland>> {
    let transaction = connection.unchecked_transaction()?;
    let head = head(&transaction, island)?;
    head.map(|head| whole(&transaction, island, head)).transpose()
}

/// The keys of an island's tiles.
pub(super) fn tile_keys(connection: &Connection, island: &str) -> Outcome<BTreeMap<TilePos, TileKey>> {
    let mut statement = connection.prepare("SELECT x, y, tile_key FROM tile WHERE island = ?1")?;
    let rows = statement.query_map([island], |row| {
        Ok((
            TilePos::new(row.get(0)?, row.get(1)?),
            TileKey::from_bytes(row.get(2)?),
        ))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn whole(connection: &Connection, island: IslandId, head: Head) -> Outcome<BakedIsland> {
    let mut reader = Reader::new(connection, island, head.seed, head.bounds)?;
    let (mut tiles, mut chunks) = (Vec::new(), Vec::new());
    let mut origin = Origin {
        seed: head.seed,
        tiles: Vec::new(),
        sources: head.sources,
    };
    for tile in head.bounds.tiles() {
        let (key, (surface, above)) = reader.read(tile, |decoder, blob| decoder.tile(tile, blob))?;
        origin.tiles.push(key);
        tiles.push(surface);
        chunks.extend(above.into_iter().map(Arc::new));
    }
    BakedIsland::from_parts(island, head.bounds, tiles, chunks, origin)
        .filter(|baked| baked.hash().to_be_bytes() == head.voxel_hash)
        .ok_or_else(|| {
            damaged(
                island,
                "its voxels".to_owned(),
                DamagedBlob("the hash of all voxels differs"),
            )
        })
}

/// One chunk; `None` when the island is not there under the key, or the chunk lies outside it.
pub(super) fn chunk(
    connection: &Connection,
    island: IslandId,
    key: BakeKey,
    pos: ChunkPos,
) -> Outcome<Option<Chunk>> {
    let transaction = connection.unchecked_transaction()?;
    match head(&transaction, island)? {
        Some(head) if head.key == key && head.bounds.contains(pos.first_voxel()) => {
            let mut reader = Reader::new(&transaction, island, head.seed, head.bounds)?;
            let (_, chunk) = reader.read(pos.tile(), |decoder, blob| decoder.chunk(pos, blob))?;
            Ok(Some(chunk))
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
    match head(&transaction, island)? {
        Some(head) if head.key == key && head.bounds.contains(VoxelPos::new(first.x, first.y, 0)) => {
            let mut reader = Reader::new(&transaction, island, head.seed, head.bounds)?;
            let (_, surface) = reader.read(pos, |decoder, blob| decoder.surface(pos, blob))?;
            Ok(Some(surface))
        }
        _ => Ok(None),
    }
}

fn head(connection: &Connection, island: IslandId) -> Outcome<Option<Head>> {
    let sql =
        "SELECT bake_key, width, depth, below, above, seed, voxel_hash, sources FROM island WHERE id = ?1";
    let row = connection
        .query_row(sql, [island.to_string()], |row| {
            let extents = [row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, i32>(4)?];
            let sources = sources(row.get_ref(7)?.as_blob()?);
            let hashes = (row.get::<_, [u8; 16]>(0)?, row.get::<_, [u8; 16]>(6)?);
            let seed = Seed::from_u64(row.get::<_, i64>(5)?.cast_unsigned());
            Ok((hashes, extents, seed, sources))
        })
        .optional()?;
    let Some(((key, voxel_hash), [width, depth, below, above], seed, sources)) = row else {
        return Ok(None);
    };
    let damaged_row = |reason| damaged(island, "its row".to_owned(), DamagedBlob(reason));
    let Ok(bounds) = Bounds::new(width, depth, below, above) else {
        return Err(damaged_row("impossible bounds"));
    };
    Ok(Some(Head {
        key: BakeKey::from_bytes(key),
        bounds,
        seed,
        voxel_hash,
        sources: sources.ok_or_else(|| damaged_row("impossible ids"))?,
    }))
}

fn sources(bytes: &[u8]) -> Option<Vec<(Id, u64)>> {
    let number = |half: &[u8; 8]| u64::from_le_bytes(*half);
    let (numbers, _) = bytes.as_chunks::<8>();
    let (pairs, _) = numbers.as_chunks::<2>();
    let source = |[id, does]: &[[u8; 8]; 2]| Some((Id::from_bits(number(id))?, number(does)));
    pairs.iter().map(source).collect()
}

impl<'a> Reader<'a> {
    fn new(connection: &'a Connection, island: IslandId, seed: Seed, bounds: Bounds) -> Outcome<Self> {
        let tiles = "SELECT tile_key, voxels, checksum FROM tile WHERE island = ?1 AND x = ?2 AND y = ?3";
        Ok(Self {
            island,
            tiles: connection.prepare(tiles)?,
            decoder: Decoder::new(island, seed, bounds)?,
        })
    }

    /// The key of a tile, and what `decode` makes of its blob.
    fn read<T>(
        &mut self,
        pos: TilePos,
        decode: impl FnOnce(&mut Decoder, &[u8]) -> Result<T, DamagedBlob>,
    ) -> Outcome<(TileKey, T)> {
        let damaged = |reason| damaged(self.island, tile_name(pos), reason);
        let mut rows = self.tiles.query(params![self.island.to_string(), pos.x, pos.y])?;
        let row = rows
            .next()?
            .ok_or_else(|| damaged(DamagedBlob("it is missing")))?;
        let key = TileKey::from_bytes(row.get(0)?);
        let blob = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        if row.get::<_, i64>(2)? != checksum(key, pos, blob) {
            return Err(damaged(DamagedBlob("the checksum differs")));
        }
        let decoded = decode(&mut self.decoder, blob).map_err(damaged)?;
        Ok((key, decoded))
    }
}

fn tile_name(pos: TilePos) -> String {
    format!("tile {}, {}", pos.x, pos.y)
}

fn damaged(island: IslandId, place: String, reason: DamagedBlob) -> StoreErrorKind {
    StoreErrorKind::Damaged {
        island,
        place,
        reason,
    }
}
