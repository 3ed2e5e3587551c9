//! `hash`: one line per island over all its voxels, to compare machines, builds and options.

use std::io::Write;
use std::path::PathBuf;

use worldgen::SimdLevel;
use xxhash_rust::xxh3::Xxh3;

use super::Outcome;
use super::open::{Opened, Threads};

/// Prints a hash of all voxels per island, and one of the world
///
/// Equal hashes mean equal voxels. They depend on the project and its generator version only: not on the
/// machine, the build, the number of threads or the SIMD level.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    #[command(flatten)]
    threads: Threads,
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let Some(opened) = Opened::sound(&arguments.project, out)? else {
        return Ok(Outcome::Issues);
    };
    let options = arguments.threads.options(simd);
    let mut world = Xxh3::new();
    for (id, island) in opened.islands(&[])? {
        let baked = opened.bake(island, &options)?;
        let hash = baked.hash();
        world.update(&id.0.to_bits().to_le_bytes());
        world.update(&hash.to_le_bytes());
        writeln!(out, "{id} {} {hash:032x}", island.slug)?;
    }
    writeln!(out, "world {:032x}", world.digest128())?;
    Ok(Outcome::Fine)
}
