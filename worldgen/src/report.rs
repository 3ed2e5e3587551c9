//! Telling people and machines what is wrong with a project.
//!
//! One file per format: [`human`] for terminals, [`json`] for scripts, [`github`] for annotations on pull
//! requests, [`sarif`] for code-scanning tools. All of them get the same [`ProjectReport`]s.
//!
//! *Not* responsible for: finding issues (see `shared::validate` and the terrain rules), exit codes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use shared::format::Places;
use shared::issue::{Issue, Severity};

pub mod github;
pub mod human;
pub mod json;
pub mod sarif;

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// In the manner of rustc, without colours.
    Human,
    /// The same, with colours as ANSI escapes.
    HumanStyled,
    /// One JSON document.
    Json,
    /// Workflow commands of GitHub Actions, one per line.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

/// What was found in one project.
#[derive(Clone, Copy, Debug)]
pub struct ProjectReport<'a> {
    /// The project's folder as the user named it; places are printed below it.
    pub folder: &'a str,
    /// Everything that was found, in the order in which it is reported.
    pub issues: &'a [Issue],
    /// Texts of the project's files, to show the line that an issue is about.
    pub sources: &'a Sources<'a>,
}

/// Texts of a project's files by path below its folder.
#[derive(Clone, Default, Debug)]
pub struct Sources<'a> {
    files: BTreeMap<&'a str, SourceText<'a>>,
}

/// One text with an index of its lines, so that a file with many issues is walked once.
#[derive(Clone, Debug)]
struct SourceText<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
}

/// How many issues of each severity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// The map does not bake because of these.
    pub errors: usize,
    /// Probably not what the designer wants.
    pub warnings: usize,
    /// Worth knowing.
    pub infos: usize,
}

impl<'a> Sources<'a> {
    /// The texts of all files that the issues point into.
    pub fn of(issues: &'a [Issue], places: &'a Places) -> Self {
        let mut sources = Self::default();
        for place in issues.iter().filter_map(|issue| issue.place.as_ref()) {
            if !sources.files.contains_key(place.file.as_str())
                && let Some(text) = places.text(&place.file)
            {
                sources.add(&place.file, text);
            }
        }
        sources
    }

    fn add(&mut self, path: &'a str, text: &'a str) {
        let after_newlines = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_newlines).collect();
        self.files.insert(path, SourceText { text, line_starts });
    }

    /// The line with this number, from 1, without its end; `None` if there is no such file or line.
    pub fn line(&self, path: &str, line: u32) -> Option<&str> {
        let source = self.files.get(path)?;
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *source.line_starts.get(index)?;
        let rest = source.text.get(start..)?;
        rest.lines().next().or(Some(""))
    }
}

impl Counts {
    /// Counts the issues of a list.
    pub fn of(issues: &[Issue]) -> Self {
        let count = |severity| issues.iter().filter(|issue| issue.severity() == severity).count();
        Self {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        }
    }
}

/// Writes all reports in one format.
///
/// # Errors
/// Those of the writer.
pub fn write(format: Format, reports: &[ProjectReport<'_>], out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(human::Style::Plain, reports, out),
        Format::HumanStyled => human::write(human::Style::Coloured, reports, out),
        Format::Json => json::write(reports, out),
        Format::Github => github::write(reports, out),
        Format::Sarif => sarif::write(reports, out),
    }
}

/// The path of a file of the project as the user can open it.
fn path_in(folder: &str, file: &str) -> String {
    match folder.trim_end_matches('/') {
        "" if folder.starts_with('/') => format!("/{file}"),
        "" | "." => file.to_owned(),
        folder => format!("{folder}/{file}"),
    }
}

#[cfg(test)]
mod tests;
