//! Lines, discs and text on a picture, with soft edges.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont, point};
use glam::{Vec2, Vec3};

use super::image::Image;

/// The face of all text: Ubuntu Light, which the editor's toolkit embeds as well.
static FACE: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT).ok());

/// Colour, width and dashes of a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Pen {
    pub(super) colour: Vec3,
    /// 0 = invisible, 1 = opaque.
    pub(super) alpha: f32,
    /// In pixels.
    pub(super) width_px: f32,
    /// Lengths of a dash and of the gap after it, in pixels; `None` draws through.
    pub(super) dash_px: Option<(f32, f32)>,
}

/// Colour, halo and size of text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Lettering {
    pub(super) colour: Vec3,
    /// Colour of the soft edge that keeps letters legible on any ground.
    pub(super) halo: Vec3,
    /// Height of a line in pixels.
    pub(super) size_px: f32,
    /// Extra room between letters in pixels.
    pub(super) spacing_px: f32,
}

/// Draws the open line through the points.
pub(super) fn polyline(image: &mut Image, points: &[Vec2], pen: Pen) {
    let mut travelled = 0.0;
    for pair in points.windows(2) {
        let [from, to] = pair else { continue };
        segment(image, *from, *to, travelled, pen);
        travelled += from.distance(*to);
    }
}

fn segment(image: &mut Image, from: Vec2, to: Vec2, travelled: f32, pen: Pen) {
    let half = pen.width_px / 2.0;
    let low = from.min(to) - half - 1.0;
    let high = from.max(to) + half + 1.0;
    let along = to - from;
    let length = along.length().max(f32::EPSILON);
    each_pixel(image, low, high, |image, x, y, middle| {
        let t = ((middle - from).dot(along) / (length * length)).clamp(0.0, 1.0);
        let distance = middle.distance(from + along * t);
        let dashed = pen
            .dash_px
            .is_none_or(|(dash, gap)| (travelled + t * length) % (dash + gap) < dash);
        // The end of a segment belongs to the next one, or corners of see-through lines would be darker.
        if dashed && t < 1.0 {
            image.blend(
                x,
                y,
                pen.colour,
                pen.alpha * (half + 0.5 - distance).clamp(0.0, 1.0),
            );
        }
    });
}

/// Draws a filled disc; `radius_px` is where its soft edge is half covered.
pub(super) fn disc(image: &mut Image, middle: Vec2, radius_px: f32, colour: Vec3, alpha: f32) {
    each_pixel(
        image,
        middle - radius_px - 1.0,
        middle + radius_px + 1.0,
        |image, x, y, at| {
            let cover = (radius_px + 0.5 - at.distance(middle)).clamp(0.0, 1.0);
            image.blend(x, y, colour, cover * alpha);
        },
    );
}

/// Draws a circle line.
pub(super) fn ring(image: &mut Image, middle: Vec2, radius_px: f32, pen: Pen) {
    let reach = radius_px + pen.width_px;
    each_pixel(image, middle - reach, middle + reach, |image, x, y, at| {
        let off = (at.distance(middle) - radius_px).abs();
        image.blend(
            x,
            y,
            pen.colour,
            (pen.width_px / 2.0 + 0.5 - off).clamp(0.0, 1.0) * pen.alpha,
        );
    });
}

/// Draws a filled triangle.
pub(super) fn triangle(image: &mut Image, corners: [Vec2; 3], colour: Vec3) {
    let [a, b, c] = corners;
    let winding = (b - a).perp_dot(c - a).signum();
    let low = a.min(b).min(c) - 1.0;
    let high = a.max(b).max(c) + 1.0;
    each_pixel(image, low, high, |image, x, y, at| {
        let inside = [(a, b), (b, c), (c, a)].map(|(from, to)| {
            let edge = to - from;
            winding * edge.perp_dot(at - from) / edge.length().max(f32::EPSILON) + 0.5
        });
        let cover = inside.into_iter().fold(1.0_f32, f32::min);
        image.blend(x, y, colour, cover);
    });
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "pixel coordinates are clamped to the picture"
)]
fn each_pixel(image: &mut Image, low: Vec2, high: Vec2, mut paint: impl FnMut(&mut Image, i64, i64, Vec2)) {
    let size = Vec2::new(image.width() as f32, image.height() as f32);
    let low = low.floor().clamp(Vec2::ZERO, size);
    let high = high.ceil().clamp(Vec2::ZERO, size);
    for y in low.y as i64..high.y as i64 {
        for x in low.x as i64..high.x as i64 {
            paint(image, x, y, Vec2::new(x as f32 + 0.5, y as f32 + 0.5));
        }
    }
}

/// Width of the text in pixels.
pub(super) fn text_width(text: &str, lettering: Lettering) -> f32 {
    lay_out(text, lettering).map_or(0.0, |(_, width)| width)
}

/// Draws text with its middle at `middle`.
pub(super) fn text_centred(image: &mut Image, middle: Vec2, text: &str, lettering: Lettering) {
    let Some((glyphs, width)) = lay_out(text, lettering) else {
        return;
    };
    let corner = middle - Vec2::new(width / 2.0, lettering.size_px / 2.0);
    text_at(image, corner, &glyphs, lettering);
}

/// Draws text with its top left corner at `corner`.
pub(super) fn text(image: &mut Image, corner: Vec2, text: &str, lettering: Lettering) {
    if let Some((glyphs, _)) = lay_out(text, lettering) {
        text_at(image, corner, &glyphs, lettering);
    }
}

/// Glyphs of a line with their places, and its width. Characters that the face lacks are left out.
fn lay_out(text: &str, lettering: Lettering) -> Option<(Vec<Glyph>, f32)> {
    let face = FACE.as_ref()?;
    let scale = PxScale::from(lettering.size_px);
    let scaled = face.as_scaled(scale);
    let mut pen_x = 0.0;
    let mut glyphs: Vec<Glyph> = Vec::new();
    for c in text.chars() {
        let id = scaled.glyph_id(c);
        if id.0 == 0 {
            continue;
        }
        if let Some(last) = glyphs.last() {
            pen_x += scaled.kern(last.id, id) + lettering.spacing_px;
        }
        glyphs.push(id.with_scale_and_position(scale, point(pen_x, scaled.ascent())));
        pen_x += scaled.h_advance(id);
    }
    Some((glyphs, pen_x))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "glyphs far outside are dropped by `blend`"
)]
fn text_at(image: &mut Image, corner: Vec2, glyphs: &[Glyph], lettering: Lettering) {
    let Some(face) = FACE.as_ref() else { return };
    let mut cover_glyphs = |offset: Vec2, colour: Vec3, alpha: f32| {
        for glyph in glyphs {
            let mut glyph = glyph.clone();
            glyph.position.x += corner.x + offset.x;
            glyph.position.y += corner.y + offset.y;
            let Some(outline) = face.outline_glyph(glyph) else {
                continue;
            };
            let bounds = outline.px_bounds();
            outline.draw(|x, y, cover| {
                let (x, y) = (
                    i64::from(x) + bounds.min.x as i64,
                    i64::from(y) + bounds.min.y as i64,
                );
                image.blend(x, y, colour, cover * alpha);
            });
        }
    };
    for ring_px in [1.0, 2.0] {
        for (x, y) in [
            (1.0, 0.0),
            (-1.0, 0.0),
            (0.0, 1.0),
            (0.0, -1.0),
            (0.7, 0.7),
            (-0.7, 0.7),
            (0.7, -0.7),
            (-0.7, -0.7),
        ] {
            cover_glyphs(Vec2::new(x, y) * ring_px, lettering.halo, 0.28);
        }
    }
    cover_glyphs(Vec2::ZERO, lettering.colour, 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEN: Pen = Pen {
        colour: Vec3::ONE,
        alpha: 1.0,
        width_px: 2.0,
        dash_px: None,
    };
    const LETTERING: Lettering = Lettering {
        colour: Vec3::ONE,
        halo: Vec3::ZERO,
        size_px: 20.0,
        spacing_px: 0.0,
    };

    fn black() -> Image {
        Image::new(64, 32, Vec3::ZERO)
    }

    /// Columns of the picture with something on them.
    fn touched(image: &Image) -> Vec<usize> {
        let lit = |x: usize| (0..image.height()).any(|y| image.at(x, y).x > 0.1);
        (0..image.width()).filter(|x| lit(*x)).collect()
    }

    #[test]
    fn a_line_is_where_it_was_drawn() {
        let mut image = black();
        polyline(
            &mut image,
            &[
                Vec2::new(10.0, 16.0),
                Vec2::new(30.0, 16.0),
                Vec2::new(50.0, 16.0),
            ],
            PEN,
        );
        assert_eq!(image.at(20, 15), Vec3::ONE);
        assert_eq!(image.at(20, 20), Vec3::ZERO);
        let columns = touched(&image);
        assert!(columns.first().is_some_and(|x| (9..=10).contains(x)) && columns.len() >= 40);
    }

    #[test]
    fn dashes_have_gaps() {
        let mut image = black();
        let pen = Pen {
            dash_px: Some((6.0, 4.0)),
            ..PEN
        };
        polyline(&mut image, &[Vec2::new(0.0, 16.0), Vec2::new(60.0, 16.0)], pen);
        let columns = touched(&image);
        assert!(columns.contains(&2) && !columns.contains(&8) && columns.contains(&12));
    }

    #[test]
    fn text_fills_its_width_and_keeps_inside_the_picture() {
        let mut image = black();
        let width = text_width("Isle", LETTERING);
        text_centred(&mut image, Vec2::new(32.0, 16.0), "Isle", LETTERING);
        let columns = touched(&image);
        let (first, last) = (columns[0] as f32, columns[columns.len() - 1] as f32);
        assert!((first - (32.0 - width / 2.0)).abs() < 4.0 && (last - (32.0 + width / 2.0)).abs() < 4.0);
        // Characters without a glyph are left out; places outside the picture are no panic.
        assert_eq!(text_width("\u{e000}", LETTERING), 0.0);
        text(&mut image, Vec2::new(-500.0, 1.0e9), "Isle", LETTERING);
    }

    #[test]
    fn discs_rings_and_triangles_cover_their_middle_or_edge() {
        let mut image = black();
        disc(&mut image, Vec2::new(10.0, 10.0), 4.0, Vec3::ONE, 1.0);
        ring(&mut image, Vec2::new(40.0, 16.0), 8.0, PEN);
        triangle(
            &mut image,
            [Vec2::new(20.0, 2.0), Vec2::new(28.0, 2.0), Vec2::new(24.0, 12.0)],
            Vec3::X,
        );
        assert_eq!(image.at(10, 10), Vec3::ONE);
        assert_eq!(image.at(40, 16), Vec3::ZERO);
        assert!(image.at(48, 16).x > 0.4);
        assert_eq!(image.at(24, 5), Vec3::X);
    }
}
