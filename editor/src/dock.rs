//! Docking: which panel stands where, and how tabs look.
//!
//! *Not* responsible for: what panels show.

use egui::{Color32, Frame, Id, Margin, Stroke, Ui, Visuals, WidgetText};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, SimplificationOptions, TabState, TileId, Tiles, Tree, UiResponse,
};
use serde::{Deserialize, Serialize};
use shared::issue::Severity;

use crate::panel::history::HistoryPanel;
use crate::panel::inspector::InspectorPanel;
use crate::panel::issues::IssuesPanel;
use crate::panel::kinds::KindsPanel;
use crate::panel::layers::LayersPanel;
use crate::panel::map::MapPanel;
use crate::panel::outliner::OutlinerPanel;
use crate::panel::view3d::View3dPanel;
use crate::panel::{Context, Requests};
use crate::text::text;
use crate::theme;

/// Below this width the 3D view shares its place with the map instead of standing beside it, in points.
const NARROW: f32 = 1250.0;

/// The inspector beside the lists on the other side: it holds names and values.
const INSPECTOR_SHARE: f32 = 1.25;

/// Largest share of the window that one side takes on its own.
const MAX_SIDE: f32 = 0.28;

/// A panel's place in the dock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Pane {
    /// The island from above.
    Map,
    /// The island in 3D.
    View3d,
    /// Records of the island.
    Outliner,
    /// Layers, groups and what is hidden, locked or left out.
    Layers,
    /// What can be placed.
    Kinds,
    /// The selected records.
    Inspector,
    /// What is wrong.
    Issues,
    /// What was done.
    History,
}

impl Pane {
    /// Its title.
    pub fn title(self) -> String {
        match self {
            Self::Map => text().pane_map(),
            Self::View3d => text().pane_view_3d(),
            Self::Outliner => text().pane_outliner(),
            Self::Layers => text().pane_layers(),
            Self::Kinds => text().pane_place(),
            Self::Inspector => text().pane_inspector(),
            Self::Issues => text().pane_issues(),
            Self::History => text().pane_history(),
        }
    }

    fn icon(self) -> MaterialIcon {
        match self {
            Self::Map => icon::ICON_MAP,
            Self::View3d => icon::ICON_VIEW_IN_AR,
            Self::Outliner => icon::ICON_ACCOUNT_TREE,
            Self::Layers => icon::ICON_LAYERS,
            Self::Kinds => icon::ICON_PIN_DROP,
            Self::Inspector => icon::ICON_TUNE,
            Self::Issues => icon::ICON_WARNING,
            Self::History => icon::ICON_HISTORY,
        }
    }

    /// Pictures fill their panel; lists and fields keep a margin.
    fn is_picture(self) -> bool {
        matches!(self, Self::Map | Self::View3d)
    }
}

/// The state of all panels.
pub struct Panels {
    /// See the type.
    pub map: MapPanel,
    /// See the type.
    pub view3d: View3dPanel,
    /// See the type.
    pub outliner: OutlinerPanel,
    /// See the type.
    pub layers: LayersPanel,
    /// See the type.
    pub kinds: KindsPanel,
    /// See the type.
    pub inspector: InspectorPanel,
    /// See the type.
    pub issues: IssuesPanel,
    /// See the type.
    pub history: HistoryPanel,
}

/// The layout that a new window of this width gets.
pub fn default_layout(width: f32) -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let [map, view3d, outliner, layers, kinds, inspector, issues, history] = [
        Pane::Map,
        Pane::View3d,
        Pane::Outliner,
        Pane::Layers,
        Pane::Kinds,
        Pane::Inspector,
        Pane::Issues,
        Pane::History,
    ]
    .map(|pane| tiles.insert_pane(pane));
    let pictures = if width < NARROW {
        tiles.insert_tab_tile(vec![map, view3d])
    } else {
        let sides = [map, view3d].map(|pane| tiles.insert_tab_tile(vec![pane]));
        let mut split = Linear::new(LinearDir::Horizontal, sides.to_vec());
        split.shares.set_share(sides[0], 1.25);
        tiles.insert_new(egui_tiles::Tile::Container(Container::Linear(split)))
    };
    let lists = tiles.insert_tab_tile(vec![issues, history]);
    let middle = stacked(&mut tiles, [pictures, lists], [3.6, 1.0]);
    let outliner = tiles.insert_tab_tile(vec![outliner, layers]);
    let kinds = tiles.insert_tab_tile(vec![kinds]);
    let left = stacked(&mut tiles, [outliner, kinds], [1.0, 1.0]);
    let right = tiles.insert_tab_tile(vec![inspector]);
    let mut root = Linear::new(LinearDir::Horizontal, vec![left, middle, right]);
    // Side panels keep a readable width on small windows.
    let side = (270.0 / width.max(700.0)).clamp(0.15, 0.27);
    root.shares.set_share(left, side);
    root.shares.set_share(right, side * INSPECTOR_SHARE);
    root.shares
        .set_share(middle, 1.0 - side * (1.0 + INSPECTOR_SHARE));
    let root = tiles.insert_new(egui_tiles::Tile::Container(Container::Linear(root)));
    Tree::new(Id::unique("dock"), root, tiles)
}

/// Keeps the side panels as wide as they were when the window's width changes: lists and fields need their
/// room, pictures fit into any. On narrow windows the sides give way, too.
pub fn keep_side_widths(tree: &mut Tree<Pane>, old_width: f32, new_width: f32) {
    let Some(egui_tiles::Tile::Container(Container::Linear(row))) =
        tree.root().and_then(|root| tree.tiles.get_mut(root))
    else {
        return;
    };
    let [left, middle, right] = row.children[..] else {
        return;
    };
    let total: f32 = [left, middle, right].iter().map(|child| row.shares[*child]).sum();
    if row.dir != LinearDir::Horizontal || total <= 0.0 || old_width <= 0.0 {
        return;
    }
    let mut rest = new_width;
    for side in [left, right] {
        let width = (row.shares[side] / total * old_width).min(new_width * MAX_SIDE);
        row.shares.set_share(side, width);
        rest -= width;
    }
    row.shares.set_share(middle, rest);
}

fn stacked(tiles: &mut Tiles<Pane>, children: [TileId; 2], shares: [f32; 2]) -> TileId {
    let mut split = Linear::new(LinearDir::Vertical, children.to_vec());
    for (child, share) in children.into_iter().zip(shares) {
        split.shares.set_share(child, share);
    }
    tiles.insert_new(egui_tiles::Tile::Container(Container::Linear(split)))
}

/// Draws panels into the dock.
pub struct Dock<'a> {
    /// What panels look at.
    pub context: Context<'a>,
    /// Their state.
    pub panels: &'a mut Panels,
    /// What they ask for.
    pub requests: &'a mut Requests,
}

impl Behavior<Pane> for Dock<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        let (panels, context, requests) = (&mut *self.panels, &self.context, &mut *self.requests);
        // The two pictures know of each other's place and pointer.
        let island = context.document.island().map(|island| island.id);
        panels.map.gaze = island.and_then(|island| panels.view3d.camera(island));
        panels.view3d.pointer = panels.map.pointer();
        let margin = if pane.is_picture() { 0 } else { theme::PANEL_MARGIN };
        Frame::new()
            .fill(ui.visuals().panel_fill)
            .inner_margin(Margin::same(margin))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                match pane {
                    Pane::Map => panels.map.ui(context, requests, ui),
                    Pane::View3d => panels.view3d.ui(context, requests, ui),
                    Pane::Outliner => panels.outliner.ui(context, requests, ui),
                    Pane::Layers => panels.layers.ui(context, requests, ui),
                    Pane::Kinds => panels.kinds.ui(context, requests, ui),
                    Pane::Inspector => panels.inspector.ui(context, requests, ui),
                    Pane::Issues => panels.issues.ui(context, requests, ui),
                    Pane::History => panels.history.ui(context, requests, ui),
                }
            });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        let issues = self.context.issues.iter();
        let severe = issues.filter(|issue| issue.severity() > Severity::Info).count();
        let count = if *pane == Pane::Issues && severe > 0 {
            format!(" ({severe})")
        } else {
            String::new()
        };
        format!("{} {}{count}", pane.icon().codepoint, pane.title()).into()
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        28.0
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        3.0
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        visuals.extreme_bg_color
    }

    fn tab_bg_color(
        &self,
        visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        if state.active {
            visuals.panel_fill
        } else {
            Color32::TRANSPARENT
        }
    }

    fn tab_outline_stroke(&self, _: &Visuals, _: &Tiles<Pane>, _: TileId, _: &TabState) -> Stroke {
        Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, _visuals: &Visuals) -> Stroke {
        Stroke::NONE
    }

    fn tab_text_color(
        &self,
        visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        if state.active {
            visuals.text_color()
        } else {
            self.context.colours.faint_text
        }
    }
}
