//! Backups: what a save replaces is kept beside the journal, the newest few versions of each file.
//!
//! They are plain map files in `.tombolo/backups`. Copying one over its island is enough to go back: the
//! editor takes the change in as a step that can be undone.
//!
//! *Not* responsible for: recovery after a crash (`journal`).

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::journal;

const BACKUP_FOLDER: &str = "backups";
/// Versions kept of each file.
const MAX_VERSIONS: usize = 20;

/// Keeps `bytes`, which are about to be replaced, as the newest backup of `file`.
///
/// # Errors
/// The folder cannot be written; the file itself is untouched.
pub fn keep(project: &Path, file: &str, bytes: &[u8]) -> io::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the stamp only names the backup; nothing is decided by it"
    )]
    let now = SystemTime::now();
    let stamp = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let folder = journal::private_folder(project)?.join(BACKUP_FOLDER);
    fs::create_dir_all(&folder)?;
    let stem = file.trim_end_matches(".ron").replace('/', ".");
    // As many digits for the next two centuries, so that names sort by age.
    fs::File::create(folder.join(format!("{stem}.{stamp:013}.ron")))?.write_all(bytes)?;
    for old in versions(&folder, &stem)?.iter().rev().skip(MAX_VERSIONS) {
        fs::remove_file(folder.join(old))?;
    }
    Ok(())
}

/// Names of the backups of a file, oldest first.
fn versions(folder: &Path, stem: &str) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let stamp = name
            .strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.strip_suffix(".ron"));
        if stamp.is_some_and(|stamp| stamp.len() == 13 && stamp.bytes().all(|byte| byte.is_ascii_digit())) {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_versions_of_a_file_are_kept() {
        let project = tempfile::tempdir().unwrap();
        let folder = project.path().join(journal::PRIVATE_FOLDER).join(BACKUP_FOLDER);
        fs::create_dir_all(&folder).unwrap();
        for stamp in 0..30 {
            fs::File::create(folder.join(format!("islands.a.{stamp:013}.ron"))).unwrap();
        }
        keep(project.path(), "islands/a-b.ron", b"other").unwrap();
        keep(project.path(), "islands/a.ron", b"newest").unwrap();
        let kept = versions(&folder, "islands.a").unwrap();
        assert_eq!(kept.len(), MAX_VERSIONS);
        assert_eq!(fs::read(folder.join(kept.last().unwrap())).unwrap(), b"newest");
        assert_eq!(versions(&folder, "islands.a-b").unwrap().len(), 1);
    }
}
