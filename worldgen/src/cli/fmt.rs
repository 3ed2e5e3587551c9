//! `fmt`: brings the files of projects into their canonical form.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::bail;
use shared::format;
use worldgen::report::{self, ProjectReport, Sources};
use worldgen::{marker, project_dir};

use super::Outcome;
use super::check::terminal_format;
use super::open::expand;

/// Brings the files of projects into canonical form: order, line breaks, numbers
///
/// Nothing of the map changes, and a file in canonical form is not touched. Files that cannot be read in
/// full are reported and left as they are.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Project folders, or folders of projects
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Change nothing; exit with 1 if a file is not in canonical form
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Fine;
    for folder in expand(&arguments.paths)? {
        if format_project(&folder, arguments.check, out)? == Outcome::Issues {
            outcome = Outcome::Issues;
        }
    }
    Ok(outcome)
}

fn format_project(folder: &Path, check: bool, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let loaded = project_dir::load(folder, marker::schema())?;
    let name = folder.display().to_string();
    if !loaded.issues.is_empty() {
        let report = ProjectReport {
            folder: &name,
            issues: &loaded.issues,
            sources: &Sources::of(&loaded.issues, &loaded.places),
        };
        report::write(terminal_format(), &[report], out)?;
    }
    let mut changed = BTreeMap::new();
    for (path, text) in format::write(&loaded.project, marker::schema()) {
        // An incomplete file would lose what could not be read; a missing one was not asked for.
        if loaded.incomplete.contains_key(&path) || !folder.join(&path).is_file() {
            continue;
        }
        if fs::read(folder.join(&path))? != text.as_bytes() {
            changed.insert(path, Some(text));
        }
    }
    let verb = if check { "not formatted" } else { "formatted" };
    if check {
        for path in changed.keys() {
            writeln!(out, "{verb}: {}", folder.join(path).display())?;
        }
    } else {
        let (saved, failed) = project_dir::save(folder, &changed);
        for path in &saved {
            writeln!(out, "{verb}: {}", folder.join(path).display())?;
        }
        if let Some(error) = failed.first() {
            bail!("{error}");
        }
    }
    for (path, reason) in &loaded.incomplete {
        writeln!(out, "left as it is: {}: {reason}", folder.join(path).display())?;
    }
    let wanting = !loaded.incomplete.is_empty() || check && !changed.is_empty();
    Ok(if wanting { Outcome::Issues } else { Outcome::Fine })
}
