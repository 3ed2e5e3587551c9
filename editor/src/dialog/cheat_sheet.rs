//! Cheat sheet: all keys and mouse gestures, in as many columns as the window has room for.
//!
//! *Not* responsible for: which keys there are (`keys`), changing them (`preferences`).

use egui::{Align2, Id, Label, RichText, ScrollArea, Ui, Window, vec2};

use crate::command::{Command, Menu, TABLE};
use crate::keys::Bindings;
use crate::text::text;
use crate::theme::Palette;

/// Width of a column with its gap, in points: what keys need, and what sentences about the mouse like.
const COLUMN: std::ops::RangeInclusive<f32> = 296.0..=360.0;
/// Width of what the keys or gestures do, in points.
const NAME: f32 = 172.0;
/// Gap to the next column, in points.
const GAP: f32 = 20.0;
/// Height of a row, in points.
const ROW: f32 = 18.0;
/// Letters of the right side that seldom need more than one row.
const ROW_CHARS: usize = 24;
/// Room around the window, in points.
const MARGIN: egui::Vec2 = vec2(80.0, 150.0);

/// Rows under one heading.
struct Group {
    title: String,
    rows: Vec<(String, String)>,
}

impl Group {
    /// About how many rows it takes, with the heading and the gap below.
    fn height(&self) -> usize {
        let rows = self.rows.iter();
        2 + rows
            .map(|(_, keys)| 1 + keys.chars().count() / ROW_CHARS)
            .sum::<usize>()
    }
}

/// Draws the window; false when it was closed.
pub fn ui(ctx: &egui::Context, colours: &Palette) -> bool {
    let mut open = true;
    let room = ctx.content_rect().size() - MARGIN;
    let groups = groups(ctx);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 1..=4 before the cast"
    )]
    let most = (room.x / COLUMN.start()).floor().clamp(1.0, 4.0) as usize;
    let columns = columns(&groups, most);
    let width = (room.x / columns.len() as f32).clamp(*COLUMN.start(), *COLUMN.end());
    Window::new(text().cheat_sheet())
        .id(Id::unique("cheat sheet"))
        .open(&mut open)
        .anchor(Align2::CENTER_CENTER, [0.0, 0.0])
        .collapsible(false)
        .resizable(false)
        .default_height(room.y)
        .show(ctx, |ui| {
            ui.set_width(columns.len() as f32 * width);
            ScrollArea::vertical().max_height(room.y).show(ui, |ui| {
                ui.horizontal_top(|ui| {
                    ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
                    for column in &columns {
                        ui.vertical(|ui| {
                            ui.set_width(width);
                            for group in column {
                                group_ui(ui, group, width, colours);
                            }
                        });
                    }
                });
            });
        });
    open
}

/// The groups in order, in at most so many columns, the longest as short as can be.
fn columns(groups: &[Group], most: usize) -> Vec<Vec<&Group>> {
    let total = groups.iter().map(Group::height).sum();
    (0..=total)
        .map(|height| filled(groups, height))
        .find(|columns| columns.len() <= most)
        .unwrap_or_default()
}

/// The groups in order, in columns of at most this height; what is higher has a column of its own.
fn filled(groups: &[Group], height: usize) -> Vec<Vec<&Group>> {
    let mut columns: Vec<Vec<&Group>> = Vec::new();
    let mut room = 0;
    for group in groups {
        match columns.last_mut() {
            Some(column) if group.height() <= room => {
                room -= group.height();
                column.push(group);
            }
            _ => {
                room = height.saturating_sub(group.height());
                columns.push(vec![group]);
            }
        }
    }
    columns
}

fn group_ui(ui: &mut Ui, group: &Group, width: f32, colours: &Palette) {
    ui.label(RichText::new(&group.title).strong().color(colours.accent));
    ui.add_space(2.0);
    for (name, keys) in &group.rows {
        ui.horizontal_top(|ui| {
            ui.set_min_height(ROW);
            let column = |ui: &mut Ui, width, text: RichText| {
                ui.allocate_ui(vec2(width, ROW), |ui| {
                    ui.set_width(width);
                    ui.add(Label::new(text).wrap());
                });
            };
            column(ui, NAME, RichText::new(name));
            column(
                ui,
                width - NAME - GAP,
                RichText::new(keys).color(colours.faint_text),
            );
        });
        ui.add_space(2.0);
    }
    ui.add_space(ROW / 2.0);
}

fn groups(ctx: &egui::Context) -> Vec<Group> {
    let of_menu = |menu: Menu| {
        let entries = TABLE.iter().filter(move |entry| entry.menu == menu);
        let rows = entries.filter_map(|entry| Some((entry.text(), entry.keys_text(ctx)?)));
        Group {
            title: menu.title(),
            rows: match menu {
                Menu::Bookmarks => bookmarks(ctx).map_or_else(|| rows.collect(), Vec::from),
                _ => rows.collect(),
            },
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

/// One row for all nine, as long as nobody has given one of them other keys.
fn bookmarks(ctx: &egui::Context) -> Option<[(String, String); 2]> {
    let bindings = Bindings::in_force(ctx);
    let entries = || TABLE.iter().filter(|entry| entry.menu == Menu::Bookmarks);
    if entries().any(|entry| bindings.is_changed(entry)) {
        return None;
    }
    let keys = |first: Command, last: Command| {
        let [first, last] = [first, last].map(|command| command.entry().keys_text(ctx));
        Some(text().cheat_sheet_keys(first?, last?))
    };
    Some([
        (
            text().cheat_sheet_go_to_bookmarks(),
            keys(Command::GoToBookmark(1), Command::GoToBookmark(9))?,
        ),
        (
            text().cheat_sheet_set_bookmarks(),
            keys(Command::SetBookmark(1), Command::SetBookmark(9))?,
        ),
    ])
}

/// Mouse gestures of map and 3D view, with what they do.
fn gestures() -> [(String, String); 10] {
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
        (text.gesture_fly(), text.gesture_fly_meaning()),
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
        let total: usize = groups.iter().map(Group::height).sum();
        for count in 1..=4 {
            let columns = columns(&groups, count);
            assert!(columns.len() <= count);
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
            assert!(highest <= total / count + 10, "{count} columns, {highest} rows");
        }
    }
}
