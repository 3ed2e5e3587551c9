//! Reports in SARIF 2.1.0, the exchange format of code-scanning tools.
//!
//! Only the properties that viewers need are written: rules with their docs, results with level, message
//! and place. Source: the OASIS standard, sections 3.13 to 3.52.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use shared::issue::{Issue, Rule, Severity};

use super::{ProjectReport, path_in};

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    column_kind: &'static str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    rules: Vec<RuleEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry<'a> {
    id: &'a str,
    full_description: Text<'a>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text<'a> {
    text: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'a str,
    level: &'static str,
    message: Text<'a>,
    locations: [Location; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
}

/// Writes one log with one run over all projects, ending in a newline.
///
/// # Errors
/// Those of the writer.
pub fn write(reports: &[ProjectReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    let rules: BTreeMap<&str, &Rule> = reports
        .iter()
        .flat_map(|report| report.issues)
        .map(|issue| (issue.rule.code, issue.rule))
        .collect();
    let results = reports
        .iter()
        .flat_map(|report| report.issues.iter().map(|issue| finding(report.folder, issue)))
        .collect();
    let driver = Driver {
        name: "tombolo-worldgen",
        version: env!("CARGO_PKG_VERSION"),
        rules: rules.into_values().map(rule_entry).collect(),
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule_entry(rule: &Rule) -> RuleEntry<'_> {
    RuleEntry {
        id: rule.code,
        full_description: Text {
            text: rule.doc.into(),
        },
        default_configuration: Configuration {
            level: level(rule.severity),
        },
    }
}

fn finding<'a>(folder: &str, issue: &'a Issue) -> Finding<'a> {
    let text = if issue.help.is_empty() {
        issue.message.as_str().into()
    } else {
        format!("{}\nhelp: {}", issue.message, issue.help).into()
    };
    let (file, region) = match &issue.place {
        Some(place) => (
            place.file.as_str(),
            (place.line > 0).then(|| Region {
                start_line: place.line,
                start_column: (place.column > 0).then_some(place.column),
            }),
        ),
        None => ("project.ron", None),
    };
    Finding {
        rule_id: issue.rule.code,
        level: level(issue.severity()),
        message: Text { text },
        locations: [Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(&path_in(folder, file)),
                },
                region,
            },
        }],
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative or absolute URI reference (RFC 3986): bytes outside the unreserved set are
/// percent-encoded.
fn uri(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => write!(text, "%{byte:02X}").unwrap_or_default(),
        }
    }
    text
}
