//! Cheat sheet: all keys and mouse gestures, in as many columns as the window has room for.
//!
//! *Not* responsible for: which keys there are (`keys`), changing them (`preferences`).

use egui::{Align2, Grid, Id, Label, RichText, ScrollArea, Ui, Window, vec2};

use crate::command::{Menu, TABLE};
use crate::text::text;
use crate::theme::Palette;

/// Width of a column with its gap, in points.
const COLUMN: f32 = 296.0;
/// Width of what the keys or gestures do, in points.
const NAME: f32 = 158.0;
/// Height of a row with its gap, in points.
const ROW: f32 = 20.0;
/// Room around the window, in points.
const MARGIN: egui::Vec2 = vec2(80.0, 150.0);

/// Rows under one heading.
struct Group {
    title: String,
    rows: Vec<(String, String)>,
}

impl Group {
    /// Rows with the heading and the gap below.
    fn height(&self) -> usize {
        self.rows.len() + 2
    }
}

/// Draws the window; false when it was closed.
pub fn ui(ctx: &egui::Context, colours: &Palette) -> bool {
    let mut open = true;
    let room = ctx.content_rect().size() - MARGIN;
    let groups = groups(ctx);
    let total: usize = groups.iter().map(Group::height).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 1..=4 before the cast"
    )]
    let column_count = (room.x / COLUMN).floor().clamp(1.0, 4.0) as usize;
    Window::new(text().cheat_sheet())
        .id(Id::unique("cheat sheet"))
        .open(&mut open)
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .collapsible(false)
        .resizable(false)
        .default_height(room.y)
        .show(ctx, |ui| {
            ui.set_width(column_count as f32 * COLUMN);
            ScrollArea::vertical().max_height(room.y).show(ui, |ui| {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing.x = 0.0;
                    for column in columns(&groups, total, column_count) {
                        ui.vertical(|ui| {
                            ui.set_width(COLUMN);
                            for group in column {
                                group_ui(ui, group, colours);
                            }
                        });
                    }
                });
            });
        });
    open
}

/// The groups in order, in columns of about the same height.
fn columns(groups: &[Group], total: usize, count: usize) -> Vec<Vec<&Group>> {
    let mut columns = vec![Vec::new()];
    let mut above = 0;
    for group in groups {
        let middle = above + group.height() / 2;
        let wanted = (middle * count / total.max(1)).min(count - 1);
        if wanted >= columns.len() {
            columns.push(Vec::new());
        }
        if let Some(column) = columns.last_mut() {
            column.push(group);
        }
        above += group.height();
    }
    columns
}

fn group_ui(ui: &mut Ui, group: &Group, colours: &Palette) {
    ui.label(RichText::new(&group.title).strong().color(colours.accent));
    Grid::new(("cheat sheet", &group.title))
        .num_columns(2)
        .min_col_width(NAME)
        .max_col_width(COLUMN - 24.0)
        .min_row_height(ROW - 2.0)
        .spacing([8.0, 2.0])
        .show(ui, |ui| {
            for (name, keys) in &group.rows {
                ui.label(name);
                let keys = RichText::new(keys).color(colours.faint_text);
                ui.scope(|ui| {
                    ui.set_max_width(COLUMN - NAME - 24.0);
                    ui.add(Label::new(keys).wrap());
                });
                ui.end_row();
            }
        });
    ui.add_space(ROW / 2.0);
}

fn groups(ctx: &egui::Context) -> Vec<Group> {
    let of_menu = |menu: Menu| {
        let entries = TABLE.iter().filter(move |entry| entry.menu == menu);
        Group {
            title: menu.title(),
            rows: entries
                .filter_map(|entry| Some((entry.text(), entry.keys_text(ctx)?)))
                .collect(),
        }
    };
    let mouse = Group {
        title: text().cheat_sheet_mouse(),
        rows: gestures().into(),
    };
    let mut groups: Vec<Group> = Menu::ALL.into_iter().map(of_menu).collect();
    groups.push(mouse);
    groups
}

/// Mouse gestures of map and 3D view, with what they do.
fn gestures() -> [(String, String); 9] {
    let text = text();
    [
        (text.gesture_click(), text.gesture_click_meaning()),
        (text.gesture_drag_symbol(), text.gesture_drag_symbol_meaning()),
        (text.gesture_drag_corner(), text.gesture_drag_corner_meaning()),
        (text.gesture_drag_ground(), text.gesture_drag_ground_meaning()),
        (text.gesture_wheel(), text.gesture_wheel_meaning()),
        (text.gesture_pan(), text.gesture_pan_meaning()),
        (text.gesture_orbit(), text.gesture_orbit_meaning()),
        (text.gesture_slide(), text.gesture_slide_meaning()),
        (text.gesture_finish(), text.gesture_finish_meaning()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_the_order_and_are_about_as_high() {
        let heights = [7, 10, 20, 14, 24, 18, 2, 9];
        let groups: Vec<Group> = heights
            .iter()
            .map(|rows| Group {
                title: rows.to_string(),
                rows: vec![(String::new(), String::new()); *rows],
            })
            .collect();
        let total = groups.iter().map(Group::height).sum();
        for count in 1..=4 {
            let columns = columns(&groups, total, count);
            assert_eq!(columns.len(), count);
            let order: Vec<&str> = columns
                .iter()
                .flatten()
                .map(|group| group.title.as_str())
                .collect();
            assert_eq!(order, ["7", "10", "20", "14", "24", "18", "2", "9"]);
            let highest: usize = columns
                .iter()
                .map(|column| column.iter().map(|group| group.height()).sum())
                .max()
                .unwrap();
            assert!(highest <= total / count + 14, "{count} columns, {highest} rows");
        }
    }
}
