-- The main file, Server_NNN.db. Names, columns and their order are those of the persistence document that
-- this server grew from. What differs, and why:
--
--   * STRICT tables: a text in a number column is an error, not data. STRICT knows no TIMESTAMP, so times
--     are INTEGER, UTC microseconds since 1970; defaults keep "now".
--   * CHECKs on every rule that the rows themselves must obey (`row_check.rs` refuses the same earlier).
--   * accounts, credentials, answers, refused_rows and meta are new; characters.account_id refers to accounts.
--   * characters.revision is new, and behind the nineteen columns, which keep their places.
--   * checksum is new, and last: xxh3 of the row as the server wrote it, because SQLite's own check does not
--     see a bit that flips inside a value. It is verified at every start. Whoever edits a row by hand sets it
--     to NULL; a row without it is taken as it is.
--   * Names are unique without regard to the case of ASCII letters.
--   * One item per slot, one slot per item, one piece per equipment slot.
--   * inventory.item_id and equipment.item_id refer to items; a row for an item that is not there is refused.
--   * A guild leader cannot be deleted before the leadership passes on (the document states no rule).
--
-- level and skill_level are derived from experience when a row is written, and checked when it is loaded.

CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    account_name TEXT UNIQUE NOT NULL COLLATE NOCASE CHECK (length(account_name) > 0),
    created_at INTEGER NOT NULL,
    checksum INTEGER
) STRICT;

-- Read one row at a time, by the accounts alone; never loaded with the rest.
CREATE TABLE credentials (
    account_id INTEGER PRIMARY KEY REFERENCES accounts(account_id) ON DELETE CASCADE,
    record BLOB NOT NULL,
    stretching_version INTEGER NOT NULL,
    checksum INTEGER
) STRICT;

CREATE TABLE characters (
    character_id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts(account_id),
    character_name TEXT UNIQUE NOT NULL COLLATE NOCASE CHECK (length(character_name) > 0),
    level INTEGER NOT NULL DEFAULT 1 CHECK (level >= 1),
    experience INTEGER NOT NULL DEFAULT 0 CHECK (experience >= 0),
    str INTEGER NOT NULL DEFAULT 10,
    dex INTEGER NOT NULL DEFAULT 10,
    int INTEGER NOT NULL DEFAULT 10,
    con INTEGER NOT NULL DEFAULT 10,
    lck INTEGER NOT NULL DEFAULT 10,
    cha INTEGER NOT NULL DEFAULT 10,
    gold INTEGER NOT NULL DEFAULT 0 CHECK (gold >= 0),
    position_x REAL NOT NULL,
    position_y REAL NOT NULL,
    position_z REAL NOT NULL,
    map_id TEXT NOT NULL,
    last_login INTEGER,
    created_at INTEGER DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    updated_at INTEGER DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    revision INTEGER NOT NULL DEFAULT 0,
    checksum INTEGER
) STRICT;

CREATE INDEX idx_characters_account ON characters(account_id);
CREATE INDEX idx_characters_name ON characters(character_name);
CREATE INDEX idx_characters_map ON characters(map_id);

CREATE TABLE items (
    item_id TEXT PRIMARY KEY NOT NULL CHECK (length(item_id) = 32 AND item_id NOT GLOB '*[^0-9a-f]*'),
    character_id INTEGER NOT NULL,
    item_type TEXT NOT NULL CHECK (length(item_type) > 0),
    properties TEXT NOT NULL CHECK (json_valid(properties) AND json_type(properties) = 'object'),
    created_at INTEGER NOT NULL,
    updated_at INTEGER DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    checksum INTEGER,
    FOREIGN KEY (character_id) REFERENCES characters(character_id) ON DELETE CASCADE
) STRICT;

-- The document has no index here; deleting a character would scan all items.
CREATE INDEX idx_items_character ON items(character_id);

-- properties stays empty: an item's properties lie with the item instance, in one place only.
CREATE TABLE inventory (
    inventory_id INTEGER PRIMARY KEY,
    character_id INTEGER NOT NULL,
    item_id TEXT UNIQUE NOT NULL REFERENCES items(item_id),
    slot INTEGER NOT NULL CHECK (slot >= 0),
    quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity >= 1),
    properties TEXT CHECK (properties IS NULL OR json_valid(properties)),
    checksum INTEGER,
    FOREIGN KEY (character_id) REFERENCES characters(character_id) ON DELETE CASCADE,
    UNIQUE (character_id, slot)
) STRICT;

CREATE INDEX idx_inventory_character ON inventory(character_id);
CREATE INDEX idx_inventory_slot ON inventory(character_id, slot);

CREATE TABLE equipment (
    equipment_id INTEGER PRIMARY KEY,
    character_id INTEGER NOT NULL,
    slot_type TEXT NOT NULL,
    item_id TEXT UNIQUE NOT NULL REFERENCES items(item_id),
    properties TEXT CHECK (properties IS NULL OR json_valid(properties)),
    FOREIGN KEY (character_id) REFERENCES characters(character_id) ON DELETE CASCADE,
    UNIQUE (character_id, slot_type)
) STRICT;

CREATE INDEX idx_equipment_character ON equipment(character_id);

CREATE TABLE skills (
    skill_id INTEGER PRIMARY KEY,
    character_id INTEGER NOT NULL,
    skill_name TEXT NOT NULL CHECK (length(skill_name) > 0),
    skill_level INTEGER NOT NULL DEFAULT 0 CHECK (skill_level >= 0),
    experience INTEGER NOT NULL DEFAULT 0 CHECK (experience >= 0),
    checksum INTEGER,
    FOREIGN KEY (character_id) REFERENCES characters(character_id) ON DELETE CASCADE,
    UNIQUE (character_id, skill_name)
) STRICT;

CREATE INDEX idx_skills_character ON skills(character_id);

CREATE TABLE quests (
    quest_id INTEGER PRIMARY KEY,
    character_id INTEGER NOT NULL,
    quest_name TEXT NOT NULL,
    quest_status TEXT NOT NULL CHECK (quest_status IN ('active', 'completed', 'failed')),
    progress TEXT CHECK (progress IS NULL OR json_valid(progress)),
    FOREIGN KEY (character_id) REFERENCES characters(character_id) ON DELETE CASCADE,
    UNIQUE (character_id, quest_name)
) STRICT;

CREATE INDEX idx_quests_character ON quests(character_id);

CREATE TABLE guilds (
    guild_id INTEGER PRIMARY KEY,
    guild_name TEXT UNIQUE NOT NULL COLLATE NOCASE CHECK (length(guild_name) > 0),
    leader_id INTEGER NOT NULL,
    created_at INTEGER DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    FOREIGN KEY (leader_id) REFERENCES characters(character_id)
) STRICT;

CREATE INDEX idx_guilds_leader ON guilds(leader_id);

CREATE TABLE guild_members (
    member_id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    character_id INTEGER NOT NULL,
    rank TEXT NOT NULL DEFAULT 'member',
    joined_at INTEGER DEFAULT (CAST(unixepoch('subsec') * 1000000 AS INTEGER)),
    FOREIGN KEY (guild_id) REFERENCES guilds(guild_id) ON DELETE CASCADE,
    FOREIGN KEY (character_id) REFERENCES characters(character_id) ON DELETE CASCADE,
    UNIQUE (guild_id, character_id)
) STRICT;

CREATE INDEX idx_guild_members_guild ON guild_members(guild_id);
CREATE INDEX idx_guild_members_character ON guild_members(character_id);

-- Requests that were done, so that a retry after a lost answer gets the same answer. Kept for a day.
CREATE TABLE answers (
    account_id INTEGER NOT NULL REFERENCES accounts(account_id) ON DELETE CASCADE,
    request_id BLOB NOT NULL CHECK (length(request_id) = 16),
    answer BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (account_id, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_answers_created ON answers(created_at);

-- Rows that were durable in the journal and that the rules above refused. Nothing acknowledged is dropped:
-- the change waits here, as its record, for a person to look at.
CREATE TABLE refused_rows (
    refused_id INTEGER PRIMARY KEY,
    applied_seq INTEGER NOT NULL,
    refused_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    record BLOB NOT NULL
) STRICT;

-- applied_seq: the newest journal record that these tables contain.
-- clean: 1 if the server closed and the journal holds nothing newer.
CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('applied_seq', 0), ('clean', 0);
