//! `bench`: what the generator costs, beside what it aims at, peers, and what the machine could do at best.
//!
//! Times are processor time: a clock on the wall also counts what others do on the machine. Of several runs
//! the best counts, for the same reason. What is measured stands in [`rows`], one function per row of the
//! table.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use serde::Serialize;
use shared::island::Bounds;
use worldgen::bench_map::{MOST_MARKERS, Recipe};
use worldgen::{SimdLevel, marker, project_dir};

use super::Outcome;
use super::progress::Bar;

mod clock;
mod edit;
mod island;
mod limits;
mod maps;
mod mesh;
mod noise;
mod play;
mod plot;
mod rows;
mod shade;
mod store;

/// Measures the generator, or writes a map to measure it with
///
/// Each line of the table names some work, what it costs, what it aims at, and how that compares with a peer
/// or with a limit of this machine that was measured in the same run.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
    /// Measure only these rows of the table
    #[arg(long, value_name = "ROW,..", value_delimiter = ',', value_parser = clap::value_parser!(u8).range(1..=7))]
    rows: Vec<u8>,
    /// Small islands, once each: shows that everything runs, and gives no figures to quote
    #[arg(long)]
    quick: bool,
    /// What another generator reached in a run beside this one, in million voxels per second on one core
    #[arg(long, value_name = "MVOXELS", value_parser = rate)]
    peer_rate: Option<f64>,
    /// Run this in a shell before anything is measured; the last number that it prints is taken for --peer-rate
    #[arg(long, value_name = "CMD", conflicts_with_all = ["peer_rate", "plot", "write_map"])]
    peer_command: Option<String>,
    /// Write plots of the cost against the number of markers and the area into this folder, instead of the table
    #[arg(long, value_name = "DIR", conflicts_with_all = ["json", "rows"])]
    plot: Option<PathBuf>,
    /// Write a map project into this new or empty folder, instead of measuring
    #[arg(long, value_name = "DIR", conflicts_with_all = ["json", "rows", "plot"])]
    write_map: Option<PathBuf>,
    /// Markers of the written map
    #[arg(long, value_name = "N", default_value_t = 200, requires = "write_map", value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST_MARKERS)))]
    markers: u32,
    /// Width and depth of the written map in metres, a multiple of 64
    #[arg(long, value_name = "M", default_value_t = 512, requires = "write_map")]
    size: i32,
    /// Height of the written map above the sea in metres, a multiple of 32
    #[arg(long, value_name = "M", default_value_t = 96, requires = "write_map")]
    above: i32,
    /// Seed of the written map
    #[arg(long, value_name = "SEED", default_value_t = 1, requires = "write_map")]
    seed: u64,
}

/// How thoroughly to measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Effort {
    /// Small islands, once each.
    Quick,
    /// What figures are quoted from.
    Full,
}

impl Effort {
    /// Runs of one piece of work, of which the best counts.
    fn runs(self) -> usize {
        match self {
            Self::Quick => 1,
            Self::Full => 9,
        }
    }
}

/// What all rows of the table need.
struct Bench {
    simd: SimdLevel,
    effort: Effort,
    peer_rate: Option<f64>,
    limits: limits::Limits,
}

/// One line of the table.
#[derive(Serialize, Debug)]
struct Line {
    row: u8,
    work: String,
    figure: f64,
    unit: &'static str,
    /// `None` for figures that stand there to compare with.
    aim: Option<Aim>,
    /// Whether the figure is what it should be, if it should be something.
    reached: Option<bool>,
    /// What a limit of the machine, measured in the same run, allows at best, in the unit of the figure.
    limit: Option<f64>,
    /// The figure divided by that limit.
    ratio: Option<f64>,
    /// Ratio to a peer or limit of the same run, in words.
    compared: String,
}

/// What a figure should be.
#[derive(Serialize, Clone, Copy, Debug)]
#[serde(rename_all = "snake_case")]
enum Aim {
    AtMost(f64),
    AtLeast(f64),
}

impl Line {
    fn new(row: u8, work: impl Into<String>, figure: f64, unit: &'static str) -> Self {
        Self {
            row,
            work: work.into(),
            figure,
            unit,
            aim: None,
            reached: None,
            limit: None,
            ratio: None,
            compared: String::new(),
        }
    }

    fn at_most(mut self, aim: f64) -> Self {
        self.aim = Some(Aim::AtMost(aim));
        self.reached = Some(self.figure <= aim);
        self
    }

    fn at_least(mut self, aim: f64) -> Self {
        self.aim = Some(Aim::AtLeast(aim));
        self.reached = Some(self.figure >= aim);
        self
    }

    fn compared(mut self, words: impl Into<String>) -> Self {
        self.compared = words.into();
        self
    }

    /// Beside what the machine allows at best, in the unit of the figure.
    fn limited(mut self, limit: f64) -> Self {
        self.limit = Some(limit);
        self.ratio = (limit > 0.0).then(|| self.figure / limit);
        self
    }
}

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    simd: &'static str,
    quick: bool,
    limits: &'a limits::Limits,
    lines: &'a [Line],
}

/// Infinity and NaN would end up in the figures.
fn rate(text: &str) -> Result<f64, String> {
    let rate = text
        .parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
    rate.ok_or_else(|| "not a number above 0".to_owned())
}

/// What a peer reaches that is measured by a command of its own.
fn peer_rate(command: &str) -> anyhow::Result<f64> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let output = Command::new(shell)
        .args([flag, command])
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {command}"))?;
    anyhow::ensure!(output.status.success(), "{command} ended with {}", output.status);
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().filter_map(|word| rate(word).ok());
    numbers
        .next_back()
        .with_context(|| format!("{command} printed no rate"))
}

pub(super) fn run(arguments: &Arguments, simd: SimdLevel, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    if let Some(folder) = &arguments.write_map {
        let recipe = Recipe {
            bounds: Bounds::new(arguments.size, arguments.size, 32, arguments.above)?,
            markers: arguments.markers as usize,
            seed: arguments.seed,
        };
        write_map(&recipe, folder)?;
        writeln!(
            out,
            "{} markers and the land under them in {}",
            arguments.markers,
            folder.display()
        )?;
        return Ok(Outcome::Fine);
    }
    let effort = if arguments.quick {
        Effort::Quick
    } else {
        Effort::Full
    };
    if let Some(folder) = &arguments.plot {
        plot::run(folder, effort, simd, out)?;
        return Ok(Outcome::Fine);
    }
    let bar = Bar::new("limits".to_owned());
    let bench = Bench {
        simd,
        effort,
        peer_rate: match &arguments.peer_command {
            Some(command) => Some(peer_rate(command)?),
            None => arguments.peer_rate,
        },
        limits: limits::Limits::measure(effort, simd),
    };
    drop(bar);
    let mut lines = Vec::new();
    for (number, measure) in rows::ALL {
        if !arguments.rows.is_empty() && !arguments.rows.contains(number) {
            continue;
        }
        let bar = Bar::new(format!("row {number}"));
        lines.extend(measure(&bench, &bar)?);
    }
    if arguments.json {
        let document = Document {
            format: 1,
            simd: simd.name(),
            quick: arguments.quick,
            limits: &bench.limits,
            lines: &lines,
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)?;
    } else {
        write_table(&bench, &lines, out)?;
    }
    Ok(Outcome::Fine)
}

fn write_map(recipe: &Recipe, folder: &Path) -> anyhow::Result<()> {
    // A project that lies there would be overwritten by one that anybody can make again.
    match fs::read_dir(folder) {
        Ok(mut entries) => anyhow::ensure!(
            entries.next().is_none(),
            "{} is not empty; name a new folder for the map",
            folder.display()
        ),
        Err(reason) if reason.kind() == io::ErrorKind::NotFound => {}
        Err(reason) => return Err(reason).with_context(|| format!("cannot open {}", folder.display())),
    }
    let files = shared::format::write(&recipe.project(), marker::schema());
    let files: BTreeMap<String, Option<String>> =
        files.into_iter().map(|(path, text)| (path, Some(text))).collect();
    let (_, failed) = project_dir::save(folder, &files);
    match failed.into_iter().next() {
        Some(error) => Err(error).with_context(|| format!("cannot write {}", folder.display())),
        None => Ok(()),
    }
}

fn write_table(bench: &Bench, lines: &[Line], out: &mut dyn Write) -> anyhow::Result<()> {
    let limits = &bench.limits;
    writeln!(
        out,
        "One core, {}: fills {:.1} GB/s, copies {:.1} GB/s, {:.0} G float operations/s\n",
        bench.simd.name(),
        limits.fill_gb_per_s,
        limits.copy_gb_per_s,
        limits.giga_flops
    )?;
    writeln!(
        out,
        "{:<4}{:<44}{:>10} {:<13}{:>10}  {:<8}compared",
        "row", "work", "figure", "", "aim", "reached"
    )?;
    for line in lines {
        let aim = match line.aim {
            None => String::new(),
            Some(Aim::AtMost(most)) => format!("<= {}", figure(most)),
            Some(Aim::AtLeast(least)) => format!(">= {}", figure(least)),
        };
        let reached = match line.reached {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        };
        let text = format!(
            "{:<4}{:<44}{:>10} {:<13}{:>10}  {:<8}{}",
            line.row,
            line.work,
            figure(line.figure),
            line.unit,
            aim,
            reached,
            line.compared
        );
        writeln!(out, "{}", text.trim_end())?;
    }
    if bench.effort == Effort::Quick {
        writeln!(out, "\nA quick run: nothing here is to be quoted.")?;
    }
    Ok(())
}

/// Three significant digits, or all before the point.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 99.95 => format!("{value:.0}"),
        size if size >= 9.995 => format!("{value:.1}"),
        size if size >= 0.9995 => format!("{value:.2}"),
        size if size >= 0.1 => format!("{value:.3}"),
        _ => format!("{value:.4}"),
    }
}
