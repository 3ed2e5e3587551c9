//! `check`: everything that is wrong with projects.

use std::io::{IsTerminal, Write, stdout};
use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use shared::issue::Rule;
use worldgen::report::{self, Format, ProjectReport, Sources};

use super::Outcome;
use super::open::{Opened, expand};

/// Width of the text of `--explain`.
const EXPLAIN_COLUMNS: usize = 96;

/// Tells everything that is wrong with projects, without changing them
///
/// Never stops at the first issue. Exit code 1 if there is an error; warnings alone are fine.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Project folders, or folders of projects
    #[arg(value_name = "PATH", required_unless_present = "explain")]
    paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value = "human")]
    format: FormatName,
    /// Print what a rule means and how to put its issues right, for example `duplicate-id`
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum FormatName {
    /// For people: the line, what is wrong, what to do
    Human,
    /// For scripts: one JSON document
    Json,
    /// Annotations on a pull request, for GitHub Actions
    Github,
    /// SARIF 2.1.0, for code-scanning tools
    Sarif,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    if let Some(code) = &arguments.explain {
        return explain(code, out);
    }
    let mut projects = Vec::new();
    for folder in expand(&arguments.paths)? {
        projects.push(Opened::read(&folder)?);
    }
    let sources: Vec<Sources<'_>> = projects
        .iter()
        .map(|opened| Sources::of(&opened.checked.issues, &opened.checked.places))
        .collect();
    let reports: Vec<ProjectReport<'_>> = projects
        .iter()
        .zip(&sources)
        .map(|(opened, sources)| ProjectReport {
            folder: &opened.folder,
            issues: &opened.checked.issues,
            sources,
        })
        .collect();
    let format = match arguments.format {
        FormatName::Human => terminal_format(),
        FormatName::Json => Format::Json,
        FormatName::Github => Format::Github,
        FormatName::Sarif => Format::Sarif,
    };
    report::write(format, &reports, out)?;
    let failed = projects.iter().any(|opened| opened.checked.has_errors());
    Ok(if failed { Outcome::Issues } else { Outcome::Fine })
}

/// The report for people, with colours when a terminal shows it and `NO_COLOR` is not set.
pub(super) fn terminal_format() -> Format {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if stdout().is_terminal() && !plain {
        Format::HumanStyled
    } else {
        Format::Human
    }
}

fn explain(code: &str, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let all = || shared::validate::rules().chain(worldgen::rules::rules());
    let Some(rule) = all().find(|rule| rule.code == code) else {
        let mut codes: Vec<&str> = all().map(|rule| rule.code).collect();
        codes.sort_unstable();
        bail!("there is no rule {code:?}; the rules are {}", codes.join(", "));
    };
    write!(out, "{}", explanation(rule))?;
    Ok(Outcome::Fine)
}

fn explanation(rule: &Rule) -> String {
    let fix = match rule.no_fix {
        None => "The editor offers a ready-made fix.".to_owned(),
        Some(reason) => format!("There is no ready-made fix: {reason}."),
    };
    format!(
        "{}[{}]\n\n{}\n\n{}\n",
        rule.severity,
        rule.code,
        wrapped(rule.doc),
        wrapped(&fix)
    )
}

/// The text with line breaks between words.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > EXPLAIN_COLUMNS {
            lines.push('\n');
            column = 0;
        }
        if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}
