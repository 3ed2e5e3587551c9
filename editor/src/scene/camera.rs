//! The orbit camera: looks at a target from a direction and distance; z is up.
//!
//! *Not* responsible for: input (`panel::view3d`).

use egui::{Pos2, Rect, Vec2, pos2};
use glam::{Mat4, Vec3, Vec4};

/// Vertical field of view in radians (40 degrees): calm, with little distortion at the edges.
const FIELD_OF_VIEW: f32 = 0.70;
/// Half the height of the view at a distance of 1: the tangent of half the field of view.
const HALF_VIEW: f32 = 0.365_028_5;
/// Nearest and farthest the camera goes from its target, in metres.
const DISTANCE_M: std::ops::RangeInclusive<f32> = 4.0..=8000.0;
/// Lowest and highest pitch in radians while orbiting: never under the horizon, never quite straight down.
const PITCH: std::ops::RangeInclusive<f32> = 0.05..=1.55;
/// The same while looking around, where one may look up.
const LOOK_PITCH: std::ops::RangeInclusive<f32> = -1.4..=1.55;
/// Radians per point of looking around.
const LOOK_SPEED: f32 = 0.004;
/// Lowest that a flying eye goes, in metres above the sea.
const LOWEST_EYE_M: f32 = 1.0;
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

/// A camera on a rectangle of the screen, for projecting thousands of points.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Projection {
    clip_from_world: Mat4,
    rect: Rect,
}

impl Projection {
    /// Where a point of the world is on screen; `None` behind the eye.
    pub fn screen_from_world(&self, at: Vec3) -> Option<Pos2> {
        let clip = self.clip_from_world * Vec4::from((at, 1.0));
        if clip.w <= 0.1 {
            return None;
        }
        let rect = self.rect;
        Some(pos2(
            rect.center().x + clip.x / clip.w * rect.width() / 2.0,
            rect.center().y - clip.y / clip.w * rect.height() / 2.0,
        ))
    }
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

    /// A camera from a file, if its numbers make one.
    pub fn checked(target: Vec3, yaw: f32, pitch: f32, distance_m: f32) -> Option<Self> {
        let sound = target.is_finite() && yaw.is_finite() && pitch.is_finite() && distance_m.is_finite();
        sound.then(|| Self {
            target,
            yaw,
            pitch: pitch.clamp(*LOOK_PITCH.start(), *LOOK_PITCH.end()),
            distance_m: distance_m.clamp(*DISTANCE_M.start(), *DISTANCE_M.end()),
        })
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

    /// Where a point of the world is on screen; `None` behind the eye. For many points see [`Self::onto`].
    pub fn screen_from_world(&self, rect: Rect, at: Vec3) -> Option<Pos2> {
        self.onto(rect).screen_from_world(at)
    }

    /// The way from the world onto a rectangle of the screen.
    pub fn onto(&self, rect: Rect) -> Projection {
        Projection {
            clip_from_world: self.clip_from_world(rect.aspect_ratio()),
            rect,
        }
    }

    /// Metres that a point of the screen covers at a distance from the eye.
    pub fn metres_per_point(&self, at: Vec3, view_height: f32) -> f32 {
        let away_m = (at - self.eye()).dot(self.forward()).max(0.5);
        2.0 * away_m * HALF_VIEW / view_height.max(1.0)
    }

    /// The ray through a point of the screen: where it starts and its direction.
    pub fn ray(&self, rect: Rect, at: Pos2) -> (Vec3, Vec3) {
        let from_center = at - rect.center();
        let up_share = -from_center.y / (rect.height() / 2.0).max(1.0) * HALF_VIEW;
        let right_share = from_center.x / (rect.height() / 2.0).max(1.0) * HALF_VIEW;
        let forward = self.forward();
        let around = glam::Vec2::from_angle(self.yaw);
        let right = Vec3::new(around.x, -around.y, 0.0);
        let up = right.cross(forward);
        (
            self.eye(),
            (forward + right * right_share + up * up_share).normalize(),
        )
    }

    /// Where the ray through a point of the screen meets a level plane; `None` at or above the horizon.
    pub fn on_level(&self, rect: Rect, at: Pos2, z_m: f32) -> Option<Vec3> {
        let (eye, way) = self.ray(rect, at);
        let ahead_m = (z_m - eye.z) / way.z;
        (ahead_m.is_finite() && ahead_m > 0.0).then(|| eye + way * ahead_m)
    }

    /// The height at which the ray through a point of the screen passes nearest to an upright line.
    pub fn height_on_line(&self, rect: Rect, at: Pos2, line: Vec3) -> f32 {
        let (eye, way) = self.ray(rect, at);
        let flat = way.truncate();
        let share = flat.length_squared();
        if share < 1e-6 {
            return line.z;
        }
        let ahead_m = (line.truncate() - eye.truncate()).dot(flat) / share;
        eye.z + way.z * ahead_m
    }

    /// Looks around from where the eye is.
    pub fn look(&mut self, drag: Vec2) {
        let eye = self.eye();
        self.yaw = (self.yaw + drag.x * LOOK_SPEED) % std::f32::consts::TAU;
        self.pitch = (self.pitch + drag.y * LOOK_SPEED).clamp(*LOOK_PITCH.start(), *LOOK_PITCH.end());
        self.target = eye + self.forward() * self.distance_m;
    }

    /// Flies: metres to the right, ahead and up.
    pub fn fly(&mut self, way_m: Vec3) {
        let around = glam::Vec2::from_angle(self.yaw);
        let right = Vec3::new(around.x, -around.y, 0.0);
        let by = right * way_m.x + self.forward() * way_m.y + Vec3::Z * way_m.z;
        let lowest = LOWEST_EYE_M - self.eye().z;
        self.target += Vec3::new(by.x, by.y, by.z.max(lowest.min(0.0)));
    }

    /// Lifts the eye to this height where it is below, looking the same way.
    pub fn rise_to(&mut self, height_m: f32) {
        self.target.z += (height_m - self.eye().z).max(0.0);
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
    fn rays_and_projection_are_inverses() {
        let camera = OrbitCamera::framing(512.0);
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(400.0, 300.0));
        for at in [Vec3::new(40.0, -70.0, 12.0), Vec3::new(-90.0, 5.0, 12.0)] {
            let on_screen = camera.screen_from_world(rect, at).unwrap();
            let back = camera.on_level(rect, on_screen, 12.0).unwrap();
            assert!((back - at).length() < 0.5, "{back} is not {at}");
            let height = camera.height_on_line(rect, on_screen, Vec3::new(at.x, at.y, 0.0));
            assert!((height - 12.0).abs() < 0.5, "{height}");
            let scale = camera.metres_per_point(at, rect.height());
            let beside = camera
                .screen_from_world(rect, at + Vec3::Z * scale * 10.0)
                .unwrap();
            assert!((on_screen.y - beside.y - 10.0).abs() < 4.0);
        }
    }

    #[test]
    fn looking_around_keeps_the_eye_and_flying_stays_above_the_sea() {
        let mut camera = OrbitCamera::framing(512.0);
        let eye = camera.eye();
        camera.look(vec2(120.0, -300.0));
        assert!((camera.eye() - eye).length() < 0.1);
        for _ in 0..500 {
            camera.fly(Vec3::new(0.0, 0.0, -5.0));
        }
        assert!(camera.eye().z > 0.5, "{}", camera.eye());
        let forward = camera.forward();
        camera.rise_to(60.0);
        assert!((camera.eye().z - 60.0).abs() < 0.01, "{}", camera.eye());
        camera.rise_to(20.0);
        assert!((camera.eye().z - 60.0).abs() < 0.01, "only ever up");
        assert_eq!(camera.forward(), forward);
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
