//! Telling people and machines what is wrong with a project.
//!
//! One file per format: [`human`] for terminals, [`json`] for scripts, [`github`] for annotations on pull
//! requests, [`sarif`] for code-scanning tools. All of them get the same [`ProjectReport`]s.
//!
//! *Not* responsible for: finding issues (see `shared::validate` and the terrain rules), exit codes.

use std::collections::{BTreeMap, BTreeSet};
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

/// The lines that issues point to, by path below the project's folder and number. Only these are kept: a
/// hostile file can have millions of lines.
#[derive(Clone, Default, Debug)]
pub struct Sources<'a> {
    lines: BTreeMap<(&'a str, u32), &'a str>,
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
    /// The lines that the issues point to. Walks each text once.
    pub fn of(issues: &'a [Issue], places: &'a Places) -> Self {
        let mut wanted: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for place in issues.iter().filter_map(|issue| issue.place.as_ref()) {
            wanted.entry(place.file.as_str()).or_default().insert(place.line);
        }
        let mut sources = Self::default();
        for (path, numbers) in wanted {
            sources.add(path, places.text(path).unwrap_or_default(), &numbers);
        }
        sources
    }

    fn add(&mut self, path: &'a str, text: &'a str, numbers: &BTreeSet<u32>) {
        let last = numbers.last().copied().unwrap_or(0);
        let wanted = (1..=last)
            .zip(text.split('\n'))
            .filter(|(number, _)| numbers.contains(number));
        self.lines
            .extend(wanted.map(|(number, line)| ((path, number), line.trim_end_matches('\r'))));
    }

    /// The line with this number, from 1, without its end; `None` if no issue points to it.
    pub fn line(&self, path: &str, line: u32) -> Option<&'a str> {
        self.lines.get(&(path, line)).copied()
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
