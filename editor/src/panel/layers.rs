//! Layers: markers by layer, the other records by sort, and groups; each can be shown, locked, left out of
//! the preview or selected as a whole.
//!
//! *Not* responsible for: marks of single records (commands), where marks are kept (`session`).

use std::collections::BTreeMap;

use egui::{RichText, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_BLOCK, ICON_CLOSE, ICON_GROUP_WORK, ICON_LAYERS, ICON_LOCK, ICON_LOCK_OPEN, ICON_TERRAIN,
    ICON_VISIBILITY, ICON_VISIBILITY_OFF,
};
use shared::island::RecordId;

use super::{
    Context, Emphasis, MarksRequest, Request, Requests, empty_state, icon_button, icon_switch, list_row_in,
};
use crate::command::Command;
use crate::document::marks::{Layer, Mark};
use crate::document::selection::Selection;
use crate::text::text;

/// Width of the three switches of a row, in points.
const SWITCHES: f32 = 86.0;

/// The layers panel.
#[derive(Default, Debug)]
pub struct LayersPanel {
    /// The group that is being renamed, and its new name.
    renaming: Option<(String, String)>,
}

impl LayersPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let Some(island) = context.document.island() else {
            empty_state(
                ui,
                context.colours,
                ICON_LAYERS,
                &text().no_island(),
                &text().no_island_hint(),
            );
            return;
        };
        let mut layers: BTreeMap<Layer, Vec<RecordId>> = BTreeMap::new();
        for id in island.record_ids() {
            layers.entry(Layer::of(island, id)).or_default().push(id);
        }
        notices(context, requests, ui);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (layer, records) in &layers {
                layer_row(context, requests, ui, *layer, records);
            }
            ui.add_space(8.0);
            ui.label(
                RichText::new(text().layers_groups())
                    .small()
                    .color(context.colours.faint_text),
            );
            if context.marks.groups().is_empty() {
                ui.label(
                    RichText::new(text().layers_groups_hint(Command::Group.entry().keys_or_text(ui.ctx())))
                        .small()
                        .color(context.colours.faint_text),
                );
            }
            for (name, records) in context.marks.groups() {
                let here = records.iter().filter(|id| island.contains(**id)).count();
                self.group_row(context, requests, ui, name, here, records.iter().copied());
            }
            ui.add_space(8.0);
            ui.label(
                RichText::new(text().layers_yours_alone())
                    .small()
                    .color(context.colours.faint_text),
            );
        });
    }

    fn group_row(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &mut Ui,
        name: &str,
        here: usize,
        records: impl Iterator<Item = RecordId>,
    ) {
        if let Some((renamed, new_name)) = &mut self.renaming
            && renamed == name
        {
            let edit = ui.add(TextEdit::singleline(new_name).desired_width(f32::INFINITY));
            edit.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, text().layers_group_name()));
            edit.request_focus();
            if edit.lost_focus() || ui.input(|input| input.key_pressed(egui::Key::Enter)) {
                requests.push(Request::Marks(MarksRequest::RenameGroup {
                    from: name.to_owned(),
                    to: new_name.clone(),
                }));
                self.renaming = None;
            }
            return;
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let width = ui.available_width() - 32.0;
            let symbol = (ICON_GROUP_WORK, context.colours.accent);
            let remark = here.to_string();
            let row = list_row_in(
                ui,
                width,
                context.colours,
                symbol,
                name,
                &remark,
                Emphasis::Normal,
            )
            .on_hover_text(text().layers_groups_row());
            if row.double_clicked() {
                self.renaming = Some((name.to_owned(), name.to_owned()));
            } else if row.clicked() {
                requests.push(Request::Select(Selection::of(records)));
            }
            let label = text().layers_dissolve(name);
            if icon_button(ui, ICON_CLOSE, &label, &text().layers_dissolve_tooltip()).clicked() {
                requests.push(Request::Marks(MarksRequest::Ungroup(name.to_owned())));
            }
        });
    }
}

/// What is not as in the files, with the way back.
fn notices(context: &Context, requests: &mut Requests, ui: &mut Ui) {
    let marks = context.marks;
    let mut notice = |ui: &mut Ui, notice: String, button: String, request: Request| {
        ui.horizontal_wrapped(|ui| {
            ui.label(RichText::new(notice).small().color(context.colours.warning));
            if ui.small_button(button).clicked() {
                requests.push(request);
            }
        });
    };
    if marks.is_isolating() {
        let end = Request::Run(Command::Isolate);
        notice(ui, text().layers_isolated(), text().layers_isolated_end(), end);
    } else if marks.any(Mark::Hidden) {
        let all = Request::Run(Command::ShowAll);
        notice(ui, text().layers_hidden(), text().layers_hidden_show(), all);
    }
    if marks.any(Mark::Omitted) {
        let all = Request::Marks(MarksRequest::Clear(Mark::Omitted));
        notice(ui, text().layers_omitted(), text().layers_omitted_take_in(), all);
    }
}

fn layer_row(context: &Context, requests: &mut Requests, ui: &mut Ui, layer: Layer, records: &[RecordId]) {
    let title = layer.title();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let selection = context.document.selection();
        let all_selected = !records.is_empty() && records.iter().all(|id| selection.contains(*id));
        let emphasis = match (all_selected, context.marks.layer_has(Mark::Hidden, layer)) {
            (true, _) => Emphasis::Selected,
            (false, true) => Emphasis::Faint,
            (false, false) => Emphasis::Normal,
        };
        let width = (ui.available_width() - SWITCHES).max(60.0);
        let symbol = (ICON_LAYERS, context.colours.faint_text);
        let remark = records.len().to_string();
        let row = list_row_in(ui, width, context.colours, symbol, &title, &remark, emphasis);
        if row.on_hover_text(text().layers_select()).clicked() {
            requests.push(Request::Select(Selection::of(records.iter().copied())));
        }
        for mark in Mark::ALL {
            switch(context, requests, ui, mark, layer, &title);
        }
    });
}

fn switch(context: &Context, requests: &mut Requests, ui: &mut Ui, mark: Mark, layer: Layer, title: &str) {
    let on = context.marks.layer_has(mark, layer);
    if mark == Mark::Omitted && !matches!(layer, Layer::Markers(_)) {
        // Only markers shape terrain.
        ui.allocate_exact_size(vec2(26.0, 24.0), Sense::hover());
        return;
    }
    let label = match mark {
        Mark::Hidden => text().layers_hide(title),
        Mark::Locked => text().layers_lock(title),
        Mark::Omitted => text().layers_omit(title),
    };
    let (icon, tooltip): (MaterialIcon, String) = match (mark, on) {
        (Mark::Hidden, false) => (ICON_VISIBILITY, text().layers_hide_tooltip()),
        (Mark::Hidden, true) => (ICON_VISIBILITY_OFF, text().layers_hide_undo()),
        (Mark::Locked, false) => (ICON_LOCK_OPEN, text().layers_lock_tooltip()),
        (Mark::Locked, true) => (ICON_LOCK, text().layers_lock_undo()),
        (Mark::Omitted, false) => (ICON_TERRAIN, text().layers_omit_tooltip()),
        (Mark::Omitted, true) => (ICON_BLOCK, text().layers_omit_undo()),
    };
    if icon_switch(ui, icon, &label, &tooltip, on).clicked() {
        requests.push(Request::Marks(MarksRequest::ToggleLayer(mark, layer)));
    }
}
