//! `bake`: islands into the bake store, so that the server starts at once.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use worldgen::store::{BakeStore, StoreError, bake_or_load, open_or_replace};
use worldgen::{KeptFits, SimdLevel};

use super::Outcome;
use super::open::{Opened, Threads};
use super::progress::Bar;

/// File of the bake store below the output folder; the server looks for the same name below its data.
const STORE_FILE: &str = "bakes.db";

/// Bakes islands and keeps the result for the server
///
/// Of an island that was baked before, only the tiles are baked again that an edit since then reaches.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// Folder of the bake store, `bakes.db`; the server's data folder
    #[arg(long, value_name = "DIR", default_value = "data")]
    out: PathBuf,
    #[command(flatten)]
    threads: Threads,
    /// Bake only this island; may be given several times
    #[arg(long, value_name = "SLUG")]
    island: Vec<String>,
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let path = arguments.out.join(STORE_FILE);
    // For a project that is refused, no store is made.
    let before = path.exists().then(|| open_or_replace(&path)).transpose()?;
    let kept: &dyn KeptFits = before.as_ref().map_or(&(), |(store, _)| store);
    let Some(opened) = Opened::sound_with_kept(&arguments.project, kept, out)? else {
        return Ok(Outcome::Issues);
    };
    let islands = opened.islands(&arguments.island)?;
    let (mut store, replaced) = match before {
        Some(before) => before,
        None => new_store(&arguments.out, &path)?,
    };
    if let Some(reason) = replaced {
        writeln!(out, "{reason}; it was put aside and everything is baked again")?;
    }
    let options = arguments.threads.options(simd);
    for (_, island) in islands {
        let start = Instant::now();
        let bar = Bar::new(island.slug.clone());
        let project = &opened.checked.project;
        let made = bake_or_load(
            &mut store,
            &project.settings,
            &project.stamps,
            island,
            &options,
            &bar,
        )?;
        drop(bar);
        let Some((baked, source)) = made else { continue };
        let what = source.describe(island);
        let voxels = baked.bounds().voxel_count() as f64 / 1e6;
        let seconds = start.elapsed().as_secs_f64();
        writeln!(
            out,
            "{:<20} {what}, {voxels:.1} million voxels, {seconds:.2} s",
            island.slug
        )?;
    }
    writeln!(out, "kept in {}", path.display())?;
    Ok(Outcome::Fine)
}

fn new_store(folder: &Path, path: &Path) -> anyhow::Result<(BakeStore, Option<StoreError>)> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    Ok(open_or_replace(path)?)
}
