//! The orbit camera: looks at a target from a direction and distance; z is up.
//!
//! *Not* responsible for: input (`panel::view3d`).

use egui::{Pos2, Rect, Vec2, pos2};
use glam::{Mat4, Vec3, Vec4};

/// Vertical field of view in radians (40 degrees): calm, with little distortion at the edges.
const FIELD_OF_VIEW: f32 = 0.70;
/// Nearest and farthest the camera goes from its target, in metres.
const DISTANCE_M: std::ops::RangeInclusive<f32> = 4.0..=8000.0;
/// Lowest and highest pitch in radians: never under the horizon, never quite straight down.
const PITCH: std::ops::RangeInclusive<f32> = 0.05..=1.55;
/// Radians per point of an orbiting drag.
const ORBIT_SPEED: f32 = 0.008;

/// Where the 3D view looks from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OrbitCamera {
    /// What it looks at, in metres.
    pub target: Vec3,
    /// Radians around z; 0 looks north.
    pub yaw: f32,
    /// Radians above the horizon.
    pub pitch: f32,
    /// Metres from the target.
    pub distance_m: f32,
}

impl OrbitCamera {
    /// Looks at the whole of an island of this width from the south-west.
    pub fn framing(width_m: f32) -> Self {
        Self {
            target: Vec3::new(0.0, 0.0, 8.0),
            yaw: -0.6,
            pitch: 0.55,
            distance_m: (width_m * 1.25).clamp(*DISTANCE_M.start(), *DISTANCE_M.end()),
        }
    }

    /// Where the eye is.
    pub fn eye(&self) -> Vec3 {
        self.target - self.forward() * self.distance_m
    }

    /// The direction it looks in.
    pub fn forward(&self) -> Vec3 {
        let (around, up) = (
            glam::Vec2::from_angle(self.yaw),
            glam::Vec2::from_angle(self.pitch),
        );
        // Yaw 0 looks north: x = sin, y = cos.
        Vec3::new(around.y * up.x, around.x * up.x, -up.y)
    }

    /// World to clip space, as OpenGL wants it.
    pub fn clip_from_world(&self, aspect: f32) -> Mat4 {
        let near_m = (self.distance_m * 0.02).max(0.5);
        let projection = glam::camera::rh::proj::opengl::perspective(
            FIELD_OF_VIEW,
            aspect.max(0.01),
            near_m,
            self.distance_m * 4.0 + 4000.0,
        );
        projection * glam::camera::rh::view::look_at_mat4(self.eye(), self.target, Vec3::Z)
    }

    /// Where a point of the world is on screen; `None` behind the eye.
    pub fn screen_from_world(&self, rect: Rect, at: Vec3) -> Option<Pos2> {
        let clip = self.clip_from_world(rect.aspect_ratio()) * Vec4::from((at, 1.0));
        if clip.w <= 0.1 {
            return None;
        }
        Some(pos2(
            rect.center().x + clip.x / clip.w * rect.width() / 2.0,
            rect.center().y - clip.y / clip.w * rect.height() / 2.0,
        ))
    }

    /// Turns around the target by a drag on screen.
    pub fn orbit(&mut self, drag: Vec2) {
        self.yaw = (self.yaw + drag.x * ORBIT_SPEED) % std::f32::consts::TAU;
        self.pitch = (self.pitch + drag.y * ORBIT_SPEED).clamp(*PITCH.start(), *PITCH.end());
    }

    /// Slides over the ground by a drag on screen, the ground following the pointer.
    pub fn pan(&mut self, drag: Vec2, view_height: f32) {
        let metres_per_point = self.distance_m * FIELD_OF_VIEW / view_height.max(1.0);
        let around = glam::Vec2::from_angle(self.yaw);
        let (right, ahead) = (
            Vec3::new(around.x, -around.y, 0.0),
            Vec3::new(around.y, around.x, 0.0),
        );
        self.target += (ahead * drag.y - right * drag.x) * metres_per_point;
    }

    /// Goes nearer (factor above 1) or farther.
    pub fn zoom(&mut self, factor: f32) {
        if factor.is_finite() && factor > 0.0 {
            self.distance_m = (self.distance_m / factor).clamp(*DISTANCE_M.start(), *DISTANCE_M.end());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn the_target_is_in_the_middle_and_north_is_ahead() {
        let camera = OrbitCamera {
            yaw: 0.0,
            ..OrbitCamera::framing(512.0)
        };
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(400.0, 300.0));
        let middle = camera.screen_from_world(rect, camera.target).unwrap();
        assert!((middle - rect.center()).length() < 0.01);
        let north = camera
            .screen_from_world(rect, camera.target + Vec3::Y * 50.0)
            .unwrap();
        let east = camera
            .screen_from_world(rect, camera.target + Vec3::X * 50.0)
            .unwrap();
        assert!(north.y < middle.y && east.x > middle.x);
        assert_eq!(
            camera.screen_from_world(rect, camera.eye() - camera.forward()),
            None
        );
    }

    #[test]
    fn panning_moves_the_ground_with_the_pointer() {
        let mut camera = OrbitCamera::framing(512.0);
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(400.0, 300.0));
        let at = camera.target;
        camera.pan(vec2(30.0, 0.0), rect.height());
        let moved = camera.screen_from_world(rect, at).unwrap();
        assert!((moved.x - rect.center().x - 30.0).abs() < 3.0, "{moved:?}");
    }
}
