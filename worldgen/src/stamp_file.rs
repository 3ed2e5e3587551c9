//! Stamp files: heightmaps in PNG and models in MagicaVoxel's `.vox`, read within limits.
//!
//! *Not* responsible for: finding them (see [`crate::project_dir`]), placing them (marker kind `stamp`).

use std::io::Cursor;
use std::path::Path;

use png::{BitDepth, ColorType, Transformations};
use shared::attribute::Rgb;
use shared::stamp::{Heightmap, MAX_HEIGHTMAP_EDGE, MAX_MODEL_EDGE, Model, ModelVoxel, Stamp, StampContent};
use xxhash_rust::xxh3::xxh3_64;

pub use vox_chunks::VoxChunksError;

mod vox_chunks;

/// Most bytes that a picture may take while it is read: the largest heightmap with 16 bits and transparency.
const MAX_PICTURE_BYTES: usize = MAX_HEIGHTMAP_EDGE * MAX_HEIGHTMAP_EDGE * 4;

/// Why a file is no stamp.
#[derive(Debug, thiserror::Error)]
pub enum StampFileError {
    /// Neither of the two formats.
    #[error("stamps are `.png` heightmaps and `.vox` models")]
    Format,
    /// The decoder refused.
    #[error("not a PNG picture that can be read: {0}")]
    Picture(#[from] png::DecodingError),
    /// A picture with colours.
    #[error("a heightmap is a grey picture, this one has colours")]
    Coloured,
    /// Too large, or empty.
    #[error("{width} x {depth} pixels; a heightmap has 1 to {MAX_HEIGHTMAP_EDGE} along each edge")]
    PictureSize {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        depth: u32,
    },
    /// Cut short, damaged, or made to harm.
    #[error("not a MagicaVoxel file that can be read: {0}")]
    VoxelChunks(#[from] VoxChunksError),
    /// The decoder refused.
    #[error("not a MagicaVoxel file that can be read: {0}")]
    Voxels(&'static str),
    /// No model, or several, of which nobody knows which one is meant.
    #[error("{0} models in the file; a stamp has one")]
    ModelCount(usize),
    /// Too large, or empty.
    #[error("{0} x {1} x {2} voxels; a model has 1 to {MAX_MODEL_EDGE} along each edge")]
    ModelSize(u32, u32, u32),
}

/// Whether a file of this name is taken for a stamp.
pub fn is_stamp(name: &str) -> bool {
    extension(name).is_some()
}

/// Reads a stamp; the name says in which format it is.
///
/// # Errors
/// See [`StampFileError`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Stamp, StampFileError> {
    let content = match extension(name) {
        Some("png") => StampContent::Heightmap(heightmap(bytes)?),
        Some(_) => StampContent::Model(model(bytes)?),
        None => return Err(StampFileError::Format),
    };
    Ok(Stamp::new(content, xxh3_64(bytes)))
}

/// Bytes that a stamp takes in memory.
pub fn memory_bytes(stamp: &Stamp) -> usize {
    match stamp.content() {
        StampContent::Heightmap(map) => map.samples.len() * size_of::<u16>(),
        StampContent::Model(model) => model.voxels.len() * size_of::<ModelVoxel>(),
    }
}

fn extension(name: &str) -> Option<&str> {
    let extension = Path::new(name).extension()?.to_str()?;
    matches!(extension, "png" | "vox").then_some(extension)
}

fn heightmap(bytes: &[u8]) -> Result<Heightmap, StampFileError> {
    let limits = png::Limits {
        bytes: MAX_PICTURE_BYTES,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info()?;
    let (width, depth) = reader.info().size();
    let size_error = StampFileError::PictureSize { width, depth };
    let edge = |pixels: u32| {
        let pixels = usize::try_from(pixels).ok()?;
        (1..=MAX_HEIGHTMAP_EDGE).contains(&pixels).then_some(pixels)
    };
    let (Some(width), Some(depth)) = (edge(width), edge(depth)) else {
        return Err(size_error);
    };
    let (colours, bits) = reader.output_color_type();
    let channels = match colours {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        _ => return Err(StampFileError::Coloured),
    };
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(size_error)?];
    reader.next_frame(&mut pixels)?;
    let sample = |pixel: &[u8]| match pixel {
        [high, low, ..] if bits == BitDepth::Sixteen => u16::from_be_bytes([*high, *low]),
        // 255 becomes 65535.
        [value, ..] => u16::from(*value) * 257,
        [] => 0,
    };
    let pixel_bytes = channels * if bits == BitDepth::Sixteen { 2 } else { 1 };
    let samples: Vec<u16> = pixels.chunks_exact(pixel_bytes).map(sample).collect();
    Ok(Heightmap {
        width,
        depth,
        samples,
    })
}

fn model(bytes: &[u8]) -> Result<Model, StampFileError> {
    vox_chunks::check(bytes)?;
    let file = dot_vox::load_bytes(bytes).map_err(StampFileError::Voxels)?;
    let [model] = file.models.as_slice() else {
        return Err(StampFileError::ModelCount(file.models.len()));
    };
    let dot_vox::Size { x, y, z } = model.size;
    let edge = |voxels: u32| {
        let edge = i32::try_from(voxels).ok()?;
        let most = i32::try_from(MAX_MODEL_EDGE).unwrap_or(i32::MAX);
        (1..=most).contains(&edge).then_some(edge)
    };
    let (Some(width), Some(depth), Some(height)) = (edge(x), edge(y), edge(z)) else {
        return Err(StampFileError::ModelSize(x, y, z));
    };
    let size = [width, depth, height];
    let mut voxels: Vec<ModelVoxel> = model
        .voxels
        .iter()
        .map(|voxel| ModelVoxel {
            z: voxel.z,
            y: voxel.y,
            x: voxel.x,
            colour: voxel.i,
        })
        .filter(|voxel| {
            [voxel.x, voxel.y, voxel.z]
                .map(i32::from)
                .iter()
                .zip(size)
                .all(|(at, edge)| *at < edge)
        })
        .collect();
    voxels.sort_unstable();
    voxels.dedup_by_key(|voxel| (voxel.z, voxel.y, voxel.x));
    let palette = file.palette.iter().map(|colour| Rgb {
        r: colour.r,
        g: colour.g,
        b: colour.b,
    });
    Ok(Model {
        size,
        voxels,
        palette: palette.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(colours: ColorType, bits: BitDepth, size: (u32, u32), pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, size.0, size.1);
        encoder.set_color(colours);
        encoder.set_depth(bits);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        bytes
    }

    #[test]
    fn grey_pictures_become_heights() {
        let sixteen = png(ColorType::Grayscale, BitDepth::Sixteen, (2, 1), &[1, 2, 255, 255]);
        let eight = png(
            ColorType::GrayscaleAlpha,
            BitDepth::Eight,
            (1, 2),
            &[255, 0, 1, 9],
        );
        for (bytes, width, expected) in [(sixteen, 2, [258, 65535]), (eight, 1, [65535, 257])] {
            let stamp = read("a.png", &bytes).unwrap();
            let StampContent::Heightmap(map) = stamp.content() else {
                panic!("{stamp:?}")
            };
            assert_eq!((map.width, &map.samples[..]), (width, &expected[..]));
            assert_eq!(memory_bytes(&stamp), 4);
        }
    }

    #[test]
    fn models_become_voxels() {
        let mut bytes = Vec::new();
        let model = dot_vox::Model {
            size: dot_vox::Size { x: 2, y: 3, z: 4 },
            voxels: vec![
                dot_vox::Voxel {
                    x: 1,
                    y: 2,
                    z: 3,
                    i: 7,
                },
                dot_vox::Voxel {
                    x: 0,
                    y: 0,
                    z: 0,
                    i: 8,
                },
                // Outside of the box that the file declares.
                dot_vox::Voxel {
                    x: 2,
                    y: 0,
                    z: 0,
                    i: 8,
                },
            ],
        };
        let file = dot_vox::DotVoxData {
            version: 150,
            index_map: Vec::new(),
            models: vec![model],
            palette: dot_vox::DEFAULT_PALETTE.clone(),
            materials: Vec::new(),
            scenes: Vec::new(),
            layers: Vec::new(),
        };
        file.write_vox(&mut bytes).unwrap();
        let stamp = read("a.vox", &bytes).unwrap();
        let StampContent::Model(model) = stamp.content() else {
            panic!("{stamp:?}")
        };
        assert_eq!(model.size, [2, 3, 4]);
        let at: Vec<_> = model
            .voxels
            .iter()
            .map(|voxel| (voxel.x, voxel.y, voxel.z, voxel.colour))
            .collect();
        assert_eq!(at, [(0, 0, 0, 8), (1, 2, 3, 7)]);
    }

    #[test]
    fn what_is_no_stamp_says_why() {
        let colours = png(ColorType::Rgb, BitDepth::Eight, (1, 1), &[1, 2, 3]);
        let wide = png(ColorType::Grayscale, BitDepth::Eight, (5000, 1), &[0; 5000]);
        for (name, bytes, expected) in [
            ("a.png", colours.as_slice(), "colours"),
            ("a.png", &wide, "5000 x 1 pixels"),
            ("a.png", b"text", "not a PNG"),
            ("a.vox", b"text", "not a MagicaVoxel"),
            ("a.vox", b"", "not a MagicaVoxel"),
            ("a.txt", b"text", "stamps are"),
        ] {
            let error = read(name, bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
