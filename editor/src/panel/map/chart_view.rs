//! The chart: all islands with their pictures, sea lanes, portals.
//!
//! *Not* responsible for: one island's map (`island_view`).

use egui::{Id, Role, Sense, Ui, WidgetInfo, vec2};
use shared::geometry::Box2;
use shared::island::Island;

use super::{
    ISLAND_SHARE, MapMode, MapPanel, camera_for, chart_paint, navigate, pointer, set_cursor, share_of_view,
};
use crate::panel::{Context, Request, Requests};
use crate::text::text;
use crate::theme::PICK_DISTANCE;
use crate::tool::Action;
use crate::viewport::chart::ChartHit;
use crate::viewport::layout::MapLayout;
use crate::viewport::paint;

/// Room around the islands when the chart is first seen, in metres.
const CHART_MARGIN_M: f32 = 200.0;

impl MapPanel {
    pub(super) fn chart_ui(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &mut Ui,
        island: &Island,
    ) {
        let rect = ui.available_rect_before_wrap();
        let response = ui.interact(rect, Id::unique("chart"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, text().map_chart()));
        let whole = context
            .chart
            .extent()
            .unwrap_or(Box2::EMPTY)
            .grown(CHART_MARGIN_M);
        let mut layout = MapLayout {
            camera: camera_for(self.wanted.take(), self.chart_camera, whole, rect.size()),
            rect,
        };
        let factor;
        (layout.camera, factor) = navigate(ui, &response, &layout);
        self.chart_camera = Some(layout.camera);
        let at = response.interact_pointer_pos().or_else(|| response.hover_pos());
        self.pointer = at.map(|at| layout.ground_from_screen(at));
        if factor > 1.0 {
            self.zoom_into(context, requests, &layout);
        }
        let reach_m = layout.metres(PICK_DISTANCE);
        self.chart_hovered = self.pointer.and_then(|at| context.chart.pick(at, reach_m));
        let (drawing, hovered) = (context.chart_tool.is_drawing(), self.chart_hovered);
        let mut opened = None;
        self.press_and_drag(ui, &response, &layout, drawing, |action, at| {
            requests.push(Request::ChartPointer(pointer(context, ui, &layout, action, at)));
            if let (Action::DoubleClick, Some(ChartHit::Island(island)), false) = (action, hovered, drawing) {
                opened = Some(island);
            }
        });
        if let Some(island) = opened.and_then(|island| context.document.project().islands.get(&island)) {
            self.set_mode(MapMode::Island);
            self.frame(island.bounds.footprint());
            requests.push(Request::ShowIsland(island.id));
        }
        set_cursor(ui, self.chart_hovered.is_some(), drawing);
        self.draw_chart(context, ui, &layout, island);
    }

    /// Opens the island under the pointer when it fills the view.
    fn zoom_into(&mut self, context: &Context, requests: &mut Requests, layout: &MapLayout) {
        let under = self.pointer.and_then(|at| context.chart.island_at(at));
        let Some(under) = under.filter(|island| share_of_view(island.area, layout) > ISLAND_SHARE) else {
            return;
        };
        if let Some(island) = context.document.project().islands.get(&under.id) {
            self.enter_island(island, layout.camera);
            requests.push(Request::ShowIsland(island.id));
        }
    }

    fn draw_chart(&self, context: &Context, ui: &Ui, layout: &MapLayout, shown: &Island) {
        let colours = context.colours;
        let painter = ui.painter_at(layout.rect);
        painter.rect_filled(layout.rect, 0.0, colours.chart_sea);
        if context.view.grid {
            paint::grid(&painter, layout, context.view.raster_m, colours);
        }
        chart_paint::islands(&painter, layout, context, shown.id, self.chart_hovered);
        chart_paint::portals(&painter, layout, context.chart);
        chart_paint::lanes(&painter, layout, context, self.chart_hovered);
        chart_paint::names(&painter, layout, context, shown.id, self.chart_hovered);
        for island in &context.chart.islands {
            // Names for those who do not see the picture, and for tests.
            let area = layout.screen_from_box(island.area).intersect(layout.rect);
            if area.is_positive() {
                let node = ui.interact(
                    area,
                    Id::unique(("chart island", island.id.0.to_string())),
                    Sense::hover(),
                );
                let label = text().map_on_chart(&island.name);
                node.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
            }
        }
        chart_paint::sketch(&painter, layout, &context.chart_tool.sketch(), colours);
        let hint = context
            .chart_tool
            .hint(&|command| command.entry().keys_or_text(ui.ctx()));
        if !hint.is_empty() {
            paint::badge(
                &painter,
                layout.rect.center_top() + vec2(0.0, 12.0),
                &hint,
                colours,
            );
        }
        paint::scale_bar(&painter, layout, colours);
    }
}
