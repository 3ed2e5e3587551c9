//! The part of the toolbar that says how things are seen and selected: lasso, chart, raster, map colours.
//!
//! *Not* responsible for: what its switches do (`spatial`).

use egui::{ComboBox, Ui};

use super::App;
use super::spatial::is_lasso;
use crate::command::Command;
use crate::panel::map::MapMode;
use crate::panel::{Request, Requests};
use crate::preview::shading::Shading;
use crate::workspace::RASTERS_M;

impl App {
    /// Toolbar: lasso and chart.
    pub(super) fn lasso_and_chart(&self, ui: &mut Ui, requests: &mut Requests) {
        let Some(workspace) = &self.workspace else { return };
        Self::tool_switch(ui, requests, Command::ToggleLasso, is_lasso(&workspace.tool));
        let on_chart = self.panels.map.mode() == MapMode::Chart;
        Self::tool_switch(ui, requests, Command::ToggleChart, on_chart);
        if on_chart {
            let drawing = workspace.chart_tool.is_drawing();
            Self::tool_switch(ui, requests, Command::DrawLane, drawing);
        }
    }

    /// Toolbar: the raster and what the map's colours tell.
    pub(super) fn raster_and_shading(&self, ui: &mut Ui, requests: &mut Requests) {
        let Some(workspace) = &self.workspace else { return };
        let view = workspace.view;
        let raster = ComboBox::from_id_salt("raster")
            .selected_text(format!("{} m", view.raster_m))
            .width(64.0)
            .show_ui(ui, |ui| {
                for raster_m in RASTERS_M {
                    if ui
                        .selectable_label(view.raster_m == raster_m, format!("{raster_m} m"))
                        .clicked()
                    {
                        requests.push(Request::Raster(raster_m));
                    }
                }
            });
        drop(raster.response.accessible_name("Raster").on_hover_text(
            "Raster that places snap to; [ halves it, ] doubles it. Ctrl or Alt leaves it while dragging.",
        ));
        let shading = ComboBox::from_id_salt("shading")
            .selected_text(view.style.shading.title())
            .width(124.0)
            .show_ui(ui, |ui| {
                for shading in Shading::ALL {
                    let chosen = view.style.shading == shading;
                    let keys = Command::Shade(shading).entry().tooltip_text(ui.ctx());
                    if ui
                        .selectable_label(chosen, shading.title())
                        .on_hover_text(keys)
                        .clicked()
                    {
                        requests.push(Request::Run(Command::Shade(shading)));
                    }
                }
            });
        drop(
            shading
                .response
                .accessible_name("Map colours")
                .on_hover_text("What the colours of the map tell"),
        );
        Self::tool_switch(ui, requests, Command::ToggleContours, view.style.contours);
    }
}
