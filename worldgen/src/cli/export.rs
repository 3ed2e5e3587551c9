//! `export`: an island for other programs.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use worldgen::mesh::IslandMesh;
use worldgen::{BakedIsland, SimdLevel, glb, vox};

use super::open::{Opened, Threads};
use super::progress::Bar;
use super::{Outcome, Saved};

/// Writes an island for other programs: as a mesh or as voxels
///
/// glb: a mesh in binary glTF 2.0, for Blender, Godot and many others. Colours lie at the vertices, with light that
/// fades into corners; water is a translucent material of its own. One unit is a metre.
///
/// vox: all voxels but air, for MagicaVoxel and what reads its files. Islands larger than 256 voxels are several
/// models in one scene; the palette holds the colours of the materials.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// The island
    #[arg(long, value_name = "SLUG")]
    island: String,
    /// The file; a pipe or device such as /dev/stdout gets nothing but the bytes
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What to write; by default what the file's name ends in
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Level of detail of a mesh: 0 to 3, with voxels of 1, 2, 4 and 8 metres
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    lod: u8,
    #[command(flatten)]
    threads: Threads,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Format {
    /// A mesh in binary glTF 2.0
    Glb,
    /// Voxels for MagicaVoxel
    Vox,
}

impl Format {
    /// What a file of this name holds.
    fn of(path: &Path) -> Option<Self> {
        Self::from_str(path.extension()?.to_str()?, true).ok()
    }
}

/// The bytes of a file, and what is in it, in words.
struct Exported {
    bytes: Vec<u8>,
    content: String,
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let path = &arguments.out;
    let Some(format) = arguments.format.or_else(|| Format::of(path)) else {
        bail!(
            "{}: the name ends in neither .glb nor .vox; say --format glb or --format vox",
            path.display()
        );
    };
    if format == Format::Vox && arguments.lod != 0 {
        bail!("--lod {}: only meshes have levels of detail", arguments.lod);
    }
    let Some(opened) = Opened::sound(&arguments.project, out)? else {
        return Ok(Outcome::Issues);
    };
    let options = arguments.threads.options(simd);
    for (_, island) in opened.islands(std::slice::from_ref(&arguments.island))? {
        let baked = opened.bake(island, &options)?;
        let exported = match format {
            Format::Glb => mesh(&baked, &island.slug, arguments.lod.into(), options.threads),
            Format::Vox => voxels(&baked),
        };
        let Exported { bytes, content } =
            exported.with_context(|| format!("cannot export {}", island.slug))?;
        if super::save(path, &bytes)? == Saved::File {
            writeln!(out, "{}  {content}, {} bytes", path.display(), bytes.len())?;
        }
    }
    Ok(Outcome::Fine)
}

fn mesh(baked: &BakedIsland, name: &str, lod: usize, threads: usize) -> anyhow::Result<Exported> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .context("cannot start threads")?;
    let mesh = pool.install(|| IslandMesh::new(baked, lod + 1, None));
    let level = mesh
        .levels()
        .get(lod)
        .context("there is no such level of detail")?;
    Ok(Exported {
        bytes: glb::write(name, level)?,
        content: format!("{} triangles", level.triangle_count()),
    })
}

fn voxels(baked: &BakedIsland) -> anyhow::Result<Exported> {
    let bar = Bar::new("voxels".to_owned());
    let bytes = vox::write(baked, &bar)?.context("nobody cancels")?;
    let bounds = baked.bounds();
    Ok(Exported {
        bytes,
        content: format!(
            "{} x {} x {} voxels",
            bounds.width(),
            bounds.depth(),
            bounds.below() + bounds.above()
        ),
    })
}
