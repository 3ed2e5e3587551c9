//! Plots of how the cost of a bake grows.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use worldgen::bench_map::MOST_MARKERS;
use worldgen::{BakeOptions, IslandPlan, SimdLevel, bake};

use super::Effort;
use super::clock::best;
use super::maps::Map;
use crate::cli::progress::Bar;

const SIZE: (u32, u32) = (960, 600);

/// Points of one plot.
struct Series {
    title: &'static str,
    along: &'static str,
    /// What varies, and milliseconds of one core.
    points: Vec<(f64, f64)>,
    /// Points that would have taken too long.
    left_out: usize,
}

/// A point that takes longer than this on the wall is the last of its plot: those after it would take longer yet.
const LONGEST: Duration = Duration::from_secs(20);

/// Measures and writes the plots.
pub(super) fn run(folder: &Path, effort: Effort, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    register_font(
        "sans-serif",
        FontStyle::Normal,
        epaint_default_fonts::UBUNTU_LIGHT,
    )
    .map_err(|_damaged| anyhow!("the built-in font is damaged"))?;
    let (counts, edges, edge): (&[i32], &[i32], i32) = match effort {
        Effort::Quick => (&[10, 100, 1000], &[64, 128, 192], 128),
        Effort::Full => (
            &[
                10,
                30,
                100,
                300,
                1000,
                3000,
                10_000,
                30_000,
                MOST_MARKERS.cast_signed(),
            ],
            &[256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096],
            4096,
        ),
    };
    let by_markers = Series::measure(
        "Cold bake of one island, by its markers",
        "markers",
        counts,
        effort,
        simd,
        |count| (count, edge, count),
    )?;
    let by_area = Series::measure(
        "Cold bake with one marker per 1,300 columns, by area",
        "columns",
        edges,
        effort,
        simd,
        |edge| (edge * edge, edge, edge * edge / 1311),
    )?;
    for (series, file) in [(&by_markers, "markers.png"), (&by_area, "area.png")] {
        let path = folder.join(file);
        save(&path, &draw(series)?)?;
        for (along, millis) in &series.points {
            writeln!(out, "{along:>10} {:<8} {millis:>10.1} ms", series.along)?;
        }
        if series.left_out > 0 {
            writeln!(out, "{:>10} more would take too long", series.left_out)?;
        }
        writeln!(out, "{}", path.display())?;
    }
    Ok(())
}

impl Series {
    /// Cold bakes of islands: `island` gives what varies, the edge and the markers of each step.
    fn measure(
        title: &'static str,
        along: &'static str,
        steps: &[i32],
        effort: Effort,
        simd: SimdLevel,
        island: impl Fn(i32) -> (i32, i32, i32),
    ) -> anyhow::Result<Self> {
        let bar = Bar::new(along.to_owned());
        let mut series = Self {
            title,
            along,
            points: Vec::new(),
            left_out: steps.len(),
        };
        for (done, step) in steps.iter().enumerate() {
            worldgen::Progress::advance(&bar, done as u64, steps.len() as u64);
            let (along, edge, markers) = island(*step);
            let map = Map::new(edge, 96, usize::try_from(markers)?)?;
            let bake = || {
                let plan = IslandPlan::new(&map.settings, &map.stamps, &map.island);
                std::hint::black_box(bake(&plan, &BakeOptions { threads: 1, simd }, &()));
            };
            let first = best(1, bake);
            // What takes long is measured well enough by a single run.
            let again = match first.wall {
                short if short < LONGEST / 20 => best(effort.runs().min(3), bake),
                _ => first,
            };
            let millis = first.millis().min(again.millis());
            series.points.push((f64::from(along), millis));
            series.left_out -= 1;
            if first.wall > LONGEST {
                break;
            }
        }
        Ok(series)
    }
}

/// The picture as RGB bytes.
fn draw(series: &Series) -> anyhow::Result<Vec<u8>> {
    let mut pixels = vec![255; (SIZE.0 * SIZE.1 * 3) as usize];
    let range = |values: &mut dyn Iterator<Item = f64>| {
        let (least, most) = values.fold((f64::MAX, f64::MIN), |(least, most), value| {
            (least.min(value), most.max(value))
        });
        (least * 0.7)..(most * 1.5)
    };
    {
        let area = BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let along = range(&mut series.points.iter().map(|point| point.0));
        let cost = range(&mut series.points.iter().map(|point| point.1));
        let mut chart = ChartBuilder::on(&area)
            .caption(series.title, ("sans-serif", 26))
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(72)
            .build_cartesian_2d(along.log_scale(), cost.log_scale())?;
        chart
            .configure_mesh()
            .x_desc(series.along)
            .y_desc("ms of one core")
            .label_style(("sans-serif", 16))
            .x_label_formatter(&|value| format!("{value:.0}"))
            .y_label_formatter(&|value| format!("{value:.0}"))
            .draw()?;
        let colour = RGBColor(0x1f, 0x6f, 0x8b);
        chart.draw_series(LineSeries::new(
            series.points.iter().copied(),
            colour.stroke_width(2),
        ))?;
        chart.draw_series(
            series
                .points
                .iter()
                .map(|point| Circle::new(*point, 4, colour.filled())),
        )?;
        area.present()?;
    }
    Ok(pixels)
}

fn save(path: &Path, pixels: &[u8]) -> anyhow::Result<()> {
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(())
}
