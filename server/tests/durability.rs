//! Durability from outside: everything acknowledged is there, once, whatever happens to process and files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends at the first surprise"
)]

mod durability {
    pub(crate) mod folder;
    pub(crate) mod model;

    mod damage;
    mod disk_full;
    mod kill;
    mod round_trip;
    mod seed_traps;
}
