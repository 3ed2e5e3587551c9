//! Reads, checks and bakes the map project, with progress for whoever watches.
//!
//! *Not* responsible for: what players own (see `durability`).

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use shared::format::Places;
use shared::issue::Issue;
use worldgen::store::{Source, bake_or_load, open_or_replace};
use worldgen::{BakeOptions, Progress, Solidity};

use super::{IssueReport, StartError};
use crate::content::Content;
use crate::sim::walk::Terrain;
use crate::world::{BakedTerrain, Terrains, World};

/// The world and its content, or everything that is wrong with them.
pub(super) fn world(
    project_dir: &Path,
    bakes: &Path,
    stop: &AtomicBool,
) -> Result<(World, Content), StartError> {
    let refused = |issues: Vec<Issue>, places: Places| StartError::Refused {
        report: Box::new(IssueReport {
            folder: project_dir.to_owned(),
            issues,
            places,
        }),
    };
    let (mut store, replaced) = open_or_replace(bakes)?;
    if let Some(error) = replaced {
        tracing::warn!("{error}; everything is baked again");
    }
    let checked = worldgen::check::check_with_kept(project_dir, &store)?;
    let has_errors = checked.has_errors();
    let mut issues = checked.issues;
    let content = match Content::load(project_dir) {
        Ok(content) if !has_errors => content,
        Ok(_) => return Err(refused(issues, checked.places)),
        Err(more) => {
            issues.extend(more);
            return Err(refused(issues, checked.places));
        }
    };
    for issue in &issues {
        tracing::warn!("{issue}");
    }
    let project = checked.project;

    let mut terrains = Terrains::new();
    for island in project.islands.values() {
        let bar = Bar::new(&island.name, stop);
        let baked = bake_or_load(
            &mut store,
            &project.settings,
            &project.stamps,
            island,
            &BakeOptions::default(),
            &bar,
        )?;
        let (baked, source) = baked.ok_or(StartError::Stopped)?;
        let seconds = bar.bar.elapsed().as_secs_f64();
        drop(bar);
        match &source {
            Source::Store => tracing::info!("{}: unchanged", island.name),
            Source::Baked | Source::Updated(_) => {
                tracing::info!("{}: {} in {seconds:.1} s", island.name, source.describe(island));
            }
            Source::Repaired(error) => tracing::warn!("{error}; {} baked again", island.name),
        }
        let hash = baked.hash();
        let terrain: Arc<dyn Terrain> = Arc::new(BakedTerrain(Solidity::new(&baked)));
        terrains.insert(island.id, (terrain, hash));
    }
    match World::build(&project, &terrains, &content) {
        Ok(world) => Ok((world, content)),
        Err(mut found) => {
            checked.places.fill(&mut found);
            Err(refused(found, checked.places))
        }
    }
}

/// The progress of one island on standard error, shown only when that is a terminal.
struct Bar<'a> {
    bar: ProgressBar,
    stop: &'a AtomicBool,
}

impl<'a> Bar<'a> {
    fn new(label: &str, stop: &'a AtomicBool) -> Self {
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{prefix:>20} {bar:32} {percent:>3} % {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(label.to_owned());
        Self { bar, stop }
    }
}

impl Progress for Bar<'_> {
    fn advance(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn elapsed(&self) -> Duration {
        self.bar.elapsed()
    }
}

impl Drop for Bar<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
