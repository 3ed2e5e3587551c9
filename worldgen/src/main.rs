//! `tombolo-worldgen`: checks, bakes, hashes and renders map projects.
fn main() {}
