//! `export`: an island as a mesh for other programs.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use worldgen::mesh::IslandMesh;
use worldgen::{BakeOptions, IslandPlan, SimdLevel, bake, glb};

use super::Outcome;
use super::open::{Opened, Threads};
use super::progress::Bar;

/// Writes an island as a mesh: binary glTF 2.0, for Blender, Godot and other programs
///
/// Colours lie at the vertices, with light that fades into corners; water is a translucent material of its
/// own. One unit is a metre.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// The island
    #[arg(long, value_name = "SLUG")]
    island: String,
    /// The file, whose name ends in .glb
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Level of detail: 0 to 3, with voxels of 1, 2, 4 and 8 metres
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..=3))]
    lod: u8,
    #[command(flatten)]
    threads: Threads,
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    if !arguments
        .out
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("glb"))
    {
        bail!("{}: only .glb files are written", arguments.out.display());
    }
    let opened = Opened::read(&arguments.project)?;
    if opened.checked.has_errors() {
        opened.report_errors(out)?;
        return Ok(Outcome::Issues);
    }
    let threads = arguments.threads.count();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .context("cannot start threads")?;
    for (_, island) in opened.islands(std::slice::from_ref(&arguments.island))? {
        let plan = IslandPlan::new(
            &opened.checked.project.settings,
            &opened.checked.project.stamps,
            island,
        );
        let bar = Bar::new(island.slug.clone());
        let Some(baked) = bake(&plan, &BakeOptions { threads, simd }, &bar) else {
            continue;
        };
        drop(bar);
        let lod = usize::from(arguments.lod);
        let mesh = pool.install(|| IslandMesh::new(&baked, lod + 1, None));
        let Some(level) = mesh.levels().get(lod) else {
            continue;
        };
        let file = glb::write(&island.slug, level).context("cannot export the island")?;
        super::save(&arguments.out, &file)?;
        writeln!(
            out,
            "{}  {} triangles, {} bytes",
            arguments.out.display(),
            level.triangle_count(),
            file.len()
        )?;
    }
    Ok(Outcome::Fine)
}
