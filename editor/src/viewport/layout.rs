//! World to screen and back, for a map seen from above: x east is right, y north is up.
//!
//! *Not* responsible for: what is drawn.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use shared::geometry::Box2;

/// Closest zoom, in points per metre: one voxel is a fingertip wide.
const MAX_SCALE: f32 = 40.0;
/// Widest zoom, in points per metre: a chart of 200 km fits into a window.
const MIN_SCALE: f32 = 0.004;
/// Share of the view that a framed box fills.
const FRAME_SHARE: f32 = 0.9;

/// A place on the ground plane of an island, in metres.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Ground {
    /// East.
    pub x_m: f32,
    /// North.
    pub y_m: f32,
}

impl Ground {
    /// A place from its two coordinates.
    pub const fn new(x_m: f32, y_m: f32) -> Self {
        Self { x_m, y_m }
    }

    /// Metres to another place.
    pub fn distance_m(self, other: Self) -> f32 {
        vec2(self.x_m - other.x_m, self.y_m - other.y_m).length()
    }
}

/// Where the map is looked at from.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MapCamera {
    /// What is in the middle of the view.
    pub center: Ground,
    /// Points per metre.
    pub scale: f32,
}

/// A camera on a rectangle of the screen.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MapLayout {
    /// Where it looks.
    pub camera: MapCamera,
    /// The view on screen.
    pub rect: Rect,
}

impl MapCamera {
    /// The camera that shows a whole box in a view of this size.
    pub fn framing(area: Box2, view: Vec2) -> Self {
        let size = vec2(
            (area.max_x_m - area.min_x_m).max(1.0),
            (area.max_y_m - area.min_y_m).max(1.0),
        );
        let scale = (view.x / size.x).min(view.y / size.y) * FRAME_SHARE;
        Self {
            center: Ground::new(
                f32::midpoint(area.min_x_m, area.max_x_m),
                f32::midpoint(area.min_y_m, area.max_y_m),
            ),
            scale: if scale.is_finite() {
                scale.clamp(MIN_SCALE, MAX_SCALE)
            } else {
                1.0
            },
        }
    }
}

impl MapLayout {
    /// Where a place is on screen.
    pub fn screen_from_ground(&self, at: Ground) -> Pos2 {
        let from_center = vec2(at.x_m - self.camera.center.x_m, self.camera.center.y_m - at.y_m);
        self.rect.center() + from_center * self.camera.scale
    }

    /// Which place is under a point of the screen.
    pub fn ground_from_screen(&self, at: Pos2) -> Ground {
        let from_center = (at - self.rect.center()) / self.camera.scale;
        Ground::new(
            self.camera.center.x_m + from_center.x,
            self.camera.center.y_m - from_center.y,
        )
    }

    /// A length on screen in metres.
    pub fn metres(&self, points: f32) -> f32 {
        points / self.camera.scale
    }

    /// A box of the ground on screen.
    pub fn screen_from_box(&self, area: Box2) -> Rect {
        Rect::from_two_pos(
            self.screen_from_ground(Ground::new(area.min_x_m, area.min_y_m)),
            self.screen_from_ground(Ground::new(area.max_x_m, area.max_y_m)),
        )
    }

    /// The ground that is in view.
    pub fn visible(&self) -> Box2 {
        let (a, b) = (
            self.ground_from_screen(self.rect.left_bottom()),
            self.ground_from_screen(self.rect.right_top()),
        );
        Box2 {
            min_x_m: a.x_m,
            min_y_m: a.y_m,
            max_x_m: b.x_m,
            max_y_m: b.y_m,
        }
    }

    /// The camera after the picture was dragged by this much.
    pub fn panned(&self, by: Vec2) -> MapCamera {
        let metres = by / self.camera.scale;
        MapCamera {
            center: Ground::new(
                self.camera.center.x_m - metres.x,
                self.camera.center.y_m + metres.y,
            ),
            ..self.camera
        }
    }

    /// The camera after zooming by a factor, the place under `fixed` staying where it is.
    pub fn zoomed(&self, factor: f32, fixed: Pos2) -> MapCamera {
        let scale = (self.camera.scale * factor).clamp(MIN_SCALE, MAX_SCALE);
        let under = self.ground_from_screen(fixed);
        let offset = pos2(fixed.x, fixed.y) - self.rect.center();
        MapCamera {
            center: Ground::new(under.x_m - offset.x / scale, under.y_m + offset.y / scale),
            scale,
        }
    }
}

/// The smallest of 1, 2, 5, 10, 20, 50.. metres that is at least `min_points` wide on screen.
pub fn grid_step_m(scale: f32, min_points: f32) -> f32 {
    let mut decade = 1.0;
    while decade < 100_000.0 {
        for step in [1.0, 2.0, 5.0] {
            if step * decade * scale >= min_points {
                return step * decade;
            }
        }
        decade *= 10.0;
    }
    decade
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> MapLayout {
        MapLayout {
            camera: MapCamera {
                center: Ground::new(10.0, -20.0),
                scale: 2.0,
            },
            rect: Rect::from_min_size(pos2(100.0, 50.0), vec2(400.0, 300.0)),
        }
    }

    #[test]
    fn screen_and_ground_are_inverses_and_north_is_up() {
        let layout = layout();
        let at = Ground::new(33.0, 7.5);
        let back = layout.ground_from_screen(layout.screen_from_ground(at));
        assert!(back.distance_m(at) < 1e-3);
        let north = layout.screen_from_ground(Ground::new(10.0, 0.0));
        assert!(north.y < layout.rect.center().y);
    }

    #[test]
    fn zooming_keeps_the_place_under_the_pointer() {
        let layout = layout();
        let pointer = pos2(420.0, 90.0);
        let before = layout.ground_from_screen(pointer);
        let after = MapLayout {
            camera: layout.zoomed(1.7, pointer),
            ..layout
        };
        assert!(after.ground_from_screen(pointer).distance_m(before) < 1e-3);
    }

    #[test]
    fn framing_shows_the_whole_box_whatever_its_numbers() {
        let area = Box2 {
            min_x_m: -256.0,
            min_y_m: -256.0,
            max_x_m: 256.0,
            max_y_m: 256.0,
        };
        let layout = MapLayout {
            camera: MapCamera::framing(area, layout().rect.size()),
            ..layout()
        };
        assert!(layout.rect.contains_rect(layout.screen_from_box(area)));
        let odd = Box2 {
            max_x_m: f32::NAN,
            ..area
        };
        assert!(MapCamera::framing(odd, vec2(0.0, 0.0)).scale.is_finite());
    }

    #[test]
    fn grid_steps_grow_as_the_map_shrinks() {
        assert_eq!(grid_step_m(40.0, 30.0), 1.0);
        assert_eq!(grid_step_m(1.0, 30.0), 50.0);
        assert_eq!(grid_step_m(0.02, 30.0), 2000.0);
    }
}
