//! The whole editor, driven by label without a window.

#[path = "app/stage.rs"]
mod stage;

#[path = "app/editing.rs"]
mod editing;
#[path = "app/files.rs"]
mod files;
#[path = "app/random_gestures.rs"]
mod random_gestures;
#[path = "app/screens.rs"]
mod screens;
