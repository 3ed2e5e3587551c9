//! The whole editor, driven by label without a window.
//!
//! `cfg(test)` tells clippy that helpers, too, may unwrap.

#[cfg(test)]
#[path = "app/pointer.rs"]
mod pointer;
#[cfg(test)]
#[path = "app/stage.rs"]
mod stage;

#[cfg(test)]
#[path = "app/access.rs"]
mod access;
#[cfg(test)]
#[path = "app/chart.rs"]
mod chart;
#[cfg(test)]
#[path = "app/clipboard.rs"]
mod clipboard;
#[cfg(test)]
#[path = "app/comfort.rs"]
mod comfort;
#[cfg(test)]
#[path = "app/editing.rs"]
mod editing;
#[cfg(test)]
#[path = "app/files.rs"]
mod files;
#[cfg(test)]
#[path = "app/handles.rs"]
mod handles;
#[cfg(test)]
#[path = "app/inspector.rs"]
mod inspector;
#[cfg(test)]
#[path = "app/issues.rs"]
mod issues;
#[cfg(test)]
#[path = "app/marks.rs"]
mod marks;
#[cfg(test)]
#[path = "app/outside.rs"]
mod outside;
#[cfg(test)]
#[path = "app/random_gestures.rs"]
mod random_gestures;
#[cfg(test)]
#[path = "app/screens.rs"]
mod screens;
#[cfg(test)]
#[path = "app/view3d.rs"]
mod view3d;
#[cfg(test)]
#[path = "app/views.rs"]
mod views;
#[cfg(test)]
#[path = "app/words.rs"]
mod words;
