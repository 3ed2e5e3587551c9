//! The document's files: what belongs to which file, and saving only what changed.
//!
//! A file counts as changed when its part of the model differs from what was loaded or saved, not when its
//! bytes differ from the canonical text: a hand-written file that nobody touched stays as it is. A file
//! that could not be read in full is never written, because that would lose the part that was not read.
//!
//! *Not* responsible for: the text of a file (`shared::format`), atomic writing (`worldgen::project_dir`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use shared::format::{self, Loaded, PROJECT_FILE, SCHEMA_FILE};
use shared::ids::IslandId;
use shared::project::Project;
use shared::schema::Schema;
use worldgen::project_dir::{self, ProjectDirError};
use xxhash_rust::xxh3::xxh3_64;

use super::journal::Hashes;
use crate::text::text;

/// The part of a project that one file holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FilePart {
    /// `project.ron`.
    Settings,
    /// `schema.ron`.
    Schema,
    /// `islands/<slug>.ron`.
    Island(IslandId),
}

/// Why a folder was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ProjectDirError),
    /// There is neither a project file nor an island in it.
    #[error("{}", text().error_no_project(.0.display().to_string(), PROJECT_FILE))]
    NoProject(PathBuf),
}

/// Why a save was not complete. What is not listed was saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Writing these files would lose what could not be read from them.
    #[error("{}", text().error_file_incomplete(file, reason))]
    Incomplete {
        /// Path below the project.
        file: String,
        /// What could not be read.
        reason: String,
    },
    /// Somebody else changed this file since it was read; nothing was written.
    #[error("{}", text().error_file_changed(.0))]
    ChangedOnDisk(String),
    /// Two islands would share one file.
    #[error("{}", text().error_file_shared(.0))]
    SharedName(String),
    /// The disk is full, the folder is read-only, ...
    #[error(transparent)]
    Failed(#[from] project_dir::SaveError),
}

/// Reads a project folder.
///
/// # Errors
/// See [`OpenError`].
pub fn open(folder: &Path, built_in: &Schema) -> Result<Disk, OpenError> {
    let disk = Disk::read(folder, built_in)?;
    let loaded = &disk.loaded;
    let is_project = loaded.project.islands.values().next().is_some()
        || loaded.places.text(PROJECT_FILE).is_some()
        || !loaded.incomplete.is_empty();
    if is_project {
        Ok(disk)
    } else {
        Err(OpenError::NoProject(folder.to_owned()))
    }
}

/// A project as its folder holds it.
#[derive(Clone, Debug)]
pub struct Disk {
    /// What could be read of it.
    pub loaded: Loaded,
    /// What each file's bytes are.
    pub hashes: Hashes,
}

impl Disk {
    /// Reads all files.
    ///
    /// # Errors
    /// The folder itself cannot be read.
    pub fn read(folder: &Path, built_in: &Schema) -> Result<Self, ProjectDirError> {
        let files = project_dir::read(folder)?;
        Ok(Self {
            hashes: hashes(&files),
            loaded: project_dir::parse(files, built_in),
        })
    }
}

/// What the bytes of files are. A file that cannot be read has the hash of the reason, so that it is noticed
/// when it can, or is gone.
pub fn hashes(read: &project_dir::Files) -> Hashes {
    let files = read.files.iter();
    let readable = files.map(|file| (file.path.clone(), xxh3_64(&file.bytes)));
    let unreadable = read.issues.iter().filter_map(|issue| {
        let place = issue.place.as_ref()?;
        Some((place.file.clone(), xxh3_64(issue.message.as_bytes())))
    });
    readable.chain(unreadable).collect()
}

/// What a save is going to write.
#[derive(Debug, Default)]
pub struct SavePlan {
    /// New text by file, `None` for a file that goes.
    pub files: BTreeMap<String, Option<String>>,
    /// Which part each file is written for.
    owners: BTreeMap<String, FilePart>,
    /// Why some parts are left out.
    pub trouble: Option<SaveError>,
}

/// Plans to save the given parts of `project`; `saved` is the project as the files hold it.
pub fn plan(
    parts: &BTreeSet<FilePart>,
    saved: &Project,
    project: &Project,
    built_in: &Schema,
    incomplete: &BTreeMap<String, String>,
) -> SavePlan {
    let mut plan = SavePlan::default();
    for part in parts {
        let (old, new) = (name(*part, saved), text_of(*part, project, built_in));
        let names = old.iter().chain(new.as_ref().map(|(name, _)| name));
        if let Some((file, reason)) = names.clone().find_map(|name| incomplete.get_key_value(name)) {
            plan.trouble.get_or_insert(SaveError::Incomplete {
                file: file.clone(),
                reason: reason.clone(),
            });
            continue;
        }
        if let FilePart::Island(island) = part
            && let Some((file, _)) = &new
            && project
                .islands
                .values()
                .any(|other| other.id != *island && format::island_path(&other.slug) == *file)
        {
            plan.trouble.get_or_insert(SaveError::SharedName(file.clone()));
            continue;
        }
        for name in names {
            plan.owners.insert(name.clone(), *part);
        }
        // A renamed island leaves its old file; another island may have taken that name over.
        if let Some(old) = old {
            plan.files.entry(old).or_insert(None);
        }
        if let Some((name, text)) = new {
            plan.files.insert(name, Some(text));
        }
    }
    plan
}

impl SavePlan {
    /// What each file's bytes are going to be.
    pub fn hashes(&self) -> BTreeMap<String, Option<u64>> {
        let files = self.files.iter();
        files
            .map(|(name, text)| (name.clone(), text.as_ref().map(|text| xxh3_64(text.as_bytes()))))
            .collect()
    }

    /// Writes the files, and then removes what is no longer needed: not before what takes its place is there.
    /// Returns the names written, the parts that are now on disk, and the first reason why others are not.
    pub fn write(self, folder: &Path) -> (Vec<String>, Vec<FilePart>, Option<SaveError>) {
        let Self {
            files,
            owners,
            trouble,
        } = self;
        let (mut gone, kept): (BTreeMap<_, _>, BTreeMap<_, _>) =
            files.into_iter().partition(|(_, text)| text.is_none());
        let (mut written, mut failed) = project_dir::save(folder, &kept);
        let owner = |error: &project_dir::SaveError| {
            let name = error.path.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
            owners.get(&name).copied()
        };
        let mut lost: BTreeSet<_> = failed.iter().filter_map(owner).collect();
        gone.retain(|name, _| owners.get(name).is_none_or(|part| !lost.contains(part)));
        let (removed, stuck) = project_dir::save(folder, &gone);
        written.extend(removed);
        lost.extend(stuck.iter().filter_map(owner));
        failed.extend(stuck);
        let done: BTreeSet<_> = owners.into_values().filter(|part| !lost.contains(part)).collect();
        let trouble = failed.into_iter().next().map(SaveError::from).or(trouble);
        (written, done.into_iter().collect(), trouble)
    }
}

/// Canonical texts of the whole project.
pub fn texts(project: &Project, built_in: &Schema) -> BTreeMap<String, String> {
    format::write(project, built_in)
}

/// Name and canonical text of one part; `None` when the part has no file.
pub fn text_of(part: FilePart, project: &Project, built_in: &Schema) -> Option<(String, String)> {
    let name = name(part, project)?;
    // Only the island in question is copied and written out.
    let alone = Project {
        settings: project.settings.clone(),
        schema: project.schema.clone(),
        islands: match part {
            FilePart::Island(id) => project
                .islands
                .get(&id)
                .map(|island| (id, island.clone()))
                .into_iter()
                .collect(),
            FilePart::Settings | FilePart::Schema => BTreeMap::new(),
        },
        stamps: project.stamps.clone(),
    };
    let text = format::write(&alone, built_in).remove(&name)?;
    Some((name, text))
}

/// The path of a part's file below the project.
pub fn name(part: FilePart, project: &Project) -> Option<String> {
    match part {
        FilePart::Settings => Some(PROJECT_FILE.to_owned()),
        FilePart::Schema => Some(SCHEMA_FILE.to_owned()),
        FilePart::Island(id) => project
            .islands
            .get(&id)
            .map(|island| format::island_path(&island.slug)),
    }
}

impl FilePart {
    /// Whether both projects hold the same for this file.
    pub fn is_same(self, a: &Project, b: &Project) -> bool {
        match self {
            Self::Settings => a.settings == b.settings,
            Self::Schema => a.schema == b.schema,
            Self::Island(id) => a.islands.get(&id) == b.islands.get(&id),
        }
    }

    /// Copies this part.
    pub fn copy(self, from: &Project, to: &mut Project) {
        match self {
            Self::Settings => to.settings = from.settings.clone(),
            Self::Schema => to.schema = from.schema.clone(),
            Self::Island(id) => {
                match from.islands.get(&id) {
                    Some(island) => to.islands.insert(id, island.clone()),
                    None => to.islands.remove(&id),
                };
            }
        }
    }
}
