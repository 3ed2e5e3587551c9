//! What end-to-end tests share: a server in a process of its own, and a client that plays on it.
//!
//! *Not* responsible for: the tests (see `tests/`).

pub mod client;
pub mod opaque;
pub mod possessions;
pub mod server_process;

use std::path::{Path, PathBuf};

/// The folder of a project under `tests/fixtures`.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}
