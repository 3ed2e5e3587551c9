//! Outliner: every record of the island as a list grouped by kind, with a search box.
//!
//! Rows are virtual: only those in view are laid out, whatever the island holds.
//!
//! *Not* responsible for: records of other islands; the search of the whole project.

use std::collections::BTreeSet;

use egui::{Color32, Key, Role, ScrollArea, TextEdit, Ui, WidgetInfo};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_ACCOUNT_TREE, ICON_CHEVRON_RIGHT, ICON_CIRCLE, ICON_DIAMOND, ICON_EXPAND_MORE, ICON_LOCATION_ON,
    ICON_PENTAGON, ICON_ROUTE, ICON_SEARCH, ICON_SQUARE, ICON_TIMELINE,
};
use shared::geometry::GeometryForm;
use shared::island::{Record, RecordId};

use super::{Context, Emphasis, Request, Requests, empty_state, list_row};
use crate::document::selection::Selection;
use crate::theme;
use crate::viewport::model::{self, Symbol, kind_title};

/// The outliner.
#[derive(Default, Debug)]
pub struct OutlinerPanel {
    filter: String,
    closed: BTreeSet<String>,
    /// Where a range selection with Shift starts.
    anchor: Option<RecordId>,
    /// Rows by (document revision, island revision, filter): made again only when one changes.
    rows: Vec<Row>,
    made_for: Option<(u64, shared::ids::IslandId, String, usize)>,
    shown_selection: Option<RecordId>,
}

#[derive(Clone, Debug)]
enum Row {
    Group {
        title: String,
        count: usize,
        open: bool,
    },
    Record {
        id: RecordId,
        title: String,
        kind: String,
        icon: MaterialIcon,
        colour: Color32,
    },
}

impl OutlinerPanel {
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        let search = TextEdit::singleline(&mut self.filter)
            .hint_text("Search name, kind or id")
            .desired_width(f32::INFINITY);
        ui.add(search)
            .widget_info(|| WidgetInfo::labeled(Role::TextInput, true, "Search records"));
        self.make_rows(context);
        if self.rows.is_empty() {
            let (icon, title, hint) = if self.filter.is_empty() {
                (
                    ICON_ACCOUNT_TREE,
                    "Nothing here yet",
                    "Choose a kind in the Place panel and click on the map.",
                )
            } else {
                (
                    ICON_SEARCH,
                    "Nothing found",
                    "No name, kind or id on this island contains that text.",
                )
            };
            empty_state(ui, context.colours, icon, title, hint);
            return;
        }
        let row_height = theme::ROW_HEIGHT + 1.0;
        let mut area = ScrollArea::vertical().auto_shrink(false);
        if let Some(row) = self.row_to_show(context) {
            let target = row as f32 * row_height - ui.available_height() / 2.0;
            area = area.vertical_scroll_offset(target.max(0.0));
        }
        ui.spacing_mut().item_spacing.y = 1.0;
        let mut toggled = None;
        area.show_rows(ui, theme::ROW_HEIGHT, self.rows.len(), |ui, range| {
            for index in range {
                let Some(row) = self.rows.get(index).cloned() else {
                    break;
                };
                match row {
                    Row::Group { title, count, open } => {
                        let icon = if open {
                            ICON_EXPAND_MORE
                        } else {
                            ICON_CHEVRON_RIGHT
                        };
                        let faint = context.colours.faint_text;
                        let remark = count.to_string();
                        if list_row(
                            ui,
                            context.colours,
                            (icon, faint),
                            &title,
                            &remark,
                            Emphasis::Normal,
                        )
                        .clicked()
                        {
                            toggled = Some(title);
                        }
                    }
                    Row::Record {
                        id,
                        title,
                        kind,
                        icon,
                        colour,
                    } => {
                        self.record(context, requests, ui, id, (&title, &kind, icon, colour));
                    }
                }
            }
        });
        if let Some(title) = toggled {
            if !self.closed.remove(&title) {
                self.closed.insert(title);
            }
            self.made_for = None;
        }
    }

    fn record(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &mut Ui,
        id: RecordId,
        (title, kind, icon, colour): (&str, &str, MaterialIcon, Color32),
    ) {
        let selection = context.document.selection();
        let selected = selection.contains(id);
        let emphasis = if selected {
            Emphasis::Selected
        } else {
            Emphasis::Normal
        };
        let remark = if title == kind { "" } else { kind };
        let response = ui
            .horizontal(|ui| {
                ui.add_space(14.0);
                list_row(ui, context.colours, (icon, colour), title, remark, emphasis)
            })
            .inner;
        let modifiers = ui.input(|input| input.modifiers);
        if response.double_clicked() {
            if let Some(island) = context.document.island() {
                requests.push(Request::Focus {
                    island: island.id,
                    records: vec![id],
                });
            }
        } else if response.clicked() {
            // The list does not jump when it is clicked itself.
            self.shown_selection = Some(id);
            let selection = if modifiers.shift {
                self.range_to(id)
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
        if response.has_focus() {
            self.arrow_keys(requests, ui, id);
        }
    }

    fn arrow_keys(&mut self, requests: &mut Requests, ui: &Ui, from: RecordId) {
        let step = ui.input(|input| {
            i32::from(input.key_pressed(Key::ArrowDown)) - i32::from(input.key_pressed(Key::ArrowUp))
        });
        if step == 0 {
            return;
        }
        let ids: Vec<RecordId> = self.record_ids().collect();
        let Some(at) = ids.iter().position(|id| *id == from) else {
            return;
        };
        let next = if step > 0 { at + 1 } else { at.wrapping_sub(1) };
        if let Some(id) = ids.get(next) {
            self.anchor = Some(*id);
            requests.push(Request::Select(Selection::of([*id])));
        }
    }

    fn record_ids(&self) -> impl Iterator<Item = RecordId> {
        self.rows.iter().filter_map(|row| match row {
            Row::Record { id, .. } => Some(*id),
            Row::Group { .. } => None,
        })
    }

    fn range_to(&self, id: RecordId) -> Selection {
        let ids: Vec<RecordId> = self.record_ids().collect();
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
        self.rows
            .iter()
            .position(|row| matches!(row, Row::Record { id, .. } if *id == wanted))
    }

    fn make_rows(&mut self, context: &Context) {
        let Some(island) = context.document.island() else {
            self.rows.clear();
            self.made_for = None;
            return;
        };
        let key = (
            context.document.revision(),
            island.id,
            self.filter.clone(),
            self.closed.len(),
        );
        if self.made_for.as_ref() == Some(&key) {
            return;
        }
        let wanted = self.filter.to_lowercase();
        let schema = context.document.schema();
        let mut found: Vec<(u8, String, Row)> = island
            .record_ids()
            .filter_map(|id| island.record(id))
            .filter(|record| matches(record, &wanted))
            .map(|record| {
                let (order, group) = group(&record);
                (order, group, record_row(&record, schema))
            })
            .collect();
        found.sort_by(|a, b| (a.0, &a.1, row_title(&a.2)).cmp(&(b.0, &b.1, row_title(&b.2))));
        self.rows.clear();
        let mut rest = found.as_slice();
        while let Some((_, title, _)) = rest.first() {
            let count = rest.iter().take_while(|(_, other, _)| other == title).count();
            // A search shows what it found, whatever is folded.
            let open = !self.closed.contains(title) || !wanted.is_empty();
            self.rows.push(Row::Group {
                title: title.clone(),
                count,
                open,
            });
            let (group, others) = rest.split_at(count);
            if open {
                self.rows.extend(group.iter().map(|(_, _, row)| row.clone()));
            }
            rest = others;
        }
        self.made_for = Some(key);
    }
}

fn row_title(row: &Row) -> &str {
    match row {
        Row::Group { title, .. } | Row::Record { title, .. } => title,
    }
}

fn matches(record: &Record, wanted: &str) -> bool {
    wanted.is_empty()
        || record.name().to_lowercase().contains(wanted)
        || record
            .kind()
            .is_some_and(|kind| kind_title(kind).to_lowercase().contains(wanted))
        || record.id().id().to_string().contains(wanted)
}

/// The group a record stands in, and where that group comes.
fn group(record: &Record) -> (u8, String) {
    match record {
        Record::Marker(marker) => (0, format!("{} markers", kind_title(&marker.kind))),
        Record::Poi(_) => (1, "Points of interest".to_owned()),
        Record::Entity(_) => (2, "Entities".to_owned()),
        Record::Portal(_) => (3, "Portals".to_owned()),
        Record::Lane(_) => (4, "Sea lanes".to_owned()),
    }
}

fn record_row(record: &Record, schema: &shared::schema::Schema) -> Row {
    let item = model::item(record, schema);
    let icon = match (&item, record) {
        (_, Record::Lane(_)) | (None, _) => ICON_ROUTE,
        (Some(item), _) => match (item.symbol, item.form) {
            (Symbol::Circle, GeometryForm::Point) => ICON_CIRCLE,
            (Symbol::Circle, GeometryForm::Path) => ICON_TIMELINE,
            (Symbol::Circle, GeometryForm::Area) => ICON_PENTAGON,
            (Symbol::Pin, _) => ICON_LOCATION_ON,
            (Symbol::Square, _) => ICON_SQUARE,
            (Symbol::Diamond, _) => ICON_DIAMOND,
        },
    };
    Row::Record {
        id: record.id(),
        title: model::title(record),
        kind: record.kind().map(kind_title).unwrap_or_default(),
        icon,
        colour: item.map_or(theme::PORTAL, |item| item.colour),
    }
}
