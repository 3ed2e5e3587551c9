-- The journal, journal_NNN.db: one row per transaction, appended before anybody is told that it happened.
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    record BLOB NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;

-- trimmed_through: the newest record that is not needed any more and may be gone.
CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO meta (key, value) VALUES ('trimmed_through', 0);
