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
use crate::text::text;
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
            .selected_text(text().metres(view.raster_m.to_string()))
            .width(64.0)
            .show_ui(ui, |ui| {
                for raster_m in RASTERS_M {
                    if ui
                        .selectable_label(view.raster_m == raster_m, text().metres(raster_m.to_string()))
                        .clicked()
                    {
                        requests.push(Request::Raster(raster_m));
                    }
                }
            });
        let raster = raster.response.accessible_name(text().tools_raster());
        let keys = |command: Command| command.entry().keys_or_text(ui.ctx());
        let tooltip = text().tools_raster_tooltip(keys(Command::FinerRaster), keys(Command::CoarserRaster));
        drop(raster.on_hover_text(tooltip));
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
        let shading = shading.response.accessible_name(text().tools_shading());
        drop(shading.on_hover_text(text().tools_shading_tooltip()));
        Self::tool_switch(ui, requests, Command::ToggleContours, view.style.contours);
    }
}
