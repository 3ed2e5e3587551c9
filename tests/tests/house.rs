//! The house rules: who may know whom, and what every file looks like. The tables here are the map of
//! ARCHITECTURE.md in a form that a machine checks.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod house {
    mod architecture;
    mod markers;
    mod tidy;
}
