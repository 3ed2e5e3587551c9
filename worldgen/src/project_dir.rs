//! A map project as a folder: reading it within limits, and saving changed files so that a crash at any
//! moment leaves either the old file or the new one.
//!
//! *Not* responsible for: what the files mean (`shared::format`), which files changed (the editor's
//! document).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use shared::format::{
    self, ISLANDS_FOLDER, Loaded, MAX_FILE_BYTES, MISSING_FILE, PROJECT_FILE, SCHEMA_FILE, SourceFile,
    UNREADABLE_FILE,
};
use shared::issue::{Issue, Place, Subject};
use shared::schema::Schema;
use shared::stamp::{MAX_STAMPS, STAMPS_FOLDER, Stamps};

use crate::{rules, stamp_file};

/// Most island files of a project: more would not fit on a chart that people use.
pub const MAX_ISLANDS: usize = 10_000;
/// Most bytes of a whole project: 10,000 islands of 25 KB.
pub const MAX_PROJECT_BYTES: u64 = 256 << 20;

/// Most bytes that all stamps of a project take in memory: eight of the largest heightmaps.
pub const MAX_STAMP_BYTES: usize = 256 << 20;

/// Why a folder could not be read as a project at all.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct ProjectDirError {
    /// The folder or file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: ProjectDirErrorKind,
}

/// See [`ProjectDirError`].
#[derive(Debug, thiserror::Error)]
pub enum ProjectDirErrorKind {
    /// Nothing is there.
    #[error("no such folder; give the folder of a map project, the one with `{PROJECT_FILE}` in it")]
    Missing,
    /// A file was given.
    #[error("this is not a folder; give the folder of a map project, the one with `{PROJECT_FILE}` in it")]
    NotAFolder,
    /// The system refused.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// There is far too much in it.
    #[error("more than {MAX_ISLANDS} islands or {} MiB of map files", MAX_PROJECT_BYTES >> 20)]
    TooLarge,
}

/// Why a file could not be saved. The file on disk is as it was.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", path.display())]
pub struct SaveError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong.
    pub kind: SaveErrorKind,
}

/// See [`SaveError`].
#[derive(Debug, thiserror::Error)]
pub enum SaveErrorKind {
    /// The path leads out of the project.
    #[error("the path leads out of the project")]
    Outside,
    /// The disk is full, the folder is read-only, ...
    #[error("cannot save: {0}")]
    Io(#[from] io::Error),
    /// What was written does not read back.
    #[error("the written file reads back differently; the old one was kept")]
    Differs,
}

/// A project's files as they lie on disk.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Those that could be read, in a fixed order.
    pub files: Vec<SourceFile>,
    /// Why the others could not.
    pub issues: Vec<Issue>,
    /// Pictures and models that markers and POIs may place.
    pub stamps: Stamps,
    /// Why the others could not be read.
    pub stamp_issues: Vec<Issue>,
}

/// Reads and parses a project. Issues carry places; structural and terrain rules are not run yet.
///
/// # Errors
/// The folder itself cannot be read. Single files that cannot are issues.
pub fn load(root: &Path, built_in: &Schema) -> Result<Loaded, ProjectDirError> {
    Ok(parse(read(root)?, built_in))
}

/// Parses what [`read`] gave.
pub fn parse(read: Files, built_in: &Schema) -> Loaded {
    let Files {
        files,
        mut issues,
        stamps,
        stamp_issues,
    } = read;
    let mut loaded = format::read(&files, built_in);
    for issue in &issues {
        if let Some(place) = &issue.place {
            loaded
                .incomplete
                .insert(place.file.clone(), issue.message.clone());
        }
    }
    // A file that exists but cannot be read is not missing.
    let unreadable_project = loaded.incomplete.contains_key(PROJECT_FILE);
    loaded
        .issues
        .retain(|issue| !(unreadable_project && issue.rule == &MISSING_FILE));
    issues.append(&mut loaded.issues);
    loaded.issues = issues;
    loaded.project.stamps = stamps;
    loaded.issues.extend(stamp_issues);
    loaded
}

/// Reads the files of a project.
///
/// # Errors
/// The folder itself cannot be read. Single files that cannot are issues.
pub fn read(root: &Path) -> Result<Files, ProjectDirError> {
    let error = |kind| ProjectDirError {
        path: root.to_owned(),
        kind,
    };
    match fs::metadata(root) {
        Ok(metadata) if !metadata.is_dir() => return Err(error(ProjectDirErrorKind::NotAFolder)),
        Ok(_) => {}
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => {
            return Err(error(ProjectDirErrorKind::Missing));
        }
        Err(reason) => return Err(error(reason.into())),
    }
    let mut paths = vec![PROJECT_FILE.to_owned(), SCHEMA_FILE.to_owned()];
    paths.extend(island_paths(root).map_err(error)?);

    let (mut files, mut issues, mut total) = (Vec::new(), Vec::new(), 0);
    for path in paths {
        match read_file(&root.join(&path)) {
            Ok(bytes) => {
                total += bytes.len() as u64;
                if total > MAX_PROJECT_BYTES {
                    return Err(error(ProjectDirErrorKind::TooLarge));
                }
                files.push(SourceFile { path, bytes });
            }
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
            Err(reason) => issues.push(
                Issue::new(
                    &UNREADABLE_FILE,
                    Subject::default(),
                    format!("cannot read: {reason}"),
                    "check the file and its permissions",
                )
                .at(Place {
                    file: path,
                    line: 0,
                    column: 0,
                }),
            ),
        }
    }
    let (stamps, stamp_issues) = read_stamps(root);
    Ok(Files {
        files,
        issues,
        stamps,
        stamp_issues,
    })
}

/// Paths of all island files in a fixed order: the order of the directory differs between machines.
fn island_paths(root: &Path) -> Result<Vec<String>, ProjectDirErrorKind> {
    let entries = match fs::read_dir(root.join(ISLANDS_FOLDER)) {
        Ok(entries) => entries,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(reason) => return Err(reason.into()),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let Some(name) = name
            .to_str()
            .filter(|name| Path::new(name).extension().is_some_and(|e| e == "ron"))
        else {
            continue;
        };
        if paths.len() == MAX_ISLANDS {
            return Err(ProjectDirErrorKind::TooLarge);
        }
        paths.push(format!("{ISLANDS_FOLDER}/{name}"));
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Reads the stamps. What is wrong with one of them keeps no other from being read.
fn read_stamps(root: &Path) -> (Stamps, Vec<Issue>) {
    let (mut stamps, mut issues, mut total) = (Stamps::default(), Vec::new(), 0);
    let issue = |name: &str, reason: String| {
        let place = Place {
            file: format!("{STAMPS_FOLDER}/{name}"),
            line: 0,
            column: 0,
        };
        let help = "save it again as a grey PNG picture, or as a MagicaVoxel file with one model";
        Issue::new(&rules::STAMP_UNREADABLE, Subject::default(), reason, help).at(place)
    };
    for name in stamp_names(root) {
        let stamp = read_file(&root.join(STAMPS_FOLDER).join(&name))
            .map_err(|reason| format!("cannot read: {reason}"))
            .and_then(|bytes| stamp_file::read(&name, &bytes).map_err(|reason| reason.to_string()));
        total += stamp.as_ref().map_or(0, stamp_file::memory_bytes);
        let stamp = if total > MAX_STAMP_BYTES {
            Err(format!(
                "the stamps before it fill {} MiB already",
                MAX_STAMP_BYTES >> 20
            ))
        } else {
            stamp
        };
        match stamp {
            Ok(stamp) => stamps.insert(name, Some(stamp)),
            Err(reason) => {
                issues.push(issue(&name, reason));
                stamps.insert(name, None);
            }
        }
    }
    (stamps, issues)
}

/// Names of the stamp files in alphabetic order, no more than a project may have.
fn stamp_names(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join(STAMPS_FOLDER)).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names
        .filter(|name| stamp_file::is_stamp(name))
        .take(MAX_STAMPS)
        .collect();
    names.sort_unstable();
    names
}

/// Reads a regular file, one byte more than allowed at most, so that the reader can tell "too large".
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        // Opening a pipe would wait for ever.
        return Err(io::Error::other("not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Saves files of a project: `Some` text replaces or creates, `None` removes. Each file is written to a
/// temporary name, synced, read back, renamed over the old one, and its folder synced.
///
/// Returns the files that were saved, and why the others were not; every file on disk is whole at any
/// moment.
pub fn save(root: &Path, files: &BTreeMap<String, Option<String>>) -> (Vec<String>, Vec<SaveError>) {
    let (mut saved, mut failed) = (Vec::new(), Vec::new());
    for (path, text) in files {
        let target = root.join(path);
        let result = if is_inside(path) {
            text.as_ref()
                .map_or_else(|| remove(&target), |text| replace(&target, text))
        } else {
            Err(SaveErrorKind::Outside)
        };
        match result {
            Ok(()) => saved.push(path.clone()),
            Err(kind) => failed.push(SaveError { path: target, kind }),
        }
    }
    (saved, failed)
}

/// Gives a file of a project another name, under which no file may be. At any moment it has one of the two.
///
/// # Errors
/// See [`SaveErrorKind`]; the file then still has its old name.
pub fn rename(root: &Path, from: &str, to: &str) -> Result<(), SaveErrorKind> {
    if !is_inside(from) || !is_inside(to) {
        return Err(SaveErrorKind::Outside);
    }
    let target = root.join(to);
    if target.try_exists()? {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    fs::rename(root.join(from), &target)?;
    sync_folder(target.parent().unwrap_or(root))?;
    Ok(())
}

fn is_inside(path: &str) -> bool {
    Path::new(path)
        .components()
        .all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// Replaces one file atomically.
///
/// # Errors
/// See [`SaveErrorKind`]; the old file is then still there, and the temporary one is gone.
pub fn replace(target: &Path, text: &str) -> Result<(), SaveErrorKind> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let result = write_and_rename(&temporary, target, text);
    if result.is_err() {
        // Best effort: the error that matters is the first one.
        fs::remove_file(&temporary).unwrap_or_default();
        return result;
    }
    sync_folder(folder)?;
    Ok(())
}

/// Removes temporary files that a killed save left behind. Only for whoever holds the project alone.
///
/// # Errors
/// A folder cannot be read or a file not removed.
pub fn sweep(root: &Path) -> io::Result<()> {
    for folder in [root.to_owned(), root.join(ISLANDS_FOLDER)] {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => continue,
            Err(reason) => return Err(reason),
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // As `replace` names them: `.<file>.ron.<process>.tmp`.
            let is_ours = name.starts_with('.')
                && name.strip_suffix(".tmp").is_some_and(|rest| {
                    let (file, process) = rest.rsplit_once('.').unwrap_or_default();
                    Path::new(file).extension().is_some_and(|kind| kind == "ron")
                        && !process.is_empty()
                        && process.bytes().all(|c| c.is_ascii_digit())
                });
            if is_ours {
                fs::remove_file(entry.path())?;
            }
        }
    }
    Ok(())
}

fn write_and_rename(temporary: &Path, target: &Path, text: &str) -> Result<(), SaveErrorKind> {
    let mut file = File::create(temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    if fs::read(temporary)? != text.as_bytes() {
        return Err(SaveErrorKind::Differs);
    }
    if let Ok(metadata) = fs::metadata(target) {
        fs::set_permissions(temporary, metadata.permissions())?;
    }
    fs::rename(temporary, target)?;
    Ok(())
}

fn remove(target: &Path) -> Result<(), SaveErrorKind> {
    match fs::remove_file(target) {
        Ok(()) => {}
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(reason) => return Err(reason.into()),
    }
    sync_folder(target.parent().unwrap_or(Path::new(".")))?;
    Ok(())
}

/// Makes a rename or removal durable. Windows has no such call and does it by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_save_replaces_creates_and_removes() {
        let root = tempfile::tempdir().unwrap();
        let files =
            |text: Option<&str>| BTreeMap::from([("islands/a.ron".to_owned(), text.map(str::to_owned))]);
        for text in [Some("one"), Some("two"), None, None] {
            let (saved, failed) = save(root.path(), &files(text));
            assert_eq!((saved.len(), failed.len()), (1, 0));
            assert_eq!(
                fs::read_to_string(root.path().join("islands/a.ron"))
                    .ok()
                    .as_deref(),
                text
            );
        }
        assert_eq!(fs::read_dir(root.path().join("islands")).unwrap().count(), 0);
    }

    #[test]
    fn only_what_a_killed_save_left_is_swept_up() {
        let root = tempfile::tempdir().unwrap();
        for file in [".a.ron.17.tmp", ".a.ron.x.tmp", "a.ron", ".notes.17.tmp", "b.tmp"] {
            replace(&root.path().join(ISLANDS_FOLDER).join(file), "x").unwrap();
        }
        sweep(root.path()).unwrap();
        let left = fs::read_dir(root.path().join(ISLANDS_FOLDER)).unwrap();
        let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".a.ron.x.tmp", ".notes.17.tmp", "a.ron", "b.tmp"]);
    }

    #[test]
    fn a_save_never_leaves_the_project() {
        let root = tempfile::tempdir().unwrap();
        for path in ["../a.ron", "/tmp/a.ron", "islands/../../a.ron"] {
            let (_, failed) = save(
                root.path(),
                &BTreeMap::from([(path.to_owned(), Some(String::new()))]),
            );
            assert!(matches!(failed[0].kind, SaveErrorKind::Outside), "{path}");
        }
    }

    #[test]
    fn a_failed_save_keeps_the_old_file() {
        let root = tempfile::tempdir().unwrap();
        // A folder in the way of the file: even root cannot rename over it.
        fs::create_dir_all(root.path().join("islands/a.ron/x")).unwrap();
        let (_, failed) = save(
            root.path(),
            &BTreeMap::from([("islands/a.ron".to_owned(), Some("text".to_owned()))]),
        );
        assert!(matches!(failed[0].kind, SaveErrorKind::Io(_)));
        assert_eq!(fs::read_dir(root.path().join("islands")).unwrap().count(), 1);
    }

    #[test]
    fn folders_that_are_no_projects_say_so() {
        let root = tempfile::tempdir().unwrap();
        let loaded = load(root.path(), &Schema::default()).unwrap();
        assert_eq!(loaded.issues[0].rule.code, "missing-file");
        let error = load(&root.path().join("nowhere"), &Schema::default()).unwrap_err();
        assert!(error.to_string().contains("no such folder"));
    }

    #[test]
    fn a_folder_in_place_of_a_file_is_an_issue() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("project.ron")).unwrap();
        let loaded = load(root.path(), &Schema::default()).unwrap();
        let codes: Vec<_> = loaded.issues.iter().map(|issue| issue.rule.code).collect();
        assert_eq!(codes, ["unreadable-file"]);
        assert!(loaded.incomplete.contains_key("project.ron"));
    }
}
