//! Reports for people at a terminal, in the manner of rustc: what is wrong, the line it is about, what to
//! do, and a summary per project.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use shared::issue::{Issue, Place, Severity};

use super::{Counts, ProjectReport, path_in};

/// Whether escape sequences for colours are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Text only.
    Plain,
    /// ANSI colours.
    Coloured,
}

/// Lines longer than this are named but not shown: nobody reads them, and laying them out takes long.
const MAX_SHOWN_LINE_BYTES: usize = 240;

/// Writes every issue and a summary line per project.
///
/// # Errors
/// Those of the writer.
pub fn write(style: Style, reports: &[ProjectReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    for report in reports {
        for issue in report.issues {
            writeln!(out, "{}\n", renderer.render(&[group(report, issue)]))?;
        }
        writeln!(out, "{}", summary(report))?;
    }
    Ok(())
}

/// One issue as text without colours, for places that show a single one.
pub fn describe(report: &ProjectReport<'_>, issue: &Issue) -> String {
    Renderer::plain().render(&[group(report, issue)])
}

fn group<'a>(report: &'a ProjectReport<'_>, issue: &'a Issue) -> Group<'a> {
    let level = match issue.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(issue.message.as_str()).id(issue.rule.code);
    let mut group = Group::with_title(title);
    group = match &issue.place {
        Some(place) => point_out(group, report, place),
        None => group.element(Origin::path(report.folder)),
    };
    if issue.place.is_none()
        && let Some(record) = issue.subject.record
    {
        group = group.element(Level::NOTE.message(format!("it is about {record}")));
    }
    if !issue.help.is_empty() {
        group = group.element(Level::HELP.message(inert(&issue.help)));
    }
    if let Some(fix) = &issue.fix {
        group = group.element(Level::HELP.message(inert(&format!("the editor can do it: {}", fix.label))));
    }
    group
}

fn point_out<'a>(group: Group<'a>, report: &'a ProjectReport<'_>, place: &'a Place) -> Group<'a> {
    let path = path_in(report.folder, &place.file);
    let line_number = usize::try_from(place.line).unwrap_or(usize::MAX);
    let column = usize::try_from(place.column).unwrap_or(usize::MAX);
    let line = report.sources.line(&place.file, place.line);
    match line.filter(|line| line.len() <= MAX_SHOWN_LINE_BYTES && !line.trim().is_empty()) {
        Some(line) => group.element(
            Snippet::source(line)
                .line_start(line_number)
                .path(path)
                .annotation(AnnotationKind::Primary.span(span(line, column))),
        ),
        None if line_number == 0 => group.element(Origin::path(path)),
        None => group.element(Origin::path(path).line(line_number).char_column(column.max(1))),
    }
}

/// The bytes to underline: the word at the column, else the character there, else the whole line.
fn span(line: &str, column: usize) -> Range<usize> {
    let indent = line.len() - line.trim_start().len();
    let whole = indent..line.trim_end().len().max(indent);
    let Some(skipped) = column.checked_sub(1) else {
        return whole;
    };
    let Some((start, first)) = line.char_indices().nth(skipped) else {
        // Past the end, where something is missing: point behind the last character.
        return line.len()..line.len();
    };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let rest = line.get(start..).unwrap_or_default();
    let length = if first == '"' {
        rest.get(1..)
            .and_then(|text| text.find('"'))
            .map_or(1, |end| end + 2)
    } else {
        rest.find(|c| !is_word(c)).unwrap_or(rest.len())
    };
    start..start + length.max(first.len_utf8())
}

fn summary(report: &ProjectReport<'_>) -> String {
    let counts = Counts::of(report.issues);
    let parts = [
        (counts.errors, "error", "errors"),
        (counts.warnings, "warning", "warnings"),
        (counts.infos, "remark", "remarks"),
    ];
    let found: Vec<_> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    let found = if found.is_empty() {
        "no issues".to_owned()
    } else {
        found.join(", ")
    };
    format!("{}: {found}", inert(report.folder))
}

/// The text with control characters as visible escapes: a name in a map must not be able to rewrite the
/// terminal. The renderer does this for titles and source lines, but not for messages.
fn inert(text: &str) -> String {
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            inert.extend(c.escape_default());
        } else {
            inert.push(c);
        }
    }
    inert
}
