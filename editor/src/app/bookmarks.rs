//! Places to come back to, and what the session keeps of views and marks.
//!
//! *Not* responsible for: the session file itself (`session`).

use glam::Vec3;

use super::App;
use crate::command::Command;
use crate::document::Change;
use crate::document::marks::Marks;
use crate::panel::map::MapMode;
use crate::scene::camera::OrbitCamera;
use crate::session::{Bookmark, Session};
use crate::text::text;
use crate::viewport::layout::{Ground, MapCamera};
use crate::workspace::{RASTERS_M, Workspace};

impl App {
    pub(super) fn set_bookmark(&mut self, number: u8) {
        let Some(workspace) = &self.workspace else { return };
        let Some(island) = workspace.document.island() else {
            return;
        };
        let on_chart = self.panels.map.mode() == MapMode::Chart;
        let camera = if on_chart {
            self.panels.map.chart_camera()
        } else {
            self.panels.map.camera(island.id)
        };
        let bookmark = Bookmark {
            island: island.id.to_string(),
            on_chart,
            map: camera.map(numbers),
            orbit: self.panels.view3d.camera(island.id).map(|camera| {
                (
                    camera.target.to_array(),
                    camera.yaw,
                    camera.pitch,
                    camera.distance_m,
                )
            }),
        };
        self.bookmarks.insert(number, bookmark);
        let keys = self.keys(Command::GoToBookmark(number));
        self.tell(text().told_bookmark(number, keys));
    }

    pub(super) fn go_to_bookmark(&mut self, number: u8) {
        let Some(bookmark) = self.bookmarks.get(&number).cloned() else {
            return;
        };
        let Ok(island) = bookmark.island.parse() else {
            return;
        };
        self.change(Change::Commit);
        let Some(workspace) = &mut self.workspace else {
            return;
        };
        workspace.document.show_island(island);
        let map = bookmark.map.and_then(camera);
        match (bookmark.on_chart, map) {
            (true, Some(camera)) => self.panels.map.restore_chart_camera(camera),
            (false, Some(camera)) => self.panels.map.restore_camera(island, camera),
            (_, None) => {}
        }
        self.panels.map.set_mode(if bookmark.on_chart {
            MapMode::Chart
        } else {
            MapMode::Island
        });
        if let Some((target, yaw, pitch, distance_m)) = bookmark.orbit
            && let Some(camera) = OrbitCamera::checked(Vec3::from_array(target), yaw, pitch, distance_m)
        {
            self.panels.view3d.restore_camera(island, camera);
        }
    }

    /// Takes up where the last session left.
    pub(super) fn restore(&mut self, workspace: &mut Workspace, session: Session) {
        workspace.view = session.view.unwrap_or_default();
        if !RASTERS_M.contains(&workspace.view.raster_m) {
            workspace.view.raster_m = 1.0;
        }
        workspace.marks = Marks::restore(session.marks);
        self.bookmarks = session.bookmarks;
        self.panels.issues.restore_hidden(session.hidden_issues);
        for (island, place) in session.cameras {
            if let (Ok(island), Some(camera)) = (island.parse(), camera(place)) {
                self.panels.map.restore_camera(island, camera);
            }
        }
        if let Some(camera) = session.chart.and_then(camera) {
            self.panels.map.restore_chart_camera(camera);
        }
    }

    /// What the next session takes up.
    pub(super) fn session(&self, workspace: &Workspace) -> Session {
        let document = &workspace.document;
        let cameras = document.project().islands.keys().filter_map(|island| {
            let camera = self.panels.map.camera(*island)?;
            Some((island.to_string(), numbers(camera)))
        });
        Session {
            island: document.island().map(|island| island.id.to_string()),
            view: Some(workspace.view),
            cameras: cameras.collect(),
            chart: self.panels.map.chart_camera().map(numbers),
            marks: workspace.marks.save(),
            bookmarks: self.bookmarks.clone(),
            hidden_issues: self.panels.issues.hidden(),
        }
    }
}

fn numbers(camera: MapCamera) -> (f32, f32, f32) {
    (camera.center.x_m, camera.center.y_m, camera.scale)
}

/// A camera from a file, if it is one.
fn camera((x_m, y_m, scale): (f32, f32, f32)) -> Option<MapCamera> {
    let sound = [x_m, y_m, scale].into_iter().all(f32::is_finite) && scale > 0.0;
    sound.then(|| MapCamera {
        center: Ground::new(x_m, y_m),
        scale: scale.clamp(0.004, 40.0),
    })
}
