//! A map project as a folder: reading it within limits, and saving changed files so that a crash at any
//! moment leaves either the old file or the new one.
//!
//! *Not* responsible for: what the files mean (`shared::format`), which files changed (the editor's
//! document).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use shared::format::{
    self, ISLANDS_FOLDER, Loaded, MAX_FILE_BYTES, MISSING_FILE, PROJECT_FILE, SCHEMA_FILE, SourceFile,
    TOO_MANY, UNREADABLE_FILE,
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

/// Most links that are followed to a file that is saved; as many as Linux follows.
const MAX_LINKS: usize = 40;

/// Most temporary files that may lie beside a file before it can no longer be saved.
const MAX_TEMPORARIES: u64 = 64;

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
    /// A device, a pipe, a folder: what cannot be replaced as a whole.
    #[error("there is something that is no regular file")]
    NotAFile,
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
    let place = Place {
        file: path,
        line: 0,
        column: 0,
    };
    Issue::new(&UNREADABLE_FILE, Subject::default(), reason, help).at(place)
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
    let (names, further) = stamp_names(root);
    if further > 0 {
        let message = format!(
            "{} stamps; the last {further} are left out",
            names.len() + further
        );
        let help = format!("keep at most {MAX_STAMPS}, those that are placed");
        let place = Place {
            file: STAMPS_FOLDER.to_owned(),
            line: 0,
            column: 0,
        };
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

/// Replaces one file atomically; where a link leads to it, the file that it leads to.
///
/// # Errors
/// See [`SaveErrorKind`]; the old file is then still there, and the temporary one is gone.
pub fn replace(target: &Path, content: impl AsRef<[u8]>) -> Result<(), SaveErrorKind> {
    let target = &followed(target)?;
    match fs::metadata(target) {
        // A rename would put a file in the place of a device, for everybody on the machine.
        Ok(metadata) if !metadata.is_file() => return Err(SaveErrorKind::NotAFile),
        Ok(_) => {}
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
        Err(reason) => return Err(reason.into()),
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let (file, temporary) = create_beside(folder, &name)?;
    let result = write_and_rename(file, &temporary, target, content.as_ref());
    if result.is_err() {
        // Best effort: the error that matters is the first one.
        fs::remove_file(&temporary).unwrap_or_default();
        return result;
    }
    sync_folder(folder)?;
    Ok(())
}

/// Where the links of a path lead, as far as there are any.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            // Not a link, or not there.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links lead on to others"))
}

/// Makes a file under a name that nobody has, not even a link: `.<name>.<number>.tmp`.
fn create_beside(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    let mut attempts = 0..MAX_TEMPORARIES;
    loop {
        // Others may save, too, and a process that was killed may have had the same number.
        let number = u64::from(std::process::id()) + attempts.next().unwrap_or_default();
        let path = folder.join(format!(".{name}.{number}.tmp"));
        match File::create_new(&path) {
            Ok(file) => return Ok((file, path)),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists && !attempts.is_empty() => {}
            Err(reason) => return Err(reason),
        }
    }
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

fn write_and_rename(
    mut file: File,
    temporary: &Path,
    target: &Path,
    content: &[u8],
) -> Result<(), SaveErrorKind> {
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    if fs::read(temporary)? != content {
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
        assert!(matches!(failed[0].kind, SaveErrorKind::NotAFile));
        assert_eq!(fs::read_dir(root.path().join("islands")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_save_follows_links_and_replaces_nothing_but_files() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let file = |name: &str| root.path().join(name);
        fs::create_dir(file("kept")).unwrap();
        for name in ["kept/old.ron", "kept/new.ron"] {
            // Through two links, the first of which is relative; there may be no file behind them yet.
            symlink(Path::new("b.ron"), file("a.ron")).unwrap();
            symlink(file(name), file("b.ron")).unwrap();
            replace(&file("a.ron"), name).unwrap();
            replace(&file("a.ron"), name).unwrap();
            assert_eq!(fs::read_to_string(file(name)).unwrap(), name);
            for link in ["a.ron", "b.ron"] {
                assert!(fs::symlink_metadata(file(link)).unwrap().is_symlink());
                fs::remove_file(file(link)).unwrap();
            }
        }
        symlink(file("a.ron"), file("b.ron")).unwrap();
        symlink(file("b.ron"), file("a.ron")).unwrap();
        assert!(replace(&file("a.ron"), "in a circle").is_err());
        fs::remove_file(file("a.ron")).unwrap();
        let listener = std::os::unix::net::UnixListener::bind(file("socket")).unwrap();
        assert!(matches!(
            replace(&file("socket"), "x"),
            Err(SaveErrorKind::NotAFile)
        ));
        drop(listener);
        let mut left: Vec<_> = fs::read_dir(root.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["b.ron", "kept", "socket"]);
    }

    #[test]
    fn a_save_overwrites_no_other_file() {
        let root = tempfile::tempdir().unwrap();
        let taken = root.path().join(format!(".a.ron.{}.tmp", std::process::id()));
        fs::create_dir_all(root.path()).unwrap();
        replace(&taken, "somebody's").unwrap();
        replace(&root.path().join("a.ron"), "mine").unwrap();
        assert_eq!(fs::read_to_string(taken).unwrap(), "somebody's");
    }

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
