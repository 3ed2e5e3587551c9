//! The bake store: baked islands in one SQLite file, each under the key of what it was baked from.
//!
//! `store/schema.sql` documents the tables, [`codec`] the blobs. Blobs carry checksums that cover their
//! place, so a damaged, swapped or left-over row is an error with a place and never wrong voxels. The
//! caller then bakes again and puts the result over it; [`bake_or_load`] does just that.
//!
//! *Not* responsible for: baking, players' changes, deciding where the file lies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, params};
use shared::coords::{ChunkPos, TilePos};
use shared::ids::{Id, IslandId};
use xxhash_rust::xxh3::Xxh3;

use crate::bake::BakedIsland;
use crate::chunk::Chunk;
use crate::plan::TileKey;
use crate::surface::SurfaceTile;

mod codec;
mod fits;
mod key;
mod provide;
mod read;
#[cfg(test)]
mod tests;

pub use codec::DamagedBlob;
pub use key::{BakeKey, bake_key};
pub use provide::{Source, bake_or_load, open_or_replace};

use codec::Encoder;
use fits::AskedFits;

/// "TmbB" as the file's application id: tells a bake store from any other SQLite file.
const APPLICATION_ID: i32 = 0x546d_6242;
/// Version of the tables. Files of other versions are not read; they can be baked again.
const SCHEMA_VERSION: i32 = 4;
const SCHEMA: &str = include_str!("store/schema.sql");
/// A page holds about a dozen blobs.
const PAGE_BYTES: i64 = 16 << 10;
/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A store on disk. One process may write while others read.
#[derive(Debug)]
pub struct BakeStore {
    path: PathBuf,
    connection: Connection,
    asked_fits: AskedFits,
}

/// Why the store did not answer.
#[derive(Debug, thiserror::Error)]
#[error("bake store {}: {kind}", path.display())]
pub struct StoreError {
    /// The store's file.
    pub path: PathBuf,
    /// What is wrong with it. No source: the message says it in full.
    pub kind: StoreErrorKind,
}

/// See [`StoreError`].
#[derive(Debug, thiserror::Error)]
pub enum StoreErrorKind {
    /// SQLite or the disk refused.
    #[error("{0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The compressor refused, or a file could not be renamed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file belongs to another program.
    #[error("the file is a database of another program")]
    Foreign,
    /// The file has tables of another version.
    #[error("the file has store version {found}, this program reads version {SCHEMA_VERSION}")]
    Version {
        /// The version in the file.
        found: i32,
    },
    /// The file has the right version, but not its tables.
    #[error("the tables are damaged")]
    Tables,
    /// Something in the file is not what was written.
    #[error("island {island}: {place}: {reason}")]
    Damaged {
        /// The island.
        island: IslandId,
        /// The chunk, tile or row.
        place: String,
        /// What was found.
        reason: DamagedBlob,
    },
}

impl StoreError {
    /// Whether the bake can be made again and put over what is there.
    pub fn is_damaged_island(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Damaged { .. })
    }

    /// Whether the whole file is of no use and may be put aside: it is a cache. Not so when the disk is
    /// full, the file is locked or may not be written: then nothing is wrong with what it holds.
    pub fn is_useless_file(&self) -> bool {
        match &self.kind {
            StoreErrorKind::Version { .. } | StoreErrorKind::Tables => true,
            StoreErrorKind::Sqlite(error) => match error.sqlite_error_code() {
                Some(code) => matches!(
                    code,
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation
                ),
                // Values that are not of their column's type.
                None => true,
            },
            StoreErrorKind::Io(_) | StoreErrorKind::Foreign | StoreErrorKind::Damaged { .. } => false,
        }
    }
}

type Outcome<T> = Result<T, StoreErrorKind>;

impl BakeStore {
    /// Opens the store, and makes it if the file is not there.
    ///
    /// # Errors
    /// See [`StoreErrorKind`]; nothing of a file that is not a store of this version is changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::connect(path).map_err(|kind| StoreError {
            path: path.to_owned(),
            kind,
        })
    }

    /// A store that lives in memory, for figures and tests.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::open(Path::new(":memory:"))
    }

    /// Bytes that the store takes on disk.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn byte_size(&self) -> Result<u64, StoreError> {
        let number = |pragma: &str| {
            self.connection
                .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
        };
        let bytes = number("page_count").and_then(|pages| Ok(pages * number("page_size")?));
        self.told(bytes.map(i64::unsigned_abs).map_err(StoreErrorKind::from))
    }

    fn connect(path: &Path) -> Outcome<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // For files that are new: with the usual 4 KiB every surface would need pages of its own, which
        // doubles the file.
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        // One file without a log beside it can be copied; a power cut costs at most a bake.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Whoever comes second finds the tables of the first.
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let number = |pragma: &str| transaction.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match (number("application_id")?, number("user_version")?) {
            (APPLICATION_ID, SCHEMA_VERSION) if table_texts(&transaction)? == intended_table_texts()? => {}
            (APPLICATION_ID, SCHEMA_VERSION) => return Err(StoreErrorKind::Tables),
            (APPLICATION_ID, found) => return Err(StoreErrorKind::Version { found }),
            (0, 0) if tables == 0 => {
                transaction.execute_batch(SCHEMA)?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
                transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            _ => return Err(StoreErrorKind::Foreign),
        }
        transaction.commit()?;
        Ok(Self {
            path: path.to_owned(),
            connection,
            asked_fits: AskedFits::default(),
        })
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Every stored island with the key of its bake, in canonical order.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn keys(&self) -> Result<Vec<(IslandId, BakeKey)>, StoreError> {
        self.told(read::keys(&self.connection))
    }

    /// The bake of an island, if it is there under this key. Its surfaces are those of the bake as far as
    /// [`SurfaceTile::rounded`] says; its voxels are the same to the last one.
    ///
    /// # Errors
    /// See [`StoreErrorKind`]; a damaged island is one of them.
    pub fn get(&self, island: IslandId, key: BakeKey) -> Result<Option<BakedIsland>, StoreError> {
        self.told(read::island(&self.connection, island, key))
    }

    /// One chunk of an island, if the island is there under this key and the chunk inside its bounds.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn chunk(&self, island: IslandId, key: BakeKey, pos: ChunkPos) -> Result<Option<Chunk>, StoreError> {
        self.told(read::chunk(&self.connection, island, key, pos))
    }

    /// The surface of one tile, if the island is there under this key and the tile inside its bounds.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn surface(
        &self,
        island: IslandId,
        key: BakeKey,
        pos: TilePos,
    ) -> Result<Option<SurfaceTile>, StoreError> {
        self.told(read::surface(&self.connection, island, key, pos))
    }

    /// The bake of an island under whatever key: what a bake after an edit starts from.
    ///
    /// # Errors
    /// See [`StoreErrorKind`]; a damaged island is one of them.
    pub fn latest(&self, island: IslandId) -> Result<Option<BakedIsland>, StoreError> {
        self.told(read::latest(&self.connection, island))
    }

    /// Removes an island's bake.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn remove(&mut self, island: IslandId) -> Result<(), StoreError> {
        let removed = self
            .connection
            .execute("DELETE FROM island WHERE id = ?1", [island.to_string()]);
        self.told(removed.map(|_rows| ()).map_err(StoreErrorKind::from))
    }

    /// Stores a bake in place of the island's older one, completely or not at all, with the fits that its plan asked
    /// the store for (see [`crate::KeptFits`]). Tiles that are made from the same as before are not written again.
    ///
    /// # Errors
    /// See [`StoreErrorKind`]; the older bake is then still there.
    pub fn put(&mut self, baked: &BakedIsland, key: BakeKey) -> Result<(), StoreError> {
        let outcome = write_island(&mut self.connection, baked, key, &self.asked_fits);
        if outcome.is_ok() {
            self.asked_fits.get_mut().retain(|(id, _), _| *id != baked.id());
        }
        self.told(outcome)
    }

    /// Puts the file aside as `<name>.old` and starts with an empty one: the way out when the file itself is
    /// damaged. Everything in it can be baked again.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn start_over(&mut self) -> Result<(), StoreError> {
        let outcome = Connection::open_in_memory()
            .map_err(StoreErrorKind::from)
            .and_then(|closed| {
                // The file must be closed before it is renamed: its journal belongs to its name.
                self.connection = closed;
                put_aside(&self.path)?;
                *self = Self::connect(&self.path)?;
                Ok(())
            });
        self.told(outcome)
    }

    /// Removes the bakes of all islands but these, and returns how many went.
    ///
    /// # Errors
    /// See [`StoreErrorKind`].
    pub fn retain(&mut self, keep: impl Fn(IslandId) -> bool) -> Result<usize, StoreError> {
        let gone: Vec<IslandId> = self
            .keys()?
            .into_iter()
            .map(|(id, _)| id)
            .filter(|id| !keep(*id))
            .collect();
        let outcome = (|| {
            let transaction = self.connection.transaction()?;
            for island in &gone {
                transaction.execute("DELETE FROM island WHERE id = ?1", [island.to_string()])?;
            }
            transaction.commit()?;
            Ok(gone.len())
        })();
        self.told(outcome)
    }

    fn told<T>(&self, outcome: Outcome<T>) -> Result<T, StoreError> {
        outcome.map_err(|kind| StoreError {
            path: self.path.clone(),
            kind,
        })
    }
}

/// The definitions of all tables, as SQLite keeps them.
fn table_texts(connection: &Connection) -> Outcome<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name")?;
    let texts = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(texts.collect::<rusqlite::Result<_>>()?)
}

fn intended_table_texts() -> Outcome<Vec<(String, Option<String>)>> {
    let empty = Connection::open_in_memory()?;
    empty.execute_batch(SCHEMA)?;
    table_texts(&empty)
}

fn put_aside(path: &Path) -> std::io::Result<()> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".old");
    std::fs::rename(path, PathBuf::from(aside))
}

fn write_island(
    connection: &mut Connection,
    baked: &BakedIsland,
    key: BakeKey,
    asked_fits: &AskedFits,
) -> Outcome<()> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    write_rows(&transaction, baked, key)?;
    fits::write(&transaction, baked.id(), asked_fits)?;
    transaction.commit()?;
    Ok(())
}

fn write_rows(transaction: &Transaction<'_>, baked: &BakedIsland, key: BakeKey) -> Outcome<()> {
    let island = baked.id().to_string();
    let bounds = baked.bounds();
    transaction.execute(
        "INSERT INTO island (id, bake_key, width, depth, below, above, seed, voxel_hash, sources) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET bake_key = ?2, width = ?3, \
         depth = ?4, below = ?5, above = ?6, seed = ?7, voxel_hash = ?8, sources = ?9",
        params![
            island,
            key.to_bytes(),
            bounds.width(),
            bounds.depth(),
            bounds.below(),
            bounds.above(),
            baked.origin().seed.to_u64().cast_signed(),
            baked.hash().to_be_bytes(),
            sources_to_bytes(&baked.origin().sources)
        ],
    )?;
    let fresh: BTreeMap<TilePos, TileKey> =
        bounds.tiles().zip(baked.origin().tiles.iter().copied()).collect();
    let mut kept = read::tile_keys(transaction, &island)?;
    for (tile, found) in &kept {
        if fresh.get(tile) != Some(found) {
            transaction.execute(
                "DELETE FROM tile WHERE island = ?1 AND x = ?2 AND y = ?3",
                params![island, tile.x, tile.y],
            )?;
        }
    }
    kept.retain(|tile, found| fresh.get(tile) == Some(found));
    let mut encoder = Encoder::new(baked.id(), baked.origin().seed, bounds)?;
    let mut put = transaction.prepare(
        "INSERT INTO tile (island, x, y, tile_key, voxels, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (surface, tile_key) in baked.tiles().iter().zip(&baked.origin().tiles) {
        let pos = surface.pos;
        if kept.contains_key(&pos) {
            continue;
        }
        let chunks = bounds.chunks_of(pos);
        let chunks = chunks.filter_map(|pos| baked.chunk(pos).map(|chunk| (pos, &**chunk)));
        let blob = encoder.tile(surface, chunks)?;
        let checksum = checksum(*tile_key, pos, &blob);
        put.execute(params![island, pos.x, pos.y, tile_key.to_bytes(), blob, checksum])?;
    }
    Ok(())
}

fn sources_to_bytes(sources: &[(Id, u64)]) -> Vec<u8> {
    let numbers = sources.iter().flat_map(|(id, does)| [id.to_bits(), *does]);
    numbers.flat_map(u64::to_le_bytes).collect()
}

/// Covers the key and the place, so that a row that landed under another one does not pass. SQLite's
/// integers are signed; the bits are the same.
fn checksum(key: TileKey, place: TilePos, blob: &[u8]) -> i64 {
    let mut hash = Xxh3::new();
    hash.update(&key.to_bytes());
    for coordinate in [place.x, place.y] {
        hash.update(&coordinate.to_le_bytes());
    }
    hash.update(blob);
    hash.digest().cast_signed()
}
