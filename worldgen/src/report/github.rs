//! Reports as workflow commands of GitHub Actions, which show issues beside the lines of a pull request.
//!
//! Source of the syntax and its escapes: the toolkit's `packages/core/src/command.ts`.

use std::fmt::Write as _;
use std::io::{self, Write};

use shared::issue::{Issue, Severity};

use super::{ProjectReport, path_in};

/// Writes one command per issue.
///
/// # Errors
/// Those of the writer.
pub fn write(reports: &[ProjectReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    for report in reports {
        for issue in report.issues {
            writeln!(out, "{}", command(report.folder, issue))?;
        }
    }
    Ok(())
}

fn command(folder: &str, issue: &Issue) -> String {
    let command = match issue.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = Vec::new();
    match &issue.place {
        Some(place) => {
            properties.push(("file", path_in(folder, &place.file)));
            if place.line > 0 {
                properties.push(("line", place.line.to_string()));
            }
            if place.line > 0 && place.column > 0 {
                properties.push(("col", place.column.to_string()));
            }
        }
        None => properties.push(("file", path_in(folder, "project.ron"))),
    }
    properties.push(("title", issue.rule.code.to_owned()));
    let mut text = format!("::{command} ");
    for (position, (key, value)) in properties.iter().enumerate() {
        let separator = if position > 0 { "," } else { "" };
        // Writing to a string cannot fail.
        write!(text, "{separator}{key}={}", escape_property(value)).unwrap_or_default();
    }
    let mut message = issue.message.clone();
    if !issue.help.is_empty() {
        message.push_str("\nhelp: ");
        message.push_str(&issue.help);
    }
    text + "::" + &escape_message(&message)
}

fn escape_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escape_property(text: &str) -> String {
    escape_message(text).replace(':', "%3A").replace(',', "%2C")
}
