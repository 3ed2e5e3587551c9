//! What draws the 3D view. The rest of the editor knows only [`SceneRenderer`], so that another graphics
//! interface is one more implementation.
//!
//! [`GlRenderer`] draws with the OpenGL context that egui itself uses, through the safe interface of
//! `three-d`, into a picture of its own, and again only when camera, size or island changed: hovering over
//! panels costs nothing, which matters where OpenGL runs on the processor.
//!
//! *Not* responsible for: meshes, cameras.

use std::sync::{Arc, Mutex, PoisonError};

use eframe::egui_glow;
use egui::{Color32, PaintCallback, Rect, Shape};
use glam::{Mat4, Vec3};
use three_d::{
    Blend, Camera, ClearState, ColorTexture, Context, CopyEffect, Cull, DepthTest, DepthTexture2D,
    Interpolation, Program, RenderStates, RenderTarget, ScissorBox, Texture2D, Viewport, Wrapping, WriteMask,
    vec3, vec4,
};

use super::mesh::{Geometry, SceneMesh, WATER};
use super::tiles::{Buffers, Tile, Tiles};

/// Everything that one picture of the scene depends on.
#[derive(Clone, Debug)]
pub struct SceneFrame {
    /// World to clip space.
    pub clip_from_world: Mat4,
    /// Where the eye is.
    pub eye: Vec3,
    /// The island; `None` before the first bake.
    pub mesh: Option<Arc<SceneMesh>>,
    /// Which level of the mesh to draw.
    pub level: usize,
    /// Colour of the sky and of far things.
    pub sky: Color32,
    /// Colour of the sea.
    pub sea: Color32,
    /// Metres at which things have almost the colour of the sky.
    pub fog_m: f32,
}

/// Draws scenes.
pub trait SceneRenderer {
    /// The scene as something egui can paint at `rect`.
    fn shape(&self, rect: Rect, frame: SceneFrame) -> Shape;
}

/// Draws with OpenGL.
#[derive(Default)]
pub struct GlRenderer {
    /// Lives in the paint callback, on the thread that owns the OpenGL context.
    state: Arc<Mutex<Option<GlState>>>,
}

impl SceneRenderer for GlRenderer {
    fn shape(&self, rect: Rect, frame: SceneFrame) -> Shape {
        let state = Arc::clone(&self.state);
        let paint = move |info: egui::PaintCallbackInfo, painter: &egui_glow::Painter| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.is_none() {
                *state = GlState::new(painter);
            }
            if let Some(state) = state.as_mut() {
                state.paint(&info, &frame);
            }
        };
        Shape::Callback(PaintCallback {
            rect,
            callback: Arc::new(egui_glow::CallbackFn::new(paint)),
        })
    }
}

const VERTEX_SHADER: &str = "
uniform mat4 clip_from_world;
in vec3 position;
in vec4 colour;
out vec3 world;
out vec4 surface;
void main() {
    world = position;
    surface = colour;
    gl_Position = clip_from_world * vec4(position, 1.0);
}";

const FRAGMENT_SHADER: &str = "
uniform vec3 eye;
uniform vec4 sky;
uniform vec4 sea;
uniform float fog_m;
in vec3 world;
in vec4 surface;
layout (location = 0) out vec4 pixel;
void main() {
    vec3 rgb = surface.rgb;
    if (world.z < 0.0) {
        // What lies below the sea is seen through the water above it.
        float depth = clamp(-world.z / 14.0, 0.0, 1.0);
        rgb = mix(rgb, sea.rgb, 0.35 + 0.65 * depth);
    }
    float away = distance(world, eye) / fog_m;
    float haze = 1.0 - exp(-away * away * 1.6);
    pixel = vec4(mix(rgb, sky.rgb, haze), surface.a);
}";

/// What the OpenGL side keeps from picture to picture.
struct GlState {
    context: Context,
    program: Program,
    tiles: Tiles,
    /// The sea around the island's box, and half the width and depth that it leaves free.
    sea: Option<(Sea, [f32; 2])>,
    target: Option<Target>,
    drawn: Option<SceneFrame>,
}

/// The sea around an island's box.
struct Sea {
    floor: Option<Buffers>,
    water: Option<Buffers>,
}

struct Target {
    colour: Texture2D,
    depth: DepthTexture2D,
    width: u32,
    height: u32,
}

impl GlState {
    fn new(painter: &egui_glow::Painter) -> Option<Self> {
        let context = Context::from_gl_context(Arc::clone(painter.gl())).ok()?;
        let program = Program::from_source(&context, VERTEX_SHADER, FRAGMENT_SHADER).ok()?;
        Some(Self {
            context,
            program,
            tiles: Tiles::default(),
            sea: None,
            target: None,
            drawn: None,
        })
    }

    fn paint(&mut self, info: &egui::PaintCallbackInfo, frame: &SceneFrame) {
        let view = info.viewport_in_pixels();
        let clip = info.clip_rect_in_pixels();
        let (Ok(width), Ok(height)) = (u32::try_from(view.width_px), u32::try_from(view.height_px)) else {
            return;
        };
        if width == 0 || height == 0 {
            return;
        }
        let same_size = self
            .target
            .as_ref()
            .is_some_and(|target| (target.width, target.height) == (width, height));
        if !same_size {
            self.target = Some(Target::new(&self.context, width, height));
        }
        let unchanged = same_size && self.drawn.as_ref().is_some_and(|drawn| is_same(drawn, frame));
        if !unchanged {
            self.draw(frame, width, height);
            self.drawn = Some(frame.clone());
        }
        let Some(target) = &self.target else { return };
        let [screen_width, screen_height] = info.screen_size_px;
        let viewport = Viewport {
            x: view.left_px,
            y: view.from_bottom_px,
            width,
            height,
        };
        let scissor = ScissorBox {
            x: clip.left_px,
            y: clip.from_bottom_px,
            width: u32::try_from(clip.width_px).unwrap_or(0),
            height: u32::try_from(clip.height_px).unwrap_or(0),
        };
        let copy = CopyEffect {
            write_mask: WriteMask::COLOR,
            blend: Blend::Disabled,
        };
        RenderTarget::screen(&self.context, screen_width, screen_height).apply_screen_effect_partially(
            scissor,
            &copy,
            Camera::new_2d(viewport),
            &[],
            Some(ColorTexture::Single(&target.colour)),
            None,
        );
    }

    fn draw(&mut self, frame: &SceneFrame, width: u32, height: u32) {
        let Some(target) = &self.target else { return };
        let sky = channels(frame.sky);
        let render = RenderTarget::new(
            target.colour.as_color_target(None),
            target.depth.as_depth_target(),
        );
        render.clear(ClearState::color_and_depth(sky[0], sky[1], sky[2], 1.0, 1.0));
        let Some(mesh) = &frame.mesh else { return };
        let extent = [mesh.half_width_m, mesh.half_depth_m];
        if self.sea.as_ref().is_none_or(|(_, around)| *around != extent) {
            self.sea = Some((Sea::new(&self.context, extent), extent));
        }
        let tiles = self.tiles.update(&self.context, mesh, frame.level).values();
        let seen: Vec<&Tile> = tiles
            .filter(|tile| tile.is_in_sight(frame.clip_from_world))
            .collect();
        let sea = self.sea.as_ref().map(|(sea, _)| sea);
        let ground = seen.iter().filter_map(|tile| tile.ground.as_ref());
        let ground = ground.chain(sea.and_then(|sea| sea.floor.as_ref()));
        let water = seen.iter().filter_map(|tile| tile.water.as_ref());
        let water = water.chain(sea.and_then(|sea| sea.water.as_ref()));
        let program = &self.program;
        let viewport = Viewport::new_at_origo(width, height);
        // Nothing in the closure can fail.
        let Ok(_) = render.write::<std::convert::Infallible>(|| {
            set_uniforms(program, frame);
            for buffers in ground {
                draw_buffers(program, buffers, GROUND_STATES, viewport);
            }
            // Last, so that the ground shines through; clear water hides no other water.
            for buffers in water {
                draw_buffers(program, buffers, WATER_STATES, viewport);
            }
            Ok(())
        });
    }
}

const GROUND_STATES: RenderStates = RenderStates {
    depth_test: DepthTest::Less,
    // Plants are seen from both sides, and on a processor culling saves little.
    cull: Cull::None,
    blend: Blend::Disabled,
    write_mask: WriteMask::COLOR_AND_DEPTH,
};

const WATER_STATES: RenderStates = RenderStates {
    depth_test: DepthTest::Less,
    cull: Cull::None,
    blend: Blend::TRANSPARENCY,
    write_mask: WriteMask::COLOR,
};

fn set_uniforms(program: &Program, frame: &SceneFrame) {
    let clip_from_world = three_d::Mat4::from(frame.clip_from_world.to_cols_array_2d());
    program.use_uniform("clip_from_world", clip_from_world);
    program.use_uniform("eye", vec3(frame.eye.x, frame.eye.y, frame.eye.z));
    let (sky, sea) = (channels(frame.sky), channels(frame.sea));
    program.use_uniform("sky", vec4(sky[0], sky[1], sky[2], 1.0));
    program.use_uniform("sea", vec4(sea[0], sea[1], sea[2], 1.0));
    program.use_uniform("fog_m", frame.fog_m);
}

fn draw_buffers(program: &Program, buffers: &Buffers, states: RenderStates, viewport: Viewport) {
    program.use_vertex_attribute("position", &buffers.positions);
    program.use_vertex_attribute("colour", &buffers.colours);
    program.draw_elements(states, viewport, &buffers.indices);
}

impl Sea {
    /// A floor and clear water up to the horizon, around a box of twice this width and depth.
    fn new(context: &Context, [x, y]: [f32; 2]) -> Self {
        // The shader gives whatever lies this deep the colour of the sea, so the box has no visible edge.
        const FLOOR_Z: f32 = -30.0;
        const FLOOR: [u8; 4] = [90, 110, 120, 255];
        let far = 40_000.0;
        let around = |z: f32, colour: [u8; 4]| {
            let mut geometry = Geometry::default();
            for [west, south, east, north] in [
                [-far, -far, far, -y],
                [-far, y, far, far],
                [-far, -y, -x, y],
                [x, -y, far, y],
            ] {
                let corners = [
                    [west, south, z],
                    [east, south, z],
                    [east, north, z],
                    [west, north, z],
                ];
                geometry.add_face(corners, colour);
            }
            geometry
        };
        Self {
            floor: Buffers::new(context, &around(FLOOR_Z, FLOOR)),
            water: Buffers::new(context, &around(0.0, WATER)),
        }
    }
}

impl Target {
    fn new(context: &Context, width: u32, height: u32) -> Self {
        Self {
            colour: Texture2D::new_empty::<three_d::Vector4<u8>>(
                context,
                width,
                height,
                Interpolation::Nearest,
                Interpolation::Nearest,
                None,
                Wrapping::ClampToEdge,
                Wrapping::ClampToEdge,
            ),
            depth: DepthTexture2D::new::<f32>(
                context,
                width,
                height,
                Wrapping::ClampToEdge,
                Wrapping::ClampToEdge,
            ),
            width,
            height,
        }
    }
}

fn is_same(a: &SceneFrame, b: &SceneFrame) -> bool {
    let same_mesh = match (&a.mesh, &b.mesh) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    };
    same_mesh
        && (a.clip_from_world, a.level, a.sky, a.sea, a.fog_m)
            == (b.clip_from_world, b.level, b.sky, b.sea, b.fog_m)
}

/// Channels as 0 to 1; colours stay in sRGB from vertex to pixel, as egui's own painting does.
fn channels(colour: Color32) -> [f32; 3] {
    [colour.r(), colour.g(), colour.b()].map(|channel| f32::from(channel) / 255.0)
}
