//! The command line: what it accepts, and one file per command.
//!
//! Every command writes to the writer it is given and returns an [`Outcome`], so tests run it in-process.
//! Exit codes: 0 = fine, 1 = the map has errors or is not formatted, 2 = could not run.
//!
//! *Not* responsible for: anything a library user needs; that is `worldgen`.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use clap::{Parser, Subcommand, ValueEnum};
use worldgen::{SimdLevel, project_dir};

mod bake;
mod bench;
mod check;
mod export;
mod fmt;
mod hash;
mod open;
mod progress;
mod render;
mod stats;

/// Exit code: everything is fine.
pub(crate) const FINE: u8 = 0;
/// Exit code: the map has errors, or files are not formatted.
const ISSUES: u8 = 1;
/// Exit code: the command could not run.
pub(crate) const COULD_NOT_RUN: u8 = 2;

/// Checks, formats, bakes and draws hand-crafted voxel islands.
#[derive(Parser, Debug)]
#[command(
    name = "tombolo-worldgen",
    version,
    about,
    long_about = "Checks, formats, bakes and draws hand-crafted voxel islands.\n\nA PROJECT is a folder with a \
                  project.ron and one islands/<slug>.ron per island. The same project gives the same voxels on \
                  every machine, with every number of threads and at every SIMD level.",
    after_help = "Exit codes: 0 = fine, 1 = the map has errors or is not formatted, 2 = could not run.",
    after_long_help = "Examples:\n  tombolo-worldgen check maps/first_light\n  tombolo-worldgen check --explain \
                       duplicate-id\n  tombolo-worldgen fmt --check maps/*\n  tombolo-worldgen render \
                       maps/first_light --out pictures\n\nExit codes: 0 = fine, 1 = the map has errors or is \
                       not formatted, 2 = could not run."
)]
pub(crate) struct Arguments {
    /// Vector instructions for the generator; the voxels are the same at every level
    #[arg(
        long,
        global = true,
        value_enum,
        env = "TOMBOLO_SIMD",
        default_value = "auto",
        hide_env_values = true
    )]
    simd: Simd,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    Check(check::Arguments),
    Fmt(fmt::Arguments),
    Bake(bake::Arguments),
    Hash(hash::Arguments),
    Render(render::Arguments),
    Stats(stats::Arguments),
    Export(export::Arguments),
    Bench(bench::Arguments),
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Simd {
    /// The highest level that this machine has
    Auto,
    /// What every machine of this architecture has
    Baseline,
    /// AVX2
    Avx2,
    /// AVX-512
    Avx512,
}

/// How a command ended when it could run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Everything is fine.
    Fine,
    /// The map has errors, or files are not formatted.
    Issues,
}

impl Outcome {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => FINE,
            Self::Issues => ISSUES,
        }
    }
}

/// Runs a command.
///
/// # Errors
/// It could not run: a file or folder is missing, or the writer failed.
pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let simd = arguments.simd.level()?;
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments, out),
        Command::Fmt(arguments) => fmt::run(arguments, out),
        Command::Bake(arguments) => bake::run(arguments, simd, out),
        Command::Hash(arguments) => hash::run(arguments, simd, out),
        Command::Render(arguments) => render::run(arguments, simd, out),
        Command::Stats(arguments) => stats::run(arguments, simd, out),
        Command::Export(arguments) => export::run(arguments, simd, out),
        Command::Bench(arguments) => bench::run(arguments, simd, out),
    }
}

impl Simd {
    fn level(self) -> anyhow::Result<SimdLevel> {
        let level = match self {
            Self::Auto => return Ok(SimdLevel::detect()),
            Self::Baseline => SimdLevel::Baseline,
            Self::Avx2 => SimdLevel::Avx2,
            Self::Avx512 => SimdLevel::Avx512,
        };
        anyhow::ensure!(
            level.is_available(),
            "this machine has no {}; leave out --simd to use the best that it has, {}",
            level.name(),
            SimdLevel::detect().name()
        );
        Ok(level)
    }
}

/// Where a file that was asked for went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Saved {
    /// Into a regular file.
    File,
    /// Into a pipe or device, such as `/dev/stdout`: whoever reads there wants these bytes and no others.
    Stream,
}

/// Writes a file so that a viewer never sees half of it; straight into what is there if that is no regular file.
fn save(path: &Path, bytes: &[u8]) -> anyhow::Result<Saved> {
    let is_stream = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    let cannot = || format!("cannot write {}", path.display());
    if is_stream {
        let mut target = OpenOptions::new().write(true).open(path).with_context(cannot)?;
        target.write_all(bytes).with_context(cannot)?;
        return Ok(Saved::Stream);
    }
    project_dir::replace(path, bytes).with_context(cannot)?;
    Ok(Saved::File)
}

#[cfg(test)]
mod tests;
