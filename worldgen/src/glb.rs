//! Binary glTF 2.0 (GLB): meshes for Blender, Godot, web viewers and whatever else reads it.
//!
//! One mesh of up to three primitives - ground, plants, water - with colours at the vertices, light in corners
//! included. glTF has y up and looks along -z, so east is x, up is y and north is -z; units are metres.
//! Specification: registry.khronos.org/glTF/specs/2.0.
//!
//! *Not* responsible for: meshing (see [`crate::mesh`]), writing files.

use serde_json::{Value, json};

use crate::mesh::{LevelMesh, Triangles, Vertex};

/// Light on a corner by how open it is.
const CORNER_LIGHT: [f32; 4] = [0.5, 0.67, 0.84, 1.0];
/// How opaque water is.
const WATER_ALPHA: f32 = 0.62;
/// Component types, buffer targets and other numbers of the specification.
const FLOAT: u32 = 5126;
const UNSIGNED_INT: u32 = 5125;
const UNSIGNED_BYTE: u32 = 5121;
const ARRAY_BUFFER: u32 = 34_962;
const ELEMENT_ARRAY_BUFFER: u32 = 34_963;

/// Why there is no file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GlbError {
    /// The format counts bytes in 32 bits.
    #[error("the mesh is larger than 4 GB; a coarser level of detail is smaller")]
    TooLarge,
    /// A primitive needs a vertex.
    #[error("nothing is seen of the island")]
    Empty,
}

/// The mesh of an island at one level of detail as the bytes of a file.
pub fn write(name: &str, level: &LevelMesh) -> Result<Vec<u8>, GlbError> {
    let (mut ground, mut plants, mut water) =
        (Triangles::default(), Triangles::default(), Triangles::default());
    for (pos, mesh) in level.chunks() {
        let place = level.placement(*pos);
        ground.add_quads(&mesh.solid, place);
        plants.add_plants(&mesh.plants, place);
        water.add_quads(&mesh.water, place);
    }
    let mut file = File::default();
    for (material, triangles) in [&ground, &plants, &water].into_iter().enumerate() {
        file.add_primitive(material, triangles)?;
    }
    if file.primitives.is_empty() {
        return Err(GlbError::Empty);
    }
    let rough = json!({ "metallicFactor": 0.0, "roughnessFactor": 1.0 });
    let document = json!({
        "asset": { "version": "2.0", "generator": "tombolo-worldgen" },
        "scene": 0,
        "scenes": [{ "nodes": [0] }],
        "nodes": [{ "name": name, "mesh": 0 }],
        "meshes": [{ "name": name, "primitives": file.primitives }],
        "materials": [
            { "name": "ground", "pbrMetallicRoughness": rough },
            { "name": "plants", "pbrMetallicRoughness": rough, "doubleSided": true },
            {
                "name": "water",
                "pbrMetallicRoughness": {
                    "baseColorFactor": [1.0, 1.0, 1.0, WATER_ALPHA],
                    "metallicFactor": 0.0,
                    "roughnessFactor": 0.15,
                },
                "alphaMode": "BLEND",
                "doubleSided": true,
            },
        ],
        "accessors": file.accessors,
        "bufferViews": file.views,
        "buffers": [{ "byteLength": file.bytes.len() }],
    });
    container(&document, file.bytes)
}

/// The parts of the file that grow with the primitives.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
    primitives: Vec<Value>,
}

impl File {
    fn add_primitive(&mut self, material: usize, triangles: &Triangles) -> Result<(), GlbError> {
        let vertices = &triangles.vertices;
        if vertices.is_empty() {
            return Ok(());
        }
        let positions: Vec<[f32; 3]> = vertices.iter().map(|vertex| turned(vertex.position_m)).collect();
        let normals = vertices
            .iter()
            .flat_map(|vertex| turned(vertex.face.normal().map(f32::from)));
        let bounds = |pick: fn(f32, f32) -> f32| {
            positions
                .iter()
                .copied()
                .reduce(|a, b| [0, 1, 2].map(|axis| pick(a[axis], b[axis])))
        };
        let (low, high) = (bounds(f32::min), bounds(f32::max));
        let count = vertices.len();
        let position_bytes = positions.iter().flatten().flat_map(|part| part.to_le_bytes());
        let position = self.add(position_bytes.collect(), Some(12), |view| {
            json!({ "bufferView": view, "componentType": FLOAT, "count": count, "type": "VEC3",
                    "min": low, "max": high })
        })?;
        let normal_bytes = normals.flat_map(f32::to_le_bytes);
        let normal = self.add(
            normal_bytes.collect(),
            Some(12),
            |view| json!({ "bufferView": view, "componentType": FLOAT, "count": count, "type": "VEC3" }),
        )?;
        let colour = self.add(vertices.iter().flat_map(colour).collect(), Some(4), |view| {
            json!({ "bufferView": view, "componentType": UNSIGNED_BYTE, "normalized": true, "count": count,
                    "type": "VEC4" })
        })?;
        let index_bytes = triangles.indices.iter().flat_map(|index| index.to_le_bytes());
        let indices = self.add(index_bytes.collect(), None, |view| {
            json!({ "bufferView": view, "componentType": UNSIGNED_INT, "count": triangles.indices.len(),
                    "type": "SCALAR" })
        })?;
        self.primitives.push(json!({
            "attributes": { "POSITION": position, "NORMAL": normal, "COLOR_0": colour },
            "indices": indices,
            "material": material,
        }));
        Ok(())
    }

    /// Adds bytes with their view and accessor, and returns the number of the latter. `stride` is the bytes of
    /// a vertex; indices have none.
    fn add(
        &mut self,
        bytes: Vec<u8>,
        stride: Option<u32>,
        accessor: impl FnOnce(usize) -> Value,
    ) -> Result<usize, GlbError> {
        let mut view = json!({ "buffer": 0, "byteOffset": self.bytes.len(), "byteLength": bytes.len() });
        view["target"] = json!(if stride.is_some() {
            ARRAY_BUFFER
        } else {
            ELEMENT_ARRAY_BUFFER
        });
        if let Some(stride) = stride {
            view["byteStride"] = json!(stride);
        }
        self.accessors.push(accessor(self.views.len()));
        self.views.push(view);
        self.bytes.extend(bytes);
        u32::try_from(self.bytes.len()).ok().ok_or(GlbError::TooLarge)?;
        Ok(self.accessors.len() - 1)
    }
}

/// From z up to y up.
fn turned([x, y, z]: [f32; 3]) -> [f32; 3] {
    [x, z, -y]
}

/// The colour of a vertex, in linear light as glTF wants it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "0 to 255 by then"
)]
fn colour(vertex: &Vertex) -> [u8; 4] {
    let light = CORNER_LIGHT[usize::from(vertex.light.min(3))];
    let colour = vertex.material.colour();
    let linear = |channel: u8| {
        let c = f32::from(channel) / 255.0 * light;
        // The curve of sRGB as a cubic, off by less than 1/255 (C. Taylor, "sRGB approximations for HLSL").
        let linear = c * (c * (c * 0.305_306 + 0.682_171_1) + 0.012_522_878);
        (linear * 255.0).round().clamp(0.0, 255.0) as u8
    };
    [linear(colour.r), linear(colour.g), linear(colour.b), u8::MAX]
}

/// Header, JSON chunk and binary chunk, each padded to four bytes.
fn container(document: &Value, mut binary: Vec<u8>) -> Result<Vec<u8>, GlbError> {
    let mut text = document.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    binary.resize(binary.len().next_multiple_of(4), 0);
    let length = |bytes: usize| u32::try_from(bytes).ok().ok_or(GlbError::TooLarge);
    let total = length(12 + 8 + text.len() + 8 + binary.len())?;
    let mut file = Vec::with_capacity(total as usize);
    file.extend(b"glTF");
    file.extend(2_u32.to_le_bytes());
    file.extend(total.to_le_bytes());
    for (kind, bytes) in [(b"JSON", text), (b"BIN\0", binary)] {
        file.extend(length(bytes.len())?.to_le_bytes());
        file.extend(kind);
        file.extend(bytes);
    }
    Ok(file)
}
