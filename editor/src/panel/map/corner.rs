//! Pieces in the corners of the map: the minimap and the legend.
//!
//! *Not* responsible for: the map itself.

use egui::{Align2, FontId, Id, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use shared::geometry::Box2;
use shared::ids::IslandId;

use super::island_view::is_in_view;
use super::lower_right;
use crate::panel::Context;
use crate::text::text;
use crate::viewport::layout::{Ground, MapCamera, MapLayout};
use crate::viewport::paint;

/// Longest side of the minimap, in points.
const MINIMAP_EDGE: f32 = 150.0;
/// Size of the dot of a selected record on the minimap, in points.
const DOT_SIZE: f32 = 4.0;
/// Height of a line of the legend, in points.
const LEGEND_LINE: f32 = 16.0;

/// The whole island, small, while the map shows a part of it.
pub(super) struct Minimap {
    layout: MapLayout,
    view: Rect,
}

impl Minimap {
    /// The minimap for a map; `None` while it is off, unneeded, or has no room.
    pub(super) fn new(context: &Context, whole: Box2, map: &MapLayout) -> Option<Self> {
        if !context.view.minimap || is_in_view(whole, map) {
            return None;
        }
        let (width, depth) = (whole.max_x_m - whole.min_x_m, whole.max_y_m - whole.min_y_m);
        let scale = MINIMAP_EDGE / width.max(depth).max(1.0);
        let rect = lower_right(map.rect, vec2(width, depth) * scale)?;
        let center = Ground::new(
            f32::midpoint(whole.min_x_m, whole.max_x_m),
            f32::midpoint(whole.min_y_m, whole.max_y_m),
        );
        let layout = MapLayout {
            camera: MapCamera { center, scale },
            rect,
        };
        let view = layout.screen_from_box(map.visible());
        Some(Self { layout, view })
    }

    /// The new middle of the map, when the designer pointed at one.
    pub(super) fn drag(&self, ui: &Ui) -> Option<Ground> {
        let id = Id::unique("minimap");
        let response = ui.interact(self.layout.rect, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, text().map_minimap()));
        let points = response.dragged() || response.clicked();
        let at = response.interact_pointer_pos().filter(|_| points)?;
        Some(self.layout.ground_from_screen(at))
    }

    pub(super) fn draw(&self, context: &Context, ui: &Ui, island: IslandId) {
        let (rect, colours) = (self.layout.rect, context.colours);
        let painter = ui.painter_at(rect.expand(2.0));
        painter.rect_filled(rect, 3.0, colours.map_background);
        if let Some(picture) = context.preview.picture(island) {
            let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            painter.image(picture.texture.id(), rect, uv, egui::Color32::WHITE);
        }
        let selection = context.document.selection();
        let selected = context.items.iter().filter(|item| selection.contains(item.id));
        let dots = selected.map(|item| (self.layout.screen_from_ground(item.anchor), colours.selected));
        paint::dots(&painter, DOT_SIZE, dots);
        let clipped = self.view.intersect(rect);
        painter.rect_stroke(
            clipped,
            1.0,
            Stroke::new(2.0, colours.symbol_outline),
            StrokeKind::Middle,
        );
        painter.rect_stroke(
            clipped,
            1.0,
            Stroke::new(1.0, colours.label_text),
            StrokeKind::Middle,
        );
        painter.rect_stroke(
            rect,
            3.0,
            Stroke::new(1.0, colours.map_frame),
            StrokeKind::Outside,
        );
    }
}

/// What the colours of the map mean, above the scale bar.
pub(super) fn legend(context: &Context, ui: &Ui, rect: Rect, island: IslandId) {
    let style = context.view.style;
    let materials = context
        .preview
        .picture(island)
        .map_or(&[][..], |picture| picture.materials.as_slice());
    let entries = style.shading.legend(materials);
    if entries.is_empty() {
        return;
    }
    let colours = context.colours;
    let height = LEGEND_LINE * (entries.len() as f32 + 1.0) + 12.0;
    let room = rect.height() - 60.0;
    if height > room {
        return;
    }
    let painter = ui.painter_at(rect);
    let font = FontId::proportional(11.5);
    let widest = entries
        .iter()
        .map(|entry| {
            let galley = painter.layout_no_wrap(entry.text.clone(), font.clone(), colours.label_text);
            galley.size().x
        })
        .fold(0.0, f32::max);
    let plate = Rect::from_min_size(
        rect.left_bottom() + vec2(8.0, -46.0 - height),
        vec2((widest + 36.0).max(96.0), height),
    );
    let response = ui.interact(plate, Id::unique("legend"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, text().map_legend(style.shading.title())));
    // Names below it would show through the plate of a single line.
    painter.rect_filled(plate, 5.0, colours.legend_plate);
    let line = |at: Pos2, text: &str, ink| {
        painter.text(at, Align2::LEFT_CENTER, text, font.clone(), ink);
    };
    let mut at = plate.left_top() + vec2(9.0, 6.0 + LEGEND_LINE / 2.0);
    line(at, &style.shading.title(), colours.label_text);
    for entry in entries {
        at.y += LEGEND_LINE;
        let swatch = Rect::from_min_size(at - vec2(0.0, 5.0), vec2(14.0, 10.0));
        painter.rect(
            swatch,
            2.0,
            entry.colour,
            Stroke::new(1.0, colours.symbol_outline),
            StrokeKind::Outside,
        );
        line(at + vec2(20.0, 0.0), &entry.text, colours.label_text);
    }
}
