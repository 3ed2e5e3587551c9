//! Saving files so that a crash at any moment leaves either the old file or the new one.
//!
//! *Not* responsible for: which files changed (the editor's document).

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use shared::format::ISLANDS_FOLDER;

/// Most links that are followed to a file that is saved; as many as Linux follows.
const MAX_LINKS: usize = 40;

/// Most temporary files that may lie beside a file before it can no longer be saved.
const MAX_TEMPORARIES: u64 = 64;

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
}
