//! A map project as a folder: reading it within limits, and saving files of it.
//!
//! *Not* responsible for: what the files mean (`shared::format`), which files changed (the editor's
//! document).

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use shared::format::{
    self, ISLANDS_FOLDER, Loaded, MAX_FILE_BYTES, MISSING_FILE, PROJECT_FILE, SCHEMA_FILE, SourceFile,
    TOO_MANY, UNREADABLE_FILE,
};
use shared::issue::{Issue, Place, Subject};
use shared::schema::Schema;
use shared::stamp::{MAX_STAMPS, STAMPS_FOLDER, Stamps};

use crate::{rules, stamp_file};

mod save;

pub use save::{SaveError, SaveErrorKind, rename, replace, save, sweep};

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
    let (islands, mut issues) = island_paths(root).map_err(error)?;
    paths.extend(islands);

    let (mut files, mut total) = (Vec::new(), 0);
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
            Err(reason) => {
                let reason = format!("cannot read: {reason}");
                issues.push(unreadable(path, reason, "check the file and its permissions"));
            }
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

/// Paths of all island files in a fixed order: the order of the directory differs between machines. And issues for
/// files that were meant as such, but have a name under which none is looked for.
fn island_paths(root: &Path) -> Result<(Vec<String>, Vec<Issue>), ProjectDirErrorKind> {
    let entries = match fs::read_dir(root.join(ISLANDS_FOLDER)) {
        Ok(entries) => entries,
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
        Err(reason) => return Err(reason.into()),
    };
    let (mut paths, mut misnamed) = (Vec::new(), Vec::new());
    for entry in entries {
        let name = entry?.file_name();
        let extension = Path::new(&name).extension().unwrap_or_default();
        if !extension.eq_ignore_ascii_case("ron") {
            continue;
        }
        if paths.len() + misnamed.len() == MAX_ISLANDS {
            return Err(ProjectDirErrorKind::TooLarge);
        }
        let path = format!("{ISLANDS_FOLDER}/{}", name.to_string_lossy());
        if name.to_str().is_none() {
            misnamed.push((path, "the name of the file is not UTF-8 text"));
        } else if extension != "ron" {
            misnamed.push((
                path,
                "the name of the file has to end in `.ron`, in small letters",
            ));
        } else {
            paths.push(path);
        }
    }
    paths.sort_unstable();
    misnamed.sort_unstable();
    let told = misnamed
        .into_iter()
        .map(|(path, reason)| unreadable(path, reason.to_owned(), "give it another name"));
    Ok((paths, told.collect()))
}

fn unreadable(path: String, reason: String, help: &str) -> Issue {
    Issue::new(&UNREADABLE_FILE, Subject::default(), reason, help).at(Place::of_file(path))
}

/// Reads the stamps. What is wrong with one of them keeps no other from being read.
fn read_stamps(root: &Path) -> (Stamps, Vec<Issue>) {
    let (mut stamps, mut issues, mut total) = (Stamps::default(), Vec::new(), 0);
    let issue = |name: &str, reason: String| {
        let place = Place::of_file(format!("{STAMPS_FOLDER}/{name}"));
        let help = "save it again as a grey PNG picture, or as a MagicaVoxel file with one model";
        Issue::new(&rules::STAMP_UNREADABLE, Subject::default(), reason, help).at(place)
    };
    let (names, further) = stamp_names(root);
    if further > 0 {
        let message = format!(
            "{} stamps; the last {further} are left out",
            names.len() + further
        );
        let help = format!("keep at most {MAX_STAMPS}, those that are placed");
        let place = Place::of_file(STAMPS_FOLDER);
        issues.push(Issue::new(&TOO_MANY, Subject::default(), message, help).at(place));
    }
    for name in names {
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

/// Names of the stamp files in alphabetic order, no more than a project may have, and how many there are besides.
fn stamp_names(root: &Path) -> (BTreeSet<String>, usize) {
    let entries = fs::read_dir(root.join(STAMPS_FOLDER)).into_iter().flatten();
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let (mut kept, mut further) = (BTreeSet::new(), 0);
    for name in names.filter(|name| stamp_file::is_stamp(name)) {
        kept.insert(name);
        // By name, as the order of the directory differs between machines.
        if kept.len() > MAX_STAMPS {
            kept.pop_last();
            further += 1;
        }
    }
    (kept, further)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn islands_under_odd_names_are_told() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let root = tempfile::tempdir().unwrap();
        let islands = root.path().join(ISLANDS_FOLDER);
        let names: [&[u8]; 4] = [b"b.ron", b"a.RON", b"\xff.ron", b"notes.txt"];
        for name in names {
            replace(&islands.join(OsStr::from_bytes(name)), "").unwrap();
        }
        let read = read(root.path()).unwrap();
        let paths: Vec<_> = read.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["islands/b.ron"]);
        let told: Vec<_> = read
            .issues
            .iter()
            .map(|issue| (issue.place.as_ref().unwrap().file.as_str(), issue.rule.code))
            .collect();
        assert_eq!(
            told,
            [
                ("islands/a.RON", "unreadable-file"),
                ("islands/\u{fffd}.ron", "unreadable-file")
            ]
        );
    }

    #[test]
    fn of_too_many_stamps_the_first_by_name_are_taken() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(STAMPS_FOLDER);
        fs::create_dir(&folder).unwrap();
        // Backwards, as some file systems list them in the order of their making.
        for number in (0..MAX_STAMPS + 3).rev() {
            File::create(folder.join(format!("{number:05}.png"))).unwrap();
        }
        let read = read(root.path()).unwrap();
        // Each of them is told to be empty.
        let files = read
            .stamp_issues
            .iter()
            .filter(|issue| issue.rule == &rules::STAMP_UNREADABLE)
            .map(|issue| issue.place.as_ref().unwrap().file.clone());
        let expected = (0..MAX_STAMPS).map(|number| format!("{STAMPS_FOLDER}/{number:05}.png"));
        assert!(files.eq(expected));
        let too_many = read
            .stamp_issues
            .iter()
            .find(|issue| issue.rule == &TOO_MANY)
            .unwrap();
        assert_eq!(too_many.message, "1027 stamps; the last 3 are left out");
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
