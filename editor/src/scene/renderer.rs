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
    ElementBuffer, Interpolation, Program, RenderStates, RenderTarget, ScissorBox, Texture2D, VertexBuffer,
    Viewport, Wrapping, WriteMask, f16, vec3, vec4,
};

use super::mesh::{MeshLevel, SceneMesh};

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
    /// The mesh that the buffers hold, and its level.
    uploaded: Option<(Arc<SceneMesh>, usize, GlMesh)>,
    target: Option<Target>,
    drawn: Option<SceneFrame>,
}

struct GlMesh {
    positions: VertexBuffer<three_d::Vec3>,
    colours: VertexBuffer<three_d::Vector4<f16>>,
    indices: ElementBuffer<u32>,
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
            uploaded: None,
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
            self.upload(frame);
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

    fn upload(&mut self, frame: &SceneFrame) {
        let Some(mesh) = &frame.mesh else {
            self.uploaded = None;
            return;
        };
        let is_uploaded = self
            .uploaded
            .as_ref()
            .is_some_and(|(uploaded, level, _)| Arc::ptr_eq(uploaded, mesh) && *level == frame.level);
        if is_uploaded {
            return;
        }
        self.uploaded = mesh.levels.get(frame.level).map(|level| {
            let buffers = GlMesh::new(&self.context, level, mesh);
            (Arc::clone(mesh), frame.level, buffers)
        });
    }

    fn draw(&self, frame: &SceneFrame, width: u32, height: u32) {
        let Some(target) = &self.target else { return };
        let sky = channels(frame.sky);
        let render = RenderTarget::new(
            target.colour.as_color_target(None),
            target.depth.as_depth_target(),
        );
        render.clear(ClearState::color_and_depth(sky[0], sky[1], sky[2], 1.0, 1.0));
        let Some((_, _, mesh)) = &self.uploaded else {
            return;
        };
        // Nothing in the closure can fail.
        let Ok(_) = render.write::<std::convert::Infallible>(|| {
            let program = &self.program;
            program.use_uniform(
                "clip_from_world",
                three_d::Mat4::from(frame.clip_from_world.to_cols_array_2d()),
            );
            program.use_uniform("eye", vec3(frame.eye.x, frame.eye.y, frame.eye.z));
            program.use_uniform("sky", vec4(sky[0], sky[1], sky[2], 1.0));
            let sea = channels(frame.sea);
            program.use_uniform("sea", vec4(sea[0], sea[1], sea[2], 1.0));
            program.use_uniform("fog_m", frame.fog_m);
            program.use_vertex_attribute("position", &mesh.positions);
            program.use_vertex_attribute("colour", &mesh.colours);
            let states = RenderStates {
                depth_test: DepthTest::Less,
                cull: Cull::None,
                blend: Blend::TRANSPARENCY,
                write_mask: WriteMask::COLOR_AND_DEPTH,
            };
            program.draw_elements(states, Viewport::new_at_origo(width, height), &mesh.indices);
            Ok(())
        });
    }
}

impl GlMesh {
    /// The level's faces, with the sea laid over them last so that it shines through.
    fn new(context: &Context, level: &MeshLevel, mesh: &SceneMesh) -> Self {
        let mut positions: Vec<_> = level
            .vertices
            .iter()
            .map(|vertex| vec3(vertex.at[0], vertex.at[1], vertex.at[2]))
            .collect();
        let mut colours: Vec<_> = level
            .vertices
            .iter()
            .map(|vertex| gl_colour(vertex.colour))
            .collect();
        let mut indices = level.indices.clone();
        for (corners, colour) in sea_faces(mesh) {
            let Ok(first) = u32::try_from(positions.len()) else {
                break;
            };
            positions.extend(corners.map(|[x, y, z]| vec3(x, y, z)));
            colours.extend([gl_colour(colour); 4]);
            indices.extend([0, 1, 2, 0, 2, 3].map(|corner| first + corner));
        }
        Self {
            positions: VertexBuffer::new_with_data(context, &positions),
            colours: VertexBuffer::new_with_data(context, &colours),
            indices: ElementBuffer::new_with_data(context, &indices),
        }
    }
}

/// A colour as the shader reads it: 0 to 1, in half the room of a full float.
fn gl_colour(colour: [u8; 4]) -> three_d::Vector4<f16> {
    three_d::Vector4::from(colour.map(|channel| f16::from_f32(f32::from(channel) / 255.0)))
}

/// Corners and colour of a piece of the sea.
type SeaFace = ([[f32; 3]; 4], [u8; 4]);

/// The sea: a floor around the island's box, and clear water over everything up to the horizon.
fn sea_faces(mesh: &SceneMesh) -> Vec<SeaFace> {
    // The shader gives whatever lies this deep the colour of the sea, so the box has no visible edge.
    const FLOOR_Z: f32 = -30.0;
    const FLOOR: [u8; 4] = [90, 110, 120, 255];
    const WATER: [u8; 4] = [70, 142, 178, 110];
    let (x, y) = (mesh.half_width_m, mesh.half_depth_m);
    let far = 40_000.0;
    let face = |west, south, east, north, z, colour| {
        (
            [
                [west, south, z],
                [east, south, z],
                [east, north, z],
                [west, north, z],
            ],
            colour,
        )
    };
    vec![
        face(-far, -far, far, -y, FLOOR_Z, FLOOR),
        face(-far, y, far, far, FLOOR_Z, FLOOR),
        face(-far, -y, -x, y, FLOOR_Z, FLOOR),
        face(x, -y, far, y, FLOOR_Z, FLOOR),
        face(-far, -far, far, far, 0.0, WATER),
    ]
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
