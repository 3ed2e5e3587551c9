//! Paints the map: picture, grid, outlines, symbols and names.
//!
//! *Not* responsible for: what is where (`model`), the camera (`layout`).

pub mod handles;

use std::collections::BTreeSet;

use egui::epaint::{CircleShape, PathShape, RectShape, TextShape};
use egui::{
    Align2, Color32, FontId, Mesh, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, TextureId, pos2, vec2,
};
use shared::geometry::{Box2, GeometryForm};
use shared::island::RecordId;

use super::layout::{Ground, MapLayout, grid_step_m};
use super::model::{Item, Symbol};
use crate::text::text;
use crate::theme::{self, HANDLE_SIZE, Palette, SYMBOL_SIZE};
use crate::tool::Overlay;
use crate::tool::transform::Axis;

/// Grid lines are at least this far apart, in points.
const MIN_GRID_POINTS: f32 = 28.0;
/// Names closer to each other than this are not all drawn, in points.
const NAME_CELL: f32 = 22.0;
/// Most names on the map: more than fit beside each other without lying on each other.
const MAX_NAMES: usize = 400;
/// Most names that are laid out anew in one frame.
const MAX_NEW_NAMES: usize = 40;
/// Most selected records whose names are drawn even where they lie on each other.
const MAX_CERTAIN_NAMES: usize = 40;
/// Most characters of a name on the map.
const MAX_NAME_CHARS: usize = 28;

/// How an item stands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// It is selected.
    pub selected: bool,
    /// The pointer is on it.
    pub hovered: bool,
    /// An error or warning is about it.
    pub flagged: Option<Color32>,
}

/// The island's picture, stretched over its box; veiled while it is out of date.
pub fn picture(
    painter: &Painter,
    layout: &MapLayout,
    area: Box2,
    texture: TextureId,
    stale: bool,
    colours: &Palette,
) {
    let rect = layout.screen_from_box(area);
    let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    painter.image(texture, rect, uv, Color32::WHITE);
    if stale {
        painter.rect_filled(rect, 0.0, colours.stale_veil);
    }
}

/// The box of the island.
pub fn frame(painter: &Painter, layout: &MapLayout, area: Box2, colours: &Palette) {
    let rect = layout.screen_from_box(area);
    painter.rect_stroke(
        rect,
        0.0,
        Stroke::new(1.0, colours.map_frame),
        StrokeKind::Outside,
    );
}

/// Lines of the raster, or of multiples of it where they would lie too close.
pub fn grid(painter: &Painter, layout: &MapLayout, raster_m: f32, colours: &Palette) {
    let mut step = raster_m.max(0.01);
    while step * layout.camera.scale < MIN_GRID_POINTS {
        step *= 2.0;
    }
    let view = layout.visible();
    let stroke = Stroke::new(1.0, colours.grid);
    let lines = |from: f32, to: f32| {
        let first = (from / step).ceil();
        let count = ((to / step).floor() - first + 1.0).clamp(0.0, 500.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=500 in the line above"
        )]
        let count = count as u32;
        (0..count).map(move |line| (first + line as f32) * step)
    };
    for x in lines(view.min_x_m, view.max_x_m) {
        let at = layout.screen_from_ground(Ground::new(x, 0.0)).x;
        painter.vline(at, layout.rect.y_range(), stroke);
    }
    for y in lines(view.min_y_m, view.max_y_m) {
        let at = layout.screen_from_ground(Ground::new(0.0, y)).y;
        painter.hline(layout.rect.x_range(), at, stroke);
    }
}

/// A bar that shows a length, at the lower left.
pub fn scale_bar(painter: &Painter, layout: &MapLayout, colours: &Palette) {
    let metres = grid_step_m(layout.camera.scale, 70.0);
    let width = metres * layout.camera.scale;
    let left = layout.rect.left_bottom() + vec2(14.0, -16.0);
    let right = left + vec2(width, 0.0);
    let plate = Rect::from_min_max(left + vec2(-6.0, -20.0), right + vec2(6.0, 6.0));
    painter.rect_filled(plate, 4.0, colours.label_plate);
    let stroke = Stroke::new(2.0, colours.label_text);
    painter.line_segment([left, right], stroke);
    for end in [left, right] {
        painter.line_segment([end, end - vec2(0.0, 5.0)], stroke);
    }
    let text = if metres >= 1000.0 {
        text().kilometres((metres / 1000.0).to_string())
    } else {
        text().metres(metres.to_string())
    };
    painter.text(
        pos2(f32::midpoint(left.x, right.x), left.y - 4.0),
        Align2::CENTER_BOTTOM,
        text,
        FontId::proportional(11.0),
        colours.label_text,
    );
}

/// Outline and radius of an item.
pub fn shape(painter: &Painter, layout: &MapLayout, item: &Item, standing: Standing, colours: &Palette) {
    let colour = if standing.selected {
        colours.selected
    } else {
        item.colour
    };
    let width = if standing.selected || standing.hovered {
        2.5
    } else {
        1.5
    };
    let alpha = if standing.selected || standing.hovered {
        1.0
    } else {
        0.75
    };
    let stroke = Stroke::new(width, colour.gamma_multiply(alpha));
    let shadow = Stroke::new(width + 1.5, colours.symbol_outline.gamma_multiply(0.5));
    let line: Vec<Pos2> = item
        .outline
        .iter()
        .map(|at| layout.screen_from_ground(*at))
        .collect();
    if line.len() > 1 {
        for stroke in [shadow, stroke] {
            painter.add(PathShape::line(line.clone(), stroke));
        }
    }
    if let Some(radius_m) = item.radius_m {
        let radius = radius_m * layout.camera.scale;
        if item.form == GeometryForm::Point {
            let center = layout.screen_from_ground(item.anchor);
            painter.add(CircleShape::stroke(center, radius, shadow));
            painter.add(CircleShape::stroke(center, radius, stroke));
        } else if standing.selected && radius > 2.0 {
            // A faint band tells how far a path reaches.
            let band = Stroke::new((radius * 2.0).min(4000.0), colour.gamma_multiply(0.10));
            painter.add(PathShape::line(line, band));
        }
    }
}

/// A grip: a small square.
pub fn handle(painter: &Painter, at: Pos2, colours: &Palette) {
    let rect = Rect::from_center_size(at, vec2(HANDLE_SIZE, HANDLE_SIZE));
    painter.add(RectShape::new(
        rect,
        2.0,
        colours.selected,
        Stroke::new(1.0, colours.symbol_outline),
        StrokeKind::Outside,
    ));
}

/// The symbol of an item; locked ones are pale.
pub fn symbol(painter: &Painter, layout: &MapLayout, item: &Item, standing: Standing, colours: &Palette) {
    let at = layout.screen_from_ground(item.anchor);
    if !layout.rect.expand(SYMBOL_SIZE).contains(at) {
        return;
    }
    let size = if standing.hovered || standing.selected {
        SYMBOL_SIZE + 3.0
    } else {
        SYMBOL_SIZE
    };
    let half = size / 2.0;
    let ring = if standing.selected {
        Stroke::new(3.0, colours.selected)
    } else {
        Stroke::new(1.5, colours.symbol_outline)
    };
    let strength = if item.locked { 0.45 } else { 1.0 };
    let colour = item.colour.gamma_multiply(strength);
    match item.symbol {
        Symbol::Circle => {
            painter.circle(at, half * 0.75, colour, ring);
        }
        Symbol::Square => {
            let rect = Rect::from_center_size(at, vec2(size * 0.7, size * 0.7));
            painter.rect(rect, 3.0, colour, ring, StrokeKind::Outside);
        }
        Symbol::Diamond => {
            let corners = [(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)]
                .map(|(x, y)| at + vec2(x, y) * half * 0.9)
                .to_vec();
            painter.add(PathShape::convex_polygon(corners, colour, ring));
        }
        Symbol::Pin => pin(painter, at, half, colour, ring),
    }
    if let Some(facing_deg) = item.facing_deg {
        let angle = facing_deg.to_radians();
        let way = egui::Vec2::angled(angle - std::f32::consts::FRAC_PI_2);
        let stroke = Stroke::new(
            2.0,
            if standing.selected {
                colours.selected
            } else {
                colour
            },
        );
        painter.line_segment([at + way * half, at + way * (half + 6.0)], stroke);
    }
    if let Some(flag) = standing.flagged {
        let corner = at + vec2(half * 0.75, -half * 0.75);
        painter.circle(corner, 4.0, flag, Stroke::new(1.0, colours.symbol_outline));
    }
}

/// Items among thousands: dots of this size, all of them one shape, which costs a hundredth of their symbols.
pub fn dots(painter: &Painter, size: f32, dots: impl Iterator<Item = (Pos2, Color32)>) {
    let mut mesh = Mesh::default();
    for (at, colour) in dots {
        mesh.add_colored_rect(Rect::from_center_size(at, vec2(size, size)), colour);
    }
    if !mesh.is_empty() {
        painter.add(mesh);
    }
}

/// A drop with its tip on the place.
fn pin(painter: &Painter, at: Pos2, half: f32, fill: Color32, ring: Stroke) {
    let center = at - vec2(0.0, half * 0.5);
    let radius = half * 0.72;
    let arc = (0..=16).map(|step| {
        let angle = std::f32::consts::PI * (0.85 + 1.3 * step as f32 / 16.0);
        center + egui::Vec2::angled(angle) * radius
    });
    let mut outline: Vec<_> = arc.collect();
    outline.push(at + vec2(0.0, half * 0.75));
    painter.add(PathShape::convex_polygon(outline, fill, ring));
    painter.circle_filled(center, radius * 0.38, theme::ink_on(fill).gamma_multiply(0.85));
}

/// The names that were laid out last. Laying a new text out costs more than drawing a hundred known ones, so
/// when many come into view they appear within a few frames.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Named {
    names: BTreeSet<RecordId>,
}

/// Names beside symbols; where they would lie on each other the earlier one wins. Returns whether more are
/// waiting for the next frame.
pub fn names(
    painter: &Painter,
    layout: &MapLayout,
    items: &[(&Item, Standing)],
    named: &mut Named,
    colours: &Palette,
) -> bool {
    let known = std::mem::take(&mut named.names);
    let (mut drawn_count, mut new_count) = (0, 0);
    let mut taken = Taken::new(layout.rect);
    let font = FontId::proportional(11.5);
    let stands_out = |standing: &Standing| standing.selected || standing.hovered;
    // Of a few selected records all have their names; many would only cover each other and the map.
    let selected_win = items
        .iter()
        .filter(|(_, standing)| standing.selected)
        .nth(MAX_CERTAIN_NAMES)
        .is_none();
    // Selected and hovered names come first: they must not be crowded out.
    let front = items.iter().filter(|(_, standing)| stands_out(standing));
    let back = items.iter().filter(|(_, standing)| !stands_out(standing));
    for (item, standing) in front.chain(back) {
        if drawn_count >= MAX_NAMES {
            break;
        }
        let at = layout.screen_from_ground(item.anchor) + vec2(0.0, SYMBOL_SIZE * 0.55);
        if !layout.rect.contains(at) {
            continue;
        }
        let wins = standing.hovered || (standing.selected && selected_win);
        let middle = Rect::from_center_size(at + vec2(0.0, NAME_CELL / 2.0), vec2(4.0, 4.0));
        if !wins && taken.touches(middle) {
            continue;
        }
        if !known.contains(&item.id) {
            new_count += 1;
            if new_count > MAX_NEW_NAMES {
                continue;
            }
        }
        named.names.insert(item.id);
        let galley = painter.layout_no_wrap(shortened(&item.title), font.clone(), colours.label_text);
        let rect =
            Rect::from_min_size(at - vec2(galley.size().x / 2.0, 0.0), galley.size()).expand2(vec2(4.0, 1.0));
        if !wins && taken.touches(rect) {
            continue;
        }
        let ink = if standing.selected {
            colours.selected
        } else {
            colours.label_text
        };
        painter.rect_filled(rect, 3.0, colours.label_plate);
        painter.add(TextShape::new(rect.min + vec2(4.0, 1.0), galley, ink).with_override_text_color(ink));
        taken.add(rect);
        drawn_count += 1;
    }
    new_count > MAX_NEW_NAMES
}

/// Places that names already take, in cells, so that thousands of names need not all be compared.
struct Taken {
    view: Rect,
    columns: usize,
    cells: Vec<Vec<Rect>>,
}

impl Taken {
    /// Width and height of a cell, in points: a name lies in few of them.
    const CELL: egui::Vec2 = vec2(96.0, 24.0);

    fn new(view: Rect) -> Self {
        let (columns, rows) = Self::cell_of(view.size());
        Self {
            view,
            columns: columns + 1,
            cells: vec![Vec::new(); (columns + 1) * (rows + 1)],
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what no screen exceeds"
    )]
    fn cell_of(from_corner: egui::Vec2) -> (usize, usize) {
        let cell = from_corner / Self::CELL;
        (
            cell.x.clamp(0.0, 500.0) as usize,
            cell.y.clamp(0.0, 500.0) as usize,
        )
    }

    /// The cells that a rectangle lies in, cut off at the view.
    fn cells_of(&self, rect: Rect) -> impl Iterator<Item = usize> + use<> {
        let (columns, cell_count) = (self.columns, self.cells.len());
        let first = Self::cell_of(rect.min - self.view.min);
        let last = Self::cell_of(rect.max - self.view.min);
        (first.1..=last.1)
            .flat_map(move |row| {
                (first.0..=last.0.min(columns - 1)).map(move |column| row * columns + column)
            })
            .filter(move |cell| *cell < cell_count)
    }

    fn touches(&self, rect: Rect) -> bool {
        self.cells_of(rect)
            .any(|cell| self.cells[cell].iter().any(|other| other.intersects(rect)))
    }

    fn add(&mut self, rect: Rect) {
        for cell in self.cells_of(rect) {
            self.cells[cell].push(rect);
        }
    }
}

/// A name that fits on the map.
pub fn shortened(name: &str) -> String {
    if name.chars().count() <= MAX_NAME_CHARS {
        name.to_owned()
    } else {
        name.chars().take(MAX_NAME_CHARS - 1).chain(['…']).collect()
    }
}

/// The tool's sketch, selection box and hint.
pub fn overlay(painter: &Painter, layout: &MapLayout, overlay: &Overlay, colours: &Palette) {
    if let Some((from, to)) = overlay.selection_box {
        let rect = Rect::from_two_pos(layout.screen_from_ground(from), layout.screen_from_ground(to));
        painter.rect(
            rect,
            0.0,
            colours.selected.gamma_multiply(0.12),
            Stroke::new(1.0, colours.selected),
            StrokeKind::Inside,
        );
    }
    if let Some((from, axis)) = overlay.guide {
        guide(painter, layout, from, axis);
    }
    let corners: Vec<Pos2> = overlay
        .sketch
        .iter()
        .map(|at| layout.screen_from_ground(*at))
        .collect();
    if corners.len() > 1 {
        let stroke = Stroke::new(2.0, colours.selected);
        painter.add(PathShape::line(corners.clone(), stroke));
        if let (true, Some(first), Some(last)) = (overlay.sketch_closes, corners.first(), corners.last()) {
            painter.extend(Shape::dashed_line(&[*last, *first], stroke, 6.0, 4.0));
        }
    }
    if !overlay.sketch_is_lasso {
        for corner in corners {
            handle(painter, corner, colours);
        }
    }
    if !overlay.hint.is_empty() {
        badge(
            painter,
            layout.rect.center_top() + vec2(0.0, 12.0),
            &overlay.hint,
            colours,
        );
    }
}

/// The line along which things move.
fn guide(painter: &Painter, layout: &MapLayout, from: Ground, axis: Axis) {
    let at = layout.screen_from_ground(from);
    match axis {
        Axis::X => {
            painter.hline(layout.rect.x_range(), at.y, Stroke::new(1.0, theme::AXIS_X));
        }
        Axis::Y => {
            painter.vline(at.x, layout.rect.y_range(), Stroke::new(1.0, theme::AXIS_Y));
        }
        Axis::Z => {
            painter.circle_stroke(at, SYMBOL_SIZE, Stroke::new(1.5, theme::AXIS_Z));
        }
    }
}

/// A line of text on a plate, centred below a point.
pub fn badge(painter: &Painter, at: Pos2, text: &str, colours: &Palette) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(12.5), colours.label_text);
    let rect =
        Rect::from_min_size(at - vec2(galley.size().x / 2.0, 0.0), galley.size()).expand2(vec2(10.0, 5.0));
    painter.rect_filled(rect, 6.0, colours.label_plate);
    painter.galley(rect.min + vec2(10.0, 5.0), galley, colours.label_text);
}
