//! Reports for scripts: one JSON document. Its form is versioned by `format` and only ever grows.

use std::io::{self, Write};

use serde::Serialize;
use shared::issue::{Issue, Severity};

use super::{Counts, ProjectReport, path_in};

/// Version of the document's form.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    errors: usize,
    warnings: usize,
    infos: usize,
    projects: Vec<Project<'a>>,
}

#[derive(Serialize)]
struct Project<'a> {
    folder: &'a str,
    errors: usize,
    warnings: usize,
    infos: usize,
    issues: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    help: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    island: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Record>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'a str>,
}

#[derive(Serialize)]
struct Record {
    kind: &'static str,
    id: String,
}

/// Writes the document, ending in a newline.
///
/// # Errors
/// Those of the writer.
pub fn write(reports: &[ProjectReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let projects: Vec<_> = reports.iter().map(project).collect();
    let document = Document {
        format: FORMAT,
        errors: projects.iter().map(|project| project.errors).sum(),
        warnings: projects.iter().map(|project| project.warnings).sum(),
        infos: projects.iter().map(|project| project.infos).sum(),
        projects,
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn project<'a>(report: &ProjectReport<'a>) -> Project<'a> {
    let counts = Counts::of(report.issues);
    Project {
        folder: report.folder,
        errors: counts.errors,
        warnings: counts.warnings,
        infos: counts.infos,
        issues: report
            .issues
            .iter()
            .map(|issue| entry(report.folder, issue))
            .collect(),
    }
}

fn entry<'a>(folder: &str, issue: &'a Issue) -> Entry<'a> {
    let place = issue.place.as_ref();
    Entry {
        code: issue.rule.code,
        severity: severity(issue.severity()),
        message: &issue.message,
        help: &issue.help,
        file: place.map(|place| path_in(folder, &place.file)),
        line: place.map(|place| place.line).filter(|line| *line > 0),
        column: place.map(|place| place.column).filter(|column| *column > 0),
        island: issue.subject.island.map(|island| island.to_string()),
        record: issue.subject.record.map(|record| Record {
            kind: record.noun(),
            id: record.id().to_string(),
        }),
        field: issue.subject.field.as_deref(),
        fix: issue.fix.as_ref().map(|fix| fix.label.as_str()),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
