//! Opening projects for commands: several at once, with every issue, and refused when they have errors.

use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use anyhow::{Context, bail};
use shared::format::PROJECT_FILE;
use shared::ids::IslandId;
use shared::island::Island;
use shared::issue::{Issue, Severity};
use worldgen::check::{Checked, check, check_with_kept};
use worldgen::report::{self, ProjectReport, Sources};
use worldgen::store::{BakeKey, bake_key};
use worldgen::{BakeOptions, BakedIsland, IslandPlan, KeptFits, SimdLevel, bake};

use super::progress::Bar;

/// A project that was read and checked.
pub(super) struct Opened {
    /// The folder as the user named it.
    pub(super) folder: String,
    /// The project with everything that is wrong with it.
    pub(super) checked: Checked,
}

impl Opened {
    /// Reads a project and runs every rule.
    pub(super) fn read(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            checked: check(folder)?,
            folder: folder.display().to_string(),
        })
    }

    /// Reads a project for a command that bakes; `None` if it has errors, which are reported.
    pub(super) fn sound(folder: &Path, out: &mut dyn Write) -> anyhow::Result<Option<Self>> {
        Self::sound_with_kept(folder, &(), out)
    }

    /// The same, quicker where fits are `kept` of an earlier run.
    pub(super) fn sound_with_kept(
        folder: &Path,
        kept: &dyn KeptFits,
        out: &mut dyn Write,
    ) -> anyhow::Result<Option<Self>> {
        let opened = Self {
            checked: check_with_kept(folder, kept)?,
            folder: folder.display().to_string(),
        };
        if opened.checked.has_errors() {
            opened.report_errors(out)?;
            return Ok(None);
        }
        Ok(Some(opened))
    }

    /// What is to be baked of an island of the project.
    pub(super) fn plan(&self, island: &Island) -> IslandPlan {
        let project = &self.checked.project;
        IslandPlan::new(&project.settings, &project.stamps, island)
    }

    /// The key of an island of the project in the bake store.
    pub(super) fn key(&self, island: &Island) -> BakeKey {
        let project = &self.checked.project;
        bake_key(&project.settings, &project.stamps, island)
    }

    /// Bakes an island of the project, with a progress bar.
    pub(super) fn bake(&self, island: &Island, options: &BakeOptions) -> anyhow::Result<BakedIsland> {
        let bar = Bar::new(island.slug.clone());
        bake(&self.plan(island), options, &bar).context("nobody cancels")
    }

    fn report_errors(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let errors: Vec<Issue> = self
            .checked
            .issues
            .iter()
            .filter(|issue| issue.severity() == Severity::Error)
            .cloned()
            .collect();
        let sources = Sources::of(&errors, &self.checked.places);
        let report = ProjectReport {
            folder: &self.folder,
            issues: &errors,
            sources: &sources,
        };
        report::write(super::check::terminal_format(), &[report], out)?;
        Ok(())
    }

    /// The islands with these slugs, or all of them, in canonical order.
    pub(super) fn islands(&self, slugs: &[String]) -> anyhow::Result<Vec<(IslandId, &Island)>> {
        let all = || {
            self.checked
                .project
                .islands
                .iter()
                .map(|(id, island)| (*id, island))
        };
        for slug in slugs {
            if !all().any(|(_, island)| island.slug == *slug) {
                let known: Vec<_> = all().map(|(_, island)| island.slug.as_str()).collect();
                bail!(
                    "{} has no island {slug:?}; it has {}",
                    self.folder,
                    known.join(", ")
                );
            }
        }
        Ok(all()
            .filter(|(_, island)| slugs.is_empty() || slugs.contains(&island.slug))
            .collect())
    }
}

/// The projects that the paths mean: a project's folder means itself, a folder of projects all of them.
pub(super) fn expand(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut projects = Vec::new();
    for path in paths {
        if path.is_file() {
            bail!(
                "{} is a file; give the project's folder, the one with {PROJECT_FILE}",
                path.display()
            );
        }
        if path.join(PROJECT_FILE).exists() {
            projects.push(path.clone());
            continue;
        }
        if !path.exists() {
            bail!(
                "{}: no such folder; give the folder of a map project",
                path.display()
            );
        }
        let entries = fs::read_dir(path).with_context(|| format!("cannot open {}", path.display()))?;
        let mut inside = Vec::new();
        for entry in entries {
            let folder = entry
                .with_context(|| format!("cannot list {}", path.display()))?
                .path();
            if folder.join(PROJECT_FILE).is_file() {
                inside.push(folder);
            }
        }
        inside.sort();
        if inside.is_empty() {
            // Reading it reports the missing file as an issue with its code.
            projects.push(path.clone());
        }
        projects.extend(inside);
    }
    Ok(projects)
}

/// Option `--threads` of every command that bakes.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(super) struct Threads {
    /// Threads to use; all processors if left out. The result is the same
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

impl Threads {
    pub(super) fn options(self, simd: SimdLevel) -> BakeOptions {
        let all = || available_parallelism().map_or(1, NonZero::get);
        BakeOptions {
            threads: self.threads.map_or_else(all, usize::from),
            simd,
        }
    }
}
