//! Paints the chart: islands, ghosts of neighbours, sea lanes, portals, names.
//!
//! *Not* responsible for: where things lie (`viewport::chart`).

use egui::epaint::PathShape;
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, pos2, vec2};
use shared::ids::IslandId;
use shared::island::{Island, RecordId};

use crate::panel::Context;
use crate::theme::{self, Palette};
use crate::viewport::chart::{Chart, ChartHit, ChartLane};
use crate::viewport::layout::{Ground, MapLayout};
use crate::viewport::paint::{handle, shortened};

/// From this zoom on places of islands are shown on the chart, in points per metre.
const HARBOUR_SCALE: f32 = 0.35;
/// From this zoom on portals are.
const PORTAL_SCALE: f32 = 0.05;
/// From this zoom on names of lanes, portals and places are.
const DETAIL_SCALE: f32 = 0.4;
/// How strong neighbours are drawn beside the island that is worked on.
const GHOST: f32 = 0.45;

const WHOLE: Rect = Rect {
    min: pos2(0.0, 0.0),
    max: pos2(1.0, 1.0),
};

/// Pictures and boxes of all islands.
pub(super) fn islands(
    painter: &Painter,
    layout: &MapLayout,
    context: &Context,
    shown: IslandId,
    hovered: Option<ChartHit>,
) {
    let colours = context.colours;
    for island in &context.chart.islands {
        let rect = layout.screen_from_box(island.area);
        if !rect.intersects(layout.rect) {
            continue;
        }
        match context.chart_pictures.picture(island.id) {
            Some((texture, current)) => {
                let ink = if current {
                    Color32::WHITE
                } else {
                    Color32::from_gray(170)
                };
                painter.image(texture.id(), rect, WHOLE, ink);
            }
            None => {
                painter.rect_filled(rect, 4.0, colours.map_frame.gamma_multiply(0.25));
            }
        }
        let stroke = if island.id == shown {
            Stroke::new(1.5, colours.selected)
        } else if hovered == Some(ChartHit::Island(island.id)) {
            Stroke::new(1.5, colours.label_text)
        } else {
            Stroke::new(1.0, colours.map_frame.gamma_multiply(0.35))
        };
        painter.rect_stroke(rect, 4.0, stroke, StrokeKind::Outside);
    }
}

/// Neighbours around an island's own map, faint, with their names.
pub(super) fn ghosts(painter: &Painter, layout: &MapLayout, context: &Context, island: &Island) {
    let offset = |at: Ground| Ground::new(at.x_m - island.chart.x_m, at.y_m - island.chart.y_m);
    let colours = context.colours;
    for lane in &context.chart.lanes {
        let line: Vec<Pos2> = lane
            .points
            .iter()
            .map(|at| layout.screen_from_ground(offset(*at)))
            .collect();
        let stroke = Stroke::new(1.5, colours.lane.gamma_multiply(GHOST));
        painter.extend(Shape::dashed_line(&line, stroke, 8.0, 6.0));
    }
    for other in context.chart.islands.iter().filter(|other| other.id != island.id) {
        let (low, high) = (
            offset(Ground::new(other.area.min_x_m, other.area.min_y_m)),
            offset(Ground::new(other.area.max_x_m, other.area.max_y_m)),
        );
        let rect = Rect::from_two_pos(layout.screen_from_ground(low), layout.screen_from_ground(high));
        if !rect.intersects(layout.rect) {
            continue;
        }
        if let Some((texture, _)) = context.chart_pictures.picture(other.id) {
            painter.image(texture.id(), rect, WHOLE, Color32::WHITE.gamma_multiply(GHOST));
        }
        let ink = colours.label_text.gamma_multiply(0.7);
        let font = FontId::proportional(12.5);
        painter.text(rect.center(), Align2::CENTER_CENTER, &other.name, font, ink);
    }
}

/// Sea lanes; the hovered or selected one with its turning points.
pub(super) fn lanes(painter: &Painter, layout: &MapLayout, context: &Context, hovered: Option<ChartHit>) {
    let colours = context.colours;
    for lane in &context.chart.lanes {
        let line: Vec<Pos2> = lane
            .points
            .iter()
            .map(|at| layout.screen_from_ground(*at))
            .collect();
        let pointed = is_pointed_at(lane, hovered);
        let selected = is_selected(context, lane);
        let colour = match (lane.broken, selected) {
            (true, _) => colours.error,
            (false, true) => colours.selected,
            (false, false) => colours.lane,
        };
        let width = if pointed || selected { 3.0 } else { 2.0 };
        let shadow = Stroke::new(width + 1.5, colours.symbol_outline.gamma_multiply(0.4));
        painter.add(PathShape::line(line.clone(), shadow));
        painter.extend(Shape::dashed_line(&line, Stroke::new(width, colour), 9.0, 5.0));
        for end in [line.first(), line.last()].into_iter().flatten() {
            painter.circle(*end, 4.0, colour, Stroke::new(1.0, colours.symbol_outline));
        }
        if pointed || selected {
            let turns = line.len().saturating_sub(2);
            for at in line.iter().skip(1).take(turns) {
                handle(painter, *at, colours);
            }
        }
    }
    let drawing = context.chart_tool.is_drawing();
    if drawing || layout.camera.scale >= HARBOUR_SCALE {
        for harbour in &context.chart.harbours {
            let at = layout.screen_from_ground(harbour.at);
            if layout.rect.contains(at) {
                let radius = if drawing { 5.0 } else { 3.0 };
                let ring = Stroke::new(1.0, colours.symbol_outline);
                painter.circle(at, radius, colours.lane, ring);
            }
        }
    }
}

fn is_pointed_at(lane: &ChartLane, hovered: Option<ChartHit>) -> bool {
    matches!(hovered, Some(ChartHit::Lane(_, id, _) | ChartHit::Turn(_, id, _)) if id == lane.id)
}

fn is_selected(context: &Context, lane: &ChartLane) -> bool {
    context.document.selection().contains(RecordId::Lane(lane.id))
}

/// Portals and the lines between linked ones.
pub(super) fn portals(painter: &Painter, layout: &MapLayout, chart: &Chart) {
    for portal in &chart.portals {
        let at = layout.screen_from_ground(portal.at);
        if let Some(to) = portal.to {
            let to = layout.screen_from_ground(to);
            let stroke = Stroke::new(1.5, theme::PORTAL.gamma_multiply(0.7));
            painter.extend(Shape::dotted_line(&[at, to], stroke.color, 7.0, 1.3));
        }
        if layout.camera.scale >= PORTAL_SCALE && layout.rect.contains(at) {
            let corners = [vec2(0.0, -5.0), vec2(5.0, 0.0), vec2(0.0, 5.0), vec2(-5.0, 0.0)];
            let diamond = corners.map(|way| at + way).to_vec();
            let ring = Stroke::new(1.0, Color32::from_black_alpha(180));
            painter.add(PathShape::convex_polygon(diamond, theme::PORTAL, ring));
        }
    }
}

/// Names, most important first: where two would lie on each other the later one is left out.
pub(super) fn names(
    painter: &Painter,
    layout: &MapLayout,
    context: &Context,
    shown: IslandId,
    hovered: Option<ChartHit>,
) {
    let colours = context.colours;
    let mut labels = Labels {
        painter,
        view: layout.rect,
        taken: Vec::new(),
        colours,
    };
    let chart = context.chart;
    let (first, rest): (Vec<_>, Vec<_>) = chart
        .islands
        .iter()
        .partition(|island| island.id == shown || hovered == Some(ChartHit::Island(island.id)));
    for (important, island) in first
        .into_iter()
        .map(|island| (true, island))
        .chain(rest.into_iter().map(|island| (false, island)))
    {
        let rect = layout.screen_from_box(island.area);
        // Under a small island, on the lower part of a large one.
        let below = rect.center().y + (rect.height() * 0.36).min(layout.rect.height() * 0.3);
        let ink = if island.id == shown {
            colours.selected
        } else {
            colours.label_text
        };
        labels.add(pos2(rect.center().x, below), &island.name, 13.5, ink, important);
    }
    for lane in &chart.lanes {
        let important = is_pointed_at(lane, hovered) || is_selected(context, lane);
        if important || layout.camera.scale >= DETAIL_SCALE * 0.5 {
            let middle = middle_of(&lane.points);
            let at = layout.screen_from_ground(middle) + vec2(0.0, 8.0);
            labels.add(at, &lane.title, 11.5, colours.lane, important);
        }
    }
    if layout.camera.scale >= DETAIL_SCALE {
        for portal in chart.portals.iter().filter(|portal| !portal.name.is_empty()) {
            let at = layout.screen_from_ground(portal.at) + vec2(0.0, 12.0);
            labels.add(at, &portal.name, 11.0, theme::PORTAL, false);
        }
    }
    if layout.camera.scale >= DETAIL_SCALE || context.chart_tool.is_drawing() {
        for harbour in chart.harbours.iter().filter(|harbour| !harbour.name.is_empty()) {
            let at = layout.screen_from_ground(harbour.at) + vec2(0.0, 10.0);
            labels.add(at, &harbour.name, 11.0, colours.label_text, false);
        }
    }
}

/// A lane in the making.
pub(super) fn sketch(painter: &Painter, layout: &MapLayout, points: &[Ground], colours: &Palette) {
    let line: Vec<Pos2> = points.iter().map(|at| layout.screen_from_ground(*at)).collect();
    if line.len() > 1 {
        painter.add(PathShape::line(line.clone(), Stroke::new(2.5, colours.selected)));
    }
    for at in line {
        handle(painter, at, colours);
    }
}

/// The place half way along a line.
fn middle_of(points: &[Ground]) -> Ground {
    let whole: f32 = points.windows(2).map(|pair| pair[0].distance_m(pair[1])).sum();
    let mut left = whole / 2.0;
    for pair in points.windows(2) {
        let piece = pair[0].distance_m(pair[1]);
        if piece >= left && piece > 0.0 {
            let share = left / piece;
            return Ground::new(
                pair[0].x_m + (pair[1].x_m - pair[0].x_m) * share,
                pair[0].y_m + (pair[1].y_m - pair[0].y_m) * share,
            );
        }
        left -= piece;
    }
    points.first().copied().unwrap_or_default()
}

/// Names that keep out of each other's way.
struct Labels<'a> {
    painter: &'a Painter,
    view: Rect,
    taken: Vec<Rect>,
    colours: &'a Palette,
}

impl Labels<'_> {
    /// Puts a name below a point, unless it would hide another; important ones always.
    fn add(&mut self, at: Pos2, text: &str, size: f32, ink: Color32, important: bool) {
        if text.is_empty() || !self.view.contains(at) {
            return;
        }
        let text = shortened(text);
        let galley = self.painter.layout_no_wrap(text, FontId::proportional(size), ink);
        let corner = at - vec2(galley.size().x / 2.0, 0.0);
        let rect = Rect::from_min_size(corner, galley.size()).expand2(vec2(5.0, 1.5));
        if !important && self.taken.iter().any(|other| other.intersects(rect)) {
            return;
        }
        self.painter.rect_filled(rect, 3.0, self.colours.label_plate);
        self.painter.galley(corner, galley, ink);
        self.taken.push(rect);
    }
}
