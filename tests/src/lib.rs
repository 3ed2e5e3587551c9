//! What end-to-end tests share: where things are, a server in a process of its own, and a client that
//! plays on it.
//!
//! *Not* responsible for: the tests (see `tests/`).

pub mod client;
pub mod opaque;
pub mod possessions;
pub mod server_process;

use std::path::{Path, PathBuf};

/// The root of the checkout: the folder above this crate.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of a project under `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A binary of this project, of the same build as the running test. `tests/run` and `cargo test
/// --workspace` build it; after changing a room, `cargo test -p e2e-tests` alone would run the old one.
///
/// # Panics
/// There is no such binary yet.
pub fn binary(name: &str) -> PathBuf {
    #[expect(clippy::expect_used, reason = "tests may panic, and this says why")]
    let test = std::env::current_exe().expect("the path of the running test");
    // target/<profile>/deps/<test> lies two folders below the binaries.
    let folder = test.ancestors().nth(2).unwrap_or(Path::new("."));
    let binary = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build --workspace` first",
        binary.display()
    );
    binary
}

/// Copies a folder with everything in it.
///
/// # Errors
/// Whatever reading or writing says.
pub fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
