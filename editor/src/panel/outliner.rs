//! Outliner: every record of the island as a list grouped by kind; with a query, every record of the
//! project that it finds.
//!
//! Rows are virtual: only those in view are laid out, and a row is no more than the id of its record.
//!
//! *Not* responsible for: the query language (`search::query`), making rows (`rows`).

mod rows;

use std::collections::BTreeSet;

use egui::{EventFilter, Key, Modifiers, RichText, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use egui_material_icons::icons::{
    ICON_ACCOUNT_TREE, ICON_CHEVRON_RIGHT, ICON_EXPAND_MORE, ICON_HELP, ICON_LANDSCAPE, ICON_SEARCH,
    ICON_SELECT_ALL,
};
use shared::ids::IslandId;
use shared::island::RecordId;

use super::{Context, Emphasis, Request, Requests, context_menu, empty_state, icon_button, list_row};
use crate::document::selection::Selection;
use crate::search::query::{self, Query, QueryError};
use crate::text::text;
use crate::theme;
use crate::viewport::model::kind_title;
use rows::{Row, Rows};

/// What is known is listed this far when a query is wrong.
const MAX_KNOWN: usize = 12;

/// The outliner.
#[derive(Default, Debug)]
pub struct OutlinerPanel {
    query: String,
    closed: BTreeSet<String>,
    /// Where a range selection with Shift starts.
    anchor: Option<RecordId>,
    rows: Rows,
    made_for: Option<MadeFor>,
    /// Why the query means nothing; the rows are then those of the last one that did.
    error: Option<QueryError>,
    shown_selection: Option<RecordId>,
    /// The list is another: it starts at its top.
    wants_top: bool,
    /// Puts the cursor into the search field at the next frame.
    wants_focus: bool,
    /// The row that gets the focus as soon as it is in view.
    wants_row: Option<(IslandId, RecordId)>,
}

/// What the rows were made for.
#[derive(PartialEq, Clone, Debug)]
struct MadeFor {
    revision: u64,
    island: Option<IslandId>,
    query: String,
    closed: BTreeSet<String>,
}

impl OutlinerPanel {
    /// Puts the cursor into the search field.
    pub fn focus_search(&mut self) {
        self.wants_focus = true;
    }

    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        self.search(context, requests, ui);
        self.make_rows(context);
        if self.rows.list.is_empty() {
            let (icon, title, hint) = if self.query.trim().is_empty() {
                (
                    ICON_ACCOUNT_TREE,
                    text().outliner_empty(),
                    text().outliner_empty_hint(),
                )
            } else {
                (
                    ICON_SEARCH,
                    text().outliner_nothing_found(),
                    text().outliner_nothing_found_hint(),
                )
            };
            empty_state(ui, context.colours, icon, &title, &hint);
            return;
        }
        let row_height = theme::ROW_HEIGHT + 1.0;
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if let Some(row) = self.row_to_show(context) {
            let target = row as f32 * row_height - ui.available_height() / 2.0;
            area = area.vertical_scroll_offset(target.max(0.0));
        }
        if std::mem::take(&mut self.wants_top) {
            area = area.vertical_scroll_offset(0.0);
        }
        ui.spacing_mut().item_spacing.y = 1.0;
        let mut toggled = None;
        area.show_rows(ui, theme::ROW_HEIGHT, self.rows.list.len(), |ui, range| {
            for index in range {
                let Some(row) = self.rows.list.get(index).cloned() else {
                    break;
                };
                match row {
                    Row::Island { island, count } => island_row(context, requests, ui, island, count),
                    Row::Group { title, count, open } => {
                        let icon = if open {
                            ICON_EXPAND_MORE
                        } else {
                            ICON_CHEVRON_RIGHT
                        };
                        let symbol = (icon, context.colours.faint_text);
                        let row = list_row(
                            ui,
                            context.colours,
                            symbol,
                            &title,
                            &count.to_string(),
                            Emphasis::Normal,
                        );
                        if row.clicked() {
                            toggled = Some(title);
                        }
                    }
                    Row::Record { island, id } => self.record(context, requests, ui, island, id),
                }
            }
        });
        if let Some(title) = toggled
            && !self.closed.remove(&title)
        {
            self.closed.insert(title);
        }
    }

    /// The search field, what is wrong with the query, and how much it found.
    fn search(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        ui.horizontal(|ui| {
            let search = TextEdit::singleline(&mut self.query)
                .hint_text(text().outliner_search_hint())
                .desired_width((ui.available_width() - 36.0).max(40.0));
            let field = ui.add(search);
            field.widget_info(|| WidgetInfo::labeled(Role::TextInput, true, text().outliner_search()));
            if std::mem::take(&mut self.wants_focus) {
                field.request_focus();
            }
            if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                self.select_found(context, requests);
            }
            ui.label(ICON_HELP.rich_text().size(15.0).color(context.colours.faint_text))
                .on_hover_ui(|ui| help(ui, context));
        });
        if let Some(error) = &self.error {
            let place = self.query.get(error.span.clone()).unwrap_or_default();
            ui.label(RichText::new(format!("{place}: {}", error.message)).color(context.colours.error));
            if !error.known.is_empty() {
                let mut known: Vec<&str> = error.known.iter().take(MAX_KNOWN).map(String::as_str).collect();
                if error.known.len() > MAX_KNOWN {
                    known.push("...");
                }
                let known = text().outliner_known(known.join("  "));
                ui.label(RichText::new(known).small().color(context.colours.faint_text));
            }
        } else if !self.query.trim().is_empty() {
            ui.horizontal(|ui| {
                let found = text().outliner_found(self.rows.found, self.rows.searched);
                ui.label(RichText::new(found).small().color(context.colours.faint_text));
                let (label, tooltip) = (
                    text().outliner_select_found(),
                    text().outliner_select_found_tooltip(),
                );
                if self.rows.found > 0 && icon_button(ui, ICON_SELECT_ALL, &label, &tooltip).clicked() {
                    self.select_found(context, requests);
                }
            });
        }
    }

    fn select_found(&mut self, context: &Context, requests: &mut Requests) {
        self.make_rows(context);
        let shown = context.document.island().map(|island| island.id);
        let found = self.rows.records().filter(|(island, _)| Some(*island) == shown);
        requests.push(Request::Select(Selection::of(found.map(|(_, id)| id))));
    }

    fn record(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &mut Ui,
        island: IslandId,
        id: RecordId,
    ) {
        let document = context.document;
        let stands_on = document.project().islands.get(&island);
        let Some(record) = stands_on.and_then(|island| island.record_ref(id)) else {
            // Gone since the rows were made, in a gesture that goes on.
            ui.allocate_space(egui::vec2(1.0, theme::ROW_HEIGHT));
            return;
        };
        let is_here = document.island().is_some_and(|shown| shown.id == island);
        let selection = document.selection();
        let emphasis = if is_here && selection.contains(id) {
            Emphasis::Selected
        } else {
            Emphasis::Normal
        };
        let (symbol, title) = (rows::symbol(record, document.schema()), rows::title(record));
        let kind = record.kind().map(kind_title).unwrap_or_default();
        let remark = if *title == kind { "" } else { kind.as_str() };
        // The focus belongs to the record, wherever the list is scrolled to.
        let response = ui
            .push_id((island, id), |ui| {
                ui.horizontal(|ui| {
                    ui.add_space(14.0);
                    list_row(ui, context.colours, symbol, &title, remark, emphasis)
                })
                .inner
            })
            .inner;
        if self.wants_row == Some((island, id)) {
            self.wants_row = None;
            response.request_focus();
        }
        let modifiers = ui.input(|input| input.modifiers);
        if response.double_clicked() || (response.clicked() && !is_here) {
            requests.push(Request::Focus {
                island,
                records: vec![id],
            });
        } else if response.clicked() {
            // The list does not jump when it is clicked itself.
            self.shown_selection = Some(id);
            let selection = if modifiers.shift {
                self.range_to(island, id)
            } else if modifiers.command {
                let mut selection = selection.clone();
                selection.toggle(id);
                selection
            } else {
                Selection::of([id])
            };
            if !modifiers.shift {
                self.anchor = Some(id);
            }
            requests.push(Request::Select(selection));
        }
        if response.secondary_clicked() && is_here && !selection.contains(id) {
            requests.push(Request::Select(Selection::of([id])));
        }
        if is_here {
            response.context_menu(|ui| context_menu::ui(context, requests, ui));
        }
        if response.has_focus() {
            // Up and down go from record to record, also to those that are not in view.
            let arrows = EventFilter {
                vertical_arrows: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
            self.arrow_keys(requests, ui, island, id);
        }
    }

    fn arrow_keys(&mut self, requests: &mut Requests, ui: &Ui, island: IslandId, from: RecordId) {
        // The row that gets the focus may be drawn in this very frame: it must not see the key again.
        let step = ui.input_mut(|input| {
            i32::from(input.consume_key(Modifiers::NONE, Key::ArrowDown))
                - i32::from(input.consume_key(Modifiers::NONE, Key::ArrowUp))
        });
        if step == 0 {
            return;
        }
        let records: Vec<_> = self.rows.records().collect();
        let Some(at) = records.iter().position(|record| *record == (island, from)) else {
            return;
        };
        let next = if step > 0 { at + 1 } else { at.wrapping_sub(1) };
        self.wants_row = records.get(next).copied();
        match records.get(next) {
            Some((on, id)) if *on == island => {
                self.anchor = Some(*id);
                requests.push(Request::Select(Selection::of([*id])));
            }
            Some((on, id)) => requests.push(Request::Focus {
                island: *on,
                records: vec![*id],
            }),
            None => {}
        }
    }

    fn range_to(&self, island: IslandId, id: RecordId) -> Selection {
        let here = self.rows.records().filter(|(on, _)| *on == island);
        let ids: Vec<RecordId> = here.map(|(_, id)| id).collect();
        let position = |wanted| ids.iter().position(|id| *id == wanted);
        let to = position(id).unwrap_or(0);
        let from = self.anchor.and_then(position).unwrap_or(to);
        let (first, last) = (from.min(to), from.max(to));
        Selection::of(ids.get(first..=last).unwrap_or_default().iter().copied())
    }

    /// The row to scroll to: that of a record that was selected elsewhere.
    fn row_to_show(&mut self, context: &Context) -> Option<usize> {
        let primary = context.document.selection().primary();
        if primary == self.shown_selection {
            return None;
        }
        self.shown_selection = primary;
        let wanted = primary?;
        let rows = self.rows.list.iter();
        rows.into_iter()
            .position(|row| matches!(row, Row::Record { id, .. } if *id == wanted))
    }

    fn make_rows(&mut self, context: &Context) {
        let document = context.document;
        let mut wanted = MadeFor {
            revision: document.revision(),
            island: document.island().map(|island| island.id),
            query: self.query.clone(),
            closed: self.closed.clone(),
        };
        if let Some(made) = &self.made_for {
            // What a drag moves stays in its row: the list is made anew when the gesture is over.
            if document.history().is_gesture_open() {
                wanted.revision = made.revision;
            }
            if *made == wanted {
                return;
            }
        }
        match Query::parse(&self.query, document.schema()) {
            Ok(query) => {
                self.error = None;
                self.wants_top = self
                    .made_for
                    .as_ref()
                    .is_some_and(|made| made.query != wanted.query);
                self.rows = Rows::new(document, &query, &self.closed);
            }
            Err(error) => self.error = Some(error),
        }
        self.made_for = Some(wanted);
    }
}

fn island_row(context: &Context, requests: &mut Requests, ui: &mut Ui, island: IslandId, count: usize) {
    let islands = &context.document.project().islands;
    let name = islands
        .get(&island)
        .map(|island| island.name.as_str())
        .unwrap_or_default();
    let symbol = (ICON_LANDSCAPE, context.colours.faint_text);
    let row = list_row(
        ui,
        context.colours,
        symbol,
        name,
        &count.to_string(),
        Emphasis::Normal,
    );
    if row.on_hover_text(text().outliner_show_island()).clicked() {
        requests.push(Request::ShowIsland(island));
    }
}

fn help(ui: &mut Ui, context: &Context) {
    ui.set_max_width(380.0);
    ui.label(text().query_help());
    egui::Grid::new("query help")
        .num_columns(2)
        .spacing([14.0, 2.0])
        .show(ui, |ui| {
            for (key, meaning) in query::help() {
                ui.label(RichText::new(key).monospace().color(context.colours.accent));
                ui.label(RichText::new(meaning).color(context.colours.faint_text));
                ui.end_row();
            }
        });
}
