//! The map of one island: neighbours as ghosts, the picture, records, handles, corner pieces.
//!
//! *Not* responsible for: the chart (`chart_view`).

use egui::{Id, Key, PointerButton, Role, Sense, Ui, WidgetInfo, vec2};
use shared::geometry::Box2;
use shared::ids::IslandId;
use shared::island::{Island, Record};

use super::{
    CHART_SHARE, MapPanel, camera_for, chart_paint, corner, navigate, pointer, set_cursor, share_of_view,
};
use crate::command::Command;
use crate::document::selection::Selection;
use crate::panel::{Context, Request, Requests, context_menu};
use crate::text::text;
use crate::theme::PICK_DISTANCE;
use crate::tool::handle::{self, Handle};
use crate::tool::{Action, Tool};
use crate::viewport::layout::{Ground, MapLayout};
use crate::viewport::model::{self, Item};
use crate::viewport::paint::{self, Standing};

/// An island of which this share is in view needs no minimap.
const MOST: f32 = 0.75;

/// Size of the dot of a record among many, in points.
const DOT_SIZE: f32 = 5.0;
/// Most records in view that are all drawn with outline and symbol; of more, most are dots.
const MAX_OUTLINED: usize = 400;
/// Most selected records whose outlines are drawn.
const MAX_SELECTED_OUTLINED: usize = 400;

impl MapPanel {
    pub(super) fn island_ui(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &mut Ui,
        island: &Island,
    ) {
        let rect = ui.available_rect_before_wrap();
        let response = ui.interact(rect, Id::unique("island map"), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, text().map_island()));
        let footprint = island.bounds.footprint();
        let known = self.cameras.get(&island.id).copied();
        // What was framed and not moved since is framed again, whatever the view's size has become.
        let moved = known.filter(|camera| self.framed.get(&island.id) != Some(camera));
        let wanted = self.wanted.take();
        let frames = wanted.is_none() && moved.is_none();
        let mut layout = MapLayout {
            camera: camera_for(wanted, moved, footprint, rect.size()),
            rect,
        };
        if frames {
            self.framed.insert(island.id, layout.camera);
        }
        let factor;
        (layout.camera, factor) = navigate(ui, &response, &layout);
        let minimap = corner::Minimap::new(context, footprint, &layout);
        if let Some(minimap) = &minimap
            && let Some(center) = minimap.drag(ui)
        {
            layout.camera.center = center;
        }
        self.cameras.insert(island.id, layout.camera);
        if factor < 1.0 && share_of_view(footprint, &layout) < CHART_SHARE {
            self.leave_for_chart(island, layout.camera);
        }
        let reach_m = layout.metres(PICK_DISTANCE);
        let at = response.interact_pointer_pos().or_else(|| response.hover_pos());
        self.pointer = at.map(|at| layout.ground_from_screen(at));
        self.last_pointer = self
            .pointer
            .map(|at| pointer(context, ui, &layout, Action::Hover, at));
        self.hovered = self
            .pointer
            .and_then(|at| model::pick(context.items, at, reach_m))
            .map(|item| item.id);
        Self::keys(context, requests, ui, &response);
        let follows = context.tool.follows_pointer();
        self.press_and_drag(ui, &response, &layout, follows, |action, at| {
            requests.push(Request::Pointer(pointer(context, ui, &layout, action, at)));
            if action == Action::DoubleClick {
                select_group(context, requests, at, reach_m);
            }
        });
        if !context.tool.takes_keys() {
            if response.secondary_clicked()
                && let Some(hovered) = self.hovered
                && !context.document.selection().contains(hovered)
            {
                requests.push(Request::Select(Selection::of([hovered])));
            }
            response.context_menu(|ui| context_menu::ui(context, requests, ui));
        }
        set_cursor(ui, self.hovered.is_some(), matches!(context.tool, Tool::Place(_)));
        self.draw(context, ui, &layout, island);
        if let Some(minimap) = minimap {
            minimap.draw(context, ui, island.id);
        }
    }

    fn keys(context: &Context, requests: &mut Requests, ui: &Ui, response: &egui::Response) {
        let here = response.has_focus() || response.hovered();
        if here && ui.input(|input| input.key_pressed(Key::Enter)) {
            requests.push(Request::Enter);
        }
        // As in Blender, the other button takes a transform back.
        if context.tool.takes_keys() && response.clicked_by(PointerButton::Secondary) {
            requests.push(Request::Run(Command::Escape));
        }
    }

    fn draw(&mut self, context: &Context, ui: &Ui, layout: &MapLayout, island: &Island) {
        let colours = context.colours;
        let painter = ui.painter_at(layout.rect);
        painter.rect_filled(layout.rect, 0.0, colours.map_background);
        chart_paint::ghosts(&painter, layout, context, island);
        if let Some(picture) = context.preview.picture(island.id) {
            let stale = !context.preview.picture_is_current(island.id);
            let texture = picture.texture.id();
            paint::picture(&painter, layout, picture.area, texture, stale, colours);
        }
        if context.view.grid {
            paint::grid(&painter, layout, context.view.raster_m, colours);
        }
        paint::frame(&painter, layout, island.bounds.footprint(), colours);
        if let Some(gaze) = self.gaze {
            paint::handles::gaze(&painter, layout, &gaze, colours);
        }
        let view = layout.visible();
        let shown: Vec<(&Item, Standing)> = context
            .items
            .iter()
            .filter(|item| item.extent().touches(view))
            .map(|item| (item, self.standing(context, item, island.id)))
            .collect();
        // Among thousands, outlines would only cover each other; zooming in brings them back.
        let crowded = shown.len() > MAX_OUTLINED;
        let selected = context.document.selection().len();
        for (item, standing) in &shown {
            let picked = standing.selected && (!crowded || selected <= MAX_SELECTED_OUTLINED);
            if (context.view.shapes && !crowded) || picked || standing.hovered {
                paint::shape(&painter, layout, item, *standing, colours);
            }
        }
        let records = selected_records(context, island);
        paint::handles::rings(&painter, layout, &records, context.document.schema(), colours);
        let is_dot = |standing: &Standing| {
            let is_plain = !standing.hovered && standing.flagged.is_none();
            crowded && is_plain && (!standing.selected || selected > MAX_SELECTED_OUTLINED)
        };
        let dots = shown.iter().filter(|(_, standing)| is_dot(standing));
        let dots = dots.map(|(item, standing)| {
            let colour = if standing.selected {
                colours.selected
            } else {
                item.colour
            };
            (layout.screen_from_ground(item.anchor), colour)
        });
        paint::dots(&painter, DOT_SIZE, dots);
        for (item, standing) in shown.iter().filter(|(_, standing)| !is_dot(standing)) {
            paint::symbol(&painter, layout, item, *standing, colours);
        }
        if context.view.names && paint::names(&painter, layout, &shown, &mut self.named, colours) {
            ui.request_repaint();
        }
        let keys = |command: Command| command.entry().keys_or_text(ui.ctx());
        let overlay = context.tool.overlay(context.document.selection(), &keys);
        if matches!(context.tool, Tool::Select(_)) && !context.tool.takes_keys() {
            let handles: Vec<Handle> =
                handle::handles(&records, context.document.schema(), layout.metres(1.0));
            let pivot = handle::pivot(&records);
            let active = overlay.corner.map(|(_, index)| index);
            paint::handles::handles(&painter, layout, pivot, &handles, active, colours);
        }
        paint::overlay(&painter, layout, &overlay, colours);
        paint::scale_bar(&painter, layout, colours);
        corner::legend(context, ui, layout.rect, island.id);
        if let Some(progress) = context.preview.progress_text(island.id) {
            let at = layout.rect.center_bottom() - vec2(0.0, 36.0);
            paint::badge(&painter, at, &progress, colours);
        }
    }

    fn standing(&self, context: &Context, item: &Item, island: IslandId) -> Standing {
        let worst = context.flags.get(&(island, item.id));
        Standing {
            selected: context.document.selection().contains(item.id),
            hovered: self.hovered == Some(item.id),
            flagged: worst.map(|severity| context.colours.severity(*severity)),
        }
    }
}

/// The selected records that can be gripped, while they are few enough to draw handles for.
fn selected_records(context: &Context, island: &Island) -> Vec<Record> {
    let selection = context.document.selection();
    if selection.len() > handle::MAX_GRIPPED {
        return Vec::new();
    }
    selection
        .iter()
        .filter(|id| context.marks.is_reachable(island, *id))
        .filter_map(|id| island.record(id))
        .collect()
}

/// A double click on a record of a group selects the whole group.
fn select_group(context: &Context, requests: &mut Requests, at: Ground, reach_m: f32) {
    let Some(hit) = model::pick(context.items, at, reach_m) else {
        return;
    };
    let groups = context.marks.groups();
    let members = context
        .marks
        .groups_of(hit.id)
        .filter_map(|name| groups.get(name))
        .flatten();
    let selection = crate::document::selection::Selection::of(members.copied());
    if !selection.is_empty() {
        requests.push(Request::Select(selection));
    }
}

/// Whether most of a box is in view.
pub(super) fn is_in_view(area: Box2, layout: &MapLayout) -> bool {
    let whole = layout.screen_from_box(area);
    let seen = whole.intersect(layout.rect);
    seen.is_positive() && seen.area() > whole.area() * MOST
}
