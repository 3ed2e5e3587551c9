//! What end-to-end tests share: where things are, and how to run them.

use std::path::{Path, PathBuf};

/// The root of the checkout.
///
/// # Panics
/// Never: this crate lies one folder below the root.
pub fn root() -> PathBuf {
    #[expect(
        clippy::expect_used,
        reason = "the manifest of this crate lies in a folder of the checkout"
    )]
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a parent folder");
    root.to_owned()
}

/// A binary of this project, of the same build as the running test.
///
/// # Panics
/// The test runs from somewhere else than cargo's target folder.
pub fn binary(name: &str) -> PathBuf {
    #[expect(clippy::expect_used, reason = "tests may panic, and this says why")]
    let test = std::env::current_exe().expect("the path of the running test");
    // target/<profile>/deps/<test> lies two folders below the binaries.
    let folder = test.ancestors().nth(2).unwrap_or(Path::new("."));
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
