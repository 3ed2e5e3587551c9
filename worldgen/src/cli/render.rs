//! `render`: pictures of the islands and the chart of the world.

use std::fs;
use std::io::Write;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::Context;
use worldgen::SimdLevel;
use worldgen::render::{ChartIsland, Image, Viewpoint, chart, top_view, view};

use super::Outcome;
use super::open::{Opened, Threads};

/// Name of the chart's file.
const CHART_FILE: &str = "chart.png";

/// Draws the islands and the chart of the world as PNG files
///
/// For each island SLUG.png from straight above and SLUG.view.png as seen from the sea, and chart.png
/// with all islands at their places, their names, portals and sea lanes.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// The project's folder
    #[arg(value_name = "PROJECT")]
    project: PathBuf,
    /// Folder for the pictures; made if it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Pixels per metre of the top views
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=8))]
    scale: u8,
    /// Width of the views in pixels; the height is 9/16 of it
    #[arg(long, value_name = "PX", default_value_t = 1600, value_parser = clap::value_parser!(u16).range(160..=7680))]
    view_width: u16,
    /// Side from which the views are taken, in degrees clockwise from north; left out, the best side
    #[arg(long, value_name = "DEG", allow_negative_numbers = true, value_parser = compass_degrees)]
    view_from: Option<f32>,
    /// Height of the eye in degrees above the horizon, 3 to 80; left out, by the relief of the land
    #[arg(long, value_name = "DEG", value_parser = degrees_above)]
    view_above: Option<f32>,
    /// Cut the island open to look into it: left out is what lies closer to the eye than a wall so many metres before
    /// the island's middle (or behind it, if negative)
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    view_cut: Option<i32>,
    /// Draw only this island, and no chart; may be given several times
    #[arg(long, value_name = "SLUG")]
    island: Vec<String>,
    #[command(flatten)]
    threads: Threads,
}

fn compass_degrees(text: &str) -> Result<f32, String> {
    degrees(text, -360.0..=360.0)
}

fn degrees_above(text: &str) -> Result<f32, String> {
    degrees(text, 3.0..=80.0)
}

/// NaN lies in no range.
fn degrees(text: &str, range: RangeInclusive<f32>) -> Result<f32, String> {
    let degrees = text.parse().ok().filter(|degrees| range.contains(degrees));
    degrees.ok_or_else(|| {
        format!(
            "not a number of degrees from {} to {}",
            range.start(),
            range.end()
        )
    })
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let Some(opened) = Opened::sound(&arguments.project, out)? else {
        return Ok(Outcome::Issues);
    };
    let islands = opened.islands(&arguments.island)?;
    let options = arguments.threads.options(simd);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .context("cannot start threads")?;
    fs::create_dir_all(&arguments.out)
        .with_context(|| format!("cannot make the folder {}", arguments.out.display()))?;
    let mut drawn = Vec::new();
    for (_, island) in islands {
        let baked = opened.bake(island, &options)?;
        let from_above = pool.install(|| top_view(&baked, usize::from(arguments.scale)));
        save(
            &arguments.out.join(format!("{}.png", island.slug)),
            &from_above,
            out,
        )?;
        let viewpoint = Viewpoint {
            from_deg: arguments.view_from,
            above_deg: arguments.view_above,
            cut_m: arguments.view_cut,
        };
        let width = usize::from(arguments.view_width);
        let from_sea = pool.install(|| view(&baked, viewpoint, width, width * 9 / 16));
        save(
            &arguments.out.join(format!("{}.view.png", island.slug)),
            &from_sea,
            out,
        )?;
        drawn.push((island, baked, from_above));
    }
    if arguments.island.is_empty() {
        let islands: Vec<ChartIsland<'_>> = drawn
            .iter()
            .map(|(island, baked, picture)| ChartIsland {
                island,
                baked,
                picture,
            })
            .collect();
        let picture = pool.install(|| chart(&opened.checked.project, &islands));
        save(&arguments.out.join(CHART_FILE), &picture, out)?;
    }
    Ok(Outcome::Fine)
}

fn save(path: &Path, picture: &Image, out: &mut dyn Write) -> anyhow::Result<()> {
    let file = picture.to_png().with_context(|| path.display().to_string())?;
    super::save(path, &file)?;
    writeln!(
        out,
        "{}  {} x {}",
        path.display(),
        picture.width(),
        picture.height()
    )?;
    Ok(())
}
