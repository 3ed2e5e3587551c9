//! What belongs to this machine and this person: recent projects, theme, layout of panels, what each
//! project's map looked at. Never part of a project's tracked files.
//!
//! *Not* responsible for: anything whose loss would hurt; a file that does not read is as good as none.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use egui_tiles::Tree;
use serde::{Deserialize, Serialize};
use worldgen::project_dir;

use crate::dock::Pane;
use crate::document::journal;
use crate::document::marks::SavedMarks;
use crate::panel::issues::SavedHidden;
use crate::theme::ColourScheme;
use crate::workspace::ViewOptions;

/// Most recent projects that are listed.
const MAX_RECENT: usize = 10;
const SETTINGS_FILE: &str = "editor.ron";
const SESSION_FILE: &str = "session.ron";
/// A settings file larger than this was not written by us.
const MAX_BYTES: u64 = 1 << 20;
/// Grows when the panels of a layout change; an older layout is then dropped.
const LAYOUT_VERSION: u32 = 2;

/// Settings of the person at this machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Projects opened before, last first.
    pub recent: Vec<PathBuf>,
    /// The light theme instead of the dark one.
    pub light: bool,
    /// Colours of signs and selection.
    pub scheme: ColourScheme,
    /// Size of the interface, 1 as it was made.
    pub scale: f32,
    /// Keys that differ from the command table's, by command; empty for none.
    pub keys: BTreeMap<String, String>,
    /// Panels as they were left.
    pub layout: Option<(u32, Tree<Pane>)>,
}

/// How a project was left.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// The island that was shown.
    pub island: Option<String>,
    /// What the map showed.
    pub view: Option<ViewOptions>,
    /// Where each island was looked at from: east, north, points per metre.
    pub cameras: BTreeMap<String, (f32, f32, f32)>,
    /// The same for the chart.
    pub chart: Option<(f32, f32, f32)>,
    /// What is hidden, locked, left out or grouped.
    pub marks: SavedMarks,
    /// Places to come back to.
    pub bookmarks: Bookmarks,
    /// Issues that are not shown.
    pub hidden_issues: SavedHidden,
}

/// Places to come back to, by number.
pub type Bookmarks = BTreeMap<u8, Bookmark>;

/// A place to come back to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bookmark {
    /// The island that was shown.
    pub island: String,
    /// Whether the chart was.
    pub on_chart: bool,
    /// Map: east, north, points per metre.
    pub map: Option<(f32, f32, f32)>,
    /// 3D view: target, yaw, pitch, distance.
    pub orbit: Option<([f32; 3], f32, f32, f32)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            recent: Vec::new(),
            light: false,
            scheme: ColourScheme::default(),
            scale: 1.0,
            keys: BTreeMap::new(),
            layout: None,
        }
    }
}

impl Settings {
    /// Reads the settings in a folder.
    pub fn load(folder: Option<&Path>) -> Self {
        folder
            .and_then(|folder| read(&folder.join(SETTINGS_FILE)))
            .unwrap_or_default()
    }

    /// Writes them; a failure is not worth disturbing anybody.
    pub fn save(&self, folder: Option<&Path>) {
        if let Some(folder) = folder {
            write(&folder.join(SETTINGS_FILE), self);
        }
    }

    /// Puts a project on top of the recent ones.
    pub fn remember(&mut self, project: &Path) {
        let project = project.canonicalize().unwrap_or_else(|_| project.to_owned());
        self.recent.retain(|recent| *recent != project);
        self.recent.insert(0, project);
        self.recent.truncate(MAX_RECENT);
    }

    /// The layout, if it belongs to this version.
    pub fn take_layout(&mut self) -> Option<Tree<Pane>> {
        self.layout
            .take()
            .filter(|(version, _)| *version == LAYOUT_VERSION)
            .map(|(_, tree)| tree)
    }

    /// Keeps a layout.
    pub fn keep_layout(&mut self, tree: &Tree<Pane>) {
        self.layout = Some((LAYOUT_VERSION, tree.clone()));
    }
}

impl Session {
    /// Reads how a project was left.
    pub fn load(project: &Path) -> Self {
        read(&project.join(journal::PRIVATE_FOLDER).join(SESSION_FILE)).unwrap_or_default()
    }

    /// Writes it; a failure is not worth disturbing anybody.
    pub fn save(&self, project: &Path) {
        if let Ok(folder) = journal::private_folder(project) {
            write(&folder.join(SESSION_FILE), self);
        }
    }
}

/// The folder for settings: `$XDG_CONFIG_HOME/tombolo` or its like.
pub fn settings_folder() -> Option<PathBuf> {
    let base = ["XDG_CONFIG_HOME", "APPDATA"]
        .into_iter()
        .find_map(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")))?;
    Some(base.join("tombolo"))
}

fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Option<T> {
    let length = fs::metadata(path).ok()?.len();
    (length <= MAX_BYTES).then(|| ron::from_str(&fs::read_to_string(path).ok()?).ok())?
}

fn write<T: Serialize>(path: &Path, value: &T) {
    if let Ok(text) = ron::ser::to_string_pretty(value, ron::ser::PrettyConfig::default()) {
        project_dir::replace(path, &text).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_survive_a_restart_and_damage_is_harmless() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        for number in 0..12 {
            settings.remember(&folder.path().join(number.to_string()));
        }
        settings.keep_layout(&crate::dock::default_layout(1600.0));
        settings.save(Some(folder.path()));
        let mut read = Settings::load(Some(folder.path()));
        assert_eq!(read.recent.len(), MAX_RECENT);
        assert!(read.recent[0].ends_with("11"));
        assert!(read.take_layout().is_some());
        project_dir::replace(&folder.path().join(SETTINGS_FILE), "(recent: 7").unwrap();
        assert!(Settings::load(Some(folder.path())).recent.is_empty());
    }
}
