//! `tombolo-editor`: the desktop map editor.
fn main() {}
