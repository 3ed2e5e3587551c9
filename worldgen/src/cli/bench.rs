//! `bench`: what the generator costs, beside what it aims at and what the machine could do at best.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use shared::island::Bounds;
use worldgen::bench_map::Recipe;
use worldgen::{SimdLevel, marker, project_dir};

use super::Outcome;

/// Measures the generator, or writes a map to measure it with
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Write a map project into this folder instead of measuring
    #[arg(long, value_name = "DIR")]
    write_map: Option<PathBuf>,
    /// Markers of the written map
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..100_000))]
    markers: u32,
    /// Width and depth of the written map in metres, a multiple of 64
    #[arg(long, value_name = "M", default_value_t = 512)]
    size: i32,
    /// Height of the written map above the sea in metres, a multiple of 32
    #[arg(long, value_name = "M", default_value_t = 96)]
    above: i32,
    /// Seed of the written map
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(arguments: &Arguments, _simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    if let Some(folder) = &arguments.write_map {
        let bounds = Bounds::new(arguments.size, arguments.size, 32, arguments.above)?;
        let recipe = Recipe {
            bounds,
            markers: arguments.markers as usize,
            seed: arguments.seed,
        };
        write_map(&recipe, folder)?;
        writeln!(out, "{} markers in {}", arguments.markers, folder.display())?;
        return Ok(Outcome::Fine);
    }
    Ok(Outcome::Fine)
}

fn write_map(recipe: &Recipe, folder: &Path) -> anyhow::Result<()> {
    let files = shared::format::write(&recipe.project(), marker::schema());
    let files: BTreeMap<String, Option<String>> =
        files.into_iter().map(|(path, text)| (path, Some(text))).collect();
    let (_, failed) = project_dir::save(folder, &files);
    match failed.into_iter().next() {
        Some(error) => Err(error).with_context(|| format!("cannot write {}", folder.display())),
        None => Ok(()),
    }
}
