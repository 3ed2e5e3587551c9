//! The data folder: where every file lies, and the lock that lets one process use it.
//!
//! *Not* responsible for: what is inside the files.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A data folder that this process has locked. Clones share the lock; it falls with the last of them.
///
/// ```text
/// data/
///   lock                              held while a server runs
///   Server_001.db                     the tables, as of the last checkpoint
///   journal_001.db                    every transaction since the two newest backups, one row each
///   backups/
///     backup_20260214_090000.db       verified copy of Server_001.db
///     backup_20260214_090000.manifest its hash and the last transaction in it
///   quarantine/                       damaged files, moved here and never deleted
///   keys/                             the server's own secrets (used by the accounts), owner only
/// ```
#[derive(Debug, Clone)]
pub struct DataDir {
    root: PathBuf,
    /// Closing the file releases the lock, also when the process is killed.
    _lock: Arc<File>,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// Another process, or another part of this one, has the folder open.
    #[error("another server already uses the data folder {}", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The folder cannot be made or written to.
    #[error("cannot use {} as data folder", path.display())]
    Io {
        /// The path that failed.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl DataDir {
    /// Makes the folder where it is missing, and locks it for this process.
    ///
    /// # Errors
    /// [`DataDirError::InUse`] when a server runs on it, [`DataDirError::Io`] when it cannot be written.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, DataDirError> {
        let root = root.into();
        let at = |path: &Path| {
            let path = path.to_path_buf();
            move |source| DataDirError::Io { path, source }
        };
        for folder in [root.clone(), root.join("backups"), root.join("quarantine")] {
            fs::create_dir_all(&folder).map_err(at(&folder))?;
        }
        create_private_dir(&root.join("keys")).map_err(at(&root.join("keys")))?;

        let lock_path = root.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                root,
                _lock: Arc::new(lock),
            }),
            Err(TryLockError::WouldBlock) => Err(DataDirError::InUse { path: root }),
            Err(TryLockError::Error(source)) => Err(DataDirError::Io {
                path: lock_path,
                source,
            }),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The main file: the tables as of the last checkpoint.
    pub fn main_file(&self) -> PathBuf {
        self.root.join("Server_001.db")
    }

    /// The journal of the same server.
    pub fn journal_file(&self) -> PathBuf {
        self.root.join("journal_001.db")
    }

    /// Folder of the verified copies of the main file.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Folder that damaged files are moved to.
    pub fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Folder of the server's own secrets; only its owner may read it.
    pub fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }
}

#[cfg(unix)]
fn create_private_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn create_private_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Makes a rename or a new name in `folder` survive a power cut.
///
/// # Errors
/// Whatever the system says; the rename must then not be relied on.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows has no call for this; its file system journals names itself.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_opener_is_refused_until_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDir::open(folder.path()).unwrap();
        let second = DataDir::open(folder.path());
        assert!(matches!(second, Err(DataDirError::InUse { .. })), "{second:?}");
        drop(first);
        DataDir::open(folder.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_keys() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let dir = DataDir::open(folder.path()).unwrap();
        let mode = fs::metadata(dir.keys()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
