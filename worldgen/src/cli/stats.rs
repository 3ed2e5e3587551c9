//! `stats`: what is in the baked islands and what they cost.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;
use worldgen::store::BakeStore;
use worldgen::{BakeStats, SimdLevel};

use super::Outcome;
use super::open::{Opened, Threads};

/// Tells what is in the islands and what baking them costs
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    #[command(flatten)]
    threads: Threads,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document {
    format: u32,
    simd: &'static str,
    threads: usize,
    islands: Vec<Figures>,
}

#[derive(Serialize)]
struct Figures {
    id: String,
    slug: String,
    markers: usize,
    columns: u64,
    voxels: Vec<MaterialCount>,
    uniform_chunks: u64,
    mixed_chunks: u64,
    /// Bytes in memory.
    bytes: u64,
    /// Summed over threads.
    surface_seconds: f64,
    /// Summed over threads.
    voxel_seconds: f64,
    /// As a clock on the wall shows it.
    wall_seconds: f64,
    /// Bytes in the bake store, and what writing and reading them takes in memory.
    stored_bytes: u64,
    store_seconds: f64,
    load_seconds: f64,
}

#[derive(Serialize)]
struct MaterialCount {
    material: &'static str,
    count: u64,
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let Some(opened) = Opened::sound(&arguments.project, out)? else {
        return Ok(Outcome::Issues);
    };
    let options = arguments.threads.options(simd);
    let mut islands = Vec::new();
    for (id, island) in opened.islands(&[])? {
        let start = Instant::now();
        let baked = opened.bake(island, &options)?;
        let wall_seconds = start.elapsed().as_secs_f64();
        let stats = BakeStats::of(&baked);
        let key = opened.key(island);
        let mut store = BakeStore::in_memory()?;
        let start = Instant::now();
        store.put(&baked, key)?;
        let store_seconds = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let loaded = store.get(id, key)?;
        let load_seconds = start.elapsed().as_secs_f64();
        anyhow::ensure!(
            loaded.is_some_and(|loaded| loaded.hash() == baked.hash()),
            "the bake store lost {id}"
        );
        let count = |(material, count): &(worldgen::Material, u64)| MaterialCount {
            material: material.name(),
            count: *count,
        };
        islands.push(Figures {
            id: id.to_string(),
            slug: island.slug.clone(),
            markers: island.markers.len(),
            columns: stats.columns,
            voxels: stats.voxels.iter().map(count).collect(),
            uniform_chunks: stats.uniform_chunks,
            mixed_chunks: stats.mixed_chunks,
            bytes: stats.bytes,
            surface_seconds: stats.times.surface.as_secs_f64(),
            voxel_seconds: stats.times.voxels.as_secs_f64(),
            wall_seconds,
            stored_bytes: store.byte_size()?,
            store_seconds,
            load_seconds,
        });
    }
    let document = Document {
        format: 1,
        simd: simd.name(),
        threads: options.threads,
        islands,
    };
    if arguments.json {
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)?;
    } else {
        write_text(&document, out)?;
    }
    Ok(Outcome::Fine)
}

fn write_text(document: &Document, out: &mut dyn Write) -> anyhow::Result<()> {
    for island in &document.islands {
        let all: u64 = island.voxels.iter().map(|entry| entry.count).sum();
        writeln!(out, "{} ({})", island.slug, island.id)?;
        writeln!(out, "  markers         {:>12}", island.markers)?;
        writeln!(out, "  columns         {:>12}", island.columns)?;
        writeln!(out, "  voxels          {all:>12}")?;
        for entry in &island.voxels {
            let share = entry.count as f64 * 100.0 / all.max(1) as f64;
            writeln!(
                out,
                "    {:<13} {:>12}  {share:>5.1} %",
                entry.material, entry.count
            )?;
        }
        let (uniform, mixed) = (island.uniform_chunks, island.mixed_chunks);
        writeln!(
            out,
            "  chunks          {:>12}  {uniform} uniform, {mixed} mixed",
            uniform + mixed
        )?;
        let per_voxel = island.bytes as f64 / all.max(1) as f64;
        writeln!(
            out,
            "  bytes in memory {:>12}  {per_voxel:.3} per voxel",
            island.bytes
        )?;
        writeln!(
            out,
            "  seconds         {:>12.3}  on the clock; surface {:.3}, voxels {:.3} over all threads",
            island.wall_seconds, island.surface_seconds, island.voxel_seconds
        )?;
        let per_column = island.stored_bytes as f64 / island.columns.max(1) as f64;
        writeln!(
            out,
            "  bytes on disk   {:>12}  {per_column:.2} per column; written in {:.3} s, read in {:.3} s",
            island.stored_bytes, island.store_seconds, island.load_seconds
        )?;
    }
    writeln!(out, "{} threads, SIMD level {}", document.threads, document.simd)?;
    Ok(())
}
