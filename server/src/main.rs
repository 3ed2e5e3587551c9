//! `tombolo-server`: runs the players' world.
fn main() {}
