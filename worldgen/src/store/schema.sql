-- The bake store: one SQLite file that holds baked islands. A cache: everything in it can be made again
-- from the map project, so it may be deleted at any time.
--
-- An island is there completely or not at all: its rows are written in one transaction. Of an older bake
-- the rows of those tiles stay that are made from the same markers. Blobs: worldgen/src/store/codec.rs.

CREATE TABLE island (
    id         TEXT PRIMARY KEY NOT NULL,                           -- the island's id
    bake_key   BLOB NOT NULL CHECK (length(bake_key) = 16),         -- hash of everything that decides its voxels
    width      INTEGER NOT NULL,                                    -- columns from west to east
    depth      INTEGER NOT NULL,                                    -- columns from south to north
    below      INTEGER NOT NULL,                                    -- voxels below sea level
    above      INTEGER NOT NULL,                                    -- voxels above sea level
    seed       INTEGER NOT NULL,                                    -- of everything random on it; 64 bits
    voxel_hash BLOB NOT NULL CHECK (length(voxel_hash) = 16),       -- hash of all voxels, as `hash` prints it
    sources    BLOB NOT NULL CHECK (length(sources) % 16 = 0)       -- for each marker and POI its id and what it does, 8 bytes each
) STRICT, WITHOUT ROWID;

CREATE TABLE tile (
    island   TEXT NOT NULL REFERENCES island (id) ON DELETE CASCADE,
    x        INTEGER NOT NULL,
    y        INTEGER NOT NULL,
    tile_key BLOB NOT NULL CHECK (length(tile_key) = 16),           -- hash of what the tile and its chunks are made from
    voxels   BLOB NOT NULL,                                         -- the surface and all chunks above it
    checksum INTEGER NOT NULL,                                      -- xxh3-64 over tile key, place and blob
    PRIMARY KEY (island, x, y)
) STRICT, WITHOUT ROWID;

-- What took long to fit to the ground: the erosion of the island's newest plan.
CREATE TABLE fit (
    island   TEXT NOT NULL REFERENCES island (id) ON DELETE CASCADE,
    inputs   INTEGER NOT NULL,                                      -- hash of all that it was made from; 64 bits
    fit      BLOB NOT NULL,                                         -- in the marker kind's own form, one zstd frame
    checksum INTEGER NOT NULL,                                      -- xxh3-64 over island, inputs and blob
    PRIMARY KEY (island, inputs)
) STRICT, WITHOUT ROWID;
