//! The map format: RON files made for git and for hand editing.
//!
//! `project.ron`, `schema.ron` and one `islands/<slug>.ron` per island; `docs/map-format.md` describes
//! them. [`read`] turns files into a [`Project`] and never fails: what cannot be read becomes an issue
//! with file, line and column, and the rest is loaded. [`write()`] gives the canonical text; reading and
//! writing an untouched canonical project gives the same bytes (invariant 3).
//!
//! How reading works: [`scan`] splits a file into records without understanding them, so that one broken
//! record does not hide the others; the `ron` crate decodes each record into the frozen types of [`v1`];
//! those become the model. Places of later issues are found by scanning the record again.
//!
//! *Not* responsible for: opening and saving files (`worldgen::project_dir`), what is wrong with a project
//! that could be read (`validate`).

mod decode;
mod place;
mod scan;
#[cfg(test)]
mod tests;
mod v1;
mod write;

use std::collections::BTreeMap;

use crate::island::Record;
use crate::issue::{Issue, rules};
use crate::project::Project;
use crate::schema::Schema;

pub use place::Places;
pub use write::{write, write_record, write_records};

/// The format version that is written. Older ones are read and upgraded, newer ones refused.
pub const FORMAT_VERSION: u32 = 1;
/// Settings of the project, at its root.
pub const PROJECT_FILE: &str = "project.ron";
/// The project's schema, at its root; may be missing.
pub const SCHEMA_FILE: &str = "schema.ron";
/// Folder of the island files.
pub const ISLANDS_FOLDER: &str = "islands";
/// Largest file that is read, in bytes: a hundred times a large island.
pub const MAX_FILE_BYTES: u64 = 32 << 20;
/// Most records of one kind in one island.
pub const MAX_RECORDS: usize = 100_000;
/// Most attributes of one record, and most values of one list attribute.
pub const MAX_ATTRIBUTES: usize = 256;
/// Most issues that are told of one file: more are no help, and a hostile file could have millions.
pub const MAX_ISSUES: usize = 1000;

/// One file of a project, as it lies on disk.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path below the project's folder, with `/`.
    pub path: String,
    /// Its bytes; may be anything.
    pub bytes: Vec<u8>,
}

/// What [`read`] found.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Everything that could be read.
    pub project: Project,
    /// Everything that could not, by file and line.
    pub issues: Vec<Issue>,
    /// Finds the place of any subject in the files.
    pub places: Places,
    /// Files that hold more than `project` does, with the first reason. Writing one of them would lose
    /// what could not be read, so nobody may overwrite it.
    pub incomplete: BTreeMap<String, String>,
}

/// Reads a project. `built_in` is the schema of the generator's marker kinds.
///
/// Files other than the three kinds above are ignored. Time and memory grow with the bytes given and are
/// bounded by [`MAX_FILE_BYTES`] per file.
pub fn read(files: &[SourceFile], built_in: &Schema) -> Loaded {
    decode::read(files, built_in)
}

/// Reads records out of text in the syntax of an island's lists: what [`write_records`] gave, or a whole
/// island file, whose head is then left aside. `name` stands for a file in places. All or nothing: pasting
/// half of what was copied would look like success.
///
/// # Errors
/// The first issue, with its line and column.
pub fn read_records(name: &str, text: &str, schema: &Schema) -> Result<Vec<Record>, Box<Issue>> {
    decode::read_records(name, text, schema)
}

/// The path of an island's file.
pub fn island_path(slug: &str) -> String {
    format!("{ISLANDS_FOLDER}/{slug}.ron")
}

const EDIT_BY_HAND: Option<&str> = Some("the file must be put right in a text editor");

rules! {
    MISSING_FILE = "missing-file", Error, EDIT_BY_HAND,
        "A file that every project needs is not there. A project is a folder with a `project.ron` and one \
         file per island in `islands/`. Check the path, or take the file back from version control.";
    UNREADABLE_FILE = "unreadable-file", Error, EDIT_BY_HAND,
        "A file is too large, not UTF-8 text, could not be opened, or has a name under which no island is looked for. \
         Nothing of it was loaded, and nothing will be written over it.";
    MERGE_CONFLICT = "merge-conflict", Error, EDIT_BY_HAND,
        "The file holds the markers of an unfinished merge. Decide which side to keep, remove the three \
         marker lines, and run `tombolo-worldgen fmt`.";
    SYNTAX = "syntax", Error, EDIT_BY_HAND,
        "The text is not valid RON at this place: a bracket, comma or quote is missing or too many, or \
         brackets are nested deeper than any map needs. What comes before the place is loaded.";
    FORMAT_VERSION_RULE = "format-version", Error, EDIT_BY_HAND,
        "The first field of every file is `format`, the version of the map format. Files of newer versions \
         need a newer Tombolo; a file without version is not read, because guessing would change data.";
    BAD_RECORD = "bad-record", Error, EDIT_BY_HAND,
        "A record could not be read: a field has the wrong type, is missing, is there twice or does not \
         exist. The other records are loaded; the file is not written until this one is put right.";
    DUPLICATE_ID = "duplicate-id", Error, EDIT_BY_HAND,
        "Two records have the same id, usually after copying text by hand. Links to that id would be \
         ambiguous. Give the copy an id of its own: 1 to 12 characters of a-z and 0-9.";
    TOO_MANY = "too-many", Error, EDIT_BY_HAND,
        "A list, or the folder `stamps`, is longer than any map needs. The rest of it is not loaded.";
    COMMENT = "comment", Warning, EDIT_BY_HAND,
        "A comment in a map file is lost when the editor saves or `fmt` rewrites it. Move the text into the \
         `note` field of the record, where it stays.";
}
