//! Issues panel: what is wrong, worst first; a click goes there, a button puts it right.
//!
//! *Not* responsible for: finding issues, see `checks`.

use egui::{RichText, ScrollArea, Ui};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{ICON_BUILD, ICON_CHECK_CIRCLE, ICON_ERROR, ICON_INFO, ICON_WARNING};
use shared::issue::{Issue, Severity};

use super::{Context, Request, Requests, empty_state, icon_toggle};
use crate::document::Change;
use crate::viewport::model;

/// The issues panel.
#[derive(Debug)]
pub struct IssuesPanel {
    shown: [bool; 3],
    this_island_only: bool,
}

impl Default for IssuesPanel {
    fn default() -> Self {
        Self {
            shown: [true; 3],
            this_island_only: false,
        }
    }
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
    /// Draws the panel.
    pub fn ui(&mut self, context: &Context, requests: &mut Requests, ui: &mut Ui) {
        if context.issues.is_empty() {
            let (title, hint) = if context.checking {
                ("Checking...", "Rules run after every change.")
            } else {
                ("No issues", "The server would take this project as it is.")
            };
            empty_state(ui, context.colours, ICON_CHECK_CIRCLE, title, hint);
            return;
        }
        self.filters(context, ui);
        let island = context.document.island().map(|island| island.id);
        let shown: Vec<&Issue> = context
            .issues
            .iter()
            .filter(|issue| self.shown[severity_index(issue.severity())])
            .filter(|issue| !self.this_island_only || issue.subject.island == island)
            .collect();
        let row_height = 26.0;
        ScrollArea::vertical()
            .auto_shrink(false)
            .show_rows(ui, row_height, shown.len(), |ui, rows| {
                for issue in shown.get(rows).unwrap_or_default() {
                    row(context, requests, ui, issue);
                }
            });
    }

    fn filters(&mut self, context: &Context, ui: &mut Ui) {
        ui.horizontal(|ui| {
            for severity in SEVERITIES {
                let count = context
                    .issues
                    .iter()
                    .filter(|issue| issue.severity() == severity)
                    .count();
                let shown = &mut self.shown[severity_index(severity)];
                let label = format!("Show {}", plural(severity));
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
            ui.checkbox(&mut self.this_island_only, "This island only");
            if context.checking {
                ui.label(RichText::new("checking...").color(context.colours.faint_text));
            }
        });
    }
}

fn plural(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "errors",
        Severity::Warning => "warnings",
        Severity::Info => "hints",
    }
}

fn severity_index(severity: Severity) -> usize {
    match severity {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Info => 2,
    }
}

fn row(context: &Context, requests: &mut Requests, ui: &mut Ui, issue: &Issue) {
    ui.horizontal(|ui| {
        let fix_width = if issue.fix.is_some() { 150.0 } else { 0.0 };
        let width = (ui.available_width() - fix_width).max(80.0);
        let remark = place(context, issue);
        let severity = issue.severity();
        let symbol = (severity_icon(severity), context.colours.severity(severity));
        let normal = super::Emphasis::Normal;
        let response = super::list_row_in(
            ui,
            width,
            context.colours,
            symbol,
            &issue.message,
            &remark,
            normal,
        );
        let clicked = response.clicked();
        response.on_hover_ui(|ui| tooltip(ui, issue));
        if clicked && let Some(island) = issue.subject.island {
            requests.push(Request::Focus {
                island,
                records: issue.subject.record.into_iter().collect(),
            });
        }
        if let Some(fix) = &issue.fix {
            let text = format!("{} {}", ICON_BUILD.codepoint, fix.label);
            let button = egui::Button::new(text).truncate();
            if ui
                .add_sized([fix_width - 8.0, 22.0], button)
                .on_hover_text(&fix.label)
                .clicked()
            {
                requests.push(Request::Change(Change::Step {
                    label: fix.label.clone(),
                    edits: fix.edits.clone(),
                }));
            }
        }
    });
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
