//! A picture in linear light, and its way into a PNG file.
//!
//! Colours are mixed in linear light, because mixing sRGB values darkens every soft edge, and encoded once
//! at the end. 16 bits of fraction per channel are more than an 8 bit file shows.

use std::sync::LazyLock;

use glam::Vec3;
use rayon::prelude::*;
use shared::attribute::Rgb;

/// Steps of the table from linear light to sRGB: fine enough that no 8 bit value is skipped.
const ENCODE_STEPS: usize = 1 << 14;

/// A picture: `width` x `height` pixels, row-major from the top left, linear RGB, 0 to 1 and beyond.
#[derive(Clone, PartialEq, Debug)]
pub struct Image {
    width: usize,
    height: usize,
    pixels: Vec<Vec3>,
}

/// Why a picture did not become a PNG file.
#[derive(Debug, thiserror::Error)]
#[error("the picture could not be encoded as PNG")]
pub struct EncodeError(#[from] png::EncodingError);

impl Image {
    /// A picture in one colour.
    pub fn new(width: usize, height: usize, colour: Vec3) -> Self {
        Self {
            width,
            height,
            pixels: vec![colour; width * height],
        }
    }

    /// A picture from a function of pixel coordinates, computed on all threads of the current pool.
    pub fn from_fn(width: usize, height: usize, colour: impl Fn(usize, usize) -> Vec3 + Sync) -> Self {
        let mut image = Self::new(width, height, Vec3::ZERO);
        let rows = image.pixels.par_chunks_mut(width.max(1)).enumerate();
        rows.for_each(|(y, row)| {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = colour(x, y);
            }
        });
        image
    }

    /// Pixels per row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The colour at a pixel; black outside.
    pub fn at(&self, x: usize, y: usize) -> Vec3 {
        let inside = x < self.width && y < self.height;
        let pixel = inside.then(|| self.pixels.get(y * self.width + x).copied());
        pixel.flatten().unwrap_or(Vec3::ZERO)
    }

    /// Lays a colour over a pixel; `alpha` 0 leaves it, 1 replaces it. Pixels outside are ignored.
    pub fn blend(&mut self, x: i64, y: i64, colour: Vec3, alpha: f32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return;
        };
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = pixel.lerp(colour, alpha.clamp(0.0, 1.0));
        }
    }

    /// The picture at half its size: every pixel is the mean of four.
    #[must_use]
    pub fn halved(&self) -> Self {
        Self::from_fn(self.width / 2, self.height / 2, |x, y| {
            let (x, y) = (x * 2, y * 2);
            (self.at(x, y) + self.at(x + 1, y) + self.at(x, y + 1) + self.at(x + 1, y + 1)) / 4.0
        })
    }

    /// The picture as a PNG file, 8 bit sRGB.
    ///
    /// # Errors
    /// The encoder refused the picture, for example because it has no pixels.
    pub fn to_png(&self) -> Result<Vec<u8>, EncodeError> {
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|pixel| pixel.to_array().map(srgb_from_linear))
            .collect();
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&bytes)?;
        writer.finish()?;
        Ok(file)
    }
}

/// The colour in linear light.
pub fn linear(colour: Rgb) -> Vec3 {
    Vec3::from_array([colour.r, colour.g, colour.b].map(|channel| DECODE[usize::from(channel)]))
}

/// sRGB to linear light (IEC 61966-2-1).
#[expect(clippy::cast_possible_truncation, reason = "rounding to `f32` is meant")]
static DECODE: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let encoded = value as f64 / 255.0;
        let linear = if encoded <= 0.040_45 {
            encoded / 12.92
        } else {
            ((encoded + 0.055) / 1.055).powf(2.4)
        };
        linear as f32
    })
});

/// Linear light to sRGB (IEC 61966-2-1).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the values are 0 to 255"
)]
static ENCODE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let encode = |step: usize| {
        let linear = step as f64 / (ENCODE_STEPS - 1) as f64;
        let encoded = if linear <= 0.003_130_8 {
            linear * 12.92
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    };
    (0..ENCODE_STEPS).map(encode).collect()
});

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped; NaN becomes 0"
)]
fn srgb_from_linear(value: f32) -> u8 {
    let step = value.clamp(0.0, 1.0) * (ENCODE_STEPS - 1) as f32;
    ENCODE.get(step.round() as usize).copied().unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_srgb_value_survives_the_way_to_linear_light_and_back() {
        for value in 0..=u8::MAX {
            assert_eq!(srgb_from_linear(DECODE[usize::from(value)]), value);
        }
    }

    #[test]
    fn a_png_reads_back_as_it_was_drawn() {
        let image = Image::from_fn(3, 2, |x, y| Vec3::new(x as f32 / 2.0, y as f32, f32::NAN));
        let file = image.to_png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        assert_eq!((frame.width, frame.height), (3, 2));
        assert_eq!(bytes[..9], [0, 0, 0, 188, 0, 0, 255, 0, 0]);
        assert_eq!(bytes[9..12], [0, 255, 0]);
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        assert!(Image::new(0, 0, Vec3::ZERO).to_png().is_err());
    }
}
