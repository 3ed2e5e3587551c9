//! Issues panel: what is wrong, worst first; a click goes there, a button puts it right.
//!
//! Issues are filtered by severity, island and text, grouped by rule or island, and hidden one by one or by
//! rule. Several are selected as in any list, and put right together where their fixes do not touch the same
//! record.
//!
//! *Not* responsible for: finding issues, see `checks`.

mod hidden;

use std::collections::BTreeSet;

use egui::{ComboBox, RichText, ScrollArea, TextEdit, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_BUILD, ICON_CHECK_CIRCLE, ICON_ERROR, ICON_EXPAND_MORE, ICON_INFO, ICON_VISIBILITY,
    ICON_VISIBILITY_OFF, ICON_WARNING,
};
use shared::edit::Edit;
use shared::issue::{Issue, Severity, Subject};

use super::{Context, Emphasis, Request, Requests, empty_state, icon_toggle, list_row, list_row_in};
use crate::document::Change;
use crate::document::thing::Thing;
use crate::text::text;
use crate::viewport::model;
use hidden::Hidden;
pub use hidden::SavedHidden;

/// Height of a row, in points.
const ROW_HEIGHT: f32 = 26.0;
/// Width of the button of a fix, in points.
const FIX_WIDTH: f32 = 150.0;

/// An issue whatever check found it: its rule and what it is about.
type Key = (&'static str, Subject);

/// The issues panel.
#[derive(Debug)]
pub struct IssuesPanel {
    shown: [bool; 3],
    this_island_only: bool,
    filter: String,
    grouping: Grouping,
    /// Not shown, until the designer wants to see them again.
    hidden: Hidden,
    show_hidden: bool,
    selected: BTreeSet<Key>,
    /// Where a range selection with Shift starts.
    anchor: Option<Key>,
}

impl Default for IssuesPanel {
    fn default() -> Self {
        Self {
            shown: [true; 3],
            this_island_only: false,
            filter: String::new(),
            grouping: Grouping::None,
            hidden: Hidden::default(),
            show_hidden: false,
            selected: BTreeSet::new(),
            anchor: None,
        }
    }
}

/// How issues stand together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Grouping {
    None,
    Rule,
    Island,
}

impl Grouping {
    const ALL: [Self; 3] = [Self::None, Self::Rule, Self::Island];

    fn title(self) -> String {
        match self {
            Self::None => text().issues_by_severity(),
            Self::Rule => text().issues_by_rule(),
            Self::Island => text().issues_by_island(),
        }
    }
}

enum Row<'a> {
    Group(String, usize),
    Issue(&'a Issue),
}

fn key(issue: &Issue) -> Key {
    (issue.rule.code, issue.subject.clone())
}

/// All severities, worst first.
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

/// The symbol of a severity.
pub fn severity_icon(severity: Severity) -> MaterialIcon {
    match severity {
        Severity::Error => ICON_ERROR,
        Severity::Warning => ICON_WARNING,
        Severity::Info => ICON_INFO,
    }
}

impl IssuesPanel {
    /// What is hidden, for the session file.
    pub fn hidden(&self) -> SavedHidden {
        self.hidden.save()
    }

    /// Hides what a session had hidden, and forgets what another project had.
    pub fn restore_hidden(&mut self, hidden: SavedHidden) {
        self.hidden = Hidden::restore(hidden);
        self.selected.clear();
    }

    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        if context.issues.is_empty() {
            let (title, hint) = if context.checking {
                (text().issues_checking(), text().issues_checking_hint())
            } else {
                (text().issues_none(), text().issues_none_hint())
            };
            empty_state(ui, context.colours, ICON_CHECK_CIRCLE, &title, &hint);
            return;
        }
        let issues = self.listed(context);
        self.selected
            .retain(|selected| issues.iter().any(|issue| key(issue) == *selected));
        self.filters(context, ui);
        self.selection_bar(context, requests, ui, &issues);
        if issues.is_empty() {
            let (title, hint) = (text().issues_filtered(), text().issues_filtered_hint());
            empty_state(ui, context.colours, ICON_VISIBILITY_OFF, &title, &hint);
            return;
        }
        let rows = self.rows(context, issues);
        ScrollArea::vertical()
            .auto_shrink(false)
            .show_rows(ui, ROW_HEIGHT, rows.len(), |ui, range| {
                for row in rows.get(range).unwrap_or_default() {
                    match row {
                        Row::Group(title, count) => {
                            let symbol = (ICON_EXPAND_MORE, context.colours.faint_text);
                            list_row(
                                ui,
                                context.colours,
                                symbol,
                                title,
                                &count.to_string(),
                                Emphasis::Normal,
                            );
                        }
                        Row::Issue(issue) => self.issue(context, requests, ui, issue, &rows),
                    }
                }
            });
    }

    /// Issues that pass the filters.
    fn listed<'a>(&self, context: &Context<'a>) -> Vec<&'a Issue> {
        let island = context.document.island().map(|island| island.id);
        let wanted = self.filter.to_lowercase();
        context
            .issues
            .iter()
            .filter(|issue| self.shown[severity_index(issue.severity())])
            .filter(|issue| !self.this_island_only || issue.subject.island == island)
            .filter(|issue| self.show_hidden || !self.hidden.has(issue))
            .filter(|issue| {
                wanted.is_empty()
                    || issue.rule.code.contains(&wanted)
                    || issue.message.to_lowercase().contains(&wanted)
                    || place(context, issue).to_lowercase().contains(&wanted)
            })
            .collect()
    }

    fn rows<'a>(&self, context: &Context, mut issues: Vec<&'a Issue>) -> Vec<Row<'a>> {
        let group = |issue: &Issue| match self.grouping {
            Grouping::None => String::new(),
            Grouping::Rule => issue.rule.code.to_owned(),
            Grouping::Island => issue
                .subject
                .island
                .and_then(|id| context.document.project().islands.get(&id))
                .map_or_else(|| text().issues_of_project(), |island| island.name.clone()),
        };
        // Within a group the order stays: worst first.
        issues.sort_by_cached_key(|issue| group(issue));
        let mut rows = Vec::new();
        for members in issues.chunk_by(|a, b| group(a) == group(b)) {
            if let (true, Some(first)) = (self.grouping != Grouping::None, members.first()) {
                rows.push(Row::Group(group(first), members.len()));
            }
            rows.extend(members.iter().map(|issue| Row::Issue(issue)));
        }
        rows
    }

    fn filters(&mut self, context: &Context, ui: &mut Ui) {
        ui.horizontal_wrapped(|ui| {
            for severity in SEVERITIES {
                let issues = context.issues.iter();
                let count = issues.filter(|issue| issue.severity() == severity).count();
                let shown = &mut self.shown[severity_index(severity)];
                let label = show(severity);
                let toggle = icon_toggle(ui, severity_icon(severity), &label, &label, Some(*shown));
                if toggle.clicked() {
                    *shown = !*shown;
                }
                let ink = if count == 0 {
                    context.colours.faint_text
                } else {
                    context.colours.severity(severity)
                };
                ui.label(RichText::new(count.to_string()).color(ink));
                ui.add_space(4.0);
            }
            ui.separator();
            let filter = TextEdit::singleline(&mut self.filter)
                .hint_text(text().issues_filter_hint())
                .desired_width(110.0);
            ui.add(filter).accessible_name(text().issues_filter());
            let grouping = ComboBox::from_id_salt("issue grouping")
                .selected_text(self.grouping.title())
                .width(96.0)
                .show_ui(ui, |ui| {
                    for grouping in Grouping::ALL {
                        ui.selectable_value(&mut self.grouping, grouping, grouping.title());
                    }
                });
            drop(grouping.response.accessible_name(text().issues_group()));
            ui.checkbox(&mut self.this_island_only, text().issues_this_island());
            let hidden = context
                .issues
                .iter()
                .filter(|issue| self.hidden.has(issue))
                .count();
            if hidden > 0 {
                ui.checkbox(&mut self.show_hidden, text().issues_show_hidden(hidden));
            }
            if context.checking {
                ui.label(RichText::new(text().issues_checking_now()).color(context.colours.faint_text));
            }
        });
    }

    /// What can be done with the selected issues.
    fn selection_bar(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui, issues: &[&Issue]) {
        let selected: Vec<&Issue> = issues
            .iter()
            .filter(|issue| self.selected.contains(&key(issue)))
            .copied()
            .collect();
        if selected.len() < 2 {
            return;
        }
        ui.horizontal(|ui| {
            ui.label(RichText::new(text().issues_selected(selected.len())).color(context.colours.faint_text));
            let (fixed, edits) = fixes_together(&selected);
            let button = egui::Button::new((ICON_BUILD.rich_text(), text().issues_fix(fixed)));
            let button = ui.add_enabled(fixed > 0 && !context.checking, button);
            let button = button.accessible_name(text().step_fix(fixed));
            if button.on_hover_text(text().issues_fix_tooltip()).clicked() {
                requests.push(Request::Change(Change::Step {
                    label: text().step_fix(fixed),
                    edits,
                }));
            }
            if ui.button(text().issues_hide_selected()).clicked() {
                for issue in selected {
                    self.hidden.hide(issue);
                }
                self.selected.clear();
            }
        });
    }

    fn issue(
        &mut self,
        context: &Context,
        requests: &mut Requests,
        ui: &mut Ui,
        issue: &Issue,
        rows: &[Row],
    ) {
        ui.horizontal(|ui| {
            let fix_width = if issue.fix.is_some() { FIX_WIDTH } else { 0.0 };
            let width = (ui.available_width() - fix_width).max(80.0);
            let severity = issue.severity();
            let symbol = (severity_icon(severity), context.colours.severity(severity));
            let emphasis = if self.selected.contains(&key(issue)) {
                Emphasis::Selected
            } else if self.hidden.has(issue) {
                Emphasis::Faint
            } else {
                Emphasis::Normal
            };
            let remark = place(context, issue);
            let response = list_row_in(
                ui,
                width,
                context.colours,
                symbol,
                &issue.message,
                &remark,
                emphasis,
            );
            if response.clicked() {
                self.click(requests, ui, issue, rows);
            }
            response.context_menu(|ui| self.menu(requests, ui, issue));
            response.on_hover_ui(|ui| tooltip(ui, issue));
            if let Some(fix) = &issue.fix {
                let button = egui::Button::new(format!("{} {}", ICON_BUILD.codepoint, fix.label))
                    .truncate()
                    .min_size([fix_width - 8.0, 22.0].into());
                // A fix holds the record as it was checked: not while something newer is being checked.
                let button = ui.add_enabled_ui(!context.checking, |ui| {
                    ui.add_sized([fix_width - 8.0, 22.0], button)
                });
                if button.inner.on_hover_text(&fix.label).clicked() {
                    requests.push(Request::Change(Change::Step {
                        label: fix.label.clone(),
                        edits: fix.edits.clone(),
                    }));
                }
            }
        });
    }

    fn click(&mut self, requests: &mut Requests, ui: &Ui, issue: &Issue, rows: &[Row]) {
        let modifiers = ui.input(|input| input.modifiers);
        let key = key(issue);
        if modifiers.shift {
            let keys: Vec<Key> = rows
                .iter()
                .filter_map(|row| match row {
                    Row::Issue(issue) => Some(self::key(issue)),
                    Row::Group(..) => None,
                })
                .collect();
            let position = |wanted: &Key| keys.iter().position(|key| key == wanted);
            let to = position(&key).unwrap_or(0);
            let from = self.anchor.as_ref().and_then(position).unwrap_or(to);
            let range = keys.get(from.min(to)..=from.max(to)).unwrap_or_default();
            self.selected = range.iter().cloned().collect();
            return;
        }
        self.anchor = Some(key.clone());
        if modifiers.command {
            if !self.selected.remove(&key) {
                self.selected.insert(key);
            }
            return;
        }
        self.selected = BTreeSet::from([key]);
        if let Some(island) = issue.subject.island {
            requests.push(Request::Focus {
                island,
                records: issue.subject.record.into_iter().collect(),
            });
        }
    }

    fn menu(&mut self, requests: &mut Requests, ui: &mut Ui, issue: &Issue) {
        if let Some(island) = issue.subject.island
            && ui.button(text().go_there()).clicked()
        {
            requests.push(Request::Focus {
                island,
                records: issue.subject.record.into_iter().collect(),
            });
        }
        if ui.button(text().issues_copy()).clicked() {
            ui.ctx().copy_text(issue.to_string());
        }
        ui.separator();
        if self.hidden.has(issue) {
            if ui
                .button((ICON_VISIBILITY.rich_text(), text().issues_show_again()))
                .clicked()
            {
                self.hidden.show(issue);
            }
            return;
        }
        if ui
            .button((ICON_VISIBILITY_OFF.rich_text(), text().issues_hide()))
            .clicked()
        {
            self.hidden.hide(issue);
        }
        let hide = text().issues_hide_rule(issue.rule.code);
        if ui.button((ICON_VISIBILITY_OFF.rich_text(), hide)).clicked() {
            self.hidden.hide_rule(issue.rule.code);
        }
    }
}

/// The fixes of some issues that can be one step: none touches what another one before it does. Returns how
/// many there are, and their edits.
fn fixes_together(issues: &[&Issue]) -> (usize, Vec<Edit>) {
    let (mut touched, mut edits, mut count) = (BTreeSet::new(), Vec::new(), 0);
    for fix in issues.iter().filter_map(|issue| issue.fix.as_ref()) {
        let things = Thing::all_of(&fix.edits);
        // A change of a whole island reaches every record on it.
        let overlaps = things.iter().any(|thing| {
            touched.iter().any(|other: &Thing| {
                thing == other
                    || (thing.part() == other.part()
                        && [thing, other]
                            .iter()
                            .any(|thing| matches!(thing, Thing::Island(_))))
            })
        });
        if !overlaps {
            count += 1;
            touched.extend(things);
            edits.extend(fix.edits.iter().cloned());
        }
    }
    (count, edits)
}

fn show(severity: Severity) -> String {
    match severity {
        Severity::Error => text().issues_show_errors(),
        Severity::Warning => text().issues_show_warnings(),
        Severity::Info => text().issues_show_hints(),
    }
}

fn severity_index(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}

/// Where it is, in the designer's words: the record, the island, else the place in a file.
fn place(context: &Context, issue: &Issue) -> String {
    let island = issue
        .subject
        .island
        .and_then(|id| context.document.project().islands.get(&id));
    let record = island
        .zip(issue.subject.record)
        .and_then(|(island, record)| island.record(record));
    match (record, island, &issue.place) {
        (Some(record), Some(island), _) => format!("{}, {}", model::title(&record), island.name),
        (_, Some(island), _) => island.name.clone(),
        (_, None, Some(place)) => place.to_string(),
        (_, None, None) => String::new(),
    }
}

fn tooltip(ui: &mut Ui, issue: &Issue) {
    ui.set_max_width(420.0);
    ui.label(RichText::new(format!("{} [{}]", issue.message, issue.rule.code)).strong());
    if !issue.help.is_empty() {
        ui.label(&issue.help);
    }
    ui.separator();
    ui.label(issue.rule.doc);
    if let Some(place) = &issue.place {
        ui.label(RichText::new(place.to_string()).monospace());
    }
}
